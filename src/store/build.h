/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to store/: documents → one new segment, on all cores, in an order
 * that does not depend on how many there are. Used by import, rebuild and
 * recovery, which differ only in where their documents come from (the feed).
 *
 *   feed.next ──▶ job 0, 1, 2 …      one at a time, under a lock: cheap
 *   feed.make     job → documents    in a worker; batch_put() cuts each into the batch's own small segment
 *   turn          batch 0, 1, 2 …    one at a time, in order: its records are appended to the log
 *   merge         small segments → one
 */
#ifndef TIAN_BUILD_H
#define TIAN_BUILD_H

#include "base/deflate.h"
#include "store/snapshot.h"

struct batch;

struct feed {
    void *self;
    /* The next job, allocated in arena (the batch's); *job = NULL at the end. */
    int (*next)(void *self, struct ctx *, struct arena *, void **job);
    /* Documents of a job, each by batch_put(). Runs in a worker; self is shared. */
    int (*make)(void *self, struct ctx *, struct batch *, void *job);
    /* In the order of the batches, after their records were appended: accounts. May be NULL. */
    int (*turn)(void *self, struct ctx *, struct batch *, void *job);
};

struct build_options {
    unsigned jobs;
    size_t memory;      /* budget in bytes, which limits the jobs; 0: 150 MB */
    size_t max_jobs;    /* stop after this many jobs: the caller commits and goes on; 0: no limit */
    const char *folder; /* for small segments; emptied first */
    const char *to;     /* folder of the segment to make */
    const char *share;
    const struct lexicon *lexicon; /* NULL: that of share */
    const struct builder
        *builder; /* documents keep the themes an officer gave to the version of base that they
                     replace, unless they bring such themes; NULL: they are put as they are */
    const struct snapshot
        *base; /* what is known: documents that stand in it unchanged are not put again; or NULL */
    struct record_log *log; /* to append to; NULL: documents are in the log already */
};

struct build_result {
    uint32_t documents;   /* of the segment made; 0: none was made */
    struct docs dead;     /* of these, put twice in this run: the earlier ones */
    struct docs replaced; /* documents of base that got a new version */
    struct docs same;     /* documents of base that came again unchanged */
    uint64_t text_bytes;
    bool more; /* max_jobs reached */
};

/* What next, make and turn have in hand. */
struct cutter *batch_cutter(struct batch *);
struct arena *batch_arena(struct batch *);
struct buf *batch_log(struct batch *); /* lines for the import log, written out by turn */
const struct feed *batch_feed(const struct batch *);

/* Index a document: encode, compress, cut. With a base, an unchanged one is only noted as seen.
 * *what says what became of it: 'a'dded, 'u'pdated or 's'ame (may be NULL). */
int batch_put(struct ctx *, struct batch *, const struct document *, char *what);
/* The same for a document that is in the log at a place. */
int batch_put_logged(struct ctx *, struct batch *, const struct document *, struct str encoded, record_at);

/* Run a feed to its end. result's vectors are owned by ctx->arena. On TIAN_ECANCELLED what was made before is
 * whole. */
int build_run(struct ctx *, const struct feed *, const struct build_options *, struct build_result *result);

/* A number that changes whenever segments made by this version and dictionary differ from older ones. */
uint64_t build_schema(const struct lexicon *);

#endif
