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
 *   reserve           room for removals on a full disk  (reserve.c)
 *   log/              import logs
 *
 * One process writes, any number read. A reader never waits: it serves the
 * manifest it opened until a newer one is there. Opening for writing first
 * brings home what a crash left behind: a torn record is cut off, records behind
 * the manifest are indexed, files nobody names are removed.
 */
#include "store/commit.h"

#include <stdlib.h>

/* Of the disk, for removals and commits when it is otherwise full. */
static const uint64_t RESERVE = 32ull << 20;

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
    bool records = false;
    int rc = file_stat(ctx, manifest_path(store->arena, store->path), &info);
    if (!rc && info.kind == FILE_NONE)
        rc = store_has_records(ctx, store->path, &records);
    if (rc || info.kind != FILE_NONE)
        return rc;
    if (records) /* somebody lost the manifest, not the index */
        return store_salvage(ctx, store);
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
    store->sources_changed =
        generation && sources_read(&quiet, store->arena, sources_path(store->arena, store->path, generation),
                                   &store->sources);
    if (store->sources_changed) /* lost: every file will be read again and the catalogue written anew */
        sources_init(&store->sources, store->arena);
    return 0;
}

/* No lock file is left where there is no index. */
static int expect_index(struct ctx *ctx, struct store *store)
{
    struct manifest m;
    bool records = false;
    if (store->mode == STORE_CREATE)
        return file_make_folder(ctx, store->path);
    int rc = store->mode == STORE_SALVAGE ? store_has_records(ctx, store->path, &records) : 0;
    return rc || records ? rc : manifest_read(ctx, ctx->arena, store->path, &m);
}

static int bring_home(struct ctx *ctx, struct store *store)
{
    int rc = store_recover(ctx, store);
    if (rc == TIAN_EIO && store_give_reserve(ctx, store))
        rc = store_recover(ctx, store);
    if (!rc)
        store_keep_reserve(ctx, store);
    return rc;
}

static int open_writer(struct ctx *ctx, struct store *store, int wait_ms)
{
    int rc = expect_index(ctx, store);
    if (!rc)
        rc = file_lock(ctx, store->arena, path_join(store->arena, store->path, "lock"), wait_ms);
    if (!rc && store->mode == STORE_CREATE)
        rc = make_index(ctx, store);
    if (!rc && store->mode == STORE_SALVAGE)
        rc = store_salvage(ctx, store);
    if (!rc && !store->salvaged)
        rc = store_refresh(ctx, store);
    if (rc)
        return rc;
    const struct manifest *m = &store->current->manifest;
    if (!store->salvaged) /* else what the old one names may be served yet */
        manifest_sweep(ctx, store->path, m);
    store_sweep_merges(ctx, store);
    rc = record_log_open(ctx, store->arena, path_join(store->arena, store->path, "records"), m->records,
                         store->salvaged, &store->log);
    if (!rc)
        rc = read_sources(ctx, store);
    return rc ? rc : bring_home(ctx, store);
}

int store_open(struct ctx *ctx, struct arena *arena, const char *path, enum store_mode mode,
               struct store **out)
{
    return store_open_with(ctx, arena, path, &(struct store_options){ .mode = mode }, out);
}

int store_open_with(struct ctx *ctx, struct arena *arena, const char *path,
                    const struct store_options *options, struct store **out)
{
    struct store *store = arena_new_of(arena, struct store);
    store->arena = arena;
    store->path = arena_cstr(arena, str_of(path));
    store->mode = options->mode;
    store->share = options->share;
    arena_prepare(arena);
    pthread_mutex_init(&store->mutex, NULL);
    arena_defer(arena, close_store, store);
    int rc =
        options->mode == STORE_READ ? store_refresh(ctx, store) : open_writer(ctx, store, options->wait_ms);
    *out = rc ? NULL : store;
    return rc;
}

/* ---- Snapshots -------------------------------------------------------------------------- */

/* One more user of the current snapshot, if it is of this generation (0: of any); else NULL. */
static struct snapshot *share_current(struct store *store, uint64_t generation)
{
    pthread_mutex_lock(&store->mutex);
    struct snapshot *s = store->current;
    if (s && generation && s->manifest.generation != generation)
        s = NULL;
    if (s)
        s->references++;
    pthread_mutex_unlock(&store->mutex);
    return s;
}

