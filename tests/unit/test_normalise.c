/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The normal form: properties over all code points, offsets, skips, searching. The cases are in
 * tests/data/normalise.test.
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

static struct normal fold(struct str text)
{
    struct normal normal;
    normal_init(&normal, arena);
    text_normalise(text, NULL, &normal);
    return normal;
}

static struct str utf8_of(const struct normal *normal)
{
    struct buf out;
    buf_init(&out, arena);
    normal_utf8(normal, 0, normal->n, &out);
    return buf_view(&out);
}

/* Every code point, alone: folding its fold changes nothing; offsets lie inside it. */
static void test_folding_twice_is_folding_once(void **state)
{
    (void)state;
    struct normal once, twice;
    struct buf out;
    normal_init(&once, arena);
    normal_init(&twice, arena);
    buf_init(&out, arena);
    for (uint32_t c = 1; c < 0x110000; c++) {
        char utf8[4];
        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        struct str text = { utf8, utf8_put(utf8, c) };
        text_normalise(text, NULL, &once);
        assert_int_equal(once.at[once.n], text.n);
        for (size_t i = 0; i < once.n; i++)
            assert_int_equal(once.at[i], 0);
        buf_clear(&out);
        normal_utf8(&once, 0, once.n, &out);
        text_normalise(buf_view(&out), NULL, &twice);
        if (twice.n != once.n || memcmp(twice.unit, once.unit, once.n * sizeof *once.unit) != 0)
            fail_msg("U+%04X folds to %.*s, and that to something else", c, STR_ARG(buf_view(&out)));
    }
}

static void test_classes(void **state)
{
    (void)state;
    assert_int_equal(text_class(0x63D0), CLASS_HAN);
    assert_int_equal(text_class(0x3007), CLASS_HAN); /* 〇 */
    assert_int_equal(text_class(0xD840), CLASS_HAN); /* surrogates are Han */
    assert_int_equal(text_class('a'), CLASS_LATIN);
    assert_int_equal(text_class(0x3042), CLASS_LATIN); /* あ */
    assert_int_equal(text_class(0x0301), CLASS_LATIN); /* a mark */
    assert_int_equal(text_class('7'), CLASS_DIGIT);
    assert_int_equal(text_class(' '), CLASS_NONE);
    assert_int_equal(text_class(0x3002), CLASS_NONE);
    assert_int_equal(text_class(0xFFFD), CLASS_NONE);
}

static void test_offsets_name_the_original(void **state)
{
    (void)state;
    struct str text = STR("Ａ㈠提\r\n𠀀。");
    struct normal normal = fold(text);
    static const uint32_t at[] = { 0, 3, 3, 3, 6, 10, 11, 11, 15, 18 };
    assert_int_equal(normal.n, 9);
    assert_memory_equal(normal.at, at, sizeof at);
    assert_int_equal(normal_end(&normal, text, 0), 3);
    assert_int_equal(normal_end(&normal, text, 2), 6);
    assert_int_equal(normal_end(&normal, text, 6), 15);
    assert_int_equal(normal_end(&normal, text, 8), 18);
}

static void test_skips_are_left_out(void **state)
{
    (void)state;
    struct skip at[] = { { 3, 4 }, { 7, 10 } };
    struct skips skips = { at, 2 };
    struct normal normal;
    normal_init(&normal, arena);
    text_normalise(STR("提 案\xE3\x80\x80办理"), &skips, &normal);
    assert_true(str_eq(utf8_of(&normal), STR("提案办理")));
    assert_int_equal(normal.at[1], 4);
    assert_int_equal(normal.at[2], 10);
}

static void test_expansions_make_room(void **state)
{
    (void)state;
    struct buf text;
    buf_init(&text, arena);
    for (int i = 0; i < 1000; i++)
        buf_cstr(&text, "ﷺ"); /* 18 units each */
    struct normal normal = fold(buf_view(&text));
    assert_int_equal(normal.n, 18000);
    text_normalise(STR(""), NULL, &normal);
    assert_int_equal(normal.n, 0);
    assert_int_equal(normal.at[0], 0);
}

/* Malformed bytes are the caller's mistake, but nothing is read or written beyond the ends. */
static void test_any_bytes_are_survived(void **state)
{
    (void)state;
    struct normal normal;
    normal_init(&normal, arena);
    srand(1);
    for (int round = 0; round < 2000; round++) {
        char *bytes = malloc(17);
        size_t n = (size_t)rand() % 17;
        for (size_t i = 0; i < n; i++)
            bytes[i] = (char)(rand() % 4 == 0 ? rand() : 0xE0 + rand() % 32);
        text_normalise((struct str){ bytes, n }, NULL, &normal);
        for (size_t i = 0; i < normal.n; i++)
            assert_true(normal.at[i] < n && normal_end(&normal, (struct str){ bytes, n }, i) <= n);
        free(bytes);
    }
}

static void test_find(void **state)
{
    (void)state;
    struct normal text = fold(STR("提案办理提案"));
    struct normal word = fold(STR("提案"));
    assert_int_equal(normal_find(&text, word.unit, word.n, 0), 0);
    assert_int_equal(normal_find(&text, word.unit, word.n, 1), 4);
    assert_true(normal_find(&text, word.unit, word.n, 5) == SIZE_MAX);
    /* bytes that match at an odd place only: units 0x0163 0x6401 hold 0x63 0x01 … */
    uint16_t odd[] = { 0x6301, 0x0163, 0x6363 }, needle[] = { 0x6363 };
    struct normal bytes = { .unit = odd, .n = 3 };
    assert_int_equal(normal_find(&bytes, needle, 1, 0), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_folding_twice_is_folding_once),
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_offsets_name_the_original),
        cmocka_unit_test(test_skips_are_left_out),
        cmocka_unit_test(test_expansions_make_room),
        cmocka_unit_test(test_any_bytes_are_survived),
        cmocka_unit_test(test_find),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
