/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The door to libmicrohttpd: listening, limits, deadlines, shutdown.
 *
 * The library's own time limit is for silence only: who sends a byte now and
 * then is never cut off. So every connection is in the list of a reaper, from its
 * first moment on. The library also lets through requests that two servers in a
 * row may read differently (a length and chunks, two lengths, a NUL in the path):
 * those are refused here, before anything is done.
 *
 *   first call      headers are there: checks, or the refusal at once
 *   further calls   body, gathered up to BODY_LIMIT; of a page's form its fields
 *   last call       the route run under a guard, answer queued
 */
#include <microhttpd.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/ctx.h"
#include "http/peer.h"
#include "http/reaper.h"
#include "http/request.h"

enum {
    CONNECTIONS = 256,
    CONNECTION_MEMORY = 64 << 10,
    SILENCE_S = 10,
    REQUEST_S = 60,
    GOODBYE_S = 10,
    URI_LIMIT = 16 << 10
};
static const int64_t SECOND = 1000000000;

struct server {
    struct tian_index *index;
    const struct http_options *options;
    bool loopback;
    struct MHD_Daemon *daemon;
    struct reaper reaper;
};

struct connection {
    struct server *server;
    struct reaped reaped;
    struct request *request; /* from its head on; NULL between two */
    struct MHD_PostProcessor *form;
    struct buf body;
    size_t received; /* bytes of body or form */
    bool broken;     /* the form cannot be read */
};

/* ---- Reading a request ------------------------------------------------------------------- */

struct header_count {
    unsigned lengths, chunks, hosts;
};

