tian merge --session 没有 ; tian merge --session 九届一次
tian merge --accept; tian merge --refuse 5; tian merge 5; tian merge --accept --refuse 5 6; tian merge --out x
tian merge --accept 5 --session 十四届三次; tian merge --accept 0001 没有的
tian merge --refuse 5 17 --year 2023; tian merge --accept 1 2 --session 十四届
tian merge --accept proposals/2022/0006 proposals/2023/0009
tian merge --format trec
