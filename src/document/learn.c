/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Learning a taxonomy from labelled texts. What comes out is a text file in the
 * form of share/themes/, which an officer can read and edit and model.c applies:
 *
 *   model = learned
 *   [教育文体]
 *   bias = -1.2          how likely the theme is when nothing else is known
 *   学校 8.3             speaks for it
 *   医院 -2.1            speaks against it
 *
 * Words occur in two texts at least, and in one as the cutter cuts. A text is the
 * vector of x × rarity / √Σx² (x as in model.c, rarity = 1 + ln(texts / texts with
 * the word)); one theme against the others is a support vector machine (svm.c).
 *
 * Then three things that change no decision make the weights readable: rarity is
 * multiplied into them; of each word the median over the themes is subtracted, so
 * that it stands only where it says something; and all are scaled so that the
 * confidence is calibrated: by the factor that makes the labels of texts held out
 * in three inner folds most likely. Weights are written with two decimals, the
 * largest first, until the file has its size.
 */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "document/learn.h"

enum {
    INNER_FOLDS = 3,
    MAX_BYTES = 950000, /* of the model */
    LINE_BYTES = 8      /* of a line beside its word, as a rule */
};
static const double cost = 0.3, least_weight = 0.05, threshold = 0.3;

struct learning {
    const struct examples *ex;
    struct arena *arena;
    struct subset docs;
    size_t themes, columns;
    uint32_t *column; /* word → column, or NO_INDEX */
    uint32_t *word;   /* column → word */
    float *rarity;    /* of a column */
    struct row *rows; /* of docs */
    float *weights;   /* themes × (columns + 1) */
};

/* ---- words and rows --------------------------------------------------------------- */

static const struct example *example_at(const struct learning *l, size_t i)
{
    return &l->ex->at.at[l->docs.at[i]];
}

static void select_words(struct learning *l)
{
    size_t words = l->ex->words->words.n;
    uint32_t *texts = arena_array(l->arena, uint32_t, words + 1);
    bool *cut = arena_array(l->arena, bool, words + 1);
    l->column = arena_array(l->arena, uint32_t, words + 1);
    l->word = arena_array(l->arena, uint32_t, words + 1);
    l->rarity = arena_array(l->arena, float, words + 1);
    for (size_t i = 0; i < l->docs.n; i++)
        for (size_t k = 0; k < example_at(l, i)->n; k++) {
            const struct feature *f = &example_at(l, i)->features[k];
            texts[f->word]++;
            cut[f->word] |= f->cut;
        }
    for (uint32_t w = 0; w < words; w++) {
        bool taken = texts[w] >= 2 && cut[w];
        l->column[w] = taken ? (uint32_t)l->columns : NO_INDEX;
        if (!taken)
            continue;
        l->word[l->columns] = w;
        l->rarity[l->columns++] = (float)(1 + log((l->docs.n + 1.0) / (texts[w] + 1.0)));
    }
}

static void make_row(const struct learning *l, const struct example *e, struct arena *arena, struct row *out)
{
    double square = 0;
    out->cells = arena_array(arena, struct cell, e->n + 1);
    out->n = 0;
    for (size_t i = 0; i < e->n; i++) {
        uint32_t column = l->column[e->features[i].word];
        if (column == NO_INDEX)
            continue;
        double x = model_strength((struct tally){ e->features[i].times, 0 });
        square += x * x;
        out->cells[out->n++] = (struct cell){ column, (float)x * l->rarity[column] };
    }
    for (size_t i = 0; i < out->n; i++)
        out->cells[i].x /= (float)sqrt(square);
}

static float *weights_of(const struct learning *l, size_t theme)
{
    return l->weights + theme * (l->columns + 1);
}

static int train(struct ctx *ctx, struct learning *l)
{
    int8_t *sign = arena_array(l->arena, int8_t, l->docs.n + 1);
    int code = 0;
    select_words(l);
    l->rows = arena_array(l->arena, struct row, l->docs.n + 1);
    for (size_t i = 0; i < l->docs.n; i++)
        make_row(l, example_at(l, i), l->arena, &l->rows[i]);
    l->weights = arena_array(l->arena, float, mem_product(l->themes, l->columns + 1));
    for (size_t t = 0; code == 0 && t < l->themes; t++) {
        struct arena *scratch = arena_new(l->arena);
        for (size_t i = 0; i < l->docs.n; i++)
            sign[i] = example_at(l, i)->theme == t ? 1 : -1;
        svm_train(&(struct svm){ l->rows, sign, l->docs.n, l->columns, cost }, scratch, weights_of(l, t));
        arena_free(scratch);
        code = ctx_check(ctx);
    }
    return code;
}

