/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The table of all options and its reader. To add one: a field in struct
 * options, a line here, its name in the commands that take it (main.c).
 *
 * How they are written: --name value, --name=value, -n value, -n5; flags alone.
 * Options and operands may be mixed. A word that starts with "-" and a letter
 * beyond ASCII (-农村: without this word) is an operand, and so is "-" alone.
 */
#include "cli/option.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>

enum kind {
    FLAG,
    TEXT,
    NUMBER,
    SIZE,  /* a number of bytes: 150M */
    CHOICE /* shown = the choices, '|' between them */
};

struct option {
    const char *name;
    char letter;
    bool global;
    enum kind kind;
    size_t at;
    const char *shown; /* what the value is called in the help */
    const char *english, *chinese;
};

#define AT(field) offsetof(struct options, field)

static const struct option OPTIONS[] = {
    { "index", 'i', true, TEXT, AT(index), "DIR", "the index to use (else $TIAN_INDEX, else ./index)",
      "使用哪个索引（缺省为 $TIAN_INDEX，再缺省为 ./index）" },
    { "json", 0, true, FLAG, AT(json), NULL, "answer as one JSON object, for programs",
      "以 JSON 输出，供程序使用" },
    { "jsonl", 0, true, FLAG, AT(jsonl), NULL, "answer as JSON Lines, one object a line",
      "以 JSON Lines 输出，每行一个对象" },
    { "lang", 0, true, CHOICE, AT(lang), "auto|zh|en", "language of messages (auto: from $LANG)",
      "提示所用的语言（auto：按 $LANG）" },
    { "color", 0, true, CHOICE, AT(color), "auto|always|never",
      "mark what was found by colour (auto: on a terminal)", "用颜色标出命中的字（auto：在终端上）" },
    { "help", 'h', true, FLAG, AT(help), NULL, "this text", "显示本说明" },
    { "version", 'V', true, FLAG, AT(version), NULL, "the version", "显示版本" },

    { "match", 'm', false, CHOICE, AT(match), "auto|all|any|exact",
      "how to read the query: every word must occur, any may, or exactly as typed",
      "怎样理解检索词：all 每个词都出现，any 出现任意词，exact 与输入一字不差" },
    { "theme", 't', false, TEXT, AT(theme), "THEME", "only this theme, the surest first: 社会建设, 教育",
      "只要这一主题，把握大的在前：社会建设、教育" },
    { "sort", 's', false, TEXT, AT(sort), "KEY,…",
      "order of the hits: score, newest, oldest, or several keys, - for descending: -year,unit,number",
      "排序：score 相关度、newest 新到旧、oldest 旧到新，或几项依次，- 为倒序：-年,单位,案号" },
    { "count", 'n', false, NUMBER, AT(count), "N", "how many hits to show (10)", "显示几件（10）" },
    { "offset", 0, false, NUMBER, AT(offset), "N", "leave out the first N hits: for the next page",
      "跳过前 N 件，用于翻页" },
    { "cursor", 0, false, TEXT, AT(cursor), "CURSOR",
      "the page behind the one that gave this cursor, however deep",
      "接着上一页给出的游标往下列，翻多深都一样快" },
    { "facet", 'f', false, TEXT, AT(facet), "NAME,…",
      "count what was found by theme, year, session, unit, proposer_kind, outcome, state; year×theme: a "
      "table",
      "对结果分类计数：theme 主题、year 年份、session 届次、unit 承办单位、proposer_kind、outcome "
      "办理结果、state；年×主题 为交叉表" },
    { "format", 0, false, CHOICE, AT(format), "text|json|jsonl|csv|trec|markdown|html",
      "form of the answer; csv opens in a spreadsheet", "输出格式；csv 可用表格软件打开" },
    { "session", 0, false, TEXT, AT(session), "SESSION", "proposals of this session: 十四届三次",
      "哪次会议的提案：十四届三次" },
    { "year", 0, false, NUMBER, AT(year), "YEAR", "proposals of this year", "哪一年的提案" },
    { "cross", 0, false, TEXT, AT(cross), "AXIS,AXIS",
      "a table by two or three of year, session, period, proposer_kind, proposer, category, theme, subtheme, "
      "unit, outcome, "
      "state, satisfaction",
      "交叉表，两三项：year 年份、session 届次、period 会间会后、proposer_kind、proposer、category "
      "类别、theme 主题、subtheme、"
      "unit 主办单位、outcome 办理结果、state 审查情况、satisfaction" },
    { "trend", 0, false, TEXT, AT(trend), "THEME",
      "how a theme developed: year by year, words that came and went, what was solved at a later try",
      "一个主题的历年情况：逐年件数、多起来和少下去的词、后来解决的" },
    { "compare", 0, false, TEXT, AT(compare), "FILE",
      "the numbers of this printed report (prose, or a table of key and value) against ours",
      "与这份印好的报告（文稿，或两列的表）逐数对照" },
    { "exact", 0, false, FLAG, AT(exact_counts), NULL, "count exactly, however many there are",
      "总数和分类计数不用估计，逐件核实" },
    { "literal", 0, false, FLAG, AT(literal), NULL,
      "the words as typed: no synonyms, no other ways to write them",
      "只按输入的字查，不扩展同义词和数字、单位的别的写法" },
    { "all-copies", 0, false, FLAG, AT(all_copies), NULL, "show identical documents one by one",
      "内容相同的也逐件列出" },
    { "explain", 0, false, FLAG, AT(explain), NULL, "say what made each score", "说明每件得分的来由" },
    { "batch", 'b', false, TEXT, AT(batch), "FILE|-",
      "many at once: a file with one question or draft a line", "成批处理：文件每行一个问题或一篇草稿" },
    { "query", 'q', false, TEXT, AT(query), "QUERY", "mark what this query finds in the text",
      "在正文中标出这一检索词" },
    { "top", 0, false, NUMBER, AT(top), "N", "how many similar documents to report (5)",
      "报告几件相似的提案（5）" },
    { "against", 0, false, TEXT, AT(against), "ID", "compare with this document only", "只与这一件比对" },
    { "side-by-side", 0, false, FLAG, AT(side_by_side), NULL,
      "both texts whole, in columns, equal characters marked", "两件全文左右对照，标出相同的字" },
    { "certificate", 0, false, TEXT, AT(certificate), "FILE",
      "write a one-page certificate of the check, HTML to be printed", "写出一页查重证明（HTML，可打印）" },
    { "exclude", 0, false, TEXT, AT(exclude), "ID",
      "leave this document out: the draft itself, when it was indexed already",
      "不与这一件比对（草稿本身已入库时用）" },
    { "title", 0, false, TEXT, AT(title), "TEXT", "title of the draft, when its text does not say it",
      "草稿的案由（正文里没有写时）" },
    { "proposer", 0, false, TEXT, AT(proposer), "NAME",
      "who proposes it: tells a refiled proposal from a copied one", "草稿的提案者：用来分清重提与雷同" },
    { "accept", 0, false, FLAG, AT(accept), NULL,
      "merge: the proposals named (ids or numbers) go below the first; below it alone: all that are proposed "
      "with it",
      "并案：所列提案（编号或案号）并入第一件；只写一件，则接受以它为主的整组" },
    { "refuse", 0, false, FLAG, AT(refuse), NULL, "these two are not merged, and never proposed again",
      "这两件不并案，以后不再建议" },
    { "learn", 0, false, FLAG, AT(learn), NULL,
      "what the decisions so far say of the thresholds of verdict.conf; with --out a file with better ones",
      "由已作的决定看 verdict.conf 的门槛；加 --out 写出改好的规则文件" },
    { "taxonomy", 0, false, TEXT, AT(taxonomy), "FILE",
      "label by this list of themes instead of the usual one", "改用这份主题分类表" },
    { "from", 0, false, TEXT, AT(from), "FILE",
      "labelled texts, JSON Lines with theme, title and text (else those of the index)",
      "已标主题的例子：JSON Lines，含 theme、title、text（缺省用索引里已定主题的）" },
    { "out", 0, false, TEXT, AT(out), "FILE", "where to write what was learned", "学得的结果写到哪个文件" },
    { "folds", 0, false, NUMBER, AT(folds), "N", "learn from the other parts of N and test on each in turn",
      "分成 N 份，轮流用其余各份学、用这一份测" },
    { "jobs", 'j', false, NUMBER, AT(jobs), "N", "how many threads (one a processor)",
      "用几个线程（缺省与处理器数相同）" },
    { "memory", 0, false, SIZE, AT(memory), "SIZE", "how much memory to use: 150M", "最多用多少内存：150M" },
    { "rebuild", 0, false, FLAG, AT(rebuild), NULL, "read every file again, changed or not",
      "不论是否变动，全部重新读取" },
    { "strict", 0, false, FLAG, AT(strict), NULL, "stop at the first file that cannot be read",
      "遇到读不了的文件就停止" },
    { "wait", 0, false, NUMBER, AT(wait), "SECONDS", "wait so long while another process writes to the index",
      "别的进程正在写索引时，最多等几秒" },
    { "follow", 0, false, FLAG, AT(follow), NULL,
      "stay, and read what changes in these folders, until Ctrl-C",
      "不退出，文件夹一有变动就读入，按 Ctrl-C 停止" },
    { "require-sandbox", 0, false, FLAG, AT(require_sandbox), NULL,
      "refuse office files and PDF where the kernel cannot confine what reads them",
      "内核不能隔离解析程序时，拒绝读取 Office 和 PDF 文件" },
    { "log", 0, false, TEXT, AT(log), "FILE", "where to write what was read and what failed",
      "导入日志写到哪个文件" },
    { "quick", 0, false, FLAG, AT(quick), NULL, "checksums only (the default)", "只核对校验和（缺省）" },
    { "full", 0, false, FLAG, AT(full), NULL, "cut every document again and compare",
      "每件重新分词并逐项核对" },
    { "port", 'p', false, NUMBER, AT(port), "N", "port to listen on (8765)", "监听的端口（8765）" },
    { "host", 0, false, TEXT, AT(host), "ADDR", "address to listen on (127.0.0.1: this machine only)",
      "监听的地址（127.0.0.1：仅限本机）" },
    { "public", 0, false, FLAG, AT(public_host), NULL,
      "let other machines in; hidden proposals stay hidden to them",
      "允许其他机器访问；不公开的提案对它们不显示" },
    { "token-file", 0, false, TEXT, AT(token_file), "FILE",
      "first line: the password with which officers see everything",
      "首行为工作人员口令，凭口令可看全部提案" },
    { "threads", 0, false, NUMBER, AT(threads), "N", "how many requests at once (4)",
      "同时处理几个请求（4）" },
    { "request-seconds", 0, false, NUMBER, AT(request_seconds), "N", "how long a request may take (60)",
      "一个请求最多用几秒（60）" },
    { "access-log", 0, false, FLAG, AT(access_log), NULL, "one line a request on stderr",
      "每个请求在标准错误输出一行" },
};
enum {
    NOPTIONS = sizeof OPTIONS / sizeof *OPTIONS
};

