printf '{"id":"a","title":"增设口袋公园","text":"城市绿化"}\n{"id":"b","body":"你好"}\n' | tian theme label --batch - --jsonl
