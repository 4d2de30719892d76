/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What there is to read. A file is known by its canonical path; it is unchanged
 * when size and time are those of the catalogue, or size and content are. A new
 * file with the content of one that is no longer where the catalogue has it was
 * moved: it keeps that one's ids.
 *
 * Gone is what a walk of its folder did not meet, also when it was the last one in
 * there. Not gone is what lies in a folder that cannot be opened just now, or on a
 * file system that is not mounted: where that was mounted is in the catalogue.
 *
 * Ids. A document's id must be short enough to type, and the same next time: it
 * is the path from the folder that was named on the command line, without the
 * extension ("proposals/2023/0012"). A file keeps the id base it first got, from
 * wherever it is named later. When another file has that base already, the new
 * one gets six digits of its path's hash behind it.
 */
#include "store/intake.h"

#include "base/stream.h"
#include "extract/extract.h"

#include <assert.h>
#include <stdio.h>

struct walk {
    struct ctx *ctx;
    struct intake *intake;
    const struct sources *sources;
    bool again;
    size_t root;       /* bytes of a canonical path in front of the part that makes the id */
    struct str folder; /* the last one asked about, and where its file system is mounted */
    size_t mount;
};

/* A dot further than 6 from the end is part of the name. ".jsonl.gz" goes whole. */
struct str intake_without_extension(struct str name)
{
    static const struct str packers[] = { { ".gz", 3 }, { ".xz", 3 }, { ".bz2", 4 } };
    for (size_t i = 0; i < sizeof packers / sizeof *packers; i++)
        if (str_ends(name, packers[i]))
            name.n -= packers[i].n;
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
    struct str base = intake_without_extension(str_sub(path, w->root, path.n));
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

/* ---- Content ------------------------------------------------------------------------ */

static uint64_t hash_of_lines(struct ctx *ctx, const char *path)
{
    struct line_stream *stream;
    struct arena *piece = arena_new(ctx->arena);
    struct str text = STR_NONE;
    uint64_t line;
    int rc = line_stream_open(ctx, ctx->arena, path, &stream);
    while (!rc) {
        arena_reset(piece);
        rc = line_stream_next(ctx, stream, piece, JOB_BYTES, &text, &line);
        if (!rc && text.n == 0)
            return line_stream_hash(stream);
    }
    return 0;
}

/* The hash an import of this file would put into the catalogue; 0 when it cannot be read. */
static uint64_t hash_of_file(struct ctx *ctx, const struct item *item)
{
    struct arena *scratch = arena_new(ctx->arena);
    struct ctx quiet = { .arena = scratch, .deadline = ctx->deadline };
    struct str bytes;
    uint64_t hash = 0;
    if (item->json_lines)
        hash = hash_of_lines(&quiet, item->path.p);
    else if (file_read(&quiet, scratch, item->path.p, 0, &bytes) == 0)
        hash = hash_str(bytes);
    arena_free(scratch);
    return hash;
}

struct sized { /* sources of one size */
    vec_of(const struct source *) at;
};

static struct str size_key(const uint64_t *size)
{
    return (struct str){ (const char *)size, sizeof *size };
}

static struct map *sizes_of(struct arena *arena, const struct sources *sources)
{
    struct map *map = map_new(arena);
    for (size_t i = 0; i < sources->by_path->n; i++) {
        const struct source *s = sources->by_path->entries[i].value;
        void **place = s ? map_at(map, size_key(&s->size)) : NULL;
        if (!place)
            continue;
        if (!*place) {
            struct sized *sized = arena_new_of(arena, struct sized);
            vec_init(&sized->at, arena);
            *place = sized;
        }
        struct sized *sized = *place;
        vec_push(&sized->at, s);
    }
    return map;
}

static bool is_gone(struct ctx *ctx, struct str path)
{
    struct file_info info;
    struct ctx quiet = { .arena = ctx->arena };
    return file_stat(&quiet, path.p, &info) == 0 && info.kind == FILE_NONE;
}

/* The source that this new file was before it was moved, or NULL. */
static const struct source *moved_from(struct walk *w, struct item *item)
{
    struct intake *in = w->intake;
    if (item->size == 0 || w->sources->by_path->n == 0)
        return NULL;
    if (!in->by_size)
        in->by_size = sizes_of(in->arena, w->sources);
    const struct sized *sized = map_get(in->by_size, size_key(&item->size));
    uint64_t hash = 0;
    for (size_t i = 0; sized && i < sized->at.n; i++) {
        const struct source *s = sized->at.at[i];
        if (s->hash == 0 || map_has(in->seen, s->path) || map_has(in->bases, s->id_base) ||
            !is_gone(w->ctx, s->path))
            continue;
        hash = hash ? hash : hash_of_file(w->ctx, item);
        if (hash == s->hash)
            return s;
    }
    return NULL;
}

/* ---- Items --------------------------------------------------------------------------- */

static struct item *add_item(struct walk *w, struct str path)
{
    struct item *item = arena_new_of(w->intake->arena, struct item);
    item->path = path;
    vec_push(&w->intake->items, item);
    *map_at(w->intake->seen, path) = item;
    return item;
}

static struct item *item_named(struct walk *w, const char *path, enum item_state state, const char *problem)
{
    struct str name = arena_str(w->intake->arena, str_of(path));
    struct item *item = map_get(w->intake->seen, name);
    if (!item)
        item = add_item(w, name);
    item->state = state;
    item->problem = problem;
    return item;
}

static int fail_item(struct walk *w, const char *path, const char *problem)
{
    item_named(w, path, ITEM_FAILED, problem)->code = TIAN_EIO;
    return 0;
}

/* What is no file is named in the log, and no failure: unless it was named by hand. */
static int skip_item(struct walk *w, const char *path, enum file_kind kind)
{
    const char *link =
        say("a link to a folder, to nothing, or to a file of another than who made it: not followed",
            "链接指向文件夹、无效位置或他人的文件，未读取");
    const char *other =
        say("not a file (a pipe, a socket, a device)", "不是文件（管道、套接字或设备），未读取");
    item_named(w, path, ITEM_SKIPPED, kind == FILE_LINK ? link : other);
    return 0;
}

/* ---- Where it is mounted ---------------------------------------------------------------- */

static size_t mount_of_folder(struct arena *arena, struct str folder)
{
    char *path = arena_cstr(arena, folder);
    for (size_t n = folder.n; n > 1; n--)
        if (n == folder.n || path[n] == '/') {
            path[n] = '\0';
            if (file_is_mount(path))
                return n;
        }
    return 0;
}

static size_t mount_of(struct walk *w, struct str path)
{
    struct str folder = str_sub(path, 0, (size_t)(path_base(path.p) - path.p));
    folder.n -= folder.n > 1;
    if (!str_eq(folder, w->folder)) {
        w->mount = mount_of_folder(w->intake->arena, folder);
        w->folder = folder;
    }
    return w->mount;
}

static bool is_unmounted(struct intake *in, const struct source *s)
{
    struct str folder = arena_str(in->arena, str_sub(s->path, 0, s->mount));
    if (s->mount == 0 || file_is_mount(folder.p))
        return false;
    void **files = map_at(in->unmounted, folder);
    *files = (void *)((uintptr_t)*files + 1);
    return true;
}

/* ---- Meeting files -------------------------------------------------------------------- */

/* Is this the file the catalogue knows? Its state, id base and kind. */
static void compare_with_catalogue(struct walk *w, struct item *item)
{
    const struct source *known = sources_find(w->sources, item->path);
    bool sized = known && known->size == item->size && !w->again;
    if (sized && known->mtime_ns == item->mtime_ns) {
        item->state = ITEM_UNCHANGED;
        item->id_base = known->id_base;
        return;
    }
    item->json_lines = looks_like_json_lines(w->ctx, item->path);
    item->touched = sized && known->hash && hash_of_file(w->ctx, item) == known->hash;
    const struct source *before = known ? known : moved_from(w, item);
    item->state = item->touched ? ITEM_UNCHANGED : before ? ITEM_CHANGED : ITEM_NEW;
    item->id_base = before ? before->id_base : choose_base(w, item->path);
    if (item->touched) {
        assert(known);
        item->hash = known->hash;
        item->account.documents = known->documents;
    }
    if (before && !known)
        item->moved_from = arena_str(w->intake->arena, before->path);
}

static int meet(void *self, const char *path, const struct file_info *info)
{
    struct walk *w = self;
    if (info->kind == FILE_LINK || info->kind == FILE_OTHER)
        return skip_item(w, path, info->kind);
    const char *real = info->kind == FILE_REGULAR ? file_canonical(w->intake->arena, path) : NULL;
    if (!real)
        return fail_item(w, path, say("it cannot be opened", "无法打开"));
    struct str name = str_of(real);
    if (map_get(w->intake->seen, name))
        return 0;
    if (w->root > name.n)
        w->root = (size_t)(path_base(real) - real);
    struct item *item = add_item(w, name);
    item->size = info->size;
    item->mtime_ns = info->mtime_ns;
    item->mount = mount_of(w, name);
    compare_with_catalogue(w, item);
    *map_at(w->intake->bases, item->id_base) = item;
    if (item->state != ITEM_UNCHANGED)
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
    if (info.kind == FILE_OTHER)
        return fail_item(w, path, say("neither a file nor a folder", "既不是文件也不是文件夹"));
    rc = info.kind == FILE_FOLDER ? file_walk(w->ctx, real, meet, w) : meet(w, real, &info);
    if (!rc && info.kind == FILE_FOLDER)
        vec_push(&w->intake->folders, str_of(real));
    return rc;
}

int intake_walk(struct ctx *ctx, struct arena *arena, const char *const *paths, size_t n,
                const struct sources *sources, bool again, struct intake *out)
{
    struct walk w = { .ctx = ctx, .intake = out, .sources = sources, .again = again };
    int rc = 0;
    *out = (struct intake){
        .arena = arena, .seen = map_new(arena), .bases = map_new(arena), .unmounted = map_new(arena)
    };
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

/* In a folder that was walked, and not in one that could not be opened just now. */
static bool must_be_here(const struct intake *in, struct str path)
{
    bool walked = false;
    for (size_t i = 0; !walked && i < in->folders.n; i++)
        walked = lies_in(path, in->folders.at[i]);
    for (size_t i = 0; walked && i < in->items.n; i++)
        if (in->items.at[i]->state == ITEM_FAILED && lies_in(path, in->items.at[i]->path))
            return false;
    return walked;
}

size_t intake_gone(struct intake *in, const struct sources *sources, struct arena *arena,
                   struct source ***gone)
{
    vec_of(struct source *) found;
    vec_init(&found, arena);
    for (size_t i = 0; i < sources->by_path->n; i++) {
        struct source *s = sources->by_path->entries[i].value;
        if (s && !map_get(in->seen, s->path) && must_be_here(in, s->path) && !is_unmounted(in, s))
            vec_push(&found, s);
    }
    *gone = found.at;
    return found.n;
}
