/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Files: whole reads and writes, durable replacement, maps, append-only tails.
 * Folders, walks and locks are in folder.c.
 *
 * "Durable" means: data written beside the old file, fsync of the file, rename,
 * fsync of the folder, in this order; only then is the new content sure to be
 * found after a power cut, and the old one until then. A tail is written at
 * its own offset, not at the end of the file, so whatever a failed append left
 * behind is overwritten by the next one even when cutting it off failed too.
 *
 * No descriptor is open while memory is asked for, unless it is bound to an
 * arena first: running out of memory jumps, see arena.h.
 */
#include "base/file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/map.h"

/* One read() or write(): the kernel cuts longer ones anyway. */
#define CHUNK_LARGEST ((size_t)1 << 30)
#define READ_AT_LEAST ((size_t)16 * 1024)

int (*file_fault_hook)(const char *op, const char *path);

int file_fault(const char *op, const char *path)
{
    int number = file_fault_hook ? file_fault_hook(op, path) : 0;
    if (number == 0)
        return 0;
    errno = number;
    return -1;
}

/* ---- Descriptors ---------------------------------------------------------- */

static int open_file(const char *path, int flags, mode_t mode)
{
    int fd;
    do
        fd = file_fault("open", path) != 0 ? -1 : open(path, flags | O_CLOEXEC, mode);
    while (fd < 0 && errno == EINTR);
    return fd;
}

