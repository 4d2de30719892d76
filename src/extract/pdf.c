/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * PDF, read by pdftotext (poppler-utils; poppler-data for Chinese fonts) in its
 * fence; what it says, by libxml2 in ours. A PDF has no paragraphs, only lines at places; so we ask for the
 * places
 * (-bbox-layout) and make paragraphs of them, which the bare text no longer
 * allows:
 *
 *   L        R
 *   |　　一年来，我们… |   starts a paragraph: it is indented
 *   |各项工作取得…成效，|   goes on: it reaches the right edge, the next is not indented
 *   |得到好评。      |   ends one: it is short
 *
 * L and R belong to a column: the lines that begin within some characters of each
 * other, on all pages. Where nothing is indented, the space between lines and
 * what a line ends with decide. Lines that stand at the same height of three
 * pages and more, differing in digits at most, are heads and page numbers, and
 * left out. Lines beside each other are cells of a row.
 */
#include "extract/package.h"
#include "extract/program.h"

#include <math.h>
#include <stdlib.h>

enum {
    PDF_HEAD = 1024,
    COLUMN_EMS = 4, /* lines of a column begin within so many characters */
    OFTEN = 3       /* pages on which a running head stands */
};
static const double indent_ems = 1.2, ragged_ems = 3.6, blank_ems = 0.1, narrowest_ems = 16, same_height = 3;

struct pdf_line {
    double x0, y0, x1, y1, em; /* points; em: the width of a Han character */
    struct str text;
    unsigned page;
    bool first, last, noise; /* of its page */
};

struct column {
    double left, right;
};

struct pdf {
    struct arena *arena;
    vec_of(struct pdf_line) lines;
    vec_of(struct column) columns;
    bool indents;   /* paragraphs begin indented */
    bool wrapped;   /* many lines reach the right edge of a column */
    double leading; /* from line to line, usually */
};

bool pdf_sniff(const struct reading *r)
{
    struct str head = str_sub(r->bytes, 0, r->bytes.n < PDF_HEAD ? r->bytes.n : PDF_HEAD);
    size_t at = str_find(head, STR("%PDF-"), 0);
    return at != SIZE_MAX && (at == 0 || utf8_check(str_sub(head, 0, at)) != at || at < 16);
}

/* ---- what pdftotext says -------------------------------------------------------- */

/* A positive decimal; the locale has no say. */
static double number_of(struct str s)
{
    double n = 0, place = 0;
    for (size_t i = 0; i < s.n && (s.p[i] == '.' || (s.p[i] >= '0' && s.p[i] <= '9')); i++) {
        if (s.p[i] == '.') {
            place = 1;
            continue;
        }
        n = n * 10 + (s.p[i] - '0');
        place *= 10;
    }
    return n < 1e12 ? n / (place > 0 ? place : 1) : 0;
}

static size_t columns_of(struct str text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++)
        n += (uint8_t)text.p[i] < 0x80 ? 1 : (text.p[i] & 0xC0) != 0x80 ? 2 : 0;
    return n;
}

/* A mark as wide as a Han character is half empty, which pdftotext takes for a blank beside it. */
static bool is_wide_mark(uint32_t c)
{
    return (c >= 0x3001 && c <= 0x3011) || (c >= 0xFF01 && c <= 0xFF0F) || (c >= 0xFF1A && c <= 0xFF1F) ||
           (c >= 0x2018 && c <= 0x201D);
}

static uint32_t last_of(struct str s)
{
    const char *end = s.p + s.n, *p = end;
    while (p > s.p && (*--p & 0xC0) == 0x80)
        continue;
    return p < end ? utf8_next(&p, end) : 0;
}

static uint32_t first_of(struct str s)
{
    const char *p = s.p;
    return s.n > 0 ? utf8_next(&p, s.p + s.n) : 0;
}

/* The element that is being read. */
struct boxes {
    struct pdf *pdf;
    struct pdf_line line;
    struct buf text;    /* of the line so far */
    struct buf word;    /* what came since the last <word> */
    double x0, x1, end; /* of the word; where the one before ends */
};

