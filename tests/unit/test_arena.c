/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Arenas: pieces are aligned and do not overlap, what is deferred runs newest
 * first with children in their place, and running out of memory at every single
 * allocation of a piece of work leaves nothing behind (the leak checker of the
 * asan variant is the judge).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include <tian.h>

#include "base/buf.h"
#include "base/map.h"

static char trace[64];
static char one[] = "1", two[] = "2", three[] = "3", c_[] = "c", x_[] = "x";

static void note(void *arg)
{
    strncat(trace, arg, sizeof trace - strlen(trace) - 1);
}

static void test_pieces_are_aligned_and_apart(void **state)
{
    (void)state;
    struct arena *a = arena_new(NULL);
    enum {
        COUNT = 2000
    };
    unsigned char *at[COUNT];
    size_t n[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        n[i] = i % 97 == 0 ? i * 300 : i % 41;
        at[i] = arena_alloc(a, n[i]);
        assert_int_equal((uintptr_t)at[i] % 16, 0);
        memset(at[i], (int)(i & 0xFF), n[i]);
    }
    for (size_t i = 0; i < COUNT; i++)
        for (size_t k = 0; k < n[i]; k++)
            assert_int_equal(at[i][k], i & 0xFF);
    arena_free(a);
}

static void test_zero_and_arrays(void **state)
{
    (void)state;
    struct arena *a = arena_new(NULL);
    for (int round = 0; round < 3; round++) {
        memset(arena_alloc(a, 3000), 0xEE, 3000);
        arena_reset(a);
        int *numbers = arena_array(a, int, 700);
        for (int i = 0; i < 700; i++)
            assert_int_equal(numbers[i], 0);
    }
    arena_free(a);
    arena_free(NULL);
}

static void test_large_first_piece(void **state)
{
    (void)state;
    struct arena *a = arena_new(NULL);
    memset(arena_alloc(a, 1 << 20), 1, 1 << 20); /* while only the arena's own block exists */
    memset(arena_alloc(a, 3 << 20), 2, 3 << 20);
    memset(arena_alloc(a, 10), 3, 10);
    arena_reset(a);
    memset(arena_alloc(a, 3000), 4, 3000);
    arena_free(a);
}

static void test_deferred_newest_first(void **state)
{
    (void)state;
    trace[0] = '\0';
    struct arena *a = arena_new(NULL);
    arena_defer(a, note, one);
    struct arena *child = arena_new(a);
    arena_defer(child, note, c_);
    arena_defer(a, note, two);
    arena_defer(a, note, three);
    arena_undefer(a, note, two);
    arena_free(a);
    assert_string_equal(trace, "3c1");
}

static void test_reset_runs_deferred_once(void **state)
{
    (void)state;
    trace[0] = '\0';
    struct arena *a = arena_new(NULL);
    arena_defer(a, note, x_);
    arena_reset(a);
    assert_string_equal(trace, "x");
    arena_free(a);
    assert_string_equal(trace, "x");
}

static void test_children_freed_by_hand(void **state)
{
    (void)state;
    trace[0] = '\0';
    struct arena *a = arena_new(NULL), *children[50];
    for (int i = 0; i < 50; i++)
        children[i] = arena_new(a);
    arena_defer(children[25], note, x_);
    for (int i = 1; i < 50; i += 2)
        arena_free(children[i]);
    assert_string_equal(trace, "x");
    arena_defer(children[0], note, one);
    arena_free(a);
    assert_string_equal(trace, "x1");
}

/* A million short-lived children must not make their parent grow. */
static void test_children_cost_the_parent_nothing(void **state)
{
    (void)state;
    struct arena *a = arena_new(NULL);
    arena_free(arena_new(a));
    mem_fail_at(0);
    for (int i = 0; i < 10000; i++)
        arena_free(arena_new(a));
    assert_int_equal(mem_fail_at(0), 10000); /* the children's first blocks, no more */
    arena_free(a);
}

