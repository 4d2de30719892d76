/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the lines of one document say: in one pass over them,
 *
 *   案由：关于……的提案      head lines: a name of share/fields.conf and a colon;
 *   案号：12  届次：十四届二次   several may stand in a line, a value may follow in
 *   一、情况                 the next line;
 *   ……                      section headings (section.c) end the head;
 *   答复：……
 *   办理结果：A类            further down only the handling's own names are fields,
 *                           and only with short values: prose has colons too.
 *
 * A form's cells are parted by tabs, which count as colons. Above the head there
 * may be lines without a name: 政协某市十四届二次会议, 第0123号. They are the session
 * and the number.
 *
 * The title is the 案由, else the first line that looks like one (not the 下载 and
 * 打印 of a saved web page), joined with the next when it was wrapped, else the
 * first clause. Nothing is taken out of the text.
 */
#include "document/builder.h"

enum {
    NAME_BYTES = 48,
    HEAD_LINES = 40,
    PARAGRAPH_BYTES = 180, /* a longer line that is no field ends the head */
    LATE_BYTES = 120,
    TITLE_BYTES = 180,
    TITLE_LINES = 12,
    CLAUSE_CHARACTERS = 40,
    BARE_BYTES = 120,
    BARE_LINES = 8,
};

struct parser {
    const struct builder *builder;
    struct arena *arena;
    struct parsed *out;
    struct str body;
    struct str pending; /* key of a head line without a value */
    size_t lines;
    bool in_head;
    unsigned numbered; /* number of the heading that opened the section, 0: it had none */
};

/* ---- head lines ---------------------------------------------------------------- */

static bool is_one_of(struct str s, const struct str *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(s, list[i]))
            return true;
    return false;
}

/* Parts of the text, not facts about it: never fields when they are read from the text. */
static bool is_part(struct str key)
{
    static const struct str parts[] = { { "body", 4 },  { "problem", 7 },    { "suggestion", 10 },
                                        { "reply", 5 }, { "id", 2 },         { "seq", 3 },
                                        { "note", 4 },  { "attachment", 10 } };
    return is_one_of(key, parts, sizeof parts / sizeof *parts);
}

static bool is_late(struct str key)
{
    static const struct str late[] = {
        { "outcome", 7 },      { "satisfaction", 12 }, { "reply_date", 10 },    { "lead_unit", 9 },
        { "joint_unit", 10 },  { "state", 5 },         { "later_outcome", 13 }, { "review", 6 },
        { "merged_with", 11 }, { "public", 6 },        { "public_reason", 13 },
    };
    return is_one_of(key, late, sizeof late / sizeof *late);
}

static struct str without_marks(struct str name)
{
    static const struct str marks[] = { { "【", 3 }, { "】", 3 }, { "*", 1 },
                                        { "#", 1 },  { "-", 1 },  { "|", 1 } };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        while (str_starts(name, marks[i]))
            name = str_trim(str_sub(name, marks[i].n, name.n));
        while (str_ends(name, marks[i]))
            name = str_trim(str_sub(name, 0, name.n - marks[i].n));
    }
    return name;
}

/* "name：rest" or "【name】rest" with a known name at the start of s. */
static bool field_at(const struct builder *builder, struct str s, struct str *key, struct str *rest)
{
    size_t reach = s.n < NAME_BYTES ? s.n : NAME_BYTES;
    bool in_brackets = str_starts(s, STR("【"));
    for (size_t i = 1; i < reach; i++) {
        struct str after = str_sub(s, i, s.n);
        size_t n = after.p[0] == '\t' ? 1 : colon_length(after);
        bool bracket = n == 0 && in_brackets && str_starts(after, STR("】"));
        if (n == 0 && !bracket)
            continue;
        *key = table_field(builder, without_marks(str_sub(s, 0, i)));
        *rest = str_sub(after, bracket ? 3 : n, after.n);
        n = colon_length(*rest);
        *rest = str_sub(*rest, n, rest->n);
        return key->n > 0;
    }
    return false;
}

static bool is_blank(const char *p)
{
    return *p == ' ' || *p == '\t';
}

/* Where in value another "name：" starts behind a blank, or value.n. */
static size_t next_field(const struct builder *builder, struct str value)
{
    struct str key, rest;
    for (size_t i = 1; i < value.n; i++) {
        bool wide = i >= 3 && memcmp(value.p + i - 3, "　", 3) == 0;
        if (!wide && !is_blank(value.p + i - 1))
            continue;
        struct str tail = str_sub(value, i, value.n);
        if (tail.n > 0 && !is_blank(tail.p) && field_at(builder, tail, &key, &rest))
            return i;
    }
    return value.n;
}

