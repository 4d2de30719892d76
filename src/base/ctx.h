/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What travels with one piece of work, and how it fails. Fallible functions
 * take a ctx first and return 0 or a positive TIAN_E… code; whoever finds the
 * error describes it once with ctx_fail(), everybody above passes the code on.
 *
 * Messages are in the reader's language: every place that makes one gives the
 * English and the Chinese text side by side, with the same arguments in the
 * same order (say() chooses by LC_ALL, LC_MESSAGES, LANG).
 */
#ifndef TIAN_CTX_H
#define TIAN_CTX_H

#include <tian.h>

#include "base/arena.h"

struct ctx {
    struct arena *arena;      /* for results and scratch of this piece of work */
    struct tian_error *error; /* where ctx_fail() writes; may be NULL */
    int64_t deadline;         /* clock_now() after which to give up; 0 = never */
    bool finishing;           /* bringing finished work home: cancel_request() does not stop it */
};

/* Record an error (the first one stays) and return its code.
 * where: file, id or option the error is about, or NULL. */
int ctx_fail(struct ctx *, int code, const char *where, const char *english, const char *chinese, ...)
    __attribute__((format(printf, 4, 6), format(printf, 5, 6)));

/* As ctx_fail(TIAN_EIO …) with strerror(errno) in the message. ENOSPC and EDQUOT say the disk is full. */
int ctx_fail_errno(struct ctx *, const char *where, const char *english, const char *chinese);

/* 0, or TIAN_EAGAIN when the deadline passed, or TIAN_ECANCELLED after cancel_request(). */
int ctx_check(struct ctx *);

/* Monotonic nanoseconds. */
int64_t clock_now(void);

/* Async-signal-safe: ask all running work of this process to stop at the next check. */
void cancel_request(void);
bool cancel_requested(void);
void cancel_clear(void);

/* english or chinese, as the locale of the environment says; say_set() overrides ("zh", "en"). */
const char *say(const char *english, const char *chinese);
bool say_chinese(void);
void say_set(const char *language);

/* A short text for a code, in the reader's language. */
const char *error_text(int code);

#endif
