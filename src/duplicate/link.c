/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Each proposal in turn is the draft, indexed once, and all its partners are laid
 * beside it; a couple is whole when both were. The numbers are those of
 * compare.c, as of any check.
 */
#include "duplicate/link.h"

#include <stdlib.h>

#include "base/crew.h"

/* What proposal `draft` has to be laid beside: link i, of which it is side a or b. */
struct job {
    uint32_t draft, link;
};

struct judging {
    const struct intake *intake;
    const struct pairbook *book;
    struct link *link;
    struct job *job; /* by draft */
    size_t njobs;
    size_t *first; /* of each proposal */
};

static int by_draft(const void *a, const void *b)
{
    const struct job *x = a, *y = b;
    if (x->draft != y->draft)
        return x->draft < y->draft ? -1 : 1;
    return x->link < y->link ? -1 : x->link > y->link;
}

/* A sheet whose clauses may be weighed by one thread while others do the same. */
static struct sheet own_weights(struct arena *arena, const struct sheet *s)
{
    struct sheet copy = *s;
    copy.clause = memcpy(arena_alloc(arena, (s->nclauses + 1) * sizeof *s->clause), s->clause,
                         s->nclauses * sizeof *s->clause);
    return copy;
}

struct bench { /* of a thread */
    struct arena *draft, *other;
};

static void lay_beside(struct bench *b, struct pattern *pattern, struct agree *agree,
                       const struct proposal *mine, const struct proposal *theirs, struct numbers *out)
{
    struct alignment alignment;
    struct sheet sheet = own_weights(b->other, &theirs->sheet);
    struct side me = intake_side(mine), you = intake_side(theirs);
    compare_weigh_as(pattern, &sheet);
    align(pattern, &sheet, b->other, &alignment);
    struct agreement agreement = agree_with(agree, &theirs->title, &sheet);
    compare_numbers(&me, &you, &alignment, &agreement, out);
    arena_reset(b->other);
}

static void *begin_judging(struct ctx *ctx, void *self)
{
    (void)self;
    struct bench *b = arena_new_of(ctx->arena, struct bench);
    b->draft = arena_new(ctx->arena);
    b->other = arena_new(ctx->arena);
    return b;
}

static int judge_all(struct ctx *ctx, void *self, void *own, size_t i)
{
    const struct judging *j = self;
    struct bench *b = own;
    const struct proposal *mine = &j->intake->at[i];
    (void)ctx;
    if (j->first[i] == j->first[i + 1])
        return 0;
    struct pattern *pattern = pattern_new(b->draft, &mine->sheet);
    struct rarity rarity = pairbook_rarity(j->book);
    struct agree *agree = agree_new(b->draft, &mine->title, &mine->sheet, &rarity);
    for (size_t k = j->first[i]; k < j->first[i + 1]; k++) {
        struct link *link = &j->link[j->job[k].link];
        bool is_a = link->a == i;
        lay_beside(b, pattern, agree, mine, &j->intake->at[is_a ? link->b : link->a], &link->numbers[!is_a]);
    }
    arena_reset(b->draft);
    return 0;
}

static void plan(struct judging *j, struct arena *arena, const struct couples *couples)
{
    j->link = arena_array(arena, struct link, couples->n + 1);
    j->job = arena_alloc(arena, (2 * couples->n + 1) * sizeof *j->job);
    j->first = arena_array(arena, size_t, j->intake->n + 2);
    for (size_t i = 0; i < couples->n; i++) {
        j->link[i].a = couples->at[i].a;
        j->link[i].b = couples->at[i].b;
        j->job[j->njobs++] = (struct job){ couples->at[i].a, (uint32_t)i };
        j->job[j->njobs++] = (struct job){ couples->at[i].b, (uint32_t)i };
    }
    qsort(j->job, j->njobs, sizeof *j->job, by_draft);
    for (size_t k = 0, i = 0; i <= j->intake->n; i++) {
        j->first[i] = k;
        while (k < j->njobs && j->job[k].draft == i)
            k++;
    }
    j->first[j->intake->n + 1] = j->njobs;
}

static void decide(const struct judging *j, const struct verdict_rules *rules, struct link *link)
{
    size_t letters[] = { j->intake->at[link->a].sheet.n, j->intake->at[link->b].sheet.n };
    for (int k = 0; k < 2; k++) {
        enum verdict_code code = verdict_code_of(rules, &link->numbers[k]);
        double score = compare_score(&link->numbers[k], letters[k]);
        link->code = code > link->code ? code : link->code;
        link->score = score > link->score ? score : link->score;
    }
}

int links_judge(struct ctx *ctx, const struct intake *in, const struct pairbook *book,
                const struct verdict_rules *rules, const struct couples *couples, enum verdict_code least,
                unsigned jobs, struct links *out)
{
    struct judging j = { .intake = in, .book = book };
    struct crew crew = { begin_judging, judge_all, NULL, &j };
    plan(&j, ctx->arena, couples);
    int rc = crew_run(ctx, jobs, in->n, &crew);
    for (size_t i = 0; !rc && i < couples->n; i++) {
        decide(&j, rules, &j.link[i]);
        if (j.link[i].code >= least)
            vec_push(out, j.link[i]);
    }
    return rc;
}
