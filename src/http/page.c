/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The pages, rendered here and working without a line of JavaScript:
 *
 *   /               the question, filters, hits
 *   /documents/ID   one document, marked
 *   /why/ID         why it has its themes
 *
 * The check of a draft is in page_check.c.
 */
#include <stdio.h>
#include <string.h>

#include "base/ctx.h"
#include "base/emit.h"
#include "http/html.h"

enum {
    PAGE_HITS = 10,
    SHOWN_COUNTS = 12,
    SHOWN_COPIES = 3,
    LONGEST_NARROWED = 300 /* bytes of a question that a condition can be added to */
};

__asm__(".section .rodata\n"
        ".global tian_style_begin\n.hidden tian_style_begin\ntian_style_begin:\n"
        ".incbin \"page/tian.css\"\n"
        "1:\n.balign 8\n.global tian_style_size\n.hidden tian_style_size\n"
        "tian_style_size: .quad 1b - tian_style_begin\n.previous\n");

void page_style(struct request *r)
{
    r->answer_type = "text/css; charset=utf-8";
    buf_put(&r->out, tian_style_begin, tian_style_size);
}

/* Asks the browser for the officers' password; it sends it along from then on. */
void page_login(struct request *r)
{
    if (r->role == TIAN_ROLE_OFFICER) {
        html_begin(r, "已登录", "");
        buf_cstr(&r->out,
                 "<p>已以工作人员身份登录，可查看不公开的提案。</p><p><a href=\"/\">返回检索</a></p>");
        html_end(r);
    } else
        request_fail(r, 401,
                     say("sign in with the officers' password", "请以工作人员口令登录（用户名任意）"));
}

void page_error(struct request *r, const char *message)
{
    html_begin(r, say("Error", "出错"), "");
    buf_cstr(&r->out, "<p class=\"problem\">");
    html_text(r, message);
    buf_cstr(&r->out, "</p><p><a href=\"/\">返回检索</a></p>");
    html_end(r);
}

/* ---- Search: the form ---------------------------------------------------------------- */

static void search_form(struct request *r)
{
    buf_cstr(
        &r->out,
        "<form class=\"search\" action=\"/\" method=\"get\" role=\"search\"><label for=\"q\">检索词</label>"
        "<input id=\"q\" name=\"q\" type=\"search\" autofocus "
        "placeholder=\"例如：加装电梯　“物业管理”　-车位　建议:停车\" value=\"");
    html_text(r, request_argument(r, "q"));
    buf_cstr(&r->out, "\"><button>检索</button><div class=\"filters\"><label>主题 <select name=\"theme\">");
    html_theme_options(r, "全部主题", request_argument(r, "theme"));
    buf_cstr(&r->out, "</select></label><label>匹配 <select name=\"match\">");
    html_option(r, "", "自动", request_argument(r, "match"));
    html_option(r, "exact", "与输入完全一致", request_argument(r, "match"));
    html_option(r, "all", "含全部词", request_argument(r, "match"));
    html_option(r, "any", "最相近", request_argument(r, "match"));
    buf_cstr(&r->out, "</select></label><label>排序 <select name=\"sort\">");
    html_option(r, "", "相关", request_argument(r, "sort"));
    html_option(r, "newest", "最新", request_argument(r, "sort"));
    html_option(r, "oldest", "最早", request_argument(r, "sort"));
    buf_cstr(&r->out, "</select></label><label>交叉表 <select name=\"facet\">");
    html_option(r, "", "无", request_argument(r, "facet"));
    html_option(r, "year*theme", "年份 × 主题", request_argument(r, "facet"));
    html_option(r, "year*outcome", "年份 × 办理结果", request_argument(r, "facet"));
    html_option(r, "theme*outcome", "主题 × 办理结果", request_argument(r, "facet"));
    html_option(r, "unit*outcome", "单位 × 办理结果", request_argument(r, "facet"));
    buf_cstr(&r->out, "</select></label></div></form>\n");
}

/* ---- Search: the answer ----------------------------------------------------------------- */

