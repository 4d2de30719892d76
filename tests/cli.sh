#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# cli.sh [--bless] BINARY [CASE…]: golden tests of the command line.
#
# A case is tests/cli/<command>/<name>.sh, run by bash in a folder of its own that holds `index` (of corpus/) and
# `corpus`. What it writes is compared with .out, .err and .exit beside it; a file that is missing is not compared,
# a missing .exit is 0. --bless writes them anew (except what a line "# not compared: out err" names): read the diff.
# Times and the paths of this run are replaced by words. Exit status 77 skips a case, its last line says why.
set -u
bless=
[ "${1:-}" = --bless ] && { bless=1; shift; }
root=$(cd "$(dirname "$0")/.." && pwd)
binary=$(readlink -f "$1"); shift
work=$(readlink -f "$(mktemp -d)") && trap 'rm -rf "$work"' EXIT

mkdir "$work/bin"
printf '#!/bin/sh\nexec %s %s "$@"\n' "${TIAN_WRAP:-}" "$binary" > "$work/bin/tian"
chmod +x "$work/bin/tian"
clean=(env -i "PATH=$work/bin:/usr/sbin:/usr/bin:/sbin:/bin" HOME="$work" LANG=zh_CN.UTF-8 TERM=dumb ROOT="$root" WORK="$work"
       "ASAN_OPTIONS=${ASAN_OPTIONS:-}")

ln -s "$root/corpus" "$work/corpus"
(cd "$work" && "${clean[@]}" bash -c 'tian --index base index corpus/proposals corpus/*.txt corpus/notes.md corpus/old-platform.*') > "$work/log" 2>&1 ||
    { cat "$work/log"; echo "cli: corpus/ cannot be indexed"; exit 1; }

words() { # the texts that differ from run to run
    sed -E -e "s#$work/case#CASE#g; s#$work#WORK#g; s#$root#ROOT#g" \
        -e 's/[0-9]+\.[0-9]+ (秒|s\b)/N \1/g; s/("(milli)?seconds": ?)[0-9.]+/\1N/g; s/进程 [0-9]+/进程 N/g' \
        -e 's/[0-9.]+ MB/N MB/g; s/("(bytes_[a-z]+|dictionary_words)": ?)[0-9]+/\1N/g; s/^(词典：|Dictionary: )[0-9]+/\1N/'
}

run_case() { # script → $work/out, $work/err, $status
    rm -rf "$work/case"; mkdir "$work/case"; cp -r "$work/base" "$work/case/index"; ln -s "$root/corpus" "$work/case/corpus"
    (cd "$work/case" && exec timeout 120 "${clean[@]}" bash -u "$1") > "$work/raw.out" 2> "$work/raw.err" < /dev/null
    status=$?
    words < "$work/raw.out" > "$work/out"; words < "$work/raw.err" > "$work/err"
}

compare() { # name kind
    cmp -s "$1.$2" "$work/$2" && return
    echo "FAILED $1: .$2 differs (- wanted, + got)"; diff -u "$1.$2" "$work/$2" | tail -n +3 | head -n 20
    return 1
}

write_golden() { # name
    local skip; skip=$(sed -n 's/^# not compared: //p' "$1.sh")
    for kind in out err; do
        rm -f "$1.$kind"
        [[ " $skip " == *" $kind "* ]] || [ ! -s "$work/$kind" ] || cp "$work/$kind" "$1.$kind"
    done
    rm -f "$1.exit"; [ "$status" = 0 ] || echo "$status" > "$1.exit"
}

passed=0 failed=0 skipped=0
[ $# -gt 0 ] || set -- "$root"/tests/cli/*/*.sh
for script in "$@"; do
    script=$(readlink -f "$script") name=${script%.sh} good=1
    run_case "$script"
    if [ "$status" = 77 ]; then
        skipped=$((skipped + 1)); echo "cli: skipped ${name#"$root/tests/cli/"}: $(tail -n 1 "$work/out")"; continue
    fi
    [ -z "$bless" ] || write_golden "$name"
    want=0; [ ! -e "$name.exit" ] || want=$(cat "$name.exit")
    [ "$status" = "$want" ] || { echo "FAILED $name: exit status $status, not $want"; tail -n 5 "$work/err"; good=0; }
    for kind in out err; do
        [ ! -e "$name.$kind" ] || compare "$name" "$kind" || good=0
    done
    [ $good = 1 ] && passed=$((passed + 1)) || failed=$((failed + 1))
done
echo "cli: $passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
