/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Groups to be merged as one HTML file for a meeting: a page a group when it is
 * printed, boxes to tick, the measures side by side, equal text marked. Without
 * scripts and without anything from elsewhere.
 */
#include "tian_merge_format.h"

#include "base/ctx.h"
#include "base/emit.h"

static const char STYLE[] =
    "@page{size:A4;margin:16mm 18mm}*{box-sizing:border-box}"
    "body{font:10.5pt/1.6 \"Noto Serif CJK SC\",\"Source Han Serif SC\",SimSun,\"Noto Sans CJK SC\",serif;"
    "color:#000;background:#fff;max-width:174mm;margin:0 auto;padding:8mm 0}"
    "h1{font-size:17pt;text-align:center;margin:0 0 3mm}h2{font-size:12pt;margin:6mm 0 1mm;"
    "border-top:.6mm solid #000;padding-top:2mm}"
    "table{width:100%;border-collapse:collapse;margin:1mm 0}th,td{border:.3mm solid #000;padding:1mm 2mm;"
    "text-align:left;vertical-align:top;overflow-wrap:anywhere}th{font-weight:400;background:#f2f2f2}"
    "ol{margin:0;padding-left:6mm}mark{background:none;text-decoration:underline;text-underline-offset:.6mm}"
    ".small{font-size:9pt}.short{white-space:nowrap}section{break-inside:avoid-page}"
    "@media print{body{padding:0;max-width:none}th{background:none}section{break-before:page}"
    "section:first-of-type{break-before:auto}}";

static void put(const struct merge_formatting *f, const char *text)
{
    escape_html(f->out, str_of(text));
}

static void put_marked(const struct merge_formatting *f, const struct tian_text *t)
{
    struct str text = { t->text, t->length };
    size_t at = 0;
    for (size_t i = 0; i < t->nmarks; i++) {
        escape_html(f->out, str_sub(text, at, t->marks[i].from));
        buf_cstr(f->out, "<mark>");
        escape_html(f->out, str_sub(text, t->marks[i].from, t->marks[i].to));
        buf_cstr(f->out, "</mark>");
        at = t->marks[i].to;
    }
    escape_html(f->out, str_sub(text, at, text.n));
}

static void put_name(const struct merge_formatting *f, const struct tian_merge_proposal *p)
{
    const char *number = merge_field(p, "number");
    if (number[0])
        buf_printf(f->out, say("No. %s ", "%s号 "), number);
    put(f, p->hidden ? say("(not public)", "（不公开）") : p->title);
    buf_cstr(f->out, "<br><span class=\"small\">");
    static const char *const FIELDS[] = { "proposer", "cosigner", "date", "state" };
    bool first = true;
    for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++) {
        const char *value = merge_field(p, FIELDS[i]);
        if (!value[0])
            continue;
        buf_cstr(f->out, first ? "" : " · ");
        put(f, value);
        first = false;
    }
    buf_cstr(f->out, "</span>");
}

static void put_row(const struct merge_formatting *f, const struct tian_merge_group *g, size_t i)
{
    const struct tian_merge_proposal *p = &g->proposals[i];
    buf_printf(f->out, "<tr><td class=\"short\">%s</td><td>",
               i ? say("member", "并入") : say("main", "主提案"));
    put_name(f, p);
    buf_cstr(f->out, "</td><td>");
    put(f, merge_field(p, "lead_unit"));
    buf_cstr(f->out, "<br><span class=\"small\">");
    put(f, merge_field(p, "joint_unit"));
    buf_cstr(f->out, "</span></td><td>");
    put(f, i ? p->verdict_text : g->reason);
    if (i && p->mine >= 0)
        buf_printf(f->out,
                   say("<br><span class=\"small\">%.0f %% of it in the main one</span>",
                       "<br><span class=\"small\">本件 %.0f%% 见于主提案</span>"),
                   100 * p->mine);
    buf_printf(f->out, "</td><td class=\"short\">%s</td></tr>\n",
               i == 0        ? ""
               : p->accepted ? say("decided", "已定")
                             : say("☐ merge<br>☐ apart", "☐ 并案<br>☐ 不并"));
}

