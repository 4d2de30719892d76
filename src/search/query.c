/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The query language, by recursive descent over the signs of sign.c:
 *
 *   or    = and { (OR | 或 | "|") and }
 *   and   = near { [AND | 与 | &] near }
 *   near  = item { (NEAR/10 | 同句 | 同段) item }
 *   item  = (- | NOT | 非) item  |  field : item  |  ( or )  |  part [^weight]
 *   part  = "exact phrase"  |  prefix*  |  words  |  value  |  first..last
 *
 * A line that does not fit is read as plain words, and a note says where it
 * stopped to fit. A long or many-lined text has no signs at all: it is one part.
 */
#include "search/sign.h"

#include "base/ctx.h"

enum {
    LONGEST_LINE = 4096, /* bytes; beyond it a query is a text */
    DEEPEST = 60,        /* parentheses and NOTs in each other */
};

struct parser {
    struct arena *arena;
    struct signs signs;
    unsigned depth;
    bool lost; /* an operator, when read as plain words */
};

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
    if (!p->signs.expected)
        p->signs.expected = expected;
    return NULL;
}

static struct query_node *parse_or(struct parser *p);

static struct query_node *parse_group(struct parser *p)
{
    p->signs.open++;
    sign_next(&p->signs);
    struct query_node *node = parse_or(p);
    if (!node)
        return NULL;
    if (p->signs.sign != SIGN_CLOSE)
        return fail(p, say("a closing parenthesis", "右括号"));
    p->signs.open--;
    sign_next(&p->signs);
    return node;
}

static struct query_node *parse_part(struct parser *p)
{
    struct query_node *node = node_new(p, p->signs.kind, NULL);
    node->text = p->signs.text;
    node->weight = p->signs.weight;
    sign_next(&p->signs);
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
    enum sign sign = p->signs.sign;
    enum query_field field = p->signs.field;
    if (p->signs.expected)
        return NULL;
    if (sign == SIGN_OPEN)
        return parse_group(p);
    if (sign == SIGN_PART)
        return parse_part(p);
    if (sign != SIGN_NOT && sign != SIGN_FIELD)
        return fail(p, say("a word, a phrase or a group", "词、短语或括号"));
    sign_next(&p->signs);
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
    while (left && p->signs.sign == SIGN_PAIR) {
        struct query_node *pair = node_new(p, p->signs.kind, left);
        pair->distance = p->signs.distance;
        sign_next(&p->signs);
        left->next = parse_item(p);
        left = left->next ? pair : NULL;
    }
    return left;
}

static struct query_node *parse_and(struct parser *p)
{
    struct query_node *first = parse_near(p), *last = first;
    while (last && p->signs.sign != SIGN_END && p->signs.sign != SIGN_CLOSE && p->signs.sign != SIGN_OR) {
        if (p->signs.sign == SIGN_AND)
            sign_next(&p->signs);
        last = last->next = parse_near(p);
    }
    if (!last)
        return NULL;
    return first->next ? node_new(p, QUERY_AND, first) : first;
}

static struct query_node *parse_or(struct parser *p)
{
    struct query_node *first = parse_and(p), *last = first;
    while (last && p->signs.sign == SIGN_OR) {
        sign_next(&p->signs);
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
    node->text = str_trim(p->signs.line);
    return node->text.n ? node : NULL;
}

/* Every run between blanks, operators left out; when nothing is left, all of it as it is. */
static struct query_node *plain_words(struct parser *p)
{
    struct query_node *first = NULL, **link = &first;
    struct str run;
    for (size_t at = 0; sign_run(&p->signs, &at, &run);) {
        p->lost |= sign_is_operator(run);
        run = sign_is_operator(run) ? STR_NONE : without_signs(run);
        if (run.n == 0)
            continue;
        *link = node_new(p, QUERY_WORDS, NULL);
        (*link)->text = run;
        link = &(*link)->next;
    }
    if (!first)
        p->lost = false;
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

/* Runs as plain words, and says so, unless nothing is lost but a bracket or quotation mark still to be
 * closed. */
static void read_plainly(struct parser *p, struct query *out)
{
    struct signs *s = &p->signs;
    size_t position = utf8_length(str_sub(s->line, 0, s->begin)) + 1;
    out->root = plain_words(p);
    if (out->root && (out->root->kind == QUERY_AND || p->lost))
        out->note = arena_printf(
            p->arena,
            say("the query cannot be read at character %zu: expected %s; searched as plain words",
                "查询在第 %zu 个字符处无法解析：此处应为%s；已按普通词语检索"),
            position, s->expected ? s->expected : say("the end or a word", "结尾或词"));
}

void query_parse(struct arena *arena, struct str line, struct query *out)
{
    struct parser p = { .arena = arena, .signs = { .line = line, .weight = 1 } };
    *out = (struct query){ .line = line };
    if (is_text(line)) {
        out->root = whole_text(&p);
        return;
    }
    sign_next(&p.signs);
    if (p.signs.sign == SIGN_END)
        return;
    out->root = parse_or(&p);
    out->unknown = p.signs.unknown;
    if (!out->root || p.signs.sign != SIGN_END || p.signs.expected)
        read_plainly(&p, out);
}

/* ---- printing ------------------------------------------------------------------- */

static void print_leaf(const struct query_node *node, const char *field, struct buf *out)
{
    if (node->field != FIELD_ANY)
        buf_printf(out, "%s:", field);
    const char *quote = node->kind == QUERY_PHRASE ? "\"" : "";
    buf_cstr(out, quote);
    buf_str(out, node->text); /* which may hold any byte, NUL too */
    buf_cstr(out, quote);
    if (node->range) {
        buf_cstr(out, "..");
        buf_str(out, node->last);
    }
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
        print_leaf(node, query_field_name(node->field), out);
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

const char *query_field_list(struct arena *arena)
{
    struct buf out;
    buf_init(&out, arena);
    for (unsigned field = FIELD_TITLE; field <= FIELD_ID; field++)
        buf_printf(&out, field > FIELD_TITLE ? " %s" : "%s", query_field_shown((enum query_field)field));
    return arena_cstr(arena, buf_view(&out));
}

static void show_joint(const struct query_node *node, struct buf *out)
{
    switch (node->kind) {
    case QUERY_NEAR:
        buf_printf(out, " NEAR/%u ", node->distance);
        break;
    case QUERY_SENTENCE:
        buf_cstr(out, " 同句 ");
        break;
    case QUERY_PARAGRAPH:
        buf_cstr(out, " 同段 ");
        break;
    case QUERY_OR:
        buf_cstr(out, say(" OR ", " 或 "));
        break;
    default:
        buf_char(out, ' ');
    }
}

void query_show(const struct query_node *node, struct buf *out)
{
    if (!node->kid) {
        print_leaf(node, query_field_shown(node->field), out);
        return;
    }
    if (node->kind == QUERY_NOT) {
        buf_cstr(out, say("NOT ", "非 "));
        query_show(node->kid, out);
        return;
    }
    buf_char(out, '(');
    for (const struct query_node *kid = node->kid; kid; kid = kid->next) {
        query_show(kid, out);
        if (kid->next)
            show_joint(node, out);
    }
    buf_char(out, ')');
}
