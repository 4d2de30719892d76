/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The handle on an index:
 *
 *   manifest          what is served                    (manifest.c)
 *   records/          the truth, append-only            (record.c)
 *   segments/         words, lists, columns: derived    (segment.c)
 *   sources-N         what files were read              (sources.c)
 *   lock              who is writing
 *   scratch/          of the build going on
 *   log/              import logs
 *
 * One process writes, any number read. A reader never waits: it serves the
 * manifest it opened until a newer one is there. Opening for writing first
 * brings home what a crash left behind: a torn record is cut off, records behind
 * the manifest are indexed, files nobody names are removed.
 */
#include "store/commit.h"

#include <stdlib.h>

/* ---- Opening ------------------------------------------------------------------------ */

static void close_store(void *arg)
{
    struct store *store = arg;
    snapshot_release(store->current);
    pthread_mutex_destroy(&store->mutex);
}

static int make_index(struct ctx *ctx, struct store *store)
{
    struct file_info info;
    struct manifest empty;
    int rc = file_stat(ctx, manifest_path(store->arena, store->path), &info);
    if (rc || info.kind != FILE_NONE)
        return rc;
    manifest_init(&empty, store->arena);
    empty.schema = build_schema(NULL);
    rc = file_make_folder(ctx, path_join(store->arena, store->path, "segments"));
    if (!rc)
        rc = file_sync_folder(ctx, store->path);
    return rc ? rc : manifest_write(ctx, store->path, &empty);
}

static int read_sources(struct ctx *ctx, struct store *store)
{
    uint64_t generation = store->current->manifest.sources;
    struct ctx quiet = { .arena = ctx->arena };
    sources_init(&store->sources, store->arena);
    if (generation && sources_read(&quiet, store->arena, sources_path(store->arena, store->path, generation),
                                   &store->sources))
        store->sources_changed =
            true; /* lost: every file will be read again and the catalogue written anew */
    return 0;
}

static int open_writer(struct ctx *ctx, struct store *store, int wait_ms)
{
    struct snapshot *s;
    int rc = 0;
    if (store->mode == STORE_CREATE)
        rc = file_make_folder(ctx, store->path);
    else {
        struct manifest m; /* no lock file is left where there is no index */
        rc = manifest_read(ctx, ctx->arena, store->path, &m);
    }
    if (!rc)
        rc = file_lock(ctx, store->arena, path_join(store->arena, store->path, "lock"), wait_ms);
    if (!rc && store->mode == STORE_CREATE)
        rc = make_index(ctx, store);
    if (!rc)
        rc = store_snapshot(ctx, store, &s);
    if (rc)
        return rc;
    record_at indexed = s->manifest.records;
    manifest_sweep(ctx, store->path, &s->manifest);
    snapshot_release(s);
    rc = record_log_open(ctx, store->arena, path_join(store->arena, store->path, "records"), indexed,
                         &store->log);
    if (!rc)
        rc = read_sources(ctx, store);
    return rc ? rc : store_recover(ctx, store);
}

int store_open(struct ctx *ctx, struct arena *arena, const char *path, enum store_mode mode, struct store **out)
{
    return store_open_with(ctx, arena, path, &(struct store_options){ .mode = mode }, out);
}

int store_open_with(struct ctx *ctx, struct arena *arena, const char *path, const struct store_options *options,
                    struct store **out)
{
    struct store *store = arena_new_of(arena, struct store);
    struct snapshot *s = NULL;
    store->arena = arena;
    store->path = arena_cstr(arena, str_of(path));
    store->mode = options->mode;
    store->share = options->share;
    pthread_mutex_init(&store->mutex, NULL);
    arena_defer(arena, close_store, store);
    int rc = options->mode == STORE_READ ? store_snapshot(ctx, store, &s) : open_writer(ctx, store, options->wait_ms);
    snapshot_release(s);
    *out = rc ? NULL : store;
    return rc;
}

/* ---- Snapshots -------------------------------------------------------------------------- */

static bool is_newest(struct ctx *ctx, struct store *store, const struct snapshot *s)
{
    struct arena *scratch = arena_new(ctx->arena);
    struct ctx quiet = { .arena = scratch };
    struct manifest now;
    bool same =
        !manifest_read(&quiet, scratch, store->path, &now) && now.generation == s->manifest.generation;
    arena_free(scratch);
    return same;
}

int store_snapshot(struct ctx *ctx, struct store *store, struct snapshot **out)
{
    pthread_mutex_lock(&store->mutex);
    struct snapshot *now = store->current;
    if (now)
        now->references++;
    pthread_mutex_unlock(&store->mutex);
    *out = now;
    if (now && is_newest(ctx, store, now))
        return 0;
    int rc = snapshot_open(ctx, store->path, out);
    if (rc && now &&
        rc != TIAN_EMEMORY) { /* the newest is damaged or in the making: the last good one serves on */
        *out = now;
        return 0;
    }
    snapshot_release(now);
    if (rc)
        return rc;
    (*out)->references++;
    pthread_mutex_lock(&store->mutex);
    struct snapshot *old = store->current;
    store->current = *out;
    pthread_mutex_unlock(&store->mutex);
    snapshot_release(old);
    return 0;
}

/* ---- Removing ------------------------------------------------------------------------------ */

int docs_ascending(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static int find_for_removal(struct ctx *ctx, const struct snapshot *s, struct str id, struct docs *dead,
                            struct buf *frames)
{
    uint32_t doc;
    struct ctx quiet = { .arena = ctx->arena };
    int rc = snapshot_find(&quiet, s, id, &doc);
    if (rc)
        return rc == TIAN_ENOTFOUND ? 0 : rc;
    vec_push(dead, doc);
    record_frame_remove(frames, id);
    return 0;
}

void docs_sort(struct docs *docs)
{
    size_t kept = 0;
    if (docs->n)
        qsort(docs->at, docs->n, sizeof *docs->at, docs_ascending);
    for (size_t i = 0; i < docs->n; i++)
        if (i == 0 || docs->at[i] != docs->at[i - 1])
            docs->at[kept++] = docs->at[i];
    docs->n = kept;
}

int store_remove(struct ctx *ctx, struct store *store, const struct str *ids, size_t n, size_t *removed)
{
    struct snapshot *s;
    struct docs dead;
    struct buf frames;
    record_at at;
    *removed = 0;
    int rc = store_base(ctx, store, &s);
    if (rc)
        return rc;
    vec_init(&dead, ctx->arena);
    buf_init(&frames, ctx->arena);
    for (size_t i = 0; !rc && i < n; i++)
        rc = find_for_removal(ctx, s, ids[i], &dead, &frames);
    docs_sort(&dead);
    if (!rc && dead.n)
        rc = record_log_append(ctx, store->log, buf_view(&frames), &at);
    if (!rc && dead.n)
        rc = store_commit(ctx, store, &(struct change){ .dead_old = &dead, .base = s });
    snapshot_release(s);
    *removed = rc ? 0 : dead.n;
    return rc;
}
