/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The way of a search: stages of readings (stage.c), each ranked by words and
 * decided by the text.
 *
 * A stage's candidates are a sorted array; the ranker hands them out best first,
 * in growing batches, and each is verified on its text unless the set is proof.
 * What a stricter stage has shown a later one passes over: by then all of the
 * stricter stage is verified, so its verdicts are at hand. A document is loaded
 * once for a question about it as long as no other came between; verdicts are
 * kept for the whole request.
 *
 * Counting verifies what is left up to a budget, and beyond it estimates from
 * the share of what was verified.
 */
#include "search/rank.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "search/close.h"

enum {
    BUDGET_BYTES = 98304, /* of text verified for a count by default: about half a millisecond */
    CLOSE = 300,          /* ranks of a best match that are looked at more closely */
    DEEPEST_ANY = 10000,  /* ranks of a best match */
};

static const double RARE = .2; /* rare words say more than their idf; measured: doc/RANKING.md */

/* ---- verdicts: document × reading → yes, no, not known ---------------------------- */

struct verdicts {
    struct arena *arena;
    uint32_t *doc; /* document + 1; 0: free */
    uint8_t *bits; /* 1 << (2 * reading): known, 2 << (2 * reading): yes */
    size_t n, slots;
};

struct verdicts *verdicts_new(struct arena *arena, size_t slots)
{
    struct verdicts *v = arena_new_of(arena, struct verdicts);
    v->arena = arena;
    v->slots = slots;
    v->doc = arena_array(arena, uint32_t, slots);
    v->bits = arena_array(arena, uint8_t, slots);
    return v;
}

static size_t verdict_slot(const struct verdicts *v, uint32_t doc)
{
    size_t i = ((doc + 1) * 2654435761u) & (v->slots - 1);
    while (v->doc[i] != 0 && v->doc[i] != doc + 1)
        i = (i + 1) & (v->slots - 1);
    return i;
}

static uint8_t verdict_get(const struct verdicts *v, uint32_t doc)
{
    return v->bits[verdict_slot(v, doc)];
}

static void verdict_put(struct verdicts *v, uint32_t doc, uint8_t bits)
{
    if (2 * v->n >= v->slots) {
        struct verdicts *more = verdicts_new(v->arena, 4 * v->slots);
        for (size_t i = 0; i < v->slots; i++)
            if (v->doc[i] != 0)
                verdict_put(more, v->doc[i] - 1, v->bits[i]);
        *v = *more;
    }
    size_t i = verdict_slot(v, doc);
    v->n += v->doc[i] == 0;
    v->doc[i] = doc + 1;
    v->bits[i] |= bits;
}

/* While the document is at hand: what every stage that is not proved will ask of it. */
static void judge(struct run *run, uint32_t doc)
{
    bool yes = false;
    uint8_t bits = 0;
    for (size_t i = 0; i < run->nstages; i++) {
        enum reading reading = run->stages[i].reading;
        if (run->stages[i].set.everything)
            continue;
        yes = yes ||
              match_page(run->plan.root, &run->page, reading); /* what is stricter holds for the lenient */
        bits |= (uint8_t)((yes ? 3u : 1u) << (2 * reading));
    }
    verdict_put(run->verdicts, doc, bits);
}

int run_verify(struct run *run, uint32_t doc, enum reading reading, bool *yes)
{
    uint8_t known = (uint8_t)(1u << (2 * reading)), bits = verdict_get(run->verdicts, doc);
    if (!(bits & known)) {
        int code = ctx_check(run->ctx);
        if (!code)
            code = page_load(run->ctx, run->reader, doc, run->options->role, &run->page);
        if (code)
            return code;
        judge(run, doc);
        bits = verdict_get(run->verdicts, doc);
        assert(bits & known);
    }
    *yes = (bits & (known << 1)) != 0;
    return 0;
}

/* ---- candidates in their order -------------------------------------------------------------- */

