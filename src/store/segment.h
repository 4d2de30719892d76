/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to store/: one immutable folder of derived data:
 *
 *   words/   a table of Xapian    pairs, clauses   lists
 *   columns  one row a document
 *
 * A batch of documents makes a small one; several merge into one by appending:
 * the same code joins the batches of a big import and the small additions of
 * a year.
 */
#ifndef TIAN_SEGMENT_H
#define TIAN_SEGMENT_H

#include "base/file.h"
#include "store/columns.h"
#include "store/lists.h"
#include "store/terms.h"
#include "store/words.h"

/* Writing: one batch, one thread. The folder must not exist. */
struct segment_writer;
int segment_create(struct ctx *, struct arena *, const char *folder, struct segment_writer **out);
void segment_put(struct segment_writer *,
                 const struct terms *); /* row.number[COLUMN_RECORD] may still be open */
uint32_t segment_written(const struct segment_writer *);
/* records[i]: COLUMN_RECORD of the i-th document (NULL: as put). Nothing is synced yet. */
int segment_close(struct ctx *, struct segment_writer *, const uint64_t *records);

/* Join segments, in this order, leaving out nothing (the dead stay, numbers stay dense). With one input:
 * renames it. words, pairs, clauses and columns are joined in parallel threads when jobs > 1. */
int segment_merge(struct ctx *, const char *const *folders, size_t n, const char *to, unsigned jobs);

/* Write down names, sizes and CRCs (one line a file) for the manifest. What has to be synced goes to later.
 */
int segment_seal(struct ctx *, const char *folder, struct file_syncs *later, struct buf *lines);
/* Compare a folder with such lines: sizes only, or CRCs too. TIAN_EINDEX names the file. */
int segment_check(struct ctx *, const char *folder, struct str lines, bool full);

/* Reading. Opened once, shared by the snapshots that follow each other; immutable. */
struct segment {
    struct arena *arena; /* its own, freed with the last that holds it */
    _Atomic unsigned references;
    const char *folder;
    struct columns *columns;
    struct lists *lists[LIST_SETS];
    uint32_t count;
    const uint32_t *length;      /* of each document, in words */
    bool is_old;                 /* lengths are in its words only: it is not joined with others */
    _Atomic uint64_t text_bytes; /* 0: not added up yet */
};
int segment_open(struct ctx *, struct arena *holder, const char *folder, struct segment **out);
const struct segment *segment_hold(struct arena *holder, const struct segment *); /* by one more */
uint64_t segment_text_bytes(const struct segment *); /* of titles and bodies, the dead among them */

#endif
