/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to store/: the door to Xapian. Words with their frequencies, no
 * positions, no term lists, no document data. No Xapian or std type shows here,
 * no exception leaves xapian_c.cc: each call returns a code. TIAN_EINDEX: damaged;
 * TIAN_EIO: the system refused; a handle serves one thread at a time.
 */
#ifndef TIAN_XAPIAN_C_H
#define TIAN_XAPIAN_C_H

#include "store/store.h"

#ifdef __cplusplus
extern "C" {
#endif

struct word_count {
    struct str term;
    uint32_t count;
};

/* A new temporary database: fast, not durable, to be merged or synced by the caller. */
struct words_writer;
int words_create(struct ctx *, const char *path, struct words_writer **out);
/* The next document: numbers 1, 2, 3 … in order of the calls. length is the sum of the counts. */
int words_put(struct ctx *, struct words_writer *, const struct word_count *, size_t n);
int words_close(struct ctx *, struct words_writer *); /* commits; frees in any case */
void words_abandon(struct words_writer *);            /* throws it away */

/* One compact database of several, documents renumbered by concatenation. */
int words_merge(struct ctx *, const char *const *paths, size_t n, const char *to);

/* Several segments read as one. bases[i]: first document number of segment i (ascending);
 * counts[i]: its documents. */
struct words;
int words_open(struct ctx *, const char *const *paths, const uint32_t *bases, size_t n, struct words **out);
void words_free(struct words *);
struct words *words_clone(struct ctx *, const struct words *); /* for another thread */

/* What ranking asks about a document, amid C++: so neither may allocate. */
struct rank_facts {
    bool (*alive)(const void *self, uint32_t doc);      /* NULL: all are */
    uint32_t (*length)(const void *self, uint32_t doc); /* the sum of its counts; 0: not known */
    const void *self;
};
/* As snapshot_rank(). Scores are rounded to 2^-30, so that they and the order are the same however documents
 * are spread over segments. */
int words_rank(struct ctx *ctx, struct words *w, const struct rank_query *q, const struct rank_facts *facts,
               size_t first, size_t count, struct rank_hit *out, size_t *n);
int words_frequency(struct ctx *, struct words *, struct str term, uint32_t *documents);

/* Every (term, document from 0, count) of one database, terms ascending: for verify. */
typedef int words_visit(void *self, struct str term, uint32_t doc, uint32_t count);
int words_each(struct ctx *, const char *path, words_visit *, void *self);
/* Every term and in how many documents it is, ascending: for the vocabulary. */
typedef int words_term(void *self, struct str term, uint32_t documents);
int words_terms(struct ctx *, const char *path, words_term *, void *self);

#ifdef __cplusplus
}
#endif
#endif
