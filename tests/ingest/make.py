#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""make.py [NAME…]: write files/ anew (or only those whose name contains a NAME): small files of every format, made of the
fictional proposals of corpus/. Needs soffice (LibreOffice Writer, Calc, Impress), chromium and the font Noto CJK. What
LibreOffice and chromium write differs from version to version, so the files are kept in git; see README.md."""
import bz2, gzip, html, io, json, lzma, re, subprocess, sys, tarfile, tempfile, zipfile
from pathlib import Path

here = Path(__file__).resolve().parent
sys.path.insert(0, str(here.parent))
from ingest_files import docx, numbered_docx, odt, packed, pdf, pptx, tar_of, xlsx

corpus = here.parent.parent / "corpus"
files = here / "files"
wanted = sys.argv[1:]
OD = "urn:oasis:names:tc:opendocument:xmlns:"
NAMES = " ".join('xmlns:%s="%s%s:1.0"' % (p, OD, n) for p, n in (
    ("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"), ("draw", "drawing"), ("presentation", "presentation"),
    ("svg", "svg-compatible"), ("fo", "xsl-fo-compatible")))


def proposal(year, number):
    return (corpus / "proposals" / str(year) / ("%04d.txt" % number)).read_text(encoding="utf-8").strip() + "\n"


def lines_of(year, number):
    return proposal(year, number).rstrip("\n").split("\n")


def short(year, number):
    """Head, and a sentence or two of each section: a PDF of chromium has a font for every 256 characters."""
    lines, out, in_text = lines_of(year, number), [], False
    for line in lines:
        if line.startswith("答复"):
            break
        in_text |= line.startswith("一、")
        out += [line[:150]] if in_text or line[:3] in ("案由：", "案号：", "提案者") else []
    return out


def field(text, name):
    found = re.search("^%s：(.*)$" % name, text, re.M)
    return found.group(1) if found else ""


def row(year, number, names):
    text = proposal(year, number)
    body = text[text.index("\n\n"):].split("\n答复：")[0].strip()
    return [body if n == "正文" else field(text, n) for n in names]


def table(numbers, names=("案号", "案由", "提案者", "主办单位", "正文"), year=2022):
    return [list(names)] + [row(year, n, names) for n in numbers]


def put(name, data):
    if not wanted or any(w in name for w in wanted):
        (files / name).write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))


# ---- LibreOffice: flat XML in, everything else out ------------------------------------------------------------------

office = []  # (name, kind of source, source, filter)


def flat(kind, body, styles=""):
    return ('<?xml version="1.0" encoding="UTF-8"?><office:document %s office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.%s">'
            "<office:automatic-styles>%s</office:automatic-styles><office:body><office:%s>%s</office:%s></office:body></office:document>" %
            (NAMES, kind, styles, kind, body, kind))


def writer(paragraphs, cells=()):
    p = "".join("<text:p>%s</text:p>" % html.escape(t) for t in paragraphs)
    rows = "".join("<table:table-row>%s</table:table-row>" % "".join(
        "<table:table-cell>%s</table:table-cell>" % "".join("<text:p>%s</text:p>" % html.escape(l) for l in c.split("\n")) for c in r) for r in cells)
    grid = '<table:table><table:table-column table:number-columns-repeated="%d"/>%s</table:table>' % (len(cells[0]), rows) if cells else ""
    return flat("text", p + grid)


def numbered(items):
    level = lambda n, prefix, suffix, form: '<text:list-level-style-number text:level="%d" style:num-prefix="%s" style:num-suffix="%s" style:num-format="%s"/>' % (n, prefix, suffix, form)
    style = '<text:list-style style:name="L">%s</text:list-style>' % (level(1, "", "、", "一, 二, 三, ...") + level(2, "（", "）", "一, 二, 三, ...") + level(3, "", ".", "1"))
    out = ""
    for depth, text in items:
        p = "<text:p>%s</text:p>" % text
        out += p if depth == 0 else '<text:list text:style-name="L" text:continue-numbering="true">%s<text:list-item>%s</text:list-item>%s</text:list>' % (
            "<text:list-item><text:list>" * (depth - 1), p, "</text:list></text:list-item>" * (depth - 1))
    return flat("text", out, style)


def calc(sheets):
    cell = lambda t: "<table:table-cell>%s</table:table-cell>" % "".join("<text:p>%s</text:p>" % html.escape(l) for l in str(t).split("\n"))
    return flat("spreadsheet", "".join('<table:table table:name="%s">%s</table:table>' % (name, "".join(
        "<table:table-row>%s</table:table-row>" % "".join(map(cell, r)) for r in rows)) for name, rows in sheets))


def impress(slides):
    box = lambda i, lines: ('<draw:page draw:name="p%d"><draw:frame svg:x="2cm" svg:y="2cm" svg:width="20cm" svg:height="12cm"><draw:text-box>%s'
                            "</draw:text-box></draw:frame></draw:page>" % (i, "".join("<text:p>%s</text:p>" % html.escape(l) for l in lines)))
    return flat("presentation", "".join(box(i, s) for i, s in enumerate(slides)))


def from_office(name, kind, source, form=""):
    office.append((name, kind, source, form))


def run_office(work):
    todo = [o for o in office if not wanted or any(w in o[0] for w in wanted)]
    for i, (name, kind, source, form) in enumerate(todo):
        (work / ("%d.%s" % (i, kind))).write_text(source, encoding="utf-8")
        kind_out = name.rsplit(".", 1)[1]
        subprocess.run(["soffice", "-env:UserInstallation=file://%s/profile" % work, "--headless", "--convert-to",
                        kind_out + (":" + form if form else ""), "--outdir", str(work), str(work / ("%d.%s" % (i, kind)))],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        made = (work / ("%d.%s" % (i, kind_out))).read_bytes()
        large = len(made) > 100000  # a .ppt is mostly nothing
        (files / (name + ".gz" * large)).write_bytes(gzip.compress(made, mtime=0) if large else made)


# ---- chromium -------------------------------------------------------------------------------------------------------

def page(paragraphs, style="", extra=""):
    body = "".join("<p>%s</p>" % html.escape(p) for p in paragraphs if p)
    return ('<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>x</title><style>@page{margin:18mm 15mm}'
            'body{font:11pt "Noto Sans CJK SC",sans-serif;margin:0}p{text-indent:2em;margin:0 0 2mm}%s</style></head><body>%s%s</body></html>' % (style, extra, body))


def from_chromium(work, name, text):
    if wanted and not any(w in name for w in wanted):
        return
    (work / "page.html").write_text(text, encoding="utf-8")
    subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", "--user-data-dir=%s/chromium" % work,
                    "--print-to-pdf=%s" % (files / name), "file://%s/page.html" % work], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


# ---- the files ------------------------------------------------------------------------------------------------------

def wrapped(text, width, per_page):
    """As a scanner's program gives it: lines of one width, page numbers, a running head."""
    out, count, pages = [], 0, 1
    for paragraph in text.rstrip("\n").split("\n"):
        rest = "　　" + paragraph if "：" not in paragraph[:8] and paragraph[:2] not in ("一、", "二、", "三、") else paragraph
        while rest:
            out.append(rest[:width])
            rest, count = rest[width:], count + 1
            if count % per_page == 0:
                pages += 1
                out += ["— %d —" % (pages - 1), "", "澜川市政协提案选编"]
    return "\n".join(out) + "\n"


