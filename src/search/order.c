/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The order of candidates, three ways:
 *
 *   by words      asked of the ranker as far as the walk goes, in growing batches
 *   a best match  its first CLOSE ranks once more, by what stands side by side
 *   by keys       all of them, sorted (sort.c); without words to rank by the newest first
 */
#include "search/order.h"

#include <stdlib.h>

#include "search/close.h"
#include "search/sort.h"

enum {
    CLOSE = 300,        /* ranks of a best match that are looked at more closely */
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

/* The best by words once more, by what stands side by side; what comes behind them stays as it is. */
static int order_close(struct order *order)
{
    struct run *run = order->run;
    struct rank_query query = run_words(run, is_free(order->stage) ? NULL : &order->stage->set.docs);
    order->head = arena_array(run->ctx->arena, struct rank_hit, CLOSE);
    int code = snapshot_rank(run->ctx, run->reader->snapshot, &query, 0, CLOSE, order->head, &order->nhead);
    return code ? code : close_rank(run, order->head, order->nhead);
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
        order->ended = order->nhead < CLOSE && first + *n == order->nhead;
    } else {
        code = snapshot_rank(run->ctx, run->reader->snapshot, &query, first, count, out, n);
        order->ended = *n < count;
    }
    return code;
}
