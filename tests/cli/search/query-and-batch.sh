tian search 电梯 --batch x
