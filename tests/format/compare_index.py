#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""compare_index.py INDEX TIAN: what the independent reader finds is what `tian dump` and `tian debug terms` say."""
import json, struct, subprocess, sys
from read_index import NUMBERS, TEXTS, need, read_index

def key_of(text):
    units = struct.unpack("<%dH" % (len(text.encode("utf-16-le")) // 2), text.encode("utf-16-le"))
    return units[0] if len(units) == 1 else units[0] << 16 | units[1]

def compare(tian, index, found, new):
    run = lambda *words: subprocess.run([tian, "--index", index, *words], stdout=subprocess.PIPE, check=True).stdout.decode()
    dumped = {d["id"]: d for d in map(json.loads, run("dump").splitlines())}
    need(dumped.keys() == found.keys(), "dump: other documents")
    for name, d in found.items():
        need(dumped[name]["title"].encode() in d["document"], "dump: another title")
        lines = run("debug", "terms", name).split("\n")
        at = {line.split()[1]: i for i, line in enumerate(lines) if line.startswith("# ")}
        words = {w: int(n) for w, n in (line.split("\t") for line in lines[at["words"] + 1:at["letters"]])}
        need(words == d["words"] or not new, name + ": words")
        need({key_of(k) for k in lines[at["letters"] + 1].split(" ") if k} == d["pairs"], name + ": pairs")
        need({int(k, 16) for k in lines[at["clauses"] + 1].split()} == d["clauses"], name + ": clauses")
        shown = dict(line.split("\t", 1) for line in lines[at["columns"] + 1:] if "\t" in line)
        for c in NUMBERS[1:] + TEXTS: # where the record stands is not part of the terms
            need(shown[c] == str(d[c]), "%s: column %s: %s, not %s" % (name, c, d[c], shown[c]))

if __name__ == "__main__":
    m, records, found = read_index(sys.argv[1])
    compare(sys.argv[2], sys.argv[1], found, m["features"].startswith("words2"))
    print("compare_index: %d documents as dump and debug terms say" % len(found))
