# not compared: err
# what does not fit is refused with status 4; what was there is whole, and there is room again once space is made
mkdir small
mount -t tmpfs -o size=4m tmpfs small 2> /dev/null || { echo "no tmpfs here (root is needed)"; exit 77; }
trap 'umount small' EXIT
for i in $(seq 800); do sed "s/\"id\": *\"/&copy$i-/" corpus/old-platform.jsonl; done > large.jsonl
tian --index small/index index corpus/collection.txt > /dev/null || exit 9
before=$(tian --index small/index digest)
tian --index small/index index large.jsonl > /dev/null; status=$?
tian --index small/index verify --full || exit 8
tian --index small/index search 提案 --format trec | grep -c collection
exit $status