/* ---- Which ---------------------------------------------------------------------------------------- */

static bool has_word(const char *words, const char *name)
{
    struct str rest = str_of(words), word;
    while (rest.n > 0) {
        rest = str_split(rest, ' ', &word);
        if (str_eq(word, str_of(name)))
            return true;
    }
    return false;
}

static bool is_taken(const struct option *o, const char *taken)
{
    return o->global || has_word(taken, o->name);
}

static const struct option *by_name(struct str name, const char *taken)
{
    for (size_t i = 0; i < NOPTIONS; i++)
        if (is_taken(&OPTIONS[i], taken) && str_eq(str_of(OPTIONS[i].name), name))
            return &OPTIONS[i];
    return NULL;
}

static const struct option *by_letter(char letter, const char *taken)
{
    for (size_t i = 0; letter && i < NOPTIONS; i++)
        if (OPTIONS[i].letter == letter && is_taken(&OPTIONS[i], taken))
            return &OPTIONS[i];
    return NULL;
}

/* Letters to change, insert or leave out; names longer than 31 are far from everything. */
static size_t distance(const char *a, const char *b)
{
    size_t row[32], n = strlen(b);
    if (n > 31 || strlen(a) > 31)
        return 99;
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 1; a[i - 1]; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t best = corner + (a[i - 1] != b[j - 1]);
            corner = row[j];
            best = best < row[j] + 1 ? best : row[j] + 1;
            row[j] = best < row[j - 1] + 1 ? best : row[j - 1] + 1;
        }
    }
    return row[n];
}