static void close_held(void *held)
{
    int *fd = held;
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* Where a descriptor of the arena will stand; -1 until it is opened. */
static int *hold(struct arena *arena)
{
    int *fd = arena_new_of(arena, int);
    *fd = -1;
    arena_defer(arena, close_held, fd);
    return fd;
}

static int cannot_open(struct ctx *ctx, const char *path)
{
    return ctx_fail_errno(ctx, path, "cannot open", "无法打开");
}

static int cannot_read(struct ctx *ctx, const char *path)
{
    return ctx_fail_errno(ctx, path, "cannot read", "无法读取");
}

static int cannot_write(struct ctx *ctx, const char *path)
{
    return ctx_fail_errno(ctx, path, "cannot write", "无法写入");
}

/* ---- Reading -------------------------------------------------------------- */

static ssize_t read_some(int fd, const char *path, char *to, size_t room)
{
    ssize_t n;
    do
        n = file_fault("read", path) != 0 ? -1 : read(fd, to, room < CHUNK_LARGEST ? room : CHUNK_LARGEST);
    while (n < 0 && errno == EINTR);
    return n;
}

static int too_large(struct ctx *ctx, const char *path, size_t max)
{
    return ctx_fail(ctx, TIAN_ELIMIT, path, "the file is larger than %zu bytes", "文件超过 %zu 字节", max);
}

/* Until the end, whatever fstat() said: it says 0 for pipes and /proc, and files grow. */
static int read_all(struct ctx *ctx, int fd, const char *path, size_t max, struct buf *into)
{
    for (;;) {
        size_t room = into->cap - into->n;
        if (room < 2) {
            buf_reserve(into, into->n + READ_AT_LEAST);
            room = into->cap - into->n;
        }
        ssize_t n = read_some(fd, path, into->p + into->n, room - 1);
        if (n < 0)
            return cannot_read(ctx, path);
        if (n == 0)
            break;
        into->n += (size_t)n;
        if (max != 0 && into->n > max)
            return too_large(ctx, path, max);
    }
    *buf_reserve(into, 1) = '\0';
    return TIAN_OK;
}

static int read_held(struct ctx *ctx, int *fd, const char *path, size_t max, struct buf *into)
{
    struct stat st;
    *fd = open_file(path, O_RDONLY, 0);
    if (*fd < 0)
        return cannot_open(ctx, path);
    if (fstat(*fd, &st) != 0)
        return cannot_read(ctx, path);
    if (max != 0 && S_ISREG(st.st_mode) && (uint64_t)st.st_size > max)
        return too_large(ctx, path, max);
    if (S_ISREG(st.st_mode))
        buf_reserve(into, (size_t)st.st_size + 2); /* one to see the end by, one for the NUL */
    return read_all(ctx, *fd, path, max, into);
}

int file_read(struct ctx *ctx, struct arena *arena, const char *path, size_t max, struct str *out)
{
    struct buf into;
    buf_init(&into, arena);
    int *fd = hold(arena);
    int code = read_held(ctx, fd, path, max, &into);
    arena_undefer(arena, close_held, fd);
    close_held(fd);
    *out = code == TIAN_OK ? buf_view(&into) : STR_NONE;
    return code;
}

int file_reader_open(struct ctx *ctx, struct arena *arena, const char *path, struct file_reader *out)
{
    out->fd = hold(arena);
    out->path = arena_cstr(arena, str_of(path));
    *out->fd = open_file(path, O_RDONLY, 0);
    if (*out->fd < 0)
        return ctx_fail_errno(ctx, path, "cannot open", "无法打开");
    return TIAN_OK;
}

int file_reader_read(struct ctx *ctx, struct file_reader *reader, char *p, size_t n, size_t *got)
{
    *got = 0;
    while (*got < n) {
        ssize_t r = file_fault("read", reader->path) ? -1 : read(*reader->fd, p + *got, n - *got);
        if (r < 0 && errno == EINTR)
            continue;
        if (r < 0)
            return ctx_fail_errno(ctx, reader->path, "cannot read", "无法读取");
        if (r == 0)
            break;
        *got += (size_t)r;
    }
    return TIAN_OK;
}

char *file_canonical(struct arena *arena, const char *path)
{
    char real[PATH_MAX];
    return realpath(path, real) != NULL ? arena_cstr(arena, str_of(real)) : NULL;
}

/* ---- Maps ----------------------------------------------------------------- */

uint64_t file_identity(const struct stat *st)
{
    uint64_t both[2] = { (uint64_t)st->st_dev, (uint64_t)st->st_ino };
    return hash_bytes(both, sizeof both, 0);
}

static void unmap(void *arg)
{
    struct file_room *map = arg;
    if (map->n > 0)
        munmap((void *)(uintptr_t)map->p, map->n);
}

/* Fills map; errno says why not. */
static int map_whole(int fd, const char *path, size_t room, struct file_room *map)
{
    struct stat st;
    if (file_fault("map", path) != 0 || fstat(fd, &st) != 0)
        return -1;
    if (!S_ISREG(st.st_mode)) {
        errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
        return -1;
    }
    size_t n = (size_t)st.st_size + room;
    void *p = n ? mmap(NULL, n, PROT_READ, MAP_SHARED, fd, 0) : NULL;
    if (p == MAP_FAILED)
        return -1;
    if (n)
        *map = (struct file_room){ p, (size_t)st.st_size, n, file_identity(&st) };
    return 0;
}

int file_map_room(struct ctx *ctx, struct arena *arena, const char *path, size_t room, struct file_room *out)
{
    struct file_room *map = arena_new_of(arena, struct file_room);
    *map = *out = (struct file_room){ .p = "" };
    arena_defer(arena, unmap, map);
    int fd = open_file(path, O_RDONLY, 0);
    if (fd < 0)
        return cannot_open(ctx, path);
    int code = map_whole(fd, path, room, map) == 0 ? TIAN_OK : cannot_read(ctx, path);
    close(fd);
    *out = *map;
    return code;
}

int file_map(struct ctx *ctx, struct arena *arena, const char *path, struct str *out)
{
    struct file_room map;
    int code = file_map_room(ctx, arena, path, 0, &map);
    *out = (struct str){ map.p, map.size };
    return code;
}

void file_forget(const void *from, const void *to)
{
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t first = ((uintptr_t)from + page - 1) / page * page, last = (uintptr_t)to / page * page;
    if (first < last)
        (void)madvise((void *)first, last - first, MADV_DONTNEED); /* advice: nothing depends on it */
}

/* ---- Writing -------------------------------------------------------------- */

/* As pwrite(); a fault comes after half of it, as on a disk that is full. */
static ssize_t write_some(int fd, const char *path, struct str data, uint64_t offset)
{
    size_t n = data.n < CHUNK_LARGEST ? data.n : CHUNK_LARGEST;
    bool fault = file_fault("write", path) != 0;
    int number = errno;
    ssize_t done = pwrite(fd, data.p, fault ? n / 2 : n, (off_t)offset);
    errno = fault ? number : errno;
    return fault ? -1 : done;
}

/* All of data at offset. 0, or -1 with errno. */
static int write_at(int fd, const char *path, struct str data, uint64_t offset)
{
    for (size_t done = 0; done < data.n;) {
        ssize_t n = write_some(fd, path, str_sub(data, done, data.n), offset + done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            errno = n == 0 ? ENOSPC : errno;
            return -1;
        }
        done += (size_t)n;
    }
    return 0;
}

static int sync_file(int fd, const char *path)
{
    int r;
    do /* the size, which reading needs, is written with the data */
        r = file_fault("fsync", path) != 0 ? -1 : fdatasync(fd);
    while (r != 0 && errno == EINTR);
    return r;
}

/* Write, sync when asked, close in any case. */
static int fill_and_close(int fd, const char *path, struct str data, bool sync)
{
    int r = write_at(fd, path, data, 0);
    if (r == 0 && sync)
        r = sync_file(fd, path);
    int number = errno;
    if (close(fd) != 0 && r == 0 && errno != EINTR) /* network file systems tell only now */
        return -1;
    errno = number;
    return r;
}

/* Take away what was half written; errno is kept for the message. */
static void unlink_quietly(const char *path)
{
    int number = errno;
    struct stat st;
    if (lstat(path, &st) == 0 && S_ISREG(st.st_mode)) /* never /dev/null */
        unlink(path);
    errno = number;
}

int file_write(struct ctx *ctx, const char *path, struct str data, bool sync)
{
    int fd = open_file(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (fd < 0)
        return cannot_open(ctx, path);
    if (fill_and_close(fd, path, data, sync) == 0)
        return TIAN_OK;
    unlink_quietly(path);
    return cannot_write(ctx, path);
}

/* The folder of path, into to[PATH_MAX]. */
static int folder_of(const char *path, char *to)
{
    size_t n = (size_t)(path_base(path) - path);
    if (n >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(to, path, n);
    memcpy(to + n, n ? "" : ".", n ? 1 : 2);
    return 0;
}

static int sync_folder(const char *folder)
{
    int fd = open_file(folder, O_RDONLY | O_DIRECTORY, 0);
    if (fd < 0)
        return -1;
    int r;
    do
        r = file_fault("fsync", folder) != 0 ? -1 : fsync(fd);
    while (r != 0 && errno == EINTR);
    int number = errno;
    close(fd);
    errno = number;
    return r != 0 && errno != EINVAL ? -1 : 0; /* EINVAL: a file system without such a thing */
}

static int sync_folder_of(const char *path)
{
    char folder[PATH_MAX];
    return folder_of(path, folder) == 0 ? sync_folder(folder) : -1;
}

int file_sync_folder(struct ctx *ctx, const char *folder)
{
    return sync_folder(folder) == 0 ? TIAN_OK : cannot_write(ctx, folder);
}

/* The name of a file beside path that nobody else writes: path.pid.number.new */
static int name_beside(const char *path, char *to)
{
    static atomic_uint number;
    int n = snprintf(to, PATH_MAX, "%s.%ld.%u.new", path, (long)getpid(), atomic_fetch_add(&number, 1));
    if (n > 0 && n < PATH_MAX)
        return 0;
    errno = ENAMETOOLONG;
    return -1;
}

static int rename_file(const char *from, const char *to)
{
    return file_fault("rename", from) != 0 ? -1 : rename(from, to);
}

/* The new file gets the permissions of the one it replaces. */
static void copy_mode(int fd, const char *path)
{
    struct stat st;
    if (stat(path, &st) == 0 && fchmod(fd, st.st_mode & 0777) != 0)
        errno = 0; /* somebody else's file: then the default must do */
}

static int replace(const char *path, const char *beside, struct str data)
{
    int fd = open_file(beside, O_WRONLY | O_CREAT | O_EXCL, 0666);
    if (fd < 0)
        return -1;
    copy_mode(fd, path);
    if (fill_and_close(fd, beside, data, true) != 0 || rename_file(beside, path) != 0) {
        unlink_quietly(beside);
        return -1;
    }
    return sync_folder_of(path);
}

int file_replace(struct ctx *ctx, const char *path, struct str data)
{
    char beside[PATH_MAX];
    if (name_beside(path, beside) != 0 || replace(path, beside, data) != 0)
        return cannot_write(ctx, path);
    return TIAN_OK;
}

int file_rename(struct ctx *ctx, const char *from, const char *to)
{
    if (rename_file(from, to) == 0)
        return TIAN_OK;
    return ctx_fail_errno(ctx, from, "cannot rename", "无法改名");
}

/* Where the file system cannot do it at once there is an instant without b: readers then try again. */
static int exchange_names(const char *a, const char *b)
{
    char third[PATH_MAX];
    if (file_fault("rename", a) != 0)
        return -1;
    if (renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return -1;
    return name_beside(a, third) != 0 || rename(b, third) != 0 || rename(a, b) != 0 || rename(third, a) != 0
               ? -1
               : 0;
}

int file_exchange(struct ctx *ctx, const char *a, const char *b)
{
    if (exchange_names(a, b) == 0 && sync_folder_of(b) == 0)
        return TIAN_OK;
    return ctx_fail_errno(ctx, a, "cannot rename", "无法改名");
}

/* ---- Append-only ---------------------------------------------------------- */

static int open_tail(const char *path, uint64_t *size)
{
    struct stat st;
    bool is_new = stat(path, &st) != 0;
    int fd = open_file(path, O_RDWR | O_CREAT, 0666);
    if (fd < 0)
        return -1;
    if (fstat(fd, &st) == 0 && (!is_new || sync_folder_of(path) == 0)) {
        *size = (uint64_t)st.st_size;
        return fd;
    }
    int number = errno;
    close(fd);
    errno = number;
    return -1;
}

int file_tail_open(struct ctx *ctx, struct arena *arena, const char *path, struct file_tail *out)
{
    int *fd = hold(arena);
    *out = (struct file_tail){ -1, 0, arena_cstr(arena, str_of(path)) };
    *fd = open_tail(path, &out->offset);
    if (*fd < 0)
        return cannot_open(ctx, path);
    out->fd = *fd;
    return TIAN_OK;
}

static int truncate_file(int fd, const char *path, uint64_t size)
{
    int r;
    do
        r = file_fault("truncate", path) != 0 ? -1 : ftruncate(fd, (off_t)size);
    while (r != 0 && errno == EINTR);
    return r;
}

int file_tail_append(struct ctx *ctx, struct file_tail *tail, struct str data)
{
    assert(tail->fd >= 0);
    if (write_at(tail->fd, tail->path, data, tail->offset) == 0) {
        tail->offset += data.n;
        return TIAN_OK;
    }
    int code = cannot_write(ctx, tail->path);
    /* Should this fail too, the reader of the log cuts the torn end off. */
    (void)truncate_file(tail->fd, tail->path, tail->offset);
    return code;
}

int file_tail_cut(struct ctx *ctx, struct file_tail *tail, uint64_t size)
{
    assert(size <= tail->offset);
    if (truncate_file(tail->fd, tail->path, size) != 0)
        return cannot_write(ctx, tail->path);
    tail->offset = size;
    return TIAN_OK;
}

int file_tail_sync(struct ctx *ctx, struct file_tail *tail)
{
    return sync_file(tail->fd, tail->path) == 0 ? TIAN_OK : cannot_write(ctx, tail->path);
}
