/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The rules of the verdict: the shipped file against tests/data/verdict.test (three lines a case: numbers,
 * code, name of the rule), and what a wrong file says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/config.h"
#include "base/file.h"
#include "duplicate/verdict.h"

struct fixture {
    struct ctx ctx;
    struct tian_error error;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->ctx = (struct ctx){ .arena = arena_new(NULL), .error = &f->error };
    say_set("en");
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    arena_free(f->ctx.arena);
    free(f);
    return 0;
}

static enum number number_named(struct str name)
{
    for (int i = 0; i < NUMBERS; i++)
        if (str_eq(name, str_of(verdict_number_name((enum number)i))))
            return (enum number)i;
    fail_msg("no number %.*s", STR_ARG(name));
    return NUMBERS;
}

/* "mine 0.8, longest 30": all others are 0, problem and suggestion do not exist. */
static struct numbers read_numbers(struct str line)
{
    struct numbers n = { { [NUMBER_PROBLEM] = -1, [NUMBER_SUGGESTION] = -1 } };
    struct str item;
    while (config_item(&line, &item)) {
        struct str name, value = str_split(item, ' ', &name);
        assert_true(str_to_double(str_trim(value), &n.at[number_named(name)]));
    }
    return n;
}

/* The number of "[code]" lines. */
static size_t count_rules(struct str conf)
{
    struct str line;
    size_t n = 0;
    while (str_line(&conf, &line))
        n += line.n > 0 && line.p[0] == '[';
    return n;
}

/* Which line of the file fired: "… (verdict.conf, line 75)" */
static size_t line_of(const char *rule)
{
    return (size_t)strtoul(strstr(rule, ", line ") + 7, NULL, 10);
}

static void shipped_rules(void **state)
{
    struct fixture *f = *state;
    struct verdict_rules *rules;
    struct str text, conf, line[3];
    bool fired[1000] = { false };
    size_t n = 0, rules_fired = 0;
    assert_int_equal(verdict_load(&f->ctx, f->ctx.arena, NULL, &rules), 0);
    assert_int_equal(file_read(&f->ctx, f->ctx.arena, "tests/data/verdict.test", 0, &text), 0);
    while (str_line(&text, &line[n])) {
        if (line[n].n == 0 || line[n].p[0] == '#' || ++n < 3)
            continue;
        struct numbers numbers = read_numbers(line[0]);
        struct judgement j = verdict_judge(rules, &numbers, f->ctx.arena);
        if (!str_eq(line[1], str_of(verdict_code_name(j.code))) || !str_eq(line[2], str_of(j.text)))
            fail_msg("%.*s: %s %s: %s", STR_ARG(line[0]), verdict_code_name(j.code), j.text, j.rule);
        n = 0;
        rules_fired += !fired[line_of(j.rule)];
        fired[line_of(j.rule)] = true;
    }
    assert_int_equal(n, 0);
    assert_int_equal(file_read(&f->ctx, f->ctx.arena, "share/verdict.conf", 0, &conf), 0);
    assert_int_equal(rules_fired, count_rules(conf));
}

static struct verdict_rules *parse(struct fixture *f, const char *text)
{
    struct verdict_rules *rules;
    assert_int_equal(verdict_parse(&f->ctx, f->ctx.arena, str_of(text), "v.conf", &rules), 0);
    return rules;
}

static void tells_the_rule_with_its_numbers(void **state)
{
    struct fixture *f = *state;
    struct verdict_rules *rules =
        parse(f, "[copied]\nname = N\nwhen = mine >= 0.5, longest > 14, theme = 1, parts = 0\n");
    struct numbers n = { { [NUMBER_MINE] = 0.83, [NUMBER_LONGEST] = 120, [NUMBER_THEME] = 1 } };
    struct judgement j = verdict_judge(rules, &n, f->ctx.arena);
    assert_string_equal(j.rule,
                        "mine 0.83 >= 0.50, longest 120 > 14, theme, not parts (verdict.conf, line 1)");
    assert_string_equal(j.text, "N");
    assert_true(verdict_is_repeat(j.code));
}

static void first_rule_wins_and_two_of_a_code_mean_or(void **state)
{
    struct fixture *f = *state;
    struct verdict_rules *rules = parse(f, "[merge]\nwhen = words >= 0.9\n[merge]\nwhen = mine >= 0.5\n"
                                           "[same-theme]\nwhen = mine < 0.6\n");
    struct numbers n = { { [NUMBER_MINE] = 0.5 } };
    assert_int_equal(verdict_judge(rules, &n, f->ctx.arena).code, VERDICT_MERGE);
    n.at[NUMBER_MINE] = 0.4;
    assert_int_equal(verdict_judge(rules, &n, f->ctx.arena).code, VERDICT_SAME_THEME);
    n.at[NUMBER_MINE] = 0.6;
    n.at[NUMBER_WORDS] = 0.1;
    rules = parse(f, "[merge]\nwhen = words >= 0.9\n");
    assert_int_equal(verdict_judge(rules, &n, f->ctx.arena).code, VERDICT_NEW);
}

static void a_number_that_does_not_exist_fulfils_nothing(void **state)
{
    struct fixture *f = *state;
    struct verdict_rules *rules = parse(f, "[same-problem]\nwhen = suggestion < 0.3\n[new]\nwhen =\n");
    struct numbers n = { { [NUMBER_SUGGESTION] = -1 } };
    assert_int_equal(verdict_judge(rules, &n, f->ctx.arena).code, VERDICT_NEW);
    n.at[NUMBER_SUGGESTION] = 0.1;
    assert_int_equal(verdict_judge(rules, &n, f->ctx.arena).code, VERDICT_SAME_PROBLEM);
}

static void wrong_files_name_the_line(void **state)
{
    static const char *const wrong[] = {
        "[copy]\n",          "[copied]\nwhen = mine 0.5\n", "[copied]\nwhen = mein >= 0.5\n",
        "when = mine > 1\n", "[copied]\nif = mine > 1\n",   "[copied]\nwhen = mine >= x\n",
        "# nothing\n"
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct fixture *f = *state;
        struct verdict_rules *rules;
        f->error.code = 0;
        assert_int_equal(verdict_parse(&f->ctx, f->ctx.arena, str_of(wrong[i]), "v.conf", &rules),
                         TIAN_EFORMAT);
        assert_null(rules);
        assert_string_equal(f->error.where, "v.conf");
        assert_true(i == 6 || strstr(f->error.message, "line ") != NULL);
    }
}

static void without_a_file_there_is_no_verdict(void **state)
{
    struct fixture *f = *state;
    struct verdict_rules *rules;
    assert_int_equal(verdict_load(&f->ctx, f->ctx.arena, "/nonexistent", &rules), TIAN_EIO);
    assert_null(rules);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(shipped_rules, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tells_the_rule_with_its_numbers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(first_rule_wins_and_two_of_a_code_mean_or, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_number_that_does_not_exist_fulfils_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_files_name_the_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_a_file_there_is_no_verdict, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
