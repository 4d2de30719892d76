/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Errors: the first one stays, messages are whole characters on one line in the
 * language of the environment; deadlines and cancelling.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include <errno.h>

#include "base/ctx.h"

static int set_up(void **state)
{
    (void)state;
    say_set("en");
    cancel_clear();
    return 0;
}

static void test_first_error_stays(void **state)
{
    (void)state;
    struct tian_error e = { 0 };
    struct ctx ctx = { .error = &e };
    assert_int_equal(ctx_fail(&ctx, TIAN_EFORMAT, "a.docx", "bad part %d", "第 %d 部分损坏", 3),
                     TIAN_EFORMAT);
    assert_int_equal(ctx_fail(&ctx, TIAN_EIO, "b", "other", "其他"), TIAN_EIO);
    assert_int_equal(e.code, TIAN_EFORMAT);
    assert_string_equal(e.where, "a.docx");
    assert_string_equal(e.message, "bad part 3");
}

static void test_nobody_wants_it(void **state)
{
    (void)state;
    struct ctx ctx = { .error = NULL };
    assert_int_equal(ctx_fail(&ctx, TIAN_EIO, NULL, "x", "x"), TIAN_EIO);
    assert_int_equal(ctx_fail(NULL, TIAN_EIO, NULL, "x", "x"), TIAN_EIO);
}

static void test_chinese(void **state)
{
    (void)state;
    struct tian_error e = { 0 };
    struct ctx ctx = { .error = &e };
    say_set("zh");
    ctx_fail(&ctx, TIAN_EFORMAT, NULL, "bad part %d", "第 %d 部分损坏", 3);
    assert_string_equal(e.message, "第 3 部分损坏");
    assert_string_equal(e.where, "");
    assert_string_equal(error_text(TIAN_ELOCKED), "索引被占用");
}

static void test_one_line_of_whole_characters(void **state)
{
    (void)state;
    struct tian_error e = { 0 };
    struct ctx ctx = { .error = &e };
    char name[1200] = "";
    for (int i = 0; i < 390; i++)
        strcat(name, "提");
    ctx_fail(&ctx, TIAN_EIO, name, "a\nb\x1b[1m\xFF%s", "%s", name);
    assert_memory_equal(e.message, "a b [1m\xEF\xBF\xBD提", 13);
    assert_int_equal(utf8_check(str_of(e.message)), strlen(e.message));
    assert_int_equal(utf8_check(str_of(e.where)), strlen(e.where));
    assert_true(strlen(e.message) > 500 && strlen(e.where) > 250);
}

static void test_system_errors(void **state)
{
    (void)state;
    struct tian_error e = { 0 };
    struct ctx ctx = { .error = &e };
    errno = ENOSPC;
    assert_int_equal(ctx_fail_errno(&ctx, "log", "cannot write", "无法写入"), TIAN_EIO);
    assert_string_equal(e.message, "cannot write: the disk is full");
    e.code = 0;
    errno = EXDEV; /* one without a text of ours */
    ctx_fail_errno(&ctx, "log", "cannot 100%", "无法");
    assert_string_equal(e.message, "cannot 100%: Invalid cross-device link");
}

static void test_language_of_the_environment(void **state)
{
    (void)state;
    static const struct {
        const char *all, *messages, *lang;
        bool chinese;
    } cases[] = {
        { NULL, NULL, NULL, false },         { "zh_CN.UTF-8", "C", "C", true },
        { "C", "zh_CN", "zh_CN", false },    { "", "zh_CN", "en_US", true },
        { NULL, NULL, "zh_TW.UTF-8", true }, { NULL, "en_GB", "zh_CN", false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *values[] = { cases[i].all, cases[i].messages, cases[i].lang };
        const char *names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
        for (int k = 0; k < 3; k++)
            values[k] ? setenv(names[k], values[k], 1) : unsetenv(names[k]);
        say_set(NULL);
        assert_int_equal(say_chinese(), cases[i].chinese);
        assert_string_equal(say("e", "c"), cases[i].chinese ? "c" : "e");
    }
}

static void test_every_code_has_a_text(void **state)
{
    (void)state;
    for (int code = TIAN_OK; code <= TIAN_EDENIED; code++)
        assert_string_not_equal(error_text(code), error_text(999));
}

static void test_deadline(void **state)
{
    (void)state;
    struct tian_error e = { 0 };
    struct ctx ctx = { .error = &e };
    assert_int_equal(ctx_check(&ctx), 0);
    ctx.deadline = clock_now() + 1000000000;
    assert_int_equal(ctx_check(&ctx), 0);
    ctx.deadline = clock_now() - 1;
    assert_int_equal(ctx_check(&ctx), TIAN_EAGAIN);
    assert_int_equal(e.code, TIAN_EAGAIN);
}

static void test_cancel(void **state)
{
    (void)state;
    struct ctx ctx = { .error = NULL };
    cancel_request();
    assert_true(cancel_requested());
    assert_int_equal(ctx_check(&ctx), TIAN_ECANCELLED);
    ctx.finishing = true;
    assert_int_equal(ctx_check(&ctx), 0);
    cancel_clear();
    ctx.finishing = false;
    assert_int_equal(ctx_check(&ctx), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_first_error_stays, set_up),
        cmocka_unit_test_setup(test_nobody_wants_it, set_up),
        cmocka_unit_test_setup(test_chinese, set_up),
        cmocka_unit_test_setup(test_one_line_of_whole_characters, set_up),
        cmocka_unit_test_setup(test_system_errors, set_up),
        cmocka_unit_test_setup(test_language_of_the_environment, set_up),
        cmocka_unit_test_setup(test_every_code_has_a_text, set_up),
        cmocka_unit_test_setup(test_deadline, set_up),
        cmocka_unit_test_setup(test_cancel, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
