tian --index new --jsonl index corpus/collection.txt
