#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# roundtrip.sh BINARY [REPORTS]: the provincial reports of ../shared as PDF (chromium's print), docx and GB18030, read by
# tian, repaired, and compared with the originals: characters equal and in order, paragraph ends in their places. And of the
# five reports as they came, clauses that cross a line end are found when quoted.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
if [ ! -d "$root/../shared/input/provincial-reports-2026" ]; then
    echo "roundtrip: skipped: the reports of ../shared are not here"
    exit 0
fi
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8 TIAN_SHARE="$root/share"
python3 "$root/tests/roundtrip.py" "$(readlink -f "$1")" "$root" "$work" "${2:-31}"
