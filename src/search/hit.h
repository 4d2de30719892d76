/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to search/: a found document as the public struct.
 */
#ifndef TIAN_HIT_H
#define TIAN_HIT_H

#include "search/rank.h"

/* From run->page; all is copied to the request's arena. spots is scratch. */
void hit_make(struct run *, const struct found *, struct spots *, struct tian_hit *out);

#endif
