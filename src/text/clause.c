/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Sentences and clauses of the normal form, and their fingerprints.
 *
 * A sentence ends behind 。 ; ! ? or before a line end; a clause also behind
 * , 、 : (folded marks: full-width ，；：！？ are ASCII here). A comma or colon
 * between digits (1,972 and 10:30) ends nothing. Closing quotes and brackets
 * behind the mark belong to what they close. Numbering at the start (（一） 一、
 * 1. (2) 3)) is left out, so that the same measure under another number is the
 * same clause.
 *
 * The fingerprint of a clause is a hash of its letters without digits and
 * without XX, the placeholder published texts put for names and numbers: two
 * reports which differ in their figures only have equal fingerprints.
 */
#include "text/text.h"

#include <assert.h>

enum {
    STOP = 0x3002,  /* 。: of all marks the last one; Han stand behind it */
    PAUSE = 0x3001, /* 、 */
    SHORTEST = 6    /* letters a fingerprint needs */
};

struct view {
    const uint16_t *unit;
    size_t n;
};

static uint16_t unit_at(struct view v, size_t i)
{
    return i < v.n ? v.unit[i] : '\n';
}

static bool is_digit(uint16_t unit)
{
    return unit >= '0' && unit <= '9';
}

static bool is_blank(uint16_t unit)
{
    return unit == ' ' || unit == '\n';
}

/* ---- Where it begins ----------------------------------------------------------- */

/* 一 二 三 四 五 六 七 八 九 十 百 零 〇 */
static bool is_numeral(uint16_t unit)
{
    static const uint16_t set[] = { 0x4E00, 0x4E8C, 0x4E09, 0x56DB, 0x4E94, 0x516D, 0x4E03,
                                    0x516B, 0x4E5D, 0x5341, 0x767E, 0x96F6, 0x3007 };
    for (size_t i = 0; i < sizeof set / sizeof set[0]; i++)
        if (set[i] == unit)
            return true;
    return is_digit(unit);
}

static size_t skip_numeral(struct view v, size_t i)
{
    size_t end = i;
    while (end < i + 5 && is_numeral(unit_at(v, end)))
        end++;
    return end;
}

/* Behind the numbering at i, or i. */
static size_t skip_numbering(struct view v, size_t i)
{
    bool open = unit_at(v, i) == '(';
    size_t from = i + open, end = skip_numeral(v, from);
    uint16_t mark = unit_at(v, end);
    if (end == from)
        return i;
    if (open)
        return mark == ')' ? end + 1 : i;
    if (mark == PAUSE || (mark == ')' && is_digit(v.unit[from])))
        return end + 1;
    bool dotted = mark == '.' && is_digit(v.unit[from]) && !is_digit(unit_at(v, end + 1));
    return dotted ? end + 1 : i;
}

static size_t skip_blanks(struct view v, size_t i)
{
    while (i < v.n && is_blank(v.unit[i]))
        i++;
    return i;
}

/* Behind blanks and numbering, of which there may be several: 一、 1. */
static size_t skip_lead(struct view v, size_t i)
{
    for (;;) {
        size_t at = skip_blanks(v, i), behind = skip_numbering(v, at);
        if (behind == at)
            return at;
        i = behind;
    }
}

/* ---- Where it ends --------------------------------------------------------------- */

static bool ends_at(struct view v, enum clause_kind kind, size_t i)
{
    uint16_t unit = v.unit[i];
    if (unit == STOP || unit == ';' || unit == '!' || unit == '?')
        return true;
    if (kind == CLAUSE_SENTENCE)
        return false;
    if (unit == PAUSE)
        return true;
    if (unit != ',' && unit != ':')
        return false;
    return !(i > 0 && is_digit(v.unit[i - 1]) && is_digit(unit_at(v, i + 1)));
}

/* Quotes fold to one form: behind a mark, one is closing when an odd number stands before it. */
static size_t skip_closing(struct view v, size_t i, bool quoted)
{
    while (i < v.n) {
        uint16_t unit = v.unit[i];
        bool closing = unit == ')' || unit == ']' || unit == 0x300B || unit == 0x3011;
        if (unit == '"' && quoted)
            quoted = false, closing = true;
        if (!closing && unit != '!' && unit != '?' && unit != STOP)
            break;
        i++;
    }
    return i;
}

static size_t find_end(struct view v, enum clause_kind kind, size_t i)
{
    bool quoted = false;
    for (; i < v.n && v.unit[i] != '\n'; i++) {
        if (v.unit[i] > STOP)
            continue;
        if (v.unit[i] == '"')
            quoted = !quoted;
        if (ends_at(v, kind, i))
            return skip_closing(v, i + 1, quoted);
    }
    return i;
}

bool text_clause(const struct normal *normal, enum clause_kind kind, size_t from, size_t *begin, size_t *end)
{
    struct view v = { normal->unit, normal->n };
    *begin = skip_lead(v, from);
    if (*begin >= v.n)
        return false;
    *end = find_end(v, kind, *begin);
    assert(*end > *begin && *end <= v.n);
    return true;
}

/* ---- Fingerprints ------------------------------------------------------------------ */

/* Behind a run of two or more x at i, or i. */
static size_t skip_placeholder(struct view v, size_t i)
{
    size_t end = i;
    while (end < v.n && v.unit[end] == 'x')
        end++;
    return end - i >= 2 ? end : i;
}

uint32_t text_fingerprint(const struct normal *normal, size_t from, size_t to)
{
    struct view v = { normal->unit, to };
    uint64_t hash = 0xCBF29CE484222325ull;
    size_t letters = 0;
    assert(from <= to && to <= normal->n);
    for (size_t i = from; i < to; i++) {
        enum text_class class = text_class(v.unit[i]);
        if (class != CLASS_HAN && class != CLASS_LATIN)
            continue;
        if (v.unit[i] == 'x' && skip_placeholder(v, i) > i) {
            i = skip_placeholder(v, i) - 1;
            continue;
        }
        hash = (hash ^ v.unit[i]) * 0x100000001B3ull;
        letters++;
    }
    if (letters < SHORTEST)
        return 0;
    hash ^= hash >> 32;
    return (uint32_t)hash != 0 ? (uint32_t)hash : 1;
}
