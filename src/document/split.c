/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One file, several documents. Collections are recognised by numbered headings
 * at line starts, and only when at least two of them follow each other in
 * sequence; a text is never cut on the strength of one line:
 *
 *   preface                   ─▶ a document of its own when it is long: the first
 *   第二篇：着力自主创新……       report of a collection often lost its heading
 *   第三篇：……                ─▶ one document each, up to the next heading
 *
 * 篇 must count up by one; 提案第 N 号 only up, for files hold a selection. A
 * list (1. 关于……的提案) counts up by one, and each of its titles ends like that
 * of a proposal. A table of contents repeats the headings: entries followed by
 * next to nothing whose number comes again are not counted. Where no heading has
 * a number, each 案由： opens a document, with the head lines right above it. To
 * add a form: one row in forms[].
 */
#include "document/split.h"

#include <assert.h>

enum {
    HEADING_BYTES = 240,
    PREFACE_BYTES = 600,
    ENTRY_BYTES = 300
};

struct form {
    struct str before, after;
    bool by_one;   /* the numbers must count up by one */
    bool proposal; /* the number is the proposal's */
    bool titled;   /* what stands behind must be the title of a proposal */
};

static const struct form forms[] = {
    { { "第", 3 }, { "篇", 3 }, true, false, false },
    { { "提案第", 9 }, { "号", 3 }, false, true, false },
    { { "第", 3 }, { "号提案", 9 }, false, true, false },
    { { "提案", 6 }, { "号", 3 }, false, true, false },
    { { "第", 3 }, { "号", 3 }, false, true, true },
    { { "", 0 }, { "", 0 }, true, false, true },
};
enum {
    FORMS = sizeof forms / sizeof *forms
};

struct heading {
    size_t at; /* of the line */
    uint64_t number;
    struct str rest; /* of the line */
    struct str digits;
};
struct headings {
    struct heading *at;
    size_t n, cap;
};

/* ---- one heading ------------------------------------------------------------ */

static const struct str separators[] = { { "：", 3 }, { ":", 1 }, { "、", 3 }, { "．", 3 }, { ".", 1 },
                                         { "　", 3 }, { " ", 1 }, { "\t", 1 }, { "—", 3 },  { "-", 1 },
                                         { "】", 3 }, { "*", 1 }, { "）", 3 }, { ")", 1 } };

static size_t separator_at(struct str s)
{
    return str_starts_any(s, separators, sizeof separators / sizeof *separators);
}

static struct str without_note(struct str s)
{
    if (s.n < 2 || s.p[s.n - 1] != ']')
        return s;
    for (size_t i = s.n - 1; i > 0 && s.n - i < 20; i--)
        if (s.p[i] == '[')
            return str_trim(str_sub(s, 0, i));
    return s;
}

struct str heading_title(struct str rest)
{
    size_t n;
    while ((n = separator_at(rest)) > 0)
        rest = str_sub(rest, n, rest.n);
    return without_note(str_trim(rest));
}

static struct str without_marks(struct str line)
{
    static const struct str opening[] = { { "#", 1 }, { "*", 1 }, { "【", 3 }, { "（", 3 }, { "(", 1 } };
    line = str_trim(line);
    for (size_t i = 0; i < sizeof opening / sizeof *opening; i++)
        while (str_starts(line, opening[i]))
            line = str_trim(str_sub(line, opening[i].n, line.n));
    return line;
}

/* 关于……的提案, perhaps with a note in brackets behind. */
static bool is_titled_proposal(struct str s)
{
    static const struct str ends[] = { { "提案", 6 }, { "建议", 6 }, { "议案", 6 } };
    size_t note = str_find(s, STR("（"), 0);
    s = str_trim(note != SIZE_MAX ? str_sub(s, 0, note) : s);
    return str_starts(s, STR("关于")) && str_ends_any(s, ends, sizeof ends / sizeof *ends);
}

