/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to search/: what a hit gets beside its words: for where they stand, and
 * for what it is.
 */
#ifndef TIAN_MERIT_H
#define TIAN_MERIT_H

#include "search/rank.h"

struct parts {
    struct tian_part *at;
    size_t n, cap;
};

struct merits; /* of one question */
struct merits *merits_new(struct run *);

/* The sum, of the document on run->page; parts (NULL: not wanted) gets what it is made of. */
double merit_of(struct run *, const struct merits *, struct parts *parts);

#endif
