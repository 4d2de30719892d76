/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * ranking.conf: the shipped file says what is built in, wrong lines are named; its
 * numbers change the order, the parts of a score add up to it; copies are one hit.
 */
#include "search_world.h"

#include "search/ranking.h"

static const char lines[] =
    "{\"id\":\"title\",\"title\":\"关于路灯照明的提案\",\"body\":\"小巷夜里昏暗，行人不便，应当尽早安排改造，"
    "照亮回家的路，让老人安心。建议由街道会同社区逐条摸排，列出清单，分年安排资金，先易后难，完工一条公示一条"
    "，"
    "并请居民代表参加验收，日常养护交给专业队伍，费用列入年度预算，定期公布。\",\"year\":\"2020\"}\n"
    "{\"id\":\"key\",\"title\":\"关于小巷的提案\",\"body\":"
    "\"小巷夜里昏暗，装路灯照明，行人不便，应当尽早安排，"
    "装路灯照明回家的路，让老人安心。\",\"year\":\"2020\",\"重点提案\":\"是\"}\n"
    "{\"id\":\"new\",\"title\":\"关于小巷的提案\",\"body\":"
    "\"小巷夜里昏暗，装路灯照明，行人不便，应当尽早安排，"
    "装路灯照明回家的路，让老人安心。\",\"year\":\"2024\"}\n"
    "{\"id\":\"new2\",\"title\":\"关于小巷的提案\",\"body\":"
    "\"小巷夜里昏暗，装路灯照明，行人不便，应当尽早安排，"
    "装路灯照明回家的路，让老人放心。\",\"year\":\"2020\"}\n";

enum {
    TREES = 400 /* proposals about trees in an index of their own question: every fifth has a copy */
};

/* More or fewer trees in shorter or longer texts, in one part or the other; copies differ in the year only,
 * and every other copy is far behind. */
static void tell_tree(struct buf *out, unsigned i, unsigned year)
{
    buf_printf(out,
               "{\"id\":\"tree%u-%u\",\"title\":\"关于%s的提案%u\",\"year\":\"%u\",\"body\":\"一、情况\\n", i,
               year, i % 3 ? "绿化" : "行道树", i, year);
    for (unsigned k = 0; k < 1 + i * 7 % 11; k++)
        buf_cstr(out, i % 4 && k % 2 ? "路边的行道树遮住了站牌。" : "街角的长椅坏了没有人修。");
    buf_cstr(out, i % 2 ? "\\n二、建议\\n补种行道树。" : "\\n二、建议\\n修好长椅，再栽一排行道树。");
    buf_cstr(out, "\"}\n");
}

static int fill(void)
{
    struct buf trees;
    buf_init(&trees, arena);
    for (unsigned i = 0; i < TREES; i++) {
        tell_tree(&trees, i, 2024 - i % 9);
        if (i % 10 == 0)
            tell_tree(&trees, i, 2010);
    }
    for (unsigned i = 5; i < TREES; i += 10)
        tell_tree(&trees, i, 2011);
    buf_char(&trees, '\0');
    int code = world_import(lines);
    return code ? code : world_import(trees.p);
}

static int set_up(void **state)
{
    (void)state;
    unsetenv("TIAN_RANKING");
    return world_make(fill);
}

static void search(const char *query, const struct tian_search_options *options, struct tian_results *out)
{
    assert_int_equal(search_run(&ctx, &reader, str_of(query), options, out), 0);
}

/* The ids of the answer with these lines over the usual numbers. */
static const char *order(const char *query, const char *conf)
{
    struct ranking ranking = *ranking_of(&(struct reader){ 0 });
    struct tian_results r;
    struct buf out;
    assert_int_equal(ranking_parse(&ctx, str_of(conf), "test", &ranking), 0);
    reader.ranking = &ranking;
    search(query, &(struct tian_search_options){ .all_copies = true }, &r);
    reader.ranking = NULL;
    buf_init(&out, arena);
    for (size_t i = 0; i < r.nhits; i++)
        buf_printf(&out, "%s%s", i ? " " : "", r.hits[i].id);
    return arena_cstr(arena, buf_view(&out));
}

static void test_shipped(void **state)
{
    (void)state;
    struct ranking *shipped;
    assert_int_equal(ranking_load(&ctx, arena, NULL, &shipped), 0);
    const struct ranking *usual = ranking_of(&(struct reader){ 0 });
    for (int i = 0; i < RANKING_NUMBERS; i++)
        assert_float_equal(shipped->at[i], usual->at[i], 1e-9);
    assert_true(shipped->at[RANKING_TITLE] > shipped->at[RANKING_SUGGESTION]);
    assert_true(shipped->at[RANKING_SUGGESTION] > shipped->at[RANKING_SITUATION]);
    assert_true(shipped->at[RANKING_SITUATION] > shipped->at[RANKING_REPLY]);
}

