#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# theme.sh BINARY: how well themes are learned, by five-fold cross-validation on the labelled sets beside the project
# (../shared/eval/theme, half of each set), against a floor a little below what was reached; whether a confidence of
# 0.9 means it; size of a model; time to label; the first ten of 20 themes against judgements made by hand
# (data/theme-ranking.tsv), what was not judged counting as wrong. Skipped where the sets are absent.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
sets=${TIAN_SHARED:-$root/../shared}/eval/theme
[ -r "$sets/segmented.tsv.gz" ] || { echo "theme: skipped, no ../shared/eval/theme"; exit 0; }
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
export TIAN_SHARE="$root/share" LC_ALL=C.UTF-8
python3 - "$sets" "$work" <<'PYTHON'
import gzip, json, sys
with gzip.open(sys.argv[1] + "/segmented.tsv.gz", "rt", encoding="utf-8") as rows, open(sys.argv[2] + "/segmented.jsonl", "w") as out:
    for i, row in enumerate(rows):
        theme, words = row.rstrip("\n").split("\t", 1)
        out.write(json.dumps({"id": "s%d" % i, "theme": theme, "words": words}, ensure_ascii=False) + "\n")
PYTHON
cp "$sets/messages.jsonl.gz" "$work"
python3 - "$sets/../../input/state-council-documents.jsonl" "$root/tests/data/state-council-themes.tsv" "$work/council.jsonl" <<'PYTHON'
import json, sys
lines = open(sys.argv[1], encoding="utf-8").read().splitlines()
with open(sys.argv[3], "w") as out:
    for row in open(sys.argv[2], encoding="utf-8"):
        if not row.startswith("#"):
            i, theme = row.split()
            d = json.loads(lines[int(i)])
            out.write(json.dumps({"id": i, "theme": theme, "title": d["title"], "text": d["text"]}, ensure_ascii=False) + "\n")
PYTHON
python3 - "$(readlink -f "$1")" "$work" "$root/tests/data/theme-ranking.tsv" "$(readlink -f "$sets/../..")" <<'PYTHON'
import collections, csv, gzip, json, math, os, random, subprocess, sys, time
binary, work, judgements, shared = sys.argv[1:]
passed = failed = 0

def tian(*args):
    return subprocess.run([binary, *args], cwd=work, check=True, capture_output=True, text=True).stdout

def check(what, value, floor, form="%.4f"):
    global passed, failed
    good = value >= floor
    passed, failed = passed + good, failed + (not good)
    print(("theme: %s " + form + " (floor %g)%s") % (what, value, floor, "" if good else " FAILED"))

def five_folds(name, floor):
    r = json.loads(tian("theme", "test", "--from", name, "--folds", "5", "--json"))
    check("macro-F1 of %s, 5 folds" % name, r["macro_f1"], floor)
    sure = r["calibration"][-1]
    check("right of the %d labels at 0.9 and more" % sure["labels"], sure["right"] / sure["labels"], 0.93)

five_folds("segmented.jsonl", 0.91)
five_folds("messages.jsonl.gz", 0.845)
tian("theme", "learn", "--from", "segmented.jsonl", "--out", "a.conf")
tian("theme", "learn", "--from", "segmented.jsonl", "--out", "b.conf")
a, b = open(work + "/a.conf", "rb").read(), open(work + "/b.conf", "rb").read()
check("learning twice gives the same file", a == b, 1, "%d")
check("megabytes to spare", 1 - len(a) / 1e6, 0, "%.3f")
begin = time.time()
lines = tian("theme", "label", "--taxonomy", "a.conf", "--batch", "segmented.jsonl", "--jsonl").count("\n")
check("documents labelled a second", lines / (time.time() - begin), 2000, "%.0f")
hand = json.loads(tian("theme", "test", "--taxonomy", os.environ["TIAN_SHARE"] + "/themes/message-desk.conf", "--from", "messages.jsonl.gz", "--json"))
check("macro-F1 of messages by message-desk.conf, nothing learned", hand["macro_f1"], 0.75)
sure = hand["calibration"][-1]
check("right of the %d labels at 0.9 and more, nothing learned" % sure["labels"], sure["right"] / sure["labels"], 0.93)
# how sure word lists may be, chosen by the likelihood of one half and tried on the other
with gzip.open(work + "/messages.jsonl.gz", "rt", encoding="utf-8") as f:
    truth = {str(d["id"]): d["theme"] for d in map(json.loads, f)}
rows = [json.loads(l) for l in tian("theme", "label", "--taxonomy", os.environ["TIAN_SHARE"] + "/themes/message-desk.conf", "--batch", "messages.jsonl.gz", "--jsonl").splitlines()]
first = [(r["labels"][0]["confidence"], r["labels"][0]["theme"] == truth[r["id"]]) for r in rows if r["labels"]]
chance, factors, sure = random.Random(3), [], []
for _ in range(50):
    chance.shuffle(first)
    mine, other = first[::2], first[1::2]
    factors.append(max((sum(math.log(c * p if good else 1 - c * p) for p, good in mine), c) for c in (i / 100 for i in range(90, 106)))[1])
    sure += [good for p, good in other if factors[-1] * p >= .9]
check("factor that one half would choose, mean of 50: 1 - |1 - %.3f|" % (sum(factors) / 50), 1 - abs(1 - sum(factors) / 50), 0.98)
check("right of the other half's labels at 0.9 and more with it", sum(sure) / len(sure), 0.93)
print("theme: that factor lies between %.2f and %.2f in nine of ten halves" % (sorted(factors)[2], sorted(factors)[47]))
usual = json.loads(tian("theme", "test", "--from", "council.jsonl", "--json"))
check("accuracy of 57 State Council documents by five.conf (its words were added to after looking at them)", usual["accuracy"], 0.85)

def rank(texts, floor):
    tian("--index", "ranked", "index", *texts)
    judged = collections.defaultdict(dict)
    for row in csv.reader((l for l in open(judgements, encoding="utf-8") if l[0] != "#"), delimiter="\t"):
        judged[row[0]][row[1]] = int(row[2])
    right = unknown = 0
    for theme, known in judged.items():
        ids = [json.loads(l)["id"] for l in tian("--index", "ranked", "search", "--theme", theme, "-n", "10", "--format", "jsonl").splitlines()]
        good = sum(known.get(i, 0) for i in ids)
        right, unknown = right + good, unknown + sum(i not in known for i in ids)
        print("theme: P@10 of %s %.1f" % (theme, good / 10))
    print("theme: not yet judged, counted as wrong: %d of %d" % (unknown, 10 * len(judged)))
    check("P@10 of %d themes, mean" % len(judged), right / 10 / len(judged), floor, "%.3f")

texts = [os.path.join(shared, p) for p in ("input/provincial-reports-2026", "bench/corpus/c10k.jsonl.gz")]
if all(map(os.path.exists, texts)):
    rank(texts, 0.85)
else:
    print("theme: ranking skipped, no ../shared/input/provincial-reports-2026 or ../shared/bench")
print("theme: %d passed, %d failed" % (passed, failed))
sys.exit(failed > 0)
PYTHON
