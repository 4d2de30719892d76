/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The numbered measures of a section: its items of the topmost level.
 *
 *   三、建议                 ┐ the heading is no item
 *   （一）扩大供给           │ the first opener decides which style counts:
 *   1.建市场                 │ 一、 （一） 1. （1） ① 一是 第一， 首先 or a bullet;
 *   2.育主体                 │ items of another style lie inside it
 *   （二）提高质量           ┘
 *
 * An opener stands at the start of a line or behind ：；。 (一是……；二是……), and items
 * count up from one, so that 2.5 or 第三次 in the text opens nothing.
 */
#include "document/document.h"

enum style {
    STYLE_NONE,
    STYLE_NUMERAL,         /* 一、 */
    STYLE_BRACKET_NUMERAL, /* （一） */
    STYLE_DIGIT,           /* 1. 1、 */
    STYLE_BRACKET_DIGIT,   /* （1） 1） */
    STYLE_CIRCLE,          /* ① */
    STYLE_IS,              /* 一是 一要 */
    STYLE_ORDINAL,         /* 第一， */
    STYLE_WORD,            /* 首先 其次 */
    STYLE_BULLET,
};

struct opener {
    enum style style;
    unsigned number; /* 0: any, of a bullet or 其次 */
};

static bool eat(struct str *s, const char *word)
{
    if (!str_starts(*s, str_of(word)))
        return false;
    *s = str_sub(*s, strlen(word), s->n);
    return true;
}

static bool eat_any(struct str *s, const char *const *words)
{
    for (; *words; words++)
        if (eat(s, *words))
            return true;
    return false;
}

/* ① to ⑳ */
static unsigned circled(struct str s)
{
    const char *p = s.p;
    uint32_t c = s.n > 0 ? utf8_next(&p, str_end(s)) : 0;
    return c >= 0x2460 && c <= 0x2473 ? (unsigned)(c - 0x2460 + 1) : 0;
}

/* What stands behind a number tells the style. */
static enum style style_behind(struct str rest, bool digit, bool bracket)
{
    static const char *const closing[] = { "）", ")", NULL }, *const stops[] = { "、", "．", ".", NULL };
    static const char *const verbs[] = { "是", "要", NULL };
    if (bracket || digit) {
        if (eat_any(&rest, closing))
            return digit ? STYLE_BRACKET_DIGIT : STYLE_BRACKET_NUMERAL;
        bool decimal = rest.n > 1 && rest.p[0] == '.' && rest.p[1] >= '0' && rest.p[1] <= '9';
        return digit && !bracket && !decimal && eat_any(&rest, stops) ? STYLE_DIGIT : STYLE_NONE;
    }
    return eat_any(&rest, stops) ? STYLE_NUMERAL : eat_any(&rest, verbs) ? STYLE_IS : STYLE_NONE;
}

static struct opener word_opener(struct str s)
{
    static const char *const others[] = { "其次", "再次", "再者", "最后", "最後", "此外", NULL };
    static const char *const bullets[] = { "- ", "• ", "•", "●", "◆", "■", "※", "* ", NULL };
    if (eat(&s, "首先"))
        return (struct opener){ STYLE_WORD, 1 };
    if (eat_any(&s, others))
        return (struct opener){ STYLE_WORD, 0 };
    return (struct opener){ eat_any(&s, bullets) ? STYLE_BULLET : STYLE_NONE, 0 };
}

static struct opener opener_at(struct str s)
{
    static const char *const open[] = { "（", "(", NULL }, *const commas[] = { "，", "、", "：", ",", NULL };
    uint64_t value = circled(s);
    size_t used;
    if (value > 0)
        return (struct opener){ STYLE_CIRCLE, (unsigned)value };
    bool ordinal = eat(&s, "第"), bracket = !ordinal && eat_any(&s, open);
    if (!number_at(s, &value, &used) || value == 0 || value > 99)
        return ordinal || bracket ? (struct opener){ STYLE_NONE, 0 } : word_opener(s);
    const char *p = s.p;
    bool digit = !is_han(utf8_next(&p, str_end(s)));
    struct str rest = str_sub(s, used, s.n);
    enum style style =
        ordinal ? (eat_any(&rest, commas) ? STYLE_ORDINAL : STYLE_NONE) : style_behind(rest, digit, bracket);
    return (struct opener){ style, (unsigned)value };
}

/* Bytes of what an opener may stand behind, at the start of s; 0 when it is none. */
static size_t border(struct str s)
{
    static const struct str marks[] = { { "\n", 1 }, { "：", 3 }, { "；", 3 }, { "。", 3 },
                                        { ":", 1 },  { ";", 1 },  { "】", 3 } };
    return str_starts_any(s, marks, sizeof marks / sizeof *marks);
}

/* The first place for an opener at or behind from, blanks stepped over; SIZE_MAX at the end. */
static size_t next_place(struct str text, size_t from)
{
    for (size_t n; from < text.n; from++) {
        if ((n = border(str_sub(text, from, text.n))) == 0)
            continue;
        struct str rest = str_sub(text, from + n, text.n), trimmed = str_trim(rest);
        return trimmed.n > 0 ? (size_t)(trimmed.p - text.p) : SIZE_MAX;
    }
    return SIZE_MAX;
}

/* Is o the next item of this style, after so many? */
static bool continues(struct opener o, enum style style, size_t n)
{
    bool any = o.number == 0 && (n > 0 || o.style == STYLE_BULLET);
    return o.style != STYLE_NONE && (style == STYLE_NONE || o.style == style) && (any || o.number == n + 1);
}

size_t section_measures(struct arena *arena, struct str body, const struct section *section,
                        struct numbered **out)
{
    struct str text = str_sub(body, section->from, section->to);
    enum style style = STYLE_NONE;
    vec_of(struct numbered) found;
    vec_init(&found, arena);
    for (size_t at = next_place(text, 0); at != SIZE_MAX; at = next_place(text, at)) {
        struct opener o = opener_at(str_sub(text, at, text.n));
        if (!continues(o, style, found.n))
            continue;
        style = o.style;
        if (found.n > 0)
            found.at[found.n - 1].to = section->from + (uint32_t)at;
        vec_push(&found, (struct numbered){ section->from + (uint32_t)at, section->to });
    }
    *out = found.at;
    return found.n;
}
