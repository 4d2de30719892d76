printf '{"id":"a","title":"增设口袋公园","text":"增加公园绿地，治理黑臭水体"}\n{"id":"b","body":"你好"}\n' | tian theme label --batch - --jsonl
