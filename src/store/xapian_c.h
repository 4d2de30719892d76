/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to store/: the door to Xapian. A table: byte strings by byte strings,
 * each a metadata entry of a glass database of its own. What the strings mean is
 * the matter of words.h. Databases of before that hold Xapian's own posting lists
 * ("native") can still be read. No Xapian or std type shows here, no exception
 * leaves xapian_c.cc: each call returns a code. TIAN_EINDEX: damaged; TIAN_EIO:
 * the system refused; a handle serves one thread at a time.
 */
#ifndef TIAN_XAPIAN_C_H
#define TIAN_XAPIAN_C_H

#include "base/ctx.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    TABLE_KEY = 245, /* bytes of the longest key */
    TABLE_ROOM = 8   /* bytes that may be read behind a value */
};

/* A new database in the folder `path`: fast, not durable, to be merged or synced by the caller. */
struct table_writer;
int table_create(struct ctx *, const char *path, struct table_writer **out);
/* Keys of 1 … TABLE_KEY bytes, best in ascending order: then the pages are full. No value is empty. */
int table_put(struct ctx *, struct table_writer *, struct str key, struct str value);
int table_close(struct ctx *, struct table_writer *); /* commits; frees in any case */
void table_abandon(struct table_writer *);            /* throws it away */

struct table;
int table_open(struct ctx *, const char *path, struct table **out);
void table_free(struct table *); /* takes NULL */
/* *value: the table's until its next call; empty when there is no such key. */
int table_get(struct ctx *, struct table *, struct str key, struct str *value);
/* The next key, ascending, the table's until the next one; empty at the end, and from there the first again.
 */
int table_next(struct ctx *, struct table *, struct str *key);

/* ---- Of a native database ---- */

/* Its documents, and the sum of their lengths; the terms instead of keys for table_next(). */
int table_native(struct ctx *, struct table *, uint32_t *documents, uint64_t *length);
/* The documents of a term from 0, and how often each has it: n of both, the table's until its next call. */
int table_postings(struct ctx *, struct table *, struct str term, const uint32_t **docs,
                   const uint32_t **counts, size_t *n);
int table_length(struct ctx *, struct table *, uint32_t doc, uint32_t *length);

#ifdef __cplusplus
}
#endif
#endif
