# SPDX-License-Identifier: GPL-2.0-or-later
"""ingest.py BINARY ROOT WORK DAMAGED: see ingest.sh"""
import gzip, json, os, random, resource, socket, subprocess, sys, time, unicodedata, zlib
from ingest_files import *

binary, root, work, damaged = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
passed = failed = 0


def check(what, good, more=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print("FAILED ingest: %s %s" % (what, more))


def tian(*args, seconds=120):
    return subprocess.run([binary, "--lang", "en", "--index", work + "/index", *args], capture_output=True, timeout=seconds)


def put(path, data):
    path = os.path.join(work.encode(), path if isinstance(path, bytes) else path.encode())
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(data if isinstance(data, bytes) else data.encode())


def fresh():
    subprocess.run(["rm", "-rf", work + "/index", work + "/in"], check=True)
    os.mkdir(work + "/in")


def documents():
    return {d["id"]: d for d in map(json.loads, tian("dump").stdout.decode().splitlines())}


def shown(id):
    return json.loads(tian("show", "--json", id).stdout)


def log():
    return [json.loads(l) for l in open(work + "/index/log/import.jsonl", encoding="utf-8", errors="replace")]


HEAD = ["案由：关于停车的提案", "案号：0012号", "一、情况", "车多，位少。", "二、建议", "建设停车场。"]


def formats():
    fresh()
    html = "<html><head><title>关于停车的提案_某市政协网</title></head><body><script>x</script>%s</body></html>" % "".join("<p>%s</p>" % l for l in HEAD)
    files = {"a.docx": docx(HEAD), "b.odt": odt(HEAD), "c.pptx": pptx([HEAD[:2], HEAD[2:]]), "d.pdf": pdf(HEAD), "e.html": html,
             "f.txt": "\n".join(HEAD), "g.txt": "\n".join(HEAD).encode("gb18030"), "h.txt": "\n".join(HEAD).encode("utf-16"),
             "wrong.pdf": docx(HEAD)}
    for name, data in files.items():
        put("in/" + name, data)
    form = docx([], [["案由", "关于停车的提案"], ["案号", "0012"], ["提案内容", "一、情况\n车多，位少。\n二、建议\n建设停车场。"]])
    put("in/form.docx", form)
    put("in/list.xlsx", xlsx([["某市提案目录"], ["案号", "案由", "提交日期", "正文"], ["0123", "关于甲的提案", (45302, 2), "甲的正文"],
                              [(7, 1), "关于乙的提案", (45303, 2), "乙的正文"], ["合计", None, 2]]))
    check("formats: all are read", tian("index", work + "/in").returncode == 0, log()[-1])
    found = documents()
    for name in files:
        d = found.get("in/" + name.rsplit(".", 1)[0], {})
        check("format " + name, d.get("title") == "关于停车的提案" and "车多，位少。" in d.get("body", "") and "删去" not in d["body"], d)
        number = shown(d["id"])["fields"].get("number", "") if d else None
        number = unicodedata.normalize("NFKC", number or "").replace(" ", "")  # a PDF may have wide digits
        check("number of " + name, number == "0012号", number)
    form = shown("in/form")
    check("a form in a table", form["fields"].get("number") == "0012" and any(x["kind"] == "建议" for x in form["sections"]), form["sections"])
    rows = sorted((d.get("number"), d.get("date"), d["title"]) for i, d in found.items() if i.startswith("in/list"))
    check("rows of a sheet", rows == [("0007", "2024-01-12", "关于乙的提案"), ("0123", "2024-01-11", "关于甲的提案")], rows)


def numbering():
    """Word's automatic numbers are text of the document."""
    fresh()
    levels = [("chineseCounting", "%1、", "Head"), ("taiwaneseCountingThousand", "（%2）"), ("decimal", "%3."), ("decimal", "%3.%4"),
              ("lowerRoman", "%5)"), ("decimalEnclosedCircleChinese", "%6"), ("ideographTraditional", "%7："), ("bullet", "•"), ("hebrew1", "%9.")]
    paragraphs = [(None, 0, None, "案由：关于自动编号的提案"), (None, 0, "Head", "甲"), (1, 1, None, "乙"), (1, 1, None, "丙"), (1, 2, None, "丁"),
                  (1, 3, None, "戊"), (1, 3, None, "己"), (None, 0, "Sub", "庚"), (1, 1, None, "辛"), (1, 4, None, "壬"), (1, 5, None, "癸"),
                  (1, 6, None, "子"), (1, 7, None, "丑"), (1, 8, None, "寅"), (0, 0, "Head", "卯"), (2, 0, None, "辰"), (2, 0, None, "巳")]
    want = "甲|一、 乙|（一） 丙|（二） 丁|1. 戊|1.1 己|1.2 庚|二、 辛|（一） 壬|i) 癸|① 子|甲： 丑| 寅| 卯| 辰|一〇、 巳|一一、".replace("一〇", "十").replace("一一", "十一")
    put("in/a.docx", numbered_docx(levels, paragraphs, [(2, 0, 10)]))
    put("in/b.docx", numbered_docx([("chineseCounting", "第%1条 ")], [(None, 0, None, "案由：关于条数的提案")] + [(1, 0, None, "条")] * 120))
    tian("index", work + "/in")
    found = documents()
    lines = [l for l in found["in/a"]["body"].split("\n") if l][1:]
    expect = [(x.split("|")[1] + (" " if x.split("|")[1][-1:] in tuple("123456789.)") else "") + x.split("|")[0]) for x in want.split()]
    check("automatic numbers", lines == expect, (lines, expect))
    lines = found["in/b"]["body"].split("\n")
    got = [lines[i].strip()[:-2].strip() for i in (1, 10, 19, 20, 100, 101, 110, 111)]
    check("numbers in words", got == ["第一条", "第十条", "第十九条", "第二十条", "第一百条", "第一百零一条", "第一百一十条", "第一百一十一条"], got)


def archives():
    fresh()
    inner = packed([("旧/乙.txt", "案由：关于乙的提案\n正文")])
    put("in/a.zip", packed([("../../x/甲.docx", docx(HEAD)), ("b.zip", inner), ("bad.docx", b"PK\3\4junk"), ("__MACOSX/._a", b"x")]))
    put("in/t.tar.gz", tar_of([("丙.txt", "案由：关于丙的提案\n正文".encode()), ("/etc/丁.txt", "案由：关于丁的提案\n正文".encode())], "w:gz"))
    deep = "案由：关于戊的提案\n正文".encode()
    for _ in range(5):
        deep = packed([("d.zip" if deep[:2] == b"PK" else "戊.txt", deep)])
    put("in/deep.zip", deep)
    tian("index", work + "/in")
    want = {"in/a/x/甲", "in/a/b.zip/旧/乙", "in/t/丙", "in/t/etc/丁"}
    check("members of archives", set(documents()) == want, sorted(documents()))
    check("nothing was written beside", not os.path.exists(work + "/x") and not os.path.exists(os.path.dirname(work) + "/x"))
    said = [l for l in log() if l.get("file", "").endswith("a.zip")][0]
    check("a damaged member is named", any("bad.docx" in w for w in said.get("warnings", [])), said)
    check("too deep is refused", any("deep" in l.get("file", "") and "error" in l for l in log()))


def hostile():
    fresh()
    entity = "".join('<!ENTITY e%d "%s">' % (i, ("&e%d;" % (i - 1)) * 10 if i else "lol") for i in range(10))
    with zipfile.ZipFile(work + "/in/bomb.docx", "w", zipfile.ZIP_DEFLATED) as z, z.open("word/document.xml", "w") as m:
        m.write(b"<a>")
        for _ in range(320):  # written piece by piece: a large process here would be counted as one of tian's
            m.write(b"<b>x</b>" * 125000)
    files = {"laughs.docx": docx_of("<!DOCTYPE a [%s]><a>&e9;</a>" % entity),
             "xxe.docx": docx_of('<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><w:p xmlns:w="w"><w:t>&e;root</w:t></w:p>'),
             "truncated.docx": docx(HEAD * 200)[:-400], "truncated.pdf": pdf(HEAD)[:300], "picture.pdf": b"\x89PNG\r\n\x1a\n",
             "compound.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "noise.txt": bytes(random.Random(1).randbytes(5000)),
             "bomb.txt.gz": gzip.compress(b"a" * 20000000), "empty.txt": b"", "a.rtf": b"{\\rtf1 x}"}
    for name, data in files.items():
        put("in/" + name, data)
    put("in/good.txt", "\n".join(HEAD))
    put(b"in/\xff\xfe.txt", "案由：关于名称的提案\n正文")
    put("in/a\nb.txt", "案由：关于换行的提案\n正文")
    os.mkfifo(work + "/in/fifo")
    os.symlink(work + "/in", work + "/in/loop")
    with open(work + "/in/sparse.docx", "wb") as f:
        f.truncate(1 << 30)
    before = time.time()
    r = tian("index", work + "/in")
    took, memory = time.time() - before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print("ingest: hostile files: %.1f s, largest process %.0f MB" % (took, memory))
    check("hostile: exit status", r.returncode == 4, r)
    check("hostile: no hang", took < 60, took)
    errors = {os.path.basename(l["file"]): l["error"] for l in log() if "error" in l}
    check("hostile: memory", memory < 256, memory)
    for name in ["bomb.docx", "sparse.docx", *files]:
        if name != "empty.txt":
            check("hostile %s is refused with a reason" % name, errors.get(name), sorted(errors))
    for good in ("in/good", "in/a\nb"):
        check("healthy neighbour %r" % good, good in documents(), sorted(documents()))
    check("no secret was read", "root:" not in json.dumps(documents()))


def misbehaving_pdfs():
    """A tree of pages that bites its tail; a stream that expands; a table of places that lies; a text without end."""
    page = pdf(HEAD)
    bomb = zlib.compress(b"BT /F1 12 Tf (x) Tj ET " * 4000000, 9)
    stream = b"4 0 obj\n<</Filter/FlateDecode/Length %d>>stream\n" % len(bomb) + bomb + b"\nendstream\nendobj"
    at, end = page.index(b"4 0 obj"), page.index(b"endobj", page.index(b"4 0 obj")) + 6
    return {"loop.pdf": page.replace(b"/Kids[3 0 R]", b"/Kids[2 0 R]"), "bomb.pdf": page[:at] + stream + page[end:],
            "places.pdf": page.replace(b"startxref\n", b"startxref\n9999999999"), "count.pdf": page.replace(b"/Count 1", b"/Count 2000000000"),
            "font.pdf": page.replace(b"GBK-EUC-H", b"../../etc/passwd")}


ESCAPE = r"""#!/bin/bash
# stands for a LibreOffice that was taken over: whatever it gets hold of goes into what it should write
for last; do :; done
try() { "${@:2}" >/dev/null 2>&1 && echo "$1 yes" || echo "$1 no"; }
reach() { exec 3<>/dev/tcp/127.0.0.1/%(port)d; }
{   echo "案由：关于越狱的提案"
    try names cat /etc/passwd
    try secret cat %(work)s/secret
    try list ls %(work)s
    try write touch %(work)s/escaped
    try temporary touch /tmp/tian-escaped-%(port)d
    try socket reach
    try look cat /proc/1/environ
    try own touch "${last%%/*}/own"
} >"${last%%/*}/in.docx"
sleep %(port)d98 & disown
exit 0
"""


def escapes():
    fresh()
    for name, data in misbehaving_pdfs().items():
        put("in/" + name, data)
    put("in/good.txt", "\n".join(HEAD)), put("in/a.rtf", b"{\\rtf1 x}"), put("secret", "the secret\n")
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]
    put("office/soffice", ESCAPE % {"port": port, "work": work}), os.chmod(work + "/office/soffice", 0o755)
    before = time.time()
    r = subprocess.run([binary, "--lang", "en", "--index", work + "/index", "index", work + "/in"], capture_output=True, timeout=120,
                       env=dict(os.environ, TIAN_SOFFICE=work + "/office/soffice", TMPDIR=work))
    said = {os.path.basename(l["file"]): l for l in log() if "file" in l}
    check("escapes: no hang, no crash", r.returncode in (0, 4) and time.time() - before < 60, (r, time.time() - before))
    check("PDFs that misbehave are accounted for", all(n in said for n in misbehaving_pdfs()), sorted(said))
    check("escapes: the healthy neighbour", "in/good" in documents())
    if "landlock" not in r.stderr.decode() and "in/a" in documents():
        tried = dict(l.split() for l in documents()["in/a"]["body"].split("\n")[1:] if l)
        check("a program taken over reaches nothing but its folder", tried == {"names": "no", "secret": "no", "list": "no", "write": "no",
              "temporary": "no", "socket": "no", "look": "no", "own": "yes"}, tried)
    else:
        check("a program taken over could be read", False, said.get("a.rtf"))
    left = [p for p in os.listdir("/proc") if p.isdigit() and ("%d98" % port).encode() in (open("/proc/%s/cmdline" % p, "rb").read() if os.path.exists("/proc/%s/cmdline" % p) else b"")]
    check("it leaves no process behind", not left, left)
    check("it leaves no folder behind", not [n for n in os.listdir(work) if n.startswith("tian-office")], os.listdir(work))
    check("nothing was written", not os.path.exists(work + "/escaped") and not os.path.exists("/tmp/tian-escaped-%d" % port))


