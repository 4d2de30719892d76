tian search 电梯 --sort