/* Serve a snapshot from now on; the caller's use of it becomes the store's. */
static void serve(struct store *store, struct snapshot *s)
{
    pthread_mutex_lock(&store->mutex);
    struct snapshot *old = store->current;
    bool newer = !old || old->manifest.generation < s->manifest.generation;
    if (newer)
        store->current = s;
    pthread_mutex_unlock(&store->mutex);
    snapshot_release(newer ? old : s);
}

static void release(void *snapshot)
{
    snapshot_release(snapshot);
}

void store_release(struct ctx *ctx, struct snapshot *s)
{
    if (!s)
        return;
    arena_undefer(ctx->arena, release, s);
    snapshot_release(s);
}

int store_refresh(struct ctx *ctx, struct store *store)
{
    struct snapshot *s;
    uint64_t generation;
    if (manifest_generation(ctx, store->path, &generation) &&
        (s = share_current(store, generation)) != NULL) {
        snapshot_release(s);
        return 0;
    }
    struct snapshot *before = store_base(ctx, store);
    int rc = snapshot_open(ctx, store->path, before, &s);
    store_release(ctx, before);
    if (!rc)
        serve(store, s);
    return rc;
}

struct snapshot *store_base(struct ctx *ctx, struct store *store)
{
    arena_prepare(ctx->arena);
    struct snapshot *s = share_current(store, 0);
    arena_defer(ctx->arena, release, s);
    return s;
}

int store_snapshot(struct ctx *ctx, struct store *store, struct snapshot **out)
{
    struct tian_error error = { 0 };
    struct ctx inner = { .arena = ctx->arena, .error = &error, .deadline = ctx->deadline };
    /* Who holds the writer's lock has the newest: looking at the disk would be to wait for a commit's end. */
    int rc = store->log ? 0 : store_refresh(&inner, store);
    *out = rc == TIAN_EMEMORY
               ? NULL
               : store_base(ctx, store); /* the newest damaged or in the making: the last good */
    return *out ? 0 : ctx_fail(ctx, rc, error.where, "%s", "%s", error.message);
}

int store_begin(struct ctx *ctx, struct store *store)
{
    if (!store->log)
        return ctx_fail(ctx, TIAN_EUSAGE, store->path, "the index was opened for reading only",
                        "索引仅以读取方式打开");
    int rc = store_refresh(ctx, store);
    if (!rc && store->sources_changed)
        rc = read_sources(ctx, store);
    return rc ? rc : store_recover(ctx, store);
}

/* ---- Space ---------------------------------------------------------------------------------- */

int store_check_space(struct ctx *ctx, const struct store *store, uint64_t bytes)
{
    uint64_t room, need = RESERVE + bytes;
    int rc = file_free_space(ctx, store->path, &room);
    if (rc || room >= need)
        return rc;
    return ctx_fail(ctx, TIAN_EIO, store->path,
                    "the disk has %llu MB free, this may need %llu MB; nothing was changed",
                    "磁盘仅剩 %llu MB，本次操作可能需要 %llu MB；未做任何改动",
                    (unsigned long long)(room >> 20), (unsigned long long)(need >> 20));
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

static int remove_once(struct ctx *ctx, struct store *store, const struct str *ids, size_t n, size_t *removed)
{
    struct snapshot *s;
    struct docs dead;
    struct buf frames;
    record_at at;
    *removed = 0;
    int rc = store_begin(ctx, store);
    if (rc)
        return rc;
    s = store_base(ctx, store);
    vec_init(&dead, ctx->arena);
    buf_init(&frames, ctx->arena);
    for (size_t i = 0; !rc && i < n; i++)
        rc = find_for_removal(ctx, s, ids[i], &dead, &frames);
    docs_sort(&dead);
    if (!rc && dead.n)
        rc = record_log_append(ctx, store->log, buf_view(&frames), &at);
    if (!rc && dead.n)
        rc = store_commit(ctx, store, &(struct change){ .dead_old = &dead, .base = s });
    store_release(ctx, s);
    *removed = dead.n;
    return rc;
}

int store_remove(struct ctx *ctx, struct store *store, const struct str *ids, size_t n, size_t *removed)
{
    size_t before = 0;
    int rc = remove_once(ctx, store, ids, n, removed);
    if (rc == TIAN_EIO && store_give_reserve(ctx, store)) {
        before = *removed; /* whose records may stand in the log already: then they are brought home first */
        rc = remove_once(ctx, store, ids, n, removed);
    }
    if (rc)
        *removed = 0;
    else if (*removed < before)
        *removed = before;
    return rc;
}
