tian watch add 甲 停车难 > log
tian backup copy > log && tian backup - > copy.tar
tian watch remove 甲; tian watch list
tian restore copy > log; tian watch list
tian watch remove 甲
tian restore copy.tar > log; tian watch list
