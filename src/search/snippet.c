/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Up to three sentences of the body, those that say most about the query: each
 * sentence with a spot is worth the sum of its distinct words' weights. The
 * best is taken (on equal worth one of the 建议, then the earlier), then others
 * as long as they bring words not yet shown and the whole stays short. What is
 * shown are bytes of the original, from a sentence's first character to behind
 * its end mark; a sentence too long to show is cut at its commas around its
 * best spot. Without any spot, or with nothing but the title once more, the first
 * sentence of the 建议 stands for the document, else of the 情况, else of all.
 *
 *   spots     ..■■....■.......■■■....        sentences are found around spots
 *   sentences   [───────。]  [────；]         only: a body may be a megabyte
 */
#include "search/snippet.h"

#include <assert.h>
#include <stdlib.h>

enum {
    MOST_SHOWN = 120, /* characters */
    MOST_SENTENCES = 3,
    MOST_LOOKED_AT = 400, /* sentences with spots */
    MOST_COUNTED = 200,   /* spots of a sentence */
};

static const double REPEATED = .01; /* of its worth */

struct sentence {
    size_t from, to;         /* units */
    size_t first_spot, last; /* spots [first, last) begin in it */
    double worth;
    enum section_kind section;
    bool repeats; /* the title, and nothing else */
};

struct choice {
    const struct page *page;
    const struct spots *spots;
    struct stretch body;
    vec_of(struct sentence) sentences;
    struct sentence best[MOST_SENTENCES];
    size_t nbest;
    struct spots shown; /* spots of the sentences taken so far */
};

/* ---- marks --------------------------------------------------------------------- */

void snippet_marks(struct arena *arena, const struct stretch *s, const struct spots *spots,
                   struct tian_text *out)
{
    size_t n = 0;
    uint32_t origin = s->from < s->text->n ? s->text->at[s->from] : 0, word = 0;
    struct tian_mark *marks = arena_array(arena, struct tian_mark, spots->n);
    for (size_t i = 0; i < spots->n; i++) {
        const struct spot *spot = &spots->at[i];
        if (spot->from < s->from || spot->to > s->to)
            continue;
        uint32_t from = s->text->at[spot->from] - origin;
        uint32_t to = normal_end(s->text, s->original, spot->to - 1) - origin;
        bool joins = n > 0 && from <= marks[n - 1].to && (from < marks[n - 1].to || spot->word != word);
        if (!joins)
            marks[n++] = (struct tian_mark){ from, to };
        else if (to > marks[n - 1].to)
            marks[n - 1].to = to;
        word = spot->word;
    }
    out->marks = marks;
    out->nmarks = n;
}

/* ---- sentences -------------------------------------------------------------------- */

static bool ends_sentence(uint16_t unit)
{
    enum {
        STOP = 0x3002 /* 。: no mark stands behind it, all Han do */
    };
    return unit <= STOP && (unit == STOP || unit == ';' || unit == '!' || unit == '?' || unit == '\n');
}

/* The sentence that unit `at` stands in. */
static void sentence_at(const struct normal *text, size_t at, size_t *from, size_t *to)
{
    size_t begin = at, end;
    while (begin > 0 && !ends_sentence(text->unit[begin - 1]))
        begin--;
    *from = begin;
    *to = text->n;
    if (!text_clause(text, CLAUSE_SENTENCE, begin, &begin, &end) || end <= at)
        return;
    *from = begin <= at ? begin : *from;
    *to = end;
}

static enum section_kind section_at(const struct document *document, uint32_t byte)
{
    for (size_t i = 0; i < document->nsections; i++)
        if (byte >= document->sections[i].from && byte < document->sections[i].to)
            return document->sections[i].kind;
    return SECTION_NONE;
}

/* The weights of distinct words among spots [first, last) that are not among those shown. */
static double worth_of(const struct choice *c, size_t first, size_t last)
{
    double worth = 0;
    last = last - first > MOST_COUNTED ? first + MOST_COUNTED : last;
    for (size_t i = first; i < last; i++) {
        const struct spot *spot = &c->spots->at[i];
        bool seen = false;
        for (size_t k = first; k < i && !seen; k++)
            seen = c->spots->at[k].word == spot->word;
        for (size_t k = 0; k < c->shown.n && !seen; k++)
            seen = c->shown.at[k].word == spot->word;
        if (!seen)
            worth += spot->weight;
    }
    return worth;
}

