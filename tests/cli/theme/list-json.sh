tian --jsonl theme list
