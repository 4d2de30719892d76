export TIAN_DICT=$PWD/own.txt
tian dict add 澜川大桥 岑港新区
tian dict add 澜川大桥
tian dict add 加装电梯 | sed 's/第 [0-9]* 行/第 N 行/'
tian dict remove 岑港新區
cat own.txt
tian debug cut 澜川大桥通车
tian dict remove 岑港新区
