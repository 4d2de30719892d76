/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Arenas. An arena is a chain of blocks from which memory is cut off the front;
 * the first block (4 KB) also holds the arena itself, the next ones double up
 * to 256 KB. A request over half a block gets a block of its own, put behind
 * the current one so that the rest of that is not wasted.
 *
 *   arena ─▶ block n ─▶ … ─▶ block 2 ─▶ block 1 [struct arena | …]
 *     ├────▶ defer ⇄ defer ⇄ …     newest first; a child arena is one of them
 *     └────▶ heap ⇄ heap ⇄ …       blocks that grow (arena_grow): buf, vec, map
 *
 * A growing block carries its links in front of the bytes the caller sees, so
 * the arena finds it wherever realloc() moved it and whatever became of the
 * struct buf that pointed to it: a buf may live on the stack, and a jump out of
 * memory leaks nothing.
 *
 * Under AddressSanitizer the unused part of a block is poisoned and a gap is
 * left behind every piece, so that running over one is found as with malloc().
 *
 * An arena is used by one thread at a time; making or freeing a child counts as
 * using the parent.
 */
#include "base/arena.h"

#include <assert.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include <tian.h>

#if defined(__SANITIZE_ADDRESS__)
#define POISONING 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POISONING 1
#endif
#endif

#ifdef POISONING
#include <sanitizer/asan_interface.h>
#define GAP        16u
#define hide(p, n) ASAN_POISON_MEMORY_REGION(p, n)
#define bare(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#else
#define GAP        0u
#define hide(p, n) ((void)0)
#define bare(p, n) ((void)0)
#endif

#define ALIGN         16u
#define BLOCK_FIRST   4096u
#define BLOCK_LARGEST (256u * 1024)

struct block {
    struct block *next;
    size_t size; /* of all, this head included */
};

struct defer {
    struct defer *newer, *older;
    void (*fn)(void *);
    void *arg;
};

/* Head of a growing block; a ring through the arena once it is on the heap. */
struct heap {
    struct heap *prev, *next; /* NULL while it still lies in an arena block */
    struct arena *arena;
    uint64_t unused; /* keeps what follows aligned */
};

struct arena {
    char *at, *end; /* the free part of the newest block */
    struct block *blocks;
    size_t next_size;
    struct defer *newest, *spare;
    struct heap heaps; /* anchor of the ring */
    struct arena *parent;
    struct defer *in_parent;
};

static_assert(sizeof(struct block) == ALIGN, "pieces behind the head are aligned");
static_assert(sizeof(struct heap) % ALIGN == 0, "bytes behind the head are aligned");

/* ---- Running out ---------------------------------------------------------- */

struct guard {
    jmp_buf jump;
    struct guard *outer;
};

static _Thread_local struct guard *guard_now;
static _Atomic uint64_t made, fails;

static _Noreturn void give_up(void)
{
    if (guard_now == NULL) {
        fputs("tian: out of memory\n", stderr);
        abort();
    }
    longjmp(guard_now->jump, 1);
}

int mem_protect(int (*fn)(void *), void *arg)
{
    struct guard guard;
    guard.outer = guard_now;
    guard_now = &guard;
    int code = TIAN_EMEMORY;
    if (setjmp(guard.jump) == 0)
        code = fn(arg);
    else
        code = TIAN_EMEMORY;
    guard_now = guard.outer;
    return code;
}

uint64_t mem_fail_at(uint64_t n)
{
    atomic_store(&fails, n);
    return atomic_exchange(&made, 0);
}

/* gcc 12 takes realloc() that gave NULL for one that freed: it frees only when it gives a block. */
#pragma GCC diagnostic push
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wanalyzer-double-free"
#endif
void *mem_resize(void *p, size_t n)
{
    uint64_t number = atomic_fetch_add_explicit(&made, 1, memory_order_relaxed) + 1;
    if (number == atomic_load_explicit(&fails, memory_order_relaxed) || n > PTRDIFF_MAX)
        give_up();
    void *q = realloc(p, n ? n : 1);
    if (q == NULL)
        give_up();
    return q;
}
#pragma GCC diagnostic pop

void mem_release(void *p)
{
    free(p);
}

/* ---- Blocks --------------------------------------------------------------- */

