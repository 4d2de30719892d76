/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * From candidates in their order to hits: one stage after the other, each
 * candidate decided, passed over when a stricter stage has shown it.
 *
 *   candidates   ■ ■ □ ■ ■ ■ ■ ■ ■ □ ■ ■ │ ■ ■ …        □ rejected by its text
 *   places       0 1   2 3 3 4 5 …       │               3: a copy
 *                └── window ──┘└─ window ─┘
 *
 * The windows that the page lies in are shown whole: who shows puts each in order.
 * A copy has the title and body of a hit before it. Equal texts have equal words,
 * so by words copies stand side by side; the walk goes on behind the page while
 * scores are equal, to count the copies of the last ones. Sorted by keys they may
 * stand anywhere, and what is left is looked through for them.
 */
#include <stdlib.h>

#include "base/map.h"
#include "search/merit.h"
#include "search/order.h"
#include "search/sort.h"

enum {
    MOST_TIED = 2000 /* candidates looked at behind the page */
};

struct original {
    uint32_t doc;
    size_t place;
};

struct walk {
    struct run *run;
    run_show *show;
    void *self;
    size_t first, goal;     /* places that are shown: [first, goal) */
    size_t behind;          /* the place behind the page */
    size_t seen, documents; /* accepted so far, without copies and with */
    size_t tied;            /* looked at behind the goal */
    double last;            /* the score of the last one accepted */
    bool dry;               /* from here on no document holds a word */
    bool exhausted;         /* the stage has no more candidates */
    bool left;              /* candidates behind the goal were passed over */
    struct map *originals;  /* terms hash → struct original; NULL: copies are hits */
    struct order order;     /* of the stage */
    size_t stage;
};

/* ---- copies ------------------------------------------------------------------------ */

/* The first one accepted that has the same terms, or NULL. */
static struct original *original_of(const struct walk *w, uint32_t doc)
{
    uint64_t hash = snapshot_number(w->run->reader->snapshot, doc, COLUMN_TERMS_HASH);
    return map_get(w->originals, (struct str){ (const char *)&hash, sizeof hash });
}

static int same_text(struct run *run, uint32_t a, uint32_t b, bool *same)
{
    struct document one = { 0 }, other = { 0 };
    struct arena *scratch = arena_new(run->ctx->arena);
    int code = snapshot_document(run->ctx, run->reader->snapshot, scratch, a, &one);
    if (!code)
        code = snapshot_document(run->ctx, run->reader->snapshot, scratch, b, &other);
    *same = !code && str_eq(one.title, other.title) && str_eq(one.body, other.body);
    arena_free(scratch);
    return code;
}

/* The hit that this one is a copy of, or NULL. */
static int find_original(struct walk *w, uint32_t doc, const struct original **out)
{
    const struct snapshot *s = w->run->reader->snapshot;
    bool same = false;
    *out = NULL;
    const struct original *known = w->originals ? original_of(w, doc) : NULL;
    if (!known || snapshot_number(s, known->doc, COLUMN_SIZE) != snapshot_number(s, doc, COLUMN_SIZE))
        return 0;
    if (page_is_hidden(w->run->reader, known->doc) || page_is_hidden(w->run->reader, doc))
        return 0;
    int code = same_text(w->run, known->doc, doc, &same);
    *out = same ? known : NULL;
    return code;
}

static void remember(struct walk *w, uint32_t doc, size_t place)
{
    if (!w->originals || original_of(w, doc))
        return;
    struct original *known = arena_new_of(w->run->ctx->arena, struct original);
    uint64_t hash = snapshot_number(w->run->reader->snapshot, doc, COLUMN_TERMS_HASH);
    *known = (struct original){ doc, place };
    *map_at(w->originals, (struct str){ (const char *)&hash, sizeof hash }) = known;
}

/* Behind the page: can this be a copy of one on it? */
static bool may_be_copy(struct walk *w, const struct rank_hit *hit)
{
    bool near = w->order.sorted || hit->score == w->last;
    return near && w->tied++ < MOST_TIED;
}

/* ---- one after the other ------------------------------------------------------------- */

/* Is the document part of a stage's answer? */
static int in_stage(struct run *run, const struct stage *stage, uint32_t doc, bool *yes)
{
    *yes = stage->set.everything || docs_has(&stage->set.docs, doc);
    if (!*yes || stage->set.proof)
        return 0;
    return run_verify(run, doc, stage->reading, yes);
}

static bool is_veiled(const struct run *run, const struct stage *stage, uint32_t doc)
{
    return stage->reading == READ_ANY && stage->set.everything && run->options->role == TIAN_ROLE_PUBLIC &&
           page_is_hidden(run->reader, doc);
}

static int show(struct walk *w, struct found *found)
{
    struct run *run = w->run;
    int code = page_load(run->ctx, run->reader, found->doc, run->options->role, &run->page);
    if (code)
        return code;
    if (!found->exact)
        found->exact = match_page(run->plan.root, &run->page, READ_EXACT);
    if (run->merits && !found->copy)
        found->merit = merit_of(run, run->merits, NULL);
    found->score += found->merit;
    return w->show(run, found, w->self);
}

