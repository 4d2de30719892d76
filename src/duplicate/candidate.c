/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Two cheap ways, because each is blind to something.
 *
 *   Clauses   The fingerprint of every clause has a list of documents. Measured
 *             (c10k): 2,700 postings a draft, and the source is in the first 20
 *             for 97–100 % of every kind of copying, quarters in other text
 *             included. Blind to the same matter in other words.
 *   Pairs     The best pairs of adjacent letters by tf·idf, from all parts of the
 *             draft and from its title (its rarest pairs alone all stand in the
 *             one paragraph that is new); documents are ranked by the rarity of
 *             those they have. Blind to a short copied part in a long text.
 *
 * Clauses that more than 2 % of the base have are boilerplate and are not read;
 * of the pairs' lists the rarest are read first, and only so much in all.
 */
#include "duplicate/candidate.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

enum {
    PARTS = 8,                 /* of the draft, the title not counted */
    PART_PAIRS = 8,            /* taken from each */
    PART_LONG = 600,           /* pairs of a part from which on those said once are left out */
    POSTINGS_MOST = 60 * 1000, /* of pairs, read for one draft */
    BY_CLAUSES = 16,           /* candidates of each way */
    BY_PAIRS = 40,
    PAIRS_SURE =
        16, /* beyond these only what has a good part of the pairs: of a campaign's forty letters all have */
    LIST_LEAST = 200, /* a list this short is read, */
    LIST_MOST = 2000, /* one longer than this is not, whatever 2 % of the base are */
    KEYS_MOST = 4000, /* clauses of one draft looked up */
};

static const float FAR = 0.08f;      /* of what all pairs weigh */
static const float RARITY_LEAST = 2, /* of a pair: an eighth of the base has it; */
    RARITY_LEAST_TINY = 0.5;         /* more of a base of less than a hundred */

/* ---- Clauses ---------------------------------------------------------------- */

struct vote {
    uint32_t doc;
    float score;
};
struct votes {
    struct vote *at;
    size_t n, cap;
};

struct key {
    uint32_t key, letters;
};
struct key_list {
    struct key *at;
    size_t n, cap;
};

static int by_key(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    return x->key < y->key ? -1 : x->key > y->key;
}

static void distinct_keys(const struct sheet *draft, struct key_list *keys)
{
    size_t kept = 0, step = draft->nclauses / KEYS_MOST + 1;
    for (size_t i = 0; i < draft->nclauses; i += step) {
        const struct clause *c = &draft->clause[i];
        if (c->key != 0)
            vec_push(keys, (struct key){ c->key, c->to - c->from });
    }
    if (keys->n > 0)
        qsort(keys->at, keys->n, sizeof *keys->at, by_key);
    for (size_t i = 0; i < keys->n; i++)
        if (kept == 0 || keys->at[kept - 1].key != keys->at[i].key)
            keys->at[kept++] = keys->at[i];
    keys->n = kept;
}

static int by_vote(const void *a, const void *b)
{
    const struct vote *x = a, *y = b;
    return x->doc < y->doc ? -1 : x->doc > y->doc;
}

static int collect_votes(struct ctx *ctx, const struct snapshot *s, const struct key_list *keys,
                         struct votes *votes)
{
    uint32_t most = snapshot_live(s) / 50;
    struct docs docs;
    vec_init(&docs, ctx->arena);
    most = most < LIST_LEAST ? LIST_LEAST : most > LIST_MOST ? LIST_MOST : most;
    for (size_t i = 0; i < keys->n; i++) {
        uint32_t size = snapshot_list_size(s, LIST_CLAUSES, keys->at[i].key);
        if (size == 0 || size > most)
            continue;
        int code = snapshot_intersect(ctx, s, LIST_CLAUSES, &keys->at[i].key, 1, &docs);
        if (code != TIAN_OK)
            return code;
        float score = (float)keys->at[i].letters / log2f(1 + (float)size);
        for (size_t k = 0; k < docs.n; k++)
            vec_push(votes, (struct vote){ docs.at[k], score });
    }
    return TIAN_OK;
}

static int best_clauses(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->clause_score < y->clause_score || x->clause_score > y->clause_score)
        return x->clause_score > y->clause_score ? -1 : 1;
    return x->doc < y->doc ? -1 : x->doc > y->doc;
}

static void sum_votes(struct votes *votes, struct candidates *out)
{
    if (votes->n > 0)
        qsort(votes->at, votes->n, sizeof *votes->at, by_vote);
    for (size_t i = 0; i < votes->n; i++) {
        if (i == 0 || votes->at[i].doc != votes->at[i - 1].doc)
            vec_push(out, (struct candidate){ .doc = votes->at[i].doc });
        out->at[out->n - 1].clauses++;
        out->at[out->n - 1].clause_score += votes->at[i].score;
    }
    if (out->n > 0)
        qsort(out->at, out->n, sizeof *out->at, best_clauses);
}

