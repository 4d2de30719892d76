/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Backups: exactly what one manifest names, while others go on writing.
 *
 *   records/    up to the place the manifest knows      only what is new is written
 *   segments/   and dead lists: immutable               skipped when there already
 *   sources-G, themes.conf, decisions, watches (when there are any)
 *   manifest    last, by a durable rename               until then the backup before is whole
 *
 * All files are mapped before the first byte is written: a writer may remove them
 * meanwhile, the maps stay. If one is gone before it could be mapped, all starts
 * again with the newer manifest. A backup is an index: it can be opened, searched
 * and verified where it lies. A stream is a ustar archive of the same files in
 * the same order, below tian-index/.
 */
#include "store/commit.h"

#include <stdio.h>
#include <string.h>

enum {
    TRIES = 8,
    TAR_BLOCK = 512
};

struct entry {
    const char *name; /* below the index */
    struct str bytes;
};

struct backup {
    struct ctx *ctx;
    struct arena *arena;
    const struct store *store;
    const struct snapshot *s;
    vec_of(struct entry) entries;
    struct backup_summary *summary;
};

/* ---- What belongs to it --------------------------------------------------------------- */

static int add_file(struct backup *b, const char *name)
{
    struct entry e = { .name = name };
    int rc = file_map(b->ctx, b->arena, path_join(b->arena, b->store->path, name), &e.bytes);
    if (!rc)
        vec_push(&b->entries, e);
    return rc;
}

static int add_records(struct backup *b)
{
    const struct manifest *m = &b->s->manifest;
    for (unsigned file = m->log; file <= record_file(m->records); file++) {
        struct entry e = { .name = record_log_name(b->arena, "records", file),
                           .bytes = record_files_map(b->s->records, file) };
        if (file == record_file(m->records) && record_offset(m->records) < e.bytes.n)
            e.bytes.n = record_offset(m->records);
        if (e.bytes.n)
            vec_push(&b->entries, e);
    }
    return 0;
}

static int damaged(struct backup *b, const char *name)
{
    return ctx_fail(b->ctx, TIAN_EINDEX, name, "damaged, so no backup was made: run tian rebuild first",
                    "文件已损坏，未做备份：请先运行 tian rebuild");
}

/* A backup must not make damage last: each file is compared with its line in the manifest. */
static int add_segment(struct backup *b, size_t i)
{
    const struct manifest_segment *m = &b->s->manifest.segments.at[i];
    const char *folder = segment_path(b->arena, "", m->number) + 1;
    struct str lines = m->files, line, crc, size;
    int rc = 0;
    while (!rc && str_line(&lines, &line)) {
        struct str name = str_split(str_split(line, ' ', &crc), ' ', &size);
        char hex[9];
        rc = add_file(b, path_join(b->arena, folder, arena_cstr(b->arena, name)));
        if (rc)
            break;
        const struct entry *e = &b->entries.at[b->entries.n - 1];
        snprintf(hex, sizeof hex, "%08x", (unsigned)crc_of(e->bytes));
        if (!str_eq(str_of(hex), crc))
            rc = damaged(b, e->name);
    }
    if (!rc && m->dead_generation)
        rc = add_file(b, dead_path(b->arena, "", m->number, m->dead_generation) + 1);
    return rc;
}

static int add_manifest(struct backup *b)
{
    struct buf text;
    buf_init(&text, b->arena);
    manifest_text(&b->s->manifest, &text);
    vec_push(&b->entries, (struct entry){ "manifest", buf_view(&text) });
    return 0;
}

/* What is kept beside the manifest, and cannot be made again. Decisions are only ever added to: a line cut
 * off at the end was not acknowledged, and is passed over. */
static const char *const beside[] = { "themes.conf", "decisions", "watches" };

static int is_there(struct ctx *ctx, const char *folder, const char *name, bool *there)
{
    struct file_info info;
    int rc = file_stat(ctx, path_join(ctx->arena, folder, name), &info);
    *there = !rc && info.kind == FILE_REGULAR;
    return rc;
}

static int add_beside(struct backup *b, const char *name)
{
    bool there;
    int rc = is_there(b->ctx, b->store->path, name, &there);
    return rc || !there ? rc : add_file(b, name);
}

