/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What only LibreOffice reads. $TIAN_SOFFICE names the program; without it such
 * files are refused with a message that says so. The file is put into a scratch
 * folder, the only place where the program may write, turned into its modern
 * form there, and that is read by the table of extract.c. Each file has a folder
 * and a profile of its own, so that none can leave a macro to the next; both are
 * removed whatever happens, by the next one if we were killed.
 */
#include "extract/reader.h"

#include <assert.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/child.h"
#include "base/file.h"

#define PREFIX "tian-office-"
enum {
    SECONDS = 60, /* of one start */
    STALE_SECONDS = 10 * SECONDS,
    LONGEST_TMP = 32
};

const char *soffice_program(void)
{
    const char *program = getenv("TIAN_SOFFICE");
    return program && program[0] ? program : NULL;
}

struct scratch {
    struct arena *arena;
    const char *folder;
};

static void remove_scratch(void *self)
{
    struct scratch *s = self;
    struct arena *arena = arena_new(NULL);
    struct ctx quiet = { .arena = arena };
    (void)file_remove_tree(&quiet, s->folder);
    arena_free(arena);
}

/* Where sockets of a path of at most 107 bytes still have room. */
static const char *temporary_folder(void)
{
    const char *tmp = getenv("TMPDIR");
    return tmp && tmp[0] == '/' && strlen(tmp) <= LONGEST_TMP ? tmp : "/tmp";
}

/* A process that was killed could not clean up: what is older than any conversion may take was its. */
static void sweep(struct arena *arena, const char *tmp)
{
    struct arena *scratch = arena_new(arena);
    struct ctx quiet = { .arena = scratch };
    char **names = NULL;
    size_t n = 0;
    struct file_info info;
    int64_t old = ((int64_t)time(NULL) - STALE_SECONDS) * 1000000000;
    if (file_list(&quiet, scratch, tmp, &names, &n) != 0)
        n = 0;
    for (size_t i = 0; i < n; i++) {
        const char *path = path_join(scratch, tmp, names[i]);
        if (str_starts(str_of(names[i]), STR(PREFIX)) && file_stat(&quiet, path, &info) == 0 &&
            info.kind == FILE_FOLDER && info.mtime_ns < old)
            (void)file_remove_tree(&quiet, path);
    }
    arena_free(scratch);
}

static int make_scratch(struct ctx *ctx, struct arena *arena, struct scratch **out)
{
    const char *tmp = temporary_folder();
    struct scratch *s = arena_new_of(arena, struct scratch);
    char *folder = path_join(arena, tmp, PREFIX "XXXXXX");
    sweep(arena, tmp);
    if (!mkdtemp(folder))
        return ctx_fail_errno(ctx, folder, "cannot make a scratch folder", "无法建立临时文件夹");
    *s = (struct scratch){ arena, folder };
    arena_defer(arena, remove_scratch, s);
    *out = s;
    return 0;
}

/* The program itself: the script and the splash screen in front of it start five more, write into /tmp and
 * complain about Java on stderr, where the reason for a failure should stand. */
static const char *engine(struct arena *arena)
{
    const char *given = soffice_program();
    const char *real =
        file_canonical(arena, strchr(given, '/') ? given : path_join(arena, "/usr/bin", given));
    if (!real)
        return given;
    const char *inside = arena_printf(arena, "%.*s/soffice.bin", (int)(path_base(real) - real - 1), real);
    return file_canonical(arena, inside) ? inside : given;
}

static int convert(struct ctx *ctx, const struct reading *r, const char *folder, const char *become)
{
    struct arena *arena = arena_new(ctx->arena);
    struct buf said;
    char *const argv[] = { arena_printf(arena, "%s", engine(arena)),
                           arena_printf(arena, "-env:UserInstallation=file://%s/profile", folder),
                           arena_printf(arena, "-env:OSL_SOCKET_PATH=%s", folder),
                           arena_printf(arena, "--headless"),
                           arena_printf(arena, "--norestore"),
                           arena_printf(arena, "--convert-to"),
                           arena_printf(arena, "%s", become),
                           arena_printf(arena, "--outdir"),
                           arena_printf(arena, "%s", folder),
                           arena_printf(arena, "%s/in", folder),
                           NULL };
    struct child_limits limits = { .memory = (size_t)4 << 30,
                                   .seconds = SECONDS,
                                   .exec = true,
                                   .scratch = folder,
                                   .strict = r->options.require_sandbox };
    buf_init(&said, arena);
    int64_t start = clock_now();
    int code = child_exec(ctx, &limits, argv, STR_NONE, &said);
    bool soon = clock_now() - start < (int64_t)SECONDS / 2 * 1000000000;
    if (code == TIAN_EFORMAT && soon) { /* the first start makes the profile and asks to be started again */
        if (ctx->error)
            *ctx->error = (struct tian_error){ 0 };
        code = child_exec(ctx, &limits, argv, STR_NONE, &said);
    }
    arena_free(arena);
    return code;
}

static int read_through(struct ctx *ctx, struct reading *r, struct arena *scratch, const char *become)
{
    struct scratch *s = NULL;
    struct str bytes = STR_NONE;
    int code = make_scratch(ctx, scratch, &s);
    assert(code || s);
    if (code == 0)
        code = file_write(ctx, path_join(scratch, s->folder, "in"), r->bytes, false);
    if (code == 0)
        code = convert(ctx, r, s->folder, become);
    if (code == 0)
        code = file_read(ctx, r->arena, arena_printf(scratch, "%s/in.%s", s->folder, become),
                         r->options.max_bytes, &bytes);
    if (code != 0)
        return code;
    struct str before = r->bytes;
    const char *format = r->out->format;
    r->bytes = bytes;
    code = read_any(ctx, r);
    r->bytes = before;
    r->out->format = format;
    return code;
}

int soffice_read(struct ctx *ctx, struct reading *r, const char *become)
{
    if (!soffice_program())
        return ctx_fail(
            ctx, TIAN_EFORMAT, r->name,
            "%s is read through LibreOffice only: install it and set TIAN_SOFFICE, or save the file as .%s",
            "%s 文件需借助 LibreOffice 读取：请安装并设置 TIAN_SOFFICE，或另存为 .%s", r->out->format,
            become);
    struct arena *scratch = arena_new(r->arena);
    int code = read_through(ctx, r, scratch, become);
    arena_free(scratch);
    return code == 0 ? 0 : reading_named(ctx, r, code);
}
