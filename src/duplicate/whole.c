/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Both texts whole, what is equal marked. Runs of eight letters and more are
 * what align() found; inside clauses that stand on the other side with small
 * edits, the equal letters are those of the longest common subsequence with the
 * nearest clause there. A mark goes over punctuation between two equal letters,
 * never over a letter that is not.
 *
 *     draft   每部电梯补助[30→]万元由区级承担        marks  ████████░░██████
 *     there   每部电梯补助[20→]万元，由市级承担             ████████░░██ ░███
 */
#include "duplicate/report.h"

#include <assert.h>

enum {
    CLAUSE_MOST = 200,      /* letters of a clause compared letter by letter */
    PAIRS_MOST = 200 * 1000 /* of clauses looked at: beyond that only runs are marked */
};
static const double NEAR = 0.5; /* common letters by the mean length */

struct sides {
    const struct sheet *a, *b;
    uint8_t *in_a, *in_b; /* of each letter: equal */
    uint16_t *table;      /* of the longest common subsequence: (CLAUSE_MOST + 1)² */
};

static uint16_t *cell(const struct sides *s, size_t i, size_t j)
{
    return &s->table[i * (CLAUSE_MOST + 1) + j];
}

static size_t letters_of(const struct clause *c)
{
    return c->to - c->from;
}

/* Fills in the table from the ends; letters in common. */
static size_t common(const struct sides *s, const struct clause *x, const struct clause *y)
{
    size_t n = letters_of(x), m = letters_of(y);
    assert(n <= CLAUSE_MOST && m <= CLAUSE_MOST);
    for (size_t j = 0; j <= m; j++)
        *cell(s, n, j) = 0;
    for (size_t i = n; i-- > 0;) {
        *cell(s, i, m) = 0;
        for (size_t j = m; j-- > 0;) {
            uint16_t down = *cell(s, i + 1, j), right = *cell(s, i, j + 1);
            bool equal = s->a->letter[x->from + i] == s->b->letter[y->from + j];
            *cell(s, i, j) = equal ? (uint16_t)(*cell(s, i + 1, j + 1) + 1) : down > right ? down : right;
        }
    }
    return *cell(s, 0, 0);
}

static void mark_common(const struct sides *s, const struct clause *x, const struct clause *y)
{
    size_t i = 0, j = 0;
    common(s, x, y);
    while (i < letters_of(x) && j < letters_of(y)) {
        if (s->a->letter[x->from + i] == s->b->letter[y->from + j]) {
            s->in_a[x->from + i++] = 1;
            s->in_b[y->from + j++] = 1;
        } else if (*cell(s, i + 1, j) >= *cell(s, i, j + 1))
            i++;
        else
            j++;
    }
}

static const struct clause *nearest_clause(const struct sides *s, const struct clause *x)
{
    const struct clause *best = NULL;
    double most = NEAR;
    for (size_t j = 0; j < s->b->nclauses; j++) {
        const struct clause *y = &s->b->clause[j];
        size_t n = letters_of(x), m = letters_of(y);
        if (m > CLAUSE_MOST || 2 * (double)(n < m ? n : m) < most * (double)(n + m))
            continue;
        double like = 2.0 * (double)common(s, x, y) / (double)(n + m);
        if (like > most) {
            most = like;
            best = y;
        }
    }
    return best;
}

static bool is_whole(const struct sides *s, const struct clause *c)
{
    for (size_t i = c->from; i < c->to; i++)
        if (!s->in_a[i])
            return false;
    return true;
}

/* Clauses of a that stand in b with edits. */
static void mark_edited(const struct sides *s, const uint8_t *found)
{
    if (mem_product(s->a->nclauses, s->b->nclauses) > PAIRS_MOST)
        return;
    for (size_t i = 0; i < s->a->nclauses; i++) {
        const struct clause *x = &s->a->clause[i];
        if (!found[i] || letters_of(x) > CLAUSE_MOST || is_whole(s, x))
            continue;
        const struct clause *y = nearest_clause(s, x);
        if (y)
            mark_common(s, x, y);
    }
}

/* Nothing but marks and blanks on one line between letter i and the next. */
static bool adjoins(const struct sheet *s, size_t i)
{
    for (size_t u = s->last[i] + 1; u < s->first[i + 1]; u++)
        if (text_class(s->normal.unit[u]) != CLASS_NONE || s->normal.unit[u] == '\n')
            return false;
    return true;
}

static struct tian_text marked_text(struct arena *arena, const struct sheet *s, const uint8_t *equal,
                                    struct str text, uint32_t shift)
{
    struct tian_mark *marks = arena_array(arena, struct tian_mark, s->n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s->n;) {
        size_t to = i + 1;
        if (!equal[i]) {
            i = to;
            continue;
        }
        while (to < s->n && equal[to] && adjoins(s, to - 1))
            to++;
        struct skip bytes = sheet_bytes(s, i, to - i);
        marks[n++] = (struct tian_mark){ bytes.from + shift, bytes.to + shift };
        i = to;
    }
    return (struct tian_text){ arena_cstr(arena, text), text.n, marks, n };
}

static uint8_t *copy_of(struct arena *arena, const uint8_t *from, size_t n)
{
    return memcpy(arena_alloc(arena, n + 1), from, n);
}

void report_whole(struct arena *arena, const struct whole *w, const struct alignment *a,
                  struct tian_match_report *out)
{
    struct sides s = { .a = &w->draft->sheet, .b = w->theirs };
    s.in_a = copy_of(arena, a->in_mine.letter, s.a->n);
    s.in_b = copy_of(arena, a->in_theirs.letter, s.b->n);
    s.table = arena_array(arena, uint16_t, (CLAUSE_MOST + 1) * (CLAUSE_MOST + 1));
    mark_edited(&s, a->in_mine.clause);
    out->draft = marked_text(arena, s.a, s.in_a, w->text, w->draft->shift);
    out->there = marked_text(arena, s.b, s.in_b, s.b->original, 0);
}
