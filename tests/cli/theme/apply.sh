# the labels change, nothing else does; what comes later is labelled by the same taxonomy; without a file: the usual one again
before=$(tian digest)
tian theme apply "$ROOT/share/themes/office.conf"
tian theme list
[ "$before" = "$(tian digest)" ] && tian verify --full
printf '{"id":"新","title":"关于提高养老金和低保标准的提案","body":"情况。"}\n' > 新.jsonl
tian index 新.jsonl
tian search 养老金 --theme 社会事务 -n 1
tian rebuild > /dev/null; tian theme list | head -n 2
tian theme label 学校和医院
tian theme apply; tian theme list | head -n 2
tian theme apply nowhere.conf
