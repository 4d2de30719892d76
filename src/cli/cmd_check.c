/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * tian check: was this proposed before? One draft (a file, or "-") or a batch of
 * JSON lines {"id","title","text","proposer"}. The report gives what whoever
 * examines the draft needs to agree or to disagree: the verdict with the rule
 * and the numbers that made it, what it was compared with, and for each similar
 * document its papers and the equal passages of both sides.
 *
 * Exit status 1: a repeat. In a batch, an indexed document with a draft's own id
 * is the draft, not a repeat of it.
 */
#include "cli/cli.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "base/file.h"

static const size_t LARGEST_DRAFT = 4u << 20;
enum {
    PASSAGES_SHOWN = 3
};

/* ---- The report ----------------------------------------------------------------------------------- */

static unsigned percent(double share)
{
    return (unsigned)(share * 100 + 0.5);
}

/* Whether somebody asked for so many matches, or for that one: then all is shown of each. */
static bool was_asked_for(const struct cli *cli)
{
    return cli->options.top || cli->options.against;
}

/* What only shares a word or two is not. */
static bool is_worth_showing(const struct cli *cli, const struct tian_match_report *m)
{
    return was_asked_for(cli) || strcmp(m->verdict, "new") != 0;
}

/* Which of the matches shown the verdict speaks of, and its rule. */
static void put_reason(struct cli *cli, const struct tian_check *c)
{
    size_t number = 0;
    for (size_t i = 0; i < c->nmatches && c->repeat; i++) {
        number += is_worth_showing(cli, &c->matches[i]);
        if (strcmp(c->matches[i].verdict, c->verdict) != 0)
            continue;
        buf_printf(&cli->out, say("Reason (match %zu): %s\n", "依据（第 %zu 件）：%s\n"), number,
                   c->matches[i].rule);
        return;
    }
}

static void put_verdict(struct cli *cli, const struct tian_check *c)
{
    struct buf *out = &cli->out;
    buf_cstr(out, say("Verdict: ", "查重结论："));
    paint(cli, c->repeat ? STYLE_BAD : STYLE_GOOD, c->verdict_text);
    buf_printf(out, say(" [%s]\n", "〔%s〕\n"), c->verdict);
    put_reason(cli, c);
    buf_printf(out, say("Compared with %" PRIu64 " documents", "比对范围：库中 %" PRIu64 " 件"), c->base);
    if (c->year_first)
        buf_printf(out, say(", %u to %u", "，%u—%u 年"), c->year_first, c->year_last);
    buf_char(out, '\n');
    if (c->nlabels) {
        buf_cstr(out, say("Themes of the draft: ", "草稿主题："));
        paint_labels(cli, c->labels, c->nlabels);
    }
    for (size_t i = 0; i < c->nnotes; i++)
        buf_printf(out, "%s\n", c->notes[i]);
}

static void put_shares(struct cli *cli, const struct tian_match_report *m)
{
    struct buf *out = &cli->out;
    buf_printf(out,
               say("   %u %% of the draft is there, %u %% of it is in the draft",
                   "   草稿有 %u%% 见于该件，该件有 %u%% 见于草稿"),
               percent(m->mine), percent(m->theirs));
    if (m->problem >= 0)
        buf_printf(out, say("; of the situation %u %%", "；情况部分 %u%%"), percent(m->problem));
    if (m->suggestion >= 0)
        buf_printf(out, say("; of the suggestions %u %%", "；建议部分 %u%%"), percent(m->suggestion));
    buf_printf(out, say("; longest equal run %u characters\n", "；最长连续相同 %u 字\n"), m->longest);
}

static void put_side(struct cli *cli, const char *name, const char *text)
{
    struct tian_text line = { .text = text, .length = strlen(text) };
    buf_printf(&cli->out, "       %s", name);
    paint_line(cli, STYLE_PLAIN, &line);
    buf_char(&cli->out, '\n');
}

/* Both sides, or one when they are the same to the byte. */
static void put_passage(struct cli *cli, const struct tian_passage *p, size_t number)
{
    buf_printf(&cli->out, say("   passage %zu%s%s (%zu characters)\n", "   相同段落 %zu%s%s（%zu 字）\n"),
               number, p->section[0] ? say(", ", "，") : "", p->section, utf8_length(str_of(p->draft_text)));
    if (strcmp(p->draft_text, p->there_text) == 0) {
        put_side(cli, say("both:  ", "双方："), p->draft_text);
        return;
    }
    put_side(cli, say("draft: ", "草稿："), p->draft_text);
    put_side(cli, say("there: ", "原件："), p->there_text);
}

