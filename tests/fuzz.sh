#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# fuzz.sh replay PROGRAM…   run each target over its kept inputs (fuzz/corpus, fuzz/found) and each of them cut short
# fuzz.sh run PROGRAM…      libFuzzer: RUNS inputs, or SECONDS_EACH seconds; TARGETS="query record" chooses some.
#                           New inputs grow in build/fuzz/corpus, findings stand in build/fuzz/found.
set -u
cd "$(dirname "$0")/.."
way=$1; shift
kept() { find tests/fuzz/corpus/"$1" tests/fuzz/found/"$1" -type f 2>/dev/null | sort; }

# Each kept input, and what is left of it when it ends at each quarter.
replay() {
    local target=$1 program=$2 folder=$3 f n k
    for f in $(kept "$target"); do
        n=$(stat -c %s "$f"); cp "$f" "$folder/$(basename "$f")"
        for k in 1 2 3; do head -c $((n * k / 4)) "$f" >"$folder/$(basename "$f").$k"; done
    done
    ${TIAN_WRAP:-} "$program" "$folder"/* 2>"$folder/log"
}

run() {
    local target=$1 program=$2 grown=build/fuzz/corpus/$1
    mkdir -p "$grown" build/fuzz/found
    [ -w /dev/shm ] && export TMPDIR=/dev/shm
    # the time of a run is told by the clock on the wall: a machine that stands still for a minute is no finding
    "$program" -seed="${SEED:-$RANDOM}" -rss_limit_mb=1500 -timeout=600 -max_len="${MAX_LEN:-4096}" \
        $([ -n "${RUNS:-}" ] && echo "-runs=$RUNS" || echo "-max_total_time=${SECONDS_EACH:-60}") -dict=tests/fuzz/words.dict -print_final_stats=1 \
        -artifact_prefix=build/fuzz/found/"$target"- "$grown" tests/fuzz/corpus/"$target" $([ -d tests/fuzz/found/"$target" ] && echo tests/fuzz/found/"$target") \
        >build/fuzz/"$target".log 2>&1
}

bad=0
for program in "$@"; do
    target=$(basename "$program")
    [[ " ${TARGETS:-$target} " == *" $target "* ]] || continue
    folder=$(mktemp -d)
    if [ "$way" = replay ]; then
        replay "$target" "$program" "$folder" || { bad=$((bad + 1)); echo "fuzz: $target fails:"; tail -n 40 "$folder/log"; }
        echo "fuzz: $target: $(ls "$folder" | grep -vc '^log$') inputs"
    else
        run "$target" "$program" || { bad=$((bad + 1)); tail -n 60 build/fuzz/"$target".log; }
        awk -v t="$target" '/number_of_executed_units/ {n=$2} /average_exec_per_sec/ {r=$2} /cov:/ {c=$0; sub(/.*cov: /,"",c); sub(/ .*/,"",c)} END {print "fuzz: " t ": " n " runs, " r " a second, " c " edges"}' build/fuzz/"$target".log
    fi
    rm -rf "$folder"
done
[ "$bad" = 0 ]
