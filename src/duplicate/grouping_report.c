/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What is shown of a group. Its proposals are read again, with the way back to
 * the bytes of their texts, and each is laid beside the main one once more:
 *
 *     main ──pattern──┬── member ──▶ equal letters of both ──▶ marks of its measures
 *                     ├── member                  └─ or-ed over all members ──▶ marks of the main one's
 *                     └── …
 *
 * Of who may not be read nothing but number and units leaves this file: it has no
 * id, no numbers beside another and no measures, and no measure of another says
 * that it has the same.
 */
#include "duplicate/measure.h"
#include "duplicate/grouping.h"
#include "duplicate/report.h"

#include <assert.h>

/* One proposal, opened. */
struct opened {
    const struct proposal *proposal;
    struct document document;
    struct sheet sheet;
    struct measures measures;
    bool hidden;
};

/* What the members have of the main proposal. */
struct main_side {
    struct opened opened;
    struct pattern *pattern;
    uint8_t *equal;     /* of each byte of its body: it stands in a member, too */
    const char ***with; /* of each measure: ids of who asks for the same */
    size_t *nwith;
    double *share; /* of each measure: the largest */
};

static int open_proposal(struct grouping *m, struct arena *arena, const struct proposal *p,
                         struct opened *out)
{
    out->proposal = p;
    out->hidden = p->facts.hidden && m->role != TIAN_ROLE_OFFICER;
    vec_init(&out->measures, arena);
    int rc = snapshot_document(m->ctx, m->reader->snapshot, arena, p->doc, &out->document);
    if (rc)
        return rc;
    sheet_make(arena, &out->document, &out->sheet);
    measures_find(&out->sheet, arena, &out->measures);
    return 0;
}

/* ---- Measures -------------------------------------------------------------------------------- */

static struct skip bytes_of(const struct sheet *s, const struct measure *measure)
{
    const struct clause *first = &s->clause[measure->clause], *last = first + measure->nclauses - 1;
    return passage_bytes(s, first->from, last->to - first->from);
}

/* The text of a measure; marked as equal[], of which there is one for each byte of the body. */
static struct tian_text marked_text(struct arena *arena, const struct sheet *s, const struct measure *measure,
                                    const uint8_t *equal)
{
    struct skip bytes = bytes_of(s, measure);
    vec_of(struct tian_mark) marks;
    vec_init(&marks, arena);
    for (uint32_t i = bytes.from; i < bytes.to;) {
        uint32_t to = i + 1;
        while (to < bytes.to && equal[to] == equal[i])
            to++;
        if (equal[i])
            vec_push(&marks, (struct tian_mark){ i - bytes.from, to - bytes.from });
        i = to;
    }
    return (struct tian_text){ arena_cstr(arena, str_sub(s->original, bytes.from, bytes.to)),
                               bytes.to - bytes.from, marks.at, marks.n };
}

static void mark_bytes(uint8_t *equal, const struct tian_text *text)
{
    for (size_t i = 0; i < text->nmarks; i++)
        memset(equal + text->marks[i].from, 1, text->marks[i].to - text->marks[i].from);
}

static void report_measures(struct arena *arena, const struct opened *o, const uint8_t *equal,
                            const struct found *there, struct tian_merge_proposal *out)
{
    struct tian_merge_measure *list = arena_array(arena, struct tian_merge_measure, o->measures.n + 1);
    for (size_t i = 0; i < o->measures.n; i++) {
        list[i].text = marked_text(arena, &o->sheet, &o->measures.at[i], equal);
        list[i].share = there ? measure_share(&o->sheet, &o->measures.at[i], there) : 0;
    }
    out->measures = list;
    out->nmeasures = o->measures.n;
}

/* ---- A member beside the main proposal ---------------------------------------------------------- */

static void note_shared(struct main_side *main, const struct alignment *a, const char *id)
{
    for (size_t i = 0; i < main->opened.measures.n; i++) {
        double share = measure_share(&main->opened.sheet, &main->opened.measures.at[i], &a->in_mine);
        main->share[i] = share > main->share[i] ? share : main->share[i];
        if (share >= MEASURE_SAME)
            main->with[i][main->nwith[i]++] = id;
    }
}

