/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * share/verdict.conf: the judgement is the office's, so it stands in a file and
 * not in the program, and every verdict shows the line that made it.
 *
 *     [copied]                              one of six codes
 *     name = 文字雷同                       what people read
 *     when = mine >= 0.50, longest >= 15    all must hold; nothing: always holds
 *
 * Sections are tried from the top; two of one code mean "or". A number that does
 * not exist (the draft has no 建议) fulfils no condition. Nothing is built in:
 * without the file there is no verdict but an error.
 */
#include "duplicate/verdict.h"

#include <assert.h>
#include <stdio.h>

#include "base/config.h"
#include "base/file.h"
#include "duplicate/hint.h"

enum sign {
    AT_LEAST,
    MORE,
    AT_MOST,
    LESS,
    EQUAL
};
static const char *const SIGNS[] = { ">=", ">", "<=", "<", "=" };

static const struct {
    const char *name, *chinese;
    const char *chinese_no; /* of those that are yes or no: what is said of 0 */
} NUMBER_NAMES[NUMBERS] = {
    [NUMBER_MINE] = { "mine", "本件见于对方" },
    [NUMBER_THEIRS] = { "theirs", "对方见于本件" },
    [NUMBER_EXACT] = { "exact", "逐字相同" },
    [NUMBER_LONGEST] = { "longest", "最长相同字数" },
    [NUMBER_PROBLEM] = { "problem", "情况分析相同" },
    [NUMBER_SUGGESTION] = { "suggestion", "建议相同" },
    [NUMBER_WORDS] = { "words", "用词相合" },
    [NUMBER_TITLE_LETTERS] = { "title_letters", "案由用字相合" },
    [NUMBER_TITLE] = { "title", "案由相合" },
    [NUMBER_SAME_TITLE] = { "same_title", "案由相同" },
    [NUMBER_KEYS] = { "keys", "关键词相合" },
    [NUMBER_RENAMED] = { "renamed", "案由只换了名称", "案由不止换了名称" },
    [NUMBER_LETTERS] = { "letters", "本件字数" },
    [NUMBER_ASKS] = { "asks", "每千字书信用语" },
    [NUMBER_PARTS] = { "parts", "分情况和建议", "未分情况和建议" },
    [NUMBER_THEME] = { "theme", "主题相同", "主题不同" },
    [NUMBER_SAME_PROPOSER] = { "same_proposer", "提案者相同", "提案者不同" },
    [NUMBER_EARLIER] = { "earlier", "对方属往届往次", "对方属本次会议" },
};

static const char *const CODES[VERDICTS] = {
    [VERDICT_NEW] = "new",     [VERDICT_SAME_THEME] = "same-theme", [VERDICT_SAME_PROBLEM] = "same-problem",
    [VERDICT_MERGE] = "merge", [VERDICT_REFILED] = "refiled",       [VERDICT_COPIED] = "copied",
};

struct condition {
    enum number number;
    enum sign sign;
    double value;
    unsigned line;
};

struct rule {
    enum verdict_code code;
    const char *text;
    unsigned line;
    vec_of(struct condition) when;
};

struct verdict_rules {
    vec_of(struct rule) rule;
    const char *path;    /* the file, or what it is called */
    struct hints *hints; /* NULL: none were loaded */
};

const char *verdict_code_name(enum verdict_code code)
{
    assert(code < VERDICTS);
    return CODES[code];
}

const char *verdict_number_name(enum number number)
{
    assert(number < NUMBERS);
    return NUMBER_NAMES[number].name;
}

bool verdict_is_repeat(enum verdict_code code)
{
    return code >= VERDICT_MERGE;
}

/* ---- Reading --------------------------------------------------------------- */

struct reading {
    struct ctx *ctx;
    struct arena *arena;
    const char *name;
    struct verdict_rules *rules;
};

static int bad_line(const struct reading *r, unsigned line, struct str what)
{
    return ctx_fail(r->ctx, TIAN_EFORMAT, r->name, "line %u: cannot read \"%.*s\" as a verdict rule",
                    "第 %u 行：看不懂查重规则“%.*s”", line, STR_ARG(what));
}

