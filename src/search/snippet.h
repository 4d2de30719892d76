/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to search/: what a hit shows of its document.
 */
#ifndef TIAN_SNIPPET_H
#define TIAN_SNIPPET_H

#include "search/match.h"

/* The best sentences of the body with their marks, copied to arena. body: its spots (match_spots). */
void snippet_make(struct arena *, const struct page *, const struct spots *body, struct tian_hit *out);

/* The spots that lie wholly in a stretch as marks: bytes counted from where the stretch begins; disjoint,
 * ascending; touching ones are joined unless they are the same word twice. */
void snippet_marks(struct arena *, const struct stretch *, const struct spots *, struct tian_text *out);

#endif
