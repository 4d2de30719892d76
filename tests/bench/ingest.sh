#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# ingest.sh BINARY [FILES [ROUNDS]]: files/s and MB/s of text of the same 3-page proposals as docx, as text files and as
# JSON Lines. The goals: docx >= 300 files/s on two cores, text >= 90 % of the pace of JSON Lines.
set -eu
binary=$(readlink -f "$1") files=${2:-1000} rounds=${3:-3}
here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8 TIAN_SHARE="$here/../share"
python3 - "$here" "$work" "$files" <<'PYTHON'
import glob, json, os, random, sys
sys.path.insert(0, sys.argv[1])
from ingest_files import docx
work, n, r = sys.argv[2], int(sys.argv[3]), random.Random(3)
texts = [open(p, encoding="utf-8").read() for p in sorted(glob.glob(sys.argv[1] + "/../corpus/proposals/*/*.txt"))]
for kind in ("docx", "txt"):
    os.mkdir(work + "/" + kind)
with open(work + "/all.jsonl", "w", encoding="utf-8") as lines:
    for i in range(n):
        body = "\n".join(r.sample(texts, 3))  # about three pages
        while len(body) > 2400 and "\n" in body:
            body = body[:body.rindex("\n")]
        body = "第%d件\n" % i + body.replace("案由：", "题目是")
        open("%s/txt/%05d.txt" % (work, i), "w", encoding="utf-8").write(body)
        open("%s/docx/%05d.docx" % (work, i), "wb").write(docx([l.replace("&", "&amp;").replace("<", "&lt;") for l in body.split("\n")]))
        lines.write(json.dumps({"id": str(i), "body": body}, ensure_ascii=False) + "\n")
PYTHON
for _ in $(seq "$rounds"); do
    for kind in docx txt all.jsonl; do
        rm -rf "$work/index"
        "$binary" --index "$work/index" --json index "$work/$kind" | python3 -c '
import json, sys
s = json.load(sys.stdin)
print("INGEST %-9s %5d documents %7.0f documents/s %6.2f MB/s of text" % (sys.argv[1], s["documents"], s["documents"] / s["seconds"], s["bytes"] / s["seconds"] / 1e6))' "$kind"
    done
done
