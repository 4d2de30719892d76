# what comes, changes and goes while it follows; Ctrl-C ends it well. (A folder that gives no file at all is taken for one
# that is not mounted: its documents stay. So one file stays here.)
mkdir in; echo 不变的一件 > in/stay.txt
tian --index new index --follow in > said 2>&1 &
follower=$!
wait_for() { for i in $(seq 100); do [ "$(tian --index new search "$1" --jsonl 2> nothing | grep -c rank)" = "$2" ] && return; sleep 0.1; done; echo "waited for $1 in vain"; }
for i in $(seq 100); do [ -e new/manifest ] && break; sleep 0.1; done
mkdir in/sub; printf '案由：关于停车的提案\n车位少。\n' > in/sub/a.txt
wait_for 车位 1
printf '案由：关于停车的提案\n路灯少。\n' > in/sub/b; mv in/sub/b in/sub/a.txt
wait_for 路灯 1
wait_for 车位 0
rm in/sub/a.txt
wait_for 路灯 0
kill -INT $follower; wait $follower; echo "exit status $?"
grep -c 件 said
