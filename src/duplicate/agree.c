/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The same matter in other words: place, thing, unit and measure keep their
 * names when a text is told anew, and names are rare. So pairs of letters are
 * weighted by their rarity in the base (places and firms that no dictionary has
 * are just rare pairs), and two questions are asked, in both directions: how
 * much of the title stands anywhere in the other text, and how many of the
 * text's twenty weightiest pairs (by tf·idf: its key words) do.
 *
 * Measured on judged messages to a city (62 the same matter, 58 the same kind of
 * matter elsewhere; how many of the first are found when a tenth of the second
 * is let through): cosine 0.47, title alone 0.58, both as below 0.74. The better
 * direction counts most, because one of two texts is often longer and wider.
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
    float weight; /* below 0: not asked yet */
    uint32_t mine, theirs, stamp;
    bool in_title;
};

enum {
    KEYS_WIDE = AGREE_KEYS,
    KEYS_NARROW = 5,
    TEXT_LONG = 300 /* different pairs */
};

/* A title with less weight (国际联播快讯: everybody's) says that much less. */
static const double TITLE_LEAST = 20;

struct keys_of_text {
    struct key_pair {
        double weight;
        uint32_t entry;
    } at[KEYS_WIDE]; /* weightiest first */
    size_t n;
};

struct agree {
    struct arena *arena;
    pair_weight *weight;
    void *self;
    vec_of(struct entry) entry;
    uint32_t *slot; /* 1 + entry; 0: free */
    uint64_t mask;
    uint32_t stamp;           /* of the text being counted; 1: the draft */
    vec_of(uint32_t) met;     /* entries of the text being counted, each once */
    double title;             /* sum of the weights of the title of the draft */
    struct keys_of_text keys; /* of the draft */
};

static double larger(double a, double b)
{
    return a > b ? a : b;
}

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
    vec_push(&a->entry, (struct entry){ .key = key, .weight = -1 });
    uint32_t made = (uint32_t)a->entry.n - 1;
    *slot = made + 1;
    if (2 * a->entry.n > a->mask)
        grow(a);
    return made;
}

static double weight_of(struct agree *a, uint32_t entry)
{
    struct entry *e = &a->entry.at[entry];
    if (e->weight < 0)
        e->weight = (float)a->weight(a->self, e->key);
    return e->weight;
}

static void meet(struct agree *a, uint32_t entry)
{
    struct entry *e = &a->entry.at[entry];
    if (e->stamp != a->stamp) {
        e->stamp = a->stamp;
        e->theirs = 0;
        vec_push(&a->met, entry);
    }
    e->theirs++;
}

static void count(struct agree *a, const struct normal *text, size_t from, size_t to)
{
    uint32_t key;
    for (size_t i = from; agree_next_pair(text, &i, to, &key);)
        meet(a, entry_of(a, key));
}

static void count_title(struct agree *a, const struct normal *title)
{
    count(a, title, 0, title->n);
}

static void count_body(struct agree *a, const struct sheet *body)
{
    for (size_t i = 0; i < body->nclauses; i++)
        count(a, &body->normal, body->clause[i].begin, body->clause[i].end);
}

/* How much it weighs that a pair is said n times. */
static double times(uint32_t n)
{
    static const double few[] = { 0, 1, 1.6931, 2.0986, 2.3863, 2.6094, 2.7918, 2.9459, 3.0794 };
    return n < sizeof few / sizeof *few ? few[n] : 1 + log((double)n);
}

/* ---- Key pairs --------------------------------------------------------------- */

static void put_key(struct keys_of_text *keys, double weight, uint32_t entry)
{
    if (keys->n == KEYS_WIDE && keys->at[KEYS_WIDE - 1].weight >= weight)
        return;
    size_t i = keys->n < KEYS_WIDE ? keys->n++ : KEYS_WIDE - 1;
    for (; i > 0 && keys->at[i - 1].weight < weight; i--)
        keys->at[i] = keys->at[i - 1];
    keys->at[i] = (struct key_pair){ weight, entry };
}

/* Of the text just counted. A key word of a long text is said more than once: this also saves asking the
 * base for the weight of most pairs. */
static struct keys_of_text key_pairs(struct agree *a)
{
    struct keys_of_text keys = { .n = 0 };
    uint32_t least = a->met.n > TEXT_LONG ? 2 : 1;
    for (size_t k = 0; k < a->met.n; k++) {
        uint32_t n = a->entry.at[a->met.at[k]].theirs;
        if (n >= least)
            put_key(&keys, times(n) * weight_of(a, a->met.at[k]), a->met.at[k]);
    }
    return keys;
}