/* 案由：… says once more what stands above it: it is shown only where nothing else is found. */
static bool repeats_title(const struct choice *c, const struct sentence *s)
{
    enum {
        MOST_AROUND = 12 /* characters: 案由：, a number, a full stop */
    };
    const struct normal *title = &c->page->title;
    struct normal sentence = *c->body.text;
    sentence.n = s->to;
    return title->n > 0 && s->to - s->from <= title->n + MOST_AROUND &&
           normal_find(&sentence, title->unit, title->n, s->from) != SIZE_MAX;
}

static void find_sentences(struct choice *c)
{
    const struct normal *text = c->body.text;
    for (size_t i = 0; i < c->spots->n && c->sentences.n < MOST_LOOKED_AT;) {
        struct sentence s = { .first_spot = i };
        sentence_at(text, c->spots->at[i].from, &s.from, &s.to);
        while (i < c->spots->n && c->spots->at[i].from < s.to)
            i++;
        s.last = i;
        s.section = section_at(&c->page->document, text->at[s.from]);
        s.repeats = repeats_title(c, &s);
        vec_push(&c->sentences, s);
    }
}

static bool is_better(const struct sentence *a, const struct sentence *b)
{
    if (a->worth != b->worth)
        return a->worth > b->worth;
    return a->section == SECTION_SUGGESTION && b->section != SECTION_SUGGESTION;
}

/* ---- too long ----------------------------------------------------------------------- */

static size_t best_spot(const struct choice *c, const struct sentence *s)
{
    size_t best = s->first_spot;
    for (size_t i = s->first_spot; i < s->last; i++)
        if (c->spots->at[i].weight > c->spots->at[best].weight)
            best = i;
    return best;
}

static bool is_low_surrogate(uint16_t unit)
{
    return unit >= 0xDC00 && unit < 0xE000;
}

/* No clause mark near: characters around the spot. */
static void cut_hard(const struct normal *text, const struct spot *spot, struct sentence *s)
{
    size_t from = spot->from > s->from + MOST_SHOWN / 3 ? spot->from - MOST_SHOWN / 3 : s->from;
    size_t to = from + MOST_SHOWN < s->to ? from + MOST_SHOWN : s->to;
    if (to < spot->to)
        to = spot->to - from < 4 * MOST_SHOWN ? spot->to : from + 4 * MOST_SHOWN;
    while (from > s->from && is_low_surrogate(text->unit[from]))
        from--;
    while (to < s->to && is_low_surrogate(text->unit[to]))
        to++;
    s->from = from;
    s->to = to;
}

/* Clauses around the best spot, as many as fit: first those behind it begin with its own, then as it comes.
 */
static void cut_long(const struct choice *c, struct sentence *s)
{
    const struct normal *text = c->body.text;
    const struct spot *spot = &c->spots->at[best_spot(c, s)];
    size_t from = s->from, to = s->from, begin, end;
    for (size_t at = s->from;
         at < s->to && text_clause(text, CLAUSE_CLAUSE, at, &begin, &end) && begin < s->to; at = end) {
        if (end > s->to)
            end = s->to;
        bool reached = to >= spot->to && to > from;
        if (reached && end - from > MOST_SHOWN)
            break;
        if (!reached && end - from > MOST_SHOWN)
            from = begin > spot->from ? from : begin;
        to = end;
    }
    if (to <= from || to - from > MOST_SHOWN + MOST_SHOWN / 3 || to < spot->to || from > spot->from)
        cut_hard(text, spot, s);
    else
        s->from = from, s->to = to;
}

/* ---- choosing ------------------------------------------------------------------------ */

static size_t shown_units(const struct choice *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->nbest; i++)
        n += c->best[i].to - c->best[i].from;
    return n;
}

static void take(struct choice *c, size_t which)
{
    struct sentence s = c->sentences.at[which];
    if (s.to - s.from > MOST_SHOWN)
        cut_long(c, &s);
    for (size_t i = s.first_spot; i < s.last; i++)
        if (c->spots->at[i].from >= s.from && c->spots->at[i].to <= s.to)
            vec_push(&c->shown, c->spots->at[i]);
    c->best[c->nbest++] = s;
    c->sentences.at[which].last = c->sentences.at[which].first_spot; /* not again */
}