/* What must stand behind the number, and what may follow it. */
static bool is_form_end(const struct form *form, struct str rest, size_t *used)
{
    if (!str_starts(rest, form->after))
        return false;
    rest = str_sub(rest, form->after.n, rest.n);
    *used = form->after.n;
    if (form->titled) {
        size_t separator = separator_at(rest);
        *used += separator;
        return separator > 0 && is_titled_proposal(heading_title(rest));
    }
    return rest.n == 0 || separator_at(rest) > 0 || str_starts(rest, STR("关于"));
}

/* 第 12 篇, 提案第012号, 3. …, then a separator or the end of the line. */
static bool is_heading(const struct form *form, struct str line, struct heading *out)
{
    char room[HEADING_BYTES];
    size_t used = 0;
    line = without_marks(line);
    if (line.n > HEADING_BYTES || line.n == 0)
        return false;
    if (!str_starts(line, form->before)) /* these are the same in both scripts */
        return false;
    struct str rest = str_trim(str_sub(line, form->before.n, line.n));
    if (!number_at(rest, &out->number, &used))
        return false;
    out->digits = str_sub(rest, 0, used);
    rest = str_trim(str_sub(rest, used, rest.n));
    size_t at = (size_t)(rest.p - line.p);
    rest = text_simplified(rest, room);
    if (!is_form_end(form, rest, &used))
        return false;
    out->rest = str_sub(line, at + used, line.n);
    return true;
}

static void find_headings(const struct form *form, struct str text, struct headings *out)
{
    struct str rest = text, line;
    while (str_line(&rest, &line)) {
        struct heading h = { .at = (size_t)(line.p - text.p) };
        if (is_heading(form, line, &h))
            vec_push(out, h);
    }
}

/* ---- the sequence ----------------------------------------------------------- */

static bool comes_again(const struct headings *h, size_t i)
{
    for (size_t j = i + 1; j < h->n; j++)
        if (h->at[j].number == h->at[i].number)
            return true;
    return false;
}

static void drop_contents(struct headings *h)
{
    size_t kept = 0;
    for (size_t i = 0; i < h->n; i++) {
        bool entry = i + 1 < h->n && h->at[i + 1].at - h->at[i].at < ENTRY_BYTES && comes_again(h, i);
        if (!entry)
            h->at[kept++] = h->at[i];
    }
    h->n = kept;
}

/* Leave out what does not continue the sequence of those before it. */
static void keep_sequence(const struct form *form, struct headings *h)
{
    size_t kept = 0;
    for (size_t i = 0; i < h->n; i++) {
        uint64_t last = kept > 0 ? h->at[kept - 1].number : 0;
        bool next = kept == 0 || (form->by_one ? h->at[i].number == last + 1 : h->at[i].number > last);
        if (next)
            h->at[kept++] = h->at[i];
    }
    h->n = kept;
}

/* ---- 案由： without numbers --------------------------------------------------- */

enum {
    NAME_BYTES = 30,
    HEAD_LINE_BYTES = 120
};

/* The name before a colon or tab at the start of a line, blanks and brackets taken out; in room (NAME_BYTES).
 */
static struct str head_name(struct str line, char *room)
{
    size_t n = 0;
    line = without_marks(line);
    for (size_t i = 0; i < line.n && i < NAME_BYTES; i++) {
        struct str rest = str_sub(line, i, line.n);
        if (str_starts(rest, STR("：")) || str_starts(rest, STR("】")) || line.p[i] == ':' ||
            line.p[i] == '\t')
            return (struct str){ room, n };
        if (str_starts(rest, STR("　")))
            i += 2;
        else if (line.p[i] != ' ')
            room[n++] = line.p[i];
    }
    return STR_NONE;
}

static bool is_named(struct str line, const struct str *names, size_t n)
{
    char room[NAME_BYTES], second[NAME_BYTES];
    struct str name = text_simplified(head_name(line, room), second);
    return str_is_any(name, names, n);
}

