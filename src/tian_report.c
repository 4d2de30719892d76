/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The façade of reports, and a report as text, Markdown, CSV and JSON (HTML is
 * in tian_report_page.c). A format is a line in FORMATS. All of them show the
 * same tables in the same order; shares are rounded one by one, as offices print
 * them, and where they then do not add up to 100.0 the table says so.
 */
#include "tian_report.h"

#include "tian_call.h"

#include "base/config.h"
#include "base/emit.h"
#include "base/file.h"
#include "extract/extract.h"
#include "search/search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- The call -------------------------------------------------------------------------------- */

/* What was chosen, in the form of an address. */
static const char *selection_of(struct arena *arena, const struct tian_report_options *o)
{
    const char *year = o->year ? arena_printf(arena, "%u", o->year) : NULL;
    const struct {
        const char *name, *value;
    } chosen[] = {
        { "session", o->session }, { "year", year }, { "cross", o->cross }, { "trend", o->trend }
    };
    struct buf out;
    buf_init(&out, arena);
    for (size_t i = 0; i < sizeof chosen / sizeof *chosen; i++)
        if (chosen[i].value) {
            buf_printf(&out, "%s%s=", out.n ? "&" : "", chosen[i].name);
            escape_url(&out, str_of(chosen[i].value), false);
        }
    return arena_cstr(arena, buf_view(&out));
}

enum {
    MAX_PRINTED = 16 << 20
};

static int compare_report(struct call *call, const char *path, struct tian_report *report)
{
    struct arena *arena = call->ctx.arena;
    struct tian_report ours = *report;
    struct printed_source source = { .name = path };
    struct str bytes;
    const char *encoding;
    int sure;
    source.words = call->index->share ? path_join(arena, call->index->share, "printed.conf")
                                      : share_path(arena, "printed.conf");
    if (!source.words)
        return ctx_fail(&call->ctx, TIAN_EIO, "printed.conf", "not found in the share folder",
                        "share 文件夹中没有此文件");
    int rc = file_read(&call->ctx, arena, path, MAX_PRINTED, &bytes);
    if (!rc)
        rc = extract_utf8(&call->ctx, arena, bytes, &source.text, &encoding, &sure);
    *report = (struct tian_report){ 0 };
    return rc ? rc : report_compare(&call->ctx, &ours, &source, report);
}

static int read_report(struct call *call)
{
    struct tian_report *out = *(struct tian_report **)call->out = hold_result(call, sizeof *out);
    static const struct tian_report_options usual;
    const struct tian_report_options *options = call->a ? call->a : &usual;
    int64_t begin = clock_now();
    struct docs solved;
    struct decisions decisions;
    int rc = decisions_read(&call->ctx, call->ctx.arena, call->index->path, &decisions);
    if (!rc)
        rc = search_report(&call->ctx, &call->reader, &decisions, options, &solved, out);
    if (!rc && solved.n > 0)
        rc = report_later(call, &solved, options, out);
    if (!rc && options->compare)
        rc = compare_report(call, options->compare, out);
    out->selection = selection_of(call->ctx.arena, options);
    out->milliseconds = (double)(clock_now() - begin) / 1e6;
    return rc;
}

static int run_report(struct call *call)
{
    return read_newest(call, read_report);
}

int tian_report(struct tian_index *index, const struct tian_report_options *options, struct tian_report **out,
                struct tian_error *error)
{
    struct call call = { .index = index, .run = run_report, .a = options, .out = out };
    int rc = do_call(&call, error);
    if (rc)
        *out = NULL;
    return rc;
}

void tian_report_free(struct tian_report *report)
{
    free_result(report);
}

/* ---- Pieces ------------------------------------------------------------------------------------- */

bool report_has_shares(const struct tian_report_table *table)
{
    return table->ncolumns == 1 && table->total > 0;
}

static double rounded(double share)
{
    return round(share * 1000) / 10;
}

/* What the printed shares of the lines add up to. */
static double sum_of_shares(const struct tian_report_table *table)
{
    double sum = 0;
    for (size_t i = 0; i + 1 < table->nlines; i++)
        sum += rounded(table->lines[i].cells[0].share);
    return sum;
}

const char *report_rounding(struct arena *arena, const struct tian_report_table *table)
{
    double sum = report_has_shares(table) ? sum_of_shares(table) : 100;
    if (fabs(sum - 100) < 0.05)
        return NULL;
    return arena_printf(
        arena,
        say("shares are rounded one by one and add up to %.1f%%", "各项百分数分别四舍五入，相加为 %.1f%%"),
        sum);
}

