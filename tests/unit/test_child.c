/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Children: the answer arrives, every limit ends them with a message that names
 * it, they can open, connect and start nothing, and nothing of them is left in
 * the parent: no process, no descriptor.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/child.h"
#include "base/file.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED true
#endif
#endif
#ifndef SANITIZED
#define SANITIZED false
#endif

struct world {
    struct arena *arena;
    struct tian_error error;
    struct ctx ctx;
    struct buf answer;
    size_t descriptors;
};

static size_t open_descriptors(void)
{
    size_t n = 0;
    for (int fd = 0; fd < 256; fd++)
        n += fcntl(fd, F_GETFD) >= 0;
    return n;
}

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    w->descriptors = open_descriptors();
    w->arena = arena_new(NULL);
    w->ctx = (struct ctx){ .arena = w->arena, .error = &w->error };
    buf_init(&w->answer, w->arena);
    buf_cstr(&w->answer, "before ");
    say_set("en");
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    arena_free(w->arena);
    assert_int_equal(open_descriptors(), w->descriptors);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    free(w);
    return 0;
}

static void assert_answer(struct world *w, const char *want)
{
    buf_char(&w->answer, '\0');
    assert_string_equal(w->answer.p, want);
}

/* The call failed with code and these words, and gave nothing. */
static void assert_failed(struct world *w, int got, int code, const char *words)
{
    assert_int_equal(got, code);
    assert_int_equal(w->error.code, code);
    if (strstr(w->error.message, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", w->error.message, words);
    assert_answer(w, "before ");
}

/* ---- fn ------------------------------------------------------------------- */

static const struct child_limits small = { .memory = 64u << 20, .seconds = 1, .answer = 1 << 20 };

static int answer_self(void *self, int fd)
{
    return write(fd, self, strlen(self)) < 0;
}

static void test_answer(void **state)
{
    struct world *w = *state;
    char text[] = "提案";
    assert_int_equal(child_run(&w->ctx, NULL, answer_self, text, &w->answer), 0);
    assert_answer(w, "before 提案");
}

static int answer_much(void *self, int fd)
{
    (void)self;
    char block[10000];
    memset(block, 'x', sizeof block);
    for (int i = 0; i < 100; i++)
        for (size_t done = 0; done < sizeof block;) {
            ssize_t n = write(fd, block + done, sizeof block - done);
            if (n < 0)
                return 1;
            done += (size_t)n;
        }
    return 0;
}

static void test_large_answer(void **state)
{
    struct world *w = *state;
    struct child_limits limits = { .answer = 1000000 };
    assert_int_equal(child_run(&w->ctx, &limits, answer_much, NULL, &w->answer), 0);
    assert_int_equal(w->answer.n, 1000007);
    w->answer.n = 7;
    limits.answer--;
    assert_failed(w, child_run(&w->ctx, &limits, answer_much, NULL, &w->answer), TIAN_EFORMAT,
                  "999999 bytes");
}

/* Not by pause(), which is refused: it would spin, and whichever limit came first would end it. */
static int sleep_on(void *self, int fd)
{
    (void)self, (void)fd;
    while (sleep(60) == 0)
        continue;
    return 0;
}

static int sleep_without_answer(void *self, int fd)
{
    close(fd);
    return sleep_on(self, fd);
}

static void test_wall_time(void **state)
{
    struct world *w = *state;
    int64_t start = clock_now();
    assert_failed(w, child_run(&w->ctx, &small, sleep_on, NULL, &w->answer), TIAN_EFORMAT, "1 second");
    assert_true(clock_now() - start < 3000000000);
}

static void test_wall_time_after_the_answer(void **state)
{
    struct world *w = *state;
    assert_failed(w, child_run(&w->ctx, &small, sleep_without_answer, NULL, &w->answer), TIAN_EFORMAT,
                  "1 second");
}

static void test_deadline_of_the_work(void **state)
{
    struct world *w = *state;
    w->ctx.deadline = clock_now() + 100000000;
    assert_failed(w, child_run(&w->ctx, NULL, sleep_on, NULL, &w->answer), TIAN_EAGAIN, "time");
}

static void request_cancel(int number)
{
    (void)number;
    cancel_request();
}

static void test_cancelled(void **state)
{
    struct world *w = *state;
    signal(SIGALRM, request_cancel);
    ualarm(50000, 0);
    int code = child_run(&w->ctx, NULL, sleep_on, NULL, &w->answer);
    cancel_clear();
    signal(SIGALRM, SIG_DFL);
    assert_failed(w, code, TIAN_ECANCELLED, "stopped");
}

static int take_memory(void *self, int fd)
{
    (void)self, (void)fd;
    struct arena *a = arena_new(NULL);
    while (memset(arena_alloc(a, 1 << 20), 1, 1 << 20) != NULL)
        continue;
    return 0;
}

static int map_memory(void *self, int fd)
{
    (void)self;
    size_t n = 0;
    while (mmap(NULL, 1 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
        n++;
    return dprintf(fd, "%zu", n) < 0;
}

static void test_memory(void **state)
{
    struct world *w = *state;
    int code = child_run(&w->ctx, &small, take_memory, NULL, &w->answer);
    /* A sanitizer has an allocator of its own, which dies in its own way. */
    assert_failed(w, code, TIAN_EFORMAT, SANITIZED ? "" : "64 MiB");
    w->answer.n = 0;
    assert_int_equal(child_run(&w->ctx, &small, map_memory, NULL, &w->answer), 0);
    buf_char(&w->answer, '\0');
    assert_in_range(atoi(w->answer.p), 48, 64);
}

static int crash(void *self, int fd)
{
    (void)fd;
    raise(SIGSEGV); /* not allowed to */
    __builtin_trap();
    return self != NULL;
}

static void test_crash(void **state)
{
    struct world *w = *state;
    assert_failed(w, child_run(&w->ctx, &small, crash, NULL, &w->answer), TIAN_EFORMAT, "signal");
}

static int fail_in_ctx(void *self, int fd)
{
    if (write(fd, "half", 4) != 4)
        return 1;
    return ctx_fail(self, TIAN_ELIMIT, "x", "page %d is broken", "第 %d 页损坏", 7);
}

static int fail_on_stderr(void *self, int fd)
{
    (void)self, (void)fd;
    dprintf(2, "\n  Syntax Error: no trailer \nmore");
    return 3;
}

static int fail_silently(void *self, int fd)
{
    (void)self, (void)fd;
    return 249;
}

static void test_what_it_says(void **state)
{
    struct world *w = *state;
    assert_failed(w, child_run(&w->ctx, NULL, fail_in_ctx, &w->ctx, &w->answer), TIAN_EFORMAT,
                  "page 7 is broken");
    w->error.code = 0;
    w->answer.n = 7;
    assert_failed(w, child_run(&w->ctx, NULL, fail_on_stderr, NULL, &w->answer), TIAN_EFORMAT,
                  "Syntax Error: no trailer");
    w->error.code = 0;
    w->answer.n = 7;
    assert_failed(w, child_run(&w->ctx, NULL, fail_silently, NULL, &w->answer), TIAN_EFORMAT, "code 249");
}

/* Whatever is not forbidden is named in the answer. */
static int try_everything(void *self, int fd)
{
    struct stat st;
    const char *file = self;
    if (open("/etc/passwd", O_RDONLY) >= 0)
        dprintf(fd, "read ");
    if (open(file, O_WRONLY | O_CREAT, 0600) >= 0)
        dprintf(fd, "create ");
    if (stat("/etc/passwd", &st) == 0)
        dprintf(fd, "stat ");
    if (unlink(file) == 0)
        dprintf(fd, "unlink ");
    if (socket(AF_INET, SOCK_STREAM, 0) >= 0 || socket(AF_UNIX, SOCK_STREAM, 0) >= 0)
        dprintf(fd, "socket ");
    if (kill(getppid(), 0) == 0)
        dprintf(fd, "kill ");
    if (mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
        dprintf(fd, "code ");
    if (fork() >= 0)
        dprintf(fd, "fork ");
    for (int i = 4; i < 256; i++)
        if (fcntl(i, F_GETFD) >= 0)
            dprintf(fd, "descriptor ");
    return 0;
}

static void test_can_only_compute(void **state)
{
    struct world *w = *state;
    struct child_limits strict = { .strict = true };
    if (strstr(child_sandbox(), "seccomp") == NULL)
        skip();
    char file[] = "/tmp/tian-child-XXXXXX";
    int fd = mkstemp(file);
    assert_int_equal(child_run(&w->ctx, &strict, try_everything, file, &w->answer), 0);
    assert_answer(w, "before ");
    assert_int_equal(unlink(file), 0);
    close(fd);
}

/* ---- Programs -------------------------------------------------------------- */

/* Run "program first second" (NULL: fewer) with this input. */
static int exec(struct world *w, const char *const words[3], struct str input)
{
    char *argv[4] = { NULL };
    for (int i = 0; i < 3 && words[i] != NULL; i++)
        argv[i] = arena_cstr(w->arena, str_of(words[i]));
    return child_exec(&w->ctx, &small, argv, input, &w->answer);
}

static int exec_shell(struct world *w, const char *script)
{
    const char *const words[3] = { "/bin/sh", "-c", script };
    return exec(w, words, STR("输入"));
}

static void test_program(void **state)
{
    struct world *w = *state;
    const char *const cat[3] = { "cat" }, *const named[3] = { "cat", "/dev/stdin" };
    assert_int_equal(exec(w, cat, STR("提案")), 0);
    assert_int_equal(exec(w, named, STR("二")), 0);
    assert_int_equal(exec(w, cat, STR_NONE), 0);
    assert_answer(w, "before 提案二");
}

static void test_large_input(void **state)
{
    struct world *w = *state;
    const char *const words[3] = { "head", "-c", "1000000" };
    char *input = arena_alloc(w->arena, 5000000);
    memset(input, 'x', 5000000);
    assert_int_equal(exec(w, words, (struct str){ input, 5000000 }), 0);
    assert_int_equal(w->answer.n, 1000007);
}

static void test_program_fails(void **state)
{
    struct world *w = *state;
    assert_failed(w, exec_shell(w, "echo half; echo bad page >&2; exit 3"), TIAN_EFORMAT, "bad page");
}

static void test_program_is_missing(void **state)
{
    struct world *w = *state;
    const char *const words[3] = { "tian-no-such-program" };
    assert_failed(w, exec(w, words, STR_NONE), TIAN_EIO, "is it installed");
}

static void test_program_runs_on(void **state)
{
    struct world *w = *state;
    assert_failed(w, exec_shell(w, "while :; do :; done"), TIAN_EFORMAT, "1 second");
}

static void test_program_is_fenced_in(void **state)
{
    struct world *w = *state;
    if (strstr(child_sandbox(), "landlock") == NULL || strstr(child_sandbox(), "seccomp") == NULL)
        skip();
    char file[] = "/tmp/tian-child-XXXXXX";
    int fd = mkstemp(file);
    const char *script = arena_printf(w->arena,
                                      "read x < %s && echo read; echo x 2>/dev/null > %s && echo write; "
                                      "read x < /etc/passwd && echo names; "
                                      "read x < /usr/bin/env && echo system; exit 0",
                                      file, file);
    assert_int_equal(write(fd, "secret\n", 7), 7);
    assert_int_equal(exec_shell(w, script), 0);
    assert_answer(w, "before system\n");
    unlink(file);
    close(fd);
}

static void test_environment_is_small(void **state)
{
    struct world *w = *state;
    setenv("TIAN_SECRET", "x", 1);
    assert_int_equal(exec_shell(w, "echo $TIAN_SECRET $LC_ALL"), 0);
    assert_answer(w, "before C.UTF-8\n");
}

/* ---- A child that stays ------------------------------------------------------ */

enum {
    ECHO,
    MUCH,
    REFUSE,
    CRASH,
    HANG,
    HOARD,
    OPEN
};

static int serve(struct ctx *ctx, uint64_t what, struct str request, int fd)
{
    static unsigned times;
    char text[64];
    struct buf much;
    switch (what) {
    case MUCH:
        buf_init(&much, ctx->arena);
        memset(buf_reserve(&much, 3 << 20), 'x', 3 << 20);
        return child_answer(fd, (struct str){ much.p, 300000 });
    case REFUSE:
        return ctx_fail(ctx, TIAN_EFORMAT, NULL, "no: %.*s", "不：%.*s", STR_ARG(request));
    case CRASH:
        __builtin_trap();
    case HANG:
        return sleep_on(ctx, fd);
    case HOARD:
        for (;;)
            memset(arena_alloc(ctx->arena, 1 << 20), 1, 1 << 20);
    case OPEN:
        snprintf(text, sizeof text, "%d %d", open("/etc/passwd", O_RDONLY), socket(AF_INET, SOCK_STREAM, 0));
        return child_answer(fd, str_of(text));
    default:
        snprintf(text, sizeof text, "%u:", ++times);
        return child_answer(fd, str_of(text)) || child_answer(fd, request);
    }
}

static int ask(struct world *w, struct child_helper *h, uint64_t what, const char *request, bool *died)
{
    *w->ctx.error = (struct tian_error){ 0 };
    return child_ask(&w->ctx, h, what, str_of(request), &w->answer, died);
}

static void test_a_child_that_stays(void **state)
{
    struct world *w = *state;
    struct child_helper *h = child_helper_new(w->arena, &small, serve);
    bool died;
    assert_int_equal(ask(w, h, ECHO, "甲", &died), 0);
    assert_int_equal(ask(w, h, ECHO, "", &died), 0);
    assert_int_equal(ask(w, h, REFUSE, "乙", &died), TIAN_EFORMAT);
    assert_string_equal(w->error.message, "no: 乙");
    assert_int_equal(ask(w, h, ECHO, "丙", &died), 0); /* the same one */
    assert_false(died);
    assert_answer(w, "before 1:甲2:3:丙");
}

static void test_it_is_started_anew(void **state)
{
    struct world *w = *state;
    struct child_helper *h = child_helper_new(w->arena, &small, serve);
    bool died;
    assert_int_equal(ask(w, h, ECHO, "a", &died), 0);
    assert_int_equal(ask(w, h, CRASH, "", &died), 0);
    assert_true(died);
    if (!SANITIZED) { /* which needs more address space than is allowed */
        assert_int_equal(ask(w, h, HOARD, "", &died), 0);
        assert_true(died);
    }
    assert_int_equal(ask(w, h, HANG, "", &died), TIAN_EFORMAT);
    assert_non_null(strstr(w->error.message, "1 second"));
    assert_int_equal(ask(w, h, ECHO, "b", &died), 0);
    assert_false(died);
    assert_answer(w, "before 1:a1:b");
}

static void test_it_can_only_compute(void **state)
{
    struct world *w = *state;
    if (strstr(child_sandbox(), "seccomp") == NULL)
        skip();
    struct child_helper *h = child_helper_new(w->arena, &small, serve);
    bool died;
    assert_int_equal(ask(w, h, OPEN, "", &died), 0);
    assert_answer(w, "before -1 -1");
}

static void test_it_takes_and_gives_much(void **state)
{
    struct world *w = *state;
    struct child_helper *h = child_helper_new(w->arena, &small, serve);
    bool died;
    char *request = arena_alloc(w->arena, (3 << 20) + 1);
    memset(request, 'y', 3 << 20);
    request[3 << 20] = '\0';
    for (int i = 0; i < 5; i++)
        assert_int_equal(ask(w, h, MUCH, request, &died), 0);
    assert_int_equal(w->answer.n, 7 + 5 * 300000);
    assert_int_equal(ask(w, h, ECHO, request, &died), TIAN_EFORMAT); /* beyond limits.answer */
    assert_non_null(strstr(w->error.message, "expands"));
    assert_int_equal(w->answer.n, 7 + 5 * 300000);
}

/* ---- Memory ---------------------------------------------------------------- */

static int run_much(void *arg)
{
    struct world *w = arg;
    struct buf answer;
    buf_init(&answer, w->ctx.arena);
    return child_run(&w->ctx, NULL, answer_much, NULL, &answer);
}

static void test_jump_out_of_memory_kills_it(void **state)
{
    struct world *w = *state;
    int code = -1;
    for (uint64_t n = 1; code != 0; n++) {
        w->ctx.arena = arena_new(w->arena);
        mem_fail_at(n);
        code = mem_protect(run_much, w);
        mem_fail_at(0);
        arena_free(w->ctx.arena);
        assert_true(code == 0 || code == TIAN_EMEMORY);
        assert_int_equal(open_descriptors(), w->descriptors);
        assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    }
    w->ctx.arena = w->arena;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_answer),
        TEST(test_large_answer),
        TEST(test_wall_time),
        TEST(test_wall_time_after_the_answer),
        TEST(test_deadline_of_the_work),
        TEST(test_cancelled),
        TEST(test_memory),
        TEST(test_crash),
        TEST(test_what_it_says),
        TEST(test_can_only_compute),
        TEST(test_program),
        TEST(test_large_input),
        TEST(test_program_fails),
        TEST(test_program_is_missing),
        TEST(test_program_runs_on),
        TEST(test_program_is_fenced_in),
        TEST(test_environment_is_small),
        TEST(test_a_child_that_stays),
        TEST(test_it_is_started_anew),
        TEST(test_it_can_only_compute),
        TEST(test_it_takes_and_gives_much),
        TEST(test_jump_out_of_memory_kills_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
