printf 'q1\t加装电梯\nq2\t没有这样的词组\n\n口袋公园\n' | tian search --batch - --format trec -n 2
