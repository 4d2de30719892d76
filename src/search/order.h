/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to search/: a stage's candidates, best first.
 */
#ifndef TIAN_ORDER_H
#define TIAN_ORDER_H

#include "search/rank.h"

struct order {
    struct run *run;
    struct stage *stage;
    struct rank_hit *sorted; /* by keys, or without words: all of it */
    size_t nsorted;
    bool ended;            /* all was handed out */
    struct rank_hit *head; /* the first ranks, when they are ordered by more than words */
    size_t nhead;
};

int order_init(struct order *, struct run *, struct stage *);
/* The candidates from rank `first` on, at most count. */
int order_next(struct order *, size_t first, size_t count, struct rank_hit *out, size_t *n);

/* All candidates of a stage into sorted, ascending; of one that is free, the best. *cut: there are more. */
int order_all(struct order *, bool *cut);

#endif
