# a disk that is nearly full: refused with status 4 before anything is written; what was there is whole
mkdir small
mount -t tmpfs -o size=40m tmpfs small 2> /dev/null || { echo "no tmpfs here (root is needed)"; exit 77; }
trap 'umount small' EXIT
tian --index small/index index corpus/collection.txt > /dev/null || exit 9
before=$(tian --index small/index digest)
head -c 38000000 /dev/zero > small/something-else
tian --index small/index index corpus/proposals > /dev/null; status=$?
tian --index small/index verify --full || exit 8
[ "$(tian --index small/index digest)" = "$before" ] && echo what was there is there
rm small/something-else
tian --index small/index index corpus/proposals > /dev/null || exit 7
exit $status