static bool find_number(struct str name, enum number *out)
{
    for (int i = 0; i < NUMBERS; i++)
        if (str_eq(name, str_of(NUMBER_NAMES[i].name))) {
            *out = (enum number)i;
            return true;
        }
    return false;
}

/* "mine >= 0.50" */
static bool read_condition(struct str item, struct condition *out)
{
    for (size_t i = 0; i < sizeof SIGNS / sizeof *SIGNS; i++) {
        struct str mark = str_of(SIGNS[i]);
        size_t at = str_find(item, mark, 0);
        if (at == SIZE_MAX)
            continue;
        out->sign = (enum sign)i;
        return find_number(str_trim(str_sub(item, 0, at)), &out->number) &&
               str_to_double(str_trim(str_sub(item, at + mark.n, item.n)), &out->value);
    }
    return false;
}

static int read_when(const struct reading *r, const struct config_line *line, struct rule *rule)
{
    struct str rest = line->value, item;
    struct condition condition;
    while (config_item(&rest, &item)) {
        if (item.n == 0)
            continue;
        if (!read_condition(item, &condition))
            return bad_line(r, line->line, item);
        condition.line = line->line;
        vec_push(&rule->when, condition);
    }
    return TIAN_OK;
}

static int open_rule(const struct reading *r, const struct config_line *line)
{
    for (int i = 0; i < VERDICTS; i++) {
        if (!str_eq(line->section, str_of(CODES[i])))
            continue;
        vec_push(&r->rules->rule,
                 (struct rule){ .code = (enum verdict_code)i, .text = CODES[i], .line = line->line });
        vec_init(&r->rules->rule.at[r->rules->rule.n - 1].when, r->arena);
        return TIAN_OK;
    }
    return bad_line(r, line->line, line->section);
}

static int read_rule_line(void *self, const struct config_line *line)
{
    const struct reading *r = self;
    if (line->key.n == 0)
        return open_rule(r, line);
    if (r->rules->rule.n == 0 || !line->assigned)
        return bad_line(r, line->line, line->key);
    struct rule *rule = &r->rules->rule.at[r->rules->rule.n - 1];
    if (str_eq(line->key, STR("when")))
        return read_when(r, line, rule);
    if (!str_eq(line->key, STR("name")))
        return bad_line(r, line->line, line->key);
    rule->text = arena_cstr(r->arena, line->value);
    return TIAN_OK;
}

int verdict_parse(struct ctx *ctx, struct arena *arena, struct str text, const char *name,
                  struct verdict_rules **out)
{
    struct reading r = { ctx, arena, name, arena_new_of(arena, struct verdict_rules) };
    vec_init(&r.rules->rule, arena);
    r.rules->path = arena_cstr(arena, str_of(name));
    *out = NULL;
    int code = config_read(ctx, text, name, read_rule_line, &r);
    if (code == TIAN_OK && r.rules->rule.n == 0)
        code = ctx_fail(ctx, TIAN_EFORMAT, name, "there is no verdict rule in it", "里面没有一条查重规则");
    if (code == TIAN_OK)
        *out = r.rules;
    return code;
}

int verdict_load(struct ctx *ctx, struct arena *arena, const char *share_folder, struct verdict_rules **out)
{
    const char *path =
        share_folder ? path_join(arena, share_folder, "verdict.conf") : share_path(arena, "verdict.conf");
    struct str text;
    *out = NULL;
    if (path == NULL)
        return ctx_fail(ctx, TIAN_EIO, "verdict.conf",
                        "no share folder has the verdict rules (set TIAN_SHARE)",
                        "找不到查重规则文件（可用 TIAN_SHARE 指明 share 目录）");
    int code = file_read(ctx, arena, path, 1 << 20, &text);
    if (code == TIAN_OK)
        code = verdict_parse(ctx, arena, text, path, out);
    return code != TIAN_OK ? code : hints_load(ctx, arena, share_folder, &(*out)->hints);
}

