/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to store/: the posting list of a word, as it stands in the table of a
 * segment: which documents have it, and how often each. See words_list.c.
 */
#ifndef TIAN_WORDS_LIST_H
#define TIAN_WORDS_LIST_H

#include <stdbool.h>

#include "base/buf.h"
#include "store/doclist.h"

struct word_list {
    struct doclist docs;         /* count 0: an empty list, the rest unset */
    uint8_t kind;                /* of counts */
    const uint8_t *codes;        /* two bits a document */
    const uint8_t *others, *end; /* varints: counts that two bits do not hold */
};

/* Append the bytes of a list: documents ascending, below ndocs, n of them, at least one. */
void word_list_encode(struct buf *out, const uint32_t *docs, const uint32_t *counts, uint32_t n,
                      uint32_t ndocs);
/* Look at such bytes, with DOCLIST_ROOM more behind them. False when they are damaged. */
bool word_list_open(struct str bytes, uint32_t ndocs, struct word_list *out);

/* All of a list, documents plus base; returns how many: fewer than docs.count when it is damaged. */
uint32_t word_list_decode(const struct word_list *, uint32_t base, uint32_t *docs, uint32_t *counts);
/* The counts at some places of a list, ascending. */
void word_list_counts(const struct word_list *, const uint32_t *places, size_t n, uint32_t *counts);
/* Is every count 0? Then the word is known, and does not rank. */
bool word_list_is_silent(const struct word_list *);

#endif