static void test_own_file(void **state)
{
    (void)state;
    struct ranking *own;
    const char *file = scratch("own.conf");
    assert_int_equal(file_write(&ctx, file, STR("[boosts]\nkey = 0.5\n"), false), 0);
    setenv("TIAN_RANKING", file, 1);
    assert_int_equal(ranking_load(&ctx, arena, NULL, &own), 0);
    assert_float_equal(own->at[RANKING_KEY], .5, 1e-9);
    assert_float_equal(own->at[RANKING_TITLE], ranking_of(&(struct reader){ 0 })->at[RANKING_TITLE], 1e-9);
    setenv("TIAN_RANKING", scratch("none.conf"), 1);
    assert_int_not_equal(ranking_load(&ctx, arena, NULL, &own), 0);
    unsetenv("TIAN_RANKING");
}

static void test_wrong_lines(void **state)
{
    (void)state;
    static const char *const wrong[] = { "[sections]\ntitel = 1\n",    "[section]\ntitle = 1\n",
                                         "[sections]\ntitle = much\n", "[sections]\ntitle = -2\n",
                                         "[boosts]\nhalf_life = 0\n",  "[order]\nwindow = 5000\n",
                                         "[sections]\ntitle\n",        "title = 1\n" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct ranking ranking = { { 0 } };
        error = (struct tian_error){ 0 };
        assert_int_equal(ranking_parse(&ctx, str_of(wrong[i]), "test", &ranking), TIAN_EFORMAT);
        if (!strstr(error.message, "line "))
            fail_msg("%zu: %s", i, error.message);
    }
}

static void test_order_follows(void **state)
{
    (void)state;
    static const char none[] = "[sections]\ntitle=0\nother=0\n[boosts]\nkey=0\nrecent=0\ntheme=0\n";
    assert_string_equal(order("路灯照明", none), "key new new2 title");
    assert_string_equal(order("路灯照明", "[sections]\ntitle=3\nother=0\n[boosts]\nkey=0\nrecent=0\n"),
                        "title key new new2");
    assert_string_equal(order("路灯照明", "[sections]\ntitle=0\n[boosts]\nkey=0\nrecent=0.2\n"),
                        "new key new2 title");
    assert_string_equal(order("路灯照明", "[sections]\ntitle=0\n[boosts]\nkey=0.2\nrecent=0.01\n"),
                        "key new new2 title");
    assert_string_equal(order("路灯照明", "[sections]\ntitle=3\nother=0\n[order]\nwindow=1\n"),
                        "key new new2 title"); /* nothing to put in order with */
}

static void check_sum(const char *query)
{
    struct tian_results r;
    search(query, &(struct tian_search_options){ .explain = true, .all_copies = true }, &r);
    assert_true(r.nhits > 0);
    for (size_t i = 0; i < r.nhits; i++) {
        double sum = 0;
        for (size_t k = 0; k < r.hits[i].nparts; k++)
            sum += r.hits[i].parts[k].value;
        assert_true(r.hits[i].nparts > 1);
        assert_float_equal(sum, r.hits[i].score, 1e-6);
    }
}

static void test_parts_add_up(void **state)
{
    (void)state;
    check_sum("路灯照明");
    check_sum("路灯 -公园");
    check_sum("小巷夜里昏暗的路灯照明怎么办？");
    check_sum("照明 NEAR/5 回家");
    check_sum("案由:路灯 或 老人");
}

static void test_copies(void **state)
{
    (void)state;
    struct tian_results r;
    search("路灯照明", &(struct tian_search_options){ .count = 1 }, &r);
    assert_int_equal(r.total, 4);
    assert_int_equal(r.nhits, 1);
    assert_string_equal(r.hits[0].id, "key");
    assert_int_equal(r.hits[0].ncopies, 1); /* new2 differs in one character */
    assert_string_equal(r.hits[0].copies[0], "new");
    search("路灯照明", &(struct tian_search_options){ .offset = 1, .count = 5 }, &r);
    assert_int_equal(r.nhits, 2);
    search("路灯照明", &(struct tian_search_options){ .sort = TIAN_SORT_NEWEST, .count = 1 }, &r);
    assert_string_equal(r.hits[0].id, "new");
    assert_int_equal(r.hits[0].ncopies, 1); /* far behind by date */
    search("路灯照明", &(struct tian_search_options){ .all_copies = true }, &r);
    assert_int_equal(r.nhits, 4);
}

