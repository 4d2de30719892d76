/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A segment is a folder, made once and never changed:
 *
 *   words/       a table of Xapian: posting lists (words.h)
 *   pairs        lists of letters and pairs (lists.c)
 *   clauses      lists of clause fingerprints (lists.c)
 *   columns      rows (columns.c)
 *
 * Document i is the i-th row and number i in the lists of words, pairs and clauses; a
 * document with no words at all still has its number everywhere. Joining n
 * segments therefore is the same in all four: append, adding to the numbers of
 * each what came before. Words take as long as the other three together, so two
 * threads do it; each has its own ctx and arena.
 *
 *   in[0] in[1] … ─┬─ thread 1: words
 *                  └─ thread 2: pairs, clauses, columns ──▶ to
 *
 * More than GROUP inputs are joined in two steps (or more), for each holds some
 * descriptors open.
 *
 * The lines of the manifest are one a file: CRC, size, name ("9ab31f00 81234 columns").
 */
#include "store/segment.h"

#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>

#include "base/deflate.h"
#include "base/file.h"

enum {
    GROUP = 100,
    CRC_PIECE = 256 * 1024
};

static const char *const list_names[LIST_SETS] = { "pairs", "clauses" };

/* ---- Writing ------------------------------------------------------------------ */

struct segment_writer {
    const char *folder;
    struct arena *arena;
    struct words_builder *words;
    struct list_builder *lists[LIST_SETS];
    struct column_writer *columns;
    uint32_t n;
};

int segment_create(struct ctx *ctx, struct arena *arena, const char *folder, struct segment_writer **out)
{
    struct segment_writer *w = *out = arena_new_of(arena, struct segment_writer);
    w->arena = arena_new(arena);
    w->folder = arena_cstr(w->arena, str_of(folder));
    w->words = words_builder_new(w->arena);
    w->columns = column_writer_new(w->arena);
    for (size_t i = 0; i < LIST_SETS; i++)
        w->lists[i] = list_builder_new(w->arena);
    return file_make_folder(ctx, folder);
}

void segment_put(struct segment_writer *w, const struct terms *terms)
{
    words_builder_put(w->words, terms->words, terms->nwords);
    list_builder_put(w->lists[LIST_PAIRS], w->n, terms->pairs.at, terms->pairs.n);
    list_builder_put(w->lists[LIST_CLAUSES], w->n, terms->clauses.at, terms->clauses.n);
    column_writer_put(w->columns, &terms->row);
    w->n++;
}

uint32_t segment_written(const struct segment_writer *w)
{
    return w->n;
}

int segment_close(struct ctx *ctx, struct segment_writer *w, const uint64_t *records)
{
    if (records != NULL)
        column_writer_replace(w->columns, COLUMN_RECORD, records);
    int code = words_builder_write(ctx, w->words, path_join(w->arena, w->folder, "words"));
    for (size_t i = 0; code == TIAN_OK && i < LIST_SETS; i++)
        code = list_builder_write(ctx, w->lists[i], path_join(w->arena, w->folder, list_names[i]), w->n);
    if (code == TIAN_OK)
        code = column_writer_write(ctx, w->columns, path_join(w->arena, w->folder, "columns"));
    arena_free(w->arena);
    return code;
}

/* ---- Joining ------------------------------------------------------------------ */

struct join {
    const char *const *folders;
    size_t n;
    const char *to;
    struct columns **columns; /* of each input */
    uint32_t *base, ndocs;
};

static const char **paths_of(struct arena *arena, const struct join *j, const char *name)
{
    const char **paths = arena_array(arena, const char *, j->n);
    for (size_t i = 0; i < j->n; i++)
        paths[i] = path_join(arena, j->folders[i], name);
    return paths;
}

static int join_words(struct ctx *ctx, const struct join *j)
{
    return words_merge(ctx, paths_of(ctx->arena, j, "words"), j->n, path_join(ctx->arena, j->to, "words"));
}

