#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""hard.py CORPUS.jsonl QUERIES.tsv: questions that ask more of the ranking, for bench_query, always the same ones.

or        two to four of the questions of QUERIES.tsv (of one word) with OR between them
sentence  a sentence of the corpus of 20 to 60 characters, as it stands there
asked     the beginning of such a sentence, up to 25 characters, as a question
paragraph a paragraph of 200 to 600 characters
"""
import json, random, re, sys

EACH = 300
corpus, queries = sys.argv[1:]
pick = random.Random(7)
rows = [line.rstrip("\n").split("\t") for line in open(queries, encoding="utf-8")]
words = sorted({q for kind, q in rows if kind in ("one", "freq", "rare") and not re.search(r"[\s\"():|&*-]", q)})
for _ in range(EACH):
    print("or\t" + " OR ".join(pick.sample(words, pick.randint(2, 4))))
bodies = [d.get("body") or d.get("text") or "" for d in map(json.loads, open(corpus, encoding="utf-8"))]
pick.shuffle(bodies)
paragraphs = [p for b in bodies[:4000] for p in b.split("\n") if 200 <= len(p) <= 600]
sentences = [s for b in bodies[:4000] for s in re.split(r"[。！？\n]", b)[:3] if 20 <= len(s) <= 60 and not re.search(r"[\"“”():|&*\t-]", s)]
for s in pick.sample(sentences, EACH):
    print("sentence\t" + s)
for s in pick.sample(sentences, EACH):
    print("asked\t" + s[:25] + "？")
for p in pick.sample(paragraphs, min(EACH, len(paragraphs))):
    print("paragraph\t" + p.replace("\t", " "))
