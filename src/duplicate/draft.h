/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * draft: a text somebody asks about, read like a document. Private to duplicate.
 */
#ifndef TIAN_DUPLICATE_DRAFT_H
#define TIAN_DUPLICATE_DRAFT_H

#include "duplicate/sheet.h"
#include "store/store.h"

struct draft {
    struct document document; /* its body is a part of the text that was given */
    uint32_t shift;           /* where in it */
    bool several;             /* the text looked like several documents and was taken as one */
    struct facts facts;
    struct normal title;
    struct sheet sheet;
};

int draft_read(struct ctx *, const struct reader *, struct str text, const struct tian_check_options *,
               struct draft *);

#endif
