#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# bench.sh BUILD [CORPUS [ROUNDS [PEER…]]]: build an index beside the peers of ../shared/bench, in turn, and print each
# round and the ratios (CORPUS c10k, 3 rounds, peer naive). Times are whole processes with full durability; index size is
# what the files take on disk; memory is the largest process.
set -eu
build=$(readlink -f "$1") corpus=${2:-c10k} rounds=${3:-3}
shift $(($# < 3 ? $# : 3))
peers=("$@"); [ $# -gt 0 ] || peers=(naive)
here=$(cd "$(dirname "$0")" && pwd) shared=$here/../../../shared/bench
[ -e "$shared/peers.py" ] || { echo "bench: skipped, ../shared/bench is not there"; exit 0; }
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
gunzip -c "$shared/corpus/$corpus.jsonl.gz" >"$work/$corpus.jsonl"
bytes=$(python3 -c 'import json,sys; print(sum(len((d["title"]+d["body"]).encode()) for d in map(json.loads,open(sys.argv[1],encoding="utf-8"))))' "$work/$corpus.jsonl")
tian_once() {
    rm -rf "$work/index"
    /usr/bin/time -f '%e %M' -o "$work/time" "$build/tian" --index "$work/index" index "$work/$corpus.jsonl" >/dev/null 2>&1
    read -r seconds rss <"$work/time"
    size=$(du -s --block-size=1 "$work/index/records" "$work/index/segments" | awk '{ s += $1 } END { print s }')
    awk -v s="$seconds" -v b="$bytes" -v r="$rss" -v i="$size" \
        'BEGIN { printf "BUILD tian %.2f s %.2f MB/s index/text %.2f peak RSS %.0f MB\n", s, b / 1e6 / s, i / b, r / 1024 }'
}
for round in $(seq "$rounds"); do
    tian_once
    for p in "${peers[@]}"; do python3 "$shared/peers.py" "$p" "$work/$corpus.jsonl" "$work" | grep BUILD; done
done | tee "$work/log"
awk '{ name = $2; speed[name, ++n[name]] = $5 } END {
    for (p in n) if (p != "tian") {
        min = 1e9; max = 0; sum = 0
        for (i = 1; i <= n[p]; i++) { r[i] = speed["tian", i] / speed[p, i]; sum += r[i]; if (r[i] < min) min = r[i]; if (r[i] > max) max = r[i] }
        printf "RATIO tian : %s  %.2f (%.2f to %.2f, %d rounds)\n", p, sum / n[p], min, max, n[p]
    } }' "$work/log"
