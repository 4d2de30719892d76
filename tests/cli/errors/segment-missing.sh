rm -r index/segments
tian search 电梯; first=$?
exit $first
