# a word that begins with - and is not ASCII is no option
tian search 养老 --format trec -n 100 | wc -l
tian search 养老 -农村 --format trec -n 100 | cut -d' ' -f3
