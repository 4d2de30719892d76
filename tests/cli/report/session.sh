tian report --session 十四届三次
