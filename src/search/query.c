/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The query language, by recursive descent:
 *
 *   or    = and { (OR | 或 | "|") and }
 *   and   = near { [AND | 与 | &] near }
 *   near  = item { (NEAR/10 | 同句 | 同段) item }
 *   item  = (- | NOT | 非) item  |  field : item  |  ( or )  |  part [^weight]
 *   part  = "exact phrase"  |  prefix*  |  words  |  value  |  first..last
 *
 * Signs may be ASCII or full width. Most readers type no language at all but
 * paste a title, so a sign is one only where nobody would write it in a text:
 * operators stand alone between blanks, - begins a part, a quotation is a
 * phrase when the part ends with it (“双减”政策 is text), a parenthesis is a
 * group when it begins a part and, in full width, has a blank inside (（两会）
 * is text). A long or many-lined text has no signs at all.
 */
#include "search/query.h"

#include <assert.h>
#include <stdlib.h>

#include "base/ctx.h"

enum {
    LONGEST_LINE = 4096, /* bytes; beyond it a query is a text */
    DEEPEST = 60,        /* parentheses and NOTs in each other */
};

static const struct name {
    struct str name;
    enum query_field field;
} names[] = {
    /* the first of a field is the one printed */
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

enum sign {
    SIGN_END,
    SIGN_PART,
    SIGN_FIELD,
    SIGN_NOT,
    SIGN_OPEN,
    SIGN_CLOSE,
    SIGN_AND,
    SIGN_OR,
    SIGN_PAIR
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

struct parser {
    struct arena *arena;
    struct query *query;
    struct str line;
    size_t at;            /* behind the sign */
    size_t begin;         /* of the sign */
    enum sign sign;       /* the one looked at */
    enum query_kind kind; /* of a SIGN_PAIR or SIGN_PART */
    enum query_field field;
    unsigned distance;
    struct str text; /* of a SIGN_PART */
    double weight;
    size_t open; /* groups open */
    unsigned depth;
    const char *expected; /* error: what was, in the reader's language */
};

const char *query_field_name(enum query_field field)
{
    for (size_t i = 0; i < NAMES; i++)
        if (names[i].field == field)
            return names[i].name.p;
    return "";
}

/* ---- characters ----------------------------------------------------------- */

static bool starts(const struct parser *p, size_t at, struct str with)
{
    return str_starts(str_sub(p->line, at, p->line.n), with);
}

/* Bytes of the blank at this place, 0 when there is none. */
static size_t blank(const struct parser *p, size_t at)
{
    if (at >= p->line.n)
        return 0;
    unsigned char c = (unsigned char)p->line.p[at];
    if (c == ' ' || (c >= '\t' && c <= '\r'))
        return 1;
    return starts(p, at, STR("　")) ? 3 : starts(p, at, STR("\u00a0")) ? 2 : 0;
}

static size_t open_paren(const struct parser *p, size_t at)
{
    return starts(p, at, STR("(")) ? 1 : starts(p, at, STR("（")) ? 3 : 0;
}

static size_t close_paren(const struct parser *p, size_t at)
{
    return starts(p, at, STR(")")) ? 1 : starts(p, at, STR("）")) ? 3 : 0;
}

static bool part_ends(const struct parser *p, size_t at)
{
    return at >= p->line.n || blank(p, at) || close_paren(p, at);
}

static size_t skip_blanks(const struct parser *p, size_t at)
{
    for (size_t n; (n = blank(p, at)) != 0;)
        at += n;
    return at;
}

/* ---- signs ----------------------------------------------------------------- */

static bool is_operator(struct str run)
{
    for (size_t i = 0; i < OPERATORS; i++)
        if (str_eq(run, operators[i].name))
            return true;
    return str_starts(run, STR("NEAR/"));
}

/* Stands an operator alone between blanks in [at, end)? */
static bool has_operator(const struct parser *p, size_t at, size_t end)
{
    for (size_t from; (from = skip_blanks(p, at)) < end; at = from) {
        size_t begin = from;
        while (from < end && !blank(p, from))
            from++;
        if (is_operator(str_sub(p->line, begin, from)))
            return true;
    }
    return false;
}

/* Is the parenthesis at this place a group? One never closed is, so that the reader hears of it. */
static bool is_group(const struct parser *p, size_t at)
{
    bool wide = open_paren(p, at) == 3, blanks = false;
    size_t depth = 0, inside = at + open_paren(p, at);
    for (; at < p->line.n; at++) {
        depth += open_paren(p, at) != 0;
        blanks |= blank(p, at) != 0;
        if (close_paren(p, at) && --depth == 0)
            break;
    }
    if (at >= p->line.n)
        return !wide;
    if (has_operator(p, inside, at))
        return true;
    return (blanks || !wide) && part_ends(p, at + close_paren(p, at));
}

/* ^2 or ^0.5 at this place: its bytes, 0 when there is none. */
static size_t read_weight(struct parser *p, size_t at, size_t end)
{
    if (at >= end || p->line.p[at] != '^')
        return 0;
    double weight;
    if (!str_to_double(str_sub(p->line, at + 1, end), &weight) || !(weight >= 0 && weight <= 1000))
        return 0;
    p->weight = weight;
    return end - at;
}

static size_t run_end(const struct parser *p, size_t at)
{
    size_t depth = 0;
    for (; at < p->line.n && !blank(p, at); at++) {
        if (open_paren(p, at))
            depth++;
        else if (close_paren(p, at) && depth > 0)
            depth--;
        else if (close_paren(p, at) && p->open > 0)
            break;
    }
    return at;
}

/* A quotation that is the whole of its part. */
static bool read_phrase(struct parser *p)
{
    for (size_t i = 0; i < QUOTES; i++) {
        if (!starts(p, p->at, quotes[i].open))
            continue;
        size_t from = p->at + quotes[i].open.n, to = str_find(p->line, quotes[i].close, from);
        bool ascii = quotes[i].open.n == 1;
        if (to == SIZE_MAX) {
            if (ascii)
                p->expected = say("a closing quotation mark", "后引号");
            return ascii;
        }
        size_t end = to + quotes[i].close.n, tail = run_end(p, end);
        if (!ascii && !part_ends(p, end) && !read_weight(p, end, tail))
            return false;
        p->at = end + read_weight(p, end, tail);
        p->text = str_sub(p->line, from, to);
        p->kind = QUERY_PHRASE;
        return true;
    }
    return false;
}

static bool read_field(struct parser *p)
{
    for (size_t i = 0; i < NAMES; i++) {
        size_t behind = p->at + names[i].name.n;
        if (!starts(p, p->at, names[i].name) || behind >= p->line.n)
            continue;
        size_t colon = starts(p, behind, STR(":")) ? 1 : starts(p, behind, STR("：")) ? 3 : 0;
        if (colon == 0 || part_ends(p, behind + colon))
            continue;
        p->at = behind + colon;
        p->field = names[i].field;
        return true;
    }
    return false;
}

/* titel:停车 — lower-case letters in front of a colon are meant as a field; 12:30, http:// and 时间:三天 are
 * not. */
static void note_unknown_field(struct parser *p, struct str run)
{
    size_t n = 0;
    while (n < run.n && run.p[n] >= 'a' && run.p[n] <= 'z')
        n++;
    if (n >= 3 && n + 1 < run.n && run.p[n] == ':' && run.p[n + 1] != '/' && p->query->unknown.n == 0)
        p->query->unknown = str_sub(run, 0, n);
}

static bool read_operator(struct parser *p, struct str run)
{
    for (size_t i = 0; i < OPERATORS; i++) {
        if (!str_eq(run, operators[i].name))
            continue;
        p->sign = operators[i].sign;
        p->kind = operators[i].kind;
        return true;
    }
    uint64_t distance = 10;
    if (!str_eq(run, STR("NEAR"))) {
        if (!str_starts(run, STR("NEAR/")) || !str_to_u64(str_sub(run, 5, run.n), &distance))
            return false;
    }
    p->sign = SIGN_PAIR;
    p->kind = QUERY_NEAR;
    p->distance = distance > 10000 ? 10000 : (unsigned)distance;
    return true;
}

static void read_run(struct parser *p)
{
    size_t end = run_end(p, p->at);
    struct str run = str_sub(p->line, p->at, end);
    p->at = end;
    if (p->begin == (size_t)(run.p - p->line.p) && read_operator(p, run))
        return;
    note_unknown_field(p, run);
    for (size_t i = run.n; i-- > 1 && p->weight == 1;)
        if (run.p[i] == '^' && read_weight(p, end - run.n + i, end))
            run.n = i;
    p->kind = QUERY_WORDS;
    size_t star = str_ends(run, STR("*")) ? 1 : str_ends(run, STR("＊")) ? 3 : 0;
    if (star > 0 && run.n > star) {
        run.n -= star;
        p->kind = QUERY_PREFIX;
    }
    p->text = run;
}

/* Look at the next sign. */
static void next(struct parser *p)
{
    p->begin = p->at = skip_blanks(p, p->at);
    p->weight = 1;
    size_t n;
    if (p->at >= p->line.n) {
        p->sign = SIGN_END;
    } else if (p->open > 0 && (n = close_paren(p, p->at)) != 0) {
        p->sign = SIGN_CLOSE;
        p->at += n;
    } else if ((n = open_paren(p, p->at)) != 0 && is_group(p, p->at)) {
        p->sign = SIGN_OPEN;
        p->at += n;
    } else if ((n = starts(p, p->at, STR("-"))    ? 1
                    : starts(p, p->at, STR("－")) ? 3
                                                  : 0) != 0 &&
               !part_ends(p, p->at + n)) {
        p->sign = SIGN_NOT;
        p->at += n;
    } else if (read_field(p)) {
        p->sign = SIGN_FIELD;
    } else {
        p->sign = SIGN_PART;
        if (!read_phrase(p))
            read_run(p);
    }
}

/* ---- grammar ---------------------------------------------------------------- */

static struct query_node *node_new(struct parser *p, enum query_kind kind, struct query_node *kid)
{
    struct query_node *node = arena_new_of(p->arena, struct query_node);
    node->kind = kind;
    node->kid = kid;
    node->weight = 1;
    return node;
}

static struct query_node *fail(struct parser *p, const char *expected)
{
    if (!p->expected)
        p->expected = expected;
    return NULL;
}

static struct query_node *parse_or(struct parser *p);

static struct query_node *parse_group(struct parser *p)
{
    p->open++;
    next(p);
    struct query_node *node = parse_or(p);
    if (!node)
        return NULL;
    if (p->sign != SIGN_CLOSE)
        return fail(p, say("a closing parenthesis", "右括号"));
    p->open--;
    next(p);
    return node;
}

static struct query_node *parse_part(struct parser *p)
{
    struct query_node *node = node_new(p, p->kind, NULL);
    node->text = p->text;
    node->weight = p->weight;
    next(p);
    return node;
}

/* 2019..2024, 2019～2024 */
static void split_range(struct query_node *node)
{
    static const struct str marks[] = { STR(".."), STR("…"), STR("～"), STR("~") };
    node->kind = QUERY_VALUE;
    for (size_t i = 0; i < sizeof marks / sizeof *marks && !node->range; i++) {
        size_t at = str_find(node->text, marks[i], 0);
        if (at == SIZE_MAX)
            continue;
        node->range = true;
        node->last = str_sub(node->text, at + marks[i].n, node->text.n);
        node->text.n = at;
    }
}

static void set_field(struct query_node *node, enum query_field field)
{
    for (struct query_node *kid = node->kid; kid; kid = kid->next)
        set_field(kid, field);
    if (node->kid || node->field != FIELD_ANY)
        return;
    node->field = field;
    if (query_field_is_column(field))
        split_range(node);
}

static struct query_node *parse_item(struct parser *p);

static struct query_node *parse_item_inside(struct parser *p)
{
    enum sign sign = p->sign;
    enum query_field field = p->field;
    if (p->expected)
        return NULL;
    if (sign == SIGN_OPEN)
        return parse_group(p);
    if (sign == SIGN_PART)
        return parse_part(p);
    if (sign != SIGN_NOT && sign != SIGN_FIELD)
        return fail(p, say("a word, a phrase or a group", "词、短语或括号"));
    next(p);
    struct query_node *node = parse_item(p);
    if (node && sign == SIGN_FIELD)
        set_field(node, field);
    return node && sign == SIGN_NOT ? node_new(p, QUERY_NOT, node) : node;
}

static struct query_node *parse_item(struct parser *p)
{
    if (++p->depth > DEEPEST)
        return fail(p, say("fewer groups in each other", "更少的括号层数"));
    struct query_node *node = parse_item_inside(p);
    p->depth--;
    return node;
}

static struct query_node *parse_near(struct parser *p)
{
    struct query_node *left = parse_item(p);
    while (left && p->sign == SIGN_PAIR) {
        struct query_node *pair = node_new(p, p->kind, left);
        pair->distance = p->distance;
        next(p);
        left->next = parse_item(p);
        left = left->next ? pair : NULL;
    }
    return left;
}

static struct query_node *parse_and(struct parser *p)
{
    struct query_node *first = parse_near(p), *last = first;
    while (last && p->sign != SIGN_END && p->sign != SIGN_CLOSE && p->sign != SIGN_OR) {
        if (p->sign == SIGN_AND)
            next(p);
        last = last->next = parse_near(p);
    }
    if (!last)
        return NULL;
    return first->next ? node_new(p, QUERY_AND, first) : first;
}

static struct query_node *parse_or(struct parser *p)
{
    struct query_node *first = parse_and(p), *last = first;
    while (last && p->sign == SIGN_OR) {
        next(p);
        last = last->next = parse_and(p);
    }
    if (!last)
        return NULL;
    return first->next ? node_new(p, QUERY_OR, first) : first;
}

/* ---- plain words -------------------------------------------------------------- */

/* Without the signs that made no sense where they stood. */
static struct str without_signs(struct str run)
{
    static const struct str signs[] = { STR("("), STR("（"), STR(")"), STR("）"), STR("\""), STR("-") };
    struct str before;
    do {
        before = run;
        for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
            if (str_starts(run, signs[i]))
                run = str_sub(run, signs[i].n, run.n);
            if (str_ends(run, signs[i]))
                run.n -= signs[i].n;
        }
    } while (run.n != before.n);
    return run;
}

static struct query_node *whole_text(struct parser *p)
{
    struct query_node *node = node_new(p, QUERY_WORDS, NULL);
    node->text = str_trim(p->line);
    return node->text.n ? node : NULL;
}

/* Every run between blanks, operators left out; when nothing is left, all of it as it is. */
static struct query_node *plain_words(struct parser *p)
{
    struct query_node *first = NULL, **link = &first;
    for (size_t at = skip_blanks(p, 0), end; at < p->line.n; at = skip_blanks(p, end)) {
        for (end = at; end < p->line.n && !blank(p, end);)
            end++;
        struct str run = str_sub(p->line, at, end);
        run = is_operator(run) ? STR_NONE : without_signs(run);
        if (run.n == 0)
            continue;
        *link = node_new(p, QUERY_WORDS, NULL);
        (*link)->text = run;
        link = &(*link)->next;
    }
    if (!first)
        return whole_text(p);
    return first->next ? node_new(p, QUERY_AND, first) : first;
}

static bool is_text(struct str line)
{
    size_t lines = 0;
    line = str_trim(line);
    for (size_t i = 0; i < line.n && lines < 2; i++)
        lines += line.p[i] == '\n';
    return line.n > LONGEST_LINE || lines > 1;
}

void query_parse(struct arena *arena, struct str line, struct query *out)
{
    struct parser p = { .arena = arena, .query = out, .line = line, .weight = 1 };
    *out = (struct query){ .line = line };
    if (is_text(line)) {
        out->root = whole_text(&p);
        return;
    }
    next(&p);
    if (p.sign == SIGN_END)
        return;
    out->root = parse_or(&p);
    if (out->root && p.sign == SIGN_END && !p.expected)
        return;
    if (!p.expected)
        p.expected = say("the end or a word", "结尾或词");
    size_t position = utf8_length(str_sub(line, 0, p.begin)) + 1;
    out->root = plain_words(&p);
    if (out->root && out->root->kind == QUERY_AND)
        out->note = arena_printf(
            arena,
            say("the query cannot be read at character %zu: expected %s; searched as plain words",
                "查询在第 %zu 个字符处无法解析：此处应为%s；已按普通词语检索"),
            position, p.expected);
}

/* ---- printing ------------------------------------------------------------------- */

static void print_leaf(const struct query_node *node, struct buf *out)
{
    if (node->field != FIELD_ANY)
        buf_printf(out, "%s:", query_field_name(node->field));
    const char *quote = node->kind == QUERY_PHRASE ? "\"" : "";
    buf_printf(out, "%s%.*s%s", quote, STR_ARG(node->text), quote);
    if (node->range)
        buf_printf(out, "..%.*s", STR_ARG(node->last));
    if (node->kind == QUERY_PREFIX)
        buf_char(out, '*');
    if (node->weight != 1)
        buf_printf(out, "^%g", node->weight);
}

void query_print(const struct query_node *node, struct buf *out)
{
    static const char *const heads[] = { [QUERY_AND] = "and",           [QUERY_OR] = "or",
                                         [QUERY_NOT] = "not",           [QUERY_NEAR] = "near/",
                                         [QUERY_SENTENCE] = "sentence", [QUERY_PARAGRAPH] = "paragraph" };
    if (!node)
        return;
    if (!node->kid) {
        print_leaf(node, out);
        return;
    }
    buf_printf(out, "(%s", heads[node->kind]);
    if (node->kind == QUERY_NEAR)
        buf_printf(out, "%u", node->distance);
    for (const struct query_node *kid = node->kid; kid; kid = kid->next) {
        buf_char(out, ' ');
        query_print(kid, out);
    }
    buf_char(out, ')');
}
