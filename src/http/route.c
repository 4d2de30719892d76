/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Method and path → handler: one table. A new route is a line here and a
 * handler in api.c or page.c. Known path and unknown method is 405, all else 404.
 */
#include "http/request.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/emit.h"

static const struct {
    const char *method, *path; /* a path that ends in '/' (but "/") takes a tail */
    handler *run;
} ROUTES[] = {
    { "GET", "/", page_search },
    { "GET", "/style.css", page_style },
    { "GET", "/documents/", page_document },
    { "GET", "/why/", page_why },
    { "GET", "/check", page_check },
    { "POST", "/check", page_check },
    { "POST", "/check/compare", page_compare },
    { "POST", "/check/certificate", page_certificate },
    { "GET", "/merge", page_merge },
    { "GET", "/merge/print", page_merge_print },
    { "GET", "/api/v1/merge", api_merge },
    { "GET", "/report", page_report },
    { "GET", "/report/proposals", page_report_proposals },
    { "GET", "/api/v1/report", api_report },
    { "GET", "/api/v1/search", api_search },
    { "GET", "/api/v1/suggest", api_suggest },
    { "GET", "/api/v1/documents/", api_document },
    { "POST", "/api/v1/check", api_check },
    { "GET", "/healthz", api_health },
    { "GET", "/login", page_login },
};

static const struct {
    int code, status;
} STATUS[] = {
    { TIAN_EUSAGE, 400 },  { TIAN_ENOTFOUND, 404 }, { TIAN_EFORMAT, 400 },    { TIAN_ELIMIT, 413 },
    { TIAN_EDENIED, 403 }, { TIAN_EAGAIN, 503 },    { TIAN_ECANCELLED, 503 },
};

const char *request_argument(const struct request *r, const char *name)
{
    const char *value = map_get(r->query, str_of(name));
    if (!value)
        value = map_get(r->form, str_of(name));
    return value ? value : "";
}

unsigned request_number(const struct request *r, const char *name, unsigned usual, unsigned most)
{
    uint64_t value;
    if (!str_to_u64(str_of(request_argument(r, name)), &value))
        return usual;
    return value > most ? most : (unsigned)value;
}

void request_fail(struct request *r, int status, const char *message)
{
    struct emit e;
    r->status = status;
    buf_clear(&r->out);
    if (strncmp(r->path, "/api/", 5) != 0) {
        page_error(r, message);
        return;
    }
    r->answer_type = "application/json; charset=utf-8";
    emit_init(&e, &r->out, false);
    emit_object(&e, NULL);
    emit_cstr(&e, "error", message);
    emit_end_object(&e);
    emit_newline(&e);
}

void request_fail_tian(struct request *r, const struct tian_error *error)
{
    int status = 500;
    for (size_t i = 0; i < sizeof STATUS / sizeof *STATUS; i++)
        if (STATUS[i].code == error->code)
            status = STATUS[i].status;
    request_fail(r, status, error->message);
}

/* Does path fit a route? *tail gets what follows a route that ends in '/'. */
static bool fits(const char *route, const char *path, const char **tail)
{
    size_t n = strlen(route);
    if (n > 1 && route[n - 1] == '/') {
        *tail = path + n;
        return strncmp(route, path, n) == 0 && path[n] != '\0';
    }
    *tail = "";
    return strcmp(route, path) == 0;
}

static bool same_method(const char *route, const char *asked)
{
    return strcmp(route, asked) == 0 || (strcmp(route, "GET") == 0 && strcmp(asked, "HEAD") == 0);
}

void route_run(struct request *r)
{
    bool path_known = false;
    for (size_t i = 0; i < sizeof ROUTES / sizeof *ROUTES; i++) {
        if (!fits(ROUTES[i].path, r->path, &r->tail))
            continue;
        path_known = true;
        if (same_method(ROUTES[i].method, r->method)) {
            ROUTES[i].run(r);
            return;
        }
    }
    if (path_known)
        request_fail(r, 405, say("this address does not take this method", "该地址不接受此方法"));
    else
        request_fail(r, 404, say("there is nothing at this address", "此地址没有内容"));
}
