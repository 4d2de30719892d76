/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The numbers of a report as pages. The library makes tables and charts; here
 * are the form that chooses what is counted, the list of proposals behind a
 * number, and the same report as a file. Who may not see a document finds it
 * counted but not listed.
 *
 *   /report?session=…&year=…&cross=…          paragraphs, charts, tables
 *   /report?trend=…                           how a theme developed
 *   /report/proposals?…&table=…&line=…&column=…&offset=…
 *   /api/v1/report?…&format=json|csv|markdown|html|text&explain=1
 */
#include <stdio.h>
#include <string.h>

#include "base/config.h"
#include "base/ctx.h"
#include "base/emit.h"
#include "http/html.h"

enum {
    PAGE_PROPOSALS = 50,
    MOST_AXES = 3
};

static const char *argument_or_null(const struct request *r, const char *name)
{
    const char *value = request_argument(r, name);
    return *value ? value : NULL;
}

/* ?cross=theme,year,outcome, or as the form sends it: ?each=theme&rows=year&columns=outcome */
static const char *cross_of(struct request *r)
{
    static const char *const parts[] = { "each", "rows", "columns" };
    const char *cross = argument_or_null(r, "cross");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const char *part = argument_or_null(r, parts[i]);
        if (part)
            cross = cross ? arena_printf(r->arena, "%s,%s", cross, part) : part;
    }
    return cross;
}

static struct tian_report_options options_of(struct request *r)
{
    return (struct tian_report_options){ .session = argument_or_null(r, "session"),
                                         .year = request_number(r, "year", 0, 9999),
                                         .cross = cross_of(r),
                                         .trend = argument_or_null(r, "trend"),
                                         .role = r->role };
}

/* ---- The form ------------------------------------------------------------------------------------ */

/* The values of an axis that occur, with their numbers. */
static void value_select(struct request *r, const char *name, const char *title)
{
    const char *chosen = request_argument(r, name);
    struct tian_report_options options = { .cross = name, .role = r->role };
    struct tian_report *report;
    buf_printf(&r->out, "<label>%s <select name=\"%s\">", title, name);
    html_option(r, "", "全部", chosen);
    if (tian_report(r->index, &options, &report, NULL) == 0) {
        const struct tian_report_table *table = &report->tables[0];
        for (size_t i = 0; i + 1 < table->nlines; i++)
            if (table->lines[i].key[0])
                html_option(r, table->lines[i].key,
                            arena_printf(r->arena, "%s（%llu）", table->lines[i].name,
                                         (unsigned long long)table->lines[i].cells[0].documents),
                            chosen);
        tian_report_free(report);
    }
    buf_cstr(&r->out, "</select></label>");
}

static void axis_select(struct request *r, const char *name, const char *title, const char *chosen)
{
    static const char *const AXES[][2] = {
        { "year", "年份" },         { "session", "届次" },    { "theme", "主题" },
        { "subtheme", "二级主题" }, { "category", "类别" },   { "unit", "主办单位" },
        { "outcome", "办理结果" },  { "state", "审查情况" },  { "proposer_kind", "提案者" },
        { "proposer", "提案人" },   { "period", "会间会后" }, { "satisfaction", "提案者意见" },
    };
    buf_printf(&r->out, "<label>%s <select name=\"%s\">", title, name);
    html_option(r, "", "（不选）", chosen);
    for (size_t i = 0; i < sizeof AXES / sizeof *AXES; i++)
        html_option(r, AXES[i][0], AXES[i][1], chosen);
    buf_cstr(&r->out, "</select></label>");
}

/* One axis: the lines; two: lines and columns; three: a table for each value of the first. */
static void axis_selects(struct request *r, const char *cross)
{
    const char *chosen[MOST_AXES] = { "", "", "" };
    struct str rest = str_of(cross ? cross : ""), name;
    size_t n = 0;
    while (n < MOST_AXES && config_item(&rest, &name))
        chosen[n++] = arena_cstr(r->arena, name);
    size_t first = n == MOST_AXES;
    axis_select(r, "rows", "交叉表：行", chosen[first]);
    axis_select(r, "columns", "列", chosen[first + 1]);
    axis_select(r, "each", "按其分表", first ? chosen[0] : "");
}