def wide(text):
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" and c not in "[]" else c for c in text)


def texts():
    put("01-utf8.txt", proposal(2022, 1))
    put("02-utf8-mark.txt", b"\xef\xbb\xbf" + proposal(2022, 2).encode())
    put("03-gb18030.txt", proposal(2022, 3).encode("gb18030"))
    put("04-utf16le-mark.txt", b"\xff\xfe" + proposal(2022, 4).encode("utf-16-le"))
    put("05-utf16be-mark.txt", b"\xfe\xff" + proposal(2022, 5).encode("utf-16-be"))
    put("06-utf16le.txt", proposal(2022, 6).encode("utf-16-le"))
    put("07-utf16be.txt", proposal(2022, 7).encode("utf-16-be"))
    traditional = (corpus / "traditional.txt").read_text(encoding="utf-8")
    put("08-big5.txt", traditional.encode("big5hkscs", errors="ignore"))
    put("09-traditional.txt", traditional)
    put("10-crlf.txt", proposal(2022, 8).replace("\n", "\r\n"))
    put("11-cr.txt", proposal(2022, 9).replace("\n", "\r"))
    put("12-wrapped.txt", wrapped(proposal(2022, 10), 28, 12))
    put("13-wide.txt", wide(proposal(2022, 11)))
    put("14-rare.txt", "案由：关于保护㵲阳河古村落的提案\n案号：0401号\n提案者：喆𬱖（委员）\n\n一、情况\n村中有𠮷祥桥、䲠岩两处古迹，年久失修。\n二、建议\n列入文物保护单位。\n".encode("gb18030"))
    put("15-spaced.txt", "关 于 推 进 社 区 食 堂 建 设 的 提 案\n\n案    号：0402号\n届    次：十四届二次会议\n\n一、情  况\n我市60岁以上老人21.3 万人，其中独居的 3.2 万人。\n二、建  议\n每个街道办好 1 家社区食堂。\n")
    put("16-no-end.txt", proposal(2022, 12).rstrip("\n"))
    put("17-short-gb.txt", "提案".encode("gb18030"))
    put("18-many.txt", (corpus / "collection.txt").read_bytes())
    put("20-proposal.md", "# 关于规范共享单车停放的提案\n\n- 案号：0403号\n- 提案者：柏念初\n\n## 一、情况\n\n全市共享单车**8.6万辆**，乱停乱放投诉每月约400件。\n\n## 二、建议\n\n1. 划定停放区。\n2. 建立信用扣分制度。\n")
    put("21-notes.md", (corpus / "notes.md").read_bytes())