static void add_field(struct parser *p, struct str key, struct str value)
{
    if (value.n == 0 || is_part(key))
        return;
    if (str_eq(key, STR("title"))) {
        if (!p->out->named)
            p->out->title = value;
        p->out->named = true;
        return;
    }
    vec_push(&p->out->fields, (struct field){ key, value, ORIGIN_PARSED });
}

/* "**提案者：** 甲" is Markdown. */
static struct str without_stars(struct str value)
{
    value = str_trim(value);
    while (str_starts(value, STR("*")))
        value = str_trim(str_sub(value, 1, value.n));
    while (str_ends(value, STR("*")))
        value = str_trim(str_sub(value, 0, value.n - 1));
    return value;
}

/* All "name：value" of a head line. True when there is at least one. */
static bool head_line(struct parser *p, struct str line)
{
    struct str key, value;
    bool any = false;
    while (field_at(p->builder, line, &key, &value)) {
        size_t end = value.n <= PARAGRAPH_BYTES ? next_field(p->builder, value) : value.n;
        struct str mine = without_stars(str_sub(value, 0, end));
        p->pending = mine.n == 0 && end == value.n ? key : STR_NONE;
        add_field(p, key, mine);
        line = str_sub(value, end, value.n);
        any = true;
    }
    return any;
}

static bool late_line(struct parser *p, struct str line)
{
    struct str key, value;
    if (line.n > LATE_BYTES || !field_at(p->builder, line, &key, &value) || !is_late(key))
        return false;
    add_field(p, key, str_trim(value));
    return true;
}

/* ---- head lines without a name ------------------------------------------------- */

static bool has_parsed(const struct parser *p, struct str key)
{
    for (size_t i = 0; i < p->out->fields.n; i++)
        if (str_eq(p->out->fields.at[i].name, key))
            return true;
    return false;
}

/* The 第0123号 of a line. */
static struct str bare_number(struct str line)
{
    uint64_t value;
    size_t used;
    for (size_t at = str_find(line, STR("第"), 0); at != SIZE_MAX; at = str_find(line, STR("第"), at + 3)) {
        struct str rest = str_sub(line, at + 3, line.n), inside = str_trim(rest);
        if (!number_at(inside, &value, &used) || value == 0)
            continue;
        size_t end = (size_t)(inside.p - line.p) + used;
        struct str behind = str_trim(str_sub(line, end, line.n));
        if (str_starts(behind, STR("号")))
            return str_sub(line, at, (size_t)(behind.p - line.p) + 3);
    }
    return STR_NONE;
}

/* The 十四届二次会议 of a line. */
static struct str bare_session(struct str line)
{
    unsigned term, meeting;
    for (size_t at = 0; at < line.n; at++) {
        struct str rest = str_sub(line, at, line.n);
        if (((unsigned char)line.p[at] & 0xC0) == 0x80 || !session_at(rest, &term, &meeting) || meeting == 0)
            continue;
        size_t end = str_find(rest, STR("会议"), 0), times = str_find(rest, STR("次"), 0);
        end = end != SIZE_MAX ? end + 6 : times != SIZE_MAX ? times + 3 : rest.n;
        return str_sub(rest, 0, end);
    }
    return STR_NONE;
}

static void bare_line(struct parser *p, struct str line)
{
    char room[BARE_BYTES];
    if (line.n > BARE_BYTES || p->lines > BARE_LINES)
        return;
    struct str plain = text_simplified(line, room);
    if (str_has(plain, STR("关于")) || str_has(plain, STR("。")) ||
        !(str_has(plain, STR("提案")) || str_has(plain, STR("政协")) || str_has(plain, STR("号"))))
        return;
    struct str number = bare_number(plain),
               session = str_has(plain, STR("届")) ? bare_session(plain) : STR_NONE;
    if (number.n > 0 && !has_parsed(p, STR("number")))
        add_field(p, STR("number"),
                  str_sub(line, (size_t)(number.p - plain.p), (size_t)(number.p - plain.p) + number.n));
    if (session.n > 0 && !has_parsed(p, STR("session")))
        add_field(p, STR("session"),
                  str_sub(line, (size_t)(session.p - plain.p), (size_t)(session.p - plain.p) + session.n));
}

/* ---- sections ------------------------------------------------------------------- */

/* A known field is no heading, though 立案情况： ends with 情况; 建议： and 答复： are parts, thus headings.
 */
static bool is_heading(struct parser *p, struct str line, struct heading_line *heading)
{
    struct str key, value;
    if (!section_heading(line, heading))
        return false;
    return heading->number > 0 || !field_at(p->builder, line, &key, &value) || is_part(key);
}

