#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""oracle.py TIAN [substrings|queries|sample] … : does the engine find exactly what a plain scan finds?

sample      corpus/ of this project: 300 random substrings of its sentences, quoted
substrings  ../shared/input and c1k, when present: 1,000 random substrings of 2-12 characters each
queries     ../shared/bench/queries.tsv on c10k, when present: all 1,050 with --match exact

The scan is naive on purpose and shares nothing with the engine: Python's own case folding and NFKC, a short
table of quotes, no index. What was found must be equal as sets, and every mark of a shown document must lie on
the question's characters in the original text and nowhere else."""
import gzip, json, os, random, re, subprocess, sys, tempfile, unicodedata

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SHARED = os.path.join(ROOT, "..", "shared")
QUOTES = {c: '"' for c in "“”„‟‚‛＂「」『』〝〞"}
QUOTES.update({"‘": "'", "’": "'"})


def fold_char(c):
    if c in QUOTES:
        return QUOTES[c]
    if c in "—―–─":
        return "—"
    if c in "·•‧・":
        return "·"
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", c).casefold())


FOLD = {}


def fold(text):
    return "".join(FOLD.get(c) or FOLD.setdefault(c, fold_char(c)) for c in text)


class Tian:
    def __init__(self, binary, index):
        self.argv = [binary, "--index", index]

    def run(self, *args, **kw):
        done = subprocess.run(self.argv + list(args), capture_output=True, text=True, **kw)
        if done.returncode not in (0, 1):
            sys.exit("oracle: %s: %s" % (args[:2], done.stderr.strip()))
        return done.stdout

    def found(self, queries, match="exact"):
        """Query text → set of ids, for all queries in one batch."""
        lines = "".join("q%d\t%s\n" % (i, q) for i, q in enumerate(queries))
        out = {i: set() for i in range(len(queries))}
        for line in self.run("search", "--match", match, "-n", "1000000", "--format", "trec", "--batch", "-",
                             input=lines).splitlines():
            qid, _, doc, _ = line.split(" ", 3)
            out[int(qid[1:])].add(doc)
        return out


def noise(tian, text):
    """Byte ranges that the engine calls noise, as (from, to)."""
    done = subprocess.run(tian.argv + ["debug", "repair", "-"], input=text, capture_output=True, text=True)
    return [tuple(map(int, l.split("-"))) for l in done.stdout.split()]


def scan_form(text, ranges):
    data = text.encode()
    kept, at = [], 0
    for a, b in ranges:
        kept.append(data[at:a])
        at = b
    kept.append(data[at:])
    return fold(b"".join(kept).decode())


def check_sets(name, tian, queries, forms, quoted):
    answers = tian.found(['"%s"' % q for q in queries] if quoted else queries)
    wrong = 0
    for i, q in enumerate(queries):
        parts = [fold(q)] if quoted else [fold(p) for p in q.split()]
        truth = {d for d, texts in forms.items() if all(any(p in t for t in texts) for p in parts)}
        if answers[i] != truth:
            wrong += 1
            if wrong <= 5:
                print("  differs: %r engine only %s scan only %s" % (q, sorted(answers[i] - truth)[:3], sorted(truth - answers[i])[:3]))
    print("oracle %s: %d questions, %d differ from the plain scan" % (name, len(queries), wrong))
    return wrong


def check_marks(name, tian, questions, documents, ranges):
    wrong = 0
    for q, doc in questions:
        shown = json.loads(tian.run("--json", "show", doc, "--query", '"%s"' % q))
        body = shown["body"]["text"].encode()
        want = fold(q)
        marks = [(m["from"], m["to"]) for m in shown["body"]["marks"]]
        forms = []
        for a, b in marks:
            inside = [(max(a, x) - a, min(b, y) - a) for x, y in ranges[doc] if x < b and y > a]
            forms.append(scan_form(body[a:b].decode(errors="replace"), inside))
        times = scan_form(documents[doc]["body"], ranges[doc]).count(want)
        if any(f != want for f in forms) or len(forms) != times:
            wrong += 1
            if wrong <= 5:
                print("  marks of %r in %s: %s, %d wanted" % (q, doc, forms[:3], times))
    print("oracle %s: marks of %d shown documents, %d wrong" % (name, len(questions), wrong))
    return wrong


