# not compared: err
rm -r index/segments
tian search 电梯 || tian rebuild && tian search 加装电梯 --format trec | wc -l
