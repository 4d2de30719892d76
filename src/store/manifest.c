/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The manifest: a text file of lines, the last of which is the CRC of all before.
 *
 *   tian-manifest 1
 *   features words2 pairs clauses columns lengths portable
 *   generation 12
 *   log 1                      the first file of the log (left out when it is 1)
 *   records 1 5873211          file and offset up to which the log is in the segments
 *   schema 5ad3c21f00e1b2a4
 *   next-segment 14
 *   sources 12
 *   segment 13 10000           number, documents
 *   dead 12 3                  generation of the dead list, how many
 *   file columns 81234 9ab31f00
 *   end 0a1b2c3d
 *
 * A line that starts with a word not known here is an error: a newer tian has
 * written it, and guessing would be worse than saying so.
 */
#include "store/manifest.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    MANIFEST_VERSION = 1
};

/* What a reader must know, the newest line first: it is written, all are read. lengths, portable: columns
 * have one more each; words2: words are coded by us (words.h). Segments from before go on being read. */
static const char *const FEATURES[] = { "words2 pairs clauses columns lengths portable",
                                        "words pairs clauses columns lengths portable",
                                        "words pairs clauses columns lengths",
                                        "words pairs clauses columns" };

void manifest_init(struct manifest *m, struct arena *arena)
{
    *m = (struct manifest){ .next_segment = 1, .log = 1, .records = record_place(1, 0) };
    vec_init(&m->segments, arena);
}

/* ---- Paths ------------------------------------------------------------------------- */

char *manifest_path(struct arena *arena, const char *index)
{
    return path_join(arena, index, "manifest");
}

char *segment_path(struct arena *arena, const char *index, unsigned number)
{
    return arena_printf(arena, "%s/segments/%06u", index, number);
}

char *dead_path(struct arena *arena, const char *index, unsigned number, uint64_t generation)
{
    return arena_printf(arena, "%s/segments/%06u.dead-%" PRIu64, index, number, generation);
}

char *sources_path(struct arena *arena, const char *index, uint64_t generation)
{
    return arena_printf(arena, "%s/sources-%" PRIu64, index, generation);
}

/* ---- Writing -------------------------------------------------------------------------- */

static void write_segment(struct buf *out, const struct manifest_segment *s)
{
    buf_printf(out, "segment %u %" PRIu32 "\n", s->number, s->count);
    if (s->dead_generation)
        buf_printf(out, "dead %" PRIu64 " %" PRIu32 "\n", s->dead_generation, s->dead);
    struct str rest = s->files, line;
    while (str_line(&rest, &line))
        buf_printf(out, "file %.*s\n", STR_ARG(line));
}

void manifest_text(const struct manifest *m, struct buf *out)
{
    buf_printf(out, "tian-manifest %d\nfeatures %s\n", MANIFEST_VERSION, FEATURES[0]);
    buf_printf(out, "generation %" PRIu64 "\n", m->generation);
    if (m->log > 1)
        buf_printf(out, "log %u\n", m->log);
    buf_printf(out, "records %u %" PRIu64 "\n", record_file(m->records), record_offset(m->records));
    buf_printf(out, "schema %016" PRIx64 "\n", m->schema);
    buf_printf(out, "next-segment %u\nsources %" PRIu64 "\n", m->next_segment, m->sources);
    for (size_t i = 0; i < m->segments.n; i++)
        write_segment(out, &m->segments.at[i]);
    buf_printf(out, "end %08" PRIx32 "\n", crc_of(buf_view(out)));
}

int manifest_write(struct ctx *ctx, const char *index, const struct manifest *m)
{
    struct arena *arena = arena_new(ctx->arena);
    struct buf out;
    buf_init(&out, arena);
    manifest_text(m, &out);
    int rc = file_replace(ctx, manifest_path(arena, index), buf_view(&out));
    arena_free(arena);
    return rc;
}

/* ---- Reading --------------------------------------------------------------------------- */

struct manifest_reader {
    struct manifest *m;
    struct arena *arena;
    struct buf files; /* lines of the segment being read */
};

static bool two_numbers(struct str s, uint64_t *a, uint64_t *b)
{
    struct str head;
    struct str rest = str_split(s, ' ', &head);
    return str_to_u64(head, a) && str_to_u64(rest, b);
}

static bool read_generation(struct manifest_reader *r, struct str value)
{
    return str_to_u64(value, &r->m->generation);
}

static bool read_records(struct manifest_reader *r, struct str value)
{
    uint64_t file, offset;
    if (!two_numbers(value, &file, &offset) || file >= 1u << 24 || offset >> 40)
        return false;
    r->m->records = record_place((unsigned)file, offset);
    return true;
}

