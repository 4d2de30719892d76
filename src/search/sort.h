/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to search/: hits by what is known of them instead of by rank.
 */
#ifndef TIAN_SORT_H
#define TIAN_SORT_H

#include "search/rank.h"

/* The keys of the options, "-年,案号"; NULL: by rank. */
const char *sort_keys(const struct tian_search_options *);
/* TIAN_EUSAGE: no such key. */
int sort_check(struct ctx *, const char *keys);
/* Hits ascending by doc → by the keys, then by doc. */
int sort_hits(struct run *, const char *keys, struct rank_hit *, size_t n);

#endif
