tian show proposals/2023/0015
