/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to search/: how a query was read, and why it found nothing.
 */
#ifndef TIAN_EXPLAIN_H
#define TIAN_EXPLAIN_H

#include "search/rank.h"

/* Notes for an answer without documents: which part or word is in no document, and what each condition left
 * out would give. */
int explain_nothing(struct run *);

/* The tree, needles with their lists, words with counts and weights, stages with their candidates. */
int explain_plan(struct run *, struct buf *out);

#endif
