/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Folders: make, list, walk and remove them; the other half of file.h but for the
 * lock (lock.c).
 *
 * A walk sees names in byte order whatever the file system returns, so that
 * the same folder makes the same index everywhere. It does not follow links to
 * folders, hence cannot go round in circles; nor links of somebody to a file of
 * somebody else, which he may have no right to read or to show.
 */
#include "base/file.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* ---- Paths ---------------------------------------------------------------- */

char *path_join(struct arena *arena, const char *folder, const char *name)
{
    size_t n = strlen(folder);
    const char *between = n == 0 || folder[n - 1] == '/' ? "" : "/";
    return arena_printf(arena, "%s%s%s", folder, between, name);
}

const char *path_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* ---- Asking --------------------------------------------------------------- */

static struct file_info info_of(const struct stat *st)
{
    enum file_kind kind = S_ISREG(st->st_mode)   ? FILE_REGULAR
                          : S_ISDIR(st->st_mode) ? FILE_FOLDER
                                                 : FILE_OTHER;
    int64_t mtime = (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
    return (struct file_info){ kind, (uint64_t)st->st_size, mtime, file_identity(st) };
}

int file_stat(struct ctx *ctx, const char *path, struct file_info *out)
{
    struct stat st;
    *out = (struct file_info){ .kind = FILE_NONE };
    if (stat(path, &st) == 0)
        *out = info_of(&st);
    else if (errno != ENOENT && errno != ENOTDIR)
        return ctx_fail_errno(ctx, path, "cannot look at", "无法查看");
    return TIAN_OK;
}

bool file_is_mount(const char *folder)
{
    struct statx st;
    if (strcmp(folder, "/") == 0) /* of a chroot it is none by its attributes */
        return true;
    return statx(AT_FDCWD, folder, 0, 0, &st) == 0 && (st.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

int file_free_space(struct ctx *ctx, const char *path, uint64_t *bytes)
{
    struct statvfs st;
    *bytes = 0;
    if (statvfs(path, &st) != 0)
        return ctx_fail_errno(ctx, path, "cannot ask for the free space", "无法查询剩余空间");
    *bytes = (uint64_t)st.f_bavail * st.f_frsize;
    return TIAN_OK;
}

/* ---- Making --------------------------------------------------------------- */

static int make_one(const char *folder)
{
    struct stat st;
    if (file_fault("mkdir", folder) != 0)
        return -1;
    if (mkdir(folder, 0777) == 0)
        return 0;
    int number = errno;
    /* Not only EEXIST: a folder above may be there and yet not ours to write (EACCES, EROFS). */
    if (stat(folder, &st) == 0) {
        errno = ENOTDIR;
        return S_ISDIR(st.st_mode) ? 0 : -1;
    }
    errno = number;
    return -1;
}

int file_make_folder(struct ctx *ctx, const char *folder)
{
    char part[PATH_MAX];
    size_t n = strlen(folder);
    errno = n == 0 ? ENOENT : ENAMETOOLONG;
    if (n == 0 || n >= sizeof part)
        return ctx_fail_errno(ctx, folder, "cannot make the folder", "无法建立文件夹");
    memcpy(part, folder, n + 1);
    for (size_t i = 1; i <= n; i++) {
        if (part[i] != '/' && part[i] != '\0')
            continue;
        char kept = part[i];
        part[i] = '\0';
        if (make_one(part) != 0)
            return ctx_fail_errno(ctx, part, "cannot make the folder", "无法建立文件夹");
        part[i] = kept;
    }
    return TIAN_OK;
}

/* ---- Listing -------------------------------------------------------------- */

static void close_folder(void *held)
{
    DIR **dir = held;
    if (*dir != NULL)
        closedir(*dir);
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* 0, or an errno. Names are copied to arena; the stream is bound to scratch. */
static int read_names(struct arena *scratch, struct arena *arena, const char *folder, char ***names,
                      size_t *n)
{
    vec_of(char *) found;
    DIR **dir = arena_new_of(scratch, DIR *);
    vec_init(&found, arena);
    arena_defer(scratch, close_folder, dir);
    do
        *dir = file_fault("open", folder) != 0 ? NULL : opendir(folder);
    while (!*dir && errno == EINTR);
    if (!*dir)
        return errno;
    struct dirent *entry;
    while (errno = 0, (entry = readdir(*dir)) != NULL)
        if (!is_dots(entry->d_name))
            vec_push(&found, arena_cstr(arena, str_of(entry->d_name)));
    if (errno != 0)
        return errno;
    if (found.n > 0)
        qsort(found.at, found.n, sizeof *found.at, by_bytes);
    *names = found.at;
    *n = found.n;
    return 0;
}

int file_list(struct ctx *ctx, struct arena *arena, const char *folder, char ***names, size_t *n)
{
    *names = NULL;
    *n = 0;
    struct arena *scratch = arena_new(arena);
    int number = read_names(scratch, arena, folder, names, n);
    arena_free(scratch);
    errno = number;
    return number ? ctx_fail_errno(ctx, folder, "cannot read the folder", "无法读取文件夹") : TIAN_OK;
}

/* ---- Walking -------------------------------------------------------------- */

struct walk {
    struct ctx *ctx;
    file_visit *visit;
    void *self;
};

static int walk_folder(struct walk *, struct arena *, const char *path);

static int visit_unreadable(struct walk *w, const char *path)
{
    struct file_info none = { FILE_NONE, 0, 0 };
    return w->visit(w->self, path, &none);
}

static int visit_link(struct walk *w, const char *path)
{
    struct file_info link = { FILE_LINK, 0, 0 };
    return w->visit(w->self, path, &link);
}

/* May who made the link speak for the file? He owns it, or he is the one who reads, or the superuser. */
static bool is_own_link(const struct stat *link, const struct stat *file)
{
    return link->st_uid == file->st_uid || link->st_uid == geteuid() || link->st_uid == 0;
}

static int walk_entry(struct walk *w, struct arena *arena, const char *path)
{
    struct stat entry, st;
    if (lstat(path, &entry) != 0)
        return errno == ENOENT ? 0 : visit_unreadable(w, path); /* gone meanwhile */
    bool link = S_ISLNK(entry.st_mode);
    st = entry;
    if (link && (stat(path, &st) != 0 || !is_own_link(&entry, &st)))
        return visit_link(w, path);
    if (S_ISDIR(st.st_mode))
        return link ? visit_link(w, path) : walk_folder(w, arena, path);
    struct file_info info = info_of(&st);
    return w->visit(w->self, path, &info);
}

static int walk_names(struct walk *w, struct arena *arena, const char *path)
{
    char **names = NULL;
    size_t n = 0;
    int number = read_names(arena, arena, path, &names, &n);
    errno = number;
    if (number == ENOMEM) /* says nothing about the folder */
        return ctx_fail_errno(w->ctx, path, "cannot read the folder", "无法读取文件夹");
    if (number != 0)
        return visit_unreadable(w, path);
    for (size_t i = 0; i < n; i++) {
        int code = ctx_check(w->ctx);
        if (code == 0 && names[i][0] != '.')
            code = walk_entry(w, arena, path_join(arena, path, names[i]));
        if (code != 0)
            return code;
    }
    return 0;
}

/* Each level has its own arena: a walk needs the memory of one path, not of the tree.
 * (The stream of each level stays open until then: depth is bounded by PATH_MAX.) */
static int walk_folder(struct walk *w, struct arena *above, const char *path)
{
    struct arena *arena = arena_new(above);
    int code = walk_names(w, arena, path);
    arena_free(arena);
    return code;
}

int file_walk(struct ctx *ctx, const char *path, file_visit *visit, void *self)
{
    struct walk w = { ctx, visit, self };
    struct file_info info;
    int code = file_stat(ctx, path, &info);
    if (code != TIAN_OK)
        return code;
    if (info.kind == FILE_FOLDER)
        return walk_folder(&w, ctx->arena, path);
    if (info.kind == FILE_REGULAR)
        return visit(self, path, &info);
    if (info.kind == FILE_NONE)
        return ctx_fail(ctx, TIAN_ENOTFOUND, path, "no such file or folder", "没有这个文件或文件夹");
    return ctx_fail(ctx, TIAN_EFORMAT, path, "neither a file nor a folder", "既不是文件也不是文件夹");
}

/* ---- Removing ------------------------------------------------------------- */

static int remove_any(struct arena *above, const char *path);

static int remove_inside(struct arena *arena, const char *path)
{
    char **names = NULL;
    size_t n = 0;
    int number = read_names(arena, arena, path, &names, &n);
    if (number != 0) {
        errno = number;
        return -1;
    }
    for (size_t i = 0; i < n; i++)
        if (remove_any(arena, path_join(arena, path, names[i])) != 0)
            return -1;
    return 0;
}

/* 0, or -1 with errno. Links are removed, not followed. */
static int remove_any(struct arena *above, const char *path)
{
    struct stat st;
    if (lstat(path, &st) != 0)
        return errno == ENOENT || errno == ENOTDIR ? 0 : -1;
    if (!S_ISDIR(st.st_mode))
        return file_fault("unlink", path) != 0 ? -1 : unlink(path);
    struct arena *arena = arena_new(above);
    int r = remove_inside(arena, path);
    int number = errno;
    arena_free(arena);
    errno = number;
    if (r != 0 || file_fault("unlink", path) != 0)
        return -1;
    return rmdir(path);
}

int file_remove_tree(struct ctx *ctx, const char *path)
{
    if (remove_any(ctx->arena, path) == 0)
        return TIAN_OK;
    return ctx_fail_errno(ctx, path, "cannot remove", "无法删除");
}
