# not compared: out
tian debug terms proposals/2024/0008