static int by_clauses(struct ctx *ctx, const struct snapshot *s, const struct sheet *draft,
                      struct candidates *out)
{
    struct key_list keys;
    struct votes votes;
    vec_init(&keys, ctx->arena);
    vec_init(&votes, ctx->arena);
    distinct_keys(draft, &keys);
    int code = collect_votes(ctx, s, &keys, &votes);
    if (code != TIAN_OK)
        return code;
    sum_votes(&votes, out);
    return TIAN_OK;
}

/* ---- Pairs ------------------------------------------------------------------ */

struct pick {
    uint32_t key, size; /* documents that have it */
    float weight;       /* rarity */
};

struct picks {
    struct pick *at;
    size_t n, cap;
};

struct pair_way {
    struct ctx *ctx;
    const struct snapshot *snapshot;
    struct agree *agree;
    double average; /* bytes of a document */
    struct picks picks;
};

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* Rarest first, so that what is cheap and says most is read before the reading ends. */
static int by_size(const void *a, const void *b)
{
    const struct pick *x = a, *y = b;
    if (x->size != y->size)
        return x->size < y->size ? -1 : 1;
    return x->key < y->key ? -1 : x->key > y->key;
}

static bool is_picked(const struct picks *p, uint32_t key)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->at[i].key == key)
            return true;
    return false;
}

struct best {
    struct pick at[PART_PAIRS];
    float weight[PART_PAIRS]; /* descending: rarity, and how often it is said */
    size_t n;
};

static void put_best(struct best *b, struct pick pick, float weight)
{
    if (b->n == PART_PAIRS && b->weight[b->n - 1] >= weight)
        return;
    size_t i = b->n < PART_PAIRS ? b->n++ : PART_PAIRS - 1;
    for (; i > 0 && b->weight[i - 1] < weight; i--) {
        b->weight[i] = b->weight[i - 1];
        b->at[i] = b->at[i - 1];
    }
    b->weight[i] = weight;
    b->at[i] = pick;
}

/* The best of these pairs, given sorted, by tf·idf; what is in no document or in very many is left out. */
static void pick_best(struct pair_way *w, const uint32_t *keys, size_t n, struct best *best)
{
    size_t least = n > PART_LONG ? 2 : 1;
    float rare = snapshot_live(w->snapshot) < 100 ? RARITY_LEAST_TINY : RARITY_LEAST;
    for (size_t i = 0, to; i < n; i = to) {
        for (to = i + 1; to < n && keys[to] == keys[i];)
            to++;
        if (to - i < least || is_picked(&w->picks, keys[i]))
            continue;
        float rarity = (float)agree_weight(w->agree, keys[i]);
        if (rarity > rare)
            put_best(best, (struct pick){ keys[i], 0, rarity }, rarity * (1 + logf((float)(to - i))));
    }
}

static void pick_part(struct pair_way *w, struct keys *pairs)
{
    struct best best = { .n = 0 };
    if (pairs->n > 0)
        qsort(pairs->at, pairs->n, sizeof *pairs->at, by_number);
    pick_best(w, pairs->at, pairs->n, &best);
    for (size_t i = 0; i < best.n; i++) {
        best.at[i].size = snapshot_list_size(w->snapshot, LIST_PAIRS, best.at[i].key);
        vec_push(&w->picks, best.at[i]);
    }
}

static void pick_pairs(struct pair_way *w, const struct sheet *draft, const struct normal *title)
{
    struct keys pairs;
    uint32_t key;
    vec_init(&pairs, w->ctx->arena);
    for (size_t i = 0; agree_next_pair(title, &i, title->n, &key);)
        vec_push(&pairs, key);
    pick_part(w, &pairs);
    size_t parts = draft->nclauses < PARTS ? draft->nclauses : PARTS;
    for (size_t k = 0; k < parts; k++) {
        pairs.n = 0;
        for (size_t c = draft->nclauses * k / parts; c < draft->nclauses * (k + 1) / parts; c++)
            for (size_t i = draft->clause[c].begin;
                 agree_next_pair(&draft->normal, &i, draft->clause[c].end, &key);)
                vec_push(&pairs, key);
        pick_part(w, &pairs);
    }
}

/* What was found of the picks in one document. */
struct tally {
    float sum; /* of their weights */
    uint32_t n;
};

/* Read the lists, rarest first, until so much was read; the documents met go to docs, each once. */
static int read_lists(struct pair_way *w, struct tally *tallies, struct docs *met)
{
    struct docs docs;
    size_t read = 0;
    vec_init(&docs, w->ctx->arena);
    if (w->picks.n > 0)
        qsort(w->picks.at, w->picks.n, sizeof *w->picks.at, by_size);
    for (size_t i = 0; i < w->picks.n && read + w->picks.at[i].size <= POSTINGS_MOST; i++) {
        const struct pick *p = &w->picks.at[i];
        int code = snapshot_intersect(w->ctx, w->snapshot, LIST_PAIRS, &p->key, 1, &docs);
        if (code != TIAN_OK)
            return code;
        read += p->size;
        for (size_t k = 0; k < docs.n; k++) {
            struct tally *t = &tallies[docs.at[k]];
            t->sum += p->weight;
            if (t->n++ == 0)
                vec_push(met, docs.at[k]);
        }
    }
    return TIAN_OK;
}

