/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Suggestions over a small real store of two segments: every way to type, what is
 * removed or hidden, conditions before the last blank, a cache that is damaged.
 */
#include "search_world.h"

static const char first[] =
    "{\"id\":\"a\",\"title\":\"关于老旧小区加装电梯的提案\",\"body\":\"老旧小区改造，重庆也在做。\","
    "\"year\":\"2022\"}\n"
    "{\"id\":\"b\",\"title\":\"关于老旧小区停车的提案\",\"body\":\"老旧小区停车难。Ｇ６０科创走廊。\","
    "\"year\":\"2023\"}\n"
    "{\"id\":\"dead\",\"title\":\"关于海绵城市的提案\",\"body\":\"海绵城市。\"}\n";
static const char second[] =
    "{\"id\":\"c\",\"title\":\"关于老旧小区停车的提案\",\"body\":\"充电桩要多。\",\"year\":\"2024\"}\n"
    "{\"id\":\"hidden\",\"title\":\"关于口袋公园的提案\",\"body\":\"口袋公园与停车。\",\"public\":\"否\"}\n";

static int fill(void)
{
    struct str dead = STR("dead");
    size_t removed;
    int code = world_import(first);
    if (!code)
        code = world_import(second);
    return code ? code : store_remove(&ctx, store, &dead, 1, &removed);
}

static int set_up(void **state)
{
    (void)state;
    return world_make(fill);
}

static struct tian_suggestions suggest(const char *typed, enum tian_role role)
{
    struct tian_suggestions out;
    struct tian_suggest_options options = { .role = role };
    error = (struct tian_error){ 0 };
    assert_int_equal(search_suggest(&ctx, &reader, str_of(typed), &options, &out), 0);
    return out;
}

/* The place of a text among what is suggested, -1 when it is not. */
static int place_of(const char *typed, const char *text, enum tian_role role)
{
    struct tian_suggestions s = suggest(typed, role);
    for (size_t i = 0; i < s.nsuggestions; i++)
        if (strcmp(s.suggestions[i].text, text) == 0)
            return (int)i;
    return -1;
}

static void test_every_way_to_type(void **state)
{
    (void)state;
    static const char *const typed[] = { "老旧小",   "老旧小区", "laojiu",  "laojiuxiaoqu", "ljxq",
                                         "ljxiaoqu", "老jiu小q", "老旧xq",  "老久小曲",     "小区",
                                         "旧小",     "LJXQ",     "老舊小區" };
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++)
        if (place_of(typed[i], "老旧小区", TIAN_ROLE_OFFICER) < 0)
            fail_msg("%s", typed[i]);
    assert_true(place_of("chongqing", "重庆", TIAN_ROLE_OFFICER) == 0);
    assert_true(place_of("zhongqing", "重庆", TIAN_ROLE_OFFICER) == 0);
    assert_true(place_of("g6", "g60", TIAN_ROLE_OFFICER) == 0);
    assert_true(place_of("老旧大", "老旧小区", TIAN_ROLE_OFFICER) < 0);
}

static void test_words_then_titles_each_once(void **state)
{
    (void)state;
    struct tian_suggestions s = suggest("老旧", TIAN_ROLE_OFFICER);
    size_t titles = 0;
    for (size_t i = 0; i < s.nsuggestions; i++) {
        const struct tian_suggestion *one = &s.suggestions[i];
        bool title = strcmp(one->kind, "title") == 0;
        assert_true(title || titles == 0);
        titles += title;
        assert_int_equal(one->id != NULL, title);
        if (title && strstr(one->text, "停车")) {
            assert_string_equal(one->id, "c");
            assert_int_equal(one->documents, 2);
        }
        if (strcmp(one->text, "老旧小区") == 0)
            assert_int_equal(one->documents, 3); /* the titles' too */
    }
    assert_int_equal(titles, 2);
    assert_int_equal(suggest("", TIAN_ROLE_OFFICER).nsuggestions, 0);
    assert_int_equal(suggest("   ", TIAN_ROLE_OFFICER).nsuggestions, 0);
}

