/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Two sheets are compared in two ways, and a letter counts as found when one of
 * them says so.
 *
 *   Runs      Equal letters, at least eight of them, whatever the punctuation.
 *             The draft's 6-grams are chained in a hash table; a 6-gram of the
 *             other text starts a run only where the letters before it differ
 *             (all others continue one), so each maximal run is met once.
 *   Clauses   Small edits. Of each clause there, the adjacent pairs are counted
 *             in the draft's clauses at once, by an inverted index of pairs:
 *             Dice ≥ 0.6 covers both clauses, and a clause whose pairs stand by
 *             0.8 in one longer clause is covered by it. Order of the clauses
 *             and order inside a clause hardly matter.
 *
 * Shares are weighted by the clauses' weights; when two clauses were found to be
 * one, the smaller weight holds for both (a reworded 大会精神 is boilerplate too).
 * Runs are Greedy String Tiling's idea (Wise 1993) without its marking rounds:
 * one draft letter may be found many times, it counts once.
 */
#include "duplicate/align.h"

#include <assert.h>
#include <stdlib.h>

enum {
    GRAM = 6,        /* letters that seed a run */
    CHAIN_MOST = 48, /* occurrences of one gram looked at: laws repeat themselves */
    PAIR_MOST = 64,  /* draft clauses of one pair looked at */
    CLAUSE_LEAST = 5 /* letters of a clause that pairs can decide on */
};
static const double DICE_LEAST = 0.6, INSIDE_LEAST = 0.8;

struct place {
    uint32_t key, clause;
};

struct pattern {
    const struct sheet *draft;
    uint32_t *gram_head, *gram_next; /* 1 + letter; 0 ends */
    uint64_t gram_mask;
    struct place *place; /* (pair, clause), sorted, distinct */
    size_t nplaces;
    uint32_t *pair_head; /* 1 + first place of a pair; 0: none. Open addressing. */
    uint64_t pair_mask;
    const struct clause **keyed; /* clauses with a fingerprint, by it */
    size_t nkeyed;
    uint32_t *counted; /* scratch: of a pair's first place, the clause that was counted last */
    uint32_t stamp;
    uint32_t *hits;    /* scratch: pairs shared with each clause of the draft */
    uint32_t *touched; /* scratch: clauses with hits */
};

/* What was found of one sheet. */
struct cover {
    uint8_t *letter; /* of each letter: in a run */
    uint8_t *clause; /* of each clause: matched */
    float *weight;   /* of each clause, as it counts */
};

static uint64_t table_size(size_t n)
{
    uint64_t size = 64;
    while (size < 2 * (uint64_t)n)
        size *= 2;
    return size;
}

/* ---- grams ----------------------------------------------------------------- */

static uint64_t gram_hash(const uint16_t *letter)
{
    uint64_t low, high = 0;
    memcpy(&low, letter, 8);
    memcpy(&high, letter + 4, 4);
    uint64_t h = (low ^ (high * 0x9E3779B97F4A7C15ull)) * 0xBF58476D1CE4E5B9ull;
    return h ^ (h >> 29);
}

static void index_grams(struct pattern *p, struct arena *arena)
{
    const struct sheet *d = p->draft;
    uint64_t size = table_size(d->n);
    p->gram_mask = size - 1;
    p->gram_head = arena_array(arena, uint32_t, size);
    p->gram_next = arena_array(arena, uint32_t, d->n + 1);
    for (size_t i = d->n >= GRAM ? d->n - GRAM + 1 : 0; i-- > 0;) {
        uint32_t *head = &p->gram_head[gram_hash(d->letter + i) & p->gram_mask];
        p->gram_next[i] = *head;
        *head = (uint32_t)i + 1;
    }
}

/* Letters equal from i and j on. */
static size_t equal_letters(const struct sheet *a, size_t i, const struct sheet *b, size_t j)
{
    size_t n = 0;
    while (i + n < a->n && j + n < b->n && a->letter[i + n] == b->letter[j + n])
        n++;
    return n;
}

