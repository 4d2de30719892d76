/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * When the manifest, or something it names, cannot be read any more: records
 * alone are enough. The writer takes an empty manifest for the one it works from,
 * with numbers beyond every name that is found, so that nothing old can be taken for
 * new, neither by the writer nor by a reader that still serves the old state. Its
 * place in the log is the beginning, hence recovery (rebuild.c) replays everything,
 * and the manifest of its commit is the first that is written: until then, and when
 * it fails, what is on disk is as it was, and readers go on as far as they can.
 *
 *   kept       the log; the newest catalogue of sources whose checksum holds
 *   given up   segments and dead lists: derived
 */
#include "store/commit.h"

#include <inttypes.h>
#include <stdio.h>

static const uint64_t BEYOND = 1000000; /* generations that may have left no name behind */

struct found {
    uint64_t generation, sources;
    unsigned segment;
};

static void note_name(struct found *f, const char *name)
{
    uint64_t generation = 0;
    unsigned number = 0;
    if (sscanf(name, "%9u.dead-%" SCNu64, &number, &generation) >= 1 && number > f->segment)
        f->segment = number;
    if (sscanf(name, "sources-%" SCNu64, &generation) == 1 && generation > f->sources)
        f->sources = generation;
    if (generation > f->generation)
        f->generation = generation;
}

static int note_names(struct ctx *ctx, const char *folder, struct found *f)
{
    struct file_info info;
    char **names;
    size_t n;
    int rc = file_stat(ctx, folder, &info);
    if (rc || info.kind != FILE_FOLDER)
        return rc;
    rc = file_list(ctx, ctx->arena, folder, &names, &n);
    for (size_t i = 0; !rc && i < n; i++)
        note_name(f, names[i]);
    return rc;
}

static int first_of_log(struct ctx *ctx, const char *index, unsigned *first)
{
    struct record_numbers numbers;
    int rc = record_numbers(ctx, ctx->arena, path_join(ctx->arena, index, "records"), &numbers);
    *first = !rc && numbers.n ? numbers.at[0] : 0;
    return rc;
}

int store_has_records(struct ctx *ctx, const char *index, bool *has)
{
    unsigned first;
    int rc = first_of_log(ctx, index, &first);
    *has = !rc && first > 0;
    return rc;
}

/* Can everything the manifest names be opened, and is it what was sealed? TIAN_EMEMORY: it is not known. */
static int is_whole(struct ctx *ctx, const char *index, bool *whole)
{
    struct snapshot *s;
    struct ctx quiet = { .arena = ctx->arena };
    int rc = snapshot_open(&quiet, index, NULL, &s), opened = rc;
    for (size_t i = 0; !rc && i < s->nsegments; i++)
        rc = segment_check(&quiet, s->segments[i].segment->folder, s->manifest.segments.at[i].files, false);
    if (!opened)
        snapshot_release(s);
    *whole = !rc;
    return rc == TIAN_EMEMORY ? ctx_fail(ctx, rc, index, "out of memory", "内存不足") : 0;
}

static uint64_t good_sources(struct ctx *ctx, const char *index, uint64_t generation)
{
    struct sources sources;
    struct ctx quiet = { .arena = ctx->arena };
    bool good = generation &&
                !sources_read(&quiet, ctx->arena, sources_path(ctx->arena, index, generation), &sources);
    return good ? generation : 0;
}

static int begin_anew(struct ctx *ctx, const char *index, struct manifest *m)
{
    struct found f = { 0 };
    struct manifest old;
    struct ctx quiet = { .arena = ctx->arena };
    unsigned first;
    bool known = !manifest_read(&quiet, ctx->arena, index, &old);
    int rc = first_of_log(ctx, index, &first);
    if (!rc && first == 0)
        return ctx_fail(ctx, TIAN_EINDEX, index, "there are no records to rebuild from",
                        "没有可用于重建的存档");
    if (!rc)
        rc = note_names(ctx, index, &f);
    if (!rc)
        rc = file_make_folder(ctx, path_join(ctx->arena, index, "segments"));
    if (!rc)
        rc = note_names(ctx, path_join(ctx->arena, index, "segments"), &f);
    if (rc)
        return rc;
    manifest_init(m, ctx->arena);
    if (known && old.generation > f.generation)
        f.generation = old.generation;
    m->generation = f.generation + BEYOND;
    m->next_segment = (known && old.next_segment > f.segment ? old.next_segment : f.segment) + 1;
    m->schema = build_schema(NULL);
    m->log = known ? old.log : first;
    m->records = record_place(m->log, 0);
    m->sources = good_sources(ctx, index, known ? old.sources : f.sources);
    return 0;
}

int store_salvage(struct ctx *ctx, struct store *store)
{
    struct ctx inner = { .arena = arena_new(ctx->arena), .error = ctx->error };
    struct manifest m;
    bool whole;
    int rc = is_whole(&inner, store->path, &whole);
    store->salvaged = !rc && !whole;
    if (store->salvaged)
        rc = begin_anew(&inner, store->path, &m);
    if (!rc && store->salvaged)
        rc = snapshot_open_empty(&inner, store->path, &m, &store->current);
    arena_free(inner.arena);
    return rc;
}
