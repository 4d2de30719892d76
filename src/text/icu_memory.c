/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What ICU gets when there is no memory. Its break iterator (72) looks at what it
 * allocated inside a cut neither for NULL nor for an error: the first crashes, the
 * second cuts a text in another way than usual, which would be indexed so for good.
 * So ICU never gets to know: what malloc() does not give comes from a reserve,
 *
 *   ▏in use▏in use▏            free            ▏      handed out upwards, and empty
 *                 used                                again when nothing is in use
 *
 * enough for some cuts of a sentence. Our own next allocation then fails in our own
 * way (mem_protect()).
 */
#include "text/icu_memory.h"

#include <malloc.h>
#include <pthread.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/uclean.h>

enum {
    RESERVE = 256 * 1024
};

static alignas(max_align_t) char reserve[RESERVE];
static size_t used, blocks; /* in use */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static bool is_reserved(const void *p)
{
    return (uintptr_t)p - (uintptr_t)reserve < RESERVE;
}

static void *take(size_t n)
{
    void *p = NULL;
    size_t size = (n + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    pthread_mutex_lock(&mutex);
    if (n <= size && size <= RESERVE - used) {
        p = reserve + used;
        used += size;
        blocks++;
    }
    pthread_mutex_unlock(&mutex);
    return p;
}

static void *allocate(const void *context, size_t n)
{
    void *p = malloc(n);
    (void)context;
    if (p == NULL)
        p = take(n);
    return p;
}

static void release(const void *context, void *p)
{
    (void)context;
    if (!is_reserved(p)) {
        free(p);
        return;
    }
    pthread_mutex_lock(&mutex);
    if (--blocks == 0)
        used = 0;
    pthread_mutex_unlock(&mutex);
}

/* To another place, where the old one cannot grow. */
static void *move(void *p, size_t n)
{
    size_t room = is_reserved(p) ? (size_t)(reserve + RESERVE - (char *)p) : malloc_usable_size(p);
    void *q = allocate(NULL, n);
    if (q) {
        memmove(q, p, n < room ? n : room); /* more than it had may lie in q itself */
        release(NULL, p);
    }
    return q;
}

static void *reallocate(const void *context, void *p, size_t n)
{
    if (!p)
        return allocate(context, n);
    void *q = is_reserved(p) ? NULL : realloc(p, n);
    return q ? q : move(p, n);
}

static void set(void)
{
    UErrorCode status = U_ZERO_ERROR;
    u_setMemoryFunctions(NULL, allocate, reallocate, release, &status);
}

void icu_memory_set(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, set);
}
