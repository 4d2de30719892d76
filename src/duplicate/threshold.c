/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Which thresholds would have decided as the officers did? Only thresholds of the
 * rules that make a repeat are moved ("at least" conditions of merge, copied,
 * refiled; yes/no numbers and lengths stay), each to a value halfway between two
 * neighbouring pairs, one after the other, and only when F1 rises by all of them. None goes further than a
 * quarter: 文字雷同 from a sixth of the text on may fit what was decided, but is another rule. Few decisions
 * fit anything, so the same is done without each tenth in turn, and that tenth is judged; of the pairs on
 * which the present thresholds and these disagree, a sign test says whether more were gained than luck would.
 *
 * Recall here is of the decided pairs: what nobody proposed and nobody accepted
 * by hand is not known.
 */
#include "duplicate/threshold.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

enum {
    ROUNDS = 8, /* changes proposed at most */
    FOLDS = 10
};
static const double WORTH = 0.005; /* of F1: less is not worth a change */
static const double FAR = 0.25;    /* from where a threshold is in the file */

/* ---- Outcomes --------------------------------------------------------------------------- */

double outcome_precision(struct outcome o)
{
    size_t all = o.hit + o.false_alarm;
    return all ? (double)o.hit / (double)all : 1;
}

double outcome_recall(struct outcome o)
{
    size_t all = o.hit + o.missed;
    return all ? (double)o.hit / (double)all : 1;
}

double outcome_f1(struct outcome o)
{
    size_t all = 2 * o.hit + o.false_alarm + o.missed;
    return all ? 2 * (double)o.hit / (double)all : 1;
}

static void count(struct outcome *o, bool proposed, bool accepted)
{
    o->hit += proposed && accepted;
    o->false_alarm += proposed && !accepted;
    o->missed += !proposed && accepted;
}

static bool is_proposed(const struct verdict_rules *rules, const struct decided_pair *p)
{
    return verdict_is_repeat(verdict_code_of(rules, &p->numbers[0])) ||
           verdict_is_repeat(verdict_code_of(rules, &p->numbers[1]));
}

struct outcome outcome_of_rules(const struct verdict_rules *rules, const struct decided_pairs *pairs)
{
    struct outcome o = { 0, 0, 0 };
    for (size_t i = 0; i < pairs->n; i++)
        count(&o, is_proposed(rules, &pairs->at[i]), pairs->at[i].accepted);
    return o;
}

static double larger_of(const struct decided_pair *p, enum number number)
{
    double a = p->numbers[0].at[number], b = p->numbers[1].at[number];
    return a > b ? a : b;
}

struct outcome outcome_of_number(enum number number, double x, const struct decided_pairs *pairs)
{
    struct outcome o = { 0, 0, 0 };
    for (size_t i = 0; i < pairs->n; i++)
        count(&o, larger_of(&pairs->at[i], number) >= x, pairs->at[i].accepted);
    return o;
}

/* ---- Moving one threshold -------------------------------------------------------------------- */

