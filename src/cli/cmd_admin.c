/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * tian status, verify, digest, dump: the care of an index.
 */
#include "cli/cli.h"

#include <inttypes.h>

#include "base/emit.h"

/* ---- status --------------------------------------------------------------------------------------- */

static void status_json(struct cli *cli, const struct tian_status *s)
{
    struct emit e;
    emit_init(&e, &cli->out, cli->options.json);
    emit_object(&e, NULL);
    emit_cstr(&e, "index", cli_index_path(cli));
    emit_uint(&e, "documents", s->documents);
    emit_uint(&e, "dead", s->dead);
    emit_uint(&e, "segments", s->segments);
    emit_uint(&e, "bytes_text", s->bytes_text);
    emit_uint(&e, "bytes_records", s->bytes_records);
    emit_uint(&e, "bytes_segments", s->bytes_segments);
    emit_uint(&e, "dictionary_words", s->dictionary_words);
    emit_uint(&e, "year_first", s->year_first);
    emit_uint(&e, "year_last", s->year_last);
    emit_end_object(&e);
    emit_newline(&e);
}

static double megabytes(uint64_t bytes)
{
    return (double)bytes / 1e6;
}

static void status_text(struct cli *cli, const struct tian_status *s)
{
    struct buf *out = &cli->out;
    buf_printf(out, say("Index: %s\n", "索引：%s\n"), cli_index_path(cli));
    buf_printf(out, say("Documents: %" PRIu64, "收录：%" PRIu64 " 件"), s->documents);
    if (s->year_first)
        buf_printf(out, say(", of %u to %u", "，%u—%u 年"), s->year_first, s->year_last);
    buf_printf(out, say("\nText: %.2f MB\n", "\n正文：%.2f MB\n"), megabytes(s->bytes_text));
    buf_printf(out,
               say("On disk: records %.2f MB, index data %.2f MB in %" PRIu64 " segments, %" PRIu64 " dead\n",
                   "磁盘：存档 %.2f MB，索引数据 %.2f MB（%" PRIu64 " 段，其中作废 %" PRIu64 " 件）\n"),
               megabytes(s->bytes_records), megabytes(s->bytes_segments), s->segments, s->dead);
    buf_printf(out, say("Dictionary: %" PRIu64 " words\n", "词典：%" PRIu64 " 词\n"), s->dictionary_words);
}

int cmd_status(struct cli *cli)
{
    struct tian_status status;
    int rc = cli_open(cli, NULL);
    if (!rc)
        rc = tian_index_status(cli->index, &status, &cli->error);
    if (rc)
        return rc;
    if (cli_wants_json(cli))
        status_json(cli, &status);
    else
        status_text(cli, &status);
    return 0;
}

/* ---- verify, digest, dump ------------------------------------------------------------------------- */

static void put_problem(void *self, const char *line)
{
    struct cli *cli = self;
    paint(cli, STYLE_PLAIN, line);
    buf_char(&cli->out, '\n');
}

int cmd_verify(struct cli *cli)
{
    bool full = cli->options.full;
    if (full && cli->options.quick)
        return ctx_fail(&cli->ctx, TIAN_EUSAGE, "verify", "either --quick or --full",
                        "--quick 与 --full 只能用一个");
    int rc = cli_open(cli, NULL);
    if (!rc)
        rc = tian_index_verify(cli->index, full, put_problem, cli, &cli->error);
    if (!rc)
        buf_cstr(&cli->out, full ? say("all well: files and every document\n", "完好：文件与每一件都已核对\n")
                                 : say("all well: files (--full compares every document)\n",
                                       "完好：文件都已核对（--full 逐件核对）\n"));
    return rc;
}

int cmd_digest(struct cli *cli)
{
    char digest[33];
    int rc = cli_open(cli, NULL);
    if (!rc)
        rc = tian_index_digest(cli->index, digest, &cli->error);
    if (!rc)
        buf_printf(&cli->out, "%s\n", digest);
    return rc;
}

static int dump_line(void *self, const char *line, size_t n)
{
    struct cli *cli = self;
    buf_put(&cli->out, line, n);
    if (n == 0 || line[n - 1] != '\n')
        buf_char(&cli->out, '\n');
    return cli_write(cli);
}

int cmd_dump(struct cli *cli)
{
    int rc = cli_open(cli, NULL);
    return rc ? rc : tian_index_dump(cli->index, dump_line, cli, &cli->error);
}
