/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * sheet: a text laid out for comparison: its letters without punctuation, its
 * clauses, and the way back to the bytes of the original. Private to duplicate.
 */
#ifndef TIAN_DUPLICATE_SHEET_H
#define TIAN_DUPLICATE_SHEET_H

#include "document/document.h"

struct clause {
    uint32_t from, to;   /* letters of the sheet */
    uint32_t begin, end; /* units of the normal form */
    uint32_t key;        /* text_fingerprint(), 0 when the clause is too short for one */
    enum section_kind section;
    float weight; /* of one letter: 1, less when the clause is boilerplate */
};

struct sheet {
    struct str original;
    struct normal normal;
    uint16_t *letter; /* n letters, a number being one, placeholders left out */
    uint32_t *first;  /* unit of the normal form where the letter starts */
    uint32_t *last;   /* its last unit */
    uint32_t *owner;  /* its clause */
    size_t n;
    struct clause *clause;
    size_t nclauses;
    uint32_t asks; /* how often it speaks as a letter to an office does (the middle one of three signs) */
};

/* Lay out a document's body, without its head lines and its reply. All of it is owned by the arena; original
 * must outlive it. */
void sheet_make(struct arena *, const struct document *, struct sheet *out);

/* Bytes of the original that letters [i, i + n), n > 0, came from, punctuation between them included. */
struct skip sheet_bytes(const struct sheet *, size_t i, size_t n);

/* How much a letter of a clause counts that df documents contain: 1 for up to four, then ever less. */
float sheet_rarity(uint32_t df);

#endif
