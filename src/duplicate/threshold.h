/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * threshold: from decided pairs to better thresholds of verdict.conf. Private to
 * duplicate; knows no texts: a pair is its numbers in both directions.
 */
#ifndef TIAN_DUPLICATE_THRESHOLD_H
#define TIAN_DUPLICATE_THRESHOLD_H

#include "duplicate/verdict.h"

struct decided_pair {
    struct numbers numbers[2];
    bool accepted;
};
struct decided_pairs {
    struct decided_pair *at;
    size_t n, cap;
};

struct outcome { /* of proposing by some rule */
    size_t hit, false_alarm, missed;
};
double outcome_precision(struct outcome); /* 1 when nothing was proposed */
double outcome_recall(struct outcome);    /* 1 when there was nothing to find */
double outcome_f1(struct outcome);

struct outcome outcome_of_rules(const struct verdict_rules *, const struct decided_pairs *);
/* Of proposing when this number alone, the larger of both directions, is at least x. */
struct outcome outcome_of_number(enum number, double x, const struct decided_pairs *);

struct change {
    size_t condition; /* verdict_condition() */
    double from, to;
};
struct changes {
    struct change *at;
    size_t n, cap;
};
/* Thresholds that raise F1, one condition at a time, the one that helps most first; rules are left with them
 * in place. */
void thresholds_improve(struct verdict_rules *, struct arena *scratch, const struct decided_pairs *,
                        struct changes *out);

/* Each pair judged by thresholds improved without it: what to expect of pairs to come. */
struct trial {
    struct outcome outcome;
    size_t gained,
        lost; /* pairs judged as the officer did by these thresholds only, and by the present only */
};
/* Rules are as before afterwards. */
struct trial thresholds_try(struct verdict_rules *, struct arena *, const struct decided_pairs *);
/* How sure is a gain: the chance of that many gained or more, of all that changed, if each were gained or
 * lost with equal chance (exact sign test, as McNemar's of two judges); 1 when nothing changed. */
double trial_luck(struct trial);

#endif
