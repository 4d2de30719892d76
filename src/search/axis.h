/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to search/: by what documents are counted in reports. An axis gives
 * each document one value; "" is: not stated.
 */
#ifndef TIAN_AXIS_H
#define TIAN_AXIS_H

#include "store/store.h"

struct axis;

/* year session period proposer_kind proposer category theme subtheme unit outcome state satisfaction; NULL.
 */
const struct axis *axis_find(struct str name);
const char *axis_name(const struct axis *);
bool axis_names_people(const struct axis *);
const char *axis_title(const struct axis *); /* in the reader's language */

/* Codes of documents (ascending), and what they stand for; code 0 is "". All in arena. */
struct axis_values {
    uint32_t *code; /* one a document */
    vec_of(struct str) values;
};
void axis_read(const struct axis *, struct arena *, const struct snapshot *, const struct docs *,
               struct axis_values *out);

/* A value as an office writes it: 解决或采纳 for solved; itself when there is nothing better to say. */
const char *axis_shown(const struct axis *, struct arena *, struct str value);
const char *axis_chinese(const struct axis *, struct arena *, struct str value); /* whatever the language */

/* Where a value stands in a table whose order is fixed (outcomes, the taxonomy, years); SIZE_MAX: by size. */
size_t axis_place(const struct axis *, const struct taxonomy *, struct str value);

#endif
