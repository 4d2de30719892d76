#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# grow.sh BUILD [N…]: time, memory and how long a question takes at N documents (10,000, 100,000, 1,000,000), synthetic from
# c10k of ../shared/bench (grow.py); then 10,000 single additions at 250 a second while somebody asks. A million takes 12 GB.
set -eu
build=$(readlink -f "$1"); shift
[ $# -gt 0 ] || set -- 10000 100000 1000000
here=$(cd "$(dirname "$0")" && pwd) shared=$here/../../../shared/bench
[ -e "$shared/queries.tsv" ] || { echo "grow: skipped, ../shared/bench is not there"; exit 0; }
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
gunzip -c "$shared/corpus/c10k.jsonl.gz" >"$work/c10k.jsonl"
for n; do
    python3 "$here/grow.py" "$work/c10k.jsonl" "$n" >"$work/corpus.jsonl"
    rm -rf "$work/index"
    /usr/bin/time -f "GROW $n documents: %e s, peak %M KB" "$build/tian" --index "$work/index" index "$work/corpus.jsonl" 2>&1 >/dev/null | grep GROW
    "$build/bench/bench_query" "$work/index" "$shared/queries.tsv" 1 1 | grep '^all'
done
rm -rf "$work/index" "$work/corpus.jsonl"
python3 "$here/grow.py" "$work/c10k.jsonl" 10000 | cat "$work/c10k.jsonl" - >"$work/add.jsonl"
"$build/bench/bench_add" "$work/add.jsonl" "$shared/queries.tsv" "$work/index" 10000 "${ADDS:-10000}" 16 250
