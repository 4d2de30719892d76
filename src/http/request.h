/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to http/: one request on its way from the server (who knows
 * libmicrohttpd) through the route to a handler (who knows tian.h) and back.
 */
#ifndef TIAN_REQUEST_H
#define TIAN_REQUEST_H

#include "base/buf.h"
#include "base/map.h"
#include "http/http.h"

enum {
    BODY_LIMIT = 4 << 20
};

struct request {
    struct arena *arena;
    struct tian_index *index;
    const char *method, *path;
    const char *tail;  /* what the route's path ended before: an id, decoded */
    struct map *query; /* → char *: arguments of the URL */
    struct map *form;  /* → char *: fields of a posted form */
    struct str body;
    const char *type; /* of the body, NULL when none */
    enum tian_role role;
    /* the answer */
    int status;
    const char *answer_type;
    bool own_style;      /* the page carries its style with it, to be saved and printed */
    const char *save_as; /* a file's name, when the answer is to be saved; NULL: shown */
    struct buf out;
};

typedef void handler(struct request *);

/* Find the handler and run it; every error becomes an answer. */
void route_run(struct request *);

/* An argument, "" when it is absent; the first of query and form that has it. */
const char *request_argument(const struct request *, const char *name);
unsigned request_number(const struct request *, const char *name, unsigned usual, unsigned most);

/* Answer with an error: JSON below /api/, else a page. */
void request_fail(struct request *, int status, const char *message);
void request_fail_tian(struct request *, const struct tian_error *);

/* api.c */
bool request_search_options(struct request *,
                            struct tian_search_options *); /* false: an argument is unknown */
handler api_search, api_suggest, api_document, api_check, api_health;
/* page.c */
handler page_search, page_document, page_why, page_style, page_login;
void page_error(struct request *, const char *message);
/* page_merge.c */
handler page_merge, page_merge_print, api_merge;
/* page_report.c */
handler page_report, page_report_proposals, api_report;
/* page_check.c */
handler page_check, page_compare, page_certificate;

#endif
