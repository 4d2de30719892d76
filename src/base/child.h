/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Run a function in a child process that can only compute: what it writes to
 * its pipe is what the parent gets. Limits: address space, processor time, wall
 * time, size of the answer; no new files, sockets or processes where the kernel
 * lets us forbid them (landlock, seccomp).
 */
#ifndef TIAN_CHILD_H
#define TIAN_CHILD_H

#include "base/buf.h"
#include "base/ctx.h"

struct child_limits {
    size_t memory;    /* bytes of address space; 0: 512 MiB */
    unsigned seconds; /* of wall time; 0: 20 */
    size_t answer;    /* bytes of output; 0: 64 MiB */
    bool exec;        /* it runs another program (then seccomp only denies) */
    const char
        *scratch; /* with exec: a folder it may write in; then it may start processes of its own, too */
    bool strict;  /* fail when the kernel cannot sandbox (--require-sandbox) */
};

/* fn(self, fd) runs in the child and writes its answer to fd; its return value
 * (0 to 249) is the child's exit status, 0 for success. What it said by ctx_fail()
 * in the same ctx, else the first line it wrote to stderr, becomes the message.
 * fn can open nothing: whatever it needs must be in memory or mapped before. On
 * an error the answer is as it was. Errors: TIAN_EFORMAT when the child failed, died
 * or exceeded a limit (the message says which), TIAN_EIO when it could not start. */
typedef int child_fn(void *self, int fd);
int child_run(struct ctx *ctx, const struct child_limits *limits, child_fn *fn, void *self,
              struct buf *answer);

/* A child that stays for many inputs, one after another: a fork and its fences cost more than a small file.
 * It can do what child_run()'s can. What one input made of it the next may meet, so keep it for a batch, not
 * for ever. serve() runs in the child: it answers by child_answer() as often as it likes and returns 0 or a
 * code, then what it said in ctx is the message; request lives until it returns. One thread uses a helper at
 * a time. */
struct child_helper;
typedef int child_serve(struct ctx *, uint64_t what, struct str request, int fd);
int child_answer(int fd, struct str bytes); /* 0, or TIAN_EIO */

/* Started when first asked; ends with the arena. limits: of each input. */
struct child_helper *child_helper_new(struct arena *, const struct child_limits *, child_serve *);

/* Errors as those of child_run(). *died: it ended without an answer (and will be started anew): the input, or
 * one before it, was too much for it; ask child_run(). */
int child_ask(struct ctx *, struct child_helper *, uint64_t what, struct str request, struct buf *answer,
              bool *died);

/* Run argv[0] with input on stdin, stdout to answer, under the same limits. stdin
 * is a file in memory: a program that wants a name or seeks takes "/dev/stdin". It
 * sees PATH, HOME=/ and LC_ALL=C.UTF-8, reads the programs and libraries of the system only, writes none.
 * TIAN_EIO also when it is not installed. */
int child_exec(struct ctx *, const struct child_limits *, char *const argv[], struct str input,
               struct buf *answer);

/* What the kernel offers: "landlock 7, seccomp", "none" … */
const char *child_sandbox(void);

#endif
