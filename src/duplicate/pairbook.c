/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Counted in a first walk over all texts, filled in in a second one: no sorting,
 * and the lists are ascending because the walk is.
 *
 *     slot ──▶ entry  pair · weight · first · n ──▶ places[first … first + n)
 */
#include "duplicate/pairbook.h"

#include <assert.h>

struct entry {
    uint32_t key, first, n, last; /* last: 1 + the proposal that was counted last */
    float weight;
};

struct pairbook {
    vec_of(struct entry) entry;
    uint32_t *slot; /* 1 + entry; 0: free */
    uint64_t mask;
    uint32_t *places;
    struct rarity base;
    struct arena *arena;
};

static uint32_t *find_slot(const struct pairbook *b, uint32_t key)
{
    uint64_t i = (key * 0x9E3779B97F4A7C15ull) >> 24;
    for (;; i++) {
        uint32_t *slot = &b->slot[i & b->mask];
        if (*slot == 0 || b->entry.at[*slot - 1].key == key)
            return slot;
    }
}

static void grow(struct pairbook *b)
{
    uint64_t size = b->mask == 0 ? 1 << 16 : 2 * (b->mask + 1);
    b->slot = arena_array(b->arena, uint32_t, size);
    b->mask = size - 1;
    for (size_t i = 0; i < b->entry.n; i++)
        *find_slot(b, b->entry.at[i].key) = (uint32_t)i + 1;
}

static struct entry *entry_of(struct pairbook *b, uint32_t key)
{
    uint32_t *slot = find_slot(b, key);
    if (*slot == 0) {
        vec_push(&b->entry, (struct entry){ .key = key });
        *slot = (uint32_t)b->entry.n;
        if (2 * b->entry.n > b->mask)
            grow(b);
        return &b->entry.at[b->entry.n - 1];
    }
    return &b->entry.at[*slot - 1];
}

/* Counts proposal i in the entry, or, once there are places, writes it down; once however often it is met. */
static void meet(struct pairbook *b, struct entry *e, size_t i)
{
    if (e->last == i + 1)
        return;
    e->last = (uint32_t)i + 1;
    if (b->places)
        b->places[e->first + e->n] = (uint32_t)i;
    e->n++;
}

static void walk_text(struct pairbook *b, const struct normal *text, size_t from, size_t to, size_t i)
{
    uint32_t key;
    for (size_t at = from; agree_next_pair(text, &at, to, &key);)
        meet(b, entry_of(b, key), i);
}

static void walk(struct pairbook *b, const struct intake *in)
{
    for (size_t i = 0; i < in->n; i++) {
        const struct proposal *p = &in->at[i];
        for (size_t k = 0; k < p->title.n; k++)
            if (text_class(p->title.unit[k]) != CLASS_NONE)
                meet(b, entry_of(b, letter_key(p->title.unit[k])), i);
        walk_text(b, &p->title, 0, p->title.n, i);
        for (size_t k = 0; k < p->sheet.nclauses; k++)
            walk_text(b, &p->sheet.normal, p->sheet.clause[k].begin, p->sheet.clause[k].end, i);
    }
}

struct pairbook *pairbook_new(struct arena *arena, const struct intake *in)
{
    struct pairbook *b = arena_new_of(arena, struct pairbook);
    size_t all = 0;
    b->arena = arena;
    b->base = compare_rarity(in->reader->snapshot);
    vec_init(&b->entry, arena);
    grow(b);
    walk(b, in);
    for (size_t k = 0; k < b->entry.n; k++) {
        struct entry *e = &b->entry.at[k];
        e->weight = (float)b->base.weight(b->base.self, e->key);
        e->first = (uint32_t)all;
        all += e->n;
        e->n = e->last = 0;
    }
    b->places = arena_alloc(arena, (all + 1) * sizeof *b->places);
    walk(b, in);
    assert(b->entry.n == 0 || b->entry.at[b->entry.n - 1].first + b->entry.at[b->entry.n - 1].n == all);
    return b;
}

struct page pairbook_page(const struct pairbook *b, uint32_t pair)
{
    uint32_t slot = *find_slot(b, pair);
    if (slot == 0)
        return (struct page){ 0, NULL, 0 };
    const struct entry *e = &b->entry.at[slot - 1];
    return (struct page){ e->weight, b->places + e->first, e->n };
}

static double weight_in(void *self, uint32_t key)
{
    return pairbook_page(self, key).weight;
}

struct rarity pairbook_rarity(const struct pairbook *b)
{
    struct rarity rarity = b->base;
    rarity.weight = weight_in;
    rarity.self = (void *)(uintptr_t)b;
    return rarity;
}
