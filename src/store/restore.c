/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * From a backup to an index, which may be served meanwhile: a copy is made
 * beside it, verified, given a generation beyond both (so that readers see that
 * something is new), and the two folders change names in one instant.
 *
 *   backup ──copy──▶ index.restoring ──verify──▶ ⇄ index ──▶ index.before-restore
 *
 * A backup is an index, so the copy is a backup of the backup. A stream (ustar)
 * is unpacked first.
 */
#include "store/commit.h"

#include <string.h>

enum {
    TAR_BLOCK = 512
};

/* ---- A stream ------------------------------------------------------------------------------ */

struct untar {
    struct ctx *ctx;
    struct file_reader in;
    const char *to;
};

static int bad_archive(struct untar *u)
{
    return ctx_fail(u->ctx, TIAN_EFORMAT, u->in.path, "this is not a backup of tian, or it is cut off",
                    "不是 tian 的备份，或备份不完整");
}

/* Exactly n bytes, then to the next whole block. */
static int read_blocks(struct untar *u, struct arena *arena, uint64_t n, struct str *out)
{
    size_t padded = (size_t)((n + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK), got;
    char *bytes = arena_alloc(arena, padded + 1);
    int rc = file_reader_read(u->ctx, &u->in, bytes, padded, &got);
    *out = (struct str){ bytes, (size_t)n };
    return rc ? rc : got < padded ? bad_archive(u) : 0;
}

static bool read_octal(const char *p, size_t n, uint64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < n && p[i]; i++) {
        if (p[i] < '0' || p[i] > '7')
            return false;
        *out = *out * 8 + (uint64_t)(p[i] - '0');
    }
    return true;
}

/* Only names that a backup has: tian-index/…, nothing that climbs out. */
static const char *name_inside(const char *header)
{
    static const struct str FRONT = { "tian-index/", 11 };
    size_t n = strnlen(header, 100);
    struct str name = { header, n };
    bool good = n < 100 && str_starts(name, FRONT) && n > FRONT.n && header[FRONT.n] != '/' &&
                !str_has(name, STR(".."));
    return good ? header + FRONT.n : NULL;
}

static int unpack_one(struct untar *u, struct arena *arena, const char *header)
{
    uint64_t size;
    struct str bytes;
    const char *name = name_inside(header);
    if (!name || memcmp(header + 257, "ustar", 5) != 0 || header[156] != '0' ||
        !read_octal(header + 124, 12, &size) || size >> 33)
        return bad_archive(u);
    char *path = path_join(arena, u->to, name);
    char *above = arena_cstr(arena, str_sub(str_of(path), 0, (size_t)(path_base(path) - path) - 1));
    int rc = read_blocks(u, arena, size, &bytes);
    if (!rc)
        rc = file_make_folder(u->ctx, above);
    return rc ? rc : file_write(u->ctx, path, bytes, false);
}

static int unpack(struct ctx *ctx, const char *from, const char *to)
{
    struct arena *arena = arena_new(ctx->arena);
    struct untar u = { .ctx = ctx, .to = to };
    struct str header;
    int rc = file_make_folder(ctx, path_join(ctx->arena, to, "segments"));
    if (!rc)
        rc = file_reader_open(ctx, ctx->arena, strcmp(from, "-") == 0 ? "/dev/stdin" : from, &u.in);
    while (!rc) {
        arena_reset(arena);
        rc = read_blocks(&u, arena, TAR_BLOCK, &header);
        if (!rc && header.p[0] == '\0')
            break; /* the end */
        if (!rc)
            rc = unpack_one(&u, arena, header.p);
        rc = rc ? rc : ctx_check(ctx);
    }
    arena_free(arena);
    return rc;
}

/* ---- The copy, and its place ------------------------------------------------------------------- */

static int copy_whole(struct ctx *ctx, const char *from, const char *beside)
{
    struct store *store;
    struct backup_summary unused;
    int rc = store_open(ctx, ctx->arena, from, STORE_READ, &store);
    if (!rc)
        rc = file_remove_tree(ctx, beside);
    if (!rc)
        rc = store_backup(ctx, store, beside, &unused);
    if (!rc)
        rc = store_open(ctx, ctx->arena, beside, STORE_READ, &store);
    return rc ? rc : store_verify(ctx, store, false, NULL, NULL);
}

/* Readers tell a new state by its generation. */
static int make_newer(struct ctx *ctx, const char *beside, const char *index)
{
    struct manifest m;
    uint64_t now = 0;
    int rc = manifest_read(ctx, ctx->arena, beside, &m);
    if (rc)
        return rc;
    (void)manifest_generation(ctx, index, &now);
    m.generation = (now > m.generation ? now : m.generation) + 1;
    return manifest_write(ctx, beside, &m);
}

static int put_in_place(struct ctx *ctx, const char *beside, const char *index)
{
    const char *before = arena_printf(ctx->arena, "%s.before-restore", index);
    struct file_info info;
    int rc = file_stat(ctx, index, &info);
    if (!rc && info.kind == FILE_NONE)
        return file_rename(ctx, beside, index);
    if (!rc)
        rc = file_exchange(ctx, beside, index);
    if (!rc)
        rc = file_remove_tree(ctx, before);
    return rc ? rc : file_rename(ctx, beside, before);
}

static int lock_index(struct ctx *ctx, const char *index, int wait_ms)
{
    struct file_info info;
    int rc = file_stat(ctx, index, &info);
    return rc || info.kind != FILE_FOLDER
               ? rc
               : file_lock(ctx, ctx->arena, path_join(ctx->arena, index, "lock"), wait_ms);
}

static int restore(struct ctx *ctx, const char *from, const char *index, int wait_ms)
{
    const char *beside = arena_printf(ctx->arena, "%s.restoring", index);
    int rc = lock_index(ctx, index, wait_ms);
    if (!rc)
        rc = copy_whole(ctx, from, beside);
    if (!rc)
        rc = make_newer(ctx, beside, index);
    if (!rc)
        rc = put_in_place(ctx, beside, index);
    return rc;
}

static const char *without_slash(struct arena *arena, const char *path)
{
    struct str s = str_of(path);
    while (s.n > 1 && s.p[s.n - 1] == '/')
        s.n--;
    return arena_cstr(arena, s);
}

int store_restore(struct ctx *ctx, const char *from, const char *index, int wait_ms)
{
    struct file_info info;
    struct ctx inner = { .arena = arena_new(ctx->arena), .error = ctx->error, .deadline = ctx->deadline };
    struct ctx quiet = { .arena = ctx->arena };
    const char *to = without_slash(ctx->arena, index);
    const char *unpacked = arena_printf(ctx->arena, "%s.unpacked", to);
    int rc = file_stat(ctx, from, &info);
    bool folder = !rc && info.kind == FILE_FOLDER;
    if (!rc && !folder)
        rc = file_remove_tree(ctx, unpacked);
    if (!rc && !folder)
        rc = unpack(&inner, from, unpacked);
    if (!rc)
        rc = restore(&inner, folder ? from : unpacked, to, wait_ms);
    arena_free(inner.arena);
    if (!folder)
        (void)file_remove_tree(&quiet, unpacked);
    return rc;
}
