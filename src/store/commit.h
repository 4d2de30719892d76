/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to store/: the handle, and the one way in which what is served changes.
 */
#ifndef TIAN_COMMIT_H
#define TIAN_COMMIT_H

#include "store/build.h"
#include "store/sources.h"

struct store {
    struct arena *arena;
    const char *path;
    enum store_mode mode;
    const char *share;
    pthread_mutex_t mutex;    /* of current */
    struct snapshot *current; /* the newest that was asked for; NULL before */
    /* Of a writer only: */
    struct record_log *log;
    struct sources sources;
    bool sources_changed;
};

/* A change of what is served. */
struct change {
    unsigned segment;        /* number of the new segment; 0: none */
    uint32_t count;          /* its documents */
    const struct docs *dead_new;  /* of it, ascending; may be NULL */
    const struct docs *dead_old;  /* of the snapshot `base`, ascending, living there; may be NULL */
    const struct snapshot *base;
    bool replaces_all;       /* the new segment stands for all old ones (rebuild) */
};

/* fsync the records, seal the new segment, write dead lists, sources and manifest, swap, open, sweep. After 0 the
 * change is durable and served; after an error nothing changed. */
int store_commit(struct ctx *, struct store *, const struct change *);

/* Bring into segments what stands in the log behind the manifest (a crash came between). */
int store_recover(struct ctx *, struct store *);

/* The same snapshot as store_snapshot() but without looking at the disk when there is one. */
int store_base(struct ctx *, struct store *, struct snapshot **out);

/* The number the next new segment will get, and the folder for scratch. */
unsigned store_next_segment(struct store *);
char *store_scratch(struct arena *, const struct store *);

/* qsort() order of document numbers; sort and make distinct. */
int docs_ascending(const void *, const void *);
void docs_sort(struct docs *);

/* Join segments while there are many small ones; see commit.c. */
int store_merge(struct ctx *, struct store *, unsigned jobs);

#endif
