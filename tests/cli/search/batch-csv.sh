printf 'q1\t加装电梯\nq2\t口袋公园\n' | tian search --batch - --format csv -n 1 | cut -d, -f1-4