struct order {
    struct run *run;
    struct stage *stage;
    struct rank_hit *sorted; /* by date, or without words: all of it */
    size_t nsorted;
    bool ended;            /* all was handed out */
    struct rank_hit *head; /* the first ranks, when they are ordered by more than words */
    size_t nhead;
};

static bool is_free(const struct stage *stage)
{
    return stage->set.everything;
}

static uint64_t date_of(const struct run *run, uint32_t doc)
{
    uint64_t date = snapshot_number(run->reader->snapshot, doc, COLUMN_DATE);
    return date ? date : 10000 * snapshot_number(run->reader->snapshot, doc, COLUMN_YEAR);
}

/* Newest or oldest first; those without a date come last. */
static void sort_by_date(struct order *order)
{
    bool newest = order->run->options->sort == TIAN_SORT_NEWEST;
    for (size_t i = 0; i < order->nsorted; i++) {
        double date = (double)date_of(order->run, order->sorted[i].doc);
        order->sorted[i].score = newest ? date : date > 0 ? -date : -1e12;
    }
    qsort(order->sorted, order->nsorted, sizeof *order->sorted, rank_order);
}

struct rank_query run_words(const struct run *run, const struct docs *required)
{
    return (struct rank_query){ run->plan.rank, run->plan.nrank, required, run->plan.nrank > 1 ? RARE : 0 };
}

static int order_all(struct order *order)
{
    struct run *run = order->run;
    if (is_free(order->stage)) {
        struct rank_query query = run_words(run, NULL);
        order->sorted = arena_array(run->ctx->arena, struct rank_hit, DEEPEST_ANY);
        int code = snapshot_rank(run->ctx, run->reader->snapshot, &query, 0, DEEPEST_ANY, order->sorted,
                                 &order->nsorted);
        if (code)
            return code;
    } else {
        const struct docs *docs = &order->stage->set.docs;
        order->sorted = arena_array(run->ctx->arena, struct rank_hit, docs->n);
        for (size_t i = 0; i < docs->n; i++)
            order->sorted[i] = (struct rank_hit){ docs->at[i], 0 };
        order->nsorted = docs->n;
    }
    if (run->options->sort != TIAN_SORT_SCORE)
        sort_by_date(order);
    return 0;
}

/* The best by words once more, by what stands side by side; what comes behind them stays as it is. */
static int order_close(struct order *order)
{
    struct run *run = order->run;
    struct rank_query query = run_words(run, is_free(order->stage) ? NULL : &order->stage->set.docs);
    order->head = arena_array(run->ctx->arena, struct rank_hit, CLOSE);
    int code = snapshot_rank(run->ctx, run->reader->snapshot, &query, 0, CLOSE, order->head, &order->nhead);
    return code ? code : close_rank(run, order->head, order->nhead);
}

static int order_init(struct order *order, struct run *run, struct stage *stage)
{
    *order = (struct order){ .run = run, .stage = stage };
    if (run->options->sort != TIAN_SORT_SCORE || run->plan.nrank == 0)
        return order_all(order);
    return stage->reading == READ_ANY && run->plan.optional ? order_close(order) : 0;
}

static size_t hand_out(const struct rank_hit *from, size_t n, size_t first, size_t count,
                       struct rank_hit *out)
{
    size_t given = first >= n ? 0 : n - first < count ? n - first : count;
    if (given > 0)
        memcpy(out, from + first, given * sizeof *out);
    return given;
}

static int order_next(struct order *order, size_t first, size_t count, struct rank_hit *out, size_t *n)
{
    struct run *run = order->run;
    struct rank_query query = run_words(run, is_free(order->stage) ? NULL : &order->stage->set.docs);
    int code = 0;
    if (order->sorted) {
        *n = hand_out(order->sorted, order->nsorted, first, count, out);
        order->ended = first + *n >= order->nsorted;
    } else if (first < order->nhead) {
        *n = hand_out(order->head, order->nhead, first, count, out);
        order->ended = order->nhead < CLOSE && first + *n == order->nhead;
    } else {
        code = snapshot_rank(run->ctx, run->reader->snapshot, &query, first, count, out, n);
        order->ended = *n < count;
    }
    return code;
}

