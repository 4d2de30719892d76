tian search 加装电梯
