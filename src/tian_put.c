/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Documents from memory, from any number of threads at once. Who comes while
 * nobody writes leads: he takes all that have queued up, writes them as one
 * commit, and tells each. Who comes meanwhile waits in the queue for the next
 * one, so the busier it is the larger the groups.
 *
 *   put ─┐            ┌─ leader: one commit of the whole queue ─┐
 *   put ─┼─▶ queue ───┤                                         ├─▶ all return
 *   put ─┘            └─ the others wait                        ┘
 *
 * Joining small segments is not waited for: a thread makes it beside the commits
 * and takes its turn as a writer only to put it in its place. While it is at a
 * large one, the small ones that pile up are joined inline (cheaply).
 */
#include <tian.h>

#include "tian_call.h"

#include "base/ctx.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Between the beginnings of two commits while there is a queue. Each costs some 9 ms of a processor, however
 * few documents it brings, and takes readers to new files. One who comes alone does not wait. */
static const int64_t PACE = 40000000; /* ns */

enum {
    LARGEST_PUT = 64 << 20,
    PILE = 12 /* segments beyond which nobody waits for the thread */
};

/* ---- The writers' turn ------------------------------------------------------------------------- */

void write_begin(struct tian_index *index)
{
    pthread_mutex_lock(&index->mutex);
    while (index->writing)
        pthread_cond_wait(&index->wrote, &index->mutex);
    index->writing = true;
    pthread_mutex_unlock(&index->mutex);
}

void write_end(struct tian_index *index)
{
    pthread_mutex_lock(&index->mutex);
    index->writing = false;
    pthread_cond_broadcast(&index->wrote);
    pthread_mutex_unlock(&index->mutex);
}

/* ---- Joining beside ----------------------------------------------------------------------------- */

struct join {
    struct tian_index *index;
    struct arena *arena;
    bool turn;
};

/* Errors are not told: nothing was lost, and the next put tries again. */
static int join_protected(void *arg)
{
    struct join *j = arg;
    struct ctx ctx = { .arena = j->arena = arena_new(NULL) };
    struct merging *merging;
    int rc = store_join_make(&ctx, j->index->store, &merging);
    if (rc || !merging)
        return rc ? rc : TIAN_ENOTFOUND;
    write_begin(j->index);
    j->turn = true;
    return store_join_install(&ctx, merging);
}

static void *join_beside(void *arg)
{
    int rc = 0;
    setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid),
                10); /* of this thread: who asks or puts goes first */
    while (!rc) {
        struct join j = { .index = arg };
        rc = mem_protect(join_protected, &j);
        arena_free(j.arena);
        if (j.turn)
            write_end(j.index);
    }
    struct tian_index *index = arg;
    pthread_mutex_lock(&index->mutex);
    index->joining = false;
    pthread_mutex_unlock(&index->mutex);
    return NULL;
}

/* With the writers' turn. */
static void start_joining(struct tian_index *index)
{
    pthread_mutex_lock(&index->mutex);
    bool idle = !index->joining, old = index->has_joiner;
    pthread_mutex_unlock(&index->mutex);
    if (!idle)
        return;
    if (old)
        pthread_join(index->joiner, NULL); /* it has said that it ends */
    index->joining = true;
    index->has_joiner = pthread_create(&index->joiner, NULL, join_beside, index) == 0;
    index->joining = index->has_joiner;
}

void put_finish(struct tian_index *index)
{
    if (index->has_joiner)
        pthread_join(index->joiner, NULL);
    index->has_joiner = false;
}

/* ---- Putting ------------------------------------------------------------------------------------- */

struct put {
    struct put_request request;
    struct put *next;
    bool done;
};

static int run_puts(struct call *call)
{
    struct tian_index *index = call->index;
    tables_take(call);
    struct import_options options = { .share = index->share,
                                      .lexicon = call->tables->lexicon,
                                      .builder = index->themes ? NULL : call->tables->builder };
    vec_of(struct put_request *) all;
    vec_init(&all, call->ctx.arena);
    for (const struct put *p = call->a; p; p = p->next)
        vec_push(&all, (struct put_request *)(uintptr_t)&p->request);
    return store_put(&call->ctx, index->store, all.at, all.n, &options);
}

static int run_join(struct call *call)
{
    return store_join_cheap(&call->ctx, call->index->store);
}

/* The queue is the leader's alone now. */
static void write_group(struct tian_index *index, struct put *group)
{
    struct tian_error error = { 0 };
    struct call call = { .index = index, .run = run_puts, .a = group };
    int rc = do_call(&call, &error);
    arena_free(call.ctx.arena);
    for (struct put *p = group; p && rc; p = p->next) {
        p->request.rc = rc;
        p->request.error = error;
        p->request.summary = (struct tian_import_summary){ 0 };
    }
    pthread_mutex_lock(&index->mutex);
    for (struct put *p = group, *next; p; p = next) {
        next = p->next; /* once it is done its thread may go, and it with it */
        p->done = true;
    }
    pthread_cond_broadcast(&index->wrote);
    pthread_mutex_unlock(&index->mutex);
}

static void keep_few(struct tian_index *index)
{
    size_t segments;
    if (!store_join_due(index->store, &segments))
        return;
    start_joining(index);
    if (segments <= PILE)
        return;
    struct call call = { .index = index, .run = run_join };
    (void)do_call(&call, NULL);
    arena_free(call.ctx.arena);
}

/* With the mutex, and the turn: others may queue up meanwhile. */
static void keep_pace(struct tian_index *index)
{
    int64_t wait = index->last_group + PACE - clock_now();
    if (wait > 0 && index->puts->next) {
        pthread_mutex_unlock(&index->mutex);
        nanosleep(&(struct timespec){ .tv_nsec = (long)wait }, NULL);
        pthread_mutex_lock(&index->mutex);
    }
    index->last_group = clock_now();
}

/* Wait until it is done (false), or it is this thread's turn to write the whole queue. */
static bool queue_up(struct tian_index *index, struct put *p, struct put **group)
{
    pthread_mutex_lock(&index->mutex);
    *index->last_put = p;
    index->last_put = &p->next;
    while (!p->done && index->writing)
        pthread_cond_wait(&index->wrote, &index->mutex);
    bool lead = !p->done;
    if (lead) {
        index->writing = true;
        keep_pace(index);
        *group = index->puts;
        index->puts = NULL;
        index->last_put = &index->puts;
    }
    pthread_mutex_unlock(&index->mutex);
    return lead;
}

static int refuse(struct tian_error *error, size_t n)
{
    struct ctx ctx = { .error = error };
    return ctx_fail(&ctx, TIAN_ELIMIT, NULL, "%zu bytes at once; at most %d: use files for more",
                    "一次 %zu 字节；上限 %d 字节，更多请用文件", n, LARGEST_PUT);
}

int tian_index_put(struct tian_index *index, const char *lines, size_t n, struct tian_import_summary *summary,
                   struct tian_error *error)
{
    struct put put = { .request = { .lines = { lines, n } } };
    struct put *group = NULL;
    if (summary)
        *summary = (struct tian_import_summary){ 0 };
    if (error)
        *error = (struct tian_error){ 0 };
    if (n > LARGEST_PUT)
        return refuse(error, n);
    if (queue_up(index, &put, &group)) {
        write_group(index, group);
        keep_few(index);
        write_end(index);
    }
    if (summary)
        *summary = put.request.summary;
    if (error && put.request.rc)
        *error = put.request.error;
    return put.request.rc;
}
