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
    double *most;          /* … from each of them on, the best score */
    size_t nhead;
    bool close; /* the head is ordered by close_rank() too */
    bool whole; /* … and is all there is */
};

int order_init(struct order *, struct run *, struct stage *);
/* The candidates from rank `first` on, at most count. */
int order_next(struct order *, size_t first, size_t count, struct rank_hit *out, size_t *n);

/* No candidate from this rank on, which has been handed out with this score, has a better one. */
double order_most(const struct order *, size_t rank, double score);
/* The candidates before a rank, as far as one of them can have the text of one behind it. */
int order_before(struct order *, size_t rank, struct docs *out);

/* All candidates of a stage into sorted, ascending; of one that is free, the best. *cut: there are more. */
int order_all(struct order *, bool *cut);

#endif
