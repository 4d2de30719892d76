/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The whole search over a small real store: readings, fields, hidden documents,
 * facets, empty answers, and random substrings against a plain scan.
 */
#include "search_world.h"

static const char lines[] =
    "{\"id\":\"a\",\"title\":\"关于加装电梯的提案\",\"body\":"
    "\"情况：老旧小区没有电梯。\\n建议：加装电梯，公开收费。\","
    "\"year\":\"2022\",\"session\":\"十四届一次\",\"lead_unit\":\"住房和城乡建设局\",\"number\":\"1\"}\n"
    "{\"id\":\"b\",\"title\":\"关于停车收费的提案\",\"body\":"
    "\"情况：停车难，收费乱。\\n建议：公开停车收费标准，加强监管。\","
    "\"year\":\"2023\",\"session\":\"十四届二次\",\"lead_unit\":\"城市管理局\",\"number\":\"2\",\"proposer\":"
    "\"张三\"}\n"
    "{\"id\":\"c\",\"title\":\"关于电动车充电的提案\",\"body\":"
    "\"小区电动车入户充电，有火灾隐患。电梯里要装阻车系统。G60科创走廊。\","
    "\"year\":\"2024\",\"session\":\"十四届三次\",\"lead_unit\":\"消防救援局\",\"number\":\"3\"}\n"
    "{\"id\":\"d\",\"title\":\"关于秘密停车场的提案\",\"body\":\"这里有不公开的停车。\",\"year\":\"2024\","
    "\"number\":\"4\","
    "\"lead_unit\":\"城市管理局\",\"public\":\"否\"}\n"
    "{\"id\":\"e\",\"title\":\"短\",\"body\":\"電梯要加裝，ＧＤＰ增长。\"}\n";

static int fill(void)
{
    return world_import(lines);
}

static int set_up(void **state)
{
    (void)state;
    return world_make(fill);
}

static struct tian_results search_with(const char *query, const struct tian_search_options *options)
{
    struct tian_results out;
    error = (struct tian_error){ 0 };
    int code = search_run(&ctx, &reader, str_of(query), options, &out);
    if (code)
        print_error("%s: %s\n", query, error.message);
    assert_int_equal(code, 0);
    return out;
}

/* Ids in order, "abc". */
static const char *ids(const struct tian_results *r)
{
    struct buf out;
    buf_init(&out, arena);
    for (size_t i = 0; i < r->nhits; i++)
        buf_cstr(&out, r->hits[i].id);
    buf_char(&out, '\0');
    return out.p;
}

static int compare_chars(const void *a, const void *b)
{
    return *(const char *)a - *(const char *)b;
}

static void assert_found(const char *query, enum tian_match match, const char *wanted)
{
    struct tian_search_options options = { .match = match };
    struct tian_results r = search_with(query, &options);
    char *found = arena_cstr(arena, str_of(ids(&r)));
    qsort(found, strlen(found), 1, compare_chars);
    if (strcmp(found, wanted) != 0)
        print_error("query %s\n", query);
    assert_string_equal(found, wanted);
    if (match != TIAN_MATCH_ANY)
        assert_int_equal(r.total, strlen(wanted));
}

static void test_readings(void **state)
{
    (void)state;
    assert_found("加装电梯", TIAN_MATCH_EXACT, "a");
    assert_found("加装 电梯", TIAN_MATCH_EXACT, "ae");
    assert_found("电梯 加装", TIAN_MATCH_ALL, "ae");
    assert_found("电梯", TIAN_MATCH_AUTO, "ace");
    assert_found("\"停车收费\"", TIAN_MATCH_AUTO, "b");
    assert_found("g60", TIAN_MATCH_AUTO, "c");
    assert_found("gdp", TIAN_MATCH_AUTO, "e");
    assert_found("车", TIAN_MATCH_AUTO, "bcd");
    assert_found("没有这个词", TIAN_MATCH_EXACT, "");
}

