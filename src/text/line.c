/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What one line looks like: how it starts, how it ends, how wide it is. Only the
 * ends of a line are decoded; its middle is searched for marks only when it is
 * short enough to stand on a page, else it is a paragraph and surely has some.
 */
#include "text/wrap.h"

#include <assert.h>

/* ---- Small readers ------------------------------------------------------------------ */

static uint32_t first_of(struct str s)
{
    const char *p = s.p;
    return s.n > 0 ? utf8_next(&p, s.p + s.n) : 0;
}

static uint32_t last_of(struct str s)
{
    size_t at = s.n;
    while (at > 0 && at + 4 > s.n && (s.p[--at] & 0xC0) == 0x80)
        continue;
    return first_of(str_sub(s, at, s.n));
}

static size_t blank_length(const char *p, const char *end)
{
    if (p < end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\f'))
        return 1;
    if (end - p >= 3 && memcmp(p, "\xE3\x80\x80", 3) == 0)
        return 3;
    return end - p >= 2 && memcmp(p, "\xC2\xA0", 2) == 0 ? 2 : 0;
}

static size_t blank_length_before(const char *begin, const char *p)
{
    if (p > begin && blank_length(p - 1, p) == 1)
        return 1;
    if (p - begin >= 3 && blank_length(p - 3, p) == 3)
        return 3;
    return p - begin >= 2 && blank_length(p - 2, p) == 2 ? 2 : 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool eat(struct str *s, const char *word)
{
    if (!str_starts(*s, str_of(word)))
        return false;
    *s = str_sub(*s, strlen(word), s->n);
    return true;
}

static size_t eat_digits(struct str *s)
{
    size_t n = 0;
    while (n < s->n && is_digit(s->p[n]))
        n++;
    *s = str_sub(*s, n, s->n);
    return n;
}

/* 一 二 三 四 五 六 七 八 九 十 百 零 〇 */
static bool is_numeral(uint32_t c)
{
    static const uint16_t set[] = { 0x4E00, 0x4E8C, 0x4E09, 0x56DB, 0x4E94, 0x516D, 0x4E03,
                                    0x516B, 0x4E5D, 0x5341, 0x767E, 0x96F6, 0x3007 };
    for (size_t i = 0; i < sizeof set / sizeof set[0]; i++)
        if (set[i] == c)
            return true;
    return false;
}

static size_t eat_numerals(struct str *s)
{
    size_t n = eat_digits(s);
    for (; n < 6 && is_numeral(first_of(*s)); n++)
        *s = str_sub(*s, 3, s->n);
    return n;
}

/* ---- How it starts ------------------------------------------------------------------- */

/* 第三条 第二章 第一篇: the ordinal is eaten, the unit remains. */
static bool is_article(struct str s)
{
    static const char *const units[] = { "条", "章", "节", "篇", "编", "部分", "款" };
    if (!eat(&s, "第") || eat_numerals(&s) == 0)
        return false;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (str_starts(s, str_of(units[i])))
            return true;
    return false;
}

static bool is_numbered(struct str s)
{
    bool open = eat(&s, "（") || eat(&s, "("), digits = s.n > 0 && is_digit(s.p[0]);
    size_t n = eat_numerals(&s);
    if (n == 0 || n > 3)
        return false;
    if (open)
        return eat(&s, "）") || eat(&s, ")");
    if (eat(&s, "、"))
        return true;
    if (!digits)
        return eat(&s, "．") || (eat(&s, " ") && n == 1);
    return (eat(&s, ".") && !(s.n > 0 && is_digit(s.p[0]))) || eat(&s, "．") || eat(&s, ")") || eat(&s, "）");
}

static bool is_bullet(struct str s)
{
    uint32_t c = first_of(s);
    return (c >= 0x2460 && c <= 0x249B) || (c >= 0x25A0 && c <= 0x27BF) || c == 0x2022 || c == 0xB7 ||
           c == 0x203B || c == '*' || c == '#' || c == '>' || c == '|' || c == '-' || c == 0x2014 ||
           c == 0x2013;
}

/* 案由： 提案人：, two to six characters before the colon. */
static bool is_label(struct str s)
{
    const char *p = s.p, *end = s.p + s.n;
    for (int i = 0; i <= 6 && p < end; i++) {
        uint32_t c = utf8_next(&p, end);
        if (c == 0xFF1A || c == ':')
            return i >= 2;
        if (!is_han(c))
            return false;
    }
    return false;
}

/* ---- How it ends ------------------------------------------------------------------------ */

static struct str without_last(struct str s)
{
    while (s.n > 0 && (s.p[--s.n] & 0xC0) == 0x80)
        continue;
    return s;
}

static bool is_stop(uint32_t c)
{
    return c == 0x3002 || c == 0xFF01 || c == 0xFF1B || c == 0xFF1F || c == '!' || c == '?' || c == ';';
}

static enum line_tail tail_of(struct str s)
{
    static const uint32_t commas[] = { 0xFF0C, 0x3001, ',', 0x300A, 0x201C, 0x2018, 0xFF08, '(' };
    static const uint32_t brackets[] = { 0x201D, 0x2019, 0xFF09, 0x300B, 0x3011, ')', 0x201B };
    uint32_t c = last_of(s);
    if (is_han(c) || (c < 0x80 && (is_digit((char)c) || c == '%' || (c | 32) - 'a' < 26u)))
        return TAIL_OPEN;
    for (size_t i = 0; i < sizeof commas / sizeof commas[0]; i++)
        if (c == commas[i])
            return TAIL_COMMA;
    for (size_t i = 0; i < sizeof brackets / sizeof brackets[0]; i++)
        if (c == brackets[i])
            return is_stop(last_of(without_last(s))) ? TAIL_CLOSED : TAIL_BRACKET;
    return TAIL_CLOSED;
}

/* ---- All of it ---------------------------------------------------------------------------- */

/* Marks are three bytes: 、。 are E3 80 81 and 82; ！，；？ are EF BC 81, 8C, 9B, 9F. */
static void note_mark(const uint8_t *p, struct line *line)
{
    uint32_t mark = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
    line->stop |= mark == 0xE38082 || mark == 0xEFBC81 || mark == 0xEFBC9B || mark == 0xEFBC9F;
    line->comma |= mark == 0xE38081 || mark == 0xEFBC8C;
}

/* Width and marks of what fits on a page; a longer line is a paragraph and has both. */
static void measure(struct str s, struct line *line)
{
    const uint8_t *p = (const uint8_t *)s.p;
    size_t width = 0;
    if (s.n > PAGE_WIDTH * 3) {
        line->width = WIDE;
        line->stop = line->comma = true;
        return;
    }
    for (size_t i = 0; i < s.n; i++) {
        width += p[i] < 0x80 ? 1 : p[i] >= 0xC0 ? 2 : 0;
        if ((p[i] == 0xE3 || p[i] == 0xEF) && i + 2 < s.n)
            note_mark(p + i, line);
    }
    line->width = (uint16_t)width;
}

static uint16_t indent_of(struct str blanks)
{
    size_t width = 0;
    for (size_t i = 0; i < blanks.n && i < PAGE_WIDTH; i++)
        width += (blanks.p[i] & 0xC0) != 0x80 ? 1 + ((uint8_t)blanks.p[i] == 0xE3) : 0;
    return (uint16_t)width;
}

static void describe(struct str text, struct line *line)
{
    struct str s = str_sub(text, line->from, line->to);
    measure(s, line);
    line->indent = indent_of(str_sub(text, line->start, line->from));
    line->tail = (uint8_t)tail_of(s);
    line->heading = is_numbered(s) || is_article(s);
    line->opens = line->heading || is_bullet(s) || is_label(s);
    if (line->width < WIDE && memchr(s.p, '\t', s.n) != NULL) { /* cells of a table */
        line->opens = true;
        line->tail = TAIL_CLOSED;
    }
}

struct line line_read(struct str text, uint32_t start)
{
    assert(start < text.n);
    const char *begin = text.p + start, *end = memchr(begin, '\n', text.n - start), *p = begin;
    struct line line = { .start = start,
                         .next = (uint32_t)(end != NULL ? end + 1 - text.p : (ptrdiff_t)text.n) };
    size_t n;
    if (end == NULL)
        end = text.p + text.n;
    while ((n = blank_length(p, end)) > 0) {
        line.page_break |= *p == '\f';
        p += n;
    }
    while (end > p && (n = blank_length_before(p, end)) > 0)
        end -= n;
    line.from = (uint32_t)(p - text.p);
    line.to = (uint32_t)(end - text.p);
    if (line.from < line.to)
        describe(text, &line);
    return line;
}

/* ---- Page numbers --------------------------------------------------------------------------- */

static size_t eat_frame(struct str *s)
{
    static const char *const marks[] = { "-", "—", "–", "－", "―", "─", "·", "•", " ", "\xE3\x80\x80", "~" };
    size_t n = 0;
    for (size_t i = 0; i < sizeof marks / sizeof marks[0];)
        if (eat(s, marks[i]))
            n += i < 8, i = 0;
        else
            i++;
    return n;
}

/* 第 3 页, 共 9 页. */
static bool eat_page(struct str *s, const char *word)
{
    struct str rest = *s;
    if (!eat(&rest, word))
        return false;
    rest = str_trim(rest);
    size_t digits = eat_digits(&rest);
    rest = str_trim(rest);
    if (digits == 0 || !eat(&rest, "页"))
        return false;
    *s = str_trim(rest);
    return true;
}

bool line_is_page_number(struct str line, bool *bare, unsigned *number)
{
    struct str s = line;
    uint64_t value;
    *bare = false;
    if (line.n > 48)
        return false;
    if (eat_page(&s, "第")) {
        while (eat(&s, "，") || eat(&s, "/") || eat(&s, ","))
            continue;
        s = str_trim(s);
        return s.n == 0 || (eat_page(&s, "共") && s.n == 0);
    }
    size_t frame = eat_frame(&s);
    struct str digits = s;
    digits.n = eat_digits(&s);
    if (digits.n == 0 || digits.n > 4 || !str_to_u64(digits, &value))
        return false;
    *number = (unsigned)value;
    *bare = frame == 0 && s.n == 0;
    return *bare || (frame > 0 && eat_frame(&s) > 0 && s.n == 0);
}

/* ---- Titles ------------------------------------------------------------------------------------ */

bool line_is_title_start(struct str line)
{
    return str_has(line, STR("关于"));
}

bool line_is_title_end(struct str line)
{
    while (str_ends(line, STR("★")) || str_ends(line, STR("☆")))
        line = str_sub(line, 0, line.n - 3);
    static const char *const kinds[] = { "意见", "通知", "报告", "办法", "决定", "方案", "提案",
                                         "建议", "答复", "批复", "函",   "规划", "通报", "公告",
                                         "条例", "规定", "纲要", "请示", "议案", "计划" };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (str_ends(line, str_of(kinds[i])))
            return true;
    return false;
}
