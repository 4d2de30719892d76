tian watch; echo $?
tian watch list; echo $?
tian watch add 甲 停车难 --theme 社会建设
tian watch add 乙 '"口袋公园" OR 广场'
tian watch list
tian watch remove 甲
tian watch list
tian --jsonl watch list