/* A window begins with the place that is given next. */
static void mark_window(struct walk *w, size_t candidate)
{
    if (w->seen % w->run->window == 0 && w->seen < w->behind)
        w->run->last = (struct mark){ w->stage, candidate, w->seen };
}

static int accept(struct walk *w, const struct rank_hit *hit, size_t candidate)
{
    bool close = candidate < w->order.nhead;
    const struct original *original;
    struct found found = { .doc = hit->doc, .score = hit->score, .close = close, .stage = w->stage };
    int code = find_original(w, hit->doc, &original);
    if (code || (!original && w->seen >= w->goal))
        return code;
    w->documents++;
    found.copy = original != NULL;
    if (!original)
        mark_window(w, candidate);
    found.place = original ? original->place : w->seen++;
    found.exact = w->run->stages[w->stage].reading == READ_EXACT;
    w->last = hit->score;
    if (!original)
        remember(w, hit->doc, found.place);
    return found.place >= w->first && found.place < w->goal ? show(w, &found) : 0;
}

static int visit(struct walk *w, const struct rank_hit *hit, size_t candidate)
{
    bool yes = false;
    int code = 0;
    for (size_t i = 0; i < w->stage && !code && !yes; i++)
        code = in_stage(w->run, &w->run->stages[i], hit->doc, &yes);
    if (code || yes || is_veiled(w->run, &w->run->stages[w->stage], hit->doc))
        return code;
    code = in_stage(w->run, &w->run->stages[w->stage], hit->doc, &yes);
    return code || !yes ? code : accept(w, hit, candidate);
}

/* Beside nothing but optional words a document without any of them is no answer. */
static bool is_out_of_words(const struct walk *w, const struct rank_hit *hit)
{
    return w->run->stages[w->stage].reading == READ_ANY && w->run->plan.optional && !w->order.sorted &&
           hit->score <= 0;
}

/* Has the walk come to its end at this candidate? */
static bool is_done(struct walk *w, const struct rank_hit *hit)
{
    if (is_out_of_words(w, hit))
        w->dry = true;
    if (w->seen < w->goal)
        return w->dry;
    return w->dry || !w->originals || !may_be_copy(w, hit);
}

static bool is_known(struct walk *w, uint32_t doc)
{
    return w->seen < w->goal || original_of(w, doc) != NULL;
}

/* ---- stages ----------------------------------------------------------------------------- */

/* Batches grow: most candidates are answers, so the first is little more than the page. */
static size_t batch_size(const struct walk *w, size_t first, size_t total)
{
    size_t left = w->goal - w->seen;
    size_t slack = w->stage > 0 && w->goal < total ? w->goal : 4;
    size_t batch = left > total ? total : left + left / 8 + slack + first;
    return batch < total - first ? batch : total - first;
}

static int walk_stage(struct walk *w)
{
    struct run *run = w->run;
    struct stage *stage = &run->stages[w->stage];
    size_t total = stage->set.everything ? snapshot_span(run->reader->snapshot) : stage->set.docs.n, n = 0;
    bool done = false;
    int code = total > 0 ? order_init(&w->order, run, stage) : 0;
    size_t begin = w->stage == run->start.stage ? run->start.candidate : 0;
    for (size_t first = begin; !code && !done && first < total && !w->order.ended; first += n) {
        size_t batch = batch_size(w, first, total);
        struct rank_hit *hits = arena_array(run->ctx->arena, struct rank_hit, batch);
        code = order_next(&w->order, first, batch, hits, &n);
        for (size_t i = 0; i < n && !code && !(done = is_done(w, &hits[i])); i++)
            if (!is_known(w, hits[i].doc))
                w->left = true;
            else
                code = visit(w, &hits[i], first + i);
    }
    w->exhausted = !done || w->dry;
    if (stage->reading == READ_ANY && w->seen < w->goal && run->start.place == 0)
        stage->found = w->documents, stage->counted = true; /* the ranker has no more: so many there are */
    return code;
}

/* The places of the page, and of the windows that it lies in. */
static void set_places(struct walk *w)
{
    const struct tian_search_options *options = w->run->options;
    size_t window = w->run->window, count = options->count ? options->count : 10, offset = w->run->offset;
    size_t goal = offset > SIZE_MAX - count ? SIZE_MAX : offset + count;
    w->first = offset - offset % window;
    w->behind = goal;
    w->goal = goal % window == 0 || goal > SIZE_MAX - window ? goal : goal - goal % window + window;
}

int run_walk(struct run *run, run_show *show_hit, void *self)
{
    struct walk w = { .run = run, .show = show_hit, .self = self };
    int code = 0;
    set_places(&w);
    if (run->collapse)
        w.originals = map_new(run->ctx->arena);
    w.stage = run->start.stage;
    w.seen = run->start.place;
    for (; w.stage < run->nstages && !code && w.seen < w.goal; w.stage++)
        code = walk_stage(&w);
    run->more =
        w.seen > w.behind || (w.seen == w.behind && (w.left || !w.exhausted || w.stage < run->nstages));
    return code;
}