const char *option_nearest(const char *typed, const char *const *names, size_t n)
{
    const char *nearest = NULL;
    size_t least = strlen(typed) > 4 ? 3 : 2; /* fewer changes than this */
    for (size_t i = 0; i < n; i++) {
        size_t d = distance(typed, names[i]);
        if (d < least) {
            least = d;
            nearest = names[i];
        }
    }
    return nearest;
}

static int unknown(struct ctx *ctx, const char *word, const char *taken)
{
    const char *names[NOPTIONS];
    size_t n = 0;
    for (size_t i = 0; i < NOPTIONS; i++)
        if (is_taken(&OPTIONS[i], taken))
            names[n++] = OPTIONS[i].name;
    const char *nearest = strncmp(word, "--", 2) == 0 ? option_nearest(word + 2, names, n) : NULL;
    if (nearest)
        return ctx_fail(ctx, TIAN_EUSAGE, word, "unknown option; did you mean --%s?",
                        "没有这个选项；是不是 --%s？", nearest);
    return ctx_fail(ctx, TIAN_EUSAGE, word, "unknown option; --help lists them",
                    "没有这个选项；可用的选项见 --help");
}

/* ---- Values --------------------------------------------------------------------------------------- */

static const char *dashed(struct ctx *ctx, const struct option *o)
{
    return arena_printf(ctx->arena, "--%s", o->name);
}

