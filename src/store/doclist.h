/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to store/: one ascending list of documents as bits: Elias-Fano, or a
 * bitmap when more than a quarter of the documents are in it. The size follows
 * from the two numbers alone, so a reader skips a list without looking at it.
 * See doclist.c.
 */
#ifndef TIAN_DOCLIST_H
#define TIAN_DOCLIST_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Little endian, at any address. */
static inline uint32_t load32(const uint8_t *p)
{
    uint32_t w;
    memcpy(&w, p, sizeof w);
    return le32toh(w);
}
static inline uint64_t load64(const uint8_t *p)
{
    uint64_t w;
    memcpy(&w, p, sizeof w);
    return le64toh(w);
}

/* The bits set, without a call: not every processor has an instruction for it. */
static inline unsigned count_ones(uint64_t w)
{
    w -= w >> 1 & UINT64_C(0x5555555555555555);
    w = (w & UINT64_C(0x3333333333333333)) + (w >> 2 & UINT64_C(0x3333333333333333));
    w = (w + (w >> 4)) & UINT64_C(0x0F0F0F0F0F0F0F0F);
    return (unsigned)(w * UINT64_C(0x0101010101010101) >> 56);
}

/* Bytes that must be readable (writable for encode) behind the body. */
enum {
    DOCLIST_ROOM = 8
};

struct doclist {
    const uint8_t *body; /* doclist_size(count, ndocs) bytes */
    uint32_t count;      /* documents in the list, 1 … ndocs */
    uint32_t ndocs;      /* documents of the file: all are below it */
};

size_t doclist_size(uint32_t count, uint32_t ndocs);

/* Append-free encoding: body has doclist_size() + DOCLIST_ROOM bytes, all zero. docs ascending, below ndocs.
 */
void doclist_encode(uint8_t *body, const uint32_t *docs, uint32_t count, uint32_t ndocs);

/* The documents, each plus base, to out[0..count). Returns how many: fewer than count when the
 * list is damaged; ascending and below ndocs in any case. */
uint32_t doclist_decode(const struct doclist *, uint32_t base, uint32_t *out);

/* Keep of docs[0..n) (ascending, base added) those that are in the list; returns how many are left. */
size_t doclist_filter(const struct doclist *, uint32_t base, uint32_t *docs, size_t n);

/* Which of docs[0..n) (ascending, base added) are in the list, and at what place of it (from 0, below count):
 * pairs in which[] and place[], ascending; returns how many. */
size_t doclist_places(const struct doclist *, uint32_t base, const uint32_t *docs, size_t n, uint32_t *which,
                      uint32_t *place);

#endif
