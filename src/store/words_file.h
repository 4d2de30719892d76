/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to words*.c: files of words. Terms ascend by their bytes; 32 of them make a block, and a
 * directory at the end holds where each block starts:
 *
 *   "TWRD" version │ block │ block │ … │ lengths │ directory │ footer
 *                    │                             offset of each block, u64
 *                    ▼
 *   head byte: bytes shared with the term before × 16 + bytes that follow
 *   [varint, when these are 15: how many more], the bytes
 *   varint: (documents - 1) × 4 + kind of counts; [varint: bytes of others, kind VARIED]
 *   list of documents, see doclist.c; its size follows from their number
 *   [VARIED: codes, two bits a document: 0 1 2: so many + 1; 3: the next of the others]
 *   [others: varints: 0, or the count - 3]
 *
 *   lengths  bytes a value × documents
 *   footer   documents u32, blocks u32, terms u64, postings u64, sum of lengths u64,
 *            offset of the lengths u64, of the directory u64, bytes a length u32,
 *            version u32, CRC u32 of directory and footer
 *
 * A count of 0 says that the document has the term but does not rank by it (words
 * made of several pieces). Most lists hold one document, most counts are 1, so
 * a kind for all lists of ones, and of zeros, saves the codes.
 *
 * The CRC is of the directory and the footer: a file that was cut off is not
 * opened. Damage elsewhere gives wrong documents or counts, never a crash.
 */
#ifndef TIAN_WORDS_FILE_H
#define TIAN_WORDS_FILE_H

#include "base/file.h"
#include "store/words.h"

enum {
    WORDS_VERSION = 1,
    WORDS_HEADER = 8,
    WORDS_FOOTER = 60,
    BLOCK_TERMS = 32,
    NIBBLE = 15,
    LONGEST_TERM = 255,
    LARGEST_CODE = 3 /* a count beyond it, or 0, stands among the others */
};

enum count_kind {
    ONES,
    ZEROS,
    VARIED,
    COUNT_KINDS
};

static inline size_t code_bytes(uint32_t n)
{
    return ((size_t)n + 3) / 4;
}

/* ---- Writing, term by term (words_write.c) ---------------------------------- */

struct word_writer {
    struct ctx *ctx;
    struct file_tail tail;
    struct buf piece, last, others;
    vec_of(uint64_t) offset; /* directory */
    uint32_t ndocs;
    uint64_t terms, postings;
};
int word_writer_open(struct ctx *, struct arena *, const char *path, uint32_t ndocs, struct word_writer *);
/* The next term, behind all before it; docs ascending, n of them, at least one. */
int word_writer_put(struct word_writer *, struct str term, const uint32_t *docs, const uint32_t *counts,
                    uint32_t n);
int word_writer_finish(struct word_writer *, const uint32_t *length); /* of each document */

/* ---- Walking the terms (words.c) ---------------------------------------------- */

struct word_walk {
    const struct words *words;
    const uint8_t *p, *end;
    uint32_t block, left; /* the block being read, terms left in it */
    struct word_list list;
    size_t n; /* of term */
    char term[LONGEST_TERM];
    bool bad;
};
void word_walk_start(struct word_walk *, const struct words *);
bool word_walk_next(struct word_walk *); /* false at the end, or when it is bad */
static inline struct str word_walk_term(const struct word_walk *w)
{
    return (struct str){ w->term, w->n };
}
int words_damaged(struct ctx *, const struct words *);

#endif