/* Words part where the font changes, too: then without a blank. */
static void take_word(struct boxes *b)
{
    struct str word = buf_view(&b->word);
    bool apart = b->x0 - b->end > blank_ems * 2 * (b->x1 - b->x0) / (double)(columns_of(word) + 1);
    b->end = b->x1;
    if (apart && b->text.n > 0 && !is_wide_mark(last_of(buf_view(&b->text))) && !is_wide_mark(first_of(word)))
        buf_char(&b->text, ' ');
    buf_str(&b->text, word);
}

static void take_line(struct pdf *pdf, struct pdf_line line, struct str text)
{
    size_t columns = columns_of(text);
    if (str_trim(text).n == 0)
        return;
    line.text = arena_str(pdf->arena, str_trim(text));
    line.em = 2 * (line.x1 - line.x0) / (double)columns;
    struct pdf_line *before = pdf->lines.n > 0 ? &pdf->lines.at[pdf->lines.n - 1] : NULL;
    line.first = !before || before->page != line.page;
    line.last = true;
    if (before && !line.first)
        before->last = false;
    vec_push(&pdf->lines, line);
}

static bool open_box(void *self, struct xml *x, struct str name)
{
    struct boxes *b = self;
    if (str_eq(name, STR("page"))) {
        b->line.page++;
    } else if (str_eq(name, STR("line"))) {
        b->line.x0 = number_of(xml_attribute(x, "xMin"));
        b->line.y0 = number_of(xml_attribute(x, "yMin"));
        b->line.x1 = number_of(xml_attribute(x, "xMax"));
        b->line.y1 = number_of(xml_attribute(x, "yMax"));
        buf_clear(&b->text);
    } else if (str_eq(name, STR("word"))) {
        b->x0 = number_of(xml_attribute(x, "xMin"));
        b->x1 = number_of(xml_attribute(x, "xMax"));
        buf_clear(&b->word);
    }
    return true;
}

static void put_box(void *self, struct str text)
{
    struct boxes *b = self;
    buf_str(&b->word, text);
}

static void close_box(void *self, struct str name)
{
    struct boxes *b = self;
    if (str_eq(name, STR("word")))
        take_word(b);
    else if (str_eq(name, STR("line")))
        take_line(b->pdf, b->line, buf_view(&b->text));
}

/* Its <doc>, for the head before it declares a document type. A font may make characters of its letters that
 * XML has not: they become ones that it has and no text (text_refuse() counts them). */
static struct str doc_of(struct arena *arena, struct str answer)
{
    static const struct str end = { "</doc>", 6 };
    size_t from = str_find(answer, STR("<doc>"), 0);
    if (from == SIZE_MAX)
        return STR_NONE;
    size_t to = str_find(answer, end, from);
    struct str doc = arena_str(arena, str_sub(answer, from, to == SIZE_MAX ? answer.n : to + end.n));
    char *p = (char *)doc.p;
    for (size_t i = 0; i < doc.n; i++)
        if ((uint8_t)p[i] < 0x20 && p[i] != '\t' && p[i] != '\n' && p[i] != '\r')
            p[i] = 0x7F;
        else if (((uint8_t)p[i] | 1) == 0xBF && i >= 2 && memcmp(p + i - 2, "\xEF\xBF", 2) == 0)
            p[i] = (char)0xBD; /* U+FFFE and U+FFFF → U+FFFD */
    return doc;
}

static int read_boxes(struct package *p, struct pdf *pdf)
{
    static const struct xml_handler handler = { open_box, put_box, close_box };
    struct boxes b = { .pdf = pdf };
    struct str doc = doc_of(pdf->arena, p->bytes);
    buf_init(&b.text, pdf->arena);
    buf_init(&b.word, pdf->arena);
    return doc.n > 0 ? xml_walk_text(p, STR("pdftotext"), doc, &handler, &b) : 0;
}

/* ---- running heads and page numbers ------------------------------------------------ */

static struct str without_digits(struct arena *arena, struct str text)
{
    struct buf out;
    buf_init(&out, arena);
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] < '0' || text.p[i] > '9')
            buf_char(&out, text.p[i]);
    return buf_view(&out);
}

static bool same_place(struct arena *arena, const struct pdf_line *a, const struct pdf_line *b)
{
    return fabs(a->y0 - b->y0) < same_height &&
           str_eq(without_digits(arena, a->text), without_digits(arena, b->text));
}

