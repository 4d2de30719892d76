/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A report as one HTML file: no script, nothing from elsewhere, fit for print.
 * Above a table stands its picture in SVG: bars for a table of one axis, lines
 * for one whose lines are years. The table below a picture says the same in
 * figures, so the picture is hidden from screen readers. Colours differ in
 * lightness and lines in their dashes: a black and white print stays readable.
 */
#include "tian_report.h"

#include "base/ctx.h"
#include "base/emit.h"

#include <stdlib.h>
#include <string.h>

enum {
    BAR_HEIGHT = 22,
    BARS_LEFT = 200,
    BARS_WIDTH = 400,
    MAX_BARS = 30,
    CHART_WIDTH = 640,
    CHART_HEIGHT = 240,
    CHART_MARGIN = 40,
    MAX_CURVES = 6,
    NAME_CHARACTERS = 14
};

static const char *const COLOURS[MAX_CURVES] = { "#0b4f6c", "#b5471b", "#2f7d4f",
                                                 "#6b4c9a", "#8a6d00", "#444444" };
static const char *const DASHES[MAX_CURVES] = { "none", "8 3", "2 3", "12 3 2 3", "5 5", "1 6" };

static void put(const struct formatting *f, const char *text)
{
    escape_html(f->out, str_of(text));
}

/* The first characters of a long name. */
static void put_short(const struct formatting *f, const char *text)
{
    struct str s = str_of(text);
    const char *p = s.p;
    for (size_t n = 0; n < NAME_CHARACTERS && p < s.p + s.n; n++)
        utf8_next(&p, s.p + s.n);
    escape_html(f->out, str_sub(s, 0, (size_t)(p - s.p)));
    if (p < s.p + s.n)
        buf_cstr(f->out, "…");
}

/* ---- Pictures ------------------------------------------------------------------------------------- */

static uint64_t largest(const struct tian_report_table *table, size_t from, size_t to)
{
    uint64_t most = 1;
    for (size_t i = 0; i + 1 < table->nlines; i++)
        for (size_t c = from; c < to; c++)
            if (table->lines[i].cells[c].documents > most)
                most = table->lines[i].cells[c].documents;
    return most;
}

static void begin_svg(const struct formatting *f, int width, int height)
{
    buf_printf(f->out,
               "<svg aria-hidden=\"true\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" "
               "xmlns=\"http://www.w3.org/2000/svg\">\n",
               width, height, width, height);
}

static void put_bars(const struct formatting *f, const struct tian_report_table *table)
{
    size_t n = table->nlines - 1;
    uint64_t most = largest(table, 0, 1);
    begin_svg(f, BARS_LEFT + BARS_WIDTH + 60, (int)n * BAR_HEIGHT + 4);
    for (size_t i = 0; i < n; i++) {
        uint64_t documents = table->lines[i].cells[0].documents;
        int y = (int)i * BAR_HEIGHT + 2;
        double length = BARS_WIDTH * (double)documents / (double)most;
        buf_printf(f->out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">", BARS_LEFT - 6, y + 15);
        put_short(f, table->lines[i].name);
        buf_printf(f->out,
                   "</text><rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>"
                   "<text x=\"%.1f\" y=\"%d\">%llu</text>\n",
                   BARS_LEFT, y, length, BAR_HEIGHT - 4, table->lines[i].key[0] ? COLOURS[0] : "#999999",
                   BARS_LEFT + length + 6, y + 15, (unsigned long long)documents);
    }
    buf_cstr(f->out, "</svg>\n");
}

static bool is_year(const char *key)
{
    uint64_t year;
    return str_to_u64(str_of(key), &year) && year >= 1900 && year <= 2200;
}

/* Lines that are years, but the last ones (not stated, total); at least two. */
static size_t years_of(const struct tian_report_table *table)
{
    size_t n = 0;
    while (n + 1 < table->nlines && is_year(table->lines[n].key))
        n++;
    return n >= 2 ? n : 0;
}

struct chart {
    const struct tian_report_table *table;
    size_t years;
    uint64_t most;
};

static double chart_x(const struct chart *c, size_t year)
{
    return CHART_MARGIN + (CHART_WIDTH - 2.0 * CHART_MARGIN) * (double)year / (double)(c->years - 1);
}

static double chart_y(const struct chart *c, uint64_t documents)
{
    return CHART_HEIGHT - CHART_MARGIN -
           (CHART_HEIGHT - 2.0 * CHART_MARGIN) * (double)documents / (double)c->most;
}

