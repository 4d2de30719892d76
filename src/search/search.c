/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The front of search/: plan, walk, count, facets, notes, in this order.
 *
 *   line ─query─▶ tree ─plan─▶ needles, words ─find─▶ candidates ─rank, match─▶ hits ─snippet─▶ page
 *                                                        └─────────── count, facet ───────────▶
 */
#include "search/search.h"

#include "search/correct.h"
#include "search/explain.h"
#include "search/facet.h"
#include "search/hit.h"
#include "search/snippet.h"

struct answer {
    struct arena *arena;
    vec_of(struct tian_hit) hits;
    struct spots spots;
};

static int show(struct run *run, const struct found *found, void *self)
{
    struct answer *answer = self;
    struct tian_hit hit;
    hit_make(run, found, &answer->spots, &hit);
    vec_push(&answer->hits, hit);
    return 0;
}

static int add_facets(struct run *run, struct tian_results *out)
{
    const struct tian_search_options *options = run->options;
    struct docs docs;
    bool about;
    if (options->nfacets == 0)
        return 0;
    vec_init(&docs, run->ctx->arena);
    int code = run->nstages ? run_documents(run, &docs, &about) : 0;
    if (!code)
        code = facet_count(run->ctx, run->reader->snapshot, &docs, options->facets, options->nfacets,
                           options->role == TIAN_ROLE_PUBLIC, &out->facets);
    out->nfacets = code ? 0 : options->nfacets;
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
    int code = run_walk(run, show, answer);
    if (!code)
        code = run_count(run);
    if (code)
        return code;
    add_counts(run, out);
    out->hits = answer->hits.at;
    out->nhits = answer->hits.n;
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
    vec_init(&answer.spots, ctx->arena);
    int code = run_open(&run, ctx, reader, query, options ? options : &usual);
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