struct runs {
    struct run *at;
    size_t n, cap;
};

static void runs_at(const struct pattern *p, const struct sheet *theirs, size_t j, struct runs *runs)
{
    const struct sheet *d = p->draft;
    uint32_t i = p->gram_head[gram_hash(theirs->letter + j) & p->gram_mask];
    for (int looked = 0; i != 0 && looked < CHAIN_MOST; looked++, i = p->gram_next[i - 1]) {
        size_t mine = i - 1;
        if (mine > 0 && j > 0 && d->letter[mine - 1] == theirs->letter[j - 1])
            continue;
        size_t n = equal_letters(d, mine, theirs, j);
        if (n >= RUN_LEAST)
            vec_push(runs, (struct run){ (uint32_t)mine, (uint32_t)j, (uint32_t)n });
    }
}

static void find_runs(const struct pattern *p, const struct sheet *theirs, struct runs *runs)
{
    for (size_t j = 0; j + GRAM <= theirs->n; j++)
        runs_at(p, theirs, j, runs);
}

/* ---- pairs ----------------------------------------------------------------- */

static uint32_t pair_at(const struct sheet *s, size_t i)
{
    return pair_key(s->letter[i], s->letter[i + 1]);
}

static int by_place(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->clause < y->clause ? -1 : x->clause > y->clause;
}

static void collect_places(struct pattern *p, struct arena *arena)
{
    const struct sheet *d = p->draft;
    p->place = arena_array(arena, struct place, d->n + 1);
    size_t n = 0, kept = 0;
    for (size_t i = 0; i + 1 < d->n; i++)
        if (d->owner[i] == d->owner[i + 1])
            p->place[n++] = (struct place){ pair_at(d, i), d->owner[i] };
    qsort(p->place, n, sizeof *p->place, by_place);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || by_place(&p->place[kept - 1], &p->place[i]) != 0)
            p->place[kept++] = p->place[i];
    p->nplaces = kept;
}

/* The slot of a pair: empty, or holding its first place. */
static uint32_t *pair_slot(const struct pattern *p, uint32_t key)
{
    uint64_t i = (key * 0x9E3779B97F4A7C15ull) >> 20;
    for (;; i++) {
        uint32_t *slot = &p->pair_head[i & p->pair_mask];
        if (*slot == 0 || p->place[*slot - 1].key == key)
            return slot;
    }
}

static void index_pairs(struct pattern *p, struct arena *arena)
{
    collect_places(p, arena);
    uint64_t size = table_size(p->nplaces);
    p->pair_mask = size - 1;
    p->pair_head = arena_array(arena, uint32_t, size);
    for (size_t i = 0; i < p->nplaces; i++)
        if (i == 0 || p->place[i].key != p->place[i - 1].key)
            *pair_slot(p, p->place[i].key) = (uint32_t)i + 1;
    p->counted = arena_array(arena, uint32_t, p->nplaces + 1);
    p->hits = arena_array(arena, uint32_t, p->draft->nclauses + 1);
    p->touched = arena_array(arena, uint32_t, p->draft->nclauses + 1);
}

static int by_key(const void *a, const void *b)
{
    const struct clause *x = *(const struct clause *const *)a, *y = *(const struct clause *const *)b;
    return x->key < y->key ? -1 : x->key > y->key;
}

static void index_keys(struct pattern *p, struct arena *arena)
{
    p->keyed = arena_alloc(arena, (p->draft->nclauses + 1) * sizeof *p->keyed);
    for (size_t i = 0; i < p->draft->nclauses; i++)
        if (p->draft->clause[i].key != 0)
            p->keyed[p->nkeyed++] = &p->draft->clause[i];
    if (p->nkeyed > 0)
        qsort(p->keyed, p->nkeyed, sizeof *p->keyed, by_key);
}

struct pattern *pattern_new(struct arena *arena, const struct sheet *draft)
{
    struct pattern *p = arena_new_of(arena, struct pattern);
    p->draft = draft;
    index_grams(p, arena);
    index_pairs(p, arena);
    index_keys(p, arena);
    return p;
}

