/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Why a text has its labels: of the best themes, those below the threshold among
 * them, the words that spoke for each, how often and where they stand. A theme
 * that an exclusion word took away is shown with that word: an officer who
 * wonders why a label is missing finds it here.
 */
#include <stdlib.h>

#include "document/scoring.h"

enum {
    MAX_THEMES = 6,
    SHOWN_THEMES = 4,
    MAX_REASONS = 8
};

struct explaining {
    struct scoring s;
    struct arena *arena;
    const struct document *document;
    struct normal title, body;
};

/* ---- where a word stands ---------------------------------------------------------- */

/* The sentence around unit at, as it stands in the original. */
static struct str sentence_at(const struct normal *n, struct str original, size_t at)
{
    size_t begin, end = 0;
    while (text_clause(n, CLAUSE_SENTENCE, end, &begin, &end))
        if (at < end) {
            size_t from = at < begin ? at : begin;
            return str_sub(original, n->at[from], normal_end(n, original, end - 1));
        }
    return STR("");
}

static struct str place_of(const struct explaining *e, const struct word *word, struct tally tally)
{
    bool in_title = tally.title > 0;
    const struct normal *n = in_title ? &e->title : &e->body;
    struct str original = in_title ? e->document->title : e->document->body;
    size_t at = normal_find(n, word->unit, word->n, 0);
    return at == SIZE_MAX ? STR("") : str_trim(sentence_at(n, original, at));
}

/* ---- reasons of one theme ----------------------------------------------------------- */

static double weight_of(const struct explaining *e, uint32_t word, double part)
{
    return part / scoring_strength(e->s.t, e->s.tally[word]);
}

static bool excludes(const struct taxonomy *t, uint32_t word, uint32_t node)
{
    for (uint32_t k = t->words.at[word].says; k != NO_INDEX; k = t->says.at[k].next)
        if (t->says.at[k].node == node && t->says.at[k].weight < 0)
            return true;
    return false;
}

static int compare_reasons(const void *a, const void *b)
{
    const struct reason *x = a, *y = b;
    if (x->part != y->part)
        return x->part < y->part ? 1 : -1;
    return str_cmp(x->word, y->word);
}

static void add_reasons(const struct explaining *e, uint32_t node, struct theme_reasons *out)
{
    const struct taxonomy *t = e->s.t;
    struct reason *all = arena_array(e->arena, struct reason, e->s.ntouched + 1);
    size_t n = 0;
    for (size_t i = 0; i < e->s.ntouched; i++) {
        uint32_t word = e->s.touched[i];
        double part = out->excluded ? excludes(t, word, node) : scoring_part(&e->s, word, node);
        struct tally tally = e->s.tally[word];
        if (part > 0)
            all[n++] = (struct reason){ t->words.at[word].text,
                                        weight_of(e, word, part),
                                        part,
                                        tally.title,
                                        tally.body,
                                        place_of(e, &t->words.at[word], tally) };
    }
    qsort(all, n, sizeof *all, compare_reasons);
    out->reasons = all;
    out->nreasons = n < MAX_REASONS ? n : MAX_REASONS;
}

/* ---- which themes --------------------------------------------------------------------- */

struct candidate {
    uint32_t node;
    double confidence;
};

static int compare_candidates(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->confidence != y->confidence)
        return x->confidence < y->confidence ? 1 : -1;
    return (x->node > y->node) - (x->node < y->node);
}

static size_t best_themes(const struct explaining *e, struct candidate *out)
{
    const struct taxonomy *t = e->s.t;
    size_t n = 0;
    for (uint32_t i = 0; i < t->nodes.n; i++)
        if (t->nodes.at[i].group == 0 && e->s.score[i] > 0)
            out[n++] = (struct candidate){ i, scoring_confidence(&e->s, i) };
    qsort(out, n, sizeof *out, compare_candidates);
    return n < SHOWN_THEMES ? n : SHOWN_THEMES;
}

static void add_theme(const struct explaining *e, uint32_t node, double confidence, struct theme_reasons *out)
{
    *out = (struct theme_reasons){ .theme = e->s.t->nodes.at[node].name,
                                   .confidence = confidence,
                                   .labelled = confidence >= e->s.t->threshold,
                                   .excluded = e->s.score[node] < 0 };
    add_reasons(e, node, out);
}

size_t taxonomy_reasons(const struct taxonomy *t, struct arena *arena, const struct document *d,
                        struct theme_reasons **out)
{
    struct explaining e = { .s = { .t = t, .scratch = arena_new(arena) }, .arena = arena, .document = d };
    struct candidate *best = arena_array(e.s.scratch, struct candidate, t->nodes.n + 1);
    *out = arena_array(arena, struct theme_reasons, MAX_THEMES);
    normal_init(&e.title, e.s.scratch);
    normal_init(&e.body, e.s.scratch);
    text_normalise(d->title, NULL, &e.title);
    text_normalise(d->body, &d->skips, &e.body);
    scoring_run(&e.s, d->title, d->body, &d->skips);
    size_t n = best_themes(&e, best);
    for (size_t i = 0; i < n; i++)
        add_theme(&e, best[i].node, best[i].confidence, &(*out)[i]);
    for (uint32_t i = 0; i < t->nodes.n && n < MAX_THEMES; i++)
        if (e.s.score[i] < 0 && !t->learned)
            add_theme(&e, i, 0, &(*out)[n++]);
    arena_free(e.s.scratch);
    return n;
}

double taxonomy_threshold(const struct taxonomy *t)
{
    return t->threshold;
}
