# not compared: out err
# Ctrl-C in the middle: status 75, what was acknowledged stays, the same command then finishes the rest
for i in $(seq 200); do sed "s/\"id\": *\"/&copy$i-/" corpus/old-platform.jsonl; done > once.jsonl
for part in 1 2 3 4; do sed "s/\"id\": *\"/&$part-/" once.jsonl > part$part.jsonl; done
tian --index whole index part*.jsonl || exit 9
tian --index cut index part1.jsonl || exit 9
size() { cat cut/records/* | wc -c; }
before=$(size)
tian --index cut index part*.jsonl & pid=$!
for i in $(seq 500); do [ "$(size)" -gt "$before" ] && break; sleep 0.01; done
kill -INT $pid; wait $pid; status=$?
[ $status = 75 ] || exit 8
n=$(tian --index cut --jsonl status | sed -E 's/.*"documents":([0-9]+).*/\1/')
[ "$n" -ge 1400 ] && [ "$n" -lt 5600 ] || exit 7
tian --index cut index part*.jsonl && tian --index cut verify || exit 6
[ "$(tian --index cut digest)" = "$(tian --index whole digest)" ] || exit 5