const struct hints *verdict_hints(const struct verdict_rules *rules)
{
    return rules->hints;
}

/* ---- Judging ----------------------------------------------------------------- */

static bool holds(const struct condition *c, double x)
{
    if (x < 0)
        return false;
    switch (c->sign) {
    case AT_LEAST:
        return x >= c->value;
    case MORE:
        return x > c->value;
    case AT_MOST:
        return x <= c->value;
    case LESS:
        return x < c->value;
    case EQUAL:
        return x >= c->value - 1e-9 && x <= c->value + 1e-9;
    }
    return false;
}

static bool rule_holds(const struct rule *rule, const struct numbers *n)
{
    for (size_t i = 0; i < rule->when.n; i++)
        if (!holds(&rule->when.at[i], n->at[rule->when.at[i].number]))
            return false;
    return true;
}

/* "theme", "not theme" */
static void put_yes_or_no(struct buf *out, const struct condition *c)
{
    bool yes = c->value > 0;
    if (say_chinese())
        buf_cstr(out, yes ? NUMBER_NAMES[c->number].chinese : NUMBER_NAMES[c->number].chinese_no);
    else
        buf_printf(out, yes ? "%s" : "not %s", NUMBER_NAMES[c->number].name);
}

/* "mine 0.83 >= 0.50" */
static void put_condition(struct buf *out, const struct condition *c, double value)
{
    const char *name = say_chinese() ? NUMBER_NAMES[c->number].chinese : NUMBER_NAMES[c->number].name;
    buf_cstr(out, out->n ? say(", ", "，") : "");
    if (c->sign == EQUAL && NUMBER_NAMES[c->number].chinese_no) {
        put_yes_or_no(out, c);
        return;
    }
    int digits = c->number == NUMBER_LONGEST || c->number == NUMBER_LETTERS || c->number == NUMBER_ASKS ||
                         c->sign == EQUAL
                     ? 0
                     : 2;
    buf_printf(out, "%s %.*f %s %.*f", name, digits, value, SIGNS[c->sign], digits, c->value);
}

/* "mine 0.83 >= 0.50, longest 120 >= 15 (verdict.conf, line 42)" */
static const char *describe(const struct rule *rule, const struct numbers *n, struct arena *arena)
{
    struct buf out;
    buf_init(&out, arena);
    for (size_t i = 0; i < rule->when.n; i++)
        put_condition(&out, &rule->when.at[i], n->at[rule->when.at[i].number]);
    if (rule->when.n == 0)
        buf_cstr(&out, say("no other rule holds", "其余各条都不成立"));
    buf_printf(&out, say(" (verdict.conf, line %u)", "（verdict.conf 第 %u 行）"), rule->line);
    return arena_cstr(arena, buf_view(&out));
}

static const struct rule *rule_of(const struct verdict_rules *rules, const struct numbers *n)
{
    for (size_t i = 0; i < rules->rule.n; i++)
        if (rule_holds(&rules->rule.at[i], n))
            return &rules->rule.at[i];
    return NULL;
}

enum verdict_code verdict_code_of(const struct verdict_rules *rules, const struct numbers *n)
{
    const struct rule *rule = rule_of(rules, n);
    return rule ? rule->code : VERDICT_NEW;
}

struct judgement verdict_judge(const struct verdict_rules *rules, const struct numbers *n,
                               struct arena *arena)
{
    const struct rule *rule = rule_of(rules, n);
    if (rule)
        return (struct judgement){ rule->code, rule->text, describe(rule, n, arena) };
    return (struct judgement){ VERDICT_NEW, say("new proposal", "新提案"),
                               say("no rule holds", "没有一条规则成立") };
}

/* ---- Better thresholds ---------------------------------------------------------- */

size_t verdict_repeats_holding(const struct verdict_rules *rules, const struct numbers *n)
{
    size_t holding = 0;
    for (size_t i = 0; i < rules->rule.n; i++)
        holding += verdict_is_repeat(rules->rule.at[i].code) && rule_holds(&rules->rule.at[i], n);
    return holding;
}

