#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# report.sh BINARY: the numbers of reports. The report of 2024 made from corpus/proposals must be the one that was printed
# (corpus/report-2024.tsv, and its sentences in report-2024.txt); every number must have as many documents behind it;
# on random proposals every table must be what a brute-force count over `tian dump` gives, within 100 ms a report.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
export TIAN_SHARE="$root/share" LC_ALL=C.UTF-8
exec python3 - "$(readlink -f "$1")" "$root" "$work" "${TIAN_REPORT_DOCUMENTS:-20000}" <<'PYTHON'
import collections, csv, io, json, random, socket, subprocess, sys, time, urllib.request

binary, root, work, wanted = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
passed = failed = 0


def tian(index, *args):
    return subprocess.run([binary, "--lang", "zh", "--index", work + "/" + index, *args], check=True, capture_output=True, text=True).stdout


def check(what, good, more=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print("FAILED report: %s %s" % (what, more))


def tables(report):
    return {t["key"]: {l["key"]: [c["documents"] for c in l["cells"]] for l in t["lines"]} for t in report["tables"]}


# ---- the printed report
tian("corpus", "index", root + "/corpus/proposals")
report = json.loads(tian("corpus", "report", "--session", "十四届三次", "--json", "--explain"))
t = {k: {key: cells[0] for key, cells in v.items()} for k, v in tables(report).items()}
share = {(tb["key"], l["key"]): "%.1f" % (100 * l["cells"][0]["share"]) for tb in report["tables"] for l in tb["lines"]}
five = {"economy": "经济建设", "politics": "政治建设", "culture": "文化建设", "society": "社会建设", "ecology": "生态文明建设"}
letters = {"A": "solved", "B": "planned", "C": "reference"}
where = {"received": ("numbers", "received"), "received_in_session": ("period", "in_session"), "received_after_session": ("period", "after_session"),
         "received_member": ("received_proposer_kind", "member"), "received_collective": ("received_proposer_kind", "collective"),
         "filed": ("state", "filed"), "merged": ("state", "merged"), "turned_into_advice": ("state", "advice"), "not_filed": ("state", "refused"),
         "filed_member": ("filed_proposer_kind", "member"), "filed_collective": ("filed_proposer_kind", "collective"), "lead_units": ("numbers", "lead_units"),
         "answered": ("numbers", "answered"), "satisfied": ("satisfaction", "satisfied"), "mostly_satisfied": ("satisfaction", "mostly_satisfied"),
         "unsatisfied": ("satisfaction", "unsatisfied"), "key_proposals": ("numbers", "key"), "key_proposals_outcome_A": ("key_outcome", "solved"),
         "closed_to_public": ("numbers", "closed")}
where.update({"filed_" + k: ("category", v) for k, v in five.items()})
where.update({"outcome_" + k: ("outcome", v) for k, v in letters.items()})
for row in csv.DictReader(open(root + "/corpus/report-2024.tsv", encoding="utf-8"), delimiter="\t"):
    key, value = row["key"], row["value"]
    table, line = where[key.removesuffix("_share")]
    got = share.get((table, line), "0.0") if key.endswith("_share") else str(t[table].get(line, 0))
    check("printed " + key, got == value, "is %s, printed %s" % (got, value))
said, printed = "\n".join(report["paragraphs"]), open(root + "/corpus/report-2024.txt", encoding="utf-8").read()
for clause in ("共提交提案26件，其中会间25件、会后1件。经审查，立案23件，立案率88.5%；并案1件，转为意见建议1件，不予立案1件。在提交的26件提案中，委员提案19件，占73.1%；集体提案7件，占26.9%。",
               "在立案的23件提案中，委员提案16件，占69.6%；集体提案7件，占30.4%。按类别划分，经济建设4件，占17.4%；政治建设3件，占13.0%；文化建设3件，占13.0%；社会建设8件，占34.8%；生态文明建设5件，占21.7%。立案提案交由18个单位主办。",
               "立案的23件提案全部办复，办复率100%。其中，"):
    check("sentence", clause in said and clause in printed, clause)
for tb in report["tables"]:
    for l in tb["lines"]:
        if l["key"] not in ("lead_units", "proposers"):
            check("behind %s %s" % (tb["key"], l["key"]), len(set(l["cells"][0]["ids"])) == l["cells"][0]["documents"])
    if tb["total"]:
        check("%s adds up" % tb["key"], sum(l["cells"][0]["documents"] for l in tb["lines"][:-1]) == tb["total"])
for printed, wrong in (("report-2024.txt", []), ("report-2024.tsv", []), ("printed/report-2024-draft.txt", ["period.after_session", "社会建设", "社会建设", "numbers.lead_units", "satisfaction.satisfied / numbers.answered"])):
    run = subprocess.run([binary, "--index", work + "/corpus", "report", "--year", "2024", "--json", "--explain", "--compare", root + "/corpus/" + printed], capture_output=True, text=True)
    found = {tb["key"]: tb["lines"] for tb in json.loads(run.stdout)["tables"]}
    check("compare " + printed, [l["key"] for l in found.get("differs", [])] == wrong and run.returncode == (wrong != []) and ("misses" in found) == (wrong != []), str(found.get("differs")))
    check("compare: behind ours", all(len(l["cells"][0]["ids"]) in (0, l["cells"][0]["documents"]) for l in found.get("differs", [])))
rows = list(csv.reader(io.StringIO(tian("corpus", "report", "--session", "十四届三次", "--format", "csv").lstrip("\ufeff"))))
check("csv", ["立案", "23", "88.5%"] in rows)
html = tian("corpus", "report", "--session", "十四届三次", "--format", "html", "--explain")
check("html", html.count("<svg") >= 8 and html.count("<table") == len(report["tables"]) and 'href="/documents/' in html)
check("markdown", "| 社会建设 | 8 | 34.8% |" in tian("corpus", "report", "--session", "十四届三次", "--format", "markdown"))

# ---- random proposals, counted by hand
chance = random.Random(7)
pick = lambda *values: chance.choice(values)
STATES = {"立案": "filed", "并案（并入第3号）": "merged", "不予立案": "refused", "转为意见建议": "advice", "撤案": "withdrawn", "": ""}
OUTCOMES = {"A类": "solved", "正在解决": "in-progress", "列入计划": "planned", "留作参考": "reference", "莫名其妙": "unknown", "": ""}
OPINIONS = {"满意": "satisfied", "很满意": "satisfied", "基本满意": "mostly_satisfied", "不满意": "unsatisfied", "": ""}
PERIODS = {"会间": "in_session", "会后": "after_session", "": ""}
KINDS = {"委员": "member", "集体提案": "collective"}
with open(work + "/random.jsonl", "w", encoding="utf-8") as out:
    for i in range(wanted):
        d = {"id": "r%d" % i, "title": "关于第%d件事的提案" % i, "body": "情况。建议。", "案号": str(i + 1), "年份": str(pick(*range(2015, 2025))),
             "类别": pick("经济建设", "社会建设", "文化建设", "民生", ""), "主办单位": pick("市教育局", "市公安局、市交通运输局", "某某办", ""),
             "立案情况": pick(*STATES), "办理结果": pick(*OUTCOMES), "满意度": pick(*OPINIONS), "会间/会后": pick(*PERIODS),
             "提案者性质": pick(*KINDS), "提案者": "委员%d" % chance.randrange(500), "是否同意公开": pick("是", "是", "否"), "重点提案": pick("是", "否", "")}
        out.write(json.dumps({k: v for k, v in d.items() if v}, ensure_ascii=False) + "\n")
tian("random", "index", work + "/random.jsonl")
docs = [json.loads(l) for l in tian("random", "dump").splitlines()]
check("all there", len(docs) == wanted)
for d in docs:
    d["STATE"], d["OUTCOME"] = STATES[d.get("state", "")], OUTCOMES[d.get("outcome", "")]
    d["FILED"] = d["STATE"] == "filed" or (d["STATE"] == "" and d["OUTCOME"] != "")
    d["UNIT"] = {"市教育局": "教育局", "市公安局、市交通运输局": "公安局", "某某办": "某某办", "": ""}[d.get("lead_unit", "")]
VALUE = {"state": lambda d: d["STATE"], "period": lambda d: PERIODS[d.get("period", "")], "proposer_kind": lambda d: KINDS[d["proposer_kind"]],
         "category": lambda d: d.get("category", ""), "unit": lambda d: d["UNIT"], "outcome": lambda d: d["OUTCOME"],
         "satisfaction": lambda d: OPINIONS[d.get("satisfaction", "")], "year": lambda d: d["year"]}
ALL, FILED = (lambda d: True), (lambda d: d["FILED"])
ANSWERED, KEY = (lambda d: d["FILED"] and d["OUTCOME"]), (lambda d: d["FILED"] and d.get("key") == "是")
USUAL = {"state": ("state", ALL), "period": ("period", ALL), "received_proposer_kind": ("proposer_kind", ALL), "filed_proposer_kind": ("proposer_kind", FILED),
         "category": ("category", FILED), "unit": ("unit", FILED), "outcome": ("outcome", ANSWERED), "satisfaction": ("satisfaction", ANSWERED), "key_outcome": ("outcome", KEY)}


def compare(year, report):
    mine = [d for d in docs if year in (None, d["year"])]
    got = tables(report)
    for key, (axis, who) in USUAL.items():
        count = collections.Counter(VALUE[axis](d) for d in mine if who(d))
        check("%s %s" % (key, year), {k: v[0] for k, v in got[key].items() if k != "total"} == count, "%s %s" % (got[key], count))
    n = {k: v[0] for k, v in got["numbers"].items()}
    check("numbers %s" % year, n == {"received": len(mine), "filed": sum(map(FILED, mine)), "merged": sum(d["STATE"] == "merged" for d in mine), "answered": sum(1 for d in mine if ANSWERED(d)),
          "key": sum(map(KEY, mine)), "closed": sum(d.get("public") == "否" for d in mine), "lead_units": len({d["UNIT"] for d in mine if d["FILED"]} - {""}),
          "proposers": len({d["proposer"] for d in mine})}, str(n))


slowest = 0
for year in (None, "2015", "2020"):
    report = json.loads(tian("random", "report", "--json", *(["--year", year] if year else [])))
    slowest = max(slowest, report["milliseconds"])
    compare(year, report)
for a, b in (("year", "category"), ("unit", "outcome"), ("satisfaction", "state"), ("proposer_kind", "period")):
    report = json.loads(tian("random", "report", "--json", "--cross", a + "," + b))
    slowest = max(slowest, report["milliseconds"])
    table, count = report["tables"][0], collections.Counter((VALUE[a](d), VALUE[b](d)) for d in docs)
    columns = {c: i for i, c in enumerate(table["columns"])}
    lines = {l["key"]: [c["documents"] for c in l["cells"]] for l in table["lines"]}
    check("%s × %s" % (a, b), all(sum(lines[x][1:]) == lines[x][0] for x in lines) and
          sorted(v for x in lines if x != "total" for v in lines[x][1:] if v) == sorted(count.values()) and
          all(lines[x][0] == sum(v for (p, _), v in count.items() if p == x) for x in lines if x != "total"))
layers = json.loads(tian("random", "report", "--json", "--cross", "year,state,outcome"))
check("three axes", len(layers["tables"]) == 10 and sum(t["total"] for t in layers["tables"]) == wanted)

# ---- the development of a theme; a unit under its names of the time
NAMES = {2008: "市卫生局", 2015: "市卫生和计划生育委员会", 2024: "市卫生健康委员会"}
trend = []
for i in range(400):
    year = pick(*range(2005, 2025))
    words = ["入学" if chance.random() < .5 else "升学", "课后服务" if year >= 2016 else "寄宿", "资助"]
    trend.append({"id": "t%d" % i, "案号": str(i + 1), "title": "关于第%d件事的提案" % i, "年份": str(year), "主题": pick("社会建设/教育", "经济建设"),
                  "body": "情况：%s。\n建议：办好第%d所学校。" % ("，".join(words), i), "办理结果": pick("A类", "列入计划", "留作参考", ""),
                  "提交日期": "%d-%02d-11" % (year, chance.randrange(1, 13)), "主办单位": next(v for k, v in NAMES.items() if year <= k)})
MATTER = "情况：青石巷小学门前没有护栏，放学时车辆和学生混行，去年发生过两次擦碰事故，家长十分担心。\n建议：在青石巷小学门前加装护栏，划设家长接送区，错峰放学，由交警执勤。"
for i, year, outcome in ((900, 2011, "列入计划"), (901, 2019, "A类")):
    trend.append({"id": "t%d" % i, "案号": str(i), "title": "关于治理青石巷小学门前交通的提案", "年份": str(year), "主题": "社会建设/教育", "body": MATTER, "办理结果": outcome,
                  "提交日期": "%d-01-11" % year, "主办单位": "市教育局"})
with open(work + "/trend.jsonl", "w", encoding="utf-8") as out:
    out.writelines(json.dumps({k: v for k, v in d.items() if v}, ensure_ascii=False) + "\n" for d in trend)
tian("trend", "index", work + "/trend.jsonl")
report = json.loads(tian("trend", "report", "--trend", "教育", "--explain", "--json"))
mine = [d for d in trend if d["主题"] == "社会建设/教育"]
per_year, solved, all_years = (collections.Counter(d["年份"] for d in ds) for ds in (mine, [d for d in mine if d["办理结果"] == "A类"], trend))
curve = {t["key"]: t for t in report["tables"]}["curve"]
for l in curve["lines"][:-2]:
    y, c = l["key"], [cell["documents"] for cell in l["cells"]]
    check("trend %s" % y, c == [per_year[y], solved[y], all_years[y], (per_year[y] * 1000 + all_years[y] // 2) // all_years[y]], str(c))
    check("trend %s: behind it" % y, sorted(l["cells"][0]["ids"]) == sorted(d["id"] for d in mine if d["年份"] == y))
check("trend: all years, and no hole", [l["key"] for l in curve["lines"]] == [str(y) for y in range(int(min(per_year)), 2025)] + ["", "total"])
check("trend: total", [c["documents"] for c in curve["lines"][-1]["cells"][:3]] == [len(mine), sum(solved.values()), len(trend)])
lines = {(t["key"], l["key"]): l for t in report["tables"] for l in t["lines"]}
for word, table in (("课后", "came"), ("寄宿", "went")):
    l = lines.get((table, word)) or lines.get((table, word + "服务"))
    with_word = [d for d in mine if word in d["body"]]
    check("word that %s: %s" % (table, word), l and l["cells"][0]["documents"] == len(with_word), str(l))
    first = min(with_word, key=lambda d: (d["提交日期"], int(d["id"][1:])))
    check("first use of %s" % word, l and l["cells"][3]["ids"] == [first["id"]], "%s %s" % (l and l["cells"][3], first))
check("words that stayed are not named", not [k for k in lines if k[1] in ("入学", "升学", "资助")])
later = lines.get(("later", "t901"))
check("solved at a later try", later and later["cells"][0]["ids"] == ["t900"] and later["cells"][1]["text"].startswith("2011"), str(later))
table = json.loads(tian("trend", "report", "--cross", "unit,year", "--json"))["tables"][0]
check("a unit's series does not break at a reorganisation", [l["key"] for l in table["lines"]] == ["卫生健康委员会", "教育局", "total"] and
      all(c["documents"] > 0 for c in table["lines"][0]["cells"]), str([l["key"] for l in table["lines"]]))

# ---- the same as pages
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
server = subprocess.Popen([binary, "--index", work + "/random", "serve", "--port", str(port)], stderr=subprocess.PIPE)
server.stderr.readline()


def milliseconds(path):
    """The best of three: other work on this machine is not the page's fault."""
    times = []
    for _ in range(3):
        begin = time.time()
        urllib.request.urlopen("http://127.0.0.1:%d%s" % (port, path)).read()
        times.append((time.time() - begin) * 1000)
    return min(times)


pages = {p: milliseconds(p) for p in ("/report", "/report?year=2020", "/report?rows=year&columns=unit&each=outcome", "/report?rows=proposer&columns=year",
                                      "/report/proposals?table=numbers&line=received&offset=%d" % (wanted // 2))}
server.terminate()
server.wait()
for path, ms in pages.items():
    check("page %s" % path, ms <= 100, "%.1f ms" % ms)
print("report: pages in %s ms" % ", ".join("%.0f" % ms for ms in pages.values()))
check("time", slowest <= 100, "%.1f ms" % slowest)
print("report: %d passed, %d failed; slowest report over %d proposals %.1f ms" % (passed, failed, wanted, slowest))
sys.exit(failed > 0)
PYTHON
