#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# ingest.sh BINARY: what is read of files of all formats, made here; hostile and damaged ones are refused with a reason,
# none crashes or hangs, and their healthy neighbours are read; moved, changed and removed files.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8 TIAN_SHARE="$root/share"
exec python3 "$root/tests/ingest.py" "$(readlink -f "$1")" "$root" "$work" "${TIAN_INGEST_DAMAGED:-1000}"