def stale_folders():
    """What a killed process left is removed by the next that needs LibreOffice, if it is old; what is in use is not."""
    fresh()
    put("in/a.rtf", b"{\\rtf1 x}"), put("tian-office-old/x", "x"), put("tian-office-new/x", "x"), put("office/soffice", "#!/bin/sh\nexit 1\n")
    os.chmod(work + "/office/soffice", 0o755), os.utime(work + "/tian-office-old", (1e9, 1e9))
    subprocess.run([binary, "--index", work + "/index", "index", work + "/in"], capture_output=True,
                   env=dict(os.environ, TIAN_SOFFICE=work + "/office/soffice", TMPDIR=work))
    check("stale folders", [n for n in os.listdir(work) if n.startswith("tian-office")] == ["tian-office-new"], os.listdir(work))


def damage(data, r):
    b = bytearray(data)
    if r.random() < 0.3:
        return bytes(b[:r.randrange(1, len(b))])
    for _ in range(r.choice((1, 4, 32, 256))):
        b[r.randrange(len(b))] = r.randrange(256)
    return bytes(b)


def mutated():
    fresh()
    r = random.Random(6)
    sound = [("docx", docx(HEAD * 5, [["甲", "乙"]])), ("xlsx", xlsx([["案号", "案由", "正文"]] + [[str(i), "关于%d的提案" % i, "文"] for i in range(9)])),
             ("odt", odt(HEAD)), ("pptx", pptx([HEAD])), ("pdf", pdf(HEAD)), ("zip", packed([("a.txt", "正文"), ("b.docx", docx(HEAD))], zipfile.ZIP_STORED)),
             ("tgz", tar_of([("a.txt", "正文".encode())], "w:gz")), ("html", "<html><body><p>正文</p><table><tr><td>x</td></tr></table></body></html>".encode()),
             ("csv", "案号,案由,正文\n1,关于甲的提案,\"一\n二\"\n".encode()), ("json", json.dumps([{"title": "甲", "body": "乙"}]).encode())]
    doc = os.path.join(root, "tests/extract/sample.doc")
    if os.path.exists(doc):
        sound.append(("doc", open(doc, "rb").read()))
    for i in range(damaged):
        kind, data = sound[i % len(sound)]
        put("in/%04d.%s" % (i, kind), damage(data, r))
    put("in/good.txt", "\n".join(HEAD))
    before = time.time()
    done = tian("index", work + "/in", seconds=1800)
    took = time.time() - before
    errors = [l["error"] for l in log() if "error" in l]
    print("ingest: %d damaged files: %.1f s, %d refused, %d read; %d crashed in the child, %d out of time" %
          (damaged, took, len(errors), damaged - len(errors), sum("crashed" in e for e in errors), sum("longer than" in e for e in errors)))
    check("damaged: no crash", done.returncode in (0, 4), done)
    check("damaged: every file is accounted for", log()[-1].get("summary", {}).get("files") == damaged + 1, log()[-1])
    check("damaged: the healthy neighbour is read", "in/good" in documents())
    check("damaged: the index is whole", tian("verify").returncode == 0)


