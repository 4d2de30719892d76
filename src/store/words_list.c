/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One posting list:
 *
 *   varint   (documents - 1) × 4 + kind of counts
 *   documents, see doclist.c; the size follows from their number
 *   [codes]  kind VARIED: two bits a document: 0 1 2: so many + 1; 3: the next of the others
 *   [others] varints to the end: 0, or the count - 3
 *
 * A count of 0 says that the document has the word but does not rank by it (words
 * made of several pieces). Most lists hold one document, most counts are 1, so a
 * kind for all ones, and for all zeros, saves the codes. Damage gives wrong
 * documents or counts, never a crash.
 */
#include "store/words_list.h"

#include <assert.h>

enum {
    LARGEST_CODE = 3 /* a count beyond it, or 0, stands among the others */
};

enum count_kind {
    ONES,
    ZEROS,
    VARIED,
    COUNT_KINDS
};

static inline size_t code_bytes(uint32_t n)
{
    return ((size_t)n + 3) / 4;
}

/* ---- Writing -------------------------------------------------------------------- */

static enum count_kind kind_of(const uint32_t *counts, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (counts[i] != counts[0] || counts[i] > 1)
            return VARIED;
    return counts[0] == 1 ? ONES : ZEROS;
}

static bool is_other(uint32_t count)
{
    return count - 1 >= LARGEST_CODE;
}

/* Room for n bytes and what an encoder may touch behind them, all zero; they are part of the buffer now. */
static uint8_t *room_for(struct buf *out, size_t n)
{
    uint8_t *room = (uint8_t *)buf_reserve(out, n + DOCLIST_ROOM);
    memset(room, 0, n + DOCLIST_ROOM);
    out->n += n;
    return room;
}

static void put_counts(struct buf *out, const uint32_t *counts, uint32_t n)
{
    uint8_t *codes = room_for(out, code_bytes(n));
    for (uint32_t i = 0; i < n; i++)
        codes[i / 4] |= (uint8_t)((is_other(counts[i]) ? LARGEST_CODE : counts[i] - 1) << i % 4 * 2);
    for (uint32_t i = 0; i < n; i++)
        if (is_other(counts[i]))
            buf_varint(out, counts[i] ? counts[i] - LARGEST_CODE : 0);
}

void word_list_encode(struct buf *out, const uint32_t *docs, const uint32_t *counts, uint32_t n,
                      uint32_t ndocs)
{
    enum count_kind kind = kind_of(counts, n);
    buf_varint(out, (uint64_t)(n - 1) << 2 | kind);
    doclist_encode(room_for(out, doclist_size(n, ndocs)), docs, n, ndocs);
    if (kind == VARIED)
        put_counts(out, counts, n);
}

/* ---- Reading -------------------------------------------------------------------- */

bool word_list_open(struct str bytes, uint32_t ndocs, struct word_list *out)
{
    struct cursor c = cursor_of(bytes);
    uint64_t tag = cursor_varint(&c);
    uint8_t kind = tag & 3;
    if (c.bad || kind >= COUNT_KINDS || tag >> 2 >= ndocs)
        return false;
    uint32_t n = (uint32_t)(tag >> 2) + 1;
    size_t docs = doclist_size(n, ndocs), codes = kind == VARIED ? code_bytes(n) : 0;
    size_t left = (size_t)(c.end - c.p);
    if (docs > left || codes > left - docs)
        return false;
    *out = (struct word_list){ { c.p, n, ndocs }, kind, c.p + docs, c.p + docs + codes, c.end };
    return true;
}

static uint32_t next_other(struct cursor *others)
{
    uint64_t other = cursor_varint(others);
    return other == 0 || other > UINT32_MAX - LARGEST_CODE ? 0 : (uint32_t)other + LARGEST_CODE;
}

static struct cursor others_of(const struct word_list *l)
{
    return (struct cursor){ l->others, l->end, false };
}

static inline uint32_t code_at(const struct word_list *l, uint32_t i)
{
    return l->codes[i / 4] >> i % 4 * 2 & 3;
}

uint32_t word_list_decode(const struct word_list *l, uint32_t base, uint32_t *docs, uint32_t *counts)
{
    uint32_t n = doclist_decode(&l->docs, base, docs);
    struct cursor others = others_of(l);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t code = l->kind == VARIED ? code_at(l, i) : 0;
        counts[i] = code == LARGEST_CODE ? next_other(&others) : code + (l->kind != ZEROS);
    }
    return n;
}

/* How many codes of [from, to) are the largest. */
static uint32_t count_largest(const struct word_list *l, uint32_t from, uint32_t to)
{
    uint32_t n = 0;
    for (; from < to && from % 32 != 0; from++)
        n += code_at(l, from) == LARGEST_CODE;
    for (; to - from >= 32; from += 32) {
        uint64_t codes = load64(l->codes + from / 4);
        n += count_ones(codes & codes >> 1 & UINT64_C(0x5555555555555555));
    }
    for (; from < to; from++)
        n += code_at(l, from) == LARGEST_CODE;
    return n;
}

void word_list_counts(const struct word_list *l, const uint32_t *places, size_t n, uint32_t *counts)
{
    struct cursor others = others_of(l);
    uint32_t seen = 0; /* places whose others were passed */
    for (size_t i = 0; i < n; i++) {
        assert(places[i] < l->docs.count && (i == 0 || places[i - 1] < places[i]));
        uint32_t code = l->kind == VARIED ? code_at(l, places[i]) : 0;
        counts[i] = code + (l->kind != ZEROS);
        if (code != LARGEST_CODE)
            continue;
        for (uint32_t k = count_largest(l, seen, places[i]); k > 0; k--)
            next_other(&others);
        counts[i] = next_other(&others);
        seen = places[i] + 1;
    }
}

bool word_list_is_silent(const struct word_list *l)
{
    return l->kind == ZEROS;
}
