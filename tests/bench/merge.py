#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""merge.py BINARY [N]: tian merge over an intake of N (5,000) proposals: seconds, and what it found.

The intake is made of texts that lie beside the project (../shared/bench/corpus/c10k.jsonl.gz; skipped where that is absent):
four in five are different texts, the rest retell one of them in one of three ways and stand in known families, a campaign of
40 among them. Prints the wall and processor time with all processors and with two threads, the share of the members of families that are in a
group with others of theirs, and how many proposals without a family are in one (laws and news have near-copies of their own).
"""
import gzip, json, os, random, re, resource, subprocess, sys, tempfile, time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CORPUS = os.path.join(os.environ.get("TIAN_SHARED", os.path.join(ROOT, "..", "shared")), "bench/corpus/c10k.jsonl.gz")
UNITS = "市教育局 市卫生健康委 市住房和城乡建设局 市交通运输局 市生态环境局 市民政局 市公安局 市农业农村局".split()


def retold(text, how, rng):
    clauses = re.findall(r"[^。；！？\n]*[。；！？\n]|[^。；！？\n]+$", text)
    if how == 0:  # a third left out
        return "".join(c for c in clauses if rng.random() > .3)
    if how == 1:  # other figures, sentences in another order
        rng.shuffle(clauses)
        return re.sub(r"\d+", lambda m: str(rng.randrange(10, 9999)), "".join(clauses))
    return "".join(c.replace("进行", "开展").replace("加强", "强化").replace("建立", "构建").replace("应当", "要") for c in clauses)


def intake(n):
    rng = random.Random(8)
    docs = [d for d in map(json.loads, gzip.open(CORPUS, "rt")) if 300 <= len(d.get("body") or d.get("text") or "") <= 3000]
    singles = docs[:n * 4 // 5]
    rows = [(d["title"], d.get("body") or d.get("text"), None) for d in singles]
    family = 0
    while len(rows) < n:
        d, size = singles[family * 3], 40 if family == 0 else 1 + rng.randrange(5)
        rows[family * 3] = (d["title"], d.get("body") or d.get("text"), family)
        for k in range(min(size, n - len(rows))):
            rows.append((d["title"], retold(d.get("body") or d.get("text"), k % 3, rng), family))
        family += 1
    rng.shuffle(rows)
    return rows


def main():
    if not os.path.exists(CORPUS):
        print("merge: skipped, no ../shared/bench/corpus")
        return 0
    tian, n = os.path.realpath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 5000
    rows = intake(n)
    family = {"p%d" % i: f for i, (_, _, f) in enumerate(rows)}
    with tempfile.TemporaryDirectory() as folder:
        with open(folder + "/intake.jsonl", "w") as out:
            for i, (title, body, _) in enumerate(rows):
                out.write(json.dumps({"id": "p%d" % i, "number": str(i + 1), "session": "十四届三次", "title": title, "body": body,
                                      "proposer": "委员%d" % i, "lead_unit": UNITS[i % len(UNITS)]}, ensure_ascii=False) + "\n")
        base = [tian, "--index", folder + "/index"]
        subprocess.run(base + ["index", folder + "/intake.jsonl"], check=True, stdout=subprocess.DEVNULL)
        for jobs in ([], ["--jobs", "2"]):
            begin, before = time.time(), resource.getrusage(resource.RUSAGE_CHILDREN)
            answer = json.loads(subprocess.run(base + ["merge", "--session", "十四届三次", "--json"] + jobs, check=True,
                                               stdout=subprocess.PIPE).stdout)
            seconds, after = time.time() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
            print("merge: %d proposals, %s: %.2f s (%.2f s of processor); %d pairs compared of %d, %d groups"
                  % (answer["total"], "2 threads" if jobs else "all processors", seconds,
                     after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, answer["compared"], n * (n - 1) // 2,
                     len(answer["groups"])))
    placed = strangers = 0
    for g in answer["groups"]:
        ids = [p["id"] for p in g["proposals"]]
        families = [family[i] for i in ids]
        placed += sum(f is not None and families.count(f) > 1 for f in families)
        strangers += sum(family[i] is None for i in ids)
    wanted = sum(f is not None for f in family.values())
    print("merge: %d of %d members of families are in a group with others of theirs (%.4f); %d of %d others are in a group"
          % (placed, wanted, placed / wanted, strangers, n - wanted))
    return 0


sys.exit(main())
