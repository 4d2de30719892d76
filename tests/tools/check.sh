#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# check.sh NAME… : `make NAME` for each part of `make check`, a line a part with its seconds; a part that fails is shown
# whole. The last line counts them. MAKE may name another make.
set -u
passed=0 failed=0
out=$(mktemp) && trap 'rm -f "$out"' EXIT
begin=$SECONDS
for name in "$@"; do
    start=$SECONDS
    if "${MAKE:-make}" -s "$name" > "$out" 2>&1; then
        passed=$((passed + 1))
        printf 'ok      %-16s %4d s  %s\n' "$name" $((SECONDS - start)) "$(grep -v '^ *$' "$out" | tail -n 1)"
    else
        failed=$((failed + 1))
        printf 'FAILED  %-16s %4d s\n' "$name" $((SECONDS - start))
        sed 's/^/    /' "$out" | tail -n 60
    fi
done
echo "$((SECONDS - begin)) seconds / 共 $((SECONDS - begin)) 秒"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
