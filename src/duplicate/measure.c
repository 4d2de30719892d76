/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Where one measure ends and the next begins is seen between the clauses: the
 * sheet leaves numbering and line ends outside of them.
 *
 *     三、建议                       heading: a line of a few letters
 *     为此，提出以下建议：            lead-in: ends in a colon
 *     1.建设立体停车库。利用…        a number begins a measure,
 *     建设资金由…                    so does a line behind a sentence,
 *     一是…；二是…                   and 一是 at the start of a clause
 */
#include "duplicate/measure.h"

enum {
    HEADING_MOST = 4, /* letters */
    LEAD_IN_MOST = 30
};

static size_t letters_of(const struct clause *c)
{
    return c->to - c->from;
}

/* 一是 … 十是 at the start. */
static bool starts_counting(const struct sheet *s, const struct clause *c)
{
    static const uint16_t numerals[] = u"一二三四五六七八九十";
    const uint16_t *unit = s->normal.unit + c->begin;
    if (c->end - c->begin < 3 || unit[1] != u'是')
        return false;
    for (size_t i = 0; numerals[i]; i++)
        if (unit[0] == numerals[i])
            return true;
    return false;
}

static bool ends_sentence(const struct sheet *s, const struct clause *c)
{
    uint16_t last = s->normal.unit[c->end - 1];
    return last == 0x3002 || last == ';' || last == '!' || last == '?' || last == ':' || last == '"';
}

/* Does a measure begin with clause i, given that clause i - 1 is of the same part? */
static bool begins(const struct sheet *s, size_t i)
{
    const struct clause *before = &s->clause[i - 1], *c = &s->clause[i];
    bool line = false, numbered = false;
    for (size_t u = before->end; u < c->begin; u++) {
        line = line || s->normal.unit[u] == '\n';
        numbered = numbered || (s->normal.unit[u] != '\n' && s->normal.unit[u] != ' ');
    }
    bool heading = line && letters_of(before) <= HEADING_MOST;
    return numbered || heading || (line && ends_sentence(s, before)) || starts_counting(s, c);
}

/* What an office wrote below. */
static bool is_review(const struct sheet *s, const struct clause *c)
{
    static const uint16_t word[] = { u'审', u'查', u'意', u'见' };
    return c->end - c->begin >= 4 && memcmp(s->normal.unit + c->begin, word, sizeof word) == 0;
}

/* A heading, or "to this end, we propose:". */
static bool is_frame(const struct sheet *s, const struct measure *m)
{
    const struct clause *first = &s->clause[m->clause], *last = first + m->nclauses - 1;
    size_t n = last->to - first->from;
    return n <= HEADING_MOST || is_review(s, first) ||
           (n <= LEAD_IN_MOST && s->normal.unit[last->end - 1] == ':');
}

static void finish(const struct sheet *s, const struct measure *m, struct measures *found)
{
    if (m->nclauses > 0 && !is_frame(s, m))
        vec_push(found, *m);
}

static bool has_suggestions(const struct sheet *s)
{
    for (size_t i = 0; i < s->nclauses; i++)
        if (s->clause[i].section == SECTION_SUGGESTION)
            return true;
    return false;
}

size_t measures_find(const struct sheet *s, struct arena *arena, struct measures *out)
{
    struct measures own, *found = out;
    struct measure m = { 0, 0 };
    bool parts = has_suggestions(s);
    if (!found) {
        vec_init(&own, arena);
        found = &own;
    }
    size_t before = found->n;
    for (size_t i = 0; i < s->nclauses; i++) {
        bool wanted = !parts || s->clause[i].section == SECTION_SUGGESTION;
        bool apart = m.nclauses == 0 || m.clause + m.nclauses != i || begins(s, i);
        if (!wanted)
            continue;
        if (apart) {
            finish(s, &m, found);
            m = (struct measure){ i, 0 };
        }
        m.nclauses++;
    }
    finish(s, &m, found);
    return found->n - before;
}

double measure_share(const struct sheet *s, const struct measure *m, const struct found *there)
{
    size_t found = 0, all = 0;
    for (size_t i = m->clause; i < m->clause + m->nclauses; i++) {
        const struct clause *c = &s->clause[i];
        for (size_t k = c->from; k < c->to; k++)
            found += there->clause[i] || there->letter[k];
        all += letters_of(c);
    }
    return all > 0 ? (double)found / (double)all : 0;
}
