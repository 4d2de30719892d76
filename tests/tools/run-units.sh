#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# run-units.sh PROGRAM… : run cmocka programs, print those that fail whole, count the tests. Each has TIAN_TIMEOUT seconds (900: machines are busy).
passed=0 failed=0
out=$(mktemp); trap 'rm -f "$out"' EXIT
for p in "$@"; do
    if timeout "${TIAN_TIMEOUT:-900}" ${TIAN_WRAP:-} "$p" >"$out" 2>&1; then
        passed=$((passed + $(grep -c '^\[       OK' "$out")))
    else
        failed=$((failed + 1)); echo "FAILED $p"; tail -n 40 "$out"
    fi
done
echo "units: $passed passed, $failed failed"
[ "$failed" = 0 ]
