/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * tian report: the statistics of a session or a year, or a cross-table. The
 * library makes the report and every format of it; here are only the options.
 */
#include "cli/cli.h"

/* Formats of a report by the choices of --format; NULL: not for reports. */
static const char *const FORMATS[] = {
    [FORMAT_TEXT] = "text", [FORMAT_JSON] = "json",         [FORMAT_JSONL] = NULL,  [FORMAT_CSV] = "csv",
    [FORMAT_TREC] = NULL,   [FORMAT_MARKDOWN] = "markdown", [FORMAT_HTML] = "html",
};

int cmd_report(struct cli *cli)
{
    const struct options *o = &cli->options;
    const char *format = o->format == FORMAT_TEXT && cli_wants_json(cli) ? "json" : FORMATS[o->format];
    struct tian_report_options options = { .session = o->session,
                                           .year = (unsigned)(o->year < 10000 ? o->year : 10000),
                                           .cross = o->cross,
                                           .trend = o->trend,
                                           .compare = o->compare,
                                           .explain = o->explain };
    struct tian_report *report;
    if (!format)
        return ctx_fail(&cli->ctx, TIAN_EUSAGE, "format", "a report is text, markdown, csv, json or html",
                        "统计的格式有 text、markdown、csv、json、html");
    if (o->compare && (o->cross || o->trend))
        return ctx_fail(&cli->ctx, TIAN_EUSAGE, "compare",
                        "a printed report is held against the usual tables",
                        "只与通常的统计表对照，不与 --cross、--trend 同用");
    int rc = cli_open(cli, NULL);
    if (!rc)
        rc = tian_report(cli->index, &options, &report, &cli->error);
    if (rc)
        return rc;
    cli->no = report->differs > 0;
    char *text = tian_report_format(report, format);
    tian_report_free(report);
    if (!text)
        return TIAN_EMEMORY;
    buf_cstr(&cli->out, text);
    tian_string_free(text);
    return 0;
}
