/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The façade over the care of an index: compaction, backup, restore. As in
 * tian.c there is no logic here.
 */
#include "tian_call.h"

struct backup_args {
    const char *folder; /* NULL: a stream */
    int (*write)(void *self, const char *bytes, size_t n);
    void *self;
};

static int run_compact(struct call *call)
{
    const struct tian_add_options *o = call->a;
    struct import_options options = { .share = call->index->share };
    struct compact_summary summary;
    struct tian_compact_summary *out = call->out;
    if (o) {
        options.jobs = o->jobs;
        options.memory = o->memory;
        options.progress = o->progress;
        options.self = o->self;
    }
    int rc = store_compact(&call->ctx, call->index->store, &options, &summary);
    *out = (struct tian_compact_summary){ summary.before, summary.after, summary.replaced, summary.removed };
    return rc;
}

int tian_index_compact(struct tian_index *index, const struct tian_add_options *options,
                       struct tian_compact_summary *summary, struct tian_error *error)
{
    struct tian_compact_summary unused = { 0 };
    struct call call = {
        .index = index, .run = run_compact, .writes = true, .a = options, .out = summary ? summary : &unused
    };
    int rc = do_call(&call, error);
    arena_free(call.ctx.arena);
    return rc;
}

static int run_backup(struct call *call)
{
    const struct backup_args *a = call->a;
    struct tian_backup_summary *out = call->out;
    struct backup_summary summary = { 0 };
    struct store *store = call->index->store;
    int rc = a->folder ? store_backup(&call->ctx, store, a->folder, &summary)
                       : store_backup_stream(&call->ctx, store, a->write, a->self, &summary);
    *out = (struct tian_backup_summary){ summary.files, summary.bytes, summary.written };
    return rc;
}

static int backup(struct tian_index *index, const struct backup_args *args,
                  struct tian_backup_summary *summary, struct tian_error *error)
{
    struct tian_backup_summary unused = { 0 };
    struct call call = { .index = index, .run = run_backup, .a = args, .out = summary ? summary : &unused };
    int rc = do_call(&call, error);
    arena_free(call.ctx.arena);
    return rc;
}

int tian_index_backup(struct tian_index *index, const char *folder, struct tian_backup_summary *summary,
                      struct tian_error *error)
{
    return backup(index, &(struct backup_args){ .folder = folder }, summary, error);
}

int tian_index_backup_stream(struct tian_index *index,
                             int (*write_bytes)(void *self, const char *bytes, size_t n), void *self,
                             struct tian_backup_summary *summary, struct tian_error *error)
{
    return backup(index, &(struct backup_args){ .write = write_bytes, .self = self }, summary, error);
}

static int run_restore(struct call *call)
{
    return store_restore(&call->ctx, call->b, call->a, *(const int *)call->c);
}

int tian_restore(const char *path, const char *from, unsigned wait_ms, struct tian_error *error)
{
    int wait = (int)wait_ms;
    struct call call = { .run = run_restore, .a = path, .b = from, .c = &wait };
    int rc = do_call(&call, error);
    arena_free(call.ctx.arena);
    return rc;
}
