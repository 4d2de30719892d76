/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * tian merge: which proposals of a session should be handled as one. Groups for
 * an officer to read, with the two commands that decide; accepting and refusing;
 * what the decisions say of the thresholds.
 */
#include "cli/cli.h"

#include "base/file.h"

#define SAME 0.5 /* share of a measure from which on it is the same, as tian.h says */

static struct tian_merge_options options_of(const struct cli *cli)
{
    const struct options *o = &cli->options;
    return (struct tian_merge_options){ .session = o->session,
                                        .year = (unsigned)(o->year < 10000 ? o->year : 10000),
                                        .jobs = (unsigned)o->jobs };
}

/* ---- Names ------------------------------------------------------------------------------------- */

static const char *value(const struct tian_merge_proposal *p, const char *name)
{
    const char *found = cli_value(p->fields, p->nfields, name);
    return found ? found : "";
}

/* "15号"; the id where there is no number. */
static const char *short_name(struct cli *cli, const struct tian_merge_proposal *p)
{
    const char *number = value(p, "number");
    return number[0] ? arena_printf(cli->ctx.arena, say("No. %s", "%s号"), number) : p->id;
}

static const struct tian_merge_proposal *by_id(const struct tian_merge_group *g, const char *id)
{
    for (size_t i = 0; i < g->nproposals; i++)
        if (strcmp(g->proposals[i].id, id) == 0)
            return &g->proposals[i];
    return &g->proposals[0];
}

/* ---- Proposals of a group ------------------------------------------------------------------------ */

static void show_shares(struct cli *cli, const struct tian_merge_proposal *p)
{
    if (!p->verdict[0])
        return;
    buf_printf(&cli->out,
               say("         %s; %.0f %% of it stands in the main one, %.0f %% of that in it",
                   "         %s；本件 %.0f%% 见于主提案，主提案 %.0f%% 见于本件"),
               p->verdict_text, 100 * p->mine, 100 * p->theirs);
    if (p->problem >= 0)
        buf_printf(&cli->out, say("; situation %.0f %%", "；情况 %.0f%%"), 100 * p->problem);
    if (p->suggestion >= 0)
        buf_printf(&cli->out, say("; measures %.0f %%", "；建议 %.0f%%"), 100 * p->suggestion);
    buf_char(&cli->out, '\n');
    if (cli->options.explain) {
        paint(cli, STYLE_QUIET, "         ");
        paint(cli, STYLE_QUIET, p->rule);
        buf_char(&cli->out, '\n');
    }
}

static void show_proposal(struct cli *cli, const struct tian_merge_proposal *p, bool main)
{
    static const char *const PAPERS[] = { "proposer", "cosigner", "lead_unit", "joint_unit",
                                          "date",     "state",    NULL };
    buf_cstr(&cli->out, main ? say("  main   ", "  主提案 ") : say("  member ", "  并入   "));
    paint(cli, STYLE_TITLE, short_name(cli, p));
    buf_char(&cli->out, ' ');
    paint(cli, STYLE_TITLE, p->hidden ? say("(not public)", "（不公开）") : p->title);
    if (p->accepted)
        paint(cli, STYLE_GOOD, say("  [decided]", "〔已定〕"));
    buf_char(&cli->out, '\n');
    paint_fields(cli, "         ", PAPERS, p->fields, p->nfields);
    if (!main)
        show_shares(cli, p);
}

/* ---- Measures --------------------------------------------------------------------------------------- */

static void show_with(struct cli *cli, const struct tian_merge_group *g, const struct tian_merge_measure *m)
{
    for (size_t i = 0; i < m->nwith; i++)
        buf_printf(&cli->out, "%s%s", i ? "、" : say("  [also ", "〔"),
                   short_name(cli, by_id(g, m->with[i])));
    buf_cstr(&cli->out, say("]", "同〕"));
}

static void show_same(struct cli *cli, const struct tian_merge_group *g)
{
    const struct tian_merge_proposal *main = &g->proposals[0];
    bool first = true;
    for (size_t i = 0; i < main->nmeasures; i++) {
        if (main->measures[i].nwith == 0)
            continue;
        buf_cstr(&cli->out, first ? say("  Same measures\n", "  相同的措施\n") : "");
        buf_cstr(&cli->out, "    · ");
        paint_line(cli, STYLE_PLAIN, &main->measures[i].text);
        show_with(cli, g, &main->measures[i]);
        buf_char(&cli->out, '\n');
        first = false;
    }
}

static bool differs(const struct tian_merge_measure *m, bool main)
{
    return main ? m->nwith == 0 : m->share < SAME;
}

