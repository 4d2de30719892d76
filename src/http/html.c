/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The look that all pages share: frame, marks, links, metadata. Nothing goes
 * into a page but through escape_html() or escape_url().
 */
#include "http/html.h"

#include <stdio.h>
#include <string.h>

#include "base/ctx.h"
#include "base/emit.h"

const char *field_value(const struct tian_field *fields, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(fields[i].name, name) == 0)
            return fields[i].value;
    return NULL;
}

/* ---- Frame ------------------------------------------------------------------------- */

static void tab(struct request *r, const char *path, const char *name, const char *active)
{
    buf_printf(&r->out, "<a href=\"%s\"%s>%s</a>", path,
               strcmp(path, active) == 0 ? " aria-current=\"page\"" : "", name);
}

void html_begin(struct request *r, const char *title, const char *active)
{
    r->answer_type = "text/html; charset=utf-8";
    buf_cstr(&r->out, "<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">"
                      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                      "<link rel=\"stylesheet\" href=\"/style.css\"><title>");
    html_text(r, title);
    buf_cstr(&r->out, " · 提案检索</title></head>\n<body><header><a class=\"brand\" "
                      "href=\"/\">提案<small>tian</small></a><nav>");
    tab(r, "/", "检索", active);
    tab(r, "/check", "查重", active);
    tab(r, "/merge", "并案", active);
    tab(r, "/report", "统计", active);
    buf_cstr(&r->out, "</nav></header>\n<main>\n");
}

void html_end(struct request *r)
{
    buf_printf(&r->out, "\n</main>\n<footer>tian %s · 结果供审查参考</footer></body></html>\n",
               tian_version());
}

/* ---- Text ---------------------------------------------------------------------------- */

void html_text(struct request *r, const char *text)
{
    escape_html(&r->out, str_of(text ? text : ""));
}

void html_marked_range(struct request *r, const struct tian_text *t, uint32_t from, uint32_t to)
{
    uint32_t at = from;
    for (size_t i = 0; i < t->nmarks; i++) {
        const struct tian_mark *m = &t->marks[i];
        if (m->to <= at || m->from >= to)
            continue;
        uint32_t a = m->from > at ? m->from : at, b = m->to < to ? m->to : to;
        escape_html(&r->out, (struct str){ t->text + at, a - at });
        buf_cstr(&r->out, "<mark>");
        escape_html(&r->out, (struct str){ t->text + a, b - a });
        buf_cstr(&r->out, "</mark>");
        at = b;
    }
    escape_html(&r->out, (struct str){ t->text + at, to - at });
}

void html_marked(struct request *r, const struct tian_text *t)
{
    html_marked_range(r, t, 0, (uint32_t)t->length);
}

void html_paragraphs(struct request *r, const struct tian_text *t, uint32_t from, uint32_t to)
{
    while (from < to) {
        const char *end = memchr(t->text + from, '\n', to - from);
        uint32_t until = end ? (uint32_t)(end - t->text) : to;
        if (str_trim((struct str){ t->text + from, until - from }).n) {
            buf_cstr(&r->out, "<p>");
            html_marked_range(r, t, from, until);
            buf_cstr(&r->out, "</p>\n");
        }
        from = until + 1;
    }
}

/* ---- Links ------------------------------------------------------------------------------ */

static void argument(struct buf *out, bool *first, const char *name, const char *value)
{
    if (*value == '\0')
        return;
    buf_cstr(out, *first ? "?" : "&amp;");
    escape_url(out, str_of(name), false);
    buf_char(out, '=');
    escape_url(out, str_of(value), false);
    *first = false;
}

void html_href(struct request *r, const char *path, const char *name, const char *value)
{
    static const char *const KEPT[] = { "q", "match", "theme", "sort", "facet", "offset" };
    bool first = true;
    buf_cstr(&r->out, path);
    for (size_t i = 0; i < sizeof KEPT / sizeof *KEPT; i++) {
        bool replaced = name && strcmp(name, KEPT[i]) == 0;
        if (!replaced &&
            (!name || strcmp(KEPT[i], "offset") != 0)) /* another filter starts at the first page */
            argument(&r->out, &first, KEPT[i], request_argument(r, KEPT[i]));
    }
    if (name)
        argument(&r->out, &first, name, value);
}

