/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to search/: the documents of a report and the tables made of them
 * (grid.c), which tables there are (statistics.c), what is said of them in words
 * (statistics_words.c).
 */
#ifndef TIAN_STATISTICS_H
#define TIAN_STATISTICS_H

#include "search/axis.h"
#include "search/search.h"

/* Who is counted; a document may be several. */
enum population {
    RECEIVED = 1,
    FILED = 2,
    ANSWERED = 4, /* and filed */
    KEY = 8,      /* and filed */
    CLOSED = 16,  /* not public */
    MERGED = 32   /* by their papers or by an accepted group: not main proposals */
};

struct reporting {
    struct ctx *ctx;
    const struct reader *reader;
    const struct tian_report_options *options;
    const struct decisions *decisions;
    struct docs docs;     /* the proposals, ascending */
    uint8_t *populations; /* one a document */
    const char **ids;     /* one a document, once read */
};

/* Do the options want what is behind this cell named? */
bool report_wants(const struct reporting *, const char *table, const char *line, size_t column);
/* Put document i behind a cell, of which `seen` were passed before: unless the reader may not know it, or the
 * options want another part of them. */
int report_put(const struct reporting *, size_t i, uint64_t seen, struct tian_report_cell *);

/* A table of one axis, or two. columns NULL: one axis. only: its documents must have this code on it. */
struct grid {
    const char *key, *title;
    enum population population;
    const struct axis *rows, *columns, *only;
    uint32_t only_code;
};
int grid_make(const struct reporting *, const struct grid *, struct tian_report_table *out);

/* One number, with the documents behind it when they are wanted, for the table "numbers". */
int grid_number(const struct reporting *, enum population, bool wanted, struct tian_report_cell *out);
uint64_t grid_distinct(const struct reporting *, enum population, const struct axis *); /* values but "" */

/* The axis of one of the usual tables. */
const struct axis *report_axis(const char *table_key);

void report_say(struct arena *, struct tian_report *);

#endif
