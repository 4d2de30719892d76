/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Child processes that can only compute. A parser of foreign bytes runs in a
 * fork of this process (or in another program) and may do no more than read
 * what it was given and write its answer:
 *
 *            fork            stdin   nothing, or the input as a memory file
 *   parent ───────▶ child    stdout  nothing, or the answer (child_exec)
 *     ▲               │      stderr  a pipe: its first line goes into the message
 *     └── answer ◀────┘      3       the answer (child_run)
 *
 * It is held in by the fences of sandbox.c and by the parent's clock, which
 * kills the whole process group. Should the parent die, or jump out of memory,
 * the child dies too.
 *
 * A fork and its fences cost more than a small file, most of it in the faults of
 * a large process whose memory is shared for a moment. So a batch of files goes to
 * a child that stays (child_ask, below): the same fences, a socket for what is asked.
 *
 * Between fork and fn only system calls happen. fn may allocate (glibc sees to
 * that), but must not need a lock which another thread could have held at the
 * fork; if it does, the clock ends it.
 */
#include "base/child.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/sandbox.h"

#define ANSWER_FD     3
#define READ_STEP     ((size_t)64 * 1024)
#define LOOK_EVERY_MS 100 /* whether the work was cancelled */

/* Exit codes of our own, above what fn may return. */
enum {
    EXIT_MEMORY = 250,
    EXIT_SANDBOX = 251,
    EXIT_NO_PROGRAM = 252
};

struct job {
    struct sandbox sandbox;
    struct ctx *ctx;
    child_fn *fn;
    void *self;
    char *const *argv; /* NULL: fn */
};

struct child {
    pid_t pid; /* 0: none, or reaped */
    int in, out[2], err[2];
    int64_t until;
    int status;
    char said[200]; /* the beginning of its stderr */
    size_t nsaid;
};

/* ---- Inside the child ------------------------------------------------------ */

