/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to src/tian*.c: the roof that every public call shares. A struct call
 * holds an arena for its results, a guard against running out of memory, the
 * newest snapshot, a cutter from the pool, and one more try when a writer
 * replaced the files under a reader.
 *
 * A result and the arena it lives in are one allocation: freeing the result
 * frees the arena.
 */
#ifndef TIAN_CALL_H
#define TIAN_CALL_H

#include <tian.h>

#include "store/store.h"

#include <pthread.h>

enum {
    IDLE_CUTTERS = 32
};

struct idle_cutter {
    struct arena *arena;
    struct cutter *cutter;
};

/* What the files of the share folder say, loaded together: immutable, but for the idle cutters. It lives
 * until its last user is gone: the index that serves it, calls, and results, which may point into it. */
struct tables {
    struct arena *arena;
    _Atomic unsigned references;
    struct lexicon *lexicon;
    struct builder *builder;
    struct verdict_rules *rules;
    struct pinyin *pinyin;
    struct ranking *ranking;
    uint64_t stamp;        /* of the files it was loaded from */
    pthread_mutex_t mutex; /* of the idle cutters */
    struct idle_cutter idle[IDLE_CUTTERS];
    size_t nidle;
};

struct tian_index {
    struct arena *arena;
    struct store *store;
    const char *path, *share;
    const char *themes; /* as given to tian_open(): not those of the index, by which documents are labelled */
    pthread_mutex_t mutex; /* of all below */
    struct tables *tables; /* the newest that could be loaded */
    int64_t looked;        /* when their files were last looked at */
    uint64_t tried;        /* stamp of the files that were loaded last, or failed to */
    pthread_cond_t wrote;  /* a writer has ended his turn, or written the queue */
    bool writing;
    struct put *puts, **last_put; /* the queue (tian_put.c) */
    int64_t last_group;           /* when it was written last */
    pthread_t joiner;
    bool has_joiner, joining; /* there is one to pthread_join(); it is at work */
};

struct call {
    struct tian_index *index;
    struct ctx ctx;
    struct reader reader;
    struct tables *tables; /* once taken */
    int (*run)(struct call *);
    bool writes;           /* it takes the writers' turn */
    const void *a, *b, *c; /* arguments, as run knows them */
    void *out;             /* where run leaves its result */
};

/* Run it. 0, or the code after everything the call made was freed. On success the caller owns
 * call->ctx.arena. index may be NULL for calls that need none. */
int do_call(struct call *, struct tian_error *);

/* From inside run: read() on the newest snapshot, with call->reader filled in. read_once() tries once;
 * read_newest() again when the files were replaced meanwhile. */
int read_once(struct call *, int (*read)(struct call *), struct snapshot **used);
int read_newest(struct call *, int (*read)(struct call *));

/* tian_put.c: one call writes at a time; what it leaves running is waited for. */
void write_begin(struct tian_index *);
void write_end(struct tian_index *);
void put_finish(struct tian_index *);

/* tian_tables.c. Open and close: of the index. Take: call->tables, loaded anew when their files have changed;
 * held until the call's arena ends. */
int tables_open(struct ctx *, struct tian_index *);
void tables_close(struct tian_index *);
void tables_take(struct call *);

void set_deadline(struct call *, unsigned given_ms, unsigned usual_ms);

/* A zeroed result in the call's arena, and its end. */
void *hold_result(struct call *, size_t size);
void free_result(const void *);

/* For calls whose result is a text: a malloc'ed copy of it in *(char **)call->out; and do_call() for them. */
int give_string(struct call *, const struct buf *text);
int finish_string(struct call *, char **out, struct tian_error *);

#endif
