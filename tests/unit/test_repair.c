/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Repair on the texts we were given and on texts wrapped here. The single cases are in
 * tests/data/repair.test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/file.h"
#include "text/text.h"
#include "text/wrap.h"

#define SEED "../shared/input/five-work-reports.txt"

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

static bool read(const char *path, struct str *out)
{
    struct ctx ctx = { .arena = arena };
    return file_read(&ctx, arena, path, 0, out) == TIAN_OK;
}

/* In the five reports: exactly the lines a page's end cut in two (122 lacks its mark, which no one can know).
 */
static void test_five_reports(void **state)
{
    static const size_t wrapped[] = { 33, 38, 40, 43, 46, 47, 51, 57, 60, 63, 69, 75, 82, 87, 91, 122 };
    struct str text;
    struct lines lines;
    size_t n = 0;
    (void)state;
    if (!read(SEED, &text)) {
        print_message("no %s: skipped\n", SEED);
        return;
    }
    wrap_find(arena, text, &lines);
    for (size_t i = 0; i < lines.n; i++) {
        assert_false(lines.at[i].noise);
        if (!lines.at[i].goes_on)
            continue;
        assert_true(n < sizeof wrapped / sizeof wrapped[0]);
        assert_int_equal(i + 1, wrapped[n++]);
    }
    assert_int_equal(n, sizeof wrapped / sizeof wrapped[0]);
}

static struct str folded(struct str text)
{
    struct skips skips;
    struct normal normal;
    struct buf out;
    buf_init(&out, arena);
    normal_init(&normal, arena);
    text_repair(arena, text, &skips);
    text_normalise(text, &skips, &normal);
    normal_utf8(&normal, 0, normal.n, &out);
    return buf_view(&out);
}

/* Text as a PDF gives it: columns of `width` Han characters, indented paragraphs, a page number every 20
 * lines. */
static struct str wrap(struct str text, size_t width)
{
    struct buf out;
    struct str line;
    size_t lines = 0;
    unsigned page = 0;
    buf_init(&out, arena);
    while (str_line(&text, &line)) {
        const char *p = line.p, *end = line.p + line.n;
        size_t column = 4;
        buf_cstr(&out, "\xE3\x80\x80\xE3\x80\x80");
        while (p < end) {
            const char *from = p;
            uint32_t c = utf8_next(&p, end);
            bool mark = c == 0xFF0C || c == 0x3002 || c == 0x3001 || c == 0xFF1B || c == 0xFF1A ||
                        c == 0xFF09 || c == 0x201D;
            if (column + 1 >= 2 * width && !mark) { /* a mark never starts a line */
                buf_char(&out, '\n');
                column = 0;
                if (++lines % 20 == 0)
                    buf_printf(&out, "- %u -\n", ++page);
            }
            buf_put(&out, from, (size_t)(p - from));
            column += c < 0x80 ? 1 : 2;
        }
        buf_char(&out, '\n');
    }
    return buf_view(&out);
}

static size_t count(struct str s, char c)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == c;
    return n;
}

/* Paragraphs wrapped at any usual width come back: few line ends too many, none too few, no page numbers. */
static void test_columns_come_back(void **state)
{
    struct str text;
    (void)state;
    if (!read("../shared/input/provincial-reports-2026/2026_上海市.txt", &text)) {
        print_message("no provincial reports: skipped\n");
        return;
    }
    text = folded(text);
    for (size_t width = 28; width <= 40; width += 3) {
        struct str wrapped = wrap(text, width), back = folded(wrapped);
        size_t made = count(wrapped, '\n') - count(text, '\n'), left = count(back, '\n');
        assert_true(left + 2 >= count(text, '\n'));
        print_message("width %zu: %zu line ends made, %zu left\n", width, made, left - count(text, '\n'));
        assert_true((left - count(text, '\n')) * 20 < made);
        assert_true(str_find(back, STR("\n- 1 -\n"), 0) == SIZE_MAX);
    }
}

static void test_skips_are_in_order(void **state)
{
    static const char *const parts[] = {
        "提案",     "197",     " ",    "\n", "。", "，",   "\xE3\x80\x80",     "- 3 -",
        "\n\n",     "第 3 页", "一、", "a",  "\f", "\r\n", "办理质量不断提高", "\t",
        "\xC2\xA0", "关于",    "意见", "7"
    };
    (void)state;
    srand(2);
    for (int round = 0; round < 20000; round++) {
        struct arena *scratch = arena_new(NULL);
        struct buf text;
        struct skips skips;
        uint32_t before = 0;
        buf_init(&text, scratch);
        for (int i = rand() % 60; i > 0; i--)
            buf_cstr(&text, parts[(size_t)rand() % (sizeof parts / sizeof parts[0])]);
        text_repair(scratch, buf_view(&text), &skips);
        for (size_t i = 0; i < skips.n; i++) {
            assert_true(skips.at[i].from >= before && skips.at[i].from < skips.at[i].to &&
                        skips.at[i].to <= text.n);
            before = skips.at[i].to;
        }
        arena_free(scratch);
    }
}

/* The first stays: it is the title. */
static void test_running_heads_go(void **state)
{
    (void)state;
    struct str text =
        STR("关于停车的调研\n近年来停车难，群众反映强烈。\n- 1 "
            "-\n关于停车的调研\n为此提出建议，请予研究。\n- 2 -\n"
            "关于停车的调研\n一是加强管理，统筹安排。\n- 3 -\n关于停车的调研\n二是加大投入。\n- 4 -\n");
    assert_true(
        str_eq(folded(text), STR("关于停车的调研\n近年来停车难,群众反映强烈。\n为此提出建议,请予研究。\n"
                                 "一是加强管理,统筹安排。\n二是加大投入。\n")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_five_reports),
        cmocka_unit_test(test_columns_come_back),
        cmocka_unit_test(test_skips_are_in_order),
        cmocka_unit_test(test_running_heads_go),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
