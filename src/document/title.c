/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a document is called when no 案由 says it: the first line that looks like
 * a title (not the 下载 and 打印 of a saved web page, not the meeting and the number
 * above it), joined with the next when it was wrapped or has a second half behind
 * a dash, else the first clause.
 */
#include "document/head.h"

enum {
    PARAGRAPH_BYTES = 180, /* no title is longer */
    TITLE_BYTES = 180,
    TITLE_LINES = 12,
    CLAUSE_CHARACTERS = 40
};

bool is_proposal_title(struct str s)
{
    char room[TITLE_BYTES];
    static const struct str words[] = { { "提案", 6 }, { "建议", 6 }, { "议案", 6 }, { "建议案", 9 } };
    s = s.n <= TITLE_BYTES ? text_simplified(s, room) : s;
    return str_ends_any(s, words, sizeof words / sizeof *words);
}

static struct str without_stars(struct str title)
{
    static const struct str stars[] = { { "★", 3 }, { "☆", 3 }, { "*", 1 } };
    for (size_t i = 0; i < sizeof stars / sizeof *stars; i++)
        while (str_ends(title, stars[i]))
            title = str_trim(str_sub(title, 0, title.n - stars[i].n));
    return title;
}

bool ends_a_title(struct str s)
{
    char room[TITLE_BYTES];
    static const struct str words[] = { { "报告", 6 }, { "意见", 6 }, { "通知", 6 }, { "方案", 6 },
                                        { "办法", 6 }, { "决定", 6 }, { "规划", 6 }, { "批复", 6 },
                                        { "答复", 6 }, { "函", 3 },   { "讲话", 6 } };
    s = without_stars(s);
    s = s.n <= TITLE_BYTES ? text_simplified(s, room) : s;
    return is_proposal_title(s) || str_ends_any(s, words, sizeof words / sizeof *words);
}

/* ---- marks beside it ------------------------------------------------------------- */

static const struct {
    struct str mark, key;
} marks[] = {
    { { "重点提案", 12 }, { "key", 3 } },
    { { "重點提案", 12 }, { "key", 3 } },
    { { "优秀提案", 12 }, { "excellent", 9 } },
    { { "優秀提案", 12 }, { "excellent", 9 } },
};

/* Bytes of "[优秀提案]" at the start of s (or its end), 0 when there is none. */
static size_t mark_of(struct str s, bool at_end, struct str *key)
{
    static const struct str open[] = { { "[", 1 }, { "【", 3 }, { "（", 3 }, { "(", 1 }, { "〔", 3 } };
    static const struct str close[] = { { "]", 1 }, { "】", 3 }, { "）", 3 }, { ")", 1 }, { "〕", 3 } };
    for (size_t b = 0; b < sizeof open / sizeof *open; b++)
        for (size_t m = 0; m < sizeof marks / sizeof *marks; m++) {
            size_t n = open[b].n + marks[m].mark.n + close[b].n;
            struct str part = s.n < n ? STR_NONE : at_end ? str_sub(s, s.n - n, s.n) : str_sub(s, 0, n);
            if (part.n == 0 || !str_starts(part, open[b]) || !str_ends(part, close[b]) ||
                !str_eq(str_sub(part, open[b].n, n - close[b].n), marks[m].mark))
                continue;
            *key = marks[m].key;
            return n;
        }
    return 0;
}

struct str bare_title(struct str title, title_mark *mark, void *self)
{
    struct str key;
    size_t n;
    title = without_stars(title);
    while ((n = mark_of(title, false, &key)) > 0) {
        title = str_trim(str_sub(title, n, title.n));
        mark(self, key);
    }
    while ((n = mark_of(title, true, &key)) > 0) {
        title = str_trim(str_sub(title, 0, title.n - n));
        mark(self, key);
    }
    bool quoted = str_starts(title, STR("《")) && str_find(title, STR("》"), 0) == title.n - 3;
    return quoted && title.n > 6 ? str_trim(str_sub(title, 3, title.n - 3)) : title;
}

