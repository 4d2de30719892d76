tian --index new index corpus/gb18030.txt corpus/traditional.txt
tian --index new search 自建房 --jsonl | grep -c '"rank"'
tian --index new search 口袋公园 --jsonl | grep -c '"rank"'
