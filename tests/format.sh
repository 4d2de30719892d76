#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# format.sh BINARY: what is on disk is what doc/FORMAT.md says. An independent reader reads indexes of several shapes and
# agrees with tian; indexes of every released version of the format (tests/format/vN) are opened, searched, rebuilt.
# And what is on disk does not depend on how it got there: whatever an index has been through, its dump loaded elsewhere,
# its backup restored elsewhere, and the same documents read at once have its digest.
set -u
tian=$(readlink -f "$1")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
fail() { echo "format: $*"; exit 1; }
reader() { python3 "$here/format/read_index.py" "$@" >"$work/out" 2>&1 || fail "$2 $(tail -n 3 "$work/out")"; }
ix() { "$tian" -i "$work/ix" "$@" >"$work/out" 2>&1 || fail "$*: $(tail -n 3 "$work/out")"; }

digest() { "$tian" -i "$1" digest; }
loaded() { # INDEX: the digest of its dump, loaded into a new index
    rm -rf "$work/new"
    "$tian" -i "$1" dump >"$work/dump.jsonl" && "$tian" -i "$work/new" load "$work/dump.jsonl" >/dev/null 2>&1 && digest "$work/new"
}

# shapes: one segment, several, with dead lists, rebuilt, compacted (the log begins at a later file)
shapes=0
look() {
    reader "$work/ix" "$tian"
    [ "$(loaded "$work/ix")" = "$(digest "$work/ix")" ] || fail "shape $shapes: its dump, loaded, has another digest"
    shapes=$((shapes + 1))
}
ix index "$here/../corpus/proposals/2022"; look
ix index "$here/../corpus/proposals"; look
ix index "$here/../corpus/old-platform.jsonl"; look
"$tian" -i "$work/once" index "$here/../corpus/proposals/2022" "$here/../corpus/proposals" "$here/../corpus/old-platform.jsonl" -j2 >/dev/null 2>&1
[ "$(digest "$work/once")" = "$(digest "$work/ix")" ] || fail "read at once: another digest"
ix theme set $("$tian" -i "$work/ix" search --jsonl 电梯 -n 1 | sed 's/.*"id":"\([^"]*\)".*/\1/') 教育; look
ix remove $("$tian" -i "$work/ix" search --jsonl 建议 -n 7 | sed 's/.*"id":"\([^"]*\)".*/\1/'); look
ix backup "$work/backup"; reader "$work/backup" "$tian"
"$tian" -i "$work/restored" restore "$work/backup" >/dev/null 2>&1
[ "$(digest "$work/restored")" = "$(digest "$work/ix")" ] || fail "restored: another digest"
ix rebuild; look
ix compact; look

# beside GOLDEN COPY: what comes new stands beside what is old; both are found and ranked
beside() {
    cp -r "$1" "$2"
    "$tian" -i "$2" index "$here/../corpus/proposals/2022" >/dev/null || fail "$1: adding"
    "$tian" -i "$2" search --match any --jsonl 完善制度 | grep -q '"g3"' || fail "$1: search beside new documents"
    "$tian" -i "$2" verify >/dev/null || fail "$1: verify beside new documents"
    rm -r "$2"
}

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
    [ "$(loaded "$golden")" = "$(digest "$copy")" ] || fail "$(basename "$golden"): its dump, loaded, has another digest than the rebuilt one"
    beside "$golden" "$work/beside"
    goldens=$((goldens + 1))
done
echo "format: the independent reader agrees on $shapes shapes of an index, each dumped and loaded to the same digest; $goldens old versions open and rebuild"
