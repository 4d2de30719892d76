printf '{"id":"a","title":"治理黑臭水体","text":"保护湿地，治理水污染，关停排污口。"}\n{"id":"b","body":"你好"}\n' | tian theme label --batch - --jsonl