def pages():
    body = "".join("<p>%s</p>\n" % html.escape(l) for l in lines_of(2022, 13) if l)
    put("22-utf8.html", '<!DOCTYPE html><html><head><meta charset="utf-8"><title>提案_澜川市政协网</title></head><body>%s</body></html>' % body)
    body = "".join("<p>%s</p>\n" % html.escape(l) for l in lines_of(2022, 14) if l)
    put("23-gb2312.html", ('<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"></head><body>%s</body></html>' % body).encode("gb18030"))
    big5 = "<html><head><meta charset=big5><title>關於停車的提案</title></head><body><p>案由：關於停車的提案</p><p>建議：增設停車位。</p></body></html>"
    put("24-big5.html", big5.encode("big5"))
    menus = "<nav><a href=/>首页</a> <a href=/a>提案工作</a></nav><script>var x='不是正文';</script>"
    body = "".join("<div>%s</div>" % html.escape(l) for l in lines_of(2022, 15) if l)
    put("26-menus.html", '<!DOCTYPE html><html><head><meta charset="utf-8"><title>%s-澜川市政协</title><style>p{}</style></head><body>%s<article>%s</article><form><input><button>登录</button></form></body></html>'
        % (field(proposal(2022, 15), "案由"), menus, body))
    cells = "".join("<tr>%s</tr>" % "".join("<td>%s</td>" % html.escape(c).replace("\n", "<br>") for c in r) for r in
                    (("案由", "关于老旧小区加装电梯的提案"), ("案号", "0404"), ("提案者", "方既白"), ("内容", "一、情况\n六层以上无电梯住宅楼1340栋。\n二、建议\n财政补贴每部15万元。")))
    put("27-form.html", "<html><head><meta charset=utf-8></head><body><table border=1>%s</table></body></html>" % cells)
    from_office("25-libreoffice.html", "fodt", writer(lines_of(2022, 16)), "HTML (StarWriter)")


FORM = [["案由", "关于建设口袋公园的提案"], ["案号", "0405"], ["提案者", "宋知远"], ["主办单位", "市园林局"],
        ["提案内容", "一、情况\n建成区人均公园绿地12.1平方米，老城区仅6.8平方米。\n二、建议\n三年内建设口袋公园60处。"]]
NUMBERED = [(0, "案由：关于自动编号的提案"), (1, "基本情况"), (0, "车多位少，每百户车位缺口31个。"), (1, "几点建议"), (2, "建设立体停车场"),
            (2, "开放单位停车位"), (3, "白天对外开放"), (3, "夜间优惠停放"), (2, "加强执法")]


