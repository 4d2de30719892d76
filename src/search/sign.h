/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to search/: the line of a query as signs, looked at one by one.
 */
#ifndef TIAN_SIGN_H
#define TIAN_SIGN_H

#include "search/query.h"

enum sign {
    SIGN_END,
    SIGN_PART,
    SIGN_FIELD,
    SIGN_NOT,
    SIGN_OPEN,
    SIGN_CLOSE,
    SIGN_AND,
    SIGN_OR,
    SIGN_PAIR
};

struct signs {
    struct str line;
    size_t at;            /* behind the sign */
    size_t begin;         /* of the sign */
    enum sign sign;       /* the one looked at */
    enum query_kind kind; /* of a SIGN_PAIR or SIGN_PART */
    enum query_field field;
    unsigned distance;
    struct str text; /* of a SIGN_PART */
    double weight;
    size_t open;          /* groups open: only then is a parenthesis a SIGN_CLOSE */
    struct str unknown;   /* the first name that is clearly meant as a field but is none */
    const char *expected; /* what was, when something is wrong: in the reader's language */
};

/* Look at the next sign. */
void sign_next(struct signs *);

/* The next run between blanks at or after *at, which moves behind it; false at the end. */
bool sign_run(const struct signs *, size_t *at, struct str *run);
/* Is a run an operator, as AND or 或? */
bool sign_is_operator(struct str run);

#endif
