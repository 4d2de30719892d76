/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * matter: is a draft about one matter (一事一案)? Private to duplicate.
 */
#ifndef TIAN_MATTER_H
#define TIAN_MATTER_H

#include "duplicate/agree.h"
#include "duplicate/draft.h"

/* Themes of the two largest groups of paragraphs that have nothing to do with each other; false when the
 * draft seems to be about one matter, or is too short to tell. scale: weight of a pair that no document has.
 */
struct two_matters {
    const char *theme[2];
};
bool matters_differ(struct ctx *, const struct reader *, const struct draft *, const struct rarity *,
                    struct two_matters *out);

#endif
