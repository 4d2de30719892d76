tian --lang en show proposals/2022/0003 | grep -v '^[0-9]\.'