static void test_what_nobody_may_see(void **state)
{
    (void)state;
    assert_true(place_of("海绵", "海绵城市", TIAN_ROLE_OFFICER) < 0);
    assert_true(place_of("海绵", "关于海绵城市的提案", TIAN_ROLE_OFFICER) < 0);
    assert_true(place_of("口袋", "口袋公园", TIAN_ROLE_OFFICER) >= 0);
    assert_true(place_of("口袋", "关于口袋公园的提案", TIAN_ROLE_OFFICER) >= 0);
    assert_int_equal(suggest("口袋", TIAN_ROLE_PUBLIC).nsuggestions, 0);
    assert_int_equal(suggest("kdgy", TIAN_ROLE_PUBLIC).nsuggestions, 0);
    struct tian_suggestions s = suggest("停车", TIAN_ROLE_PUBLIC);
    assert_string_equal(s.suggestions[0].text, "停车");
    assert_int_equal(s.suggestions[0].documents, 2);
    assert_int_equal(suggest("停车", TIAN_ROLE_OFFICER).suggestions[0].documents, 3);
}

static void test_parts_before_the_last_are_conditions(void **state)
{
    (void)state;
    struct tian_suggestions s = suggest("重庆 老旧", TIAN_ROLE_OFFICER);
    assert_true(s.nsuggestions > 0);
    assert_int_equal(place_of("重庆 ljxq", "重庆 老旧小区", TIAN_ROLE_OFFICER), 0);
    assert_int_equal(suggest("重庆 ljxq", TIAN_ROLE_OFFICER).suggestions[0].documents, 1);
    assert_int_equal(suggest("重庆 充电", TIAN_ROLE_OFFICER).nsuggestions, 0);
}

static struct vocabulary vocabulary(void)
{
    struct vocabulary v;
    assert_int_equal(snapshot_vocabulary(&ctx, reader.snapshot, arena, &v), 0);
    return v;
}

static void test_a_damaged_cache_is_made_anew(void **state)
{
    (void)state;
    struct vocabulary before = vocabulary();
    const char *cache = scratch("index/cache");
    char **names;
    size_t n;
    assert_int_equal(file_list(&ctx, arena, cache, &names, &n), 0);
    assert_int_equal(n, snapshot_segments(reader.snapshot));
    for (size_t i = 0; i < n; i++) {
        struct str bytes;
        const char *path = path_join(arena, cache, names[i]);
        assert_int_equal(file_read(&ctx, arena, path, 0, &bytes), 0);
        for (size_t at = 0; at < bytes.n; at += 7) {
            char *copy = arena_cstr(arena, bytes);
            memcpy(copy, bytes.p, bytes.n);
            copy[at] ^= 0x10;
            file_remove_tree(&ctx, path);
            assert_int_equal(file_write(&ctx, path, (struct str){ copy, at % 2 ? at : bytes.n }, false), 0);
            struct vocabulary after = vocabulary();
            assert_int_equal(after.nwords, before.nwords);
        }
    }
    assert_int_equal(file_write(&ctx, path_join(arena, cache, "vocabulary-of-nothing"), STR("x"), false), 0);
    file_remove_tree(&ctx, path_join(arena, cache, names[0]));
    vocabulary();
    assert_int_equal(file_list(&ctx, arena, cache, &names, &n), 0);
    assert_int_equal(n, snapshot_segments(reader.snapshot));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_way_to_type),
        cmocka_unit_test(test_words_then_titles_each_once),
        cmocka_unit_test(test_what_nobody_may_see),
        cmocka_unit_test(test_parts_before_the_last_are_conditions),
        cmocka_unit_test(test_a_damaged_cache_is_made_anew),
    };
    return cmocka_run_group_tests(tests, set_up, world_remove);
}
