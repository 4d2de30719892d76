/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Segments from records: the proof that segments are derived. Recovery replays
 * the tail of the log that no segment has yet; a rebuild replays all of it. Both
 * are one thing: note what the log says of each id (only the last word counts),
 * then feed the surviving puts, in the order of the log, to the build.
 *
 * A record that cannot be read is stepped over and counted: the others are not
 * to suffer for it.
 */
#include "store/commit.h"

#include <assert.h>
#include <stdlib.h>

enum { JOB_DOCUMENTS = 500 };
static const uint64_t JOB_BYTES = 700 << 10; /* of packed records: about as much text as an import job */

struct word_of_log { /* what the log last said of an id */
    uint64_t id_hash;
    record_at at;
    enum record_type type;
};

struct replay {
    struct ctx *ctx;
    struct record_files *files;
    struct builder *builder;
    vec_of(struct word_of_log) said;
    vec_of(record_at) puts; /* survivors, ascending */
    size_t next;
    const struct import_options *options;
    uint64_t damaged;
};

/* ---- What the log says --------------------------------------------------------------- */

static int note(void *self, const struct record *record)
{
    struct replay *r = self;
    vec_push(&r->said, (struct word_of_log){ hash_str(record->id), record->at, record->type });
    return 0;
}

static void note_damage(void *self, record_at from, uint64_t bytes, struct str id)
{
    struct replay *r = self;
    (void)from, (void)bytes, (void)id; /* verify tells which; here it only must not stop the others */
    r->damaged++;
}

