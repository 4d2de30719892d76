/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * hint: what an office would ask the writer of a draft to look at again. Hints
 * are no verdicts. Private to duplicate.
 */
#ifndef TIAN_HINT_H
#define TIAN_HINT_H

#include "duplicate/matter.h"

struct hints; /* share/hints.conf: words of what is not filed; lives with its arena */
/* folder NULL: the installed share. A missing file is an empty one. TIAN_EFORMAT names the line. */
int hints_load(struct ctx *, struct arena *, const char *folder, struct hints **out);

/* Appended to notes, which must be vec_init'ed. */
struct notes {
    const char **at;
    size_t n, cap;
};
void hints_find(struct ctx *, const struct reader *, const struct hints *, const struct draft *,
                const struct rarity *, struct notes *);

#endif
