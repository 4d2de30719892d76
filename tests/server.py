#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""server.py TIAN: the server as its users and its enemies meet it: answers, refusals, limits, deadlines, roles, shutdown."""
import base64, html, json, os, re, shutil, signal, socket, subprocess, sys, tempfile, threading, time, urllib.error, urllib.parse, urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
failures, count = [], 0


def check(name, got, want):
    global count
    count += 1
    if (want(got) if callable(want) else got == want):
        return
    failures.append(name)
    print("FAILED %s: got %r" % (name, got if len(repr(got)) < 400 else repr(got)[:400]))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    def __init__(self, binary, index, *options):
        self.port = free_port()
        env = dict(os.environ, LC_ALL="C.UTF-8")
        self.process = subprocess.Popen([binary, "--index", index, "serve", "--port", str(self.port)] + list(options),
                                        stderr=subprocess.PIPE, text=True, env=env)
        self.process.stderr.readline()

    def get(self, path, data=None, headers={}):
        request = urllib.request.Request("http://127.0.0.1:%d%s" % (self.port, path), data, headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as r:
                return r.status, dict(r.headers), r.read().decode()
        except urllib.error.HTTPError as e:
            return e.code, dict(e.headers), e.read().decode()

    def raw(self, data, timeout=3):
        with socket.create_connection(("127.0.0.1", self.port)) as s:
            s.settimeout(timeout)
            s.sendall(data)
            try:
                return s.recv(4096).split(b"\r\n")[0].decode()
            except socket.timeout:
                return "timeout"
            except ConnectionResetError:
                return ""

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return "did not stop"


def q(text):
    return urllib.parse.quote(text)


def test_api(s):
    status, headers, body = s.get("/api/v1/search?q=" + q("加装电梯") + "&facet=theme,year")
    answer = json.loads(body)
    check("search", (status, answer["total"]), lambda v: v[0] == 200 and v[1] >= 2)
    check("search: facets", [f["name"] for f in answer["facets"]], ["theme", "year"])
    check("json type", headers["Content-Type"], "application/json; charset=utf-8")
    check("nosniff", headers["X-Content-Type-Options"], "nosniff")
    found = answer["hits"][0]["id"]
    status, _, body = s.get("/api/v1/documents/" + q(found) + "?q=" + q("加装电梯"))
    document = json.loads(body)
    text = document["body"]["text"].encode()
    check("document: marks", [text[m["from"]:m["to"]].decode() for m in document["body"]["marks"]][:1], lambda v: v and "加装电梯" in v[0])
    similar = json.loads(s.get("/api/v1/documents/proposals/2023/0015")[2])["similar"]
    check("document: similar", similar, lambda m: 1 <= len(m) <= 3 and all(x["title"] and x["verdict"] != "new" for x in m) and "proposals/2023/0015" not in [x["id"] for x in m])
    check("document: unknown", s.get("/api/v1/documents/no/such")[0], 404)
    answer = json.loads(s.get("/api/v1/suggest?q=ljxq&count=3")[2])["suggestions"]
    check("suggest: initials", answer[0]["text"], "老旧小区")
    check("suggest: count", len(answer), 3)
    check("suggest: nothing typed", json.loads(s.get("/api/v1/suggest")[2])["suggestions"], [])
    check("unknown match", s.get("/api/v1/search?q=a&match=regex")[0], 400)
    check("unknown theme", s.get("/api/v1/search?q=a&theme=" + q("没有的主题"))[0], 400)
    check("empty question", s.get("/api/v1/search?q=")[0], lambda v: v in (200, 400))
    draft = open(os.path.join(ROOT, "corpus", "drafts", "repeat.txt"), encoding="utf-8").read()
    status, _, body = s.get("/api/v1/check", json.dumps({"text": draft}).encode(), {"Content-Type": "application/json"})
    answer = json.loads(body)
    check("check: json", (status, answer["repeat"], answer["matches"][0]["id"]), (200, True, "proposals/2023/0015"))
    status, _, body = s.get("/api/v1/check", draft.encode(), {"Content-Type": "text/plain"})
    check("check: text", (status, json.loads(body)["verdict"]), (200, answer["verdict"]))
    check("check: bad json", s.get("/api/v1/check", b"{", {"Content-Type": "application/json"})[0], 400)
    check("check: not UTF-8", s.get("/api/v1/check", b"\xff\xfe", {"Content-Type": "text/plain"})[0], 400)
    check("check: by GET", s.get("/api/v1/check")[0], 405)
    check("healthz", json.loads(s.get("/healthz")[2])["status"], "ok")


def test_pages(s):
    check("start page", s.get("/"), lambda r: r[0] == 200 and 'name="q"' in r[2] and "<script" not in r[2])
    check("csp", s.get("/")[1].get("Content-Security-Policy", ""), lambda v: "default-src 'none'" in v)
    page = s.get("/?q=" + q("停车") + "&theme=" + q("社会建设"))[2]
    check("hits page", page, lambda p: "<mark>停车</mark>" in p and "/documents/" in p)
    page = s.get("/?q=" + q("建设") + "&facet=" + q("year*outcome"))[2]
    check("hits page: cross-table", page, lambda p: "<h2>年份 × 办理结果</h2>" in p and p.count('scope="col"') >= 3 and 'class="total"' in p)
    facets = re.findall(r'<li><a href="(/\?[^"]*)">([^<]*)</a> <span>(\d+)</span>', page)
    told = lambda p: int(re.search(r'class="found">[^<]*<b>(\d+)', p).group(1))
    check("facets: each is a link to what it counts", [(w, n, told(s.get(html.unescape(l))[2])) for l, w, n in facets], lambda a: len(a) > 20 and all(int(n) == t for _, n, t in a))
    check("facets: links narrow alternatives too", re.findall(r'href="([^"]*)">2023</a>', s.get("/?q=" + q("养老 OR 停车"))[2]), lambda l: len(l) == 1 and q("(养老 OR 停车) 年份:2023") in l[0])
    check("hits page: a number has one sign", page, lambda p: "号</span>" in p and "号 号" not in p)
    check("document page: what is derived is not shown twice", s.get("/documents/proposals/2023/0015")[2], lambda p: "outcome_code" not in p and "卫生健康委员会</td>" not in p and "市教育局</td>" in p)
    check("document page: similar", s.get("/documents/proposals/2023/0015")[2], lambda p: "相近的文件" in p)
    following = [html.unescape(l) for l in re.findall(r'<a href="([^"]*cursor=[^"]*)">下一页', page)]
    check("hits page: next by cursor", following, lambda l: len(l) == 1 and "facet=" in l[0] and "offset=10" in l[0])
    ids = lambda p: re.findall(r'<li><h2><a href="/documents/([^"?]*)', p)
    second = s.get(following[0])[2]
    check("hits page: by cursor as by offset", ids(second), lambda i: len(i) == 10 and i == ids(s.get("/?q=" + q("建设") + "&offset=10")[2]) and not set(i) & set(ids(page)))
    check("hits page: numbers go on", 'start="11"' in second and "上一页" in second, True)
    cursor = following[0].split("cursor=")[1]
    check("cursor of another question", (s.get("/?q=" + q("停车") + "&cursor=" + cursor)[0], s.get("/api/v1/search?q=" + q("停车") + "&cursor=" + cursor)[0]), (400, 400))
    check("escaping", s.get("/?q=" + q('"><script>alert(1)</script>'))[2], lambda p: "<script" not in p)
    check("document page", s.get("/documents/proposals/2023/0015?q=" + q("心理"))[2], lambda p: "<mark>心理</mark>" in p)
    check("why page", s.get("/why/proposals/2024/0004"), lambda r: r[0] == 200 and "社会建设/住房与城市更新（自动" in r[2] and "权重" in r[2])
    check("why page: unknown", s.get("/why/no/such")[0], 404)
    check("unknown page", s.get("/nothing")[0], 404)
    draft = open(os.path.join(ROOT, "corpus", "drafts", "repeat.txt"), encoding="utf-8").read()
    page = s.get("/check", urllib.parse.urlencode({"text": draft}).encode())[2]
    check("check page", page, lambda p: "文字雷同" in p and "passages" in p)
    near, far = page.split("<details>")
    check("check page: what only shares a word is apart", ("<b>新提案</b>" in page, "只有个别字词相同" in far, 'class="hits"' in near), (False, True, True))
    page_of = lambda text: s.get("/check", urllib.parse.urlencode({"text": text}).encode())[2]
    check("check page: nothing near", page_of("关于养犬管理的提案\n宠物医院与犬只登记各管一段，遛犬不牵绳、犬吠扰民，流浪犬收容所床位不足，登记信息三个平台互不相通。"),
          lambda p: "库中没有相近的提案。" in p and "全文对照" not in p)
    check("check page: raised before", page, lambda p: "以往情况：<b>2023 年提过" in p and 'formaction="/check/compare"' in p)
    form = {"text": draft, "against": "proposals/2023/0015"}
    page = s.get("/check/compare", urllib.parse.urlencode(form).encode())[2]
    check("compare page", page, lambda p: 'id="d1" href="#t1"' in p and 'id="t1" href="#d1"' in p and "<mark>学校、社区、医院三级预警</mark>" in p)
    check("compare page: no draft", s.get("/check/compare", b"against=proposals/2023/0015")[0], 400)
    check("compare page: unknown", s.get("/check/compare", urllib.parse.urlencode(dict(form, against="no/such")).encode())[0], 404)
    status, headers, page = s.get("/check/certificate", urllib.parse.urlencode({"text": draft}).encode())
    check("certificate", (status, "提案查重证明" in page, "unsafe-inline" in headers["Content-Security-Policy"]), (200, True, True))
    body = s.get("/api/v1/check?whole=1&count=1", draft.encode(), {"Content-Type": "text/plain"})[2]
    check("check: whole", json.loads(body)["matches"][0]["there"]["marks"], lambda v: len(v) > 5)
    check("style", s.get("/style.css")[1]["Content-Type"], "text/css; charset=utf-8")


def test_report(s):
    session = "session=" + q("十四届三次")
    status, _, page = s.get("/report?" + session)
    check("report page", (status, "立案率88.5%" in page, page.count("<svg") >= 8, "<script" in page), (200, True, True, False))
    links = [html.unescape(l) for l in re.findall(r'<td><a href="(/report/proposals[^"]*)">', page)]
    numbers = [int(n) for n in re.findall(r'<td><a href="/report/proposals[^"]*">(\d+)</a>', page)]
    check("report page: numbers are links", len(links), lambda n: n >= 50 and n == len(numbers))
    listed = [len(re.findall(r"<li><h2>", s.get(l)[2])) for l in links]
    check("report page: behind every number as many proposals", listed, [min(n, 50) for n in numbers])
    check("report page: no such number", s.get("/report/proposals?table=numbers&line=lead_units")[0], 404)
    check("report page: no proposals", s.get("/report?year=1850")[0], 404)
    check("report page: cross-table by the form", s.get("/report?rows=year&columns=theme&each=")[2],
          lambda p: "年份 × 主题" in p and "<polyline" in p and '<option value="theme" selected>' in p)
    check("report page: how a theme developed", s.get("/report?trend=" + q("社会建设"))[2],
          lambda p: "<polyline" in p and "后来解决的" in p and re.search(r'<td class="words"><a href="/documents/proposals/2022/0010">2022年 列入计划', p) is not None)
    check("report page: pages", s.get("/report/proposals?table=numbers&line=received&offset=50")[2], lambda p: p.count("<li><h2>") == 17 and "offset=0" in p)
    report = json.loads(s.get("/api/v1/report?explain=1&" + session)[2])
    check("report api", len(report["tables"][0]["lines"][0]["cells"][0]["ids"]), 26)
    status, headers, body = s.get("/api/v1/report?format=csv&" + session)
    check("report csv", ("立案,23,88.5%" in body, headers["Content-Disposition"]), (True, 'attachment; filename="report.csv"'))
    check("report html", s.get("/api/v1/report?format=html")[1]["Content-Security-Policy"], lambda v: "unsafe-inline" in v)
    check("report: no such format", s.get("/api/v1/report?format=docx")[0], 400)
    check("report: no such axis", s.get("/api/v1/report?cross=colour")[0], 400)


def test_relabelled(s, binary, index):
    """What another process applies and decides is served within a second or two."""
    def tian(*args):
        subprocess.run([binary, "--index", index] + list(args), check=True, capture_output=True)

    def within_seconds(what, want):
        end = time.time() + 5
        while time.time() < end and not want(what()):
            time.sleep(.2)
        return want(what())
    first = lambda: json.loads(s.get("/api/v1/documents/proposals/2024/0004")[2])["labels"][0]
    tian("theme", "apply", os.path.join(ROOT, "share", "themes", "office.conf"))
    check("an applied taxonomy is served", within_seconds(first, lambda l: l["theme"] == "城建环资"), True)
    check("its themes are offered", within_seconds(lambda: s.get("/")[2], lambda p: 'value="城建环资"' in p), True)
    tian("theme", "apply")
    check("the usual one again", within_seconds(first, lambda l: l["theme"].startswith("社会建设/")), True)
    tian("theme", "set", "proposals/2024/0004", "体育")
    check("an officer's theme is served", within_seconds(first, lambda l: (l["theme"], l["origin"]) == ("文化建设/体育", "officer")), True)
    tian("theme", "unset", "proposals/2024/0004")


def test_merge(s):
    status, _, page = s.get("/merge?session=" + q("十四届二次"))
    check("merge page", (status, "主提案" in page, "tian merge --accept proposals/2023/0005 proposals/2023/0017" in page, "<script" in page),
          (200, True, True, False))
    check("merge page: measures, equal text marked", page, lambda p: "相同的措施" in p and "<mark>职工车辆外迁" in p)
    check("merge page: the newest session", s.get("/merge")[2], lambda p: "十四届三次" in p and "〔已定〕" in p)
    check("merge page: no session", s.get("/merge?session=x")[0], 400)
    check("merge page: no proposals", s.get("/merge?session=" + q("九届一次"))[0], 404)
    status, headers, page = s.get("/merge/print?session=" + q("十四届二次"))
    check("merge page: to be printed", (status, "☐ 并案" in page, "unsafe-inline" in headers["Content-Security-Policy"]), (200, True, True))
    groups = json.loads(s.get("/api/v1/merge?session=" + q("十四届二次"))[2])["groups"]
    check("merge api", [p["id"] for p in groups[0]["proposals"]], ["proposals/2023/0005", "proposals/2023/0017"])
    check("merge csv", s.get("/api/v1/merge?format=csv")[2].split(",")[0], "组")
    check("merge: no such format", s.get("/api/v1/merge?format=docx")[0], 400)


def test_refusals(s):
    host = b"Host: x\r\n"
    check("length and chunks", s.raw(b"POST /api/v1/check HTTP/1.1\r\n" + host + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"),
          lambda v: " 400" in v)
    check("two lengths", s.raw(b"POST /api/v1/check HTTP/1.1\r\n" + host + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"),
          lambda v: " 400" in v)
    check("too long a body", s.raw(b"POST /api/v1/check HTTP/1.1\r\n" + host + b"Content-Length: 99999999\r\n\r\n"), lambda v: " 413" in v)
    check("no host", s.raw(b"GET / HTTP/1.1\r\n\r\n"), lambda v: " 400" in v)
    check("two hosts", s.raw(b"GET / HTTP/1.1\r\n" + host + host + b"\r\n"), lambda v: " 400" in v)
    check("NUL in the path", s.raw(b"GET /documents/a%00b HTTP/1.1\r\n" + host + b"\r\n"), lambda v: " 400" in v)
    check("not UTF-8 in the path", s.raw(b"GET /documents/%ff HTTP/1.1\r\n" + host + b"\r\n"), lambda v: " 400" in v)
    check("long header", s.raw(b"GET / HTTP/1.1\r\n" + host + b"X: " + b"a" * 200000 + b"\r\n\r\n"), lambda v: " 431" in v or v == "")
    check("garbage", s.raw(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"), lambda v: " 400" in v or v == "")
    chunk = b"%x\r\n" % (1 << 20) + b"a" * (1 << 20) + b"\r\n"
    check("endless chunks", s.raw(b"POST /api/v1/check HTTP/1.1\r\n" + host + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 3, 1),
          lambda v: v in ("timeout", "") or " 4" in v)
    check("it still answers", s.get("/healthz")[0], 200)


def chunk_of(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


def test_floods(s):
    """Much in one field, in many, byte by byte: memory stays near what was sent, and that has a limit."""
    head = b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\n"
    form = head % (b"/check", b"application/x-www-form-urlencoded")
    megabytes = lambda: int(re.search(r"VmHWM:\s+(\d+)", open("/proc/%d/status" % s.process.pid).read()).group(1)) >> 10
    before = megabytes()
    long = b"title=" + b"a" * (3 << 20)
    check("three megabytes in a field", s.raw(form + b"Content-Length: %d\r\n\r\n" % len(long) + long, 10), lambda v: " 200" in v)
    for name, data in ("one field", b"a" * 16384), ("many fields", b"".join(b"k%d=v&" % i for i in range(2000))):
        sent = 0
        with socket.create_connection(("127.0.0.1", s.port)) as c:
            c.sendall(form + b"Transfer-Encoding: chunked\r\n\r\n" + chunk_of(b"text="))
            try:
                while sent < 64 << 20:
                    c.sendall(chunk_of(data))
                    sent += len(data)
            except OSError:
                pass
        check("an endless form is cut off: " + name, sent >> 20, lambda n: n < 32)
    with socket.create_connection(("127.0.0.1", s.port)) as c:
        c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        c.sendall(head % (b"/api/v1/check", b"text/plain") + b"Content-Length: 40000\r\n\r\n")
        for _ in range(40000):
            c.sendall(b"a")
    check("megabytes it took at most", megabytes() - before, lambda n: n < 120)


def test_forms(s):
    """A form that is no text is refused with a reason; programs may call their text a form, as curl -d does."""
    draft = "案由：关于老旧小区加装电梯的提案\n建议：分年安排资金，逐步加装电梯。".encode()
    check("a draft called a form", s.get("/api/v1/check", draft)[0], 200)
    for body in b"text=%FF%FE", b"title=%E6%8F", b"text=a%00b", b"=x":
        check("not text: %r" % body, s.get("/check", body)[:3:2], lambda got: got[0] == 400 and "无法读取提交的表单" in got[1])
    nameless = b"--b\r\nContent-Disposition: form-data\r\n\r\nabc\r\n--b--\r\n"
    check("a part without a name", s.get("/check", nameless, {"Content-Type": "multipart/form-data; boundary=b"})[0], 400)


def test_names(s):
    """On this machine an officer is who asks for this machine: not a page elsewhere whose name points here."""
    for host, public in ("localhost", False), ("127.0.0.1:80", False), ("evil.example", True), ("127.0.0.1.evil.example", True), ("", True):
        shown = json.loads(s.get("/api/v1/documents/proposals/2022/0009", headers={"Host": host})[2])
        check("asked for as %r" % host, shown["title"]["text"] == "", public)


def test_log(binary, index):
    s = Server(binary, index, "--access-log")
    for path in (b"/%0aGET%20/false%20200", b"/%1b[2J", "/提案".encode(), b"/%20"):
        s.raw(b"GET " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    s.raw(b"G\xffT / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    s.stop()
    lines = [line.rsplit(" ", 3)[0] for line in s.process.stderr.read().splitlines()]
    check("a line a request, of letters", lines, ["GET /%0AGET%20/false%20200", "GET /%1B[2J", "GET /提案", "GET /%20", "G%FFT /"])


def test_deadline(binary, index):
    s = Server(binary, index, "--request-seconds", "2")
    for what, head in ("body", b"Content-Length: 1000\r\n\r\n"), ("head", b"X: "):
        start = time.time()
        with socket.create_connection(("127.0.0.1", s.port)) as c:
            c.sendall(b"POST /api/v1/check HTTP/1.1\r\nHost: x\r\n" + head)
            c.settimeout(1)
            try:
                while time.time() - start < 10:
                    c.sendall(b"a")
                    time.sleep(.2)
            except OSError:
                pass
        check("a byte of the %s now and then is cut off" % what, time.time() - start, lambda t: t < 6)
    check("stops on SIGTERM", s.stop(), 0)


def test_roles(binary, index, work):
    token = os.path.join(work, "token")
    with open(token, "w") as f:
        f.write("秘密口令\n")
    s = Server(binary, index, "--token-file", token)
    hidden = "/api/v1/documents/proposals/2022/0009"
    public = json.loads(s.get(hidden)[2])
    check("hidden from the public", (public["hidden"], public["body"]["text"]), (True, ""))
    officer = {"Authorization": ("Bearer 秘密口令").encode().decode("latin-1")}
    check("nor why it has its themes", s.get("/why/proposals/2022/0009")[0], 403)
    check("seen by an officer", json.loads(s.get(hidden, headers=officer)[2])["body"]["text"], lambda t: len(t) > 100)
    wrong = json.loads(s.get(hidden, headers={"Authorization": "Bearer wrong"})[2])
    check("a wrong token is the public", wrong["body"]["text"], "")
    check("sign-in asks", s.get("/login")[0], 401)
    basic = {"Authorization": "Basic " + base64.b64encode("x:秘密口令".encode()).decode()}
    check("sign-in holds", s.get("/login", headers=basic)[0], 200)
    title = json.loads(s.get(hidden, headers=officer)[2])["title"]["text"]
    answer = json.loads(s.get("/api/v1/search?q=" + q(title))[2])
    check("hidden ones are not found by their text", [h for h in answer["hits"] if h["id"] == "proposals/2022/0009"], [])
    behind = "/report/proposals?table=numbers&line=closed&column=0"
    check("report: hidden ones are counted, not listed", s.get(behind)[2], lambda p: "3 件" in p and "<li><h2>" not in p and "不公开" in p)
    check("report: an officer sees them", s.get(behind, headers=officer)[2].count("<li><h2>"), 3)
    trends = lambda headers: "".join(s.get("/api/v1/report?explain=1&trend=" + q(t), headers=headers)[2] for t in ("经济建设", "政治建设", "文化建设", "社会建设", "生态文明建设"))
    closed = ["proposals/" + name for name in CLOSED]
    check("trends name nothing hidden to the public", [i for i in closed if i in trends({})], [])
    check("trends name all to an officer", [i for i in closed if i not in trends(officer)], [])
    unsaid = lambda headers: json.loads(s.get("/api/v1/report?cross=proposer", headers=headers)[2])["tables"][0]["lines"][-2]
    check("report: who proposed them is not said", (unsaid({})["key"], unsaid({})["cells"][0]["documents"]), ("", 3))
    check("report: but to an officer", unsaid(officer)["key"], lambda k: k != "")
    s.stop()
    tian = lambda *words: subprocess.run([binary, "--index", index, "merge"] + list(words), check=True, stdout=subprocess.DEVNULL)
    tian("--accept", "proposals/2024/0014", "proposals/2024/0020") # 0020 is not public
    s = Server(binary, index, "--token-file", token)
    secret = json.loads(s.get("/api/v1/documents/proposals/2024/0020", headers=officer)[2])
    for path in ("/merge", "/api/v1/merge", "/merge/print", "/api/v1/merge?format=csv"):
        public, told = s.get(path)[2], s.get(path, headers=officer)[2]
        check("merge: %s does not say what is not public" % path, [t for t in (secret["title"]["text"], "proposals/2024/0020") if t in public], [])
        check("merge: %s says it to officers" % path, secret["title"]["text"] in told, True)
    group = [g for g in json.loads(s.get("/api/v1/merge")[2])["groups"] if g["proposals"][0]["id"] == "proposals/2024/0014"][0]
    told = group["proposals"][1]
    check("merge: nor id, nor numbers", [told[k] for k in ("id", "title", "hidden", "rule", "mine", "theirs", "longest")], ["", "", True, "", None, None, 0])
    check("merge: number and unit are said", sorted(group["proposals"][1]["fields"]), lambda f: f and set(f) <= {"number", "lead_unit", "joint_unit"})
    check("merge: its measures are not", (group["proposals"][1]["measures"], [m["with"] for m in group["proposals"][0]["measures"] if m["with"]]), ([], []))
    report = json.loads(s.get("/api/v1/report?session=" + q("十四届三次"))[2])
    merged = [l["cells"][0]["documents"] for l in report["tables"][0]["lines"] if l["key"] == "merged"]
    draft = json.dumps({"title": secret["title"]["text"], "text": secret["body"]["text"]}).encode()
    kind = {"Content-Type": "application/json"}
    found = json.loads(s.get("/api/v1/check?whole=1", draft, kind)[2])["matches"]
    match = [m for m in found if m["hidden"]][0]
    check("check: a hidden one is told by its verdict", (match["verdict"], "number" in match["fields"]), ("copied", True))
    check("check: nor id, nor numbers", [match[k] for k in ("id", "title", "score", "rule", "mine", "theirs", "problem", "suggestion", "longest", "passages")],
          ["", "", 0, "", None, None, None, None, 0, []])
    check("check: but to an officer", json.loads(s.get("/api/v1/check", draft, dict(kind, **officer))[2])["matches"][0]["id"], "proposals/2024/0020")
    form = urllib.parse.urlencode({"title": secret["title"]["text"], "text": secret["body"]["text"]}).encode()
    for path in ("/check", "/check/certificate"):
        page = s.get(path, form)[2]
        check("%s: not public, and no way to it" % path, ("（不公开）" in page, "proposals/2024/0020" in page), (True, False))
        check("%s: an officer sees it" % path, "（不公开）" in s.get(path, form, officer)[2], False)
    check("report: counts what was decided", (merged, any("tian merge" in n for n in report["notes"])), ([2], True))
    tian("--refuse", "proposals/2024/0014", "proposals/2024/0020")
    s.stop()


CLOSED = ("2022/0009", "2023/0006", "2024/0020")


def test_unreadable(binary, work):
    """Whatever stands in proposals that are not public, the public is told the same: of two bases that differ in nothing else."""
    for base in "one", "two":
        shutil.copytree(os.path.join(ROOT, "corpus", "proposals"), os.path.join(work, base, "proposals"))
    words, both = [], []
    for name in CLOSED:
        path = os.path.join(work, "two", "proposals", name + ".txt")
        with open(path, encoding="utf-8") as f:
            head, text = f.read().split("\n\n", 1)
        title = head.split("\n")[0]
        words += [w[i:i + n] for w in re.findall("[\u4e00-\u9fff]{6,}", title + text)[::5] for i, n in ((0, 2), (1, 4), (2, 1), (0, 6))]
        with open(path, "w", encoding="utf-8") as f:
            f.write(head.replace(title, "案由：关于某事的提案") + "\n\n一、情况\n某处有某事，某人说了某话。\n二、建议\n请某处办理某事。\n")
    token = os.path.join(work, "other-token")
    with open(token, "w") as f:
        f.write("别的口令\n")
    for base in "one", "two":
        index = os.path.join(work, base + ".ix")
        subprocess.run([binary, "--index", index, "index", "proposals"], cwd=os.path.join(work, base), check=True, capture_output=True)
        both.append(Server(binary, index, "--token-file", token))

    def told(s, path):
        """But for order and scores: they go by how many documents hold a word, whoever may read them (doc/RANKING.md)."""
        answer = json.loads(s.get(path)[2])
        lists = [sorted(answer.pop("hits", []), key=lambda h: h["id"]), sorted(answer.pop("suggestions", []), key=lambda g: g["text"])]
        for name in "milliseconds", "next":
            answer.pop(name, None)
        for hit in lists[0]:
            del hit["rank"], hit["score"]
        return answer, lists
    differ, asked = set(), 0
    for word in words:
        paths = ["/api/v1/search?count=100&facet=year,session,unit,theme,state&match=%s&q=%s" % (m, q(word)) for m in ("auto", "any", "all", "exact")]
        paths += ["/api/v1/search?sort=newest&q=" + q(word), "/api/v1/search?match=exact&q=" + q("提案 -" + word), "/api/v1/search?q=" + q("案由:" + word),
                  *("/api/v1/suggest?count=50&q=" + q(before + word) for before in ("", "提案 ") if len(word) > 1)]
        differ |= {urllib.parse.unquote(p) for p in paths if told(both[0], p) != told(both[1], p)}
        asked += len(paths)
    check("what is told of %d questions does not depend on what is not public" % asked, sorted(differ), [])
    check("so many", asked, lambda n: n > 500)
    [s.stop() for s in both]


def test_load(s):
    wrong = []

    def ask():
        for _ in range(30):
            if s.get("/api/v1/search?q=" + q("社区"))[0] != 200:
                wrong.append(1)
    threads = [threading.Thread(target=ask) for _ in range(8)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    check("240 requests on 8 threads", len(wrong), 0)


def test_merge_load(s):
    """One at a time: whoever asks meanwhile is told so, and all else is answered."""
    seen, slow = [], []

    def ask():
        for _ in range(10):
            seen.append(s.get("/api/v1/merge")[0])

    def look():
        for _ in range(40):
            start = time.time()
            slow.append(s.get("/healthz")[0] != 200 or time.time() - start > 5)
    threads = [threading.Thread(target=ask) for _ in range(3)] + [threading.Thread(target=look)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    check("merge: 30 requests on 3 threads", sorted(set(seen)), [200, 503])
    check("merge: others are served meanwhile", any(slow), False)
    check("merge: free again", s.get("/api/v1/merge")[0], 200)


def test_copies(binary, work):
    """Identical texts are one hit that counts and links the others."""
    folder, index = os.path.join(work, "copies"), os.path.join(work, "copies.ix")
    os.mkdir(folder)
    for name in "abcde":
        shutil.copy(os.path.join(ROOT, "corpus", "proposals", "2024", "0008.txt"), os.path.join(folder, name + ".txt"))
    subprocess.run([binary, "--index", index, "index", folder], check=True, capture_output=True)
    s = Server(binary, index)
    page = s.get("/?q=" + q("电梯"))[2]
    check("hits page: copies", (page.count("<li><h2>"), "另有 <b>4</b> 件相同" in page, len(re.findall('(?:：|、)<a href="/documents/', page)), "……</p>" in page),
          (1, True, 3, True))
    s.stop()


def main():
    binary = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as work:
        index = os.path.join(work, "index")
        subprocess.run([binary, "--index", index, "index", os.path.join(ROOT, "corpus", "proposals")], check=True, capture_output=True)
        s = Server(binary, index)
        test_api(s), test_pages(s), test_report(s), test_merge(s), test_relabelled(s, binary, index), test_refusals(s), test_load(s), test_merge_load(s)
        check("stops on SIGTERM", s.stop(), 0)
        test_deadline(binary, index)
        test_log(binary, index)
        test_roles(binary, index, work)
        test_unreadable(binary, work)
        test_copies(binary, work)
        missing = subprocess.run([binary, "--index", work + "/none", "serve"], capture_output=True)
        check("no index", missing.returncode, 3)
    print("server: %d checks, %d failed" % (count, len(failures)))
    return 1 if failures else 0


sys.exit(main())
