/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Already answered? What an examiner wants to know before all numbers: "2021、
 * 2022、2024 年提过；列入计划；尚未解决". The documents that the rules find on the
 * draft's problem are grouped by matter (a draft on two matters has two
 * histories): each joins the first group whose nearest document's title is like
 * its own, by the weight of the pairs they share. What the summary says of the
 * outcome is the newest answer that is known.
 */
#include "duplicate/past.h"

#include <assert.h>
#include <stdlib.h>

enum {
    PAST_MOST = 16
};
static const double SAME_MATTER = 0.25; /* Dice of two titles, weighted */

struct entry {
    struct tian_past past;
    struct normal title;
    size_t matter;
};

struct work {
    struct ctx *ctx;
    const struct snapshot *snapshot;
    struct agree *agree;
    enum tian_role role;
    struct entry at[PAST_MOST];
    size_t n;
};

static const char *text_of(struct work *w, struct str s)
{
    return arena_cstr(w->ctx->arena, s);
}

static struct str first_of(struct str joined)
{
    struct str head;
    str_split(joined, '\x1f', &head);
    return head;
}

static int read_entry(struct work *w, const struct past_entry *from, struct entry *out)
{
    struct document doc;
    struct facts facts;
    int code = snapshot_document(w->ctx, w->snapshot, w->ctx->arena, from->doc, &doc);
    if (code != TIAN_OK)
        return code;
    document_facts(&doc, w->ctx->arena, &facts);
    bool hidden = facts.hidden && w->role != TIAN_ROLE_OFFICER;
    out->past = (struct tian_past){ .id = hidden ? "" : text_of(w, doc.id),
                                    .title = hidden ? "" : text_of(w, doc.title),
                                    .number = text_of(w, facts.number),
                                    .session = hidden ? "" : text_of(w, facts.session),
                                    .unit = text_of(w, first_of(facts.units)),
                                    .outcome = hidden ? "" : text_of(w, facts.outcome),
                                    .verdict = verdict_code_name(from->code),
                                    .year = hidden ? 0 : facts.year,
                                    .hidden = hidden };
    normal_init(&out->title, w->ctx->arena);
    text_normalise(doc.title, NULL, &out->title);
    return TIAN_OK;
}

/* The group of entry i: that of the first document before it whose title is like its own, or a new one. */
static size_t matter_of(struct work *w, size_t i, size_t nmatters)
{
    for (size_t m = 0; m < nmatters; m++)
        for (size_t k = 0; k < i; k++)
            if (w->at[k].matter == m) {
                if (agree_titles(w->agree, &w->at[k].title, &w->at[i].title) >= SAME_MATTER)
                    return m;
                break;
            }
    return nmatters;
}

static int oldest_first(const void *a, const void *b)
{
    const struct tian_past *x = a, *y = b;
    if (x->year != y->year)
        return x->year < y->year ? -1 : 1;
    int order = strcmp(x->id, y->id);
    return order ? order : strcmp(x->number, y->number);
}

static void put_years(struct buf *out, const struct tian_past *past, size_t n)
{
    unsigned last = 0;
    buf_cstr(out, say("raised", ""));
    for (size_t i = 0; i < n; i++)
        if (past[i].year > last) {
            buf_printf(out, say("%s %u", "%s%u"), last ? say(",", "、") : "", past[i].year);
            last = past[i].year;
        }
    buf_cstr(out, last ? say("", " 年提过") : say(" before", "以前提过"));
}

/* The newest answer; NULL when none is known. */
static const char *last_outcome(const struct tian_past *past, size_t n)
{
    while (n-- > 0)
        if (past[n].outcome[0] && strcmp(past[n].outcome, "unknown") != 0)
            return past[n].outcome;
    return NULL;
}

static void finish_matter(struct arena *arena, struct tian_matter *m, struct tian_past *past, size_t n)
{
    struct buf out;
    buf_init(&out, arena);
    m->title = past[0].title;
    qsort(past, n, sizeof *past, oldest_first);
    const char *outcome = last_outcome(past, n);
    m->past = past;
    m->npast = n;
    m->solved = outcome && strcmp(outcome, "solved") == 0;
    put_years(&out, past, n);
    if (outcome)
        buf_printf(&out, say("; %s; %s", "；%s；%s"), tian_field_wording("outcome", outcome),
                   m->solved ? say("answered as solved", "答复为已解决") : say("not solved yet", "尚未解决"));
    else
        buf_cstr(&out, say("; no outcome is on record", "；没有办理结果的记录"));
    m->summary = arena_cstr(arena, buf_view(&out));
}

static void put_matters(struct work *w, size_t nmatters, struct tian_check *out)
{
    struct arena *arena = w->ctx->arena;
    struct tian_matter *matters = arena_array(arena, struct tian_matter, nmatters + 1);
    for (size_t m = 0; m < nmatters; m++) {
        struct tian_past *past = arena_array(arena, struct tian_past, w->n);
        size_t n = 0;
        for (size_t i = 0; i < w->n; i++)
            if (w->at[i].matter == m)
                past[n++] = w->at[i].past;
        assert(n > 0);
        finish_matter(arena, &matters[m], past, n);
    }
    out->matters = matters;
    out->nmatters = nmatters;
}

int past_report(struct ctx *ctx, const struct reader *reader, struct agree *agree,
                const struct past_list *list, enum tian_role role, struct tian_check *out)
{
    struct work *w = arena_new_of(ctx->arena, struct work);
    size_t nmatters = 0;
    w->ctx = ctx;
    w->snapshot = reader->snapshot;
    w->agree = agree;
    w->role = role;
    for (size_t i = 0; i < list->n && w->n < PAST_MOST; i++) {
        int code = read_entry(w, &list->at[i], &w->at[w->n]);
        if (code != TIAN_OK)
            return code;
        w->at[w->n].matter = matter_of(w, w->n, nmatters);
        nmatters += w->at[w->n].matter == nmatters;
        w->n++;
    }
    put_matters(w, nmatters, out);
    return TIAN_OK;
}
