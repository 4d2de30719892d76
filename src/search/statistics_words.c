/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The statistics paragraphs of an office's report, in the words offices use and
 * so in Chinese whatever the reader's language: made of the finished tables, so
 * they cannot say anything else than these. A clause whose table is not there is
 * left out; what is not stated is said (未注明 3 件).
 */
#include "search/statistics.h"

#include <string.h>

static uint64_t documents(const struct tian_report_line *line)
{
    return line ? line->cells[0].documents : 0;
}

static uint64_t number(const struct tian_report *report, const char *key)
{
    return documents(report_line(report_table(report, "numbers"), key));
}

/* A line's name in Chinese. */
static const char *name(const struct tian_report_table *table, const struct tian_report_line *line,
                        struct buf *out)
{
    return axis_chinese(report_axis(table->key), arena_of(out->p), str_of(line->key));
}

/* 88.5%, 100% */
static void put_percent(struct buf *out, uint64_t part, uint64_t whole)
{
    double percent = whole ? 100.0 * (double)part / (double)whole : 0;
    if (part == whole)
        buf_cstr(out, "100%");
    else
        buf_printf(out, "%.1f%%", percent);
}

/* "经济建设4件，占17.4%；政治建设3件，占13.0%" */
static void put_shares(struct buf *out, const struct tian_report_table *table)
{
    for (size_t i = 0; i + 1 < table->nlines; i++) { /* the last is the total */
        const struct tian_report_line *line = &table->lines[i];
        buf_printf(out, "%s%s%llu件，占", i ? "；" : "", name(table, line, out),
                   (unsigned long long)documents(line));
        put_percent(out, documents(line), table->total);
    }
}

/* "，其中会间25件、会后1件" */
static void put_parts(struct buf *out, const struct tian_report_table *table)
{
    buf_cstr(out, "，其中");
    for (size_t i = 0; i + 1 < table->nlines; i++)
        buf_printf(out, "%s%s%llu件", i ? "、" : "", name(table, &table->lines[i], out),
                   (unsigned long long)documents(&table->lines[i]));
}

/* Lines of the state table but filed: "；并案1件，转为意见建议1件"; those without a state that are counted as
 * filed were said with these. */
static void put_states(struct buf *out, const struct tian_report_table *table, uint64_t filed)
{
    const char *before = "；";
    uint64_t guessed = filed - documents(report_line(table, "filed"));
    for (size_t i = 0; table && i + 1 < table->nlines; i++) {
        const struct tian_report_line *line = &table->lines[i];
        uint64_t n = documents(line) - (line->key[0] ? 0 : guessed);
        if (strcmp(line->key, "filed") == 0 || n == 0)
            continue;
        buf_printf(out, "%s%s%llu件", before, name(table, line, out), (unsigned long long)n);
        before = "，";
    }
}

static void say_received(const struct tian_report *r, struct buf *out)
{
    const struct tian_report_table *period = report_table(r, "period"),
                                   *kinds = report_table(r, "received_proposer_kind");
    uint64_t received = number(r, "received"), filed = number(r, "filed");
    buf_printf(out, "共提交提案%llu件", (unsigned long long)received);
    if (period && (period->nlines > 2 || period->lines[0].key[0])) /* not all unstated */
        put_parts(out, period);
    buf_printf(out, "。经审查，立案%llu件，立案率", (unsigned long long)filed);
    put_percent(out, filed, received);
    put_states(out, report_table(r, "state"), filed);
    buf_printf(out, "。在提交的%llu件提案中，", (unsigned long long)received);
    if (kinds)
        put_shares(out, kinds);
    buf_cstr(out, "。");
}

static void say_filed(const struct tian_report *r, struct buf *out)
{
    const struct tian_report_table *kinds = report_table(r, "filed_proposer_kind"),
                                   *groups = report_table(r, "category");
    bool given = groups && groups->lines[0].key[0]; /* what is not stated is last: then something is */
    if (!given)
        groups = report_table(r, "theme");
    buf_printf(out, "在立案的%llu件提案中，", (unsigned long long)number(r, "filed"));
    if (kinds)
        put_shares(out, kinds);
    if (groups) {
        buf_cstr(out, given ? "。按类别划分，" : "。按主题划分，");
        put_shares(out, groups);
    }
    if (number(r, "lead_units") > 0)
        buf_printf(out, "。立案提案交由%llu个单位主办", (unsigned long long)number(r, "lead_units"));
    buf_cstr(out, "。");
}

static void say_answered(const struct tian_report *r, struct buf *out)
{
    const struct tian_report_table *outcome = report_table(r, "outcome"),
                                   *opinion = report_table(r, "satisfaction");
    uint64_t filed = number(r, "filed"), answered = number(r, "answered");
    if (answered == 0) {
        buf_cstr(out, "没有一件写明办理结果。");
        return;
    }
    if (filed == answered)
        buf_printf(out, "立案的%llu件提案全部办复，办复率100%%", (unsigned long long)filed);
    else {
        buf_printf(out, "立案的%llu件提案已办复%llu件，办复率", (unsigned long long)filed,
                   (unsigned long long)answered);
        put_percent(out, answered, filed);
    }
    if (outcome) {
        buf_cstr(out, "。其中，");
        put_shares(out, outcome);
    }
    if (opinion && opinion->lines[0].key[0]) {
        buf_cstr(out, "。提案者对办理结果的意见，");
        put_shares(out, opinion);
    }
    buf_cstr(out, "。");
}

static void say_key(const struct tian_report *r, struct buf *out)
{
    const struct tian_report_table *key = report_table(r, "key_outcome");
    buf_printf(out, "重点提案%llu件", (unsigned long long)number(r, "key"));
    if (key)
        put_parts(out, key);
    buf_cstr(out, "。");
    if (number(r, "closed") > 0)
        buf_printf(out, "不公开的提案%llu件。", (unsigned long long)number(r, "closed"));
}

void report_say(struct arena *arena, struct tian_report *report)
{
    static void (*const said[])(const struct tian_report *, struct buf *) = { say_received, say_filed,
                                                                              say_answered, say_key };
    enum {
        SAID = sizeof said / sizeof *said
    };
    const char **paragraphs = arena_array(arena, const char *, SAID);
    for (size_t i = 0; i < SAID; i++) {
        struct buf out;
        buf_init(&out, arena);
        said[i](report, &out);
        paragraphs[i] = arena_cstr(arena, buf_view(&out));
    }
    report->paragraphs = paragraphs;
    report->nparagraphs = SAID;
}
