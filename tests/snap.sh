#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# snap.sh BINARY [STEP]: the index is copied before every write, fsync, rename, unlink and truncation of a run of
# several commits (200 documents in, 50 changed, some removed, compacted); from each copy the rest of the run must end in the
# digest of the undisturbed one. Then each of these calls, Xapian's among them, fails once as on a full disk.
# STEP: only every STEP-th copy and failure (1: all).
set -u
tian=$(readlink -f "$1") step=${2:-9}
here=$(cd "$(dirname "$0")/.." && pwd)
base=/dev/shm; [ -w $base ] || base=${TMPDIR:-/tmp}
work=$(mktemp -d $base/tian-snap-XXXXXX) && trap 'rm -rf "$work"' EXIT
gcc -O1 -shared -fPIC -o "$work/snap.so" "$here/tests/crash/snap.c" -ldl || exit 1
fail() { echo "snap: $*"; exit 1; }

python3 - "$work" <<'EOP'
import json, sys
topics = "加装电梯 养老床位 饮用水安全 课后服务 停车共享 基层医疗 古树保护 慢行车道 预付消费 产教融合".split()
def put(name, docs, mark):
    with open("%s/%s.jsonl" % (sys.argv[1], name), "w", encoding="utf-8") as f:
        for i in docs:
            t = topics[i % 10]
            f.write(json.dumps({"id": "d%03d" % i, "title": "关于推进%s的建议" % t,
                                "body": "第%d件%s。近年来%s受到关注。建议一是完善制度，二是安排资金%d万元。" % (i, mark, t, i * 3)},
                               ensure_ascii=False) + "\n")
put("one", range(0, 120), "")
put("two", range(120, 200), "")
put("three", range(50, 100), "修改稿")
EOP
steps() { # INDEX: the run. Every command may be run again.
    "$tian" -i "$1" index "$work/one.jsonl" -j1 && "$tian" -i "$1" index "$work/two.jsonl" -j1 &&
        "$tian" -i "$1" index "$work/three.jsonl" -j1 &&
        { "$tian" -i "$1" remove d001 d077 d150 d199 || [ $? = 1 ]; } && # 1: they are gone already
        "$tian" -i "$1" compact -j1
}
digest() { "$tian" -i "$1" digest; }
export -f steps digest; export tian work
mkdir "$work/copies" "$work/model"
steps "$work/model" >/dev/null 2>&1 || fail "the model fails"
want=$(digest "$work/model")

# Copies of each of the five commands, the number of the command in the name.
mkdir "$work/ix"
number=0
for command in "index $work/one.jsonl -j1" "index $work/two.jsonl -j1" "index $work/three.jsonl -j1" "remove d001 d077 d150 d199" "compact -j1"; do
    number=$((number + 1)); mkdir "$work/copies/$number"
    LD_PRELOAD=$work/snap.so TIAN_SNAP_FOLDER=$work/ix TIAN_SNAP_TO=$work/copies/$number TIAN_SNAP_COUNT=$work/count.$number \
        "$tian" -i "$work/ix" $command >/dev/null 2>&1 || fail "command $number fails while it is copied"
done
[ "$(digest "$work/ix")" = "$want" ] || fail "the copied run ends in another digest"
points=$(find "$work/copies" -mindepth 2 -maxdepth 2 | wc -l) tried=0 k=0
[ "$points" -gt 100 ] || fail "only $points points"
for copy in $(find "$work/copies" -mindepth 2 -maxdepth 2 | sort); do
    k=$((k + 1)); [ $((k % step)) = 0 ] || continue
    if [ -e "$copy/manifest" ]; then digest "$copy" >/dev/null || fail "$copy cannot be opened"; fi
    steps "$copy" >"$work/out" 2>&1 || fail "$copy: the run cannot be done again: $(tail -n 2 "$work/out")"
    [ "$(digest "$copy")" = "$want" ] || fail "$copy: another digest after the run"
    "$tian" -i "$copy" verify --full >/dev/null || fail "$copy: verify finds problems"
    tried=$((tried + 1)); rm -rf "$copy"
done

# Failures: from the state before each command.
failures=0 k=0
rm -rf "$work/ix"; mkdir "$work/ix"; number=0
for command in "index $work/one.jsonl -j1" "index $work/two.jsonl -j1" "index $work/three.jsonl -j1" "remove d001 d077 d150 d199" "compact -j1"; do
    number=$((number + 1))
    for n in $(seq "$(cat "$work/count.$number")"); do
        k=$((k + 1)); [ $((k % step)) = 0 ] || continue
        rm -rf "$work/bad"; cp -r "$work/ix" "$work/bad"
        LD_PRELOAD=$work/snap.so TIAN_SNAP_FOLDER=$work/bad TIAN_SNAP_FAIL=$n TIAN_SNAP_ERRNO=$((n % 2 ? 28 : 5)) \
            "$tian" -i "$work/bad" $command >"$work/out" 2>&1
        status=$?
        case $status in 0|3|4) ;; *) fail "call $n of command $number failing: status $status: $(tail -n 2 "$work/out")";; esac
        [ $status = 0 ] || [ -s "$work/out" ] || fail "call $n of command $number failing: no message"
        [ ! -e "$work/bad/manifest" ] || digest "$work/bad" >/dev/null || fail "call $n of command $number failing: does not open afterwards"
        steps "$work/bad" >"$work/out" 2>&1 || fail "call $n of command $number failing: the run cannot be done again: $(tail -n 2 "$work/out")"
        [ "$(digest "$work/bad")" = "$want" ] || fail "call $n of command $number failing: another digest after the run"
        failures=$((failures + 1))
    done
    "$tian" -i "$work/ix" $command >/dev/null 2>&1
done
echo "snap: $points points of a run of five commands; from $tried copies and after $failures failed calls the run ends in the same digest"
