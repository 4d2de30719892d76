printf '{"id":"a","text":"\377\376"}\n' | tian check --batch - --jsonl
