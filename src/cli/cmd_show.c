/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * tian show: one document as it was written: title, what is known of it, what
 * became of it, its text under the names of its sections with the matches of a
 * query marked, and the documents nearest to it. On a terminal through a pager.
 */
#include "cli/cli.h"

/* What was read out of the text stands in the text, and what was derived stands in what it comes from. */
static bool is_shown(const struct tian_field *f)
{
    static const char *const derived[] = { "unit", "outcome_code", "reply" };
    for (size_t i = 0; i < sizeof derived / sizeof *derived; i++)
        if (strcmp(derived[i], f->name) == 0)
            return false;
    return strcmp(f->origin, "parsed") != 0;
}

static void put_fields(struct cli *cli, const struct tian_document *d)
{
    for (size_t i = 0; i < d->nfields; i++) {
        const struct tian_field *f = &d->fields[i];
        if (!is_shown(f))
            continue;
        paint(cli, STYLE_QUIET, tian_field_label(f->name));
        buf_cstr(&cli->out, say(": ", "："));
        paint(cli, STYLE_PLAIN, f->value);
        buf_char(&cli->out, '\n');
    }
}

/* What became of it, from wherever that was read. The words of the reply are a section of the text. */
static void put_outcome(struct cli *cli, const struct tian_document *d)
{
    static const char *const line[] = { "outcome", "reply_date", "satisfaction", "lead_unit", NULL };
    bool answered = false;
    for (size_t i = 0; line[i]; i++)
        answered = answered || (i < 3 && cli_value(d->fields, d->nfields, line[i]));
    if (answered)
        paint_fields(cli, say("answered: ", "办理："), line, d->fields, d->nfields);
}

static void put_head(struct cli *cli, const struct tian_document *d)
{
    struct buf *out = &cli->out;
    paint_line(cli, STYLE_TITLE, &d->title);
    buf_char(out, '\n');
    if (d->hidden)
        paint(cli, STYLE_BAD, say("(not public)\n", "（不公开）\n"));
    put_fields(cli, d);
    put_outcome(cli, d);
    if (d->nlabels) {
        buf_cstr(out, say("theme: ", "主题："));
        paint_labels(cli, d->labels, d->nlabels);
    }
    if (d->source && d->source[0])
        buf_printf(out, say("source: %s\n", "来源：%s\n"), d->source);
    buf_char(out, '\n');
}

static void end_line(struct cli *cli)
{
    if (cli->out.n && cli->out.p[cli->out.n - 1] != '\n')
        buf_char(&cli->out, '\n');
}

/* The text, above each section what it is. */
static void put_body(struct cli *cli, const struct tian_document *d)
{
    uint32_t at = 0;
    for (size_t i = 0; i < d->nsections; i++) {
        paint_range(cli, &d->body, at, d->sections[i].from);
        end_line(cli);
        paint(cli, STYLE_QUIET, arena_printf(cli->ctx.arena, say("[%s]", "〔%s〕"), d->sections[i].kind));
        buf_char(&cli->out, '\n');
        at = d->sections[i].from;
    }
    paint_range(cli, &d->body, at, (uint32_t)d->body.length);
    end_line(cli);
}

/* ---- Similar documents ------------------------------------------------------------------------------ */

static void put_similar(struct cli *cli, const struct tian_match_report *m)
{
    static const char *const papers[] = { "number", "session", "lead_unit", "outcome", NULL };
    buf_cstr(&cli->out, "  ");
    paint(cli, STYLE_TITLE, m->hidden ? say("(not public)", "（不公开）") : m->title);
    buf_printf(&cli->out, say(" [%s]  ", "〔%s〕  "), m->verdict_text);
    paint(cli, STYLE_QUIET, m->id);
    buf_char(&cli->out, '\n');
    paint_fields(cli, "    ", papers, m->fields, m->nfields);
}

/* Those that tian check would hold against it. What cannot be compared is shown all the same. */
static void put_neighbours(struct cli *cli, const struct tian_document *d)
{
    struct tian_check *check;
    if (tian_similar(cli->index, d, TIAN_ROLE_OFFICER, 0, &check, &cli->error)) {
        buf_printf(&cli->out, say("\nnot compared with others: %s\n", "\n未与其他文件比对：%s\n"),
                   cli->error.message);
        return;
    }
    if (check->nmatches > 0)
        buf_cstr(&cli->out, say("\nsimilar:\n", "\n相近的文件：\n"));
    for (size_t i = 0; i < check->nmatches; i++)
        put_similar(cli, &check->matches[i]);
    tian_check_free(check);
}

static int put_json(struct cli *cli, const struct tian_document *d)
{
    struct tian_check *similar;
    if (tian_similar(cli->index, d, TIAN_ROLE_OFFICER, 0, &similar, &cli->error))
        similar = NULL; /* which the answer says */
    int rc = cli_json(cli, tian_document_json(d, similar, cli->options.json));
    tian_check_free(similar);
    return rc;
}

int cmd_show(struct cli *cli)
{
    struct tian_document *document;
    int rc = cli_open(cli, NULL);
    if (!rc)
        rc = tian_document_get(cli->index, cli->operands[0], cli->options.query, TIAN_ROLE_OFFICER, &document,
                               &cli->error);
    if (rc)
        return rc;
    if (cli_wants_json(cli)) {
        rc = put_json(cli, document);
    } else {
        put_head(cli, document);
        put_body(cli, document);
        put_neighbours(cli, document);
        cli_page(cli, &document->body);
    }
    tian_document_free(document);
    return rc;
}
