/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Changing what is served. The order is the whole secret:
 *
 *   1. records are fsynced                     from here on nothing can be lost
 *   2. the new segment is fsynced, its checksums taken
 *   3. dead lists and the sources file are written under new names, fsynced
 *   4. the manifest is replaced by a durable rename      ◀── the change happens here
 *   5. files that no manifest names any more are removed
 *
 * A crash before 4 leaves the old manifest with all it names; the records behind
 * it are found and indexed at the next opening. A crash after 4 leaves files
 * nobody names; the next writer sweeps them.
 *
 * Merging keeps few segments: sizes are kept growing by at least two from the
 * newest to the oldest, so a document is written again about log2(n) times.
 */
#include "store/commit.h"

#include <assert.h>
#include <string.h>

enum {
    MANY_SEGMENTS = 8
};

int store_base(struct ctx *ctx, struct store *store, struct snapshot **out)
{
    pthread_mutex_lock(&store->mutex);
    *out = store->current;
    if (*out)
        (*out)->references++;
    pthread_mutex_unlock(&store->mutex);
    return *out ? 0 : store_snapshot(ctx, store, out);
}

unsigned store_next_segment(struct store *store)
{
    assert(store->current);
    return store->current->manifest.next_segment;
}

char *store_scratch(struct arena *arena, const struct store *store)
{
    return path_join(arena, store->path, "scratch");
}

/* ---- Pieces of a commit ------------------------------------------------------------- */

struct commit {
    struct ctx *ctx;
    struct store *store;
    const struct change *change;
    const struct snapshot *base;
    struct manifest manifest; /* the one to write */
    struct arena *arena;
};

/* The dead of a segment of base: those it has and those of the change. */
static void collect_dead(const struct commit *c, const struct snapshot_segment *seg, struct docs *all)
{
    const struct docs *more = c->change->dead_old;
    size_t at = 0;
    vec_init(all, c->arena);
    for (uint32_t local = 0; local < seg->segment.count; local++) {
        uint32_t doc = seg->base + local;
        while (more && at < more->n && more->at[at] < doc)
            at++;
        bool now = more && at < more->n && more->at[at] == doc;
        if (now || (seg->dead && seg->dead[local / 64] >> local % 64 & 1))
            vec_push(all, local);
    }
}

static bool touches(const struct commit *c, const struct snapshot_segment *seg)
{
    const struct docs *more = c->change->dead_old;
    for (size_t i = 0; more && i < more->n; i++)
        if (more->at[i] >= seg->base && more->at[i] < seg->base + seg->segment.count)
            return true;
    return false;
}

static int write_dead(struct commit *c, struct manifest_segment *s, const struct docs *dead)
{
    s->dead_generation = c->manifest.generation;
    s->dead = (uint32_t)dead->n;
    return dead_write(c->ctx, dead_path(c->arena, c->store->path, s->number, s->dead_generation), dead);
}

static int keep_old_segments(struct commit *c)
{
    int rc = 0;
    for (size_t i = 0; !rc && i < c->base->nsegments; i++) {
        struct manifest_segment s = c->base->manifest.segments.at[i];
        const struct snapshot_segment *seg = &c->base->segments[i];
        struct docs dead;
        if (touches(c, seg)) {
            collect_dead(c, seg, &dead);
            if (dead.n == s.count)
                continue; /* nobody lives there: the segment goes */
            rc = write_dead(c, &s, &dead);
        }
        vec_push(&c->manifest.segments, s);
    }
    return rc;
}

static int add_new_segment(struct commit *c)
{
    const struct change *change = c->change;
    struct manifest_segment s = { .number = change->segment, .count = change->count };
    struct buf lines;
    if (change->segment == 0)
        return 0;
    buf_init(&lines, c->arena);
    int rc = segment_seal(c->ctx, segment_path(c->arena, c->store->path, s.number), &lines);
    s.files = buf_view(&lines);
    if (!rc && change->dead_new && change->dead_new->n)
        rc = write_dead(c, &s, change->dead_new);
    vec_push(&c->manifest.segments, s);
    c->manifest.next_segment = s.number + 1;
    return rc;
}

static int write_sources(struct commit *c)
{
    if (!c->store->sources_changed)
        return 0;
    c->manifest.sources = c->manifest.generation;
    return sources_write(c->ctx, sources_path(c->arena, c->store->path, c->manifest.sources),
                         &c->store->sources);
}

