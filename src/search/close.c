/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What stands side by side. Words alone do not see that 电动车 and 充电 follow one
 * another in the question and in the text, nor what a cut in the wrong place
 * tore apart. The pairs of adjacent characters do, and the pair lists know which
 * documents hold them without reading a text: of the best documents by words,
 * each gets for every pair of the question that it holds
 *
 *     share · idf(pair)^POWER · (k + 1) / (k·(1 − b + b·length / average) + 1)
 *
 * which is BM25 of a term that stands there once (share: ranking.conf); long texts hold pairs by chance.
 * Pairs inside words count as well as those across them, and for less the single
 * characters: 购房 and 买房 share one (measured: doc/RANKING.md, as all numbers here).
 */
#include "search/close.h"
#include "search/merit.h"
#include "search/ranking.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

enum {
    MOST_PAIRS = 192 /* of a longer question: those that say most */
};
static const double POWER = 1.3, K = 1.2, B = .3;

static int by_key(const void *a, const void *b)
{
    const struct close_pair *x = a, *y = b;
    return (x->key > y->key) - (x->key < y->key);
}

static int by_weight(const void *a, const void *b)
{
    const struct close_pair *x = a, *y = b;
    return x->weight != y->weight ? (x->weight < y->weight) - (x->weight > y->weight) : by_key(a, b);
}

static void collect_part(const struct plan_node *leaf, struct close_pairs *out)
{
    const struct needle *typed = &leaf->typed;
    for (size_t i = 0; i < typed->nkeys; i++)
        if (typed->keys[i] >> 16)
            vec_push(out, (struct close_pair){ typed->keys[i], leaf->syntax->weight });
    for (size_t i = 0; i < typed->n; i++)
        if (text_class(typed->unit[i]) == CLASS_HAN)
            vec_push(out, (struct close_pair){ letter_key(typed->unit[i]), leaf->syntax->weight });
}

/* Each pair and letter once, with the greatest weight of the parts it stands in. */
static void collect(const struct plan *plan, struct close_pairs *out)
{
    size_t kept = 0;
    for (size_t i = 0; i < plan->nleaves; i++)
        collect_part(plan->leaves[i], out);
    if (out->n > 1)
        qsort(out->at, out->n, sizeof *out->at, by_key);
    for (size_t i = 0; i < out->n; i++)
        if (kept == 0 || out->at[kept - 1].key != out->at[i].key)
            out->at[kept++] = out->at[i];
        else if (out->at[kept - 1].weight < out->at[i].weight)
            out->at[kept - 1].weight = out->at[i].weight;
    out->n = kept;
}

static double worth_of(const struct run *run, uint32_t key)
{
    double all = snapshot_span(run->reader->snapshot);
    double with = snapshot_list_size(run->reader->snapshot, LIST_PAIRS, key);
    double share = ranking_of(run->reader)->at[key >> 16 ? RANKING_PAIR : RANKING_LETTER];
    return with > 0 ? share * pow(log(1 + (all - with + .5) / (with + .5)), POWER) : 0;
}

void close_weigh(struct run *run, struct close_pairs *out)
{
    size_t kept = 0;
    vec_init(out, run->ctx->arena);
    collect(&run->plan, out);
    for (size_t i = 0; i < out->n; i++) {
        struct close_pair pair = out->at[i];
        pair.weight *= worth_of(run, pair.key);
        if (pair.weight > 0)
            out->at[kept++] = pair;
    }
    out->n = kept;
    if (out->n <= MOST_PAIRS)
        return;
    qsort(out->at, out->n, sizeof *out->at, by_weight);
    out->n = MOST_PAIRS;
    qsort(out->at, out->n, sizeof *out->at, by_key);
}

double close_share(const struct run *run, uint32_t doc)
{
    const struct snapshot *s = run->reader->snapshot;
    double length = (double)snapshot_number(s, doc, COLUMN_SIZE) / snapshot_average_size(s);
    return (K + 1) / (1 + K * (1 - B + B * length));
}

static int by_doc(const void *a, const void *b)
{
    const struct rank_hit *x = a, *y = b;
    return (x->doc > y->doc) - (x->doc < y->doc);
}

int rank_order(const void *a, const void *b)
{
    const struct rank_hit *x = a, *y = b;
    return x->score != y->score ? (x->score < y->score) - (x->score > y->score) : by_doc(a, b);
}

int close_rank(struct run *run, struct rank_hit *hits, size_t n)
{
    struct close_pairs pairs;
    if (n == 0)
        return 0;
    close_weigh(run, &pairs);
    uint32_t *docs = arena_array(run->ctx->arena, uint32_t, n);
    double *extra = arena_array(run->ctx->arena, double, n);
    qsort(hits, n, sizeof *hits, by_doc);
    for (size_t p = 0; p < pairs.n; p++) {
        for (size_t i = 0; i < n; i++)
            docs[i] = hits[i].doc;
        size_t left = snapshot_filter(run->reader->snapshot, LIST_PAIRS, pairs.at[p].key, docs, n);
        for (size_t i = 0, k = 0; k < left; i++) {
            assert(i < n);
            if (hits[i].doc != docs[k])
                continue;
            extra[i] += pairs.at[p].weight;
            k++;
        }
    }
    for (size_t i = 0; i < n; i++)
        hits[i].score += extra[i] * close_share(run, hits[i].doc);
    qsort(hits, n, sizeof *hits, rank_order);
    return ctx_check(run->ctx);
}

static const char *key_text(struct arena *arena, uint32_t key)
{
    uint16_t unit[2] = { (uint16_t)(key >> 16), (uint16_t)key };
    struct normal view = { .unit = unit, .n = 2 };
    struct buf out;
    buf_init(&out, arena);
    normal_utf8(&view, key >> 16 ? 0 : 1, 2, &out);
    return arena_cstr(arena, buf_view(&out));
}

void close_parts(struct run *run, uint32_t doc, struct parts *out)
{
    struct close_pairs pairs;
    close_weigh(run, &pairs);
    double share = close_share(run, doc);
    for (size_t i = 0; i < pairs.n; i++) {
        uint32_t only = doc, key = pairs.at[i].key;
        if (snapshot_filter(run->reader->snapshot, LIST_PAIRS, key, &only, 1) == 0)
            continue;
        const char *kind = key >> 16 ? "pair" : "letter", *text = key_text(run->ctx->arena, key);
        vec_push(out, (struct tian_part){ kind, text, "", pairs.at[i].weight * share });
    }
}
