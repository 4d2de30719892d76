/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * tian watch: saved searches. Without a verb, or with run, what is new since last
 * time; it counts as seen only when it has been written, so a full disk or a
 * closed pipe loses nothing.
 */
#include "cli/cli.h"

#include <inttypes.h>

/* ---- run ------------------------------------------------------------------------------------------ */

static void put_hit(struct cli *cli, const struct tian_hit *hit)
{
    static const char *const names[] = { "number", "session", "proposer", "lead_unit", "outcome", NULL };
    buf_cstr(&cli->out, "  ");
    paint_line(cli, STYLE_TITLE, &hit->title);
    buf_char(&cli->out, '\n');
    paint_fields(cli, "    ", names, hit->fields, hit->nfields);
    for (size_t i = 0; i < hit->nsnippets && i < 1; i++) {
        buf_cstr(&cli->out, "    ");
        paint_line(cli, STYLE_PLAIN, &hit->snippets[i].text);
        buf_char(&cli->out, '\n');
    }
    buf_cstr(&cli->out, "    ");
    paint(cli, STYLE_QUIET, hit->id);
    buf_char(&cli->out, '\n');
}

static void put_news(struct cli *cli, const struct tian_watch_news *news)
{
    buf_printf(&cli->out,
               say("[%s] %s: %zu new of %" PRIu64 "\n", "〔%s〕%s：新的 %zu 件，共 %" PRIu64 " 件\n"),
               news->watch.name, news->watch.query, news->nhits, news->total);
    for (size_t i = 0; i < news->nhits; i++)
        put_hit(cli, &news->hits[i]);
}

static int show_news(struct cli *cli, const struct tian_watch_report *report)
{
    cli->no = true;
    for (size_t i = 0; i < report->nnews; i++)
        cli->no = cli->no && report->news[i].nhits == 0;
    if (cli_wants_json(cli))
        return cli_json(cli, tian_watch_report_json(report, cli->options.json));
    for (size_t i = 0; i < report->nnews; i++)
        put_news(cli, &report->news[i]);
    if (report->nnews == 0)
        buf_cstr(&cli->out, say("there are no watches; tian watch add NAME QUERY\n",
                                "还没有订阅；用 tian watch add 名字 检索词 添加\n"));
    return 0;
}

static int watch_run(struct cli *cli)
{
    struct tian_watch_report *report;
    size_t first = cli->noperands > 0;
    int rc = tian_watch_run(cli->index, cli->operands + first, cli->noperands - first, &report, &cli->error);
    if (rc)
        return rc;
    rc = show_news(cli, report);
    if (!rc)
        rc = cli_write(cli);
    if (!rc && report->nnews > 0)
        rc = tian_watch_seen(cli->index, report, &cli->error);
    tian_watch_report_free(report);
    return rc;
}

/* ---- add, list, remove -------------------------------------------------------------------------------- */

static int watch_add(struct cli *cli)
{
    struct tian_search_options options = { .match = (enum tian_match)cli->options.match,
                                           .theme = cli->options.theme };
    const char *query;
    uint64_t found;
    if (cli->noperands < 3)
        return ctx_fail(&cli->ctx, TIAN_EUSAGE, "add", "wanted: tian watch add NAME QUERY",
                        "用法：tian watch add 名字 检索词");
    int rc = cli_text(cli, 2, &query);
    if (!rc)
        rc = tian_watch_add(cli->index, cli->operands[1], query, &options, &found, &cli->error);
    if (!rc)
        buf_printf(&cli->out,
                   say("[%s] %s: %" PRIu64 " found now; from now on what is new\n",
                       "〔%s〕%s：现有 %" PRIu64 " 件，此后只列新的\n"),
                   cli->operands[1], query, found);
    return rc;
}

static int watch_list(struct cli *cli)
{
    struct tian_watches *all;
    int rc = tian_watch_list(cli->index, &all, &cli->error);
    if (rc)
        return rc;
    cli->no = all->nwatches == 0;
    if (cli_wants_json(cli)) {
        rc = cli_json(cli, tian_watches_json(all, cli->options.json));
    } else {
        for (size_t i = 0; i < all->nwatches; i++) {
            const struct tian_watch *w = &all->watches[i];
            buf_printf(&cli->out, say("%s\t%s\t%" PRIu64 " found\n", "%s\t%s\t%" PRIu64 " 件\n"), w->name,
                       w->query, w->found);
        }
    }
    tian_watches_free(all);
    return rc;
}

static int watch_remove(struct cli *cli)
{
    if (cli->noperands != 2)
        return ctx_fail(&cli->ctx, TIAN_EUSAGE, "remove", "wanted: tian watch remove NAME",
                        "用法：tian watch remove 名字");
    return tian_watch_remove(cli->index, cli->operands[1], &cli->error);
}

/* ---- Verbs ------------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    int (*run)(struct cli *);
} VERBS[] = {
    { "run", watch_run },
    { "add", watch_add },
    { "list", watch_list },
    { "remove", watch_remove },
};

int cmd_watch(struct cli *cli)
{
    const char *verb = cli->noperands > 0 ? cli->operands[0] : "run";
    for (size_t i = 0; i < sizeof VERBS / sizeof *VERBS; i++)
        if (strcmp(VERBS[i].name, verb) == 0) {
            int rc = cli_open(cli, NULL);
            return rc ? rc : VERBS[i].run(cli);
        }
    return ctx_fail(&cli->ctx, TIAN_EUSAGE, verb, "wanted: tian watch run|add|list|remove",
                    "用法：tian watch run|add|list|remove");
}