/* Its first line that says something. */
static void put_reply(struct cli *cli, struct str reply)
{
    static const struct str heads[] = { { "答复：", 9 }, { "答复:", 7 } };
    struct str line;
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (str_starts(reply, heads[i]))
            reply = str_sub(reply, heads[i].n, reply.n);
    reply = str_trim(reply);
    if (str_line(&reply, &line))
        buf_printf(&cli->out, say("   Reply: %.*s\n", "   办理答复：%.*s\n"), STR_ARG(line));
}

static void put_passages(struct cli *cli, const struct tian_match_report *m)
{
    size_t shown = m->npassages < PASSAGES_SHOWN ? m->npassages : PASSAGES_SHOWN;
    for (size_t i = 0; i < shown; i++)
        put_passage(cli, &m->passages[i], i + 1);
    if (m->npassages > shown)
        buf_printf(&cli->out, say("   and %zu more\n", "   另有 %zu 处相同\n"), m->npassages - shown);
}

static void put_papers(struct cli *cli, const struct tian_match_report *m, size_t number)
{
    static const char *const papers[] = {
        "session", "year", "proposer", "lead_unit", "state", "outcome", NULL
    };
    const char *filed = cli_value(m->fields, m->nfields, "number"), *indent = "   ";
    if (filed)
        indent = arena_printf(cli->ctx.arena, say("   No. %s · ", "   %s 号 · "), filed);
    buf_printf(&cli->out, "\n%zu. ", number);
    paint(cli, STYLE_TITLE, m->hidden ? say("(not public)", "（不公开）") : m->title);
    buf_char(&cli->out, '\n');
    paint_fields(cli, indent, papers, m->fields, m->nfields);
    buf_printf(&cli->out, say("   %s [%s]: %s\n", "   %s〔%s〕：%s\n"), m->verdict_text, m->verdict, m->rule);
    if (cli->options.explain && m->found_by[0])
        buf_printf(&cli->out, say("   found by %s\n", "   查找依据：%s\n"), m->found_by);
}

static void put_match(struct cli *cli, const struct tian_match_report *m, size_t number)
{
    const char *reply = cli_value(m->fields, m->nfields, "reply");
    put_papers(cli, m, number);
    if (strcmp(m->verdict, "same-theme") != 0 || was_asked_for(cli)) {
        put_shares(cli, m);
        if (reply)
            put_reply(cli, str_of(reply));
        put_passages(cli, m);
    }
    buf_cstr(&cli->out, say("   whole text: ", "   全文："));
    paint(cli, STYLE_QUIET, "tian show ");
    paint(cli, STYLE_QUIET, m->id);
    buf_char(&cli->out, '\n');
}

static void put_past(struct cli *cli, const struct tian_past *p)
{
    struct buf *out = &cli->out;
    buf_cstr(out, "   ");
    if (p->year)
        buf_printf(out, "%u · ", p->year);
    if (p->number[0])
        buf_printf(out, say("No. %s · ", "%s 号 · "), p->number);
    buf_printf(out, "%s · %s · ", p->unit[0] ? p->unit : say("unit not stated", "单位未注明"),
               tian_field_wording("outcome", p->outcome));
    paint(cli, STYLE_PLAIN, p->hidden ? say("(not public)", "（不公开）") : p->title);
    buf_printf(out, "  %s\n", p->id);
}

/* When was it raised, and what became of it? */
static void put_matters(struct cli *cli, const struct tian_check *c)
{
    for (size_t i = 0; i < c->nmatters; i++) {
        const struct tian_matter *m = &c->matters[i];
        buf_cstr(&cli->out, say("Already raised: ", "以往情况："));
        paint(cli, STYLE_TITLE, m->summary);
        buf_char(&cli->out, '\n');
        for (size_t k = 0; k < m->npast; k++)
            put_past(cli, &m->past[k]);
    }
}

