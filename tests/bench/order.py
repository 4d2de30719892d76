#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""order.py BINARY: could another order put the other half of a pair of letters on the same matter first more often?

For the 62 SAME pairs of ../shared/eval/duplicates: how often one of the two is first among what `tian check` compared
with the other, when these are ordered by one number alone, and by mixtures of them that were fitted (logistic, one
choice among many) on the pairs of half of the campaigns and tried on the other half, ten times. Beside it what chance
would do: the letters that the program calls repeats, and those on the same matter if all were known, in any order.
The numbers are computed here, not taken from the program, but for those of equal text. Half a minute.
"""
import collections, gzip, json, math, os, random, re, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SETS = os.environ.get("TIAN_SHARED", ROOT + "/../shared") + "/eval/duplicates"
REPEAT = ("merge", "refiled", "copied")
NAMED = re.compile("[\u4e00-\u9fff]{2,4}(?:街道|小区|社区|村|镇|路|园|城|苑|公司|学校|小学|中学|医院|广场|大道|集团|湾|府|站|银行)")
PLACE = re.compile(r"[A-Z]\d*[市区县]")


def grams(text, n):
    return [text[i:i + n] for i in range(len(text) - n + 1)]


class Letters:
    """The messages, what is rare among them, and the numbers of a pair."""

    def __init__(self, docs):
        self.docs, self.known, clean = docs, {}, lambda s: re.sub(r"\W", "", s).upper()
        self.title = {i: clean(d["title"]) for i, d in docs.items()}
        self.text = {i: self.title[i] + "\n" + clean(d["text"]) for i, d in docs.items()}
        having = collections.Counter(g for t in self.text.values() for n in (1, 2, 3) for g in set(grams(t, n)))
        self.idf = {g: math.log((len(docs) + 1) / (c + .5)) for g, c in having.items()}
        self.mean = sum(map(len, self.text.values())) / len(docs)

    def one(self, i):
        if i not in self.known:
            text, both = self.text[i], self.docs[i]["title"] + self.docs[i]["text"]
            weigh = {n: {g: (1 + math.log(k)) * self.idf[g] for g, k in collections.Counter(grams(text, n)).items()} for n in (1, 2, 3)}
            keys = {n: sorted(weigh[n].items(), key=lambda x: -x[1])[:30] for n in (2, 3)}
            self.known[i] = {"weigh": weigh, "keys": keys, "long": len(text) / self.mean, "named": set(NAMED.findall(both)),
                             "place": set(PLACE.findall(self.docs[i]["title"]))}
        return self.known[i]

    def letters(self, i, other):
        """Share of a title's letters in the other text, by surprise: as doc/DUPLICATES.md has it."""
        there, all_, found = self.one(other), 0, 0
        for letter in set(self.title[i]):
            weight = -math.log(-math.expm1(there["long"] * math.log1p(-math.exp(-max(self.idf[letter], .01)))))
            all_, found = all_ + weight, found + weight * (letter in there["weigh"][1])
        return found / all_ if all_ else 0

    def titles(self, i, j, n):
        a, b = set(grams(self.title[i], n)), set(grams(self.title[j], n))
        weight = lambda these: sum(self.idf[g] for g in these)
        return 2 * weight(a & b) / ((weight(a) + weight(b)) or 1)

    def numbers(self, i, j):
        a, b = self.one(i), self.one(j)
        out = {"cosine of %s" % name: cosine(a["weigh"][n], b["weigh"][n]) for n, name in ((1, "letters"), (2, "pairs"), (3, "triples"))}
        for n, name in ((2, "pairs"), (3, "triples")):
            out["thirty key %s, mean" % name] = (kept(a["keys"][n], b["weigh"][n]) + kept(b["keys"][n], a["weigh"][n])) / 2
        ways = self.letters(i, j), self.letters(j, i)
        out["letters of the title, better"], out["letters of the title, worse"] = max(ways), min(ways)
        out["titles alike, letters"], out["titles alike, pairs"] = self.titles(i, j, 1), self.titles(i, j, 2)
        named = len(a["named"] & b["named"]) / (math.sqrt(len(a["named"]) * len(b["named"])) or 1)
        out["what is named (…路, …公司, …小区)"] = named
        out["place in the title (A3区)"] = 1 if a["place"] & b["place"] else .5 if not a["place"] or not b["place"] else 0
        return out


def cosine(a, b):
    square = lambda v: sum(x * x for x in v.values())
    return sum(w * b.get(g, 0) for g, w in a.items()) / (math.sqrt(square(a) * square(b)) or 1)


def kept(keys, there):
    return sum(w for g, w in keys if g in there) / (sum(w for _, w in keys) or 1)


def ask(binary, work, docs, asked):
    os.environ["TIAN_SHARE"] = ROOT + "/share"
    with open(work + "/asked.jsonl", "w") as out:
        out.writelines(json.dumps(docs[i], ensure_ascii=False) + "\n" for i in sorted(asked))
    base = [binary, "--index", work + "/base"]
    subprocess.run(base + ["index", SETS + "/messages.jsonl.gz"], check=True, capture_output=True)
    said = subprocess.run(base + ["check", "--batch", work + "/asked.jsonl", "--top", "48", "--jsonl"], capture_output=True, text=True).stdout
    return {a["id"]: a["matches"] for a in map(json.loads, said.splitlines())}


