/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Each thread has an arena of its own that hangs on nothing (arenas belong to one
 * thread), a guard against running out of memory, and an error; the first error
 * of all is handed to the caller.
 */
#include "base/crew.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

enum {
    MOST_THREADS = 16
};

struct gang {
    const struct crew *crew;
    int64_t deadline;
    size_t n;
    atomic_size_t next;
};

struct member {
    struct gang *gang;
    struct arena *arena;
    struct tian_error error;
    void *own;
    int rc;
};

static int work_on(void *arg)
{
    struct member *m = arg;
    struct gang *gang = m->gang;
    const struct crew *crew = gang->crew;
    m->arena = arena_new(NULL);
    struct ctx ctx = { .arena = m->arena, .error = &m->error, .deadline = gang->deadline };
    int rc = 0;
    m->own = crew->begin ? crew->begin(&ctx, crew->self) : NULL;
    for (size_t i; !rc && (i = atomic_fetch_add(&gang->next, 1)) < gang->n;) {
        rc = ctx_check(&ctx);
        rc = rc ? rc : crew->work(&ctx, crew->self, m->own, i);
    }
    return rc;
}

static void *run_member(void *arg)
{
    struct member *m = arg;
    m->rc = mem_protect(work_on, m);
    if (m->rc)
        atomic_store(&m->gang->next, m->gang->n); /* the others have nothing more to take */
    return NULL;
}

static unsigned threads_of(unsigned jobs, size_t n)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    jobs = jobs ? jobs : processors > 0 ? (unsigned)processors : 1;
    jobs = jobs < MOST_THREADS ? jobs : MOST_THREADS;
    return jobs < n ? jobs : n > 0 ? (unsigned)n : 1;
}

static int first_error(struct ctx *ctx, const struct member *members, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (members[i].rc)
            return members[i].error.message[0] ? ctx_fail(ctx, members[i].rc, members[i].error.where, "%s",
                                                          "%s", members[i].error.message)
                                               : members[i].rc;
    return 0;
}

int crew_run(struct ctx *ctx, unsigned jobs, size_t n, const struct crew *crew)
{
    struct gang gang = { .crew = crew, .deadline = ctx->deadline, .n = n };
    struct member members[MOST_THREADS];
    pthread_t threads[MOST_THREADS];
    unsigned count = threads_of(jobs, n), started = 0;
    for (unsigned i = 0; i < count; i++)
        members[i] = (struct member){ .gang = &gang };
    while (started + 1 < count && !pthread_create(&threads[started], NULL, run_member, &members[started + 1]))
        started++;
    run_member(&members[0]);
    for (unsigned i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    int rc = first_error(ctx, members, started + 1);
    for (unsigned i = 0; !rc && crew->end && i <= started; i++)
        crew->end(crew->self, members[i].own);
    for (unsigned i = 0; i <= started; i++)
        arena_free(members[i].arena);
    return rc;
}