/* Columns on a terminal: what is not ASCII takes two. */
static size_t width(const char *text)
{
    struct str s = str_of(text);
    const char *p = s.p;
    size_t n = 0;
    while (p < s.p + s.n)
        n += utf8_next(&p, s.p + s.n) < 0x80 ? 1 : 2;
    return n;
}

static void put_padded(struct buf *out, const char *text, size_t to, bool right)
{
    size_t n = width(text);
    if (!right)
        buf_cstr(out, text);
    for (; n < to; n++)
        buf_char(out, ' ');
    if (right)
        buf_cstr(out, text);
}

static const char *share_text(struct arena *arena, const struct tian_report_cell *cell)
{
    return arena_printf(arena, "%.1f%%", rounded(cell->share));
}

static const char *count_text(struct arena *arena, const struct tian_report_cell *cell)
{
    if (cell->text)
        return cell->text;
    return arena_printf(arena, "%llu", (unsigned long long)cell->documents);
}

/* ---- Text ------------------------------------------------------------------------------------------ */

static void put_ids_text(const struct formatting *f, const char *column, const struct tian_report_cell *cell)
{
    if (cell->nids == 0 || !f->explain)
        return;
    buf_printf(f->out, "      %s%s", column, column[0] ? say(": ", "：") : "");
    for (size_t i = 0; i < cell->nids; i++)
        buf_printf(f->out, "%s%s", i ? "、" : "", cell->ids[i]);
    buf_char(f->out, '\n');
}

static size_t widest_name(const struct tian_report_table *table)
{
    size_t widest = 0;
    for (size_t i = 0; i < table->nlines; i++)
        if (width(table->lines[i].name) > widest)
            widest = width(table->lines[i].name);
    return widest;
}

static void put_line_text(const struct formatting *f, const struct tian_report_table *table,
                          const struct tian_report_line *line, size_t names)
{
    buf_cstr(f->out, "  ");
    put_padded(f->out, line->name, names, false);
    for (size_t c = 0; c < table->ncolumns; c++) {
        bool last_text = line->cells[c].text && c + 1 == table->ncolumns;
        size_t column = last_text ? 0 : width(table->columns[c]);
        if (line->cells[c].text)
            buf_cstr(f->out, "  ");
        put_padded(f->out, count_text(f->arena, &line->cells[c]),
                   last_text ? 0 : (column > 6 ? column : 6) + 2, !line->cells[c].text);
    }
    if (report_has_shares(table))
        put_padded(f->out, share_text(f->arena, &line->cells[0]), 8, true);
    buf_char(f->out, '\n');
    for (size_t c = 0; c < table->ncolumns; c++)
        put_ids_text(f, table->ncolumns > 1 ? table->columns[c] : "", &line->cells[c]);
}

static void put_table_text(const struct formatting *f, const struct tian_report_table *table)
{
    size_t names = widest_name(table);
    const char *rounding = report_rounding(f->arena, table);
    buf_printf(f->out, "\n%s\n", table->title);
    if (table->ncolumns > 1) {
        put_padded(f->out, "", names + 2, false);
        for (size_t c = 0; c < table->ncolumns; c++)
            put_padded(f->out, table->columns[c],
                       (width(table->columns[c]) > 6 ? width(table->columns[c]) : 6) + 2, true);
        buf_char(f->out, '\n');
    }
    for (size_t i = 0; i < table->nlines; i++)
        put_line_text(f, table, &table->lines[i], names);
    if (rounding)
        buf_printf(f->out, say("  (%s)\n", "  （%s）\n"), rounding);
}

static void format_text(const struct formatting *f)
{
    const struct tian_report *r = f->report;
    buf_printf(f->out, "%s\n", r->title);
    for (size_t i = 0; i < r->nparagraphs; i++)
        buf_printf(f->out, "\n%s\n", r->paragraphs[i]);
    for (size_t i = 0; i < r->ntables; i++)
        put_table_text(f, &r->tables[i]);
    for (size_t i = 0; i < r->nnotes; i++)
        buf_printf(f->out, say("%sNote: %s\n", "%s注：%s\n"), i ? "" : "\n", r->notes[i]);
}

/* ---- Markdown ---------------------------------------------------------------------------------------- */

