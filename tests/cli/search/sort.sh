tian search 养老 --sort newest --jsonl | grep -o '"date":"[^"]*"'
echo
tian search 养老 --sort oldest --jsonl | grep -o '"date":"[^"]*"'
