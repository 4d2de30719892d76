/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * tian index, remove, rebuild: the commands that write. While they work, one
 * line on a terminal says how far they are; at the end one says what was done.
 * A file that cannot be read does not stop the others: it is counted, named in
 * the log, and makes the exit status.
 */
#include "cli/cli.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/emit.h"
#include "base/file.h"
#include "base/watch.h"

/* ---- Progress ------------------------------------------------------------------------------------- */

struct progress {
    bool terminal, shown;
    int64_t next; /* not before */
};

static const int64_t BETWEEN_LINES = 100000000; /* ns */

static unsigned percent(uint64_t part, uint64_t whole)
{
    return whole ? (unsigned)((double)part * 100 / (double)whole) : 0;
}

static void show_progress(void *self, const struct tian_progress *p)
{
    struct progress *progress = self;
    int64_t now = clock_now();
    if (!progress->terminal || now < progress->next)
        return;
    progress->next = now + BETWEEN_LINES;
    progress->shown = true;
    fprintf(stderr, say("\r\033[K%s: %" PRIu64 " documents", "\r\033[K%s：%" PRIu64 " 件"), p->now,
            p->documents);
    if (p->files_total)
        fprintf(stderr, say(", files %" PRIu64 "/%" PRIu64, "，文件 %" PRIu64 "/%" PRIu64), p->files,
                p->files_total);
    if (p->bytes_total)
        fprintf(stderr, say(", %u %%", "，%u%%"), percent(p->bytes, p->bytes_total));
}

static void end_progress(const struct progress *progress)
{
    if (progress->shown)
        fputs("\r\033[K", stderr);
}

static struct tian_add_options add_options(const struct cli *cli, struct progress *progress)
{
    const struct options *o = &cli->options;
    progress->terminal = isatty(STDERR_FILENO);
    return (struct tian_add_options){ .jobs = (unsigned)o->jobs,
                                      .memory = (size_t)o->memory,
                                      .again = o->rebuild,
                                      .strict = o->strict,
                                      .require_sandbox = o->require_sandbox,
                                      .log = o->log,
                                      .progress = show_progress,
                                      .self = progress };
}

/* ---- tian index ----------------------------------------------------------------------------------- */

static void summary_json(struct cli *cli, const struct tian_import_summary *s)
{
    struct emit e;
    emit_init(&e, &cli->out, cli->options.json);
    emit_object(&e, NULL);
    emit_uint(&e, "files", s->files);
    emit_uint(&e, "unchanged", s->unchanged);
    emit_uint(&e, "moved", s->moved);
    emit_uint(&e, "skipped", s->skipped);
    emit_uint(&e, "failed", s->failed);
    emit_uint(&e, "documents", s->documents);
    emit_uint(&e, "added", s->added);
    emit_uint(&e, "updated", s->updated);
    emit_uint(&e, "removed", s->removed);
    emit_uint(&e, "same", s->same);
    emit_uint(&e, "warnings", s->warnings);
    emit_uint(&e, "bytes", s->bytes);
    emit_double(&e, "seconds", s->seconds, 3);
    emit_end_object(&e);
    emit_newline(&e);
}

static void counted(struct cli *cli, uint64_t n, const char *english, const char *chinese)
{
    if (n)
        buf_printf(&cli->out, say(english, chinese), n);
}

static void summary_text(struct cli *cli, const struct tian_import_summary *s)
{
    buf_printf(&cli->out, say("%" PRIu64 " files", "文件 %" PRIu64 " 个"), s->files);
    counted(cli, s->unchanged, " (%" PRIu64 " unchanged)", "（%" PRIu64 " 个没有变动）");
    counted(cli, s->moved, ", %" PRIu64 " moved", "，移动 %" PRIu64 " 个");
    counted(cli, s->skipped, ", %" PRIu64 " skipped", "，跳过 %" PRIu64 " 个");
    counted(cli, s->failed, ", %" PRIu64 " failed", "，失败 %" PRIu64 " 个");
    buf_printf(&cli->out, say("; documents: %" PRIu64 " added", "；新增 %" PRIu64 " 件"), s->added);
    counted(cli, s->updated, ", %" PRIu64 " updated", "，更新 %" PRIu64 " 件");
    counted(cli, s->removed, ", %" PRIu64 " removed", "，移除 %" PRIu64 " 件");
    counted(cli, s->same, ", %" PRIu64 " the same", "，相同 %" PRIu64 " 件");
    buf_printf(&cli->out, say("; %.1f s\n", "；用时 %.1f 秒\n"), s->seconds);
}

