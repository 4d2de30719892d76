/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The files an office edits: each line written back as the caller saw it, and
 * compared with what a reader of the file would expect.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/config.h"
#include "base/file.h"

struct world {
    struct arena *arena;
    struct tian_error error;
    struct ctx ctx;
    struct buf seen;
    int stop_at;
};

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    w->arena = arena_new(NULL);
    w->ctx = (struct ctx){ .arena = w->arena, .error = &w->error };
    buf_init(&w->seen, w->arena);
    say_set("en");
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    arena_free(w->arena);
    free(w);
    return 0;
}

static int see(void *self, const struct config_line *l)
{
    struct world *w = self;
    buf_printf(&w->seen, "%u(%.*s)%.*s", l->line, STR_ARG(l->section), STR_ARG(l->key));
    if (l->assigned)
        buf_printf(&w->seen, "=%.*s", STR_ARG(l->value));
    buf_char(&w->seen, ';');
    return w->stop_at && (unsigned)w->stop_at == l->line ? 55 : 0;
}

static void assert_lines(struct world *w, struct str text, const char *want)
{
    buf_clear(&w->seen);
    assert_int_equal(config_read(&w->ctx, text, "x.conf", see, w), 0);
    buf_char(&w->seen, '\0');
    assert_string_equal(w->seen.p, want);
}

static void test_lines(void **state)
{
    struct world *w = *state;
    assert_lines(w, STR("停车难\n\n  # 注\n[城建]\n权重 = 2\n a=b=c \n空=\n=无键"),
                 "1()停车难;4(城建);5(城建)权重=2;6(城建)a=b=c;7(城建)空=;8(城建)=无键;");
    assert_lines(w, STR(""), "");
    assert_lines(w, STR("\n\r\n　\n"), "");
}

static void test_from_windows(void **state)
{
    struct world *w = *state;
    assert_lines(w, STR("\xEF\xBB\xBF[ 甲 ]\r\n　乙　=　丙　\r\n"), "1(甲);2(甲)乙=丙;");
    assert_lines(w, STR("\xEF\xBB\xBF# 注\r\n"), "");
}

static void test_comments(void **state)
{
    struct world *w = *state;
    assert_lines(w, STR("C# # 一种语言\na = b#c\t# d\n甲　#乙\n[节] # 注\n#"), "1()C#;2()a=b#c;3()甲;4(节);");
}

static void test_brackets(void **state)
{
    struct world *w = *state;
    assert_lines(w, STR("[\n[]\n[a\nb]\n[c] d"), "1()[;2();3()[a;4()b];5()[c] d;");
}

static void test_stops_and_fails(void **state)
{
    struct world *w = *state;
    w->stop_at = 2;
    assert_int_equal(config_read(&w->ctx, STR("a\nb\nc"), "x.conf", see, w), 55);
    assert_int_equal(w->error.code, 0);
    w->stop_at = 0;
    assert_int_equal(config_read(&w->ctx, STR("a\nb\xB0\xA1\nc"), "x.conf", see, w), TIAN_EFORMAT);
    assert_string_equal(w->error.where, "x.conf");
    assert_string_equal(w->error.message, "line 2 is not UTF-8");
}

static void test_items(void **state)
{
    (void)state;
    struct str rest = STR(" 停车 , 拥堵，公交、 地铁 ,, "), item;
    const char *want[] = { "停车", "拥堵", "公交", "地铁" };
    for (int i = 0; i < 4; i++) {
        assert_true(config_item(&rest, &item));
        assert_true(str_eq(item, str_of(want[i])));
    }
    assert_false(config_item(&rest, &item));
    assert_false(config_item(&rest, &item));
    rest = STR_NONE;
    assert_false(config_item(&rest, &item));
}

static void test_share(void **state)
{
    struct world *w = *state;
    char folder[] = "/tmp/tian-config-XXXXXX";
    assert_non_null(mkdtemp(folder));
    assert_int_equal(file_write(&w->ctx, path_join(w->arena, folder, "own.conf"), STR("x"), false), 0);
    setenv("TIAN_SHARE", folder, 1);
    assert_string_equal(share_path(w->arena, "own.conf"), path_join(w->arena, folder, "own.conf"));
    assert_null(share_path(w->arena, "no-such-file.conf"));
    assert_null(share_path(w->arena, ""));
    setenv("TIAN_SHARE", "/", 1);
    assert_null(share_path(w->arena, "/etc/passwd"));
    assert_null(share_path(w->arena, "tmp/../etc/passwd"));
    assert_non_null(share_path(w->arena, "etc/passwd"));
    unsetenv("TIAN_SHARE");
    assert_null(share_path(w->arena, "own.conf"));
#ifdef TIAN_SOURCE_SHARE
    assert_non_null(share_path(w->arena, "dict")); /* of the source tree */
#endif
    file_remove_tree(&w->ctx, folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_lines, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_from_windows, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_comments, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_brackets, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_stops_and_fails, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_items, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_share, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
