/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * measure: what a proposal asks for, item by item. Private to duplicate; knows no
 * store.
 */
#ifndef TIAN_DUPLICATE_MEASURE_H
#define TIAN_DUPLICATE_MEASURE_H

#include "duplicate/align.h"

struct measure {
    size_t clause, nclauses; /* of the sheet */
};
struct measures {
    struct measure *at;
    size_t n, cap;
};

/* The items of its 建议 (of all that it proposes, when it has no such part): lines, and what is numbered
 * inside a line (1. （一） 一是). Headings and lead-ins are none. Appended to out, which may be NULL; returns
 * how many.
 */
size_t measures_find(const struct sheet *, struct arena *, struct measures *out);

/* Share of its letters that stand in the other text, 0 to 1. */
double measure_share(const struct sheet *, const struct measure *, const struct found *);

/* From half on two proposals ask for the same. */
#define MEASURE_SAME 0.5

#endif