static void put_table(const struct merge_formatting *f, const struct tian_merge_group *g)
{
    buf_printf(
        f->out,
        "<table><thead><tr><th>%s</th><th>%s</th><th>%s</th><th>%s</th><th>%s</th></tr></thead><tbody>\n",
        say("role", "主次"), say("proposal", "提案"), say("units", "承办单位"), say("why", "依据"),
        say("decision", "决定"));
    for (size_t i = 0; i < g->nproposals; i++)
        put_row(f, g, i);
    buf_cstr(f->out, "</tbody></table>\n");
}

static const char *short_name(const struct merge_formatting *f, const struct tian_merge_proposal *p)
{
    const char *number = merge_field(p, "number");
    return number[0] ? arena_printf(f->arena, say("No. %s", "%s号"), number) : p->id;
}

/* Who asks for it too: "（0015号同）". */
static void put_with(const struct merge_formatting *f, const struct tian_merge_group *g,
                     const struct tian_merge_measure *m)
{
    for (size_t i = 0; i < m->nwith; i++)
        for (size_t k = 1; k < g->nproposals; k++)
            if (str_eq(str_of(g->proposals[k].id), str_of(m->with[i]))) {
                buf_cstr(f->out, i ? "、" : say(" (so does ", "（"));
                put(f, short_name(f, &g->proposals[k]));
            }
    if (m->nwith > 0)
        buf_cstr(f->out, say(")", "同）"));
}

static void put_measures(const struct merge_formatting *f, const struct tian_merge_group *g, size_t i)
{
    const struct tian_merge_proposal *p = &g->proposals[i];
    if (p->nmeasures == 0)
        return;
    buf_cstr(f->out, "<tr><th class=\"short\">");
    put(f, short_name(f, p));
    buf_cstr(f->out, "</th><td><ol>");
    for (size_t k = 0; k < p->nmeasures; k++) {
        buf_cstr(f->out, "<li>");
        put_marked(f, &p->measures[k].text);
        if (i == 0)
            put_with(f, g, &p->measures[k]);
        buf_cstr(f->out, "</li>");
    }
    buf_cstr(f->out, "</ol></td></tr>\n");
}

static void put_group(const struct merge_formatting *f, size_t i)
{
    const struct tian_merge_group *g = &f->merge->groups[i];
    buf_printf(f->out, say("<section><h2>Group %zu: %zu proposals", "<section><h2>第 %zu 组：%zu 件"), i + 1,
               g->nproposals);
    if (!g->open)
        buf_cstr(f->out, say(" (decided)", "（已定）"));
    buf_cstr(f->out, "</h2>\n");
    put_table(f, g);
    buf_printf(f->out, "<p class=\"small\">%s</p>\n<table><tbody>\n",
               say("Measures; what stands in the main proposal (of the main one: in another) is underlined",
                   "措施对照：见于主提案的文字（主提案则为见于他件的）加下划线"));
    for (size_t k = 0; k < g->nproposals; k++)
        put_measures(f, g, k);
    buf_cstr(f->out, "</tbody></table></section>\n");
}

void merge_format_html(const struct merge_formatting *f)
{
    const char *title = say("Proposals to be merged", "提案并案建议");
    buf_printf(
        f->out,
        "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width,initial-scale=1\"><title>%s</title><style>%s</style></head><body>\n"
        "<h1>%s</h1><p>",
        say("en", "zh-CN"), title, STYLE, title);
    put(f, merge_summary(f->arena, f->merge));
    buf_cstr(f->out, say(". For the office to decide.</p>\n", "。供审查参考。</p>\n"));
    for (size_t i = 0; i < f->merge->ngroups; i++)
        put_group(f, i);
    buf_cstr(f->out, "</body></html>\n");
}
