/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The number of threads changes nothing: the same digest, the same hits in the
 * same order with the same scores, for 1, 2, 3, 4 and 8 threads, in whatever
 * memory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/map.h"
#include "unit/store_world.h"

enum {
    FILES = 12,
    LINES = 60
};

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    *state = w;
    world_make(w);
    mkdir(world_path(w, "in"), 0777);
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    world_remove(w->folder);
    free(w);
    return 0;
}

/* Files of JSON Lines, each a job of its own: 1.3 MB, for less would be read by one thread. */
static void write_files(const struct world *w)
{
    struct arena *arena = arena_new(NULL);
    for (unsigned f = 0; f < FILES; f++) {
        struct buf text;
        buf_init(&text, arena);
        for (unsigned i = 0; i < LINES; i++) { /* some ids stand in two files: the later one counts */
            unsigned id = f * (LINES - 5) + i;
            buf_printf(&text, "{\"id\":\"%u\",\"title\":\"%s\",\"body\":\"", id, WORLD_TOPICS[id % 10]);
            for (unsigned k = 0; k < 60; k++)
                buf_printf(&text, "%s的第%u条；", WORLD_TOPICS[hash_mix(id * 100 + k) % 10], (f + k) % 37);
            buf_cstr(&text, "\"}\n");
        }
        buf_char(&text, '\0');
        char name[32];
        snprintf(name, sizeof name, "in/%02u.jsonl", f);
        world_write(world_path(w, name), text.p);
    }
    arena_free(arena);
}

/* What three questions give, as one text. */
static void ask(struct tian_index *index, char *out, size_t room)
{
    static const char *const queries[] = { "加装电梯", "社区养老 停车", "\"的第7条\"" };
    size_t n = 0;
    for (size_t q = 0; q < 3; q++) {
        struct tian_search_options options = { .count = 30 };
        struct tian_results *r;
        assert_int_equal(tian_search(index, queries[q], &options, &r, NULL), 0);
        assert_int_equal(r->nhits, 30);
        for (size_t i = 0; i < r->nhits && n < room; i++)
            n += (size_t)snprintf(out + n, room - n, "%s %.9f\n", r->hits[i].id, r->hits[i].score);
        tian_results_free(r);
    }
    assert_true(n < room);
}

static void index_with(const struct world *w, unsigned jobs, size_t memory, char digest[33], char *answers,
                       size_t room)
{
    struct tian_open_options options = { .write = true, .create = true };
    struct tian_add_options how = { .jobs = jobs, .memory = memory };
    struct tian_error error = { 0 };
    struct tian_index *index;
    const char *in = world_path(w, "in");
    world_remove(world_path(w, "ix"));
    assert_int_equal(tian_open(world_path(w, "ix"), &options, &index, &error), 0);
    assert_int_equal(tian_index_add(index, &in, 1, &how, NULL, &error), 0);
    assert_int_equal(tian_index_digest(index, digest, &error), 0);
    ask(index, answers, room);
    tian_close(index);
}

static void test_same(void **state)
{
    static const unsigned jobs[] = { 1, 2, 3, 4, 8 };
    static char first[16384], answers[16384];
    char digest[33], got[33];
    write_files(*state);
    index_with(*state, 1, 0, digest, first, sizeof first);
    for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++) {
        index_with(*state, jobs[i], i % 2 ? 1 : (size_t)1 << 30, got, answers, sizeof answers);
        assert_string_equal(digest, got);
        assert_string_equal(first, answers);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_same) };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
