/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Which lines open a section, and which section. A heading is
 *
 *   一、基本情况        a Chinese numeral and a short line with one of the words below,
 *   建议：……            one of them as a short name before a colon,
 *   为此，提出以下建议： any short line with one that ends in a colon, or
 *   存在的问题          a very short line that ends with one, or
 *   【问题】……          one of them in such brackets.
 *
 * Of several words in a line the last one counts (问题的原因及对策 → 对策). Numbered
 * headings without such a word end a section that a numbered one opened (三、结语),
 * not one opened by 建议：, whose 一、 二、 are its items. A reply goes on to the end,
 * whatever its headings: it answers in the same form as the proposal asked.
 */
#include "document/builder.h"

#include <assert.h>

enum {
    NUMBERED_BYTES = 75,
    COLON_BYTES = 90,
    NAME_BYTES = 12,
    LEADING_BYTES = 60,
    BARE_BYTES = 24
};

static const char *const names[] = { "", "情况", "分析", "建议", "答复" };

static const struct {
    struct str word;
    enum section_kind kind;
} words[] = {
    { { "情况说明", 12 }, SECTION_SITUATION }, { { "理由", 6 }, SECTION_ANALYSIS },
    { { "情况", 6 }, SECTION_SITUATION },      { { "背景", 6 }, SECTION_SITUATION },
    { { "现状", 6 }, SECTION_SITUATION },      { { "事由", 6 }, SECTION_SITUATION },
    { { "分析", 6 }, SECTION_ANALYSIS },       { { "问题", 6 }, SECTION_ANALYSIS },
    { { "原因", 6 }, SECTION_ANALYSIS },       { { "不足", 6 }, SECTION_ANALYSIS },
    { { "困难", 6 }, SECTION_ANALYSIS },       { { "短板", 6 }, SECTION_ANALYSIS },
    { { "建议", 6 }, SECTION_SUGGESTION },     { { "对策", 6 }, SECTION_SUGGESTION },
    { { "措施", 6 }, SECTION_SUGGESTION },     { { "办法", 6 }, SECTION_SUGGESTION },
    { { "举措", 6 }, SECTION_SUGGESTION },     { { "答复", 6 }, SECTION_REPLY },
};
enum {
    WORDS = sizeof words / sizeof *words
};

const char *section_name(enum section_kind kind)
{
    return kind <= SECTION_REPLY ? names[kind] : "";
}

enum section_kind section_of_name(struct str name)
{
    static const struct {
        struct str name;
        enum section_kind kind;
    } english[] = {
        { { "situation", 9 }, SECTION_SITUATION }, { { "analysis", 8 }, SECTION_ANALYSIS },
        { { "problem", 7 }, SECTION_ANALYSIS },    { { "suggestion", 10 }, SECTION_SUGGESTION },
        { { "reply", 5 }, SECTION_REPLY },
    };
    for (size_t i = 0; i < sizeof english / sizeof *english; i++)
        if (str_eq(name, english[i].name))
            return english[i].kind;
    for (size_t i = 0; i < WORDS; i++)
        if (str_eq(name, words[i].word))
            return words[i].kind;
    return SECTION_NONE;
}

/* ---- headings ---------------------------------------------------------------- */

static bool starts_character(char c)
{
    return ((unsigned char)c & 0xC0) == 0xC0;
}

/* Kind of the last of the words in s; *end: where it ends. */
static enum section_kind last_word(struct str s, size_t *end)
{
    for (size_t i = s.n < 6 ? 0 : s.n - 5; i-- > 0;)
        for (size_t w = 0; starts_character(s.p[i]) && w < WORDS; w++)
            if (str_starts(str_sub(s, i, s.n), words[w].word)) {
                *end = i + words[w].word.n;
                return words[w].kind;
            }
    return SECTION_NONE;
}

static struct str bare(struct str line)
{
    static const struct str marks[] = { { "#", 1 }, { "*", 1 }, { "【", 3 }, { "】", 3 }, { "　", 3 } };
    line = str_trim(line);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        while (str_starts(line, marks[i]))
            line = str_trim(str_sub(line, marks[i].n, line.n));
        while (str_ends(line, marks[i]))
            line = str_trim(str_sub(line, 0, line.n - marks[i].n));
    }
    return line;
}

