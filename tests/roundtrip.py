# SPDX-License-Identifier: GPL-2.0-or-later
"""roundtrip.py BINARY ROOT WORK REPORTS: see roundtrip.sh"""
import html, json, os, random, re, shutil, subprocess, sys
from pathlib import Path
from ingest_files import docx

binary, root, work, most = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
shared = root.parent / "shared/input"
chromium = shutil.which("chromium")
CHARACTERS, ENDS = 0.999, 0.99  # the goals
failed = 0


def tian(*args, text=None):
    return subprocess.run([binary, "--lang", "en", "--index", str(work / "index"), *args], capture_output=True, text=True, input=text)


def print_pdf(paragraphs, path):
    page = work / "page.html"
    page.write_text('<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><style>body{font:14pt "Noto Serif CJK SC",serif}p{text-indent:2em;'
                    "margin:0 0 2mm}</style></head><body>%s</body></html>" % "".join("<p>%s</p>" % html.escape(p) for p in paragraphs), encoding="utf-8")
    subprocess.run([chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", "--user-data-dir=%s/chromium" % work,
                    "--print-to-pdf=%s" % path, "file://%s" % page], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def solid(paragraphs):
    """Without blanks, one string; and after which of its characters a paragraph ends."""
    text, ends = "", set()
    for p in paragraphs:
        text += "".join(p.split())
        if text:
            ends.add(len(text))
    return text, ends


def equal_runs(a, b):
    """(i, j, n): a[i:i+n] == b[j:j+n], in order, as much as the shortest script of insertions and deletions leaves (Myers)."""
    paths, reach = [], {1: 0}
    for d in range(len(a) + len(b) + 1):
        paths.append(dict(reach))
        for k in range(-d, d + 1, 2):
            x = reach[k + 1] if k == -d or (k != d and reach[k - 1] < reach[k + 1]) else reach[k - 1] + 1
            while x < len(a) and x - k < len(b) and a[x] == b[x - k]:
                x += 1
            reach[k] = x
            if x >= len(a) and x - k >= len(b):
                return trace(paths, a, b)
    return []


def trace(paths, a, b):
    x, y, runs = len(a), len(b), []
    for d in range(len(paths) - 1, -1, -1):
        reach, k = paths[d], x - y
        before = k + 1 if k == -d or (k != d and reach.get(k - 1, -1) < reach.get(k + 1, -1)) else k - 1
        start_x = max(reach[before], 0) if d else 0
        start_y = start_x - before if d else 0
        turn_x, turn_y = (start_x, start_y + 1) if before == k + 1 else (start_x + 1, start_y)
        if d == 0:
            turn_x, turn_y = 0, 0
        if x > turn_x:
            runs.append((turn_x, turn_y, x - turn_x))
        x, y = start_x, start_y
    return runs[::-1]


def compare(original, got):
    """Counts: characters equal, of both; paragraph ends in their places, of both."""
    (a, ends_a), (b, ends_b) = solid(original), solid(got)
    place, equal = {}, 0
    for i, j, n in equal_runs(a, b):
        equal += n
        place.update((i + t + 1, j + t + 1) for t in range(n))
    right = sum(place.get(e) in ends_b for e in ends_a)
    return equal, max(len(a), len(b)), right, max(len(ends_a), len(ends_b))


def repaired(body):
    """What searching and comparing see of a body: without what the repair names as noise, lines joined."""
    raw, out, at = body.encode(), b"", 0
    ranges = [tuple(map(int, l.split("-"))) for l in tian("debug", "repair", "--", body).stdout.splitlines() if re.fullmatch(r"\d+-\d+", l)]
    for start, end in ranges:
        out += raw[at:start]
        at = end
    return (out + raw[at:]).decode().split("\n")


def round_trip():
    global failed
    reports = sorted((shared / "provincial-reports-2026").glob("*.txt"))[:most]
    kinds = (["pdf"] if chromium else []) + ["docx", "txt"]
    if not chromium:
        print("roundtrip: skipped: PDF (chromium is not installed)")
    (work / "in").mkdir()
    originals = {}
    for i, report in enumerate(reports):
        paragraphs = [l.strip() for l in report.read_text(encoding="utf-8").split("\n") if l.strip()]
        originals[i] = paragraphs
        (work / ("in/%02d-txt.txt" % i)).write_bytes("\n".join(paragraphs).encode("gb18030"))
        (work / ("in/%02d-docx.docx" % i)).write_bytes(docx([html.escape(p, False) for p in paragraphs]))
        if chromium:
            print_pdf(paragraphs, work / ("in/%02d-pdf.pdf" % i))
    tian("index", str(work / "in"))
    bodies = {}
    for d in map(json.loads, tian("dump").stdout.splitlines()):
        bodies.setdefault(os.path.basename(d["id"]).split("#")[0], []).append(d["body"])
    for kind in kinds:
        sums = [0, 0, 0, 0]
        for i, paragraphs in originals.items():
            body = "\n".join(bodies.get("%02d-%s" % (i, kind), [""]))
            one = compare(paragraphs, repaired(body))
            sums = [s + o for s, o in zip(sums, one)]
            if os.environ.get("TIAN_ROUNDTRIP_EACH"):
                print("  %s %s: %.3f %% %.2f %%" % (reports[i].stem, kind, 100 * one[0] / one[1], 100 * one[2] / one[3]))
        characters, ends = sums[0] / sums[1], sums[2] / sums[3]
        good = characters >= CHARACTERS and ends >= ENDS
        failed += not good
        print("%s %d reports as %s: %.3f %% of %d characters equal and in order (goal 99.9), %.2f %% of %d paragraph ends right (goal 99)" %
              ("roundtrip:" if good else "FAILED roundtrip:", len(originals), kind, 100 * characters, sums[1], 100 * ends, sums[3]))


MARKS = "，。；：、！？”’‛）》—…,;:!?)“‘‚《（("


def crossing(left, right):
    """The clause that crosses from one line into the next, or None when it has less than two characters in one of them."""
    head, tail = re.split("[%s]" % re.escape(MARKS), left)[-1], re.split("[%s]" % re.escape(MARKS), right)[0]
    good = len(head) >= 2 and len(tail) >= 2 and len(head + tail) <= 40 and not re.search(r"\s", head + tail)
    return head + tail if good and "[" not in head + tail else None


def as_they_came(lines):
    """Lines with sentences that stop inside one, and what follows begins nothing."""
    for a, b in zip(lines, lines[1:]):
        a, b = a.rstrip(), b.lstrip()
        inside = len(a) > 20 and a[-1] not in MARKS and "，" in a
        if inside and len(b) > 20 and not re.match(r"[（(]?[一二三四五六七八九十\d]+[、）).．]|第.篇|——", b):
            yield crossing(a, b)


def wrap(paragraph, columns):
    """As a typewriter does: a Han character is two columns wide; numbers and words stay whole, marks hang."""
    lines, line, width = [], "　　", 4
    for piece in re.findall(r"[0-9A-Za-z.%]+|.", paragraph):
        n = sum(1 if c < "\x80" else 2 for c in piece)
        if width + n > columns and piece not in MARKS[:17]:
            lines.append(line)
            line, width = "", 0
        line, width = line + piece, width + n
    return lines + [line]


def quoted(name, path, clauses):
    """Index the file alone and ask for each clause in quotes."""
    global failed
    clauses = sorted({c for c in clauses if c})
    random.Random(5).shuffle(clauses)
    sample = clauses[:500]
    shutil.rmtree(work / "index", ignore_errors=True)
    tian("index", str(path))
    (work / "batch").write_text("".join("%d\t“%s”\n" % (i, q) for i, q in enumerate(sample)), encoding="utf-8")
    answers = tian("search", "--batch", str(work / "batch"), "--format", "trec", "-n", "1").stdout
    hit = {int(l.split()[0]) for l in answers.splitlines() if l.strip()}
    missed = [q for i, q in enumerate(sample) if i not in hit]
    good = sample and not missed
    failed += not good
    print("%s the five reports %s: %d of %d sampled clauses that cross a line end (of %d) are found quoted" %
          ("roundtrip:" if good else "FAILED roundtrip:", name, len(sample) - len(missed), len(sample), len(clauses)))
    for q in missed[:10]:
        print("  missed: " + q)


def five_reports():
    source = shared / "five-work-reports.txt"
    lines = source.read_text(encoding="utf-8").split("\n")
    quoted("as they came", source, as_they_came(lines))
    wrapped = [wrap(l.strip(), 40) for l in lines if l.strip()]
    (work / "wrapped.txt").write_text("\n".join(l for p in wrapped for l in p) + "\n", encoding="utf-8")
    quoted("in lines of 20 characters", work / "wrapped.txt", (crossing(a, b) for p in wrapped for a, b in zip(p, p[1:])))
    if chromium:
        print_pdf([l for l in lines if l.strip()], work / "five.pdf")
        bare = subprocess.run(["pdftotext", "-enc", "UTF-8", str(work / "five.pdf"), "-"], capture_output=True, text=True).stdout.split("\n")
        whole = "\n".join("".join(l.split()) for l in lines)
        quoted("as PDF", work / "five.pdf", (c for c in (crossing(a, b) for a, b in zip(bare, bare[1:])) if c and c in whole))


round_trip()
five_reports()
sys.exit(failed > 0)
