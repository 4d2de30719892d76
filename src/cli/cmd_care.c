/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * tian compact, backup, restore: the care of an index over the years.
 */
#include "cli/cli.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static double megabytes(uint64_t bytes)
{
    return (double)bytes / 1e6;
}

/* ---- compact ------------------------------------------------------------------------------------------- */

static void put_compacted(struct cli *cli, const struct tian_compact_summary *s)
{
    buf_printf(&cli->out, say("compacted: %.2f MB, before %.2f MB", "已整理：%.2f MB，整理前 %.2f MB"),
               megabytes(s->bytes_after), megabytes(s->bytes_before));
    if (s->replaced || s->removed)
        buf_printf(&cli->out,
                   say("; left out for good: %" PRIu64 " replaced versions, %" PRIu64 " removed documents",
                       "；永久清除：被替换的旧版本 %" PRIu64 " 件，已删除的文件 %" PRIu64 " 件"),
                   s->replaced, s->removed);
    buf_char(&cli->out, '\n');
}

int cmd_compact(struct cli *cli)
{
    struct tian_compact_summary summary = { 0 };
    struct tian_add_options options = { .jobs = (unsigned)cli->options.jobs,
                                        .memory = (size_t)cli->options.memory };
    int rc = cli_open(cli, &(struct tian_open_options){ .write = true });
    if (!rc)
        rc = tian_index_compact(cli->index, &options, &summary, &cli->error);
    if (rc)
        return rc;
    if (cli_wants_json(cli))
        buf_printf(&cli->out,
                   "{\"bytes_before\":%" PRIu64 ",\"bytes_after\":%" PRIu64 ",\"replaced\":%" PRIu64
                   ",\"removed\":%" PRIu64 "}\n",
                   summary.bytes_before, summary.bytes_after, summary.replaced, summary.removed);
    else
        put_compacted(cli, &summary);
    return 0;
}

/* ---- backup -------------------------------------------------------------------------------------------- */

static int put_stdout(void *self, const char *bytes, size_t n)
{
    (void)self;
    return fwrite(bytes, 1, n, stdout) == n ? 0 : -1;
}

static int backup_to(struct cli *cli, const char *to, struct tian_backup_summary *summary)
{
    int rc;
    if (strcmp(to, "-") != 0)
        return tian_index_backup(cli->index, to, summary, &cli->error);
    rc = tian_index_backup_stream(cli->index, put_stdout, NULL, summary, &cli->error);
    if (!rc && fflush(stdout) != 0)
        rc = ctx_fail_errno(&cli->ctx, NULL, "the backup could not be written", "无法写出备份");
    return rc;
}

int cmd_backup(struct cli *cli)
{
    struct tian_backup_summary s = { 0 };
    int rc = cli_open(cli, NULL);
    if (!rc)
        rc = backup_to(cli, cli->operands[0], &s);
    if (rc || strcmp(cli->operands[0], "-") == 0) /* stdout is the archive */
        return rc;
    if (cli_wants_json(cli))
        buf_printf(&cli->out, "{\"files\":%" PRIu64 ",\"bytes\":%" PRIu64 ",\"written\":%" PRIu64 "}\n",
                   s.files, s.bytes, s.written);
    else
        buf_printf(&cli->out,
                   say("backup: %" PRIu64 " files, %.2f MB; %.2f MB of it new\n",
                       "备份完成：%" PRIu64 " 个文件，%.2f MB，其中新写 %.2f MB\n"),
                   s.files, megabytes(s.bytes), megabytes(s.written));
    return 0;
}

/* ---- restore ------------------------------------------------------------------------------------------- */

int cmd_restore(struct cli *cli)
{
    const char *index = cli_index_path(cli);
    int rc = tian_restore(index, cli->operands[0], (unsigned)(cli->options.wait * 1000), &cli->error);
    if (!rc)
        buf_printf(&cli->out,
                   say("restored to %s; an index that was there is %s.before-restore now\n",
                       "已恢复到 %s；原有索引（若有）改名为 %s.before-restore\n"),
                   index, index);
    return rc;
}
