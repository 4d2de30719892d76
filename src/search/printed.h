/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The numbers of a printed report: which words mean which number is a text file, share/printed.conf.
 */
#ifndef TIAN_PRINTED_H
#define TIAN_PRINTED_H

#include "base/buf.h"
#include "base/ctx.h"
#include "text/text.h"

/* One printed number. Its meaning is an expression of the file: "state.merged + state.advice", with "/ whole"
 * for a share of something; or, when it is some line of a table, the names of tables: "category, theme". */
struct printed_number {
    struct str meaning; /* empty: not known */
    bool any;           /* meaning names tables; words say which line */
    bool share;         /* a percentage, of the meaning's whole or its table's total */
    struct str words;   /* in front of the number, or the key */
    struct str clause;
    struct amount amount;
};

struct printed_sum {
    struct str whole, parts; /* "numbers.filed", "category.*" or "numbers.filed + state.merged" */
};

struct printed {
    vec_of(struct printed_number)
        numbers;                     /* in the order of the text; the same number said twice is there once */
    vec_of(struct printed_sum) sums; /* that printed parts ought to add up to */
};

/* Read text, prose or a table of two columns, by the words of the file at path. All that out holds lies in
 * ctx->arena or text. TIAN_EIO, TIAN_EFORMAT: the file of words. */
int printed_read(struct ctx *, const char *path, struct str text, struct printed *out);

#endif
