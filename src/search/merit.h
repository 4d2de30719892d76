/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to search/: what a hit gets beside its words: for what it is, and for
 * where they stand in it.
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

/* For what the document is: no text is read. parts (NULL: not wanted) gets what the sum is made of. */
double merit_of_kind(struct run *, uint32_t doc, struct parts *parts);
/* For where the words stand, of the document on run->page; and what that can be at most. */
double merit_of_places(struct run *, struct parts *parts);
double merit_most(const struct run *);

#endif
