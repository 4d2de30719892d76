/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * How a query is read and by which lists it is found; no store is needed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "search/plan.h"

static struct arena *arena;
static struct ctx ctx;
static struct tian_error error;
static struct reader reader;

static int set_up(void **state)
{
    struct lexicon *lexicon;
    (void)state;
    say_set("en");
    arena = arena_new(NULL);
    ctx = (struct ctx){ .arena = arena, .error = &error };
    if (lexicon_load(&ctx, arena, NULL, &lexicon) || cutter_new(&ctx, arena, lexicon, &reader.cutter))
        return -1;
    reader.lexicon = lexicon;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static struct plan planned_as(const char *line, enum tian_match match)
{
    struct tian_search_options options = { .match = match };
    struct plan plan;
    assert_int_equal(plan_make(&ctx, &reader, str_of(line), &options, &plan), 0);
    return plan;
}

static struct plan planned(const char *line)
{
    return planned_as(line, TIAN_MATCH_AUTO);
}

/* Keys as "ab|c": pairs and letters, in the order of their numbers. */
static void assert_keys(const char *text, const char *wanted)
{
    struct normal folded;
    struct needle needle;
    struct buf out;
    normal_init(&folded, arena);
    text_normalise(str_of(text), NULL, &folded);
    needle_make(arena, folded.unit, folded.n, &needle);
    buf_init(&out, arena);
    for (size_t i = 0; i < needle.nkeys; i++) {
        uint16_t unit[2] = { (uint16_t)(needle.keys[i] >> 16), (uint16_t)needle.keys[i] };
        struct normal view = { .unit = unit, .n = 2 };
        if (i > 0)
            buf_char(&out, '|');
        normal_utf8(&view, unit[0] ? 0 : 1, 2, &out);
    }
    buf_char(&out, '\0');
    assert_string_equal(out.p, wanted);
}

static void test_keys(void **state)
{
    (void)state;
    assert_keys("", "");
    assert_keys("甲", "甲");
    assert_keys("一丁", "一丁");
    assert_keys("一丁一丁", "一丁|丁一");
    assert_keys("一，丁", "一|丁");
    assert_keys("G60", "60|g6");
    assert_keys("，。", "");
    assert_keys(" 一丁 ", "一丁");
}

static struct needle needle_of(const char *text)
{
    struct normal folded;
    struct needle needle;
    normal_init(&folded, arena);
    text_normalise(str_of(text), NULL, &folded);
    needle_make(arena, folded.unit, folded.n, &needle);
    return needle;
}

static void test_proof(void **state)
{
    (void)state;
    assert_true(needle_of("甲").proof);
    assert_true(needle_of("停车").proof);
    assert_true(needle_of("ＡＢ").proof);
    assert_false(needle_of("停车场").proof);
    assert_false(needle_of("人人人").proof); /* one pair, but three letters */
    assert_false(needle_of("车。").proof);
    assert_false(needle_of("甲，乙").proof);
    assert_false(needle_of("").proof);
}

static void test_reading(void **state)
{
    (void)state;
    assert_int_equal(planned("加装电梯").reading, READ_ALL);
    assert_int_equal(planned("老旧小区 加装电梯").reading, READ_ALL);
    assert_int_equal(planned("老旧小区怎么加装电梯").reading, READ_ANY);
    assert_int_equal(planned("加装电梯？").reading, READ_ANY);
    assert_int_equal(planned("各地各部门全力应对雨雪冰冻天气").reading, READ_ANY);
    assert_int_equal(planned("\"加装电梯\"").reading, READ_EXACT);
    assert_int_equal(planned("吗啡 管理").reading, READ_ALL);
    assert_int_equal(planned_as("怎么办", TIAN_MATCH_ALL).reading, READ_ALL);
    assert_int_equal(planned_as("加装电梯", TIAN_MATCH_EXACT).reading, READ_EXACT);
    assert_int_equal(planned_as("加装", TIAN_MATCH_ANY).reading, READ_ANY);
    assert_true(planned("加装电梯").staged);
    assert_false(planned_as("加装电梯", TIAN_MATCH_ALL).staged);
}

static void test_optional(void **state)
{
    (void)state;
    struct plan plan = planned_as("停车 \"收费\" 案由:充电 -广场", TIAN_MATCH_ANY);
    struct plan_node *node = plan.root->kid;
    assert_true(node->optional);
    assert_false((node = node->next)->optional);
    assert_false((node = node->next)->optional);
    assert_int_equal((node = node->next)->kind, QUERY_NOT);
    assert_false(node->kid->optional);
    assert_int_equal(plan.nleaves, 3);
}

static void test_words(void **state)
{
    (void)state;
    struct plan plan = planned_as("交办 交办督办", TIAN_MATCH_ALL);
    assert_int_equal(plan.nleaves, 2);
    assert_int_equal(plan.leaves[0]->nwords, 1);
    assert_int_equal(plan.leaves[1]->nwords, 2);
    assert_int_equal(plan.leaves[1]->npieces, 4); /* 交 办 督 办 */
    assert_int_equal(plan.leaves[1]->words[1].piece, 2);
    assert_int_equal(plan.leaves[1]->words[1].npieces, 2);
    assert_int_equal(plan.nrank, 3); /* counted together: 交 办 督 */
    assert_true(plan.rank[1].weight > plan.rank[0].weight && plan.rank[0].weight > plan.rank[2].weight);
    assert_false(planned_as("交办 督办", TIAN_MATCH_ALL).differs);
    assert_true(planned_as("交办督办", TIAN_MATCH_ALL).differs);
}

static void test_punctuation_is_a_phrase(void **state)
{
    (void)state;
    struct plan plan = planned_as("《》", TIAN_MATCH_ANY);
    assert_int_equal(plan.root->kind, QUERY_PHRASE);
    assert_false(plan.root->optional);
}

static void test_synonyms_only_where_asked(void **state)
{
    const struct str *others;
    (void)state;
    if (lexicon_synonyms(reader.lexicon, STR("办结"), &others) == 0)
        skip();
    assert_true(planned("办结").leaves[0]->words[0].nforms > 1);
    assert_int_equal(planned_as("办结", TIAN_MATCH_ALL).leaves[0]->words[0].nforms, 1);
    assert_int_equal(planned_as("办结", TIAN_MATCH_EXACT).leaves[0]->words[0].nforms, 1);
}

static void test_errors(void **state)
{
    struct tian_search_options options = { 0 };
    struct plan plan;
    (void)state;
    assert_int_equal(plan_make(&ctx, &reader, STR("titel:停车"), &options, &plan), TIAN_EUSAGE);
    assert_non_null(strstr(error.message, "titel"));
    error = (struct tian_error){ 0 };
    assert_int_equal(plan_make(&ctx, &reader, STR("\xff\xfe"), &options, &plan), TIAN_EUSAGE);
    error = (struct tian_error){ 0 };
    char *big = arena_zero(arena, (1 << 20) + 2);
    memset(big, 'a', (1 << 20) + 1);
    assert_int_equal(plan_make(&ctx, &reader, (struct str){ big, (1 << 20) + 1 }, &options, &plan),
                     TIAN_ELIMIT);
    error = (struct tian_error){ 0 };
    assert_null(planned("  ").root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_proof),
        cmocka_unit_test(test_reading),
        cmocka_unit_test(test_optional),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_punctuation_is_a_phrase),
        cmocka_unit_test(test_synonyms_only_where_asked),
        cmocka_unit_test(test_errors),
    };
    return cmocka_run_group_tests_name("plan", tests, set_up, tear_down);
}
