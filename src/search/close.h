/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to search/: characters of a question side by side, found side by side.
 */
#ifndef TIAN_CLOSE_H
#define TIAN_CLOSE_H

#include "search/rank.h"

struct close_pair {
    uint32_t key;
    double weight; /* of holding it, before close_share() */
};
struct close_pairs {
    struct close_pair *at;
    size_t n, cap;
};

/* The pairs of a query that count. */
void close_weigh(struct run *, struct close_pairs *out);
/* What a document of this length gets of a pair's weight. */
double close_share(const struct run *, uint32_t doc);

/* What close_rank() added for one document. */
struct parts;
void close_parts(struct run *, uint32_t doc, struct parts *out);

/* Add to the scores what pairs are worth and sort again. */
int close_rank(struct run *, struct rank_hit *, size_t n);

#endif
