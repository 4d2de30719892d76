/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to search/: which documents can hold what a reading of the plan asks for.
 */
#ifndef TIAN_FIND_H
#define TIAN_FIND_H

#include "search/plan.h"

struct set {
    bool everything; /* nothing limits it: docs is empty */
    bool proof;      /* it is the answer; else only its documents can be */
    struct docs docs;
};

/* Living documents only. hide: the hidden ones hold no text (see match.h). */
int find_candidates(struct ctx *, const struct reader *, const struct plan_node *, enum reading, bool hide,
                    struct set *out);
/* The documents that hold a needle, or can. */
int find_needle(struct ctx *, const struct reader *, const struct needle *, struct set *out);
/* everything → all living documents. */
int find_expand(struct ctx *, const struct reader *, struct set *);

bool docs_has(const struct docs *, uint32_t doc);
void docs_intersect(struct docs *, const struct docs *);
void docs_subtract(struct docs *, const struct docs *);
void docs_unite(struct arena *, struct docs *, const struct docs *);

#endif