def table(letters, said):
    """Of every letter asked: who was compared with it, and the numbers, each with mean 0 and deviation 1."""
    rows = {x: [(m["id"], dict(letters.numbers(x, m["id"]), **{"mine": m["mine"], "theirs": m["theirs"], "order of tian check": m["score"],
             "longest equal run": m["longest"] / len(letters.text[x])})) for m in matches] for x, matches in said.items()}
    names = list(next(iter(rows.values()))[0][1])
    for name in names:
        every = [f[name] for r in rows.values() for _, f in r]
        mean = sum(every) / len(every)
        spread = math.sqrt(sum((v - mean) ** 2 for v in every) / len(every)) or 1
        for r in rows.values():
            for _, f in r:
                f[name] = (f[name] - mean) / spread
    return rows, names


def is_first(rows, weights, pair):
    """Equal ones keep the program's order."""
    for x, y in (pair, pair[::-1]):
        best = max(rows[x], key=lambda r: sum(w * r[1][n] for n, w in weights.items()))
        if best[0] == y:
            return True
    return False


def fit(rows, pairs, names, steps=100, rate=.3, decay=.05):
    weights = dict.fromkeys(names, 0.0)
    asked = [(rows[x], dict(rows[x])[y]) for p in pairs for x, y in (p, p[::-1]) if y in dict(rows[x])]
    for _ in range(steps):
        slope = {n: -decay * w for n, w in weights.items()}
        for these, wanted in asked:
            scores = [sum(w * f[n] for n, w in weights.items()) for _, f in these]
            chance = [math.exp(s - max(scores)) for s in scores]
            for n in names:
                slope[n] += (wanted[n] - sum(c * f[n] for c, (_, f) in zip(chance, these)) / sum(chance)) / len(asked)
        weights = {n: w + rate * slope[n] for n, w in weights.items()}
    return weights


def campaigns(rows, pairs):
    """Pairs whose letters are near one another, together: halves share none."""
    top = {}

    def find(x):
        while top.setdefault(x, x) != x:
            x = top[x]
        return x
    for a, b in pairs:
        top[find(a)] = find(b)
    for x in rows:
        for y, f in rows[x]:
            if y in rows and f["cosine of pairs"] > 1:
                top[find(x)] = find(y)
    groups = collections.defaultdict(list)
    for p in pairs:
        groups[find(p[0])].append(p)
    return list(groups.values())


def held_out(rows, pairs, names, times=5):
    groups, right, asked = campaigns(rows, pairs), 0, 0
    for seed in range(times):
        random.Random(seed).shuffle(groups)
        halves = [[p for g in groups[k::2] for p in g] for k in (0, 1)]
        for here, there in (halves, halves[::-1]):
            weights = fit(rows, here, names)
            right, asked = right + sum(is_first(rows, weights, p) for p in there), asked + len(there)
    return right / asked


def by_chance(said, pairs, known):
    """Expected, if repeats are first and in any order; known: the other half counts as one in any case."""
    total = 0
    for pair in pairs:
        miss = 1
        for x, y in (pair, pair[::-1]):
            these = {m["id"] for m in said[x] if m["verdict"] in REPEAT} | ({y} if known else set())
            miss *= 1 - (y in these) / max(1, len(these))
        total += 1 - miss
    return total / len(pairs)


def crowd(said, pair):
    """How many letters are repeats of one of the two, its other half among them; the fewer of both."""
    return min(len({m["id"] for m in said[x] if m["verdict"] in REPEAT} | {y}) for x, y in (pair, pair[::-1]))


def main():
    if not os.path.exists(SETS + "/judged.tsv"):
        sys.exit("order: skipped, no ../shared/eval/duplicates")
    judged = [line.rstrip("\n").split("\t")[:3] for line in open(SETS + "/judged.tsv")]
    with gzip.open(SETS + "/messages.jsonl.gz", "rt") as lines:
        docs = {d["id"]: d for d in map(json.loads, lines)}
    pairs = [(a, b) for label, a, b in judged if label == "SAME"]
    with tempfile.TemporaryDirectory() as work:
        said = ask(os.path.realpath(sys.argv[1]), work, docs, {i for p in pairs for i in p})
    rows, names = table(Letters(docs), said)
    share = lambda weights: sum(is_first(rows, weights, p) for p in pairs) / len(pairs)
    say = lambda what, value: print("order: %-58s %.3f" % (what, value))
    for name in names:
        say(name, share({name: 1}))
    for what, these in ("at most one more letter is", [p for p in pairs if crowd(said, p) <= 2]), ("more are", [p for p in pairs if crowd(said, p) > 2]):
        say("order of tian check, %d where %s a repeat" % (len(these), what), sum(is_first(rows, {"order of tian check": 1}, p) for p in these) / len(these))
    mixed = [n for n in names if n != "order of tian check"]
    say("all %d mixed: fitted on what it is tried on" % len(mixed), share(fit(rows, pairs, mixed)))
    say("all %d mixed: fitted on the other half" % len(mixed), held_out(rows, pairs, mixed))
    few = ["letters of the title, better", "thirty key triples, mean", "longest equal run", "what is named (…路, …公司, …小区)", "mine"]
    say("five mixed: fitted on what it is tried on", share(fit(rows, pairs, few)))
    say("five mixed: fitted on the other half", held_out(rows, pairs, few))
    say("chance: what tian check calls repeats, in any order", by_chance(said, pairs, False))
    say("chance: all on the same matter known, in any order", by_chance(said, pairs, True))


main()