static void open_section(struct parser *p, const struct heading_line *heading, size_t at)
{
    if (heading->kind == SECTION_NONE && (p->numbered == 0 || heading->number != p->numbered + 1))
        return;
    if (heading->kind != SECTION_NONE || heading->number > 0)
        p->numbered = heading->number;
    sections_open(&p->out->sections, heading, at);
}

/* ---- title ---------------------------------------------------------------------- */

static bool ends_with_any(struct str s, const struct str *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_ends(s, list[i]))
            return true;
    return false;
}

static bool ends_a_title(struct str s)
{
    char room[TITLE_BYTES];
    static const struct str words[] = { { "提案", 6 }, { "建议", 6 }, { "报告", 6 }, { "意见", 6 },
                                        { "通知", 6 }, { "方案", 6 }, { "办法", 6 }, { "决定", 6 },
                                        { "规划", 6 }, { "批复", 6 }, { "答复", 6 }, { "函", 3 },
                                        { "议案", 6 } };
    s = s.n <= TITLE_BYTES ? text_simplified(s, room) : s;
    return ends_with_any(s, words, sizeof words / sizeof *words);
}

static bool looks_like_title(struct str line)
{
    static const struct str stops[] = { { "。", 3 }, { "；", 3 }, { "，", 3 }, { "：", 3 },
                                        { ";", 1 },  { ",", 1 },  { ":", 1 },  { "、", 3 } };
    return line.n >= 12 && line.n <= TITLE_BYTES &&
           !ends_with_any(line, stops, sizeof stops / sizeof *stops) && !str_has(line, STR("。"));
}

/* A title that has no last word yet (…工作报告, …的提案) goes on in the next line, when it is about
 * something. */
static struct str joined_title(struct arena *arena, struct str first, struct str rest)
{
    struct str next;
    if (ends_a_title(first) || !str_line(&rest, &next))
        return first;
    next = str_trim(next);
    bool about = str_has(first, STR("关于")) || str_starts(next, STR("关于")) ||
                 str_has(first, STR("關於")) || str_starts(next, STR("關於"));
    if (!about || next.n > TITLE_BYTES || !ends_a_title(next) || str_has(next, STR("：")))
        return first;
    return str_of(arena_printf(arena, "%.*s%.*s", STR_ARG(first), STR_ARG(next)));
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

static struct str guessed_title(const struct builder *builder, struct arena *arena, struct str body)
{
    struct str rest = body, line, key, value, first = STR_NONE;
    for (size_t i = 0; i < TITLE_LINES && str_line(&rest, &line); i++) {
        struct heading_line heading;
        line = str_trim(line);
        if (line.n == 0 || field_at(builder, line, &key, &value))
            continue;
        struct str plain = without_marks(line);
        bool section = section_heading(line, &heading) && heading.number > 0;
        bool meeting = str_ends(plain, STR("会议")) && bare_session(plain).n > 0; /* stands above a head */
        bool number = plain.n <= 24 && str_starts(plain, STR("第")) && str_ends(plain, STR("号"));
        if (number)
            continue;
        if (looks_like_title(plain) && !section && !meeting)
            return joined_title(arena, plain, rest);
        if (first.n < 12)
            first = plain;
        if (line.n > PARAGRAPH_BYTES)
            break;
    }
    return first_clause(first);
}

/* ---- the pass ------------------------------------------------------------------- */

static void parse_line(struct parser *p, struct str raw)
{
    struct heading_line heading;
    struct str line = str_trim(raw);
    if (line.n == 0)
        return;
    if (p->in_head && p->pending.n > 0 && !head_line(p, line)) {
        add_field(p, p->pending, line.n <= TITLE_BYTES ? line : STR_NONE);
        p->pending = STR_NONE;
        return;
    }
    bool first = p->lines++ == 0; /* a title may end with such a word too */
    if (is_heading(p, line, &heading) && !(first && heading.bare)) {
        p->in_head = p->in_head && heading.kind == SECTION_NONE;
        open_section(p, &heading, (size_t)(raw.p - p->body.p));
        return;
    }
    bool field = p->in_head ? head_line(p, line) : late_line(p, line);
    if (!field && p->in_head)
        bare_line(p, line);
    if (!field && (line.n > PARAGRAPH_BYTES || p->lines > HEAD_LINES))
        p->in_head = false;
}

void parse_text(const struct builder *builder, struct arena *arena, struct str body, struct parsed *out)
{
    struct parser p = { .builder = builder, .arena = arena, .out = out, .body = body, .in_head = true };
    struct str rest = body, line;
    *out = (struct parsed){ .title = STR_NONE };
    vec_init(&out->fields, arena);
    vec_init(&out->sections, arena);
    while (str_line(&rest, &line))
        parse_line(&p, line);
    sections_close(&out->sections, body.n);
    if (out->title.n == 0)
        out->title = guessed_title(builder, arena, body);
}