static void answer_head(struct request *r, const struct tian_results *a)
{
    static const struct {
        const char *read_as, *text;
    } READ[] = { { "exact", "与输入完全一致" }, { "all", "含全部词" }, { "any", "最相近" } };
    const char *how = a->read_as;
    for (size_t i = 0; i < sizeof READ / sizeof *READ; i++)
        if (a->read_as && strcmp(READ[i].read_as, a->read_as) == 0)
            how = READ[i].text;
    buf_printf(&r->out, "<p class=\"found\">%s <b>%llu</b> 份", a->about ? "约" : "找到",
               (unsigned long long)a->total);
    if (a->exact && a->exact < a->total)
        buf_printf(&r->out, "，其中与输入完全一致 <b>%llu</b> 份", (unsigned long long)a->exact);
    buf_cstr(&r->out, "（按“");
    html_text(r, how);
    buf_printf(&r->out, "”理解，%.1f 毫秒）</p>\n", a->milliseconds);
    for (size_t i = 0; i < a->nnotes; i++) {
        buf_cstr(&r->out, "<p class=\"note\">");
        html_text(r, a->notes[i]);
        buf_cstr(&r->out, "</p>\n");
    }
}

static void show_snippet(struct request *r, const struct tian_snippet *s)
{
    buf_cstr(&r->out, "<p class=\"snippet\">");
    if (s->section && *s->section) {
        buf_cstr(&r->out, "<b>");
        html_text(r, s->section);
        buf_cstr(&r->out, "</b> ");
    }
    html_marked(r, &s->text);
    buf_cstr(&r->out, "</p>");
}

/* Identical texts are one hit: how many more, and a few of them. */
static void show_copies(struct request *r, const struct tian_hit *hit, const char *query)
{
    buf_printf(&r->out, "<p class=\"meta copies\">另有 <b>%zu</b> 件相同：", hit->ncopies);
    for (size_t i = 0; i < hit->ncopies && i < SHOWN_COPIES; i++) {
        buf_cstr(&r->out, i ? "、<a href=\"" : "<a href=\"");
        html_document_href(r, hit->copies[i], query);
        buf_cstr(&r->out, "\">");
        html_text(r, hit->copies[i]);
        buf_cstr(&r->out, "</a>");
    }
    buf_cstr(&r->out, hit->ncopies > SHOWN_COPIES ? "……</p>" : "</p>");
}

static void show_hit(struct request *r, const struct tian_hit *hit, const char *query)
{
    buf_cstr(&r->out, "<li><h2><a href=\"");
    html_document_href(r, hit->id, query);
    buf_cstr(&r->out, "\">");
    html_marked(r, &hit->title);
    buf_cstr(&r->out, "</a></h2><p class=\"meta\">");
    html_fields(r, hit->fields, hit->nfields);
    buf_cstr(&r->out, "</p>");
    for (size_t i = 0; i < hit->nsnippets; i++)
        show_snippet(r, &hit->snippets[i]);
    buf_cstr(&r->out, "<p class=\"labels\">");
    html_labels(r, hit->labels, hit->nlabels);
    buf_cstr(&r->out, "</p>");
    if (hit->ncopies)
        show_copies(r, hit, query);
    buf_cstr(&r->out, "</li>\n");
}

/* What was asked with one more condition, 年份:2024; NULL: a whole text takes none. */
static const char *narrowed(struct request *r, const char *facet, const char *value)
{
    const char *q = request_argument(r, "q"), *field = say(facet, tian_field_label(facet));
    const char *wording = say(value, tian_field_wording(facet, value));
    bool alternatives = strstr(q, " OR ") || strstr(q, " 或 ") || strchr(q, '|') || strstr(q, "｜");
    bool plain = !strpbrk(wording, " ()|&*^~:-") && !strstr(wording, "（") && !strstr(wording, "　");
    const char *condition = arena_printf(r->arena, plain ? "%s:%s" : "%s:\"%s\"", field, wording);
    if (strlen(q) > LONGEST_NARROWED || strchr(q, '\n') || strchr(value, '"'))
        return NULL;
    return *q ? arena_printf(r->arena, alternatives ? "(%s) %s" : "%s %s", q, condition) : condition;
}

