/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * candidate: the few documents of the base worth an exact comparison. Private
 * to duplicate.
 */
#ifndef TIAN_DUPLICATE_CANDIDATE_H
#define TIAN_DUPLICATE_CANDIDATE_H

#include "duplicate/agree.h"
#include "store/store.h"

struct candidate {
    uint32_t doc;
    uint32_t clauses;                /* distinct clauses it has in common with the draft */
    float clause_score;              /* their letters, weighted by rarity */
    float pair_score;                /* rarity of the draft's best pairs that it has; 0: not among the best */
    uint32_t pairs;                  /* of the draft's best pairs, it has */
    uint16_t clause_rank, pair_rank; /* from 1; 0: that way did not find it */
};
struct candidates {
    struct candidate *at;
    size_t n, cap;
};

/* agree: of this draft. At most CANDIDATES_MOST, exclude (UINT32_MAX: none) not among them; best first by
 * either way in turn. */
enum {
    CANDIDATES_MOST = 56
};
int candidates_find(struct ctx *, const struct snapshot *, struct agree *, const struct sheet *draft,
                    const struct normal *title, uint32_t exclude, struct candidates *out);

#endif
