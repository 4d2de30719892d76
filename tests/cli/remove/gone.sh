tian remove proposals/2022/0001
tian show proposals/2022/0001
