/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Clauses lie in order and cover the text; fingerprints ignore figures. Single cases: tests/data/clause.test.
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

static uint32_t fingerprint(struct str text)
{
    struct normal normal = fold(text);
    return text_fingerprint(&normal, 0, normal.n);
}

static void test_figures_do_not_count(void **state)
{
    (void)state;
    uint32_t f = fingerprint(STR("共收到提案1972件，立案1824件"));
    assert_int_not_equal(f, 0);
    assert_int_equal(f, fingerprint(STR("共收到提案 197 件,立案 184 件。")));
    assert_int_equal(f, fingerprint(STR("XX共收到提案XX件，立案××件")));
    assert_int_not_equal(f, fingerprint(STR("共收到建议1972件，立案1824件")));
}

static void test_too_little_has_no_fingerprint(void **state)
{
    (void)state;
    assert_int_equal(fingerprint(STR("")), 0);
    assert_int_equal(fingerprint(STR("提案 1972 件，办理")), 0);
    assert_int_not_equal(fingerprint(STR("提案办理协商")), 0);
    assert_int_not_equal(fingerprint(STR("taxi进小区")), 0); /* one x is a letter */
}

static void test_clauses_advance(void **state)
{
    static const char *const parts[] = { "提案", "。", "，", "；", "：", "“",  "”", "（",
                                         "）",   "1",  ".",  "、", "一", "\n", " ", "x" };
    struct buf text;
    (void)state;
    buf_init(&text, arena);
    srand(6);
    for (int round = 0; round < 20000; round++) {
        buf_clear(&text);
        for (int i = rand() % 20; i > 0; i--)
            buf_cstr(&text, parts[(size_t)rand() % (sizeof parts / sizeof parts[0])]);
        struct normal normal = fold(buf_view(&text));
        size_t begin, end = 0, before = 0;
        while (text_clause(&normal, round % 2 ? CLAUSE_CLAUSE : CLAUSE_SENTENCE, end, &begin, &end)) {
            assert_true(begin >= before && end > begin && end <= normal.n);
            before = end;
        }
        if (round % 100 == 0) {
            arena_reset(arena);
            buf_init(&text, arena);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_figures_do_not_count),
        cmocka_unit_test(test_too_little_has_no_fingerprint),
        cmocka_unit_test(test_clauses_advance),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