static void test_operators_and_fields(void **state)
{
    (void)state;
    assert_found("电梯 -小区", TIAN_MATCH_ALL, "e");
    assert_found("停车 OR 充电", TIAN_MATCH_ALL, "bcd");
    assert_found("案由:停车", TIAN_MATCH_ALL, "bd");
    assert_found("建议:收费", TIAN_MATCH_ALL, "ab");
    assert_found("年:2023", TIAN_MATCH_ALL, "b");
    assert_found("年:2023..2024", TIAN_MATCH_ALL, "bcd");
    assert_found("年:..2022 电梯", TIAN_MATCH_ALL, "a");
    assert_found("届次:十四届二次", TIAN_MATCH_ALL, "b");
    assert_found("届次:十四届 -年:2022", TIAN_MATCH_ALL, "bc");
    assert_found("单位:城市管理", TIAN_MATCH_ALL, "bd");
    assert_found("提案者:张三", TIAN_MATCH_ALL, "b");
    assert_found("案号:3", TIAN_MATCH_ALL, "c");
    assert_found("编号:e", TIAN_MATCH_ALL, "e");
    assert_found("编号:nobody", TIAN_MATCH_ALL, "");
    assert_found("-电梯", TIAN_MATCH_ALL, "bd");
    assert_found("-\"加装电梯\"", TIAN_MATCH_ALL, "bcde");
    assert_found("电动车 同句 火灾", TIAN_MATCH_ALL, "c");
    assert_found("火灾 同句 电梯", TIAN_MATCH_ALL, "");
}

static void test_exact_come_first(void **state)
{
    struct tian_results r = search_with("加装电梯", NULL);
    (void)state;
    assert_string_equal(r.read_as, "all");
    assert_true(r.nhits >= 1);
    assert_string_equal(r.hits[0].id, "a");
    assert_true(r.hits[0].exact);
    assert_int_equal(r.exact, 1);
    assert_true(r.total >= r.exact);
    r = search_with("小区里怎么给电动车充电", NULL);
    assert_string_equal(r.read_as, "any");
    assert_string_equal(r.hits[0].id, "c");
}

static void test_pages_continue(void **state)
{
    struct buf all;
    (void)state;
    buf_init(&all, arena);
    struct tian_search_options options = { .count = 1 };
    for (options.offset = 0; options.offset < 4; options.offset++) {
        struct tian_results r = search_with("提案", &options);
        buf_cstr(&all, ids(&r));
        assert_int_equal(r.total, 4);
    }
    options = (struct tian_search_options){ .count = 4 };
    struct tian_results whole = search_with("提案", &options);
    buf_char(&all, '\0');
    assert_string_equal(all.p, ids(&whole));
}

static void test_sorted_by_date(void **state)
{
    struct tian_search_options options = { .sort = TIAN_SORT_NEWEST };
    (void)state;
    struct tian_results r = search_with("提案 -停车场", &options);
    assert_string_equal(ids(&r), "cba");
    options.sort = TIAN_SORT_OLDEST;
    r = search_with("提案 -停车场", &options);
    assert_string_equal(ids(&r), "abc");
}

static void test_hidden_documents(void **state)
{
    struct tian_search_options options = { .role = TIAN_ROLE_PUBLIC };
    (void)state;
    struct tian_results r = search_with("停车", &options);
    assert_string_equal(ids(&r), "b");
    r = search_with("秘密停车场怎么样", &options);
    for (size_t i = 0; i < r.nhits; i++)
        assert_string_not_equal(r.hits[i].id, "d");
    r = search_with("案号:4", &options);
    assert_string_equal(ids(&r), "d");
    assert_true(r.hits[0].hidden);
    assert_null(strstr(r.hits[0].title.text, "秘密"));
    assert_int_equal(r.hits[0].nsnippets, 0);
    for (size_t i = 0; i < r.hits[0].nfields; i++)
        assert_null(strstr(r.hits[0].fields[i].name, "title"));
    r = search_with("案号:4 -秘密", &options);
    assert_string_equal(ids(&r), "d"); /* whether it holds the word must not show */
    options.role = TIAN_ROLE_OFFICER;
    r = search_with("停车", &options);
    assert_int_equal(r.total, 2);
}

static uint64_t count_of(const struct tian_facet *facet, const char *value)
{
    for (size_t i = 0; i < facet->ncounts; i++)
        if (strcmp(facet->counts[i].value, value) == 0)
            return facet->counts[i].documents;
    return 0;
}

static void test_facets(void **state)
{
    const char *names[] = { "year", "session", "unit" };
    struct tian_search_options options = { .facets = names, .nfacets = 3 };
    (void)state;
    struct tian_results r = search_with("提案", &options);
    assert_int_equal(r.nfacets, 3);
    assert_int_equal(count_of(&r.facets[0], "2024"), 2);
    assert_int_equal(count_of(&r.facets[0], "2022"), 1);
    assert_int_equal(count_of(&r.facets[1], "十四届二次"), 1);
    assert_int_equal(count_of(&r.facets[2], "城市管理局"), 2);
    names[0] = "colour";
    struct tian_results out;
    assert_int_equal(search_run(&ctx, &reader, STR("提案"), &options, &out), TIAN_EUSAGE);
}

