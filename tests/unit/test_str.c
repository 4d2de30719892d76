/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Slices and UTF-8. Decoding is compared with the definition in the Unicode
 * standard (table 3-7) over every sequence of two bytes and every code point.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/str.h"

static void assert_str(struct str s, const char *want)
{
    assert_int_equal(s.n, strlen(want));
    assert_memory_equal(s.p, want, s.n);
}

static void test_order(void **state)
{
    (void)state;
    assert_true(str_cmp(STR("a"), STR("b")) < 0);
    assert_true(str_cmp(STR("a"), STR("ab")) < 0);
    assert_true(str_cmp(STR("提"), STR("z")) > 0);
    assert_int_equal(str_cmp(STR_NONE, STR("")), 0);
    assert_true(str_cmp(STR("a"), STR_NONE) > 0);
}

static void test_parts(void **state)
{
    (void)state;
    struct str s = STR("关于加强停车管理的提案");
    assert_true(str_starts(s, STR("关于")));
    assert_false(str_starts(STR("关"), STR("关于")));
    assert_true(str_ends(s, STR("的提案")));
    assert_true(str_ends(s, STR_NONE));
    assert_true(str_has(s, STR("停车")));
    assert_int_equal(str_find(s, STR("停车"), 0), 12);
    assert_int_equal(str_find(s, STR("停车"), 13), SIZE_MAX);
    assert_int_equal(str_find(s, STR(""), s.n), s.n);
    assert_int_equal(str_find(s, STR(""), s.n + 1), SIZE_MAX);
    assert_int_equal(str_find(STR_NONE, STR("x"), 0), SIZE_MAX);
}

static void test_trim(void **state)
{
    (void)state;
    assert_str(str_trim(STR(" \t\r\n　\xC2\xA0\xEF\xBB\xBF一 二　 \n")), "一 二");
    assert_str(str_trim(STR("　　")), "");
    assert_str(str_trim(STR("\x80\x80")), "\x80\x80");
    assert_int_equal(str_trim(STR_NONE).n, 0);
}

static void test_split_and_lines(void **state)
{
    (void)state;
    struct str head, rest = str_split(STR("a=b=c"), '=', &head);
    assert_str(head, "a");
    assert_str(rest, "b=c");
    rest = str_split(STR("a="), '=', &head);
    assert_int_equal(rest.n, 0);
    assert_non_null(rest.p);
    rest = str_split(STR("abc"), '=', &head);
    assert_str(head, "abc");
    assert_null(rest.p);
    const char *want[] = { "one", "", "two\r", "three" };
    struct str text = STR("one\r\n\ntwo\r\r\nthree"), line;
    for (int i = 0; i < 4; i++) {
        assert_true(str_line(&text, &line));
        assert_str(line, want[i]);
    }
    assert_false(str_line(&text, &line));
    text = STR("a\n");
    assert_true(str_line(&text, &line));
    assert_false(str_line(&text, &line));
}

static void test_whole_numbers(void **state)
{
    (void)state;
    uint64_t v = 1;
    assert_true(str_to_u64(STR("0"), &v) && v == 0);
    assert_true(str_to_u64(STR("18446744073709551615"), &v) && v == UINT64_MAX);
    assert_false(str_to_u64(STR("18446744073709551616"), &v));
    assert_false(str_to_u64(STR("99999999999999999999"), &v));
    assert_false(str_to_u64(STR(""), &v) || str_to_u64(STR("-1"), &v) || str_to_u64(STR("1 "), &v));
    assert_false(str_to_u64(STR("１"), &v));
    assert_true(v == UINT64_MAX); /* what failed wrote nothing */
}

static void test_decimal_numbers(void **state)
{
    (void)state;
    const char *bad[] = { "", ".", "1 ", " 1", "0x10", "inf", "nan", "1e999", "1,5", "一" };
    double v = 0;
    assert_true(str_to_double(STR("-12.5e1"), &v) && v == -125);
    assert_true(str_to_double(STR("0.85"), &v) && v == 0.85);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(str_to_double(str_of(bad[i]), &v));
}

static void test_every_code_point(void **state)
{
    (void)state;
    for (uint32_t c = 0; c <= 0x110100; c++) {
        char bytes[4];
        size_t n = utf8_put(bytes, c);
        const char *p = bytes;
        uint32_t back = utf8_next(&p, bytes + n);
        bool good = c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
        assert_int_equal(back, good ? c : 0xFFFD);
        assert_ptr_equal(p, bytes + n);
        for (size_t cut = 1; cut < n; cut++) {
            p = bytes;
            assert_int_equal(utf8_next(&p, bytes + cut), UTF8_BAD);
            assert_ptr_equal(p, bytes + 1);
        }
    }
}

/* Table 3-7: may second follow first? */
static bool may_follow(unsigned first, unsigned second)
{
    unsigned low = 0x80, high = 0xBF;
    if (first == 0xE0)
        low = 0xA0;
    if (first == 0xED)
        high = 0x9F;
    if (first == 0xF0)
        low = 0x90;
    if (first == 0xF4)
        high = 0x8F;
    return first >= 0xC2 && first <= 0xF4 && second >= low && second <= high;
}

static void test_every_pair_of_bytes(void **state)
{
    (void)state;
    for (unsigned first = 0x80; first < 256; first++)
        for (unsigned second = 0; second < 256; second++) {
            char bytes[4] = { (char)first, (char)second, '\x80', '\x80' };
            size_t n = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
            const char *p = bytes;
            bool good = utf8_next(&p, bytes + 4) != UTF8_BAD;
            assert_int_equal(good, may_follow(first, second));
            assert_int_equal(p - bytes, good ? n : 1);
            assert_int_equal(utf8_check((struct str){ bytes, n }), good ? n : 0);
        }
}

static void test_check_and_length(void **state)
{
    (void)state;
    char text[200];
    memset(text, 'a', sizeof text);
    assert_int_equal(utf8_check((struct str){ text, 200 }), 200);
    for (size_t i = 0; i < 200; i++) {
        text[i] = '\xFF';
        assert_int_equal(utf8_check((struct str){ text, 200 }), i);
        text[i] = 'a';
    }
    assert_int_equal(utf8_length(STR("a提案𠮷")), 4);
    assert_int_equal(utf8_check(STR_NONE), 0);
    assert_true(is_han(0x3007) && is_han(0x20BB7) && !is_han('a') && !is_han(0x3002));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_trim),
        cmocka_unit_test(test_split_and_lines),
        cmocka_unit_test(test_whole_numbers),
        cmocka_unit_test(test_decimal_numbers),
        cmocka_unit_test(test_every_code_point),
        cmocka_unit_test(test_every_pair_of_bytes),
        cmocka_unit_test(test_check_and_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
