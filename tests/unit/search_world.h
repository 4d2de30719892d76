/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A small world for tests of the search: a store in a scratch folder, filled by
 * the test, and a reader of it as the program has one.
 */
#ifndef TIAN_SEARCH_WORLD_H
#define TIAN_SEARCH_WORLD_H

#include "scratch.h"

#include "search/search.h"

static struct store *store;
static struct reader reader;

/* One more batch, thus one more segment: lines of JSON. */
static inline int world_import(const char *lines)
{
    static unsigned files;
    struct tian_import_summary summary;
    struct import_options options = { .jobs = 1 };
    const char *path = scratch(arena_printf(arena, "%u.jsonl", files++));
    int code = file_write(&ctx, path, str_of(lines), false);
    return code ? code : store_import(&ctx, store, &path, 1, &options, &summary);
}

static inline int world_read(void)
{
    struct lexicon *lexicon;
    struct pinyin *pinyin;
    struct builder *builder;
    int code = store_snapshot(&ctx, store, &reader.snapshot);
    if (!code)
        code = lexicon_load(&ctx, arena, NULL, &lexicon);
    if (!code)
        code = pinyin_load(&ctx, arena, NULL, &pinyin);
    if (!code)
        code = builder_new(&ctx, arena, NULL, NULL, &builder);
    if (!code)
        code = cutter_new(&ctx, arena, lexicon, &reader.cutter);
    if (!code) {
        reader.lexicon = lexicon;
        reader.pinyin = pinyin;
        reader.builder = builder;
    }
    return code;
}

/* For a set-up of cmocka: fill() imports and whatever else is done to `store` before it is read. */
static inline int world_make(int (*fill)(void))
{
    if (scratch_make(NULL) || store_open(&ctx, arena, scratch("index"), STORE_CREATE, &store) || fill() ||
        world_read()) {
        print_error("%s: %s\n", error.where, error.message);
        return -1;
    }
    return 0;
}

static inline int world_remove(void **state)
{
    store_release(&ctx, reader.snapshot);
    return scratch_remove(state);
}

#endif