static void report_form(struct request *r, const char *cross)
{
    buf_cstr(&r->out,
             "<form class=\"report-form\" action=\"/report\" method=\"get\"><div class=\"filters\">");
    value_select(r, "session", "届次");
    value_select(r, "year", "年份");
    axis_selects(r, cross);
    buf_cstr(&r->out, "<label>或主题历年 <select name=\"trend\">");
    html_theme_options(r, "（不选）", request_argument(r, "trend"));
    buf_cstr(&r->out, "</select></label><button>统计</button></div></form>\n");
}

/* ---- The report ------------------------------------------------------------------------------------ */

static void file_links(struct request *r, const struct tian_report *report)
{
    static const char *const FILES[][2] = {
        { "html", "可打印的网页" }, { "csv", "CSV 表格" }, { "markdown", "Markdown" }, { "json", "JSON" }
    };
    buf_cstr(&r->out, "<p class=\"files\">");
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        buf_cstr(&r->out, "<a href=\"/api/v1/report?");
        html_text(r, report->selection);
        buf_printf(&r->out, "%sformat=%s\">%s</a> ", *report->selection ? "&amp;" : "", FILES[i][0],
                   FILES[i][1]);
    }
    buf_printf(&r->out, "<span>%.1f 毫秒</span></p>\n", report->milliseconds);
}

/* The report, or NULL when the request was answered with what is wrong. */
static struct tian_report *make_report(struct request *r, const struct tian_report_options *options)
{
    struct tian_report *report;
    struct tian_error error;
    if (tian_report(r->index, options, &report, &error) == 0)
        return report;
    request_fail_tian(r, &error);
    return NULL;
}

static void put_format(struct request *r, const struct tian_report *report, const char *format)
{
    char *text = tian_report_format(report, format);
    buf_cstr(&r->out, text ? text : "");
    tian_string_free(text);
}

void page_report(struct request *r)
{
    struct tian_report_options options = options_of(r);
    struct tian_report *report = make_report(r, &options);
    if (!report)
        return;
    html_begin(r, report->title, "/report");
    report_form(r, options.cross);
    buf_cstr(&r->out, "<article class=\"report\"><h1>");
    html_text(r, report->title);
    buf_cstr(&r->out, "</h1>\n");
    put_format(r, report, "section");
    buf_cstr(&r->out, "</article>\n");
    file_links(r, report);
    html_end(r);
    tian_report_free(report);
}

/* ---- The proposals behind a number -------------------------------------------------------------------- */

static const struct tian_report_table *find_table(const struct tian_report *report, const char *key)
{
    for (size_t i = 0; i < report->ntables; i++)
        if (strcmp(report->tables[i].key, key) == 0)
            return &report->tables[i];
    return NULL;
}

static const struct tian_report_line *find_line(const struct tian_report_table *table, const char *key)
{
    for (size_t i = 0; table && i < table->nlines; i++)
        if (strcmp(table->lines[i].key, key) == 0)
            return &table->lines[i];
    return NULL;
}

static void show_proposal(struct request *r, const char *id)
{
    struct tian_document *d;
    if (tian_document_get(r->index, id, NULL, r->role, &d, NULL))
        return;
    buf_cstr(&r->out, "<li><h2><a href=\"");
    html_document_href(r, id, NULL);
    buf_cstr(&r->out, "\">");
    html_text(r, d->title.length ? d->title.text : id);
    buf_cstr(&r->out, "</a></h2><p class=\"meta\">");
    html_fields(r, d->fields, d->nfields);
    buf_cstr(&r->out, "</p></li>\n");
    tian_document_free(d);
}

static void page_link(struct request *r, const struct tian_report *report,
                      const struct tian_report_options *o, size_t offset, const char *text)
{
    buf_cstr(&r->out, "<a href=\"/report/proposals?");
    html_text(r, report->selection);
    buf_printf(&r->out, "%stable=", *report->selection ? "&amp;" : "");
    escape_url(&r->out, str_of(o->table), false);
    buf_cstr(&r->out, "&amp;line=");
    escape_url(&r->out, str_of(o->line), false);
    buf_printf(&r->out, "&amp;column=%zu&amp;offset=%zu\">%s</a>", o->column, offset, text);
}