static void show_count(struct request *r, const char *facet, const struct tian_count *count)
{
    bool theme = strcmp(facet, "theme") == 0;
    const char *q = !*count->value ? NULL : theme ? count->value : narrowed(r, facet, count->value);
    buf_cstr(&r->out, "<li>");
    if (q) {
        buf_cstr(&r->out, "<a href=\"");
        html_href(r, "/", theme ? "theme" : "q", q);
        buf_cstr(&r->out, "\">");
    }
    html_text(r, tian_field_wording(facet, count->value));
    buf_printf(&r->out, "%s <span>%llu</span></li>", q ? "</a>" : "", (unsigned long long)count->documents);
}

static void show_facet(struct request *r, const struct tian_facet *f)
{
    if (f->ncounts == 0)
        return;
    buf_printf(&r->out, "<section><h3>%s</h3><ul>", tian_field_label(f->name));
    for (size_t i = 0; i < f->ncounts && i < SHOWN_COUNTS; i++)
        show_count(r, f->name, &f->counts[i]);
    buf_cstr(&r->out, "</ul></section>\n");
}

/* ---- Search: cross-tables ----------------------------------------------------------------- */

static void show_line(struct request *r, const struct tian_report_line *line, size_t ncells)
{
    buf_printf(&r->out, "<tr%s><th scope=\"row\">",
               strcmp(line->key, "total") == 0 ? " class=\"total\"" : "");
    html_text(r, line->name);
    buf_cstr(&r->out, "</th>");
    for (size_t i = 0; i < ncells; i++)
        buf_printf(&r->out, "<td>%llu</td>", (unsigned long long)line->cells[i].documents);
    buf_cstr(&r->out, "</tr>\n");
}

static void show_table(struct request *r, const struct tian_report_table *t)
{
    buf_cstr(&r->out, "<section class=\"cross\"><h2>");
    html_text(r, t->title);
    buf_cstr(&r->out, "</h2><table><thead><tr><th></th>");
    for (size_t i = 0; i < t->ncolumns; i++) {
        buf_cstr(&r->out, "<th scope=\"col\">");
        html_text(r, t->columns[i]);
        buf_cstr(&r->out, "</th>");
    }
    buf_cstr(&r->out, "</tr></thead><tbody>\n");
    for (size_t i = 0; i < t->nlines; i++)
        show_line(r, &t->lines[i], t->ncolumns);
    buf_cstr(&r->out, "</tbody></table></section>\n");
}

/* ---- Search: pages ------------------------------------------------------------------------ */

/* The cursor makes a deep page as cheap as the first; the offset beside it only numbers the hits. */
static void page_link(struct request *r, size_t offset, const char *cursor, const char *text)
{
    buf_cstr(&r->out, "<a href=\"");
    html_href(r, "/", "offset", arena_printf(r->arena, "%zu", offset));
    if (cursor) {
        buf_cstr(&r->out, "&amp;cursor=");
        escape_url(&r->out, str_of(cursor), false);
    }
    buf_printf(&r->out, "\">%s</a>", text);
}

static void show_pages(struct request *r, const struct tian_results *a, size_t offset)
{
    buf_cstr(&r->out, "<nav class=\"pages\">");
    if (offset > 0)
        page_link(r, offset > PAGE_HITS ? offset - PAGE_HITS : 0, NULL, "上一页");
    if (a->next)
        page_link(r, offset + PAGE_HITS, a->next, "下一页");
    buf_cstr(&r->out, "</nav>");
}

static void show_answer(struct request *r, const struct tian_results *a, size_t offset)
{
    answer_head(r, a);
    for (size_t i = 0; i < a->ntables; i++)
        show_table(r, &a->tables[i]);
    buf_cstr(&r->out, "<div class=\"answer\"><div>");
    buf_printf(&r->out, "<ol class=\"hits\" start=\"%zu\">\n", offset + 1);
    for (size_t i = 0; i < a->nhits; i++)
        show_hit(r, &a->hits[i], a->query);
    buf_cstr(&r->out, "</ol>");
    show_pages(r, a, offset);
    buf_cstr(&r->out, "</div><aside>");
    for (size_t i = 0; i < a->nfacets; i++)
        show_facet(r, &a->facets[i]);
    buf_cstr(&r->out, "</aside></div>");
}

