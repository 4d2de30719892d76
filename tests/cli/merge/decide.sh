# by numbers of a session; a group already decided is shown last, and is no chain to build on
two="--session 十四届二次"
tian merge --accept 5 $two
tian merge $two | head -n 4
tian merge --accept 17 18 $two || echo "exit $?"
tian merge --accept 18 17 $two || echo "exit $?"
tian merge --accept 18 5 $two || echo "exit $?"
tian merge --accept 5 5 $two || echo "exit $?"
tian merge --accept 0005号 第18号 $two
tian merge --refuse 17 18 $two || echo "exit $?"
# taken back: never proposed again
tian merge --refuse proposals/2023/0017 proposals/2023/0005
tian merge $two | head -n 8
tian merge --refuse 5 18 $two
tian merge $two || echo "exit $?"
# the officer's word is the last: against the papers, too
tian merge --refuse proposals/2024/0015 proposals/2024/0004
tian merge || echo "exit $?"
sed 's/ [0-9TZ:-]*\t/ WHEN\t/; s/\t[0-9a-f]*$/\tCRC/' index/decisions
tian verify