static int join_lists(struct ctx *ctx, const struct join *j, const char *name)
{
    const char **paths = paths_of(ctx->arena, j, name);
    struct lists **in = arena_array(ctx->arena, struct lists *, j->n);
    int code = TIAN_OK;
    for (size_t i = 0; code == TIAN_OK && i < j->n; i++)
        code = lists_open(ctx, ctx->arena, paths[i], &in[i]);
    return code ? code : lists_merge(ctx, in, j->base, j->n, j->ndocs, path_join(ctx->arena, j->to, name));
}

static int join_columns(struct ctx *ctx, const struct join *j)
{
    return columns_merge(ctx, j->columns, j->n, path_join(ctx->arena, j->to, "columns"));
}

static int join_rest(struct ctx *ctx, const struct join *j)
{
    int code = join_columns(ctx, j);
    for (size_t i = 0; code == TIAN_OK && i < LIST_SETS; i++)
        code = join_lists(ctx, j, list_names[i]);
    return code;
}

/* One of the two halves: all it needs is here, so that it may run in a thread of its own. */
struct half {
    int (*work)(struct ctx *, const struct join *);
    const struct join *join;
    struct ctx ctx;
    struct tian_error error;
    int code;
};

static int run_protected(void *self)
{
    struct half *h = self;
    h->ctx.arena = arena_new(NULL);
    return h->work(&h->ctx, h->join);
}

static void *run_half(void *self)
{
    struct half *h = self;
    h->ctx.error = &h->error;
    h->code = mem_protect(run_protected, h);
    arena_free(h->ctx.arena);
    return NULL;
}

static int report(struct ctx *ctx, const struct half *h)
{
    if (h->code == TIAN_OK)
        return TIAN_OK;
    const char *where = h->error.where[0] != '\0' ? h->error.where : NULL;
    return ctx_fail(ctx, h->code, where, "%s", "%s", h->error.message);
}

static int run_halves(struct ctx *ctx, const struct join *j, bool together)
{
    struct half words = { .work = join_words, .join = j }, rest = { .work = join_rest, .join = j };
    words.ctx.finishing = rest.ctx.finishing = ctx->finishing;
    pthread_t thread;
    if (together && pthread_create(&thread, NULL, run_half, &words) == 0) {
        run_half(&rest);
        pthread_join(thread, NULL);
    } else {
        run_half(&words);
        run_half(&rest);
    }
    int code = report(ctx, &words);
    return code ? code : report(ctx, &rest);
}

/* Join at most GROUP. */
static int join_group(struct ctx *ctx, const char *const *folders, size_t n, const char *to, unsigned jobs)
{
    struct arena *arena = arena_new(ctx->arena);
    struct join j = { .folders = folders, .n = n, .to = to };
    assert(n >= 2 && n <= GROUP);
    j.columns = arena_array(arena, struct columns *, n);
    j.base = arena_array(arena, uint32_t, n);
    int code = file_make_folder(ctx, to);
    for (size_t i = 0; code == TIAN_OK && i < n; i++) {
        code = columns_open(ctx, arena, path_join(arena, folders[i], "columns"), &j.columns[i]);
        j.base[i] = j.ndocs;
        j.ndocs += code == TIAN_OK ? columns_count(j.columns[i]) : 0;
    }
    if (code == TIAN_OK)
        code = run_halves(ctx, &j, jobs > 1);
    arena_free(arena);
    return code;
}

static int join_some(struct ctx *ctx, const char *const *folders, size_t n, const char *beside, unsigned jobs)
{
    int code = file_remove_tree(ctx, beside);
    return code ? code : segment_merge(ctx, folders, n, beside, jobs);
}

