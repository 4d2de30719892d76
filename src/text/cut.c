/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The one cutter: words by ICU and our dictionary, letters and pairs by sight.
 *
 * pieces.c gives ICU's pieces. Where the dictionary has a longer word, adjacent
 * pieces are merged, longest match first: a dictionary word must start where a
 * piece starts and end where one ends. It may also end inside a piece when only
 * one function character is left of it, for ICU knows 交办的 as a piece:
 *
 *     ICU         督 | 办 | 了 | 交办的 | 提案          dictionary: 督办 交办
 *     tokens      督办    | 了 | 交办 | 的 | 提案
 *
 * and it may start behind a 和 or 与 that ICU took into a piece (与信|访局).
 *
 * People read words: 养老服务 is one, and is demanded, marked and learned from as
 * one. Ranking reads pieces: 养老 | 服务, so that 养老 ranks a text that only says
 * 养老服务 (measured: doc/RANKING.md). Both come from one reading; pieces differ
 * from ICU's only where a word of the dictionary says that ICU cut amiss.
 *
 * Letters and pairs of a document are made distinct by an open hash whose slots
 * carry the number of the document ("generation") with the key, so that nothing
 * needs clearing between documents; a document uses only as much of the table as
 * it fills, which for most stays in the first-level cache.
 */
#include "text/text.h"

#include <assert.h>

#include "base/map.h"
#include "text/pieces.h"

enum {
    FIRST_SLOTS = 4096,
    LONGEST_TERM = 200,
    TERM_HEAD = 180
};

struct slots {
    uint64_t *at; /* generation << 32 | key */
    size_t cap;   /* a power of two, as mask + 1 is: the part in use */
    size_t mask, used;
    uint32_t generation;
};

struct cutter {
    const struct lexicon *lexicon;
    struct pieces *pieces;
    struct tokens raw, words;
    struct tokens apart; /* words given as their pieces */
    struct slots set;
    struct keys moving; /* scratch of grow() */
};

int cutter_new(struct ctx *ctx, struct arena *arena, const struct lexicon *lexicon, struct cutter **out)
{
    struct cutter *cutter = arena_new_of(arena, struct cutter);
    cutter->lexicon = lexicon;
    vec_init(&cutter->raw, arena);
    vec_init(&cutter->words, arena);
    vec_init(&cutter->apart, arena);
    vec_init(&cutter->moving, arena);
    cutter->set.cap = FIRST_SLOTS;
    cutter->set.at = arena_growable(arena, FIRST_SLOTS * sizeof *cutter->set.at);
    memset(cutter->set.at, 0, FIRST_SLOTS * sizeof *cutter->set.at);
    cut_begin(cutter);
    int code = pieces_new(ctx, arena, &cutter->pieces);
    *out = code == 0 ? cutter : NULL;
    return code;
}

/* ---- Words ----------------------------------------------------------------------- */

static bool is_one_of(const uint16_t *set, size_t n, uint16_t unit)
{
    for (size_t i = 0; i < n; i++)
        if (set[i] == unit)
            return true;
    return false;
}

/* 的 了 等 和 与 及 在 是 为 中 对 将 也 地 得 着: may be left of a piece behind a word. */
static bool may_trail(uint16_t unit)
{
    static const uint16_t set[] = { 0x7684, 0x4E86, 0x7B49, 0x548C, 0x4E0E, 0x53CA, 0x5728, 0x662F,
                                    0x4E3A, 0x4E2D, 0x5BF9, 0x5C06, 0x4E5F, 0x5730, 0x5F97, 0x7740 };
    return is_one_of(set, sizeof set / sizeof set[0], unit);
}

/* 和 与 及: may be left before one, for ICU knows 和县 and 与信. */
static bool may_lead(uint16_t unit)
{
    static const uint16_t set[] = { 0x548C, 0x4E0E, 0x53CA };
    return is_one_of(set, sizeof set / sizeof set[0], unit);
}

/* May a word that starts in piece i end at unit end? *last: the piece it ends in. */
static bool may_end(const struct tokens *raw, const uint16_t *unit, size_t i, uint32_t end, size_t *last)
{
    while (i < raw->n && raw->at[i].to < end)
        i++;
    *last = i;
    if (i == raw->n || raw->at[i].from >= end)
        return false;
    return raw->at[i].to == end || (raw->at[i].to == end + 1 && may_trail(unit[end]));
}

/* The end of the longest dictionary word that starts at unit from, in piece i, and
 * may be a token; from when there is none. *last: the piece it ends in. */
static uint32_t word_end(const struct cutter *cutter, const uint16_t *unit, size_t i, uint32_t from,
                         size_t *last)
{
    const struct tokens *raw = &cutter->raw;
    size_t n = lexicon_match(cutter->lexicon, unit + from, raw->at[raw->n - 1].to - from);
    while (n > 0 && !may_end(raw, unit, i, from + (uint32_t)n, last))
        n = lexicon_match(cutter->lexicon, unit + from, n - 1);
    return from + (uint32_t)n;
}

/* The dictionary's word at or inside piece i, pieces i to *last; false when ICU's piece is to stay. */
static bool find_word(const struct cutter *cutter, const uint16_t *unit, size_t i, struct token *word,
                      size_t *last)
{
    struct token piece = cutter->raw.at[i];
    *word = (struct token){ piece.from, word_end(cutter, unit, i, piece.from, last) };
    if (word->to > word->from)
        return true;
    if (piece.to - piece.from != 2 || !may_lead(unit[piece.from]))
        return false;
    *word = (struct token){ piece.from + 1, word_end(cutter, unit, i, piece.from + 1, last) };
    return word->to > piece.to;
}