static enum MHD_Result count_header(void *self, enum MHD_ValueKind kind, const char *key, const char *value)
{
    struct header_count *n = self;
    (void)kind, (void)value;
    n->lengths += strcasecmp(key, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0;
    n->chunks += strcasecmp(key, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0;
    n->hosts += strcasecmp(key, MHD_HTTP_HEADER_HOST) == 0;
    return MHD_YES;
}

static const char *header(struct MHD_Connection *mhd, const char *name)
{
    return MHD_lookup_connection_value(mhd, MHD_HEADER_KIND, name);
}

/* Why this request is not to be answered, or 0. */
static int refusal(struct MHD_Connection *mhd, const char *url)
{
    struct header_count n = { 0 };
    MHD_get_connection_values(mhd, MHD_HEADER_KIND, count_header, &n);
    const char *length = header(mhd, MHD_HTTP_HEADER_CONTENT_LENGTH);
    if (n.lengths > 1 || (n.lengths && n.chunks) || n.hosts > 1)
        return 400;
    if (strlen(url) > URI_LIMIT)
        return 414;
    if (utf8_check(str_of(url)) != strlen(url))
        return 400;
    return length && strtoull(length, NULL, 10) > BODY_LIMIT ? 413 : 0;
}

static enum MHD_Result keep_argument(void *self, enum MHD_ValueKind kind, const char *key, const char *value)
{
    struct request *r = self;
    (void)kind;
    if (value && utf8_check(str_of(value)) == strlen(value))
        *map_at(r->query, str_of(key)) = arena_cstr(r->arena, str_of(value));
    return MHD_YES;
}

static enum MHD_Result keep_field(void *self, enum MHD_ValueKind kind, const char *key, const char *name,
                                  const char *type, const char *coding, const char *data, uint64_t offset,
                                  size_t size)
{
    struct request *r = self;
    (void)kind, (void)name, (void)type, (void)coding;
    if (!key)
        return MHD_YES;
    void **place = map_at(r->form, str_of(key));
    if (offset == 0 || !*place) {
        *place = arena_new_of(r->arena, struct buf);
        buf_init(*place, r->arena);
    }
    buf_put(*place, data, size);
    return MHD_YES;
}

/* What was gathered of each field becomes its text. False: one is no text. */
static bool close_form(struct connection *c)
{
    struct request *r = c->request;
    struct MHD_PostProcessor *form = c->form;
    bool text = true;
    c->form = NULL;
    if (form)
        MHD_destroy_post_processor(form); /* what it held back goes to keep_field() */
    for (size_t i = 0; i < r->form->n; i++) {
        struct buf *field = r->form->entries[i].value;
        text = text && utf8_check(buf_view(field)) == field->n && !memchr(field->p, 0, field->n);
        buf_char(field, '\0');
        r->form->entries[i].value = field->p;
    }
    return text;
}

/* The token as a bearer (programs) or as the password of basic authentication (the page's sign-in). */
static bool is_officer(const struct server *s, struct MHD_Connection *mhd)
{
    const char *given = header(mhd, MHD_HTTP_HEADER_AUTHORIZATION);
    if (!s->options->token)
        return s->loopback && peer_names_loopback(header(mhd, MHD_HTTP_HEADER_HOST));
    if (!given)
        return false;
    if (strncmp(given, "Bearer ", 7) == 0)
        return peer_same_secret(given + 7, strlen(given) - 7, s->options->token);
    char *password = NULL, *user = MHD_basic_auth_get_username_password(mhd, &password);
    bool officer = password && peer_same_secret(password, strlen(password), s->options->token);
    MHD_free(user);
    MHD_free(password);
    return officer;
}

static struct request *new_request(struct server *s, struct MHD_Connection *mhd, const char *url,
                                   const char *method)
{
    struct arena *arena = arena_new(NULL);
    struct request *r = arena_new_of(arena, struct request);
    r->arena = arena;
    r->index = s->index;
    r->method = arena_cstr(arena, str_of(method));
    r->path = arena_cstr(arena, str_of(url));
    r->query = map_new(arena);
    r->form = map_new(arena);
    r->status = 200;
    r->role = is_officer(s, mhd) ? TIAN_ROLE_OFFICER : TIAN_ROLE_PUBLIC;
    buf_init(&r->out, arena);
    const char *type = header(mhd, MHD_HTTP_HEADER_CONTENT_TYPE);
    r->type = type ? arena_cstr(arena, str_of(type)) : NULL;
    MHD_get_connection_values(mhd, MHD_GET_ARGUMENT_KIND, keep_argument, r);
    return r;
}

/* ---- Answering ------------------------------------------------------------------------------- */

static void add_header(struct MHD_Response *response, const char *name, const char *value)
{
    (void)MHD_add_response_header(response, name, value);
}

/* Pages take nothing from anywhere but their style sheet; a page that is to be saved carries it along. */
static const char *policy(bool own_style)
{
    return own_style
               ? "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
               : "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
                 "frame-ancestors 'none'";
}

struct reply {
    int status;
    const char *type;
    struct str text;
    bool own_style;
    const char *save_as;
};

static enum MHD_Result send_reply(struct MHD_Connection *mhd, const struct reply *reply)
{
    int status = reply->status;
    struct str text = reply->text;
    struct MHD_Response *response = MHD_create_response_from_buffer(
        text.n, (void *)(uintptr_t)(text.n ? text.p : ""), MHD_RESPMEM_MUST_COPY);
    if (!response)
        return MHD_NO;
    add_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, reply->type);
    add_header(response, "X-Content-Type-Options", "nosniff");
    add_header(response, "Referrer-Policy", "no-referrer");
    add_header(response, "X-Frame-Options", "DENY");
    add_header(response, "Content-Security-Policy", policy(reply->own_style));
    if (status == 401)
        add_header(response, MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Basic realm=\"tian\", charset=\"UTF-8\"");
    if (status == 405)
        add_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD, POST");
    char disposition[64];
    snprintf(disposition, sizeof disposition, "attachment; filename=\"%s\"",
             reply->save_as ? reply->save_as : "");
    if (reply->save_as)
        add_header(response, MHD_HTTP_HEADER_CONTENT_DISPOSITION, disposition);
    enum MHD_Result queued = MHD_queue_response(mhd, (unsigned)status, response);
    MHD_destroy_response(response);
    return queued;
}

static enum MHD_Result send_answer(struct MHD_Connection *mhd, int status, const char *type, struct str text)
{
    return send_reply(mhd, &(struct reply){ status, type, text, false, NULL });
}

static int protected_route(void *arg)
{
    struct connection *c = arg;
    struct request *r = c->request;
    r->body = buf_view(&c->body);
    if (!close_form(c) || c->broken)
        request_fail(r, 400, say("the form cannot be read", "无法读取提交的表单"));
    else
        route_run(r);
    return 0;
}

/* What was sent must not look like another line, nor speak to the terminal. */
static void log_text(const char *text)
{
    bool utf8 = utf8_check(str_of(text)) == strlen(text);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        bool plain = c > ' ' && c != 0x7F && (c < 0x80 || utf8);
        fprintf(stderr, plain ? "%c" : "%%%02X", c);
    }
}

static void log_access(const struct server *s, const struct connection *c)
{
    const struct request *r = c->request;
    if (!s->options->access_log)
        return;
    flockfile(stderr);
    log_text(r->method);
    fputc(' ', stderr);
    log_text(r->path);
    fprintf(stderr, " %d %.1f ms\n", r->status, (double)(clock_now() - c->reaped.since) / 1e6);
    funlockfile(stderr);
}

