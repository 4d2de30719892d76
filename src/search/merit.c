/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fields and small boosts. BM25 has counted the words; beside it a document gets
 *
 *     share(theme, key, excellent, recent · 2^-(years / half life)) · Σ weight · idf^1.2
 *     + Σ over words   share(best section it stands in) · weight · idf^1.2
 *
 * with the shares of ranking.conf: the first line by its columns, the second by its
 * text. Shares of sections may be negative; a text without sections gets nothing, so
 * they move nothing where there are none. A boost weighs the same in a short question
 * and in a long one, and is small against any word. Years are counted back from
 * the newest of the index, not from today: the order changes only when the index
 * does.
 */
#include "search/merit.h"

#include <assert.h>
#include <math.h>

#include "search/filter.h"
#include "search/ranking.h"

struct worth {
    struct str term;
    struct normal form;
    double worth;
};

struct merits {
    const struct ranking *ranking;
    struct worth *words;
    size_t nwords;
    double whole;     /* worth of all words */
    struct str theme; /* of the question; empty: none */
};

static const double POWER = 1.2; /* as words rank: doc/RANKING.md */

/* ---- The question -------------------------------------------------------------- */

static double idf(struct run *run, struct str term)
{
    double all = snapshot_span(run->reader->snapshot);
    double with = snapshot_word_count(run->ctx, run->reader->snapshot, term);
    return with > 0 ? pow(log(1 + (all - with + .5) / (with + .5)), POWER) : 0;
}

static struct str theme_of(const struct run *run)
{
    struct label *labels;
    struct normal title, body;
    struct str line = run->plan.query.line;
    normal_init(&title, run->ctx->arena);
    normal_init(&body, run->ctx->arena);
    text_normalise(line, NULL, &title);
    size_t n = taxonomy_label_folded(builder_taxonomy(run->reader->builder), run->ctx->arena, &title, &body,
                                     &labels);
    return n > 0 ? labels[0].theme : STR_NONE;
}

struct merits *merits_new(struct run *run)
{
    struct arena *arena = run->ctx->arena;
    struct merits *m = arena_new_of(arena, struct merits);
    m->ranking = ranking_of(run->reader);
    m->words = arena_array(arena, struct worth, run->plan.nrank);
    for (size_t i = 0; i < run->plan.nrank; i++) {
        const struct rank_word *word = &run->plan.rank[i];
        struct worth *w = &m->words[m->nwords];
        w->term = word->term;
        w->worth = word->weight * idf(run, word->term);
        if (!(w->worth > 0))
            continue;
        normal_init(&w->form, arena);
        text_normalise(word->term, NULL, &w->form);
        m->whole += w->worth;
        m->nwords++;
    }
    if (m->ranking->at[RANKING_THEME] > 0 && m->nwords > 0)
        m->theme = theme_of(run);
    return m;
}

/* ---- Where a word stands ---------------------------------------------------------- */

struct standing {
    enum ranking_number number;
    size_t next; /* unit behind the section */
};

static enum ranking_number number_of(enum section_kind kind)
{
    static const enum ranking_number numbers[] = {
        [SECTION_NONE] = RANKING_OTHER,        [SECTION_SITUATION] = RANKING_SITUATION,
        [SECTION_ANALYSIS] = RANKING_ANALYSIS, [SECTION_SUGGESTION] = RANKING_SUGGESTION,
        [SECTION_REPLY] = RANKING_REPLY,
    };
    assert((size_t)kind < sizeof numbers / sizeof *numbers);
    return numbers[kind];
}

/* The section of the body that unit i stands in, and the first unit behind it, or before the next section. */
static struct standing standing_at(const struct page *page, size_t i)
{
    uint32_t byte = page->body.at[i], end = UINT32_MAX;
    enum section_kind kind = SECTION_NONE;
    for (size_t k = 0; k < page->document.nsections; k++) {
        const struct section *s = &page->document.sections[k];
        if (byte < s->from) {
            end = s->from;
            break;
        }
        if (byte >= s->to)
            continue;
        kind = s->kind;
        end = s->to;
        break;
    }
    size_t next = match_unit_at(&page->body, end);
    return (struct standing){ number_of(kind), next > i ? next : i + 1 };
}