static void say_warnings(struct cli *cli, const struct tian_import_summary *s)
{
    struct arena *arena = cli->ctx.arena;
    const char *log =
        cli->options.log ? cli->options.log : path_join(arena, cli_index_path(cli), "log/import.jsonl");
    if (s->warnings)
        cli_say(NULL, arena_printf(arena, say("%" PRIu64 " warnings in %s", "有 %" PRIu64 " 处提醒，见 %s"),
                                   s->warnings, log));
}

static int index_once(struct cli *cli)
{
    struct progress progress = { 0 };
    struct tian_import_summary summary = { 0 };
    struct tian_add_options options = add_options(cli, &progress);
    int rc = cli_open(cli, &(struct tian_open_options){ .write = true, .create = true });
    if (rc)
        return rc;
    rc = tian_index_add(cli->index, cli->operands, cli->noperands, &options, &summary, &cli->error);
    end_progress(&progress);
    bool nothing_new = cli->following && !summary.documents && !summary.removed && !summary.failed;
    if (nothing_new)
        return rc;
    if (cli_wants_json(cli))
        summary_json(cli, &summary);
    else
        summary_text(cli, &summary);
    say_warnings(cli, &summary);
    return rc;
}

/* ---- tian index --follow ------------------------------------------------------------------------------ */

enum {
    QUIET_MS = 500
};

static bool is_of_input(int code)
{
    return code == TIAN_EFORMAT || code == TIAN_EIO || code == TIAN_ELIMIT;
}

static int watch_operands(struct cli *cli, struct watch *watch)
{
    const char *own = file_canonical(cli->ctx.arena, cli_index_path(cli));
    int rc = 0;
    for (size_t i = 0; !rc && i < cli->noperands; i++)
        rc = watch_path(&cli->ctx, watch, cli->operands[i], own);
    return rc;
}

/* Nothing is held while waiting, so that others can write; what fails is said, and tried again at the next
 * change. Folders are watched before they are read: what changes meanwhile is read in the next round. */
static int index_and_follow(struct cli *cli)
{
    struct watch *watch;
    int rc = watch_new(&cli->ctx, cli->ctx.arena, &watch);
    while (!rc) {
        rc = watch_operands(cli, watch);
        rc = rc ? rc : index_once(cli);
        tian_close(cli->index);
        cli->index = NULL;
        if (is_of_input(rc) || (rc == TIAN_ELOCKED && cli->following)) {
            cli_say(cli->error.where, cli->error.message);
            cli->error = (struct tian_error){ 0 };
            rc = 0;
        }
        int written = cli_write(cli);
        rc = rc ? rc : written;
        cli->following = true;
        rc = rc ? rc : watch_wait(&cli->ctx, watch, QUIET_MS);
    }
    bool stopped = rc == TIAN_ECANCELLED;
    if (stopped)
        cli->error = (struct tian_error){ 0 };
    return stopped ? 0 : rc;
}

int cmd_index(struct cli *cli)
{
    int rc = cli->options.follow ? index_and_follow(cli) : index_once(cli);
    if (rc == TIAN_ECANCELLED)
        cli_say(NULL, say("what was read so far is kept; the same command goes on from there",
                          "已读入的都已保存；再次运行同一命令会接着做"));
    return rc;
}

/* ---- tian remove, tian rebuild -------------------------------------------------------------------- */

int cmd_remove(struct cli *cli)
{
    size_t removed = 0;
    int rc = cli_open(cli, &(struct tian_open_options){ .write = true });
    if (!rc)
        rc = tian_index_remove(cli->index, cli->operands, cli->noperands, &removed, &cli->error);
    if (rc)
        return rc;
    cli->no = removed == 0;
    if (cli_wants_json(cli))
        buf_printf(&cli->out, "{\"removed\":%zu}\n", removed);
    else
        buf_printf(&cli->out, say("%zu of %zu removed\n", "移除 %zu 件（指定了 %zu 件）\n"), removed,
                   cli->noperands);
    return 0;
}

int cmd_rebuild(struct cli *cli)
{
    struct progress progress = { 0 };
    struct tian_add_options options = add_options(cli, &progress);
    int64_t start = clock_now();
    int rc = cli_open(cli, &(struct tian_open_options){ .write = true, .salvage = true });
    if (rc)
        return rc;
    rc = tian_index_rebuild(cli->index, &options, &cli->error);
    end_progress(&progress);
    if (!rc)
        buf_printf(&cli->out, say("rebuilt from the records; %.1f s\n", "已由存档重建；用时 %.1f 秒\n"),
                   (double)(clock_now() - start) / 1e9);
    return rc;
}
