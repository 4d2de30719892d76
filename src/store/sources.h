/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to store/: what files the documents came from, so that unchanged ones
 * are skipped and documents that a changed one no longer has are removed.
 * Derived in the sense that losing it only costs reading all files again.
 */
#ifndef TIAN_SOURCES_H
#define TIAN_SOURCES_H

#include "base/map.h"
#include "store/manifest.h"

struct source {
    struct str path;    /* canonical */
    struct str id_base; /* ids of its documents start with this */
    uint64_t size, hash;
    int64_t mtime_ns;
    uint64_t documents;
    size_t mount; /* bytes of path that name the folder its file system is mounted on; 0: that of / */
};

struct sources {
    struct arena *arena;
    struct map *by_path; /* → struct source * */
    struct map *by_base; /* → struct source * : who has this id_base */
};

void sources_init(struct sources *, struct arena *);
int sources_read(struct ctx *, struct arena *, const char *path, struct sources *out);
int sources_write(struct ctx *, const char *path, const struct sources *);
struct source *sources_find(const struct sources *, struct str path);
/* Add or replace. All strings are copied. */
void sources_put(struct sources *, const struct source *);
void sources_remove(struct sources *, struct str path);

#endif
