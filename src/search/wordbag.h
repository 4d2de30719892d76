/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to search/: which Han words documents have, as numbers, and whether a
 * word is more frequent in some documents than in others.
 */
#ifndef TIAN_WORDBAG_H
#define TIAN_WORDBAG_H

#include "store/store.h"

struct wordbag {
    struct ctx *ctx;
    const struct reader *reader;
    struct map *index;          /* word → its number + 1 */
    vec_of(struct str) words;   /* by number */
    vec_of(uint32_t) read_last; /* of a word: how many documents had been read when it was met last */
    uint32_t read;              /* documents read */
    vec_of(uint32_t) found;     /* distinct words of the document read last */
    struct normal normal;
    struct buf text;
};

void wordbag_init(struct wordbag *, struct ctx *, const struct reader *);
/* The words of title and body → found; of the body only what its proposers say: not what stands before the
 * first section (numbers, names, units), nor the reply. */
int wordbag_read(struct wordbag *, struct arena *, uint32_t doc);
struct range {
    size_t from, to; /* units */
};
struct range wordbag_range(const struct document *, const struct normal *body);

/* Dunning's likelihood ratio of k in n documents against l in m, 0 when it is not more frequent there:
 *
 *   G² = 2 (k ln(k / E(k)) + l ln(l / E(l)))      E: shared out by n and m
 *
 * which does not fall for rare words. */
double wordbag_ratio(double k, double n, double l, double m);

#endif
