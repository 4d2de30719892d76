/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the lines of one document say: in one pass over them,
 *
 *   案由：关于……的提案      the head: names of share/fields.conf and their values,
 *   案号：12  届次：十四届二次   several in a line, a value in the next line, rows of
 *   一、情况                 cells (head.c). Prose or a section heading ends it;
 *   ……                      section headings (section.c);
 *   办理结果：A类            further down only the handling's own names are fields,
 *   ……                      and only with values that fit (value.c): prose has
 *   提案人：甲               colons too. The last lines, when all of them are
 *   2024年1月9日             fields, names and dates, are read like a head again.
 *
 * Above the head there may be lines without a name: 政协某市十四届二次会议, 第0123号,
 * 澜政协提〔2023〕39号. They are the session and the number. The number in the title of
 * an answer (关于第0123号提案的答复) is not its own: it is the field "answers".
 *
 * The title is the 案由, else guessed (title.c). Nothing is taken out of the text.
 */
#include "document/head.h"

enum {
    HEAD_LINES = 40,
    PARAGRAPH_BYTES = 180, /* a longer line that is no field ends the head */
    CLOSING_BYTES = 150,   /* of a line of the last block */
    CLOSING_LINES = 24,
    SIGNER_BYTES = 75,
    BARE_BYTES = 150,
    BARE_LINES = 8,
};

struct parser {
    const struct builder *builder;
    struct arena *arena;
    struct parsed *out;
    struct str body;
    bool noisy;         /* there are blanks of OCR in the lines */
    size_t closing;     /* where the block of last lines starts */
    struct str pending; /* key of a name without a value */
    bool apart;         /* a blank line stands between them */
    struct cells names; /* of the row of names above */
    struct str meeting; /* 某市第十四届委员会, whose 第二次会议 is in the next line */
    struct str signer;  /* a body's name among the last lines */
    size_t lines;
    bool in_head, title_open;
    size_t continued;  /* the field that the line before ended with, + 1 */
    unsigned numbered; /* number of the heading that opened the section, 0: it had none */
};

/* ---- keys ------------------------------------------------------------------------ */

/* Parts of the text: what follows is no head any more. */
static bool is_part(struct str key)
{
    static const struct str parts[] = {
        { "body", 4 }, { "problem", 7 }, { "suggestion", 10 }, { "reply", 5 }
    };
    return str_is_any(key, parts, sizeof parts / sizeof *parts);
}

/* Never fields when they are read from the text. */
static bool is_ignored(struct str key)
{
    static const struct str ignored[] = { { "id", 2 }, { "seq", 3 }, { "note", 4 } };
    return is_part(key) || str_is_any(key, ignored, sizeof ignored / sizeof *ignored);
}

static bool is_late(struct str key)
{
    static const struct str late[] = {
        { "outcome", 7 },      { "satisfaction", 12 }, { "reply_date", 10 },    { "lead_unit", 9 },
        { "joint_unit", 10 },  { "state", 5 },         { "later_outcome", 13 }, { "review", 6 },
        { "merged_with", 11 }, { "public", 6 },        { "public_reason", 13 }, { "attachment", 10 },
    };
    return str_is_any(key, late, sizeof late / sizeof *late);
}

static bool is_flag(struct str key)
{
    return str_eq(key, STR("key")) || str_eq(key, STR("excellent"));
}

static bool are_units(struct str key)
{
    static const struct str units[] = {
        { "lead_unit", 9 }, { "joint_unit", 10 }, { "suggested_lead", 14 }, { "suggested_joint", 15 }
    };
    return str_is_any(key, units, sizeof units / sizeof *units);
}

/* Without the blanks of OCR. They stay in until names are found: they part names too. */
static struct str tidy(const struct parser *p, struct str s)
{
    struct skips skips;
    if (!p->noisy || s.n == 0)
        return s;
    text_repair(p->arena, s, &skips);
    return skips.n == 0 ? s : text_without(p->arena, s, &skips);
}

/* ---- adding ------------------------------------------------------------------------- */

static bool has_parsed(const struct parser *p, struct str key)
{
    for (size_t i = 0; i < p->out->fields.n; i++)
        if (str_eq(p->out->fields.at[i].name, key))
            return true;
    return false;
}

static void push_field(struct parser *p, struct str key, struct str value)
{
    vec_push(&p->out->fields, (struct field){ key, value, ORIGIN_PARSED });
}

static void add_mark(void *self, struct str key)
{
    struct parser *p = self;
    if (!has_parsed(p, key))
        push_field(p, key, STR("是"));
}