static bool read_log(struct manifest_reader *r, struct str value)
{
    uint64_t file;
    bool ok = str_to_u64(value, &file) && file > 0 && file < 1u << 24;
    r->m->log = ok ? (unsigned)file : 1;
    return ok;
}

static bool read_schema(struct manifest_reader *r, struct str value)
{
    return sscanf(arena_cstr(r->arena, value), "%16" SCNx64, &r->m->schema) == 1;
}

static bool read_next_segment(struct manifest_reader *r, struct str value)
{
    uint64_t n;
    bool ok = str_to_u64(value, &n) && n < 1000000000;
    r->m->next_segment = ok ? (unsigned)n : 0;
    return ok;
}

static bool read_sources(struct manifest_reader *r, struct str value)
{
    return str_to_u64(value, &r->m->sources);
}

static void end_segment(struct manifest_reader *r)
{
    if (r->m->segments.n)
        r->m->segments.at[r->m->segments.n - 1].files = arena_str(r->arena, buf_view(&r->files));
    buf_clear(&r->files);
}

static bool read_segment(struct manifest_reader *r, struct str value)
{
    uint64_t number, count;
    end_segment(r);
    if (!two_numbers(value, &number, &count) || count > UINT32_MAX)
        return false;
    vec_push(&r->m->segments,
             (struct manifest_segment){ .number = (unsigned)number, .count = (uint32_t)count });
    return true;
}

static bool read_dead(struct manifest_reader *r, struct str value)
{
    uint64_t generation, dead;
    if (r->m->segments.n == 0 || !two_numbers(value, &generation, &dead))
        return false;
    struct manifest_segment *s = &r->m->segments.at[r->m->segments.n - 1];
    s->dead_generation = generation;
    s->dead = (uint32_t)dead;
    return dead <= s->count;
}

static bool read_file_line(struct manifest_reader *r, struct str value)
{
    buf_str(&r->files, value);
    buf_char(&r->files, '\n');
    return r->m->segments.n > 0;
}

static bool read_features(struct manifest_reader *r, struct str value)
{
    bool known = false;
    (void)r;
    for (size_t i = 0; i < sizeof FEATURES / sizeof *FEATURES; i++)
        known |= str_eq(value, str_of(FEATURES[i]));
    return known;
}

static bool read_version(struct manifest_reader *r, struct str value)
{
    uint64_t version;
    (void)r;
    return str_to_u64(value, &version) && version == MANIFEST_VERSION;
}

static const struct {
    const char *word;
    bool (*read)(struct manifest_reader *, struct str value);
} LINES[] = {
    { "tian-manifest", read_version },
    { "features", read_features },
    { "generation", read_generation },
    { "log", read_log },
    { "records", read_records },
    { "schema", read_schema },
    { "sources", read_sources },
    { "segment", read_segment },
    { "next-segment", read_next_segment },
    { "dead", read_dead },
    { "file", read_file_line },
};

static bool read_line(struct manifest_reader *r, struct str line)
{
    struct str word;
    struct str value = str_split(line, ' ', &word);
    for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++)
        if (str_eq(word, str_of(LINES[i].word)))
            return LINES[i].read(r, value);
    return false;
}

static bool crc_holds(struct str text, struct str *body)
{
    enum {
        END = 13
    }; /* "end 01234567\n" */
    if (text.n < END)
        return false;
    *body = str_sub(text, 0, text.n - END);
    char want[END + 1];
    snprintf(want, sizeof want, "end %08" PRIx32 "\n", crc_of(*body));
    return memcmp(want, text.p + body->n, END) == 0;
}

static int damaged(struct ctx *ctx, const char *path, struct str line)
{
    return ctx_fail(ctx, TIAN_EINDEX, path,
                    "the manifest is damaged or of a newer version at “%.*s”; run: tian rebuild",
                    "清单已损坏或由更新的版本写成，位于“%.*s”；请运行 tian rebuild", STR_ARG(line));
}

int manifest_read(struct ctx *ctx, struct arena *arena, const char *index, struct manifest *out)
{
    const char *path = manifest_path(arena, index);
    struct file_info info;
    struct str text, body, line;
    manifest_init(out, arena);
    int rc = file_stat(ctx, path, &info);
    if (!rc && info.kind != FILE_REGULAR)
        return ctx_fail(ctx, TIAN_EINDEX, index, "there is no index here; make one with: tian index PATH…",
                        "此处没有索引；请先运行 tian index 路径…");
    if (!rc)
        rc = file_read(ctx, arena, path, 1u << 28, &text);
    if (rc)
        return rc;
    if (!crc_holds(text, &body))
        return damaged(ctx, path, STR("end"));
    struct manifest_reader r = { .m = out, .arena = arena };
    buf_init(&r.files, arena);
    while (str_line(&body, &line))
        if (!read_line(&r, line))
            return damaged(ctx, path, line);
    end_segment(&r);
    return 0;
}

