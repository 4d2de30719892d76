/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Groups to be merged as CSV and JSON (HTML is in tian_merge_page.c). A format is
 * a line in FORMATS.
 */
#include "tian_merge_format.h"

#include "tian_json.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"

/* ---- Pieces ------------------------------------------------------------------------------------ */

const char *merge_field(const struct tian_merge_proposal *p, const char *name)
{
    for (size_t i = 0; i < p->nfields; i++)
        if (strcmp(p->fields[i].name, name) == 0)
            return p->fields[i].value;
    return "";
}

size_t merge_shared(const struct tian_merge_group *g)
{
    size_t n = 0;
    for (size_t i = 0; i < g->proposals[0].nmeasures; i++)
        n += g->proposals[0].measures[i].nwith > 0;
    return n;
}

const char *merge_summary(struct arena *arena, const struct tian_merge *m)
{
    size_t open = 0, proposals = 0, done = 0;
    for (size_t i = 0; i < m->ngroups; i++) {
        open += m->groups[i].open;
        proposals += m->groups[i].open ? m->groups[i].nproposals : 0;
        done += !m->groups[i].open;
    }
    return arena_printf(
        arena,
        say("%s: %llu proposals; %zu groups of %zu proposals to be decided on; %zu groups decided",
            "%s：共 %llu 件，建议并案 %zu 组 %zu 件，已定 %zu 组"),
        m->session[0] ? m->session : say("all", "全部"), (unsigned long long)m->total, open, proposals, done);
}

/* ---- CSV: a line a proposal ----------------------------------------------------------------------- */

static void cell(struct buf *out, const char *text, bool last)
{
    escape_csv(out, str_of(text));
    buf_cstr(out, last ? "\r\n" : ",");
}

static void csv_head(struct buf *out)
{
    static const struct {
        const char *english, *chinese;
    } COLUMNS[] = {
        { "group", "组" },
        { "role", "主次" },
        { "decided", "是否已定" },
        { "number", "案号" },
        { "title", "案由" },
        { "proposer", "提案者" },
        { "with", "联名" },
        { "lead unit", "主办单位" },
        { "joint units", "会办单位" },
        { "submitted", "提交日期" },
        { "reason", "依据" },
        { "same measures", "相同措施" },
        { "other measures", "不同措施" },
        { "id", "编号" },
    };
    enum {
        NCOLUMNS = sizeof COLUMNS / sizeof *COLUMNS
    };
    for (size_t i = 0; i < NCOLUMNS; i++)
        cell(out, say(COLUMNS[i].english, COLUMNS[i].chinese), i + 1 == NCOLUMNS);
}

/* Of the main proposal those that others have; of a member those that the main one has. */
static bool is_same(const struct tian_merge_measure *m, bool main)
{
    return main ? m->nwith > 0 : m->share >= MERGE_SAME;
}

static const char *measures_text(struct arena *arena, const struct tian_merge_proposal *p, bool main,
                                 bool same)
{
    struct buf out;
    buf_init(&out, arena);
    for (size_t i = 0; i < p->nmeasures; i++)
        if (is_same(&p->measures[i], main) == same)
            buf_printf(&out, "%s%s", out.n ? "\n" : "", p->measures[i].text.text);
    return arena_cstr(arena, buf_view(&out));
}

static void csv_proposal(const struct merge_formatting *f, size_t group, size_t i)
{
    const struct tian_merge_group *g = &f->merge->groups[group];
    const struct tian_merge_proposal *p = &g->proposals[i];
    static const char *const FIELDS[] = { "proposer", "cosigner", "lead_unit", "joint_unit", "date" };
    cell(f->out, arena_printf(f->arena, "%zu", group + 1), false);
    cell(f->out, i ? say("member", "并入") : say("main", "主提案"), false);
    cell(f->out, (i ? p->accepted : !g->open) ? say("yes", "是") : say("no", "否"), false);
    cell(f->out, merge_field(p, "number"), false);
    cell(f->out, p->hidden ? say("(not public)", "（不公开）") : p->title, false);
    for (size_t k = 0; k < sizeof FIELDS / sizeof *FIELDS; k++)
        cell(f->out, merge_field(p, FIELDS[k]), false);
    cell(f->out, i ? p->verdict_text : g->reason, false);
    cell(f->out, measures_text(f->arena, p, i == 0, true), false);
    cell(f->out, measures_text(f->arena, p, i == 0, false), false);
    cell(f->out, p->id, true);
}

