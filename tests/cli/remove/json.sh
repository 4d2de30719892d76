tian --json remove proposals/2022/0001 proposals/2022/0002 没有这一件
