/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * inotify: a watch a folder, and a folder above for single files, since editors
 * replace a file rather than write it. What an event says is thrown away; when
 * the kernel's queue overflows that is one more event, and the walk that follows
 * sees everything anyway.
 */
#include "base/watch.h"

#include <errno.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/file.h"

enum {
    LOOK_EVERY_MS = 200, /* whether the work was cancelled */
    PATIENCE = 20,
    DEEPEST = 64
};

struct watch {
    struct arena *arena;
    int fd;
};

static void close_watch(void *self)
{
    struct watch *w = self;
    close(w->fd);
}

int watch_new(struct ctx *ctx, struct arena *arena, struct watch **out)
{
    struct watch *w = arena_new_of(arena, struct watch);
    arena_prepare(arena);
    *w = (struct watch){ arena, inotify_init1(IN_NONBLOCK | IN_CLOEXEC) };
    if (w->fd < 0)
        return ctx_fail_errno(ctx, NULL, "cannot watch folders", "无法监视文件夹");
    arena_defer(arena, close_watch, w);
    *out = w;
    return 0;
}

static int watch_one(struct ctx *ctx, struct watch *w, const char *folder)
{
    const uint32_t what =
        IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVE | IN_ATTRIB | IN_ONLYDIR | IN_EXCL_UNLINK;
    if (inotify_add_watch(w->fd, folder, what) >= 0 || errno == ENOENT || errno == ENOTDIR || errno == EACCES)
        return 0;
    if (errno == ENOSPC)
        return ctx_fail(ctx, TIAN_EIO, folder, "too many folders to watch (fs.inotify.max_user_watches)",
                        "要监视的文件夹过多（见 fs.inotify.max_user_watches）");
    return ctx_fail_errno(ctx, folder, "cannot be watched", "无法监视");
}

/* folder and all below it. */
static int watch_tree(struct ctx *ctx, struct watch *w, const char *folder, const char *except, int depth)
{
    struct arena *arena = arena_new(ctx->arena);
    struct ctx quiet = { .arena = arena };
    char **names;
    size_t n = 0;
    int rc = except && strcmp(folder, except) == 0 ? 0 : watch_one(ctx, w, folder);
    bool enter = depth < DEEPEST && !(except && strcmp(folder, except) == 0);
    if (!rc && enter && file_list(&quiet, arena, folder, &names, &n))
        n = 0; /* it cannot be read: the walk says so */
    for (size_t i = 0; !rc && i < n; i++) {
        struct file_info info;
        const char *path = path_join(arena, folder, names[i]);
        char *real = names[i][0] == '.' ? NULL : file_canonical(arena, path);
        bool link = real && strcmp(real, path) != 0; /* links to folders are not walked */
        if (real && !link && file_stat(&quiet, path, &info) == 0 && info.kind == FILE_FOLDER)
            rc = watch_tree(ctx, w, path, except, depth + 1);
    }
    arena_free(arena);
    return rc;
}

int watch_path(struct ctx *ctx, struct watch *w, const char *path, const char *except)
{
    struct arena *arena = arena_new(ctx->arena);
    struct file_info info = { .kind = FILE_NONE };
    char *real = file_canonical(arena, path);
    int rc = real ? file_stat(ctx, real, &info) : 0;
    if (!rc && info.kind == FILE_FOLDER)
        rc = watch_tree(ctx, w, real, except, 0);
    else if (!rc && real && path_base(real) > real + 1)
        rc = watch_one(ctx, w, arena_cstr(arena, (struct str){ real, (size_t)(path_base(real) - real) - 1 }));
    arena_free(arena);
    return rc;
}

/* True when there were events; they are gone then. */
static bool drain(const struct watch *w)
{
    char events[16384];
    bool any = false;
    while (read(w->fd, events, sizeof events) > 0)
        any = true;
    return any;
}

/* Waits for events, at most ms. */
static bool events_within(const struct watch *w, int ms)
{
    struct pollfd fd = { w->fd, POLLIN, 0 };
    return poll(&fd, 1, ms) > 0 && drain(w);
}

int watch_wait(struct ctx *ctx, struct watch *w, int quiet_ms)
{
    int rc = ctx_check(ctx);
    while (!rc && !events_within(w, LOOK_EVERY_MS))
        rc = ctx_check(ctx);
    int64_t until = clock_now() + (int64_t)quiet_ms * PATIENCE * 1000000;
    while (!rc && clock_now() < until && events_within(w, quiet_ms))
        rc = ctx_check(ctx);
    return rc;
}
