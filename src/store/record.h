/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to store/: the log of records, the only data that cannot be made
 * again. See record.c for the format.
 */
#ifndef TIAN_RECORD_H
#define TIAN_RECORD_H

#include "base/deflate.h"
#include "base/file.h"
#include "store/store.h"

enum record_type { RECORD_PUT = 'P', RECORD_REMOVE = 'R' };

/* Where a record stands: file << 40 | offset of its frame. Ascending in time. */
typedef uint64_t record_at;
static inline unsigned record_file(record_at at) { return (unsigned)(at >> 40); }
static inline uint64_t record_offset(record_at at) { return at & ((1ull << 40) - 1); }

/* ---- Writing: frames are made by many threads, appended by one ------------- */

void record_frame_put(struct buf *out, struct deflater *, struct str id, struct str encoded);
void record_frame_remove(struct buf *out, struct str id);

struct record_log;
/* Open for appending; what stands behind the last whole frame after `from` is cut off. folder is made when absent. */
int record_log_open(struct ctx *, struct arena *, const char *folder, record_at from, struct record_log **out);
record_at record_log_end(const struct record_log *);
/* Append frames (one after the other in one buffer). *at: place of the first. They stand in one file. */
int record_log_append(struct ctx *, struct record_log *, struct str frames, record_at *at);
int record_log_sync(struct ctx *, struct record_log *);

/* ---- Reading ---------------------------------------------------------------- */

struct record {
    enum record_type type;
    record_at at;
    struct str id;
    struct str packed; /* of a put */
    size_t size;       /* of the expanded document */
};

struct record_files; /* all files of a log, mapped as long as they were when opened */
int record_files_open(struct ctx *, struct arena *, const char *folder, struct record_files **out);
uint64_t record_files_bytes(const struct record_files *);
/* The record at a place; its CRC is checked. TIAN_EINDEX. */
int record_read(struct ctx *, const struct record_files *, record_at, struct record *out);
/* Expand a put's document, owned by arena. */
int record_expand(struct ctx *, struct inflater *, struct arena *, const struct record *, struct str *encoded);

/* Every whole record from `from` on, in order. Damaged places are given to damaged() (may be NULL), skipped up
 * to the next frame whose CRC holds, and the walk goes on; a torn tail is one as well. */
typedef int record_visit(void *self, const struct record *);
typedef void record_damage(void *self, record_at from, uint64_t bytes, struct str id_guess);
int record_walk(struct ctx *, const struct record_files *, record_at from, record_visit *, record_damage *damaged,
                void *self);

#endif