static void add_title(struct parser *p, struct str value)
{
    if (p->out->named)
        return;
    p->out->title = bare_title(value, add_mark, p);
    p->out->named = true;
    p->title_open = !ends_a_title(p->out->title);
}

static bool is_party(struct str s)
{
    static const struct str parties[] = { { "民革", 6 }, { "民盟", 6 },   { "民建", 6 }, { "民进", 6 },
                                          { "农工", 6 }, { "致公", 6 },   { "九三", 6 }, { "台盟", 6 },
                                          { "中共", 6 }, { "无党派", 9 }, { "群众", 6 } };
    return s.n <= 24 && str_starts_any(s, parties, sizeof parties / sizeof *parties) > 0;
}

/* 民盟 and 文化艺术界 of 桑若溪（民盟，文化艺术界）. */
static void add_belonging(struct parser *p, struct str s)
{
    char room[PARAGRAPH_BYTES];
    struct str plain = s.n <= sizeof room ? text_simplified(s, room) : s;
    if (str_ends(plain, STR("界")) && !has_parsed(p, STR("circle")))
        push_field(p, STR("circle"), s);
    else if (is_party(plain) && !has_parsed(p, STR("party")))
        push_field(p, STR("party"), s);
}

static size_t mark_length(struct str s)
{
    static const struct str marks[] = { { "，", 3 }, { "、", 3 }, { "；", 3 }, { ",", 1 },
                                        { " ", 1 },  { "　", 3 }, { "\t", 1 } };
    return str_starts_any(s, marks, sizeof marks / sizeof *marks);
}

static void add_belongings(struct parser *p, struct str list)
{
    size_t from = 0, n;
    for (size_t i = 0; i <= list.n; i++) {
        n = i < list.n ? mark_length(str_sub(list, i, list.n)) : 1;
        if (n == 0)
            continue;
        add_belonging(p, str_trim(str_sub(list, from, i)));
        from = i + n;
        i = from - 1;
    }
}

/* A circle behind a blank is cut off the name; what stands in brackets stays with it. */
static void add_proposer(struct parser *p, struct str value)
{
    size_t open = str_find(value, STR("（"), 0), length = 3;
    if (open == SIZE_MAX) {
        open = str_find(value, STR("("), 0);
        length = 1;
    }
    if (open != SIZE_MAX) {
        size_t close = str_find(value, length == 3 ? STR("）") : STR(")"), open);
        add_belongings(p, str_sub(value, open + length, close == SIZE_MAX ? value.n : close));
    }
    size_t blank = str_find(value, STR("　"), 0);
    if (blank == SIZE_MAX)
        blank = str_find(value, STR(" "), 0);
    struct str behind = blank == SIZE_MAX ? STR_NONE : str_trim(str_sub(value, blank, value.n));
    if (behind.n > 0 && str_ends(behind, STR("界"))) {
        add_belonging(p, behind);
        value = str_trim(str_sub(value, 0, blank));
    }
    push_field(p, STR("proposer"), value);
}

/* 提案类型：大会提案 says when, 提案类型：集体提案 who. */
static struct str key_meant(struct str key, struct str value)
{
    if (!str_eq(key, STR("category")))
        return key;
    if (str_has(value, STR("大会")) || str_has(value, STR("平时")) || str_has(value, STR("会间")) ||
        str_has(value, STR("会后")))
        return STR("period");
    bool who = str_has(value, STR("集体提案")) || str_has(value, STR("委员提案")) ||
               str_has(value, STR("个人提案")) || str_has(value, STR("联名提案"));
    return who ? STR("proposer_kind") : key;
}

/* False when that cannot be its value. */
static bool add_field(struct parser *p, struct str key, struct str raw, bool strict)
{
    struct str value = tidy(p, value_said(raw));
    if (is_flag(key) && value.n == 0 && str_trim(raw).n > 0)
        value = STR("否");
    if (value.n == 0 || is_ignored(key))
        return true;
    if (!value_fits(p->builder, key, value, strict))
        return false;
    key = key_meant(key, value);
    if (str_eq(key, STR("title")))
        add_title(p, value);
    else if (str_eq(key, STR("proposer")))
        add_proposer(p, value);
    else
        push_field(p, key, value);
    p->continued = str_eq(key, STR("title")) ? 0 : p->out->fields.n;
    return true;
}

/* ---- head lines ------------------------------------------------------------------------ */