struct pair_hit {
    uint32_t doc, pairs;
    float score;
};

/* A long text has many pairs by chance: each says less there. */
static float tally_score(const struct pair_way *w, uint32_t doc, struct tally t)
{
    double size = (double)snapshot_number(w->snapshot, doc, COLUMN_SIZE) / w->average;
    return size > 1 ? t.sum - (float)t.n * logf((float)size) : t.sum;
}

static float sum_weights(const struct picks *p)
{
    float sum = 0;
    for (size_t i = 0; i < p->n; i++)
        sum += p->at[i].weight;
    return sum;
}

static void put_hit(struct pair_hit hits[BY_PAIRS], size_t *n, struct pair_hit hit)
{
    size_t i = *n < BY_PAIRS ? (*n)++ : BY_PAIRS - 1;
    for (; i > 0 && hits[i - 1].score < hit.score; i--)
        hits[i] = hits[i - 1];
    hits[i] = hit;
}

static int by_pairs(struct pair_way *w, const struct sheet *draft, const struct normal *title,
                    struct pair_hit hits[BY_PAIRS], size_t *n)
{
    struct tally *tallies = arena_array(w->ctx->arena, struct tally, snapshot_span(w->snapshot) + 1);
    struct docs met;
    vec_init(&met, w->ctx->arena);
    *n = 0;
    pick_pairs(w, draft, title);
    int code = read_lists(w, tallies, &met);
    for (size_t i = 0; code == TIAN_OK && i < met.n; i++) {
        struct tally t = tallies[met.at[i]];
        if (*n == BY_PAIRS && t.sum <= hits[BY_PAIRS - 1].score)
            continue;
        struct pair_hit hit = { met.at[i], t.n, tally_score(w, met.at[i], t) };
        if (*n < BY_PAIRS || hit.score > hits[BY_PAIRS - 1].score)
            put_hit(hits, n, hit);
    }
    while (*n > PAIRS_SURE && hits[*n - 1].score < FAR * sum_weights(&w->picks))
        (*n)--;
    return code;
}

/* ---- Both ------------------------------------------------------------------- */

static struct candidate *find_candidate(const struct candidates *c, uint32_t doc)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->at[i].doc == doc)
            return &c->at[i];
    return NULL;
}

static void add_clause_hit(const struct candidates *all, size_t i, struct candidates *out)
{
    struct candidate *c = find_candidate(out, all->at[i].doc), copy = all->at[i];
    copy.clause_rank = (uint16_t)(i + 1);
    if (c == NULL) {
        vec_push(out, copy);
        return;
    }
    c->clauses = copy.clauses;
    c->clause_score = copy.clause_score;
    c->clause_rank = copy.clause_rank;
}

static void add_pair_hit(const struct candidates *all, const struct pair_hit *hit, size_t i,
                         struct candidates *out)
{
    struct candidate *c = find_candidate(out, hit->doc);
    if (c == NULL) {
        const struct candidate *known = find_candidate(all, hit->doc);
        vec_push(out, (struct candidate){ .doc = hit->doc,
                                          .clauses = known ? known->clauses : 0,
                                          .clause_score = known ? known->clause_score : 0 });
        c = &out->at[out->n - 1];
    }
    c->pair_score = hit->score;
    c->pairs = hit->pairs;
    c->pair_rank = (uint16_t)(i + 1);
}

/* The ways take turns, so that neither crowds the other out. */
static void merge_ways(const struct candidates *all, const struct pair_hit *hits, size_t nhits,
                       struct candidates *out)
{
    for (size_t i = 0; i < BY_CLAUSES || i < BY_PAIRS; i++) {
        if (i < all->n && i < BY_CLAUSES && out->n < CANDIDATES_MOST)
            add_clause_hit(all, i, out);
        if (i < nhits && out->n < CANDIDATES_MOST)
            add_pair_hit(all, &hits[i], i, out);
    }
}

static void drop_doc(struct candidates *c, uint32_t doc)
{
    struct candidate *found = find_candidate(c, doc);
    if (found == NULL)
        return;
    memmove(found, found + 1, (size_t)(c->at + c->n - (found + 1)) * sizeof *found);
    c->n--;
}

int candidates_find(struct ctx *ctx, const struct snapshot *snapshot, struct agree *agree,
                    const struct sheet *draft, const struct normal *title, uint32_t exclude,
                    struct candidates *out)
{
    struct candidates all;
    struct pair_way pairs = {
        .ctx = ctx, .snapshot = snapshot, .agree = agree, .average = snapshot_average_size(snapshot)
    };
    struct pair_hit hits[BY_PAIRS];
    size_t nhits;
    vec_init(&all, ctx->arena);
    vec_init(&pairs.picks, ctx->arena);
    out->n = 0;
    int code = by_clauses(ctx, snapshot, draft, &all);
    if (code == TIAN_OK)
        code = by_pairs(&pairs, draft, title, hits, &nhits);
    if (code != TIAN_OK)
        return code;
    drop_doc(&all, exclude);
    merge_ways(&all, hits, nhits, out);
    drop_doc(out, exclude);
    return TIAN_OK;
}
