/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The order of candidates, three ways:
 *
 *   by words      asked of the ranker as far as the walk goes, in growing batches; the first ranks once more,
 *                 by what the documents are
 *   a best match  its first CLOSE ranks by what stands side by side, too
 *   by keys       all of them, sorted (sort.c); without words to rank by the newest first
 */
#include "search/order.h"

#include <stdlib.h>

#include "search/close.h"
#include "search/merit.h"
#include "search/sort.h"

enum {
    CLOSE = 300,        /* ranks of a best match that are looked at more closely */
    TIED = 256,         /* ranks in front of one among which equal scores are looked for */
    DEEPEST_ANY = 10000 /* ranks of a best match */
};
static const double RARE = .2; /* rare words say more than their idf; measured: doc/RANKING.md */

static bool is_free(const struct stage *stage)
{
    return stage->set.everything;
}

struct rank_query run_words(const struct run *run, const struct docs *required)
{
    return (struct rank_query){ run->plan.rank, run->plan.nrank, required, run->plan.nrank > 1 ? RARE : 0 };
}

static int rank_all(struct run *run, const struct docs *required, size_t most, struct order *order)
{
    struct rank_query query = run_words(run, required);
    order->sorted = arena_array(run->ctx->arena, struct rank_hit, most);
    return snapshot_rank(run->ctx, run->reader->snapshot, &query, 0, most, order->sorted, &order->nsorted);
}

static int by_doc(const void *a, const void *b)
{
    const struct rank_hit *x = a, *y = b;
    return (x->doc > y->doc) - (x->doc < y->doc);
}

int order_all(struct order *order, bool *cut)
{
    struct run *run = order->run;
    const struct docs *docs = &order->stage->set.docs;
    const char *keys = sort_keys(run->options);
    bool scores = keys && (strstr(keys, "score") || strstr(keys, "得分"));
    int code = 0;
    if (is_free(order->stage) || (scores && run->plan.nrank > 0)) {
        bool is_any = is_free(order->stage);
        code = rank_all(run, is_any ? NULL : docs, is_any ? DEEPEST_ANY : docs->n, order);
        *cut = is_any && order->nsorted == DEEPEST_ANY;
        if (order->nsorted > 1)
            qsort(order->sorted, order->nsorted, sizeof *order->sorted, by_doc);
        return code;
    }
    order->sorted = arena_array(run->ctx->arena, struct rank_hit, docs->n);
    for (size_t i = 0; i < docs->n; i++)
        order->sorted[i] = (struct rank_hit){ docs->at[i], 0 };
    order->nsorted = docs->n;
    *cut = false;
    return 0;
}

/* ---- The first ranks ----------------------------------------------------------------------- */

/* Equal texts have equal words, so copies have one score by words: none may stay behind the head. */
static size_t without_ties(const struct rank_hit *hits, size_t n)
{
    size_t kept = n;
    while (kept > 1 && !(hits[kept - 2].score > hits[n - 1].score))
        kept--;
    return kept > 1 ? kept - 1 : n;
}

struct copy {
    uint64_t hash, size;
    struct rank_hit hit, first; /* first: the best of those with the same hash */
};

static int by_text(const void *a, const void *b)
{
    const struct copy *x = a, *y = b;
    if (x->hash != y->hash || x->size != y->size)
        return x->hash != y->hash ? (x->hash > y->hash) - (x->hash < y->hash)
                                  : (x->size > y->size) - (x->size < y->size);
    return rank_order(&x->hit, &y->hit);
}

static int by_first(const void *a, const void *b)
{
    const struct copy *x = a, *y = b;
    int order = rank_order(&x->first, &y->first);
    return order ? order : rank_order(&x->hit, &y->hit);
}

/* Copies differ in year or theme, but stand behind the best of them. */
static void gather_copies(const struct run *run, struct rank_hit *hits, size_t n)
{
    const struct snapshot *s = run->reader->snapshot;
    struct copy *all = arena_array(run->ctx->arena, struct copy, n + 1);
    for (size_t i = 0; i < n; i++)
        all[i] = (struct copy){ snapshot_number(s, hits[i].doc, COLUMN_TERMS_HASH),
                                snapshot_number(s, hits[i].doc, COLUMN_SIZE), hits[i], hits[i] };
    qsort(all, n, sizeof *all, by_text);
    for (size_t i = 1; i < n; i++)
        if (all[i].hash == all[i - 1].hash && all[i].size == all[i - 1].size)
            all[i].first = all[i - 1].first;
    qsort(all, n, sizeof *all, by_first);
    for (size_t i = 0; i < n; i++)
        hits[i] = all[i].hit;
}

