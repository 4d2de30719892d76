/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to search/: the documents found, counted by two axes.
 */
#ifndef TIAN_CROSS_H
#define TIAN_CROSS_H

#include "store/store.h"

/* Is a facet's name two with a cross between them: 年×主题, year*unit? */
bool cross_is(const char *name);
/* docs ascending. TIAN_EUSAGE: no such axis. */
int cross_make(struct ctx *, const struct reader *, const struct docs *, const char *name,
               struct tian_report_table *out);

#endif
