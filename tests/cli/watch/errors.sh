tian watch add 甲; tian watch add 甲 '  '; tian watch add '' 停车
tian watch add 甲 停车 > log; tian watch add 甲 停车
tian watch run 没有; tian watch remove 没有; tian watch stop
tian watch add 乙 停车 --theme 没有的主题
head -c 40 index/watches > cut; cp cut index/watches; tian watch
