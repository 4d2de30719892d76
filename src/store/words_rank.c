/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * BM25 over the words of several segments (Robertson and Spärck Jones; length by
 * the second normalisation of Amati and van Rijsbergen, 2002, which holds long
 * documents back less than a line through the average does):
 *
 *                                        count
 *   Σ  weight · idf · (K + 1) ────────────────────────────────────────   of the question's words
 *                              count + K / log2(1 + C · average / length)
 *
 *   idf = ln(w), w = (N - n + ½) / (n + ½), and below 2 rather 1 + w / 2, so that no word counts against
 *
 * Word by word, those that say most first: each list is decoded in one sweep and
 * added to an array of the documents' scores (two or three nanoseconds a posting).
 * When what the remaining words can add would not bring a new document among the
 * best any more, they are only looked up in the documents that can still be among
 * them (the upper bounds of Turtle and Flood's MaxScore, a word at a time). With
 * required documents all words are looked up in these.
 *
 * Order must not depend on how documents are spread over segments: N, n and the
 * average are those of all segments, a document's words are added in one order,
 * and scores are rounded to 2^-30.
 */
#include "store/words_part.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

/* How fast repeating a word stops to matter; how much long documents are held back (measured:
 * doc/RANKING.md). */
static const double K = .5, C = .2;
static const double ROUNDING = 1 << 30;
static const double A_LITTLE = 1e-6; /* more than rounding can do */

struct ranked_word {
    double weight, documents;
    struct word_list *list; /* of each segment */
    double rest;            /* what it and all behind it can add at most */
    size_t place;           /* in the question */
};

struct ranking {
    struct ctx *ctx;
    struct words *all;
    const struct rank_facts *facts;
    struct arena *arena;
    double average;            /* length */
    struct ranked_word *words; /* the heaviest first; one more, of no weight, ends them */
    size_t nwords;
    struct rank_hit *best; /* a heap, the worst on top */
    size_t nbest, wanted;
    uint32_t *docs; /* the documents that may be among the best, ascending, and their scores */
    double *score;
    size_t n;
    uint32_t *which, *place, *count; /* as many */
};

/* ---- The best -------------------------------------------------------------------- */

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

static inline void offer(struct ranking *r, uint32_t doc, double score)
{
    struct rank_hit hit = { doc, nearbyint(score * ROUNDING) / ROUNDING };
    if (r->nbest < r->wanted)
        best_up(r, hit);
    else if (is_better(&hit, &r->best[0]))
        best_down(r, hit);
}

static int compare_hits(const void *a, const void *b)
{
    const struct rank_hit *x = a, *y = b;
    return is_better(x, y) ? -1 : is_better(y, x);
}

/* ---- Words ----------------------------------------------------------------------- */

static double idf_of(double documents, double with)
{
    double odds = (documents - with + .5) / (with + .5);
    return log(odds < 2 ? odds / 2 + 1 : odds);
}

static int fetch_lists(struct ranking *r, struct str term, struct ranked_word *word)
{
    int code = TIAN_OK;
    word->list = arena_array(r->arena, struct word_list, r->all->n);
    for (size_t i = 0; code == TIAN_OK && i < r->all->n; i++) {
        code = words_part_list(r->ctx, &r->all->parts[i], term, r->arena, &word->list[i]);
        word->documents += word->list[i].docs.count;
    }
    return code;
}

/* The heaviest first, equal ones as in the question. */
static int compare_words(const void *a, const void *b)
{
    const struct ranked_word *x = a, *y = b;
    return x->weight != y->weight ? (x->weight < y->weight) - (x->weight > y->weight)
                                  : (x->place > y->place) - (x->place < y->place);
}

static int add_word(struct ranking *r, const struct rank_query *q, size_t i, double documents)
{
    const struct rank_word *word = &q->words[i];
    if (!(word->weight > 0) || word->term.n == 0 || word->term.n > TABLE_KEY)
        return TIAN_OK;
    struct ranked_word new = { .place = i };
    int code = fetch_lists(r, word->term, &new);
    if (code != TIAN_OK || new.documents == 0)
        return code;
    new.weight = word->weight *idf_of(documents, new.documents) * (K + 1);
    if (q->rare > 0) /* idf^rare */
        new.weight *= pow(log(1 + (documents - new.documents + .5) / (new.documents + .5)), q->rare);
    r->words[r->nwords++] = new;
    return TIAN_OK;
}

static int find_words(struct ranking *r, const struct rank_query *q)
{
    double documents = 0, length = 0;
    int code = TIAN_OK;
    for (size_t i = 0; i < r->all->n; i++) {
        documents += r->all->parts[i].documents;
        length += (double)r->all->parts[i].length;
    }
    r->average = documents > 0 ? length / documents : 0;
    r->words = arena_array(r->arena, struct ranked_word, q->nwords + 1);
    for (size_t i = 0; code == TIAN_OK && i < q->nwords; i++)
        code = add_word(r, q, i, documents);
    if (r->nwords > 1)
        qsort(r->words, r->nwords, sizeof *r->words, compare_words);
    for (size_t i = r->nwords; i-- > 0;)
        r->words[i].rest = r->words[i + 1].rest + r->words[i].weight;
    return code;
}

/* What the count of a document of that length has beside it. The average of opened words stays the same, so
 * that of each length is worked out once. */
static double slowness(const struct ranking *r, uint32_t length)
{
    double *known = length < WORDS_LENGTHS ? &r->all->slowness[length] : NULL;
    if (known != NULL && *known > 0)
        return *known;
    double slow = K / log2(1 + C * r->average / (length > 0 ? length : 1));
    if (known != NULL)
        *known = slow;
    return slow;
}

static inline double part_of(const struct ranking *r, uint32_t length, uint32_t count)
{
    return count / (slowness(r, length) + count);
}

/* ---- Words in documents that are known ----------------------------------------------- */

static void look_up_word(struct ranking *r, size_t part, const struct ranked_word *word, size_t from,
                         size_t to)
{
    const struct word_list *list = &word->list[part];
    const uint32_t *length = r->facts->lengths[part], base = r->all->parts[part].base;
    if (list->docs.count == 0 || word_list_is_silent(list))
        return;
    size_t n = doclist_places(&list->docs, base, r->docs + from, to - from, r->which, r->place);
    word_list_counts(list, r->place, n, r->count);
    for (size_t k = 0; k < n; k++) {
        size_t at = from + r->which[k];
        r->score[at] += word->weight * part_of(r, length[r->docs[at] - base], r->count[k]);
    }
}

/* The words from `first` on in the documents at hand. */
static void look_up_all(struct ranking *r, size_t first)
{
    r->which = arena_alloc(r->arena, mem_product(r->n, sizeof *r->which));
    r->place = arena_alloc(r->arena, mem_product(r->n, sizeof *r->place));
    r->count = arena_alloc(r->arena, mem_product(r->n, sizeof *r->count));
    for (size_t part = 0, from = 0, to = 0; part < r->all->n; part++, from = to) {
        uint32_t stop = r->all->parts[part].base + r->all->parts[part].documents;
        while (to < r->n && r->docs[to] < stop)
            to++;
        for (size_t w = first; w < r->nwords && from < to; w++)
            look_up_word(r, part, &r->words[w], from, to);
    }
}

static void take_required(struct ranking *r, const struct docs *required)
{
    r->docs = arena_alloc(r->arena, mem_product(required->n, sizeof *r->docs));
    r->score = arena_array(r->arena, double, required->n);
    for (size_t i = 0; i < required->n; i++)
        if (!r->facts->alive || r->facts->alive(r->facts->self, required->at[i]))
            r->docs[r->n++] = required->at[i];
}

/* ---- Any document ----------------------------------------------------------------------- */

struct sweep {
    uint32_t *docs, *counts; /* of one list */
    double *score;           /* of every document */
    uint32_t *touched;       /* those whose score is not 0, in the order they came */
    size_t ntouched;
};

static void sweep_list(struct ranking *r, struct sweep *s, size_t part, const struct ranked_word *word)
{
    const struct word_list *list = &word->list[part];
    const uint32_t *length = r->facts->lengths[part], base = r->all->parts[part].base;
    if (list->docs.count == 0 || word_list_is_silent(list))
        return;
    uint32_t n = word_list_decode(list, base, s->docs, s->counts);
    for (uint32_t k = 0; k < n; k++) {
        uint32_t doc = s->docs[k];
        if (s->counts[k] == 0 || (r->facts->alive && !r->facts->alive(r->facts->self, doc)))
            continue;
        if (s->score[doc] == 0)
            s->touched[s->ntouched++] = doc;
        s->score[doc] += word->weight * part_of(r, length[doc - base], s->counts[k]);
    }
}

/* The score that a document must reach to be among the best so far. */
static double threshold(struct ranking *r, const struct sweep *s)
{
    r->nbest = 0;
    if (s->ntouched <= r->wanted)
        return 0;
    for (size_t i = 0; i < s->ntouched; i++)
        offer(r, s->touched[i], s->score[s->touched[i]]);
    r->nbest = 0;
    return r->best[0].score;
}

static uint32_t span_of(const struct words *all)
{
    return all->n ? all->parts[all->n - 1].base + all->parts[all->n - 1].documents : 0;
}

static int compare_docs(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Sweep as many words as must be; how many. */
static size_t sweep_words(struct ranking *r, struct sweep *s, double *least)
{
    size_t w = 0;
    *least = 0;
    for (; w < r->nwords && *least <= r->words[w].rest + A_LITTLE; w++) {
        for (size_t part = 0; part < r->all->n; part++)
            sweep_list(r, s, part, &r->words[w]);
        if (w + 1 < r->nwords && r->words[w + 1].documents * 2 > (double)s->ntouched)
            *least = threshold(r, s);
    }
    return w;
}

static void rank_any(struct ranking *r)
{
    uint32_t span = span_of(r->all);
    struct sweep s = { arena_alloc(r->arena, mem_product(span, sizeof *s.docs)),
                       arena_alloc(r->arena, mem_product(span, sizeof *s.counts)),
                       arena_array(r->arena, double, span),
                       arena_alloc(r->arena, mem_product(span, sizeof *s.touched)), 0 };
    double least;
    size_t swept = sweep_words(r, &s, &least);
    r->docs = s.touched;
    for (size_t i = 0; i < s.ntouched; i++)
        if (s.score[s.touched[i]] + r->words[swept].rest + A_LITTLE >= least)
            r->docs[r->n++] = s.touched[i];
    if (swept < r->nwords && r->n > 1)
        qsort(r->docs, r->n, sizeof *r->docs, compare_docs);
    r->score = arena_alloc(r->arena, mem_product(r->n, sizeof *r->score));
    for (size_t i = 0; i < r->n; i++)
        r->score[i] = s.score[r->docs[i]];
    if (swept < r->nwords)
        look_up_all(r, swept);
}

/* ---- All ------------------------------------------------------------------------------------ */

static int rank(struct ranking *r, const struct rank_query *q, size_t first, struct rank_hit *out, size_t *n)
{
    int code = find_words(r, q);
    if (code != TIAN_OK)
        return code;
    if (q->required) {
        take_required(r, q->required);
        look_up_all(r, 0);
    } else if (r->nwords > 0)
        rank_any(r);
    for (size_t i = 0; i < r->n; i++)
        offer(r, r->docs[i], r->score[i]);
    qsort(r->best, r->nbest, sizeof *r->best, compare_hits);
    for (size_t i = first; i < r->nbest; i++)
        out[(*n)++] = r->best[i];
    return ctx_check(r->ctx);
}

int words_rank(struct ctx *ctx, struct words *w, const struct rank_query *q, const struct rank_facts *facts,
               size_t first, size_t count, struct rank_hit *out, size_t *n)
{
    size_t most = q->required ? q->required->n : span_of(w),
           wanted = first + (count < SIZE_MAX - first ? count : SIZE_MAX - first);
    struct ranking r = { .ctx = ctx, .all = w, .facts = facts };
    *n = 0;
    r.wanted = wanted < most ? wanted : most;
    if (r.wanted == 0 || count == 0)
        return TIAN_OK;
    r.arena = arena_new(ctx->arena);
    r.best = arena_alloc(r.arena, mem_product(r.wanted, sizeof *r.best));
    int code = rank(&r, q, first, out, n);
    arena_free(r.arena);
    return code;
}
