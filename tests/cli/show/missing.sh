tian show 没有这一件
