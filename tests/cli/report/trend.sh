# a theme's years, words, and what was solved at a later try; as text, CSV, and in English with what is behind the numbers
tian report --trend 社会建设
tian report --trend 城市管理 --format csv
tian --lang en report --trend 生态文明建设 --explain --format markdown
tian --jsonl report --trend 体育 | grep -o '"key":"curve".*"drawn[^,]*' ; tian --jsonl report --trend 教育 | grep -o '"text":"[^"]*"' | head -n 3
tian report --trend 建; tian report --trend 其他
