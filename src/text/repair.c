/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What is noise in a text, as byte ranges to skip; the text stays as it is.
 *
 *   line ends inside a sentence    with the blanks around them (wrap.c says which)
 *   page numbers, running heads    the line and its end, or all between the halves of a sentence
 *   blanks beside digits, Latin    提案 197 件: between Han and [0-9A-Za-z%] they never mean anything
 *   blanks of letter-spacing       政 府 工 作 报 告, 龚 正: between two single characters
 *
 * Other blanks between Han stay: they separate names, cells, sentences.
 *
 * Nearly all texts hold no noise, so the work is one look at each line's ends
 * and a search for blanks.
 */
#include "text/text.h"

#include <assert.h>

#include "text/wrap.h"

struct found {
    struct skip *at;
    size_t n, cap;
};

static void add(struct found *found, uint32_t from, uint32_t to)
{
    if (from >= to)
        return;
    struct skip *last = found->n > 0 ? &found->at[found->n - 1] : NULL;
    assert(last == NULL || last->to <= from);
    if (last != NULL && last->to == from)
        last->to = to;
    else
        vec_push(found, (struct skip){ from, to });
}

/* ---- Blanks inside a line ----------------------------------------------------------- */

enum side {
    SIDE_NONE,
    SIDE_HAN,
    SIDE_LATIN
};

static enum side side_of(uint32_t c)
{
    if (is_han(c))
        return SIDE_HAN;
    bool latin = c == '%' || (c >= '0' && c <= '9') || (c | 32) - 'a' < 26 || (c >= 0xFF10 && c <= 0xFF19);
    return latin ? SIDE_LATIN : SIDE_NONE;
}

static uint32_t after(struct str s, size_t at, size_t *end)
{
    const char *p = s.p + at;
    uint32_t c = at < s.n ? utf8_next(&p, s.p + s.n) : 0;
    *end = (size_t)(p - s.p);
    return c;
}

static uint32_t before(struct str s, size_t at, size_t *begin)
{
    size_t end;
    *begin = at;
    while (*begin > 0 && (s.p[--*begin] & 0xC0) == 0x80)
        continue;
    return *begin < at ? after(s, *begin, &end) : 0;
}

static size_t blank_at(struct str s, size_t at)
{
    if (s.p[at] == ' ' || s.p[at] == '\t')
        return 1;
    if (s.n - at >= 3 && memcmp(s.p + at, "\xE3\x80\x80", 3) == 0)
        return 3;
    return s.n - at >= 2 && memcmp(s.p + at, "\xC2\xA0", 2) == 0 ? 2 : 0;
}

/* Step over blanks to the single character before at (it stands between blanks); false when there is none. */
static bool single_before(struct str s, size_t *at)
{
    size_t begin = *at, end, far;
    uint32_t c = ' ';
    while (begin > 0 && side_of(c = before(s, begin, &end)) == SIDE_NONE)
        begin = end;
    if (begin == 0 || side_of(c) != SIDE_HAN || side_of(before(s, end, &far)) != SIDE_NONE)
        return false;
    *at = end;
    return true;
}

static bool single_after(struct str s, size_t at)
{
    size_t end, far;
    uint32_t c = ' ';
    while (at < s.n && side_of(c = after(s, at, &end)) == SIDE_NONE)
        at = end;
    return at < s.n && side_of(c) == SIDE_HAN && side_of(after(s, end, &far)) == SIDE_NONE;
}

/* Letter-spacing is a name (龚 正) or a line of its own: 第一节 一 般 规 定 keeps its blanks, for they were
 * typed. */
static bool is_spaced(struct str s, size_t left, size_t behind_right)
{
    size_t at = left;
    bool longer = single_after(s, behind_right);
    while (single_before(s, &at))
        longer = true;
    return !longer || str_trim(str_sub(s, 0, at)).n == 0;
}

/* Is the blank [from, to) of s noise? */
static bool is_noise(struct str s, size_t from, size_t to)
{
    size_t begin, end, far;
    uint32_t left = before(s, from, &begin), right = after(s, to, &end);
    enum side a = side_of(left), b = side_of(right);
    if (a == SIDE_NONE || b == SIDE_NONE || (a == SIDE_LATIN && b == SIDE_LATIN))
        return false;
    if (a != b)
        return true;
    return side_of(before(s, begin, &far)) == SIDE_NONE && side_of(after(s, end, &far)) == SIDE_NONE &&
           is_spaced(s, begin, end);
}

/* The next blank at or after at, or SIZE_MAX. */
static size_t find_blank(struct str s, size_t at)
{
    static const bool may_start[256] = { [' '] = true, ['\t'] = true, [0xE3] = true, [0xC2] = true };
    while (at < s.n && (!may_start[(uint8_t)s.p[at]] || blank_at(s, at) == 0))
        at++;
    return at < s.n ? at : SIZE_MAX;
}

static void skip_blanks(struct str text, const struct line *line, struct found *found)
{
    struct str s = str_sub(text, line->from, line->to);
    for (size_t at = find_blank(s, 0); at != SIZE_MAX; at = find_blank(s, at)) {
        size_t from = at, n;
        while (at < s.n && (n = blank_at(s, at)) > 0)
            at += n;
        if (is_noise(s, from, at))
            add(found, line->from + (uint32_t)from, line->from + (uint32_t)at);
    }
}

/* ---- All noise ------------------------------------------------------------------------- */

/* From the end of line i, which goes on, to the line it goes on in. */
static void skip_to_continuation(const struct lines *lines, size_t i, struct found *found)
{
    size_t k = i + 1;
    while (k < lines->n && (lines->at[k].noise || lines->at[k].from == lines->at[k].to))
        k++;
    assert(k < lines->n);
    add(found, lines->at[i].to, lines->at[k].from);
}

void text_repair(struct arena *arena, struct str original, struct skips *out)
{
    struct lines lines;
    struct found found;
    *out = (struct skips){ NULL, 0 };
    if (original.n == 0)
        return;
    wrap_find(arena, original, &lines);
    vec_init(&found, arena);
    uint32_t done = 0;
    for (size_t i = 0; i < lines.n; i++) {
        struct line *line = &lines.at[i];
        if (line->noise && line->start >= done)
            add(&found, line->start, line->next);
        if (line->noise || line->from == line->to)
            continue;
        skip_blanks(original, line, &found);
        if (line->goes_on) {
            skip_to_continuation(&lines, i, &found);
            done = found.at[found.n - 1].to;
        }
    }
    out->at = found.at;
    out->n = found.n;
}

struct str text_without(struct arena *arena, struct str original, const struct skips *skips)
{
    struct buf out;
    size_t at = 0;
    buf_init(&out, arena);
    for (size_t i = 0; i < skips->n && skips->at[i].from < original.n; i++) {
        buf_str(&out, str_sub(original, at, skips->at[i].from));
        at = skips->at[i].to < original.n ? skips->at[i].to : original.n;
    }
    buf_str(&out, str_sub(original, at, original.n));
    return buf_view(&out);
}

uint32_t skips_original(const struct skips *skips, uint32_t at)
{
    for (size_t i = 0; i < skips->n && skips->at[i].from <= at; i++)
        at += skips->at[i].to - skips->at[i].from;
    return at;
}
