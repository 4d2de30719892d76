tian merge --learn || echo "exit $?"
tian merge --refuse proposals/2024/0004 proposals/2024/0015 > log
tian merge --accept proposals/2023/0005 proposals/2023/0017 > log
for other in 0001 0002 0003 0007 0010; do tian merge --refuse proposals/2024/$other proposals/2022/0014 > log; done
tian merge --learn --out better.conf
diff $ROOT/share/verdict.conf better.conf | grep '^[<>]'
tian --json merge --learn | cut -c 1-200
mkdir -p share; cp -r $ROOT/share/. share; cp better.conf share/verdict.conf
TIAN_SHARE=$PWD/share tian merge --learn | head -n 2
