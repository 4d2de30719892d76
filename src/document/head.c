/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * How the names of fields stand in a form:
 *
 *   案由：…   【案由】…   〈案由〉…   **案由：** …   案　由 ∶ …     a name and its colon
 *   案号：12　　届次：十四届二次 | 类别：…                        several in a line
 *   案号<TAB>12    | 案号 | 12 |                                  cells of a table
 *
 * Which names there are is share/fields.conf; OCR and typewriters have colons and
 * bars of their own.
 */
#include "document/head.h"

enum {
    NAME_BYTES = 48,
    LABEL_CHARACTERS = 8
};

/* ---- marks around ------------------------------------------------------------- */

static const struct pair {
    struct str open, close;
} brackets[] = {
    { { "【", 3 }, { "】", 3 } }, { { "〈", 3 }, { "〉", 3 } }, { { "［", 3 }, { "］", 3 } },
    { { "[", 1 }, { "]", 1 } },   { { "〔", 3 }, { "〕", 3 } }, { { "＜", 3 }, { "＞", 3 } },
    { { "（", 3 }, { "）", 3 } }, { { "(", 1 }, { ")", 1 } },
};
enum {
    BRACKETS = sizeof brackets / sizeof *brackets,
    ROUND = BRACKETS - 2 /* from here on: around a line, never around a name alone */
};

static struct str without_outer(struct str s, struct str open, struct str close)
{
    while (open.n > 0 && str_starts(s, open))
        s = str_trim(str_sub(s, open.n, s.n));
    while (close.n > 0 && str_ends(s, close))
        s = str_trim(str_sub(s, 0, s.n - close.n));
    return s;
}

struct str without_marks(struct str s)
{
    static const struct str marks[] = { { "*", 1 }, { "#", 1 }, { "-", 1 }, { "|", 1 }, { "｜", 3 } };
    s = str_trim(s);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        s = without_outer(s, marks[i], marks[i]);
    for (size_t i = 0; i < BRACKETS; i++)
        if (str_starts(s, brackets[i].open) && str_ends(s, brackets[i].close))
            s = without_outer(s, brackets[i].open, brackets[i].close);
    return s;
}

/* ---- one name -------------------------------------------------------------------- */

static struct str opening_marks_off(struct str s)
{
    static const struct str marks[] = { { "*", 1 }, { "#", 1 }, { "-", 1 }, { "|", 1 }, { "｜", 3 } };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        s = without_outer(s, marks[i], STR_NONE);
    return s;
}

/* The bracket that opens s and is no part of a longer name, or NULL. */
static const struct pair *bracket_at(struct str s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_starts(s, brackets[i].open))
            return &brackets[i];
    return NULL;
}

/* Where the name that begins s ends, and how long what ends it is; SIZE_MAX when nothing does. */
static size_t name_end(struct str s, const struct pair *bracket, size_t *length)
{
    size_t reach = s.n < NAME_BYTES ? s.n : NAME_BYTES;
    for (size_t i = 1; i < reach; i++) {
        struct str after = str_sub(s, i, s.n);
        *length = after.p[0] == '\t' ? 1 : colon_length(after);
        if (*length == 0 && bracket && str_starts(after, bracket->close))
            *length = bracket->close.n;
        if (*length > 0)
            return i;
    }
    return SIZE_MAX;
}

static bool is_mark(struct str key)
{
    return str_eq(key, STR("key")) || str_eq(key, STR("excellent"));
}

bool field_at(const struct builder *builder, struct str s, struct str *key, struct str *rest)
{
    size_t length;
    s = opening_marks_off(s);
    const struct pair *bracket = bracket_at(s, ROUND);
    if (!bracket && bracket_at(s, BRACKETS)) /* （提案人：甲） */
        s = without_marks(s);
    size_t open = bracket ? bracket->open.n : 0;
    size_t end = name_end(s, bracket, &length);
    if (end == SIZE_MAX || end < open)
        return false;
    *key = table_field(builder, without_marks(str_sub(s, open, end)));
    if (bracket && colon_length(str_sub(s, end, s.n)) == 0 && is_mark(*key)) /* [优秀提案]关于…… */
        *key = STR_NONE;
    *rest = str_sub(s, end + length, s.n);
    size_t colon = colon_length(*rest); /* 【案由】： */
    *rest = str_sub(*rest, colon, rest->n);
    return key->n > 0;
}

struct str name_alone(const struct builder *builder, struct str line)
{
    line = without_marks(line);
    return line.n <= NAME_BYTES ? table_field(builder, line) : STR_NONE;
}

size_t label_length(struct str s)
{
    const char *p = s.p, *end = str_end(s);
    for (int i = 0; p < end && i <= LABEL_CHARACTERS; i++) {
        size_t colon = colon_length(str_sub(s, (size_t)(p - s.p), s.n));
        if (colon > 0)
            return i >= 1 ? (size_t)(p - s.p) + colon : 0;
        if (!is_han(utf8_next(&p, end)))
            return 0;
    }
    return 0;
}

/* ---- several in a line -------------------------------------------------------------- */

static bool is_blank_before(struct str s, size_t i)
{
    return s.p[i - 1] == ' ' || s.p[i - 1] == '\t' || s.p[i - 1] == '|' ||
           (i >= 3 && (memcmp(s.p + i - 3, "　", 3) == 0 || memcmp(s.p + i - 3, "｜", 3) == 0));
}

size_t next_field(const struct builder *builder, struct str value, bool known)
{
    struct str key, rest;
    for (size_t i = 1; i < value.n; i++) {
        struct str tail = str_sub(value, i, value.n);
        if (!is_blank_before(value, i) || tail.p[0] == ' ' || tail.p[0] == '\t')
            continue;
        if (field_at(builder, tail, &key, &rest) || (!known && label_length(tail) > 0))
            return i;
    }
    return value.n;
}

/* ---- rows ------------------------------------------------------------------------------ */

static size_t bar_at(struct str s)
{
    return str_starts(s, STR("|")) ? 1 : str_starts(s, STR("｜")) ? 3 : s.p[0] == '\t' ? 1 : 0;
}

void cells_of(struct arena *arena, struct str line, struct cells *out)
{
    size_t from = 0;
    vec_init(out, arena);
    line = without_outer(without_outer(line, STR("|"), STR("|")), STR("｜"), STR("｜"));
    for (size_t i = 0; i <= line.n; i++) {
        size_t bar = i < line.n ? bar_at(str_sub(line, i, line.n)) : 1;
        if (bar == 0)
            continue;
        vec_push(out, str_trim(str_sub(line, from, i)));
        from = i + bar;
        i = from - 1;
    }
}