static bool has_note(const struct tian_results *r, const char *text)
{
    for (size_t i = 0; i < r->nnotes; i++)
        if (strstr(r->notes[i], text))
            return true;
    return false;
}

static void test_empty_answers_say_why(void **state)
{
    (void)state;
    struct tian_results r = search_with("电梯 火星", NULL);
    assert_int_equal(r.nhits, 0);
    assert_true(has_note(&r, "火星"));
    r = search_with("火灾 收费", NULL);
    assert_int_equal(r.total, 0);
    assert_true(has_note(&r, "no document meets all"));
    assert_true(has_note(&r, "火灾: 1 alone; without it 2"));
    r = search_with("电梯 年:1999", NULL);
    assert_true(r.nnotes > 0);
    r = search_with("   ", NULL);
    assert_int_equal(r.total, 0);
    assert_int_equal(r.nnotes, 1);
    r = search_with("年:哪年 电梯", NULL);
    assert_true(has_note(&r, "cannot be read"));
}

static void test_long_questions(void **state)
{
    struct buf text;
    (void)state;
    buf_init(&text, arena);
    for (int i = 0; text.n < (1 << 20) - 200; i++)
        buf_printf(&text, "第%d句说小区电动车入户充电，有火灾隐患。", i);
    int64_t begin = clock_now();
    struct tian_results out;
    assert_int_equal(search_run(&ctx, &reader, buf_view(&text), NULL, &out), 0);
    assert_true(out.nhits > 0);
    assert_string_equal(out.hits[0].id, "c");
    assert_true(clock_now() - begin < 20000000000);
}

/* ---- against a plain scan -------------------------------------------------------------- */

static bool scan(const struct document *d, const struct normal *needle)
{
    struct normal text;
    normal_init(&text, arena);
    text_normalise(d->title, NULL, &text);
    if (normal_find(&text, needle->unit, needle->n, 0) != SIZE_MAX)
        return true;
    text_normalise(d->body, &d->skips, &text);
    return normal_find(&text, needle->unit, needle->n, 0) != SIZE_MAX;
}

static void check_substring(struct str sub, const struct document *all, uint32_t n)
{
    struct tian_search_options options = { .count = n };
    const char *query = arena_printf(arena, "\"%.*s\"", STR_ARG(sub));
    struct tian_results r = search_with(query, &options);
    struct normal needle;
    normal_init(&needle, arena);
    text_normalise(sub, NULL, &needle);
    size_t truth = 0;
    for (uint32_t i = 0; i < n; i++)
        truth += scan(&all[i], &needle);
    if (truth != r.total)
        print_error("substring %s\n", query);
    assert_int_equal(truth, r.total);
    assert_int_equal(r.nhits, r.total);
}

static void test_every_substring_is_found(void **state)
{
    uint32_t n = snapshot_span(reader.snapshot);
    struct document *all = arena_array(arena, struct document, n);
    (void)state;
    for (uint32_t i = 0; i < n; i++)
        assert_int_equal(snapshot_document(&ctx, reader.snapshot, arena, i, &all[i]), 0);
    for (uint32_t i = 0; i < n; i++)
        for (size_t from = 0; from < all[i].body.n; from++) {
            size_t to = from, characters = 0;
            if ((all[i].body.p[from] & 0xC0) == 0x80)
                continue;
            for (; to < all[i].body.n && characters < 1 + from % 7; characters++)
                for (to++; to < all[i].body.n && (all[i].body.p[to] & 0xC0) == 0x80;)
                    to++;
            struct str sub = str_sub(all[i].body, from, to);
            if (str_trim(sub).n == sub.n && !str_has(sub, STR("\n")))
                check_substring(sub, all, n);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_readings),         cmocka_unit_test(test_operators_and_fields),
        cmocka_unit_test(test_exact_come_first), cmocka_unit_test(test_pages_continue),
        cmocka_unit_test(test_sorted_by_date),   cmocka_unit_test(test_hidden_documents),
        cmocka_unit_test(test_facets),           cmocka_unit_test(test_empty_answers_say_why),
        cmocka_unit_test(test_long_questions),   cmocka_unit_test(test_every_substring_is_found),
    };
    return cmocka_run_group_tests_name("search", tests, set_up, world_remove);
}
