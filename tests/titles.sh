#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# titles.sh BINARY [-v]: the shipped taxonomy on 300 documents whose first-level theme was given by hand (data/title-themes.tsv):
# right, and 未分类, of the half that word lists may be edited by and of the half kept apart. By the title and text, and by the
# title alone. -v lists the errors of the first half. Skipped in part where ../shared is absent.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
export TIAN_SHARE="$root/share" LC_ALL=C.UTF-8 TIAN_SHARED=${TIAN_SHARED:-$root/../shared}
exec python3 - "$(readlink -f "$1")" "$root" "$work" "${2:-}" <<'PYTHON'
import gzip, json, os, subprocess, sys
binary, root, work, verbose = sys.argv[1:]
def tian(*args):
    return subprocess.run([binary, "--index", work + "/index", *args], check=True, capture_output=True, text=True).stdout
corpus = [os.path.join(root, "corpus", p) for p in sorted(os.listdir(root + "/corpus")) if p == "proposals" or p.endswith((".txt", ".md", ".csv", ".jsonl"))]
tian("index", *corpus)
documents = {d["title"]: d for d in map(json.loads, tian("dump").splitlines())}
laws = os.path.join(os.environ["TIAN_SHARED"], "bench/corpus/c10k.jsonl.gz")
if os.path.exists(laws):
    with gzip.open(laws, "rt", encoding="utf-8") as f:
        documents.update((d["id"], d) for d in map(json.loads, f) if d["id"].startswith("law-"))
else:
    print("titles: ../shared/bench is not there: the titles of corpus/ only")
rows = [line.rstrip("\n").split("\t") for line in open(root + "/tests/data/title-themes.tsv", encoding="utf-8") if line[0] != "#"]
rows = [(i % 2 == 0, theme, documents[key]) for i, (theme, key) in enumerate((r[1], r[2] if len(r) > 2 else r[0]) for r in rows) if key in documents]
bad = False
for name, whole in ("title and text", True), ("title alone", False):
    with open(work + "/batch.jsonl", "w", encoding="utf-8") as f:
        for i, (_, _, d) in enumerate(rows):
            f.write(json.dumps({"id": str(i), "title": d["title"], "body": d.get("body", "") if whole else ""}, ensure_ascii=False) + "\n")
    answers = {a["id"]: a["labels"] for a in map(json.loads, tian("theme", "label", "--batch", work + "/batch.jsonl", "--jsonl").splitlines())}
    for half in False, True:
        right = none = n = 0
        for i, (kept, theme, d) in enumerate(rows):
            if kept != half:
                continue
            labels = answers[str(i)]
            got = labels[0]["theme"].split("/")[0] if labels else ""
            n, right, none = n + 1, right + (got == theme), none + (not labels)
            if verbose and whole and not half and got != theme:
                print("  %s: %s, not %s %s" % (d["title"][:40], theme, got, labels[0]["words"] if labels else ""))
        print("titles: %s, %s: %d, right %.3f, unlabelled %.3f" % (name, "kept apart" if half else "open", n, right / n, none / n))
        bad |= whole and half and (right < .85 * n or none > .10 * n)
sys.exit(bad)
PYTHON