/* Edges of neighbouring pages are compared, and of every other page (left and right may differ). */
static void mark_heads(struct pdf *pdf, bool top)
{
    vec_of(struct pdf_line *) edges;
    struct arena *arena = arena_new(pdf->arena);
    vec_init(&edges, arena);
    for (size_t i = 0; i < pdf->lines.n; i++) {
        struct pdf_line *line = &pdf->lines.at[i];
        bool edge = top ? line->first : line->last;
        if (edge && columns_of(line->text) < 80)
            vec_push(&edges, line);
    }
    for (size_t step = 1; step <= 2; step++)
        for (size_t i = 0; i + step * (OFTEN - 1) < edges.n; i++)
            if (same_place(arena, edges.at[i], edges.at[i + step]) &&
                same_place(arena, edges.at[i], edges.at[i + 2 * step]))
                edges.at[i]->noise = edges.at[i + step]->noise = edges.at[i + 2 * step]->noise = true;
    arena_free(arena);
}

static void drop_heads(struct pdf *pdf)
{
    mark_heads(pdf, true);
    mark_heads(pdf, false);
    size_t n = 0;
    for (size_t i = 0; i < pdf->lines.n; i++)
        if (!pdf->lines.at[i].noise)
            pdf->lines.at[n++] = pdf->lines.at[i];
    pdf->lines.n = n;
}

/* ---- columns -------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The value that `part` of them lie below. */
static double quantile(double *values, size_t n, double part)
{
    if (n == 0)
        return 0;
    qsort(values, n, sizeof *values, by_value);
    return values[(size_t)((double)(n - 1) * part)];
}

static bool is_in(const struct pdf_line *line, double left, double em)
{
    return line->x0 > left - 1 && line->x0 < left + COLUMN_EMS * em;
}

/* Where the lines that begin within some characters of left end: a few may stick out. */
static struct column measure(const struct pdf *pdf, double left, double em)
{
    struct arena *arena = arena_new(pdf->arena);
    double *ends = arena_array(arena, double, pdf->lines.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < pdf->lines.n; i++)
        if (is_in(&pdf->lines.at[i], left, em))
            ends[n++] = pdf->lines.at[i].x1;
    struct column c = { left, quantile(ends, n, n >= 20 ? 0.95 : 1) };
    arena_free(arena);
    return c;
}

/* From left to right: a column begins where enough lines do, beyond what is indented in the one before. */
static void find_columns(struct pdf *pdf)
{
    double *lefts = arena_array(pdf->arena, double, pdf->lines.n + 1);
    double em = pdf->lines.at[0].em;
    for (size_t i = 0; i < pdf->lines.n; i++)
        lefts[i] = pdf->lines.at[i].em;
    em = quantile(lefts, pdf->lines.n, 0.5);
    for (size_t i = 0; i < pdf->lines.n; i++)
        lefts[i] = pdf->lines.at[i].x0;
    qsort(lefts, pdf->lines.n, sizeof *lefts, by_value);
    size_t enough = pdf->lines.n / 50 + 1;
    double after = -1;
    for (size_t i = 0; i + enough <= pdf->lines.n; i++)
        if (lefts[i] > after && lefts[i + enough - 1] - lefts[i] < 1.5) {
            vec_push(&pdf->columns, measure(pdf, lefts[i], em));
            after = lefts[i] + COLUMN_EMS * em;
        }
}

/* The column that begins at or before the line, the nearest. */
static struct column column_of(const struct pdf *pdf, const struct pdf_line *line)
{
    struct column best = { line->x0, line->x1 };
    for (size_t i = 0; i < pdf->columns.n; i++)
        if (pdf->columns.at[i].left < line->x0 + 1)
            best = pdf->columns.at[i];
    return best;
}

static bool is_indented(const struct pdf *pdf, const struct pdf_line *line)
{
    return line->x0 - column_of(pdf, line).left > indent_ems * line->em;
}

static bool is_full(const struct pdf *pdf, const struct pdf_line *line)
{
    struct column c = column_of(pdf, line);
    return line->x1 >= c.right - ragged_ems * line->em && c.right - c.left >= narrowest_ems * line->em;
}