/* A bar would end the cell. */
static void put_markdown(struct buf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '|' || *text == '\\' || *text == '<' || *text == '*' || *text == '_' || *text == '`')
            buf_char(out, '\\');
        buf_char(out, *text == '\n' ? ' ' : *text);
    }
}

static void put_line_markdown(const struct formatting *f, const struct tian_report_table *table,
                              const struct tian_report_line *line)
{
    buf_cstr(f->out, "| ");
    put_markdown(f->out, line->name);
    for (size_t c = 0; c < table->ncolumns; c++) {
        buf_cstr(f->out, " | ");
        put_markdown(f->out, count_text(f->arena, &line->cells[c]));
        for (size_t i = 0; f->explain && i < line->cells[c].nids; i++) {
            buf_cstr(f->out, i ? "、" : "<br>");
            put_markdown(f->out, line->cells[c].ids[i]);
        }
    }
    if (report_has_shares(table))
        buf_printf(f->out, " | %s", share_text(f->arena, &line->cells[0]));
    buf_cstr(f->out, " |\n");
}

static void put_table_markdown(const struct formatting *f, const struct tian_report_table *table)
{
    const char *rounding = report_rounding(f->arena, table);
    size_t columns = table->ncolumns + report_has_shares(table);
    buf_cstr(f->out, "\n## ");
    put_markdown(f->out, table->title);
    buf_cstr(f->out, "\n\n|");
    for (size_t c = 0; c < table->ncolumns; c++) {
        buf_cstr(f->out, " | ");
        put_markdown(f->out, table->columns[c]);
    }
    buf_cstr(f->out,
             report_has_shares(table) ? say(" | share |\n| --- |", " | 占比 |\n| --- |") : " |\n| --- |");
    for (size_t c = 0; c < columns; c++)
        buf_cstr(f->out, " ---: |");
    buf_char(f->out, '\n');
    for (size_t i = 0; i < table->nlines; i++)
        put_line_markdown(f, table, &table->lines[i]);
    if (rounding)
        buf_printf(f->out, "\n%s\n", rounding);
}

static void format_markdown(const struct formatting *f)
{
    const struct tian_report *r = f->report;
    buf_cstr(f->out, "# ");
    put_markdown(f->out, r->title);
    buf_char(f->out, '\n');
    for (size_t i = 0; i < r->nparagraphs; i++) {
        buf_char(f->out, '\n');
        put_markdown(f->out, r->paragraphs[i]);
        buf_char(f->out, '\n');
    }
    for (size_t i = 0; i < r->ntables; i++)
        put_table_markdown(f, &r->tables[i]);
    for (size_t i = 0; i < r->nnotes; i++) {
        buf_cstr(f->out, i ? "" : "\n");
        buf_cstr(f->out, say("- Note: ", "- 注："));
        put_markdown(f->out, r->notes[i]);
        buf_char(f->out, '\n');
    }
}

/* ---- CSV --------------------------------------------------------------------------------------------- */

static void put_ids_csv(const struct formatting *f, const struct tian_report_cell *cell)
{
    struct buf ids;
    buf_init(&ids, f->arena);
    for (size_t i = 0; i < cell->nids; i++)
        buf_printf(&ids, "%s%s", i ? "、" : "", cell->ids[i]);
    buf_char(f->out, ',');
    escape_csv(f->out, buf_view(&ids));
}

static void put_line_csv(const struct formatting *f, const struct tian_report_table *table,
                         const struct tian_report_line *line)
{
    escape_csv(f->out, str_of(line->name));
    for (size_t c = 0; c < table->ncolumns; c++) {
        buf_char(f->out, ',');
        escape_csv(f->out, str_of(count_text(f->arena, &line->cells[c])));
    }
    if (report_has_shares(table))
        buf_printf(f->out, ",%s", share_text(f->arena, &line->cells[0]));
    for (size_t c = 0; f->explain && c < table->ncolumns; c++)
        put_ids_csv(f, &line->cells[c]);
    buf_cstr(f->out, "\r\n");
}