/* Share of the first n keys that stand in the draft / in the text just counted. */
static double keys_found(const struct agree *a, const struct keys_of_text *keys, size_t n, bool in_draft)
{
    size_t found = 0, all = keys->n < n ? keys->n : n;
    for (size_t i = 0; i < all; i++) {
        const struct entry *e = &a->entry.at[keys->at[i].entry];
        found += in_draft ? e->mine > 0 : e->stamp == a->stamp;
    }
    return all > 0 ? (double)found / (double)all : 0;
}

size_t agree_keys(const struct agree *a, uint32_t keys[AGREE_KEYS])
{
    for (size_t i = 0; i < a->keys.n; i++)
        keys[i] = a->entry.at[a->keys.at[i].entry].key;
    return a->keys.n;
}

struct agree *agree_new(struct arena *arena, const struct normal *title, const struct sheet *body,
                        pair_weight *weight, void *self)
{
    struct agree *a = arena_new_of(arena, struct agree);
    a->arena = arena;
    a->weight = weight;
    a->self = self;
    a->stamp = 1;
    vec_init(&a->entry, arena);
    vec_init(&a->met, arena);
    grow(a);
    count_title(a, title);
    for (size_t k = 0; k < a->met.n; k++) {
        a->entry.at[a->met.at[k]].in_title = true;
        a->title += weight_of(a, a->met.at[k]);
    }
    count_body(a, body);
    for (size_t k = 0; k < a->met.n; k++)
        a->entry.at[a->met.at[k]].mine = a->entry.at[a->met.at[k]].theirs;
    a->keys = key_pairs(a);
    return a;
}

/* The other text's title against the draft. */
struct title_weight {
    double all, in_draft, in_title;
};

static struct title_weight weigh_title(struct agree *a, const struct normal *title)
{
    struct title_weight sum = { 0, 0, 0 };
    uint32_t key;
    for (size_t i = 0; agree_next_pair(title, &i, title->n, &key);) {
        uint32_t entry = entry_of(a, key);
        double weight = weight_of(a, entry);
        sum.all += weight;
        sum.in_draft += a->entry.at[entry].mine > 0 ? weight : 0;
        sum.in_title += a->entry.at[entry].in_title ? weight : 0;
    }
    return sum;
}

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

/* Share of the draft's title that stands in the text just counted. */
static double own_title_share(const struct agree *a)
{
    double found = 0;
    for (size_t k = 0; k < a->met.n; k++)
        found += a->entry.at[a->met.at[k]].in_title ? a->entry.at[a->met.at[k]].weight : 0;
    return found / larger(a->title, TITLE_LEAST);
}

struct agreement agree_with(struct agree *a, const struct normal *title, const struct sheet *body)
{
    a->stamp++;
    a->met.n = 0;
    count_title(a, title);
    count_body(a, body);
    struct keys_of_text theirs = key_pairs(a);
    struct title_weight there = weigh_title(a, title);
    double t1 = own_title_share(a), t2 = there.in_draft / larger(there.all, TITLE_LEAST);
    double wide = larger(keys_found(a, &a->keys, KEYS_WIDE, false), keys_found(a, &theirs, KEYS_WIDE, true));
    double narrow =
        smaller(keys_found(a, &a->keys, KEYS_NARROW, false), keys_found(a, &theirs, KEYS_NARROW, true));
    return (struct agreement){
        .title = larger(t1, t2),
        .titles = a->title > 0 ? 2 * there.in_title / (a->title + there.all) : 0,
        .keys = wide,
        .words = 0.4 * larger(t1, t2) + 0.1 * smaller(t1, t2) + 0.4 * wide + 0.1 * narrow,
    };
}

/* Weight of a title's pairs: all, and those that stand in the other. */
static double weigh_pairs(struct agree *a, const struct normal *title, const struct normal *other, bool all)
{
    double sum = 0;
    uint32_t key, there;
    for (size_t i = 0; agree_next_pair(title, &i, title->n, &key);) {
        bool shared = all;
        for (size_t j = 0; !shared && agree_next_pair(other, &j, other->n, &there);)
            shared = key == there;
        sum += shared ? weight_of(a, entry_of(a, key)) : 0;
    }
    return sum;
}

double agree_titles(struct agree *a, const struct normal *x, const struct normal *y)
{
    double all = weigh_pairs(a, x, y, true) + weigh_pairs(a, y, x, true);
    return all > 0 ? (weigh_pairs(a, x, y, false) + weigh_pairs(a, y, x, false)) / all : 0;
}
