/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The lock of an index. It is flock(): the kernel drops it with its process, so a
 * lock is never left behind. Its file stays (removing it would let two processes
 * lock two files of one name) and names the holder in its content, for the message.
 *
 * Where the file system has no such locks we refuse instead of going on without.
 * Some network file systems grant locks that hold on this machine only, while
 * another one may have the same folder mounted; the kernel says so in the options
 * of the mount (/proc/self/mountinfo):
 *
 *   36 35 0:52 / /srv/share rw - nfs4 server:/srv rw,vers=4.2,local_lock=all
 *         device                 type  source     options
 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#define LOCK_POLL_MS 20

/* ---- Locks of this machine only --------------------------------------------- */

static const struct local_locks {
    const char *type, *option; /* NULL: it has no others */
} LOCAL_LOCKS[] = {
    { "nfs", "local_lock=all" },    { "nfs", "local_lock=flock" }, { "nfs4", "local_lock=all" },
    { "nfs4", "local_lock=flock" }, { "cifs", "nobrl" },           { "smb3", "nobrl" },
    { "lustre", "localflock" },     { "fuse.sshfs", NULL },
};

static bool has_option(struct str options, const char *option)
{
    struct str one;
    while (options.n > 0) {
        options = str_split(options, ',', &one);
        if (str_eq(one, str_of(option)))
            return true;
    }
    return false;
}

/* What is behind " - " of the line of this device; empty: no such line. */
static struct str find_mount(struct str mounts, const char *device)
{
    struct str line, word;
    while (str_line(&mounts, &line)) {
        struct str rest = line;
        for (int i = 0; i < 3; i++)
            rest = str_split(rest, ' ', &word);
        if (!str_eq(word, str_of(device)))
            continue;
        while (rest.n > 0 && !str_eq(word, STR("-")))
            rest = str_split(rest, ' ', &word);
        return rest;
    }
    return STR_NONE;
}

/* NULL: they hold everywhere, or nothing is known. */
static const struct local_locks *local_locks(struct ctx *ctx, int fd)
{
    struct arena *scratch = arena_new(ctx->arena);
    struct ctx quiet = { .arena = scratch };
    struct str mounts = STR_NONE, type, source;
    struct stat st = { .st_dev = 0 };
    const struct local_locks *found = NULL;
    if (fstat(fd, &st) == 0)
        (void)file_read(&quiet, scratch, "/proc/self/mountinfo", 0, &mounts);
    struct str options =
        find_mount(mounts, arena_printf(scratch, "%u:%u", major(st.st_dev), minor(st.st_dev)));
    options = str_split(str_split(options, ' ', &type), ' ', &source);
    for (size_t i = 0; !found && i < sizeof LOCAL_LOCKS / sizeof *LOCAL_LOCKS; i++)
        if (str_eq(type, str_of(LOCAL_LOCKS[i].type)) &&
            (!LOCAL_LOCKS[i].option || has_option(options, LOCAL_LOCKS[i].option)))
            found = &LOCAL_LOCKS[i];
    arena_free(scratch);
    return found;
}

static int refuse_local(struct ctx *ctx, const char *path, const struct local_locks *l)
{
    const char *between = l->option ? ", " : "", *option = l->option ? l->option : "";
    return ctx_fail(ctx, TIAN_EIO, path,
                    "locks of this network file system (%s%s%s) hold on this machine only: mount it with "
                    "locks, or keep the index on a local disk",
                    "此网络文件系统（%s%s%s）的锁只在本机有效：请以支持锁的方式挂载，或把索引放在本机磁盘上",
                    l->type, between, option);
}

/* ---- Taking and giving back ---------------------------------------------------- */

struct lock {
    int fd;
    pid_t owner; /* a forked child has the descriptor too, but is not the holder */
};

static void lock_release(void *arg)
{
    struct lock *lock = arg;
    if (lock->fd < 0)
        return;
    if (lock->owner == getpid() && ftruncate(lock->fd, 0) != 0)
        errno = 0; /* the content is only for messages */
    close(lock->fd);
    lock->fd = -1;
}

/* The file locked is still the one path names (nobody removed it in between). */
static bool is_current(int fd, const char *path)
{
    struct stat mine, now;
    return fstat(fd, &mine) == 0 && stat(path, &now) == 0 && mine.st_ino == now.st_ino &&
           mine.st_dev == now.st_dev;
}

