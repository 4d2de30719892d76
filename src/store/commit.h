/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to store/: the handle, and the one way in which what is served changes.
 */
#ifndef TIAN_COMMIT_H
#define TIAN_COMMIT_H

#include "store/build.h"
#include "store/sources.h"

enum {
    DAMAGE_NAMES = 3
};
struct damage { /* places of the log that could not be read */
    uint64_t places, bytes;
    const char *name[DAMAGE_NAMES]; /* the first ones: an id, or file:offset */
    uint64_t removed_again;         /* documents whose removal was lost */
    const char *removed[DAMAGE_NAMES];
    bool blind; /* no snapshot was there to tell which removals were lost */
};

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
    _Atomic unsigned joining; /* segments below this number may be being joined beside (merge.c): hands off */
    bool salvaged;            /* opening makes, or has just made, all segments anew */
    struct damage *damage;    /* met by it; NULL: none */
};

/* A change of what is served. */
struct change {
    unsigned segment;            /* number of the new segment; 0: none */
    uint32_t count;              /* its documents */
    const struct docs *dead_new; /* of it, ascending; may be NULL */
    const struct docs *dead_old; /* of the snapshot `base`, ascending, living there; may be NULL */
    const struct snapshot *base;
    bool replaces_all; /* the new segment stands for all old ones (rebuild) */
    unsigned log;      /* the log starts with this file now; 0: as before */
};

/* fsync the records, seal the new segment, write dead lists, sources and manifest, swap, open, sweep. After 0
 * the change is durable and served; after an error nothing changed. */
int store_commit(struct ctx *, struct store *, const struct change *);

/* Bring into segments what stands in the log behind the manifest (a crash came between). */
int store_recover(struct ctx *, struct store *);

/* Before each writing call: what a failed one left behind is brought home, so that the newest manifest is the
 * base and no record stands behind it. */
int store_begin(struct ctx *, struct store *);
/* What the writer builds on: held like store_snapshot()'s, without looking at the disk. After store_begin().
 */
struct snapshot *store_base(struct ctx *, struct store *);
/* Open what the manifest names now and serve it; an error when it cannot be opened. */
int store_refresh(struct ctx *, struct store *);

/* Refuse before it is too late: TIAN_EIO unless the disk has `bytes` and a reserve. */
int store_check_space(struct ctx *, const struct store *, uint64_t bytes);

/* Room for removals on a full disk (reserve.c): make it when it is missing and there is plenty, best effort;
 * give it up when the disk is full, true when that made room. */
void store_keep_reserve(struct ctx *, const struct store *);
bool store_give_reserve(struct ctx *, const struct store *);

/* Salvage (salvage.c): when there is no manifest, or what it names cannot be opened, serve an empty one (in
 * memory only) with numbers beyond all names found; recovery then replays the whole log. store->salvaged:
 * that was needed. TIAN_EINDEX when there are no records either. */
int store_salvage(struct ctx *, struct store *);
int store_has_records(struct ctx *, const char *index, bool *has);

/* The number the next new segment will get, and the folder for scratch. */
unsigned store_next_segment(struct store *);
char *store_scratch(struct arena *, const struct store *);

/* qsort() order of document numbers; sort and make distinct. */
int docs_ascending(const void *, const void *);
void docs_sort(struct docs *);

/* Build one new segment of what feed gives and commit it; nothing is committed when it gives no document. Of
 * how the folders and the log are set here. The lock is held (store_begin()). */
int store_build(struct ctx *, struct store *, const struct feed *, struct build_options *how);

/* Join segments (merge.c). */
enum merge_how {
    MERGE_CHEAP, /* the newest, when there are many small ones, while that takes no more than some 0.1 s */
    MERGE_DUE,   /* the newest, when there are many small ones */
    MERGE_ALL
};
int store_merge(struct ctx *, struct store *, enum merge_how, unsigned jobs);
void store_sweep_merges(struct ctx *, const struct store *); /* what a crash left of them */

#endif
