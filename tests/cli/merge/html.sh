tian merge --session 十四届二次 --format html | sed 's/<style>.*<.style>//'
