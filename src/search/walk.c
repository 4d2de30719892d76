/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * From candidates in their order to hits: one stage after the other, each
 * candidate decided, passed over when a stricter stage has shown it.
 *
 *   candidates   ■ ■ □ ■ ■ ■ ■ ■ │ ■ ■ □ ■ ■ …      □ rejected by its text
 *                └─── window ────┘                  places: of those accepted
 *
 * The candidates of the window are put in order by what their texts say (settle.c);
 * those behind it keep the order they have.
 *
 * A copy has the title and body of a hit before it. Equal texts have equal words,
 * so by words copies stand side by side (order.c); the walk goes on behind the page
 * while they do, to count the copies of the last ones. Sorted by keys they may
 * stand anywhere, and what is left is looked through for them. Where a walk begins
 * in the middle, a hit before it can have the text of one behind it: such a copy
 * was counted on the page that showed the hit, and is passed over.
 */
#include <math.h>
#include <stdlib.h>

#include "base/map.h"
#include "search/merit.h"
#include "search/order.h"
#include "search/settle.h"
#include "search/sort.h"

enum {
    MOST_TIED = 2000, /* candidates looked at behind the page */
    MOST_COPIES = 100 /* named */
};

struct original {
    uint32_t doc;
    struct copies copies;
};

struct walk {
    struct run *run;
    run_show *show;
    void *self;
    size_t first, goal;     /* places that are shown: [first, goal) */
    size_t seen, documents; /* accepted so far, without copies and with */
    size_t tied;            /* looked at behind the goal */
    double last;            /* the score of the last one accepted, as it was handed out */
    bool dry;               /* from here on no document holds a word */
    bool exhausted;         /* the stage has no more candidates */
    bool left;              /* candidates behind the goal were passed over */
    struct map *originals;  /* terms hash → struct original; NULL: copies are hits */
    struct docs before;     /* candidates of the stage in front of where the walk began */
    struct settle settle;
    struct order order; /* of the stage */
    size_t stage;
};

/* ---- copies ------------------------------------------------------------------------ */

static uint64_t terms_hash(const struct walk *w, uint32_t doc)
{
    return snapshot_number(w->run->reader->snapshot, doc, COLUMN_TERMS_HASH);
}

/* The first one accepted that has the same terms, or NULL. */
static struct original *original_of(const struct walk *w, uint32_t doc)
{
    uint64_t hash = terms_hash(w, doc);
    return map_get(w->originals, (struct str){ (const char *)&hash, sizeof hash });
}

/* Is b a copy of a? *id: of b, when it is. */
static int same_text(struct walk *w, uint32_t a, uint32_t b, const char **id)
{
    const struct snapshot *s = w->run->reader->snapshot;
    struct document one = { 0 }, other = { 0 };
    *id = NULL;
    if (snapshot_number(s, a, COLUMN_SIZE) != snapshot_number(s, b, COLUMN_SIZE) ||
        page_is_hidden(w->run->reader, a) || page_is_hidden(w->run->reader, b))
        return 0;
    struct arena *scratch = arena_new(w->run->ctx->arena);
    int code = snapshot_document(w->run->ctx, s, scratch, a, &one);
    if (!code)
        code = snapshot_document(w->run->ctx, s, scratch, b, &other);
    if (!code && str_eq(one.title, other.title) && str_eq(one.body, other.body))
        *id = arena_cstr(w->run->ctx->arena, other.id);
    arena_free(scratch);
    return code;
}

/* Is it a copy of one that stands before where the walk began? */
static int is_copy_of_before(struct walk *w, uint32_t doc, bool *yes)
{
    const char *id = NULL;
    int code = 0;
    uint64_t hash = w->before.n > 0 ? terms_hash(w, doc) : 0;
    for (size_t i = 0; i < w->before.n && !code && !id; i++)
        if (terms_hash(w, w->before.at[i]) == hash)
            code = same_text(w, w->before.at[i], doc, &id);
    *yes = id != NULL;
    return code;
}

/* Is it a copy? Then it is named with its original. */
static int take_copy(struct walk *w, uint32_t doc, bool *yes)
{
    const char *id = NULL;
    *yes = false;
    if (!w->originals)
        return 0;
    struct original *known = original_of(w, doc);
    int code = known ? same_text(w, known->doc, doc, &id) : is_copy_of_before(w, doc, yes);
    if (!id)
        return code;
    *yes = true;
    if (known->copies.n < MOST_COPIES)
        vec_push(&known->copies, id);
    return code;
}

static const struct copies *remember(struct walk *w, uint32_t doc)
{
    if (!w->originals || original_of(w, doc))
        return NULL;
    struct original *known = arena_new_of(w->run->ctx->arena, struct original);
    uint64_t hash = terms_hash(w, doc);
    *known = (struct original){ .doc = doc };
    vec_init(&known->copies, w->run->ctx->arena);
    *map_at(w->originals, (struct str){ (const char *)&hash, sizeof hash }) = known;
    return &known->copies;
}

/* Behind the page: can this be a copy of one on it? */
static bool may_be_copy(struct walk *w, const struct rank_hit *hit)
{
    bool near = w->order.sorted || hit->score == w->last || original_of(w, hit->doc);
    return near && w->tied++ < MOST_TIED;
}

/* ---- hits ---------------------------------------------------------------------------- */

/* The next place is this one's, which is on the run's page when the place is shown. */
static int emit(struct walk *w, struct found *found)
{
    struct run *run = w->run;
    size_t place = w->seen++;
    if (place < w->first)
        return 0;
    int code = page_load(run->ctx, run->reader, found->doc, run->options->role, &run->page);
    if (code)
        return code;
    if (!found->exact)
        found->exact = match_page(run->plan.root, &run->page, READ_EXACT);
    return w->show(run, found, w->self);
}

