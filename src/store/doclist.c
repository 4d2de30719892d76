/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Elias-Fano: of each document number the lower `width` bits are stored as they
 * are; the upper part says in which bucket the document falls, and the buckets
 * are written in unary: a 1 for each document, a 0 at the end of each bucket.
 *
 *   documents 3 4 7 13 14 of 16, width 1      upper 1 2 3 6 7, lower 1 0 1 1 0
 *
 *   high  0 10 10 10 0 0 10 1 …     bucket 0 is empty, 1 holds one, 2 one, 3 one …
 *   low   1 0 1 1 0                 right behind, width bits each
 *
 * With width = log2(ndocs / count) a document costs about 2 + width bits, near
 * the least possible for numbers that follow no pattern, and always fewer than
 * the byte or more of a delta (measured on c10k: pairs 0.21 of the text instead
 * of 0.28). Searching needs no skip table: passing k buckets is counting zeros,
 * 64 at a time. Above a quarter of all documents a bitmap is smaller and faster.
 *
 * Bits are numbered from the lowest of the first byte. Nothing here trusts the
 * bits: a damaged list gives fewer or other documents, never one out of range
 * or order, and is never read beyond its body and DOCLIST_ROOM.
 */
#include "store/doclist.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

static inline void set_bits(uint8_t *body, size_t bit, uint64_t value)
{
    uint64_t w = htole64(load64(body + bit / 8) | value << (bit % 8));
    memcpy(body + bit / 8, &w, sizeof w);
}

static inline uint64_t ones(unsigned n)
{
    return n >= 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1;
}

/* ---- Shape: all that follows from count and ndocs ------------------------- */

static inline bool is_bitmap(uint32_t count, uint32_t ndocs)
{
    return count > ndocs / 4;
}

/* log2(ndocs / count), rounded down, without a division. */
static inline unsigned low_width(uint32_t count, uint32_t ndocs)
{
    unsigned width = (unsigned)__builtin_clz(count) - (unsigned)__builtin_clz(ndocs);
    return width - ((uint64_t)count << width > ndocs);
}

static inline size_t high_bits(uint32_t count, uint32_t ndocs, unsigned width)
{
    return (size_t)count + ((ndocs - 1) >> width);
}

size_t doclist_size(uint32_t count, uint32_t ndocs)
{
    assert(count > 0 && count <= ndocs);
    if (is_bitmap(count, ndocs))
        return ((size_t)ndocs + 7) / 8;
    unsigned width = low_width(count, ndocs);
    return (high_bits(count, ndocs, width) + (size_t)count * width + 7) / 8;
}

/* ---- Writing -------------------------------------------------------------- */

void doclist_encode(uint8_t *body, const uint32_t *docs, uint32_t count, uint32_t ndocs)
{
    assert(docs[count - 1] < ndocs);
    for (uint32_t i = 1; i < count; i++)
        assert(docs[i - 1] < docs[i]);
    if (is_bitmap(count, ndocs)) {
        for (uint32_t i = 0; i < count; i++)
            body[docs[i] / 8] |= (uint8_t)(1u << docs[i] % 8);
        return;
    }
    unsigned width = low_width(count, ndocs);
    size_t low = high_bits(count, ndocs, width);
    for (uint32_t i = 0; i < count; i++, low += width) {
        size_t high = (size_t)(docs[i] >> width) + i;
        body[high / 8] |= (uint8_t)(1u << high % 8);
        set_bits(body, low, docs[i] & ones(width));
    }
}

/* ---- Reading all ---------------------------------------------------------- */

static uint32_t decode_bitmap(const struct doclist *l, uint32_t base, uint32_t *out)
{
    uint32_t n = 0;
    for (uint32_t first = 0; first < l->ndocs; first += 64) {
        uint64_t word = load64(l->body + first / 8) & ones(l->ndocs - first);
        for (; word != 0 && n < l->count; word &= word - 1)
            out[n++] = base + first + (uint32_t)__builtin_ctzll(word);
    }
    return n;
}

struct shape {
    unsigned width;
    uint64_t mask;
    size_t high; /* bits of the high part, after which the low part starts */
};

static inline struct shape shape_of(const struct doclist *l)
{
    unsigned width = low_width(l->count, l->ndocs);
    return (struct shape){ width, ones(width), high_bits(l->count, l->ndocs, width) };
}

static inline uint32_t low_part(const struct doclist *l, const struct shape *s, uint32_t i)
{
    size_t bit = s->high + (size_t)i * s->width;
    return (uint32_t)(load64(l->body + bit / 8) >> (bit % 8) & s->mask);
}

static uint32_t decode_fano(const struct doclist *l, uint32_t base, uint32_t *out)
{
    struct shape s = shape_of(l);
    uint32_t n = 0;
    int64_t last = -1;
    for (size_t first = 0; first < s.high; first += 64) {
        uint64_t word =
            load64(l->body + first / 8) & ones(s.high - first < 64 ? (unsigned)(s.high - first) : 64);
        for (; word != 0 && n < l->count; word &= word - 1) {
            uint64_t upper = first + (unsigned)__builtin_ctzll(word) - n;
            int64_t doc = (int64_t)(upper << s.width | low_part(l, &s, n));
            if (doc <= last || doc >= l->ndocs)
                return n;
            last = doc;
            out[n++] = base + (uint32_t)doc;
        }
    }
    return n;
}

