/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to store/: words of a segment: for each term the documents that hold it
 * and how often. They rank; finding is the matter of lists.h. Kept in a table of
 * Xapian (xapian_c.h), one entry a term:
 *
 *   term   its posting list, see words_list.c
 *   "\0"   version u32 (2), documents u32, sum of all lengths u64
 *
 * A database without the second is one of Xapian's own posting lists ("native",
 * version 1): it is read as well, only slower.
 */
#ifndef TIAN_WORDS_H
#define TIAN_WORDS_H

#include "store/store.h"
#include "store/words_list.h"

struct word_count {
    struct str term; /* as cut_term() makes it */
    uint32_t count;
};

/* Collects the words of one batch, document by document: 0, 1, 2 … in order of the calls. A document's length
 * is the sum of its counts. */
struct words_builder;
struct words_builder *words_builder_new(struct arena *);
void words_builder_put(struct words_builder *, const struct word_count *, size_t n); /* terms distinct */
/* Sort, encode and write the table; the builder is used up. */
int words_builder_write(struct ctx *, struct words_builder *, const char *path);

/* One table of several, documents renumbered by concatenation. */
int words_merge(struct ctx *, const char *const *paths, size_t n, const char *to);

/* Several segments read as one, by one thread at a time. bases[i]: first document number of segment i
 * (ascending). */
struct words;
int words_open(struct ctx *, const char *const *paths, const uint32_t *bases, size_t n, struct words **out);
void words_free(struct words *); /* takes NULL */

/* What ranking asks about documents. */
struct rank_facts {
    bool (*alive)(const void *self, uint32_t doc); /* NULL: all are */
    const void *self;
    const uint32_t *const *lengths; /* of each segment: the length of each of its documents */
};
/* As snapshot_rank(). Scores are rounded to 2^-30, so that they and the order are the same however documents
 * are spread over segments. See words_rank.c. */
int words_rank(struct ctx *ctx, struct words *w, const struct rank_query *q, const struct rank_facts *facts,
               size_t first, size_t count, struct rank_hit *out, size_t *n);
int words_frequency(struct ctx *, struct words *, struct str term, uint32_t *documents);

/* Every (term, document from 0, count) of one table, terms ascending: for verify. */
typedef int words_visit(void *self, struct str term, uint32_t doc, uint32_t count);
int words_each(struct ctx *, const char *path, words_visit *, void *self);
/* Every term and in how many documents it is, ascending: for the vocabulary. */
typedef int words_term(void *self, struct str term, uint32_t documents);
int words_terms(struct ctx *, const char *path, words_term *, void *self);

/* Lengths of documents are a column. Segments from before that have them in a native table: put them into
 * length[0..n) where it is 0. *filled: there were such. */
int words_lengths(struct ctx *, const char *path, uint32_t *length, uint32_t n, bool *filled);

#endif