static int write_all(struct commit *c)
{
    int rc = record_log_sync(c->ctx, c->store->log);
    if (!rc && !c->change->replaces_all)
        rc = keep_old_segments(c);
    if (!rc)
        rc = add_new_segment(c);
    if (!rc)
        rc = write_sources(c);
    if (!rc)
        rc = file_sync_folder(c->ctx, path_join(c->arena, c->store->path, "segments"));
    if (!rc)
        rc = manifest_write(c->ctx, c->store->path, &c->manifest);
    return rc;
}

static int serve_newest(struct ctx *ctx, struct store *store)
{
    struct snapshot *s;
    int rc = store_snapshot(ctx, store, &s);
    if (!rc)
        snapshot_release(s);
    return rc;
}

int store_commit(struct ctx *ctx, struct store *store, const struct change *change)
{
    struct ctx patient = { .arena = arena_new(ctx->arena), .error = ctx->error, .finishing = true };
    struct commit c = { &patient, store, change, change->base, { 0 }, patient.arena };
    manifest_init(&c.manifest, c.arena);
    c.manifest.generation = c.base->manifest.generation + 1;
    c.manifest.schema = build_schema(NULL);
    c.manifest.records = record_log_end(store->log);
    c.manifest.next_segment = c.base->manifest.next_segment;
    c.manifest.sources = c.base->manifest.sources;
    int rc = write_all(&c);
    if (!rc) {
        store->sources_changed = false;
        rc = serve_newest(&patient, store);
        manifest_sweep(&patient, store->path, &c.manifest);
    }
    arena_free(patient.arena);
    return rc;
}

/* ---- Merging ---------------------------------------------------------------------------- */

/* How many of the newest segments to join: as long as the next older one is less than twice their sum. */
static size_t merge_count(const struct snapshot *s)
{
    size_t n = s->nsegments, take = 1;
    if (n < 2)
        return 0;
    uint64_t sum = s->segments[n - 1].segment.count;
    while (take < n && s->segments[n - 1 - take].segment.count < 2 * sum) {
        sum += s->segments[n - 1 - take].segment.count;
        take++;
    }
    return take >= 2 ? take : n > MANY_SEGMENTS ? 2 : 0;
}

static int merge_newest(struct ctx *ctx, struct store *store, const struct snapshot *s, size_t take,
                        unsigned jobs)
{
    size_t first = s->nsegments - take;
    const char **folders = arena_array(ctx->arena, const char *, take);
    struct manifest m = s->manifest; /* shares the segments' array: copied below */
    struct docs dead;
    struct manifest_segment joined = { .number = m.next_segment };
    manifest_init(&m, ctx->arena);
    vec_init(&dead, ctx->arena);
    for (size_t i = 0; i < s->nsegments; i++) {
        const struct snapshot_segment *seg = &s->segments[i];
        if (i < first) {
            vec_push(&m.segments, s->manifest.segments.at[i]);
            continue;
        }
        folders[i - first] = seg->segment.folder;
        for (uint32_t d = 0; seg->dead && d < seg->segment.count; d++)
            if (seg->dead[d / 64] >> d % 64 & 1)
                vec_push(&dead, joined.count + d);
        joined.count += seg->segment.count;
    }
    const char *to = segment_path(ctx->arena, store->path, joined.number);
    struct buf lines;
    buf_init(&lines, ctx->arena);
    int rc = file_remove_tree(ctx, to);
    if (!rc)
        rc = segment_merge(ctx, folders, take, to, jobs);
    if (!rc)
        rc = segment_seal(ctx, to, &lines);
    joined.files = buf_view(&lines);
    m.generation = s->manifest.generation + 1;
    m.records = s->manifest.records;
    m.schema = s->manifest.schema;
    m.sources = s->manifest.sources;
    m.next_segment = joined.number + 1;
    if (!rc && dead.n) {
        joined.dead_generation = m.generation;
        joined.dead = (uint32_t)dead.n;
        rc = dead_write(ctx, dead_path(ctx->arena, store->path, joined.number, m.generation), &dead);
    }
    vec_push(&m.segments, joined);
    if (!rc)
        rc = file_sync_folder(ctx, path_join(ctx->arena, store->path, "segments"));
    if (!rc)
        rc = manifest_write(ctx, store->path, &m);
    if (!rc)
        rc = serve_newest(ctx, store);
    if (!rc)
        manifest_sweep(ctx, store->path, &m);
    return rc;
}

int store_merge(struct ctx *ctx, struct store *store, unsigned jobs)
{
    struct snapshot *s;
    int rc = store_base(ctx, store, &s);
    if (rc)
        return rc;
    size_t take = merge_count(s);
    if (take) {
        struct ctx inner = { .arena = arena_new(ctx->arena), .error = ctx->error };
        rc = merge_newest(&inner, store, s, take, jobs);
        arena_free(inner.arena);
    }
    snapshot_release(s);
    return rc;
}