static int by_id_then_time(const void *a, const void *b)
{
    const struct word_of_log *x = a, *y = b;
    if (x->id_hash != y->id_hash)
        return x->id_hash < y->id_hash ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

static int by_place(const void *a, const void *b)
{
    record_at x = *(const record_at *)a, y = *(const record_at *)b;
    return x < y ? -1 : x > y;
}

/* Keep the last word on each id; collect the puts. */
static void settle(struct replay *r)
{
    size_t kept = 0;
    if (r->said.n)
        qsort(r->said.at, r->said.n, sizeof *r->said.at, by_id_then_time);
    for (size_t i = 0; i < r->said.n; i++) {
        if (i + 1 < r->said.n && r->said.at[i + 1].id_hash == r->said.at[i].id_hash)
            continue;
        r->said.at[kept++] = r->said.at[i];
        if (r->said.at[i].type == RECORD_PUT)
            vec_push(&r->puts, r->said.at[i].at);
    }
    r->said.n = kept;
    if (r->puts.n)
        qsort(r->puts.at, r->puts.n, sizeof *r->puts.at, by_place);
}

static int listen(struct ctx *ctx, struct store *store, record_at from, struct replay *r)
{
    r->ctx = ctx;
    vec_init(&r->said, ctx->arena);
    vec_init(&r->puts, ctx->arena);
    int rc = record_files_open(ctx, ctx->arena, path_join(ctx->arena, store->path, "records"), &r->files);
    if (!rc)
        rc = record_walk(ctx, r->files, from, note, note_damage, r);
    if (!rc)
        settle(r);
    return rc;
}

/* ---- The feed ---------------------------------------------------------------------------- */

struct replay_job {
    size_t first, n;
};

static int next_job(void *self, struct ctx *ctx, struct arena *arena, void **out)
{
    struct replay *r = self;
    *out = NULL;
    if (r->next == r->puts.n)
        return 0;
    struct replay_job *job = arena_new_of(arena, struct replay_job);
    uint64_t bytes = 0;
    job->first = r->next;
    while (r->next < r->puts.n && job->n < JOB_DOCUMENTS && bytes < JOB_BYTES) {
        struct record record;
        int rc = record_read(ctx, r->files, r->puts.at[r->next], &record);
        if (rc)
            return rc;
        bytes += record.packed.n;
        r->next++;
        job->n++;
    }
    *out = job;
    if (r->options && r->options->progress) {
        struct tian_progress p = { .documents = r->next, .bytes = r->next, .bytes_total = r->puts.n,
                                   .now = say("rebuilding", "正在重建") };
        r->options->progress(r->options->self, &p);
    }
    return 0;
}

static int make_one(struct ctx *ctx, struct batch *batch, const struct replay *r, struct inflater *inflater, record_at at)
{
    struct record record;
    struct str encoded;
    struct document document;
    struct ctx inner = *ctx;
    inner.arena = arena_new(ctx->arena);
    int rc = record_read(&inner, r->files, at, &record);
    if (!rc)
        rc = record_expand(&inner, inflater, inner.arena, &record, &encoded);
    if (!rc)
        rc = document_decode(&inner, inner.arena, encoded, &document);
    if (!rc)
        document_label(r->builder, batch_cutter(batch), inner.arena, &document);
    if (!rc)
        rc = batch_put_logged(&inner, batch, &document, encoded, at);
    arena_free(inner.arena);
    return rc;
}

static int make_job(void *self, struct ctx *ctx, struct batch *batch, void *arg)
{
    const struct replay *r = self;
    const struct replay_job *job = arg;
    struct inflater *inflater = inflater_new(batch_arena(batch));
    int rc = 0;
    for (size_t i = 0; !rc && i < job->n; i++)
        rc = make_one(ctx, batch, r, inflater, r->puts.at[job->first + i]);
    return rc;
}

static int build_puts(struct ctx *ctx, struct store *store, struct replay *r, const char *to, struct build_result *result)
{
    struct feed feed = { .self = r, .next = next_job, .make = make_job };
    struct build_options options = { .jobs = r->options ? r->options->jobs : 0,
                                     .folder = store_scratch(ctx->arena, store),
                                     .to = to,
                                     .share = store->share };
    int rc = builder_new(ctx, ctx->arena, store->share, NULL, &r->builder);
    if (!rc)
        rc = file_remove_tree(ctx, to);
    return rc ? rc : build_run(ctx, &feed, &options, result);
}

/* ---- Recovery and rebuild ------------------------------------------------------------------- */

/* The documents of base that the tail of the log has replaced or removed. */
static int find_superseded(struct ctx *ctx, const struct replay *r, const struct snapshot *base, struct docs *dead)
{
    int rc = 0;
    vec_init(dead, ctx->arena);
    for (size_t i = 0; !rc && i < r->said.n; i++) {
        struct record record;
        struct ctx quiet = { .arena = ctx->arena };
        uint32_t doc;
        rc = record_read(ctx, r->files, r->said.at[i].at, &record);
        if (!rc && !snapshot_find(&quiet, base, record.id, &doc))
            vec_push(dead, doc);
    }
    if (dead->n)
        qsort(dead->at, dead->n, sizeof *dead->at, docs_ascending);
    return rc;
}

static int replay_tail(struct ctx *ctx, struct store *store, const struct snapshot *base)
{
    struct replay r = { 0 };
    struct build_result built = { 0 };
    struct docs dead;
    unsigned number = store_next_segment(store);
    int rc = listen(ctx, store, base->manifest.records, &r);
    if (!rc)
        rc = find_superseded(ctx, &r, base, &dead);
    if (!rc && r.puts.n)
        rc = build_puts(ctx, store, &r, segment_path(ctx->arena, store->path, number), &built);
    if (rc)
        return rc;
    struct change change = { .segment = built.documents ? number : 0,
                             .count = built.documents,
                             .dead_old = &dead,
                             .base = base };
    return store_commit(ctx, store, &change);
}

int store_recover(struct ctx *ctx, struct store *store)
{
    struct snapshot *base;
    int rc = store_base(ctx, store, &base);
    if (rc)
        return rc;
    if (record_log_end(store->log) > base->manifest.records) {
        struct ctx inner = { .arena = arena_new(ctx->arena), .error = ctx->error, .deadline = ctx->deadline };
        rc = replay_tail(&inner, store, base);
        arena_free(inner.arena);
    }
    snapshot_release(base);
    return rc;
}

int store_rebuild(struct ctx *ctx, struct store *store, const struct import_options *options)
{
    struct snapshot *base;
    struct replay r = { .options = options };
    struct build_result built = { 0 };
    int rc = store_base(ctx, store, &base);
    if (rc)
        return rc;
    struct ctx inner = { .arena = arena_new(ctx->arena), .error = ctx->error, .deadline = ctx->deadline };
    unsigned number = store_next_segment(store);
    rc = listen(&inner, store, 0, &r);
    if (!rc && r.puts.n)
        rc = build_puts(&inner, store, &r, segment_path(inner.arena, store->path, number), &built);
    if (!rc)
        rc = store_commit(&inner, store,
                          &(struct change){ .segment = built.documents ? number : 0,
                                            .count = built.documents,
                                            .base = base,
                                            .replaces_all = true });
    if (!rc && r.damaged)
        rc = ctx_fail(ctx, TIAN_EINDEX, store->path, "rebuilt, but %llu places in the records are damaged; tian verify names them",
                      "已重建，但记录中有 %llu 处损坏；tian verify 会列出", (unsigned long long)r.damaged);
    arena_free(inner.arena);
    snapshot_release(base);
    return rc;
}