uint32_t doclist_decode(const struct doclist *l, uint32_t base, uint32_t *out)
{
    return is_bitmap(l->count, l->ndocs) ? decode_bitmap(l, base, out) : decode_fano(l, base, out);
}

/* ---- Searching ------------------------------------------------------------ */

static size_t filter_bitmap(const struct doclist *l, uint32_t base, uint32_t *docs, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t doc = docs[i] - base;
        docs[kept] = docs[i];
        kept += doc < l->ndocs && (l->body[doc / 8] >> doc % 8 & 1);
    }
    return kept;
}

/* A place in the high part: `bit` bits passed, `documents` of them ones, so bit - documents buckets. */
struct walk {
    size_t bit;
    uint32_t documents;
};

/* Go on until `need` more buckets have ended. False when the list ends first. */
static bool pass_buckets(const struct doclist *l, const struct shape *s, struct walk *w, size_t need)
{
    while (need > 0) {
        if (w->bit >= s->high)
            return false;
        size_t left = s->high - w->bit, whole = 64 - w->bit % 8;
        unsigned valid = (unsigned)(left < whole ? left : whole);
        uint64_t zeros = ~(load64(l->body + w->bit / 8) >> w->bit % 8) & ones(valid);
        unsigned ended = count_ones(zeros);
        if (ended < need) {
            w->bit += valid;
            w->documents += valid - ended;
            need -= ended;
            continue;
        }
        for (size_t i = 1; i < need; i++)
            zeros &= zeros - 1;
        unsigned at = (unsigned)__builtin_ctzll(zeros);
        w->bit += at + 1;
        w->documents += at + 1 - (unsigned)need;
        return true;
    }
    return true;
}

/* Within the bucket w stands in: move to the first document whose lower part is not below low. */
static bool find_in_bucket(const struct doclist *l, const struct shape *s, struct walk *w, uint32_t low)
{
    for (; w->bit < s->high && w->documents < l->count; w->bit++, w->documents++) {
        if ((l->body[w->bit / 8] >> w->bit % 8 & 1) == 0)
            return false;
        uint32_t here = low_part(l, s, w->documents);
        if (here >= low)
            return here == low;
    }
    return false;
}

/* Move to doc or behind it; is it in the list? */
static inline bool walk_to(const struct doclist *l, const struct shape *s, struct walk *w, uint32_t doc)
{
    size_t bucket = doc >> s->width, passed = w->bit - w->documents;
    return (bucket <= passed || pass_buckets(l, s, w, bucket - passed)) &&
           find_in_bucket(l, s, w, doc & (uint32_t)s->mask);
}

static size_t filter_fano(const struct doclist *l, uint32_t base, uint32_t *docs, size_t n)
{
    struct shape s = shape_of(l);
    struct walk w = { 0, 0 };
    size_t kept = 0;
    for (size_t i = 0; i < n && w.bit < s.high; i++) {
        if (walk_to(l, &s, &w, docs[i] - base))
            docs[kept++] = docs[i];
    }
    return kept;
}

size_t doclist_filter(const struct doclist *l, uint32_t base, uint32_t *docs, size_t n)
{
    return is_bitmap(l->count, l->ndocs) ? filter_bitmap(l, base, docs, n) : filter_fano(l, base, docs, n);
}

/* ---- Places ----------------------------------------------------------------- */

static size_t places_bitmap(const struct doclist *l, uint32_t base, const uint32_t *docs, size_t n,
                            uint32_t *which, uint32_t *place)
{
    size_t found = 0;
    uint32_t word = 0, before = 0; /* documents in the words in front of it */
    for (size_t i = 0; i < n; i++) {
        uint32_t doc = docs[i] - base;
        if (doc >= l->ndocs || (l->body[doc / 8] >> doc % 8 & 1) == 0)
            continue;
        for (; word < doc / 64; word++)
            before += count_ones(load64(l->body + (size_t)word * 8));
        uint64_t in_word = load64(l->body + (size_t)word * 8) & ones(doc % 64);
        which[found] = (uint32_t)i;
        place[found] = before + count_ones(in_word);
        found += place[found] < l->count;
    }
    return found;
}

static size_t places_fano(const struct doclist *l, uint32_t base, const uint32_t *docs, size_t n,
                          uint32_t *which, uint32_t *place)
{
    struct shape s = shape_of(l);
    struct walk w = { 0, 0 };
    size_t found = 0;
    for (size_t i = 0; i < n && w.bit < s.high; i++) {
        if (!walk_to(l, &s, &w, docs[i] - base))
            continue;
        which[found] = (uint32_t)i;
        place[found++] = w.documents;
    }
    return found;
}

size_t doclist_places(const struct doclist *l, uint32_t base, const uint32_t *docs, size_t n, uint32_t *which,
                      uint32_t *place)
{
    return is_bitmap(l->count, l->ndocs) ? places_bitmap(l, base, docs, n, which, place)
                                         : places_fano(l, base, docs, n, which, place);
}
