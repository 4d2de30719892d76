/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The door to libdeflate and zlib; no other file knows them. Records are raw
 * streams (no head, no check: records have their own CRC) made in one call from
 * memory to memory, which is what libdeflate is for. Both write and read the same
 * format, RFC 1951. zlib does the rest: gzip, whose length is not known before.
 *
 * Measured on the news of c1k, one document at a time, one core:
 *
 *                  ratio   compress     expand
 *   zlib 4         .445     68 MB/s   460 MB/s
 *   libdeflate 6   .442    110 MB/s   660 MB/s
 */
#include "base/deflate.h"

#include <assert.h>
#include <limits.h>

#include <libdeflate.h>
#include <zlib.h>

#define GZIP_WINDOW (15 + 16)
#define GUNZIP_STEP ((size_t)64 * 1024)

struct deflater {
    struct libdeflate_compressor *z;
};

struct inflater {
    struct libdeflate_decompressor *z;
};

/* ---- Records -------------------------------------------------------------- */

static void free_deflater(void *z)
{
    libdeflate_free_compressor(z);
}

static void free_inflater(void *z)
{
    libdeflate_free_decompressor(z);
}

static void out_of_memory(struct arena *arena)
{
    (void)arena_alloc(arena, SIZE_MAX);
}

struct deflater *deflater_new(struct arena *arena, int level)
{
    struct deflater *d = arena_new_of(arena, struct deflater);
    arena_prepare(arena);
    d->z = libdeflate_alloc_compressor(level);
    if (!d->z)
        out_of_memory(arena);
    arena_defer(arena, free_deflater, d->z);
    return d;
}

struct inflater *inflater_new(struct arena *arena)
{
    struct inflater *i = arena_new_of(arena, struct inflater);
    arena_prepare(arena);
    i->z = libdeflate_alloc_decompressor();
    if (!i->z)
        out_of_memory(arena);
    arena_defer(arena, free_inflater, i->z);
    return i;
}

void deflate_to(struct deflater *d, struct str data, struct buf *out)
{
    size_t room = libdeflate_deflate_compress_bound(d->z, data.n);
    char *to = buf_reserve(out, room);
    size_t n = libdeflate_deflate_compress(d->z, data.n ? data.p : "", data.n, to, room);
    assert(n > 0 && "the bound is enough");
    out->n += n;
}

bool inflate_to(struct inflater *i, struct str packed, char *out, size_t size)
{
    char none = 0; /* where nothing is written to */
    size_t used = 0;
    if (packed.n == 0)
        return false;
    return libdeflate_deflate_decompress_ex(i->z, packed.p, packed.n, size ? out : &none, size, &used,
                                            NULL) == LIBDEFLATE_SUCCESS &&
           used == packed.n;
}

/* ---- gzip ----------------------------------------------------------------- */

static void *z_alloc(void *arena, unsigned n, unsigned size)
{
    return arena_alloc(arena, mem_product(n, size));
}

static void z_free(void *arena, void *p)
{
    (void)arena, (void)p;
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
    z_stream z = { .zalloc = z_alloc, .zfree = z_free, .opaque = scratch };
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
    if (data.n == 0) /* libdeflate takes a NULL for "give the start value" */
        return crc;
    return libdeflate_crc32(crc, data.p, data.n);
}
