/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A linear support vector machine with squared hinge loss, trained in the dual
 * one example at a time (Hsieh et al. 2008, as in LIBLINEAR):
 *
 *   min over w   ½ |w|² + cost × Σ max(0, 1 − sign × w·x)²
 *
 * Each example has one number a ≥ 0, and w = Σ a × sign × x. A step sets one a to
 * its best value while the others stand still, which costs two passes over the
 * example's cells. The order of steps is shuffled every round by a fixed sequence.
 */
#include "base/map.h"
#include "document/learn.h"

enum {
    ROUNDS = 60
};
static const double near_enough = 0.05;

double svm_margin(const struct row *row, const float *weights, size_t columns)
{
    double margin = weights[columns];
    for (size_t i = 0; i < row->n; i++)
        margin += (double)weights[row->cells[i].column] * row->cells[i].x;
    return margin;
}

static double square_of(const struct row *row)
{
    double square = 1; /* the bias is a cell that is always 1 */
    for (size_t i = 0; i < row->n; i++)
        square += (double)row->cells[i].x * row->cells[i].x;
    return square;
}

static void move(const struct row *row, float *weights, size_t columns, double by)
{
    for (size_t i = 0; i < row->n; i++)
        weights[row->cells[i].column] += (float)(by * row->cells[i].x);
    weights[columns] += (float)by;
}

static void shuffle(uint32_t *order, size_t n, uint64_t *seed)
{
    for (size_t i = n; i > 1; i--) {
        *seed = hash_mix(*seed);
        size_t k = *seed % i;
        uint32_t other = order[k];
        order[k] = order[i - 1];
        order[i - 1] = other;
    }
}

/* One step; how far it was from the best. */
static double step(const struct svm *svm, size_t i, double *a, float *weights, double square)
{
    double ridge = 0.5 / svm->cost;
    double slope = svm->sign[i] * svm_margin(&svm->rows[i], weights, svm->columns) - 1 + ridge * *a;
    double off = *a == 0 && slope > 0 ? 0 : slope;
    double better = *a - slope / (square + ridge);
    if (off == 0)
        return 0;
    better = better > 0 ? better : 0;
    move(&svm->rows[i], weights, svm->columns, (better - *a) * svm->sign[i]);
    *a = better;
    return off < 0 ? -off : off;
}

void svm_train(const struct svm *svm, struct arena *scratch, float *weights)
{
    double *a = arena_array(scratch, double, svm->n + 1), *square = arena_array(scratch, double, svm->n + 1);
    uint32_t *order = arena_array(scratch, uint32_t, svm->n + 1);
    uint64_t seed = 1;
    double worst = 1;
    memset(weights, 0, (svm->columns + 1) * sizeof *weights);
    for (size_t i = 0; i < svm->n; i++) {
        order[i] = (uint32_t)i;
        square[i] = square_of(&svm->rows[i]);
    }
    for (int round = 0; round < ROUNDS && worst > near_enough; round++) {
        worst = 0;
        shuffle(order, svm->n, &seed);
        for (size_t k = 0; k < svm->n; k++) {
            double off = step(svm, order[k], &a[order[k]], weights, square[order[k]]);
            worst = off > worst ? off : worst;
        }
    }
}