def documents():
    from_office("30-libreoffice.docx", "fodt", writer(lines_of(2022, 17)))
    from_office("31-numbered.docx", "fodt", numbered(NUMBERED))
    from_office("32-form.docx", "fodt", writer(["提 案 表"], FORM))
    put("33-changes.docx", docx(lines_of(2022, 18)))
    put("34-styles.docx", numbered_docx([("chineseCounting", "%1、", "Head"), ("chineseCounting", "（%2）")], [
        (None, 0, None, "关于规范网约车管理的提案"), (None, 0, "Head", "情况"), (None, 0, None, "网约车4100辆，合规率61%。"),
        (None, 0, "Head", "建议"), (1, 1, None, "加强平台责任。"), (1, 1, None, "简化办证。")]))
    from_office("35-collection.docx", "fodt", writer((corpus / "collection.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")[:60]))
    from_office("40-libreoffice.odt", "fodt", writer(lines_of(2022, 19)))
    from_office("41-form.odt", "fodt", writer(["提案登记表"], FORM))
    from_office("42-word97.doc", "fodt", writer(lines_of(2022, 20)), "MS Word 97")
    from_office("43-form.doc", "fodt", writer(["提案登记表"], FORM), "MS Word 97")
    from_office("45-text.rtf", "fodt", writer(lines_of(2023, 1)[:14]))


def sheets():
    from_office("50-list.xlsx", "fods", calc([("提案目录", table(range(1, 6)))]))
    from_office("51-two-sheets.xlsx", "fods", calc([("2022年", table([1, 2])), ("2023年", table([1, 2], year=2023))]))
    put("52-cells.xlsx", xlsx([["澜川市政协提案目录"], ["案号", "案由", "提交日期", "正文"], ["0123", "关于甲的提案", (45302, 2), "甲的正文"],
                               [(7, 1), "关于乙的提案", (45303, 2), "乙的正文"], ["合计", None, 2]]))
    from_office("53-notes.xlsx", "fods", calc([("说明", [["关于统计口径的说明："], ["本表所列提案均为立案提案；并案的只计一件。"]])]))
    from_office("54-list.xls", "fods", calc([("提案目录", table([6, 7]))]), "MS Excel 97")
    csv = lambda rows, mark=",": "".join(mark.join('"%s"' % c.replace('"', '""') if re.search('[",\n\t]', c) else c for c in r) + "\n" for r in rows)
    put("55-list.csv", csv(table([8, 9])))
    put("56-gb18030.csv", csv(table([10, 11])).replace("\n", "\r\n").encode("gb18030"))
    put("57-mark.csv", b"\xef\xbb\xbf" + csv(table([12, 13])).encode())
    put("58-quoted.csv", '案号,案由,正文\n0410,"关于""一网通办""的提案","第一行\n第二行，含逗号,和引号""x"""\n0411,关于早点摊的提案,正文\n')
    put("59-tabs.tsv", csv(table([14, 15], ("案号", "案由", "提案者")), "\t"))
    put("60-english.csv", "number,title,proposer,body\n0412,关于公交线网的提案,陆行舟,优化线网，增加微循环线路。\n")
    from_office("61-talk.pptx", "fodp", impress([["关于推进垃圾分类的提案"], ["一、情况", "分类准确率57%。"], ["二、建议", "完善积分奖励。"]]))
    put("62-slides.pptx", pptx([["关于校园周边交通的提案", "案号：0413号"], ["一、情况", "上学时段平均拥堵23分钟。"], ["二、建议", "错峰上学。"]]))
    from_office("63-talk.ppt", "fodp", impress([["关于发展夜校的提案"], ["一、情况", "报名人数是名额的6倍。"], ["二、建议", "增设教学点。"]]), "MS PowerPoint 97")


def portable(work):
    from_chromium(work, "65-chromium.pdf", page(short(2023, 3)))
    head = '<div style="position:fixed;top:-12mm;font-size:9pt">澜川市政协十四届二次会议提案</div><div style="position:fixed;bottom:-12mm;font-size:9pt">内部资料</div>'
    from_chromium(work, "66-heads.pdf", page(short(2023, 4), "body{font-size:22pt}", head))
    cells = "<table border=1 style='border-collapse:collapse'>%s</table>" % "".join(
        "<tr>%s</tr>" % "".join("<td>%s</td>" % c for c in r) for r in (("案号", "案由", "主办单位"), ("0414", "关于充电桩建设的提案", "市发改委"), ("0415", "关于河道清淤的提案", "市水利局")))
    from_chromium(work, "67-table.pdf", page(["附：提案目录"], "", "") .replace("</body>", cells + "</body>"))
    from_chromium(work, "68-columns.pdf", page(short(2023, 5), "body{text-align:justify;columns:2;column-gap:15mm}"))
    from_office("69-libreoffice.pdf", "fodt", writer(lines_of(2023, 6)))
    put("70-gbk-font.pdf", pdf(["案由：关于停车的提案", "案号：0012号", "一、情况", "车多，位少。", "二、建议", "建设停车场。"]))


