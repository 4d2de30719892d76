/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to search/: what a hit's score is made of.
 */
#ifndef TIAN_ACCOUNT_H
#define TIAN_ACCOUNT_H

#include "search/merit.h"

/* Every part of the score of the document on run->page; they add up to it. */
int account_make(struct run *, const struct found *, struct parts *out);

/* How the words of the question were widened. */
void account_expansions(struct run *, struct tian_results *out);

#endif
