/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * JSON: the exact bytes for the common cases, and for everything else another
 * JSON library (jansson) must read back what was meant. The escapes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include <jansson.h>
#include <locale.h>
#include <math.h>

#include "base/emit.h"
#include "base/map.h"

static int set_up(void **state)
{
    *state = arena_new(NULL);
    return 0;
}

static int tear_down(void **state)
{
    arena_free(*state);
    return 0;
}

static void assert_buf(struct buf *b, const char *want)
{
    buf_char(b, '\0');
    assert_string_equal(b->p, want);
    buf_clear(b);
}

static void write_all(struct emit *e)
{
    emit_object(e, NULL);
    emit_str(e, "title", STR("关于\"停车\""));
    emit_cstr(e, "none", NULL);
    emit_array(e, "numbers");
    emit_uint(e, NULL, UINT64_MAX);
    emit_int(e, NULL, INT64_MIN);
    emit_double(e, NULL, 0.8549, 2);
    emit_end_array(e);
    emit_array(e, "empty");
    emit_end_array(e);
    emit_object(e, "inner");
    emit_bool(e, "yes", true);
    emit_bool(e, "no", false);
    emit_end_object(e);
    emit_end_object(e);
    emit_newline(e);
}

static void test_one_line(void **state)
{
    struct buf b;
    struct emit e;
    buf_init(&b, *state);
    emit_init(&e, &b, false);
    write_all(&e);
    write_all(&e); /* JSON Lines */
    const char *line = "{\"title\":\"关于\\\"停车\\\"\",\"none\":null,"
                       "\"numbers\":[18446744073709551615,-9223372036854775808,0.85],"
                       "\"empty\":[],\"inner\":{\"yes\":true,\"no\":false}}\n";
    assert_buf(&b, arena_printf(*state, "%s%s", line, line));
}

static void test_pretty(void **state)
{
    struct buf b;
    struct emit e;
    buf_init(&b, *state);
    emit_init(&e, &b, true);
    write_all(&e);
    assert_buf(&b, "{\n"
                   "  \"title\": \"关于\\\"停车\\\"\",\n"
                   "  \"none\": null,\n"
                   "  \"numbers\": [\n"
                   "    18446744073709551615,\n"
                   "    -9223372036854775808,\n"
                   "    0.85\n"
                   "  ],\n"
                   "  \"empty\": [],\n"
                   "  \"inner\": {\n"
                   "    \"yes\": true,\n"
                   "    \"no\": false\n"
                   "  }\n"
                   "}\n");
}

static void test_top_level_values(void **state)
{
    struct buf b;
    struct emit e;
    buf_init(&b, *state);
    emit_init(&e, &b, true);
    emit_uint(&e, NULL, 1);
    emit_newline(&e);
    emit_cstr(&e, NULL, "x");
    emit_newline(&e);
    assert_buf(&b, "1\n\"x\"\n");
}

static void assert_double(struct arena *a, double value, int digits, const char *want)
{
    struct buf b;
    struct emit e;
    buf_init(&b, a);
    emit_init(&e, &b, false);
    emit_double(&e, NULL, value, digits);
    assert_buf(&b, want);
}

static void test_doubles(void **state)
{
    setlocale(LC_ALL, "de_DE.UTF-8"); /* has a decimal comma, where it is installed */
    assert_double(*state, 0.5, 1, "0.5");
    assert_double(*state, -2.345, 2, "-2.35");
    assert_double(*state, 3, 0, "3");
    assert_double(*state, -0.001, 2, "0.00");
    assert_double(*state, -0.0, 0, "0");
    assert_double(*state, NAN, 2, "null");
    assert_double(*state, -INFINITY, 2, "null");
    assert_double(*state, 1, -5, "1");
    assert_double(*state, 1, 99, "1.00000000000000000");
    struct buf b;
    struct emit e;
    buf_init(&b, *state);
    emit_init(&e, &b, false);
    emit_double(&e, NULL, -1.7976931348623157e308, 17); /* the longest there is */
    assert_int_equal(b.n, 1 + 309 + 1 + 17);
    setlocale(LC_ALL, "C");
}

/* Random bytes as a value and as a key: jansson, which is strict, must take it. */
static void test_always_valid(void **state)
{
    for (uint64_t r = 0; r < 5000; r++) {
        char bytes[40];
        size_t n = r % 39;
        for (size_t i = 0; i < n; i++)
            bytes[i] = (char)(hash_mix(r * 64 + i) >> (r % 3 ? 0 : 57)); /* a third is ASCII */
        bytes[n] = '\0';
        struct buf b;
        struct emit e;
        buf_init(&b, *state);
        emit_init(&e, &b, r & 1);
        emit_object(&e, NULL);
        emit_str(&e, bytes[0] ? bytes : "k", (struct str){ bytes, n });
        emit_end_object(&e);
        json_t *read = json_loadb(b.p, b.n, JSON_ALLOW_NUL, NULL);
        assert_non_null(read);
        const json_t *value = json_object_iter_value(json_object_iter(read));
        if (utf8_check((struct str){ bytes, n }) == n)
            assert_memory_equal(json_string_value(value), bytes, n);
        json_decref(read);
    }
}

static void test_json_escapes(void **state)
{
    struct buf b;
    buf_init(&b, *state);
    escape_json(&b, STR("a\"\\/\b\f\n\r\t\x01\x1f\x7f提\xE6\x8F"));
    assert_buf(&b, "a\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f提\xEF\xBF\xBD\xEF\xBF\xBD");
    escape_json(&b, STR_NONE);
    assert_buf(&b, "");
}

static void test_html_escapes(void **state)
{
    struct buf b;
    buf_init(&b, *state);
    escape_html(&b, STR("<b onclick='x()'>A&B \"提案\"\xFF</b>"));
    assert_buf(&b, "&lt;b onclick=&#39;x()&#39;&gt;A&amp;B &quot;提案&quot;\xEF\xBF\xBD&lt;/b&gt;");
}

static void test_csv_escapes(void **state)
{
    static const char *const cells[][2] = {
        { "提案", "提案" },     { "", "" },         { "a,b", "\"a,b\"" }, { "a\"b", "\"a\"\"b\"" },
        { "a\nb", "\"a\nb\"" }, { " a", "\" a\"" }, { "=1+1", "'=1+1" },  { "+1", "'+1" },
        { "-1", "'-1" },        { "@x", "'@x" },    { "＝1", "'＝1" },    { "=\"a\"", "\"'=\"\"a\"\"\"" },
        { "\t=1", "'\t=1" },    { "a=1", "a=1" },
    };
    struct buf b;
    buf_init(&b, *state);
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        escape_csv(&b, str_of(cells[i][0]));
        assert_buf(&b, cells[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_one_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_pretty, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_top_level_values, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_doubles, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_always_valid, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_json_escapes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_html_escapes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_csv_escapes, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