/* Ends the head where the text begins: 内容：……. */
static void take_named(struct parser *p, struct str key, struct str value, bool last)
{
    p->pending = value.n == 0 && last && !is_ignored(key) ? key : STR_NONE;
    p->apart = false;
    if (is_part(key))
        p->in_head = false;
}

/* All "name：value" of a head line, names unknown to us stepped over. True when there is at least one. */
static bool head_line(struct parser *p, struct str line)
{
    struct str key, value;
    bool any = false;
    while (line.n > 0) {
        bool known = field_at(p->builder, line, &key, &value);
        if (!known && (!any || label_length(line) == 0))
            break;
        if (!known)
            value = line;
        bool is_title = known && str_eq(key, STR("title"));
        size_t end = value.n <= 2 * PARAGRAPH_BYTES ? next_field(p->builder, value, is_title) : value.n;
        struct str mine = str_trim(str_sub(value, 0, end));
        if (known && !add_field(p, key, mine, false))
            return any;
        if (known)
            take_named(p, key, mine, end == value.n);
        line = str_sub(value, end, value.n);
        any = true;
    }
    return any;
}

static bool late_line(struct parser *p, struct str line)
{
    struct str key, value;
    bool any = false;
    while (line.n > 0 && line.n <= CLOSING_BYTES && field_at(p->builder, line, &key, &value) &&
           is_late(key)) {
        size_t end = next_field(p->builder, value, true);
        struct str mine = str_trim(str_sub(value, 0, end));
        if (mine.n > 0 && (has_parsed(p, key) || !add_field(p, key, mine, true)))
            return any;
        line = str_sub(value, end, value.n);
        any = true;
    }
    return any;
}

/* A name that fills its line: a mark by itself, or the value comes in the next line. */
static bool lone_name(struct parser *p, struct str line)
{
    struct str key = name_alone(p->builder, line);
    if (key.n == 0)
        return false;
    if (is_flag(key))
        add_mark(p, key);
    take_named(p, key, STR_NONE, !is_flag(key));
    return true;
}

/* The value of the name in the line before, if this can be it. */
static bool pending_value(struct parser *p, struct str line)
{
    struct str key = p->pending;
    p->pending = STR_NONE;
    bool sentence = str_ends(line, STR("。")) && !str_eq(key, STR("title"));
    return !sentence && line.n <= PARAGRAPH_BYTES && add_field(p, key, line, p->apart);
}

/* 案由：关于……设施 / 长效机制的提案; 主办单位：市水务局 / 市生态环境局; 提案者：…、民建 / 澜川市委员会 */
static bool continuation(struct parser *p, struct str line)
{
    bool title = p->title_open;
    size_t at = p->continued;
    p->title_open = false;
    p->continued = 0;
    if (line.n > PARAGRAPH_BYTES || str_has(line, STR("：")) || str_has(line, STR("。")))
        return false;
    if (title && ends_a_title(line)) {
        p->out->title = str_of(arena_printf(p->arena, "%.*s%.*s", STR_ARG(p->out->title), STR_ARG(line)));
        return true;
    }
    struct field *field = at > 0 ? &p->out->fields.at[at - 1] : NULL;
    bool several = field && (are_units(field->name) ||
                             (str_eq(field->name, STR("proposer")) && str_has(field->value, STR("、"))));
    if (!several || line.n > SIGNER_BYTES || !looks_like_unit(line))
        return false;
    field->value = str_of(arena_printf(p->arena, "%.*s%s%.*s", STR_ARG(field->value),
                                       looks_like_unit(field->value) ? "、" : "", STR_ARG(line)));
    p->continued = at;
    return true;
}

/* ---- rows of cells ---------------------------------------------------------------------- */

static bool are_names(struct parser *p, const struct cells *row)
{
    for (size_t i = 0; i < row->n; i++)
        if (name_alone(p->builder, row->at[i]).n == 0)
            return false;
    return row->n >= 2;
}

static bool is_rule(struct str line)
{
    for (size_t i = 0; i < line.n; i++)
        if (line.p[i] != '|' && line.p[i] != '-' && line.p[i] != ':' && line.p[i] != ' ')
            return false;
    return line.n >= 3;
}

/* 编号 | 0614 | 类别 | 民生 */
static bool take_pairs(struct parser *p, const struct cells *row)
{
    bool any = false;
    for (size_t i = 0; i + 1 < row->n; i++) {
        struct str key = name_alone(p->builder, row->at[i]);
        if (key.n == 0)
            continue;
        any |= add_field(p, key, row->at[++i], false);
        p->in_head = p->in_head && !is_part(key);
    }
    return any;
}

