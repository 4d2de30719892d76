/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The same matter in other words: place, thing, unit and measure keep their
 * names when a text is told anew, and names are rare. So pairs of letters are
 * weighted by their rarity in the base (places and firms that no dictionary has
 * are just rare pairs), and two questions are asked: how much of each title
 * stands anywhere in the other text, and how alike are the whole texts.
 *
 * One table serves a whole check: a pair's weight is asked of the base once, and
 * each further text only counts.
 *
 *     entry   pair · weight · times in the draft · in its title · stamp, times there
 */
#include "duplicate/agree.h"

#include <assert.h>
#include <math.h>

struct entry {
    uint32_t key;
    float weight;
    uint32_t mine, theirs, stamp;
    bool in_title;
};

struct agree {
    struct arena *arena;
    pair_weight *weight;
    void *self;
    vec_of(struct entry) entry;
    uint32_t *slot; /* 1 + entry; 0: free */
    uint64_t mask;
    uint32_t stamp; /* of the text being counted; 1: the draft */
    uint32_t *met;  /* entries of the text being counted, each once; room for all entries */
    size_t nmet, met_cap;
    double title, norm; /* of the draft: sum of weights of its title; length of its vector */
};

static uint32_t *find_slot(struct agree *a, uint32_t key)
{
    uint64_t i = (key * 0x9E3779B97F4A7C15ull) >> 24;
    for (;; i++) {
        uint32_t *slot = &a->slot[i & a->mask];
        if (*slot == 0 || a->entry.at[*slot - 1].key == key)
            return slot;
    }
}

static void grow(struct agree *a)
{
    uint64_t size = a->mask == 0 ? 4096 : 2 * (a->mask + 1);
    a->slot = arena_array(a->arena, uint32_t, size);
    a->mask = size - 1;
    for (size_t i = 0; i < a->entry.n; i++)
        *find_slot(a, a->entry.at[i].key) = (uint32_t)i + 1;
}

static uint32_t entry_of(struct agree *a, uint32_t key)
{
    uint32_t *slot = find_slot(a, key);
    if (*slot != 0)
        return *slot - 1;
    vec_push(&a->entry, (struct entry){ .key = key, .weight = (float)a->weight(a->self, key) });
    uint32_t made = (uint32_t)a->entry.n - 1;
    *slot = made + 1;
    if (2 * a->entry.n > a->mask)
        grow(a);
    return made;
}

static void meet(struct agree *a, uint32_t entry)
{
    struct entry *e = &a->entry.at[entry];
    if (e->stamp != a->stamp) {
        e->stamp = a->stamp;
        e->theirs = 0;
        if (a->nmet == a->met_cap) {
            a->met_cap = a->met_cap ? 2 * a->met_cap : 4096;
            uint32_t *more = arena_array(a->arena, uint32_t, a->met_cap);
            if (a->nmet > 0)
                memcpy(more, a->met, a->nmet * sizeof *more);
            a->met = more;
        }
        a->met[a->nmet++] = entry;
    }
    e->theirs++;
}

/* The next pair of letters at or after *i; false at the end. */
static bool next_pair(const struct normal *text, size_t *i, uint32_t *key)
{
    for (; *i + 1 < text->n; ++*i) {
        uint16_t a = text->unit[*i], b = text->unit[*i + 1];
        if (text_class(a) == CLASS_NONE || text_class(b) == CLASS_NONE)
            continue;
        *key = pair_key(a, b);
        ++*i;
        return true;
    }
    return false;
}

static void count(struct agree *a, const struct normal *text)
{
    uint32_t key;
    for (size_t i = 0; next_pair(text, &i, &key);)
        meet(a, entry_of(a, key));
}

static double times(uint32_t n)
{
    return n == 0 ? 0 : 1 + log((double)n);
}

struct agree *agree_new(struct arena *arena, const struct normal *title, const struct normal *body,
                        pair_weight *weight, void *self)
{
    struct agree *a = arena_new_of(arena, struct agree);
    a->arena = arena;
    a->weight = weight;
    a->self = self;
    a->stamp = 1;
    vec_init(&a->entry, arena);
    grow(a);
    count(a, title);
    for (size_t k = 0; k < a->nmet; k++) {
        a->entry.at[a->met[k]].in_title = true;
        a->title += a->entry.at[a->met[k]].weight;
    }
    count(a, body);
    for (size_t k = 0; k < a->nmet; k++) {
        struct entry *e = &a->entry.at[a->met[k]];
        e->mine = e->theirs;
        a->norm += pow(times(e->mine) * e->weight, 2);
    }
    a->norm = sqrt(a->norm);
    return a;
}

/* Share of the title's weight that stands in the draft. */
static double title_share(struct agree *a, const struct normal *title)
{
    double found = 0, all = 0;
    uint32_t key;
    for (size_t i = 0; next_pair(title, &i, &key);) {
        const struct entry *e = &a->entry.at[entry_of(a, key)];
        all += e->weight;
        found += e->mine > 0 ? e->weight : 0;
    }
    return all > 0 ? found / all : -1;
}

static double mean_of(double a, double b)
{
    return a < 0 ? (b < 0 ? 0 : b) : b < 0 ? a : (a + b) / 2;
}

struct agreement agree_with(struct agree *a, const struct normal *title, const struct normal *body)
{
    double dot = 0, norm = 0, found = 0;
    a->stamp++;
    a->nmet = 0;
    count(a, title);
    count(a, body);
    for (size_t k = 0; k < a->nmet; k++) {
        const struct entry *e = &a->entry.at[a->met[k]];
        double there = times(e->theirs) * e->weight;
        norm += there * there;
        dot += there * times(e->mine) * e->weight;
        found += e->in_title ? e->weight : 0;
    }
    struct agreement out = { 0, 0, 0 };
    out.body = norm > 0 && a->norm > 0 ? dot / (sqrt(norm) * a->norm) : 0;
    out.title = mean_of(a->title > 0 ? found / a->title : -1, title_share(a, title));
    out.words = (out.title + out.body) / 2;
    return out;
}
