/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What in a line is a sign. Most readers type no language at all but paste a
 * title, so a sign is one only where nobody would write it in a text:
 *
 *   AND 与 NEAR/3 同句 …   stand alone between blanks
 *   -                      begins a part
 *   案由: 年：             a known name and a colon, the value right behind it
 *   "…" “…” 「…」          are a phrase when the part ends with it: “双减”政策 is text
 *   ( )                    are a group when they begin a part; in full width only
 *                          with a blank inside: （两会）记者会 is text
 *   * ^2                   end a part
 *
 * ASCII and full width are the same. Everything else is a part.
 */
#include "search/sign.h"

#include "base/ctx.h"

static const struct name {
    struct str name;
    enum query_field field;
} names[] = {
    /* the first of a field is the one printed, the second the one shown to Chinese readers */
    { STR("title"), FIELD_TITLE },
    { STR("案由"), FIELD_TITLE },
    { STR("标题"), FIELD_TITLE },
    { STR("题目"), FIELD_TITLE },
    { STR("situation"), FIELD_SITUATION },
    { STR("情况"), FIELD_SITUATION },
    { STR("analysis"), FIELD_ANALYSIS },
    { STR("分析"), FIELD_ANALYSIS },
    { STR("问题"), FIELD_ANALYSIS },
    { STR("suggestion"), FIELD_SUGGESTION },
    { STR("建议"), FIELD_SUGGESTION },
    { STR("reply"), FIELD_REPLY },
    { STR("答复"), FIELD_REPLY },
    { STR("proposer"), FIELD_PROPOSER },
    { STR("提案者"), FIELD_PROPOSER },
    { STR("提案人"), FIELD_PROPOSER },
    { STR("unit"), FIELD_UNIT },
    { STR("单位"), FIELD_UNIT },
    { STR("承办单位"), FIELD_UNIT },
    { STR("session"), FIELD_SESSION },
    { STR("届次"), FIELD_SESSION },
    { STR("year"), FIELD_YEAR },
    { STR("年"), FIELD_YEAR },
    { STR("年份"), FIELD_YEAR },
    { STR("category"), FIELD_CATEGORY },
    { STR("类别"), FIELD_CATEGORY },
    { STR("proposer_kind"), FIELD_PROPOSER_KIND },
    { STR("提案者性质"), FIELD_PROPOSER_KIND },
    { STR("outcome"), FIELD_OUTCOME },
    { STR("办理结果"), FIELD_OUTCOME },
    { STR("state"), FIELD_STATE },
    { STR("状态"), FIELD_STATE },
    { STR("satisfaction"), FIELD_SATISFACTION },
    { STR("满意度"), FIELD_SATISFACTION },
    { STR("number"), FIELD_NUMBER },
    { STR("案号"), FIELD_NUMBER },
    { STR("theme"), FIELD_THEME },
    { STR("主题"), FIELD_THEME },
    { STR("id"), FIELD_ID },
    { STR("编号"), FIELD_ID },
};
enum {
    NAMES = sizeof names / sizeof *names
};

static const struct keyword {
    struct str name;
    enum sign sign;
    enum query_kind kind;
} operators[] = {
    { STR("AND"), SIGN_AND, QUERY_AND },        { STR("与"), SIGN_AND, QUERY_AND },
    { STR("&"), SIGN_AND, QUERY_AND },          { STR("&&"), SIGN_AND, QUERY_AND },
    { STR("＆"), SIGN_AND, QUERY_AND },         { STR("OR"), SIGN_OR, QUERY_OR },
    { STR("或"), SIGN_OR, QUERY_OR },           { STR("|"), SIGN_OR, QUERY_OR },
    { STR("||"), SIGN_OR, QUERY_OR },           { STR("｜"), SIGN_OR, QUERY_OR },
    { STR("NOT"), SIGN_NOT, QUERY_NOT },        { STR("非"), SIGN_NOT, QUERY_NOT },
    { STR("同句"), SIGN_PAIR, QUERY_SENTENCE }, { STR("同段"), SIGN_PAIR, QUERY_PARAGRAPH },
};
enum {
    OPERATORS = sizeof operators / sizeof *operators
};

static const struct quote {
    struct str open, close;
} quotes[] = {
    { STR("\""), STR("\"") }, { STR("“"), STR("”") },   { STR("「"), STR("」") },
    { STR("‚"), STR("‛") },   { STR("＂"), STR("＂") },
};
enum {
    QUOTES = sizeof quotes / sizeof *quotes
};

bool query_names_field(struct str name)
{
    for (size_t i = 0; i < NAMES; i++)
        if (str_eq(names[i].name, name))
            return true;
    return false;
}