void html_document_href(struct request *r, const char *id, const char *query)
{
    bool first = true;
    buf_cstr(&r->out, "/documents/");
    escape_url(&r->out, str_of(id), true);
    argument(&r->out, &first, "q", query ? query : "");
}

void html_document_title(struct request *r, const char *id, const char *title, bool hidden)
{
    if (hidden) {
        buf_cstr(&r->out, "（不公开）");
        return;
    }
    buf_cstr(&r->out, "<a href=\"");
    html_document_href(r, id, NULL);
    buf_cstr(&r->out, "\">");
    html_text(r, title);
    buf_cstr(&r->out, "</a>");
}

/* ---- Options of a form -------------------------------------------------------------------- */

void html_option(struct request *r, const char *value, const char *text, const char *chosen)
{
    buf_cstr(&r->out, "<option value=\"");
    html_text(r, value);
    buf_printf(&r->out, "\"%s>", strcmp(value, chosen) == 0 ? " selected" : "");
    html_text(r, text);
    buf_cstr(&r->out, "</option>");
}

void html_theme_options(struct request *r, const char *none, const char *chosen)
{
    char *list;
    html_option(r, "", none, chosen);
    if (tian_theme_list(r->index, &list, NULL))
        return;
    struct str rest = str_of(list), line, name;
    while (str_line(&rest, &line)) {
        struct str count = str_split(line, '\t', &name);
        size_t slash = str_find(name, STR("/"), 0);
        const char *value = arena_cstr(r->arena, name);
        const char *shown = slash == SIZE_MAX ? value : value + slash + 1;
        html_option(
            r, value,
            arena_printf(r->arena, "%s%s（%.*s）", slash == SIZE_MAX ? "" : "　", shown, STR_ARG(count)),
            chosen);
    }
    tian_string_free(list);
}

/* ---- Metadata ------------------------------------------------------------------------------ */

/* How sure it is, or who says so. */
static const char *label_remark(struct request *r, const struct tian_label *label)
{
    return strcmp(label->origin, "officer") == 0 ? "人工"
           : strcmp(label->origin, "given") == 0 ? "原件"
                                                 : arena_printf(r->arena, "%.0f%%", label->confidence * 100);
}

void html_labels(struct request *r, const struct tian_label *labels, size_t n)
{
    for (size_t i = 0; i < n && i < 3; i++) {
        buf_cstr(&r->out, "<span class=\"label\" title=\"");
        html_text(r, labels[i].words);
        buf_cstr(&r->out, "\">");
        html_text(r, labels[i].theme);
        buf_printf(&r->out, " <i>%s</i></span>", label_remark(r, &labels[i]));
    }
}

/* 15 号; 0015号 as it was given. */
static bool lacks_sign(const char *name, const char *value)
{
    return strcmp(name, "number") == 0 && !str_ends(str_of(value), STR("号")) &&
           !str_ends(str_of(value), STR("號"));
}

void html_fields(struct request *r, const struct tian_field *fields, size_t n)
{
    static const char *const SHOWN[] = { "number", "session", "proposer", "lead_unit", "outcome", "date" };
    bool first = true;
    for (size_t i = 0; i < sizeof SHOWN / sizeof *SHOWN; i++) {
        const char *value = field_value(fields, n, SHOWN[i]);
        if (!value || !*value)
            continue;
        buf_printf(&r->out, "%s<span title=\"%s\">", first ? "" : " · ", tian_field_label(SHOWN[i]));
        html_text(r, tian_field_wording(SHOWN[i], value));
        buf_cstr(&r->out, lacks_sign(SHOWN[i], value) ? " 号</span>" : "</span>");
        first = false;
    }
}
