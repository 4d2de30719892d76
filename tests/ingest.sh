#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# ingest.sh BINARY [DAMAGED]: tests/ingest/, files of all formats and what is read of them; hostile and damaged ones are
# refused with a reason, none crashes or hangs, and their healthy neighbours are read; moved, changed and removed files.
# ingest.sh --bless BINARY: write tests/ingest/expected/ anew.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8 TIAN_SHARE="$root/share"
if [ "$1" = --bless ]; then
    exec python3 "$root/tests/ingest/golden.py" "$(readlink -f "$2")" "$root" --bless
fi
python3 "$root/tests/ingest/golden.py" "$(readlink -f "$1")" "$root"
python3 "$root/tests/ingest.py" "$(readlink -f "$1")" "$root" "$work" "${2:-300}"
