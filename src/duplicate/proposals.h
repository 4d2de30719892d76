/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * proposals: the intake of one session (or year), all of them laid out for
 * comparison and kept in memory: about 12 bytes a character. Private to
 * duplicate.
 */
#ifndef TIAN_DUPLICATE_PROPOSALS_H
#define TIAN_DUPLICATE_PROPOSALS_H

#include "duplicate/compare.h"

struct proposal {
    uint32_t doc;
    struct str id;
    struct facts facts;
    struct str themes;
    struct normal title; /* its units only: at is NULL */
    struct sheet sheet;  /* weighed; without the way back to bytes: first, last, normal.at are NULL */
    size_t measures;     /* how many it asks for */
    struct str into;     /* number of the proposal that its own papers say it was merged into, "" */
};

struct intake {
    struct arena *arena;
    const struct reader *reader;
    unsigned year, term, meeting; /* which; 0: any */
    struct proposal *at;          /* ascending by doc */
    size_t n;
};

/* session NULL and year 0: the newest session of the index, else its newest year, else all. TIAN_EUSAGE:
 * session is none; TIAN_ENOTFOUND: not one proposal; TIAN_ELIMIT: more than INTAKE_MOST. */
enum {
    INTAKE_MOST = 20000
};
struct intake_wanted {
    const char *session;
    unsigned year, jobs;
};
int intake_read(struct ctx *, const struct reader *, const struct intake_wanted *, struct intake *out);
/* Which documents these are, ascending; out must be vec_init'ed. */
int intake_docs(struct ctx *, const struct reader *, const struct intake_wanted *, struct docs *out);
/* An intake of these documents. */
int intake_read_docs(struct ctx *, const struct reader *, const struct docs *, unsigned jobs,
                     struct intake *out);

struct side intake_side(const struct proposal *);
size_t intake_find(const struct intake *, struct str id); /* SIZE_MAX: not in it */

#endif