/* The ids of an answer, page by page, by offset or by cursor; with how many documents they stand for. */
static const char *paged(const char *query, struct tian_search_options options, bool by_cursor,
                         size_t *documents)
{
    struct buf out;
    struct tian_results r;
    *documents = 0;
    buf_init(&out, arena);
    do {
        search(query, &options, &r);
        for (size_t i = 0; i < r.nhits; i++)
            buf_printf(&out, "%s ", r.hits[i].id);
        for (size_t i = 0; i < r.nhits; i++)
            *documents += 1 + r.hits[i].ncopies;
        options.offset += by_cursor ? 0 : options.count;
        options.cursor = by_cursor ? r.next : NULL;
    } while (by_cursor ? options.cursor != NULL : r.nhits > 0);
    return arena_cstr(arena, buf_view(&out));
}

/* However it is paged, the order is one, and no copy of what was shown comes again. */
static void check_pages(const char *query, struct tian_search_options options)
{
    size_t whole, offset, cursor, shown = 0;
    options.count = 1000;
    const char *all = paged(query, options, false, &whole);
    for (const char *p = all; *p; p++)
        shown += *p == ' ';
    assert_int_equal(shown, TREES);
    assert_int_equal(whole, TREES + TREES / 5);
    for (options.count = 7; options.count < 150; options.count += 41) {
        assert_string_equal(paged(query, options, false, &offset), all);
        assert_string_equal(paged(query, options, true, &cursor), all);
        assert_int_equal(offset, whole);
        assert_int_equal(cursor, whole);
    }
}

static void test_deep_pages(void **state)
{
    (void)state;
    static const char *const orders[] = { "", "[sections]\ntitle=1\n[boosts]\nrecent=1\n",
                                          "[sections]\nsituation=2\n[order]\nwindow=30\n",
                                          "[order]\nwindow=1000\n", "[order]\nwindow=1\n" };
    struct ranking ranking;
    reader.ranking = &ranking;
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        ranking = *ranking_of(&(struct reader){ 0 });
        assert_int_equal(ranking_parse(&ctx, str_of(orders[i]), "test", &ranking), 0);
        check_pages("行道树", (struct tian_search_options){ 0 });
        check_pages("栽一排行道树", (struct tian_search_options){ .match = TIAN_MATCH_ANY });
        check_pages("行道树 站牌 OR 行道树 长椅", (struct tian_search_options){ 0 });
        reader.ranking = NULL;
    }
    check_pages("行道树", (struct tian_search_options){ .sort_keys = "-年" });
    check_pages("行道树", (struct tian_search_options){ .sort_keys = "年,score" });
}

/* In the window no text that scores more comes behind one that scores less. */
static void test_window_is_one_order(void **state)
{
    (void)state;
    struct ranking ranking = *ranking_of(&(struct reader){ 0 });
    struct tian_results r;
    assert_int_equal(ranking_parse(&ctx, STR("[sections]\ntitle=1\nsituation=-1\n"), "test", &ranking), 0);
    reader.ranking = &ranking;
    search("行道树", &(struct tian_search_options){ .count = 100 }, &r);
    reader.ranking = NULL;
    for (size_t i = 1; i < r.nhits; i++)
        assert_true(r.hits[i].score <= r.hits[i - 1].score);
}

static void test_sort_keys(void **state)
{
    (void)state;
    struct tian_results r;
    search("路灯照明", &(struct tian_search_options){ .sort_keys = "-年,score", .all_copies = true }, &r);
    assert_string_equal(r.hits[0].id, "new");
    assert_string_equal(r.hits[1].id, "key");
    assert_string_equal(r.hits[3].id, "title");
    search("路灯照明", &(struct tian_search_options){ .sort_keys = "year,-score", .all_copies = true }, &r);
    assert_string_equal(r.hits[0].id, "title");
    assert_string_equal(r.hits[3].id, "new");
    assert_int_equal(
        search_run(&ctx, &reader, STR("路灯"), &(struct tian_search_options){ .sort_keys = "colour" }, &r),
        TIAN_EUSAGE);
}

static void test_negation_keeps_scores(void **state)
{
    (void)state;
    struct tian_results with, alone;
    search("路灯 -公园", &(struct tian_search_options){ .all_copies = true }, &with);
    search("路灯", &(struct tian_search_options){ .all_copies = true }, &alone);
    assert_int_equal(with.nhits, alone.nhits);
    for (size_t i = 0; i < with.nhits; i++) {
        assert_true(with.hits[i].score > 0);
        assert_float_equal(with.hits[i].score, alone.hits[i].score, 1e-9);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shipped),      cmocka_unit_test(test_own_file),
        cmocka_unit_test(test_wrong_lines),  cmocka_unit_test(test_order_follows),
        cmocka_unit_test(test_parts_add_up), cmocka_unit_test(test_copies),
        cmocka_unit_test(test_deep_pages),   cmocka_unit_test(test_window_is_one_order),
        cmocka_unit_test(test_sort_keys),    cmocka_unit_test(test_negation_keeps_scores),
    };
    return cmocka_run_group_tests(tests, set_up, world_remove);
}
