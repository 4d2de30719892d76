/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Which proposals of a session should be handled as one, as a page, as a page to
 * be printed (/merge/print) and as JSON or CSV (/api/v1/merge). The server only
 * reads: who decides does so with the commands that the page shows to officers. A
 * large session takes seconds, and anybody may ask: so one request has one thread
 * and half a minute, as a check has, and only one of them is at work; whoever else
 * asks meanwhile is told so (503), and the server's other threads stay free.
 */
#include <stdatomic.h>
#include <string.h>

#include "base/ctx.h"
#include "http/html.h"

enum {
    DEADLINE_MS = 30 * 1000
};

#define SAME 0.5 /* share of a measure from which on it is the same, as tian.h says */

static atomic_flag at_work = ATOMIC_FLAG_INIT;

static struct tian_merge *find_groups(struct request *r)
{
    const char *session = request_argument(r, "session");
    struct tian_merge_options options = { .session = *session ? session : NULL,
                                          .year = request_number(r, "year", 0, 10000),
                                          .role = r->role,
                                          .jobs = 1,
                                          .deadline_ms = DEADLINE_MS };
    struct tian_merge *merge;
    struct tian_error error;
    if (tian_merge(r->index, &options, &merge, &error)) {
        request_fail_tian(r, &error);
        return NULL;
    }
    return merge;
}

/* NULL: the request was answered already, with what is wrong. */
static struct tian_merge *ask(struct request *r)
{
    if (atomic_flag_test_and_set(&at_work)) {
        request_fail(r, 503,
                     say("groups to be merged are being looked for by another request; try again in a moment",
                         "正在为另一个请求查找可并案的提案，请稍后再试"));
        return NULL;
    }
    struct tian_merge *merge = find_groups(r);
    atomic_flag_clear(&at_work);
    return merge;
}

/* ---- A proposal -------------------------------------------------------------------------------- */

static const char *short_name(struct request *r, const struct tian_merge_proposal *p)
{
    const char *number = field_value(p->fields, p->nfields, "number");
    return number && *number ? arena_printf(r->arena, "%s号", number) : p->id;
}

static void show_name(struct request *r, const struct tian_merge_proposal *p, bool main)
{
    buf_printf(&r->out, "<li><h3>%s ", main ? "主提案" : "并入");
    html_document_title(r, p->id, p->title, p->hidden);
    buf_cstr(&r->out, p->accepted ? "〔已定〕</h3><p class=\"meta\">" : "</h3><p class=\"meta\">");
    html_fields(r, p->fields, p->nfields);
    buf_cstr(&r->out, "</p>");
}

static void show_comparison(struct request *r, const struct tian_merge_proposal *p)
{
    if (!p->verdict[0])
        return;
    buf_cstr(&r->out, "<p class=\"shares\"><b>");
    html_text(r, p->verdict_text);
    if (p->mine < 0) { /* one of the two is not public */
        buf_cstr(&r->out, "</b></p>");
        return;
    }
    buf_printf(&r->out, "</b> <span>见于主提案 %.0f%%</span> <span>主提案见于本件 %.0f%%</span>",
               p->mine * 100, p->theirs * 100);
    if (p->suggestion >= 0)
        buf_printf(&r->out, " <span>建议部分 %.0f%%</span>", p->suggestion * 100);
    buf_cstr(&r->out, "</p><p class=\"rule\">依据：");
    html_text(r, p->rule);
    buf_cstr(&r->out, "</p>");
}

static void show_proposal(struct request *r, const struct tian_merge_group *g, size_t i)
{
    const struct tian_merge_proposal *p = &g->proposals[i];
    show_name(r, p, i == 0);
    show_comparison(r, p);
    if (i == 0 && g->reason[0]) {
        buf_cstr(&r->out, "<p class=\"rule\">作主提案的理由：");
        html_text(r, g->reason);
        buf_cstr(&r->out, "</p>");
    }
    buf_cstr(&r->out, "</li>\n");
}

/* ---- Measures ------------------------------------------------------------------------------------- */

static void show_with(struct request *r, const struct tian_merge_group *g, const struct tian_merge_measure *m)
{
    for (size_t i = 0; i < m->nwith; i++)
        for (size_t k = 1; k < g->nproposals; k++)
            if (strcmp(g->proposals[k].id, m->with[i]) == 0) {
                buf_cstr(&r->out, i ? "、" : "〔");
                html_text(r, short_name(r, &g->proposals[k]));
            }
    buf_cstr(&r->out, "同〕");
}

/* Those of the main proposal that others have, or all that are of one only. */
static void show_measures(struct request *r, const struct tian_merge_group *g, bool same)
{
    bool first = true;
    for (size_t i = 0; i < (same ? 1 : g->nproposals); i++)
        for (size_t k = 0; k < g->proposals[i].nmeasures; k++) {
            const struct tian_merge_measure *m = &g->proposals[i].measures[k];
            if (same != (i == 0 ? m->nwith > 0 : m->share >= SAME))
                continue;
            if (first)
                buf_printf(&r->out, "<h3>%s</h3><ul>", same ? "相同的措施" : "不同的措施");
            buf_cstr(&r->out, "<li>");
            if (!same) {
                html_text(r, short_name(r, &g->proposals[i]));
                buf_cstr(&r->out, "：");
            }
            html_marked(r, &m->text);
            if (same)
                show_with(r, g, m);
            buf_cstr(&r->out, "</li>");
            first = false;
        }
    buf_cstr(&r->out, first ? "" : "</ul>\n");
}

