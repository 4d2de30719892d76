#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# run-store.sh PROGRAM… : run the long tests of the store, show the figures they print.
failed=0
for p in "$@"; do
    timeout 3000 "$p" 2>&1 | grep -E '^(faults|flips|readers):|ERROR|FAILED' || true
    [ "${PIPESTATUS[0]}" = 0 ] || { failed=1; echo "FAILED $p"; }
done
[ "$failed" = 0 ]
