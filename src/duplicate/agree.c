/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The same matter in other words: place, thing, unit and measure keep their
 * names when a text is told anew, and names are rare. Three questions are asked,
 * in both directions:
 *
 *   letters   How much of the title's letters stand anywhere in the other text?
 *             Words are changed in telling, letters less (拖欠 不还 欠款).
 *   title     How much of its pairs of letters do?
 *   keys      How much of a text's thirty weightiest pairs (by tf·idf: what it
 *             keeps naming, mostly a place or a firm) stands in the other?
 *
 * A letter found in a long text proves little, so what is found counts by how
 * surprising it is there: −log of the chance that a text of that length has it,
 * of a letter that a share q of the base has 1 − (1 − q)^(length / mean length);
 * in a text of mean length that is the usual idf. Places and firms that no
 * dictionary has are just rare pairs.
 *
 * Of the two directions the better counts for the title, because one of two
 * texts is often longer and wider, and the mean for the keys, because both should
 * keep naming the same. Letters and keys count one half each: how that was found,
 * and what else was tried, is in doc/DUPLICATES.md.
 *
 * One table serves a whole check: a pair's weight is asked of the base once, and
 * each further text only counts.
 *
 *     entry   pair · weight · times in the draft · stamp, times there
 */
#include "duplicate/agree.h"

#include <assert.h>
#include <math.h>

#include "duplicate/rename.h"

struct entry {
    uint32_t key;
    float weight; /* below 0: not asked yet */
    uint32_t mine, theirs, stamp;
    uint32_t titled; /* stamp of the text whose title has it */
};

enum {
    TEXT_LONG = 300,  /* different pairs */
    TITLE_MOST = 200, /* units of a title that are looked at */
    LETTER_WORDS = 65536 / 64
};

/* A title with less weight (国际联播快讯: everybody's) says that much less. */
static const double PAIRS_LEAST = 20, LETTERS_LEAST = 8;

struct keys_of_text {
    struct key_pair {
        double weight;
        uint32_t entry;
    } at[AGREE_KEYS]; /* weightiest first */
    size_t n;
};

/* The letters, or the pairs, of a title, each once. */
struct title {
    struct part {
        uint32_t key; /* a letter, or the entry of a pair */
        float weight;
    } at[TITLE_MOST];
    size_t n;
};

struct text {
    struct title letters, pairs;
    struct keys_of_text keys;
    uint64_t has[LETTER_WORDS]; /* a bit a letter */
    double length;              /* letters */
};

