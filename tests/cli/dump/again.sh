# what is dumped and indexed again is found the same
tian dump > all.jsonl
wc -l < all.jsonl
tian --index again index all.jsonl
for q in 加装电梯 停车 '"一窗受理"'; do
    diff <(tian search "$q" -n 100 --format trec | cut -d' ' -f3 | sort) <(tian --index again search "$q" -n 100 --format trec | cut -d' ' -f3 | sort) && echo same
done