def changes():
    fresh()
    put("in/a.docx", docx(HEAD)), put("in/b.txt", "案由：关于乙的提案\n正文"), put("in/c.csv", "案号,案由,正文\n1,关于甲的提案,x\n2,关于丙的提案,y\n")
    tian("index", work + "/in")
    ids = set(documents())
    os.mkdir(work + "/in/moved"), os.rename(work + "/in/a.docx", work + "/in/moved/z.docx")
    tian("index", work + "/in")
    check("a moved file keeps its ids", set(documents()) == ids, documents().keys())
    os.utime(work + "/in/b.txt")
    r = json.loads(tian("index", "--json", work + "/in").stdout)
    check("a touched file is not read", r["unchanged"] == 3 and r["documents"] == 0, r)
    put("in/c.csv", "案号,案由,正文\n1,关于甲的提案,x\n"), os.remove(work + "/in/b.txt")
    r = json.loads(tian("index", "--json", work + "/in").stdout)
    check("rows and files that are gone", r["removed"] == 2, r)
    put("in/d.docx", b"PK\3\4junk")
    check("a failure", tian("index", work + "/in").returncode == 4)
    put("in/d.docx", docx(["案由：关于丁的提案"]))
    check("a failed file is tried again", tian("index", work + "/in").returncode == 0 and "in/d" in documents())


