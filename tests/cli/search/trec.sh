tian search 充电桩 --format trec
