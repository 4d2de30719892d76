# an answer that cannot be written is no success
tian search 电梯 > /dev/full
