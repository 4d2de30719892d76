/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Splitting: the cases of tests/data/split.test, and that pieces never lose or
 * double a byte that is not blank, whatever the text.
 */
#include "document_blocks.h"

#include "document/split.h"

static void put(struct buf *out, struct str s, const char *after)
{
    buf_str(out, s.n > 0 ? s : STR("-"));
    buf_cstr(out, after);
}

static void check_block(void *self, struct str name, struct str input, struct str expected)
{
    struct world *w = self;
    struct pieces pieces;
    struct buf got;
    buf_init(&got, w->arena);
    document_split(w->arena, input, &pieces);
    for (size_t i = 0; i < pieces.n; i++) {
        struct str first, rest = str_sub(input, pieces.at[i].from, pieces.at[i].to);
        str_line(&rest, &first);
        put(&got, pieces.at[i].title, " | ");
        put(&got, pieces.at[i].number, " | ");
        put(&got, first, "\n");
    }
    if (!str_eq(str_trim(buf_view(&got)), expected))
        fail_msg("%.*s: got\n%.*s\nwant\n%.*s", STR_ARG(name), STR_ARG(buf_view(&got)), STR_ARG(expected));
}

static void test_cases(void **state)
{
    (void)state;
    struct world w;
    world_begin(&w);
    assert_true(each_block(&w, "tests/data/split.test", check_block, &w) >= 10);
    world_end(&w);
}

static bool blank_between(struct str text, size_t from, size_t to)
{
    return str_trim(str_sub(text, from, to)).n == 0;
}

static void test_nothing_is_lost(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "第一篇：甲\n", "第二篇：乙\n", "第三篇\n", "提案第3号\n", "提案第007号 丁\n",
        "正文一段。\n", "\n",           "　　\n",   "第\n",        "第十号提案：戊\n"
    };
    struct world w;
    world_begin(&w);
    uint64_t random = 1;
    for (int round = 0; round < 3000; round++) {
        struct buf text;
        struct pieces pieces;
        buf_init(&text, w.arena);
        for (int i = 0; i < 12; i++) {
            random = hash_mix(random);
            buf_cstr(&text, lines[random % (sizeof lines / sizeof *lines)]);
        }
        struct str s = buf_view(&text);
        document_split(w.arena, s, &pieces);
        size_t last = 0;
        for (size_t i = 0; i < pieces.n; i++) {
            assert_true(pieces.at[i].from >= last && pieces.at[i].to > pieces.at[i].from);
            assert_true(blank_between(s, last, pieces.at[i].from));
            last = pieces.at[i].to;
        }
        assert_true(blank_between(s, last, s.n));
    }
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_nothing_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
