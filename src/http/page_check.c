/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The check of a draft as pages. The draft travels in the form that asked, and
 * the buttons beside each match send that form again to another address, so
 * nothing of a draft is kept by the server and no script is needed:
 *
 *   /check               the form, the verdict, what was raised before, passages
 *   /check/compare       both texts whole, equal characters marked; from passage
 *                        to passage, and from one side to the other, by links
 *   /check/certificate   one page to be printed
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/ctx.h"
#include "http/html.h"

enum {
    SHOWN_PASSAGES = 12
};

/* ---- Asking ------------------------------------------------------------------------------------------ */

/* NULL: the request was answered already, with what is wrong; or there is no draft and nothing was. */
static struct tian_check *ask(struct request *r, struct tian_check_options *o)
{
    const char *text = request_argument(r, "text"), *title = request_argument(r, "title"),
               *proposer = request_argument(r, "proposer");
    struct tian_check *check;
    struct tian_error error;
    o->role = r->role;
    o->title = *title ? title : NULL;
    o->proposer = *proposer ? proposer : NULL;
    if (!*text)
        return NULL;
    if (utf8_check(str_of(text)) != strlen(text)) {
        request_fail(r, 400, say("the draft is not valid UTF-8", "草稿不是有效的 UTF-8 文本"));
        return NULL;
    }
    if (tian_check(r->index, text, o, &check, &error)) {
        request_fail_tian(r, &error);
        return NULL;
    }
    return check;
}

static void check_form(struct request *r)
{
    buf_cstr(&r->out, "<form class=\"check\" id=\"draft\" action=\"/check\" method=\"post\" "
                      "enctype=\"multipart/form-data\"><label>案由 <input name=\"title\" value=\"");
    html_text(r, request_argument(r, "title"));
    buf_cstr(&r->out, "\"></label><label>提案者 <input name=\"proposer\" value=\"");
    html_text(r, request_argument(r, "proposer"));
    buf_cstr(&r->out, "\"></label><label for=\"text\">草稿全文</label><textarea id=\"text\" name=\"text\" "
                      "rows=\"14\" required>");
    html_text(r, request_argument(r, "text"));
    buf_cstr(&r->out, "</textarea><button>查重</button></form>\n");
}

/* ---- The report ------------------------------------------------------------------------------------ */

static void percent(struct request *r, const char *name, double share)
{
    if (share >= 0)
        buf_printf(&r->out, "<span>%s %.0f%%</span> ", name, share * 100);
}

static void show_shares(struct request *r, const struct tian_match_report *m)
{
    if (m->hidden)
        return;
    buf_cstr(&r->out, "<p class=\"shares\">");
    percent(r, "草稿中见于该件", m->mine);
    percent(r, "该件中见于草稿", m->theirs);
    percent(r, "情况部分", m->problem);
    percent(r, "建议部分", m->suggestion);
    buf_printf(&r->out, "<span>最长相同 %u 字</span></p><p class=\"rule\">依据：", m->longest);
    html_text(r, m->rule);
    buf_cstr(&r->out, "</p>");
}

static void show_passages(struct request *r, const struct tian_match_report *m)
{
    if (m->npassages == 0)
        return;
    buf_cstr(&r->out, "<table class=\"passages\"><tr><th>草稿</th><th>该件</th></tr>");
    for (size_t i = 0; i < m->npassages && i < SHOWN_PASSAGES; i++) {
        buf_cstr(&r->out, "<tr><td>");
        html_text(r, m->passages[i].draft_text);
        buf_cstr(&r->out, "</td><td>");
        html_text(r, m->passages[i].there_text);
        buf_cstr(&r->out, "</td></tr>");
    }
    buf_cstr(&r->out, "</table>");
}

static void match_title(struct request *r, const struct tian_match_report *m)
{
    buf_cstr(&r->out, "<b>");
    html_text(r, m->verdict_text);
    buf_cstr(&r->out, "</b> ");
    html_document_title(r, m->id, m->title, m->hidden);
}

