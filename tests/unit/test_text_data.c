/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Runs tests/data/{cut,normalise,repair,clause,number}.test: blocks between blank
 * lines, each a comment (# …), a line with the input and a line with what must
 * come out. In both \n stands for a line end, \t \r \f for theirs, \uXXXX for a
 * code point. See the heads of these files for what each makes of its input.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <stdio.h>
#include <cmocka.h>

#include "base/file.h"
#include "text/text.h"

static struct arena *arena;
static struct ctx ctx;
static struct cutter *cutter;

static struct str unescape(struct str s)
{
    static const char from[] = "ntrf\\", to[] = "\n\t\r\f\\";
    struct buf out;
    buf_init(&out, arena);
    for (size_t i = 0; i < s.n; i++) {
        const char *known = s.p[i] == '\\' && i + 1 < s.n ? strchr(from, s.p[i + 1]) : NULL;
        if (known != NULL && *known != '\0') {
            buf_char(&out, to[known - from]);
            i++;
        } else if (s.p[i] == '\\' && i + 5 < s.n && s.p[i + 1] == 'u') {
            char hex[5] = { s.p[i + 2], s.p[i + 3], s.p[i + 4], s.p[i + 5], '\0' };
            buf_utf8(&out, (uint32_t)strtoul(hex, NULL, 16));
            i += 5;
        } else {
            buf_char(&out, s.p[i]);
        }
    }
    return buf_view(&out);
}

static struct normal normal_of(struct str text, bool repair)
{
    struct normal normal;
    struct skips skips = { NULL, 0 };
    if (repair)
        text_repair(arena, text, &skips);
    normal_init(&normal, arena);
    text_normalise(text, &skips, &normal);
    return normal;
}

static void put_joined(struct buf *out, const struct normal *normal, size_t from, size_t to)
{
    if (out->n > 0)
        buf_cstr(out, " | ");
    normal_utf8(normal, from, to, out);
}

/* ---- What each file does with its input ------------------------------------------ */

static void do_normalise(struct str input, struct buf *out)
{
    struct normal normal = normal_of(input, false);
    normal_utf8(&normal, 0, normal.n, out);
}

static void do_repair(struct str input, struct buf *out)
{
    struct normal normal = normal_of(input, true);
    normal_utf8(&normal, 0, normal.n, out);
}

static void do_cut(struct str input, struct buf *out)
{
    struct normal normal = normal_of(input, true);
    const struct tokens *words = cut_words(cutter, &normal, 0, normal.n);
    for (size_t i = 0; i < words->n; i++)
        put_joined(out, &normal, words->at[i].from, words->at[i].to);
}

/* "sentence …" or "clause …" */
static void do_clause(struct str input, struct buf *out)
{
    struct str kind, text = str_split(input, ' ', &kind);
    struct normal normal = normal_of(text, false);
    size_t begin, end = 0;
    while (text_clause(&normal, str_eq(kind, STR("clause")) ? CLAUSE_CLAUSE : CLAUSE_SENTENCE, end, &begin,
                       &end))
        put_joined(out, &normal, begin, end);
}

/* "number …", "session …", "date …": the values, then what is left unread; "forms …". */
static void do_number(struct str input, struct buf *out)
{
    struct str kind, text = str_split(input, ' ', &kind), *forms;
    uint64_t value;
    size_t used;
    unsigned a, b, c;
    if (str_eq(kind, STR("number")) && number_at(text, &value, &used))
        buf_printf(out, "%llu [%.*s]", (unsigned long long)value, (int)(text.n - used), text.p + used);
    else if (str_eq(kind, STR("session")) && session_at(text, &a, &b))
        buf_printf(out, "%u %u", a, b);
    else if (str_eq(kind, STR("date")) && date_at(text, &a, &b, &c))
        buf_printf(out, "%u %u %u", a, b, c);
    else if (str_eq(kind, STR("forms")))
        for (size_t i = 0, n = number_forms(arena, text, &forms); i < n; i++)
            buf_printf(out, "%s%.*s", i > 0 ? " | " : "", STR_ARG(forms[i]));
    if (out->n == 0)
        buf_cstr(out, "none");
}

/* ---- Running a file ---------------------------------------------------------------- */

static int check(const char *path, unsigned line, struct str input, struct str expected,
                 void (*run)(struct str, struct buf *))
{
    struct buf out;
    buf_init(&out, arena);
    run(unescape(input), &out);
    if (str_eq(buf_view(&out), unescape(expected)))
        return 0;
    printf("%s:%u: %.*s\n  expected %.*s\n  got      %.*s\n", path, line, STR_ARG(input),
           STR_ARG(unescape(expected)), STR_ARG(buf_view(&out)));
    return 1;
}

static void run_file(const char *name, void (*run)(struct str, struct buf *))
{
    const char *folder = getenv("TIAN_TESTS");
    char *path = path_join(arena, folder != NULL ? folder : "tests/data", name);
    struct str text, line, input = STR_NONE;
    unsigned number = 0, cases = 0;
    int failed = 0;
    assert_int_equal(file_read(&ctx, arena, path, 0, &text), TIAN_OK);
    while (str_line(&text, &line)) {
        number++;
        if (line.n == 0 || line.p[0] == '#') {
            assert_true(input.n == 0); /* an input without an output */
        } else if (input.n == 0) {
            input = line;
        } else {
            failed += check(path, number, input, line, run);
            cases++;
            input = STR_NONE;
        }
    }
    printf("%s: %u cases\n", name, cases);
    assert_true(cases > 0);
    assert_int_equal(failed, 0);
}

static void test_cut(void **state)
{
    (void)state, run_file("cut.test", do_cut);
}
static void test_normalise(void **state)
{
    (void)state, run_file("normalise.test", do_normalise);
}
static void test_repair(void **state)
{
    (void)state, run_file("repair.test", do_repair);
}
static void test_clause(void **state)
{
    (void)state, run_file("clause.test", do_clause);
}
static void test_number(void **state)
{
    (void)state, run_file("number.test", do_number);
}

static int set_up(void **state)
{
    struct lexicon *lexicon;
    (void)state;
    arena = arena_new(NULL);
    ctx = (struct ctx){ .arena = arena };
    if (lexicon_load(&ctx, arena, NULL, &lexicon) != TIAN_OK)
        return -1;
    return cutter_new(&ctx, arena, lexicon, &cutter);
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cut),    cmocka_unit_test(test_normalise), cmocka_unit_test(test_repair),
        cmocka_unit_test(test_clause), cmocka_unit_test(test_number),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