bool manifest_generation(struct ctx *ctx, const char *index, uint64_t *generation)
{
    struct arena *scratch = arena_new(ctx->arena);
    struct ctx quiet = { .arena = scratch };
    struct manifest now;
    bool good = !manifest_read(&quiet, scratch, index, &now);
    *generation = good ? now.generation : 0;
    arena_free(scratch);
    return good;
}

/* ---- Dead lists --------------------------------------------------------------------------- */

int dead_write(struct ctx *ctx, const char *path, const struct docs *docs)
{
    struct arena *arena = arena_new(ctx->arena);
    struct buf out;
    buf_init(&out, arena);
    buf_varint(&out, docs->n);
    for (size_t i = 0; i < docs->n; i++)
        buf_varint(&out, docs->at[i] - (i ? docs->at[i - 1] : 0));
    buf_u32(&out, crc_of(buf_view(&out)));
    int rc = file_write(ctx, path, buf_view(&out), false);
    arena_free(arena);
    return rc;
}

int dead_read(struct ctx *ctx, struct arena *arena, const char *path, uint32_t count, struct docs *out)
{
    struct str text;
    vec_init(out, arena);
    int rc = file_read(ctx, arena, path, 0, &text);
    if (rc)
        return rc;
    struct cursor c = cursor_of(str_sub(text, 0, text.n < 4 ? 0 : text.n - 4));
    struct cursor tail = cursor_of(str_sub(text, text.n < 4 ? 0 : text.n - 4, text.n));
    uint64_t n = cursor_varint(&c), at = 0;
    bool ok = cursor_u32(&tail) == crc_of(str_sub(text, 0, text.n < 4 ? 0 : text.n - 4)) && n <= count;
    for (uint64_t i = 0; ok && i < n; i++) {
        at += cursor_varint(&c);
        ok = !c.bad && at < count;
        vec_push(out, (uint32_t)at);
    }
    if (!ok)
        return ctx_fail(ctx, TIAN_EINDEX, path, "the list of removed documents is damaged; run: tian rebuild",
                        "已删除文件表已损坏；请运行 tian rebuild");
    return 0;
}

/* ---- Sweeping ------------------------------------------------------------------------------- */

/* A name is kept when it is exactly one that the manifest gives: what a crash left beside it
 * ("000013.join-0") is not. */
static bool names_segment(struct arena *arena, const struct manifest *m, const char *name)
{
    for (size_t i = 0; i < m->segments.n; i++) {
        const struct manifest_segment *s = &m->segments.at[i];
        if (strcmp(name, path_base(segment_path(arena, "", s->number))) == 0)
            return true;
        if (s->dead_generation &&
            strcmp(name, path_base(dead_path(arena, "", s->number, s->dead_generation))) == 0)
            return true;
    }
    return false;
}

static bool names_here(struct arena *arena, const struct manifest *m, const char *name)
{
    struct str s = str_of(name);
    if (str_starts(s, STR("sources-")))
        return strcmp(name, path_base(sources_path(arena, "", m->sources))) == 0;
    return !str_eq(s, STR("scratch")) && !str_ends(s, STR(".new"));
}

/* Files of the log that were superseded go in ascending order: what is left then says the same at any
 * instant. */
static bool names_log(struct arena *arena, const struct manifest *m, const char *name)
{
    unsigned file;
    (void)arena;
    struct str s = str_of(name);
    bool superseded = str_ends(s, STR(".log")) && sscanf(name, "%9u", &file) == 1 && file < m->log;
    return !superseded && !str_ends(s, STR(".new")); /* .new: a backup into this folder was killed */
}

static void sweep_folder(struct ctx *ctx, const char *folder, const struct manifest *m,
                         bool (*named)(struct arena *, const struct manifest *, const char *))
{
    struct arena *arena = arena_new(ctx->arena);
    struct ctx quiet = { .arena = arena };
    char **names;
    size_t n;
    bool failed = file_list(&quiet, arena, folder, &names, &n) != 0;
    for (size_t i = 0; !failed && i < n; i++)
        if (!named(arena, m, names[i]))
            failed = file_remove_tree(&quiet, path_join(arena, folder, names[i])) && named == names_log;
    arena_free(arena);
}

void manifest_sweep(struct ctx *ctx, const char *index, const struct manifest *m)
{
    struct arena *arena = arena_new(ctx->arena);
    sweep_folder(ctx, path_join(arena, index, "segments"), m, names_segment);
    sweep_folder(ctx, index, m, names_here);
    sweep_folder(ctx, path_join(arena, index, "records"), m, names_log);
    arena_free(arena);
}
