/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A piece is what one read gives up to its last line end; what is left over
 * waits in front of the next piece. A piece without any line end is enlarged
 * until it has one.
 */
#include "base/stream.h"

#include "base/deflate.h"
#include "base/map.h"

static const size_t LONGEST_LINE = 64u << 20;
static const size_t LARGEST_GZIP = 1u << 30;

struct line_stream {
    struct file_reader file;
    struct str held; /* of a gzip file: what was not given out yet */
    bool from_memory;
    struct buf carry; /* behind the last line end of the last piece */
    uint64_t line, hash;
    const char *path;
};

static int hold_gzip(struct ctx *ctx, struct arena *arena, const char *path, struct line_stream *s)
{
    struct str packed;
    struct buf *text = arena_new_of(arena, struct buf);
    int rc = file_map(ctx, arena, path, &packed);
    if (rc)
        return rc;
    buf_init(text, arena);
    if (!gunzip(packed, LARGEST_GZIP, text))
        return ctx_fail(ctx, TIAN_EFORMAT, path, "damaged gzip, or more than 1 GiB of text",
                        "gzip 已损坏，或正文超过 1 GiB");
    s->held = buf_view(text);
    s->from_memory = true;
    return 0;
}

int line_stream_open(struct ctx *ctx, struct arena *arena, const char *path, struct line_stream **out)
{
    struct line_stream *s = arena_new_of(arena, struct line_stream);
    s->path = arena_cstr(arena, str_of(path));
    s->line = 1;
    buf_init(&s->carry, arena);
    *out = s;
    if (str_ends(str_of(path), STR(".gz")))
        return hold_gzip(ctx, arena, path, s);
    return file_reader_open(ctx, arena, path, &s->file);
}

static int fill(struct ctx *ctx, struct line_stream *s, char *p, size_t n, size_t *got)
{
    if (!s->from_memory)
        return file_reader_read(ctx, &s->file, p, n, got);
    *got = n < s->held.n ? n : s->held.n;
    memcpy(p, s->held.p, *got);
    s->held = str_sub(s->held, *got, s->held.n);
    return 0;
}

static size_t behind_last_line_end(const char *p, size_t n)
{
    while (n > 0 && p[n - 1] != '\n')
        n--;
    return n;
}

static uint64_t count_lines(struct str piece)
{
    uint64_t n = 0;
    for (const char *p = piece.p; (p = memchr(p, '\n', (size_t)(piece.p + piece.n - p))) != NULL; p++)
        n++;
    return n;
}

int line_stream_next(struct ctx *ctx, struct line_stream *s, struct arena *arena, size_t want,
                     struct str *piece, uint64_t *line)
{
    struct buf out;
    size_t got = 1, end = 0;
    buf_init(&out, arena);
    buf_str(&out, buf_view(&s->carry));
    while (end == 0 && got > 0) {
        size_t room = out.n < want ? want - out.n : want;
        if (out.n > LONGEST_LINE)
            return ctx_fail(ctx, TIAN_ELIMIT, s->path, "a line over 64 MiB", "有一行超过 64 MiB");
        int rc = fill(ctx, s, buf_reserve(&out, room), room, &got);
        if (rc)
            return rc;
        out.n += got;
        end = got ? behind_last_line_end(out.p, out.n) : out.n;
    }
    buf_clear(&s->carry);
    buf_put(&s->carry, out.p + end, out.n - end);
    *piece = (struct str){ out.p, end };
    *line = s->line;
    s->line += count_lines(*piece);
    s->hash = hash_mix(s->hash ^ hash_bytes(out.p, end, s->line));
    return 0;
}

uint64_t line_stream_hash(const struct line_stream *s)
{
    return s->hash;
}