/* ---- the walk ----------------------------------------------------------------------------------- */

struct walk {
    struct run *run;
    run_show *show;
    void *self;
    size_t seen, shown; /* accepted so far */
    bool dry;           /* from here on no document holds a word */
};

static size_t wanted(const struct walk *w)
{
    size_t page = w->run->options->count ? w->run->options->count : 10;
    return w->run->options->offset > SIZE_MAX - page ? SIZE_MAX : w->run->options->offset + page;
}

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
           (snapshot_number(run->reader->snapshot, doc, COLUMN_FLAGS) & FLAG_HIDDEN);
}

static int accept(struct walk *w, const struct stage *stage, const struct rank_hit *hit)
{
    struct run *run = w->run;
    struct found found = { hit->doc, hit->score, false };
    if (w->seen++ < run->options->offset)
        return 0;
    found.exact = stage->reading == READ_EXACT;
    int code = page_load(run->ctx, run->reader, hit->doc, run->options->role, &run->page);
    if (!code && !found.exact)
        found.exact = match_page(run->plan.root, &run->page, READ_EXACT);
    w->shown++;
    return code ? code : w->show(run, &found, w->self);
}

static int visit(struct walk *w, size_t stage, const struct rank_hit *hit)
{
    bool yes = false;
    int code = 0;
    for (size_t i = 0; i < stage && !code && !yes; i++)
        code = in_stage(w->run, &w->run->stages[i], hit->doc, &yes);
    if (code || yes || is_veiled(w->run, &w->run->stages[stage], hit->doc))
        return code;
    code = in_stage(w->run, &w->run->stages[stage], hit->doc, &yes);
    return code || !yes ? code : accept(w, &w->run->stages[stage], hit);
}

/* Beside nothing but optional words a document without any of them is no answer. */
static bool is_out_of_words(const struct run *run, const struct stage *stage, const struct rank_hit *hit)
{
    return stage->reading == READ_ANY && run->plan.optional && run->options->sort == TIAN_SORT_SCORE &&
           hit->score <= 0;
}

static int visit_batch(struct walk *w, size_t which, const struct rank_hit *hits, size_t n)
{
    int code = 0;
    for (size_t i = 0; i < n && !code && w->seen < wanted(w); i++) {
        if (is_out_of_words(w->run, &w->run->stages[which], &hits[i])) {
            w->dry = true;
            break;
        }
        code = visit(w, which, &hits[i]);
    }
    return code;
}

/* Batches grow: most candidates are answers, so the first is little more than the page. */
static int walk_stage(struct walk *w, size_t which)
{
    struct order order;
    struct stage *stage = &w->run->stages[which];
    size_t total = stage->set.everything ? snapshot_span(w->run->reader->snapshot) : stage->set.docs.n;
    size_t goal = wanted(w), batch = 0, n = 0;
    int code = total > 0 ? order_init(&order, w->run, stage) : 0;
    for (size_t first = 0; !code && first < total && w->seen < goal && !order.ended && !w->dry; first += n) {
        batch = goal - w->seen + (goal - w->seen) / 8 + (which > 0 ? goal : 4) + first;
        batch = batch < total - first ? batch : total - first;
        struct rank_hit *hits = arena_array(w->run->ctx->arena, struct rank_hit, batch);
        code = order_next(&order, first, batch, hits, &n);
        if (!code)
            code = visit_batch(w, which, hits, n);
    }
    if (stage->reading == READ_ANY && w->seen < goal)
        stage->found = w->seen, stage->counted = true; /* the ranker has no more: so many there are */
    return code;
}

