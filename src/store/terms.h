/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to store/: a document → what is indexed of it, according to one
 * schema (this file). Used by the build, by verify and by `tian debug terms`.
 *
 *   words   every piece of title (counted TITLE_WEIGHT times) and body, and words of several pieces (0 times)
 *   pairs   every distinct letter and adjacent pair of both (never across them)
 *   clauses fingerprint of every clause of the body with six letters or more
 *   row     facts and hashes for the columns
 */
#ifndef TIAN_TERMS_H
#define TIAN_TERMS_H

#include "store/columns.h"
#include "store/words.h"

struct terms {
    struct word_count *words; /* distinct, in the order they first came */
    size_t nwords;
    struct keys pairs, clauses; /* distinct, unordered */
    struct row row;             /* all but COLUMN_RECORD */
};

struct termer; /* one a thread */
int termer_new(struct ctx *, struct arena *, const struct lexicon *, struct termer **out);
struct cutter *termer_cutter(struct termer *);
/* encoded: the document's record bytes (for the content hash). out belongs to the termer until its next use.
 */
int terms_of(struct ctx *, struct termer *, const struct document *, struct str encoded, struct terms *out);

/* What COLUMN_THEME holds: the labels, best first, as one text. */
struct str terms_themes(struct arena *, const struct document *);

/* What a document's (key or term, count) adds to its COLUMN_TERMS_HASH: a commutative sum, so that
 * walking the inverted lists gives the same number as cutting the document. */
uint64_t terms_hash_word(struct str term, uint32_t count);
uint64_t terms_hash_key(enum list_set, uint32_t key);

#endif