static void show_match(struct request *r, const struct tian_match_report *m)
{
    buf_printf(&r->out, "<li class=\"verdict-%s\"><h2>", m->verdict);
    match_title(r, m);
    buf_cstr(&r->out, "</h2><p class=\"meta\">");
    html_fields(r, m->fields, m->nfields);
    buf_cstr(&r->out, "</p>");
    show_shares(r, m);
    show_passages(r, m);
    if (!m->hidden) {
        buf_cstr(
            &r->out,
            "<button class=\"plain\" form=\"draft\" formaction=\"/check/compare\" name=\"against\" value=\"");
        html_text(r, m->id);
        buf_cstr(&r->out, "\">全文对照</button>");
    }
    buf_cstr(&r->out, "</li>\n");
}

static void show_past(struct request *r, const struct tian_past *p)
{
    buf_cstr(&r->out, "<li>");
    if (p->year)
        buf_printf(&r->out, "%u · ", p->year);
    html_text(r, p->unit[0] ? p->unit : "单位未注明");
    buf_cstr(&r->out, " · ");
    html_text(r, tian_field_wording("outcome", p->outcome));
    buf_cstr(&r->out, " · ");
    html_document_title(r, p->id, p->title, p->hidden);
    buf_cstr(&r->out, "</li>");
}

static void show_matters(struct request *r, const struct tian_check *c)
{
    for (size_t i = 0; i < c->nmatters; i++) {
        const struct tian_matter *m = &c->matters[i];
        buf_cstr(&r->out, "<section class=\"matter\"><p>以往情况：<b>");
        html_text(r, m->summary);
        buf_cstr(&r->out, "</b></p><ul>");
        for (size_t k = 0; k < m->npast; k++)
            show_past(r, &m->past[k]);
        buf_cstr(&r->out, "</ul></section>\n");
    }
}

static void show_verdict(struct request *r, const struct tian_check *c)
{
    buf_printf(&r->out, "<p class=\"verdict verdict-%s\">结论：<b>", c->verdict);
    html_text(r, c->verdict_text);
    buf_printf(&r->out, "</b>（与库中 %llu 份文件比较", (unsigned long long)c->base);
    if (c->year_first)
        buf_printf(&r->out, "，%u—%u 年", c->year_first, c->year_last);
    buf_printf(&r->out,
               "，%.0f 毫秒；供审查参考） <button class=\"plain\" form=\"draft\" "
               "formaction=\"/check/certificate\">查重证明</button></p>",
               c->milliseconds);
}

/* What only shares a word or two is not. */
static bool is_near(const struct tian_match_report *m)
{
    return strcmp(m->verdict, "new") != 0;
}

static void show_far(struct request *r, const struct tian_check *c)
{
    buf_cstr(&r->out, "<details><summary>还比对过（只有个别字词相同）</summary><ul>");
    for (size_t i = 0; i < c->nmatches; i++)
        if (!is_near(&c->matches[i])) {
            buf_cstr(&r->out, "<li>");
            html_document_title(r, c->matches[i].id, c->matches[i].title, c->matches[i].hidden);
            buf_cstr(&r->out, "</li>");
        }
    buf_cstr(&r->out, "</ul></details>");
}

static void show_check(struct request *r, const struct tian_check *c)
{
    show_verdict(r, c);
    for (size_t i = 0; i < c->nnotes; i++) {
        buf_cstr(&r->out, "<p class=\"note\">");
        html_text(r, c->notes[i]);
        buf_cstr(&r->out, "</p>");
    }
    show_matters(r, c);
    size_t near = 0;
    for (size_t i = 0; i < c->nmatches; i++)
        near += is_near(&c->matches[i]);
    buf_cstr(&r->out, near ? "<ol class=\"hits\">" : "<p class=\"found\">库中没有相近的提案。</p>");
    for (size_t i = 0; i < c->nmatches; i++)
        if (is_near(&c->matches[i]))
            show_match(r, &c->matches[i]);
    buf_cstr(&r->out, near ? "</ol>" : "");
    if (near < c->nmatches)
        show_far(r, c);
}

void page_check(struct request *r)
{
    struct tian_check_options options = { .count = 0 };
    struct tian_check *check = ask(r, &options);
    if (!check && *request_argument(r, "text"))
        return;
    html_begin(r, "查重", "/check");
    if (check)
        show_check(r, check);
    check_form(r);
    html_end(r);
    tian_check_free(check);
}

/* ---- Side by side ------------------------------------------------------------------------------------ */