/* ---- calibration ------------------------------------------------------------------- */

/* Margins of texts that were held out, themes of them a text. */
struct margins {
    double *at;
    uint32_t *theme;
    size_t n, themes;
};

static double log_sum(const double *margin, size_t n, double scale)
{
    double best = margin[0], sum = 0;
    assert(n > 0);
    for (size_t i = 0; i < n; i++)
        best = margin[i] > best ? margin[i] : best;
    for (size_t i = 0; i < n; i++)
        sum += exp(scale * (margin[i] - best));
    assert(sum >= 1); /* the best one gives 1 */
    return scale * best + log(sum);
}

/* How unlikely the true labels are when margins are scaled. */
static double loss(const struct margins *m, double scale)
{
    double sum = 0;
    for (size_t i = 0; i < m->n; i++)
        sum += log_sum(m->at + i * m->themes, m->themes, scale) - scale * m->at[i * m->themes + m->theme[i]];
    return sum;
}

/* The loss is convex: thirds of the range are thrown away until little is left. */
static double best_scale(const struct margins *m)
{
    double low = 0.1, high = 50;
    while (high - low > 0.01) {
        double a = low + (high - low) / 3, b = high - (high - low) / 3;
        if (loss(m, a) < loss(m, b))
            high = b;
        else
            low = a;
    }
    return (low + high) / 2;
}

void subset_fold(struct arena *arena, struct subset all, unsigned k, unsigned i, struct subset *rest,
                 struct subset *held)
{
    uint32_t *a = arena_array(arena, uint32_t, all.n + 1), *b = arena_array(arena, uint32_t, all.n + 1);
    *rest = (struct subset){ a, 0 };
    *held = (struct subset){ b, 0 };
    for (size_t n = 0; n < all.n; n++)
        if (n % k == i)
            b[held->n++] = all.at[n];
        else
            a[rest->n++] = all.at[n];
}

static void add_margins(const struct learning *l, struct subset held, struct margins *m)
{
    for (size_t i = 0; i < held.n; i++) {
        struct row row;
        const struct example *e = &l->ex->at.at[held.at[i]];
        make_row(l, e, l->arena, &row);
        for (size_t t = 0; t < l->themes; t++)
            m->at[m->n * m->themes + t] = svm_margin(&row, weights_of(l, t), l->columns);
        m->theme[m->n++] = e->theme;
    }
}

static int calibrate(struct ctx *ctx, const struct learning *whole, double *scale)
{
    struct arena *arena = arena_new(whole->arena);
    struct margins m = { arena_array(arena, double, mem_product(whole->docs.n, whole->themes)),
                         arena_array(arena, uint32_t, whole->docs.n + 1), 0, whole->themes };
    int code = 0;
    for (unsigned fold = 0; code == 0 && fold < INNER_FOLDS; fold++) {
        struct subset held;
        struct learning l = { .ex = whole->ex, .arena = arena_new(arena), .themes = whole->themes };
        subset_fold(l.arena, whole->docs, INNER_FOLDS, fold, &l.docs, &held);
        code = train(ctx, &l);
        if (code == 0)
            add_margins(&l, held, &m);
        arena_free(l.arena);
    }
    *scale = code == 0 ? best_scale(&m) : 1;
    arena_free(arena);
    return code;
}

/* ---- readable weights ----------------------------------------------------------------- */

