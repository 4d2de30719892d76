#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# faults.sh BINARY [STEP [ROUNDS]]: the program as it is, its libraries with it, while memory and files fail. Each command is run
# with its n-th malloc() failing, whoever calls it (every STEP-th n), and ROUNDS times with libfiu failing any of its
# allocations, or file operations, at random (skipped where fiu-run is not installed). After each: no crash, a status and a
# message that fit; the index opens and holds what it held before or what the command makes of it; the command done again
# ends in that. tests/unit/test_store_faults.c is the same inside a process, point by point.
set -u
tian=$(readlink -f "$1") step=${2:-661} rounds=${3:-1}
here=$(cd "$(dirname "$0")" && pwd)
base=/dev/shm; [ -w $base ] || base=${TMPDIR:-/tmp}
work=$(mktemp -d $base/tian-faults-XXXXXX) && trap 'rm -rf "$work"' EXIT
gcc -O1 -shared -fPIC -Wall -Werror -o "$work/memory.so" "$here/crash/memory.c" || exit 1
export LC_ALL=C.UTF-8
cd "$work" || exit 1
fail() { echo "faults: $*"; [ -z "${TIAN_KEEP:-}" ] || cp -r "$work" "$TIAN_KEEP"; exit 1; }
digest() { "$tian" -i "$1" digest 2>/dev/null; }

mkdir in
cp "$here"/../corpus/proposals/2022/000[1-4].txt in/
put() { printf '{"id":"%s","title":"关于%s的建议","body":"%s近年来受到关注。%s建议完善制度，安排资金。"}\n' "$1" "$2" "$2" "${3:-}"; }
{ put m1 加装电梯; put m2 养老床位; put m3 古树保护; } > in/more.jsonl
"$tian" -i old index in > /dev/null 2>&1 || fail "no index can be made"
"$tian" -i old backup backup > /dev/null || fail "no backup can be made"
put m9 课后服务 > load.jsonl
put m1 加装电梯 经修改， > in/more.jsonl
put m4 停车共享 >> in/more.jsonl
rm in/0001.txt
cp -r old now && "$tian" -i now index in > /dev/null 2>&1 || fail "the changed files cannot be read"

# from | reads, writes | command
scenarios=("none|writes|index in -j1" "old|writes|index in" "now|writes|remove m4 0002" "now|writes|rebuild" "now|writes|compact -j1"
           "now|writes|theme set m1 教育" "now|writes|load load.jsonl" "now|writes|backup to" "now|writes|restore backup"
           "now|reads|search 电梯 --facet theme" "now|reads|check in/0003.txt" "now|reads|verify --full" "now|reads|dump")
fresh() { rm -rf ix to; mkdir ix; [ "$1" = none ] && rmdir ix || cp -r "$1"/. ix/; }
run() { "$@" > out 2> err; }

look() { # after the command at a point: status, message, what the index holds; then the same again
    case $status in
    0 | 3 | 4 | 75) ;;
    1) [ ! -s err ] || fail "$point: status 1, but it says: $(tail -n 1 err)" ;;
    *) fail "$point: status $status: $(tail -n 1 err)" ;;
    esac
    case $status in 3 | 4 | 75) [ -s err ] || fail "$point: status $status without a message" ;; esac
    points=$((points + 1))
    [ "$kind" = writes ] || return
    # (where there was no index there may be none still, or an empty one; of an import the files that could be read are in)
    now=$(digest ix)
    [ "$now" = "$before" ] || [ "$now" = "$after" ] || grep -q "无法读取\|未能读取\|could not be read" err ||
        { [ "$from" = none ] && [ -z "${now//0/}" ]; } || fail "$point: status $status: the index holds neither what it held nor what it should"
    run "$tian" -i ix $command || [ $? = 1 ] || fail "$point: cannot be done again: $(tail -n 1 err)"
    [ "$(digest ix)" = "$after" ] || fail "$point: done again it is another index"
}

points=0 random=0
for scenario in "${scenarios[@]}"; do
    IFS='|' read -r from kind command <<< "$scenario"
    fresh "$from"
    before=$(digest ix)
    LD_PRELOAD=$work/memory.so TIAN_MEMORY_COUNT=$work/count "$tian" -i ix $command > out 2> err || [ $? = 1 ] || fail "$command fails by itself: $(cat err)"
    after=$(digest ix)
    for n in $(seq 1 "$step" "$(cat count)"); do
        point="$command, allocation $n failing"
        [ "$kind" = reads ] || fresh "$from"
        LD_PRELOAD=$work/memory.so TIAN_MEMORY_FAIL=$n "$tian" -i ix $command > out 2> err
        status=$?
        look
    done
    command -v fiu-run > /dev/null || continue
    for n in $(seq "$rounds"); do
        for what in libc/mm/*,probability=0.0005 posix/io/*,probability=0.005; do
            point="$command, $what failing at random"
            [ "$kind" = reads ] || fresh "$from"
            fiu-run -x -f "" -c "enable_random name=$what" "$tian" -i ix $command > out 2> err
            status=$?
            look
            random=$((random + 1))
        done
    done
done
command -v fiu-run > /dev/null || echo "faults: skipped: failures at random (fiu-run is not installed)"
echo "faults: ${#scenarios[@]} commands, $points points ($random of them by libfiu): no crash, nothing lost, status and message right, each ends well when done again"
