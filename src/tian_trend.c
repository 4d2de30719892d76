/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The last table of a theme's development: what was solved at a later try. Each
 * of its solved proposals is held against the base as a draft would be; when its
 * matter was raised before and not solved then, it is a line. This joins two
 * stages that do not know each other, reports and the duplicate check.
 */
#include "tian_call.h"

#include "duplicate/duplicate.h"
#include "tian_report.h"

#include <string.h>

enum {
    MOST_CHECKED = 40 /* solved proposals, the newest: a check takes some milliseconds */
};

struct
try { /* a matter that was solved, and its earlier tries */
    const char *id, *title;
    unsigned year;
    const struct tian_past *past; /* those not solved, oldest first */
    size_t npast;
};

static bool is_unsolved(const struct tian_past *p, unsigned year)
{
    static const char *const OUTCOMES[] = { "planned", "in-progress", "reference", "explained" };
    for (size_t i = 0; i < sizeof OUTCOMES / sizeof *OUTCOMES; i++)
        if (strcmp(p->outcome, OUTCOMES[i]) == 0)
            return p->year > 0 && p->year < year;
    return false;
}

static void keep_unsolved(struct arena *arena, const struct tian_check *check, struct try *t)
{
    for (size_t m = 0; t->npast == 0 && m < check->nmatters; m++) {
        const struct tian_matter *matter = &check->matters[m];
        struct tian_past *kept = arena_array(arena, struct tian_past, matter->npast);
        for (size_t i = 0; i < matter->npast; i++)
            if (is_unsolved(&matter->past[i], t->year))
                kept[t->npast++] = matter->past[i];
        t->past = kept;
    }
}

static int try_one(struct call *call, uint32_t doc, const struct tian_report_options *o, struct try *out)
{
    struct ctx *ctx = &call->ctx;
    struct document d;
    struct tian_check check = { 0 };
    int rc = snapshot_document(ctx, call->reader.snapshot, ctx->arena, doc, &d);
    *out = (struct try){ .id = arena_cstr(ctx->arena, d.id),
                         .title = arena_cstr(ctx->arena, d.title),
                         .year = (unsigned)snapshot_number(call->reader.snapshot, doc, COLUMN_YEAR) };
    bool veiled = o->role == TIAN_ROLE_PUBLIC &&
                  (snapshot_number(call->reader.snapshot, doc, COLUMN_FLAGS) & FLAG_HIDDEN);
    if (rc || veiled || out->year == 0 || d.body.n == 0)
        return rc;
    struct tian_check_options options = { .exclude = out->id, .title = out->title, .role = o->role };
    rc = duplicate_check(ctx, &call->reader, call->tables->rules, d.body, &options, &check);
    if (!rc)
        keep_unsolved(ctx->arena, &check, out);
    return rc;
}

/* ---- the table ------------------------------------------------------------------------------------ */

enum {
    LATER_TIMES,
    LATER_FIRST,
    LATER_SOLVED,
    LATER_COLUMNS
};

static const char *const *one_id(struct arena *arena, const char *id)
{
    const char **ids = arena_array(arena, const char *, 1);
    ids[0] = id;
    return ids;
}

static void fill_line(struct arena *arena, const struct try *t, bool explain, struct tian_report_line *out)
{
    struct tian_report_cell *cells = arena_array(arena, struct tian_report_cell, LATER_COLUMNS);
    const struct tian_past *first = &t->past[0];
    cells[LATER_TIMES] = (struct tian_report_cell){ .documents = t->npast, .named = true };
    if (explain) {
        const char **ids = arena_array(arena, const char *, t->npast);
        for (size_t i = 0; i < t->npast; i++)
            ids[i] = t->past[i].id;
        cells[LATER_TIMES].ids = ids;
        cells[LATER_TIMES].nids = t->npast;
    }
    cells[LATER_FIRST] = (struct tian_report_cell){
        .documents = first->year,
        .ids = one_id(arena, first->id),
        .nids = 1,
        .text = arena_printf(arena, say("%u %s: %s", "%u年 %s：%s"), first->year,
                             tian_field_wording("outcome", first->outcome), first->title),
    };
    cells[LATER_SOLVED] =
        (struct tian_report_cell){ .documents = t->year,
                                   .ids = one_id(arena, t->id),
                                   .nids = 1,
                                   .text = arena_printf(arena, say("%u", "%u年"), t->year) };
    *out = (struct tian_report_line){ t->id, t->title, cells };
}

static void add_table(struct arena *arena, const struct try *tries, size_t n, bool explain,
                      struct tian_report *out)
{
    struct tian_report_table *tables = arena_array(arena, struct tian_report_table, out->ntables + 1);
    struct tian_report_line *lines = arena_array(arena, struct tian_report_line, n);
    const char **columns = arena_array(arena, const char *, LATER_COLUMNS);
    columns[LATER_TIMES] = say("tries", "此前");
    columns[LATER_FIRST] = say("first", "当初");
    columns[LATER_SOLVED] = say("solved", "解决");
    for (size_t i = 0; i < n; i++)
        fill_line(arena, &tries[i], explain, &lines[i]);
    memcpy(tables, out->tables, out->ntables * sizeof *tables);
    tables[out->ntables] = (struct tian_report_table){ .key = "later",
                                                       .title = say("Solved at a later try", "后来解决的"),
                                                       .columns = columns,
                                                       .ncolumns = LATER_COLUMNS,
                                                       .lines = lines,
                                                       .nlines = n };
    out->tables = tables;
    out->ntables++;
}

static void add_note(struct arena *arena, size_t solved, struct tian_report *out)
{
    const char **notes = arena_array(arena, const char *, out->nnotes + 1);
    memcpy(notes, out->notes, out->nnotes * sizeof *notes);
    notes[out->nnotes] =
        arena_printf(arena,
                     say("of %zu solved proposals the newest %d were compared with earlier ones",
                         "解决或采纳的 %zu 件中，只就最近的 %d 件查了以前提过没有"),
                     solved, MOST_CHECKED);
    out->notes = notes;
    out->nnotes++;
}

int report_later(struct call *call, const struct docs *solved, const struct tian_report_options *o,
                 struct tian_report *out)
{
    struct arena *arena = call->ctx.arena;
    struct try *tries = arena_array(arena, struct try, MOST_CHECKED);
    size_t n = 0;
    int rc = 0;
    for (size_t i = 0; !rc && i < solved->n && i < MOST_CHECKED; i++) {
        rc = try_one(call, solved->at[i], o, &tries[n]);
        n += !rc && tries[n].npast > 0;
    }
    if (!rc && n > 0)
        add_table(arena, tries, n, o->explain, out);
    if (solved->n > MOST_CHECKED)
        add_note(arena, solved->n, out);
    return rc;
}
