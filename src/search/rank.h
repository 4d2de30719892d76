/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to search/: one search on its way. Candidates in the order of their
 * rank are verified until the page is full; then the rest is counted.
 */
#ifndef TIAN_RANK_H
#define TIAN_RANK_H

#include "search/find.h"
#include "search/match.h"

/* One reading of the query, from strict to lenient; the answer is one stage after the other. */
struct stage {
    enum reading reading;
    struct set set;
    uint64_t found; /* documents, those of stricter stages among them */
    bool about;     /* an estimate */
    bool counted;   /* by walking to its end */
    bool cut;       /* its candidates are not all there are */
};

/* Documents with the same title and body as one that was found before them: their ids, as long as the walk
 * goes on. */
struct copies {
    const char **at;
    size_t n, cap;
};

struct found {
    uint32_t doc;
    double score;
    bool close, kind, places; /* what is in the score beside words: close.h, merit.h */
    bool exact;
    const struct copies *copies; /* NULL: they are hits of their own */
};

enum {
    RUN_BUDGET = 200 /* candidates verified for a count, by default */
};

struct verdicts;                                             /* what was verified so far */
struct verdicts *verdicts_new(struct arena *, size_t slots); /* slots: a power of two */

struct merits;

/* A place in the answer where nothing is held back: the candidate that may have it. */
struct mark {
    size_t stage, candidate, place;
};

struct run {
    struct ctx *ctx;
    const struct reader *reader;
    const struct tian_search_options *options;
    struct plan plan;
    struct page page;
    struct stage stages[3];
    size_t nstages;
    struct verdicts *verdicts;
    size_t budget;         /* candidates verified for counting */
    struct merits *merits; /* NULL: not wanted */
    size_t window;         /* candidates of a stage that are put in order by where their words stand */
    bool collapse;         /* copies are shown as one */
    size_t offset;         /* places before the page */
    struct mark start;     /* where the walk begins */
    struct mark last;      /* once walked: where the walk of the next page may begin */
    bool more;             /* … there are, or may be, hits behind the page */
};

/* Best score first, then by document: for qsort() of rank_hits. */
int rank_order(const void *, const void *);

/* The words of the plan, of the documents given (NULL: any with a word). */
struct rank_query run_words(const struct run *, const struct docs *required);

int run_open(struct run *, struct ctx *, const struct reader *, struct str line,
             const struct tian_search_options *);

/* Hits from run->offset on, at most options->count, in their order, each given to show() while run->page
 * holds it. */
typedef int run_show(struct run *, const struct found *, void *self);
int run_walk(struct run *, run_show *show, void *self);

/* Fill found and about of every stage. */
int run_count(struct run *);

/* The documents found by the last stage that asks for something, verified up to the budget; *about when not
 * all were. */
int run_documents(struct run *, struct docs *out, bool *about);

/* Does a document answer this reading? Loads the page when it has not been asked before. */
int run_verify(struct run *, uint32_t doc, enum reading, bool *yes);

/* The smallest list among the needle's: no more documents can hold it. */
uint32_t needle_count(const struct reader *, const struct needle *);

#endif
