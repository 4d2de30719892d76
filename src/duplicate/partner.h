/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * partner: which two proposals of an intake are worth an exact comparison.
 * Private to duplicate.
 */
#ifndef TIAN_DUPLICATE_PARTNER_H
#define TIAN_DUPLICATE_PARTNER_H

#include "duplicate/pairbook.h"

struct couple {
    uint32_t a, b; /* places in the intake, a < b */
};
struct couples { /* ascending, distinct */
    struct couple *at;
    size_t n, cap;
};

int partners_find(struct ctx *, const struct intake *, const struct pairbook *, unsigned jobs,
                  struct couples *out);

#endif
