/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a learned taxonomy says of a text (how it is learned: learn.c).
 *
 *   x(word)  = 1 + ln(times in the body + 2 × times in the title)
 *   score    = bias + Σ weight(word) × x(word) / √(Σ x(word)²)
 *   p(theme) = e^score / Σ over themes e^score
 *
 * The sum below the root goes over all words of the model that occur, so a long
 * text and a short one are heard alike. Scores are natural logarithms of odds:
 * p is a confidence as it stands. A theme without a heading of its own in the
 * file, 社会建设 above 社会建设/教育, has the sum of what is below it.
 */
#include <math.h>

#include "document/taxonomy.h"

enum {
    TITLE_TIMES = 2
};

double model_strength(struct tally tally)
{
    return 1 + log(tally.body + (double)TITLE_TIMES * tally.title);
}

static void add_up(const struct taxonomy *t, const struct touched *touched, double *score)
{
    double square = 0;
    for (size_t i = 0; i < touched->n; i++) {
        double x = model_strength(touched->tally[touched->words[i]]);
        square += x * x;
    }
    for (size_t i = 0; i < touched->n; i++) {
        double x = model_strength(touched->tally[touched->words[i]]) / sqrt(square);
        for (uint32_t k = t->words.at[touched->words[i]].says; k != NO_INDEX; k = t->says.at[k].next)
            score[t->says.at[k].node] += t->says.at[k].weight * x;
    }
}

void model_scores(const struct taxonomy *t, const struct touched *touched, double *score)
{
    double best = -INFINITY, sum = 0;
    for (size_t i = 0; i < t->nodes.n; i++)
        score[i] = t->nodes.at[i].bias;
    add_up(t, touched, score);
    for (size_t i = 0; i < t->nodes.n; i++)
        if (t->nodes.at[i].words > 0 && score[i] > best)
            best = score[i];
    for (size_t i = 0; i < t->nodes.n; i++) {
        score[i] = t->nodes.at[i].words > 0 ? exp(score[i] - best) : 0;
        sum += score[i];
    }
    for (size_t i = t->nodes.n; i-- > 0;) { /* children come behind their parents */
        uint32_t parent = t->nodes.at[i].parent;
        score[i] /= t->nodes.at[i].words > 0 ? sum : 1;
        if (parent != NO_INDEX && t->nodes.at[parent].words == 0)
            score[parent] += score[i];
    }
}
