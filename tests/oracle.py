#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""oracle.py TIAN [--cases N] [substrings|wrapped|queries|sample|language] … : does the engine find exactly what a plain scan finds?

sample      corpus/ of this project: 300 random substrings of its sentences, quoted
language    corpus/, and ../shared/input and c1k when present: N (2,000) random questions of the whole language, one
            to three operands each: substrings of any length, prefixes, NEAR, same sentence, same paragraph, fields,
            ranges of years and numbers, AND, OR, NOT, groups
substrings  ../shared/input and c1k, when present: 1,000 random substrings of 2-12 characters each
wrapped     the five reports, when present, as they are and printed in columns with page numbers: of each 500 pieces
            of clauses that cross a line end, quoted
queries     ../shared/bench/queries.tsv on c10k, when present: all 1,050 with --match exact

The scan is naive on purpose and shares nothing with the engine: Python's own case folding and NFKC, a short
table of quotes, no index. What was found must be equal as sets, and every mark of a shown document must lie on
the question's characters in the original text and nowhere else."""
import gzip, itertools, json, os, random, re, subprocess, sys, tempfile, unicodedata

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SHARED = os.path.join(ROOT, "..", "shared")
QUOTES = {c: '"' for c in "“”„‟‚‛＂「」『』〝〞〟«»"}
QUOTES.update({c: "'" for c in "‘’′‵`´"})
QUOTES.update({"〔": "[", "﹝": "[", "〕": "]", "﹞": "]", "⁄": "/"})


def fold_char(c):
    if c in QUOTES:
        return QUOTES[c]
    if c in "—―–─━‒‐‑−":
        return "—"
    if c in "·•‧・∙⋅●":
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


# ---- the language: every kind of question has its definition beside it ------------------------------------------------

HAN = "\u4e00-\u9fa5"
ENDS = re.compile("[。；！？;!?\n]")
SECTIONS = {"案由": "title", "情况": "情况", "分析": "分析", "建议": "建议", "答复": "答复"}


class Text:
    """A document as the definitions see it: folded title and body, sections as folded texts, year and number."""

    def __init__(self, title, body, sections, year, number):
        self.title, self.body, self.sections = title, body, sections
        self.year, self.number = year, number

    def stretches(self, field):
        return [self.title, self.body] if field is None else [self.title] if field == "title" else self.sections.get(field, [])


def places(text, what):
    at = text.find(what)
    while at >= 0:
        yield at
        at = text.find(what, at + 1)


def near(text, a, b, distance):
    """b begins at most `distance` characters behind a, or ends so far before it."""
    for i in places(text, a):
        for j in places(text, b):
            if j >= i + len(a) and j - i - len(a) <= distance or j + len(b) <= i and i - j - len(b) <= distance:
                return True
    return False


def together(text, a, b, unit):
    """Both in one sentence or paragraph: that of a's beginning."""
    return any(a in part and b in part for part in unit.split(text))


def prefix(text, what):
    if re.match("[%s]" % HAN, what):
        return what in text
    kind = "[0-9]" if what[0].isdigit() else "[a-z]"
    return any(i == 0 or not re.match(kind, text[i - 1]) for i in places(text, what))