static void lay_beside(struct grouping *m, struct main_side *main, struct opened *o,
                       struct tian_merge_proposal *out)
{
    struct arena *scratch = m->scratch;
    struct alignment alignment;
    struct tian_match_report texts;
    struct draft draft = { .document = main->opened.document, .sheet = main->opened.sheet };
    uint8_t *equal = arena_zero(scratch, o->document.body.n + 1);
    memset(&texts, 0, sizeof texts);
    compare_weigh_as(main->pattern, &o->sheet);
    align(main->pattern, &o->sheet, scratch, &alignment);
    report_whole(scratch, &(struct whole){ main->opened.document.body, &draft, &o->sheet }, &alignment,
                 &texts);
    mark_bytes(equal, &texts.there);
    mark_bytes(main->equal, &texts.draft);
    note_shared(main, &alignment, out->id);
    report_measures(m->ctx->arena, o, equal, &alignment.in_theirs, out);
}

/* As the member's own check would say; what the main proposal's would say when that alone is a repeat.
 * Numbers only when both may be read. */
static void report_link(struct grouping *m, const struct link *link, uint32_t member, bool open,
                        struct tian_merge_proposal *out)
{
    struct arena *arena = m->ctx->arena;
    int own = link->a != member;
    const double *n = link->numbers[own].at;
    bool turned = !verdict_is_repeat(verdict_code_of(m->rules, &link->numbers[own])) &&
                  verdict_is_repeat(verdict_code_of(m->rules, &link->numbers[!own]));
    struct judgement j = verdict_judge(m->rules, &link->numbers[turned ? !own : own], arena);
    out->verdict = verdict_code_name(j.code);
    out->verdict_text = j.text;
    if (!open)
        return;
    out->rule = turned ? arena_printf(arena, say("seen from the main proposal: %s", "从主提案看：%s"), j.rule)
                       : j.rule;
    out->mine = n[NUMBER_MINE];
    out->theirs = n[NUMBER_THEIRS];
    out->problem = n[NUMBER_PROBLEM];
    out->suggestion = n[NUMBER_SUGGESTION];
    out->longest = (uint32_t)n[NUMBER_LONGEST];
}

static int find_link(struct grouping *m, uint32_t main, const struct ray *ray, const struct link **out)
{
    struct couple couple = { main < ray->proposal ? main : ray->proposal,
                             main < ray->proposal ? ray->proposal : main };
    struct couples couples = { &couple, 1, 1 };
    struct links links;
    *out = ray->link;
    if (ray->link)
        return 0;
    vec_init(&links, m->ctx->arena);
    int rc = links_judge(m->ctx, &m->intake, m->book, m->rules, &couples, VERDICT_NEW, 1, &links);
    *out = links.at;
    return rc;
}

static void no_verdict(struct tian_merge_proposal *out)
{
    out->verdict = out->verdict_text = out->rule = "";
    out->mine = out->theirs = out->problem = out->suggestion = -1;
}

static int report_member(struct grouping *m, struct main_side *main, const struct ray *ray,
                         uint32_t main_place, struct tian_merge_proposal *out)
{
    struct opened *o = arena_new_of(m->scratch, struct opened);
    const struct link *link;
    int rc = open_proposal(m, m->scratch, &m->intake.at[ray->proposal], o);
    if (!rc)
        rc = find_link(m, main_place, ray, &link);
    if (rc)
        return rc;
    no_verdict(out);
    report_proposal(m->ctx->arena, &o->document, &o->proposal->facts, m->role, out);
    bool open = !o->hidden && !main->opened.hidden;
    report_link(m, link, ray->proposal, open, out);
    out->accepted = ray->accepted;
    if (open)
        lay_beside(m, main, o, out);
    return 0;
}

