/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What there is to read. A file is known by its canonical path; it is unchanged
 * when size and time are those of the catalogue.
 *
 * Ids. A document's id must be short enough to type, and the same next time: it
 * is the path from the folder that was named on the command line, without the
 * extension ("proposals/2023/0012"). A file keeps the id base it first got, from
 * wherever it is named later. When another file has that base already, the new
 * one gets six digits of its path's hash behind it.
 */
#include "store/intake.h"

#include "extract/extract.h"

#include <stdio.h>

struct walk {
    struct ctx *ctx;
    struct intake *intake;
    const struct sources *sources;
    bool again;
    size_t root; /* bytes of a canonical path in front of the part that makes the id */
    size_t met;
};

/* "a/b.txt" → "a/b"; a dot further than 6 from the end is part of the name. ".jsonl.gz" goes whole. */
static struct str without_extension(struct str name)
{
    if (str_ends(name, STR(".gz")))
        name.n -= 3;
    for (size_t i = name.n; i-- > 1 && name.n - i <= 6 && name.p[i] != '/';)
        if (name.p[i] == '.' && name.p[i - 1] != '/')
            return str_sub(name, 0, i);
    return name;
}

static bool base_taken(const struct walk *w, struct str base, struct str path)
{
    const struct source *other = map_get(w->sources->by_base, base);
    return map_has(w->intake->bases, base) || (other && !str_eq(other->path, path));
}

static struct str choose_base(const struct walk *w, struct str path)
{
    struct arena *arena = w->intake->arena;
    struct str base = without_extension(str_sub(path, w->root, path.n));
    if (!base_taken(w, base, path))
        return base;
    return str_of(arena_printf(arena, "%.*s~%06x", STR_ARG(base), (unsigned)(hash_str(path) & 0xFFFFFF)));
}

static bool looks_like_json_lines(struct ctx *ctx, struct str path)
{
    struct arena *scratch = arena_new(ctx->arena);
    struct ctx quiet = { .arena = scratch };
    struct file_reader reader;
    char head[4096] = { 0 };
    size_t got = 0;
    if (!file_reader_open(&quiet, scratch, path.p, &reader))
        (void)file_reader_read(&quiet, &reader, head, sizeof head, &got);
    arena_free(scratch);
    return extract_is_json_lines(path.p, (struct str){ head, got });
}

static struct item *add_item(struct walk *w, struct str path)
{
    struct item *item = arena_new_of(w->intake->arena, struct item);
    item->path = path;
    vec_push(&w->intake->items, item);
    *map_at(w->intake->seen, path) = item;
    return item;
}

static int fail_item(struct walk *w, const char *path, const char *problem)
{
    struct str name = arena_str(w->intake->arena, str_of(path));
    struct item *item = map_get(w->intake->seen, name);
    if (!item)
        item = add_item(w, name);
    item->state = ITEM_FAILED;
    item->code = TIAN_EIO;
    item->problem = problem;
    return 0;
}

static int meet(void *self, const char *path, const struct file_info *info)
{
    struct walk *w = self;
    const char *real = info->kind == FILE_REGULAR ? file_canonical(w->intake->arena, path) : NULL;
    if (!real)
        return fail_item(w, path,
                         info->kind == FILE_NONE ? say("it cannot be opened", "无法打开")
                                                 : say("not a file", "不是普通文件"));
    struct str name = str_of(real);
    w->met++;
    if (map_get(w->intake->seen, name))
        return 0;
    const struct source *known = sources_find(w->sources, name);
    if (w->root > name.n)
        w->root = (size_t)(path_base(real) - real);
    struct str base = known ? known->id_base : choose_base(w, name);
    struct item *item = add_item(w, name);
    item->id_base = base;
    *map_at(w->intake->bases, base) = item;
    item->size = info->size;
    item->mtime_ns = info->mtime_ns;
    bool same = known && known->size == info->size && known->mtime_ns == info->mtime_ns;
    item->state = same && !w->again ? ITEM_UNCHANGED : known ? ITEM_CHANGED : ITEM_NEW;
    if (item->state == ITEM_UNCHANGED)
        return ctx_check(w->ctx);
    item->json_lines = looks_like_json_lines(w->ctx, name);
    w->intake->bytes += item->size;
    return ctx_check(w->ctx);
}

static int walk_path(struct walk *w, const char *path)
{
    struct file_info info;
    const char *real = file_canonical(w->intake->arena, path);
    if (!real)
        return fail_item(w, path, say("there is no such file or folder", "没有这个文件或文件夹"));
    int rc = file_stat(w->ctx, real, &info);
    if (rc)
        return rc;
    w->root = (size_t)(path_base(real) - real);
    w->met = 0;
    rc = info.kind == FILE_FOLDER ? file_walk(w->ctx, real, meet, w) : meet(w, real, &info);
    if (!rc && info.kind == FILE_FOLDER && w->met)
        vec_push(&w->intake->folders, str_of(real));
    return rc;
}

int intake_walk(struct ctx *ctx, struct arena *arena, const char *const *paths, size_t n,
                const struct sources *sources, bool again, struct intake *out)
{
    struct walk w = { .ctx = ctx, .intake = out, .sources = sources, .again = again };
    int rc = 0;
    *out = (struct intake){ .arena = arena, .seen = map_new(arena), .bases = map_new(arena) };
    vec_init(&out->items, arena);
    vec_init(&out->folders, arena);
    for (size_t i = 0; !rc && i < n; i++)
        rc = walk_path(&w, paths[i]);
    return rc;
}

static bool lies_in(struct str path, struct str folder)
{
    return path.n > folder.n && str_starts(path, folder) && path.p[folder.n] == '/';
}

size_t intake_gone(const struct intake *in, const struct sources *sources, struct arena *arena,
                   struct source ***gone)
{
    vec_of(struct source *) found;
    vec_init(&found, arena);
    for (size_t i = 0; i < sources->by_path->n; i++) {
        struct source *s = sources->by_path->entries[i].value;
        for (size_t f = 0; s && f < in->folders.n; f++)
            if (lies_in(s->path, in->folders.at[f]) && !map_get(in->seen, s->path)) {
                vec_push(&found, s);
                break;
            }
    }
    *gone = found.at;
    return found.n;
}