static bool is_title_line(struct str line)
{
    static const struct str names[] = {
        { "案由", 6 }, { "提案名称", 12 }, { "提案题目", 12 }, { "提案标题", 12 }
    };
    return is_named(line, names, sizeof names / sizeof *names);
}

/* Lines that stand in a head above the 案由. */
static bool opens_head(struct str line)
{
    static const struct str names[] = { { "案号", 6 },      { "编号", 6 },   { "提案号", 9 },
                                        { "提案编号", 12 }, { "届次", 6 },   { "序号", 6 },
                                        { "提案者", 9 },    { "提案人", 9 }, { "类别", 6 },
                                        { "界别", 6 },      { "会议", 6 },   { "年份", 6 },
                                        { "提案类别", 12 }, { "党派", 6 },   { "流水号", 9 },
                                        { "提交日期", 12 } };
    return line.n <= HEAD_LINE_BYTES && is_named(line, names, sizeof names / sizeof *names);
}

static void find_titles(struct str text, struct headings *out)
{
    struct str rest = text, line;
    size_t head = SIZE_MAX; /* where the head lines right above start */
    while (str_line(&rest, &line)) {
        size_t at = (size_t)(line.p - text.p);
        if (is_title_line(line)) {
            struct heading heading = { .at = head != SIZE_MAX ? head : at, .number = out->n + 1 };
            vec_push(out, heading);
            head = SIZE_MAX;
        } else if (opens_head(line)) {
            head = head != SIZE_MAX ? head : at;
        } else {
            head = SIZE_MAX;
        }
    }
}

/* Head lines behind a 案由 are its own: a piece starts behind the body of the one before. */
static const struct form *titles(struct arena *arena, struct str text, struct headings *out)
{
    static const struct form by_title = { { "", 0 }, { "", 0 }, true, false, false };
    vec_init(out, arena);
    find_titles(text, out);
    return out->n >= 2 ? &by_title : NULL;
}

static const struct form *best_form(struct arena *arena, struct str text, struct headings *out)
{
    for (size_t i = 0; i < FORMS; i++) {
        vec_init(out, arena);
        find_headings(&forms[i], text, out);
        drop_contents(out);
        keep_sequence(&forms[i], out);
        if (out->n >= 2 && (!(forms[i].titled && forms[i].by_one) || out->at[0].number == 1))
            return &forms[i];
    }
    return titles(arena, text, out);
}

/* ---- pieces ----------------------------------------------------------------- */

static void add_piece(struct pieces *out, struct str text, size_t from, size_t to, struct str title,
                      struct str number)
{
    struct str piece = str_trim(str_sub(text, from, to));
    uint32_t begin = (uint32_t)(piece.p - text.p);
    assert(from <= to && to <= text.n && text.n <= UINT32_MAX);
    if (piece.n > 0)
        out->at[out->n++] = (struct piece){ begin, begin + (uint32_t)piece.n, title, number };
}

static bool stands_alone(struct str text, const struct headings *h)
{
    size_t preface = str_trim(str_sub(text, 0, h->at[0].at)).n;
    return preface >= PREFACE_BYTES || (h->at[0].number == 2 && preface > 0);
}

void document_split(struct arena *arena, struct str text, struct pieces *out)
{
    struct headings h;
    const struct form *form = best_form(arena, text, &h);
    out->at = arena_array(arena, struct piece, h.n + 2);
    out->n = 0;
    if (!form) {
        add_piece(out, text, 0, text.n, STR_NONE, STR_NONE);
        return;
    }
    bool alone = stands_alone(text, &h);
    if (alone)
        add_piece(out, text, 0, h.at[0].at, STR_NONE, STR_NONE);
    for (size_t i = 0; i < h.n; i++)
        add_piece(out, text, i == 0 && !alone ? 0 : h.at[i].at, i + 1 < h.n ? h.at[i + 1].at : text.n,
                  heading_title(h.at[i].rest), form->proposal ? h.at[i].digits : STR_NONE);
}