static int compare_floats(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static float median(float *at, size_t n)
{
    qsort(at, n, sizeof *at, compare_floats);
    return n % 2 ? at[n / 2] : (at[n / 2 - 1] + at[n / 2]) / 2;
}

static void make_readable(struct learning *l, double scale)
{
    float *of_word = arena_array(l->arena, float, l->themes);
    for (size_t c = 0; c <= l->columns; c++) {
        for (size_t t = 0; t < l->themes; t++)
            of_word[t] = weights_of(l, t)[c];
        float middle = median(of_word, l->themes);
        float times = (float)scale * (c < l->columns ? l->rarity[c] : 1);
        for (size_t t = 0; t < l->themes; t++)
            weights_of(l, t)[c] = (weights_of(l, t)[c] - middle) * times;
    }
}

struct line {
    uint32_t theme;
    float weight;
    const struct word *word;
};
struct lines {
    struct line *at;
    size_t n, cap;
};

static int compare_size(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    float p = fabsf(x->weight), q = fabsf(y->weight);
    if (p != q)
        return p < q ? 1 : -1;
    int order = str_cmp(x->word->text, y->word->text);
    return order ? order : (x->theme > y->theme) - (x->theme < y->theme);
}

static int compare_place(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    if (x->theme != y->theme)
        return x->theme < y->theme ? -1 : 1;
    if (x->weight != y->weight)
        return x->weight < y->weight ? 1 : -1;
    return str_cmp(x->word->text, y->word->text);
}

/* The largest weights that fit, theme by theme. */
static void choose_lines(const struct learning *l, struct lines *lines)
{
    size_t bytes = 0, n = 0;
    vec_init(lines, l->arena);
    for (size_t c = 0; c < l->columns; c++)
        for (size_t t = 0; t < l->themes; t++)
            if (fabsf(weights_of(l, t)[c]) >= (float)least_weight)
                vec_push(lines, (struct line){ (uint32_t)t, weights_of(l, t)[c],
                                               &l->ex->words->words.at[l->word[c]] });
    if (lines->n > 1)
        qsort(lines->at, lines->n, sizeof *lines->at, compare_size);
    while (n < lines->n && bytes < MAX_BYTES)
        bytes += lines->at[n++].word->text.n + LINE_BYTES;
    lines->n = n;
    if (n > 1)
        qsort(lines->at, n, sizeof *lines->at, compare_place);
}

static void write_head(const struct learning *l, struct buf *out)
{
    buf_printf(
        out,
        "# 由 tian theme learn 从 %zu 件已标主题的文件学得，%zu 个主题。可以像手写的分类表一样阅读、修改：\n"
        "# 词后面的数为正，说明有这个词更像本类；为负，更不像；bias 是什么词都没有时的底分。\n"
        "# 改后用 tian theme test 看准确率。\n"
        "# Learned from %zu labelled texts, %zu themes. Read and edit it like one written by hand: a word\n"
        "# with a positive number speaks for the theme, a negative one against it; bias is where it "
        "starts.\n\n"
        "name = 学得的分类\nmodel = learned\nthreshold = %.2f\n",
        l->docs.n, l->themes, l->docs.n, l->themes, threshold);
}

static void write_model(const struct learning *l, const struct lines *lines, struct buf *out)
{
    size_t i = 0;
    write_head(l, out);
    for (size_t t = 0; t < l->themes; t++) {
        buf_printf(out, "\n[%.*s]\nbias = %.2f\n", STR_ARG(l->ex->themes.at[t]),
                   weights_of(l, t)[l->columns]);
        for (; i < lines->n && lines->at[i].theme == t; i++)
            buf_printf(out, "%.*s %.2f\n", STR_ARG(lines->at[i].word->text), lines->at[i].weight);
    }
}

/* ---- all of it ------------------------------------------------------------------------ */

static int check_themes(struct ctx *ctx, const struct examples *ex)
{
    if (ex->themes.n < 2)
        return ctx_fail(ctx, TIAN_EFORMAT, NULL, "at least two themes are needed to learn to tell them apart",
                        "至少要有两个主题的例子才能学会区分");
    for (size_t i = 0; i < ex->themes.n; i++) {
        struct str name = ex->themes.at[i];
        if (memchr(name.p, ']', name.n) || memchr(name.p, '\n', name.n) || memchr(name.p, '#', name.n))
            return ctx_fail(ctx, TIAN_EFORMAT, NULL, "no theme may be called \"%.*s\"", "主题不能叫“%.*s”",
                            STR_ARG(name));
    }
    return 0;
}

int model_learn(struct ctx *ctx, const struct examples *ex, struct subset docs, struct buf *out)
{
    struct learning l = { .ex = ex, .arena = arena_new(ctx->arena), .docs = docs, .themes = ex->themes.n };
    struct lines lines;
    double scale = 1;
    int code = check_themes(ctx, ex);
    if (code == 0)
        code = calibrate(ctx, &l, &scale);
    if (code == 0)
        code = train(ctx, &l);
    if (code == 0) {
        make_readable(&l, scale);
        choose_lines(&l, &lines);
        write_model(&l, &lines, out);
    }
    arena_free(l.arena);
    return code;
}

int examples_learn(struct ctx *ctx, const struct examples *ex, struct buf *out)
{
    struct subset all = { .n = ex->at.n };
    uint32_t *at = arena_array(ctx->arena, uint32_t, all.n + 1);
    for (uint32_t i = 0; i < all.n; i++)
        at[i] = i;
    all.at = at;
    return model_learn(ctx, ex, all, out);
}
