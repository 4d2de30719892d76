tian --lang en search 加装电梯 -n 1
