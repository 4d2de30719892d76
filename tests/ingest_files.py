# SPDX-License-Identifier: GPL-2.0-or-later
"""Files of offices, written by hand: docx, pptx, odt, xlsx, PDF (with a font that is not embedded, GBK-EUC-H: it needs
poppler-data), zip and tar. Small, and enough of each format for what is tested."""
import io, tarfile, zipfile

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def packed(members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as z:
        for name, data in members:
            z.writestr(name, data)
    return out.getvalue()


def docx_of(xml):
    return packed([("[Content_Types].xml", "<Types/>"), ("word/document.xml", xml)])


def docx(paragraphs, table=()):
    p = lambda t: '<w:p><w:pPr><w:tabs><w:tab w:pos="1"/></w:tabs></w:pPr><w:r><w:t xml:space="preserve">%s</w:t></w:r></w:p>' % t
    rows = "".join("<w:tr>%s</w:tr>" % "".join("<w:tc>%s</w:tc>" % "".join(map(p, c.split("\n"))) for c in r) for r in table)
    body = "".join(map(p, paragraphs)) + ("<w:tbl>%s</w:tbl>" % rows if rows else "")
    body += '<w:p><w:del><w:r><w:delText>删去的</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>移走的</w:t></w:r></w:moveFrom></w:p>'
    return docx_of('<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="%s"><w:body>%s</w:body></w:document>' % (W, body))


def numbered_docx(levels, paragraphs, starts=()):
    """levels: (format, text) or (format, text, style); paragraphs: (numId or None, level, style or None, text); starts:
    (numId, level, start): instances of the list that start anew. Style "Sub" is based on "Head", which numbers."""
    tag = lambda name, value: '<w:%s w:val="%s"/>' % (name, value)
    level = lambda i, l: '<w:lvl w:ilvl="%d">%s</w:lvl>' % (i, tag("start", 1) + tag("numFmt", l[0]) + tag("lvlText", l[1]) + (
        tag("pStyle", l[2]) if len(l) > 2 else ""))
    nums = '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>' + "".join(
        '<w:num w:numId="%d"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="%d"><w:startOverride w:val="%d"/></w:lvlOverride></w:num>' % s
        for s in starts)
    numbering = '<w:numbering xmlns:w="%s"><w:abstractNum w:abstractNumId="7">%s</w:abstractNum>%s</w:numbering>' % (
        W, "".join(level(i, l) for i, l in enumerate(levels)), nums)
    styles = '<w:styles xmlns:w="%s"><w:style w:styleId="Head"><w:pPr><w:numPr>%s</w:numPr></w:pPr></w:style><w:style w:styleId="Sub">%s</w:style></w:styles>' % (
        W, tag("numId", 1), tag("basedOn", "Head"))
    p = lambda num, at, style, text: '<w:p><w:pPr>%s%s</w:pPr><w:r><w:t>%s</w:t></w:r></w:p>' % (
        tag("pStyle", style) if style else "",
        "<w:numPr>%s%s</w:numPr>" % (tag("ilvl", at), tag("numId", num)) if num is not None else "", text)
    body = '<w:document xmlns:w="%s"><w:body>%s</w:body></w:document>' % (W, "".join(p(*x) for x in paragraphs))
    return packed([("word/document.xml", body), ("word/numbering.xml", numbering), ("word/styles.xml", styles)])


def odt(paragraphs):
    body = "".join("<text:p>%s</text:p>" % p for p in paragraphs)
    return packed([("mimetype", "application/vnd.oasis.opendocument.text"),
                   ("content.xml", '<office:document-content xmlns:office="o" xmlns:text="t"><office:body><office:text>'
                    "<text:tracked-changes><text:p>删去的</text:p></text:tracked-changes>%s</office:text></office:body>"
                    "</office:document-content>" % body)])


def pptx(slides):
    pages = [("ppt/slides/slide%d.xml" % (i + 1), '<p:sld xmlns:p="p" xmlns:a="a">%s</p:sld>' %
              "".join("<a:p><a:r><a:t>%s</a:t></a:r></a:p>" % t for t in s)) for i, s in enumerate(slides)]
    return packed([("ppt/presentation.xml", "<p/>")] + pages[::-1])


def xlsx(rows, sheet="提案目录"):
    """A cell: None, a text, a number, or (number, style): 1 is 0000, 2 is a date."""
    shared, out = [], ""
    for i, row in enumerate(rows, 1):
        out += '<row r="%d">' % i
        for column, cell in zip("ABCDEFGH", row):
            if isinstance(cell, str):
                shared.append(cell)
                out += '<c r="%s%d" t="s"><v>%d</v></c>' % (column, i, len(shared) - 1)
            elif cell is not None:
                number, style = cell if isinstance(cell, tuple) else (cell, 0)
                out += '<c r="%s%d" s="%d"><v>%s</v></c>' % (column, i, style, number)
        out += "</row>"
    return packed([
        ("xl/workbook.xml", '<workbook xmlns="%s"><sheets><sheet name="%s"/></sheets></workbook>' % (MAIN, sheet)),
        ("xl/styles.xml", '<styleSheet xmlns="%s"><numFmts><numFmt numFmtId="176" formatCode="0000"/></numFmts><cellXfs>'
         '<xf numFmtId="0"/><xf numFmtId="176"/><xf numFmtId="14"/></cellXfs></styleSheet>' % MAIN),
        ("xl/worksheets/sheet1.xml", '<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (MAIN, out)),
        ("xl/sharedStrings.xml", '<sst xmlns="%s">%s</sst>' % (MAIN, "".join("<si><t>%s</t></si>" % s for s in shared)))])


def pdf(lines):
    text = "BT /F1 12 Tf 60 780 Td 18 TL " + " ".join("<%s> Tj T*" % l.encode("gbk").hex() for l in lines) + " ET"
    objects = ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
               "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
               "<</Length %d>>stream\n%s\nendstream" % (len(text), text),
               "<</Type/Font/Subtype/Type0/BaseFont/SimSun/Encoding/GBK-EUC-H/DescendantFonts[6 0 R]>>",
               "<</Type/Font/Subtype/CIDFontType0/BaseFont/SimSun/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>"
               "/FontDescriptor 7 0 R>>",
               "<</Type/FontDescriptor/FontName/SimSun/Flags 4/FontBBox[0 0 1000 1000]/ItalicAngle 0/Ascent 800/Descent -200"
               "/CapHeight 700/StemV 80>>"]
    out, places = b"%PDF-1.4\n", []
    for i, o in enumerate(objects, 1):
        places.append(len(out))
        out += ("%d 0 obj\n%s\nendobj\n" % (i, o)).encode()
    table = "xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + "".join("%010d 00000 n \n" % p for p in places)
    return out + (table + "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))).encode()


def tar_of(members, mode="w"):
    """mode: that of tarfile, "w:gz" packs."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as t:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            t.addfile(info, io.BytesIO(data))
    return out.getvalue()
