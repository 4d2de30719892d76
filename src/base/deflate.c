/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The door to zlib; no other file knows it. Streams are raw (no head, no check:
 * records have their own CRC) and made in one call from memory to memory, for
 * which the state of zlib, 270 KB to compress, is set up once and reset between
 * records. zlib gets its memory from the arena, so nothing of it must be
 * released by hand.
 */
#include "base/deflate.h"

#include <assert.h>
#include <limits.h>
#include <zlib.h>

#define GZIP_WINDOW (15 + 16)
#define GUNZIP_STEP ((size_t)64 * 1024)

struct deflater {
    z_stream z;
};

struct inflater {
    z_stream z;
};

/* ---- Memory --------------------------------------------------------------- */

static void *z_alloc(void *arena, unsigned n, unsigned size)
{
    return arena_alloc(arena, mem_product(n, size));
}

static void z_free(void *arena, void *p)
{
    (void)arena, (void)p;
}

static void z_prepare(z_stream *z, struct arena *arena)
{
    z->zalloc = z_alloc;
    z->zfree = z_free;
    z->opaque = arena;
}

/* ---- Records -------------------------------------------------------------- */

struct deflater *deflater_new(struct arena *arena, int level)
{
    struct deflater *d = arena_new_of(arena, struct deflater);
    z_prepare(&d->z, arena);
    int r = deflateInit2(&d->z, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
    assert(r == Z_OK && "level is 0 to 9");
    (void)r;
    return d;
}

struct inflater *inflater_new(struct arena *arena)
{
    struct inflater *i = arena_new_of(arena, struct inflater);
    z_prepare(&i->z, arena);
    int r = inflateInit2(&i->z, -15);
    assert(r == Z_OK);
    (void)r;
    return i;
}

/* zlib counts in unsigned int; a larger text is fed in parts. */
static size_t feed(z_stream *z, struct str *data)
{
    size_t n = data->n < UINT_MAX / 2 ? data->n : UINT_MAX / 2;
    z->next_in = (Bytef *)(uintptr_t)data->p;
    z->avail_in = (uInt)n;
    *data = str_sub(*data, n, data->n);
    return n;
}

void deflate_to(struct deflater *d, struct str data, struct buf *out)
{
    z_stream *z = &d->z;
    int r;
    deflateReset(z);
    do {
        size_t n = feed(z, &data);
        size_t room = deflateBound(z, n) + 64; /* for the flush between parts */
        z->next_out = (Bytef *)buf_reserve(out, room);
        z->avail_out = (uInt)room;
        r = deflate(z, data.n ? Z_SYNC_FLUSH : Z_FINISH);
        assert(r == (data.n ? Z_OK : Z_STREAM_END) && z->avail_in == 0);
        out->n += room - z->avail_out;
    } while (data.n > 0);
    (void)r;
}

bool inflate_to(struct inflater *i, struct str packed, char *out, size_t size)
{
    z_stream *z = &i->z;
    Bytef none = 0; /* where nothing is written to */
    if (packed.n == 0 || packed.n > UINT_MAX || size > UINT_MAX)
        return false;
    inflateReset(z);
    z->next_in = (Bytef *)(uintptr_t)packed.p;
    z->avail_in = (uInt)packed.n;
    z->next_out = size ? (Bytef *)out : &none;
    z->avail_out = (uInt)size;
    return inflate(z, Z_FINISH) == Z_STREAM_END && z->avail_out == 0 && z->avail_in == 0;
}

/* ---- gzip ----------------------------------------------------------------- */

/* All members of a gzip file (logs are often joined ones). */
static bool gunzip_with(z_stream *z, struct str packed, size_t max, struct buf *out)
{
    size_t start = out->n;
    int r = Z_OK;
    while (packed.n > 0 || z->avail_in > 0) {
        if (z->avail_in == 0)
            feed(z, &packed);
        if (r == Z_STREAM_END && inflateReset(z) != Z_OK)
            return false;
        do {
            z->next_out = (Bytef *)buf_reserve(out, GUNZIP_STEP);
            z->avail_out = (uInt)GUNZIP_STEP;
            r = inflate(z, Z_NO_FLUSH);
            out->n += GUNZIP_STEP - z->avail_out;
            if (out->n - start > max)
                return false;
        } while (r == Z_OK && (z->avail_in > 0 || z->avail_out == 0));
        if (r != Z_OK && r != Z_STREAM_END && r != Z_BUF_ERROR)
            return false;
    }
    return r == Z_STREAM_END;
}

bool gunzip(struct str packed, size_t max, struct buf *out)
{
    size_t before = out->n;
    struct arena *scratch = arena_new(arena_of(out->p));
    z_stream z = { .next_in = NULL };
    z_prepare(&z, scratch);
    bool good = inflateInit2(&z, GZIP_WINDOW) == Z_OK && gunzip_with(&z, packed, max, out);
    arena_free(scratch);
    if (!good)
        out->n = before;
    return good;
}

/* ---- CRC-32 --------------------------------------------------------------- */

uint32_t crc_of(struct str data)
{
    return crc_more(0, data);
}

uint32_t crc_more(uint32_t crc, struct str data)
{
    if (data.n == 0) /* zlib takes a NULL for "give the start value" */
        return crc;
    return (uint32_t)crc32_z(crc, (const Bytef *)data.p, data.n);
}
