/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What is made equal for comparing, and only for comparing: the normal form has
 * folded width, case, script and quotes already; here punctuation goes, every
 * number becomes the one letter 0 (2024, 3.5, 二〇二四, 三百 alike: who takes a
 * proposal over changes its numbers first), and the placeholders XX and 某 go,
 * so that XX市 differs from 承德市 by two missing letters and not by four.
 *
 *     original  2024年，XX市有3.5万户没有电梯。
 *     letters   0 年 市 有 0 户 没 有 电 梯
 *     clauses   [0 2) [2 10)
 *
 * Clauses are those of text_clause(), whose numbering (（一） 1.) is outside of
 * them, so it belongs to no letter either. 百分之七十 and 70% stay different.
 */
#include "duplicate/sheet.h"

#include <assert.h>
#include <math.h>

enum {
    HEAD_NAME_MOST = 12 /* units of a head line before its colon */
};

static bool is_numeral(uint16_t u)
{
    switch (u) {
    case u'〇':
    case u'零':
    case u'一':
    case u'二':
    case u'三':
    case u'四':
    case u'五':
    case u'六':
    case u'七':
    case u'八':
    case u'九':
    case u'十':
    case u'百':
    case u'千':
    case u'万':
    case u'亿':
    case u'两':
        return true;
    default:
        return false;
    }
}

static bool is_number_part(uint16_t u)
{
    return text_class(u) == CLASS_DIGIT || is_numeral(u);
}

/* Between the digits of one number: 3.5, 12,000, 3.5 万. */
static bool joins_number(const uint16_t *unit, size_t i, size_t end)
{
    if (i + 1 >= end || (unit[i] != '.' && unit[i] != ',' && unit[i] != ' '))
        return false;
    return text_class(unit[i + 1]) == CLASS_DIGIT || (unit[i] == ' ' && is_numeral(unit[i + 1]));
}

/* The end of the number that starts at i; i when none does. A single numeral (统一, 一些) is a word. */
static size_t number_end(const uint16_t *unit, size_t i, size_t end)
{
    size_t j = i, digits = 0;
    for (; j < end; j++) {
        if (is_number_part(unit[j]))
            digits += text_class(unit[j]) == CLASS_DIGIT;
        else if (j == i || !joins_number(unit, j, end))
            break;
    }
    return digits > 0 || j - i >= 2 ? j : i;
}

/* The end of the placeholder that starts at i; i when none does. */
static size_t placeholder_end(const uint16_t *unit, size_t i, size_t end)
{
    size_t j = i;
    if (unit[i] == u'某')
        return i + 1;
    while (j < end && unit[j] == 'x')
        j++;
    return j - i >= 2 && (j == end || text_class(unit[j]) != CLASS_LATIN) ? j : i;
}

static void put_letter(struct sheet *s, uint16_t letter, size_t first, size_t last)
{
    s->letter[s->n] = letter;
    s->first[s->n] = (uint32_t)first;
    s->last[s->n] = (uint32_t)last;
    s->owner[s->n] = (uint32_t)s->nclauses;
    s->n++;
}

static void put_letters(struct sheet *s, size_t begin, size_t end)
{
    const uint16_t *unit = s->normal.unit;
    size_t i = begin;
    while (i < end) {
        size_t number = number_end(unit, i, end), gap = placeholder_end(unit, i, end);
        if (number > i)
            put_letter(s, '0', i, number - 1);
        else if (gap == i && text_class(unit[i]) != CLASS_NONE)
            put_letter(s, unit[i], i, i);
        i = number > i ? number : gap > i ? gap : i + 1;
    }
}

static enum section_kind section_of(const struct document *doc, size_t *cursor, uint32_t byte)
{
    while (*cursor < doc->nsections && doc->sections[*cursor].to <= byte)
        (*cursor)++;
    if (*cursor < doc->nsections && doc->sections[*cursor].from <= byte)
        return doc->sections[*cursor].kind;
    return SECTION_NONE;
}

static void put_clause(struct sheet *s, size_t begin, size_t end, enum section_kind section)
{
    size_t from = s->n;
    put_letters(s, begin, end);
    if (s->n == from)
        return;
    s->clause[s->nclauses++] = (struct clause){
        .from = (uint32_t)from,
        .to = (uint32_t)s->n,
        .begin = (uint32_t)begin,
        .end = (uint32_t)end,
        .key = text_fingerprint(&s->normal, begin, end),
        .section = section,
        .weight = 1,
    };
}