static void show_units(struct request *r, const struct tian_merge_group *g)
{
    if (g->nunits == 0)
        return;
    buf_printf(&r->out, "<p class=\"meta\">承办单位（主办%s）：", g->same_lead ? "相同" : "不同");
    for (size_t i = 0; i < g->nunits; i++) {
        buf_cstr(&r->out, i ? "、" : "");
        html_text(r, g->units[i].value);
        buf_printf(&r->out, " %llu 件", (unsigned long long)g->units[i].documents);
    }
    buf_cstr(&r->out, "</p>");
}

/* ---- The page ---------------------------------------------------------------------------------------- */

static void show_command(struct request *r, const struct tian_merge_group *g)
{
    if (!g->open || r->role != TIAN_ROLE_OFFICER)
        return;
    buf_cstr(&r->out, "<p class=\"rule\">并案：<code>tian merge --accept ");
    html_text(r, g->proposals[0].id);
    for (size_t i = 1; i < g->nproposals; i++)
        if (!g->proposals[i].accepted) {
            buf_char(&r->out, ' ');
            html_text(r, g->proposals[i].id);
        }
    buf_cstr(&r->out, "</code>　不并：<code>tian merge --refuse 一件 另一件</code></p>");
}

static void show_group(struct request *r, const struct tian_merge_group *g, size_t number)
{
    buf_printf(&r->out, "<section class=\"matter\"><h2>第 %zu 组：%zu 件%s</h2><ol class=\"hits\">", number,
               g->nproposals, g->open ? "" : "（已定）");
    for (size_t i = 0; i < g->nproposals; i++)
        show_proposal(r, g, i);
    buf_cstr(&r->out, "</ol>");
    show_units(r, g);
    show_measures(r, g, true);
    show_measures(r, g, false);
    show_command(r, g);
    buf_cstr(&r->out, "</section>\n");
}

static void show_form(struct request *r)
{
    buf_cstr(
        &r->out,
        "<form class=\"search\" action=\"/merge\" method=\"get\"><label for=\"session\">届次</label>"
        "<input id=\"session\" name=\"session\" placeholder=\"例如：十四届三次；空白为最近一次\" value=\"");
    html_text(r, request_argument(r, "session"));
    buf_cstr(&r->out,
             "\"><button>并案建议</button> <button class=\"plain\" formaction=\"/merge/print\">打印</button>"
             "</form>\n");
}

void page_merge(struct request *r)
{
    struct tian_merge *m = ask(r);
    size_t open = 0;
    if (!m)
        return;
    html_begin(r, "并案", "/merge");
    show_form(r);
    for (size_t i = 0; i < m->ngroups; i++)
        open += m->groups[i].open;
    buf_cstr(&r->out, "<p class=\"found\">");
    html_text(r, m->session[0] ? m->session : "全部");
    buf_printf(&r->out, "：共 %llu 件，建议并案 <b>%zu</b> 组，已定 %zu 组（%.0f 毫秒；供审查参考）</p>\n",
               (unsigned long long)m->total, open, m->ngroups - open, m->milliseconds);
    for (size_t i = 0; i < m->nnotes; i++) {
        buf_cstr(&r->out, "<p class=\"note\">");
        html_text(r, m->notes[i]);
        buf_cstr(&r->out, "</p>");
    }
    for (size_t i = 0; i < m->ngroups; i++)
        show_group(r, &m->groups[i], i + 1);
    html_end(r);
    tian_merge_free(m);
}

/* ---- Other forms ----------------------------------------------------------------------------------------
 */

static void answer(struct request *r, const char *format, const char *type)
{
    struct tian_merge *m = ask(r);
    if (!m)
        return;
    char *text = tian_merge_format(m, format);
    tian_merge_free(m);
    if (!text) {
        request_fail(r, 500, error_text(TIAN_EMEMORY));
        return;
    }
    r->answer_type = type;
    r->own_style = strcmp(format, "html") == 0;
    buf_cstr(&r->out, text);
    tian_string_free(text);
}

void page_merge_print(struct request *r)
{
    answer(r, "html", "text/html; charset=utf-8");
}

void api_merge(struct request *r)
{
    const char *format = request_argument(r, "format");
    if (strcmp(format, "csv") == 0)
        answer(r, "csv", "text/csv; charset=utf-8");
    else if (!*format || strcmp(format, "json") == 0)
        answer(r, "json", "application/json; charset=utf-8");
    else
        request_fail(r, 400, say("groups are json or csv", "格式有 json、csv"));
}