static enum MHD_Result answer(struct connection *c, struct MHD_Connection *mhd)
{
    struct request *r = c->request;
    if (mem_protect(protected_route, c))
        return send_answer(mhd, 503, "text/plain; charset=utf-8", str_of(error_text(TIAN_EMEMORY)));
    log_access(c->server, c);
    return send_reply(
        mhd, &(struct reply){ r->status, r->answer_type, buf_view(&r->out), r->own_style, r->save_as });
}

/* ---- The callbacks of the library ---------------------------------------------------------------- */

/* Only pages have forms: what programs send is taken as it is, whatever they call it. */
static bool is_form(const struct request *r)
{
    return strncmp(r->path, "/api/", 5) != 0 && r->type &&
           (strncmp(r->type, "application/x-www-form-urlencoded", 33) == 0 ||
            strncmp(r->type, "multipart/form-data", 19) == 0);
}

struct body_piece {
    struct connection *c;
    const char *data;
    size_t size;
};

static int keep_body(void *arg)
{
    struct body_piece *piece = arg;
    struct connection *c = piece->c;
    if (!c->form)
        buf_put(&c->body, piece->data, piece->size);
    else if (!c->broken)
        c->broken = MHD_post_process(c->form, piece->data, piece->size) != MHD_YES;
    return 0;
}

struct head {
    struct MHD_Connection *mhd;
    struct connection *c;
    const char *url, *method;
};

static int protected_begin(void *arg)
{
    struct head *head = arg;
    struct connection *c = head->c;
    c->request = new_request(c->server, head->mhd, head->url, head->method);
    c->received = 0;
    c->broken = false;
    buf_init(&c->body, c->request->arena);
    if (is_form(c->request)) {
        c->form = MHD_create_post_processor(head->mhd, 16 << 10, keep_field, c->request);
        c->broken = !c->form;
    }
    return 0;
}

static enum MHD_Result first_call(struct head *head, void **state)
{
    int status = refusal(head->mhd, head->url);
    if (status)
        return send_answer(head->mhd, status, "text/plain; charset=utf-8", STR("refused\n"));
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(head->mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    head->c = info ? info->socket_context : NULL;
    if (!head->c || mem_protect(protected_begin, head))
        return MHD_NO;
    reaper_turn(&head->c->server->reaper, &head->c->reaped, true);
    *state = head->c;
    return MHD_YES;
}

static char NUL_IN_PATH; /* its address marks a request that on_uri() condemned */

static enum MHD_Result on_request(void *self, struct MHD_Connection *mhd, const char *url, const char *method,
                                  const char *version, const char *data, size_t *size, void **state)
{
    struct head head = { mhd, NULL, url, method };
    struct connection *c = *state;
    (void)self, (void)version;
    if (*state == &NUL_IN_PATH) {
        *state = NULL;
        return send_answer(mhd, 400, "text/plain; charset=utf-8", STR("refused\n"));
    }
    if (!c)
        return first_call(&head, state);
    if (*size == 0)
        return answer(c, mhd);
    struct body_piece piece = { c, data, *size };
    c->received += *size;
    if (c->received > BODY_LIMIT || mem_protect(keep_body, &piece))
        return MHD_NO; /* the library closes the connection: it is too late for an answer */
    *size = 0;
    return MHD_YES;
}

static void on_completed(void *self, struct MHD_Connection *mhd, void **state,
                         enum MHD_RequestTerminationCode why)
{
    struct connection *c = *state;
    (void)self, (void)mhd, (void)why;
    if (!c || *state == &NUL_IN_PATH)
        return;
    reaper_turn(&c->server->reaper, &c->reaped, false);
    if (c->form)
        MHD_destroy_post_processor(c->form);
    arena_free(c->request->arena);
    c->form = NULL;
    c->request = NULL;
    *state = NULL;
}

static struct connection *new_connection(struct server *s, struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct connection *c = info ? calloc(1, sizeof *c) : NULL;
    if (c) {
        c->server = s;
        reaper_add(&s->reaper, &c->reaped, info->connect_fd);
    }
    return c; /* without memory NULL: then no request of it is answered */
}

static void on_connection(void *self, struct MHD_Connection *mhd, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    struct connection *c = *context;
    if (what == MHD_CONNECTION_NOTIFY_STARTED)
        *context = new_connection(self, mhd);
    else if (c) {
        reaper_remove(&c->server->reaper, &c->reaped);
        free(c);
    }
}

/* A NUL in the path would cut it in two for us, not for a server in front. */
static void *on_uri(void *self, const char *uri, struct MHD_Connection *mhd)
{
    (void)self, (void)mhd;
    return strstr(uri, "%00") ? &NUL_IN_PATH : NULL;
}

/* ---- Starting and stopping -------------------------------------------------------------------------- */

static bool read_address(const struct http_options *o, struct sockaddr_in *out, bool *loopback)
{
    const char *host = o->host ? o->host : "127.0.0.1";
    *out = (struct sockaddr_in){ .sin_family = AF_INET,
                                 .sin_port = htons((uint16_t)(o->port ? o->port : 8765)) };
    if (strcmp(host, "localhost") == 0)
        host = "127.0.0.1";
    if (inet_pton(AF_INET, host, &out->sin_addr) != 1)
        return false;
    *loopback = peer_is_loopback(out->sin_addr);
    return true;
}

static struct MHD_Daemon *start(struct server *s, struct sockaddr_in *address)
{
    unsigned threads = s->options->threads ? s->options->threads : 4;
    unsigned limit = CONNECTIONS < threads ? threads : CONNECTIONS;
    return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, on_request, s, MHD_OPTION_SOCK_ADDR,
                            address, MHD_OPTION_THREAD_POOL_SIZE, threads, MHD_OPTION_CONNECTION_LIMIT, limit,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
                            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SILENCE_S, MHD_OPTION_STRICT_FOR_CLIENT,
                            1, MHD_OPTION_NOTIFY_CONNECTION, on_connection, s, MHD_OPTION_NOTIFY_COMPLETED,
                            on_completed, s, MHD_OPTION_URI_LOG_CALLBACK, on_uri, s, MHD_OPTION_END);
}

