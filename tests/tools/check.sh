#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# check.sh NAME… : `make NAME` for each part of `make check`, as many at once as there are processors, a line a part with
# its seconds as it ends; a part that fails is shown whole. The last line counts them.
set -u
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
lanes=$(nproc) begin=$SECONDS
[ "$lanes" -le 4 ] || lanes=4
part() { # runs in the background; prints its line in one write
    local name=$1 start=$SECONDS status=ok out=$work/$1.out
    "${MAKE:-make}" -s "$name" >"$out" 2>&1 || status=FAILED
    echo "$status" >"$work/$name.status"
    {
        printf '%-7s %-18s %4d s  %s\n' "$status" "$name" $((SECONDS - start)) "$(grep -v '^ *$' "$out" | tail -n 1)"
        [ $status = ok ] || sed 's/^/    /' "$out" | tail -n 60
    } >"$work/$name.line"
    cat "$work/$name.line"
}
for name in "$@"; do
    while [ "$(jobs -rp | wc -l)" -ge "$lanes" ]; do wait -n; done
    part "$name" &
done
wait
passed=$(cat "$work"/*.status | grep -c '^ok$') failed=$(($# - passed))
echo "$((SECONDS - begin)) seconds / 共 $((SECONDS - begin)) 秒"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
