# not compared: out err
for i in $(seq 2000); do sed "s/\"id\": *\"/&copy$i-/" corpus/old-platform.jsonl; done > many.jsonl
timeout --preserve-status --signal=INT 0.3 tian --index cut index many.jsonl
