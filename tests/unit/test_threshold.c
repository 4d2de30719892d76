/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Thresholds from decided pairs: a threshold that lets in what was refused is raised to between the two, one
 * that keeps out what was accepted is lowered, nothing is moved that need not be; F1 never falls, on random
 * decisions; and the file with the changes is the file with only these numbers changed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/file.h"
#include "duplicate/threshold.h"

static struct arena *arena;
static struct ctx ctx;
static struct tian_error error;
static struct verdict_rules *rules;
static struct decided_pairs pairs;
static struct changes changes;

static const char RULES[] = "# two ways\n"
                            "[copied]\n"
                            "name = 雷同\n"
                            "when = mine >= 0.80, longest >= 15\n"
                            "[merge]\n"
                            "when = words >= 0.45,mine >= 0.10 # and no less\n"
                            "[new]\n"
                            "when =\n";

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(NULL);
    ctx = (struct ctx){ .arena = arena, .error = &error };
    vec_init(&pairs, arena);
    vec_init(&changes, arena);
    return verdict_parse(&ctx, arena, str_of(RULES), "rules", &rules);
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void decide(bool accepted, double words, double mine)
{
    struct decided_pair pair = { .accepted = accepted };
    for (int k = 0; k < 2; k++) {
        for (int i = 0; i < NUMBERS; i++)
            pair.numbers[k].at[i] = -1;
        pair.numbers[k].at[NUMBER_WORDS] = words;
        pair.numbers[k].at[NUMBER_MINE] = mine;
        pair.numbers[k].at[NUMBER_LONGEST] = 20;
    }
    vec_push(&pairs, pair);
}

static void test_raised(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++) {
        decide(true, 0.70 + i / 100.0, 0.5);
        decide(false, 0.50 + i / 100.0, 0.5);
    }
    thresholds_improve(rules, arena, &pairs, &changes);
    assert_int_equal(changes.n, 1);
    struct verdict_condition c = verdict_condition(rules, changes.at[0].condition);
    assert_int_equal(c.number, NUMBER_WORDS);
    assert_int_equal(c.line, 6);
    assert_true(c.value > 0.59 && c.value <= 0.70);
    assert_true(outcome_f1(outcome_of_rules(rules, &pairs)) > 0.999);
}

static void test_lowered(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++) {
        decide(true, 0.30 + i / 100.0, 0.5);
        decide(false, 0.10 + i / 100.0, 0.5);
    }
    assert_true(outcome_recall(outcome_of_rules(rules, &pairs)) < 0.001);
    thresholds_improve(rules, arena, &pairs, &changes);
    assert_int_equal(changes.n, 1);
    assert_true(changes.at[0].to > 0.19 && changes.at[0].to <= 0.30);
}

static void test_good_ones_stay(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++) {
        decide(true, 0.50 + i / 100.0, 0.5);
        decide(false, 0.30 + i / 100.0, 0.5);
    }
    thresholds_improve(rules, arena, &pairs, &changes);
    assert_int_equal(changes.n, 0);
}

static void test_never_worse(void **state)
{
    (void)state;
    uint64_t seed = 3;
    for (int round = 0; round < 200; round++) {
        struct verdict_rules *copy = verdict_copy(rules, arena);
        pairs.n = 0;
        for (int i = 0; i < 25; i++) {
            seed = seed * 6364136223846793005ull + 1442695040888963407ull;
            decide(seed >> 63, (double)(seed >> 33 & 1023) / 1023, (double)(seed >> 44 & 1023) / 1023);
        }
        double before = outcome_f1(outcome_of_rules(copy, &pairs));
        outcome_held_out(copy, arena, &pairs); /* leaves the rules alone */
        assert_true(outcome_f1(outcome_of_rules(copy, &pairs)) == before);
        thresholds_improve(copy, arena, &pairs, &changes);
        assert_true(outcome_f1(outcome_of_rules(copy, &pairs)) >= before);
        for (size_t i = 0; i < changes.n; i++)
            assert_int_not_equal(verdict_condition(copy, changes.at[i].condition).number, NUMBER_LONGEST);
    }
}

static void test_the_file(void **state)
{
    (void)state;
    char folder[] = "/tmp/tian-threshold-XXXXXX";
    struct buf out;
    size_t conditions[] = { 0, 3 }; /* mine of the first rule, mine of the second */
    assert_non_null(mkdtemp(folder));
    const char *path = path_join(arena, folder, "verdict.conf");
    assert_int_equal(file_write(&ctx, path, str_of(RULES), false), 0);
    assert_int_equal(verdict_parse(&ctx, arena, str_of(RULES), path, &rules), 0);
    verdict_set_condition(rules, 0, 0.7);
    verdict_set_condition(rules, 3, 0.25);
    buf_init(&out, arena);
    assert_int_equal(verdict_file(&ctx, rules, conditions, 2, &out), 0);
    buf_char(&out, '\0');
    assert_string_equal(out.p, "# two ways\n"
                               "[copied]\n"
                               "name = 雷同\n"
                               "when = mine >= 0.70, longest >= 15\n"
                               "[merge]\n"
                               "when = words >= 0.45,mine >= 0.25 # and no less\n"
                               "[new]\n"
                               "when =\n");
    assert_int_equal(file_remove_tree(&ctx, folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_raised, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_lowered, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_good_ones_stay, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_never_worse, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_file, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
