/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * align: what of one text stands in another, letter by letter and clause by
 * clause. The draft is indexed once and then laid beside any number of others.
 * Private to duplicate; knows no store.
 */
#ifndef TIAN_DUPLICATE_ALIGN_H
#define TIAN_DUPLICATE_ALIGN_H

#include "duplicate/sheet.h"

struct pattern; /* a draft, indexed; lives with its arena */
struct pattern *pattern_new(struct arena *, const struct sheet *draft);

/* Weight of the draft's clause with this fingerprint; 1 when it has none. */
float pattern_weight(const struct pattern *, uint32_t key);

struct run { /* equal letters: n of them from letter `mine` of the draft, from letter `theirs` there */
    uint32_t mine, theirs, n;
};

struct alignment {
    double mine, theirs;        /* weighted share of the letters of each that stand in the other, 0 to 1 */
    double exact;               /* of mine, only what stands in equal runs */
    double problem, suggestion; /* mine, of these sections only; -1 when the draft has none */
    uint32_t longest;           /* letters in the longest equal run */
    struct run *runs;           /* maximal equal runs of at least RUN_LEAST letters, longest first, */
    size_t nruns;               /* disjoint in the draft; owned by the arena given to align() */
    struct found {
        const uint8_t *letter; /* of each letter: 1 when it is in a run */
        const uint8_t *clause; /* of each clause: 1 when it stands there with small edits */
    } in_mine, in_theirs;      /* what was found of each; owned by that arena, too */
};

enum {
    RUN_LEAST = 8
};

/* Clause weights of both sheets are taken as they are. */
void align(struct pattern *, const struct sheet *theirs, struct arena *, struct alignment *out);

#endif
