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

int store_commit(struct ctx *ctx, struct store *store, const struct change *change)
{
    struct ctx patient = { .arena = arena_new(ctx->arena), .error = ctx->error, .finishing = true };
    struct commit c = { &patient, store, change, change->base, { 0 }, patient.arena };
    manifest_init(&c.manifest, c.arena);
    c.manifest.generation = c.base->manifest.generation + 1;
    c.manifest.schema = build_schema(NULL);
    c.manifest.records = record_log_end(store->log);
    c.manifest.log = change->log ? change->log : c.base->manifest.log;
    c.manifest.next_segment = c.base->manifest.next_segment;
    c.manifest.sources = c.base->manifest.sources;
    int rc = write_all(&c);
    if (!rc) {
        store->sources_changed = false;
        rc = store_refresh(&patient, store);
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

struct joining {
    const struct snapshot *s;
    size_t first; /* segments from here on become one */
    const char **folders;
    struct manifest manifest; /* the one to write */
    struct manifest_segment joined;
    struct docs dead; /* of the new segment */
};

static void take_segment(struct joining *j, size_t i)
{
    const struct snapshot_segment *seg = &j->s->segments[i];
    j->folders[i - j->first] = seg->segment.folder;
    for (uint32_t d = 0; seg->dead && d < seg->segment.count; d++)
        if (seg->dead[d / 64] >> d % 64 & 1)
            vec_push(&j->dead, j->joined.count + d);
    j->joined.count += seg->segment.count;
}

/* A damaged segment must not get a new checksum: it is left for verify to name. */
static bool all_whole(struct ctx *ctx, const struct joining *j)
{
    struct ctx quiet = { .arena = ctx->arena };
    for (size_t i = j->first; i < j->s->nsegments; i++)
        if (segment_check(&quiet, j->s->segments[i].segment.folder, j->s->manifest.segments.at[i].files,
                          true))
            return false;
    return true;
}

static void plan_joining(struct ctx *ctx, const struct snapshot *s, size_t take, struct joining *j)
{
    *j = (struct joining){ .s = s, .first = s->nsegments - take };
    j->folders = arena_array(ctx->arena, const char *, take);
    j->joined.number = s->manifest.next_segment;
    vec_init(&j->dead, ctx->arena);
    j->manifest = s->manifest;
    vec_init(&j->manifest.segments, ctx->arena);
    j->manifest.generation++;
    j->manifest.next_segment++;
    for (size_t i = 0; i < j->first; i++)
        vec_push(&j->manifest.segments, s->manifest.segments.at[i]);
    for (size_t i = j->first; i < s->nsegments; i++)
        take_segment(j, i);
}

static int make_joined(struct ctx *ctx, struct store *store, struct joining *j, unsigned jobs)
{
    const char *to = segment_path(ctx->arena, store->path, j->joined.number);
    struct buf lines;
    buf_init(&lines, ctx->arena);
    int rc = file_remove_tree(ctx, to);
    if (!rc)
        rc = segment_merge(ctx, j->folders, j->s->nsegments - j->first, to, jobs);
    if (!rc)
        rc = segment_seal(ctx, to, &lines);
    j->joined.files = buf_view(&lines);
    if (rc || !j->dead.n)
        return rc;
    j->joined.dead_generation = j->manifest.generation;
    j->joined.dead = (uint32_t)j->dead.n;
    return dead_write(ctx, dead_path(ctx->arena, store->path, j->joined.number, j->manifest.generation),
                      &j->dead);
}

static int join_newest(struct ctx *ctx, struct store *store, const struct snapshot *s, size_t take,
                       unsigned jobs)
{
    struct joining j;
    plan_joining(ctx, s, take, &j);
    if (!all_whole(ctx, &j))
        return 0;
    int rc = make_joined(ctx, store, &j, jobs);
    vec_push(&j.manifest.segments, j.joined);
    if (!rc)
        rc = file_sync_folder(ctx, path_join(ctx->arena, store->path, "segments"));
    if (!rc)
        rc = manifest_write(ctx, store->path, &j.manifest);
    if (!rc) {
        rc = store_refresh(ctx, store);
        manifest_sweep(ctx, store->path, &j.manifest);
    }
    return rc;
}

int store_merge(struct ctx *ctx, struct store *store, bool all, unsigned jobs)
{
    struct ctx inner = { .arena = arena_new(ctx->arena), .error = ctx->error };
    struct snapshot *s = store_base(&inner, store);
    size_t take = all && s->nsegments > 1 ? s->nsegments : merge_count(s);
    int rc = take ? join_newest(&inner, store, s, take, jobs) : 0;
    arena_free(inner.arena);
    return rc;
}
