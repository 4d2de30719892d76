/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What every public call goes through (tian_call.h). Cutters are dear to make
 * and not shared: a call takes an idle one, or makes one, and gives it back.
 */
#include "tian_call.h"

#include <stdio.h>
#include <string.h>

enum {
    READ_TRIES = 4
};

/* ---- A call ------------------------------------------------------------------------------ */

static int run_call(void *arg)
{
    struct call *call = arg;
    call->ctx.arena = arena_new(NULL);
    return call->run(call);
}

/* 0, or the code after everything the call made was freed. On success the caller owns call->ctx.arena. */
int do_call(struct call *call, struct tian_error *error)
{
    if (error)
        *error = (struct tian_error){ 0 };
    call->ctx.error = error;
    if (call->writes)
        write_begin(call->index);
    int rc = mem_protect(run_call, call);
    if (call->writes)
        write_end(call->index);
    if (rc == TIAN_EMEMORY && error)
        *error = (struct tian_error){ .code = rc };
    if (rc && error && error->message[0] == '\0') {
        error->code = rc;
        snprintf(error->message, sizeof error->message, "%s", error_text(rc));
    }
    if (rc) {
        arena_free(call->ctx.arena);
        call->ctx.arena = NULL;
    }
    return rc;
}

struct making {
    struct call *call;
    struct idle_cutter *out;
};

static int make_cutter(void *arg)
{
    struct making *m = arg;
    struct idle_cutter *out = m->out;
    out->arena = arena_new(NULL);
    struct ctx ctx = { .arena = out->arena, .error = m->call->ctx.error };
    return cutter_new(&ctx, out->arena, m->call->tables->lexicon, &out->cutter);
}

static int take_cutter(struct call *call, struct idle_cutter *out)
{
    struct tables *tables = call->tables;
    pthread_mutex_lock(&tables->mutex);
    bool found = tables->nidle > 0;
    if (found)
        *out = tables->idle[--tables->nidle];
    pthread_mutex_unlock(&tables->mutex);
    if (found)
        return 0;
    struct making making = { call, out };
    *out = (struct idle_cutter){ 0 };
    int rc = mem_protect(make_cutter, &making);
    if (rc)
        arena_free(out->arena);
    return rc;
}

/* One that ran out of memory in the middle of its work is not used again. */
static void give_cutter(struct tables *tables, struct idle_cutter idle, int rc)
{
    pthread_mutex_lock(&tables->mutex);
    bool kept = tables->nidle < IDLE_CUTTERS && rc != TIAN_EMEMORY;
    if (kept)
        tables->idle[tables->nidle++] = idle;
    pthread_mutex_unlock(&tables->mutex);
    if (!kept)
        arena_free(idle.arena);
}

struct reading {
    struct call *call;
    int (*read)(struct call *);
};

static int protected_read(void *arg)
{
    struct reading *reading = arg;
    return reading->read(reading->call);
}

static int read_with(struct call *call, int (*read)(struct call *), struct snapshot *snapshot)
{
    struct idle_cutter cutter;
    struct reading reading = { call, read };
    tables_take(call);
    int rc = take_cutter(call, &cutter);
    if (rc)
        return rc;
    const struct tables *t = call->tables;
    call->reader = (struct reader){ snapshot, t->lexicon, t->builder, cutter.cutter, t->pinyin, t->ranking };
    rc = mem_protect(protected_read, &reading);
    give_cutter(call->tables, cutter, rc);
    return rc;
}

/* One try on the newest snapshot. */
int read_once(struct call *call, int (*read)(struct call *), struct snapshot **used)
{
    int rc = store_snapshot(&call->ctx, call->index->store, used);
    if (rc)
        return rc;
    rc = read_with(call, read, *used);
    store_release(&call->ctx, *used);
    return rc;
}

static bool may_be_a_swap(int rc)
{
    return rc == TIAN_EINDEX || rc == TIAN_EIO || rc == TIAN_EAGAIN;
}

/* Read; when the files were replaced meanwhile, read again from the new ones. */
int read_newest(struct call *call, int (*read)(struct call *))
{
    struct snapshot *used = NULL, *before = NULL;
    int rc = 0;
    for (int i = 0; i < READ_TRIES; i++) {
        rc = read_once(call, read, &used);
        if (!may_be_a_swap(rc) || used == before)
            break;
        before = used;
        if (call->ctx.error)
            *call->ctx.error = (struct tian_error){ 0 };
    }
    return rc;
}

void set_deadline(struct call *call, unsigned given, unsigned usual)
{
    call->ctx.deadline = clock_now() + (int64_t)(given ? given : usual) * 1000000;
}

/* A result with its arena in front of it. */
struct held {
    struct arena *arena;
    max_align_t result[];
};

void *hold_result(struct call *call, size_t size)
{
    struct held *held = arena_zero(call->ctx.arena, sizeof *held + size);
    held->arena = call->ctx.arena;
    return held->result;
}

void free_result(const void *result)
{
    if (result)
        arena_free(((const struct held *)((const char *)result - offsetof(struct held, result)))->arena);
}

/* ---- Texts --------------------------------------------------------------------------------- */

/* A text that run leaves in `text` → a malloc'ed string. */
int give_string(struct call *call, const struct buf *text)
{
    char *copy = strndup(text->n ? text->p : "", text->n);
    *(char **)call->out = copy;
    return copy ? 0 : TIAN_EMEMORY;
}

int finish_string(struct call *call, char **out, struct tian_error *error)
{
    int rc = do_call(call, error);
    if (rc)
        *out = NULL;
    else
        arena_free(call->ctx.arena);
    return rc;
}
