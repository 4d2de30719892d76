/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * tian show: one document as it was written: title, what is known of it, the
 * text with the matches of a query marked, its themes. On a terminal through
 * $PAGER (less -FRX), as other programs that show texts do.
 */
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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

static void put_document(struct cli *cli, const struct tian_document *d)
{
    struct buf *out = &cli->out;
    paint_line(cli, STYLE_TITLE, &d->title);
    buf_char(out, '\n');
    if (d->hidden)
        paint(cli, STYLE_BAD, say("(not public)\n", "（不公开）\n"));
    put_fields(cli, d);
    if (d->nlabels) {
        buf_cstr(out, say("theme: ", "主题："));
        paint_labels(cli, d->labels, d->nlabels);
    }
    if (d->source && d->source[0])
        buf_printf(out, say("source: %s\n", "来源：%s\n"), d->source);
    buf_char(out, '\n');
    paint_marked(cli, &d->body);
    if (out->n && out->p[out->n - 1] != '\n')
        buf_char(out, '\n');
}

/* On a terminal. When the pager cannot be run, the text is left to main.c. */
static void page(struct cli *cli)
{
    const char *pager = getenv("PAGER");
    if (!isatty(STDOUT_FILENO))
        return;
    FILE *pipe = popen(pager && pager[0] ? pager : "less -FRX 2>/dev/null || cat", "w");
    if (!pipe)
        return;
    fwrite(cli->out.p, 1, cli->out.n, pipe);
    if (pclose(pipe) == 0)
        buf_clear(&cli->out);
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
        rc = cli_json(cli, tian_document_json(document, cli->options.json));
    } else {
        put_document(cli, document);
        page(cli);
    }
    tian_document_free(document);
    return rc;
}