/* ---- guessing ----------------------------------------------------------------------- */

static bool looks_like_title(struct str line)
{
    static const struct str stops[] = { { "。", 3 }, { "；", 3 }, { "，", 3 }, { "：", 3 },
                                        { ";", 1 },  { ",", 1 },  { ":", 1 },  { "、", 3 } };
    return line.n >= 12 && line.n <= TITLE_BYTES &&
           !str_ends_any(line, stops, sizeof stops / sizeof *stops) && !str_has(line, STR("。"));
}

static bool is_about(struct str s)
{
    return str_has(s, STR("关于")) || str_has(s, STR("關於"));
}

/* A title that has no last word yet (…工作报告, …的提案) goes on in the next line, when it is about
 * something; ——关于…的提案 is its second half. */
static struct str joined_title(struct arena *arena, struct str first, struct str rest)
{
    struct str next;
    if (!str_line(&rest, &next))
        return first;
    next = str_trim(next);
    bool half = str_starts(next, STR("——")) && is_about(next) && looks_like_title(next);
    bool wrapped = !ends_a_title(first) &&
                   (is_about(first) || str_starts(next, STR("关于")) || str_starts(next, STR("關於"))) &&
                   next.n <= TITLE_BYTES && ends_a_title(next) && !str_has(next, STR("："));
    return half || wrapped ? str_of(arena_printf(arena, "%.*s%.*s", STR_ARG(first), STR_ARG(next))) : first;
}

/* Up to the first mark, 40 characters at most. */
static struct str first_clause(struct str line)
{
    const char *p = line.p, *end = str_end(line);
    for (size_t i = 0; i < CLAUSE_CHARACTERS && p < end; i++) {
        const char *at = p;
        uint32_t c = utf8_next(&p, end);
        if (c == 0x3002 || c == 0xFF1B || c == '\n' || (c == 0xFF0C && i >= 8))
            return str_sub(line, 0, (size_t)(at - line.p));
    }
    return str_sub(line, 0, (size_t)(p - line.p));
}

/* A meeting, a number, a mark: lines that stand above a title. */
static bool stands_above(struct str plain)
{
    bool meeting =
        session_in(plain).n > 0 && !is_about(plain) &&
        (str_ends(plain, STR("会议")) || str_ends(plain, STR("提案")) || str_ends(plain, STR("号")));
    bool number = plain.n <= 60 && str_ends(plain, STR("号")) &&
                  (number_in(plain).n > 0 || file_number_in(plain).n > 0);
    struct str serial = number_in(plain);
    bool named = serial.n > 0 && !is_about(plain) && str_ends(plain, STR("提案"));
    bool mark = str_eq(plain, STR("重点提案")) || str_eq(plain, STR("优秀提案")) ||
                str_eq(plain, STR("一号提案")) || str_eq(plain, STR("1号提案"));
    return meeting || number || named || mark || str_starts(plain, STR("中国人民政治协商会议"));
}

struct str guessed_title(const struct builder *builder, struct arena *arena, struct str body)
{
    struct str rest = body, line, key, value, first = STR_NONE;
    for (size_t i = 0; i < TITLE_LINES && str_line(&rest, &line); i++) {
        struct heading_line heading;
        line = str_trim(line);
        if (line.n == 0 || field_at(builder, line, &key, &value))
            continue;
        struct str plain = without_marks(line);
        char room[TITLE_BYTES];
        if (plain.n <= TITLE_BYTES && stands_above(text_simplified(plain, room)))
            continue;
        bool section = section_heading(line, &heading) && heading.number > 0;
        if (looks_like_title(plain) && !section)
            return joined_title(arena, plain, rest);
        if (first.n < 12)
            first = plain;
        if (line.n > PARAGRAPH_BYTES)
            break;
    }
    return first_clause(first);
}
