/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to src/tian_report*.c: a report on its way to being a text.
 */
#ifndef TIAN_REPORT_FORMAT_H
#define TIAN_REPORT_FORMAT_H

#include <tian.h>

#include "base/buf.h"

struct formatting {
    const struct tian_report *report;
    struct arena *arena;
    struct buf *out;
    bool explain; /* it knows which documents were counted */
    bool served;  /* it is for a page of the server: numbers are links */
};

bool report_has_shares(const struct tian_report_table *);
/* What to say when the rounded shares do not add up to 100; NULL: they do. */
const char *report_rounding(struct arena *, const struct tian_report_table *);

void format_html(const struct formatting *);
void format_section(const struct formatting *);

#endif
