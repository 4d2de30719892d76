/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Deciding and counting. A candidate of a stage is verified on its text unless
 * the stage's set is proof. A document is loaded once for all questions about it
 * as long as no other came between; verdicts are kept for the whole request: when
 * a later stage is walked, all of the stricter ones are at hand.
 *
 * Counting verifies what is left up to a budget, and beyond it estimates from
 * the share of what was verified.
 */
#include "search/rank.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "search/order.h"

enum {
    BUDGET_BYTES = 98304, /* of text verified for a count by default: about half a millisecond */
};

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

/* ---- counting ---------------------------------------------------------------------------------------- */

/* The living documents that the reader may not read. */
static struct docs veiled_docs(const struct run *run)
{
    const struct snapshot *snapshot = run->reader->snapshot;
    struct docs out;
    vec_init(&out, run->ctx->arena);
    for (uint32_t doc = 0; run->options->role == TIAN_ROLE_PUBLIC && doc < snapshot_span(snapshot); doc++)
        if (page_is_hidden(run->reader, doc) && snapshot_is_live(snapshot, doc))
            vec_push(&out, doc);
    return out;
}

/* How many of these documents hold the word. */
static int count_among(struct run *run, const struct docs *docs, const struct rank_word *word, size_t *out)
{
    struct rank_query query = { .words = word, .nwords = 1, .required = docs };
    struct rank_hit *hits = arena_array(run->ctx->arena, struct rank_hit, docs->n);
    size_t n = 0;
    int code = docs->n ? snapshot_rank(run->ctx, run->reader->snapshot, &query, 0, docs->n, hits, &n) : 0;
    *out = 0;
    for (size_t i = 0; i < n; i++)
        *out += hits[i].score > 0;
    return code;
}

/* Documents with any of the words, as if words were spread by chance. What the reader may not read is not
 * counted: a count would tell which words it holds. */
static int estimate_any(struct run *run, struct stage *stage)
{
    struct snapshot *snapshot = run->reader->snapshot;
    struct docs veiled = veiled_docs(run);
    double live = (double)snapshot_live(snapshot) - (double)veiled.n, without = 1;
    int code = 0;
    for (size_t i = 0; i < run->plan.nrank && live > 0 && !code; i++) {
        size_t unseen;
        code = count_among(run, &veiled, &run->plan.rank[i], &unseen);
        without *=
            1 - (snapshot_word_count(run->ctx, snapshot, run->plan.rank[i].term) - (double)unseen) / live;
    }
    stage->found = (uint64_t)llround(live * (1 - without));
    if (!stage->set.everything && stage->found > stage->set.docs.n)
        stage->found = stage->set.docs.n;
    bool dead = snapshot_live(snapshot) < snapshot_span(snapshot); /* their words are counted too */
    stage->about = stage->found > 0 && (run->plan.nrank > 1 || dead || !stage->set.everything);
    return code;
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
        int code = !best ? count_stage(run, stage) : stage->counted ? 0 : estimate_any(run, stage);
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
    vec_init(out, run->ctx->arena);
    if (stage->set.everything) {
        struct order order = { .run = run, .stage = stage };
        int code = order_all(&order, about);
        for (size_t i = 0; i < order.nsorted && !code; i++)
            vec_push(out, order.sorted[i].doc);
        return code;
    }
    *about = !stage->set.proof && (stage->set.docs.n > run->budget || stage->cut);
    for (size_t i = 0; i < stage->set.docs.n; i++) {
        bool yes = true, unread = stage->set.proof || *about;
        int code = unread ? 0 : run_verify(run, stage->set.docs.at[i], stage->reading, &yes);
        if (code)
            return code;
        if (yes)
            vec_push(out, stage->set.docs.at[i]);
    }
    return 0;
}