/* Names in one row, their values in the next; or name and value by turns. */
static bool take_row(struct parser *p, struct str line)
{
    struct cells row;
    if (memchr(line.p, '\t', line.n) == NULL && !str_starts(line, STR("|")) && !str_starts(line, STR("｜")))
        return false;
    if (is_rule(line))
        return true;
    cells_of(p->arena, line, &row);
    if (p->names.n > 0 && p->names.n == row.n) {
        for (size_t i = 0; i < row.n; i++)
            add_field(p, name_alone(p->builder, p->names.at[i]), row.at[i], false);
        p->names.n = 0;
        return true;
    }
    p->names.n = 0;
    if (are_names(p, &row)) {
        p->names = row;
        return true;
    }
    return row.n >= 2 && take_pairs(p, &row);
}

/* ---- head lines without a name ------------------------------------------------- */

static struct str part_of(struct str line, struct str plain, struct str found)
{
    size_t at = (size_t)(found.p - plain.p);
    return str_sub(line, at, at + found.n);
}

static bool is_reply_title(struct str plain)
{
    static const struct str words[] = {
        { "答复", 6 }, { "会办意见", 12 }, { "协办意见", 12 }, { "复函", 6 }
    };
    return str_has_any(plain, words, sizeof words / sizeof *words) && str_has(plain, STR("提案")) &&
           !is_proposal_title(plain);
}

static void bare_number(struct parser *p, struct str line, struct str plain)
{
    struct str number = file_number_in(plain);
    bool reply = is_reply_title(plain);
    struct str key = reply ? STR("answers") : STR("number");
    if (number.n == 0)
        number = number_in(plain);
    bool serial = plain.n <= 30 && str_ends(plain, STR("号提案")); /* 一号提案 */
    if (number.n == 0 && serial)
        number = plain;
    if (str_starts(plain, STR("平时")) && plain.n <= 45)
        number = number.n > 0 ? plain : number;
    bool about = str_has(plain, STR("关于")) && !reply && !str_starts(plain, STR("（第")) &&
                 !str_starts(plain, STR("第"));
    if (number.n > 0 && !about && !has_parsed(p, key))
        push_field(p, key, part_of(line, plain, number));
}

static bool is_short_session(struct str plain)
{
    struct str session = session_in(plain);
    return session.n > 0 && plain.n <= 60 && session.p == plain.p;
}

static void bare_session(struct parser *p, struct str line, struct str plain)
{
    struct str session = str_has(plain, STR("届")) ? session_in(plain) : STR_NONE;
    struct str meeting = p->meeting;
    p->meeting = STR_NONE;
    if (has_parsed(p, STR("session")) || (is_proposal_title(plain) && str_has(plain, STR("关于"))))
        return;
    if (session.n > 0)
        push_field(p, STR("session"), part_of(line, plain, session));
    else if (meeting.n > 0 && str_starts(plain, STR("第")) && str_has(plain, STR("次会议")))
        push_field(p, STR("session"),
                   str_of(arena_printf(p->arena, "%.*s%.*s", STR_ARG(meeting), STR_ARG(line))));
    else if (str_has(plain, STR("届")))
        p->meeting = line;
}

