#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""duplicates.py BINARY [--long]: the figures of doc/DUPLICATES.md, through the command line, against floors.

The labelled sets lie beside the project (../shared/eval/duplicates; half of each, the other half is kept back), so this is
skipped where they are absent. Drafts that repeat a document of c10k in 16 known ways (340; --long: 1,700), groups of
messages with the same text, and pairs of messages that people judged. --long also measures the time of a check beside
100,000 documents, and tian merge over 5,000 proposals.
"""
import gzip, importlib.util, json, os, re, statistics, subprocess, sys, tempfile, time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SHARED = os.environ.get("TIAN_SHARED", os.path.join(ROOT, "..", "shared"))
SETS, CORPUS = SHARED + "/eval/duplicates", SHARED + "/bench/corpus"
SEED = os.environ.get("SEED", "tian")
if not os.path.exists(SETS + "/judged.tsv"):
    print("duplicates: skipped, no ../shared/eval/duplicates")
    sys.exit(0)
BINARY, LONG = os.path.realpath(sys.argv[1]), "--long" in sys.argv[2:]
os.environ["TIAN_SHARE"] = ROOT + "/share"
os.environ["LC_ALL"] = "C.UTF-8"
spec = importlib.util.spec_from_file_location("score", SHARED + "/eval/score.py")
score = importlib.util.module_from_spec(spec)
spec.loader.exec_module(score)
passed = failed = 0


def at_least(what, value, floor):
    verdict(what, value, ">= %g" % floor, value >= floor - 1e-9)


def at_most(what, value, ceiling):
    verdict(what, value, "<= %g" % ceiling, value <= ceiling + 1e-9)


def verdict(what, value, bound, good):
    global passed, failed
    passed, failed = passed + good, failed + (not good)
    print("duplicates: %s %.4g (%s)%s" % (what, value, bound, "" if good else " FAILED"))


def tian(*args):
    done = subprocess.run([BINARY, *args], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit("duplicates: tian %s: %s" % (" ".join(args), done.stderr))
    return done.stdout


def index(name, corpus):
    if not os.path.exists(name):
        tian("--index", name, "index", corpus)


def answers(base, drafts, top):
    lines = tian("--index", base, "check", "--batch", drafts, "--top", str(top), "--jsonl").splitlines()
    return {a["id"]: a for a in map(json.loads, lines)}


def share(values):
    values = list(values)
    return sum(values) / len(values)


def repeats(answer, wanted):
    return any(m["id"] == wanted and m["verdict"] in score.REPEAT for m in answer["matches"])


# ---- Copies: drafts made from known documents --------------------------------------------------------------------------

RANK1 = {"quarter": 0.97}
CALLED = "exact delete10 delete30 delete50 reorder synonyms traditional numbers wrapped placeholders mixed rewritten retold".split()


def copies(count):
    with open("drafts.jsonl", "w") as out:
        subprocess.run([sys.executable, SETS + "/perturb.py", CORPUS + "/c10k.jsonl.gz", str(count), SEED], stdout=out, check=True)
    drafts = [json.loads(line) for line in open("drafts.jsonl")]
    index("c10k", CORPUS + "/c10k.jsonl.gz")
    said = answers("c10k", "drafts.jsonl", 5)
    if LONG:
        with open("answers.jsonl", "w") as out:
            out.writelines(json.dumps(a) + "\n" for a in said.values())
        score.duplicates("drafts.jsonl", "answers.jsonl")
    for kind in sorted({d["kind"] for d in drafts} - {"none"}):
        these = [d for d in drafts if d["kind"] == kind]
        first = share(said[d["id"]]["matches"][:1] and said[d["id"]]["matches"][0]["id"] == d["source"] for d in these)
        at_least("%s: source first of %d" % (kind, len(these)), first, RANK1.get(kind, 0.99))
        if kind in CALLED:
            at_least("%s: called a repeat" % kind, share(repeats(said[d["id"]], d["source"]) for d in these), 0.98)
    return drafts


def strangers(count):
    """Documents that are left out of their own answer: what is still called a repeat is a true near-copy, or an error."""
    docs = [json.loads(line) for line in gzip.open(CORPUS + "/c10k.jsonl.gz", "rt")]
    step = max(1, len(docs) // count)
    with open("strangers.jsonl", "w") as out:
        for d in docs[::step]:
            text = d.get("body") or d.get("text") or ""
            if 400 <= len(text) <= 4000:
                out.write(json.dumps({"id": d["id"], "title": d["title"], "text": text}, ensure_ascii=False) + "\n")
    said = answers("c10k", "strangers.jsonl", 5)
    at_most("nothing repeated: called a repeat of %d" % len(said), share(a["repeat"] for a in said.values()), 0.04)


# ---- Messages to a city: groups of equal ones, pairs that were judged ----------------------------------------------------

def messages():
    groups = [line.split() for line in open(SETS + "/exact_groups.tsv")]
    judged = [line.rstrip("\n").split("\t")[:3] for line in open(SETS + "/judged.tsv")]
    asked = {i for g in groups for i in g} | {i for _, a, b in judged for i in (a, b)}
    with open("asked.jsonl", "w") as out:
        for line in gzip.open(SETS + "/messages.jsonl.gz", "rt"):
            if json.loads(line)["id"] in asked:
                out.write(line)
    index("messages", SETS + "/messages.jsonl.gz")
    said = answers("messages", "asked.jsonl", 10)
    same = [(a, b) for g in groups for a in g for b in g if a != b]
    at_least("the same text: called copied, of %d" % len(same),
             share(any(m["id"] == b and m["verdict"] == "copied" for m in said[a]["matches"]) for a, b in same), 1)
    rank = {}
    for label, a, b in judged:
        places = [[m["id"] for m in said[x]["matches"]].index(y) if y in [m["id"] for m in said[x]["matches"]] else 99
                  for x, y in ((a, b), (b, a))]
        rank.setdefault(label, []).append((min(places), repeats(said[a], b) or repeats(said[b], a)))
    for label in sorted(rank):
        first, five, ten = (share(r < k for r, _ in rank[label]) for k in (1, 5, 10))
        print("duplicates: %s pairs (%d): first %.3f, in 5 %.3f, in 10 %.3f, called a repeat %.3f" %
              (label, len(rank[label]), first, five, ten, share(c for _, c in rank[label])))
    at_least("COPY in the first 5", share(r < 5 for r, _ in rank["COPY"]), 0.99)
    at_least("COPY called a repeat", share(c for _, c in rank["COPY"]), 0.97)
    at_least("SAME first", share(r < 1 for r, _ in rank["SAME"]), 0.43)
    at_least("SAME in the first 10", share(r < 10 for r, _ in rank["SAME"]), 0.93)
    at_least("SAME called a repeat", share(c for _, c in rank["SAME"]), 0.54)
    at_most("THEME called a repeat", share(c for _, c in rank["THEME"]), 0.10)
    at_most("NONE called a repeat", share(c for _, c in rank["NONE"]), 0)


# ---- Time ------------------------------------------------------------------------------------------------------------------

def speed():
    index("c100k", CORPUS + "/c100k.jsonl.gz")
    with open("some.jsonl", "w") as out:
        out.writelines(line for line in list(open("drafts.jsonl"))[:400])
    times = sorted(a["milliseconds"] for a in answers("c100k", "some.jsonl", 5).values())[:400]
    at_most("a check beside 100,000: p50 ms", statistics.median(times), 12)
    at_most("a check beside 100,000: p95 ms", times[len(times) * 95 // 100], 30)


def merging():
    said = subprocess.run([sys.executable, ROOT + "/tests/bench/merge.py", BINARY, "5000"], capture_output=True, text=True, check=True).stdout
    print(said, end="")
    at_most("tian merge over 5,000 proposals, 2 threads: s of processor", float(re.search(r"2 threads: .*\(([\d.]+) s of", said)[1]), 45)
    at_least("members of families in a group with others of theirs", float(re.search(r"\(([\d.]+)\)", said)[1]), 0.99)


def main():
    work = tempfile.mkdtemp()
    os.chdir(work)
    try:
        copies(1700 if LONG else 340)
        strangers(2000 if LONG else 400)
        messages()
        if LONG:
            speed()
            merging()
    finally:
        os.chdir("/")
        subprocess.run(["rm", "-rf", work])
    print("duplicates: %d passed, %d failed" % (passed, failed))
    return failed > 0


sys.exit(main())
