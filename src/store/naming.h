/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to store/: the ids of the documents that one file holds.
 */
#ifndef TIAN_NAMING_H
#define TIAN_NAMING_H

#include "document/document.h"

/* An id for each part of x, in arena; id_base is that of its file. */
struct str *naming_parts(struct arena *, const struct builder *, struct str id_base,
                         const struct extracted *x);

/* The id for a line of JSON Lines that names none. */
struct str naming_line(struct arena *, const struct builder *, struct str id_base,
                       const struct extract_part *);

#endif
