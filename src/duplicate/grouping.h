/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * grouping: an intake on its way to groups, and what is shown of them. Private to
 * duplicate.
 */
#ifndef TIAN_DUPLICATE_GROUPING_H
#define TIAN_DUPLICATE_GROUPING_H

#include "duplicate/duplicate.h"
#include "duplicate/star.h"

struct grouping {
    struct ctx *ctx;
    const struct reader *reader;
    const struct verdict_rules *rules;
    const struct decisions *decisions;
    enum tian_role role;
    struct intake intake;
    struct pairbook *book;
    struct arena *scratch;
};

/* Everything that is shown of a star; owned by ctx->arena. */
int grouping_report(struct grouping *, const struct star *, struct tian_merge_group *out);

/* Does a make a better main proposal than b? And why main is the one of its star. */
bool grouping_better(void *grouping, uint32_t a, uint32_t b);
const char *grouping_reason(struct grouping *, const struct star *);

#endif