/* Nanoseconds the head of a request may take, and again all behind it up to the end of the answer. */
static int64_t allowed(const struct server *s)
{
    return (s->options->request_seconds ? s->options->request_seconds : REQUEST_S) * SECOND;
}

static void stop(struct server *s)
{
    MHD_socket listening = MHD_quiesce_daemon(s->daemon);
    int64_t until = clock_now() + GOODBYE_S * SECOND;
    while (reaper_shut(&s->reaper, allowed(s)) && clock_now() < until)
        usleep(20000);
    MHD_stop_daemon(s->daemon);
    if (listening != MHD_INVALID_SOCKET)
        close(listening);
}

/* SIGHUP: the share folder was edited. A wrong file is named, and what served before serves on. */
static void reload(struct server *s)
{
    struct tian_error error;
    if (tian_reload(s->index, &error))
        fprintf(stderr, "tian: %s: %s\n", error.where, error.message);
}

/* Wait for a signal to end, reaping once a second. */
static void serve_until_signal(struct server *s, const sigset_t *signals)
{
    struct timespec second = { 1, 0 };
    int got;
    do {
        got = sigtimedwait(signals, NULL, &second);
        (void)reaper_shut(&s->reaper, allowed(s));
        if (got == SIGHUP)
            reload(s);
    } while (got != SIGTERM && got != SIGINT);
}

static int cannot_listen(struct tian_error *error, const struct http_options *o)
{
    struct ctx ctx = { .error = error };
    return ctx_fail(&ctx, TIAN_EIO, o->host ? o->host : "127.0.0.1", "cannot listen on port %u: %s",
                    "无法监听端口 %u：%s", o->port ? o->port : 8765, strerror(errno));
}

static int run(struct server *s, struct tian_error *error)
{
    struct sockaddr_in address;
    struct ctx ctx = { .error = error };
    char url[64];
    sigset_t signals, before;
    if (!read_address(s->options, &address, &s->loopback))
        return ctx_fail(&ctx, TIAN_EUSAGE, s->options->host, "not an IPv4 address", "不是 IPv4 地址");
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, &before);
    signal(SIGPIPE, SIG_IGN);
    s->daemon = start(s, &address);
    if (s->daemon) {
        snprintf(url, sizeof url, "http://%s:%u/", inet_ntoa(address.sin_addr), ntohs(address.sin_port));
        if (s->options->ready)
            s->options->ready(s->options->self, url);
        serve_until_signal(s, &signals);
        stop(s);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return s->daemon ? 0 : cannot_listen(error, s->options);
}

int http_serve(const char *index, const struct http_options *options, struct tian_error *error)
{
    struct server s = { .options = options };
    int rc = tian_open(index, &(struct tian_open_options){ .share = options->share }, &s.index, error);
    if (rc)
        return rc;
    say_set("zh"); /* the pages are in Chinese, and so is what the library says in them */
    pthread_mutex_init(&s.reaper.mutex, NULL);
    rc = run(&s, error);
    pthread_mutex_destroy(&s.reaper.mutex);
    tian_close(s.index);
    return rc;
}
