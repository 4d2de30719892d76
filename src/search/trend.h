/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to search/: how a theme developed over the years, as tables of a report.
 */
#ifndef TIAN_TREND_H
#define TIAN_TREND_H

#include "search/statistics.h"

/* Title, paragraph and the tables curve, came, went; the solved ones, the newest first. *note is set when the
 * reader must know something. Errors as tian_report(). */
int report_trend(const struct reporting *, struct docs *solved, struct tian_report *out, const char **note);

#endif
