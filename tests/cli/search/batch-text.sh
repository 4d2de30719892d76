printf 'q1\t加装电梯\nq2\t口袋公园\n' > questions
tian search --batch questions -n 1
