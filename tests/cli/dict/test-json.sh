tian --jsonl dict test 口袋公园
