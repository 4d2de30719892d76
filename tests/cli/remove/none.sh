tian remove 没有这一件
