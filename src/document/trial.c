/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * How well a taxonomy labels texts whose theme is known: what `tian theme test`
 * prints. Either a given taxonomy is tried on all of them, or one is learned anew
 * for each of k parts from the other parts, written and read back, so that what
 * is measured is the file an officer would use.
 *
 * The first label counts. It is right when it is the known theme or lies below
 * it (社会建设/教育 for 社会建设); none at all is wrong and counted as unlabelled.
 */
#include <stdlib.h>

#include "base/emit.h"
#include "document/learn.h"

enum {
    BANDS = 5,
    SHOWN_ERRORS = 20,
    TITLE_BYTES = 90
};
static const double band_from[BANDS] = { 0, 0.5, 0.7, 0.8, 0.9 };

struct answer {
    struct str theme, words; /* theme: the known one it lies below, else as labelled; "" none */
    double confidence;
    bool right;
};

struct score {
    struct str theme;
    size_t known, claimed, right;
    double precision, recall, f1;
};

struct trial {
    struct arena *arena;
    const struct examples *ex;
    struct answer *answers; /* one an example */
    struct score *scores;   /* one a known theme */
    size_t right, unlabelled;
    double macro_f1;
};

/* ---- answers --------------------------------------------------------------------- */

static bool lies_in(struct str theme, struct str top)
{
    return str_starts(theme, top) && (theme.n == top.n || theme.p[top.n] == '/');
}

/* Does the label say the known theme: it, or one below it, or its last part (社会建设/教育 for 教育)? */
static bool says_theme(struct str label, struct str known)
{
    bool last = label.n > known.n && str_ends(label, known) && label.p[label.n - known.n - 1] == '/';
    return lies_in(label, known) || last;
}

/* The most exact of the known themes that the label says. */
static struct str known_theme(const struct trial *t, struct str label)
{
    struct str best = STR_NONE;
    for (size_t i = 0; i < t->ex->themes.n; i++)
        if (says_theme(label, t->ex->themes.at[i]) && t->ex->themes.at[i].n > best.n)
            best = t->ex->themes.at[i];
    return best.n > 0 ? best : label;
}

static void answer(struct trial *t, const struct taxonomy *taxonomy, size_t i)
{
    const struct example *e = &t->ex->at.at[i];
    struct answer *a = &t->answers[i];
    struct arena *scratch = arena_new(t->arena);
    struct skips skips = { 0 };
    struct label *labels;
    if (!e->words)
        text_repair(scratch, e->body, &skips);
    *a = (struct answer){ STR(""), STR(""), 0, false };
    if (taxonomy_label(taxonomy, NULL, scratch, e->title, e->body, &skips, &labels) > 0) {
        a->theme = arena_str(t->arena, known_theme(t, labels[0].theme));
        a->words = arena_str(t->arena, labels[0].words);
        a->confidence = labels[0].confidence;
        a->right = str_eq(a->theme, t->ex->themes.at[e->theme]);
    }
    arena_free(scratch);
}

static int answer_folds(struct ctx *ctx, struct trial *t, unsigned folds)
{
    struct subset all = { .n = t->ex->at.n }, rest, held;
    uint32_t *at = arena_array(t->arena, uint32_t, all.n + 1);
    int code = 0;
    all.at = at;
    for (uint32_t i = 0; i < all.n; i++)
        at[i] = i;
    for (unsigned fold = 0; code == 0 && fold < folds; fold++) {
        struct arena *arena = arena_new(t->arena);
        struct taxonomy *taxonomy;
        struct buf model;
        buf_init(&model, arena);
        subset_fold(arena, all, folds, fold, &rest, &held);
        code = model_learn(ctx, t->ex, rest, &model);
        if (code == 0)
            code = taxonomy_read(ctx, arena, buf_view(&model), "model", &taxonomy);
        for (size_t i = 0; code == 0 && i < held.n; i++)
            answer(t, taxonomy, held.at[i]);
        arena_free(arena);
    }
    return code;
}

/* ---- scores ------------------------------------------------------------------------ */

static double ratio(double a, double b)
{
    return b > 0 ? a / b : 0;
}

static void score_themes(struct trial *t)
{
    size_t themes = t->ex->themes.n;
    t->scores = arena_array(t->arena, struct score, themes);
    for (size_t i = 0; i < t->ex->at.n; i++) {
        uint32_t theme = t->ex->at.at[i].theme;
        for (size_t k = 0; k < themes; k++)
            t->scores[k].claimed += str_eq(t->answers[i].theme, t->ex->themes.at[k]);
        t->scores[theme].known++;
        t->scores[theme].right += t->answers[i].right;
        t->right += t->answers[i].right;
        t->unlabelled += t->answers[i].theme.n == 0;
    }
    for (size_t k = 0; k < themes; k++) {
        struct score *s = &t->scores[k];
        s->theme = t->ex->themes.at[k];
        s->precision = ratio((double)s->right, (double)s->claimed);
        s->recall = ratio((double)s->right, (double)s->known);
        s->f1 = ratio(2.0 * (double)s->right, (double)(s->claimed + s->known));
        t->macro_f1 += s->f1;
    }
    t->macro_f1 = ratio(t->macro_f1, (double)themes);
}

