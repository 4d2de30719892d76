/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Never chains: that A is like B and B like C says nothing of A and C, and such
 * chains have swallowed whole corpora elsewhere. So whoever is in a group has a
 * link of its own with the main proposal:
 *
 *     B ── M ── C        links between B, C and D do not matter,
 *          │             unless an officer refused them: then
 *          D             only the one nearer to M is in it
 *
 * First stand the groups that officers accepted, and who is linked with their main
 * proposal joins. Then, strongest kind of link first (so that a copy goes to its
 * original and not to the busiest proposal), the free proposal with most links to
 * free ones becomes a main proposal and takes these; between equals better()
 * decides; and who is left alone joins a main proposal it has a link with. Last, a
 * group all of whose members have links with another's main proposal goes there.
 */
#include "duplicate/star.h"

#include <assert.h>
#include <stdlib.h>

struct end { /* of a link, seen from one side */
    uint32_t other;
    const struct link *link;
};

struct making {
    struct arena *arena;
    const struct sky *sky;
    struct end *end; /* by proposal, strongest first */
    size_t *first;   /* of each proposal, and behind the last */
    uint32_t *star;  /* of each: 1 + its star; 0: free */
    struct stars *stars;
};

#define HIDDEN UINT32_MAX /* taken, but in no star that is shown */

/* ---- Links by proposal ---------------------------------------------------------------------- */

static int stronger(const struct link *x, const struct link *y)
{
    if (x->code != y->code)
        return x->code > y->code ? -1 : 1;
    return x->score > y->score ? -1 : x->score < y->score;
}

static int by_strength(const void *a, const void *b)
{
    const struct end *x = a, *y = b;
    int order = stronger(x->link, y->link);
    return order ? order : x->other < y->other ? -1 : x->other > y->other;
}

static bool is_refused(const struct making *m, uint32_t a, uint32_t b)
{
    return m->sky->refused(m->sky->self, a, b);
}

static void collect_ends(struct making *m)
{
    const struct links *links = m->sky->links;
    size_t n = m->sky->n;
    size_t *count = arena_array(m->arena, size_t, n + 2);
    m->first = arena_array(m->arena, size_t, n + 2);
    m->end = arena_array(m->arena, struct end, 2 * links->n + 1);
    for (size_t i = 0; i < links->n; i++) {
        count[links->at[i].a]++;
        count[links->at[i].b]++;
    }
    for (size_t i = 0; i < n; i++)
        m->first[i + 1] = m->first[i] + count[i];
    memset(count, 0, (n + 2) * sizeof *count);
    for (size_t i = 0; i < links->n; i++) {
        const struct link *l = &links->at[i];
        m->end[m->first[l->a] + count[l->a]++] = (struct end){ l->b, l };
        m->end[m->first[l->b] + count[l->b]++] = (struct end){ l->a, l };
    }
    for (size_t i = 0; i < n; i++)
        if (count[i] > 1)
            qsort(&m->end[m->first[i]], count[i], sizeof *m->end, by_strength);
}

static const struct link *link_between(const struct making *m, uint32_t a, uint32_t b)
{
    for (size_t k = m->first[a]; k < m->first[a + 1]; k++)
        if (m->end[k].other == b)
            return m->end[k].link;
    return NULL;
}

/* ---- Joining ---------------------------------------------------------------------------------- */

static struct star *star_new(struct making *m, uint32_t main)
{
    struct star star = { .main = main };
    vec_init(&star, m->arena);
    vec_push(m->stars, star);
    m->star[main] = (uint32_t)m->stars->n;
    return &m->stars->at[m->stars->n - 1];
}

static bool may_join(const struct making *m, const struct star *star, uint32_t proposal)
{
    if (is_refused(m, star->main, proposal))
        return false;
    for (size_t i = 0; i < star->n; i++)
        if (is_refused(m, star->at[i].proposal, proposal))
            return false;
    return true;
}

static void join(struct making *m, struct star *star, uint32_t proposal, const struct link *link)
{
    vec_push(star, (struct ray){ proposal, link, false });
    m->star[proposal] = (uint32_t)(star - m->stars->at) + 1;
}

static void place_accepted(struct making *m)
{
    const uint32_t *accepted = m->sky->accepted;
    for (uint32_t i = 0; i < m->sky->n; i++)
        if (accepted[i] == i)
            star_new(m, i);
    for (uint32_t i = 0; i < m->sky->n; i++) {
        uint32_t main = accepted[i];
        if (main == NO_MAIN || main == i)
            continue;
        m->star[i] = HIDDEN;
        if (main >= m->sky->n || accepted[main] != main)
            continue;
        struct star *star = &m->stars->at[m->star[main] - 1];
        join(m, star, i, link_between(m, main, i));
        star->at[star->n - 1].accepted = true;
    }
}

/* Who is free and has a link of this kind with a main proposal joins the nearest. */
static void join_mains(struct making *m, enum verdict_code least)
{
    for (uint32_t i = 0; i < m->sky->n; i++)
        for (size_t k = m->first[i]; !m->star[i] && k < m->first[i + 1]; k++) {
            const struct end *end = &m->end[k];
            uint32_t there = m->star[end->other];
            if (end->link->code < least || there == 0 || there == HIDDEN)
                continue;
            struct star *star = &m->stars->at[there - 1];
            if (star->main == end->other && may_join(m, star, i))
                join(m, star, i, end->link);
        }
}