static size_t first_name(enum query_field field)
{
    for (size_t i = 0; i < NAMES; i++)
        if (names[i].field == field)
            return i;
    return SIZE_MAX;
}

const char *query_field_name(enum query_field field)
{
    size_t i = first_name(field);
    return i == SIZE_MAX ? "" : names[i].name.p;
}

const char *query_field_shown(enum query_field field)
{
    size_t i = first_name(field);
    return i == SIZE_MAX ? "" : say(names[i].name.p, names[i + 1].name.p);
}

/* ---- characters ----------------------------------------------------------- */

static bool starts(const struct signs *s, size_t at, struct str with)
{
    return str_starts(str_sub(s->line, at, s->line.n), with);
}

/* Bytes of the blank at this place, 0 when there is none. */
static size_t blank(const struct signs *s, size_t at)
{
    if (at >= s->line.n)
        return 0;
    unsigned char c = (unsigned char)s->line.p[at];
    if (c == ' ' || (c >= '\t' && c <= '\r'))
        return 1;
    return starts(s, at, STR("　")) ? 3 : starts(s, at, STR("\u00a0")) ? 2 : 0;
}

static size_t open_paren(const struct signs *s, size_t at)
{
    return starts(s, at, STR("(")) ? 1 : starts(s, at, STR("（")) ? 3 : 0;
}

static size_t close_paren(const struct signs *s, size_t at)
{
    return starts(s, at, STR(")")) ? 1 : starts(s, at, STR("）")) ? 3 : 0;
}

static bool part_ends(const struct signs *s, size_t at)
{
    return at >= s->line.n || blank(s, at) || close_paren(s, at);
}

static size_t skip_blanks(const struct signs *s, size_t at)
{
    for (size_t n; (n = blank(s, at)) != 0;)
        at += n;
    return at;
}

/* ---- signs ----------------------------------------------------------------- */

bool sign_is_operator(struct str run)
{
    for (size_t i = 0; i < OPERATORS; i++)
        if (str_eq(run, operators[i].name))
            return true;
    return str_starts(run, STR("NEAR/"));
}

/* Stands an operator alone between blanks in [at, end)? */
static bool has_operator(const struct signs *s, size_t at, size_t end)
{
    for (size_t from; (from = skip_blanks(s, at)) < end; at = from) {
        size_t begin = from;
        while (from < end && !blank(s, from))
            from++;
        if (sign_is_operator(str_sub(s->line, begin, from)))
            return true;
    }
    return false;
}

/* The mark that ends the quotation which begins here; where none does, the place itself. */
static size_t quotation_end(const struct signs *s, size_t at)
{
    for (size_t i = 0; i < QUOTES; i++) {
        size_t end = starts(s, at, quotes[i].open) ? str_find(s->line, quotes[i].close, at + quotes[i].open.n)
                                                   : SIZE_MAX;
        if (end != SIZE_MAX)
            return end;
    }
    return at;
}

/* Is the parenthesis at this place a group? One never closed is, so that the reader hears of it. */
static bool is_group(const struct signs *s, size_t at)
{
    bool wide = open_paren(s, at) == 3, blanks = false;
    size_t depth = 0, inside = at + open_paren(s, at);
    for (; at < s->line.n; at++) {
        at = quotation_end(s, at);
        depth += open_paren(s, at) != 0;
        blanks |= blank(s, at) != 0;
        if (close_paren(s, at) && --depth == 0)
            break;
    }
    if (at >= s->line.n)
        return !wide;
    if (has_operator(s, inside, at))
        return true;
    return (blanks || !wide) && part_ends(s, at + close_paren(s, at));
}

/* ^2 or ^0.5 at this place: its bytes, 0 when there is none. */
static size_t read_weight(struct signs *s, size_t at, size_t end)
{
    if (at >= end || s->line.p[at] != '^')
        return 0;
    double weight;
    if (!str_to_double(str_sub(s->line, at + 1, end), &weight) || !(weight >= 0 && weight <= 1000))
        return 0;
    s->weight = weight;
    return end - at;
}

static size_t run_end(const struct signs *s, size_t at)
{
    size_t depth = 0;
    for (; at < s->line.n && !blank(s, at); at++) {
        if (open_paren(s, at))
            depth++;
        else if (close_paren(s, at) && depth > 0)
            depth--;
        else if (close_paren(s, at) && s->open > 0)
            break;
    }
    return at;
}