/* Take the best sentence left that brings something new and has room. */
static bool take_next(struct choice *c)
{
    size_t best = SIZE_MAX, room = c->nbest ? shown_units(c) : 0;
    for (size_t i = 0; i < c->sentences.n; i++) {
        struct sentence *s = &c->sentences.at[i];
        s->worth = worth_of(c, s->first_spot, s->last) * (s->repeats ? REPEATED : 1);
        bool fits = c->nbest == 0 || room + (s->to - s->from) <= MOST_SHOWN;
        if (s->worth > 0 && fits && (best == SIZE_MAX || is_better(s, &c->sentences.at[best])))
            best = i;
    }
    if (best != SIZE_MAX)
        take(c, best);
    return best != SIZE_MAX;
}

/* The first sentence of a section behind its heading; SIZE_MAX: there is none. */
static size_t first_of_section(const struct choice *c, enum section_kind kind)
{
    enum {
        HEADING = 10 /* characters at most: 三、具体建议 */
    };
    for (size_t i = 0; i < c->page->document.nsections; i++) {
        const struct section *section = &c->page->document.sections[i];
        size_t from = match_unit_at(c->body.text, section->from),
               end = match_unit_at(c->body.text, section->to), to;
        if (section->kind != kind || !text_clause(c->body.text, CLAUSE_SENTENCE, from, &from, &to))
            continue;
        if (to - from > HEADING)
            return from;
        return text_clause(c->body.text, CLAUSE_SENTENCE, to, &from, &to) && from < end ? from : SIZE_MAX;
    }
    return SIZE_MAX;
}

static void take_first_sentence(struct choice *c)
{
    struct sentence s = { 0 };
    size_t at = first_of_section(c, SECTION_SUGGESTION);
    at = at == SIZE_MAX ? first_of_section(c, SECTION_SITUATION) : at;
    if (at == SIZE_MAX && c->nbest > 0)
        return;
    c->nbest = 0;
    if (!text_clause(c->body.text, CLAUSE_SENTENCE, at == SIZE_MAX ? 0 : at, &s.from, &s.to))
        return;
    if (s.to - s.from > MOST_SHOWN)
        cut_hard(c->body.text, &(struct spot){ (uint32_t)s.from, (uint32_t)s.from + 1, 0, 0 }, &s);
    s.section = section_at(&c->page->document, c->body.text->at[s.from]);
    c->best[c->nbest++] = s;
}

static int compare_places(const void *a, const void *b)
{
    const struct sentence *x = a, *y = b;
    return (x->from > y->from) - (x->from < y->from);
}

/* In the order of the text; sentences that follow one another become one. */
static void put_in_order(struct choice *c)
{
    size_t n = 0;
    qsort(c->best, c->nbest, sizeof *c->best, compare_places);
    for (size_t i = 0; i < c->nbest; i++) {
        if (n > 0 && c->best[i].from <= c->best[n - 1].to)
            c->best[n - 1].to = c->best[i].to > c->best[n - 1].to ? c->best[i].to : c->best[n - 1].to;
        else
            c->best[n++] = c->best[i];
    }
    c->nbest = n;
}

static void show(struct arena *arena, const struct choice *c, const struct sentence *s,
                 struct tian_snippet *out)
{
    struct stretch shown = c->body;
    uint32_t from = shown.text->at[s->from], to = normal_end(shown.text, shown.original, s->to - 1);
    struct str text = str_trim(str_sub(shown.original, from, to));
    shown.from = s->from;
    shown.to = s->to;
    out->text.text = arena_str(arena, str_sub(shown.original, from, to)).p;
    out->text.length = (size_t)(text.p - (shown.original.p + from)) + text.n;
    ((char *)(uintptr_t)out->text.text)[out->text.length] = '\0';
    out->offset = from;
    out->section = section_name(s->section);
    snippet_marks(arena, &shown, c->spots, &out->text);
}

void snippet_make(struct arena *arena, const struct page *page, const struct spots *body,
                  struct tian_hit *out)
{
    struct choice c = { .page = page, .spots = body, .body = page_text(page, false) };
    vec_init(&c.sentences, arena);
    vec_init(&c.shown, arena);
    find_sentences(&c);
    while (c.nbest < MOST_SENTENCES && take_next(&c))
        ;
    if (c.nbest == 0 || (c.nbest == 1 && c.best[0].repeats))
        take_first_sentence(&c);
    put_in_order(&c);
    struct tian_snippet *snippets = arena_array(arena, struct tian_snippet, c.nbest);
    for (size_t i = 0; i < c.nbest; i++)
        show(arena, &c, &c.best[i], &snippets[i]);
    out->snippets = snippets;
    out->nsnippets = c.nbest;
}
