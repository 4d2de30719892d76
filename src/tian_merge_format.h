/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to src/tian_merge_*.c: groups on their way to being a text.
 */
#ifndef TIAN_MERGE_FORMAT_H
#define TIAN_MERGE_FORMAT_H

#include <tian.h>

#include "base/buf.h"

/* From this share on a measure is the same (what tian.h says of `with`). */
#define MERGE_SAME 0.5

struct merge_formatting {
    const struct tian_merge *merge;
    struct arena *arena;
    struct buf *out;
};

const char *merge_field(const struct tian_merge_proposal *, const char *name); /* "" when it is not there */
/* "要并的 2 组 5 件", in the reader's language. */
const char *merge_summary(struct arena *, const struct tian_merge *);
size_t merge_shared(const struct tian_merge_group *); /* measures of the main one that another one has, too */

void merge_format_html(const struct merge_formatting *);

#endif