/* Tables one below the other, an empty line between; a byte order mark, or spreadsheets take it for GBK. */
static void format_csv(const struct formatting *f)
{
    buf_cstr(f->out, "\xEF\xBB\xBF");
    for (size_t i = 0; i < f->report->ntables; i++) {
        const struct tian_report_table *table = &f->report->tables[i];
        buf_cstr(f->out, i ? "\r\n" : "");
        escape_csv(f->out, str_of(table->title));
        for (size_t c = 0; c < table->ncolumns; c++) {
            buf_char(f->out, ',');
            escape_csv(f->out, str_of(table->columns[c]));
        }
        buf_cstr(f->out, report_has_shares(table) ? say(",share", ",占比") : "");
        for (size_t c = 0; f->explain && c < table->ncolumns; c++)
            buf_cstr(f->out, say(",which", ",是哪些"));
        buf_cstr(f->out, "\r\n");
        for (size_t k = 0; k < table->nlines; k++)
            put_line_csv(f, table, &table->lines[k]);
    }
}

/* ---- JSON --------------------------------------------------------------------------------------------- */

static void emit_strings(struct emit *e, const char *key, const char *const *at, size_t n)
{
    emit_array(e, key);
    for (size_t i = 0; i < n; i++)
        emit_cstr(e, NULL, at[i]);
    emit_end_array(e);
}

static void emit_line(struct emit *e, const struct tian_report_table *table,
                      const struct tian_report_line *line, bool ids)
{
    emit_object(e, NULL);
    emit_cstr(e, "key", line->key);
    emit_cstr(e, "name", line->name);
    emit_array(e, "cells");
    for (size_t c = 0; c < table->ncolumns; c++) {
        emit_object(e, NULL);
        emit_uint(e, "documents", line->cells[c].documents);
        emit_double(e, "share", line->cells[c].share, 4);
        if (line->cells[c].text)
            emit_cstr(e, "text", line->cells[c].text);
        if (ids || line->cells[c].nids > 0)
            emit_strings(e, "ids", line->cells[c].ids, line->cells[c].nids);
        emit_end_object(e);
    }
    emit_end_array(e);
    emit_end_object(e);
}

void report_emit_table(struct emit *e, const struct tian_report_table *table, bool ids)
{
    emit_object(e, NULL);
    emit_cstr(e, "key", table->key);
    emit_cstr(e, "title", table->title);
    emit_uint(e, "total", table->total);
    emit_strings(e, "columns", table->columns, table->ncolumns);
    emit_array(e, "lines");
    for (size_t i = 0; i < table->nlines; i++)
        emit_line(e, table, &table->lines[i], ids);
    emit_end_array(e);
    emit_end_object(e);
}

static void format_json(const struct formatting *f)
{
    struct emit e;
    emit_init(&e, f->out, false);
    emit_object(&e, NULL);
    emit_cstr(&e, "title", f->report->title);
    emit_strings(&e, "paragraphs", f->report->paragraphs, f->report->nparagraphs);
    emit_array(&e, "tables");
    for (size_t i = 0; i < f->report->ntables; i++)
        report_emit_table(&e, &f->report->tables[i], f->explain);
    emit_end_array(&e);
    emit_strings(&e, "notes", f->report->notes, f->report->nnotes);
    emit_double(&e, "milliseconds", f->report->milliseconds, 3);
    emit_end_object(&e);
    emit_newline(&e);
}

/* ---- Any ------------------------------------------------------------------------------------------------
 */

static const struct {
    const char *name;
    void (*write)(const struct formatting *);
} FORMATS[] = {
    { "text", format_text }, { "markdown", format_markdown }, { "csv", format_csv },
    { "json", format_json }, { "html", format_html },         { "section", format_section },
};

struct request {
    const struct tian_report *report;
    const char *format;
    struct arena *arena;
    char *out;
};

static bool has_ids(const struct tian_report *report)
{
    for (size_t i = 0; i < report->ntables; i++)
        for (size_t k = 0; k < report->tables[i].nlines; k++)
            if (report->tables[i].lines[k].cells[0].nids > 0 && report->tables[i].lines[k].cells[0].named)
                return true;
    return false;
}

static int run_format(void *arg)
{
    struct request *r = arg;
    r->arena = arena_new(NULL);
    struct buf buf;
    buf_init(&buf, r->arena);
    struct formatting f = { r->report, r->arena, &buf, has_ids(r->report) };
    for (size_t i = 0; i < sizeof FORMATS / sizeof *FORMATS; i++)
        if (strcmp(FORMATS[i].name, r->format) == 0) {
            FORMATS[i].write(&f);
            r->out = strndup(buf.p, buf.n);
        }
    return 0;
}

char *tian_report_format(const struct tian_report *report, const char *format)
{
    struct request r = { .report = report, .format = format };
    mem_protect(run_format, &r);
    arena_free(r.arena);
    return r.out;
}
