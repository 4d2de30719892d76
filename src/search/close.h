/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to search/: neighbouring words of a question found as neighbours.
 */
#ifndef TIAN_CLOSE_H
#define TIAN_CLOSE_H

#include "search/rank.h"

/* Add to the scores what neighbours are worth and sort again. */
int close_rank(struct run *, struct rank_hit *, size_t n);

#endif
