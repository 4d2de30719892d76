tian dict test 加装电梯