static void show_different(struct cli *cli, const struct tian_merge_group *g)
{
    bool first = true;
    for (size_t i = 0; i < g->nproposals; i++)
        for (size_t k = 0; k < g->proposals[i].nmeasures; k++) {
            const struct tian_merge_measure *m = &g->proposals[i].measures[k];
            if (!differs(m, i == 0))
                continue;
            buf_cstr(&cli->out, first ? say("  Different measures\n", "  不同的措施\n") : "");
            buf_printf(&cli->out, "    · %s  ", short_name(cli, &g->proposals[i]));
            paint_line(cli, STYLE_PLAIN, &m->text);
            buf_char(&cli->out, '\n');
            first = false;
        }
}

static void show_units(struct cli *cli, const struct tian_merge_group *g)
{
    if (g->nunits == 0)
        return;
    buf_cstr(&cli->out, g->same_lead ? say("  Units (the same lead unit): ", "  承办单位（主办相同）：")
                                     : say("  Units (lead units differ): ", "  承办单位（主办不同）："));
    for (size_t i = 0; i < g->nunits; i++)
        buf_printf(&cli->out, say("%s%s %llu", "%s%s %llu 件"), i ? say(", ", "、") : "", g->units[i].value,
                   (unsigned long long)g->units[i].documents);
    buf_char(&cli->out, '\n');
}

/* ---- Groups ------------------------------------------------------------------------------------------ */

/* As a word of a shell command. */
static const char *quoted(struct cli *cli, const char *id)
{
    static const char *const PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./#:";
    struct buf out;
    bool plain = id[0] != '-' && id[0] != '#';
    for (const char *p = id; *p; p++)
        plain = plain && (strchr(PLAIN, *p) || (unsigned char)*p >= 0x80);
    if (plain)
        return id;
    buf_init(&out, cli->ctx.arena);
    buf_char(&out, '\'');
    for (const char *p = id; *p; p++)
        if (*p == '\'')
            buf_cstr(&out, "'\\''");
        else
            buf_char(&out, *p);
    buf_char(&out, '\'');
    return arena_cstr(cli->ctx.arena, buf_view(&out));
}

static void show_commands(struct cli *cli, const struct tian_merge_group *g)
{
    const char *main = quoted(cli, g->proposals[0].id);
    paint_begin(cli, STYLE_QUIET);
    buf_printf(&cli->out, say("  To merge all: tian merge --accept %s", "  全部并案：tian merge --accept %s"),
               main);
    for (size_t i = 1; i < g->nproposals; i++)
        if (!g->proposals[i].accepted)
            buf_printf(&cli->out, " %s", quoted(cli, g->proposals[i].id));
    buf_char(&cli->out, '\n');
    for (size_t i = 1; i < g->nproposals; i++)
        if (!g->proposals[i].accepted)
            buf_printf(&cli->out,
                       say("  Not %s: tian merge --refuse %s %s\n", "  %s不并：tian merge --refuse %s %s\n"),
                       short_name(cli, &g->proposals[i]), main, quoted(cli, g->proposals[i].id));
    paint_end(cli, STYLE_QUIET);
}

static void show_group(struct cli *cli, const struct tian_merge_group *g, size_t number)
{
    buf_printf(&cli->out, say("\nGroup %zu: %zu proposals%s\n", "\n第 %zu 组：%zu 件%s\n"), number,
               g->nproposals, g->open ? "" : say(", decided", "，已定"));
    show_proposal(cli, &g->proposals[0], true);
    if (g->reason[0])
        buf_printf(&cli->out, say("         main, because: %s\n", "         作主提案的理由：%s\n"),
                   g->reason);
    for (size_t i = 1; i < g->nproposals; i++)
        show_proposal(cli, &g->proposals[i], false);
    show_units(cli, g);
    show_same(cli, g);
    show_different(cli, g);
    if (g->open)
        show_commands(cli, g);
}

static void show_head(struct cli *cli, const struct tian_merge *m)
{
    size_t open = 0, proposals = 0;
    for (size_t i = 0; i < m->ngroups; i++) {
        open += m->groups[i].open;
        proposals += m->groups[i].open ? m->groups[i].nproposals : 0;
    }
    buf_printf(&cli->out,
               say("%s: %llu proposals; to be decided on: %zu groups of %zu; decided: %zu groups\n",
                   "%s：共 %llu 件；建议并案 %zu 组 %zu 件，已定 %zu 组（供审查参考）\n"),
               m->session[0] ? m->session : say("all", "全部"), (unsigned long long)m->total, open, proposals,
               m->ngroups - open);
    for (size_t i = 0; i < m->nnotes; i++)
        buf_printf(&cli->out, say("Note: %s\n", "注意：%s\n"), m->notes[i]);
}

