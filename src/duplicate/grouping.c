/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A session's intake from beginning to end:
 *
 *   intake ─▶ pairbook ─▶ partners ─▶ links ─▶ stars ─▶ report
 *   read once  all pairs   who with    exact    with what officers decided
 *                          whom        verdicts
 *
 * Measured on 5,000 proposals (tests/bench/merge.py): every step but the last two
 * is done by all processors.
 */
#include "duplicate/grouping.h"

#include <assert.h>

/* ---- What was decided --------------------------------------------------------------------- */

static bool is_refused(void *self, uint32_t a, uint32_t b)
{
    struct grouping *m = self;
    bool refused = decisions_refused(m->decisions, m->scratch, m->intake.at[a].id, m->intake.at[b].id);
    arena_reset(m->scratch);
    return refused;
}

/* The one proposal of the intake with this number; NO_MAIN. */
static uint32_t by_number(const struct intake *in, struct str number)
{
    uint32_t found = NO_MAIN;
    for (size_t i = 0; number.n > 0 && i < in->n; i++)
        if (str_eq(in->at[i].facts.number, number)) {
            if (found != NO_MAIN)
                return NO_MAIN;
            found = (uint32_t)i;
        }
    return found;
}

#define ELSEWHERE (NO_MAIN - 1) /* its main proposal is not in this intake */

/* By decisions; by its own papers where nobody decided anything. */
static void set_accepted(struct grouping *m, struct map *places, uint32_t *accepted)
{
    for (uint32_t i = 0; i < m->intake.n; i++) {
        struct str main = decisions_main(m->decisions, m->intake.at[i].id);
        void *place = main.n > 0 ? map_get(places, main) : NULL;
        accepted[i] = main.n == 0 ? NO_MAIN : place ? (uint32_t)(uintptr_t)place - 1 : ELSEWHERE;
    }
    for (uint32_t i = 0; i < m->intake.n; i++) {
        uint32_t main = by_number(&m->intake, m->intake.at[i].into);
        if (main == NO_MAIN || main == i || accepted[i] != NO_MAIN || is_refused(m, i, main))
            continue;
        if (accepted[main] == NO_MAIN)
            accepted[main] = main;
        if (accepted[main] == main)
            accepted[i] = main;
    }
}

static struct map *places_of(struct arena *arena, const struct intake *in)
{
    struct map *places = map_new(arena);
    for (size_t i = 0; i < in->n; i++)
        *map_at(places, in->at[i].id) = (void *)(i + 1);
    return places;
}

/* ---- Groups ----------------------------------------------------------------------------------- */

static int find_stars(struct grouping *m, unsigned jobs, struct links *links, struct stars *out,
                      struct tian_merge *merge)
{
    struct couples couples;
    vec_init(&couples, m->ctx->arena);
    vec_init(links, m->ctx->arena);
    m->book = pairbook_new(m->ctx->arena, &m->intake);
    int rc = partners_find(m->ctx, &m->intake, m->book, jobs, &couples);
    if (!rc)
        rc = links_judge(m->ctx, &m->intake, m->book, m->rules, &couples, VERDICT_MERGE, jobs, links);
    if (rc)
        return rc;
    uint32_t *accepted = arena_alloc(m->ctx->arena, (m->intake.n + 1) * sizeof *accepted);
    set_accepted(m, places_of(m->ctx->arena, &m->intake), accepted);
    struct sky sky = { m->intake.n, links, accepted, is_refused, grouping_better, m };
    stars_make(m->ctx->arena, &sky, out);
    merge->compared = couples.n;
    return 0;
}

static void put_notes(struct grouping *m, struct tian_merge *out)
{
    struct arena *arena = m->ctx->arena;
    const char **notes = arena_array(arena, const char *, 3);
    size_t parts = 0;
    for (size_t i = 0; i < m->intake.n; i++)
        parts += m->intake.at[i].measures > 0;
    if (m->decisions->damaged)
        notes[out->nnotes++] = arena_printf(
            arena,
            say("%zu lines of the file of decisions are damaged and were passed over (tian verify)",
                "decisions 文件有 %zu 行损坏，已跳过（见 tian verify）"),
            m->decisions->damaged);
    if (parts < m->intake.n)
        notes[out->nnotes++] =
            arena_printf(arena, say("%zu proposals have no text to compare", "%zu 件没有可以比对的正文"),
                         m->intake.n - parts);
    out->notes = notes;
}

