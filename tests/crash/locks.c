/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * LD_PRELOAD: a file system without locks. flock() fails with TIAN_LOCK_ERRNO, when
 * that is set; /proc/self/mountinfo is the file TIAN_MOUNTS, when that is set.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

int flock(int fd, int operation)
{
    const char *number = getenv("TIAN_LOCK_ERRNO");
    if (!number)
        return ((int (*)(int, int))dlsym(RTLD_NEXT, "flock"))(fd, operation);
    errno = atoi(number);
    return -1;
}

static int open_as(const char *name, const char *path, int flags, mode_t mode)
{
    const char *mounts = getenv("TIAN_MOUNTS");
    if (mounts && strcmp(path, "/proc/self/mountinfo") == 0)
        path = mounts;
    return ((int (*)(const char *, int, ...))dlsym(RTLD_NEXT, name))(path, flags, mode);
}

#define OPEN(name)                                                                \
    int name(const char *path, int flags, ...)                                    \
    {                                                                             \
        va_list args;                                                             \
        va_start(args, flags);                                                    \
        mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(args, mode_t) : 0; \
        va_end(args);                                                             \
        return open_as(#name, path, flags, mode);                                 \
    }

OPEN(open)
OPEN(open64)
