# what is new, once: documents that came, or whose text changed; not when only data beside it did, nor after a rebuild
tian watch add 电梯 加装电梯
tian watch add 心理 心理健康 --match all
tian watch
echo "== 新来一件"
printf '{"id":"n1","title":"关于加装电梯补贴的提案","body":"建议提高加装电梯补贴。","proposer":"甲"}\n' > new.jsonl
tian index new.jsonl | sed 's/用时.*//'
tian watch run 电梯
echo "== 再看"
tian watch run 电梯
echo "== 只改提案者"
sed -i 's/甲/乙/' new.jsonl; tian index new.jsonl > log; tian watch run 电梯
echo "== 正文有改动"
sed -i 's/提高加装/尽快提高加装/' new.jsonl; tian index new.jsonl > log; tian watch run 电梯
echo "== 重建之后"
tian rebuild 2> log; tian watch