/* Bytes of "一、" at the start and its number, 0 when there is none. */
static size_t numeral(struct str line, unsigned *number)
{
    static const char digits[] = "一二三四五六七八九十";
    *number = 0;
    size_t used = 0;
    uint64_t value = 0;
    if (line.n < 6 || !strstr(digits, (char[]){ line.p[0], line.p[1], line.p[2], '\0' }))
        return 0;
    if (!number_at(line, &value, &used) || value == 0 || value > 99)
        return 0;
    struct str rest = str_sub(line, used, line.n);
    size_t mark = str_starts(rest, STR("、")) || str_starts(rest, STR("．")) ? 3
                  : str_starts(rest, STR("."))                               ? 1
                                                                             : 0;
    *number = mark > 0 ? (unsigned)value : 0;
    return mark > 0 ? used + mark : 0;
}

static size_t colon_at(struct str s, size_t *length)
{
    for (size_t i = 0; i < s.n; i++) {
        *length = colon_length(str_sub(s, i, s.n));
        if (*length > 0)
            return i;
    }
    return SIZE_MAX;
}

/* 为此，我们建议： may be followed by the measures in the same line; 专家建议： says what others think. */
static bool leads_over(struct str s)
{
    static const struct str starts[] = { { "为此", 6 }, { "对此", 6 }, { "因此", 6 }, { "鉴于", 6 },
                                         { "综上", 6 }, { "据此", 6 }, { "特", 3 },   { "现", 3 },
                                         { "故", 3 },   { "我们", 6 }, { "本人", 6 }, { "针对", 6 } };
    return str_starts_any(s, starts, sizeof starts / sizeof *starts) > 0;
}

/* 答复（主办）： */
static struct str without_note(struct str s)
{
    size_t open = str_find(s, STR("（"), 0);
    return open != SIZE_MAX && open > 0 && str_ends(s, STR("）")) ? str_sub(s, 0, open) : s;
}

static enum section_kind kind_of_named(struct str line)
{
    size_t length = 0, end = 0;
    size_t reach = line.n < COLON_BYTES + 3 ? line.n : COLON_BYTES + 3;
    size_t colon = colon_at(str_sub(line, 0, reach), &length);
    if (colon == SIZE_MAX)
        return SECTION_NONE;
    bool last = colon + length == line.n;
    struct str name = without_note(str_sub(line, 0, colon));
    if (!last && name.n > NAME_BYTES && !(name.n <= LEADING_BYTES && leads_over(name)))
        return SECTION_NONE;
    enum section_kind kind = last_word(name, &end);
    bool closing = end == name.n || (last && kind == SECTION_SUGGESTION); /* 建议如下： */
    return closing ? kind : SECTION_NONE;
}

static enum section_kind kind_of_bare(struct str line)
{
    size_t end = 0;
    if (line.n > BARE_BYTES || str_starts(line, STR("关于")))
        return SECTION_NONE;
    enum section_kind kind = last_word(line, &end);
    return end == line.n ? kind : SECTION_NONE;
}

enum {
    LOOK_BYTES = 200 /* more of a line decides nothing */
};

/* True for a heading of a kind, and for a numbered short line of none (kind SECTION_NONE). */
bool section_heading(struct str line, struct heading_line *out)
{
    size_t end;
    char room[LOOK_BYTES];
    size_t close = str_starts(line, STR("【")) ? str_find(line, STR("】"), 0) : SIZE_MAX;
    if (close != SIZE_MAX && close <= BARE_BYTES) /* 【情况】the text in the same line */
        line = str_sub(line, 0, close);
    line = bare(line);
    line = text_simplified(str_sub(line, 0, line.n < LOOK_BYTES ? line.n : LOOK_BYTES), room);
    *out = (struct heading_line){ .kind = SECTION_NONE };
    if (line.n == 0)
        return false;
    size_t used = numeral(line, &out->number);
    struct str rest = str_sub(line, used, line.n);
    if (used > 0 && rest.n <= NUMBERED_BYTES) {
        out->kind = last_word(rest, &end);
        return true;
    }
    out->kind = kind_of_named(rest);
    out->bare = out->kind == SECTION_NONE && used == 0;
    if (out->bare)
        out->kind = kind_of_bare(rest);
    return out->kind != SECTION_NONE;
}

/* ---- sections ----------------------------------------------------------------- */

void sections_close(struct sections *s, size_t end)
{
    if (s->n > 0 && s->at[s->n - 1].to == 0)
        s->at[s->n - 1].to = (uint32_t)end;
}

void sections_open(struct sections *s, const struct heading_line *heading, size_t from)
{
    struct section *last = s->n > 0 && s->at[s->n - 1].to == 0 ? &s->at[s->n - 1] : NULL;
    if (last && (last->kind == SECTION_REPLY || last->kind == heading->kind))
        return;
    assert(s->n == 0 || from >= s->at[s->n - 1].from);
    sections_close(s, from);
    if (heading->kind != SECTION_NONE)
        vec_push(s, (struct section){ heading->kind, (uint32_t)from, 0 });
}
