/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The file of saved searches: what is written is read; cut short or altered it is
 * refused, or says something else, but never breaks the reader.
 */
#include "scratch.h"

#include "store/store.h"

static void add(struct watches *all, const char *name, const char *theme, size_t nseen)
{
    struct watch w = { str_of(name), str_of(theme), STR("加装电梯 -农村"), TIAN_MATCH_ALL, { 0 } };
    vec_init(&w.seen, arena);
    for (size_t i = 0; i < nseen; i++)
        vec_push(&w.seen, (struct watch_key){ i * 0x9E3779B97F4A7C15ull, UINT64_MAX - i });
    vec_push(all, w);
}

static int read_all(struct watches *out)
{
    error = (struct tian_error){ 0 };
    return watches_read(&ctx, arena, folder, out);
}

static void test_what_is_written_is_read(void **state)
{
    (void)state;
    struct watches all, again;
    assert_int_equal(read_all(&again), 0);
    assert_int_equal(again.n, 0);
    vec_init(&all, arena);
    assert_int_equal(watches_write(&ctx, folder, &all), 0);
    assert_int_equal(read_all(&again), 0);
    assert_int_equal(again.n, 0);
    add(&all, "电梯", "", 0);
    add(&all, "停车 难", "社会建设/教育", 300);
    assert_int_equal(watches_write(&ctx, folder, &all), 0);
    assert_int_equal(read_all(&again), 0);
    assert_int_equal(again.n, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct watch *a = &all.at[i], *b = &again.at[i];
        assert_true(str_eq(a->name, b->name) && str_eq(a->theme, b->theme) && str_eq(a->query, b->query));
        assert_int_equal(a->match, b->match);
        assert_int_equal(a->seen.n, b->seen.n);
        for (size_t k = 0; k < a->seen.n; k++)
            assert_memory_equal(&a->seen.at[k], &b->seen.at[k], sizeof a->seen.at[k]);
    }
}

static void test_a_damaged_file_is_refused(void **state)
{
    (void)state;
    struct watches all, again;
    struct str bytes;
    char *path = scratch("watches");
    vec_init(&all, arena);
    add(&all, "电梯", "", 2);
    add(&all, "停车", "", 1);
    assert_int_equal(watches_write(&ctx, folder, &all), 0);
    assert_int_equal(file_read(&ctx, arena, path, 0, &bytes), 0);
    for (size_t n = 0; n + 1 < bytes.n; n++) {
        file_remove_tree(&ctx, path);
        assert_int_equal(file_write(&ctx, path, str_sub(bytes, 0, n), false), 0);
        assert_int_equal(read_all(&again), TIAN_EINDEX);
    }
    for (size_t at = 0; at < bytes.n; at++) {
        char *copy = arena_cstr(arena, bytes);
        copy[at] ^= 0x55;
        file_remove_tree(&ctx, path);
        assert_int_equal(file_write(&ctx, path, (struct str){ copy, bytes.n }, false), 0);
        int rc = read_all(&again);
        assert_true(rc == 0 || rc == TIAN_EINDEX);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_is_written_is_read, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_a_damaged_file_is_refused, scratch_make, scratch_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
