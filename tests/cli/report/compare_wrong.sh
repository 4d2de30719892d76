tian report --compare nowhere.txt
tian report --compare corpus/report-2024.txt --cross year,theme
echo 这里没有数。 > empty.txt
tian report --compare empty.txt
