/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * past: when was the draft's matter raised before, and what became of it?
 * Private to duplicate.
 */
#ifndef TIAN_PAST_H
#define TIAN_PAST_H

#include "duplicate/agree.h"
#include "duplicate/verdict.h"

struct past_entry {
    uint32_t doc;
    enum verdict_code code; /* against the draft */
};
struct past_list {
    struct past_entry *at; /* nearest first */
    size_t n, cap;
};

/* Fills in matters and nmatters; all of it is owned by ctx->arena. */
int past_report(struct ctx *, const struct reader *, struct agree *, const struct past_list *, enum tian_role,
                struct tian_check *out);

#endif
