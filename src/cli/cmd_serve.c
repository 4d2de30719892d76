/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * tian serve: the server, until Ctrl-C or SIGTERM. Other machines reach it only
 * when --public says that this is meant.
 */
#include "cli/cli.h"

#include <signal.h>
#include <stdio.h>

#include "http/http.h"

static bool is_loopback(const char *host)
{
    return strncmp(host, "127.", 4) == 0 || strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0;
}

static int read_token(struct cli *cli, const char **token)
{
    enum {
        LONGEST = 4096
    };
    struct str line;
    const char *text;
    if (!cli->options.token_file)
        return 0;
    int rc = cli_read(cli, cli->options.token_file, LONGEST, &text);
    if (rc)
        return rc;
    struct str rest = str_of(text);
    if (!str_line(&rest, &line) || str_trim(line).n == 0)
        return ctx_fail(&cli->ctx, TIAN_EFORMAT, cli->options.token_file, "the first line is empty",
                        "首行是空的");
    *token = arena_cstr(cli->ctx.arena, str_trim(line));
    return 0;
}

static void say_ready(void *self, const char *url)
{
    (void)self;
    fprintf(stderr,
            say("tian: serving at %s – Ctrl-C stops it\n", "tian: 已在 %s 提供检索，按 Ctrl-C 停止\n"), url);
}

int cmd_serve(struct cli *cli)
{
    const struct options *o = &cli->options;
    struct http_options http = { .host = o->host          ? o->host
                                         : o->public_host ? "0.0.0.0"
                                                          : NULL,
                                 .port = (unsigned)o->port,
                                 .threads = (unsigned)o->threads,
                                 .request_seconds = (unsigned)o->request_seconds,
                                 .access_log = o->access_log,
                                 .ready = say_ready };
    if (o->port > 65535)
        return ctx_fail(&cli->ctx, TIAN_EUSAGE, "--port", "at most 65535", "端口不能大于 65535");
    if (o->host && !o->public_host && !is_loopback(o->host))
        return ctx_fail(&cli->ctx, TIAN_EUSAGE, o->host,
                        "other machines could reach it: add --public if that is meant",
                        "其他机器将可访问：确要如此，请加 --public");
    int rc = read_token(cli, &http.token);
    if (rc)
        return rc;
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    return http_serve(cli_index_path(cli), &http, &cli->error);
}
