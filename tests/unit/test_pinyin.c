/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Readings, sounds, the ways to read what was typed, spellings of words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "text/text.h"

static struct arena *arena;
static struct ctx ctx;
static struct tian_error error;
static struct pinyin *pinyin;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(NULL);
    ctx = (struct ctx){ .arena = arena, .error = &error };
    return pinyin_load(&ctx, arena, NULL, &pinyin);
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static struct normal normal_of(const char *text)
{
    struct normal normal;
    normal_init(&normal, arena);
    text_normalise(str_of(text), NULL, &normal);
    return normal;
}

static uint16_t unit_of(const char *text)
{
    return normal_of(text).unit[0];
}

/* Does some pattern of this kind fit the beginning of the word? */
static bool fits(const char *typed, const char *word, enum pattern_kind kind)
{
    struct pinyin_patterns patterns;
    struct normal t = normal_of(typed), w = normal_of(word);
    pinyin_patterns(pinyin, arena, t.unit, t.n, &patterns);
    for (size_t i = 0; i < patterns.n; i++) {
        const struct pinyin_pattern *p = &patterns.at[i];
        size_t k = 0;
        while (k < p->n && k < w.n && sound_fits(pinyin, &p->sounds[k], w.unit[k]))
            k++;
        if (p->kind == kind && k == p->n)
            return true;
    }
    return false;
}

static void test_typed_text_is_read_in_every_way(void **state)
{
    (void)state;
    assert_true(fits("老旧", "老旧小区", PATTERN_TYPED));
    assert_false(fits("旧", "老旧小区", PATTERN_TYPED));
    assert_true(fits("laojiu", "老旧小区", PATTERN_SPELLED));
    assert_true(fits("laojiux", "老旧小区", PATTERN_SPELLED));
    assert_true(fits("LAOJIUXIAOQU", "老旧小区", PATTERN_SPELLED));
    assert_true(fits("老jiu小q", "老旧小区", PATTERN_SPELLED));
    assert_true(fits("ljxq", "老旧小区", PATTERN_INITIALS));
    assert_true(fits("老jxq", "老旧小区", PATTERN_INITIALS));
    assert_true(fits("zhy", "重要", PATTERN_INITIALS));
    assert_true(fits("zy", "重要", PATTERN_INITIALS));
    assert_true(fits("laojxq", "老旧小区", PATTERN_MIXED));
    assert_true(fits("ljxiaoqu", "老旧小区", PATTERN_MIXED));
    assert_true(fits("老久小曲", "老旧小区", PATTERN_ALIKE));
    assert_false(fits("老久大曲", "老旧小区", PATTERN_ALIKE));
    assert_false(fits("明营", "民营", PATTERN_ALIKE));
    assert_true(fits("明营", "民营", PATTERN_NEAR));
    assert_true(fits("自力", "智力", PATTERN_NEAR));
    assert_false(fits("民意", "民营", PATTERN_NEAR));
    assert_true(fits("g60", "Ｇ６０科创走廊", PATTERN_TYPED));
}

static void test_letters_and_readings_are_ambiguous(void **state)
{
    (void)state;
    assert_true(fits("xian", "西安", PATTERN_SPELLED));
    assert_true(fits("xian", "县", PATTERN_SPELLED));
    assert_true(fits("zhongqing", "重庆", PATTERN_SPELLED));
    assert_true(fits("chongqing", "重庆", PATTERN_SPELLED));
    assert_true(fits("lvse", "绿色", PATTERN_SPELLED));
    assert_true(fits("lüse", "绿色", PATTERN_SPELLED));
    assert_true(fits("yh", "银行", PATTERN_INITIALS));
    assert_true(fits("yx", "银行", PATTERN_INITIALS));
    assert_true(pinyin_alike(pinyin, unit_of("行"), unit_of("航")));
    assert_true(pinyin_alike(pinyin, unit_of("行"), unit_of("形")));
    assert_false(pinyin_alike(pinyin, unit_of("航"), unit_of("形")));
}

