/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to search/: conditions on columns, 年:2019..2024 and the like.
 */
#ifndef TIAN_FILTER_H
#define TIAN_FILTER_H

#include "search/query.h"
#include "store/store.h"

struct filter;

/* A VALUE node as a filter. literal: by no other names. readable = false: the value makes no sense for its
 * field; it then lets nothing through. */
int filter_new(struct ctx *, const struct reader *, const struct query_node *, bool literal,
               struct filter **out, bool *readable);
bool filter_test(struct filter *, uint32_t doc);
/* What is looked for in place of the value, if anything. */
size_t filter_names(const struct filter *, const struct str **names);
/* All living documents that pass, into out (vec_init'ed). */
int filter_scan(struct ctx *, struct filter *, struct docs *out);

/* Is a label, or the theme above it, this theme? */
bool theme_is_in(struct str label, struct str theme);

#endif