/* Of an earlier backup: what the index has no longer. */
static int remove_beside(struct ctx *ctx, const struct store *store, const char *folder)
{
    int rc = 0;
    for (size_t i = 0; !rc && i < sizeof beside / sizeof *beside; i++) {
        bool there;
        rc = is_there(ctx, store->path, beside[i], &there);
        if (!rc && !there)
            rc = file_remove_tree(ctx, path_join(ctx->arena, folder, beside[i]));
    }
    return rc;
}

static int collect(struct backup *b)
{
    vec_init(&b->entries, b->arena);
    int rc = add_records(b);
    for (size_t i = 0; !rc && i < b->s->nsegments; i++)
        rc = add_segment(b, i);
    if (!rc && b->s->manifest.sources)
        rc = add_file(b, sources_path(b->arena, "", b->s->manifest.sources) + 1);
    for (size_t i = 0; !rc && i < sizeof beside / sizeof *beside; i++)
        rc = add_beside(b, beside[i]);
    return rc ? rc : add_manifest(b);
}

/* Collect from the newest manifest; again when a writer was faster. */
static int begin(struct ctx *ctx, struct store *store, struct backup *b)
{
    int rc = 0;
    for (int i = 0; i < TRIES; i++) {
        struct snapshot *s;
        uint64_t now;
        struct tian_error error = { 0 };
        struct ctx inner = { .arena = arena_new(ctx->arena), .error = &error };
        b->arena = inner.arena;
        rc = store_snapshot(&inner, store, &s);
        b->s = s;
        struct ctx outer = { .arena = inner.arena, .error = &error };
        b->ctx = &outer;
        if (!rc)
            rc = collect(b);
        b->ctx = ctx;
        if (!rc)
            return 0;
        bool moved = s && (!manifest_generation(&inner, store->path, &now) || now != s->manifest.generation);
        arena_free(inner.arena);
        if (!moved)
            return ctx_fail(ctx, rc, error.where, "%s", "%s", error.message);
    }
    return ctx_fail(ctx, TIAN_EAGAIN, store->path, "the index changes too fast to be copied; try again",
                    "索引变动过于频繁，请稍后再试");
}

/* ---- To a folder ------------------------------------------------------------------------ */

static int append_rest(struct backup *b, const char *path, struct str bytes, size_t there)
{
    struct file_tail tail;
    struct arena *scratch = arena_new(b->arena);
    int rc = file_tail_open(b->ctx, scratch, path, &tail);
    if (!rc)
        rc = file_tail_append(b->ctx, &tail, str_sub(bytes, there, bytes.n));
    if (!rc)
        rc = file_tail_sync(b->ctx, &tail);
    arena_free(scratch);
    return rc;
}

/* What is there already is compared, not trusted. */
static int put_file(struct backup *b, const char *path, const struct entry *e)
{
    struct file_info info;
    struct str there = STR_NONE;
    struct arena *scratch = arena_new(b->arena);
    int rc = file_stat(b->ctx, path, &info);
    if (!rc && info.kind == FILE_REGULAR)
        rc = file_map(b->ctx, scratch, path, &there);
    bool same = there.n && there.n <= e->bytes.n && memcmp(there.p, e->bytes.p, there.n) == 0;
    size_t kept = same ? there.n : 0;
    bool grows = str_starts(str_of(e->name), STR("records/"));
    arena_free(scratch);
    if (rc || (same && kept == e->bytes.n))
        return rc;
    b->summary->written += e->bytes.n - (grows ? kept : 0);
    return grows && kept ? append_rest(b, path, e->bytes, kept) : file_replace(b->ctx, path, e->bytes);
}

static int put_entry(struct backup *b, const char *folder, const struct entry *e)
{
    char *path = path_join(b->arena, folder, e->name);
    char *above = arena_cstr(b->arena, str_sub(str_of(path), 0, (size_t)(path_base(path) - path) - 1));
    int rc = file_make_folder(b->ctx, above);
    if (!rc)
        rc = put_file(b, path, e);
    b->summary->files++;
    b->summary->bytes += e->bytes.n;
    return rc ? rc : ctx_check(b->ctx);
}

