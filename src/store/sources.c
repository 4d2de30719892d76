/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The catalogue of sources: one entry a file that was read, in a file that is
 * written whole at each commit that changed it.
 *
 *   magic "TIANSRC2"   n varint   n × entry   crc u32
 *   entry: path, id base (varint length, bytes), size, hash, mtime, documents, mount (varints)
 *   (TIANSRC1: no mount)
 *
 * What it does not know: which documents a file gave. They are found by the
 * column that holds the hash of their source's path.
 */
#include "store/sources.h"

static const struct str MAGIC = { "TIANSRC2", 8 }, MAGIC_1 = { "TIANSRC1", 8 };

void sources_init(struct sources *s, struct arena *arena)
{
    *s = (struct sources){ arena, map_new(arena), map_new(arena) };
}

struct source *sources_find(const struct sources *s, struct str path)
{
    return map_get(s->by_path, path);
}

void sources_put(struct sources *s, const struct source *source)
{
    struct source *copy = arena_new_of(s->arena, struct source);
    *copy = *source;
    copy->path = arena_str(s->arena, source->path);
    copy->id_base = arena_str(s->arena, source->id_base);
    *map_at(s->by_path, copy->path) = copy;
    *map_at(s->by_base, copy->id_base) = copy;
}

void sources_remove(struct sources *s, struct str path)
{
    struct source *gone = sources_find(s, path);
    if (!gone)
        return;
    *map_at(s->by_path, path) = NULL;
    *map_at(s->by_base, gone->id_base) = NULL;
}

static void write_entry(struct buf *out, const struct source *s)
{
    buf_field(out, s->path);
    buf_field(out, s->id_base);
    buf_varint(out, s->size);
    buf_varint(out, s->hash);
    buf_varint(out, (uint64_t)s->mtime_ns);
    buf_varint(out, s->documents);
    buf_varint(out, s->mount);
}

int sources_write(struct ctx *ctx, const char *path, const struct sources *s)
{
    struct arena *arena = arena_new(ctx->arena);
    struct buf out, entries;
    uint64_t n = 0;
    buf_init(&out, arena);
    buf_init(&entries, arena);
    for (size_t i = 0; i < s->by_path->n; i++)
        if (s->by_path->entries[i].value) {
            write_entry(&entries, s->by_path->entries[i].value);
            n++;
        }
    buf_str(&out, MAGIC);
    buf_varint(&out, n);
    buf_str(&out, buf_view(&entries));
    buf_u32(&out, crc_of(buf_view(&out)));
    int rc = file_write(ctx, path, buf_view(&out), false);
    arena_free(arena);
    return rc;
}

static bool read_entries(struct sources *s, struct cursor *c, bool mounts)
{
    uint64_t n = cursor_varint(c);
    for (uint64_t i = 0; i < n && !c->bad; i++) {
        struct source e;
        e.path = cursor_field(c);
        e.id_base = cursor_field(c);
        e.size = cursor_varint(c);
        e.hash = cursor_varint(c);
        e.mtime_ns = (int64_t)cursor_varint(c);
        e.documents = cursor_varint(c);
        e.mount = mounts ? cursor_varint(c) : 0;
        if (!c->bad)
            sources_put(s, &e);
    }
    return !c->bad;
}

int sources_read(struct ctx *ctx, struct arena *arena, const char *path, struct sources *out)
{
    struct str text;
    sources_init(out, arena);
    int rc = file_read(ctx, arena, path, 0, &text);
    if (rc)
        return rc;
    bool mounts = str_starts(text, MAGIC);
    bool ok = text.n > MAGIC.n + 4 && (mounts || str_starts(text, MAGIC_1));
    struct cursor tail = cursor_of(str_sub(text, ok ? text.n - 4 : 0, text.n));
    ok = ok && cursor_u32(&tail) == crc_of(str_sub(text, 0, text.n - 4));
    struct cursor c = cursor_of(ok ? str_sub(text, MAGIC.n, text.n - 4) : STR_NONE);
    if (!ok || !read_entries(out, &c, mounts))
        return ctx_fail(ctx, TIAN_EINDEX, path,
                        "the catalogue of sources is damaged; all files will be read again",
                        "来源目录已损坏；所有文件将重新读取");
    return 0;
}
