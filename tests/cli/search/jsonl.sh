tian --jsonl search 充电桩
