/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to search/: how the found documents spread over the values of columns.
 */
#ifndef TIAN_FACET_H
#define TIAN_FACET_H

#include "store/store.h"

/* Count docs by the columns named: theme year session unit proposer_kind outcome state category. hide: hidden
 * documents are left out. TIAN_EUSAGE for another name. */
int facet_count(struct ctx *, const struct snapshot *, const struct docs *, const char *const *names,
                size_t n, bool hide, struct tian_facet *out);

/* Of these documents those that are counted: without hidden ones when hide, ascending. */
struct docs facet_docs(struct arena *, const struct snapshot *, const struct docs *, bool hide);

/* 十四届三次 by numbers, as everybody writes it; 十四届 when the meeting is 0, "" when the term is. */
const char *facet_session(struct arena *, uint64_t term, uint64_t meeting);

#endif
