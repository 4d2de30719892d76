# a query of 1 MB is read as a question; beyond 1 MiB it is refused
head -c 999999 /dev/zero | sed 's/\x0/电梯停车/g' | head -c 999999 | tian search - --format trec -n 3 | wc -l
head -c 2000000 /dev/zero | tr '\0' a | tian search -
