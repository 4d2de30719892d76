/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * tian debug: the inside, for whoever wonders why. What there is to see is the
 * library's to say (tian_debug() in tian.h).
 */
#include "cli/cli.h"

int cmd_debug(struct cli *cli)
{
    const char *text;
    char *shown;
    int rc = cli_text(cli, 1, &text);
    if (!rc)
        rc = cli_open(cli, NULL);
    if (!rc)
        rc = tian_debug(cli->index, cli->operands[0], text, &shown, &cli->error);
    if (rc)
        return rc;
    buf_cstr(&cli->out, shown);
    if (shown[0] && cli->out.p[cli->out.n - 1] != '\n')
        buf_char(&cli->out, '\n');
    tian_string_free(shown);
    return 0;
}
