# not compared: err
mkdir small
mount -t tmpfs -o size=400k tmpfs small 2> /dev/null || { echo "no tmpfs here (root is needed)"; exit 77; }
trap 'umount small' EXIT
tian --index small/index index corpus/collection.txt > /dev/null || exit 9
before=$(tian --index small/index digest)
tian --index small/index index corpus/proposals > /dev/null; status=$?
[ "$(tian --index small/index digest)" = "$before" ] && echo what was there is there
exit $status
