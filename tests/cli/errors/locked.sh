# not compared: err
exec 9> index/lock; flock 9
tian index corpus/collection.txt 9>&-; first=$?
tian search 加装电梯 --format trec 9>&- | wc -l
exit $first
