/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The same work on many things by a few threads. Which thread takes which thing
 * is left to chance, so a result must not depend on it: work() writes to the
 * place of its own thing, or to what begin() made for the thread.
 */
#ifndef TIAN_CREW_H
#define TIAN_CREW_H

#include "base/ctx.h"

struct crew {
    /* In each thread, once: what work() gets as own; NULL: nothing. Its ctx, and what it allocates there,
     * live until crew_run() returns. */
    void *(*begin)(struct ctx *, void *self);
    int (*work)(struct ctx *, void *self, void *own, size_t i);
    /* In the caller's thread, for each own, when all are done; NULL: nothing. Not called after an error. */
    void (*end)(void *self, void *own);
    void *self;
};

/* work() on 0 … n-1. jobs 0: one a processor; this thread is one of them. The first error stops all; deadline
 * and cancelling are looked at before each. TIAN_EMEMORY when it ran out in any thread. */
int crew_run(struct ctx *, unsigned jobs, size_t n, const struct crew *);

#endif
