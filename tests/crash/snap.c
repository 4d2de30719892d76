/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * LD_PRELOAD: the state of a folder at every instant. Before each write, fsync,
 * rename, unlink, truncation and link below TIAN_SNAP_FOLDER the folder is copied
 * to TIAN_SNAP_TO/NNNNN: what a process killed here would leave behind. Scratch
 * (below scratch/) is left out of the triggers; it is thrown away at opening.
 *
 * Or, with TIAN_SNAP_FAIL=N: the N-th of these calls, Xapian's among them, fails
 * with TIAN_SNAP_ERRNO (28: disk full; a write then writes half). The number of
 * calls is written to TIAN_SNAP_COUNT at the end.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static unsigned calls;
static _Thread_local int inside;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static void copy_folder(const char *from, unsigned number)
{
    char to[PATH_MAX];
    snprintf(to, sizeof to, "%s/%05u", getenv("TIAN_SNAP_TO"), number);
    pid_t pid = fork();
    if (pid == 0) {
        unsetenv("LD_PRELOAD");
        execlp("cp", "cp", "-r", from, to, (char *)NULL);
        _exit(127);
    }
    int status;
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
}

static int is_watched(const char *path)
{
    char real[PATH_MAX], folder[PATH_MAX], dir[PATH_MAX];
    const char *watched = getenv("TIAN_SNAP_FOLDER");
    if (!watched || inside || !path)
        return 0;
    snprintf(dir, sizeof dir, "%s", path);
    char *slash = strrchr(dir, '/');
    if (slash)
        *slash = '\0';
    if (!realpath(watched, folder) || !realpath(slash ? dir : ".", real))
        return 0;
    size_t n = strlen(folder);
    return strncmp(real, folder, n) == 0 && !strstr(real + n, "/scratch");
}

/* 0: go on. */
static int point(const char *path)
{
    const char *fail = getenv("TIAN_SNAP_FAIL"), *number = getenv("TIAN_SNAP_ERRNO");
    int failed = 0;
    if (!is_watched(path))
        return 0;
    inside = 1;
    pthread_mutex_lock(&mutex);
    calls++;
    if (fail && calls == (unsigned)atoi(fail))
        failed = number ? atoi(number) : ENOSPC;
    else if (!fail && getenv("TIAN_SNAP_TO"))
        copy_folder(getenv("TIAN_SNAP_FOLDER"), calls);
    pthread_mutex_unlock(&mutex);
    inside = 0;
    errno = failed;
    return failed;
}

static int point_fd(int fd)
{
    char link[64], path[PATH_MAX];
    if (inside || fd <= 2)
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n <= 0 || path[0] != '/')
        return 0;
    path[n] = '\0';
    return point(path);
}

__attribute__((destructor)) static void write_count(void)
{
    const char *to = getenv("TIAN_SNAP_COUNT");
    FILE *f = to && calls ? fopen(to, "w") : NULL;
    if (f) {
        fprintf(f, "%u\n", calls);
        fclose(f);
    }
}

ssize_t write(int fd, const void *p, size_t n)
{
    int failed = point_fd(fd);
    if (failed && n > 1)
        REAL(write)(fd, p, n / 2);
    errno = failed;
    return failed ? -1 : REAL(write)(fd, p, n);
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t at)
{
    int failed = point_fd(fd);
    if (failed && n > 1)
        REAL(pwrite)(fd, p, n / 2, at);
    errno = failed;
    return failed ? -1 : REAL(pwrite)(fd, p, n, at);
}

ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at)
{
    int failed = point_fd(fd);
    if (failed && n > 1)
        REAL(pwrite64)(fd, p, n / 2, at);
    errno = failed;
    return failed ? -1 : REAL(pwrite64)(fd, p, n, at);
}

int fsync(int fd)
{
    return point_fd(fd) ? -1 : REAL(fsync)(fd);
}

int fdatasync(int fd)
{
    return point_fd(fd) ? -1 : REAL(fdatasync)(fd);
}

int ftruncate(int fd, off_t size)
{
    return point_fd(fd) ? -1 : REAL(ftruncate)(fd, size);
}

int ftruncate64(int fd, off64_t size)
{
    return point_fd(fd) ? -1 : REAL(ftruncate64)(fd, size);
}

int rename(const char *from, const char *to)
{
    return point(to) ? -1 : REAL(rename)(from, to);
}

int renameat2(int a, const char *from, int b, const char *to, unsigned flags)
{
    return point(to) ? -1 : REAL(renameat2)(a, from, b, to, flags);
}

int unlink(const char *path)
{
    return point(path) ? -1 : REAL(unlink)(path);
}

int rmdir(const char *path)
{
    return point(path) ? -1 : REAL(rmdir)(path);
}

int mkdir(const char *path, mode_t mode)
{
    return point(path) ? -1 : REAL(mkdir)(path, mode);
}
