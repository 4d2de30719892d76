# five texts that no theme fits: a group, in the form of a taxonomy
for i in 1 2 3 4 5; do
    printf '{"id":"棋%d","title":"围棋棋谱之%d","text":"棋手落子，棋谱流传，围棋定式%d手。棋手对局。"}\n' $i $i $i
done > 棋.jsonl
tian index 棋.jsonl > /dev/null
tian theme new --year 2024
tian theme new | grep '^\[' && tian --lang en theme new | head -n 2