/* Names that a backup, perhaps one that was killed, leaves in its folder. */
static bool is_ours(const char *name)
{
    static const char *const names[] = { "records",     "segments",  "lock",   "reserve",
                                         "themes.conf", "decisions", "watches" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return str_starts(str_of(name), STR("sources-")) || str_ends(str_of(name), STR(".new"));
}

/* Not into a folder of something else. */
static int check_target(struct ctx *ctx, const char *folder)
{
    struct file_info info;
    char **names;
    size_t n;
    int rc = file_stat(ctx, manifest_path(ctx->arena, folder), &info);
    if (rc || info.kind == FILE_REGULAR)
        return rc;
    rc = file_list(ctx, ctx->arena, folder, &names, &n);
    for (size_t i = 0; !rc && i < n; i++)
        if (!is_ours(names[i]))
            rc = ctx_fail(ctx, TIAN_EUSAGE, folder,
                          "the folder holds other things (%s); name an empty or a new one",
                          "文件夹中有其他内容（%s），请指定空文件夹或新文件夹", names[i]);
    return rc;
}

int store_backup(struct ctx *ctx, struct store *store, const char *folder, struct backup_summary *summary)
{
    struct backup b = { .ctx = ctx, .store = store, .summary = summary };
    *summary = (struct backup_summary){ 0 };
    int rc = file_make_folder(ctx, folder);
    if (!rc)
        rc = check_target(ctx, folder);
    if (!rc)
        rc = file_lock(ctx, ctx->arena, path_join(ctx->arena, folder, "lock"), 0);
    if (!rc)
        rc = file_make_folder(ctx, path_join(ctx->arena, folder, "segments"));
    if (!rc)
        rc = begin(ctx, store, &b);
    for (size_t i = 0; !rc && i < b.entries.n; i++)
        rc = put_entry(&b, folder, &b.entries.at[i]);
    if (!rc)
        rc = remove_beside(ctx, store, folder);
    if (!rc)
        manifest_sweep(ctx, folder, &b.s->manifest);
    return rc;
}

/* ---- To a stream --------------------------------------------------------------------------- */

/* A ustar header: fields of text, numbers in octal, the sum of its bytes. */
static void tar_header(char block[TAR_BLOCK], const struct entry *e)
{
    unsigned sum = 0;
    memset(block, 0, TAR_BLOCK);
    snprintf(block, 100, "tian-index/%s", e->name);
    memcpy(block + 100,
           "0000644\0"
           "0000000\0"
           "0000000",
           24);
    snprintf(block + 124, 12, "%011llo", (unsigned long long)e->bytes.n);
    memcpy(block + 136, "00000000000", 12);
    memset(block + 148, ' ', 8);
    block[156] = '0';
    memcpy(block + 257,
           "ustar\0"
           "00",
           8);
    for (size_t i = 0; i < TAR_BLOCK; i++)
        sum += (unsigned char)block[i];
    snprintf(block + 148, 8, "%06o", sum);
}

struct stream {
    struct ctx *ctx;
    backup_write *write;
    void *self;
};

static int put_bytes(const struct stream *out, struct str bytes)
{
    if (bytes.n == 0 || out->write(out->self, bytes.p, bytes.n) == 0)
        return ctx_check(out->ctx);
    return ctx_fail(out->ctx, TIAN_EIO, NULL, "the backup could not be written", "无法写出备份");
}

static int put_in_tar(const struct stream *out, const struct entry *e)
{
    char block[TAR_BLOCK];
    if (e->bytes.n >> 33)
        return ctx_fail(out->ctx, TIAN_ELIMIT, e->name, "over 8 GB: back up to a folder",
                        "超过 8 GB：请备份到文件夹");
    tar_header(block, e);
    int rc = put_bytes(out, (struct str){ block, TAR_BLOCK });
    if (!rc)
        rc = put_bytes(out, e->bytes);
    memset(block, 0, TAR_BLOCK);
    return rc ? rc : put_bytes(out, (struct str){ block, (TAR_BLOCK - e->bytes.n % TAR_BLOCK) % TAR_BLOCK });
}

int store_backup_stream(struct ctx *ctx, struct store *store, backup_write *write, void *self,
                        struct backup_summary *summary)
{
    static const char end[2 * TAR_BLOCK];
    struct backup b = { .ctx = ctx, .store = store, .summary = summary };
    struct stream out = { ctx, write, self };
    *summary = (struct backup_summary){ 0 };
    int rc = begin(ctx, store, &b);
    for (size_t i = 0; !rc && i < b.entries.n; i++) {
        rc = put_in_tar(&out, &b.entries.at[i]);
        summary->files++;
        summary->bytes += b.entries.at[i].bytes.n;
    }
    summary->written = summary->bytes;
    return rc ? rc : put_bytes(&out, (struct str){ end, sizeof end });
}