static int join_in_steps(struct ctx *ctx, const char *const *folders, size_t n, const char *to, unsigned jobs)
{
    struct arena *arena = arena_new(ctx->arena);
    size_t groups = (n + GROUP - 1) / GROUP, done = 0;
    if (groups > GROUP)
        groups = GROUP; /* of more than GROUP each, which are joined in steps themselves */
    const char **joined = arena_array(arena, const char *, groups);
    int code = TIAN_OK;
    for (size_t g = 0; code == TIAN_OK && g < groups; g++) {
        size_t here = (n - done) / (groups - g); /* at least two, for n is over GROUP */
        joined[g] = arena_printf(arena, "%s.join-%zu", to, g);
        code = join_some(ctx, folders + done, here, joined[g], jobs);
        done += here;
    }
    if (code == TIAN_OK)
        code = join_group(ctx, joined, groups, to, jobs);
    for (size_t g = 0; g < groups && joined[g] != NULL; g++)
        file_remove_tree(ctx, joined[g]);
    arena_free(arena);
    return code;
}

int segment_merge(struct ctx *ctx, const char *const *folders, size_t n, const char *to, unsigned jobs)
{
    assert(n > 0);
    if (n == 1)
        return file_rename(ctx, folders[0], to);
    return n <= GROUP ? join_group(ctx, folders, n, to, jobs) : join_in_steps(ctx, folders, n, to, jobs);
}

/* ---- Sealing and checking ------------------------------------------------------ */

struct seal {
    struct ctx *ctx;
    const char *folder;
    struct file_syncs *later;
    struct buf *lines;
};

/* Read in pieces: a map of the whole would count as memory of this process. */
static int file_crc(struct ctx *ctx, const char *path, uint32_t *crc)
{
    struct arena *arena = arena_new(ctx->arena);
    struct file_reader reader;
    char *piece = arena_alloc(arena, CRC_PIECE);
    size_t n = CRC_PIECE;
    *crc = crc_of(STR(""));
    int code = file_reader_open(ctx, arena, path, &reader);
    while (code == TIAN_OK && n == CRC_PIECE) {
        code = file_reader_read(ctx, &reader, piece, CRC_PIECE, &n);
        *crc = crc_more(*crc, (struct str){ piece, n });
    }
    arena_free(arena);
    return code;
}

static int seal_file(void *self, const char *path, const struct file_info *info)
{
    struct seal *s = self;
    uint32_t crc;
    if (info->kind != FILE_REGULAR)
        return ctx_fail(s->ctx, TIAN_EIO, path, "not a plain file", "不是普通文件");
    file_sync_later(s->later, path);
    int code = file_crc(s->ctx, path, &crc);
    if (code == TIAN_OK)
        buf_printf(s->lines, "%08" PRIx32 " %" PRIu64 " %s\n", crc, info->size, path + strlen(s->folder) + 1);
    return code;
}

int segment_seal(struct ctx *ctx, const char *folder, struct file_syncs *later, struct buf *lines)
{
    struct arena *arena = arena_new(ctx->arena);
    struct seal s = { ctx, folder, later, lines };
    int code = file_remove_tree(ctx, path_join(arena, folder, "words/flintlock")); /* of Xapian's writers */
    if (code == TIAN_OK)
        code = file_walk(ctx, folder, seal_file, &s);
    file_sync_later(later, path_join(arena, folder, "words"));
    file_sync_later(later, folder);
    arena_free(arena);
    return code;
}

struct sealed {
    struct str name;
    uint64_t size;
    uint32_t crc;
};

static bool read_line(struct str line, struct sealed *out)
{
    struct str crc, size;
    char hex[9] = "";
    out->name = str_split(str_split(line, ' ', &crc), ' ', &size);
    if (crc.n != 8 || !str_to_u64(size, &out->size) || out->name.n == 0)
        return false;
    memcpy(hex, crc.p, 8);
    return sscanf(hex, "%8" SCNx32, &out->crc) == 1;
}

