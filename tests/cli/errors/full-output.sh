# not compared: err
# the disk fills up while an answer is written
mkdir small
mount -t tmpfs -o size=64k tmpfs small 2> /dev/null || { echo "no tmpfs here (root is needed)"; exit 77; }
trap 'umount small' EXIT
tian dump > small/all.jsonl
