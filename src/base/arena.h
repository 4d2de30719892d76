/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Memory. Everything the project allocates comes from here and belongs to an
 * arena: a document's, a request's, an index handle's. Who makes an arena frees
 * it, and with it all its blocks, buffers, maps and whatever was deferred.
 *
 * No allocation returns NULL. When memory runs out the work is given up as a
 * whole: control returns to the innermost mem_protect() of this thread, which
 * answers TIAN_EMEMORY. So resources that are not memory (descriptors, maps of
 * files, foreign handles) must be bound to an arena by arena_defer() as soon as
 * they exist. A thread without mem_protect() aborts with a message.
 *
 * The pattern of a front function: under mem_protect() make the arena first and
 * put it where the caller of mem_protect() can free it; all else hangs on it.
 */
#ifndef TIAN_ARENA_H
#define TIAN_ARENA_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct arena;

/* A new arena; freed with parent when parent is not NULL (or earlier by hand). */
struct arena *arena_new(struct arena *parent);

/* Run what was deferred, newest first, then free all memory. NULL is allowed. */
void arena_free(struct arena *);

/* As arena_free(), but the arena stays usable and keeps its first block. */
void arena_reset(struct arena *);

/* n bytes, aligned to 16, not cleared / cleared. */
void *arena_alloc(struct arena *, size_t n);
void *arena_zero(struct arena *, size_t n);

#define arena_new_of(arena, type)   ((type *)arena_zero(arena, sizeof(type)))
#define arena_array(arena, type, n) ((type *)arena_zero(arena, mem_product(sizeof(type), n)))

/* a * b, or SIZE_MAX (which no allocation grants) when that overflows. */
static inline size_t mem_product(size_t a, size_t b)
{
    return b != 0 && a > SIZE_MAX / b ? SIZE_MAX : a * b;
}

/* Copies: of bytes (with a NUL behind them), of a C string, of a format. */
struct str arena_str(struct arena *, struct str);
char *arena_cstr(struct arena *, struct str);
char *arena_printf(struct arena *, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *, const char *format, va_list) __attribute__((format(printf, 2, 0)));

/* Call fn(arg) when the arena is freed or reset. */
void arena_defer(struct arena *, void (*fn)(void *), void *arg);

/* The next arena_defer() needs no memory: for what must not be lost between being made and being deferred. */
void arena_prepare(struct arena *);

/* Take back the newest deferral of fn with arg, without calling it. */
void arena_undefer(struct arena *, void (*fn)(void *), void *arg);

/* Memory that can grow, for buf, vec and map: n bytes owned by the arena; the
 * same with room for n, its first `used` bytes kept, perhaps elsewhere; its arena. */
void *arena_growable(struct arena *, size_t n);
void *arena_grow(void *p, size_t used, size_t n);
struct arena *arena_of(const void *p);

/* Run fn(arg) and return what it returns, or TIAN_EMEMORY when memory ran out
 * below it. Nests; one guard a thread is active at a time. */
int mem_protect(int (*fn)(void *), void *arg);

/* realloc() that never returns NULL and knows the test hook: for base/ only;
 * nobody frees what it gave when a later allocation jumps. mem_release() frees
 * it and takes NULL. */
void *mem_resize(void *p, size_t n);
void mem_release(void *p);

/* Test hook: the n-th allocation from now fails (0: none does). Returns how
 * many allocations were made since the last call. */
uint64_t mem_fail_at(uint64_t n);

#endif
