/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to src/tian_report*.c and tian_trend.c: a report made by several stages,
 * and on its way to being a text.
 */
#ifndef TIAN_REPORT_FORMAT_H
#define TIAN_REPORT_FORMAT_H

#include <tian.h>

#include "base/buf.h"

/* The table of what was solved at a later try, and a note when not all were looked at (tian_trend.c). */
struct call;
struct docs;
int report_later(struct call *, const struct docs *solved, const struct tian_report_options *,
                 struct tian_report *);

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

/* ids: also where there are none. */
struct emit;
void report_emit_table(struct emit *, const struct tian_report_table *, bool ids);

void format_html(const struct formatting *);
void format_section(const struct formatting *);

#endif
