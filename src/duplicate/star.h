/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * star: links between proposals → groups round a main proposal. Private to
 * duplicate; knows no texts: proposals are numbers.
 */
#ifndef TIAN_DUPLICATE_STAR_H
#define TIAN_DUPLICATE_STAR_H

#include "duplicate/link.h"

#define NO_MAIN UINT32_MAX

/* What is known of the proposals. */
struct sky {
    size_t n;
    const struct links *links; /* all that are strong enough to merge */
    const uint32_t *accepted;  /* of each: the main proposal an officer put it below, itself when it is one,
                                  NO_MAIN, or any other number: taken, but not to be shown */
    bool (*refused)(void *self, uint32_t a, uint32_t b);
    bool (*better)(void *self, uint32_t a, uint32_t b); /* a makes the better main proposal */
    void *self;
};

struct ray {
    uint32_t proposal;
    const struct link *link; /* with the main proposal; NULL: they have none, an officer accepted it */
    bool accepted;
};
struct star {
    struct ray *at;
    size_t n, cap;
    uint32_t main;
};
struct stars { /* those with something to decide first, then the stronger and larger ones */
    struct star *at;
    size_t n, cap;
};

void stars_make(struct arena *, const struct sky *, struct stars *out);

#endif