static void show_proposals(struct request *r, const struct tian_report *report,
                           const struct tian_report_options *o, const struct tian_report_cell *cell)
{
    uint64_t left = cell->documents > o->offset ? cell->documents - o->offset : 0;
    size_t here = left < PAGE_PROPOSALS ? (size_t)left : PAGE_PROPOSALS;
    buf_printf(&r->out, "<ol class=\"hits\" start=\"%zu\">\n", o->offset + 1);
    for (size_t i = 0; i < cell->nids; i++)
        show_proposal(r, cell->ids[i]);
    buf_cstr(&r->out, "</ol>\n");
    if (cell->nids < here)
        buf_printf(&r->out, "<p class=\"note\">本页另有 %zu 件不公开，只计数，不列出。</p>",
                   here - cell->nids);
    buf_cstr(&r->out, "<nav class=\"pages\">");
    if (o->offset > 0)
        page_link(r, report, o, o->offset > PAGE_PROPOSALS ? o->offset - PAGE_PROPOSALS : 0, "上一页");
    if (left > here)
        page_link(r, report, o, o->offset + PAGE_PROPOSALS, "下一页");
    buf_cstr(&r->out, "</nav>");
}

static void show_behind(struct request *r, const struct tian_report *report,
                        const struct tian_report_options *o, const struct tian_report_table *table,
                        const struct tian_report_line *line)
{
    html_begin(r, line->name, "/report");
    buf_cstr(&r->out, "<p class=\"found\"><a href=\"/report?");
    html_text(r, report->selection);
    buf_cstr(&r->out, "\">");
    html_text(r, report->title);
    buf_cstr(&r->out, "</a> › ");
    html_text(r, table->title);
    buf_cstr(&r->out, "</p><h1>");
    html_text(r, line->name);
    if (table->ncolumns > 1) {
        buf_cstr(&r->out, "，");
        html_text(r, table->columns[o->column]);
    }
    buf_printf(&r->out, "：%llu 件</h1>\n", (unsigned long long)line->cells[o->column].documents);
    show_proposals(r, report, o, &line->cells[o->column]);
    html_end(r);
}

void page_report_proposals(struct request *r)
{
    struct tian_report_options options = options_of(r);
    options.explain = true;
    options.table = request_argument(r, "table");
    options.line = request_argument(r, "line");
    options.column = request_number(r, "column", 0, 1000000);
    options.offset = request_number(r, "offset", 0, UINT32_MAX);
    options.count = PAGE_PROPOSALS;
    struct tian_report *report = make_report(r, &options);
    if (!report)
        return;
    const struct tian_report_table *table = find_table(report, options.table);
    const struct tian_report_line *line = find_line(table, options.line);
    if (line && options.column < table->ncolumns && line->cells[options.column].named)
        show_behind(r, report, &options, table, line);
    else
        request_fail(r, 404, say("the report has no such number", "报告里没有这个数"));
    tian_report_free(report);
}

/* ---- The report as a file ---------------------------------------------------------------------------- */

static const struct format {
    const char *name, *type, *save_as;
} FORMATS[] = {
    { "json", "application/json; charset=utf-8", NULL },
    { "csv", "text/csv; charset=utf-8", "report.csv" },
    { "markdown", "text/markdown; charset=utf-8", "report.md" },
    { "text", "text/plain; charset=utf-8", NULL },
    { "html", "text/html; charset=utf-8", NULL },
};

void api_report(struct request *r)
{
    const char *name = *request_argument(r, "format") ? request_argument(r, "format") : "json";
    struct tian_report_options options = options_of(r);
    const struct format *format = NULL;
    for (size_t i = 0; i < sizeof FORMATS / sizeof *FORMATS; i++)
        if (strcmp(FORMATS[i].name, name) == 0)
            format = &FORMATS[i];
    if (!format) {
        request_fail(r, 400,
                     say("format is json, csv, markdown, text or html",
                         "format 可为 json、csv、markdown、text、html"));
        return;
    }
    options.explain = request_number(r, "explain", 0, 1);
    struct tian_report *report = make_report(r, &options);
    if (!report)
        return;
    r->answer_type = format->type;
    r->save_as = format->save_as;
    r->own_style = strcmp(name, "html") == 0;
    put_format(r, report, name);
    tian_report_free(report);
}
