# one file to be printed: a chart of curves, a chart of bars, what is behind the numbers
tian report --cross year,theme --format html
tian report --trend 文化建设 --format html --explain | sed '/<style>/d'
tian report --session 十四届三次 --cross category --format html --explain | grep -A 8 '<section>'
