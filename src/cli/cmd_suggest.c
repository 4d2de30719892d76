/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * tian suggest: what a text may become, one suggestion a line, so that a shell
 * or an editor can offer them. Counts stand behind words, ids behind titles.
 */
#include "cli/cli.h"

#include <inttypes.h>

static void put_line(struct cli *cli, const struct tian_suggestion *s)
{
    paint(cli, STYLE_PLAIN, s->text);
    buf_char(&cli->out, '\t');
    if (s->id)
        paint(cli, STYLE_QUIET, s->id);
    else
        buf_printf(&cli->out, say("%" PRIu64, "%" PRIu64 " 件"), s->documents);
    buf_char(&cli->out, '\n');
}

int cmd_suggest(struct cli *cli)
{
    struct tian_suggestions *suggestions;
    struct tian_suggest_options options = { .count = cli->options.count };
    const char *typed;
    int rc = cli_text(cli, 0, &typed);
    if (!rc)
        rc = cli_open(cli, NULL);
    if (!rc)
        rc = tian_suggest(cli->index, typed, &options, &suggestions, &cli->error);
    if (rc)
        return rc;
    cli->no = suggestions->nsuggestions == 0;
    if (cli_wants_json(cli))
        rc = cli_json(cli, tian_suggestions_json(suggestions, cli->options.json));
    else
        for (size_t i = 0; i < suggestions->nsuggestions; i++)
            put_line(cli, &suggestions->suggestions[i]);
    tian_suggestions_free(suggestions);
    return rc;
}
