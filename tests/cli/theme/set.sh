# what an officer decides goes before all else, and stays: the text edited and read again, a rebuild, another taxonomy and back, a backup, a dump
mkdir 来文; printf '案由：关于水库下游村庄防汛撤离的提案\n提案者：甲\n\n情况：汛期将至。\n建议：开展演练。\n' > 来文/甲.txt
tian index 来文 > /dev/null
tian theme set 来文/甲 应急 医疗
tian theme explain 来文/甲 | head -n 3
tian theme set 来文/甲 应急
sed -i 's/演练/撤离演练/' 来文/甲.txt; tian index 来文 | sed 's/；用时.*//'
tian rebuild > /dev/null
tian theme apply "$ROOT/share/themes/office.conf"; tian theme explain 来文/甲 | head -n 3
tian theme apply; tian verify --full
tian backup 备份 > /dev/null; tian --index 备份 theme explain 来文/甲 | sed -n 2p
tian dump | grep -o '"officer_theme":"[^"]*"'; tian dump > 全.jsonl
tian --index 另 index 全.jsonl > /dev/null; tian --index 另 theme explain 来文/甲 | sed -n 2p
tian search --theme 应急 -n 1 甲 --format csv | tail -n 1 | cut -c 1-40
# taken back; and what cannot be
tian theme unset 来文/甲; tian theme explain 来文/甲 | sed -n 2p
tian theme set 来文/甲 建; tian theme set 没有 教育; tian theme set 来文/甲; tian theme unset
# learned from as the truth
for i in 1 2 3; do printf '{"id":"棋%d","title":"棋谱","text":"棋手落子%d"}\n{"id":"车%d","title":"公交","text":"线路%d"}\n' $i $i $i $i; done > 例.jsonl
tian --index 学 index 例.jsonl > /dev/null
for i in 1 2 3; do tian --index 学 theme set 棋$i 体育; tian --index 学 theme set 车$i 城市管理; done
tian --index 学 theme learn --out m.conf | sed 's/[0-9]* 字节/N 字节/'; grep '^\[' m.conf
