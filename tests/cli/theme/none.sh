tian theme label 你好