static void put_axes(const struct formatting *f, const struct chart *c)
{
    double bottom = chart_y(c, 0), top = chart_y(c, c->most);
    buf_printf(f->out, "<path d=\"M%d %.1fV%.1fH%d\" fill=\"none\" stroke=\"#666\"/>", CHART_MARGIN, top,
               bottom, CHART_WIDTH - CHART_MARGIN);
    buf_printf(f->out, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%llu</text>", CHART_MARGIN - 4, top + 5,
               (unsigned long long)c->most);
    for (size_t i = 0; i < c->years; i++)
        buf_printf(f->out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>", chart_x(c, i),
                   bottom + 18, c->table->lines[i].key);
    buf_char(f->out, '\n');
}

static void put_curve(const struct formatting *f, const struct chart *c, size_t column, size_t k)
{
    buf_printf(f->out,
               "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" stroke-dasharray=\"%s\" points=\"",
               COLOURS[k], DASHES[k]);
    for (size_t i = 0; i < c->years; i++)
        buf_printf(f->out, "%s%.1f,%.1f", i ? " " : "", chart_x(c, i),
                   chart_y(c, c->table->lines[i].cells[column].documents));
    buf_cstr(f->out, "\"/>");
    for (size_t i = 0; i < c->years; i++)
        buf_printf(f->out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>", chart_x(c, i),
                   chart_y(c, c->table->lines[i].cells[column].documents), COLOURS[k]);
    buf_printf(f->out, "<path d=\"M%d %dh30\" stroke=\"%s\" stroke-width=\"2\" stroke-dasharray=\"%s\"/>",
               CHART_WIDTH + 4, CHART_MARGIN + (int)k * BAR_HEIGHT, COLOURS[k], DASHES[k]);
    buf_printf(f->out, "<text x=\"%d\" y=\"%d\">", CHART_WIDTH + 40, CHART_MARGIN + 5 + (int)k * BAR_HEIGHT);
    put_short(f, c->table->columns[column]);
    buf_cstr(f->out, "</text>\n");
}

static void put_curves(const struct formatting *f, const struct tian_report_table *table)
{
    size_t from = table->ncolumns > 1 && table->drawn == 0,
           to = table->drawn ? table->drawn : table->ncolumns;
    to = to < from + MAX_CURVES ? to : from + MAX_CURVES;
    struct chart c = { table, years_of(table), largest(table, from, to) };
    begin_svg(f, CHART_WIDTH + 240, CHART_HEIGHT);
    put_axes(f, &c);
    for (size_t column = from; column < to; column++)
        put_curve(f, &c, column, column - from);
    buf_cstr(f->out, "</svg>\n");
}

static void put_picture(const struct formatting *f, const struct tian_report_table *table)
{
    if (table->total == 0)
        return;
    if (years_of(table) > 0)
        put_curves(f, table);
    else if (table->ncolumns == 1 && table->nlines - 1 <= MAX_BARS)
        put_bars(f, table);
}

/* ---- Tables ------------------------------------------------------------------------------------------ */

struct place {
    const struct tian_report_table *table;
    const struct tian_report_line *line;
    size_t column;
};

static void put_link(const struct formatting *f, const char *id, const char *text)
{
    buf_cstr(f->out, "<a href=\"/documents/");
    escape_url(f->out, str_of(id), true);
    buf_cstr(f->out, "\">");
    put(f, text);
    buf_cstr(f->out, "</a>");
}

static void put_ids(const struct formatting *f, const struct tian_report_cell *cell)
{
    if (cell->nids == 0)
        return;
    buf_printf(f->out, "<details><summary>%s</summary>", say("which", "是哪些"));
    for (size_t i = 0; i < cell->nids; i++) {
        buf_cstr(f->out, i ? "、" : "");
        put_link(f, cell->ids[i], cell->ids[i]);
    }
    buf_cstr(f->out, "</details>");
}

/* Words instead of a number, about documents. */
static void put_words(const struct formatting *f, const struct tian_report_cell *cell)
{
    buf_cstr(f->out, "<td class=\"words\">");
    if (cell->nids == 1)
        put_link(f, cell->ids[0], cell->text);
    else {
        put(f, cell->text);
        put_ids(f, cell);
    }
    buf_cstr(f->out, "</td>");
}

/* The address where the server lists what a cell counts. */
static void put_address(const struct formatting *f, const struct place *place)
{
    buf_cstr(f->out, "/report/proposals?");
    put(f, f->report->selection);
    buf_printf(f->out, "%stable=", f->report->selection[0] ? "&amp;" : "");
    escape_url(f->out, str_of(place->table->key), false);
    buf_cstr(f->out, "&amp;line=");
    escape_url(f->out, str_of(place->line->key), false);
    buf_printf(f->out, "&amp;column=%zu", place->column);
}