struct band {
    size_t labels, right;
};

static void count_bands(const struct trial *t, struct band *bands)
{
    for (size_t i = 0; i < t->ex->at.n; i++) {
        size_t b = BANDS;
        if (t->answers[i].theme.n == 0)
            continue;
        while (t->answers[i].confidence < band_from[--b])
            continue;
        bands[b].labels++;
        bands[b].right += t->answers[i].right;
    }
}

/* Known theme → what was said, most first: a cell a line of the confusion table. */
struct confusion {
    struct str known, said;
    size_t n;
};

static int compare_confusion(const void *a, const void *b)
{
    const struct confusion *x = a, *y = b;
    if (x->n != y->n)
        return x->n < y->n ? 1 : -1;
    int order = str_cmp(x->known, y->known);
    return order ? order : str_cmp(x->said, y->said);
}

static size_t confusions(const struct trial *t, struct confusion **out)
{
    struct map *cells = map_new(t->arena);
    vec_of(struct confusion) found;
    vec_init(&found, t->arena);
    for (size_t i = 0; i < t->ex->at.n; i++) {
        struct str known = t->ex->themes.at[t->ex->at.at[i].theme], said = t->answers[i].theme;
        if (t->answers[i].right)
            continue;
        const char *key = arena_printf(t->arena, "%.*s\n%.*s", STR_ARG(known), STR_ARG(said));
        void **slot = map_at(cells, str_of(key));
        if (!*slot) {
            vec_push(&found, (struct confusion){ known, said, 0 });
            *slot = (void *)(uintptr_t)found.n;
        }
        found.at[(uintptr_t)*slot - 1].n++;
    }
    if (found.n > 1)
        qsort(found.at, found.n, sizeof *found.at, compare_confusion);
    *out = found.at;
    return found.n;
}

/* Errors, the surest first: a word that misleads, or a wrong label in the data. */
struct miss {
    double confidence;
    size_t i;
};

static int compare_misses(const void *a, const void *b)
{
    const struct miss *x = a, *y = b;
    return x->confidence != y->confidence ? (x->confidence < y->confidence ? 1 : -1)
                                          : (x->i > y->i) - (x->i < y->i);
}

static size_t misses(const struct trial *t, struct miss **out)
{
    size_t n = 0;
    *out = arena_array(t->arena, struct miss, t->ex->at.n + 1);
    for (size_t i = 0; i < t->ex->at.n; i++)
        if (!t->answers[i].right && t->answers[i].theme.n > 0)
            (*out)[n++] = (struct miss){ t->answers[i].confidence, i };
    qsort(*out, n, sizeof **out, compare_misses);
    return n < SHOWN_ERRORS ? n : SHOWN_ERRORS;
}

/* Up to so many bytes, whole characters. */
static struct str cut_off(struct str s, size_t bytes)
{
    if (s.n <= bytes)
        return s;
    while (bytes > 0 && ((unsigned char)s.p[bytes] & 0xC0) == 0x80)
        bytes--;
    return str_sub(s, 0, bytes);
}

static struct str headline(const struct example *e)
{
    struct str text = e->title.n > 0 ? e->title : e->body, line = STR("");
    str_line(&text, &line);
    return cut_off(str_trim(line), TITLE_BYTES);
}

/* ---- for people ----------------------------------------------------------------------- */

static void print_scores(const struct trial *t, struct buf *out)
{
    buf_cstr(out, say("precision recall     F1  texts  theme\n", "   准确率  召回率     F1   件数  主题\n"));
    for (size_t k = 0; k < t->ex->themes.n; k++) {
        const struct score *s = &t->scores[k];
        buf_printf(out, "%9.3f %6.3f %6.3f %6zu  %.*s\n", s->precision, s->recall, s->f1, s->known,
                   STR_ARG(s->theme));
    }
    buf_printf(out,
               say("macro-F1 %.4f  accuracy %.4f  unlabelled %zu of %zu\n",
                   "宏平均 F1 %.4f  正确率 %.4f  未分类 %zu / %zu\n"),
               t->macro_f1, ratio((double)t->right, (double)t->ex->at.n), t->unlabelled, t->ex->at.n);
}

static void print_bands(const struct trial *t, struct buf *out)
{
    struct band bands[BANDS] = { 0 };
    count_bands(t, bands);
    buf_cstr(out, say("\nIs the confidence to be believed?\n", "\n把握可信吗？\n"));
    for (size_t b = BANDS; b-- > 0;)
        if (bands[b].labels > 0)
            buf_printf(out, say("  from %.1f: %zu labels, %.3f right\n", "  %.1f 以上：%zu 件，对 %.3f\n"),
                       band_from[b], bands[b].labels, ratio((double)bands[b].right, (double)bands[b].labels));
}