static void welcome(struct request *r)
{
    struct tian_status s;
    if (tian_index_status(r->index, &s, NULL))
        return;
    buf_printf(&r->out, "<p class=\"found\">库中有 <b>%llu</b> 份提案和报告",
               (unsigned long long)s.documents);
    if (s.year_first)
        buf_printf(&r->out, "，%u—%u 年", s.year_first, s.year_last);
    buf_cstr(
        &r->out,
        "。</p><ul class=\"help\"><li>空格分开的词都要出现；“引号”里的文字须一字不差；<code>-词</code> "
        "排除。</li>"
        "<li><code>案由:停车</code>、<code>建议:加装电梯</code> 只在该部分查找。</li>"
        "<li>可以粘贴一整段话，按最相近排序。</li><li>立案前请用“<a href=\"/check\">查重</a>”。</li></ul>");
}

/* Those every answer has, and behind them what the reader asks for. */
static void add_facets(struct request *r, struct tian_search_options *o)
{
    static const char *const USUAL[] = { "theme", "year", "outcome", "unit" };
    size_t n = sizeof USUAL / sizeof *USUAL;
    const char **names = arena_array(r->arena, const char *, n + o->nfacets);
    memcpy(names, USUAL, sizeof USUAL);
    for (size_t i = 0; i < o->nfacets; i++) {
        bool usual = false;
        for (size_t k = 0; k < sizeof USUAL / sizeof *USUAL; k++)
            usual = usual || strcmp(USUAL[k], o->facets[i]) == 0;
        if (!usual)
            names[n++] = o->facets[i];
    }
    o->facets = names;
    o->nfacets = n;
}

void page_search(struct request *r)
{
    const char *q = request_argument(r, "q");
    struct tian_search_options options;
    struct tian_results *results;
    struct tian_error error;
    if (!request_search_options(r, &options)) {
        request_fail(r, 400, say("an argument of the address is not understood", "地址中的参数无法识别"));
        return;
    }
    options.count = PAGE_HITS;
    add_facets(r, &options);
    bool asked = *q || options.theme;
    if (asked && tian_search(r->index, q, &options, &results, &error)) {
        request_fail_tian(r, &error);
        return;
    }
    html_begin(r, *q ? q : "检索", "/");
    search_form(r);
    if (asked) {
        show_answer(r, results, options.offset);
        tian_results_free(results);
    } else
        welcome(r);
    html_end(r);
}

/* ---- A document -------------------------------------------------------------------------------- */

/* The title stands above the table, the reply below, and what is derived in what it comes from. */
static bool is_elsewhere(const char *field)
{
    static const char *const names[] = { "title", "reply", "unit", "outcome_code" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], field) == 0)
            return true;
    return false;
}

static void show_field_table(struct request *r, const struct tian_document *d)
{
    buf_cstr(&r->out, "<table class=\"fields\">");
    for (size_t i = 0; i < d->nfields; i++) {
        if (strlen(d->fields[i].value) > 300 || is_elsewhere(d->fields[i].name))
            continue;
        buf_cstr(&r->out, "<tr><th scope=\"row\">");
        html_text(r, tian_field_label(d->fields[i].name));
        buf_cstr(&r->out, "</th><td>");
        html_text(r, d->fields[i].value);
        buf_cstr(&r->out, "</td></tr>");
    }
    buf_cstr(&r->out, "<tr><th scope=\"row\">编号</th><td>");
    html_text(r, d->id);
    buf_cstr(&r->out, "</td></tr></table>\n");
}

static void show_body(struct request *r, const struct tian_document *d)
{
    uint32_t at = 0;
    for (size_t i = 0; i < d->nsections; i++) {
        const struct tian_section *s = &d->sections[i];
        if (s->from > at)
            html_paragraphs(r, &d->body, at, s->from);
        buf_cstr(&r->out, "<section class=\"part\"><span class=\"kind\">");
        html_text(r, s->kind);
        buf_cstr(&r->out, "</span>\n");
        html_paragraphs(r, &d->body, s->from > at ? s->from : at, s->to);
        buf_cstr(&r->out, "</section>\n");
        at = s->to > at ? s->to : at;
    }
    html_paragraphs(r, &d->body, at, (uint32_t)d->body.length);
}

