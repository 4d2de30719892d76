/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The front of search/: plan, walk, count, facets, notes, in this order.
 *
 *   line ─query─▶ tree ─plan─▶ needles, words ─find─▶ candidates ─rank, match─▶ hits ─snippet─▶ page
 *                                                        └─────────── count, facet ───────────▶
 */
#include "search/search.h"

#include <assert.h>
#include <stdlib.h>

#include "search/account.h"
#include "search/correct.h"
#include "search/cross.h"
#include "search/cursor.h"
#include "search/explain.h"
#include "search/facet.h"
#include "search/hit.h"
#include "search/merit.h"
#include "search/ranking.h"
#include "search/snippet.h"
#include "search/sort.h"

struct answer {
    struct arena *arena;
    vec_of(struct tian_hit) hits;
    vec_of(const struct copies *) copies; /* of each hit: they are complete once the walk is */
    struct spots spots;
};

static int add_parts(struct run *run, const struct found *found, struct tian_hit *hit)
{
    struct parts parts;
    vec_init(&parts, run->ctx->arena);
    int code = account_make(run, found, &parts);
    hit->parts = parts.at;
    hit->nparts = parts.n;
    return code;
}

static int show(struct run *run, const struct found *found, void *self)
{
    struct answer *answer = self;
    struct tian_hit hit;
    hit_make(run, found, &answer->spots, &hit);
    int code = run->options->explain && !sort_keys(run->options) ? add_parts(run, found, &hit) : 0;
    vec_push(&answer->hits, hit);
    vec_push(&answer->copies, found->copies);
    return code;
}

static void add_hits(const struct answer *answer, struct tian_results *out)
{
    for (size_t i = 0; i < answer->hits.n; i++) {
        const struct copies *copies = answer->copies.at[i];
        answer->hits.at[i].copies = copies ? copies->at : NULL;
        answer->hits.at[i].ncopies = copies ? copies->n : 0;
    }
    out->hits = answer->hits.at;
    out->nhits = answer->hits.n;
}

/* Tables first: their names are no facets. */
static int add_tables(struct run *run, const struct docs *docs, const char **facets, size_t *n,
                      struct tian_results *out)
{
    const struct tian_search_options *options = run->options;
    struct arena *arena = run->ctx->arena;
    bool hide = options->role == TIAN_ROLE_PUBLIC;
    struct docs counted = facet_docs(arena, run->reader->snapshot, docs, hide);
    struct tian_report_table *tables = arena_array(arena, struct tian_report_table, options->nfacets);
    int code = 0;
    for (size_t i = 0; i < options->nfacets && !code; i++)
        if (!cross_is(options->facets[i]))
            facets[(*n)++] = options->facets[i];
        else
            code = cross_make(run->ctx, run->reader, &counted, options->facets[i], &tables[out->ntables++]);
    out->tables = tables;
    return code;
}

static int add_facets(struct run *run, struct tian_results *out)
{
    const struct tian_search_options *options = run->options;
    const char **facets = arena_array(run->ctx->arena, const char *, options->nfacets);
    struct docs docs;
    size_t n = 0;
    bool about = false;
    if (options->nfacets == 0)
        return 0;
    vec_init(&docs, run->ctx->arena);
    int code = run->nstages ? run_documents(run, &docs, &about) : 0;
    if (!code)
        code = add_tables(run, &docs, facets, &n, out);
    struct tian_facet *counts = arena_array(run->ctx->arena, struct tian_facet, n);
    if (!code)
        code = facet_count(run->ctx, run->reader->snapshot, &docs, facets, n,
                           options->role == TIAN_ROLE_PUBLIC, counts);
    for (size_t i = 0; i < n; i++)
        counts[i].about = about;
    out->facets = counts;
    out->nfacets = code ? 0 : n;
    if (!code && about)
        plan_note(run->ctx->arena, &run->plan,
                  say("the counts by value are of all that may answer; exact ones take longer (--exact)",
                      "分类计数为约数：候选太多，未逐件核实（--exact 可逐件核实）"));
    return code;
}

static void add_counts(const struct run *run, struct tian_results *out)
{
    if (run->nstages == 0)
        return;
    const struct stage *last = &run->stages[run->nstages - 1], *first = &run->stages[0];
    out->total = last->found;
    out->about = last->about;
    out->exact = run->plan.staged && run->nstages > 1 ? first->found : last->found;
    if (out->total < out->exact)
        out->total = out->exact;
}

static int run_answer(struct run *run, struct answer *answer, struct tian_results *out)
{
    bool by_words = !sort_keys(run->options) && run->plan.nrank > 0;
    run->window = (size_t)ranking_of(run->reader)->at[RANKING_WINDOW];
    run->merits = by_words ? merits_new(run) : NULL;
    run->collapse = !run->options->all_copies && !run->options->brief;
    int code = cursor_read(run);
    if (!code)
        code = run_walk(run, show, answer);
    if (!code)
        code = run_count(run);
    if (code)
        return code;
    add_counts(run, out);
    add_hits(answer, out);
    if (out->nhits > 0 && run->more)
        out->next = cursor_write(run);
    if (run->options->explain)
        account_expansions(run, out);
    code = add_facets(run, out);
    if (!code && out->total == 0)
        code = explain_nothing(run);
    if (!code && out->exact == 0)
        code = correct_query(run, out->total == 0);
    return code;
}

int search_run(struct ctx *ctx, const struct reader *reader, struct str query,
               const struct tian_search_options *options, struct tian_results *out)
{
    static const struct tian_search_options usual;
    struct answer answer = { .arena = ctx->arena };
    struct run run;
    int64_t begin = clock_now();
    *out = (struct tian_results){ .query = arena_cstr(ctx->arena, query) };
    vec_init(&answer.hits, ctx->arena);
    vec_init(&answer.copies, ctx->arena);
    vec_init(&answer.spots, ctx->arena);
    options = options ? options : &usual;
    int code = sort_check(ctx, options->sort_keys);
    if (!code)
        code = run_open(&run, ctx, reader, query, options);
    if (!code)
        code = run_answer(&run, &answer, out);
    if (code)
        return code;
    if (!run.plan.root)
        plan_note(ctx->arena, &run.plan, say("the query is empty", "查询为空"));
    out->read_as = reading_name(run.plan.reading);
    out->notes = run.plan.notes;
    out->nnotes = run.plan.nnotes;
    out->milliseconds = (double)(clock_now() - begin) / 1e6;
    return 0;
}

int search_marks(struct ctx *ctx, const struct reader *reader, struct str query,
                 const struct document *document, struct tian_text *title, struct tian_text *body)
{
    static const struct tian_search_options usual;
    struct plan plan;
    struct page page;
    struct spots spots;
    int code = plan_make(ctx, reader, query, &usual, &plan);
    if (code)
        return code;
    page_init(&page, ctx->arena);
    page_of(document, &page);
    vec_init(&spots, ctx->arena);
    for (int i = 0; i < 2; i++) {
        struct tian_text *out = i == 0 ? title : body;
        struct stretch whole = page_text(&page, i == 0);
        out->text = arena_cstr(ctx->arena, whole.original);
        out->length = whole.original.n;
        match_spots(&plan, &page, plan.reading, i == 0, &spots);
        snippet_marks(ctx->arena, &whole, &spots, out);
    }
    return 0;
}

int search_plan(struct ctx *ctx, const struct reader *reader, struct str query,
                const struct tian_search_options *options, struct buf *out)
{
    static const struct tian_search_options usual;
    struct run run;
    int code = run_open(&run, ctx, reader, query, options ? options : &usual);
    return code ? code : explain_plan(&run, out);
}