static void print_confusions(const struct trial *t, struct buf *out)
{
    struct confusion *c;
    size_t n = confusions(t, &c);
    buf_cstr(out, say("\nTaken for another (known → said)\n", "\n混淆（应为 → 标成）\n"));
    for (size_t i = 0; i < n; i++)
        buf_printf(out, "%6zu  %.*s → %.*s\n", c[i].n, STR_ARG(c[i].known),
                   STR_ARG(c[i].said.n > 0 ? c[i].said : str_of(say("no theme", "未分类"))));
}

static void print_misses(const struct trial *t, struct buf *out)
{
    struct miss *m;
    size_t n = misses(t, &m);
    buf_cstr(out, say("\nThe surest errors: look at their words, and at the labels they came with\n",
                      "\n把握最大的错误：看看是哪些词误导，或者原来的标签就不对\n"));
    for (size_t i = 0; i < n; i++) {
        const struct example *e = &t->ex->at.at[m[i].i];
        const struct answer *a = &t->answers[m[i].i];
        buf_printf(out, "  %.2f %.*s: %.*s → %.*s（%.*s）%.*s\n", a->confidence, STR_ARG(e->id),
                   STR_ARG(t->ex->themes.at[e->theme]), STR_ARG(a->theme), STR_ARG(a->words),
                   STR_ARG(headline(e)));
    }
}

/* ---- for programs ----------------------------------------------------------------------- */

static void emit_scores(const struct trial *t, struct emit *e)
{
    emit_array(e, "themes");
    for (size_t k = 0; k < t->ex->themes.n; k++) {
        const struct score *s = &t->scores[k];
        emit_object(e, NULL);
        emit_str(e, "theme", s->theme);
        emit_uint(e, "documents", s->known);
        emit_double(e, "precision", s->precision, 4);
        emit_double(e, "recall", s->recall, 4);
        emit_double(e, "f1", s->f1, 4);
        emit_end_object(e);
    }
    emit_end_array(e);
}

static void emit_bands(const struct trial *t, struct emit *e)
{
    struct band bands[BANDS] = { 0 };
    count_bands(t, bands);
    emit_array(e, "calibration");
    for (size_t b = 0; b < BANDS; b++) {
        emit_object(e, NULL);
        emit_double(e, "from", band_from[b], 1);
        emit_uint(e, "labels", bands[b].labels);
        emit_uint(e, "right", bands[b].right);
        emit_end_object(e);
    }
    emit_end_array(e);
}

static void emit_confusions(const struct trial *t, struct emit *e)
{
    struct confusion *c;
    size_t n = confusions(t, &c);
    emit_array(e, "confusion");
    for (size_t i = 0; i < n; i++) {
        emit_object(e, NULL);
        emit_str(e, "known", c[i].known);
        emit_str(e, "said", c[i].said);
        emit_uint(e, "documents", c[i].n);
        emit_end_object(e);
    }
    emit_end_array(e);
}

static void emit_misses(const struct trial *t, struct emit *e)
{
    struct miss *m;
    size_t n = misses(t, &m);
    emit_array(e, "errors");
    for (size_t i = 0; i < n; i++) {
        const struct example *example = &t->ex->at.at[m[i].i];
        const struct answer *a = &t->answers[m[i].i];
        emit_object(e, NULL);
        emit_str(e, "id", example->id);
        emit_str(e, "known", t->ex->themes.at[example->theme]);
        emit_str(e, "said", a->theme);
        emit_double(e, "confidence", a->confidence, 4);
        emit_str(e, "words", a->words);
        emit_str(e, "title", headline(example));
        emit_end_object(e);
    }
    emit_end_array(e);
}

static void write_json(const struct trial *t, struct buf *out)
{
    struct emit e;
    emit_init(&e, out, false);
    emit_object(&e, NULL);
    emit_uint(&e, "documents", t->ex->at.n);
    emit_double(&e, "macro_f1", t->macro_f1, 4);
    emit_double(&e, "accuracy", ratio((double)t->right, (double)t->ex->at.n), 4);
    emit_uint(&e, "unlabelled", t->unlabelled);
    emit_scores(t, &e);
    emit_bands(t, &e);
    emit_confusions(t, &e);
    emit_misses(t, &e);
    emit_end_object(&e);
    emit_newline(&e);
}

/* ---- all of it ------------------------------------------------------------------------------ */

int examples_try(struct ctx *ctx, const struct examples *ex, const struct trial_options *o, struct buf *out)
{
    struct trial t = { .arena = arena_new(ctx->arena), .ex = ex };
    int code = 0;
    t.answers = arena_array(t.arena, struct answer, ex->at.n + 1);
    if (ex->at.n == 0)
        return ctx_fail(ctx, TIAN_EFORMAT, NULL, "no text with a theme", "没有带主题的例子");
    if (o->folds > 0)
        code = answer_folds(ctx, &t, o->folds);
    for (size_t i = 0; o->folds == 0 && i < ex->at.n; i++)
        answer(&t, o->taxonomy, i);
    if (code == 0) {
        score_themes(&t);
        if (o->json) {
            write_json(&t, out);
        } else {
            print_scores(&t, out);
            print_bands(&t, out);
            print_confusions(&t, out);
            print_misses(&t, out);
        }
    }
    arena_free(t.arena);
    return code;
}
