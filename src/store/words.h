/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to store/: files of words: for each term the documents that hold it
 * and how often, and the length of every document. They rank; finding is the
 * matter of lists.h. One format, one builder, one merge. See words.c, and
 * words_rank.c for BM25.
 */
#ifndef TIAN_WORDS_H
#define TIAN_WORDS_H

#include "store/doclist.h"
#include "store/store.h"

struct word_count {
    struct str term; /* as cut_term() makes it: 1 … 245 bytes */
    uint32_t count;
};

/* Collects the words of one batch, document by document: 0, 1, 2 … in order of the calls. A document's length
 * is the sum of its counts. */
struct words_builder;
struct words_builder *words_builder_new(struct arena *);
void words_builder_put(struct words_builder *, const struct word_count *, size_t n); /* terms distinct */
/* Sort, encode and write the file; the builder is used up. */
int words_builder_write(struct ctx *, struct words_builder *, const char *path);

/* One file, mapped; any number of threads may read it. TIAN_EINDEX: damaged. A segment of version 1 has a
 * folder of Xapian's in its place: it opens as a file without words, so its documents are found but not
 * ranked until `tian rebuild`. */
struct words;
int words_open(struct ctx *, struct arena *, const char *path, struct words **out);

/* The documents of a term and how often each holds it. */
struct word_list {
    struct doclist docs;
    uint8_t kind;                /* enum count_kind of words_file.h */
    const uint8_t *codes;        /* two bits a document */
    const uint8_t *others, *end; /* varints: counts that two bits do not hold */
};
bool words_find(const struct words *, struct str term, struct word_list *out);
/* All of a list, documents plus base; returns how many: fewer than docs.count when it is damaged. */
uint32_t word_list_decode(const struct word_list *, uint32_t base, uint32_t *docs, uint32_t *counts);
/* The counts at some places of a list, ascending. */
void word_list_counts(const struct word_list *, const uint32_t *places, size_t n, uint32_t *counts);

uint32_t words_documents(const struct words *);
bool words_are_old(const struct words *);   /* of version 1: nothing is known of them */
uint64_t words_total(const struct words *); /* the sum of all lengths */
uint32_t words_length(const struct words *, uint32_t doc);

/* Every (term, document, count), terms ascending: for verify. */
typedef int words_visit(void *self, struct str term, uint32_t doc, uint32_t count);
int words_each(struct ctx *, const struct words *, words_visit *, void *self);
/* Every term and in how many documents it is, ascending: for the vocabulary. */
typedef int words_term(void *self, struct str term, uint32_t documents);
int words_terms(struct ctx *, const struct words *, words_term *, void *self);

/* One file of several; document d of in[i] becomes d + base[i]; bases ascending. */
int words_merge(struct ctx *, struct words *const *in, const uint32_t *base, size_t n, uint32_t ndocs,
                const char *path);

/* Several files ranked as one: documents of words[i] begin at base[i]. As snapshot_rank(); alive: NULL when
 * all are. */
struct ranked_words {
    struct words *const *words;
    const uint32_t *base;
    size_t n;
};
typedef bool words_alive(const void *self, uint32_t doc);
int words_rank(struct ctx *ctx, const struct ranked_words *all, const struct rank_query *query,
               words_alive *alive, const void *self, size_t first, size_t count, struct rank_hit *out,
               size_t *n);
uint32_t words_frequency(const struct ranked_words *, struct str term); /* documents that hold it */

#endif
