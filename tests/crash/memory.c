/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * LD_PRELOAD: the TIAN_MEMORY_FAIL-th allocation of the program, whoever makes it,
 * fails. How many there were is written to TIAN_MEMORY_COUNT. Counted is from where
 * main() begins: before it the libraries set themselves up, where nobody of ours can
 * say anything.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *p, size_t n);

static _Atomic unsigned long made, fails;
static const char *count_to;

__attribute__((constructor)) static void begin(void)
{
    const char *number = getenv("TIAN_MEMORY_FAIL");
    count_to = getenv("TIAN_MEMORY_COUNT");
    atomic_store(&fails, number ? strtoul(number, NULL, 10) : 0);
    atomic_store(&made, 0);
}

__attribute__((destructor)) static void end(void)
{
    unsigned long n = atomic_load(&made);
    FILE *f = count_to ? fopen(count_to, "w") : NULL;
    if (f) {
        fprintf(f, "%lu\n", n);
        fclose(f);
    }
}

static int failing(void)
{
    if (atomic_fetch_add(&made, 1) + 1 != atomic_load(&fails))
        return 0;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t n)
{
    return failing() ? NULL : __libc_malloc(n);
}

void *calloc(size_t count, size_t size)
{
    return failing() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *p, size_t n)
{
    return failing() ? NULL : __libc_realloc(p, n);
}
