/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Errors, deadlines, cancelling, and the choice of language. A message is one
 * line of whole UTF-8 characters whatever went into it (a file name may hold
 * anything), cut to fit its field. The language is looked up in the environment
 * once, not in the C library's locale: the project never calls setlocale(), so
 * numbers look the same everywhere.
 */
#include "base/ctx.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* ---- Language ------------------------------------------------------------- */

enum language {
    UNKNOWN,
    ENGLISH,
    CHINESE
};
static atomic_int language_now;

static enum language language_of(const char *name)
{
    return strncmp(name, "zh", 2) == 0 ? CHINESE : ENGLISH;
}

static enum language language_of_environment(void)
{
    static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value != NULL && value[0] != '\0')
            return language_of(value);
    }
    return ENGLISH;
}

bool say_chinese(void)
{
    int language = atomic_load_explicit(&language_now, memory_order_relaxed);
    if (language == UNKNOWN) {
        language = (int)language_of_environment();
        atomic_store_explicit(&language_now, language, memory_order_relaxed);
    }
    return language == CHINESE;
}

void say_set(const char *language)
{
    atomic_store(&language_now, language ? (int)language_of(language) : UNKNOWN);
}

const char *say(const char *english, const char *chinese)
{
    return say_chinese() ? chinese : english;
}

/* ---- Texts for codes ------------------------------------------------------ */

struct text {
    int code;
    const char *english, *chinese;
};

static const struct text code_texts[] = {
    { TIAN_OK, "done", "完成" },
    { TIAN_EUSAGE, "wrong argument", "参数错误" },
    { TIAN_ENOTFOUND, "not found", "未找到" },
    { TIAN_EINDEX, "the index is missing or damaged", "索引不存在或已损坏" },
    { TIAN_EIO, "cannot read or write", "读写失败" },
    { TIAN_ELOCKED, "the index is locked", "索引被占用" },
    { TIAN_EFORMAT, "the input cannot be read", "输入的格式无法识别" },
    { TIAN_ELIMIT, "the input is too large", "输入超过上限" },
    { TIAN_EMEMORY, "out of memory", "内存不足" },
    { TIAN_EAGAIN, "try again later", "请稍后再试" },
    { TIAN_ECANCELLED, "stopped by request", "已按要求停止" },
    { TIAN_EDENIED, "not permitted", "无权查看" },
};

/* The system's reasons an office meets; the others stay in the system's words. */
static const struct text errno_texts[] = {
    { ENOSPC, "the disk is full", "磁盘已满" },
    { EDQUOT, "the disk is full (quota used up)", "磁盘已满(配额用尽)" },
    { ENOENT, "no such file or folder", "没有这个文件或文件夹" },
    { EACCES, "permission denied", "没有权限" },
    { EPERM, "not permitted", "不允许这样操作" },
    { EROFS, "the file system is read-only", "文件系统只读" },
    { EISDIR, "it is a folder", "这是文件夹" },
    { ENOTDIR, "it is not a folder", "不是文件夹" },
    { EEXIST, "it exists already", "已经存在" },
    { ENOTEMPTY, "the folder is not empty", "文件夹不为空" },
    { EMFILE, "too many open files", "打开的文件过多" },
    { ENFILE, "too many open files", "打开的文件过多" },
    { ENAMETOOLONG, "the name is too long", "名称过长" },
    { ENOMEM, "out of memory", "内存不足" },
    { EFBIG, "the file is too large", "文件过大" },
    { EIO, "input/output error of the device", "设备读写错误" },
};

static const struct text *text_of(const struct text *table, size_t n, int code)
{
    for (size_t i = 0; i < n; i++)
        if (table[i].code == code)
            return &table[i];
    return NULL;
}

const char *error_text(int code)
{
    const struct text *t = text_of(code_texts, sizeof code_texts / sizeof code_texts[0], code);
    return t ? say(t->english, t->chinese) : say("unknown error", "未知错误");
}

/* ---- Recording ------------------------------------------------------------ */

/* Copy from into room bytes: one line, whole characters. */
static void copy_line(char *to, size_t room, const char *from)
{
    const char *end = from + strlen(from);
    size_t n = 0;
    while (from < end) {
        uint32_t c = utf8_next(&from, end);
        char bytes[4];
        size_t more = utf8_put(bytes, c < 0x20 || c == 0x7F ? ' ' : c); /* UTF8_BAD: U+FFFD */
        if (n + more >= room)
            break;
        memcpy(to + n, bytes, more);
        n += more;
    }
    assert(n < room);
    to[n] = '\0';
}

static void record(struct tian_error *error, int code, const char *where, const char *message)
{
    error->code = code;
    copy_line(error->where, sizeof error->where, where ? where : "");
    copy_line(error->message, sizeof error->message, message);
}

static bool wants(const struct ctx *ctx)
{
    return ctx != NULL && ctx->error != NULL && ctx->error->code == TIAN_OK;
}

int ctx_fail(struct ctx *ctx, int code, const char *where, const char *english, const char *chinese, ...)
{
    assert(code > 0);
    if (!wants(ctx))
        return code;
    char message[2 * sizeof ctx->error->message];
    va_list args;
    va_start(args, chinese);
    vsnprintf(message, sizeof message, say(english, chinese), args);
    va_end(args);
    record(ctx->error, code, where, message);
    return code;
}

int ctx_fail_errno(struct ctx *ctx, const char *where, const char *english, const char *chinese)
{
    int number = errno;
    char system[128];
    const struct text *t = text_of(errno_texts, sizeof errno_texts / sizeof errno_texts[0], number);
    const char *reason = t ? say(t->english, t->chinese) : strerror_r(number, system, sizeof system);
    return ctx_fail(ctx, number == ENOMEM ? TIAN_EMEMORY : TIAN_EIO, where, "%s: %s", "%s:%s",
                    say(english, chinese), reason);
}

/* ---- Time and stopping ---------------------------------------------------- */

static volatile sig_atomic_t cancelled; /* set in a signal handler: nothing more is allowed there */

int64_t clock_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void cancel_request(void)
{
    cancelled = 1;
}

bool cancel_requested(void)
{
    return cancelled != 0;
}

void cancel_clear(void)
{
    cancelled = 0;
}

int ctx_check(struct ctx *ctx)
{
    if (cancel_requested() && !ctx->finishing)
        return ctx_fail(ctx, TIAN_ECANCELLED, NULL, "stopped by request", "已按要求停止");
    if (ctx->deadline != 0 && clock_now() > ctx->deadline)
        return ctx_fail(ctx, TIAN_EAGAIN, NULL, "the time allowed for this ran out", "超过了允许的时间");
    return TIAN_OK;
}