static int read_number(struct ctx *ctx, const struct option *o, const char *value, uint64_t *out)
{
    if (str_to_u64(str_of(value), out) && *out <= UINT32_MAX)
        return 0;
    return ctx_fail(ctx, TIAN_EUSAGE, dashed(ctx, o), "a number is wanted, not “%s”",
                    "这里要一个数，不能是“%s”", value);
}

static int read_size(struct ctx *ctx, const struct option *o, const char *value, uint64_t *out)
{
    static const char units[] = "KMG";
    struct str s = str_of(value);
    const char *unit = s.n > 0 ? strchr(units, s.p[s.n - 1] & ~0x20) : NULL;
    unsigned shift = unit && *unit ? 10 * (unsigned)(unit - units + 1) : 0;
    if (shift)
        s.n--;
    if (!str_to_u64(s, out) || *out > (UINT64_C(1) << 40 >> shift))
        return ctx_fail(ctx, TIAN_EUSAGE, dashed(ctx, o), "a size is wanted, as 150M, not “%s”",
                        "这里要一个大小，如 150M，不能是“%s”", value);
    *out <<= shift;
    return 0;
}

static int read_choice(struct ctx *ctx, const struct option *o, const char *value, int *out)
{
    struct str rest = str_of(o->shown), choice;
    for (int i = 0; rest.n > 0; i++) {
        rest = str_split(rest, '|', &choice);
        if (str_eq(choice, str_of(value))) {
            *out = i;
            return 0;
        }
    }
    return ctx_fail(ctx, TIAN_EUSAGE, dashed(ctx, o), "one of %s is wanted, not “%s”",
                    "只能是 %s 之一，不能是“%s”", o->shown, value);
}

