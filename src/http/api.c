/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The JSON interface. The bodies are those of the library (doc/JSON.md), the
 * same that the command line prints with --json.
 *
 *   GET  /api/v1/search?q=…&match=…&theme=…&count=…&offset=…&sort=…&facet=theme,year
 *   GET  /api/v1/suggest?q=…&count=…
 *   GET  /api/v1/documents/ID?q=…
 *   POST /api/v1/check?count=…&whole=1
 *                                 a JSON object {"title","text","proposer","exclude","against"} or the text
 *                                 itself; whole: both texts, equal characters marked
 *   GET  /api/v1/report?…         page_report.c
 *   GET  /healthz
 */
#include <jansson.h>
#include <string.h>

#include "base/config.h"
#include "base/emit.h"
#include "http/request.h"

enum {
    MOST_HITS = 100,
    MOST_FACETS = 8
};

static void answer_json(struct request *r, char *json)
{
    if (!json) {
        request_fail(r, 500, error_text(TIAN_EMEMORY));
        return;
    }
    r->answer_type = "application/json; charset=utf-8";
    buf_cstr(&r->out, json);
    buf_char(&r->out, '\n');
    tian_string_free(json);
}

/* ---- Search ----------------------------------------------------------------------- */

static const struct {
    const char *name;
    int value;
} MATCHES[] = { { "", TIAN_MATCH_AUTO },
                { "auto", TIAN_MATCH_AUTO },
                { "all", TIAN_MATCH_ALL },
                { "any", TIAN_MATCH_ANY },
                { "exact", TIAN_MATCH_EXACT } },
  SORTS[] = { { "", TIAN_SORT_SCORE },
              { "score", TIAN_SORT_SCORE },
              { "newest", TIAN_SORT_NEWEST },
              { "oldest", TIAN_SORT_OLDEST } };

static bool read_match(const char *name, enum tian_match *out)
{
    for (size_t i = 0; i < sizeof MATCHES / sizeof *MATCHES; i++)
        if (strcmp(MATCHES[i].name, name) == 0) {
            *out = (enum tian_match)MATCHES[i].value;
            return true;
        }
    return false;
}

static bool read_sort(const char *name, enum tian_sort *out)
{
    for (size_t i = 0; i < sizeof SORTS / sizeof *SORTS; i++)
        if (strcmp(SORTS[i].name, name) == 0) {
            *out = (enum tian_sort)SORTS[i].value;
            return true;
        }
    return false;
}

static void read_facets(struct request *r, struct tian_search_options *o)
{
    const char **names = arena_array(r->arena, const char *, MOST_FACETS);
    struct str rest = str_of(request_argument(r, "facet")), item;
    while (o->nfacets < MOST_FACETS && config_item(&rest, &item))
        names[o->nfacets++] = arena_cstr(r->arena, item);
    o->facets = names;
}

bool request_search_options(struct request *r, struct tian_search_options *o)
{
    const char *theme = request_argument(r, "theme"), *cursor = request_argument(r, "cursor");
    *o = (struct tian_search_options){ .role = r->role,
                                       .offset = request_number(r, "offset", 0, 1000000),
                                       .count = request_number(r, "count", 10, MOST_HITS),
                                       .theme = *theme ? theme : NULL,
                                       .cursor = *cursor ? cursor : NULL };
    read_facets(r, o);
    return read_match(request_argument(r, "match"), &o->match) &&
           read_sort(request_argument(r, "sort"), &o->sort);
}

void api_search(struct request *r)
{
    struct tian_search_options options;
    struct tian_results *results;
    struct tian_error error;
    if (!request_search_options(r, &options)) {
        request_fail(r, 400,
                     say("match is auto, all, any or exact; sort is score, newest or oldest",
                         "match 可为 auto、all、any、exact；sort 可为 score、newest、oldest"));
        return;
    }
    if (tian_search(r->index, request_argument(r, "q"), &options, &results, &error)) {
        request_fail_tian(r, &error);
        return;
    }
    answer_json(r, tian_results_json(results, false));
    tian_results_free(results);
}

/* ---- Suggestions ---------------------------------------------------------------------- */

void api_suggest(struct request *r)
{
    struct tian_suggest_options options = { .role = r->role, .count = request_number(r, "count", 10, 50) };
    struct tian_suggestions *suggestions;
    struct tian_error error;
    if (tian_suggest(r->index, request_argument(r, "q"), &options, &suggestions, &error)) {
        request_fail_tian(r, &error);
        return;
    }
    answer_json(r, tian_suggestions_json(suggestions, false));
    tian_suggestions_free(suggestions);
}

/* ---- Documents ------------------------------------------------------------------------ */

void api_document(struct request *r)
{
    struct tian_document *document;
    struct tian_error error;
    const char *q = request_argument(r, "q");
    if (tian_document_get(r->index, r->tail, *q ? q : NULL, r->role, &document, &error)) {
        request_fail_tian(r, &error);
        return;
    }
    struct tian_check *similar;
    if (tian_similar(r->index, document, r->role, 0, &similar, &error))
        similar = NULL; /* which the answer says */
    answer_json(r, tian_document_json(document, similar, false));
    tian_check_free(similar);
    tian_document_free(document);
}

/* ---- Check ------------------------------------------------------------------------------ */

static void release_json(void *json)
{
    json_decref(json);
}

static const char *json_text(json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

/* The draft's text and what is said about it. False: the body is not what it claims to be. */
static bool read_draft(struct request *r, const char **text, struct tian_check_options *o)
{
    if (!r->type || strncmp(r->type, "application/json", 16) != 0) {
        *text = arena_cstr(r->arena, r->body);
        return utf8_check(r->body) == r->body.n && !memchr(r->body.p, 0, r->body.n);
    }
    json_t *json = json_loadb(r->body.p, r->body.n, JSON_REJECT_DUPLICATES, NULL);
    if (!json)
        return false;
    arena_defer(r->arena, release_json, json);
    *text = json_text(json, "text");
    if (!*text)
        *text = json_text(json, "body");
    o->title = json_text(json, "title");
    o->proposer = json_text(json, "proposer");
    o->exclude = json_text(json, "exclude");
    o->against = json_text(json, "against");
    return *text != NULL;
}

void api_check(struct request *r)
{
    struct tian_check_options options = { .role = r->role,
                                          .count = request_number(r, "count", 5, 50),
                                          .whole = request_number(r, "whole", 0, 1) };
    struct tian_check *check;
    struct tian_error error;
    const char *text = NULL;
    if (r->body.n == 0 || !read_draft(r, &text, &options)) {
        request_fail(r, 400,
                     say("send the draft as UTF-8 text, or as a JSON object with \"text\"",
                         "请以 UTF-8 文本或带 \"text\" 的 JSON 对象提交草稿"));
        return;
    }
    if (tian_check(r->index, text, &options, &check, &error)) {
        request_fail_tian(r, &error);
        return;
    }
    answer_json(r, tian_check_json(check, NULL, false));
    tian_check_free(check);
}

/* ---- Health -------------------------------------------------------------------------------- */

void api_health(struct request *r)
{
    struct tian_status status;
    struct tian_error error;
    struct emit e;
    if (tian_index_status(r->index, &status, &error)) {
        request_fail(r, 503, error.message);
        return;
    }
    r->answer_type = "application/json; charset=utf-8";
    emit_init(&e, &r->out, false);
    emit_object(&e, NULL);
    emit_cstr(&e, "status", "ok");
    emit_uint(&e, "documents", status.documents);
    emit_cstr(&e, "version", tian_version());
    emit_end_object(&e);
    emit_newline(&e);
}