static void put_report(struct cli *cli, const struct tian_check *c)
{
    put_verdict(cli, c);
    put_matters(cli, c);
    size_t shown = 0;
    for (size_t i = 0; i < c->nmatches; i++)
        if (is_worth_showing(cli, &c->matches[i]))
            put_match(cli, &c->matches[i], ++shown);
    if (shown == 0)
        buf_cstr(&cli->out, say("\nNothing there is close to it.\n", "\n库中没有相近的提案。\n"));
    if (cli->options.side_by_side && c->nmatches > 0)
        paint_beside(cli, &c->matches[0]);
    buf_cstr(&cli->out, say("\nFor whoever examines the draft: the decision is theirs.\n",
                            "\n以上供审查参考，是否立案、并案由审查人员决定。\n"));
}

/* ---- Asking --------------------------------------------------------------------------------------- */

/* The time of the certificate; $SOURCE_DATE_EPOCH makes it the same again. */
static int64_t today(void)
{
    const char *fixed = getenv("SOURCE_DATE_EPOCH");
    uint64_t when;
    return fixed && str_to_u64(str_of(fixed), &when) ? (int64_t)when : (int64_t)time(NULL);
}

static int write_certificate(struct cli *cli, const struct tian_check *c)
{
    char *html = tian_check_certificate(c, today());
    if (!html)
        return ctx_fail(&cli->ctx, TIAN_EMEMORY, NULL, "out of memory", "内存不足");
    int rc = file_replace(&cli->ctx, cli->options.certificate, str_of(html));
    tian_string_free(html);
    return rc;
}

static int check(struct cli *cli, const char *id, const char *draft, const struct tian_check_options *options)
{
    struct tian_check *c;
    int rc = tian_check(cli->index, draft, options, &c, &cli->error);
    if (rc)
        return rc;
    cli->no |= c->repeat;
    if (cli_wants_json(cli)) {
        rc = cli_json(cli, tian_check_json(c, id, cli->options.json && !cli->options.batch));
    } else {
        if (id)
            buf_printf(&cli->out, "== %s\n", id);
        put_report(cli, c);
        buf_cstr(&cli->out, id ? "\n" : "");
    }
    if (!rc && cli->options.certificate)
        rc = write_certificate(cli, c);
    tian_check_free(c);
    return rc;
}

static struct tian_check_options options_of(const struct options *o)
{
    return (struct tian_check_options){ .count = o->top,
                                        .against = o->against,
                                        .exclude = o->exclude,
                                        .title = o->title,
                                        .proposer = o->proposer,
                                        .whole = o->side_by_side,
                                        .certify = o->certificate != NULL };
}

static int check_line(struct cli *cli, const struct batch_line *line)
{
    static const char *const ids[] = { "id", "编号", NULL },
                             *const titles[] = { "title", "案由", "标题", NULL },
                             *const texts[] = { "text", "body", "正文", "内容", NULL },
                             *const proposers[] = { "proposer", "提案者", "提案人", NULL };
    struct tian_check_options options = options_of(&cli->options);
    struct json_fields fields;
    int rc = cli_json_fields(cli, line, &fields);
    if (rc)
        return rc;
    const char *id = json_field(&fields, ids), *text = json_field(&fields, texts);
    options.title = json_field(&fields, titles);
    options.proposer = json_field(&fields, proposers);
    if (!id)
        id = arena_printf(line->arena, "%" PRIu64, line->number);
    if (!options.exclude)
        options.exclude = id;
    return check(cli, id, text ? text : "", &options);
}

static int check_file(struct cli *cli)
{
    struct tian_check_options options = options_of(&cli->options);
    const char *draft;
    int rc = cli_read(cli, cli->operands[0], LARGEST_DRAFT, &draft);
    if (!rc && str_trim(str_of(draft)).n == 0)
        rc = ctx_fail(&cli->ctx, TIAN_EUSAGE, cli->operands[0], "the draft is empty", "草稿是空的");
    if (!rc)
        rc = cli_open(cli, NULL);
    return rc ? rc : check(cli, NULL, draft, &options);
}

int cmd_check(struct cli *cli)
{
    const char *batch = cli->options.batch;
    if (!batch == !cli->noperands)
        return ctx_fail(&cli->ctx, TIAN_EUSAGE, "check", "wanted: a draft, or --batch FILE",
                        "请给出一篇草稿，或 --batch 文件");
    if (batch && cli->options.certificate)
        return ctx_fail(&cli->ctx, TIAN_EUSAGE, "--certificate", "it is of one draft, not of a batch",
                        "查重证明一次只能出一件，不能与 --batch 同用");
    if (!batch)
        return check_file(cli);
    int rc = cli_open(cli, NULL);
    return rc ? rc : cli_batch(cli, batch, check_line);
}
