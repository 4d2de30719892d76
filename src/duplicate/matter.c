/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One proposal, one matter (一事一案). The paragraphs on one matter keep naming
 * it, so paragraphs that share rare pairs of letters are linked, whatever stands
 * between them; a draft on two matters falls into two large groups. That alone
 * would accuse every long list of measures, so the groups must also be of
 * different themes, by the taxonomy that labels documents.
 *
 *     paragraphs ─▶ rare pairs of each ─▶ links ─▶ groups ─▶ themes of the two largest
 */
#include "duplicate/matter.h"

#include <assert.h>
#include <stdlib.h>

enum {
    PARAGRAPH_LEAST = 30, /* letters */
    PARAGRAPHS_MOST = 96
};
static const double RARE = 0.35, /* a pair's weight by that of a pair nobody has */
    LINKED = 1.0,                /* sum of the weights of what two paragraphs share */
    GROUP_LEAST = 0.25,          /* of all letters */
    SURE = 0.5;                  /* confidence of a group's theme */

struct paragraph {
    size_t from, to; /* clauses */
    size_t letters;
    struct keys pairs; /* rare ones, ascending */
    size_t group;      /* first paragraph of its group */
};

struct paragraphs {
    const struct draft *draft;
    struct paragraph at[PARAGRAPHS_MOST];
    size_t n, letters;
};

static bool new_line(const struct sheet *s, size_t clause)
{
    if (clause == 0)
        return true;
    for (size_t i = s->clause[clause - 1].end; i < s->clause[clause].begin; i++)
        if (s->normal.unit[i] == '\n')
            return true;
    return false;
}

/* False when there are too many to be compared with each other. */
static bool find_paragraphs(struct paragraphs *p)
{
    const struct sheet *s = &p->draft->sheet;
    for (size_t i = 0; i < s->nclauses;) {
        size_t to = i + 1;
        while (to < s->nclauses && !new_line(s, to))
            to++;
        size_t letters = s->clause[to - 1].to - s->clause[i].from;
        if (letters >= PARAGRAPH_LEAST) {
            if (p->n == PARAGRAPHS_MOST)
                return false;
            p->at[p->n] = (struct paragraph){ .from = i, .to = to, .letters = letters, .group = p->n };
            p->n++;
            p->letters += letters;
        }
        i = to;
    }
    return true;
}

static int ascending(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static void collect_pairs(const struct sheet *s, struct paragraph *p, struct arena *arena)
{
    size_t kept = 0;
    vec_init(&p->pairs, arena);
    for (size_t i = s->clause[p->from].from; i + 1 < s->clause[p->to - 1].to; i++)
        if (s->owner[i] == s->owner[i + 1] && s->letter[i] != '0' && s->letter[i + 1] != '0')
            vec_push(&p->pairs, pair_key(s->letter[i], s->letter[i + 1]));
    if (p->pairs.n > 0)
        qsort(p->pairs.at, p->pairs.n, sizeof *p->pairs.at, ascending);
    for (size_t i = 0; i < p->pairs.n; i++)
        if (kept == 0 || p->pairs.at[kept - 1] != p->pairs.at[i])
            p->pairs.at[kept++] = p->pairs.at[i];
    p->pairs.n = kept;
}

static double shared_weight(const struct keys *a, const struct keys *b, const struct rarity *r)
{
    double sum = 0;
    for (size_t i = 0, j = 0; i < a->n && j < b->n;) {
        if (a->at[i] == b->at[j]) {
            double weight = r->weight(r->self, a->at[i]) / r->scale;
            sum += weight >= RARE ? weight : 0;
            i++, j++;
        } else if (a->at[i] < b->at[j])
            i++;
        else
            j++;
    }
    return sum;
}

static void join_groups(struct paragraphs *p, size_t a, size_t b)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->at[i].group == b)
            p->at[i].group = a;
}

static void link_paragraphs(struct paragraphs *p, const struct rarity *r)
{
    for (size_t i = 0; i < p->n; i++)
        for (size_t j = 0; j < i; j++)
            if (p->at[i].group != p->at[j].group &&
                shared_weight(&p->at[i].pairs, &p->at[j].pairs, r) >= LINKED)
                join_groups(p, p->at[j].group, p->at[i].group);
}

static size_t group_letters(const struct paragraphs *p, size_t group)
{
    size_t sum = 0;
    for (size_t i = 0; i < p->n; i++)
        sum += p->at[i].group == group ? p->at[i].letters : 0;
    return sum;
}

/* The two largest groups; false when the second is small. */
static bool largest_groups(const struct paragraphs *p, size_t group[2])
{
    size_t letters[2] = { 0, 0 };
    for (size_t i = 0; i < p->n; i++) {
        size_t n = group_letters(p, i);
        if (n > letters[0]) {
            letters[1] = letters[0];
            group[1] = group[0];
            letters[0] = n;
            group[0] = i;
        } else if (n > letters[1]) {
            letters[1] = n;
            group[1] = i;
        }
    }
    return (double)letters[1] >= GROUP_LEAST * (double)p->letters;
}

static const char *theme_of(struct ctx *ctx, const struct reader *r, const struct paragraphs *p, size_t group)
{
    const struct sheet *s = &p->draft->sheet;
    struct label *labels;
    struct buf text;
    buf_init(&text, ctx->arena);
    for (size_t i = 0; i < p->n; i++) {
        const struct paragraph *x = &p->at[i];
        if (x->group == group)
            normal_utf8(&s->normal, s->clause[x->from].begin, s->clause[x->to - 1].end, &text);
    }
    size_t n = taxonomy_label(builder_taxonomy(r->builder), r->cutter, ctx->arena, STR(""), buf_view(&text),
                              NULL, &labels);
    return n > 0 && labels[0].confidence >= SURE ? arena_cstr(ctx->arena, labels[0].theme) : NULL;
}

bool matters_differ(struct ctx *ctx, const struct reader *reader, const struct draft *draft,
                    const struct rarity *r, struct two_matters *out)
{
    struct paragraphs *p = arena_new_of(ctx->arena, struct paragraphs);
    size_t group[2] = { 0, 0 };
    p->draft = draft;
    if (!find_paragraphs(p) || p->n < 2)
        return false;
    for (size_t i = 0; i < p->n; i++)
        collect_pairs(&draft->sheet, &p->at[i], ctx->arena);
    link_paragraphs(p, r);
    if (!largest_groups(p, group))
        return false;
    for (int i = 0; i < 2; i++)
        if ((out->theme[i] = theme_of(ctx, reader, p, group[i])) == NULL)
            return false;
    struct str a = str_of(out->theme[0]), b = str_of(out->theme[1]);
    return !str_starts(a, b) && !str_starts(b, a);
}
