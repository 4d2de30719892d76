/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to search/: what a hidden document shows to who may not see it.
 */
#ifndef TIAN_SHOW_H
#define TIAN_SHOW_H

#include "store/store.h"

struct tian_text show_veil(void); /* in place of the title */
/* A document with the labels of its reader as public structs. */
void show_labels(struct arena *, const struct reader *, const struct document *,
                 const struct tian_label **labels, size_t *n);

void show_veiled_fields(struct arena *, const struct document *, const struct tian_field **fields, size_t *n);

#endif
