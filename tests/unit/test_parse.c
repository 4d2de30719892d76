/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Parsing: the cases of tests/data/parse.test; facts; section names.
 */
#include "document_blocks.h"

struct checking {
    struct world *w;
    struct builder *builder;
};

static void describe(const struct parsed *parsed, struct str body, struct buf *out)
{
    buf_printf(out, "title %.*s\n", STR_ARG(parsed->title));
    for (size_t i = 0; i < parsed->fields.n; i++)
        buf_printf(out, "%.*s=%.*s\n", STR_ARG(parsed->fields.at[i].name),
                   STR_ARG(parsed->fields.at[i].value));
    for (size_t i = 0; i < parsed->sections.n; i++) {
        const struct section *s = &parsed->sections.at[i];
        struct str line, rest = str_sub(body, s->from, s->to);
        str_line(&rest, &line);
        buf_printf(out, "%s %.*s\n", section_name(s->kind), STR_ARG(line));
    }
}

static void check_block(void *self, struct str name, struct str input, struct str expected)
{
    struct checking *c = self;
    struct parsed parsed;
    struct buf got;
    buf_init(&got, c->w->arena);
    parse_text(c->builder, c->w->arena, input, false, &parsed);
    describe(&parsed, input, &got);
    if (!str_eq(str_trim(buf_view(&got)), expected))
        fail_msg("%.*s: got\n%.*s\nwant\n%.*s", STR_ARG(name), STR_ARG(buf_view(&got)), STR_ARG(expected));
}

static void test_cases(void **state)
{
    (void)state;
    struct world w;
    world_begin(&w);
    struct checking c = { &w, world_builder(&w) };
    assert_true(each_block(&w, "tests/data/parse.test", check_block, &c) >= 9);
    world_end(&w);
}

static void test_section_names(void **state)
{
    (void)state;
    for (int kind = SECTION_SITUATION; kind <= SECTION_REPLY; kind++)
        assert_int_equal(section_of_name(str_of(section_name((enum section_kind)kind))), kind);
    assert_int_equal(section_of_name(STR("suggestion")), SECTION_SUGGESTION);
    assert_int_equal(section_of_name(STR("问题")), SECTION_ANALYSIS);
    assert_int_equal(section_of_name(STR("什么")), SECTION_NONE);
    assert_string_equal(section_name(SECTION_NONE), "");
}

static struct facts facts_of(struct world *w, struct builder *b, const struct field *fields, size_t n)
{
    struct document d = { .title = STR("关于2021年工作的提案"), .nfields = n };
    struct facts facts;
    d.fields = arena_array(w->arena, struct field, n + 1);
    if (n > 0)
        memcpy(d.fields, fields, n * sizeof *fields);
    document_resolve(b, w->arena, &d);
    document_facts(&d, w->arena, &facts);
    return facts;
}

#define GIVEN(key, text)                  \
    {                                     \
        STR(key), STR(text), ORIGIN_GIVEN \
    }

static void test_facts(void **state)
{
    (void)state;
    struct world w;
    world_begin(&w);
    struct builder *b = world_builder(&w);
    const struct field fields[] = {
        GIVEN("number", "十四届三次-0123"),
        GIVEN("date", "2024年1月2日"),
        GIVEN("proposer", "民盟某市委（集体）、甲"),
        GIVEN("lead_unit", "主办：市卫健委；区教育局"),
        GIVEN("joint_unit", "市卫生和计划生育委员会、火星局"),
        GIVEN("outcome", "B类（列入计划）"),
        GIVEN("public", "否"),
        GIVEN("key", "是"),
        GIVEN("excellent", "0"),
        GIVEN("merged_with", "0004"),
    };
    struct facts f = facts_of(&w, b, fields, sizeof fields / sizeof *fields);
    assert_text(f.number, "123");
    assert_text(f.session, "十四届三次");
    assert_int_equal(f.term, 14);
    assert_int_equal(f.meeting, 3);
    assert_int_equal(f.year, 2024);
    assert_text(f.date, "2024-01-02");
    assert_text(f.proposer, "民盟某市委");
    assert_text(f.proposer_kind, "collective");
    assert_text(f.units, "卫生健康委员会\x1f教育局\x1f火星局");
    assert_text(f.outcome, "planned");
    assert_true(f.hidden && f.key && f.merged && !f.excellent);
    world_end(&w);
}

static void test_facts_unknown(void **state)
{
    (void)state;
    struct world w;
    world_begin(&w);
    struct builder *b = world_builder(&w);
    struct facts f = facts_of(&w, b, NULL, 0);
    assert_int_equal(f.year, 2021);
    assert_true(f.session.n == 0 && f.number.n == 0 && f.units.n == 0 && f.outcome.n == 0 && f.date.n == 0);
    assert_false(f.hidden || f.key || f.excellent || f.merged);
    const struct field fields[] = { GIVEN("outcome", "天知道"), GIVEN("public", "true"),
                                    GIVEN("term", "十三"), GIVEN("meeting", "2"), GIVEN("proposer", "甲乙") };
    f = facts_of(&w, b, fields, 5);
    assert_text(f.outcome, "unknown");
    assert_text(f.session, "十三届二次");
    assert_text(f.proposer_kind, "member");
    assert_false(f.hidden);
    world_end(&w);
}

static void test_origins(void **state)
{
    (void)state;
    struct field fields[] = { { STR("state"), STR("a"), ORIGIN_PARSED },
                              { STR("state"), STR("b"), ORIGIN_OFFICER },
                              { STR("state"), STR("c"), ORIGIN_GIVEN },
                              { STR("state"), STR("d"), ORIGIN_OFFICER } };
    struct document d = { .fields = fields, .nfields = 4 };
    assert_text(document_field(&d, "state"), "b");
    assert_int_equal(document_field(&d, "none").n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),   cmocka_unit_test(test_section_names),
        cmocka_unit_test(test_facts),   cmocka_unit_test(test_facts_unknown),
        cmocka_unit_test(test_origins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
