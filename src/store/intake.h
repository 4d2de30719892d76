/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to store/: which files an import has to read: the paths walked, each
 * file compared with the catalogue of sources, an id base given to each.
 */
#ifndef TIAN_INTAKE_H
#define TIAN_INTAKE_H

#include "store/journal.h"
#include "store/sources.h"

/* JSON Lines are read in pieces of this size; the hash of such a file depends on it. Measured: bigger batches
 * make smaller indexes and slower inverters. */
static const size_t JOB_BYTES = 2600 << 10;

enum item_state {
    ITEM_NEW,
    ITEM_CHANGED,
    ITEM_UNCHANGED,
    ITEM_SKIPPED, /* no file: a pipe, a link to a folder … */
    ITEM_FAILED
};

struct item { /* one file */
    struct str path, id_base;
    uint64_t size;
    int64_t mtime_ns;
    size_t mount; /* as in struct source */
    bool json_lines;
    enum item_state state;
    bool touched;          /* of ITEM_UNCHANGED: only its time is new */
    struct str moved_from; /* of ITEM_CHANGED: the path of the catalogue it had, else empty */
    const char *problem;   /* of ITEM_SKIPPED and ITEM_FAILED: why it cannot even be looked at */
    /* filled as it is read, in turn */
    bool complete;
    struct account account;
    uint64_t hash;
    int code; /* the worst met */
};

struct intake {
    struct arena *arena;
    vec_of(struct item *) items;
    vec_of(struct str) folders; /* canonical paths of the folders that were walked */
    struct map *seen;           /* canonical path → item */
    struct map *bases;          /* id base → item */
    struct map *by_size;   /* sizes of the catalogue's files → struct sized *, made when first asked for */
    uint64_t bytes;        /* of what has to be read */
    struct map *unmounted; /* folders that were mounted → uintptr_t, files of the catalogue on them */
};

/* Walk paths. A path that does not exist is an item of state ITEM_FAILED. again: nothing counts as unchanged.
 */
int intake_walk(struct ctx *, struct arena *, const char *const *paths, size_t n, const struct sources *,
                bool again, struct intake *out);

/* "a/b.txt" → "a/b" */
struct str intake_without_extension(struct str name);

/* Sources of the catalogue that lie in a walked folder but were not met: they are gone from the disk. Those
 * whose file system is not mounted now are not gone, but counted in intake->unmounted. */
size_t intake_gone(struct intake *, const struct sources *, struct arena *, struct source ***gone);

#endif