def draw(rng, documents, forms, count):
    """Random substrings of sentences, of 2 to 12 characters, without quotes and line ends in them."""
    questions = []
    names = sorted(documents)
    while len(questions) < count:
        doc = rng.choice(names)
        body = forms[doc][1]
        sentence = rng.choice(re.split(r"[。！？\n]", body))
        n = rng.randint(2, 12)
        if len(sentence) < n:
            continue
        at = rng.randrange(len(sentence) - n + 1)
        q = sentence[at:at + n]
        if q == q.strip() and '"' not in q and "  " not in q and re.search(r"\w", q):
            questions.append((q, doc))
    return questions


def load(tian):
    documents = {d["id"]: d for d in map(json.loads, tian.run("dump").splitlines())}
    for d in documents.values():
        d.setdefault("title", "")
        d["body"] = d.get("body", "") + ("\n答复：" + d["reply"] if d.get("reply") else "")
    return documents


def substrings(name, tian, count, seed, marks):
    documents = load(tian)
    ranges = {i: noise(tian, d["body"]) if marks else [] for i, d in documents.items()}
    forms = {i: (fold(d["title"]), scan_form(d["body"], ranges[i])) for i, d in documents.items()}
    questions = draw(random.Random(seed), documents, forms, count)
    wrong = check_sets(name, tian, [q for q, _ in questions], forms, True)
    return wrong + (check_marks(name, tian, questions, documents, ranges) if marks else 0)


def build(binary, work, name, paths):
    tian = Tian(binary, os.path.join(work, name))
    tian.run("index", *paths)
    return tian


def sample(binary, work):
    paths = [os.path.join(ROOT, "corpus", p) for p in sorted(os.listdir(os.path.join(ROOT, "corpus")))
             if (p == "proposals" or p.endswith((".txt", ".jsonl", ".csv", ".md"))) and p != "traditional.txt"]
    return substrings("sample", build(binary, work, "sample", paths), 300, 1, True)


def shared(*parts):
    path = os.path.join(SHARED, *parts)
    if not os.path.exists(path):
        print("oracle: skipped, %s is not there" % os.path.join("../shared", *parts))
        return None
    return path


def do_substrings(binary, work):
    wrong = 0
    folder = shared("input")
    if folder:
        tian = build(binary, work, "input", [os.path.join(folder, p) for p in sorted(os.listdir(folder))])
        n = len(load(tian))
        print("oracle input: %d documents (5 + 31 + 60 wanted)" % n)
        wrong += (n != 96) + substrings("input", tian, 1000, 2, True)
    c1k = shared("bench", "corpus", "c1k.jsonl.gz")
    if c1k:
        wrong += substrings("c1k", build(binary, work, "c1k", [c1k]), 1000, 3, False)
    return wrong


def do_queries(binary, work):
    c10k, questions = shared("bench", "corpus", "c10k.jsonl.gz"), shared("bench", "queries.tsv")
    if not c10k or not questions:
        return 0
    tian = build(binary, work, "c10k", [c10k])
    with gzip.open(c10k, "rt", encoding="utf-8") as f:
        documents = [json.loads(line) for line in f]
    forms = {d["id"]: (fold(d["title"]), fold(d["body"])) for d in documents}
    queries = [l.rstrip("\n").split("\t")[1] for l in open(questions, encoding="utf-8") if l.strip()]
    return check_sets("queries", tian, queries, forms, False)


PARTS = {"sample": sample, "substrings": do_substrings, "queries": do_queries}


def main():
    binary = os.path.abspath(sys.argv[1])
    wrong = 0
    with tempfile.TemporaryDirectory() as work:
        for part in sys.argv[2:] or PARTS:
            wrong += PARTS[part](binary, work)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