static void look_around(struct pdf *pdf)
{
    size_t n = 0, indented = 0, full = 0;
    double *gaps = arena_array(pdf->arena, double, pdf->lines.n + 1);
    for (size_t i = 0; i < pdf->lines.n; i++) {
        const struct pdf_line *line = &pdf->lines.at[i];
        double by = (line->x0 - column_of(pdf, line).left) / line->em;
        indented += by > 1.5 && by < 2.6;
        full += is_full(pdf, line);
        if (i > 0 && line->y0 > line[-1].y0 && line->page == line[-1].page)
            gaps[n++] = line->y0 - line[-1].y0;
    }
    pdf->indents = indented >= 3 && indented * 20 >= pdf->lines.n;
    pdf->wrapped = pdf->indents ? full >= 3 : full >= 5 && full * 10 >= pdf->lines.n * 3;
    pdf->leading = quantile(gaps, n, 0.3);
}

/* ---- paragraphs ------------------------------------------------------------------------ */

static bool is_beside(const struct pdf_line *a, const struct pdf_line *b)
{
    return a->page == b->page && b->x0 >= a->x1 && fabs(a->y0 - b->y0) < a->em / 2;
}

static bool ends_sentence(struct str text)
{
    static const char *const marks[] = { "。", "！", "？", "：", "；", "”", "…" };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (str_ends(text, str_of(marks[i])))
            return true;
    return false;
}

static bool goes_on(const struct pdf *pdf, const struct pdf_line *a, const struct pdf_line *b)
{
    bool below = a->page == b->page && b->y0 > a->y0;
    if (!pdf->wrapped || !is_full(pdf, a) || is_indented(pdf, b) || fabs(a->em - b->em) > a->em / 5)
        return false;
    if (pdf->indents)
        return true;
    return !ends_sentence(a->text) && !(below && b->y0 - a->y0 > pdf->leading * 1.25);
}

static bool is_letter(char c)
{
    return (uint8_t)((c | 32) - 'a') < 26;
}

static void put_lines(struct pdf *pdf, struct buf *out)
{
    bool cells = false;
    for (size_t i = 0; i < pdf->lines.n; i++) {
        const struct pdf_line *line = &pdf->lines.at[i], *before = i > 0 ? line - 1 : NULL;
        bool row = cells;
        cells = before && is_beside(before, line);
        if (cells)
            buf_char(out, '\t');
        else if (before && (row || !goes_on(pdf, before, line)))
            buf_cstr(out, before->page == line->page ? "\n" : "\n\f");
        else if (before && is_letter(out->p[out->n - 1]) && is_letter(line->text.p[0]))
            buf_char(out, ' ');
        buf_str(out, line->text);
    }
    buf_char(out, '\n');
}

static struct str paragraphs_of(struct pdf *pdf)
{
    struct buf out;
    buf_init(&out, pdf->arena);
    drop_heads(pdf);
    if (pdf->lines.n == 0)
        return STR_NONE;
    find_columns(pdf);
    look_around(pdf);
    put_lines(pdf, &out);
    return buf_view(&out);
}

int pdf_package(struct package *p)
{
    struct pdf pdf = { .arena = p->ctx->arena };
    vec_init(&pdf.lines, pdf.arena);
    vec_init(&pdf.columns, pdf.arena);
    int code = read_boxes(p, &pdf);
    if (code != 0)
        return code;
    struct str text = paragraphs_of(&pdf);
    if (text.n > 0)
        return send_text(p, STR_NONE, text);
    return send_warning(
        p, say("there is no text in it: pages scanned as pictures?", "其中没有文字：是否为扫描图片？"));
}

int pdf_read(struct ctx *ctx, struct reading *r)
{
    char name[] = "pdftotext", quiet[] = "-q", option[] = "-enc", encoding[] = "UTF-8",
         places[] = "-bbox-layout", in[] = "/dev/stdin", out[] = "-";
    char *const argv[] = { name, option, encoding, places, quiet, in, out, NULL };
    char *const aloud[] = { name, option, encoding, places, in, out, NULL };
    struct buf boxes;
    int code = program_run(ctx, r, argv, &boxes);
    if (code != 0 && code != TIAN_ECANCELLED) { /* again, to hear why */
        if (ctx->error)
            *ctx->error = (struct tian_error){ 0 };
        code = program_run(ctx, r, aloud, &boxes);
    }
    return code == 0 ? package_run(ctx, r, buf_view(&boxes), pdf_package) : code;
}