/* Those that nothing to come can pass, which has at most this score. */
static int emit_settled(struct walk *w, double most)
{
    struct found found;
    int code = 0;
    while (w->seen < w->goal && !code && settle_next(&w->settle, most, &found))
        code = emit(w, &found);
    return code;
}

static bool is_in_window(const struct walk *w, size_t candidate)
{
    return w->run->merits && candidate < w->run->window && candidate < w->order.nhead;
}

static int emit_before(struct walk *w, const struct rank_hit *hit, size_t candidate)
{
    double most = -INFINITY;
    if (w->settle.held.n == 0)
        return 0;
    if (is_in_window(w, candidate))
        most = order_most(&w->order, candidate, hit->score) + merit_most(w->run);
    return emit_settled(w, most);
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

static int accept_in_window(struct walk *w, struct found *found, size_t candidate)
{
    struct run *run = w->run;
    int code = page_load(run->ctx, run->reader, found->doc, run->options->role, &run->page);
    if (code)
        return code;
    found->places = true;
    found->score += merit_of_places(run, NULL);
    settle_hold(&w->settle, found, candidate);
    return 0;
}

static int accept(struct walk *w, const struct rank_hit *hit, size_t candidate)
{
    bool copy, head = candidate < w->order.nhead;
    struct found found = { .doc = hit->doc, .score = hit->score };
    int code = take_copy(w, hit->doc, &copy);
    w->documents += !code && (copy || w->seen < w->goal);
    w->last = hit->score;
    if (code || copy)
        return code;
    if (w->seen >= w->goal) {
        w->left = true;
        return 0;
    }
    found.copies = remember(w, hit->doc);
    found.exact = w->run->stages[w->stage].reading == READ_EXACT;
    found.close = head && w->order.close;
    found.kind = head && w->run->merits && hit->score > 0;
    if (is_in_window(w, candidate))
        return accept_in_window(w, &found, candidate);
    w->run->last = (struct mark){ w->stage, candidate, w->seen };
    return emit(w, &found);
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

/* ---- stages ----------------------------------------------------------------------------- */

/* Batches grow: most candidates are answers, so the first is little more than the page. */
static size_t batch_size(const struct walk *w, size_t first, size_t total)
{
    size_t left = w->goal - w->seen;
    size_t slack = w->stage > 0 && w->goal < total ? w->goal : 4;
    size_t batch = left > total ? total : left + left / 8 + slack + first;
    return batch < total - first ? batch : total - first;
}

/* One candidate. *done: the walk has come to its end. */
static int step(struct walk *w, const struct rank_hit *hit, size_t candidate, bool *done)
{
    bool known = w->originals && original_of(w, hit->doc);
    int code = known ? 0 : emit_before(w, hit, candidate); /* a copy counts for the one it is like */
    *done = is_done(w, hit);
    if (code || *done)
        return code;
    if (w->seen < w->goal || known)
        return visit(w, hit, candidate);
    w->left = true;
    return 0;
}

static int begin_stage(struct walk *w, size_t begin)
{
    struct run *run = w->run;
    int code = order_init(&w->order, run, &run->stages[w->stage]);
    w->before.n = 0;
    run->last = (struct mark){ w->stage, begin, w->seen };
    return code || begin == 0 || !w->originals ? code : order_before(&w->order, begin, &w->before);
}

static int walk_stage(struct walk *w)
{
    struct run *run = w->run;
    struct stage *stage = &run->stages[w->stage];
    size_t total = stage->set.everything ? snapshot_span(run->reader->snapshot) : stage->set.docs.n, n = 0;
    size_t begin = w->stage == run->start.stage ? run->start.candidate : 0;
    bool done = false;
    int code = total > 0 ? begin_stage(w, begin) : 0;
    for (size_t first = begin; !code && !done && first < total && !w->order.ended; first += n) {
        size_t batch = batch_size(w, first, total);
        struct rank_hit *hits = arena_array(run->ctx->arena, struct rank_hit, batch);
        code = order_next(&w->order, first, batch, hits, &n);
        for (size_t i = 0; i < n && !code && !done; i++)
            code = step(w, &hits[i], first + i, &done);
    }
    if (!code)
        code = emit_settled(w, -INFINITY);
    w->exhausted = !done || w->dry;
    if (stage->reading == READ_ANY && w->seen < w->goal && run->start.place == 0)
        stage->found = w->documents, stage->counted = true; /* the ranker has no more: so many there are */
    return code;
}

/* Can anything come behind the page? */
static bool has_more(const struct walk *w)
{
    if (w->seen < w->goal)
        return false;
    if (w->left || w->settle.held.n > 0 || !w->exhausted)
        return true;
    for (size_t i = w->stage; i < w->run->nstages; i++)
        if (w->run->stages[i].set.everything || w->run->stages[i].set.docs.n > w->documents)
            return true;
    return false;
}

int run_walk(struct run *run, run_show *show, void *self)
{
    const size_t count = run->options->count ? run->options->count : 10;
    struct walk w = { .run = run, .show = show, .self = self, .first = run->offset };
    int code = 0;
    w.goal = w.first > SIZE_MAX - count ? SIZE_MAX : w.first + count;
    settle_init(&w.settle, run);
    if (run->collapse)
        w.originals = map_new(run->ctx->arena);
    w.stage = run->start.stage;
    w.seen = run->start.place;
    for (; w.stage < run->nstages && !code && w.seen < w.goal; w.stage++)
        code = walk_stage(&w);
    run->more = has_more(&w);
    return code;
}