static void test_units_of_a_sound_are_those_that_fit(void **state)
{
    (void)state;
    struct pinyin_patterns patterns;
    struct normal typed = normal_of("老jiuxq曲");
    pinyin_patterns(pinyin, arena, typed.unit, typed.n, &patterns);
    for (size_t i = 0; i < patterns.n; i++)
        for (size_t k = 0; k < patterns.at[i].n; k++) {
            const struct sound *sound = &patterns.at[i].sounds[k];
            struct units units;
            bool *listed = arena_zero(arena, 65536);
            for (size_t step = 0; sound_units(pinyin, sound, step, &units); step++)
                for (size_t u = 0; u < units.n; u++)
                    listed[units.at[u]] = true;
            for (uint32_t unit = 0; unit < 65536; unit++)
                assert_int_equal(listed[unit], sound_fits(pinyin, sound, (uint16_t)unit));
        }
}

static void test_nothing_typed_takes_long(void **state)
{
    (void)state;
    static const char *const typed[] = { "ananananananananananananananav",
                                         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                                         "xianxianxianxianxianxianxianxi",
                                         "",
                                         "v",
                                         "zhzhzhzhzhzhzhzhzhzhzhzhzhzhu" };
    struct pinyin_patterns patterns;
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
        struct normal t = normal_of(typed[i]);
        pinyin_patterns(pinyin, arena, t.unit, t.n, &patterns);
        assert_true(patterns.n <= 60);
        pinyin_patterns(NULL, arena, t.unit, t.n, &patterns);
        assert_true(patterns.n <= 1);
    }
}

static size_t keys_of(const char *word, bool initials, struct str **keys)
{
    struct normal w = normal_of(word);
    return pinyin_keys(pinyin, arena, (struct pinyin_word){ w.unit, w.n, initials }, keys);
}

static void test_spellings_are_capped(void **state)
{
    (void)state;
    struct str *keys;
    assert_int_equal(keys_of("老旧小区", true, &keys), 2); /* 区 qu, ou */
    assert_true(str_eq(keys[0], STR("ljxq")));
    keys_of("老旧小区", false, &keys);
    assert_true(str_eq(keys[0], STR("laojiuxiaoqu")));
    keys_of("5G网", false, &keys);
    assert_true(str_eq(keys[0], STR("5gwang")));
    assert_true(keys_of("行行行行行行", false, &keys) <= 16);
    assert_int_equal(keys_of("", false, &keys), 1);
}

static char folder[] = "/tmp/tian-pinyin-XXXXXX";

static int load(const char *text)
{
    char *path = path_join(arena, folder, "pinyin.txt");
    struct pinyin *out;
    error = (struct tian_error){ 0 };
    assert_int_equal(file_write(&ctx, path, str_of(text), false), 0);
    int code = pinyin_load(&ctx, arena, folder, &out);
    unlink(path);
    return code;
}

static void test_a_wrong_table_is_refused(void **state)
{
    (void)state;
    struct pinyin *empty;
    strcpy(folder + strlen(folder) - 6, "XXXXXX");
    assert_non_null(mkdtemp(folder));
    assert_int_equal(pinyin_load(&ctx, arena, folder, &empty), 0);
    assert_true(pinyin_alike(empty, 0x8001, 0x8001));
    assert_false(pinyin_alike(empty, 0x8001, 0x8002));
    assert_int_equal(load("# 注释\n老\tlao\n老\tmu\n区\tqu,ou\n"), 0);
    assert_int_equal(load("老旧\tlao\n"), TIAN_EFORMAT);
    assert_int_equal(load("老\tLao\n"), TIAN_EFORMAT);
    assert_int_equal(load("老\n"), TIAN_EFORMAT);
    assert_non_null(strstr(error.message, "1"));
    assert_int_equal(load("老\tlaooooooo\n"), TIAN_EFORMAT);
    file_remove_tree(&ctx, folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_typed_text_is_read_in_every_way, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_letters_and_readings_are_ambiguous, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_units_of_a_sound_are_those_that_fit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nothing_typed_takes_long, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_spellings_are_capped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_wrong_table_is_refused, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
