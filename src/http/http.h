/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * http: the server, a front end like any other: it knows tian.h and base.
 */
#ifndef TIAN_HTTP_H
#define TIAN_HTTP_H

#include <tian.h>

struct http_options {
    const char *host; /* NULL: 127.0.0.1 */
    unsigned port;    /* 0: 8765 */
    unsigned threads; /* 0: 4 */
    const char
        *token; /* who sends it (Authorization: Bearer …, or the page's sign-in) is an officer; NULL: none */
    const char *share;        /* as tian_open_options */
    unsigned request_seconds; /* the head of a request may take, and so may the rest; 0: 60 */
    bool access_log;          /* one line a request on stderr */
    void (*ready)(void *self, const char *url); /* called once it listens; may be NULL */
    void *self;
};

/* Serve until SIGTERM or SIGINT, then finish what is being answered (at most 10 s) and return 0.
 * Without a token: a server on a loopback address treats as an officer who asks for it by a name of this
 * machine (localhost, 127.…: he sits at it), anybody else is the public. Errors: those of tian_open();
 * TIAN_EIO when the port cannot be bound. */
int http_serve(const char *index, const struct http_options *, struct tian_error *);

#endif