class Questions:
    """Random questions, each as its text and a function that says whether a document answers it."""

    def __init__(self, rng, texts):
        self.rng, self.texts = rng, texts
        self.ids = sorted(texts)
        self.years = sorted({t.year for t in texts.values() if t.year})
        self.parsed = any(t.sections for t in texts.values())

    def substring(self, pool, least, most, han=False):
        """A random piece of one of the texts; of another document when they have none, as one without Han."""
        for tries in itertools.count(1):
            pool = pool if tries % 100 else self.bodies()
            text = self.rng.choice(pool)
            n = self.rng.randint(least, most)
            if len(text) < n:
                continue
            at = self.rng.randrange(len(text) - n + 1)
            got = text[at:at + n]
            if han and not re.fullmatch("[%s]+" % HAN, got):
                continue
            if han and re.search("[一二三四五六七八九十百零〇]", got):
                continue  # may be the numbering of a sentence, which is no part of it
            if got == got.strip() and not re.search(r'["\n]|  ', got) and re.search(r"\w", got):
                return got

    def two(self):
        """Two operands of one document, mostly from the same neighbourhood."""
        text = self.texts[self.rng.choice(self.ids)]
        body = text.body if len(text.body) > 20 else text.title + text.body
        at = self.rng.randrange(len(body))
        pool = [body[max(0, at - 40):at + 40]] if self.rng.random() < .8 else [body]
        if len(re.findall("[%s]" % HAN, pool[0])) < 20:
            return self.two()
        return self.substring(pool, 1, 4, True), self.substring(pool, 1, 4, True)

    def bodies(self):
        text = self.texts[self.rng.choice(self.ids)]
        return [t for t in (text.title, text.body) if t] or self.bodies()

    def phrase(self):
        most = self.rng.choice([1, 2, 3, 5, 12, 40])
        what = self.substring([max(self.bodies(), key=len)] if most > 5 else self.bodies(), 1, most)
        return '"%s"' % what, lambda t: what in t.title or what in t.body

    def field(self):
        name = self.rng.choice(sorted(SECTIONS)) if self.parsed else "案由"
        key = SECTIONS[name]
        texts = [s for i in self.ids for s in self.texts[i].stretches(key) if len(s) > 4]
        what = self.substring(texts if texts and self.rng.random() < .8 else self.bodies(), 1, 4)
        return '%s:"%s"' % (name, what), lambda t: any(what in s for s in t.stretches(key))

    def prefix(self):
        what = self.substring(self.bodies(), 1, 4, self.rng.random() < .7)
        if not re.fullmatch("[%s]+|[a-z]+|[0-9]+" % HAN, what) or what in ("与", "或", "非", "同句", "同段"):
            return self.phrase()
        return what + "*", lambda t: prefix(t.title, what) or prefix(t.body, what)

    def near(self):
        a, b = self.two()
        distance = self.rng.choice([0, 1, 2, 5, 10, 30])
        return '"%s" NEAR/%d "%s"' % (a, distance, b), lambda t: any(near(s, a, b, distance) for s in (t.title, t.body))

    def sentence(self):
        a, b = self.two()
        return '"%s" 同句 "%s"' % (a, b), lambda t: any(together(s, a, b, ENDS) for s in (t.title, t.body))

    def paragraph(self):
        a, b = self.two()
        line = re.compile("\n")
        return '"%s" 同段 "%s"' % (a, b), lambda t: any(together(s, a, b, line) for s in (t.title, t.body))

    def year(self):
        if not self.years:
            return self.phrase()
        a, b = self.rng.choice(self.years), self.rng.choice(self.years)
        form = self.rng.choice(["年:%d" % a, "年:%d..%d" % (min(a, b), max(a, b)), "年:%d.." % a, "年:..%d" % a])
        if ".." not in form:
            return form, lambda t: t.year == a
        low = 1 if form.startswith("年:..") else a if form.endswith("..") else min(a, b)
        high = 9999 if form.endswith("..") else a if form.startswith("年:..") else max(a, b)
        return form, lambda t: bool(t.year) and low <= t.year <= high

    def number(self):
        if not self.parsed:
            return self.phrase()
        a = self.rng.randint(1, 20)
        b = a + self.rng.randint(0, 10)
        return "案号:%d..%d" % (a, b), lambda t: t.number is not None and a <= t.number <= b

    def one(self):
        kind = self.rng.choice([self.phrase] * 5 + [self.field, self.prefix, self.year, self.number])
        return kind()

    def draw(self):
        shape = self.rng.random()
        if shape < .30:
            return self.one()
        if shape < .65:
            return self.rng.choice([self.near, self.sentence, self.paragraph])()
        (a, x), (b, y) = self.one(), self.one()
        if shape < .75:
            return "%s %s" % (a, b), lambda t: x(t) and y(t)
        if shape < .85:
            return "%s OR %s" % (a, b), lambda t: x(t) or y(t)
        if shape < .93:
            return "%s -%s" % (a, b), lambda t: x(t) and not y(t)
        c, z = self.one()
        return "(%s OR %s) 非 %s" % (a, b, c), lambda t: (x(t) or y(t)) and not z(t)


def number_of(text):
    digits = re.findall(r"\d+", text or "")
    return int(digits[-1]) if digits else None  # 国办发〔1997〕11号: 11


