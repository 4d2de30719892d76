/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to document: where the documents of one text begin and end.
 */
#ifndef TIAN_SPLIT_H
#define TIAN_SPLIT_H

#include "document/document.h"

struct piece {
    uint32_t from, to; /* bytes of the text, without blank lines at the ends */
    struct str title;  /* behind the heading's number: "第二篇：……" → "……", or empty */
    struct str number; /* of 提案第 123 号: "123", or empty */
};
struct pieces {
    struct piece *at;
    size_t n;
};

/* One piece at least, unless text is blank. */
void document_split(struct arena *, struct str text, struct pieces *out);

/* What stands behind a heading's number: separators at the start and a short [note] at the end taken off. */
struct str heading_title(struct str rest);

#endif
