/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The n-th allocation of the libraries (Xapian and C++, ICU, jansson, zlib, libc
 * itself) fails; mem_fail_at() is the same for our own. This program's malloc()
 * stands before libc's. Our own call is one: the realloc() of mem_resize(), known
 * by where it is called from. Not with the sanitizers, which have their own malloc().
 */
#ifndef TIAN_LIBRARY_MEMORY_H
#define TIAN_LIBRARY_MEMORY_H

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#ifdef __has_feature
#define LIBRARY_MEMORY_FEATURE(name) __has_feature(name)
#else
#define LIBRARY_MEMORY_FEATURE(name) 0
#endif

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__ || \
    LIBRARY_MEMORY_FEATURE(address_sanitizer) || LIBRARY_MEMORY_FEATURE(thread_sanitizer)

static inline uint64_t library_fail_at(uint64_t n)
{
    (void)n;
    return 0;
}

#else

extern char __executable_start, etext;
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *p, size_t n);

#define LIBRARY_SEES __attribute__((visibility("default")))

static _Atomic uint64_t library_fails = UINT64_MAX, library_made; /* UINT64_MAX: not counting */

/* From now on the n-th fails (0: none, they are counted). Returns how many were made since the last call. */
static inline uint64_t library_fail_at(uint64_t n)
{
    atomic_store(&library_fails, n);
    return atomic_exchange(&library_made, 0);
}

static bool library_failing(void)
{
    uint64_t n = atomic_load(&library_fails);
    if (n == UINT64_MAX || atomic_fetch_add(&library_made, 1) + 1 != n)
        return false;
    errno = ENOMEM;
    return true;
}

LIBRARY_SEES void *malloc(size_t n)
{
    return library_failing() ? NULL : __libc_malloc(n);
}

LIBRARY_SEES void *calloc(size_t count, size_t size)
{
    return library_failing() ? NULL : __libc_calloc(count, size);
}

LIBRARY_SEES void *realloc(void *p, size_t n)
{
    const char *caller = __builtin_return_address(0);
    bool ours = caller >= &__executable_start && caller < &etext;
    return !ours && library_failing() ? NULL : __libc_realloc(p, n);
}

#endif
#endif
