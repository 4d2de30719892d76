# not compared: out err
# Ctrl-C in the middle: status 75, what was acknowledged stays, the second run finishes the rest
for i in $(seq 200); do
    sed "s/\"id\": *\"/&copy$i-/" corpus/old-platform.jsonl
done > many.jsonl
for copy in 1 2 3 4 5 6 7 8 9 10 11 12; do sed "s/\"id\": *\"/&$copy-/" many.jsonl > part$copy.jsonl; done
tian --index whole index part*.jsonl || exit 9
tian --index cut index part1.jsonl || exit 9
timeout --signal=INT 0.25 tian --index cut index part*.jsonl; status=$?
[ $status = 124 ] || exit 8   # 124: timeout sent its signal in time
n=$(tian --index cut --jsonl status | sed -E 's/.*"documents":([0-9]+).*/\1/')
[ "$n" -ge 1400 ] || exit 7
tian --index cut index part*.jsonl && tian --index cut verify || exit 6
[ "$(tian --index cut digest)" = "$(tian --index whole digest)" ] || exit 5