/* Is the line of this unit a head line, 案号：0011号? */
static bool in_head_line(const struct normal *text, size_t i)
{
    while (i > 0 && text->unit[i - 1] != '\n')
        i--;
    for (size_t n = 0; n < HEAD_NAME_MOST && i + n < text->n && text->unit[i + n] != '\n'; n++)
        if (text->unit[i + n] == ':' || text->unit[i + n] == u'：')
            return true;
    return false;
}

/* Forms and answers are no part of what is proposed: the head lines of a text that has parts, and its reply.
 */
static bool is_proposed(const struct sheet *s, const struct document *doc, size_t begin,
                        enum section_kind section)
{
    if (section == SECTION_REPLY)
        return false;
    if (section != SECTION_NONE || doc->nsections == 0 || s->normal.at[begin] >= doc->sections[0].from)
        return true;
    return !in_head_line(&s->normal, begin);
}

static void put_clauses(struct sheet *s, const struct document *doc, bool all)
{
    size_t from = 0, begin, end, cursor = 0;
    while (text_clause(&s->normal, CLAUSE_CLAUSE, from, &begin, &end)) {
        assert(end > from && end <= s->normal.n && begin <= end);
        enum section_kind section = section_of(doc, &cursor, s->normal.at[begin]);
        if (all || is_proposed(s, doc, begin, section))
            put_clause(s, begin, end, section);
        from = end;
    }
}

/* Signs of a letter to an office; each alone stands in some kind of other text: the first in speeches and
 * congratulations, the second in laws, the third in headlines. */
enum sign {
    SIGN_SELF,  /* 我 (but 我国, 我市), 本人, 您 */
    SIGN_PLEA,  /* 请, 吗, 呢, 为什么, 投诉, 业主 … */
    SIGN_MARKS, /* ? and ! */
    SIGNS
};

static bool is_own(uint16_t next)
{
    static const uint16_t not_own[] = u"国省市县区军党院州校局";
    for (size_t i = 0; not_own[i] != 0; i++)
        if (next == not_own[i])
            return false;
    return true;
}

static enum sign sign_at(uint16_t unit, uint16_t next)
{
    static const uint16_t pleas[][2] = { { u'恳', u'请' }, { u'投', u'诉' }, { u'举', u'报' },
                                         { u'为', u'什' }, { u'怎', u'么' }, { u'尊', u'敬' },
                                         { u'领', u'导' }, { u'业', u'主' }, { u'谢', u'谢' } };
    if (unit == u'您' || (unit == u'本' && next == u'人') || (unit == u'我' && is_own(next)))
        return SIGN_SELF;
    if (unit == '?' || unit == '!')
        return SIGN_MARKS;
    for (size_t i = 0; i < sizeof pleas / sizeof *pleas; i++)
        if (unit == pleas[i][0] && next == pleas[i][1])
            return SIGN_PLEA;
    return unit == u'请' || unit == u'吗' || unit == u'呢' ? SIGN_PLEA : SIGNS;
}

/* The middle one of the three signs, by how often they stand in the text. */
static uint32_t count_asks(const struct normal *text)
{
    uint32_t n[SIGNS + 1] = { 0 };
    for (size_t i = 0; i < text->n; i++)
        n[sign_at(text->unit[i], i + 1 < text->n ? text->unit[i + 1] : 0)]++;
    uint32_t low = n[0] < n[1] ? n[0] : n[1], high = n[0] < n[1] ? n[1] : n[0];
    return n[2] < low ? low : n[2] > high ? high : n[2];
}

void sheet_make(struct arena *arena, const struct document *doc, struct sheet *out)
{
    *out = (struct sheet){ .original = doc->body };
    normal_init(&out->normal, arena);
    text_normalise(doc->body, &doc->skips, &out->normal);
    size_t n = out->normal.n;
    out->letter = arena_alloc(arena, (n + 1) * sizeof *out->letter);
    out->first = arena_alloc(arena, (n + 1) * sizeof *out->first);
    out->last = arena_alloc(arena, (n + 1) * sizeof *out->last);
    out->owner = arena_alloc(arena, (n + 1) * sizeof *out->owner);
    out->clause = arena_alloc(arena, (n + 1) * sizeof *out->clause);
    put_clauses(out, doc, false);
    if (out->n == 0)
        put_clauses(out, doc, true);
    out->asks = count_asks(&out->normal);
}

struct skip sheet_bytes(const struct sheet *s, size_t i, size_t n)
{
    assert(n > 0 && i + n <= s->n);
    return (struct skip){ s->normal.at[s->first[i]],
                          normal_end(&s->normal, s->original, s->last[i + n - 1]) };
}

float sheet_rarity(uint32_t df)
{
    return df <= 4 ? 1.0f : 1.0f / (1.0f + log2f((float)df / 4.0f));
}
