tian --lang en search 电梯 -x
