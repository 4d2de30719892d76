/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * compare: one text beside another → the numbers that rules may speak of. What
 * `tian check` says of a draft and `tian merge` of a pair come from here, so
 * they cannot differ. Private to duplicate.
 */
#ifndef TIAN_DUPLICATE_COMPARE_H
#define TIAN_DUPLICATE_COMPARE_H

#include "duplicate/agree.h"
#include "duplicate/align.h"
#include "duplicate/verdict.h"

struct side {
    const struct facts *facts;
    struct str themes; /* best first, '\x1f' between; two are looked at */
    const struct normal *title;
    const struct sheet *sheet;
};

/* The first side is the draft. */
void compare_numbers(const struct side *mine, const struct side *theirs, const struct alignment *,
                     const struct agreement *, struct numbers *out);

/* 0 to 1, orders the matches of one draft and is never a threshold. letters: of the draft. */
double compare_score(const struct numbers *, size_t letters);

/* Rarity of letters and pairs of letters in a base. */
struct rarity compare_rarity(const struct snapshot *);

/* Clauses that many documents of the base contain count less: of the draft by asking the base; of the other
 * as far as the draft has them (to ask for all others would be half of the work of a comparison and move
 * `theirs` by little). */
void compare_weigh(const struct snapshot *, struct sheet *draft);
void compare_weigh_as(const struct pattern *draft, struct sheet *theirs);

#endif
