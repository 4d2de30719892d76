/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to words*.c: the table of one segment, opened.
 */
#ifndef TIAN_WORDS_PART_H
#define TIAN_WORDS_PART_H

#include "store/words.h"
#include "store/xapian_c.h"

enum {
    WORDS_VERSION = 2,
    WORDS_LENGTHS = 4096 /* of documents, in words: hardly any is longer */
};
static const struct str WORDS_HEAD = { "", 1 }; /* the key of what is said of the whole: a NUL */

struct words_part {
    struct table *table;
    const char *path;
    uint32_t base, documents;
    uint64_t length; /* the sum of all */
    bool native;
};

struct words {
    struct arena *arena; /* its own */
    struct words_part *parts;
    size_t n;
    double *slowness; /* by length, 0: not worked out yet (words_rank.c) */
};

/* The table goes with the arena. */
int words_part_open(struct ctx *, struct arena *, const char *path, struct words_part *out);
/* The next term, ascending; empty at the end. The table's until the next one. */
int words_part_next(struct ctx *, struct words_part *, struct str *term);
/* The list of a term: its bytes are copied into keep, or, when that is NULL, the table's until its next call.
 * An empty list when there is no such term. */
int words_part_list(struct ctx *, struct words_part *, struct str term, struct arena *keep,
                    struct word_list *out);
int words_damaged(struct ctx *, const char *path);

#endif
