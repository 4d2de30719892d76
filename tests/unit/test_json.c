/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * JSON: values as fields, errors, and the quick way against the strict one: a
 * line means the same when a nested value forces the strict way.
 */
#include "document_blocks.h"

static struct extract_part line_ok(struct world *w, const char *line)
{
    struct extract_part part;
    w->error = (struct tian_error){ 0 };
    if (extract_json_line(&w->ctx, w->arena, str_of(line), &part) != 0)
        fail_msg("%s: %s", line, w->error.message);
    return part;
}

static struct str value(const struct extract_part *part, const char *name)
{
    for (size_t i = 0; i < part->nfields; i++)
        if (str_eq(part->fields[i].name, str_of(name)))
            return part->fields[i].value;
    return STR_NONE;
}

/* Value of "v" when json is it, by both ways. */
static void assert_value(struct world *w, const char *json, const char *want)
{
    const char *const forms[] = { "{\"v\":%s}", " { \"w\" : {\"nested\":[1]} , \"v\" : %s } " };
    for (size_t i = 0; i < 2; i++) {
        struct extract_part part = line_ok(w, arena_printf(w->arena, forms[i], json));
        assert_text(value(&part, "v"), want);
    }
}

static void test_values(void **state)
{
    (void)state;
    struct world w;
    world_begin(&w);
    assert_value(&w, "\"提案\"", "提案");
    assert_value(&w, "\"a\\n\\t\\\"\\\\\\/\\u63d0\\ud83d\\ude00b\"", "a\n\t\"\\/提😀b");
    assert_value(&w, "12", "12");
    assert_value(&w, "-7", "-7");
    assert_value(&w, "1.5", "1.5");
    assert_value(&w, "true", "true");
    assert_value(&w, "false", "false");
    assert_value(&w, "null", "");
    assert_value(&w, "\"\"", "");
    assert_value(&w, "[\"甲\",\"乙\"]", "甲、乙");
    assert_value(&w, "[\"甲\",1,[2]]", "甲、1、2");
    assert_value(&w, "[]", "");
    assert_value(&w, "{\"a\": [1, 2]}", "{\"a\":[1,2]}");
    assert_value(&w, "\"x\", \"v\": \"y\"", "y");
    assert_value(&w, "\"x\", \"v\": null", "");
    world_end(&w);
}

static void test_errors(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "x",
        "{",
        "{}x",
        "[1]",
        "{\"v\"}",
        "{\"v\":}",
        "{\"v\":01}",
        "{\"v\":1,}",
        "{\"v\":tru}",
        "{\"v\":\"\\x\"}",
        "{\"v\":\"a\tb\"}",
        "{'v':1}",
        "{\"v\":\"",
        "{\"v\":\"\\ud800\"}",
        "{\"v\":\"\\u0000\"}",
        "{\"v\":\"\xFF\"}",
        "{\"v\":.5}",
        "{\"v\":1.}",
        "{\"v\":-}",
        "7",
    };
    struct world w;
    world_begin(&w);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct extract_part part;
        w.error = (struct tian_error){ 0 };
        if (extract_json_line(&w.ctx, w.arena, str_of(bad[i]), &part) != TIAN_EFORMAT)
            fail_msg("accepted: %s", bad[i]);
        assert_true(w.error.message[0] != '\0');
    }
    world_end(&w);
}

static void test_many_fields(void **state)
{
    (void)state;
    struct world w;
    world_begin(&w);
    struct buf text;
    buf_init(&text, w.arena);
    for (int i = 0; i < 100; i++)
        buf_printf(&text, "%s\"k%d\":\"%d\"", i ? "," : "{", i, i);
    buf_cstr(&text, "}");
    buf_char(&text, '\0');
    struct extract_part part = line_ok(&w, text.p);
    assert_int_equal(part.nfields, 100);
    assert_text(value(&part, "k99"), "99");
    world_end(&w);
}

static struct extracted read_ok(struct world *w, const char *text)
{
    struct extracted x;
    if (extract_bytes(&w->ctx, w->arena, "file", str_of(text), NULL, &x) != 0)
        fail_msg("%s", w->error.message);
    return x;
}

static void test_files(void **state)
{
    (void)state;
    struct world w;
    world_begin(&w);
    struct extracted x = read_ok(&w, "{\"id\":\"1\"}\n\n{\"id\":\"2\"}\nbroken\n");
    assert_string_equal(x.format, "json lines");
    assert_int_equal(x.nparts, 2);
    assert_int_equal(x.nwarnings, 1);
    assert_int_equal(x.parts[1].from, 12);
    assert_int_equal(x.parts[1].to, 22);
    x = read_ok(&w, "[\n {\"id\": \"1\"},\n {\"id\": \"2\"}, 3\n]\n");
    assert_string_equal(x.format, "json");
    assert_int_equal(x.nparts, 2);
    assert_int_equal(x.nwarnings, 1);
    x = read_ok(&w, "{\n \"title\": \"甲\"\n}\n");
    assert_int_equal(x.nparts, 1);
    assert_string_equal(read_ok(&w, "[注] 这是一段话 [完]").format, "text");
    struct extracted bad;
    assert_int_equal(extract_bytes(&w.ctx, w.arena, "a", STR("{\n\"a\": \n}"), NULL, &bad), TIAN_EFORMAT);
    world_end(&w);
}

static void test_is_json_lines(void **state)
{
    (void)state;
    assert_true(extract_is_json_lines("a", STR("{\"id\":1}\n{\"id\":2}\n")));
    assert_true(extract_is_json_lines("a", STR("\xEF\xBB\xBF\n{\"id\":\"cut off he")));
    assert_true(extract_is_json_lines("a.jsonl", STR("broken")));
    assert_true(extract_is_json_lines("a.jsonl.gz", STR("\x1F\x8B\x08")));
    assert_false(extract_is_json_lines("a.txt.gz", STR("\x1F\x8B\x08")));
    assert_false(extract_is_json_lines("a", STR("{\n \"id\":1}\n")));
    assert_false(extract_is_json_lines("a", STR("[{\"id\":1}]\n")));
    assert_false(extract_is_json_lines("a", STR("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_many_fields),   cmocka_unit_test(test_files),
        cmocka_unit_test(test_is_json_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