static void put_cell(const struct formatting *f, const struct place *place)
{
    const struct tian_report_cell *cell = &place->line->cells[place->column];
    bool link = f->served && cell->named && cell->documents > 0;
    if (cell->text) {
        put_words(f, cell);
        return;
    }
    buf_cstr(f->out, "<td>");
    if (link) {
        buf_cstr(f->out, "<a href=\"");
        put_address(f, place);
        buf_cstr(f->out, "\">");
    }
    buf_printf(f->out, "%llu%s", (unsigned long long)cell->documents, link ? "</a>" : "");
    put_ids(f, cell);
    buf_cstr(f->out, "</td>");
}

static void put_table(const struct formatting *f, const struct tian_report_table *table)
{
    const char *rounding = report_rounding(f->arena, table);
    buf_printf(f->out, "<table aria-labelledby=\"table%zu\"><thead><tr><td></td>",
               (size_t)(table - f->report->tables) + 1);
    for (size_t c = 0; c < table->ncolumns; c++) {
        buf_cstr(f->out, "<th scope=\"col\">");
        put(f, table->columns[c]);
        buf_cstr(f->out, "</th>");
    }
    if (report_has_shares(table))
        buf_printf(f->out, "<th scope=\"col\">%s</th>", say("share", "占比"));
    buf_cstr(f->out, "</tr></thead><tbody>\n");
    for (size_t i = 0; i < table->nlines; i++) {
        bool total = strcmp(table->lines[i].key, "total") == 0;
        buf_printf(f->out, "<tr%s><th scope=\"row\">", total ? " class=\"total\"" : "");
        put(f, table->lines[i].name);
        buf_cstr(f->out, "</th>");
        for (size_t c = 0; c < table->ncolumns; c++)
            put_cell(f, &(struct place){ table, &table->lines[i], c });
        if (report_has_shares(table))
            buf_printf(f->out, "<td>%.1f%%</td>", table->lines[i].cells[0].share * 100);
        buf_cstr(f->out, "</tr>\n");
    }
    buf_cstr(f->out, "</tbody></table>\n");
    if (rounding) {
        buf_cstr(f->out, "<p class=\"note\">");
        put(f, rounding);
        buf_cstr(f->out, "</p>\n");
    }
}

/* ---- The page --------------------------------------------------------------------------------------------
 */

static void put_head(const struct formatting *f)
{
    static const char style[] =
        "body{font:16px/1.6 \"Noto Serif CJK SC\",SimSun,serif;max-width:60em;margin:2em auto;padding:0 "
        "1em;color:#111}"
        "h1{font-size:1.4em;text-align:center}p{text-indent:2em}.note{text-indent:0;color:#444;font-size:."
        "9em}"
        "table{border-collapse:collapse;margin:.5em 0 "
        "2em}h2{font-size:1em;margin:1.5em 0 "
        ".3em;break-after:avoid}.total{font-weight:bold}.words{text-align:left}"
        "th,td{border:1px solid #888;padding:.2em "
        ".8em}td{text-align:right}th{text-align:left;font-weight:normal}"
        "thead th{text-align:right}details{text-align:left;font-size:.85em}svg{max-width:100%;height:auto}"
        "svg text{font-size:13px;fill:#111}@media "
        "print{body{font-size:10pt;line-height:1.4;margin:0}section{break-inside:avoid}table{margin-bottom:"
        "1em}th,td{padding:0 .6em}svg{max-height:5cm;width:auto}a{color:inherit}}";
    buf_cstr(f->out, "<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">"
                     "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>");
    put(f, f->report->title);
    buf_printf(f->out, "</title><style>%s</style></head><body><main>\n<h1>", style);
    put(f, f->report->title);
    buf_cstr(f->out, "</h1>\n");
}

static void put_sections(const struct formatting *f)
{
    const struct tian_report *r = f->report;
    for (size_t i = 0; i < r->nparagraphs; i++) {
        buf_cstr(f->out, "<p>");
        put(f, r->paragraphs[i]);
        buf_cstr(f->out, "</p>\n");
    }
    for (size_t i = 0; i < r->ntables; i++) {
        buf_printf(f->out, "<section><h2 id=\"table%zu\">", i + 1);
        put(f, r->tables[i].title);
        buf_cstr(f->out, "</h2>\n");
        put_picture(f, &r->tables[i]);
        put_table(f, &r->tables[i]);
        buf_cstr(f->out, "</section>\n");
    }
    for (size_t i = 0; i < r->nnotes; i++) {
        buf_printf(f->out, "<p class=\"note\">%s", say("Note: ", "注："));
        put(f, r->notes[i]);
        buf_cstr(f->out, "</p>\n");
    }
}

void format_html(const struct formatting *f)
{
    put_head(f);
    put_sections(f);
    buf_cstr(f->out, "</main></body></html>\n");
}

void format_section(const struct formatting *f)
{
    struct formatting served = *f;
    served.served = true;
    put_sections(&served);
}
