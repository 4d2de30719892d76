/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to document: labelled texts as counted words (examples.c), a linear
 * classifier over them (svm.c), the model it becomes (learn.c).
 */
#ifndef TIAN_LEARN_H
#define TIAN_LEARN_H

#include "document/taxonomy.h"

/* ---- examples.c ------------------------------------------------------------------ */

struct feature {
    uint32_t word;
    uint16_t times; /* as model_strength() counts them */
    bool cut;       /* the cutter found it as a word of its own in this text */
};

struct example {
    struct str id, title, body;
    uint32_t theme;
    bool words; /* the body is words, blanks between */
    struct feature *features;
    size_t n;
};

struct examples {
    struct arena *arena;
    struct cutter *cutter;
    struct taxonomy *words; /* everything that may become a word of a model */
    struct map *by_theme;   /* name → index + 1 */
    vec_of(struct str) themes;
    vec_of(struct example) at;
    size_t unlabelled; /* lines without a theme: passed over */
};

/* ---- svm.c ------------------------------------------------------------------------- */

struct cell {
    uint32_t column;
    float x;
};
struct row {
    struct cell *cells;
    size_t n;
};
struct svm {
    const struct row *rows;
    const int8_t *sign; /* 1 or -1: what should be told apart */
    size_t n, columns;
    double cost; /* of an error, against the length of the weights */
};

/* weights: columns + 1, the last is the bias; overwritten. The same on every machine that computes alike. */
void svm_train(const struct svm *, struct arena *scratch, float *weights);
double svm_margin(const struct row *, const float *weights, size_t columns);

/* ---- learn.c ------------------------------------------------------------------------- */

/* The model learned from those examples, as the text of a taxonomy file. */
struct subset {
    const uint32_t *at; /* indices of examples, ascending */
    size_t n;
};
int model_learn(struct ctx *, const struct examples *, struct subset, struct buf *out);

/* All but every k-th (from the i-th on), and those. */
void subset_fold(struct arena *, struct subset all, unsigned k, unsigned i, struct subset *rest,
                 struct subset *held);

#endif
