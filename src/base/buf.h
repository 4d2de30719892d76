/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Growing byte buffers and arrays, both owned by an arena though they live on
 * the heap (so that growing does not leave copies behind), and a cursor that
 * reads back what a buf wrote, with a sticky error.
 */
#ifndef TIAN_BUF_H
#define TIAN_BUF_H

#include "base/arena.h"

struct buf {
    char *p;
    size_t n, cap;
};

/* Empty buffer whose memory goes with the arena. The struct may live anywhere,
 * on the stack too; after arena_reset() it must be initialised again. */
void buf_init(struct buf *, struct arena *);
void buf_clear(struct buf *);                 /* n = 0, memory kept */
char *buf_reserve(struct buf *, size_t more); /* room for more bytes at p + n; n unchanged */
void buf_put(struct buf *, const void *, size_t n);
void buf_str(struct buf *, struct str);
/* On one line, blanks made single: at most so many characters, "…" behind them when there are more. */
void buf_brief(struct buf *, struct str, size_t characters);
void buf_cstr(struct buf *, const char *);
void buf_char(struct buf *, char);
void buf_utf8(struct buf *, uint32_t code_point);
void buf_printf(struct buf *, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_decimal(struct buf *, uint64_t); /* what printf's %llu writes */
void buf_u8(struct buf *, uint8_t);
void buf_u32(struct buf *, uint32_t); /* little endian */
void buf_u64(struct buf *, uint64_t);
void buf_varint(struct buf *, uint64_t);  /* LEB128: 7 bits a byte, low first */
void buf_field(struct buf *, struct str); /* varint length, bytes */
static inline struct str buf_view(const struct buf *b)
{
    return (struct str){ b->p, b->n };
}

struct cursor {
    const uint8_t *p, *end;
    bool bad; /* something was read past the end or malformed: all later reads give 0 */
};

static inline struct cursor cursor_of(struct str s)
{
    return (struct cursor){ (const uint8_t *)s.p, (const uint8_t *)str_end(s), false };
}
uint8_t cursor_u8(struct cursor *);
uint32_t cursor_u32(struct cursor *);
uint64_t cursor_u64(struct cursor *);
uint64_t cursor_varint(struct cursor *);
struct str cursor_bytes(struct cursor *, size_t n);
struct str cursor_field(struct cursor *);

/* Growable typed arrays: vec_of(int) v; vec_init(&v, arena); vec_push(&v, 3); v.at[0]; v.n
 * The same rules as for buf. What vec_push() is given must not grow the vec itself. */
#define vec_of(type)   \
    struct {           \
        type *at;      \
        size_t n, cap; \
    }
void vec_init_raw(void *vec, struct arena *);
void vec_grow_raw(void *vec, size_t element, size_t need);
#define vec_init(v, arena) vec_init_raw(v, arena)
#define vec_need(v, count) ((count) > (v)->cap ? vec_grow_raw(v, sizeof *(v)->at, count) : (void)0)
#define vec_push(v, ...)   (vec_need(v, (v)->n + 1), (void)((v)->at[(v)->n++] = (__VA_ARGS__)))

#endif
