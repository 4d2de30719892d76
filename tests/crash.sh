#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# crash.sh BINARY [ROUNDS [SEED]]: kill -9 at random instants over index, rebuild, remove, compact, backup and restore. After each kill the index must
# open, hold every document whose command had said it was done, verify, and, once the interrupted command is run
# again, have the digest of an index that was never disturbed.
set -u
tian=$(readlink -f "$1") rounds=${2:-20} seed=${3:-1}
RANDOM=$seed
here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
mkdir "$work/in"
python3 - "$here/corpus" "$work/in" <<'EOF'
import json, os, sys
texts = []
for folder, _, names in sorted(os.walk(sys.argv[1])):
    for n in sorted(names):
        if n.endswith(".txt") and not folder.endswith("drafts"):
            try: texts.append(open(os.path.join(folder, n), encoding="utf-8").read())
            except UnicodeDecodeError: pass
for part in range(4):
    with open(os.path.join(sys.argv[2], "part%d.jsonl" % part), "w", encoding="utf-8") as f:
        for copy in range(4):
            for i, t in enumerate(texts):
                f.write(json.dumps({"id": "p%d-%d-%d" % (part, copy, i), "title": t[:20].replace("\n", " "), "body": t}, ensure_ascii=False) + "\n")
EOF
interrupted() { # run a command, kill it somewhere in the first 0.2 s
    setsid "$tian" --index "$idx" "$@" >/dev/null 2>&1 & pid=$!
    perl -e 'select(undef,undef,undef,rand(0.2))'; kill -9 -- -$pid 2>/dev/null && kills=$((kills + 1))
    wait $pid 2>/dev/null
}
digest() { "$tian" --index "$1" digest; }
fail() { echo "crash: round $round: $*"; exit 1; }

# What an undisturbed run gives, after each step.
want=()
model=$work/model
for step in 0 1 2 3; do
    "$tian" --index "$model" index "$work/in/part$step.jsonl" >/dev/null 2>&1 || { echo "crash: model failed"; exit 1; }
    want+=("$(digest "$model")")
done
"$tian" --index "$model" remove p0-1-1 p1-2-2 p2-3-3 p3-4-4 >/dev/null 2>&1
want+=("$(digest "$model")")
kills=0 lost=0
for round in $(seq "$rounds"); do
    idx=$work/idx; rm -rf "$idx"
    done_until=-1
    for step in 0 1 2 3; do
        what=(index "$work/in/part$step.jsonl")
        interrupted "${what[@]}"; status=$?
        if [ $status = 0 ]; then
            [ "$(digest "$idx")" = "${want[$step]}" ] || fail "step $step was done, but the digest differs"
        elif [ "$done_until" -ge 0 ]; then
            digest "$idx" >/dev/null || fail "after a kill in step $step the index does not open"
        fi
        "$tian" --index "$idx" "${what[@]}" >/dev/null 2>&1 || fail "the interrupted step $step cannot be run again"
        [ "$(digest "$idx")" = "${want[$step]}" ] || { lost=$((lost + 1)); fail "step $step: digest differs after the second run"; }
        done_until=$step
    done
    "$tian" --index "$idx" verify --full >/dev/null || fail "verify finds problems"
    for what in rebuild "remove p0-1-1 p1-2-2 p2-3-3 p3-4-4" compact "backup $work/backup" "restore $work/backup"; do
        after=${want[4]}; [ "$what" = rebuild ] && after=${want[3]}
        interrupted $what
        now=$(digest "$idx") || fail "after a kill in $what the index does not open"
        [ "$now" = "${want[3]}" ] || [ "$now" = "${want[4]}" ] || fail "after a kill in $what the digest differs"
        "$tian" --index "$idx" $what >/dev/null 2>&1 || [ $? = 1 ] || fail "$what fails after a kill"
        [ "$(digest "$idx")" = "$after" ] || fail "the digest differs after $what"
        case $what in backup*) [ "$(digest "$work/backup")" = "$after" ] || fail "the backup has another digest" ;; esac
    done
    "$tian" --index "$idx" verify >/dev/null || fail "verify finds problems at the end"
    rm -rf "$work/backup" "$idx".*
done
"$tian" --index "$idx" dump >"$work/dump.jsonl" && "$tian" --index "$work/new" load "$work/dump.jsonl" >/dev/null 2>&1
[ "$(digest "$work/new")" = "${want[4]}" ] || fail "its dump, loaded elsewhere, has another digest"
echo "crash: $rounds rounds, $kills kills, 0 documents lost, 0 failed opens, all digests equal"
