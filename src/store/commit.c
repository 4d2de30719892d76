/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Changing what is served. The order is the whole secret:
 *
 *   1. records are fsynced                     from here on nothing can be lost
 *   2. dead lists and the sources file are written under new names
 *   3. these and the new segment are fsynced, all at once
 *   4. the manifest is replaced by a durable rename      ◀── the change happens here
 *   5. files that no manifest names any more are removed
 *
 * A crash before 4 leaves the old manifest with all it names; the records behind
 * it are found and indexed at the next opening. A crash after 4 leaves files
 * nobody names; the next writer sweeps them. Joining segments is in merge.c.
 */
#include "store/commit.h"

#include <assert.h>

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
    struct file_syncs *syncs; /* before it is written */
};

/* The dead of a segment of base: those it has and those of the change. */
static void collect_dead(const struct commit *c, const struct snapshot_segment *seg, struct docs *all)
{
    const struct docs *more = c->change->dead_old;
    size_t at = 0;
    vec_init(all, c->arena);
    for (uint32_t local = 0; local < seg->segment->count; local++) {
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
        if (more->at[i] >= seg->base && more->at[i] < seg->base + seg->segment->count)
            return true;
    return false;
}

static int write_dead(struct commit *c, struct manifest_segment *s, const struct docs *dead)
{
    s->dead_generation = c->manifest.generation;
    s->dead = (uint32_t)dead->n;
    const char *path = dead_path(c->arena, c->store->path, s->number, s->dead_generation);
    file_sync_later(c->syncs, path);
    return dead_write(c->ctx, path, dead);
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
    int rc = segment_seal(c->ctx, segment_path(c->arena, c->store->path, s.number), c->syncs, &lines);
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
    const char *path = sources_path(c->arena, c->store->path, c->manifest.sources);
    file_sync_later(c->syncs, path);
    return sources_write(c->ctx, path, &c->store->sources);
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
    file_sync_later(c->syncs, path_join(c->arena, c->store->path, "segments"));
    if (!rc)
        rc = file_sync_all(c->ctx, c->syncs);
    if (!rc)
        rc = manifest_write(c->ctx, c->store->path, &c->manifest);
    return rc;
}

int store_commit(struct ctx *ctx, struct store *store, const struct change *change)
{
    struct ctx patient = { .arena = arena_new(ctx->arena), .error = ctx->error, .finishing = true };
    struct commit c = { .ctx = &patient,
                        .store = store,
                        .change = change,
                        .base = change->base,
                        .arena = patient.arena,
                        .syncs = file_syncs_new(patient.arena) };
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

int store_build(struct ctx *ctx, struct store *store, const struct feed *feed, struct build_options *how)
{
    struct build_result built = { 0 };
    unsigned number = store_next_segment(store);
    how->folder = store_scratch(ctx->arena, store);
    how->to = segment_path(ctx->arena, store->path, number);
    how->log = store->log;
    int rc = file_remove_tree(ctx, how->to);
    if (!rc)
        rc = build_run(ctx, feed, how, &built);
    struct change change = { .segment = built.documents ? number : 0,
                             .count = built.documents,
                             .dead_new = &built.dead,
                             .dead_old = &built.replaced,
                             .base = how->base };
    return rc || built.documents == 0 ? rc : store_commit(ctx, store, &change);
}
