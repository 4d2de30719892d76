/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The query language: the table tests/data/query.test, and lines made to hurt.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/ctx.h"
#include "base/file.h"
#include "search/query.h"

static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(NULL);
    say_set("en");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static unsigned noted_character(const struct query *query)
{
    const char *at = query->note ? strstr(query->note, "character ") : NULL;
    return at ? (unsigned)strtoul(at + strlen("character "), NULL, 10) : 0;
}

static unsigned check_line(struct str line, unsigned number)
{
    struct str input, tree, position, rest;
    struct query query;
    struct buf printed;
    uint64_t wanted = 0;
    rest = str_split(line, '\t', &input);
    position = str_split(rest, '\t', &tree);
    str_to_u64(position, &wanted);
    query_parse(arena, input, &query);
    buf_init(&printed, arena);
    query_print(query.root, &printed);
    if (str_eq(buf_view(&printed), tree) && (noted_character(&query) == wanted || !query.note))
        return 0;
    print_error("query.test:%u: %.*s\n  wanted %.*s (%u)\n  got    %.*s (%s)\n", number, STR_ARG(input),
                STR_ARG(tree), (unsigned)wanted, STR_ARG(buf_view(&printed)),
                query.note ? query.note : "no note");
    return 1;
}

static void test_table(void **state)
{
    struct ctx ctx = { .arena = arena };
    struct str text, line;
    unsigned number = 0, wrong = 0, lines = 0;
    (void)state;
    assert_int_equal(file_read(&ctx, arena, "tests/data/query.test", 0, &text), 0);
    while (str_line(&text, &line)) {
        number++;
        if (line.n == 0 || line.p[0] == '#')
            continue;
        lines++;
        wrong += check_line(line, number);
    }
    assert_true(lines > 50);
    assert_int_equal(wrong, 0);
}

static struct query parsed(struct str line)
{
    struct query query;
    query_parse(arena, line, &query);
    return query;
}

static void test_unknown_field(void **state)
{
    (void)state;
    assert_true(str_eq(parsed(STR("titel:停车")).unknown, STR("titel")));
    assert_int_equal(parsed(STR("停车 12:30")).unknown.n, 0);
    assert_int_equal(parsed(STR("http://www.gov.cn")).unknown.n, 0);
    assert_int_equal(parsed(STR("DNA:检测")).unknown.n, 0);
}

static void test_note_names_position(void **state)
{
    (void)state;
    struct query query = parsed(STR("\"停车"));
    assert_null(query.note); /* still being typed: nothing was lost */
    query = parsed(STR("停车 OR"));
    assert_non_null(strstr(query.note, "character 6"));
    query = parsed(STR("停车 (收费 OR 充电"));
    assert_non_null(query.note);
    assert_non_null(strstr(query.note, "character 13"));
    assert_non_null(strstr(query.note, "closing parenthesis"));
}

static void test_long_text_has_no_signs(void **state)
{
    struct buf text;
    (void)state;
    buf_init(&text, arena);
    for (int i = 0; i < 2000; i++)
        buf_cstr(&text, "(甲 OR -");
    struct query query = parsed(buf_view(&text));
    assert_non_null(query.root);
    assert_int_equal(query.root->kind, QUERY_WORDS);
    assert_null(query.note);
    query = parsed(STR("一、(甲 OR\n二、\"乙\n三、丙"));
    assert_int_equal(query.root->kind, QUERY_WORDS);
}

static void test_hostile_lines(void **state)
{
    struct buf text;
    (void)state;
    buf_init(&text, arena);
    for (int i = 0; i < 200; i++)
        buf_char(&text, '(');
    buf_cstr(&text, "甲 乙");
    assert_non_null(parsed(buf_view(&text)).root);
    for (int i = 0; i < 200; i++)
        buf_char(&text, ')');
    assert_non_null(parsed(buf_view(&text)).root);
    buf_clear(&text);
    for (int i = 0; i < 1000; i++)
        buf_cstr(&text, "-(");
    assert_non_null(parsed(buf_view(&text)).root);
}

/* Whatever the bytes are, the tree is made and prints. */
static void test_random_lines(void **state)
{
    static const char *const bits[] = { "(",    ")",   "（", "）",  "\"", "“",    "”",      "-",    " ",
                                        "　",   "AND", "OR", "NOT", "或", "非",   "NEAR/3", "同句", "案由:",
                                        "年：", "..",  "*",  "^2",  "甲", "乙丙", "a",      "1",    ":" };
    uint64_t random = 3;
    struct buf text, printed;
    (void)state;
    buf_init(&text, arena);
    buf_init(&printed, arena);
    for (int i = 0; i < 20000; i++) {
        buf_clear(&text);
        buf_clear(&printed);
        for (int k = 0; k < i % 14; k++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            buf_cstr(&text, bits[(random >> 33) % (sizeof bits / sizeof *bits)]);
        }
        struct query query = parsed(arena_str(arena, buf_view(&text)));
        query_print(query.root, &printed);
        assert_true(utf8_check(buf_view(&printed)) == printed.n);
        bool blank = str_trim(buf_view(&text)).n == 0;
        assert_true(query.root != NULL || blank);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_unknown_field),
        cmocka_unit_test(test_note_names_position),
        cmocka_unit_test(test_long_text_has_no_signs),
        cmocka_unit_test(test_hostile_lines),
        cmocka_unit_test(test_random_lines),
    };
    return cmocka_run_group_tests_name("query", tests, set_up, tear_down);
}
