#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""grow.py CORPUS.jsonl[.gz] N: N documents as JSON Lines, synthetic but of real words and lengths: the first half
of one document's sentences and the second half of another's, under a third one's title, all chosen by number."""
import gzip, json, re, sys

def main(path, n):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8") as f:
        docs = [json.loads(line) for line in f]
    halves = []
    for d in docs:
        parts = re.split(r"(?<=[。！？\n])", d["body"])
        halves.append(("".join(parts[: len(parts) // 2]), "".join(parts[len(parts) // 2 :]), d["title"]))
    m = len(halves)
    for i in range(n):
        a, b, c = i % m, (i * 7919 + i // m * 104729 + 1) % m, (i * 15485863 + i // m + 2) % m
        json.dump({"id": f"g{i}", "title": halves[c][2], "body": halves[a][0] + halves[b][1]}, sys.stdout, ensure_ascii=False)
        sys.stdout.write("\n")

main(sys.argv[1], int(sys.argv[2]))