static int set_value(struct ctx *ctx, const struct option *o, const char *value, struct options *options)
{
    void *field = (char *)options + o->at;
    switch (o->kind) {
    case FLAG:
        *(bool *)field = true;
        return 0;
    case TEXT:
        *(const char **)field = value;
        return 0;
    case NUMBER:
        return read_number(ctx, o, value, field);
    case SIZE:
        return read_size(ctx, o, value, field);
    case CHOICE:
        return read_choice(ctx, o, value, field);
    }
    return TIAN_EUSAGE;
}

/* ---- Words ---------------------------------------------------------------------------------------- */

/* --name, --name=value, -x, -xVALUE: which option, and the value written with it or NULL. */
static const struct option *read_name(const char *word, const char *taken, const char **value)
{
    struct str name;
    *value = NULL;
    if (word[1] != '-') {
        *value = word[2] ? word + 2 : NULL;
        return by_letter(word[1], taken);
    }
    *value = str_split(str_of(word + 2), '=', &name).p;
    return by_name(name, taken);
}

static int read_option(struct ctx *ctx, const struct option_words *w, size_t *i, struct options *options)
{
    const char *word = w->words[*i], *value;
    const struct option *o = read_name(word, w->taken, &value);
    if (!o || (o->kind == FLAG && value && word[1] != '-'))
        return unknown(ctx, word, w->taken);
    if (o->kind == FLAG && value)
        return ctx_fail(ctx, TIAN_EUSAGE, word, "this option takes no value", "这个选项不带值");
    if (o->kind != FLAG && !value) {
        if (++*i >= w->nwords)
            return ctx_fail(ctx, TIAN_EUSAGE, word, "a value is missing: %s", "缺少值：%s", o->shown);
        value = w->words[*i];
    }
    return set_value(ctx, o, value, options);
}

static bool is_option(const char *word)
{
    return word[0] == '-' && word[1] != '\0' && (unsigned char)word[1] < 0x80;
}

int option_parse(struct ctx *ctx, const struct option_words *w, struct options *options,
                 const char ***operands, size_t *noperands)
{
    bool ended = false;
    size_t n = 0;
    const char **out = arena_array(ctx->arena, const char *, w->nwords + 1);
    for (size_t i = 0; i < w->nwords; i++) {
        const char *word = w->words[i];
        if (!ended && strcmp(word, "--") == 0) {
            ended = true;
        } else if (ended || !is_option(word)) {
            ended |= w->stop;
            out[n++] = word;
        } else {
            int rc = read_option(ctx, w, &i, options);
            if (rc)
                return rc;
        }
    }
    *operands = out;
    *noperands = n;
    return 0;
}

/* ---- Help ----------------------------------------------------------------------------------------- */

static void help_line(struct buf *out, const struct option *o)
{
    enum {
        COLUMN = 26
    };
    char head[96];
    int n =
        snprintf(head, sizeof head, "  %c%c%c --%s%s%s", o->letter ? '-' : ' ', o->letter ? o->letter : ' ',
                 o->letter ? ',' : ' ', o->name, o->shown ? " " : "", o->shown ? o->shown : "");
    assert(n > 0 && (size_t)n < sizeof head);
    size_t width = utf8_length(str_of(head));
    if (width < COLUMN)
        buf_printf(out, "%s%*s", head, (int)(COLUMN - width), "");
    else
        buf_printf(out, "%s\n%*s", head, COLUMN, "");
    buf_printf(out, "%s\n", say(o->english, o->chinese));
}

void option_help(struct buf *out, const char *taken)
{
    for (size_t i = 0; i < NOPTIONS; i++)
        if (taken[0] ? !OPTIONS[i].global && has_word(taken, OPTIONS[i].name) : OPTIONS[i].global)
            help_line(out, &OPTIONS[i]);
}
