/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Thresholds from decided pairs: a threshold that lets in what was refused is raised to between the two, one
 * that keeps out what was accepted is lowered, nothing is moved that need not be, or further than a quarter;
 * F1 never falls, on random decisions; of two hundred decisions of an officer who draws the line elsewhere,
 * not always in the same place, the thresholds come to his line, and the gain is called sure, of one who
 * tosses coins it is not; and the file with the changes is the file with only these numbers changed.
 */
#include <math.h>
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
        thresholds_try(copy, arena, &pairs); /* leaves the rules alone */
        assert_true(outcome_f1(outcome_of_rules(copy, &pairs)) == before);
        thresholds_improve(copy, arena, &pairs, &changes);
        assert_true(outcome_f1(outcome_of_rules(copy, &pairs)) >= before);
        for (size_t i = 0; i < changes.n; i++)
            assert_int_not_equal(verdict_condition(copy, changes.at[i].condition).number, NUMBER_LONGEST);
    }
}

/* ---- Two hundred decisions --------------------------------------------------------------- */

static double next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005ull + 1442695040888963407ull;
    return (double)(*seed >> 40) / (1 << 24);
}

/* An officer who accepts from this much agreement on, give or take a tenth. */
static void officer_decides(double line, uint64_t seed)
{
    for (int i = 0; i < 200; i++) {
        double words = 0.15 + 0.75 * next_random(&seed);
        decide(words + 0.2 * (next_random(&seed) - 0.5) >= line, words, 0.12 + 0.6 * next_random(&seed));
    }
}

static double learned_line(struct trial *trial)
{
    *trial = thresholds_try(rules, arena, &pairs);
    thresholds_improve(rules, arena, &pairs, &changes);
    return verdict_condition(rules, 2).value; /* words */
}

static void test_a_stricter_officer(void **state)
{
    struct trial trial;
    (void)state;
    officer_decides(0.62, 5);
    double line = learned_line(&trial);
    assert_true(line > 0.57 && line < 0.67);
    assert_true(trial.gained > 3 * trial.lost && trial_luck(trial) < 0.001);
}

static void test_a_milder_officer(void **state)
{
    struct trial trial;
    (void)state;
    officer_decides(0.30, 6);
    double line = learned_line(&trial);
    assert_true(line > 0.25 && line < 0.35);
    assert_true(trial.gained > 3 * trial.lost && trial_luck(trial) < 0.001);
}

/* What he decides is what the rules say: what is moved for the sake of the few is not called sure. */
static void test_an_agreeing_officer(void **state)
{
    struct trial trial;
    (void)state;
    officer_decides(0.45, 7);
    double line = learned_line(&trial);
    assert_true(line > 0.40 && line < 0.50);
    assert_true(trial_luck(trial) > 0.05);
}

/* He accepts nothing below 0.9: a threshold goes towards it, a quarter at most. */
static void test_not_too_far(void **state)
{
    struct trial trial;
    (void)state;
    officer_decides(0.90, 8);
    double line = learned_line(&trial);
    assert_true(line > 0.60 && line <= 0.70 + 1e-9);
}

static void test_coins(void **state)
{
    int sure = 0;
    uint64_t seed = 9;
    (void)state;
    for (int round = 0; round < 60; round++) {
        pairs.n = 0;
        for (int i = 0; i < 50; i++)
            decide(next_random(&seed) < 0.5, next_random(&seed), next_random(&seed));
        sure += trial_luck(thresholds_try(rules, arena, &pairs)) <= 0.05;
    }
    assert_true(sure <= 6);
}

static void test_luck(void **state)
{
    (void)state;
    assert_true(fabs(trial_luck((struct trial){ .gained = 0, .lost = 0 }) - 1) < 1e-9);
    assert_true(fabs(trial_luck((struct trial){ .gained = 5, .lost = 0 }) - 1 / 32.0) < 1e-9);
    assert_true(fabs(trial_luck((struct trial){ .gained = 2, .lost = 1 }) - 0.5) < 1e-9);
    assert_true(fabs(trial_luck((struct trial){ .gained = 0, .lost = 4 }) - 1) < 1e-9);
    assert_true(fabs(trial_luck((struct trial){ .gained = 8, .lost = 2 }) - 56 / 1024.0) < 1e-9);
    assert_true(trial_luck((struct trial){ .gained = 3000, .lost = 2000 }) < 1e-9);
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
        cmocka_unit_test_setup_teardown(test_a_stricter_officer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_milder_officer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_an_agreeing_officer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_not_too_far, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_coins, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_luck, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_file, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
