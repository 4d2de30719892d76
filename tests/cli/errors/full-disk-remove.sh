# a disk full to the last byte: an import is refused, a removal goes into the reserve; with room again there is a new one
mkdir tiny
mount -t tmpfs -o size=48m tmpfs tiny 2> /dev/null || { echo "no tmpfs here (root is needed)"; exit 77; }
trap 'umount tiny' EXIT
tian --index tiny/index index corpus/collection.txt > /dev/null || exit 9
set -- $(tian --index tiny/index dump | sed 's/^{"id":"\([^"]*\)".*/\1/')
[ "$(stat -c %s tiny/index/reserve)" = 1048576 ] || exit 8
cat /dev/zero > tiny/something-else 2> /dev/null
tian --index tiny/index index corpus/proposals > /dev/null; echo "import: status $?"
tian --index tiny/index remove "$1" "$2" || exit 7
[ -e tiny/index/reserve ] || echo the reserve is used
tian --index tiny/index verify --full || exit 6
tian --index tiny/index show "$1" > /dev/null 2>&1; echo "show: status $?"
rm tiny/something-else
tian --index tiny/index remove "$3" || exit 5
[ "$(stat -c %s tiny/index/reserve)" = 1048576 ] && echo there is a reserve again
