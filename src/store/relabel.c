/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Another taxonomy over the same documents, without building anything again: of
 * a segment only the column of themes depends on it. So each segment gets a new
 * folder with the same files (hard links) and its columns written anew:
 *
 *   segments/000007/ words pairs clauses columns      old manifest
 *                      ║     ║     ║
 *   segments/000009/ words pairs clauses columns'     new manifest
 *
 * The taxonomy's file is kept in the index (themes.conf), so that what is added
 * later, a rebuild and a recovery label by the same one. It is written first: a
 * crash in between leaves old labels, and applying again makes them new.
 *
 * A segment that is damaged is not touched, or it would get a good checksum.
 */
#include <assert.h>
#include <errno.h>
#include <unistd.h>

#include "store/commit.h"
#include "store/snapshot.h"

struct relabelling {
    struct ctx *ctx;
    struct store *store;
    const struct builder *builder;
    const struct snapshot *base;
    struct manifest manifest; /* the one to write */
    struct file_syncs *syncs; /* before the manifest is written */
};

static char *themes_path(struct arena *arena, const char *index)
{
    return path_join(arena, index, "themes.conf");
}

const char *store_themes(struct ctx *ctx, struct arena *arena, const char *index)
{
    char *path = themes_path(arena, index);
    struct file_info info;
    return file_stat(ctx, path, &info) == 0 && info.kind == FILE_REGULAR ? path : NULL;
}

/* ---- one segment ------------------------------------------------------------------------ */

/* By a hard link; where the file system has none, by a copy. */
static int same_file(struct ctx *ctx, const char *from, const char *to)
{
    struct str bytes;
    if (link(from, to) == 0)
        return 0;
    if (errno != EPERM && errno != EXDEV && errno != EMLINK && errno != ENOTSUP && errno != ENOSYS)
        return ctx_fail_errno(ctx, to, "cannot link", "无法建立链接");
    int rc = file_map(ctx, ctx->arena, from, &bytes);
    return rc ? rc : file_write(ctx, to, bytes, true);
}

struct linking {
    struct ctx *ctx;
    const char *from, *to;
};

static int link_one(void *self, const char *path, const struct file_info *info)
{
    const struct linking *l = self;
    if (info->kind != FILE_REGULAR) /* a folder that cannot be read: a segment must have all its files */
        return ctx_fail(l->ctx, TIAN_EIO, path, "cannot be read", "无法读取");
    const char *name = path + strlen(l->from) + 1;
    if (strcmp(name, "columns") == 0)
        return 0;
    return same_file(l->ctx, path, path_join(l->ctx->arena, l->to, name));
}

static int themes_of_document(struct relabelling *r, struct arena *arena, uint32_t doc, struct str *out)
{
    struct document document;
    int rc = snapshot_document(r->ctx, r->base, arena, doc, &document);
    if (rc)
        return rc;
    document_label(r->builder, NULL, arena, &document);
    *out = terms_themes(arena, &document);
    return ctx_check(r->ctx);
}

/* The dead keep what they have: nobody sees it. */
static int write_columns(struct relabelling *r, const struct snapshot_segment *seg, const char *path)
{
    struct arena *arena = arena_new(r->ctx->arena), *scratch = arena_new(arena);
    struct column_writer *writer = column_writer_new(arena);
    int rc = 0;
    for (uint32_t local = 0; !rc && local < seg->segment->count; local++) {
        struct row row;
        columns_row(seg->segment->columns, local, &row);
        if (snapshot_is_live(r->base, seg->base + local))
            rc = themes_of_document(r, scratch, seg->base + local, &row.text[COLUMN_THEME]);
        column_writer_put(writer, &row);
        arena_reset(scratch);
    }
    if (!rc)
        rc = column_writer_write(r->ctx, writer, path);
    arena_free(arena);
    return rc;
}

static int copy_dead(struct relabelling *r, size_t i, struct manifest_segment *s)
{
    const struct snapshot_segment *seg = &r->base->segments[i];
    struct docs dead;
    vec_init(&dead, r->ctx->arena);
    for (uint32_t local = 0; seg->dead && local < seg->segment->count; local++)
        if (seg->dead[local / 64] >> local % 64 & 1)
            vec_push(&dead, local);
    if (dead.n == 0)
        return 0;
    s->dead_generation = r->manifest.generation;
    const char *path = dead_path(r->ctx->arena, r->store->path, s->number, s->dead_generation);
    file_sync_later(r->syncs, path);
    return dead_write(r->ctx, path, &dead);
}

static int relabel_segment(struct relabelling *r, size_t i)
{
    struct arena *arena = r->ctx->arena;
    const struct snapshot_segment *seg = &r->base->segments[i];
    struct manifest_segment s = r->base->manifest.segments.at[i];
    struct buf lines;
    int rc = segment_check(r->ctx, seg->segment->folder, s.files, true);
    s.number = r->manifest.next_segment++;
    const char *to = segment_path(arena, r->store->path, s.number);
    struct linking linking = { r->ctx, seg->segment->folder, to };
    buf_init(&lines, arena);
    if (!rc)
        rc = file_remove_tree(r->ctx, to);
    if (!rc)
        rc = file_make_folder(r->ctx, path_join(arena, to, "words"));
    if (!rc)
        rc = file_walk(r->ctx, seg->segment->folder, link_one, &linking);
    if (!rc)
        rc = write_columns(r, seg, path_join(arena, to, "columns"));
    if (!rc)
        rc = segment_seal(r->ctx, to, r->syncs, &lines);
    if (!rc)
        rc = copy_dead(r, i, &s);
    s.files = buf_view(&lines);
    vec_push(&r->manifest.segments, s);
    return rc;
}

/* ---- all of them -------------------------------------------------------------------------- */

static int keep_taxonomy(struct ctx *ctx, const char *index, struct str text)
{
    char *path = themes_path(ctx->arena, index);
    return text.n > 0 ? file_replace(ctx, path, text) : file_remove_tree(ctx, path);
}

static int relabel_all(struct relabelling *r, struct str taxonomy)
{
    int rc = 0;
    r->manifest = r->base->manifest;
    vec_init(&r->manifest.segments, r->ctx->arena);
    r->manifest.generation++;
    for (size_t i = 0; !rc && i < r->base->nsegments; i++)
        rc = relabel_segment(r, i);
    file_sync_later(r->syncs, path_join(r->ctx->arena, r->store->path, "segments"));
    if (!rc)
        rc = file_sync_all(r->ctx, r->syncs);
    if (!rc)
        rc = keep_taxonomy(r->ctx, r->store->path, taxonomy);
    return rc ? rc : manifest_write(r->ctx, r->store->path, &r->manifest);
}

int store_relabel(struct ctx *ctx, struct store *store, const struct builder *builder, struct str taxonomy)
{
    struct ctx inner = { .arena = arena_new(ctx->arena), .error = ctx->error, .deadline = ctx->deadline };
    struct relabelling r = {
        .ctx = &inner, .store = store, .builder = builder, .syncs = file_syncs_new(inner.arena)
    };
    int rc = store_begin(&inner, store);
    if (!rc) {
        r.base = store_base(&inner, store);
        rc = relabel_all(&r, taxonomy);
    }
    if (!rc) {
        inner.finishing = true;
        rc = store_refresh(&inner, store);
        manifest_sweep(&inner, store->path, &r.manifest);
    }
    arena_free(inner.arena);
    return rc;
}
