tian --index nowhere search 电梯
