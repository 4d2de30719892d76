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
 * table of contents repeats the headings: entries followed by next to nothing
 * whose number comes again are not counted. To add a form: one row in forms[].
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
};

static const struct form forms[] = {
    { { "第", 3 }, { "篇", 3 }, true, false },
    { { "提案第", 9 }, { "号", 3 }, false, true },
    { { "第", 3 }, { "号提案", 9 }, false, true },
    { { "提案", 6 }, { "号", 3 }, false, true },
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
    for (size_t i = 0; i < sizeof separators / sizeof *separators; i++)
        if (str_starts(s, separators[i]))
            return separators[i].n;
    return 0;
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

/* 第 12 篇, 提案第012号 …, then a separator or the end of the line. */
static bool is_heading(const struct form *form, struct str line, struct heading *out)
{
    size_t used = 0;
    if (line.n > HEADING_BYTES || !str_starts(line = without_marks(line), form->before))
        return false;
    struct str rest = str_trim(str_sub(line, form->before.n, line.n));
    if (!number_at(rest, &out->number, &used))
        return false;
    out->digits = str_sub(rest, 0, used);
    rest = str_trim(str_sub(rest, used, rest.n));
    if (!str_starts(rest, form->after))
        return false;
    out->rest = str_sub(rest, form->after.n, rest.n);
    return out->rest.n == 0 || separator_at(out->rest) > 0 || str_starts(out->rest, STR("关于"));
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

static const struct form *best_form(struct arena *arena, struct str text, struct headings *out)
{
    for (size_t i = 0; i < FORMS; i++) {
        vec_init(out, arena);
        find_headings(&forms[i], text, out);
        drop_contents(out);
        keep_sequence(&forms[i], out);
        if (out->n >= 2)
            return &forms[i];
    }
    return NULL;
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
