/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Numbers written out and read back; nothing is read beyond the end. Single cases: tests/data/number.test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "text/text.h"

static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* 1 to 99,999,999 in numerals, as number_forms() writes them, are read as the same number. */
static void test_numerals_come_back(void **state)
{
    (void)state;
    for (uint64_t n = 1; n < 100000000; n = n < 20000 ? n + 1 : n + n / 50 + 7) {
        struct str *forms;
        uint64_t value;
        size_t used;
        struct str digits = str_of(arena_printf(arena, "%llu件", (unsigned long long)n));
        assert_int_equal(number_forms(arena, digits, &forms), 1);
        assert_true(number_at(forms[0], &value, &used));
        if (value != n || used + strlen("件") != forms[0].n)
            fail_msg("%llu is written %.*s and read %llu", (unsigned long long)n, STR_ARG(forms[0]),
                     (unsigned long long)value);
    }
}

static void test_how_numbers_are_written(void **state)
{
    struct str *forms;
    (void)state;
    number_forms(arena, STR("10010105件"), &forms);
    assert_true(str_eq(forms[0], STR("一千零一万零一百零五件")));
    number_forms(arena, STR("2020年第14届"), &forms);
    assert_true(str_eq(forms[0], STR("二〇二〇年第十四届")));
    assert_int_equal(number_forms(arena, STR("17.5%的提案"), &forms), 0);
}

static void test_amounts(void **state)
{
    static const struct {
        const char *text;
        double value;
        unsigned decimals;
        bool percent;
        const char *rest;
    } cases[] = {
        { "26件", 26, 0, false, "件" },
        { "1,824件", 1824, 0, false, "件" },
        { "1,250,000", 1250000, 0, false, "" },
        { "1,82", 1, 0, false, ",82" },
        { "二千三百件", 2300, 0, false, "件" },
        { "88.5%；", 88.5, 1, true, "；" },
        { "１７．５％", 17.5, 1, true, "" },
        { "百分之七十三点一，", 73.1, 1, true, "，" },
        { "百分之九十一点〇五", 91.05, 2, true, "" },
        { "百分之百", 100, 0, true, "" },
        { "18.", 18, 0, false, "." },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct amount amount;
        struct str s = str_of(cases[i].text);
        size_t used;
        assert_true(amount_at(s, &amount, &used));
        assert_true(amount.value > cases[i].value - 1e-9 && amount.value < cases[i].value + 1e-9);
        assert_int_equal(amount.decimals, cases[i].decimals);
        assert_int_equal(amount.percent, cases[i].percent);
        assert_true(str_eq(str_sub(s, used, s.n), str_of(cases[i].rest)));
    }
    struct amount amount;
    size_t used;
    assert_false(amount_at(STR("百分之几"), &amount, &used));
    assert_false(amount_at(STR("件"), &amount, &used));
}

/* Cut anywhere, in the middle of a character too. */
static void test_nothing_is_read_beyond_the_end(void **state)
{
    static const char text[] =
        "第十四届全国委员会第三次会议2024年1月12日百分之七十四14-3，二〇二〇年1,824件88.5%百分之百点一";
    (void)state;
    for (size_t from = 0; from < sizeof text - 1; from++)
        for (size_t n = 0; n <= 30 && from + n < sizeof text; n++) {
            char *copy = malloc(n + 1); /* exactly as long: the sanitizer watches */
            memcpy(copy, text + from, n);
            char *exact = realloc(copy, n > 0 ? n : 1);
            struct str s = { exact, n }, *forms;
            uint64_t value;
            size_t used;
            struct amount amount;
            unsigned a, b, c;
            if (number_at(s, &value, &used))
                assert_true(used > 0 && used <= n);
            if (amount_at(s, &amount, &used))
                assert_true(used > 0 && used <= n);
            session_at(s, &a, &b);
            date_at(s, &a, &b, &c);
            number_forms(arena, s, &forms);
            free(exact);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numerals_come_back),
        cmocka_unit_test(test_how_numbers_are_written),
        cmocka_unit_test(test_amounts),
        cmocka_unit_test(test_nothing_is_read_beyond_the_end),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