static size_t rounded(size_t n)
{
    return (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

static struct block *block_new(size_t size)
{
    struct block *block = mem_resize(NULL, size);
    block->next = NULL;
    block->size = size;
    return block;
}

static void block_free(struct block *block)
{
    bare(block, block->size);
    mem_release(block);
}

/* Cut pieces from this block now, from offset used on. */
static void use_block(struct arena *a, struct block *block, size_t used)
{
    a->at = (char *)block + used;
    a->end = (char *)block + block->size;
    hide(a->at, (size_t)(a->end - a->at));
}

static void start_afresh(struct arena *a)
{
    a->next_size = BLOCK_FIRST * 2;
    a->newest = a->spare = NULL;
    a->heaps.prev = a->heaps.next = &a->heaps;
    use_block(a, a->blocks, rounded(sizeof(struct block) + sizeof(struct arena)) + GAP);
}

static void *own_block(struct arena *a, size_t n)
{
    struct block *block = block_new(sizeof *block + n);
    block->next = a->blocks->next;
    a->blocks->next = block;
    return block + 1;
}

/* The newest block cannot hold n more bytes. */
static void *alloc_slowly(struct arena *a, size_t n)
{
    /* Behind the first block would be behind the arena itself: it must stay last. */
    if (n > a->next_size / 2 && a->blocks->next != NULL)
        return own_block(a, n);
    size_t size = a->next_size;
    while (size < n + sizeof(struct block))
        size *= 2;
    struct block *block = block_new(size);
    block->next = a->blocks;
    a->blocks = block;
    use_block(a, block, sizeof *block);
    if (a->next_size < BLOCK_LARGEST)
        a->next_size *= 2;
    return arena_alloc(a, n - GAP);
}

void *arena_alloc(struct arena *a, size_t n)
{
    assert(a != NULL);
    if (n > PTRDIFF_MAX / 4)
        give_up();
    size_t need = rounded(n) + GAP;
    if (need > (size_t)(a->end - a->at))
        return alloc_slowly(a, need);
    void *p = a->at;
    a->at += need;
    bare(p, n);
    return p;
}

void *arena_zero(struct arena *a, size_t n)
{
    void *p = arena_alloc(a, n);
    memset(p, 0, n);
    return p;
}

/* ---- What is deferred ----------------------------------------------------- */

void arena_prepare(struct arena *a)
{
    if (a->spare != NULL)
        return;
    a->spare = arena_alloc(a, sizeof *a->spare);
    a->spare->older = NULL;
}

static struct defer *defer_push(struct arena *a, void (*fn)(void *), void *arg)
{
    arena_prepare(a);
    struct defer *d = a->spare;
    a->spare = d->older;
    *d = (struct defer){ NULL, a->newest, fn, arg };
    if (a->newest != NULL)
        a->newest->newer = d;
    a->newest = d;
    return d;
}

static void defer_remove(struct arena *a, struct defer *d)
{
    if (d->newer != NULL)
        d->newer->older = d->older;
    else
        a->newest = d->older;
    if (d->older != NULL)
        d->older->newer = d->newer;
    d->older = a->spare;
    a->spare = d;
}

void arena_defer(struct arena *a, void (*fn)(void *), void *arg)
{
    defer_push(a, fn, arg);
}

void arena_undefer(struct arena *a, void (*fn)(void *), void *arg)
{
    struct defer *d = a->newest;
    while (d != NULL && (d->fn != fn || d->arg != arg))
        d = d->older;
    assert(d != NULL && "undefer of what was never deferred");
    if (d != NULL)
        defer_remove(a, d);
}

static void run_deferred(struct arena *a)
{
    while (a->newest != NULL) {
        struct defer *d = a->newest;
        void (*fn)(void *) = d->fn;
        void *arg = d->arg;
        defer_remove(a, d); /* first: fn may look at the list (a child leaves it) */
        fn(arg);
    }
}

/* ---- The arena as a whole ------------------------------------------------- */

static void free_child(void *child)
{
    ((struct arena *)child)->parent = NULL;
    arena_free(child);
}

struct arena *arena_new(struct arena *parent)
{
    if (parent != NULL)
        arena_prepare(parent); /* if that jumps there is no child to lose yet */
    struct block *block = block_new(BLOCK_FIRST);
    struct arena *a = (struct arena *)(block + 1);
    memset(a, 0, sizeof *a);
    a->blocks = block;
    a->heaps.arena = a;
    start_afresh(a);
    if (parent != NULL) {
        a->parent = parent;
        a->in_parent = defer_push(parent, free_child, a);
    }
    return a;
}

static void free_heaps(struct arena *a)
{
    for (struct heap *h = a->heaps.next, *next; h != &a->heaps; h = next) {
        next = h->next;
        mem_release(h);
    }
}

/* Run and free everything but the first block. */
static void empty(struct arena *a)
{
    run_deferred(a);
    free_heaps(a);
    while (a->blocks->next != NULL) {
        struct block *block = a->blocks;
        a->blocks = block->next;
        block_free(block);
    }
}

void arena_free(struct arena *a)
{
    if (a == NULL)
        return;
    if (a->parent != NULL)
        defer_remove(a->parent, a->in_parent);
    empty(a);
    block_free(a->blocks);
}

void arena_reset(struct arena *a)
{
    empty(a);
    start_afresh(a);
}

/* ---- Blocks that grow ----------------------------------------------------- */

void *arena_growable(struct arena *a, size_t n)
{
    assert(n < PTRDIFF_MAX / 4);
    struct heap *h = arena_alloc(a, sizeof *h + n);
    *h = (struct heap){ NULL, NULL, a, 0 };
    return h + 1;
}

struct arena *arena_of(const void *p)
{
    assert(p != NULL && "a buf, vec or map that was not initialised");
    return ((const struct heap *)p - 1)->arena;
}

void *arena_grow(void *p, size_t used, size_t n)
{
    struct arena *a = arena_of(p);
    struct heap *old = (struct heap *)p - 1;
    bool moved_out = old->next == NULL;
    if (n > PTRDIFF_MAX - sizeof *old)
        give_up();
    struct heap *h = mem_resize(moved_out ? NULL : old, sizeof *h + n);
    if (moved_out) {
        memcpy(h + 1, p, used);
        *h = (struct heap){ &a->heaps, a->heaps.next, a, 0 };
    }
    h->prev->next = h;
    h->next->prev = h;
    return h + 1;
}

/* ---- Copies --------------------------------------------------------------- */

char *arena_cstr(struct arena *a, struct str s)
{
    char *p = arena_alloc(a, s.n + 1);
    if (s.n > 0)
        memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    return p;
}

struct str arena_str(struct arena *a, struct str s)
{
    return (struct str){ arena_cstr(a, s), s.n };
}

char *arena_vprintf(struct arena *a, const char *format, va_list args)
{
    va_list again;
    assert(format != NULL); /* gcc under its sanitizers believes it may be */
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    assert(n >= 0);
    char *p = arena_alloc(a, (size_t)n + 1);
    vsnprintf(p, (size_t)n + 1, format, args);
    return p;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *p = arena_vprintf(a, format, args);
    va_end(args);
    return p;
}