/* A passage begins here: its number links to the other side, the arrow to the next passage of this side. */
struct pin {
    uint32_t at;
    unsigned number;
};
struct side {
    const char *name, *other; /* of anchors: d1, t1 */
    const struct tian_text *text;
    struct pin *pins;
    size_t npins;
};

static int by_place(const void *a, const void *b)
{
    const struct pin *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

static struct pin *pins_of(struct request *r, const struct tian_match_report *m, bool draft)
{
    struct pin *pins = arena_array(r->arena, struct pin, m->npassages + 1);
    for (size_t i = 0; i < m->npassages; i++)
        pins[i] =
            (struct pin){ draft ? m->passages[i].draft_from : m->passages[i].there_from, (unsigned)i + 1 };
    qsort(pins, m->npassages, sizeof *pins, by_place);
    return pins;
}

static void show_pin(struct request *r, const struct side *s, size_t i)
{
    unsigned n = s->pins[i].number;
    buf_printf(&r->out, "<a class=\"pin\" id=\"%s%u\" href=\"#%s%u\" title=\"看另一侧\">%u</a>", s->name, n,
               s->other, n, n);
    if (i > 0)
        buf_printf(&r->out, "<a class=\"pin\" href=\"#%s%u\" title=\"上一处\">↑</a>", s->name,
                   s->pins[i - 1].number);
    if (i + 1 < s->npins)
        buf_printf(&r->out, "<a class=\"pin\" href=\"#%s%u\" title=\"下一处\">↓</a>", s->name,
                   s->pins[i + 1].number);
}

static void show_side(struct request *r, const char *heading, const struct side *s)
{
    uint32_t at = 0;
    buf_cstr(&r->out, "<section><h2>");
    html_text(r, heading);
    buf_cstr(&r->out, "</h2><div class=\"whole\">");
    for (size_t i = 0; i < s->npins; i++) {
        html_marked_range(r, s->text, at, s->pins[i].at);
        show_pin(r, s, i);
        at = s->pins[i].at;
    }
    html_marked_range(r, s->text, at, (uint32_t)s->text->length);
    buf_cstr(&r->out, "</div></section>\n");
}

static void show_beside(struct request *r, const struct tian_match_report *m)
{
    struct side draft = { "d", "t", &m->draft, pins_of(r, m, true), m->npassages },
                there = { "t", "d", &m->there, pins_of(r, m, false), m->npassages };
    buf_printf(&r->out, "<article class=\"compare verdict-%s\"><h1>", m->verdict);
    match_title(r, m);
    buf_cstr(&r->out, "</h1>");
    show_shares(r, m);
    buf_cstr(&r->out,
             "<p class=\"found\">相同的字已标出。序号跳到另一侧的同一段，箭头跳到本侧的上一处、下一处。</p>"
             "<div class=\"beside\">");
    show_side(r, "草稿", &draft);
    show_side(r, m->title, &there);
    buf_cstr(&r->out, "</div></article>\n");
}

void page_compare(struct request *r)
{
    const char *against = request_argument(r, "against");
    struct tian_check_options options = { .against = against, .whole = true };
    if (!*against || !*request_argument(r, "text")) {
        request_fail(r, 400, say("a draft and a document are wanted", "请给出草稿和要对照的一件"));
        return;
    }
    struct tian_check *check = ask(r, &options);
    if (!check)
        return;
    html_begin(r, "全文对照", "/check");
    if (check->nmatches > 0 && check->matches[0].there.text)
        show_beside(r, &check->matches[0]);
    else
        buf_cstr(&r->out, "<p class=\"note\">本件不公开。</p>");
    check_form(r);
    html_end(r);
    tian_check_free(check);
}

void page_certificate(struct request *r)
{
    struct tian_check_options options = { .certify = true };
    struct tian_check *check = ask(r, &options);
    if (!check) {
        if (!*request_argument(r, "text"))
            request_fail(r, 400, say("a draft is wanted", "请给出草稿"));
        return;
    }
    char *html = tian_check_certificate(check, (int64_t)time(NULL));
    tian_check_free(check);
    if (!html) {
        request_fail(r, 500, error_text(TIAN_EMEMORY));
        return;
    }
    r->answer_type = "text/html; charset=utf-8";
    r->own_style = true;
    buf_cstr(&r->out, html);
    tian_string_free(html);
}
