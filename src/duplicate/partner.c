/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * All against all, cheaply: every proposal asks the whole intake two questions,
 * both by adding up along lists in memory, so none is left out.
 *
 *   Matter    How much of my title (by weight), and how many of my key pairs,
 *             stand in yours? The same numbers that agree.c weighs in the end, in
 *             one direction; your question to me is the other.
 *   Clauses   What share of my letters stands in clauses that you have, too?
 *
 * Whoever answers best by either way is a partner, and everybody who answers well,
 * however many they are (a campaign's sixty letters are all partners). Two are
 * compared when one of them named the other. What is in more than a fifth of the
 * intake says nothing and is not followed, in a small intake none.
 */
#include "duplicate/partner.h"

#include <assert.h>
#include <stdlib.h>

#include "base/crew.h"

enum {
    BEST = 12,         /* of each way */
    COMMON_LEAST = 200 /* a list this short is followed always */
};
static const double GOOD_MATTER = 0.30, GOOD_CLAUSES = 0.15, LEAST_MATTER = 0.08;
static const double TITLE_LEAST = 20; /* as in agree.c */

struct keyed { /* a clause's fingerprint in a proposal */
    uint32_t key, proposal;
};

struct search {
    const struct intake *intake;
    const struct pairbook *book;
    uint32_t common;     /* lists longer than this are not followed */
    struct keyed *keyed; /* by key, then proposal; distinct */
    size_t nkeyed;
    struct couples *out;
};

/* ---- Clauses ----------------------------------------------------------------------------- */

static int by_key(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->proposal < y->proposal ? -1 : x->proposal > y->proposal;
}

static void collect_keyed(struct search *s, struct arena *arena)
{
    size_t n = 0, kept = 0;
    for (size_t i = 0; i < s->intake->n; i++)
        n += s->intake->at[i].sheet.nclauses;
    s->keyed = arena_alloc(arena, (n + 1) * sizeof *s->keyed);
    n = 0;
    for (size_t i = 0; i < s->intake->n; i++)
        for (size_t k = 0; k < s->intake->at[i].sheet.nclauses; k++)
            if (s->intake->at[i].sheet.clause[k].key)
                s->keyed[n++] = (struct keyed){ s->intake->at[i].sheet.clause[k].key, (uint32_t)i };
    qsort(s->keyed, n, sizeof *s->keyed, by_key);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || by_key(&s->keyed[kept - 1], &s->keyed[i]) != 0)
            s->keyed[kept++] = s->keyed[i];
    s->nkeyed = kept;
}