/* The section with the largest share that has the word; RANKING_NUMBERS: none has it. */
static enum ranking_number best_section(const struct merits *m, const struct page *page,
                                        const struct worth *word)
{
    const double *share = m->ranking->at;
    enum ranking_number best = RANKING_NUMBERS;
    const struct normal *form = &word->form;
    if (form->n == 0)
        return best;
    if (normal_find(&page->title, form->unit, form->n, 0) != SIZE_MAX)
        best = RANKING_TITLE;
    for (size_t i = 0; (i = normal_find(&page->body, form->unit, form->n, i)) != SIZE_MAX;) {
        struct standing s = standing_at(page, i);
        if (best == RANKING_NUMBERS || share[s.number] > share[best])
            best = s.number;
        i = s.next;
    }
    return best;
}

/* ---- All together ------------------------------------------------------------------- */

static double give(struct parts *parts, double value, struct tian_part part)
{
    part.value = value;
    part.word = part.word ? part.word : "";
    part.field = part.field ? part.field : "";
    if (parts && (value > 0 || value < 0))
        vec_push(parts, part);
    return value;
}

double merit_of_places(struct run *run, struct parts *parts)
{
    const struct merits *m = run->merits;
    static const char *const names[] = {
        [RANKING_TITLE] = "title",         [RANKING_SUGGESTION] = "suggestion",
        [RANKING_SITUATION] = "situation", [RANKING_ANALYSIS] = "analysis",
        [RANKING_REPLY] = "reply",         [RANKING_OTHER] = ""
    };
    double sum = 0;
    if (run->page.hidden)
        return 0;
    for (size_t i = 0; i < m->nwords; i++) {
        enum ranking_number best = best_section(m, &run->page, &m->words[i]);
        if (best == RANKING_NUMBERS)
            continue;
        struct tian_part part = { .kind = "section", .field = names[best] };
        if (parts)
            part.word = arena_cstr(run->ctx->arena, m->words[i].term);
        sum += give(parts, m->ranking->at[best] * m->words[i].worth, part);
    }
    return sum;
}

static bool has_theme(struct str labels, struct str theme)
{
    for (struct str label; labels.p && labels.n > 0;) {
        labels = str_split(labels, '\x1f', &label);
        if (theme_is_in(label, theme))
            return true;
    }
    return false;
}

double merit_of_kind(struct run *run, uint32_t doc, struct parts *parts)
{
    const struct snapshot *s = run->reader->snapshot;
    const struct merits *m = run->merits;
    const double *share = m->ranking->at;
    uint64_t flags = snapshot_number(s, doc, COLUMN_FLAGS), year = snapshot_number(s, doc, COLUMN_YEAR);
    double sum = 0;
    if ((flags & FLAG_HIDDEN) && run->options->role == TIAN_ROLE_PUBLIC)
        return 0;
    if (flags & FLAG_KEY)
        sum += give(parts, share[RANKING_KEY] * m->whole, (struct tian_part){ .kind = "key" });
    if (flags & FLAG_EXCELLENT)
        sum += give(parts, share[RANKING_EXCELLENT] * m->whole, (struct tian_part){ .kind = "excellent" });
    if (year > 0) {
        unsigned first, last;
        snapshot_years(s, &first, &last);
        double age = (double)last - (double)year;
        sum += give(parts, share[RANKING_RECENT] * m->whole * exp2(-age / share[RANKING_HALF_LIFE]),
                    (struct tian_part){ .kind = "recent" });
    }
    if (m->theme.n > 0 && has_theme(snapshot_text(s, doc, COLUMN_THEME), m->theme)) {
        struct tian_part part = { .kind = "theme" };
        if (parts)
            part.word = arena_cstr(run->ctx->arena, m->theme);
        sum += give(parts, share[RANKING_THEME] * m->whole, part);
    }
    return sum;
}

double merit_most(const struct run *run)
{
    double most = 0;
    for (size_t i = RANKING_TITLE; i <= RANKING_OTHER; i++)
        if (run->merits->ranking->at[i] > most)
            most = run->merits->ranking->at[i];
    return most * run->merits->whole;
}