BESIDE = r"(?<!\d)\d{4}(?=年|〕|\]|）|-)"


def year_of(fields, title):
    """Of the field, the date, a year said in the session or the number (〔2018〕), or in the title: the first."""
    sources = [(fields.get("year"), r"\d{4}"), (fields.get("date"), r"\d{4}"), (fields.get("session"), BESIDE),
               (fields.get("number"), BESIDE), (title, r"(?<!\d)\d{4}(?=年)")]
    for text, pattern in sources:
        for found in re.findall(pattern, text or ""):
            if 1900 <= int(found) <= 2200:
                return int(found)
    return None


def texts_of(tian, documents, plain):
    """plain: too many to ask what was parsed of each, as in c1k; noise is looked for where an answer differs."""
    texts = {}
    for i, d in documents.items():
        if plain:
            texts[i] = Text(fold(d["title"]), fold(d["body"]), {}, None, None)
            continue
        shown = json.loads(tian.run("--json", "show", i))
        body = shown["body"]["text"]
        ranges, data, sections = noise(tian, body), body.encode(), {}
        for s in shown["sections"]:
            inside = [(a - s["from"], b - s["from"]) for a, b in ranges if a >= s["from"] and b <= s["to"]]
            sections.setdefault(s["kind"], []).append(scan_form(data[s["from"]:s["to"]].decode(), inside))
        fields = shown["fields"]
        texts[i] = Text(fold(shown["title"]["text"]), scan_form(body, ranges), sections,
                        year_of(fields, shown["title"]["text"]), number_of(fields.get("number")))
    return texts


def text_without_noise(tian, d):
    return Text(fold(d["title"]), scan_form(d["body"], noise(tian, d["body"])), {}, None, None)


def ask(name, tian, texts, documents, plain, count, seed):
    questions = Questions(random.Random(seed), texts)
    wrong = done = 0
    while done < count:
        drawn = [questions.draw() for _ in range(min(1000, count - done))]
        answers = tian.found([q for q, _ in drawn])
        done += len(drawn)
        for i, (q, answers_it) in enumerate(drawn):
            truth = {d for d, t in texts.items() if answers_it(t)}
            for d in answers[i] ^ truth if plain else ():
                texts[d] = text_without_noise(tian, documents[d])
                truth = truth | {d} if answers_it(texts[d]) else truth - {d}
            if answers[i] == truth:
                continue
            wrong += 1
            if wrong <= 5:
                print("  differs: %s engine only %s scan only %s" % (q, sorted(answers[i] - truth)[:3], sorted(truth - answers[i])[:3]))
    print("oracle language %s: %d questions, %d differ from their definition" % (name, count, wrong))
    return wrong


def check_snippets(name, tian, texts, documents, count, seed):
    """What is shown, its marks stripped, is the document's own bytes."""
    questions, wrong, seen = Questions(random.Random(seed), texts), 0, 0
    lines = "".join("%d\t%s\n" % (i, questions.draw()[0]) for i in range(count))
    for line in tian.run("search", "--batch", "-", "--jsonl", input=lines).splitlines():
        for hit in json.loads(line)["hits"]:
            body = documents[hit["id"]]["body"].encode()
            good = hit["title"]["text"] == documents[hit["id"]]["title"]
            for s in hit["snippets"]:
                text = s["text"].encode()
                good &= body[s["offset"]:s["offset"] + len(text)] == text
                at = 0
                for m in s["marks"]:
                    good &= at <= m["from"] < m["to"] <= len(text)
                    at = m["to"]
                    text[m["from"]:m["to"]].decode()  # whole characters
            seen += 1
            wrong += not good
    print("oracle language %s: %d hits shown, %d are not the bytes of their document" % (name, seen, wrong))
    return wrong


def do_language(binary, work):
    folder, c1k = shared("input"), shared("bench", "corpus", "c1k.jsonl.gz")
    share = [.4, .3, .3] if folder and c1k else [1, 0, 0]
    wrong = 0
    for name, paths, part, plain in (("corpus", sample_paths(), share[0], False),
                                     ("input", [folder], share[1], False), ("c1k", [c1k], share[2], True)):
        if part == 0:
            continue
        tian = build(binary, work, "language-" + name, paths)
        documents = load(tian)
        texts = texts_of(tian, documents, plain)
        wrong += ask(name, tian, texts, documents, plain, int(CASES * part), CASES + len(name))
        wrong += check_snippets(name, tian, texts, documents, 200, 7)
    return wrong


