# not compared: out
tian
