# decisions are in a backup, and outlive a rebuild
tian merge --accept proposals/2023/0005 proposals/2023/0017 > log
tian backup copy > log
tian rebuild > log
tian compact > log
tian merge --session 十四届二次 | head -n 3
tian --index copy merge --session 十四届二次 | head -n 3
rm index/decisions
tian restore copy 2> log
tian merge --session 十四届二次 | head -n 3
tian --index copy verify
printf 'accept 2026-02-03T10:11:12Z\ta\tb\t00000000\n' >> index/decisions
tian verify
tian merge --session 十四届二次 | head -n 3