/* ---- The main proposal ---------------------------------------------------------------------------- */

static int open_main(struct grouping *m, const struct star *star, struct main_side *main)
{
    int rc = open_proposal(m, m->scratch, &m->intake.at[star->main], &main->opened);
    if (rc)
        return rc;
    size_t n = main->opened.measures.n;
    compare_weigh(m->reader->snapshot, &main->opened.sheet);
    main->pattern = pattern_new(m->scratch, &main->opened.sheet);
    main->equal = arena_zero(m->scratch, main->opened.document.body.n + 1);
    main->with = arena_array(m->ctx->arena, const char **, n + 1);
    main->nwith = arena_array(m->scratch, size_t, n + 1);
    main->share = arena_array(m->scratch, double, n + 1);
    for (size_t i = 0; i < n; i++)
        main->with[i] = arena_array(m->ctx->arena, const char *, star->n + 1);
    return 0;
}

static void report_main(struct grouping *m, const struct main_side *main, struct tian_merge_proposal *out)
{
    no_verdict(out);
    report_proposal(m->ctx->arena, &main->opened.document, &main->opened.proposal->facts, m->role, out);
    if (main->opened.hidden)
        return;
    report_measures(m->ctx->arena, &main->opened, main->equal, NULL, out);
    struct tian_merge_measure *list = (struct tian_merge_measure *)(uintptr_t)out->measures;
    for (size_t i = 0; i < out->nmeasures; i++) {
        list[i].share = main->share[i];
        list[i].with = main->with[i];
        list[i].nwith = main->nwith[i];
    }
}

/* ---- Units ------------------------------------------------------------------------------------------ */

static void count_unit(struct tian_merge_group *g, struct tian_count *units, struct arena *arena,
                       struct str name)
{
    for (size_t i = 0; i < g->nunits; i++)
        if (str_eq(str_of(units[i].value), name)) {
            units[i].documents++;
            return;
        }
    units[g->nunits++] = (struct tian_count){ arena_cstr(arena, name), 1 };
}

static struct str lead_of(const struct proposal *p)
{
    struct str lead;
    str_split(p->facts.units, '\x1f', &lead);
    return lead;
}

static void report_units(struct grouping *m, const struct star *star, struct tian_merge_group *g)
{
    struct arena *arena = m->ctx->arena;
    size_t most = 0;
    struct str lead = lead_of(&m->intake.at[star->main]);
    g->same_lead = lead.n > 0;
    for (size_t i = 0; i <= star->n; i++)
        most += m->intake.at[i ? star->at[i - 1].proposal : star->main].facts.units.n + 1;
    struct tian_count *units = arena_array(arena, struct tian_count, most);
    for (size_t i = 0; i <= star->n; i++) {
        const struct proposal *p = &m->intake.at[i ? star->at[i - 1].proposal : star->main];
        struct str rest = p->facts.units, unit;
        g->same_lead = g->same_lead && str_eq(lead_of(p), lead);
        while (rest.n > 0) {
            rest = str_split(rest, '\x1f', &unit);
            count_unit(g, units, arena, unit);
        }
    }
    g->units = units;
}

/* ---- The group --------------------------------------------------------------------------------------- */

int grouping_report(struct grouping *m, const struct star *star, struct tian_merge_group *out)
{
    struct main_side *main = arena_new_of(m->scratch, struct main_side);
    struct tian_merge_proposal *list = arena_array(m->ctx->arena, struct tian_merge_proposal, star->n + 1);
    int rc = open_main(m, star, main);
    for (size_t i = 0; !rc && i < star->n; i++) {
        rc = report_member(m, main, &star->at[i], star->main, &list[i + 1]);
        out->open = out->open || !star->at[i].accepted;
    }
    if (rc)
        return rc;
    report_main(m, main, &list[0]);
    out->proposals = list;
    out->nproposals = star->n + 1;
    out->reason = grouping_reason(m, star);
    report_units(m, star, out);
    arena_reset(m->scratch);
    return ctx_check(m->ctx);
}