static const char *session_text(struct arena *arena, const struct intake *in)
{
    for (size_t i = 0; in->term && in->meeting && i < in->n; i++)
        if (in->at[i].facts.session.n > 0)
            return arena_cstr(arena, in->at[i].facts.session);
    if (in->term)
        return arena_printf(arena, say("term %u", "第%u届"), in->term);
    return in->year ? arena_printf(arena, say("%u", "%u年"), in->year) : "";
}

static int report_all(struct grouping *m, const struct stars *stars, struct tian_merge *out)
{
    struct tian_merge_group *groups = arena_array(m->ctx->arena, struct tian_merge_group, stars->n + 1);
    int rc = 0;
    for (size_t i = 0; !rc && i < stars->n; i++)
        rc = grouping_report(m, &stars->at[i], &groups[i]);
    out->groups = groups;
    out->ngroups = stars->n;
    return rc;
}

int duplicate_merge(struct ctx *ctx, const struct reader *reader, const struct verdict_rules *rules,
                    const struct decisions *decisions, const struct tian_merge_options *options,
                    struct tian_merge *out)
{
    struct grouping m = { .ctx = ctx, .reader = reader, .rules = rules, .decisions = decisions };
    struct intake_wanted wanted = { options->session, options->year, options->jobs };
    struct links links;
    struct stars stars;
    int64_t begin = clock_now();
    *out = (struct tian_merge){ .session = "" };
    m.role = options->role;
    m.scratch = arena_new(ctx->arena);
    int rc = intake_read(ctx, reader, &wanted, &m.intake);
    if (!rc)
        rc = find_stars(&m, options->jobs, &links, &stars, out);
    if (!rc)
        rc = report_all(&m, &stars, out);
    if (rc)
        return rc;
    out->session = session_text(ctx->arena, &m.intake);
    out->total = m.intake.n;
    decisions_count(decisions, &out->accepted, &out->refused);
    put_notes(&m, out);
    arena_free(m.scratch);
    out->milliseconds = (double)(clock_now() - begin) / 1e6;
    return 0;
}

/* ---- Names ------------------------------------------------------------------------------------- */

/* "0004", "第4号" → "4"; "" when it is none. */
static const char *number_of(struct arena *arena, struct str name)
{
    uint64_t number;
    size_t used;
    if (str_starts(name, STR("第")))
        name = str_sub(name, 3, name.n);
    if (!number_at(name, &number, &used))
        return "";
    struct str rest = str_sub(name, used, name.n);
    return rest.n == 0 || str_eq(rest, STR("号")) ? arena_printf(arena, "%llu", (unsigned long long)number)
                                                  : "";
}

static int find_number(struct ctx *ctx, const struct reader *reader, const struct tian_merge_options *options,
                       const char *name, uint32_t *found)
{
    struct intake_wanted wanted = { options->session, options->year, 0 };
    const char *number = number_of(ctx->arena, str_of(name));
    struct docs docs;
    size_t n = 0;
    vec_init(&docs, ctx->arena);
    int rc = number[0] ? intake_docs(ctx, reader, &wanted, &docs) : 0;
    for (size_t i = 0; !rc && i < docs.n; i++)
        if (str_eq(snapshot_text(reader->snapshot, docs.at[i], COLUMN_NUMBER), str_of(number))) {
            *found = docs.at[i];
            n++;
        }
    if (rc || n == 1)
        return rc;
    if (n > 1)
        return ctx_fail(ctx, TIAN_EUSAGE, name, "%zu proposals have this number; name the session, or the id",
                        "有 %zu 件是这个案号；请指明届次，或用编号", n);
    return ctx_fail(ctx, TIAN_ENOTFOUND, name, "no such proposal", "没有这一件");
}

int duplicate_proposal(struct ctx *ctx, const struct reader *reader, const struct tian_merge_options *options,
                       const char *name, struct str *id, uint64_t *session)
{
    uint32_t doc = 0;
    struct document document = { .id = STR("") };
    struct ctx quiet = *ctx;
    quiet.error = NULL;
    int rc = snapshot_find(&quiet, reader->snapshot, str_of(name), &doc);
    if (rc == TIAN_ENOTFOUND)
        rc = find_number(ctx, reader, options, name, &doc);
    if (!rc)
        rc = snapshot_document(ctx, reader->snapshot, ctx->arena, doc, &document);
    if (rc)
        return rc;
    *id = document.id;
    *session = snapshot_number(reader->snapshot, doc, COLUMN_TERM) << 32 |
               snapshot_number(reader->snapshot, doc, COLUMN_MEETING);
    return 0;
}
