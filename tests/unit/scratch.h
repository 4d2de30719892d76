/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What most tests begin with: an arena, a context that reports into `error`, a
 * folder of their own; messages are English. The two functions are fixtures of
 * cmocka, around a test or around all of a program.
 */
#ifndef TIAN_SCRATCH_H
#define TIAN_SCRATCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/ctx.h"
#include "base/file.h"

static struct arena *arena;
static struct ctx ctx;
static struct tian_error error;
static char folder[64];

static inline int scratch_make(void **state)
{
    (void)state;
    say_set("en");
    arena = arena_new(NULL);
    ctx = (struct ctx){ .arena = arena, .error = &error };
    strcpy(folder, "/tmp/tian-test-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static inline int scratch_remove(void **state)
{
    (void)state;
    file_remove_tree(&ctx, folder);
    arena_free(arena);
    return 0;
}

/* folder/name */
static inline char *scratch(const char *name)
{
    return path_join(arena, folder, name);
}

#endif