def row_ids():
    """A row's id says what it is, not where it stands."""
    fresh()
    put("in/a.csv", "案号,案由,正文\n0101,关于甲的提案,x\n,关于乙的提案,y\n0103,关于丙的提案,z\n0103,关于丁的提案,w\n")
    put("in/b.jsonl", '{"案号":"0201","案由":"关于戊的提案","正文":"x"}\n{"案由":"关于己的提案","正文":"y"}\n')
    put("in/c.zip", packed([("甲.txt", "案由：关于庚的提案\n一"), ("甲.md", "# 关于辛的提案\n\n二"), ("表.csv", "案号,案由,正文\n0301,关于壬的提案,x\n")]))
    check("row ids: read", tian("index", work + "/in").returncode == 0, log())
    before = {d["title"]: i for i, d in documents().items()}
    check("row ids: all are there", len(before) == 9, before)
    check("a row goes by its number", before["关于甲的提案"] == "in/a#0101" and before["关于壬的提案"] == "in/c/表#0301", before)
    put("in/a.csv", "案号,案由,正文\n0100,关于新的提案,n\n0103,关于丁的提案,w\n,关于乙的提案,改过\n0103,关于丙的提案,z\n0101,关于甲的提案,x\n")
    put("in/b.jsonl", '{"案由":"关于己的提案","正文":"y"}\n{"案号":"0201","案由":"关于戊的提案","正文":"改过"}\n')
    r = json.loads(tian("index", "--json", work + "/in").stdout)
    after = {d["title"]: i for i, d in documents().items()}
    check("row ids stay when rows move", {t: after.get(t) for t in before} == before, (before, after))
    check("one row was added, none is gone", (r["added"], r["removed"]) == (1, 0), r)


