/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * From an alignment (equal text) and an agreement (equal matter) of two sides,
 * and from their papers (theme, proposer, session), to numbers.
 */
#include "duplicate/compare.h"

#include <math.h>

enum {
    BYTES_A_LETTER = 3
};

static double weight_in(void *self, uint32_t pair)
{
    const struct snapshot *snapshot = self;
    double live = snapshot_live(snapshot), df = snapshot_list_size(snapshot, LIST_PAIRS, pair);
    return df >= live ? 0.01 : log((live + 1) / (df + 0.5));
}

struct rarity compare_rarity(const struct snapshot *snapshot)
{
    double letters = snapshot_average_size(snapshot) / BYTES_A_LETTER;
    return (struct rarity){ .weight = weight_in,
                            .self = (void *)(uintptr_t)snapshot,
                            .scale = log(2.0 * (snapshot_live(snapshot) + 1.0)),
                            .length = letters > 1 ? letters : 1 };
}

void compare_weigh(const struct snapshot *snapshot, struct sheet *draft)
{
    for (size_t i = 0; i < draft->nclauses; i++) {
        struct clause *clause = &draft->clause[i];
        if (clause->key != 0)
            clause->weight = sheet_rarity(snapshot_list_size(snapshot, LIST_CLAUSES, clause->key));
    }
}

void compare_weigh_as(const struct pattern *draft, struct sheet *theirs)
{
    for (size_t i = 0; i < theirs->nclauses; i++)
        theirs->clause[i].weight = pattern_weight(draft, theirs->clause[i].key);
}

static bool has_theme(struct str themes, struct str wanted)
{
    struct str theme;
    for (int k = 0; k < 2 && themes.n > 0; k++) {
        themes = str_split(themes, '\x1f', &theme);
        if (str_eq(theme, wanted))
            return true;
    }
    return false;
}

static bool same_theme(struct str mine, struct str theirs)
{
    struct str theme;
    for (int k = 0; k < 2 && mine.n > 0; k++) {
        mine = str_split(mine, '\x1f', &theme);
        if (has_theme(theirs, theme))
            return true;
    }
    return false;
}

static bool is_earlier(const struct facts *mine, const struct facts *theirs)
{
    if (mine->term && theirs->term)
        return theirs->term < mine->term || (theirs->term == mine->term && theirs->meeting < mine->meeting);
    return mine->year == 0 || theirs->year == 0 || theirs->year < mine->year;
}

void compare_numbers(const struct side *mine, const struct side *theirs, const struct alignment *a,
                     const struct agreement *agreement, struct numbers *out)
{
    struct str proposer = mine->facts->proposer;
    *out = (struct numbers){ {
        [NUMBER_MINE] = a->mine,
        [NUMBER_THEIRS] = a->theirs,
        [NUMBER_EXACT] = a->exact,
        [NUMBER_LONGEST] = a->longest,
        [NUMBER_PROBLEM] = a->problem,
        [NUMBER_SUGGESTION] = a->suggestion,
        [NUMBER_WORDS] = agreement->words,
        [NUMBER_TITLE_LETTERS] = agreement->letters,
        [NUMBER_TITLE] = agreement->title,
        [NUMBER_SAME_TITLE] = agreement->titles,
        [NUMBER_KEYS] = agreement->keys,
        [NUMBER_RENAMED] = agreement->renamed,
        [NUMBER_LETTERS] = (double)mine->sheet->n,
        [NUMBER_ASKS] = mine->sheet->n > 0 ? 1000.0 * mine->sheet->asks / (double)mine->sheet->n : 0,
        [NUMBER_PARTS] = a->problem >= 0 || a->suggestion >= 0,
        [NUMBER_THEME] = same_theme(mine->themes, theirs->themes),
        [NUMBER_SAME_PROPOSER] = proposer.n > 0 && str_eq(proposer, theirs->facts->proposer),
        [NUMBER_EARLIER] = is_earlier(mine->facts, theirs->facts),
    } };
}

/* Copied text first, in one piece before in pieces (of two versions of a text, the one that was really
 * copied); between equals, the one on the same matter and of the same title. */
double compare_score(const struct numbers *n, size_t letters)
{
    double piece = letters > 0 ? n->at[NUMBER_LONGEST] / (double)letters : 0;
    return 0.4 * (n->at[NUMBER_MINE] + n->at[NUMBER_EXACT]) / 2 + 0.15 * piece + 0.05 * n->at[NUMBER_THEIRS] +
           0.25 * n->at[NUMBER_WORDS] + 0.15 * pow(n->at[NUMBER_SAME_TITLE], 2);
}
