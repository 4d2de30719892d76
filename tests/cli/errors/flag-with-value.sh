tian search 电梯 --explain=yes
