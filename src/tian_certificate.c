/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A check as one sheet of paper for the files: what was compared (the draft's
 * SHA-256), with what (size and digest of the base), when, the verdict with the
 * rule that made it, the nearest documents, the longest passages. One HTML file
 * without scripts and without anything from elsewhere; A4, black on white. Long
 * texts are shortened, so that it stays one page; the whole is in the report.
 */
#include <tian.h>

#include "base/ctx.h"
#include "base/emit.h"

#include <time.h>

enum {
    MATCHES_SHOWN = 3,
    PASSAGES_SHOWN = 4,
    TITLE_MOST = 48, /* characters */
    PASSAGE_MOST = 110
};

static const char STYLE[] =
    "@page{size:A4;margin:16mm 18mm}*{box-sizing:border-box}"
    "body{font:10.5pt/1.6 \"Noto Serif CJK SC\",\"Source Han Serif SC\",SimSun,\"Noto Sans CJK SC\",serif;"
    "color:#000;background:#fff;max-width:174mm;margin:0 auto;padding:8mm 0}"
    "h1{font-size:19pt;text-align:center;letter-spacing:.3em;margin:0 0 5mm}"
    "h2{font-size:11pt;margin:4mm 0 1mm}"
    "table{width:100%;border-collapse:collapse}th,td{border:.3mm solid #000;padding:1mm 2mm;text-align:left;"
    "vertical-align:top;overflow-wrap:anywhere}th{font-weight:400;width:27mm;background:#f2f2f2}"
    "thead th{width:auto}.verdict{font-size:15pt;font-weight:700}code{font:9pt/1.4 monospace}"
    ".small{font-size:9pt}.sign{display:flex;justify-content:space-between;margin-top:8mm}"
    "@media print{body{padding:0;max-width:none}th{background:none}}";

struct page {
    struct buf *out;
    const struct tian_check *check;
    int64_t when;
};

static void put(const struct page *p, const char *text)
{
    escape_html(p->out, str_of(text));
}

/* The first characters, an ellipsis behind them when there are more; line ends as blanks. */
static void put_short(const struct page *p, const char *text, size_t most)
{
    struct str s = str_of(text);
    const char *at = s.p, *end = str_end(s);
    for (size_t n = 0; n < most && at < end; n++)
        utf8_next(&at, end);
    struct str rest = { s.p, (size_t)(at - s.p) }, line;
    while (str_line(&rest, &line)) {
        escape_html(p->out, str_trim(line));
        buf_cstr(p->out, rest.n > 0 ? " " : "");
    }
    buf_cstr(p->out, at < end ? "…" : "");
}

static const char *field(const struct tian_match_report *m, const char *name)
{
    for (size_t i = 0; i < m->nfields; i++)
        if (strcmp(m->fields[i].name, name) == 0)
            return m->fields[i].value;
    return "";
}

static void row_begin(const struct page *p, const char *english, const char *chinese)
{
    buf_printf(p->out, "<tr><th scope=\"row\">%s</th><td>", say(english, chinese));
}

static void row_end(const struct page *p)
{
    buf_cstr(p->out, "</td></tr>\n");
}

static void put_row(const struct page *p, const char *english, const char *chinese, const char *value)
{
    row_begin(p, english, chinese);
    put(p, value);
    row_end(p);
}

static void put_date(const struct page *p)
{
    time_t when = (time_t)p->when;
    struct tm tm;
    char text[64] = "";
    if (localtime_r(&when, &tm))
        strftime(text, sizeof text, "%Y-%m-%d %H:%M %z", &tm);
    put_row(p, "Compared on", "比对时间", text);
}

static void put_base(const struct page *p)
{
    const struct tian_check *c = p->check;
    row_begin(p, "Compared with", "比对范围");
    buf_printf(p->out, say("%llu documents", "库中 %llu 件"), (unsigned long long)c->base);
    if (c->year_first)
        buf_printf(p->out, say(", %u to %u", "，%u—%u 年"), c->year_first, c->year_last);
    buf_printf(p->out,
               say("<br><span class=\"small\">digest <code>%s</code></span>",
                   "<br><span class=\"small\">库指纹 <code>%s</code></span>"),
               c->digest);
    row_end(p);
}

/* The match that the verdict is of. */
static const struct tian_match_report *worst_match(const struct tian_check *c)
{
    for (size_t i = 0; i < c->nmatches; i++)
        if (strcmp(c->matches[i].verdict, c->verdict) == 0)
            return &c->matches[i];
    return NULL;
}

static void put_verdict(const struct page *p)
{
    const struct tian_match_report *m = worst_match(p->check);
    row_begin(p, "Verdict", "查重结论");
    buf_cstr(p->out, "<span class=\"verdict\">");
    put(p, p->check->verdict_text);
    buf_cstr(p->out, "</span>");
    row_end(p);
    if (m && !m->hidden)
        put_row(p, "Rule", "依据", m->rule);
    for (size_t i = 0; i < p->check->nmatters && i < 2; i++) {
        row_begin(p, "Raised before", "以往提出");
        const char *title = p->check->matters[i].title; /* "": of one that is not public */
        put_short(p, title[0] ? title : say("(not public)", "（不公开）"), TITLE_MOST);
        buf_cstr(p->out, say(": ", "："));
        put(p, p->check->matters[i].summary);
        row_end(p);
    }
}

