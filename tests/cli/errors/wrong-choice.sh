tian search 电梯 --match some
