tian report --session 那次
tian report --cross year,colour
tian report --year 1850
tian report --format trec
