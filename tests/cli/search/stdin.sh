echo 加装电梯 | tian search - --format trec
