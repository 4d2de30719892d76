/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What every command needs of a run: the index, where its texts come from
 * (operands, files, stdin, batches line by line) and where its answer goes.
 * Texts are checked here, so that the library is only given valid UTF-8.
 */
#include "cli/cli.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/stream.h"

static const size_t LARGEST_TEXT = 4u << 20;
static const size_t BATCH_PIECE = 1u << 20;

/* ---- Index ---------------------------------------------------------------------------------------- */

const char *cli_index_path(const struct cli *cli)
{
    const char *variable = getenv("TIAN_INDEX");
    if (cli->options.index)
        return cli->options.index;
    return variable && variable[0] ? variable : "index";
}

int cli_open(struct cli *cli, const struct tian_open_options *options)
{
    static const struct tian_open_options usual;
    struct tian_open_options o = options ? *options : usual;
    o.themes = cli->options.taxonomy;
    o.wait_ms = (unsigned)(cli->options.wait * 1000);
    return tian_open(cli_index_path(cli), &o, &cli->index, &cli->error);
}

/* ---- Out ------------------------------------------------------------------------------------------ */

void cli_say(const char *where, const char *text)
{
    if (where && where[0])
        fprintf(stderr, "tian: %s: %s\n", where, text);
    else
        fprintf(stderr, "tian: %s\n", text);
}

int cli_write(struct cli *cli)
{
    bool written = fwrite(cli->out.p, 1, cli->out.n, stdout) == cli->out.n && fflush(stdout) == 0;
    buf_clear(&cli->out);
    return written ? 0 : ctx_fail_errno(&cli->ctx, NULL, "the answer cannot be written", "无法写出结果");
}

int cli_json(struct cli *cli, char *json)
{
    if (!json)
        return ctx_fail(&cli->ctx, TIAN_EMEMORY, NULL, "out of memory", "内存不足");
    buf_cstr(&cli->out, json);
    buf_char(&cli->out, '\n');
    tian_string_free(json);
    return 0;
}

bool cli_wants_json(const struct cli *cli)
{
    return cli->options.json || cli->options.jsonl;
}

/* ---- In ------------------------------------------------------------------------------------------- */

static const char *file_of(const char *path)
{
    return strcmp(path, "-") == 0 ? "/dev/stdin" : path;
}

/* code: what to answer when it is not: TIAN_EUSAGE for words of the command line, TIAN_EFORMAT for files. */
static int check_text(struct cli *cli, int code, const char *where, struct str text)
{
    size_t bad = utf8_check(text);
    if (bad < text.n)
        return ctx_fail(&cli->ctx, code, where, "not UTF-8: byte %zu", "不是 UTF-8 文字：第 %zu 字节",
                        bad + 1);
    if (memchr(text.p, '\0', text.n))
        return ctx_fail(&cli->ctx, code, where, "not a text: it has NUL bytes", "不是文字：含有 NUL 字节");
    return 0;
}

int cli_read(struct cli *cli, const char *path, size_t max, const char **text)
{
    struct str bytes;
    int rc = file_read(&cli->ctx, cli->ctx.arena, file_of(path), max, &bytes);
    if (rc)
        return rc;
    if (str_starts(bytes, STR("\xEF\xBB\xBF")))
        bytes = str_sub(bytes, 3, bytes.n);
    *text = bytes.p;
    return check_text(cli, TIAN_EFORMAT, strcmp(path, "-") == 0 ? say("stdin", "标准输入") : path, bytes);
}

int cli_text(struct cli *cli, size_t first, const char **text)
{
    struct buf joined;
    if (cli->noperands == first + 1 && strcmp(cli->operands[first], "-") == 0)
        return cli_read(cli, "-", LARGEST_TEXT, text);
    buf_init(&joined, cli->ctx.arena);
    for (size_t i = first; i < cli->noperands; i++) {
        if (i > first)
            buf_char(&joined, ' ');
        buf_cstr(&joined, cli->operands[i]);
    }
    buf_char(&joined, '\0');
    *text = joined.p;
    return check_text(cli, TIAN_EUSAGE, NULL, (struct str){ joined.p, joined.n - 1 });
}

/* ---- Batches -------------------------------------------------------------------------------------- */

struct batch {
    batch_each *each;
    struct arena *line; /* reset after each */
    uint64_t refused;
    int code; /* of the first refused */
};

static bool is_refusal(int code)
{
    return code == TIAN_EFORMAT || code == TIAN_EUSAGE || code == TIAN_ELIMIT;
}

static void refuse(struct cli *cli, struct batch *batch, uint64_t number, int code)
{
    cli_say(arena_printf(batch->line, say("line %" PRIu64, "第 %" PRIu64 " 行"), number), cli->error.message);
    cli->error = (struct tian_error){ 0 };
    batch->code = batch->refused++ ? batch->code : code;
}

static int batch_one(struct cli *cli, struct batch *batch, struct str text, uint64_t number)
{
    struct batch_line line = { arena_str(batch->line, text), number, batch->line };
    int rc = check_text(cli, TIAN_EFORMAT, NULL, line.text);
    if (!rc)
        rc = batch->each(cli, &line);
    if (is_refusal(rc)) {
        refuse(cli, batch, number, rc);
        rc = 0;
    }
    int written = cli_write(cli);
    return rc ? rc : written;
}

static int batch_piece(struct cli *cli, struct batch *batch, struct str piece, uint64_t number)
{
    struct str text;
    int rc = 0;
    for (; !rc && str_line(&piece, &text); number++) {
        if (str_trim(text).n > 0)
            rc = batch_one(cli, batch, text, number);
        arena_reset(batch->line);
    }
    return rc;
}

int cli_batch(struct cli *cli, const char *path, batch_each *each)
{
    struct line_stream *lines;
    struct batch batch = { .each = each, .line = arena_new(cli->ctx.arena) };
    struct arena *arena = arena_new(cli->ctx.arena);
    struct str piece = STR("-");
    uint64_t number;
    int rc = line_stream_open(&cli->ctx, cli->ctx.arena, file_of(path), &lines);
    while (!rc && piece.n > 0) {
        rc = line_stream_next(&cli->ctx, lines, arena, BATCH_PIECE, &piece, &number);
        if (!rc)
            rc = batch_piece(cli, &batch, piece, number);
        arena_reset(arena);
        rc = rc ? rc : ctx_check(&cli->ctx);
    }
    if (!rc && batch.refused)
        rc = ctx_fail(&cli->ctx, batch.code, NULL, "%" PRIu64 " lines were refused",
                      "有 %" PRIu64 " 行未能处理", batch.refused);
    return rc;
}

/* ---- Drafts as JSON lines ------------------------------------------------------------------------- */

static void free_fields(void *fields)
{
    tian_json_fields_free(fields);
}

int cli_json_fields(struct cli *cli, const struct batch_line *line, struct json_fields *out)
{
    int rc = tian_json_fields(line->text.p, line->text.n, &out->at, &out->n, &cli->error);
    if (rc)
        return rc;
    arena_defer(line->arena, free_fields, out->at);
    return 0;
}

const char *json_field(const struct json_fields *fields, const char *const *names)
{
    for (; *names; names++)
        for (size_t i = 0; i < fields->n; i++)
            if (strcmp(fields->at[i].name, *names) == 0)
                return fields->at[i].value;
    return NULL;
}
