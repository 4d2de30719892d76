/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The file of decisions: what is added is read, the last word on a pair counts, accepted proposals never make
 * a chain; cut off anywhere the whole lines before are read, and adding goes on behind them; an altered byte
 * costs one line.
 */
#include "scratch.h"

#include "store/store.h"

static void decide(bool refuses, const char *a, const char *b, const char *c)
{
    struct str ids[] = { str_of(a), str_of(b), str_of(c) };
    struct decision one = { .refuses = refuses, .ids = ids, .nids = c ? 3 : 2 };
    assert_int_equal(decisions_append(&ctx, folder, &one), 0);
}

static struct decisions read_all(void)
{
    struct decisions out;
    error = (struct tian_error){ 0 };
    assert_int_equal(decisions_read(&ctx, arena, folder, &out), 0);
    return out;
}

static void is_below(const struct decisions *d, const char *id, const char *main)
{
    struct str found = decisions_main(d, str_of(id));
    if (!str_eq(found, str_of(main)))
        fail_msg("%s is below '%.*s', not '%s'", id, STR_ARG(found), main);
}

static bool refused(const struct decisions *d, const char *a, const char *b)
{
    return decisions_refused(d, arena, str_of(a), str_of(b));
}

static void test_what_is_added_is_read(void **state)
{
    (void)state;
    struct decisions d = read_all();
    assert_int_equal(d.n, 0);
    is_below(&d, "a", "");
    decide(false, "a", "b", "odd\tid %41\n");
    decide(true, "提案/2024/0004", "b", NULL);
    d = read_all();
    assert_int_equal(d.n, 2);
    assert_int_equal(d.damaged, 0);
    is_below(&d, "a", "a");
    is_below(&d, "b", "a");
    is_below(&d, "odd\tid %41\n", "a");
    is_below(&d, "提案/2024/0004", "");
    assert_true(refused(&d, "b", "提案/2024/0004") && refused(&d, "提案/2024/0004", "b"));
    assert_false(refused(&d, "a", "b"));
}

static void test_the_last_word_counts(void **state)
{
    (void)state;
    decide(false, "a", "b", "c");
    decide(true, "b", "a", NULL); /* no more below a */
    struct decisions d = read_all();
    is_below(&d, "b", "");
    is_below(&d, "c", "a");
    assert_true(refused(&d, "a", "b"));
    decide(false, "b", "a", NULL); /* a, a main proposal, goes below b: c is free */
    d = read_all();
    is_below(&d, "a", "b");
    is_below(&d, "b", "b");
    is_below(&d, "c", "");
    assert_false(refused(&d, "a", "b"));
}

/* Whatever was said in whatever order: nobody is below one who is below another. */
static void test_never_a_chain(void **state)
{
    (void)state;
    static const char *const ids[] = { "a", "b", "c", "d", "e", "f" };
    uint64_t seed = 7;
    for (int i = 0; i < 300; i++) {
        seed = seed * 6364136223846793005ull + 1442695040888963407ull;
        size_t x = (seed >> 33) % 6, y = (x + 1 + (seed >> 40) % 5) % 6, z = (x + 1 + (seed >> 48) % 5) % 6;
        bool refuses = (seed >> 60) % 4 == 0;
        decide(refuses, ids[x], ids[y], refuses || y == z ? NULL : ids[z]);
        struct decisions d = read_all();
        for (size_t k = 0; k < 6; k++) {
            struct str main = decisions_main(&d, str_of(ids[k]));
            assert_true(main.n == 0 || str_eq(decisions_main(&d, main), main));
            for (size_t m = 0; m < 6; m++)
                assert_false(k != m && refused(&d, ids[k], ids[m]) && str_eq(main, str_of(ids[m])));
        }
    }
}

static const char *path(void)
{
    return scratch("decisions");
}

static void test_cut_off_anywhere(void **state)
{
    (void)state;
    struct str text;
    decide(false, "a", "b", "c");
    decide(true, "a", "d", NULL);
    decide(false, "e", "f", NULL);
    assert_int_equal(file_read(&ctx, arena, path(), 0, &text), 0);
    for (size_t n = 0; n < text.n; n++) {
        size_t whole = 0;
        for (size_t i = 0; i < n; i++)
            whole += text.p[i] == '\n';
        assert_int_equal(file_replace(&ctx, path(), str_sub(text, 0, n)), 0);
        struct decisions d = read_all();
        assert_int_equal(d.n, whole > 0 ? whole - 1 : 0);
        assert_int_equal(d.damaged, 0);
        decide(false, "g", "h", NULL);
        d = read_all();
        assert_int_equal(d.n, whole > 0 ? whole : 1);
        assert_int_equal(d.damaged, 0);
        is_below(&d, "h", "g");
    }
}

static void test_an_altered_byte_costs_a_line(void **state)
{
    (void)state;
    struct str text;
    decide(false, "a", "b", "c");
    decide(true, "a", "d", NULL);
    assert_int_equal(file_read(&ctx, arena, path(), 0, &text), 0);
    size_t head = str_find(text, STR("\n"), 0) + 1;
    for (size_t i = 0; i < text.n; i++) {
        struct decisions d;
        char *copy = arena_cstr(arena, text);
        copy[i] ^= 0x02;
        assert_int_equal(file_replace(&ctx, path(), (struct str){ copy, text.n }), 0);
        int rc = decisions_read(&ctx, arena, folder, &d);
        if (i < head) {
            assert_true(rc == TIAN_EINDEX || d.n == 0);
            continue;
        }
        assert_int_equal(rc, 0);
        assert_true(d.n <= 1); /* what stands behind a lost line end is lost, too */
        assert_true(d.n + d.damaged >= 1);
    }
}

/* Each call of the system fails once: nothing, or all of it, was added, and what stood there stays. */
static unsigned calls, failing;
static int fail_one(const char *op, const char *where)
{
    (void)op;
    return strstr(where, "decisions") && ++calls == failing ? 28 : 0;
}

static void test_failures(void **state)
{
    (void)state;
    struct str ids[] = { STR("x"), STR("y") };
    struct decision one = { .ids = ids, .nids = 2 };
    decide(false, "a", "b", NULL);
    size_t n = 1;
    for (failing = 1; failing < 20; failing++) {
        calls = 0;
        file_fault_hook = fail_one;
        int rc = decisions_append(&ctx, folder, &one);
        file_fault_hook = NULL;
        struct decisions d = read_all();
        assert_int_equal(d.damaged, 0);
        assert_true(d.n == n + 1 || (rc && d.n == n));
        n = d.n;
        is_below(&d, "b", "a");
    }
    assert_true(calls < failing && n > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_is_added_is_read, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_the_last_word_counts, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_never_a_chain, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_cut_off_anywhere, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_an_altered_byte_costs_a_line, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_failures, scratch_make, scratch_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