static size_t first_keyed(const struct search *s, uint32_t key)
{
    size_t low = 0, high = s->nkeyed;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (s->keyed[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ---- One proposal asks --------------------------------------------------------------------- */

struct answer {
    float title, keys, clauses;
};

struct asker { /* of a thread */
    struct arena *scratch;
    struct answer *answer; /* of every proposal; zero but for those met */
    uint32_t *met;
    size_t nmet;
    struct couples found;
};

static struct answer *answer_of(struct asker *a, uint32_t i)
{
    struct answer *answer = &a->answer[i];
    if (answer->title <= 0 && answer->keys <= 0 && answer->clauses <= 0)
        a->met[a->nmet++] = i;
    return answer;
}

static void ask_title(const struct search *s, struct asker *a, const struct proposal *mine)
{
    double all = 0;
    uint32_t pair;
    for (size_t i = 0; agree_next_pair(&mine->title, &i, mine->title.n, &pair);)
        all += pairbook_page(s->book, pair).weight;
    all = all > TITLE_LEAST ? all : TITLE_LEAST;
    for (size_t i = 0; agree_next_pair(&mine->title, &i, mine->title.n, &pair);) {
        struct page page = pairbook_page(s->book, pair);
        for (uint32_t k = 0; page.n <= s->common && page.weight > 0 && k < page.n; k++)
            answer_of(a, page.at[k])->title += (float)(page.weight / all);
    }
}

static void ask_keys(const struct search *s, struct asker *a, const struct proposal *mine)
{
    uint32_t keys[AGREE_KEYS];
    struct rarity rarity = pairbook_rarity(s->book);
    const struct agree *agree = agree_new(a->scratch, &mine->title, &mine->sheet, &rarity);
    size_t n = agree_keys(agree, keys);
    for (size_t i = 0; i < n; i++) {
        struct page page = pairbook_page(s->book, keys[i]);
        for (uint32_t k = 0; page.n <= s->common && k < page.n; k++)
            answer_of(a, page.at[k])->keys += 1 / (float)n;
    }
}

static void ask_clauses(const struct search *s, struct asker *a, const struct proposal *mine)
{
    const struct sheet *sheet = &mine->sheet;
    for (size_t i = 0; i < sheet->nclauses; i++) {
        const struct clause *c = &sheet->clause[i];
        size_t first = c->key ? first_keyed(s, c->key) : 0, end = first;
        while (c->key && end < s->nkeyed && s->keyed[end].key == c->key)
            end++;
        for (size_t k = first; end - first <= s->common && k < end; k++)
            answer_of(a, s->keyed[k].proposal)->clauses += (float)(c->to - c->from) / (float)sheet->n;
    }
}

/* ---- Who answers best ------------------------------------------------------------------------ */

static float matter(const struct answer *a)
{
    return 0.5f * a->title + 0.5f * a->keys;
}
static float clauses(const struct answer *a)
{
    return a->clauses;
}

/* The BEST-th greatest value among the answers met, or 0. */
static float bar(const struct asker *a, float (*value)(const struct answer *))
{
    float best[BEST];
    size_t n = 0;
    for (size_t i = 0; i < a->nmet; i++) {
        float v = value(&a->answer[a->met[i]]);
        if (n == BEST && v <= best[n - 1])
            continue;
        size_t at = n < BEST ? n++ : BEST - 1;
        for (; at > 0 && best[at - 1] < v; at--)
            best[at] = best[at - 1];
        best[at] = v;
    }
    return n == BEST ? best[BEST - 1] : 0;
}

static double lower(double a, double b)
{
    return a < b ? a : b;
}

static void choose(struct asker *a, uint32_t mine)
{
    a->answer[mine] = (struct answer){ 0, 0, 0 };
    double by_matter = lower(bar(a, matter), GOOD_MATTER), by_clauses = lower(bar(a, clauses), GOOD_CLAUSES);
    for (size_t i = 0; i < a->nmet; i++) {
        uint32_t other = a->met[i];
        const struct answer *answer = &a->answer[other];
        bool partner = (matter(answer) >= by_matter && matter(answer) >= LEAST_MATTER) ||
                       (answer->clauses > 0 && answer->clauses >= by_clauses);
        if (partner && other != mine)
            vec_push(&a->found,
                     mine < other ? (struct couple){ mine, other } : (struct couple){ other, mine });
        a->answer[other] = (struct answer){ 0, 0, 0 };
    }
    a->nmet = 0;
}

/* ---- All of them ------------------------------------------------------------------------------- */

static void *begin_asking(struct ctx *ctx, void *self)
{
    const struct search *s = self;
    struct asker *a = arena_new_of(ctx->arena, struct asker);
    a->scratch = arena_new(ctx->arena);
    a->answer = arena_array(ctx->arena, struct answer, s->intake->n + 1);
    a->met = arena_array(ctx->arena, uint32_t, 2 * s->intake->n + 2);
    vec_init(&a->found, ctx->arena);
    return a;
}

static int ask(struct ctx *ctx, void *self, void *own, size_t i)
{
    const struct search *s = self;
    struct asker *a = own;
    const struct proposal *mine = &s->intake->at[i];
    (void)ctx;
    ask_title(s, a, mine);
    ask_keys(s, a, mine);
    ask_clauses(s, a, mine);
    choose(a, (uint32_t)i);
    arena_reset(a->scratch);
    return 0;
}

static void end_asking(void *self, void *own)
{
    const struct search *s = self;
    const struct asker *a = own;
    for (size_t i = 0; i < a->found.n; i++)
        vec_push(s->out, a->found.at[i]);
}

static int by_couple(const void *a, const void *b)
{
    const struct couple *x = a, *y = b;
    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    return x->b < y->b ? -1 : x->b > y->b;
}

int partners_find(struct ctx *ctx, const struct intake *in, const struct pairbook *book, unsigned jobs,
                  struct couples *out)
{
    struct search s = { .intake = in, .book = book, .out = out };
    struct crew crew = { begin_asking, ask, end_asking, &s };
    size_t kept = 0;
    s.common = (uint32_t)(in->n / 5 > COMMON_LEAST ? in->n / 5 : COMMON_LEAST);
    collect_keyed(&s, ctx->arena);
    out->n = 0;
    int rc = crew_run(ctx, jobs, in->n, &crew);
    if (rc || out->n == 0)
        return rc;
    qsort(out->at, out->n, sizeof *out->at, by_couple);
    for (size_t i = 0; i < out->n; i++)
        if (kept == 0 || by_couple(&out->at[kept - 1], &out->at[i]) != 0)
            out->at[kept++] = out->at[i];
    out->n = kept;
    return 0;
}
