/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * ICU's Chinese cut without ICU's iterator: the same words, several times as fast.
 *
 * ICU cuts a run of Han by dynamic programming: each dictionary word has a cost
 * (how rare it is, 0 to 255), a character that is no word costs 255, and the
 * cheapest way through the run wins, the earliest found among equals. That is
 * some thirty lines; most of the iterator's time goes to the text access around
 * them. So the dictionary is opened as what it is, a data file of ICU (cjdict),
 * and walked here:
 *
 *     file: int32 indexes[8] │ UCharsTrie: units, binary branches, values inside
 *
 *     run   提 案 办 理      best[i]: cost of the cheapest way to i
 *           └──┘              from[i]: where its last word starts
 *
 * The trie's root has thousands of branches, and a first character's node some
 * hundred; where two characters lead is therefore remembered in a direct-mapped
 * cache by pair. Nearly every pair of a text is found there.
 *
 * The form of the file is checked when it is opened, and pieces.c compares a
 * sample with ICU's own cut; when either fails it goes on with the iterator.
 * The unit test compares whole corpora.
 */
#include "text/pieces.h"

#include <unicode/udata.h>

enum {
    MAX_WORD = 20, /* ICU looks no further */
    UNKNOWN_COST = 255,
    FIRST_BITS = 10,
    MOST_BITS = 18,
    AHEAD = 6,      /* characters: how early the cache is asked to come */
    INDEXES = 8,    /* int32s before the trie … */
    INDEX_TRIE = 0, /* … of which this is its offset, */
    INDEX_SIZE = 3, /* this the size of all, */
    INDEX_TYPE = 4, /* this its form (1: UCharsTrie), */
    INDEX_TRANSFORM = 5
};

/* Where a prefix leads: cost of the word that it is, and the node that goes on. */
struct step {
    uint32_t next; /* unit of the trie; 0: nothing goes on */
    uint16_t cost; /* NO_WORD: the prefix is no word */
    uint16_t left; /* inside a linear match: units of it to come, the first is at next */
};

enum {
    NO_WORD = 0xFFFF
};
#define NOWHERE ((struct step){ 0, NO_WORD, 0 })

/* Where two characters lead; 12 bytes, for a large cache is what counts. */
struct cached {
    uint32_t pair;
    uint32_t next : 28, left : 4;
    uint16_t first_cost; /* of the first character alone */
    uint16_t cost;
};

struct hanzi {
    const uint16_t *trie;
    struct cached *cache; /* 1 << bits, direct-mapped */
    unsigned bits;
    size_t misses;  /* since the cache grew */
    uint32_t *best; /* scratch, cap + 1 each */
    uint32_t *prev;
    size_t cap;
};

/* ---- The trie (UCharsTrie of ICU, ucharstrie.h) --------------------------------- */

enum {
    MIN_LINEAR = 0x30, /* below: a branch of lead + 1 units (0: the next unit says) */
    MIN_VALUE = 0x40,  /* MIN_LINEAR … : that many units + 1 must match */
    FINAL = 0x8000,    /* a value, nothing behind it */
    LINEAR_SEARCH = 5, /* branches no larger are a list */
    TWO_UNIT_VALUE = 0x4000,
    THREE_UNIT_VALUE = 0x7FFF,
    TWO_UNIT_NODE = 0x4040,
    THREE_UNIT_NODE = 0x7FC0,
    TWO_UNIT_DELTA = 0xFC00,
    THREE_UNIT_DELTA = 0xFFFF
};

static const uint16_t *jump(const uint16_t *p)
{
    uint32_t delta = *p++;
    if (delta >= TWO_UNIT_DELTA) {
        if (delta == THREE_UNIT_DELTA) {
            delta = (uint32_t)p[0] << 16 | p[1];
            p += 2;
        } else {
            delta = (delta - TWO_UNIT_DELTA) << 16 | *p++;
        }
    }
    return p + delta;
}

static const uint16_t *skip_delta(const uint16_t *p)
{
    uint32_t lead = *p++;
    return p + (lead < TWO_UNIT_DELTA ? 0 : lead == THREE_UNIT_DELTA ? 2 : 1);
}

/* Behind a final value or a delta of a list, whose lead is at p. */
static const uint16_t *skip_value(const uint16_t *p)
{
    uint32_t lead = *p++ & 0x7FFFu;
    return p + (lead < TWO_UNIT_VALUE ? 0 : lead < THREE_UNIT_VALUE ? 1 : 2);
}

