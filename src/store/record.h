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

enum record_type {
    RECORD_PUT = 'P',
    RECORD_REMOVE = 'R'
};

/* Where a record stands: file << 40 | offset of its frame. Ascending in time. */
typedef uint64_t record_at;
static inline unsigned record_file(record_at at)
{
    return (unsigned)(at >> 40);
}
static inline uint64_t record_offset(record_at at)
{
    return at & ((1ull << 40) - 1);
}
static inline record_at record_place(unsigned file, uint64_t offset)
{
    return (uint64_t)file << 40 | offset;
}

/* ---- Writing: frames are made by many threads, appended by one ------------- */

void record_frame_put(struct buf *out, struct deflater *, struct str id, struct str encoded);
void record_frame_remove(struct buf *out, struct str id);

struct record_log;
/* Open for appending: the last file, from which a torn tail is cut (what stands before `from` is trusted). A
 * new file is begun when fresh, and when the last one cannot be trusted: its head is damaged, or it is
 * shorter than `from` says. folder is made when absent. TIAN_EINDEX: a newer version has written it. */
int record_log_open(struct ctx *, struct arena *, const char *folder, record_at from, bool fresh,
                    struct record_log **out);
record_at record_log_end(const struct record_log *);
/* Append frames (one after the other in one buffer). *at: place of the first. They stand in one file. */
int record_log_append(struct ctx *, struct record_log *, struct str frames, record_at *at);
int record_log_sync(struct ctx *, struct record_log *);
/* What is appended from now on stands in a new file (to copy the living there, see compact.c). */
int record_log_next_file(struct ctx *, struct record_log *);
extern uint64_t record_file_limit; /* a new file is begun beyond so many bytes; tests set it */

/* ---- Files ------------------------------------------------------------------- */

char *record_log_name(struct arena *, const char *folder, unsigned file);
void record_head(struct buf *out);                          /* of a new file */
size_t record_head_size(struct str map, uint32_t *version); /* 0: torn, damaged or not ours */
size_t record_frame_size(struct str); /* of the whole, intact frame it starts with; else 0 */
struct record_numbers {
    unsigned *at;
    size_t n, cap;
};
int record_numbers(struct ctx *, struct arena *, const char *folder,
                   struct record_numbers *out); /* ascending */

/* ---- Reading ---------------------------------------------------------------- */

struct record {
    enum record_type type;
    record_at at;
    struct str id;
    struct str packed; /* of a put */
    size_t size;       /* of the expanded document */
};

struct record_files; /* all files of a log from number first on, as long as they were when opened */
/* Held by arena. What `before` (or NULL) has mapped of the same files is shared. */
int record_files_open(struct ctx *, struct arena *, const char *folder, unsigned first,
                      const struct record_files *before, struct record_files **out);
uint64_t record_files_bytes(const struct record_files *);
unsigned record_files_first(const struct record_files *);
unsigned record_files_last(const struct record_files *);
struct str record_files_map(const struct record_files *, unsigned file); /* p is NULL when it is missing */
/* The record at a place; its CRC is checked. TIAN_EINDEX. */
int record_read(struct ctx *, const struct record_files *, record_at, struct record *out);
/* Expand a put's document, owned by arena. */
int record_expand(struct ctx *, struct inflater *, struct arena *, const struct record *,
                  struct str *encoded);

/* Every whole record from `from` up to `until` (0: all there are), in order. Damaged and missing places are
 * given to damaged() (may be NULL), stepped over to the next frame whose CRC holds, and the walk goes on; a
 * torn tail is one as well. Who does not hold the lock must say until: behind it a writer is at work. */
struct record_walk {
    record_at from, until;
    int (*visit)(void *self, const struct record *);
    void (*damaged)(void *self, record_at from, uint64_t bytes, struct str id_guess);
    void *self;
};
int record_walk(struct ctx *, const struct record_files *, const struct record_walk *);

#endif
