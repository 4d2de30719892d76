# what was read, as what; a row left out, a file that failed, one that moved, one that is gone
mkdir in
cp corpus/gb18030.txt in/一.txt
printf '案号,案由,正文\n1,关于甲的提案,正文\n合计,,\n' > in/表.csv
printf '\x89PNG\r\n\x1a\n' > in/图.doc
tian --index new index in > first 2> errors
tian --index new log | sed "s/用时（秒）.*/用时/"
mv in/一.txt in/二.txt
rm in/表.csv in/图.doc
tian --index new index in > first
tian --index new log | sed "s/用时（秒）.*/用时/"
tian --index new log --jsonl | tail -n 1 | sed 's/.*"summary"/"summary"/'