static uint32_t read_value(const uint16_t *p, uint32_t lead)
{
    if (lead < TWO_UNIT_VALUE)
        return lead;
    return lead < THREE_UNIT_VALUE ? (lead - TWO_UNIT_VALUE) << 16 | p[0] : (uint32_t)p[0] << 16 | p[1];
}

static uint32_t read_node_value(const uint16_t *p, uint32_t lead)
{
    if (lead < TWO_UNIT_NODE)
        return (lead >> 6) - 1;
    return lead < THREE_UNIT_NODE ? ((lead & 0x7FC0) - TWO_UNIT_NODE) << 10 | p[0]
                                  : (uint32_t)p[0] << 16 | p[1];
}

static const uint16_t *skip_node_value(const uint16_t *p, uint32_t lead)
{
    return p + (lead < TWO_UNIT_NODE ? 0 : lead < THREE_UNIT_NODE ? 1 : 2);
}

/* What is at p, a node behind a matched prefix. */
static struct step step_at(const struct hanzi *h, const uint16_t *p)
{
    uint32_t lead = *p, cost;
    struct step step = { (uint32_t)(p - h->trie), NO_WORD, 0 };
    if (lead < MIN_VALUE)
        return step;
    if (lead & FINAL) {
        cost = read_value(p + 1, lead & 0x7FFF);
        step.next = 0;
    } else {
        cost = read_node_value(p + 1, lead);
    }
    step.cost = cost < NO_WORD ? (uint16_t)cost : NO_WORD - 1;
    return step;
}

/* The entry of unit in the list of n at p. */
static struct step search_list(const struct hanzi *h, const uint16_t *p, uint32_t n, uint16_t unit)
{
    for (; n > 1; n--) {
        if (unit == *p++) {
            if (*p & FINAL)
                return step_at(h, p);
            return step_at(h, skip_value(p) + read_value(p + 1, *p));
        }
        p = skip_value(p);
    }
    return unit == *p ? step_at(h, p + 1) : NOWHERE;
}

static struct step branch(const struct hanzi *h, const uint16_t *p, uint32_t n, uint16_t unit)
{
    if (n == 0)
        n = *p++;
    n++;
    while (n > LINEAR_SEARCH) {
        if (unit < *p++) {
            n >>= 1;
            p = jump(p);
        } else {
            n -= n >> 1;
            p = skip_delta(p);
        }
    }
    return search_list(h, p, n, unit);
}

/* Where unit leads behind the prefix that led to p, of whose linear match `left` units are to come. */
static struct step walk(const struct hanzi *h, const uint16_t *p, uint32_t left, uint16_t unit)
{
    if (left == 0) {
        uint32_t lead = *p++;
        if (lead >= MIN_VALUE) {
            p = skip_node_value(p, lead);
            lead &= MIN_VALUE - 1;
        }
        if (lead < MIN_LINEAR)
            return branch(h, p, lead, unit);
        left = lead - MIN_LINEAR + 1;
    }
    if (unit != *p++)
        return NOWHERE;
    return left == 1 ? step_at(h, p)
                     : (struct step){ (uint32_t)(p - h->trie), NO_WORD, (uint16_t)(left - 1) };
}

static struct step walk_on(const struct hanzi *h, struct step step, uint16_t unit)
{
    return step.next == 0 ? NOWHERE : walk(h, h->trie + step.next, step.left, unit);
}

/* ---- The cheapest way ------------------------------------------------------------ */

static inline struct cached *place_of(const struct hanzi *h, uint32_t pair)
{
    return &h->cache[(pair * 0x9E3779B1u) >> (32 - h->bits)];
}

/* Start small, for questions; a cache that misses more often than it has room grows. */
static void grow_cache(struct hanzi *h)
{
    if (++h->misses < (size_t)2 << h->bits || h->bits == MOST_BITS)
        return;
    h->bits += 2;
    h->misses = 0;
    h->cache = arena_grow(h->cache, 0, sizeof *h->cache << h->bits);
    memset(h->cache, 0, sizeof *h->cache << h->bits);
}

static struct cached look_up(struct hanzi *h, uint16_t a, uint16_t b)
{
    uint32_t pair = pair_key(a, b);
    struct cached *c = place_of(h, pair);
    if (c->pair == pair)
        return *c;
    struct step first = walk(h, h->trie, 0, a), second = walk_on(h, first, b);
    grow_cache(h);
    c = place_of(h, pair);
    *c = (struct cached){ pair, second.next & 0xFFFFFFF, second.left & 15, first.cost, second.cost };
    return *c;
}

static inline void offer(struct hanzi *h, size_t from, size_t to, uint32_t cost)
{
    if (cost < h->best[to]) {
        h->best[to] = cost;
        h->prev[to] = (uint32_t)from;
    }
}