static int lock_open(const char *path)
{
    int fd;
    do
        fd = file_fault("open", path) != 0 ? -1 : open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    while (fd < 0 && errno == EINTR);
    return fd;
}

/* Lock it within wait_ms. 0, or -1 with errno (EWOULDBLOCK: somebody has it). */
static int lock_take(struct lock *lock, const char *path, int wait_ms)
{
    const struct timespec pause = { 0, LOCK_POLL_MS * 1000000L };
    int64_t until = clock_now() + (int64_t)wait_ms * 1000000;
    for (;;) {
        if (lock->fd < 0 && (lock->fd = lock_open(path)) < 0)
            return -1;
        if (flock(lock->fd, LOCK_EX | LOCK_NB) == 0) {
            if (is_current(lock->fd, path))
                return 0;
            close(lock->fd);
            lock->fd = -1;
            continue;
        }
        if (errno == EINTR)
            continue;
        if (errno != EWOULDBLOCK || clock_now() >= until || cancel_requested())
            return -1;
        nanosleep(&pause, NULL);
    }
}

/* "tian index --jobs 2" of this process. */
static void put_command(struct buf *out, struct arena *scratch)
{
    struct ctx quiet = { .arena = scratch };
    struct str line;
    if (file_read(&quiet, scratch, "/proc/self/cmdline", 0, &line) != TIAN_OK)
        line = str_of(program_invocation_short_name);
    if (line.n > 200)
        line.n = 200;
    for (size_t i = 0; i < line.n; i++)
        buf_char(out, (unsigned char)line.p[i] < 0x20 ? ' ' : line.p[i]);
}

static void lock_sign(struct lock *lock, struct ctx *ctx)
{
    struct arena *scratch = arena_new(ctx->arena);
    struct buf text;
    char host[65] = "", since[40] = "";
    time_t now = time(NULL);
    struct tm tm;
    buf_init(&text, scratch);
    gethostname(host, sizeof host - 1);
    if (localtime_r(&now, &tm) != NULL)
        strftime(since, sizeof since, "%Y-%m-%dT%H:%M:%S%z", &tm);
    buf_printf(&text, "%ld %s %s ", (long)getpid(), host, since);
    put_command(&text, scratch);
    buf_char(&text, '\n');
    if (ftruncate(lock->fd, 0) != 0 || pwrite(lock->fd, text.p, text.n, 0) < 0)
        errno = 0; /* a full disk must not stop a reader of old content: only the name is missing */
    arena_free(scratch);
}

static int lock_refused(struct ctx *ctx, struct lock *lock, const char *path, int number)
{
    char holder[300] = "";
    if (number == EWOULDBLOCK) {
        ssize_t n = pread(lock->fd, holder, sizeof holder - 1, 0);
        struct str name = str_trim((struct str){ holder, n > 0 ? (size_t)n : 0 });
        if (name.n == 0)
            name = str_of(say("another process", "另一个进程"));
        return ctx_fail(ctx, TIAN_ELOCKED, path, "another process is writing: %.*s",
                        "另一个进程正在写入：%.*s", STR_ARG(name));
    }
    if (number == ENOLCK || number == EOPNOTSUPP || number == ENOSYS)
        return ctx_fail(ctx, TIAN_EIO, path,
                        "this file system has no locks (a network folder?): keep the index on a local disk",
                        "此文件系统不支持加锁（网络文件夹？）：请把索引放在本机磁盘上");
    errno = number;
    return ctx_fail_errno(ctx, path, "cannot lock", "无法加锁");
}

int file_lock(struct ctx *ctx, struct arena *arena, const char *path, int wait_ms)
{
    struct lock *lock = arena_new_of(arena, struct lock);
    *lock = (struct lock){ -1, getpid() };
    arena_defer(arena, lock_release, lock);
    int r = lock_take(lock, path, wait_ms), number = errno;
    const struct local_locks *local = r == 0 ? local_locks(ctx, lock->fd) : NULL;
    if (r == 0 && !local) {
        lock_sign(lock, ctx);
        return TIAN_OK;
    }
    int code = local ? refuse_local(ctx, path, local) : lock_refused(ctx, lock, path, number);
    lock->owner = -1; /* the content is another's */
    arena_undefer(arena, lock_release, lock);
    lock_release(lock);
    return code;
}
