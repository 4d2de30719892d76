/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * tian log: the import log (log/import.jsonl of the index, or a file) as people
 * read it, of the last import. --json gives its lines as they are.
 *
 *   文件
 *     docx，UTF-8（把握 100%）；2 件：新增 2，更新 0，相同 0；0.01 秒
 *     正文读出：案号 2、届次 2
 *     提醒：……
 */
#include "cli/cli.h"

#include "base/file.h"

static const char *value(const struct json_fields *f, const char *name)
{
    return json_field(f, (const char *const[]){ name, NULL });
}

/* What the numbers of a summary are called; a field otherwise. */
static const char *label_of(const char *name)
{
    static const struct {
        const char *name, *english, *chinese;
    } labels[] = {
        { "files", "files", "文件" },       { "unchanged", "unchanged", "没有变动" },
        { "moved", "moved", "移动" },       { "skipped", "skipped", "跳过" },
        { "failed", "failed", "失败" },     { "documents", "documents", "件数" },
        { "added", "added", "新增" },       { "updated", "updated", "更新" },
        { "removed", "removed", "移除" },   { "same", "the same", "相同" },
        { "warnings", "warnings", "提醒" }, { "seconds", "seconds", "用时（秒）" },
    };
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (strcmp(labels[i].name, name) == 0)
            return say(labels[i].english, labels[i].chinese);
    return tian_field_label(name);
}

/* {"number":2,"session":1} → "案号 2，届次 1" */
static void put_counts(struct buf *out, const char *counts)
{
    struct str rest = str_of(counts), item, name;
    bool first = true;
    rest = rest.n >= 2 ? str_sub(rest, 1, rest.n - 1) : STR_NONE;
    while (rest.n > 0) {
        rest = str_split(rest, ',', &item);
        struct str number = str_split(item, ':', &name);
        char key[64];
        size_t n = name.n > 2 && name.n - 2 < sizeof key ? name.n - 2 : 0;
        memcpy(key, name.p + 1, n);
        key[n] = '\0';
        buf_printf(out, "%s%s %.*s", first ? "" : say(", ", "、"), label_of(key), STR_ARG(number));
        first = false;
    }
}

static void put_fields(struct buf *out, const struct json_fields *f, const char *name, const char *label)
{
    const char *counts = value(f, name);
    if (!counts || strlen(counts) <= 2)
        return;
    buf_printf(out, "    %s%s", label, say(": ", "："));
    put_counts(out, counts);
    buf_char(out, '\n');
}

static const char *or_zero(const char *text)
{
    return text ? text : "0";
}

static void put_file(struct buf *out, const struct json_fields *f)
{
    const char *moved = value(f, "moved_from"), *warnings = value(f, "warnings");
    buf_printf(out, "  %s\n", value(f, "file"));
    if (moved)
        buf_printf(out, say("    moved from %s\n", "    原在 %s\n"), moved);
    buf_printf(out,
               say("    %s, %s (%s %% sure); %s documents: %s added, %s updated, %s the same; %s s\n",
                   "    %s，%s（把握 %s%%）；%s 件：新增 %s，更新 %s，相同 %s；%s 秒\n"),
               value(f, "format"), or_zero(value(f, "encoding")), or_zero(value(f, "sure")),
               or_zero(value(f, "documents")), or_zero(value(f, "added")), or_zero(value(f, "updated")),
               or_zero(value(f, "same")), or_zero(value(f, "seconds")));
    put_fields(out, f, "given", say("given", "所给字段"));
    put_fields(out, f, "parsed", say("read from the text", "正文读出"));
    if (warnings && warnings[0] && strcmp(warnings, "[]") != 0)
        buf_printf(out, say("    warning: %s\n", "    提醒：%s\n"), warnings);
}

static void put_problem(struct buf *out, const struct json_fields *f)
{
    const char *line = value(f, "line"), *part = value(f, "part"), *skipped = value(f, "skipped");
    buf_printf(out, "  %s", value(f, "file"));
    if (line || part)
        buf_printf(out, say(", line %s", " 第 %s 行"), line ? line : part);
    buf_printf(out,
               skipped ? say("\n    left out: %s\n", "\n    跳过：%s\n")
                       : say("\n    FAILED: %s\n", "\n    失败：%s\n"),
               skipped ? skipped : value(f, "error"));
}

static void put_line(struct buf *out, const struct json_fields *f)
{
    if (value(f, "summary")) {
        buf_cstr(out, say("In all: ", "合计："));
        put_counts(out, value(f, "summary"));
        buf_char(out, '\n');
    } else if (!value(f, "file"))
        return;
    else if (value(f, "error") || value(f, "skipped"))
        put_problem(out, f);
    else if (value(f, "kept"))
        buf_printf(out, "  %s\n    %s\n", value(f, "file"), value(f, "why"));
    else if (value(f, "removed"))
        buf_printf(out, say("  %s\n    gone: %s documents removed\n", "  %s\n    已不在：移除 %s 件\n"),
                   value(f, "file"), value(f, "removed"));
    else
        put_file(out, f);
}

/* ---- the last import ---------------------------------------------------------------------- */

/* Where the last line that starts before `before` and ends an import stops; 0 when none does. */
static size_t end_of_import(struct str log, size_t before)
{
    size_t end = before;
    while (end > 0) {
        size_t from = end - 1;
        while (from > 0 && log.p[from - 1] != '\n')
            from--;
        if (str_has(str_sub(log, from, end), STR("\"summary\":{")))
            return end;
        end = from;
    }
    return 0;
}

/* The lines behind the last import but one; an import that was broken off is the last. */
static struct str last_import(struct str log)
{
    size_t last = end_of_import(log, log.n);
    if (last < log.n || last == 0)
        return str_sub(log, last, log.n);
    size_t from = last - 1;
    while (from > 0 && log.p[from - 1] != '\n')
        from--;
    return str_sub(log, end_of_import(log, from), log.n);
}

static int put_lines(struct cli *cli, struct str lines)
{
    struct str text;
    struct arena *arena = arena_new(cli->ctx.arena);
    int rc = 0;
    for (uint64_t number = 1; !rc && str_line(&lines, &text); number++) {
        struct json_fields f;
        struct batch_line line = { arena_str(arena, text), number, arena };
        if (text.n > 0)
            rc = cli_json_fields(cli, &line, &f);
        if (!rc && text.n > 0)
            put_line(&cli->out, &f);
        arena_reset(arena);
    }
    return rc;
}

int cmd_log(struct cli *cli)
{
    struct arena *arena = cli->ctx.arena;
    const char *path =
        cli->noperands ? cli->operands[0] : path_join(arena, cli_index_path(cli), "log/import.jsonl");
    struct str log;
    int rc = file_map(&cli->ctx, arena, path, &log);
    if (rc)
        return rc;
    struct str lines = last_import(log);
    if (cli_wants_json(cli) || cli->options.jsonl) {
        buf_str(&cli->out, lines);
        return 0;
    }
    return put_lines(cli, lines);
}
