/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Room for a removal on a full disk. What a removal writes is small (a record, a
 * list of dead documents, the manifest), but more than nothing; so the file
 * `reserve` holds 1 MB of the disk for it, is given up when the disk is full, and
 * made again by the next writer that finds room. It says nothing and may be
 * deleted at any time.
 */
#include "store/commit.h"

#include <string.h>

static const uint64_t HELD = 1 << 20;
static const uint64_t PLENTY = 32 << 20; /* with less on the disk none is made */

static char *reserve_path(struct ctx *ctx, const struct store *store)
{
    return path_join(ctx->arena, store->path, "reserve");
}

void store_keep_reserve(struct ctx *ctx, const struct store *store)
{
    struct ctx inner = { .arena = arena_new(ctx->arena) };
    struct file_info info;
    const char *path = reserve_path(&inner, store);
    uint64_t room;
    if (!file_stat(&inner, path, &info) && info.size != HELD &&
        !file_free_space(&inner, store->path, &room) && room >= PLENTY) {
        char *zeros = arena_alloc(inner.arena, HELD);
        memset(zeros, 0, HELD);
        if (file_remove_tree(&inner, path) || file_write(&inner, path, (struct str){ zeros, HELD }, false))
            file_remove_tree(&inner, path); /* half of one is none */
    }
    arena_free(inner.arena);
}

bool store_give_reserve(struct ctx *ctx, const struct store *store)
{
    struct ctx inner = { .arena = arena_new(ctx->arena) };
    struct file_info info;
    const char *path = reserve_path(&inner, store);
    uint64_t room;
    bool given = !file_free_space(&inner, store->path, &room) && room < HELD &&
                 !file_stat(&inner, path, &info) && info.kind != FILE_NONE && !file_remove_tree(&inner, path);
    arena_free(inner.arena);
    return given;
}