int run_walk(struct run *run, run_show *show, void *self)
{
    struct walk w = { .run = run, .show = show, .self = self };
    int code = 0;
    for (size_t i = 0; i < run->nstages && !code && w.seen < wanted(&w); i++)
        code = walk_stage(&w, i);
    return code;
}

/* ---- counting ---------------------------------------------------------------------------------------- */

/* Documents with any of the words, as if words were spread by chance. */
static void estimate_any(struct run *run, struct stage *stage)
{
    double live = snapshot_live(run->reader->snapshot), without = 1;
    for (size_t i = 0; i < run->plan.nrank && live > 0; i++)
        without *= 1 - snapshot_word_count(run->ctx, run->reader->snapshot, run->plan.rank[i].term) / live;
    stage->found = (uint64_t)llround(live * (1 - without));
    if (!stage->set.everything && stage->found > stage->set.docs.n)
        stage->found = stage->set.docs.n;
    stage->about = stage->found > 0 && (run->plan.nrank > 1 || !stage->set.everything);
}

static uint8_t known_bit(enum reading reading)
{
    return (uint8_t)(1u << (2 * reading));
}

/* May all that is not known yet of a stage be verified? */
static bool is_affordable(const struct run *run, const struct stage *stage)
{
    const struct docs *docs = &stage->set.docs;
    uint64_t bytes = 0;
    if (docs->n > run->budget)
        return false;
    if (run->budget > RUN_BUDGET)
        return true;
    for (size_t i = 0; i < docs->n && bytes <= BUDGET_BYTES; i++)
        if (!(verdict_get(run->verdicts, docs->at[i]) & known_bit(stage->reading)))
            bytes += snapshot_number(run->reader->snapshot, docs->at[i], COLUMN_SIZE);
    return bytes <= BUDGET_BYTES;
}

static int count_stage(struct run *run, struct stage *stage)
{
    const struct docs *docs = &stage->set.docs;
    size_t yes = 0, known = 0;
    stage->found = docs->n;
    if (stage->set.proof || docs->n == 0)
        return 0;
    bool all = is_affordable(run, stage);
    for (size_t i = 0; i < docs->n; i++) {
        bool in;
        if (!all && !(verdict_get(run->verdicts, docs->at[i]) & known_bit(stage->reading)))
            continue;
        int code = run_verify(run, docs->at[i], stage->reading, &in);
        if (code)
            return code;
        known++;
        yes += in;
    }
    stage->about = known < docs->n || stage->cut;
    if (known > 0)
        stage->found = (uint64_t)llround((double)docs->n * (double)yes / (double)known);
    return 0;
}

int run_count(struct run *run)
{
    for (size_t i = 0; i < run->nstages; i++) {
        struct stage *stage = &run->stages[i];
        bool best = stage->reading == READ_ANY && run->plan.optional;
        if (best && !stage->counted)
            estimate_any(run, stage);
        int code = best ? 0 : count_stage(run, stage);
        if (code)
            return code;
        if (i > 0 && stage->found < run->stages[i - 1].found)
            stage->found = run->stages[i - 1].found;
    }
    return 0;
}

int run_documents(struct run *run, struct docs *out, bool *about)
{
    struct stage *stage = &run->stages[run->nstages - 1];
    struct order order;
    vec_init(out, run->ctx->arena);
    *about = false;
    if (stage->set.everything) {
        order = (struct order){ .run = run, .stage = stage };
        int code = order_all(&order);
        *about = order.nsorted == DEEPEST_ANY;
        for (size_t i = 0; i < order.nsorted && !code; i++)
            vec_push(out, order.sorted[i].doc);
        return code;
    }
    *about = !stage->set.proof && stage->set.docs.n > run->budget;
    for (size_t i = 0; i < stage->set.docs.n; i++) {
        bool yes = true;
        int code =
            stage->set.proof || *about ? 0 : run_verify(run, stage->set.docs.at[i], stage->reading, &yes);
        if (code)
            return code;
        if (yes)
            vec_push(out, stage->set.docs.at[i]);
    }
    return 0;
}