static void bare_line(struct parser *p, struct str line)
{
    static const struct str words[] = { { "提案", 6 }, { "政协", 6 }, { "政治协商", 12 }, { "号", 3 } };
    char room[BARE_BYTES];
    struct str date = date_alone(line);
    if (date.n > 0 && !has_parsed(p, STR("date")))
        push_field(p, STR("date"), date);
    if (line.n > BARE_BYTES || p->lines > BARE_LINES)
        return;
    struct str whole = text_simplified(line, room), plain = without_marks(whole);
    line = part_of(line, whole, plain);
    if (str_has(plain, STR("。")))
        return;
    if (!is_short_session(plain) && p->meeting.n == 0 &&
        !str_has_any(plain, words, sizeof words / sizeof *words))
        return;
    bare_number(p, line, plain);
    bare_session(p, line, plain);
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

/* ---- the last lines --------------------------------------------------------------- */

/* 提案人：甲, 联系人：某某, 2024年1月9日, 市园林局: nothing of it is prose. */
static bool is_closing(const struct builder *builder, struct str line)
{
    struct str key, value;
    if (line.n > CLOSING_BYTES || str_has(line, STR("。")))
        return false;
    if (field_at(builder, line, &key, &value))
        return !is_part(key);
    if (date_alone(line).n > 0)
        return true;
    size_t label = label_length(line);
    return (label > 0 && label < line.n) || (line.n <= SIGNER_BYTES && looks_like_unit(line));
}

/* Where the last lines start that are all such; body.n when the last is none. */
static size_t closing_of(const struct builder *builder, struct str body)
{
    size_t end = body.n, start = body.n;
    for (size_t i = 0; i < CLOSING_LINES && end > 0; i++) {
        size_t from = end;
        while (from > 0 && body.p[from - 1] != '\n')
            from--;
        struct str line = str_trim(str_sub(body, from, end));
        if (line.n > 0 && !is_closing(builder, line))
            break;
        if (line.n > 0)
            start = from;
        end = from > 0 ? from - 1 : 0;
    }
    return start;
}

static void note_signer(struct parser *p, struct str line)
{
    if (line.n <= SIGNER_BYTES && looks_like_unit(line) && label_length(line) == 0)
        p->signer = line;
}

/* ---- the pass ------------------------------------------------------------------- */

static bool is_prose(struct parser *p, struct str line)
{
    static const struct str ends[] = { { "。", 3 }, { "；", 3 }, { "！", 3 },
                                       { "：", 3 }, { ":", 1 },  { "？", 3 } };
    if (line.n > PARAGRAPH_BYTES || p->lines > HEAD_LINES)
        return true;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (str_ends(line, ends[i]))
            return !(p->lines == 1 && str_ends(line, STR("？")));
    return false;
}

/* A name we do not know with a text behind it, in the middle of a head: 内容提要：……。 */
static bool is_stray_label(struct parser *p, struct str line, struct str rest)
{
    struct str next, key, value;
    size_t label = label_length(line);
    if (label == 0 || label == line.n)
        return false;
    while (str_line(&rest, &next))
        if (str_trim(next).n > 0)
            return field_at(p->builder, str_trim(next), &key, &value) && !is_part(key);
    return false;
}

/* A line of the head or of the last block. */
static bool open_line(struct parser *p, struct str line)
{
    struct str pending = p->pending;
    if (take_row(p, line))
        return true;
    if (head_line(p, line) || lone_name(p, line))
        return true;
    if (pending.n > 0 && pending_value(p, line))
        return true;
    return continuation(p, line);
}

static void plain_line(struct parser *p, struct str line, struct str rest)
{
    if (p->in_head)
        bare_line(p, line);
    else
        note_signer(p, line);
    if (!p->in_head && date_alone(line).n > 0 && !has_parsed(p, STR("date")))
        push_field(p, STR("date"), date_alone(line));
    if (is_prose(p, line) && !is_stray_label(p, line, rest))
        p->in_head = false;
}

static void parse_line(struct parser *p, struct str raw, struct str rest)
{
    struct heading_line heading;
    struct str line = str_trim(raw);
    size_t at = (size_t)(raw.p - p->body.p);
    if (line.n == 0) {
        p->apart = true;
        return;
    }
    bool first = p->lines++ == 0; /* a title may end with such a word too */
    bool is_title = p->pending.n > 0 && str_eq(p->pending, STR("title"));
    if (!is_title && is_heading(p, tidy(p, line), &heading) && !(first && heading.bare)) {
        p->pending = STR_NONE;
        p->in_head = p->in_head && heading.kind == SECTION_NONE;
        open_section(p, &heading, at);
        return;
    }
    bool open = p->in_head || at >= p->closing;
    if (open ? !open_line(p, line) : !late_line(p, line)) {
        p->pending = STR_NONE;
        if (open)
            plain_line(p, tidy(p, line), rest);
    }
}

static void finish(struct parser *p)
{
    struct parsed *out = p->out;
    sections_close(&out->sections, p->body.n);
    if (out->title.n == 0)
        out->title = bare_title(tidy(p, guessed_title(p->builder, p->arena, p->body)), add_mark, p);
    if (p->signer.n > 0 && is_proposal_title(out->title) && !has_parsed(p, STR("proposer")))
        push_field(p, STR("proposer"), p->signer);
}

void parse_text(const struct builder *builder, struct arena *arena, struct str body, bool noisy,
                struct parsed *out)
{
    struct parser p = {
        .builder = builder, .arena = arena, .out = out, .body = body, .noisy = noisy, .in_head = true
    };
    struct str rest = body, line;
    *out = (struct parsed){ .title = STR_NONE };
    vec_init(&out->fields, arena);
    vec_init(&out->sections, arena);
    p.closing = closing_of(builder, body);
    while (str_line(&rest, &line))
        parse_line(&p, line, rest);
    finish(&p);
}
