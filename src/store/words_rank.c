/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * BM25 over files of words (Robertson and Spärck Jones, as Xapian weighs it):
 *
 *                               count
 *   Σ  weight · idf · (K1 + 1) ───────────────────────────────────   of the question's words
 *                               count + K1 (1 - B + B length / average)
 *
 *   idf = ln(w), w = (N - n + ½) / (n + ½), and below 2 rather 1 + w / 2, so that no word counts against
 *
 * Word by word: the scores of all documents of a segment stand in an array, each
 * word's list is decoded in one sweep and added to it. That touches every posting
 * of the question's words, and is still faster than walking the lists side by
 * side with heaps and bounds: two nanoseconds a posting. With required documents
 * the array is theirs, and lists are searched instead of decoded.
 *
 * Order must not depend on how documents are spread over segments: N, n and the
 * average are those of all segments, a document's words are added in the order of
 * the question, and scores are rounded to 2^-30. Of the scores only the best are
 * kept, in a heap.
 */
#include "store/words.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

/* How fast repeating a word stops to matter; how much long documents are held back (measured:
 * doc/RANKING.md). */
static const double K1 = 1.2, B = 0.9;
static const double ROUNDING = 1 << 30;

struct ranking {
    const struct ranked_words *all;
    const struct rank_query *query;
    words_alive *alive;
    const void *self;
    double *weight;             /* of each word, idf and K1 + 1 in it; 0: none */
    double by_length, by_count; /* K1 · B / average, K1 · (1 - B) */
    struct arena *arena;
    struct rank_hit *best; /* a heap, the worst on top */
    size_t nbest, wanted;
};

/* ---- The best ----------------------------------------------------------------- */

static bool is_better(const struct rank_hit *a, const struct rank_hit *b)
{
    return a->score != b->score ? a->score > b->score : a->doc < b->doc;
}

static void best_down(struct ranking *r, struct rank_hit hit)
{
    size_t at = 0;
    for (size_t child; (child = at * 2 + 1) < r->nbest; at = child) {
        if (child + 1 < r->nbest && is_better(&r->best[child], &r->best[child + 1]))
            child++;
        if (!is_better(&hit, &r->best[child]))
            break;
        r->best[at] = r->best[child];
    }
    r->best[at] = hit;
}

static void best_up(struct ranking *r, struct rank_hit hit)
{
    size_t at = r->nbest++;
    for (; at > 0 && is_better(&r->best[(at - 1) / 2], &hit); at = (at - 1) / 2)
        r->best[at] = r->best[(at - 1) / 2];
    r->best[at] = hit;
}

static void offer(struct ranking *r, uint32_t doc, double score)
{
    struct rank_hit hit = { doc, nearbyint(score * ROUNDING) / ROUNDING };
    if (r->nbest == r->wanted && !is_better(&hit, &r->best[0]))
        return;
    if (r->alive && !r->alive(r->self, doc))
        return;
    if (r->nbest < r->wanted)
        best_up(r, hit);
    else
        best_down(r, hit);
}

static int compare_hits(const void *a, const void *b)
{
    const struct rank_hit *x = a, *y = b;
    return is_better(x, y) ? -1 : is_better(y, x);
}

/* ---- Weights -------------------------------------------------------------------- */

uint32_t words_frequency(const struct ranked_words *all, struct str term)
{
    struct word_list list;
    uint32_t sum = 0;
    for (size_t i = 0; i < all->n; i++)
        sum += words_find(all->words[i], term, &list) ? list.docs.count : 0;
    return sum;
}

static double idf_of(double documents, double with)
{
    double odds = (documents - with + .5) / (with + .5);
    return log(odds < 2 ? odds / 2 + 1 : odds);
}

static void weigh(struct ranking *r)
{
    double documents = 0, total = 0;
    for (size_t i = 0; i < r->all->n; i++) {
        documents += words_documents(r->all->words[i]);
        total += (double)words_total(r->all->words[i]);
    }
    r->by_length = total > 0 ? K1 * B * documents / total : 0;
    r->by_count = K1 * (1 - B);
    r->weight = arena_array(r->arena, double, r->query->nwords);
    for (size_t i = 0; i < r->query->nwords; i++) {
        const struct rank_word *word = &r->query->words[i];
        double with = word->weight > 0 ? words_frequency(r->all, word->term) : 0;
        if (with <= 0)
            continue;
        r->weight[i] = word->weight * idf_of(documents, with) * (K1 + 1);
        if (r->query->rare > 0)
            r->weight[i] *= pow(log(1 + (documents - with + .5) / (with + .5)), r->query->rare);
    }
}

static inline double part_of(const struct ranking *r, const struct words *words, uint32_t local,
                             uint32_t count)
{
    return count / (r->by_length * words_length(words, local) + r->by_count + count);
}

