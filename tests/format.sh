#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# format.sh BINARY: what is on disk is what doc/FORMAT.md says. An independent reader reads indexes of several shapes and
# agrees with tian; indexes of every released version of the format (tests/format/vN) are opened, searched, rebuilt.
set -u
tian=$(readlink -f "$1")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
fail() { echo "format: $*"; exit 1; }
reader() { python3 "$here/format/read_index.py" "$@" >"$work/out" 2>&1 || fail "$2 $(tail -n 3 "$work/out")"; }
ix() { "$tian" -i "$work/ix" "$@" >"$work/out" 2>&1 || fail "$*: $(tail -n 3 "$work/out")"; }

# shapes: one segment, several, with dead lists, rebuilt, compacted (the log begins at a later file)
shapes=0
look() { reader "$work/ix" "$tian"; shapes=$((shapes + 1)); }
ix index "$here/../corpus/proposals/2022"; look
ix index "$here/../corpus/proposals"; look
ix index "$here/../corpus/old-platform.jsonl"; look
ix remove $("$tian" -i "$work/ix" search --jsonl 建议 -n 7 | sed 's/.*"id":"\([^"]*\)".*/\1/'); look
ix backup "$work/backup"; reader "$work/backup" "$tian"
ix rebuild; look
ix compact; look

goldens=0
for golden in "$here"/format/v*/; do
    golden=${golden%/} copy=$work/$(basename "$golden")
    cp -r "$golden" "$copy"
    [ "$("$tian" -i "$copy" digest)" = "$(cat "$golden.digest")" ] || fail "$(basename "$golden"): another digest"
    "$tian" -i "$copy" dump | cmp -s - "$golden.jsonl" || fail "$(basename "$golden"): another dump"
    "$tian" -i "$copy" verify >/dev/null || fail "$(basename "$golden"): verify"
    "$tian" -i "$copy" search --jsonl 完善制度 | grep -q '"g3"' || fail "$(basename "$golden"): search"
    "$tian" -i "$copy" rebuild >/dev/null || fail "$(basename "$golden"): rebuild"
    "$tian" -i "$copy" dump | sort | cmp -s - <(sort "$golden.jsonl") || fail "$(basename "$golden"): another dump after rebuild"
    reader "$copy" "$tian"
    goldens=$((goldens + 1))
done
echo "format: the independent reader agrees on $shapes shapes of an index, $goldens old versions open and rebuild"
