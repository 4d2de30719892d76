/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Growing buffers and arrays. Their bytes are a growing block of the arena
 * (arena_grow), doubled when full, so that appending is linear and nothing is
 * left behind in the arena. A new buf has a few bytes within the arena: many
 * never need more. Integers are little endian on every machine, varints LEB128
 * with at most ten bytes; the cursor reads them back and refuses everything a
 * buf would not have written, so that a damaged record can be read safely.
 */
#include "base/buf.h"

#include <assert.h>
#include <stdio.h>

#define BUF_FIRST 32u

void buf_init(struct buf *b, struct arena *arena)
{
    *b = (struct buf){ arena_growable(arena, BUF_FIRST), 0, BUF_FIRST };
}

void buf_clear(struct buf *b)
{
    b->n = 0;
}

char *buf_reserve(struct buf *b, size_t more)
{
    if (more <= b->cap - b->n)
        return b->p + b->n;
    size_t need = more > SIZE_MAX - b->n ? SIZE_MAX : b->n + more;
    size_t cap = b->cap < SIZE_MAX / 2 ? b->cap * 2 : SIZE_MAX;
    if (cap < need)
        cap = need;
    b->p = arena_grow(b->p, b->n, cap);
    b->cap = cap;
    return b->p + b->n;
}

void buf_put(struct buf *b, const void *data, size_t n)
{
    if (n == 0)
        return;
    assert((const char *)data + n <= b->p || (const char *)data >= b->p + b->cap);
    memcpy(buf_reserve(b, n), data, n);
    b->n += n;
}

void buf_str(struct buf *b, struct str s)
{
    buf_put(b, s.p, s.n);
}

void buf_brief(struct buf *b, struct str s, size_t characters)
{
    const char *p = s.p, *end = s.p + s.n;
    bool blank = false;
    for (size_t n = 0; p < end; n++) {
        const char *from = p;
        (void)utf8_next(&p, end);
        bool is_blank = (unsigned char)*from <= ' ';
        if (is_blank && (blank || n == 0))
            n--; /* one more of them is no character more */
        else if (n == characters) {
            buf_cstr(b, "…");
            return;
        } else if (is_blank)
            buf_char(b, ' ');
        else
            buf_put(b, from, (size_t)(p - from));
        blank = is_blank;
    }
}

void buf_cstr(struct buf *b, const char *s)
{
    buf_put(b, s, strlen(s));
}

void buf_char(struct buf *b, char c)
{
    *buf_reserve(b, 1) = c;
    b->n++;
}

void buf_utf8(struct buf *b, uint32_t code_point)
{
    char *p = buf_reserve(b, 4);
    b->n += utf8_put(p, code_point);
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    size_t room = b->cap - b->n;
    int n = vsnprintf(b->p + b->n, room, format, args);
    assert(n >= 0);
    if ((size_t)n >= room)
        vsnprintf(buf_reserve(b, (size_t)n + 1), (size_t)n + 1, format, again);
    b->n += (size_t)n;
    va_end(again);
    va_end(args);
}

/* ---- Numbers -------------------------------------------------------------- */

void buf_decimal(struct buf *b, uint64_t v)
{
    char digits[20];
    size_t at = sizeof digits;
    do
        digits[--at] = (char)('0' + v % 10);
    while ((v /= 10) > 0);
    buf_put(b, digits + at, sizeof digits - at);
}

static void put_bytes(struct buf *b, uint64_t v, unsigned n)
{
    char *p = buf_reserve(b, n);
    for (unsigned i = 0; i < n; i++, v >>= 8)
        p[i] = (char)(v & 0xFF);
    b->n += n;
}

void buf_u8(struct buf *b, uint8_t v)
{
    put_bytes(b, v, 1);
}

void buf_u32(struct buf *b, uint32_t v)
{
    put_bytes(b, v, 4);
}

void buf_u64(struct buf *b, uint64_t v)
{
    put_bytes(b, v, 8);
}

void buf_varint(struct buf *b, uint64_t v)
{
    char *p = buf_reserve(b, 10);
    while (v >= 0x80) {
        *p++ = (char)(0x80 | (v & 0x7F));
        v >>= 7;
    }
    *p++ = (char)v;
    b->n = (size_t)(p - b->p);
}

void buf_field(struct buf *b, struct str s)
{
    buf_varint(b, s.n);
    buf_str(b, s);
}

/* ---- Reading back --------------------------------------------------------- */

/* n bytes to be had, or NULL and the cursor is bad from now on. */
static const uint8_t *take(struct cursor *c, size_t n)
{
    if (c->bad || n > (size_t)(c->end - c->p)) {
        c->bad = true;
        return NULL;
    }
    const uint8_t *p = c->p;
    c->p += n;
    return p;
}

static uint64_t take_number(struct cursor *c, unsigned n)
{
    const uint8_t *p = take(c, n);
    uint64_t v = 0;
    for (unsigned i = n; p != NULL && i-- > 0;)
        v = v << 8 | p[i];
    return v;
}

uint8_t cursor_u8(struct cursor *c)
{
    return (uint8_t)take_number(c, 1);
}

uint32_t cursor_u32(struct cursor *c)
{
    return (uint32_t)take_number(c, 4);
}

uint64_t cursor_u64(struct cursor *c)
{
    return take_number(c, 8);
}

uint64_t cursor_varint(struct cursor *c)
{
    uint64_t v = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        const uint8_t *p = take(c, 1);
        if (p == NULL)
            return 0;
        uint64_t part = *p & 0x7Fu;
        if (shift == 63 && part > 1)
            break;
        if (shift > 0 && *p == 0) /* a longer form than buf_varint() writes */
            break;
        v |= part << shift;
        if (*p < 0x80)
            return v;
    }
    c->bad = true;
    return 0;
}

struct str cursor_bytes(struct cursor *c, size_t n)
{
    const uint8_t *p = take(c, n);
    return p ? (struct str){ (const char *)p, n } : STR_NONE;
}

struct str cursor_field(struct cursor *c)
{
    uint64_t n = cursor_varint(c);
    if (n > SIZE_MAX)
        c->bad = true;
    return cursor_bytes(c, (size_t)n);
}

/* ---- Arrays --------------------------------------------------------------- */

/* What every vec_of() looks like. Copied in and out by memcpy(): reading an
 * int * as a void * in place is not defined C. */
struct vec_raw {
    void *at;
    size_t n, cap;
};

void vec_init_raw(void *vec, struct arena *arena)
{
    struct vec_raw v = { arena_growable(arena, 0), 0, 0 };
    memcpy(vec, &v, sizeof v);
}

void vec_grow_raw(void *vec, size_t element, size_t need)
{
    struct vec_raw v;
    memcpy(&v, vec, sizeof v);
    assert(element > 0 && v.n <= v.cap && need > v.cap);
    size_t cap = v.cap ? mem_product(v.cap, 2) : 64 / element + 1;
    if (cap < need)
        cap = need;
    v.at = arena_grow(v.at, mem_product(v.n, element), mem_product(cap, element));
    v.cap = cap;
    memcpy(vec, &v, sizeof v);
}