static size_t free_links(const struct making *m, uint32_t i, enum verdict_code least)
{
    size_t n = 0;
    for (size_t k = m->first[i]; k < m->first[i + 1]; k++)
        n += m->end[k].link->code >= least && !m->star[m->end[k].other] && !is_refused(m, i, m->end[k].other);
    return n;
}

/* The free proposal with most links to free ones; NO_MAIN: none has any. */
static uint32_t next_main(const struct making *m, const uint32_t *linked, size_t n, enum verdict_code least)
{
    uint32_t best = NO_MAIN;
    size_t most = 0;
    for (size_t k = 0; k < n; k++) {
        uint32_t i = linked[k];
        size_t links = m->star[i] ? 0 : free_links(m, i, least);
        if (links == 0 || links < most)
            continue;
        if (links > most || m->sky->better(m->sky->self, i, best)) {
            best = i;
            most = links;
        }
    }
    return best;
}

static void make_stars(struct making *m, enum verdict_code least)
{
    uint32_t *linked = arena_alloc(m->arena, (m->sky->n + 1) * sizeof *linked), main;
    size_t n = 0;
    for (uint32_t i = 0; i < m->sky->n; i++)
        if (m->first[i] < m->first[i + 1])
            linked[n++] = i;
    while ((main = next_main(m, linked, n, least)) != NO_MAIN) {
        struct star *star = star_new(m, main);
        for (size_t k = m->first[main]; k < m->first[main + 1]; k++)
            if (m->end[k].link->code >= least && !m->star[m->end[k].other] &&
                may_join(m, star, m->end[k].other))
                join(m, star, m->end[k].other, m->end[k].link);
        assert(star->n > 0);
    }
}

/* ---- One group into another --------------------------------------------------------------------- */

static bool has_accepted(const struct star *star)
{
    for (size_t i = 0; i < star->n; i++)
        if (star->at[i].accepted)
            return true;
    return false;
}

static bool may_absorb(const struct making *m, const struct star *into, const struct star *from)
{
    bool all = link_between(m, into->main, from->main) && may_join(m, into, from->main);
    for (size_t i = 0; all && i < from->n; i++)
        all = link_between(m, into->main, from->at[i].proposal) && may_join(m, into, from->at[i].proposal);
    return all;
}

static void absorb(struct making *m, struct star *into, struct star *from)
{
    join(m, into, from->main, link_between(m, into->main, from->main));
    for (size_t i = 0; i < from->n; i++)
        join(m, into, from->at[i].proposal, link_between(m, into->main, from->at[i].proposal));
    from->n = 0;
}

/* The star of a main proposal that has a link with this one's, and can take all of it; NULL. */
static struct star *absorber(const struct making *m, const struct star *from)
{
    for (size_t k = m->first[from->main]; k < m->first[from->main + 1]; k++) {
        uint32_t other = m->end[k].other, there = m->star[other];
        struct star *into = there && there != HIDDEN ? &m->stars->at[there - 1] : NULL;
        if (into && into != from && into->main == other && into->n >= from->n && may_absorb(m, into, from))
            return into;
    }
    return NULL;
}

static void absorb_all(struct making *m)
{
    for (size_t i = m->stars->n; i-- > 0;) {
        struct star *from = &m->stars->at[i];
        struct star *into = from->n > 0 && !has_accepted(from) ? absorber(m, from) : NULL;
        if (into)
            absorb(m, into, from);
    }
}

/* ---- All ------------------------------------------------------------------------------------------ */

static bool is_open(const struct star *star)
{
    for (size_t i = 0; i < star->n; i++)
        if (!star->at[i].accepted)
            return true;
    return false;
}

static enum verdict_code strongest(const struct star *star)
{
    enum verdict_code code = VERDICT_NEW;
    for (size_t i = 0; i < star->n; i++)
        if (star->at[i].link && star->at[i].link->code > code)
            code = star->at[i].link->code;
    return code;
}

static int for_reading(const void *a, const void *b)
{
    const struct star *x = a, *y = b;
    if (is_open(x) != is_open(y))
        return is_open(x) ? -1 : 1;
    if (strongest(x) != strongest(y))
        return strongest(x) > strongest(y) ? -1 : 1;
    if (x->n != y->n)
        return x->n > y->n ? -1 : 1;
    return x->main < y->main ? -1 : x->main > y->main;
}

void stars_make(struct arena *arena, const struct sky *sky, struct stars *out)
{
    static const enum verdict_code levels[] = { VERDICT_COPIED, VERDICT_REFILED, VERDICT_MERGE };
    struct making m = { .arena = arena, .sky = sky, .stars = out };
    size_t kept = 0;
    vec_init(out, arena);
    m.star = arena_array(arena, uint32_t, sky->n + 1);
    collect_ends(&m);
    place_accepted(&m);
    join_mains(&m, VERDICT_MERGE);
    for (size_t k = 0; k < sizeof levels / sizeof *levels; k++) {
        make_stars(&m, levels[k]);
        join_mains(&m, levels[k]);
    }
    absorb_all(&m);
    for (size_t i = 0; i < out->n; i++)
        if (out->at[i].n > 0)
            out->at[kept++] = out->at[i];
    out->n = kept;
    if (kept > 0)
        qsort(out->at, kept, sizeof *out->at, for_reading);
}