static void reset_signals(void)
{
    sigset_t none;
    for (int i = 1; i < NSIG; i++)
        signal(i, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void close_from(int first)
{
#ifdef SYS_close_range
    if (syscall(SYS_close_range, (unsigned)first, ~0u, 0) == 0)
        return;
#endif
    for (int fd = first; fd < 65536; fd++)
        close(fd);
}

/* Put the descriptors where fn and programs expect them, and close all others. */
static void place_descriptors(const struct child *c, bool program)
{
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    int from[] = { c->in >= 0 ? c->in : nothing, program ? c->out[1] : nothing, c->err[1], c->out[1] };
    int n = program ? ANSWER_FD : ANSWER_FD + 1;
    for (int i = 0; i < n; i++) /* out of the way first: one may stand where another goes */
        from[i] = fcntl(from[i], F_DUPFD_CLOEXEC, 10);
    for (int i = 0; i < n; i++)
        if (dup2(from[i], i) < 0)
            _exit(EXIT_SANDBOX);
    close_from(n);
}

/* What fn said in its ctx goes to stderr, where the parent finds it. */
static int call_fn(void *arg)
{
    struct job *job = arg;
    int code = job->fn(job->self, ANSWER_FD);
    const struct tian_error *error = job->ctx->error;
    if (code != 0 && error != NULL && error->code != 0)
        dprintf(STDERR_FILENO, "%s\n", error->message);
    assert(code >= 0 && code < EXIT_MEMORY);
    _exit(code);
}

static void become_program(const struct job *job)
{
    char path[] = "PATH=/usr/local/bin:/usr/bin:/bin", locale[] = "LC_ALL=C.UTF-8", home[4096], tmp[4096];
    char *const environment[] = { path, locale, home, tmp, NULL };
    const char *scratch = job->sandbox.limits.scratch;
    snprintf(home, sizeof home, "HOME=%s", scratch ? scratch : "/");
    snprintf(tmp, sizeof tmp, "TMPDIR=%s", scratch ? scratch : "/tmp");
    execvpe(job->argv[0], job->argv, environment);
    _exit(EXIT_NO_PROGRAM);
}

static _Noreturn void child_main(struct job *job, struct child *c, pid_t parent)
{
    setpgid(0, 0); /* Ctrl-C is the parent's to handle; and to be killed as a group */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(EXIT_SANDBOX);
    reset_signals();
    place_descriptors(c, job->argv != NULL);
    if (job->ctx->error != NULL)
        *job->ctx->error = (struct tian_error){ 0 };
    if (!sandbox_enter(&job->sandbox))
        _exit(EXIT_SANDBOX);
    if (job->argv != NULL)
        become_program(job);
    mem_protect(call_fn, job); /* returns only when memory ran out */
    _exit(EXIT_MEMORY);
}

/* ---- The parent: start and end --------------------------------------------- */

static void close_one(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* Whatever became of it, nothing of it remains. */
static void release(void *arg)
{
    struct child *c = arg;
    if (c->pid > 0) {
        kill(-c->pid, SIGKILL);
        kill(c->pid, SIGKILL); /* it may not have had the time to make its group */
        while (waitpid(c->pid, &c->status, 0) < 0 && errno == EINTR)
            continue;
        c->pid = 0;
    }
    for (int i = 0; i < 2; i++) {
        close_one(&c->out[i]);
        close_one(&c->err[i]);
    }
    close_one(&c->in);
}

static size_t address_space(void)
{
    char text[64] = "";
    unsigned long pages = 0;
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return (size_t)1 << 40; /* unknown: then this fence is open */
    if (read(fd, text, sizeof text - 1) > 0 && sscanf(text, "%lu", &pages) != 1)
        pages = 0;
    close(fd);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static int open_pipes(struct child *c)
{
    if (pipe2(c->out, O_CLOEXEC) != 0 || pipe2(c->err, O_CLOEXEC) != 0)
        return -1;
    fcntl(c->out[0], F_SETFL, O_NONBLOCK);
    fcntl(c->err[0], F_SETFL, O_NONBLOCK);
    return 0;
}

static int start(struct ctx *ctx, struct job *job, struct child *c)
{
    sandbox_prepare();
    if (job->argv == NULL) /* a fork starts with all that is ours */
        job->sandbox.mapped = address_space();
    pid_t parent = getpid();
    if (open_pipes(c) == 0)
        c->pid = fork();
    else
        c->pid = -1;
    if (c->pid == 0)
        child_main(job, c, parent);
    if (c->pid < 0)
        return ctx_fail_errno(ctx, NULL, "cannot start a child process", "无法启动子进程");
    close_one(&c->out[1]);
    close_one(&c->err[1]);
    c->until = clock_now() + (int64_t)job->sandbox.limits.seconds * 1000000000;
    return TIAN_OK;
}

/* ---- The parent: listen ----------------------------------------------------- */

static int check_time(struct ctx *ctx, const struct job *job, const struct child *c)
{
    int code = ctx_check(ctx);
    if (code == TIAN_OK && clock_now() > c->until)
        code = ctx_fail(ctx, TIAN_EFORMAT, NULL, "reading it took longer than %u seconds", "读取超过 %u 秒",
                        job->sandbox.limits.seconds);
    return code;
}

static int poll_time(const struct child *c)
{
    int64_t left = (c->until - clock_now()) / 1000000 + 1;
    return left < 0 ? 0 : left < LOOK_EVERY_MS ? (int)left : LOOK_EVERY_MS;
}

static int take_answer(struct ctx *ctx, const struct job *job, struct child *c, struct buf *answer,
                       size_t before)
{
    ssize_t n = read(c->out[0], buf_reserve(answer, READ_STEP), READ_STEP);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR ? TIAN_OK
                                                 : ctx_fail_errno(ctx, NULL, "cannot read", "无法读取");
    if (n == 0)
        close_one(&c->out[0]);
    answer->n += (size_t)n;
    if (answer->n - before <= job->sandbox.limits.answer)
        return TIAN_OK;
    return ctx_fail(ctx, TIAN_EFORMAT, NULL, "it expands to more than %zu bytes", "展开后超过 %zu 字节",
                    job->sandbox.limits.answer);
}

/* Keep the beginning of what it says on stderr, drop the rest. */
static void take_said(struct child *c)
{
    char drop[4096];
    size_t room = sizeof c->said - c->nsaid;
    ssize_t n = read(c->err[0], room ? c->said + c->nsaid : drop, room ? room : sizeof drop);
    if (n > 0 && room > 0)
        c->nsaid += (size_t)n;
    if (n == 0)
        close_one(&c->err[0]);
}

enum fate {
    ALIVE,
    DEAD,
    LOST /* somebody else waited for it */
};

static enum fate fate_of(const struct child *c)
{
    siginfo_t info = { .si_pid = 0 };
    if (waitid(P_PID, (id_t)c->pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0)
        return errno == EINTR ? ALIVE : LOST;
    return info.si_pid == c->pid ? DEAD : ALIVE;
}

/* Until its answer is whole: the pipe is closed, or it is dead and the pipe empty (what it started may live
 * on, and hold the pipe). */
static int hear(struct ctx *ctx, const struct job *job, struct child *c, struct buf *answer)
{
    size_t before = answer->n;
    while (c->out[0] >= 0) {
        struct pollfd fds[2] = { { c->out[0], POLLIN, 0 }, { c->err[0], POLLIN, 0 } };
        int ready = poll(fds, 2, poll_time(c));
        int code = check_time(ctx, job, c);
        if (code == TIAN_OK && ready > 0 && fds[0].revents != 0)
            code = take_answer(ctx, job, c, answer, before);
        if (code != TIAN_OK)
            return code;
        if (ready > 0 && fds[1].revents != 0)
            take_said(c);
        if (ready == 0 && fate_of(c) != ALIVE)
            break;
    }
    return TIAN_OK;
}

/* Its answer is whole; now see it end. */
static int reap(struct ctx *ctx, const struct job *job, struct child *c)
{
    struct timespec nap = { 0, 50000 };
    for (enum fate fate; (fate = fate_of(c)) != DEAD;) {
        if (fate == LOST)
            return ctx_fail_errno(ctx, NULL, "lost a child process", "子进程丢失");
        int code = check_time(ctx, job, c);
        if (code != TIAN_OK)
            return code;
        nanosleep(&nap, NULL);
        if (nap.tv_nsec < 10000000)
            nap.tv_nsec *= 2;
    }
    if (c->err[0] >= 0)
        take_said(c);
    release(c); /* it is dead; its group may not be */
    return TIAN_OK;
}

/* ---- The parent: judge ------------------------------------------------------ */

static int ended_by_signal(struct ctx *ctx, const struct job *job, int number)
{
    if (number == SIGXCPU)
        return ctx_fail(ctx, TIAN_EFORMAT, NULL, "reading it took longer than %u seconds of processor time",
                        "读取占用处理器超过 %u 秒", job->sandbox.limits.seconds);
    if (number == SIGKILL) /* not by us: then there was a reason already */
        return ctx_fail(ctx, TIAN_EFORMAT, NULL, "the system ended it while reading (out of memory?)",
                        "读取时被系统终止(内存不足?)");
    return ctx_fail(ctx, TIAN_EFORMAT, NULL, "reading it crashed (signal %d)", "读取时程序崩溃(信号 %d)",
                    number);
}

static int exited(struct ctx *ctx, const struct job *job, const struct child *c, int code)
{
    struct str said = { c->said, c->nsaid }, line = STR_NONE;
    const char *name = job->argv ? job->argv[0] : "";
    if (code == EXIT_SANDBOX)
        return ctx_fail(ctx, TIAN_EIO, NULL, "the kernel offers no sandbox (%s), and one is required",
                        "内核不支持所要求的沙箱(%s)", child_sandbox());
    if (code == EXIT_NO_PROGRAM)
        return ctx_fail(ctx, TIAN_EIO, NULL, "cannot run %s: is it installed?", "无法运行 %s:是否已安装?",
                        name);
    if (code == EXIT_MEMORY)
        return ctx_fail(ctx, TIAN_EFORMAT, NULL, "reading it takes more than %zu MiB of memory",
                        "读取所需内存超过 %zu MiB", job->sandbox.limits.memory >> 20);
    while (line.n == 0 && str_line(&said, &line))
        line = str_trim(line);
    if (line.n > 0)
        return ctx_fail(ctx, TIAN_EFORMAT, NULL, "%.*s", "%.*s", STR_ARG(line));
    return ctx_fail(ctx, TIAN_EFORMAT, NULL, "reading it failed (code %d)", "读取失败(代码 %d)", code);
}

static int judge(struct ctx *ctx, const struct job *job, const struct child *c)
{
    if (WIFSIGNALED(c->status))
        return ended_by_signal(ctx, job, WTERMSIG(c->status));
    int code = WEXITSTATUS(c->status);
    return code == 0 ? TIAN_OK : exited(ctx, job, c, code);
}

/* ---- The two ways in -------------------------------------------------------- */

static struct child *child_new(struct arena *arena)
{
    struct child *c = arena_new_of(arena, struct child);
    *c = (struct child){ .in = -1, .out = { -1, -1 }, .err = { -1, -1 } };
    arena_defer(arena, release, c); /* a jump out of memory ends it too */
    return c;
}

/* On failure answer is as before. */
static int run(struct ctx *ctx, struct job *job, struct child *c, struct buf *answer)
{
    size_t before = answer->n;
    int code = start(ctx, job, c);
    if (code == TIAN_OK)
        code = hear(ctx, job, c, answer);
    if (code == TIAN_OK)
        code = reap(ctx, job, c);
    if (code == TIAN_OK)
        code = judge(ctx, job, c);
    if (code != TIAN_OK)
        answer->n = before;
    return code;
}

static struct child_limits whole(const struct child_limits *l)
{
    struct child_limits r = l ? *l : (struct child_limits){ 0 };
    r.memory = r.memory ? r.memory : (size_t)512 << 20;
    r.seconds = r.seconds ? r.seconds : 20;
    r.answer = r.answer ? r.answer : (size_t)64 << 20;
    return r;
}

const char *child_sandbox(void)
{
    return sandbox_prepare();
}

int child_run(struct ctx *ctx, const struct child_limits *limits, child_fn *fn, void *self,
              struct buf *answer)
{
    struct job job = { .sandbox = { whole(limits), NULL, 0 }, .ctx = ctx, .fn = fn, .self = self };
    struct arena *scratch = arena_new(ctx->arena);
    int code = run(ctx, &job, child_new(scratch), answer);
    arena_free(scratch);
    return code;
}

/* The input as a file in memory: nobody has to feed a pipe while listening, and
 * programs that seek or want a name ("/dev/stdin") are content. -1 with errno. */
static int memory_file(struct str input)
{
    int fd = memfd_create("input", MFD_CLOEXEC);
    for (size_t done = 0; fd >= 0 && done < input.n;) {
        ssize_t n = pwrite(fd, input.p + done, input.n - done, (off_t)done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            close_one(&fd);
            break;
        }
        done += (size_t)n;
    }
    return fd;
}

int child_exec(struct ctx *ctx, const struct child_limits *limits, char *const argv[], struct str input,
               struct buf *answer)
{
    struct job job = { .sandbox = { whole(limits), argv[0], 0 }, .ctx = ctx, .argv = argv };
    struct arena *scratch = arena_new(ctx->arena);
    struct child *c = child_new(scratch);
    int code = TIAN_OK;
    c->in = memory_file(input);
    if (c->in < 0)
        code = ctx_fail_errno(ctx, argv[0], "cannot hand over the input", "无法传递输入");
    if (code == TIAN_OK)
        code = run(ctx, &job, c, answer);
    arena_free(scratch);
    return code;
}

/* ---- A child that stays --------------------------------------------------------
 * A request is two numbers, its length and what it is, and its bytes. An answer
 * is pieces of a length and bytes; the last has END in its length, and with it
 * the code, then the message.
 */

#define END ((uint64_t)1 << 63)

struct child_helper {
    struct job job;
    struct ctx ctx;
    struct tian_error error;
    child_serve *serve;
    struct arena *arena; /* of the child; NULL: it is not running */
    struct child *child;
    int to;        /* where requests go */
    int64_t spent; /* ns, of this child */
};

struct request_head {
    uint64_t n, what;
};

static bool read_all(int fd, void *p, size_t n)
{
    for (size_t done = 0; done < n;) {
        ssize_t got = read(fd, (char *)p + done, n - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        done += (size_t)got;
    }
    return true;
}

static int write_all(int fd, struct str s)
{
    for (size_t done = 0; done < s.n;) {
        ssize_t n = write(fd, s.p + done, s.n - done);
        if (n < 0 && errno != EINTR)
            return TIAN_EIO;
        done += n > 0 ? (size_t)n : 0;
    }
    return 0;
}

static int write_piece(int fd, uint64_t flags, struct str bytes)
{
    uint64_t head = flags | bytes.n;
    int code = write_all(fd, (struct str){ (const char *)&head, sizeof head });
    return code ? code : write_all(fd, bytes);
}

int child_answer(int fd, struct str bytes)
{
    return write_piece(fd, 0, bytes);
}

static int serve_one(const struct child_helper *h, const struct request_head *head, int fd)
{
    struct tian_error error = { 0 };
    struct ctx ctx = { .arena = arena_new(NULL), .error = &error };
    char *bytes = arena_alloc(ctx.arena, head->n + 1);
    if (!read_all(STDIN_FILENO, bytes, head->n))
        return TIAN_EIO;
    int code = h->serve(&ctx, head->what, (struct str){ bytes, head->n }, fd);
    assert(code >= 0 && code < EXIT_MEMORY);
    int written = write_piece(fd, END | (uint64_t)code << 32, str_of(code ? error.message : ""));
    arena_free(ctx.arena);
    return written;
}

/* Until nobody asks any more. */
static int serve_all(void *self, int fd)
{
    struct request_head head;
    int code = 0;
    while (!code && read_all(STDIN_FILENO, &head, sizeof head))
        code = serve_one(self, &head, fd);
    return code;
}

static void stop_helper(void *self)
{
    struct child_helper *h = self;
    close_one(&h->to);
    if (h->arena)
        arena_free(h->arena); /* the child's release() */
    h->arena = NULL;
}

struct child_helper *child_helper_new(struct arena *arena, const struct child_limits *limits,
                                      child_serve *serve)
{
    struct child_helper *h = arena_new_of(arena, struct child_helper);
    *h = (struct child_helper){ .serve = serve, .to = -1 };
    h->ctx = (struct ctx){ .arena = arena, .error = &h->error };
    h->job =
        (struct job){ .sandbox = { whole(limits), NULL, 0 }, .ctx = &h->ctx, .fn = serve_all, .self = h };
    arena_defer(arena, stop_helper, h);
    return h;
}

static int start_helper(struct ctx *ctx, struct child_helper *h)
{
    int ends[2];
    h->arena = arena_new(NULL); /* stop_helper() frees it, whoever goes first */
    h->child = child_new(h->arena);
    h->spent = 0;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return ctx_fail_errno(ctx, NULL, "cannot start a child process", "无法启动子进程");
    h->to = ends[0];
    h->child->in = ends[1];
    int code = start(ctx, &h->job, h->child);
    close_one(&h->child->in);
    return code;
}

struct exchange {
    struct request_head head;
    struct str request;
    size_t sent;
    struct buf heard;
    size_t taken;
    bool died, done;
    int code; /* its own */
};

static void send_some(struct child_helper *h, struct exchange *x)
{
    const size_t n = sizeof x->head;
    struct str rest = x->sent < n ? (struct str){ (const char *)&x->head + x->sent, n - x->sent }
                                  : str_sub(x->request, x->sent - n, x->request.n);
    ssize_t sent = send(h->to, rest.p, rest.n, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno != EAGAIN && errno != EINTR)
        x->died = true;
    x->sent += sent > 0 ? (size_t)sent : 0;
}

/* What has been heard in whole pieces. */
static void take_pieces(struct ctx *ctx, struct exchange *x, struct buf *answer)
{
    uint64_t head;
    while (!x->done && x->heard.n - x->taken >= sizeof head) {
        memcpy(&head, x->heard.p + x->taken, sizeof head);
        bool end = (head & END) != 0;
        size_t n = end ? (size_t)(head & UINT32_MAX) : (size_t)head;
        if (n > x->heard.n - x->taken - sizeof head)
            return;
        struct str piece = { x->heard.p + x->taken + sizeof head, n };
        x->taken += sizeof head + n;
        x->done = end;
        x->code = end ? (int)((head & ~END) >> 32) : 0;
        if (!end)
            buf_str(answer, piece);
        else if (x->code != 0)
            ctx_fail(ctx, TIAN_EFORMAT, NULL, "%.*s", "%.*s", STR_ARG(piece));
    }
}

static int exchange(struct ctx *ctx, struct child_helper *h, struct exchange *x, struct buf *answer)
{
    struct child *c = h->child;
    int code = 0;
    while (!code && !x->done && !x->died) {
        bool sending = x->sent < sizeof x->head + x->request.n;
        struct pollfd fds[3] = { { c->out[0], POLLIN, 0 },
                                 { c->err[0], POLLIN, 0 },
                                 { sending ? h->to : -1, POLLOUT, 0 } };
        int ready = poll(fds, 3, poll_time(c));
        code = check_time(ctx, &h->job, c);
        if (code || ready <= 0)
            continue;
        if (fds[2].revents != 0)
            send_some(h, x);
        if (fds[1].revents != 0)
            take_said(c);
        if (fds[0].revents != 0)
            code = take_answer(ctx, &h->job, c, &x->heard, 0);
        take_pieces(ctx, x, answer);
        x->died |= c->out[0] < 0 && !x->done;
    }
    return code;
}

int child_ask(struct ctx *ctx, struct child_helper *h, uint64_t what, struct str request, struct buf *answer,
              bool *died)
{
    size_t before = answer->n;
    int64_t second = 1000000000, allowed = h->job.sandbox.limits.seconds * second;
    struct arena *scratch = arena_new(ctx->arena);
    struct exchange x = { .head = { request.n, what }, .request = request };
    buf_init(&x.heard, scratch);
    if (h->arena && h->spent > allowed / 2) /* its processor time is limited, too */
        stop_helper(h);
    int code = h->arena ? 0 : start_helper(ctx, h);
    int64_t began = clock_now();
    if (h->child)
        h->child->until = began + allowed;
    if (!code)
        code = exchange(ctx, h, &x, answer);
    h->spent += clock_now() - began;
    if (code || x.died)
        stop_helper(h);
    *died = x.died;
    code = code ? code : x.code ? TIAN_EFORMAT : 0;
    if (code || x.died)
        answer->n = before;
    arena_free(scratch);
    return code;
}
