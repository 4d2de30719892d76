/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Formats that other programs read for us, each run on a file in memory, fenced
 * in (base/child.h): it can open no file but the system's, start nothing, talk
 * to nobody, and its clock is ours.
 *
 *   PDF                  pdftotext (pdf.c)
 *   Word 97 to 2003      antiword (catdoc corrupts Chinese)
 *   .xls .ppt .wps .rtf  LibreOffice, when $TIAN_SOFFICE names it (soffice.c)
 *
 * antiword draws tables with '|'.
 */
#include "extract/program.h"

#include "base/child.h"

enum {
    SECONDS = 10
};

static struct child_limits limits_of(const struct reading *r)
{
    return (struct child_limits){ .memory = (size_t)256 << 20,
                                  .seconds = SECONDS,
                                  .answer = (size_t)64 << 20,
                                  .exec = true,
                                  .strict = r->options.require_sandbox };
}

int program_run(struct ctx *ctx, struct reading *r, char *const argv[], struct buf *answer)
{
    struct child_limits limits = limits_of(r);
    buf_init(answer, r->arena);
    int code = child_exec(ctx, &limits, argv, r->bytes, answer);
    return code == 0 ? 0 : reading_named(ctx, r, code);
}

/* ---- the compound files of Office 97 ---------------------------------------------- */

static const struct compound {
    struct str stream; /* its name in the directory, UTF-16 */
    const char *format, *become;
} compounds[] = {
    { { "W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0", 24 }, "Word 97", "docx" },
    { { "W\0o\0r\0k\0b\0o\0o\0k\0", 16 }, "Excel 97", "xlsx" },
    { { "B\0o\0o\0k\0\0\0", 10 }, "Excel 95", "xlsx" },
    { { "P\0o\0w\0e\0r\0P\0o\0i\0n\0t\0 \0D\0o\0c\0u\0m\0e\0n\0t\0", 38 }, "PowerPoint 97", "pptx" },
};

static const struct compound *compound_of(struct str bytes)
{
    for (size_t i = 0; i < sizeof compounds / sizeof *compounds; i++)
        if (str_has(bytes, compounds[i].stream))
            return &compounds[i];
    return NULL;
}

bool compound_sniff(const struct reading *r)
{
    return str_starts(r->bytes, STR("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"));
}

/* "|甲 |乙 |" → "甲\t乙" */
static void put_table_line(struct buf *out, struct str line)
{
    struct str cell;
    size_t start = out->n;
    line = str_sub(line, 1, line.n);
    while (line.n > 0) {
        line = str_split(line, '|', &cell);
        if (out->n > start)
            buf_char(out, '\t');
        buf_str(out, str_trim(cell));
    }
    while (out->n > start && out->p[out->n - 1] == '\t')
        out->n--;
}

static struct str without_table_marks(struct arena *arena, struct str text)
{
    struct buf out;
    struct str line;
    buf_init(&out, arena);
    while (str_line(&text, &line)) {
        struct str inside = str_trim(line);
        bool table = inside.n > 2 && inside.p[0] == '|' && inside.p[inside.n - 1] == '|';
        if (table)
            put_table_line(&out, inside);
        else
            buf_str(&out, line);
        buf_char(&out, '\n');
    }
    return buf_view(&out);
}

static int word_read(struct ctx *ctx, struct reading *r)
{
    char name[] = "antiword", map[] = "-m", utf8[] = "UTF-8.txt", wide[] = "-w", none[] = "0",
         in[] = "/dev/stdin";
    char *const argv[] = { name, map, utf8, wide, none, in, NULL };
    struct buf text;
    int code = program_run(ctx, r, argv, &text);
    return code == 0 ? reading_text(ctx, r, without_table_marks(r->arena, buf_view(&text))) : code;
}

int compound_read(struct ctx *ctx, struct reading *r)
{
    const struct compound *c = compound_of(r->bytes);
    r->out->format = c ? c->format : "Office 97";
    bool word = c && str_eq(str_of(c->become), STR("docx"));
    int code = word ? word_read(ctx, r) : TIAN_EFORMAT;
    if (code == 0 || !c)
        return code == 0 ? 0
                         : ctx_fail(ctx, TIAN_EFORMAT, r->name, "a damaged file of Word, Excel or WPS",
                                    "Word、Excel 或 WPS 文件已损坏");
    if (word && !soffice_program())
        return code;
    if (ctx->error)
        *ctx->error = (struct tian_error){ 0 };
    return soffice_read(ctx, r, c->become);
}

/* ---- RTF ------------------------------------------------------------------------------ */

bool rtf_sniff(const struct reading *r)
{
    return str_starts(r->bytes, STR("{\\rtf"));
}

int rtf_read(struct ctx *ctx, struct reading *r)
{
    return soffice_read(ctx, r, "docx");
}
