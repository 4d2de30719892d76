tian watch add 电梯 加装电梯 > log
printf '{"id":"n1","title":"关于加装电梯补贴的提案","body":"建议提高加装电梯补贴。"}\n' > new.jsonl
tian index new.jsonl > log
tian --jsonl watch
tian --lang en watch