CASES = 2000


def build(binary, work, name, paths):
    tian = Tian(binary, os.path.join(work, name))
    tian.run("index", *paths)
    return tian


def sample_paths():
    return [os.path.join(ROOT, "corpus", p) for p in sorted(os.listdir(os.path.join(ROOT, "corpus")))
            if (p == "proposals" or p.endswith((".txt", ".jsonl", ".csv", ".md"))) and p != "traditional.txt"]


def sample(binary, work):
    return substrings("sample", build(binary, work, "sample", sample_paths()), 300, 1, True)


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


def rows_of(line, width):
    """Cut where the next character does not fit; a digit or Latin letter is half as wide as the others."""
    rows, used = [""], 0
    for c in line:
        w = 1 if ord(c) < 128 else 2
        if used + w > width:
            rows.append("")
            used = 0
        rows[-1] += c
        used += w
    return rows


def column(lines, width=80, page=30):
    """Paragraphs as a PDF gives them: cut at the width, an indent before each, a number at the end of each page."""
    rows = [row for line in lines for row in rows_of("　　" + line, width)]
    return [row + ("\n- %d -" % (i // page + 1) if i % page == page - 1 else "") for i, row in enumerate(rows)]


def crossings(rng, text, paragraphs, count):
    """Pieces of 4 to 16 letters of one clause in which the text has a line end that its paragraphs do not have."""
    whole = "\n".join(re.sub(r"\s", "", p) for p in paragraphs)
    pieces = set()
    for m in re.finditer(r"([^\n。；：，、！？]{2,16})[ 　]*\n(?:- \d+ -\n)?[ 　]*([^\n。；：，、！？-]{2,16})", text):
        left, right = (re.sub(r"\s", "", part) for part in m.groups())
        for _ in range(6):
            a, b = left[-rng.randint(2, 8):], right[:rng.randint(2, 8)]
            if a + b in whole and re.fullmatch(r"[\u4e00-\u9fff]+", a + b):
                pieces.add(a + b)
    return rng.sample(sorted(pieces), min(count, len(pieces)))


def do_wrapped(binary, work):
    """A long line that ends inside a clause was cut by a page's end: joined, they are the paragraphs."""
    path = shared("input", "five-work-reports.txt")
    if not path:
        return 0
    with open(path, encoding="utf-8") as f:
        lines = [line.strip() for line in f if line.strip()]
    paragraphs = [lines[0]]
    for line in lines[1:]:
        cut = len(paragraphs[-1]) >= 40 and re.search(r"[\u4e00-\u9fff，、]$", paragraphs[-1]) and not re.match(
            r"[（(]?[一二三四五六七八九十]+[、）)]|第.篇|——", line)
        paragraphs[-1:] = [paragraphs[-1] + line] if cut else [paragraphs[-1], line]
    wrong = 0
    for name, text in ("as they are", "\n".join(lines)), ("in columns", "\n".join(column(paragraphs))):
        pieces = crossings(random.Random(5), text, paragraphs, 500)
        file = os.path.join(work, name.replace(" ", "-") + ".txt")
        with open(file, "w", encoding="utf-8") as f:
            f.write(text + "\n")
        found = build(binary, work, name.replace(" ", "-"), [file]).found(['"%s"' % p for p in pieces])
        lost = [pieces[i] for i in found if not found[i]]
        print("oracle wrapped: five reports %s: %d pieces across a line end, %d not found %s"
              % (name, len(pieces), len(lost), " ".join(lost[:20])))
        wrong += len(lost) + (name == "in columns" and len(pieces) != 500)
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


PARTS = {"sample": sample, "language": do_language, "substrings": do_substrings, "wrapped": do_wrapped, "queries": do_queries}


def main():
    global CASES
    binary, parts = os.path.abspath(sys.argv[1]), sys.argv[2:]
    if parts[:1] == ["--cases"]:
        CASES, parts = int(parts[1]), parts[2:]
    wrong = 0
    with tempfile.TemporaryDirectory() as work:
        for part in parts or PARTS:
            wrong += PARTS[part](binary, work)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