struct agree {
    struct arena *arena;
    struct rarity rarity;
    vec_of(struct entry) entry;
    uint32_t *slot; /* 1 + entry; 0: free */
    uint64_t mask;
    uint32_t stamp;       /* of the text being counted; 1: the draft */
    vec_of(uint32_t) met; /* entries of the text being counted, each once */
    struct text mine, theirs;
    struct titled draft;
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
        e->weight = (float)a->rarity.weight(a->rarity.self, e->key);
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

static void count(struct agree *a, struct text *t, const struct normal *text, size_t from, size_t to)
{
    uint32_t key;
    for (size_t i = from; i < to; i++)
        if (text_class(text->unit[i]) != CLASS_NONE) {
            t->has[text->unit[i] / 64] |= 1ull << text->unit[i] % 64;
            t->length++;
        }
    for (size_t i = from; agree_next_pair(text, &i, to, &key);)
        meet(a, entry_of(a, key));
}

/* ---- Titles ------------------------------------------------------------------ */

static void put_part(struct title *t, uint32_t key, double weight)
{
    assert(t->n < TITLE_MOST);
    t->at[t->n++] = (struct part){ key, (float)weight };
}

static void read_letters(struct agree *a, const struct normal *title, size_t n, struct title *out)
{
    uint64_t seen[LETTER_WORDS] = { 0 };
    for (size_t i = 0; i < n; i++) {
        uint16_t unit = title->unit[i];
        uint64_t bit = 1ull << unit % 64;
        if (text_class(unit) == CLASS_NONE || seen[unit / 64] & bit)
            continue;
        seen[unit / 64] |= bit;
        put_part(out, unit, weight_of(a, entry_of(a, letter_key(unit))));
    }
}

static void read_pairs(struct agree *a, const struct normal *title, size_t n, struct title *out)
{
    uint32_t key;
    for (size_t i = 0; agree_next_pair(title, &i, n, &key);) {
        uint32_t entry = entry_of(a, key);
        if (a->entry.at[entry].titled == a->stamp)
            continue;
        a->entry.at[entry].titled = a->stamp;
        put_part(out, entry, weight_of(a, entry));
    }
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
    if (keys->n == AGREE_KEYS && keys->at[AGREE_KEYS - 1].weight >= weight)
        return;
    size_t i = keys->n < AGREE_KEYS ? keys->n++ : AGREE_KEYS - 1;
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

static bool stands_in(const struct agree *a, uint32_t entry, bool draft)
{
    const struct entry *e = &a->entry.at[entry];
    return draft ? e->mine > 0 : e->stamp == a->stamp;
}

/* Share, by weight, of the keys that stand in the draft, or in the text just counted. */
static double keys_found(const struct agree *a, const struct keys_of_text *keys, bool draft)
{
    double found = 0, all = 0;
    for (size_t i = 0; i < keys->n; i++) {
        found += stands_in(a, keys->at[i].entry, draft) ? keys->at[i].weight : 0;
        all += keys->at[i].weight;
    }
    return all > 0 ? found / all : 0;
}

double agree_weight(struct agree *a, uint32_t key)
{
    double weight = weight_of(a, entry_of(a, key));
    return weight < a->rarity.scale - 1e-3 ? weight : 0;
}

size_t agree_keys(const struct agree *a, uint32_t keys[AGREE_KEYS])
{
    for (size_t i = 0; i < a->mine.keys.n; i++)
        keys[i] = a->entry.at[a->mine.keys.at[i].entry].key;
    return a->mine.keys.n;
}

/* ---- Both -------------------------------------------------------------------- */

static void read_text(struct agree *a, const struct normal *title, const struct sheet *body, struct text *out)
{
    size_t n = title->n < TITLE_MOST ? title->n : TITLE_MOST;
    memset(out, 0, sizeof *out);
    a->stamp++;
    a->met.n = 0;
    count(a, out, title, 0, title->n);
    for (size_t i = 0; i < body->nclauses; i++)
        count(a, out, &body->normal, body->clause[i].begin, body->clause[i].end);
    read_letters(a, title, n, &out->letters);
    read_pairs(a, title, n, &out->pairs);
    out->keys = key_pairs(a);
}

struct agree *agree_new(struct arena *arena, const struct normal *title, const struct sheet *body,
                        const struct rarity *rarity)
{
    struct agree *a = arena_new_of(arena, struct agree);
    assert(rarity->length > 0);
    a->arena = arena;
    a->rarity = *rarity;
    vec_init(&a->entry, arena);
    vec_init(&a->met, arena);
    a->draft = (struct titled){ title, &body->normal };
    grow(a);
    read_text(a, title, body, &a->mine);
    for (size_t k = 0; k < a->met.n; k++)
        a->entry.at[a->met.at[k]].mine = a->entry.at[a->met.at[k]].theirs;
    return a;
}

/* −log of the chance that a text of that many mean lengths has what weighs so much. */
static double surprise(double weight, double lengths)
{
    double q = exp(-weight);
    return q < 1 ? -log(-expm1(lengths * log1p(-q))) : 0;
}

/* Share of a title's letters, or pairs, that stand in the other text. */
static double share_found(const struct agree *a, const struct title *t, bool pairs, bool draft)
{
    const struct text *text = draft ? &a->mine : &a->theirs;
    double all = 0, found = 0;
    for (size_t i = 0; i < t->n; i++) {
        uint32_t key = t->at[i].key;
        double weight = surprise(t->at[i].weight, text->length / a->rarity.length);
        bool stands = pairs ? stands_in(a, key, draft) : text->has[key / 64] >> key % 64 & 1;
        all += weight;
        found += stands ? weight : 0;
    }
    return found / larger(all, pairs ? PAIRS_LEAST : LETTERS_LEAST);
}

/* How alike the two titles are (Dice), by the weight of their pairs. */
static double titles_alike(const struct agree *a)
{
    double both = 0, all = 0;
    for (size_t i = 0; i < a->mine.pairs.n; i++) {
        const struct part *p = &a->mine.pairs.at[i];
        both += a->entry.at[p->key].titled == a->stamp ? p->weight : 0;
        all += p->weight;
    }
    for (size_t i = 0; i < a->theirs.pairs.n; i++)
        all += a->theirs.pairs.at[i].weight;
    return all > 0 ? 2 * both / all : 0;
}

struct agreement agree_with(struct agree *a, const struct normal *title, const struct sheet *body)
{
    const struct text *mine = &a->mine, *theirs = &a->theirs;
    read_text(a, title, body, &a->theirs);
    if (mine->length == 0 || theirs->length == 0)
        return (struct agreement){ 0 };
    struct agreement out = {
        .letters = larger(share_found(a, &mine->letters, false, false),
                          share_found(a, &theirs->letters, false, true)),
        .title =
            larger(share_found(a, &mine->pairs, true, false), share_found(a, &theirs->pairs, true, true)),
        .titles = titles_alike(a),
        .keys = (keys_found(a, &mine->keys, false) + keys_found(a, &theirs->keys, true)) / 2,
    };
    out.words = (out.letters + out.keys) / 2;
    out.renamed = is_renamed(a, &a->draft, &(struct titled){ title, &body->normal });
    return out;
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
