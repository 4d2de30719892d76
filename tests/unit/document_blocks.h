/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the tests of extract and document share: a world with tables, and data
 * files of blocks: "== name", the input's lines, "--", the expected lines.
 * Lines that start with '#' before the first block are comment.
 */
#ifndef TIAN_DOCUMENT_BLOCKS_H
#define TIAN_DOCUMENT_BLOCKS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/file.h"
#include "document/builder.h"

struct world {
    struct arena *arena;
    struct tian_error error;
    struct ctx ctx;
};

static inline void world_begin(struct world *w)
{
    *w = (struct world){ .arena = arena_new(NULL) };
    w->ctx.arena = w->arena;
    w->ctx.error = &w->error;
}

static inline void world_end(struct world *w)
{
    arena_free(w->arena);
}

static inline struct builder *world_builder(struct world *w)
{
    struct builder *b;
    int code = builder_new(&w->ctx, w->arena, NULL, NULL, &b);
    if (code != 0)
        fail_msg("%s: %s", w->error.where, w->error.message);
    return b;
}

static inline void assert_text(struct str s, const char *want)
{
    if (!str_eq(s, str_of(want)))
        fail_msg("got \"%.*s\", want \"%s\"", STR_ARG(s), want);
}

/* Call check(self, name, input, expected) for every block; returns how many there were. */
typedef void block_check(void *self, struct str name, struct str input, struct str expected);
static inline size_t each_block(struct world *w, const char *path, block_check *check, void *self)
{
    struct str text, head;
    size_t n = 0;
    assert_int_equal(file_read(&w->ctx, w->arena, path, 0, &text), 0);
    size_t at = str_find(text, STR("\n== "), 0);
    while (at != SIZE_MAX) {
        size_t next = str_find(text, STR("\n== "), at + 1);
        struct str block = str_sub(text, at + 4, next == SIZE_MAX ? text.n : next);
        struct str rest = str_split(block, '\n', &head);
        size_t middle = str_find(rest, STR("--\n"), 0);
        assert_true(middle != SIZE_MAX);
        check(self, head, str_sub(rest, 0, middle), str_trim(str_sub(rest, middle + 3, rest.n)));
        at = next;
        n++;
    }
    return n;
}

#endif
