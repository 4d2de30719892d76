/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * verdict: numbers of a comparison → a verdict, by the office's own rules.
 * Private to duplicate, but for verdict_load() in the front header.
 */
#ifndef TIAN_DUPLICATE_VERDICT_H
#define TIAN_DUPLICATE_VERDICT_H

#include "duplicate/duplicate.h"

/* What rules may speak of. A further one is a line here and one in the table of verdict.c. */
enum number {
    NUMBER_MINE,
    NUMBER_THEIRS,
    NUMBER_EXACT,
    NUMBER_LONGEST,
    NUMBER_PROBLEM,
    NUMBER_SUGGESTION,
    NUMBER_WORDS,
    NUMBER_TITLE_LETTERS,
    NUMBER_TITLE,
    NUMBER_SAME_TITLE,
    NUMBER_KEYS,
    NUMBER_RENAMED,
    NUMBER_LETTERS,
    NUMBER_ASKS,
    NUMBER_PARTS,
    NUMBER_THEME,
    NUMBER_SAME_PROPOSER,
    NUMBER_EARLIER,
    NUMBERS
};
struct numbers {
    double at[NUMBERS]; /* below 0: does not exist, and then it fulfils no condition */
};

/* As rules write it: "mine", "same_proposer" … */
const char *verdict_number_name(enum number);

/* Ascending strength; the last three are repeats. */
enum verdict_code {
    VERDICT_NEW,
    VERDICT_SAME_THEME,
    VERDICT_SAME_PROBLEM,
    VERDICT_MERGE,
    VERDICT_REFILED,
    VERDICT_COPIED,
    VERDICTS
};
const char *verdict_code_name(enum verdict_code);
bool verdict_is_repeat(enum verdict_code);

struct judgement {
    enum verdict_code code;
    const char *text; /* name of the rule */
    const char *rule; /* its conditions, with the numbers that fulfilled them */
};

/* The first rule that holds; VERDICT_NEW when none does. The texts go with the arena or the rules. */
struct judgement verdict_judge(const struct verdict_rules *, const struct numbers *, struct arena *);

/* The code alone. */
enum verdict_code verdict_code_of(const struct verdict_rules *, const struct numbers *);

/* How many rules of a repeat hold, also those behind the first. */
size_t verdict_repeats_holding(const struct verdict_rules *, const struct numbers *);

/* The conditions of all rules, for who looks for better thresholds. */
struct verdict_condition {
    enum verdict_code code; /* of its rule */
    const char *text;       /* name of its rule */
    enum number number;
    double value;
    bool at_least; /* number >= value */
    unsigned line; /* of the file */
};
size_t verdict_conditions(const struct verdict_rules *);
struct verdict_condition verdict_condition(const struct verdict_rules *, size_t i);
void verdict_set_condition(struct verdict_rules *, size_t i, double value);
/* The rules as they are in the file now (TIAN_EIO), with the values of these conditions changed. */
int verdict_file(struct ctx *, const struct verdict_rules *, const size_t *conditions, size_t n,
                 struct buf *out);
/* The same rules once more, to be changed. */
struct verdict_rules *verdict_copy(const struct verdict_rules *, struct arena *);

/* The words of share/hints.conf, loaded along; NULL: none. */
struct hints;
const struct hints *verdict_hints(const struct verdict_rules *);

/* Rules from a text instead of the share folder; name is for messages. */
int verdict_parse(struct ctx *, struct arena *, struct str text, const char *name,
                  struct verdict_rules **out);

#endif