static void test_copies(void **state)
{
    (void)state;
    struct arena *a = arena_new(NULL);
    struct str s = arena_str(a, STR("提案"));
    assert_int_equal(s.n, 6);
    assert_int_equal(s.p[6], 0);
    assert_string_equal(arena_cstr(a, STR_NONE), "");
    assert_string_equal(arena_printf(a, "%d 件%s", 12, "提案"), "12 件提案");
    char *long_one = arena_printf(a, "%*s", 10000, "x");
    assert_int_equal(strlen(long_one), 10000);
    arena_free(a);
}

static void test_growing_blocks(void **state)
{
    (void)state;
    struct arena *a = arena_new(NULL);
    char *p[20];
    for (int i = 0; i < 20; i++)
        p[i] = arena_growable(a, 8);
    for (size_t round = 1; round < 10; round++)
        for (int i = 0; i < 20; i++) {
            size_t had = round == 1 ? 0 : (size_t)8 << (2 * (round - 1));
            p[i] = arena_grow(p[i], had, (size_t)8 << (2 * round));
            assert_ptr_equal(arena_of(p[i]), a);
            if (had)
                assert_int_equal(p[i][had - 1], i);
            memset(p[i], i, (size_t)8 << (2 * round));
        }
    arena_free(a);
}

static int give_41(void *arg)
{
    *(int *)arg = 41;
    return 7;
}

static int ask_for_everything(void *arg)
{
    arena_alloc(arg, SIZE_MAX / 2);
    return 0;
}

static int protect_twice(void *arg)
{
    int inner = mem_protect(ask_for_everything, arg);
    assert_int_equal(inner, TIAN_EMEMORY);
    return 9; /* the outer one is not touched by what the inner caught */
}

static int array_that_overflows(void *arg)
{
    size_t n = SIZE_MAX / 4;
    return arena_array((struct arena *)arg, uint64_t, n) == NULL;
}

static void test_protect(void **state)
{
    (void)state;
    int x = 0;
    struct arena *a = arena_new(NULL);
    assert_int_equal(mem_protect(give_41, &x), 7);
    assert_int_equal(x, 41);
    assert_int_equal(mem_protect(ask_for_everything, a), TIAN_EMEMORY);
    assert_int_equal(mem_protect(protect_twice, a), 9);
    assert_int_equal(mem_protect(array_that_overflows, a), TIAN_EMEMORY);
    arena_free(a);
}

/* A piece of work that uses everything that allocates. */
static int work(void *arg)
{
    struct arena *a = arg;
    struct arena *child = arena_new(a);
    struct map *map = map_new(child);
    struct buf b;
    vec_of(int) v;
    buf_init(&b, a);
    vec_init(&v, child);
    for (int i = 0; i < 3000; i++) {
        buf_printf(&b, "%d ", i);
        vec_push(&v, i);
        *map_at(map, str_of(arena_printf(child, "key %d", i))) = &v;
    }
    arena_free(child);
    arena_alloc(a, 500000);
    return 0;
}

static void test_every_allocation_fails_once(void **state)
{
    (void)state;
    struct arena *a = arena_new(NULL);
    mem_fail_at(0);
    assert_int_equal(mem_protect(work, a), 0);
    uint64_t count = mem_fail_at(0);
    arena_free(a);
    assert_true(count > 10);
    for (uint64_t n = 1; n <= count; n++) {
        a = arena_new(NULL);
        mem_fail_at(n);
        assert_int_equal(mem_protect(work, a), TIAN_EMEMORY);
        mem_fail_at(0);
        arena_free(a);
    }
    mem_release(mem_resize(NULL, 0));
    mem_release(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces_are_aligned_and_apart),
        cmocka_unit_test(test_zero_and_arrays),
        cmocka_unit_test(test_large_first_piece),
        cmocka_unit_test(test_deferred_newest_first),
        cmocka_unit_test(test_reset_runs_deferred_once),
        cmocka_unit_test(test_children_freed_by_hand),
        cmocka_unit_test(test_children_cost_the_parent_nothing),
        cmocka_unit_test(test_copies),
        cmocka_unit_test(test_growing_blocks),
        cmocka_unit_test(test_protect),
        cmocka_unit_test(test_every_allocation_fails_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