static bool has_ties(const struct rank_hit *hits, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (!(hits[i - 1].score > hits[i].score))
            return true;
    return false;
}

static int order_head(struct order *order, size_t most)
{
    struct run *run = order->run;
    struct rank_query query = run_words(run, is_free(order->stage) ? NULL : &order->stage->set.docs);
    struct rank_hit *head = order->head = arena_array(run->ctx->arena, struct rank_hit, most);
    int code = snapshot_rank(run->ctx, run->reader->snapshot, &query, 0, most, head, &order->nhead);
    order->whole = order->nhead < most;
    if (!order->whole)
        order->nhead = without_ties(head, order->nhead);
    if (!code && order->close)
        code = close_rank(run, head, order->nhead);
    if (code || !run->merits)
        return code;
    bool may_have_copies = run->collapse && has_ties(head, order->nhead);
    for (size_t i = 0; i < order->nhead; i++)
        if (head[i].score > 0)
            head[i].score += merit_of_kind(run, head[i].doc, NULL);
    if (may_have_copies)
        gather_copies(run, head, order->nhead);
    else if (order->nhead > 1)
        qsort(head, order->nhead, sizeof *head, rank_order);
    return 0;
}

static void note_most(struct order *order)
{
    order->most = arena_array(order->run->ctx->arena, double, order->nhead + 1);
    for (size_t i = order->nhead; i-- > 0;) {
        double behind = i + 1 < order->nhead ? order->most[i + 1] : order->head[i].score;
        order->most[i] = order->head[i].score > behind ? order->head[i].score : behind;
    }
}

int order_init(struct order *order, struct run *run, struct stage *stage)
{
    *order = (struct order){ .run = run, .stage = stage };
    const char *keys = sort_keys(run->options);
    if (keys || run->plan.nrank == 0) {
        bool cut;
        int code = order_all(order, &cut);
        return code ? code : sort_hits(run, keys ? keys : "-date", order->sorted, order->nsorted);
    }
    order->close = stage->reading == READ_ANY && run->plan.optional;
    size_t most = run->merits ? run->window : 0;
    if (order->close && most < CLOSE)
        most = CLOSE;
    int code = most > 0 ? order_head(order, most) : 0;
    note_most(order);
    return code;
}

double order_most(const struct order *order, size_t rank, double score)
{
    return rank < order->nhead ? order->most[rank] : score;
}

int order_before(struct order *order, size_t rank, struct docs *out)
{
    struct run *run = order->run;
    const struct rank_hit *known = order->sorted ? order->sorted : order->head;
    size_t nknown = order->sorted ? order->nsorted : order->nhead, n = 0,
           from = rank > TIED ? rank - TIED : 0;
    struct rank_hit tied[TIED];
    vec_init(out, run->ctx->arena);
    for (size_t i = 0; i < nknown && i < rank; i++)
        vec_push(out, known[i].doc);
    from = from < nknown ? nknown : from;
    int code = !order->sorted && from < rank ? order_next(order, from, rank - from, tied, &n) : 0;
    for (size_t i = 0; i < n; i++)
        vec_push(out, tied[i].doc);
    return code;
}

/* ---- Handing out ------------------------------------------------------------------------------ */

static size_t hand_out(const struct rank_hit *from, size_t n, size_t first, size_t count,
                       struct rank_hit *out)
{
    size_t given = first >= n ? 0 : n - first < count ? n - first : count;
    if (given > 0)
        memcpy(out, from + first, given * sizeof *out);
    return given;
}

int order_next(struct order *order, size_t first, size_t count, struct rank_hit *out, size_t *n)
{
    struct run *run = order->run;
    struct rank_query query = run_words(run, is_free(order->stage) ? NULL : &order->stage->set.docs);
    int code = 0;
    if (order->sorted) {
        *n = hand_out(order->sorted, order->nsorted, first, count, out);
        order->ended = first + *n >= order->nsorted;
    } else if (first < order->nhead) {
        *n = hand_out(order->head, order->nhead, first, count, out);
        order->ended = order->whole && first + *n == order->nhead;
    } else {
        code = snapshot_rank(run->ctx, run->reader->snapshot, &query, first, count, out, n);
        order->ended = *n < count;
    }
    return code;
}
