/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Candidates come in the order of what is known without their texts. Reading one
 * may add to its score, no more than merit_most() says; so the best of those read
 * is the next hit as soon as it has what the next candidate could get:
 *
 *     read      9.1  8.7 │ 8.2          to come   8.0 ≤ 8.0 + .3 …
 *               settled  │ held back
 *
 * and few more texts are read than are shown. A held hit keeps its page; pages go
 * round.
 */
#include "search/settle.h"

#include <assert.h>

void settle_init(struct settle *s, struct run *run)
{
    *s = (struct settle){ .run = run };
    vec_init(&s->held, run->ctx->arena);
    vec_init(&s->unused, run->ctx->arena);
}

static struct held *unused(struct settle *s)
{
    if (s->unused.n > 0)
        return s->unused.at[--s->unused.n];
    struct held *held = arena_new_of(s->run->ctx->arena, struct held);
    page_init(&held->page, s->run->ctx->arena);
    return held;
}

static void swap_pages(struct page *a, struct page *b)
{
    struct page page = *a;
    *a = *b;
    *b = page;
}

static bool comes_before(const struct held *a, const struct held *b)
{
    if (a->found.score < b->found.score || a->found.score > b->found.score)
        return a->found.score > b->found.score;
    return a->candidate < b->candidate;
}

void settle_hold(struct settle *s, const struct found *found, size_t candidate)
{
    struct held *held = unused(s);
    assert(s->run->page.loaded && s->run->page.doc == found->doc);
    held->found = *found;
    held->candidate = candidate;
    swap_pages(&held->page, &s->run->page);
    vec_push(&s->held, held);
    for (size_t i = s->held.n - 1; i > 0 && comes_before(s->held.at[i - 1], held); i--) {
        s->held.at[i] = s->held.at[i - 1];
        s->held.at[i - 1] = held;
    }
}

bool settle_next(struct settle *s, double least, struct found *out)
{
    if (s->held.n == 0 || s->held.at[s->held.n - 1]->found.score < least)
        return false;
    struct held *held = s->held.at[--s->held.n];
    *out = held->found;
    swap_pages(&held->page, &s->run->page);
    held->page.loaded = false;
    vec_push(&s->unused, held);
    return true;
}
