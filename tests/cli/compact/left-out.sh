# what is left out for good is counted, once; what lives stays
put() { printf '{"id":"%s","title":"关于%s的建议","body":"%s"}\n' "$1" "$2" "$3"; }
for text in 初稿 修改稿 定稿; do put a1 加装电梯 "$text" > one.jsonl; tian -i ix index one.jsonl > /dev/null; done
{ put b1 养老床位 一; put b2 课后服务 二; put b3 古树保护 三; } > two.jsonl
tian -i ix index two.jsonl > /dev/null
tian -i ix remove b1 b3
put b1 养老床位 重新提交 > three.jsonl
tian -i ix index three.jsonl > /dev/null
before=$(tian -i ix digest)
tian -i ix compact
tian -i ix compact
tian -i ix compact --json
[ "$(tian -i ix digest)" = "$before" ] && echo same digest
tian -i ix dump | cut -c1-10 | sort
tian -i ix remove b1
tian -i ix --lang en compact
tian -i ix remove b2
tian -i ix --json compact
