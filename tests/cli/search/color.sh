tian --color always search '"加装电梯"' -n 1