/* A quotation that is the whole of its part. */
static bool read_phrase(struct signs *s)
{
    for (size_t i = 0; i < QUOTES; i++) {
        if (!starts(s, s->at, quotes[i].open))
            continue;
        size_t from = s->at + quotes[i].open.n, to = str_find(s->line, quotes[i].close, from);
        bool ascii = quotes[i].open.n == 1;
        if (to == SIZE_MAX) {
            if (ascii)
                s->expected = say("a closing quotation mark", "后引号");
            return ascii;
        }
        size_t end = to + quotes[i].close.n, tail = run_end(s, end);
        if (!ascii && !part_ends(s, end) && !read_weight(s, end, tail))
            return false;
        s->at = end + read_weight(s, end, tail);
        s->text = str_sub(s->line, from, to);
        s->kind = QUERY_PHRASE;
        return true;
    }
    return false;
}

static bool read_field(struct signs *s)
{
    for (size_t i = 0; i < NAMES; i++) {
        size_t behind = s->at + names[i].name.n;
        if (!starts(s, s->at, names[i].name) || behind >= s->line.n)
            continue;
        size_t colon = starts(s, behind, STR(":")) ? 1 : starts(s, behind, STR("：")) ? 3 : 0;
        if (colon == 0 || part_ends(s, behind + colon))
            continue;
        s->at = behind + colon;
        s->field = names[i].field;
        return true;
    }
    return false;
}

/* titel:停车 — lower-case letters in front of a colon are meant as a field; 12:30, http:// and 时间:三天 are
 * not. */
static void note_unknown_field(struct signs *s, struct str run)
{
    size_t n = 0;
    while (n < run.n && run.p[n] >= 'a' && run.p[n] <= 'z')
        n++;
    if (n >= 3 && n + 1 < run.n && run.p[n] == ':' && run.p[n + 1] != '/' && s->unknown.n == 0)
        s->unknown = str_sub(run, 0, n);
}

static bool read_operator(struct signs *s, struct str run)
{
    for (size_t i = 0; i < OPERATORS; i++) {
        if (!str_eq(run, operators[i].name))
            continue;
        s->sign = operators[i].sign;
        s->kind = operators[i].kind;
        return true;
    }
    uint64_t distance = 10;
    if (!str_eq(run, STR("NEAR"))) {
        if (!str_starts(run, STR("NEAR/")) || !str_to_u64(str_sub(run, 5, run.n), &distance))
            return false;
    }
    s->sign = SIGN_PAIR;
    s->kind = QUERY_NEAR;
    s->distance = distance > 10000 ? 10000 : (unsigned)distance;
    return true;
}

static void read_run(struct signs *s)
{
    size_t end = run_end(s, s->at);
    struct str run = str_sub(s->line, s->at, end);
    s->at = end;
    if (s->begin == (size_t)(run.p - s->line.p) && read_operator(s, run))
        return;
    note_unknown_field(s, run);
    for (size_t i = run.n; i-- > 1 && s->weight == 1;)
        if (run.p[i] == '^' && read_weight(s, end - run.n + i, end))
            run.n = i;
    s->kind = QUERY_WORDS;
    size_t star = str_ends(run, STR("*")) ? 1 : str_ends(run, STR("＊")) ? 3 : 0;
    if (star > 0 && run.n > star) {
        run.n -= star;
        s->kind = QUERY_PREFIX;
    }
    s->text = run;
}

/* Look at the next sign. */
void sign_next(struct signs *s)
{
    s->begin = s->at = skip_blanks(s, s->at);
    s->weight = 1;
    size_t n;
    if (s->at >= s->line.n) {
        s->sign = SIGN_END;
    } else if (s->open > 0 && (n = close_paren(s, s->at)) != 0) {
        s->sign = SIGN_CLOSE;
        s->at += n;
    } else if ((n = open_paren(s, s->at)) != 0 && is_group(s, s->at)) {
        s->sign = SIGN_OPEN;
        s->at += n;
    } else if ((n = starts(s, s->at, STR("-"))    ? 1
                    : starts(s, s->at, STR("－")) ? 3
                                                  : 0) != 0 &&
               !part_ends(s, s->at + n)) {
        s->sign = SIGN_NOT;
        s->at += n;
    } else if (read_field(s)) {
        s->sign = SIGN_FIELD;
    } else {
        s->sign = SIGN_PART;
        if (!read_phrase(s))
            read_run(s);
    }
}

bool sign_run(const struct signs *s, size_t *at, struct str *run)
{
    size_t from = skip_blanks(s, *at), end = from;
    while (end < s->line.n && !blank(s, end))
        end++;
    *run = str_sub(s->line, from, end);
    *at = end;
    return end > from;
}
