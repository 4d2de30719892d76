tian dict test '加装，电梯'
