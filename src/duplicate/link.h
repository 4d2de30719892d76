/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * link: couples of an intake → verdicts. Private to duplicate.
 */
#ifndef TIAN_DUPLICATE_LINK_H
#define TIAN_DUPLICATE_LINK_H

#include "duplicate/partner.h"

/* A couple laid side by side in both directions: [0] a as the draft, [1] b as the draft. */
struct link {
    uint32_t a, b;
    struct numbers numbers[2];
    enum verdict_code code; /* the stronger of both directions */
    double score;           /* the higher */
};
struct links {
    struct link *at;
    size_t n, cap;
};

/* One link a couple, in their order; with least > VERDICT_NEW only those that are as strong. */
int links_judge(struct ctx *, const struct intake *, const struct pairbook *, const struct verdict_rules *,
                const struct couples *, enum verdict_code least, unsigned jobs, struct links *out);

#endif