static void format_csv(const struct merge_formatting *f)
{
    csv_head(f->out);
    for (size_t i = 0; i < f->merge->ngroups; i++)
        for (size_t k = 0; k < f->merge->groups[i].nproposals; k++)
            csv_proposal(f, i, k);
}

/* ---- JSON (doc/JSON.md) ------------------------------------------------------------------------------ */

static void put_measure(struct emit *e, const struct tian_merge_measure *m, bool main)
{
    emit_object(e, NULL);
    json_put_text(e, "text", &m->text);
    emit_double(e, "share", m->share, 3);
    if (main)
        json_put_strings(e, "with", m->with, m->nwith);
    emit_end_object(e);
}

static void put_part(struct emit *e, const char *key, double share)
{
    if (share < 0)
        emit_cstr(e, key, NULL);
    else
        emit_double(e, key, share, 3);
}

static void put_comparison(struct emit *e, const struct tian_merge_proposal *p)
{
    emit_bool(e, "accepted", p->accepted);
    emit_cstr(e, "verdict", p->verdict);
    emit_cstr(e, "verdict_text", p->verdict_text);
    emit_cstr(e, "rule", p->rule);
    put_part(e, "mine", p->mine);
    put_part(e, "theirs", p->theirs);
    put_part(e, "problem", p->problem);
    put_part(e, "suggestion", p->suggestion);
    emit_uint(e, "longest", p->longest);
}

static void put_proposal(struct emit *e, const struct tian_merge_proposal *p, bool main)
{
    emit_object(e, NULL);
    emit_cstr(e, "id", p->id);
    emit_cstr(e, "title", p->title);
    emit_bool(e, "hidden", p->hidden);
    if (!main)
        put_comparison(e, p);
    json_put_fields(e, p->fields, p->nfields);
    emit_array(e, "measures");
    for (size_t i = 0; i < p->nmeasures; i++)
        put_measure(e, &p->measures[i], main);
    emit_end_array(e);
    emit_end_object(e);
}

static void put_group(struct emit *e, const struct tian_merge_group *g)
{
    emit_object(e, NULL);
    emit_bool(e, "open", g->open);
    emit_cstr(e, "reason", g->reason);
    emit_bool(e, "same_lead", g->same_lead);
    emit_array(e, "units");
    for (size_t i = 0; i < g->nunits; i++) {
        emit_object(e, NULL);
        emit_cstr(e, "unit", g->units[i].value);
        emit_uint(e, "proposals", g->units[i].documents);
        emit_end_object(e);
    }
    emit_end_array(e);
    emit_array(e, "proposals");
    for (size_t i = 0; i < g->nproposals; i++)
        put_proposal(e, &g->proposals[i], i == 0);
    emit_end_array(e);
    emit_end_object(e);
}

static void format_json(const struct merge_formatting *f)
{
    const struct tian_merge *m = f->merge;
    struct emit e;
    emit_init(&e, f->out, false);
    emit_object(&e, NULL);
    emit_cstr(&e, "session", m->session);
    emit_uint(&e, "total", m->total);
    emit_uint(&e, "compared", m->compared);
    emit_uint(&e, "accepted", m->accepted);
    emit_uint(&e, "refused", m->refused);
    emit_array(&e, "groups");
    for (size_t i = 0; i < m->ngroups; i++)
        put_group(&e, &m->groups[i]);
    emit_end_array(&e);
    json_put_strings(&e, "notes", m->notes, m->nnotes);
    emit_double(&e, "milliseconds", m->milliseconds, 3);
    emit_end_object(&e);
    emit_newline(&e);
}

/* ---- Any --------------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    void (*write)(const struct merge_formatting *);
} FORMATS[] = {
    { "csv", format_csv },
    { "json", format_json },
    { "html", merge_format_html },
};

struct request {
    const struct tian_merge *merge;
    const char *format;
    struct arena *arena;
    char *out;
};

static int run_format(void *arg)
{
    struct request *r = arg;
    struct buf buf;
    r->arena = arena_new(NULL);
    buf_init(&buf, r->arena);
    struct merge_formatting f = { r->merge, r->arena, &buf };
    for (size_t i = 0; i < sizeof FORMATS / sizeof *FORMATS; i++)
        if (strcmp(FORMATS[i].name, r->format) == 0) {
            FORMATS[i].write(&f);
            r->out = strndup(buf.p, buf.n);
        }
    return 0;
}

char *tian_merge_format(const struct tian_merge *merge, const char *format)
{
    struct request r = { .merge = merge, .format = format };
    mem_protect(run_format, &r);
    arena_free(r.arena);
    return r.out;
}
