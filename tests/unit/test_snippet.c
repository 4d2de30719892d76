/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Matches, marks and snippets on documents made by hand; no store is needed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "search/match.h"
#include "search/snippet.h"

static struct arena *arena;
static struct ctx ctx;
static struct reader reader;
static struct page page;
static struct document document;

static int set_up(void **state)
{
    struct lexicon *lexicon;
    (void)state;
    arena = arena_new(NULL);
    ctx = (struct ctx){ .arena = arena };
    if (lexicon_load(&ctx, arena, NULL, &lexicon) || cutter_new(&ctx, arena, lexicon, &reader.cutter))
        return -1;
    reader.lexicon = lexicon;
    page_init(&page, arena);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void put(const char *title, const char *body)
{
    document = (struct document){ .id = STR("x"), .title = str_of(title), .body = str_of(body) };
    page_of(&document, &page);
}

/* Leave bytes [from, to) of the body out, as repair does. */
static void put_with_skip(const char *body, uint32_t from, uint32_t to)
{
    static struct skip skip;
    put("", body);
    skip = (struct skip){ from, to };
    document.skips = (struct skips){ &skip, 1 };
    page_of(&document, &page);
}

static struct plan planned(const char *line, enum tian_match match)
{
    struct tian_search_options options = { .match = match };
    struct plan plan;
    assert_int_equal(plan_make(&ctx, &reader, str_of(line), &options, &plan), 0);
    return plan;
}

static bool matches(const char *line)
{
    struct plan plan = planned(line, TIAN_MATCH_ALL);
    return match_page(plan.root, &page, plan.reading);
}

static bool matches_exactly(const char *line)
{
    struct plan plan = planned(line, TIAN_MATCH_EXACT);
    return match_page(plan.root, &page, plan.reading);
}

static void test_match(void **state)
{
    (void)state;
    put("关于加装电梯的提案", "老旧小区没有电梯。建议加装。\n停车收费要公开，监管要到位。");
    assert_true(matches("加装电梯"));
    assert_true(matches("小区电梯"));
    assert_false(matches_exactly("小区电梯"));
    assert_true(matches_exactly("小区 电梯"));
    assert_true(matches("\"停车收费\""));
    assert_false(matches("\"停车 收费\""));
    assert_true(matches("案由:电梯"));
    assert_false(matches("案由:小区"));
    assert_true(matches("停车 -充电"));
    assert_false(matches("停车 -收费"));
    assert_true(matches("充电 OR 停车"));
    assert_false(matches("(充电 OR 停车) NOT 监管"));
    assert_false(matches_exactly("提案老旧")); /* the title does not go on in the body */
    assert_true(matches("老舊小區"));
    assert_true(matches("提*"));
}

static void test_together(void **state)
{
    (void)state;
    put("标题", "老旧小区没有电梯。建议加装。\n停车收费要公开，监管要到位。");
    assert_true(matches("小区 同句 电梯"));
    assert_false(matches("小区 同句 加装"));
    assert_true(matches("小区 同段 加装"));
    assert_false(matches("加装 同段 停车"));
    assert_true(matches("停车 NEAR/5 监管") == false);
    assert_true(matches("停车 NEAR/6 监管"));
    assert_true(matches("监管 NEAR/6 停车"));
    assert_true(matches("停车 NEAR/0 收费"));
    assert_true(matches("(充电 OR 停车) 同句 监管"));
    assert_false(matches("标题 同段 小区"));
    put("", "十、加装电梯。\n十一、停车收费。  ");
    assert_true(matches("十、 同句 电梯"));
    assert_true(matches("电梯 同句 十、"));
    assert_false(matches("电梯 同句 十一"));
    assert_true(matches("电梯 同段 -收费"));
}

/* Half a million places of one character, in short sentences and in one without an end: each is walked once.
 * A walk from the start for each place would take minutes. */
static void test_together_is_linear(void **state)
{
    enum {
        PLACES = 500000
    };
    (void)state;
    for (int endless = 0; endless < 2; endless++) {
        struct buf body;
        buf_init(&body, ctx.arena);
        for (int i = 0; i < PLACES; i++)
            buf_cstr(&body, endless ? "的" : "的。");
        buf_cstr(&body, "。\n电梯");
        buf_char(&body, '\0');
        put("", body.p);
        clock_t start = clock();
        assert_false(matches("的 同句 电梯"));
        assert_false(matches("的 同段 电梯"));
        assert_false(matches("的 同段 (的 同句 电梯)"));
        assert_true((clock() - start) / CLOCKS_PER_SEC < 5);
    }
}

static void test_prefix(void **state)
{
    (void)state;
    put("", "建设 G60 走廊，AG600 首飞");
    assert_true(matches("g60*"));
    assert_true(matches("ag*"));
    assert_false(matches("g600*"));
    assert_true(matches("G600"));
}

static void test_blanks(void **state)
{
    (void)state;
    put("", "张 三 与李四");
    assert_true(matches("\"张 三\""));
    assert_true(matches("\"张　三\""));
    assert_false(matches("\"张三\""));
    assert_false(matches("\"李 四\""));
    put_with_skip("城市建\n设规划", 9, 10);
    assert_true(matches("\"城市建设\""));
    assert_true(matches("\"城市建\n设\""));
    assert_false(matches("\"城 市建设\""));
    put_with_skip("5G\n6G", 2, 3);
    assert_true(matches("\"5G 6G\""));
}

static void test_sections(void **state)
{
    static struct section sections[2];
    (void)state;
    put("", "电梯很少。加装电梯。");
    sections[0] = (struct section){ SECTION_SITUATION, 0, 15 };
    sections[1] = (struct section){ SECTION_SUGGESTION, 15, 30 };
    document.sections = sections;
    document.nsections = 2;
    page_of(&document, &page);
    assert_true(matches("建议:加装"));
    assert_false(matches("情况:加装"));
    assert_false(matches("情况:\"少。加\""));
    assert_true(matches("\"少。加\""));
    assert_false(matches("答复:电梯"));
}

/* The body with its marks as [ ]. */
static const char *marked(const char *line, enum tian_match match)
{
    struct plan plan = planned(line, match);
    struct stretch whole = page_text(&page, false);
    struct tian_text text = { 0 };
    struct spots spots;
    struct buf out;
    uint32_t at = 0;
    vec_init(&spots, arena);
    buf_init(&out, arena);
    match_spots(&plan, &page, plan.reading, false, &spots);
    snippet_marks(arena, &whole, &spots, &text);
    for (size_t i = 0; i < text.nmarks; i++) {
        assert_true(text.marks[i].from >= at && text.marks[i].to > text.marks[i].from);
        buf_str(&out, str_sub(whole.original, at, text.marks[i].from));
        buf_printf(&out, "[%.*s]", STR_ARG(str_sub(whole.original, text.marks[i].from, text.marks[i].to)));
        at = text.marks[i].to;
    }
    buf_str(&out, str_sub(whole.original, at, whole.original.n));
    buf_char(&out, '\0');
    return out.p;
}

static void test_marks(void **state)
{
    (void)state;
    put("", "老旧小区加装电梯，电梯加装");
    assert_string_equal(marked("加装电梯", TIAN_MATCH_EXACT), "老旧小区[加装电梯]，电梯加装");
    assert_string_equal(marked("加装 电梯", TIAN_MATCH_ALL), "老旧小区[加装电梯]，[电梯加装]");
    assert_string_equal(marked("\"装电\"", TIAN_MATCH_ALL), "老旧小区加[装电]梯，电梯加装");
    put("", "ＧＤＰ增長，gdp增长");
    assert_string_equal(marked("\"GDP增长\"", TIAN_MATCH_ALL), "[ＧＤＰ增長]，[gdp增长]");
    put_with_skip("城市建\n设规划", 9, 10);
    assert_string_equal(marked("\"建设\"", TIAN_MATCH_ALL), "城市[建\n设]规划");
    put("", "人人人人人");
    assert_string_equal(marked("\"人人\"", TIAN_MATCH_ALL), "[人人][人人]人");
}

static struct tian_hit snipped(const char *line)
{
    struct plan plan = planned(line, TIAN_MATCH_ALL);
    struct tian_hit hit = { 0 };
    struct spots spots;
    vec_init(&spots, arena);
    match_spots(&plan, &page, plan.reading, false, &spots);
    snippet_make(arena, &page, &spots, &hit);
    for (size_t i = 0; i < hit.nsnippets; i++) {
        const struct tian_snippet *s = &hit.snippets[i];
        assert_int_equal(strlen(s->text.text), s->text.length);
        assert_memory_equal(document.body.p + s->offset, s->text.text, s->text.length);
        for (size_t k = 0; k < s->text.nmarks; k++)
            assert_true(s->text.marks[k].to <= s->text.length);
    }
    return hit;
}

static void test_snippets(void **state)
{
    (void)state;
    put("", "第一句没有什么。第二句说电梯。第三句说停车！\n第四句又说电梯和停车；完了。");
    struct tian_hit hit = snipped("电梯 停车");
    assert_int_equal(hit.nsnippets, 1);
    assert_string_equal(hit.snippets[0].text.text, "第四句又说电梯和停车；");
    assert_int_equal(hit.snippets[0].text.nmarks, 2);
    hit = snipped("第二句 停车 完了");
    assert_true(hit.nsnippets >= 2);
    hit = snipped("不在这里");
    assert_string_equal(hit.snippets[0].text.text, "第一句没有什么。");
    put("标题", "");
    assert_int_equal(snipped("标题").nsnippets, 0);
}

static void test_suggestions_come_first(void **state)
{
    static struct section sections[2];
    (void)state;
    put("", "电梯很少。电梯要装。");
    sections[0] = (struct section){ SECTION_SITUATION, 0, 15 };
    sections[1] = (struct section){ SECTION_SUGGESTION, 15, 30 };
    document.sections = sections;
    document.nsections = 2;
    page_of(&document, &page);
    struct tian_hit hit = snipped("电梯");
    assert_string_equal(hit.snippets[0].text.text, "电梯要装。");
    assert_string_equal(hit.snippets[0].section, "建议");
}

static void test_long_sentences_are_cut(void **state)
{
    struct buf body;
    (void)state;
    buf_init(&body, arena);
    for (int i = 0; i < 60; i++)
        buf_printf(&body, "这是很长的一句里的第%d段，", i);
    buf_cstr(&body, "终于说到电梯，");
    for (int i = 0; i < 60; i++)
        buf_printf(&body, "后面还有第%d段，", i);
    buf_char(&body, '\0');
    put("", body.p);
    struct tian_hit hit = snipped("电梯");
    assert_int_equal(hit.nsnippets, 1);
    assert_true(utf8_length(str_of(hit.snippets[0].text.text)) <= 160);
    assert_int_equal(hit.snippets[0].text.nmarks, 1);
    buf_clear(&body);
    for (int i = 0; i < 1000; i++)
        buf_cstr(&body, i == 700 ? "电梯" : "字");
    buf_char(&body, '\0');
    put("", body.p);
    hit = snipped("电梯");
    assert_int_equal(hit.snippets[0].text.nmarks, 1);
    assert_true(utf8_length(str_of(hit.snippets[0].text.text)) <= 160);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_match),
        cmocka_unit_test(test_together),
        cmocka_unit_test(test_together_is_linear),
        cmocka_unit_test(test_prefix),
        cmocka_unit_test(test_blanks),
        cmocka_unit_test(test_sections),
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_snippets),
        cmocka_unit_test(test_suggestions_come_first),
        cmocka_unit_test(test_long_sentences_are_cut),
    };
    return cmocka_run_group_tests_name("snippet", tests, set_up, tear_down);
}
