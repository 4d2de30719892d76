tian search 电梯 -n many