static bool may_move(const struct verdict_condition *c)
{
    return verdict_is_repeat(c->code) && c->at_least && c->number != NUMBER_LONGEST &&
           c->number != NUMBER_LETTERS && c->value > 0 && c->value < 1;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* The values a threshold may take: halfway between neighbours, two digits behind the point. */
static size_t values_of(enum number number, const struct decided_pairs *pairs, double *out)
{
    size_t n = 0, kept = 0;
    for (size_t i = 0; i < pairs->n; i++)
        for (int k = 0; k < 2; k++) {
            double x = pairs->at[i].numbers[k].at[number];
            if (x >= 0)
                out[n++] = x;
        }
    qsort(out, n, sizeof *out, ascending);
    for (size_t i = 0; i + 1 < n; i++) {
        double x = round(50 * (out[i] + out[i + 1])) / 100;
        if (x > 0 && x < 1 && (kept == 0 || x > out[kept - 1]))
            out[kept++] = x;
    }
    return kept;
}

/* How well rules do: F1, and, for one refused pair is often proposed by several rules, how many rules hold
 * for refused pairs (a step that silences one of them is a step, though F1 stays). */
struct merit {
    double f1;
    size_t alarms;
};

static struct merit merit_of(const struct verdict_rules *rules, const struct decided_pairs *pairs)
{
    struct merit m = { outcome_f1(outcome_of_rules(rules, pairs)), 0 };
    for (size_t i = 0; i < pairs->n; i++)
        for (int k = 0; k < 2 && !pairs->at[i].accepted; k++)
            m.alarms += verdict_repeats_holding(rules, &pairs->at[i].numbers[k]);
    return m;
}

/* Above 0: x is better than y; below: worse. */
static int compare_merits(struct merit x, struct merit y)
{
    if (x.f1 > y.f1 + 1e-9 || x.f1 < y.f1 - 1e-9)
        return x.f1 > y.f1 ? 1 : -1;
    return x.alarms < y.alarms ? 1 : x.alarms > y.alarms ? -1 : 0;
}

/* The best change found so far: by merit, then by how little it moves. */
struct best {
    struct merit merit;
    struct change change;
    bool found;
};

static void consider(struct best *best, struct merit merit, struct change change)
{
    int order = compare_merits(merit, best->merit);
    bool smaller = fabs(change.to - change.from) < fabs(best->change.to - best->change.from);
    if (order > 0 || (order == 0 && best->found && smaller))
        *best = (struct best){ merit, change, true };
}

struct search {
    struct verdict_rules *rules;
    const struct verdict_rules *present; /* before any change */
    const struct decided_pairs *pairs;
    double *values; /* room for those of one condition */
    struct best best;
};

/* All values of one condition, the others as they are. */
static void try_values(struct search *s, size_t condition)
{
    struct verdict_condition c = verdict_condition(s->rules, condition);
    double present = verdict_condition(s->present, condition).value;
    size_t n = values_of(c.number, s->pairs, s->values);
    for (size_t i = 0; i < n; i++) {
        if (fabs(s->values[i] - present) > FAR + 1e-9)
            continue;
        verdict_set_condition(s->rules, condition, s->values[i]);
        consider(&s->best, merit_of(s->rules, s->pairs), (struct change){ condition, c.value, s->values[i] });
    }
    verdict_set_condition(s->rules, condition, c.value);
}

static void climb(struct search *s, struct changes *out)
{
    s->best.merit = merit_of(s->rules, s->pairs);
    for (int round = 0; round < ROUNDS; round++) {
        s->best.found = false;
        for (size_t i = 0; i < verdict_conditions(s->rules); i++) {
            struct verdict_condition c = verdict_condition(s->rules, i);
            if (may_move(&c))
                try_values(s, i);
        }
        if (!s->best.found)
            break;
        verdict_set_condition(s->rules, s->best.change.condition, s->best.change.to);
        vec_push(out, s->best.change);
    }
}

/* Take back, from the last on, what F1 does not need. */
static void prune(struct verdict_rules *rules, const struct decided_pairs *pairs, struct changes *changes)
{
    double reached = outcome_f1(outcome_of_rules(rules, pairs));
    size_t kept = 0;
    for (size_t i = changes->n; i-- > 0;) {
        struct change *c = &changes->at[i];
        double now = verdict_condition(rules, c->condition).value;
        verdict_set_condition(rules, c->condition, c->from);
        if (outcome_f1(outcome_of_rules(rules, pairs)) > reached - 1e-9)
            c->to = c->from;
        else
            verdict_set_condition(rules, c->condition, now);
    }
    for (size_t i = 0; i < changes->n; i++)
        if (changes->at[i].to > changes->at[i].from || changes->at[i].to < changes->at[i].from)
            changes->at[kept++] = changes->at[i];
    changes->n = kept;
}

static void undo(struct verdict_rules *rules, const struct changes *changes)
{
    for (size_t i = changes->n; i-- > 0;)
        verdict_set_condition(rules, changes->at[i].condition, changes->at[i].from);
}

/* One change a condition: from what it was to what it is. */
static void join_changes(const struct verdict_rules *rules, struct changes *changes)
{
    size_t kept = 0;
    for (size_t i = 0; i < changes->n; i++) {
        bool known = false;
        for (size_t k = 0; k < kept; k++)
            known = known || changes->at[k].condition == changes->at[i].condition;
        if (known)
            continue;
        changes->at[kept] = changes->at[i];
        changes->at[kept++].to = verdict_condition(rules, changes->at[i].condition).value;
    }
    changes->n = kept;
}

void thresholds_improve(struct verdict_rules *rules, struct arena *arena, const struct decided_pairs *pairs,
                        struct changes *out)
{
    struct arena *scratch = arena_new(arena);
    double before = outcome_f1(outcome_of_rules(rules, pairs));
    out->n = 0;
    climb(&(struct search){ .rules = rules,
                            .present = verdict_copy(rules, scratch),
                            .pairs = pairs,
                            .values = arena_array(scratch, double, 2 * pairs->n + 1) },
          out);
    join_changes(rules, out);
    prune(rules, pairs, out);
    if (outcome_f1(outcome_of_rules(rules, pairs)) < before + WORTH) {
        undo(rules, out);
        out->n = 0;
    }
    arena_free(scratch);
}

/* ---- What to expect ----------------------------------------------------------------------------- */

/* One pair, judged by the thresholds as they are and by those improved without it. */
static void try_pair(struct trial *t, const struct decided_pair *p, bool now, bool then)
{
    count(&t->outcome, then, p->accepted);
    t->gained += then == p->accepted && now != p->accepted;
    t->lost += then != p->accepted && now == p->accepted;
}

struct trial thresholds_try(struct verdict_rules *rules, struct arena *arena,
                            const struct decided_pairs *pairs)
{
    struct trial t = { { 0, 0, 0 }, 0, 0 };
    size_t folds = pairs->n < FOLDS ? pairs->n : FOLDS;
    const struct verdict_rules *present = verdict_copy(rules, arena);
    struct decided_pairs rest;
    struct changes changes;
    vec_init(&rest, arena);
    vec_init(&changes, arena);
    for (size_t fold = 0; fold < folds; fold++) {
        rest.n = 0;
        for (size_t i = 0; i < pairs->n; i++)
            if (i % folds != fold)
                vec_push(&rest, pairs->at[i]);
        thresholds_improve(rules, arena, &rest, &changes);
        for (size_t i = fold; i < pairs->n; i += folds)
            try_pair(&t, &pairs->at[i], is_proposed(present, &pairs->at[i]),
                     is_proposed(rules, &pairs->at[i]));
        undo(rules, &changes);
    }
    return t;
}

double trial_luck(struct trial t)
{
    size_t n = t.gained + t.lost;
    double sum = 0, log_choose = 0; /* of n over k */
    for (size_t k = 0; k <= n; k++) {
        if (k >= t.gained)
            sum += exp(log_choose - (double)n * log(2));
        log_choose += log((double)(n - k)) - log((double)(k + 1));
    }
    return sum < 1 ? sum : 1;
}