static void put_head(const struct page *p)
{
    const struct tian_check *c = p->check;
    buf_printf(p->out, "<h1>%s</h1>\n<table>", say("Certificate of a duplicate check", "提案查重证明"));
    row_begin(p, "Title", "案由");
    put_short(p, c->title[0] ? c->title : say("(not stated)", "（未写明）"), 2 * TITLE_MOST);
    row_end(p);
    put_row(p, "Proposer", "提案者", c->proposer[0] ? c->proposer : say("(not stated)", "（未写明）"));
    row_begin(p, "Draft", "草稿");
    buf_printf(p->out,
               say("%zu characters<br><span class=\"small\">SHA-256 <code>%s</code></span>",
                   "%zu 字<br><span class=\"small\">SHA-256 <code>%s</code></span>"),
               c->letters, c->sha256);
    row_end(p);
    put_base(p);
    put_date(p);
    put_verdict(p);
    buf_cstr(p->out, "</table>\n");
}

static void put_match(const struct page *p, const struct tian_match_report *m)
{
    buf_cstr(p->out, "<tr><td>");
    put_short(p, m->hidden ? say("(not public)", "（不公开）") : m->title, TITLE_MOST);
    buf_cstr(p->out, "<br><span class=\"small\">");
    put(p, field(m, "session"));
    const char *number = field(m, "number");
    buf_printf(p->out, number[0] ? say(" No. %s ", " %s 号 ") : " ", number);
    put(p, field(m, "lead_unit"));
    buf_cstr(p->out, "</span></td><td>");
    put(p, m->verdict_text);
    if (m->hidden)
        buf_cstr(p->out, "</td><td>–</td><td>–</td><td>–</td></tr>\n");
    else
        buf_printf(p->out, "</td><td>%.0f%%</td><td>%.0f%%</td><td>%u</td></tr>\n", m->mine * 100,
                   m->theirs * 100, m->longest);
}

/* What only shares a word or two says nothing in a file. */
static bool is_worth_showing(const struct tian_match_report *m)
{
    return strcmp(m->verdict, "new") != 0;
}

static size_t count_shown(const struct tian_check *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->nmatches; i++)
        n += is_worth_showing(&c->matches[i]);
    return n < MATCHES_SHOWN ? n : MATCHES_SHOWN;
}

static void put_matches(const struct page *p)
{
    size_t left = count_shown(p->check);
    buf_printf(p->out, "<h2>%s</h2>\n", say("The nearest in the base", "库中最相近的"));
    if (left == 0) {
        buf_printf(p->out, "<p>%s</p>\n", say("Nothing is close to it.", "没有相近的。"));
        return;
    }
    buf_printf(p->out,
               "<table><thead><tr><th>%s</th><th>%s</th><th>%s</th><th>%s</th><th>%s</th></tr></thead>\n",
               say("Document", "提案"), say("Verdict", "结论"), say("Draft in it", "草稿见于该件"),
               say("It in draft", "该件见于草稿"), say("Longest", "最长相同（字）"));
    for (size_t i = 0; i < p->check->nmatches && left > 0; i++)
        if (is_worth_showing(&p->check->matches[i])) {
            put_match(p, &p->check->matches[i]);
            left--;
        }
    buf_cstr(p->out, "</table>\n");
}

static void put_passages(const struct page *p)
{
    const struct tian_match_report *m = worst_match(p->check);
    if (!m || m->npassages == 0)
        return;
    buf_printf(p->out, "<h2>%s</h2>\n<ol class=\"small\">",
               say("Longest equal passages with the first of that verdict",
                   "与结论所指一件相同的段落（最长的几处）"));
    for (size_t i = 0; i < m->npassages && i < PASSAGES_SHOWN; i++) {
        buf_cstr(p->out, "<li>");
        put_short(p, m->passages[i].draft_text, PASSAGE_MOST);
        buf_cstr(p->out, "</li>\n");
    }
    buf_cstr(p->out, "</ol>\n");
}

static void put_page(const struct page *p)
{
    buf_printf(p->out,
               "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><title>%s</title><style>%s"
               "</style></head>\n<body>\n",
               say("en", "zh-CN"), say("Certificate of a duplicate check", "提案查重证明"), STYLE);
    put_head(p);
    put_matches(p);
    put_passages(p);
    buf_printf(p->out, "<p class=\"small\">%s tian %s.</p>\n",
               say("For whoever examines the draft; whether it is filed or merged is their decision. Made by",
                   "本证明供审查参考，是否立案、并案由审查人员决定。出具程序："),
               tian_version());
    buf_printf(p->out, "<p class=\"sign\"><span>%s</span><span>%s</span></p>\n</body></html>\n",
               say("Examined by: ____________________", "审查人：____________________"),
               say("Date: ____________________", "日期：____________________"));
}

/* ---- The way out: an arena of its own, a malloc'ed copy ----------------------------------------------- */

struct making {
    struct page page;
    struct arena *arena;
    char *out;
};

static int make(void *arg)
{
    struct making *m = arg;
    struct buf out;
    m->arena = arena_new(NULL);
    buf_init(&out, m->arena);
    m->page.out = &out;
    put_page(&m->page);
    m->out = strndup(out.p, out.n);
    return 0;
}

char *tian_check_certificate(const struct tian_check *check, int64_t when)
{
    struct making m = { .page = { .check = check, .when = when } };
    mem_protect(make, &m);
    arena_free(m.arena);
    return m.out;
}