float pattern_weight(const struct pattern *p, uint32_t key)
{
    size_t low = 0, high = p->nkeyed;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (p->keyed[middle]->key < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low < p->nkeyed && p->keyed[low]->key == key ? p->keyed[low]->weight : 1;
}

/* ---- clauses --------------------------------------------------------------- */

/* One more hit for every draft clause that has the pair whose first place this is; n: clauses touched before.
 */
static size_t hit_places(struct pattern *p, uint32_t first, size_t n)
{
    uint32_t key = p->place[first - 1].key;
    for (size_t k = first; k <= p->nplaces && k - first < PAIR_MOST && p->place[k - 1].key == key; k++) {
        uint32_t clause = p->place[k - 1].clause;
        if (p->hits[clause]++ == 0)
            p->touched[n++] = clause;
    }
    return n;
}

/* Count the distinct pairs of a clause there in the draft's clauses; returns how many of these share one. */
static size_t count_hits(struct pattern *p, const struct sheet *theirs, const struct clause *c)
{
    size_t n = 0;
    p->stamp++;
    for (size_t j = c->from; j + 1 < c->to; j++) {
        uint32_t first = *pair_slot(p, pair_at(theirs, j));
        if (first == 0 || p->counted[first - 1] == p->stamp)
            continue;
        p->counted[first - 1] = p->stamp;
        n = hit_places(p, first, n);
    }
    return n;
}

static void match_clauses(struct cover *a, size_t i, struct cover *b, size_t j, int sides)
{
    float weight = a->weight[i] < b->weight[j] ? a->weight[i] : b->weight[j];
    if (sides & 1) {
        a->clause[i] = 1;
        a->weight[i] = weight;
    }
    if (sides & 2) {
        b->clause[j] = 1;
        b->weight[j] = weight;
    }
}

/* Which sides hits shared pairs cover, of a clause with a letters and one with b: 1 | 2. */
static int sides_covered(size_t hits, size_t a, size_t b)
{
    double pa = (double)a - 1, pb = (double)b - 1, h = (double)hits;
    if (a < CLAUSE_LEAST || b < CLAUSE_LEAST)
        return 0;
    if (2 * h >= DICE_LEAST * (pa + pb))
        return 3;
    return (h >= INSIDE_LEAST * pa ? 1 : 0) | (h >= INSIDE_LEAST * pb ? 2 : 0);
}

static void find_clauses(struct pattern *p, const struct sheet *theirs, struct cover *mine,
                         struct cover *other)
{
    for (size_t j = 0; j < theirs->nclauses; j++) {
        const struct clause *there = &theirs->clause[j];
        size_t touched = count_hits(p, theirs, there);
        for (size_t k = 0; k < touched; k++) {
            uint32_t i = p->touched[k];
            const struct clause *here = &p->draft->clause[i];
            int sides = sides_covered(p->hits[i], here->to - here->from, there->to - there->from);
            if (sides != 0)
                match_clauses(mine, i, other, j, sides);
            p->hits[i] = 0;
        }
    }
}

/* ---- shares ---------------------------------------------------------------- */

static void cover_init(struct cover *c, const struct sheet *s, struct arena *arena)
{
    c->letter = arena_array(arena, uint8_t, s->n + 1);
    c->clause = arena_array(arena, uint8_t, s->nclauses + 1);
    c->weight = arena_array(arena, float, s->nclauses + 1);
    for (size_t i = 0; i < s->nclauses; i++)
        c->weight[i] = s->clause[i].weight;
}

struct share {
    double found, exact, all;
};

static void share_add(struct share *s, const struct cover *cover, const struct clause *c, size_t clause)
{
    size_t exact = 0, n = c->to - c->from;
    double weight = cover->weight[clause];
    for (size_t i = c->from; i < c->to; i++)
        exact += cover->letter[i];
    s->exact += weight * (double)exact;
    s->found += weight * (double)(cover->clause[clause] ? n : exact);
    s->all += weight * (double)n;
}

/* Of the clauses whose section's bit is set in kinds. */
static struct share share_of(const struct sheet *s, const struct cover *cover, unsigned kinds)
{
    struct share share = { 0, 0, 0 };
    for (size_t i = 0; i < s->nclauses; i++)
        if (kinds >> s->clause[i].section & 1)
            share_add(&share, cover, &s->clause[i], i);
    return share;
}

static double ratio(double part, double all, double otherwise)
{
    return all > 0 ? part / all : otherwise;
}

static void compute_shares(const struct pattern *p, const struct sheet *theirs, const struct cover cover[2],
                           struct alignment *out)
{
    struct share mine = share_of(p->draft, &cover[0], ~0u), there = share_of(theirs, &cover[1], ~0u);
    struct share problem = share_of(p->draft, &cover[0], 1u << SECTION_SITUATION | 1u << SECTION_ANALYSIS);
    struct share suggestion = share_of(p->draft, &cover[0], 1u << SECTION_SUGGESTION);
    out->mine = ratio(mine.found, mine.all, 0);
    out->exact = ratio(mine.exact, mine.all, 0);
    out->theirs = ratio(there.found, there.all, 0);
    out->problem = ratio(problem.found, problem.all, -1);
    out->suggestion = ratio(suggestion.found, suggestion.all, -1);
}

/* ---- runs for showing -------------------------------------------------------- */

static int longer_run(const void *a, const void *b)
{
    const struct run *x = a, *y = b;
    if (x->n != y->n)
        return x->n > y->n ? -1 : 1;
    if (x->mine != y->mine)
        return x->mine < y->mine ? -1 : 1;
    return x->theirs < y->theirs ? -1 : x->theirs > y->theirs;
}

/* Cut from the run what letters of the draft are taken at its ends; false when less than RUN_LEAST stays. */
static bool trim_run(struct run *run, const uint8_t *taken)
{
    while (run->n > 0 && taken[run->mine]) {
        run->mine++;
        run->theirs++;
        run->n--;
    }
    uint32_t n = 0;
    while (n < run->n && !taken[run->mine + n])
        n++;
    run->n = n;
    return n >= RUN_LEAST;
}

/* Longest first, each letter of the draft in one run at most. */
static void select_runs(struct runs *runs, const struct sheet *draft, struct arena *arena)
{
    uint8_t *taken = arena_array(arena, uint8_t, draft->n + 1);
    size_t kept = 0;
    if (runs->n > 0)
        qsort(runs->at, runs->n, sizeof *runs->at, longer_run);
    for (size_t i = 0; i < runs->n; i++) {
        struct run run = runs->at[i];
        if (!trim_run(&run, taken))
            continue;
        memset(taken + run.mine, 1, run.n);
        runs->at[kept++] = run;
    }
    runs->n = kept;
    if (kept > 0)
        qsort(runs->at, kept, sizeof *runs->at, longer_run);
}

void align(struct pattern *p, const struct sheet *theirs, struct arena *arena, struct alignment *out)
{
    struct cover cover[2];
    struct runs runs;
    memset(out, 0, sizeof *out);
    vec_init(&runs, arena);
    cover_init(&cover[0], p->draft, arena);
    cover_init(&cover[1], theirs, arena);
    find_runs(p, theirs, &runs);
    for (size_t i = 0; i < runs.n; i++) {
        memset(cover[0].letter + runs.at[i].mine, 1, runs.at[i].n);
        memset(cover[1].letter + runs.at[i].theirs, 1, runs.at[i].n);
        out->longest = runs.at[i].n > out->longest ? runs.at[i].n : out->longest;
    }
    find_clauses(p, theirs, &cover[0], &cover[1]);
    compute_shares(p, theirs, cover, out);
    select_runs(&runs, p->draft, arena);
    out->runs = runs.at;
    out->nruns = runs.n;
    out->in_mine = (struct found){ cover[0].letter, cover[0].clause };
    out->in_theirs = (struct found){ cover[1].letter, cover[1].clause };
}