static void why_link(struct request *r, const char *id)
{
    buf_cstr(&r->out, "<a href=\"/why/");
    escape_url(&r->out, str_of(id), true);
    buf_cstr(&r->out, "\">主题依据</a>");
}

/* Why a document has its themes, for who may read it. */
void page_why(struct request *r)
{
    struct tian_document *d;
    struct tian_error error;
    char *why = NULL;
    int rc = tian_document_get(r->index, r->tail, NULL, r->role, &d, &error);
    bool veiled = !rc && d->hidden && r->role == TIAN_ROLE_PUBLIC;
    if (!rc && !veiled)
        rc = tian_theme_explain(r->index, r->tail, false, &why, &error);
    if (rc)
        request_fail_tian(r, &error);
    else if (veiled)
        request_fail(r, 403, say("this document is not public", "本件不公开"));
    else {
        html_begin(r, "主题依据", "/");
        buf_cstr(&r->out, "<article><h1><a href=\"");
        html_document_href(r, d->id, NULL);
        buf_cstr(&r->out, "\">");
        html_text(r, d->title.text);
        buf_cstr(&r->out, "</a>：主题依据</h1><pre class=\"why\">");
        html_text(r, why);
        buf_cstr(&r->out, "</pre></article>");
        html_end(r);
    }
    tian_string_free(why);
    tian_document_free(d);
}

/* As tian show has it. What cannot be compared is shown all the same. */
static void show_similar(struct request *r, const struct tian_document *d)
{
    static const char *const PAPERS[] = { "number", "session", "lead_unit", "outcome" };
    struct tian_check *check;
    struct tian_error error;
    if (tian_similar(r->index, d, r->role, 0, &check, &error) || !check)
        return;
    buf_cstr(&r->out, check->nmatches ? "<aside class=\"similar\"><h2>相近的文件</h2><ul>\n" : "");
    for (size_t i = 0; i < check->nmatches; i++) {
        const struct tian_match_report *m = &check->matches[i];
        buf_cstr(&r->out, "<li>");
        html_document_title(r, m->id, m->title, m->hidden);
        buf_cstr(&r->out, " <span class=\"meta\">");
        html_text(r, m->verdict_text);
        for (size_t k = 0; k < sizeof PAPERS / sizeof *PAPERS; k++)
            for (size_t f = 0; f < m->nfields; f++)
                if (strcmp(m->fields[f].name, PAPERS[k]) == 0) {
                    buf_cstr(&r->out, " · ");
                    html_text(r, tian_field_wording(PAPERS[k], m->fields[f].value));
                }
        buf_cstr(&r->out, "</span></li>\n");
    }
    buf_cstr(&r->out, check->nmatches ? "</ul></aside>\n" : "");
    tian_check_free(check);
}

void page_document(struct request *r)
{
    struct tian_document *d;
    struct tian_error error;
    const char *q = request_argument(r, "q");
    if (tian_document_get(r->index, r->tail, *q ? q : NULL, r->role, &d, &error)) {
        request_fail_tian(r, &error);
        return;
    }
    html_begin(r, d->hidden && !d->title.length ? "不公开" : d->title.text, "/");
    buf_cstr(&r->out, "<article><h1>");
    html_marked(r, &d->title);
    buf_cstr(&r->out, "</h1><p class=\"labels\">");
    html_labels(r, d->labels, d->nlabels);
    if (!d->hidden || r->role == TIAN_ROLE_OFFICER)
        why_link(r, d->id);
    buf_cstr(&r->out, "</p>");
    show_field_table(r, d);
    if (d->hidden)
        buf_cstr(&r->out, "<p class=\"note\">本件不公开。</p>");
    show_body(r, d);
    show_similar(r, d);
    buf_cstr(&r->out, "</article>");
    html_end(r);
    tian_document_free(d);
}
