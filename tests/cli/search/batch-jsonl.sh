printf '电梯 "1"\t加装电梯\nq2\t口袋公园\n' | tian search --batch - --jsonl -n 1 | sed 's/"milliseconds.*//'
