/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to search/: hits whose texts were read, held back until no other can
 * come before them.
 */
#ifndef TIAN_SETTLE_H
#define TIAN_SETTLE_H

#include "search/rank.h"

struct held {
    struct found found;
    size_t candidate;
    struct page page;
};

struct settle {
    struct run *run;
    struct {
        struct held **at;
        size_t n, cap;
    } held, unused; /* held: the best last */
};

void settle_init(struct settle *, struct run *);
/* Hold a hit that is on run->page. */
void settle_hold(struct settle *, const struct found *, size_t candidate);
/* The best one, on run->page again, when it has at least this score. */
bool settle_next(struct settle *, double least, struct found *out);

#endif
