/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Which proposal of a group is its main one, and why. Offices take the one that
 * carries most weight (重点, 集体), is most complete, or came first; here it is one
 * table in that order. Who has most of the others directly beside it was decided
 * before (star.c): only between equals the table is asked.
 */
#include "duplicate/grouping.h"

/* ---- What speaks for a proposal: the more the better ----------------------------------------- */

static double key_point(const struct proposal *p)
{
    return p->facts.key;
}

static double collective_point(const struct proposal *p)
{
    return str_eq(p->facts.proposer_kind, STR("collective"));
}

static double measures_point(const struct proposal *p)
{
    return (double)p->measures;
}

/* "2024-01-12" → -20240112; unknown: after all others. */
static double date_point(const struct proposal *p)
{
    double date = 0;
    for (size_t i = 0; i < p->facts.date.n; i++)
        if (p->facts.date.p[i] != '-')
            date = 10 * date + (p->facts.date.p[i] - '0');
    return date > 0 ? -date : -1e9;
}

static double number_point(const struct proposal *p)
{
    uint64_t number;
    return str_to_u64(p->facts.number, &number) ? -(double)number : -1e18;
}

static const struct criterion {
    double (*point)(const struct proposal *);
    const char *english, *chinese; /* what is said when it speaks for the main proposal */
} CRITERIA[] = {
    { key_point, "a key proposal", "重点提案" },
    { collective_point, "a collective proposal", "集体提案" },
    { measures_point, "has most measures", "措施最多" },
    { date_point, "was handed in first", "提交最早" },
    { number_point, "has the first number", "案号在前" },
};
enum {
    NCRITERIA = sizeof CRITERIA / sizeof *CRITERIA
};

bool grouping_better(void *self, uint32_t a, uint32_t b)
{
    const struct grouping *m = self;
    const struct proposal *x = &m->intake.at[a], *y = &m->intake.at[b];
    for (size_t i = 0; i < NCRITERIA; i++) {
        double p = CRITERIA[i].point(x), q = CRITERIA[i].point(y);
        if (p > q || p < q)
            return p > q;
    }
    return a < b;
}

/* ---- Why ---------------------------------------------------------------------------------------- */

/* At least as good as all others of the star, and better than one of them. */
static bool speaks(const struct grouping *m, const struct star *star, const struct criterion *c)
{
    double mine = c->point(&m->intake.at[star->main]);
    bool better = false;
    for (size_t i = 0; i < star->n; i++) {
        double theirs = c->point(&m->intake.at[star->at[i].proposal]);
        if (theirs > mine)
            return false;
        better = better || mine > theirs;
    }
    return better;
}

static void put_reason(struct buf *out, const char *text)
{
    buf_printf(out, "%s%s", out->n ? say("; ", "；") : "", text);
}

static bool has_accepted(const struct star *star)
{
    for (size_t i = 0; i < star->n; i++)
        if (star->at[i].accepted)
            return true;
    return false;
}

const char *grouping_reason(struct grouping *m, const struct star *star)
{
    struct arena *arena = m->ctx->arena;
    struct buf out;
    size_t said = 0;
    buf_init(&out, arena);
    if (m->intake.at[star->main].facts.hidden && m->role != TIAN_ROLE_OFFICER)
        return "";
    if (has_accepted(star))
        put_reason(&out, say("decided before", "此前已定"));
    else if (star->n > 1)
        put_reason(&out,
                   arena_printf(arena, say("compared with each of the other %zu", "与其余 %zu 件都直接相近"),
                                star->n));
    for (size_t i = 0; i < NCRITERIA && said < 2; i++) {
        if (!speaks(m, star, &CRITERIA[i]))
            continue;
        put_reason(&out, say(CRITERIA[i].english, CRITERIA[i].chinese));
        said++;
    }
    return arena_cstr(arena, buf_view(&out));
}
