/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * An equal run of letters → a passage that reads well. Runs begin and end where
 * letters begin and cease to be equal, which is in the middle of clauses; people
 * compare clauses. So at each end
 *
 *   a clause of which less than half is equal is left out, and a heading
 *   (情况, alone on its line) too, as long as a run's least length stays;
 *   a clause that is equal to its last letter is shown to its mark, and one that
 *   is equal from its first letter with the quote or bracket before it.
 *
 * Nothing is added but what stands between letters, so both sides stay pieces of
 * their originals.
 */
#include "duplicate/report.h"

#include <assert.h>

enum {
    PASSAGES_MOST = 20,
    HEADING_MOST = 8,  /* letters */
    NUMBERING_MOST = 8 /* units before them: 第（十二）、 */
};

static const struct clause *clause_of(const struct sheet *s, size_t letter)
{
    assert(letter < s->n);
    return &s->clause[s->owner[letter]];
}

/* Short, and alone on its line, without a mark. */
static bool is_heading(const struct sheet *s, const struct clause *c)
{
    const struct normal *text = &s->normal;
    size_t i = c->begin;
    if (c->to - c->from > HEADING_MOST || text_class(text->unit[c->end - 1]) == CLASS_NONE)
        return false;
    if (c->end < text->n && text->unit[c->end] != '\n')
        return false;
    while (i > 0 && text->unit[i - 1] != '\n' && c->begin - i < NUMBERING_MOST)
        i--;
    return i == 0 || text->unit[i - 1] == '\n';
}

/* Letters at the start of the run that are better not shown. */
static uint32_t spare_start(const struct sheet *s, const struct run *run)
{
    const struct clause *c = clause_of(s, run->mine);
    uint32_t rest = c->to - run->mine, left = rest < run->n ? rest : run->n;
    bool cut = run->mine > c->from && 2 * left < c->to - c->from;
    return cut || is_heading(s, c) ? left : 0;
}

static uint32_t spare_end(const struct sheet *s, const struct run *run)
{
    uint32_t end = run->mine + run->n;
    const struct clause *c = clause_of(s, end - 1);
    uint32_t from = c->from > run->mine ? c->from : run->mine, took = end - from;
    bool cut = end < c->to && 2 * took < c->to - c->from;
    return cut || is_heading(s, c) ? took : 0;
}

struct run passage_run(const struct sheet *draft, struct run run)
{
    uint32_t spare;
    while ((spare = spare_start(draft, &run)) > 0 && run.n >= spare + RUN_LEAST) {
        run.mine += spare;
        run.theirs += spare;
        run.n -= spare;
    }
    while ((spare = spare_end(draft, &run)) > 0 && run.n >= spare + RUN_LEAST)
        run.n -= spare;
    return run;
}

/* A comma ends nothing that people would want to see. */
static bool ends_passage(uint16_t unit)
{
    return unit != ' ' && unit != '\n' && unit != ',' && unit != ':' && unit != u'、';
}

struct skip passage_bytes(const struct sheet *s, size_t i, size_t n)
{
    struct skip bytes = sheet_bytes(s, i, n);
    const struct clause *first = clause_of(s, i), *last = clause_of(s, i + n - 1);
    size_t end = last->end;
    if (first->from == i)
        bytes.from = s->normal.at[first->begin];
    while (end > last->begin && !ends_passage(s->normal.unit[end - 1]))
        end--;
    if (last->to == i + n)
        bytes.to = normal_end(&s->normal, s->original, end - 1);
    return bytes;
}

/* Ends that differ (。 here, ； there) are left out on both sides: what is shown is equal. */
static void level_ends(const struct sheet *a, struct skip *x, uint32_t plain_x, const struct sheet *b,
                       struct skip *y, uint32_t plain_y)
{
    if (str_eq(str_sub(a->original, plain_x, x->to), str_sub(b->original, plain_y, y->to)))
        return;
    x->to = plain_x;
    y->to = plain_y;
}

static void put_passage(struct arena *arena, const struct draft *draft, const struct sheet *theirs,
                        const struct run *equal, struct tian_passage *out)
{
    const struct sheet *mine = &draft->sheet;
    struct run run = passage_run(mine, *equal);
    struct skip here = passage_bytes(mine, run.mine, run.n), there = passage_bytes(theirs, run.theirs, run.n);
    level_ends(mine, &here, sheet_bytes(mine, run.mine, run.n).to, theirs, &there,
               sheet_bytes(theirs, run.theirs, run.n).to);
    *out = (struct tian_passage){
        .draft_from = here.from + draft->shift,
        .draft_to = here.to + draft->shift,
        .there_from = there.from,
        .there_to = there.to,
        .draft_text = arena_cstr(arena, str_sub(mine->original, here.from, here.to)),
        .there_text = arena_cstr(arena, str_sub(theirs->original, there.from, there.to)),
        .section = section_name(clause_of(mine, run.mine)->section),
    };
}

void report_passages(struct arena *arena, const struct draft *draft, const struct sheet *theirs,
                     const struct alignment *alignment, struct tian_match_report *out)
{
    size_t n = alignment->nruns < PASSAGES_MOST ? alignment->nruns : PASSAGES_MOST;
    struct tian_passage *passages = arena_array(arena, struct tian_passage, n + 1);
    for (size_t i = 0; i < n; i++)
        put_passage(arena, draft, theirs, &alignment->runs[i], &passages[i]);
    out->passages = passages;
    out->npassages = n;
}