/* Offer every word that starts at unit[i]; ICU gives the unknown single character last. */
static void offer_words(struct hanzi *h, const uint16_t *unit, size_t i, size_t n)
{
    struct cached two = look_up(h, unit[i], i + 1 < n ? unit[i + 1] : 0);
    struct step step = { two.next, two.cost, (uint16_t)two.left };
    uint32_t so_far = h->best[i];
    size_t limit = n - i < MAX_WORD ? n : i + MAX_WORD;
    if (two.first_cost != NO_WORD)
        offer(h, i, i + 1, so_far + two.first_cost);
    if (i + 2 <= n && step.cost != NO_WORD)
        offer(h, i, i + 2, so_far + step.cost);
    for (size_t end = i + 2; end < limit && step.next != 0;) {
        step = walk_on(h, step, unit[end++]);
        if (step.cost != NO_WORD)
            offer(h, i, end, so_far + step.cost);
    }
    if (two.first_cost == NO_WORD)
        offer(h, i, i + 1, so_far + UNKNOWN_COST);
}

static void make_room(struct hanzi *h, size_t n)
{
    if (n <= h->cap)
        return;
    h->cap = n + n / 2;
    h->best = arena_grow(h->best, 0, mem_product(h->cap + 1, sizeof *h->best));
    h->prev = arena_grow(h->prev, 0, mem_product(h->cap + 1, sizeof *h->prev));
}

void hanzi_cut(struct hanzi *h, const uint16_t *unit, size_t from, size_t to, struct tokens *out)
{
    size_t n = to - from, words = 0;
    make_room(h, n);
    memset(h->best, 0xFF, (n + 1) * sizeof *h->best);
    h->best[0] = 0;
    for (size_t i = 0; i < n; i++) {
        if (i + AHEAD + 1 < n)
            __builtin_prefetch(place_of(h, pair_key(unit[from + i + AHEAD], unit[from + i + AHEAD + 1])));
        offer_words(h, unit + from, i, n);
    }
    for (size_t i = n; i > 0; i = h->prev[i])
        words++;
    vec_need(out, out->n + words);
    out->n += words;
    struct token *t = out->at + out->n;
    for (size_t i = n; i > 0; i = h->prev[i])
        *--t = (struct token){ (uint32_t)(from + h->prev[i]), (uint32_t)(from + i) };
}

/* ---- Opening ---------------------------------------------------------------------- */

static UBool U_CALLCONV is_dictionary(void *context, const char *type, const char *name,
                                      const UDataInfo *info)
{
    (void)context, (void)type, (void)name;
    return info->size >= 20 && info->isBigEndian == U_IS_BIG_ENDIAN &&
           info->charsetFamily == U_CHARSET_FAMILY && memcmp(info->dataFormat, "Dict", 4) == 0 &&
           info->formatVersion[0] == 1;
}

static void close_data(void *data)
{
    udata_close(data);
}

/* The trie of ICU's Chinese dictionary; false when it is of another form. */
static bool open_trie(struct arena *arena, struct hanzi *h)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t index[INDEXES];
    UDataMemory *data = udata_openChoice(U_ICUDATA_NAME U_TREE_SEPARATOR_STRING "brkitr", "dict", "cjdict",
                                         is_dictionary, NULL, &status);
    if (U_FAILURE(status))
        return false;
    arena_defer(arena, close_data, data);
    const char *bytes = udata_getMemory(data);
    memcpy(index, bytes, sizeof index);
    if ((index[INDEX_TYPE] & 7) != 1 || index[INDEX_TRANSFORM] != 0 ||
        index[INDEX_TRIE] < (int32_t)sizeof index || index[INDEX_SIZE] <= index[INDEX_TRIE])
        return false;
    h->trie = (const uint16_t *)(const void *)(bytes + index[INDEX_TRIE]);
    return index[INDEX_SIZE] / 2 < 1 << 28;
}

struct hanzi *hanzi_open(struct arena *arena)
{
    struct hanzi *h = arena_new_of(arena, struct hanzi);
    if (!open_trie(arena, h))
        return NULL;
    h->cap = 256;
    h->bits = FIRST_BITS;
    h->cache = arena_growable(arena, sizeof *h->cache << FIRST_BITS);
    memset(h->cache, 0, sizeof *h->cache << FIRST_BITS);
    h->best = arena_growable(arena, (h->cap + 1) * sizeof *h->best);
    h->prev = arena_growable(arena, (h->cap + 1) * sizeof *h->prev);
    return h;
}