def no_files():
    """What is no file is named and no failure; folders that are emptied, and those that are not mounted."""
    fresh()
    put("in/sub/a.txt", "\n".join(HEAD))
    os.mkfifo(work + "/in/fifo"), os.symlink(work + "/in", work + "/in/loop"), os.symlink("/nowhere", work + "/in/broken")
    r = tian("index", "--json", work + "/in")
    skipped = sorted(os.path.basename(l["file"]) for l in log() if "skipped" in l)
    check("pipes and links are named, and no failure", r.returncode == 0 and skipped == ["broken", "fifo", "loop"], skipped)
    check("a pipe named by hand is a failure", tian("index", work + "/in/fifo").returncode == 4)
    os.rename(work + "/in/sub/a.txt", work + "/in/b.txt")
    r = json.loads(tian("index", "--json", work + "/in").stdout)
    check("a moved file is counted", r["moved"] == 1 and r["skipped"] == 3, r)
    for name in ("b.txt", "fifo", "loop", "broken"):
        os.remove(work + "/in/" + name)
    os.rmdir(work + "/in/sub")
    r = json.loads(tian("index", "--json", work + "/in").stdout)
    check("an emptied folder is empty", r["removed"] == 1 and not documents(), r)


def unmounted():
    fresh()
    script = """set -e; mount -t tmpfs none "$1/in"; printf '案由：关于挂载的提案\n正文\n' >"$1/in/a.txt"
        "$2" --lang en -i "$1/index" index "$1/in" >/dev/null; umount "$1/in"; echo mounted
        "$2" --lang en -i "$1/index" --jsonl index "$1/in"
        mount -t tmpfs none "$1/in"; "$2" --lang en -i "$1/index" --jsonl index "$1/in" """
    r = subprocess.run(["unshare", "-rm", "sh", "-c", script, "sh", work, binary], capture_output=True, text=True)
    if "mounted" not in r.stdout:
        print("ingest: skipped: folders that are not mounted (no right to mount here)")
        return
    without, empty = map(json.loads, r.stdout.splitlines()[1:])
    kept = [l for l in log() if "kept" in l]
    check("what is not mounted is kept, and that is said", without["removed"] == 0 and kept and kept[0]["kept"] == 1, r.stdout)
    check("mounted again, and empty: it is gone", empty["removed"] == 1, r.stdout)


def strict():
    """Stops at the first failure, says so, keeps what was read before; without it all others are read."""
    fresh()
    for i in range(9):
        put("in/%d.txt" % i, "案由：关于%d的提案\n正文" % i if i not in (3, 5) else b"\x89PNG\r\n\x1a\n")
    r = tian("index", "--jsonl", "--strict", work + "/in")
    said = json.loads(r.stdout)
    check("strict: stops at the first failure", r.returncode == 4 and said["failed"] == 1 and len(documents()) == 3, (said, sorted(documents())))
    check("strict: the log names one and ends with a summary", sum("error" in l for l in log()) == 1 and "summary" in log()[-1], log())
    r = json.loads(tian("index", "--jsonl", work + "/in").stdout)
    check("strict: the rest is read later", r["failed"] == 2 and r["unchanged"] == 3 and len(documents()) == 7, r)


for part in (formats, numbering, archives, hostile, escapes, stale_folders, mutated, changes, row_ids, no_files, unmounted, strict):
    part()
print("ingest: %d passed, %d failed" % (passed, failed))
sys.exit(failed > 0)