static void show_merge(struct cli *cli, const struct tian_merge *m)
{
    show_head(cli, m);
    for (size_t i = 0; i < m->ngroups; i++)
        show_group(cli, &m->groups[i], i + 1);
}

/* Formats by the choices of --format; "": for people; NULL: not for groups. */
static const char *const FORMATS[] = {
    [FORMAT_TEXT] = "",   [FORMAT_JSON] = "json",   [FORMAT_JSONL] = "json", [FORMAT_CSV] = "csv",
    [FORMAT_TREC] = NULL, [FORMAT_MARKDOWN] = NULL, [FORMAT_HTML] = "html",
};

static int show_groups(struct cli *cli)
{
    const char *format =
        cli->options.format == FORMAT_TEXT && cli_wants_json(cli) ? "json" : FORMATS[cli->options.format];
    struct tian_merge_options options = options_of(cli);
    struct tian_merge *merge;
    if (!format)
        return ctx_fail(&cli->ctx, TIAN_EUSAGE, "format", "groups are text, json, csv or html",
                        "并案建议的格式有 text、json、csv、html");
    int rc = tian_merge(cli->index, &options, &merge, &cli->error);
    if (rc)
        return rc;
    cli->no = merge->ngroups == 0;
    if (format[0])
        rc = cli_json(cli, tian_merge_format(merge, format));
    else
        show_merge(cli, merge);
    tian_merge_free(merge);
    return rc;
}

/* ---- Decisions ------------------------------------------------------------------------------------------
 */

static int say_done(struct cli *cli, int rc, char *said)
{
    if (!rc)
        buf_printf(&cli->out, say("recorded: %s\n", "已记录：%s\n"), said);
    tian_string_free(said);
    return rc;
}

static int accept(struct cli *cli)
{
    struct tian_merge_options options = options_of(cli);
    char *said = NULL;
    if (cli->noperands == 0)
        return ctx_fail(&cli->ctx, TIAN_EUSAGE, "--accept", "wanted: tian merge --accept MAIN [ID…]",
                        "用法：tian merge --accept 主提案 [并入的…]");
    int rc = tian_merge_accept(cli->index, &options, cli->operands[0], cli->operands + 1, cli->noperands - 1,
                               &said, &cli->error);
    return say_done(cli, rc, said);
}

static int refuse(struct cli *cli)
{
    struct tian_merge_options options = options_of(cli);
    char *said = NULL;
    if (cli->noperands != 2)
        return ctx_fail(&cli->ctx, TIAN_EUSAGE, "--refuse", "wanted: tian merge --refuse ID ID",
                        "用法：tian merge --refuse 一件 另一件");
    int rc = tian_merge_refuse(cli->index, &options, cli->operands[0], cli->operands[1], &said, &cli->error);
    return say_done(cli, rc, said);
}

static int learn(struct cli *cli)
{
    char *text = NULL, *rules = NULL;
    int rc = tian_merge_learn(cli->index, cli_wants_json(cli), &text, cli->options.out ? &rules : NULL,
                              &cli->error);
    if (!rc)
        buf_cstr(&cli->out, text);
    if (!rc && rules)
        rc = file_replace(&cli->ctx, cli->options.out, str_of(rules));
    tian_string_free(text);
    tian_string_free(rules);
    return rc;
}

int cmd_merge(struct cli *cli)
{
    const struct options *o = &cli->options;
    if (o->accept + o->refuse + o->learn > 1)
        return ctx_fail(&cli->ctx, TIAN_EUSAGE, NULL, "one of --accept, --refuse, --learn is wanted",
                        "--accept、--refuse、--learn 只能用一个");
    if (cli->noperands > 0 && !o->accept && !o->refuse)
        return ctx_fail(&cli->ctx, TIAN_EUSAGE, cli->operands[0],
                        "proposals are named behind --accept or --refuse",
                        "提案写在 --accept 或 --refuse 之后");
    if (o->out && !o->learn)
        return ctx_fail(&cli->ctx, TIAN_EUSAGE, "--out", "it goes with --learn", "--out 只与 --learn 同用");
    int rc = cli_open(cli, NULL);
    if (rc)
        return rc;
    return o->accept ? accept(cli) : o->refuse ? refuse(cli) : o->learn ? learn(cli) : show_groups(cli);
}
