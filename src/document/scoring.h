/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to document: a text held against a taxonomy (theme.c), for labels and
 * for the reasons of labels (reasons.c).
 */
#ifndef TIAN_SCORING_H
#define TIAN_SCORING_H

#include "document/taxonomy.h"

/* The two best scores of a group, equal ones twice; 0: there is none. */
struct rivals {
    double best, second;
};

struct scoring {
    const struct taxonomy *t;
    struct arena *scratch;
    struct tally *tally; /* one a word */
    uint32_t *touched;   /* words that occur */
    size_t ntouched;
    double *score;         /* one a node; < 0: excluded */
    struct rivals *rivals; /* one a group */
};

/* t and scratch are given; the rest is made. */
void scoring_run(struct scoring *, struct str title, struct str body, const struct skips *);
void scoring_run_folded(struct scoring *, const struct normal *title, const struct normal *body);
double scoring_strength(const struct taxonomy *, struct tally); /* how much so many occurrences count */
double scoring_part(const struct scoring *, uint32_t word,
                    uint32_t node); /* of the node's score, 0 when against it */
double scoring_confidence(const struct scoring *, uint32_t node);

#endif
