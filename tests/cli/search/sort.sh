tian search 养老 --sort newest --jsonl | grep -o '"year":"[0-9]*"'
echo
tian search 养老 --sort oldest --jsonl | grep -o '"year":"[0-9]*"'