/* ---- Any document that has a word -------------------------------------------------- */

struct sweep {
    uint32_t *docs, *counts; /* of one list */
    double *score;
};

static void rank_any_of(struct ranking *r, size_t part)
{
    const struct words *words = r->all->words[part];
    uint32_t ndocs = words_documents(words), base = r->all->base[part];
    struct arena *arena = arena_new(r->arena);
    struct sweep s = { arena_alloc(arena, ndocs * sizeof *s.docs), arena_alloc(arena, ndocs * sizeof *s.docs),
                       arena_array(arena, double, ndocs) };
    struct word_list list;
    for (size_t i = 0; i < r->query->nwords; i++) {
        if (r->weight[i] == 0 || !words_find(words, r->query->words[i].term, &list))
            continue;
        uint32_t n = word_list_decode(&list, 0, s.docs, s.counts);
        for (uint32_t k = 0; k < n; k++)
            s.score[s.docs[k]] += r->weight[i] * part_of(r, words, s.docs[k], s.counts[k]);
    }
    for (uint32_t doc = 0; doc < ndocs; doc++)
        if (s.score[doc] > 0)
            offer(r, base + doc, s.score[doc]);
    arena_free(arena);
}

/* ---- Required documents --------------------------------------------------------------- */

struct required {
    const uint32_t *docs; /* of one segment, base added */
    size_t n;
    double *score;
    uint32_t *which, *place, *count; /* of those that a list has */
};

/* Those of the required documents that a list has, with their counts. */
static size_t required_in(const struct word_list *list, uint32_t base, const struct required *q)
{
    size_t n = doclist_places(&list->docs, base, q->docs, q->n, q->which, q->place);
    word_list_counts(list, q->place, n, q->count);
    return n;
}

static void rank_required_of(struct ranking *r, size_t part, const struct required *q)
{
    const struct words *words = r->all->words[part];
    uint32_t base = r->all->base[part];
    struct word_list list;
    memset(q->score, 0, q->n * sizeof *q->score);
    for (size_t i = 0; i < r->query->nwords; i++) {
        if (r->weight[i] == 0 || !words_find(words, r->query->words[i].term, &list))
            continue;
        size_t n = required_in(&list, base, q);
        for (size_t k = 0; k < n; k++)
            q->score[q->which[k]] +=
                r->weight[i] * part_of(r, words, q->docs[q->which[k]] - base, q->count[k]);
    }
    for (size_t i = 0; i < q->n; i++)
        offer(r, q->docs[i], q->score[i]);
}

static void rank_required(struct ranking *r, const struct docs *docs)
{
    struct required q = { .score = arena_array(r->arena, double, docs->n),
                          .which = arena_array(r->arena, uint32_t, docs->n),
                          .place = arena_array(r->arena, uint32_t, docs->n),
                          .count = arena_array(r->arena, uint32_t, docs->n) };
    for (size_t part = 0, from = 0; part < r->all->n; part++) {
        uint32_t stop = part + 1 < r->all->n ? r->all->base[part + 1] : UINT32_MAX;
        q.docs = docs->at + from;
        for (q.n = 0; from < docs->n && docs->at[from] < stop; from++)
            q.n++;
        rank_required_of(r, part, &q);
    }
}

/* ---- All --------------------------------------------------------------------------------- */

static size_t candidates(const struct ranked_words *all, const struct rank_query *query)
{
    size_t n = 0;
    for (size_t i = 0; i < all->n && !query->required; i++)
        n += words_documents(all->words[i]);
    return query->required ? query->required->n : n;
}

int words_rank(struct ctx *ctx, const struct ranked_words *all, const struct rank_query *query,
               words_alive *alive, const void *self, size_t first, size_t count, struct rank_hit *out,
               size_t *n)
{
    size_t most = candidates(all, query),
           wanted = first + (count < SIZE_MAX - first ? count : SIZE_MAX - first);
    struct ranking r = { all, query, alive, self, .arena = arena_new(ctx->arena) };
    *n = 0;
    r.wanted = wanted < most ? wanted : most;
    r.best = arena_alloc(r.arena, mem_product(r.wanted + 1, sizeof *r.best));
    if (r.wanted > 0) {
        weigh(&r);
        for (size_t i = 0; i < all->n && !query->required; i++)
            rank_any_of(&r, i);
        if (query->required)
            rank_required(&r, query->required);
        qsort(r.best, r.nbest, sizeof *r.best, compare_hits);
    }
    for (size_t i = first; i < r.nbest; i++)
        out[(*n)++] = r.best[i];
    arena_free(r.arena);
    return ctx_check(ctx);
}