size_t verdict_conditions(const struct verdict_rules *rules)
{
    size_t n = 0;
    for (size_t i = 0; i < rules->rule.n; i++)
        n += rules->rule.at[i].when.n;
    return n;
}

static struct condition *condition_at(const struct verdict_rules *rules, size_t i, const struct rule **rule)
{
    for (size_t k = 0; k < rules->rule.n; k++) {
        *rule = &rules->rule.at[k];
        if (i < (*rule)->when.n)
            return &(*rule)->when.at[i];
        i -= (*rule)->when.n;
    }
    assert(false);
    return NULL;
}

struct verdict_condition verdict_condition(const struct verdict_rules *rules, size_t i)
{
    const struct rule *rule;
    const struct condition *c = condition_at(rules, i, &rule);
    return (struct verdict_condition){ rule->code, rule->text,          c->number,
                                       c->value,   c->sign == AT_LEAST, c->line };
}

void verdict_set_condition(struct verdict_rules *rules, size_t i, double value)
{
    const struct rule *rule;
    condition_at(rules, i, &rule)->value = value;
}

struct verdict_rules *verdict_copy(const struct verdict_rules *rules, struct arena *arena)
{
    struct verdict_rules *copy = arena_new_of(arena, struct verdict_rules);
    copy->path = rules->path;
    copy->hints = rules->hints;
    vec_init(&copy->rule, arena);
    for (size_t i = 0; i < rules->rule.n; i++) {
        struct rule rule = rules->rule.at[i];
        vec_init(&rule.when, arena);
        for (size_t k = 0; k < rules->rule.at[i].when.n; k++)
            vec_push(&rule.when, rules->rule.at[i].when.at[k]);
        vec_push(&copy->rule, rule);
    }
    return copy;
}

/* The line with the value of its condition replaced: "mine >= 0.85" → "mine >= 0.80". */
static void put_changed(struct buf *out, struct str line, const struct condition *c)
{
    struct str name = str_of(NUMBER_NAMES[c->number].name), sign = str_of(SIGNS[c->sign]);
    for (size_t at = 0; (at = str_find(line, name, at)) != SIZE_MAX; at += name.n) {
        size_t i = at + name.n;
        bool word = at == 0 || strchr(" =,\t", line.p[at - 1]) || (unsigned char)line.p[at - 1] >= 0x80;
        while (i < line.n && line.p[i] == ' ')
            i++;
        if (!word || !str_starts(str_sub(line, i, line.n), sign))
            continue;
        i += sign.n;
        size_t end = i;
        while (end < line.n && line.p[end] == ' ')
            end++;
        while (end < line.n && strchr(".0123456789", line.p[end]))
            end++;
        buf_str(out, str_sub(line, 0, i));
        buf_printf(out, " %.2f", c->value);
        buf_str(out, str_sub(line, end, line.n));
        return;
    }
    buf_str(out, line);
}

/* Of those named, the condition that stands in this line; NULL. */
static const struct condition *changed_in(const struct verdict_rules *rules, const size_t *conditions,
                                          size_t n, unsigned line, size_t *next)
{
    const struct rule *rule;
    while (*next < n) {
        const struct condition *c = condition_at(rules, conditions[(*next)++], &rule);
        if (c->line == line)
            return c;
    }
    return NULL;
}

int verdict_file(struct ctx *ctx, const struct verdict_rules *rules, const size_t *conditions, size_t n,
                 struct buf *out)
{
    struct str text, line;
    unsigned number = 0;
    int code = file_read(ctx, ctx->arena, rules->path, 1 << 20, &text);
    if (code != TIAN_OK)
        return code;
    while (str_line(&text, &line)) {
        const struct condition *c;
        size_t next = 0;
        number++;
        while ((c = changed_in(rules, conditions, n, number, &next)) != NULL) {
            struct buf changed;
            buf_init(&changed, ctx->arena);
            put_changed(&changed, line, c);
            line = buf_view(&changed);
        }
        buf_str(out, line);
        buf_char(out, '\n');
    }
    return TIAN_OK;
}
