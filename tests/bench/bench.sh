#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# bench.sh BUILD [CORPUS [ROUNDS [PEER…]]]: build an index beside the peers of ../shared/bench, in turn, and print each
# round and the ratios (CORPUS c10k, 3 rounds, peers naive groonga fts5-icu lucene; one that is not installed is skipped).
# Times are whole processes, ours with full durability; index size is what the files take on disk; memory is the largest
# process. Lucene builds three times in one process, and the third counts, so that it is warm.
# With ASK=1 the questions of queries.tsv are asked too, ten hits with snippets each, of ours by bench_query; of ours
# alone harder ones (hard.py), and facets of all documents (bench_facet).
set -eu
build=$(readlink -f "$1") corpus=${2:-c10k} rounds=${3:-3}
shift $(($# < 3 ? $# : 3))
peers=("$@"); [ $# -gt 0 ] || peers=(naive groonga fts5-icu lucene)
here=$(cd "$(dirname "$0")" && pwd) shared=$here/../../../shared/bench
[ -e "$shared/peers.py" ] || { echo "bench: skipped, ../shared/bench is not there"; exit 0; }
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
gunzip -c "$shared/corpus/$corpus.jsonl.gz" >"$work/$corpus.jsonl"
bytes=$(python3 -c 'import json,sys; print(sum(len((d["title"]+d["body"]).encode()) for d in map(json.loads,open(sys.argv[1],encoding="utf-8"))))' "$work/$corpus.jsonl")
queries=$shared/queries.tsv
jars=$(ls /usr/share/java/lucene-{core,analyzers-common,analyzers-smartcn,highlighter,queries,memory}-8.*.jar 2>/dev/null | tr '\n' ':')

is_there() {
    case $1 in
    naive | fts5*) command -v g++ >/dev/null && [ -e /usr/include/xapian.h ] ;;
    groonga) command -v groonga >/dev/null ;;
    lucene) command -v javac >/dev/null && [ -n "$jars" ] ;;
    esac
}
tian_once() {
    rm -rf "$work/index"
    /usr/bin/time -f '%e %M' -o "$work/time" "$build/tian" --index "$work/index" index "$work/$corpus.jsonl" >/dev/null 2>&1
    read -r seconds rss <"$work/time"
    size=$(du -s --block-size=1 "$work/index/records" "$work/index/segments" | awk '{ s += $1 } END { print s }')
    awk -v s="$seconds" -v b="$bytes" -v r="$rss" -v i="$size" \
        'BEGIN { printf "BUILD tian %.2f s %.2f MB/s index/text %.2f peak RSS %.0f MB\n", s, b / 1e6 / s, i / b, r / 1024 }'
    [ -n "${ASK:-}" ] || return 0
    "$build/bench/bench_query" "$work/index" "$queries" 1 3 | sed -n 's/^all /QUERY tian+snippet n /p'
    python3 "$here/hard.py" "$work/$corpus.jsonl" "$queries" >"$work/hard.tsv"
    "$build/bench/bench_query" "$work/index" "$work/hard.tsv" 1 2 | sed -n 's/^[a-z]* .* mean /HARD &/p'
    "$build/bench/bench_facet" "$work/index" 30 | sed 's/^/FACET /'
}
lucene_once() {
    [ -e "$work/LuceneBench.class" ] || javac -cp "$jars" -d "$work" "$shared/LuceneBench.java"
    if [ -n "${ASK:-}" ]; then cat "$queries"; else head -n 1 "$queries"; fi >"$work/few.tsv"
    java -Xmx2g -cp "$jars$work" LuceneBench cjk "$work/$corpus.jsonl" "$work/lucene" "$work/few.tsv" 2 |
        sed -n "s/ t2 round 2//p${ASK:+; /+snippet/p}"
}
peer_once() {
    case $1 in
    lucene) lucene_once ;;
    *) python3 "$shared/peers.py" "$1" "$work/$corpus.jsonl" "$work" ${ASK:+"$queries"} | grep -E 'BUILD|QUERY [^ ]+ all|^AND' ;;
    esac
}
for round in $(seq "$rounds"); do
    tian_once
    for p in "${peers[@]}"; do
        if is_there "$p"; then peer_once "$p"; else echo "SKIP $p is not installed"; fi
    done
done | tee "$work/log"
awk '$1 == "BUILD" { name = $2; speed[name, ++n[name]] = $5 } END {
    for (p in n) if (p != "tian") {
        min = 1e9; max = 0; sum = 0
        for (i = 1; i <= n[p]; i++) { r[i] = speed["tian", i] / speed[p, i]; sum += r[i]; if (r[i] < min) min = r[i]; if (r[i] > max) max = r[i] }
        printf "RATIO tian : %s  %.2f (%.2f to %.2f, %d rounds)\n", p, sum / n[p], min, max, n[p]
    } }' "$work/log"
