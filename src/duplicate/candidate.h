/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * candidate: the few documents of the base worth an exact comparison. Private
 * to duplicate.
 */
#ifndef TIAN_DUPLICATE_CANDIDATE_H
#define TIAN_DUPLICATE_CANDIDATE_H

#include "duplicate/sheet.h"
#include "store/store.h"

struct candidate {
    uint32_t doc;
    uint32_t clauses;                /* distinct clauses it has in common with the draft */
    float clause_score;              /* their letters, weighted by rarity */
    float word_score;                /* BM25 of the draft's words; 0: not among the best */
    uint16_t clause_rank, word_rank; /* from 1; 0: that way did not find it */
};
struct candidates {
    struct candidate *at;
    size_t n, cap;
};

/* At most CANDIDATES_MOST, exclude (UINT32_MAX: none) not among them; best first by either way in turn. */
enum {
    CANDIDATES_MOST = 32
};
int candidates_find(struct ctx *, const struct reader *, const struct sheet *draft,
                    const struct normal *title, uint32_t exclude, struct candidates *out);

#endif
