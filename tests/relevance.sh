#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# relevance.sh BINARY: how well answers are ranked, on the labelled sets beside the project (../shared/eval/relevance,
# half of each set), questions as they were typed, the program's defaults; against a floor a little below what was
# reached (doc/RANKING.md). auto, which asks for more, must not be worse than any by more than .02. Skipped where the
# sets are absent.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
eval=${TIAN_SHARED:-$root/../shared}/eval
[ -r "$eval/relevance/replies/qrels.tsv" ] || { echo "relevance: skipped, no ../shared/eval/relevance"; exit 0; }
binary=$(readlink -f "$1")
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
export TIAN_SHARE="$root/share" LC_ALL=C.UTF-8
passed=0 failed=0

run() { # set match → nDCG@10 and R@100
    cut -f1,2 "$eval/relevance/$1/queries.tsv" |
        "$binary" --index "$work/$1" search --match "$2" -n 100 --batch - --format trec > "$work/run" || [ $? = 1 ]
    python3 "$eval/score.py" relevance "$eval/relevance/$1/qrels.tsv" "$work/run" |
        awk '{ for (i = 1; i < NF; i++) { if ($i == "nDCG@10") n = $(i+1); if ($i == "R@100") r = $(i+1) } print n, r }'
}
check() { # what value floor
    if awk -v a="$2" -v b="$3" 'BEGIN { exit !(a >= b) }'; then
        passed=$((passed + 1)); echo "relevance $1 $2 (at least $3)"
    else
        failed=$((failed + 1)); echo "FAILED relevance $1 $2, wanted $3"
    fi
}
while read -r set ndcg recall; do
    "$binary" --index "$work/$set" index "$eval/relevance/$set/corpus.jsonl.gz" > "$work/log" 2>&1 ||
        { cat "$work/log"; exit 1; }
    read -r n r < <(run "$set" any)
    check "$set nDCG@10" "$n" "$ndcg"
    check "$set R@100" "$r" "$recall"
    read -r auto _ < <(run "$set" auto)
    check "$set nDCG@10 auto" "$auto" "$(awk -v n="$n" 'BEGIN { print n - .02 }')"
done <<SETS
statutes .369 .678
replies  .663 .855
SETS
echo "relevance: $passed passed, $failed failed"
[ "$failed" = 0 ]
