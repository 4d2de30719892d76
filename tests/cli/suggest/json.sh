tian --jsonl suggest jzdt -n 3 | sed 's/"milliseconds":[0-9.]*/"milliseconds":N/'
