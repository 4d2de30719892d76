/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Two cheap ways, because each is blind to something.
 *
 *   Clauses   The fingerprint of every clause has a list of documents. Measured
 *             (c10k): 2,700 postings a draft, and the source is in the first 20
 *             for 97–100 % of every kind of copying, quarters in other text
 *             included. Blind to the same matter in other words.
 *   Words     The best words by tf·idf, ranked by BM25, taken in turn from all
 *             parts of the draft and from its title: its rarest words alone all
 *             stand in the one paragraph that is new. Blind to a short copied
 *             part in a long text.
 *
 * Lists longer than 2 % of the base are boilerplate and are not read.
 */
#include "duplicate/candidate.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

enum {
    PARTS = 8,        /* of the draft, the title not counted */
    PART_WORDS = 6,   /* taken from each */
    EACH_WAY = 16,    /* candidates of each way */
    LIST_LEAST = 200, /* a list this short is read, */
    LIST_MOST = 2000, /* one longer than this is not, whatever 2 % of the base are */
    KEYS_MOST = 4000, /* clauses of one draft looked up */
};

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

static int collect_votes(struct ctx *ctx, const struct reader *r, const struct key_list *keys,
                         struct votes *votes)
{
    uint32_t most = snapshot_live(r->snapshot) / 50;
    struct docs docs;
    vec_init(&docs, ctx->arena);
    most = most < LIST_LEAST ? LIST_LEAST : most > LIST_MOST ? LIST_MOST : most;
    for (size_t i = 0; i < keys->n; i++) {
        uint32_t size = snapshot_list_size(r->snapshot, LIST_CLAUSES, keys->at[i].key);
        if (size == 0 || size > most)
            continue;
        int code = snapshot_intersect(ctx, r->snapshot, LIST_CLAUSES, &keys->at[i].key, 1, &docs);
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

static int by_clauses(struct ctx *ctx, const struct reader *r, const struct sheet *draft,
                      struct candidates *out)
{
    struct key_list keys;
    struct votes votes;
    vec_init(&keys, ctx->arena);
    vec_init(&votes, ctx->arena);
    distinct_keys(draft, &keys);
    int code = collect_votes(ctx, r, &keys, &votes);
    if (code != TIAN_OK)
        return code;
    sum_votes(&votes, out);
    return TIAN_OK;
}

/* ---- Words ------------------------------------------------------------------ */

struct word {
    struct str term;
    float idf;            /* 0: not worth looking for */
    uint32_t total, part; /* times in the draft, in the part being read */
    uint32_t stamp;
    bool taken;
};

struct wordlist {
    const struct reader *reader;
    struct ctx *ctx;
    struct map *words; /* term → word */
    struct buf term;
    uint32_t stamp;
};

static float word_idf(struct wordlist *w, struct str term)
{
    uint32_t live = snapshot_live(w->reader->snapshot), df = 0;
    if (term.n < 2 || lexicon_is_stop(w->reader->lexicon, term))
        return 0;
    df = snapshot_word_count(w->ctx, w->reader->snapshot, term);
    if (df == 0 || (live >= 100 && df > live / 8))
        return 0;
    return logf(1 + ((float)live - (float)df + 0.5f) / ((float)df + 0.5f));
}

static struct word *word_of(struct wordlist *w, const struct normal *text, struct token token)
{
    buf_clear(&w->term);
    cut_term(text, token, &w->term);
    void **place = map_at(w->words, buf_view(&w->term));
    if (*place == NULL) {
        struct word *made = arena_new_of(w->ctx->arena, struct word);
        made->term = arena_str(w->ctx->arena, buf_view(&w->term));
        made->idf = word_idf(w, made->term);
        *place = made;
    }
    return *place;
}

struct ranked {
    struct word **at;
    size_t n, cap;
};

static float part_weight(const struct word *w)
{
    return w->idf * (1 + logf((float)w->part));
}

static int by_part_weight(const void *a, const void *b)
{
    const struct word *x = *(struct word *const *)a, *y = *(struct word *const *)b;
    float p = part_weight(x), q = part_weight(y);
    return p > q ? -1 : p < q ? 1 : str_cmp(x->term, y->term);
}

/* The words of [from, to), best first. */
static void read_part(struct wordlist *w, const struct normal *text, struct skip units, struct ranked *out)
{
    const struct tokens *tokens = cut_pieces(w->reader->cutter, text, units.from, units.to);
    w->stamp++;
    out->n = 0;
    for (size_t i = 0; i < tokens->n; i++) {
        struct word *word = word_of(w, text, tokens->at[i]);
        word->total++;
        if (word->stamp != w->stamp) {
            word->stamp = w->stamp;
            word->part = 0;
            if (word->idf > 0)
                vec_push(out, word);
        }
        word->part++;
    }
    if (out->n > 0)
        qsort(out->at, out->n, sizeof *out->at, by_part_weight);
}

static void take_part(struct wordlist *w, const struct normal *text, struct skip units, struct ranked *chosen)
{
    struct ranked part;
    size_t took = 0;
    vec_init(&part, w->ctx->arena);
    read_part(w, text, units, &part);
    for (size_t i = 0; i < part.n && took < PART_WORDS; i++) {
        if (part.at[i]->taken)
            continue;
        part.at[i]->taken = true;
        vec_push(chosen, part.at[i]);
        took++;
    }
}

static void choose_words(struct wordlist *w, const struct sheet *draft, const struct normal *title,
                         struct ranked *chosen)
{
    take_part(w, title, (struct skip){ 0, (uint32_t)title->n }, chosen);
    size_t parts = draft->nclauses < PARTS ? draft->nclauses : PARTS;
    for (size_t k = 0; k < parts; k++) {
        size_t a = draft->nclauses * k / parts, b = draft->nclauses * (k + 1) / parts;
        take_part(w, &draft->normal, (struct skip){ draft->clause[a].begin, draft->clause[b - 1].end },
                  chosen);
    }
}

static int by_words(struct ctx *ctx, const struct reader *r, const struct sheet *draft,
                    const struct normal *title, struct rank_hit hits[EACH_WAY], size_t *n)
{
    struct wordlist w = { .reader = r, .ctx = ctx, .words = map_new(ctx->arena) };
    struct ranked chosen;
    buf_init(&w.term, ctx->arena);
    vec_init(&chosen, ctx->arena);
    choose_words(&w, draft, title, &chosen);
    *n = 0;
    if (chosen.n == 0)
        return TIAN_OK;
    struct rank_word *words = arena_array(ctx->arena, struct rank_word, chosen.n);
    for (size_t i = 0; i < chosen.n; i++)
        words[i] = (struct rank_word){ chosen.at[i]->term, 1 + log((double)chosen.at[i]->total) };
    struct rank_query query = { words, chosen.n, NULL };
    return snapshot_rank(ctx, r->snapshot, &query, 0, EACH_WAY, hits, n);
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

static void add_word_hit(const struct candidates *all, const struct rank_hit *hit, size_t i,
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
    c->word_score = (float)hit->score;
    c->word_rank = (uint16_t)(i + 1);
}

/* The ways take turns, so that neither crowds the other out. */
static void merge_ways(const struct candidates *all, const struct rank_hit *hits, size_t nhits,
                       struct candidates *out)
{
    for (size_t i = 0; i < EACH_WAY; i++) {
        if (i < all->n && out->n < CANDIDATES_MOST)
            add_clause_hit(all, i, out);
        if (i < nhits && out->n < CANDIDATES_MOST)
            add_word_hit(all, &hits[i], i, out);
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

int candidates_find(struct ctx *ctx, const struct reader *r, const struct sheet *draft,
                    const struct normal *title, uint32_t exclude, struct candidates *out)
{
    struct candidates all;
    struct rank_hit hits[EACH_WAY];
    size_t nhits;
    vec_init(&all, ctx->arena);
    out->n = 0;
    int code = by_clauses(ctx, r, draft, &all);
    if (code == TIAN_OK)
        code = by_words(ctx, r, draft, title, hits, &nhits);
    if (code != TIAN_OK)
        return code;
    drop_doc(&all, exclude);
    merge_ways(&all, hits, nhits, out);
    drop_doc(out, exclude);
    return TIAN_OK;
}
