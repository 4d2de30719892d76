tian serach 电梯