static void put(struct tokens *words, uint32_t from, uint32_t to)
{
    if (from < to)
        words->at[words->n++] = (struct token){ from, to };
}

/* A word of pieces i to last: as a whole, or as its pieces where it begins and ends with them. */
static void put_word(struct cutter *cutter, struct token word, size_t i, size_t last, bool whole)
{
    struct tokens *raw = &cutter->raw, *words = &cutter->words;
    bool fits = raw->at[i].from == word.from && raw->at[last].to == word.to;
    if (fits && !whole) {
        for (size_t k = i; k <= last; k++)
            put(words, raw->at[k].from, raw->at[k].to);
        if (i < last)
            vec_push(&cutter->apart, word);
        return;
    }
    put(words, raw->at[i].from, word.from);
    put(words, word.from, word.to);
    put(words, word.to, raw->at[last].to);
}

static void merge(struct cutter *cutter, const uint16_t *unit, bool whole)
{
    struct tokens *raw = &cutter->raw, *words = &cutter->words;
    vec_need(words, 3 * raw->n);
    for (size_t i = 0; i < raw->n; i++) {
        struct token piece = raw->at[i], word;
        size_t last = i;
        if (!find_word(cutter, unit, i, &word, &last)) {
            put(words, piece.from, piece.to);
            continue;
        }
        put_word(cutter, word, i, last, whole);
        i = last;
    }
}

static const struct tokens *cut(struct cutter *cutter, const struct normal *normal, size_t from, size_t to,
                                bool whole)
{
    assert(from <= to && to <= normal->n);
    cutter->raw.n = cutter->words.n = cutter->apart.n = 0;
    pieces_cut(cutter->pieces, normal->unit, from, to, &cutter->raw);
    if (cutter->lexicon == NULL || lexicon_words(cutter->lexicon) == 0)
        return &cutter->raw;
    merge(cutter, normal->unit, whole);
    return &cutter->words;
}

const struct tokens *cut_words(struct cutter *cutter, const struct normal *normal, size_t from, size_t to)
{
    return cut(cutter, normal, from, to, true);
}

const struct tokens *cut_pieces(struct cutter *cutter, const struct normal *normal, size_t from, size_t to)
{
    return cut(cutter, normal, from, to, false);
}

const struct tokens *cut_apart(const struct cutter *cutter)
{
    return &cutter->apart;
}

void cut_term(const struct normal *normal, struct token token, struct buf *out)
{
    size_t begin = out->n;
    normal_utf8(normal, token.from, token.to, out);
    struct str term = { out->p + begin, out->n - begin };
    if (term.n <= LONGEST_TERM)
        return;
    uint64_t hash = hash_str(term);
    size_t head = TERM_HEAD;
    while ((term.p[head] & 0xC0) == 0x80)
        head--;
    out->n = begin + head;
    buf_printf(out, "%016llx", (unsigned long long)hash);
}

/* ---- Letters and pairs -------------------------------------------------------------- */

void cut_begin(struct cutter *cutter)
{
    struct slots *set = &cutter->set;
    set->used = 0;
    set->mask = FIRST_SLOTS - 1;
    if (++set->generation == 0) {
        memset(set->at, 0, set->cap * sizeof *set->at);
        set->generation = 1;
    }
}

/* True when key was not there. The multiplier spreads neighbouring characters. */
static inline bool insert(struct slots *set, uint32_t key)
{
    uint64_t want = (uint64_t)set->generation << 32 | key;
    size_t i = (key * 0x9E3779B97F4A7C15ull >> 40) & set->mask;
    while (set->at[i] >> 32 == set->generation) {
        if (set->at[i] == want)
            return false;
        i = (i + 1) & set->mask;
    }
    set->at[i] = want;
    set->used++;
    return true;
}

static void grow(struct cutter *cutter)
{
    struct slots *set = &cutter->set;
    struct keys *moving = &cutter->moving;
    size_t n = 2 * (set->mask + 1);
    moving->n = 0;
    for (size_t i = 0; i <= set->mask; i++)
        if (set->at[i] >> 32 == set->generation)
            vec_push(moving, (uint32_t)set->at[i]);
    if (n > set->cap) {
        set->at = arena_grow(set->at, set->cap * sizeof *set->at, mem_product(n, sizeof *set->at));
        memset(set->at + set->cap, 0, (n - set->cap) * sizeof *set->at);
        set->cap = n;
    }
    cut_begin(cutter);
    set->mask = n - 1;
    for (size_t i = 0; i < moving->n; i++)
        insert(set, moving->at[i]);
}

static inline void add_key(struct cutter *cutter, uint32_t key, struct keys *out)
{
    if (insert(&cutter->set, key))
        out->at[out->n++] = key;
}

void cut_pairs(struct cutter *cutter, const struct normal *normal, size_t from, size_t to, struct keys *out)
{
    enum {
        STEP = 512
    }; /* units between two looks at the room left */
    assert(from <= to && to <= normal->n);
    const uint16_t *unit = normal->unit;
    bool letter_before = false;
    while (from < to) {
        size_t end = to - from < STEP ? to : from + STEP;
        if ((cutter->set.used + 2 * STEP) * 4 > (cutter->set.mask + 1) * 3)
            grow(cutter);
        vec_need(out, out->n + 2 * STEP);
        for (size_t i = from; i < end; i++) {
            bool letter = text_class(unit[i]) != CLASS_NONE;
            if (letter)
                add_key(cutter, letter_key(unit[i]), out);
            if (letter && letter_before)
                add_key(cutter, pair_key(unit[i - 1], unit[i]), out);
            letter_before = letter;
        }
        from = end;
    }
}
