/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to store/: a manifest with everything it names opened.
 */
#ifndef TIAN_SNAPSHOT_H
#define TIAN_SNAPSHOT_H

#include <pthread.h>

#include "store/manifest.h"
#include "store/segment.h"

struct snapshot_segment {
    const struct segment *segment;
    uint32_t base;  /* number of its first document */
    uint64_t *dead; /* one bit a document; NULL when none is dead */
    uint32_t ndead;
};

struct snapshot {
    struct arena *arena; /* its own, freed by the last release */
    _Atomic unsigned references;
    struct manifest manifest;
    const struct snapshot *before; /* while opening */
    struct snapshot_segment *segments;
    size_t nsegments;
    uint32_t span, dead;
    _Atomic uint64_t years; /* of the first and the last document: 1 · first · last; 0: not looked for yet */
    struct record_files *records;
    _Atomic uint64_t *sizes; /* of lists of pairs that were asked for: snapshot_list_size() */
    const char **folders;    /* of the segments, and their first documents: what words_open() wants */
    uint32_t *bases;
    const uint32_t **lengths; /* of the segments: what words_rank() wants */
    pthread_mutex_t mutex;    /* of the idle handles below */
    vec_of(struct words *) idle_words;
    vec_of(struct inflater *) idle_inflaters;
    pthread_mutex_t keeping;  /* of what a stage above keeps here: snapshot_keep() */
    struct kept *kept, *lent; /* made of this snapshot; of an earlier one, and good for some seconds more */
    struct keep_place *place; /* where snapshots that follow each other find the latest */
};

/* What a stage above made of a snapshot (vocabulary.c): the place is that of the one before, or new. */
void keep_open(struct snapshot *, const struct snapshot *before);
void keep_close(struct snapshot *);

/* Open what the manifest on disk names now. Tries again when a writer replaced it meanwhile. What `before`
 * (or NULL) has open is shared with it, so that only what is new costs anything. */
int snapshot_open(struct ctx *, const char *index, const struct snapshot *before, struct snapshot **out);

/* Of a manifest that is not on disk and names no segments. */
int snapshot_open_empty(struct ctx *, const char *index, const struct manifest *, struct snapshot **out);

void snapshot_release(struct snapshot *); /* one of its users less; takes NULL */

const struct snapshot_segment *snapshot_segment_of(const struct snapshot *, uint32_t doc);

/* The record of a document (its CRC checked), without expanding it. */
int snapshot_record(struct ctx *, const struct snapshot *, uint32_t doc, struct record *out);

/* Its record bytes, expanded into the arena. */
int snapshot_encoded(struct ctx *, const struct snapshot *, struct arena *, uint32_t doc, struct str *out);

#endif