static int check_file(struct ctx *ctx, const char *path, const struct sealed *want, bool full)
{
    struct file_info info;
    uint32_t crc;
    int code = file_stat(ctx, path, &info);
    if (code != TIAN_OK)
        return code;
    if (info.kind != FILE_REGULAR || info.size != want->size)
        return ctx_fail(ctx, TIAN_EINDEX, path, "the file is missing or has another size: run tian rebuild",
                        "文件缺失或大小不符：请运行 tian rebuild");
    code = full ? file_crc(ctx, path, &crc) : TIAN_OK;
    if (code != TIAN_OK || !full || crc == want->crc)
        return code;
    return ctx_fail(ctx, TIAN_EINDEX, path, "the file's checksum is wrong: run tian rebuild",
                    "文件校验和不符：请运行 tian rebuild");
}

int segment_check(struct ctx *ctx, const char *folder, struct str lines, bool full)
{
    struct arena *arena = arena_new(ctx->arena);
    struct str line;
    int code = TIAN_OK;
    while (code == TIAN_OK && str_line(&lines, &line)) {
        struct sealed want;
        if (read_line(line, &want))
            code = check_file(ctx, path_join(arena, folder, arena_cstr(arena, want.name)), &want, full);
        else
            code =
                ctx_fail(ctx, TIAN_EINDEX, folder, "the manifest names a file in a way that cannot be read",
                         "清单中的文件行无法读取");
    }
    arena_free(arena);
    return code;
}

/* ---- Reading -------------------------------------------------------------------- */

static void release(void *arg)
{
    struct segment *segment = arg;
    if (--segment->references == 0)
        arena_free(segment->arena);
}

const struct segment *segment_hold(struct arena *holder, const struct segment *segment)
{
    struct segment *held = (struct segment *)segment; /* the count is no part of what is immutable */
    arena_prepare(holder);
    held->references++;
    arena_defer(holder, release, held);
    return segment;
}

static int read_lengths(struct ctx *ctx, struct segment *s)
{
    uint32_t *length = arena_array(s->arena, uint32_t, s->count);
    for (uint32_t doc = 0; doc < s->count; doc++)
        length[doc] = (uint32_t)columns_number(s->columns, COLUMN_LENGTH, doc);
    s->length = length;
    return words_lengths(ctx, path_join(s->arena, s->folder, "words"), length, s->count, &s->is_old);
}

static int open_files(struct ctx *ctx, struct segment *s)
{
    int code = columns_open(ctx, s->arena, path_join(s->arena, s->folder, "columns"), &s->columns);
    for (size_t i = 0; code == TIAN_OK && i < LIST_SETS; i++)
        code = lists_open(ctx, s->arena, path_join(s->arena, s->folder, list_names[i]), &s->lists[i]);
    s->count = code == TIAN_OK ? columns_count(s->columns) : 0;
    for (size_t i = 0; code == TIAN_OK && i < LIST_SETS; i++)
        if (lists_documents(s->lists[i]) != s->count)
            code = ctx_fail(ctx, TIAN_EINDEX, s->folder, "the files of a segment do not belong together",
                            "索引段中的文件不一致");
    return code == TIAN_OK ? read_lengths(ctx, s) : code;
}

int segment_open(struct ctx *ctx, struct arena *holder, const char *folder, struct segment **out)
{
    arena_prepare(holder);
    struct arena *arena = arena_new(NULL);
    struct segment *segment = *out = arena_new_of(arena, struct segment);
    segment->arena = arena;
    segment->references = 1;
    arena_defer(holder, release, segment);
    segment->folder = arena_cstr(arena, str_of(folder));
    return open_files(ctx, segment);
}

uint64_t segment_text_bytes(const struct segment *segment)
{
    struct segment *s = (struct segment *)segment; /* what is remembered is no part of what is immutable */
    uint64_t bytes = s->text_bytes;
    for (uint32_t doc = 0; s->text_bytes == 0 && doc < s->count; doc++)
        bytes += columns_number(s->columns, COLUMN_SIZE, doc);
    s->text_bytes = bytes;
    return bytes;
}