def records():
    one = lambda n, **more: dict(zip(("number", "title", "proposer", "unit", "body"), row(2023, n, ("案号", "案由", "提案者", "主办单位", "正文"))), **more)
    lines = "".join(json.dumps(one(n, id="p%d" % n), ensure_ascii=False) + "\n" for n in (7, 8, 9))
    put("71-lines.jsonl", lines)
    put("72-array.json", json.dumps([one(10), one(11)], ensure_ascii=False, indent=1))
    put("73-object.json", json.dumps(one(12), ensure_ascii=False, indent=1))
    put("74-lines.jsonl.gz", gzip.compress("".join(json.dumps(one(n, id="g%d" % n), ensure_ascii=False) + "\n" for n in (13, 14)).encode(), mtime=0))
    put("75-chinese.jsonl", json.dumps({"案号": "0416", "案由": "关于健身步道的提案", "正文": "建设环湖健身步道12公里。", "公开": "否", "自定栏目": "甲"}, ensure_ascii=False) + "\n")


def gbk_named_zip(name, data):
    """As old Windows packs: the name's bytes are GBK and nothing says so."""
    placeholder = "?" * len(name.encode("gbk"))
    return packed([(placeholder, data)], zipfile.ZIP_STORED).replace(placeholder.encode(), name.encode("gbk"))


def archives():
    put("80-mixed.zip", packed([("2023/一.txt", proposal(2023, 15)), ("2023/二.docx", docx(lines_of(2023, 16))), ("2023/目录.csv", "案号,案由,正文\n0417,关于菜市场改造的提案,增加排水。\n"),
                                ("desktop.ini", "x"), ("坏.docx", b"PK\3\4")]))
    put("81-folder.tar.gz", tar_of([("提案/三.txt", proposal(2023, 17).encode()), ("提案/四.txt", proposal(2023, 18).encode("gb18030"))], "w:gz"))
    put("82-gbk-names.zip", gbk_named_zip("提案五.txt", proposal(2023, 19)))
    put("83-nested.zip", packed([("内.zip", packed([("旧/六.txt", proposal(2023, 20))]))]))
    put("84-text.txt.gz", gzip.compress(proposal(2023, 21).encode(), mtime=0))
    put("85-folder.tar.xz", lzma.compress(tar_of([("七.txt", "案由：关于公共厕所的提案\n一、建议\n延长开放时间。\n".encode())])))
    put("86-folder.tar.bz2", bz2.compress(tar_of([("八.txt", "案由：关于路灯的提案\n一、建议\n更换节能灯。\n".encode())])))


def wrong_names():
    put("90-docx.doc", docx(["案由：关于扩展名的提案", "一、建议", "以内容为准。"]))
    put("91-html.xls", "<html><head><meta charset=utf-8></head><body><table><tr><td>案由</td><td>关于导出格式的提案</td></tr><tr><td>案号</td><td>0418</td></tr></table></body></html>")
    put("92-csv.xls", "案号,案由,正文\n0419,关于表格的提案,以内容为准。\n".encode("gb18030"))
    put("93-pdf.txt", pdf(["案由：关于后缀的提案", "建议：以内容为准。"]))
    put("94-empty.txt", "")
    put("95-blank.docx", docx([""]))


if __name__ == "__main__":
    files.mkdir(exist_ok=True)
    for make in (texts, pages, documents, sheets, records, archives, wrong_names):
        make()
    with tempfile.TemporaryDirectory() as work:
        portable(Path(work))
        run_office(Path(work))
    if (files / "42-word97.doc").exists():
        put("44-kingsoft.wps", (files / "42-word97.doc").read_bytes())
    print("%d files, %d KiB" % (len(list(files.iterdir())), sum(f.stat().st_size for f in files.iterdir()) // 1024))
