/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * tian dict: the dictionary doctor. test shows how a word would be cut, add and
 * remove edit the local file, lint goes through all words. What is found is the
 * library's to say; here it is laid out.
 */
#include "cli/cli.h"

#include <inttypes.h>

enum {
    SHOWN_OF_A_KIND = 20 /* problems, unless as JSON */
};

/* ---- test ----------------------------------------------------------------------------------------- */

static void put_counts(struct cli *cli, const struct tian_word_report *r)
{
    struct buf *out = &cli->out;
    buf_printf(out,
               r->known ? say("“%s” is in the dictionary; compared with how it is cut without it.\n",
                              "“%s”在词典中；以下与去掉它时的切分比较。\n")
                        : say("“%s” is not in the dictionary; compared with how it would be cut.\n",
                              "“%s”不在词典中；以下与加入后的切分比较。\n"),
               r->word);
    buf_printf(out, say("In %" PRIu64 " documents", "见于 %" PRIu64 " 件"), r->documents);
    if (r->read < r->documents)
        buf_printf(out, say(", %" PRIu64 " of them looked at", "，查看了其中 %" PRIu64 " 件"), r->read);
    buf_printf(out, say("; %" PRIu64 " are cut differently.\n", "；%" PRIu64 " 件的切分因它而不同。\n"),
               r->changed);
    for (size_t i = 0; i < r->nfates; i++)
        buf_printf(out, say("  %6" PRIu64 " × %s\n", "  %6" PRIu64 " 次 %s\n"), r->fates[i].times,
                   r->fates[i].text);
}

static void put_clause(struct cli *cli, const struct tian_word_clause *c, bool known)
{
    struct buf *out = &cli->out;
    buf_char(out, '\n');
    paint_line(cli, STYLE_PLAIN, &c->text);
    buf_cstr(out, "  ");
    paint(cli, STYLE_QUIET, c->id);
    buf_printf(out,
               known ? say("\n  without: %s\n  now:     %s\n", "\n  去掉后：%s\n  现　在：%s\n")
                     : say("\n  now:  %s\n  then: %s\n", "\n  现　在：%s\n  加入后：%s\n"),
               c->without, c->with);
    buf_printf(out, "  %s\n", c->why);
}

static int show_test(struct cli *cli, const char *word)
{
    struct tian_word_report *report;
    int rc = tian_dict_test(cli->index, word, &report, &cli->error);
    if (rc)
        return rc;
    cli->no = report->documents == 0;
    if (cli_wants_json(cli)) {
        rc = cli_json(cli, tian_word_report_json(report, cli->options.json));
    } else {
        put_counts(cli, report);
        for (size_t i = 0; i < report->nclauses; i++)
            put_clause(cli, &report->clauses[i], report->known);
    }
    tian_word_report_free(report);
    return rc;
}

static int dict_test(struct cli *cli)
{
    const char *word;
    int rc = cli_text(cli, 1, &word);
    if (!rc)
        rc = cli_open(cli, NULL);
    return rc ? rc : show_test(cli, word);
}

/* ---- add, remove ------------------------------------------------------------------------------------ */

static int edit(struct cli *cli, bool add)
{
    if (cli->noperands < 2)
        return ctx_fail(&cli->ctx, TIAN_EUSAGE, cli->operands[0], "a word is wanted", "请给出词");
    for (size_t i = 1; i < cli->noperands; i++) {
        char *said;
        int rc = tian_dict_edit(NULL, cli->operands[i], add, &said, &cli->error);
        if (rc)
            return rc;
        buf_cstr(&cli->out, said);
        tian_string_free(said);
    }
    return 0;
}

static int dict_add(struct cli *cli)
{
    return edit(cli, true);
}

static int dict_remove(struct cli *cli)
{
    return edit(cli, false);
}

/* ---- lint -------------------------------------------------------------------------------------------- */

static const struct {
    const char *kind, *english, *chinese;
} KINDS[] = {
    { "encoding", "Not UTF-8", "编码不对" },
    { "form", "Of a form that cannot be right", "写法不对" },
    { "repeated", "Repeated", "重复" },
    { "function-word", "With a function word at an end", "首尾是虚词" },
    { "never-occurs", "In no document", "库中没有" },
    { "never-wins", "Never a word where they stand", "从未成词" },
    { "merges", "Joining frequent words that seldom stand side by side", "合并了很少相邻的常用词" },
};

static size_t count_kind(const struct tian_dict_problems *p, const char *kind)
{
    size_t n = 0;
    for (size_t i = 0; i < p->nproblems; i++)
        n += strcmp(p->problems[i].kind, kind) == 0;
    return n;
}

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void put_kind(struct cli *cli, const struct tian_dict_problems *p, size_t kind)
{
    size_t n = count_kind(p, KINDS[kind].kind), shown = 0;
    if (n == 0)
        return;
    buf_printf(&cli->out, say("\n%s: %zu\n", "\n%s：%zu\n"), say(KINDS[kind].english, KINDS[kind].chinese),
               n);
    for (size_t i = 0; i < p->nproblems && shown < SHOWN_OF_A_KIND; i++) {
        const struct tian_dict_problem *one = &p->problems[i];
        if (strcmp(one->kind, KINDS[kind].kind) != 0)
            continue;
        buf_printf(&cli->out, "  %s:%u  ", file_name(one->file), one->line);
        paint(cli, STYLE_PLAIN, one->word);
        buf_printf(&cli->out, "  %s\n", one->text);
        shown++;
    }
    if (shown < n)
        buf_printf(&cli->out,
                   say("  … %zu more (--json shows all)\n", "  …… 另有 %zu 条（--json 显示全部）\n"),
                   n - shown);
}

static int dict_lint(struct cli *cli)
{
    struct tian_dict_problems *p;
    int rc = cli_open(cli, NULL);
    if (!rc)
        rc = tian_dict_lint(cli->index, &p, &cli->error);
    if (rc)
        return rc;
    if (cli_wants_json(cli)) {
        rc = cli_json(cli, tian_dict_problems_json(p, cli->options.json));
    } else {
        buf_printf(&cli->out,
                   say("%" PRIu64 " words, %" PRIu64 " documents looked at, %zu remarks\n",
                       "%" PRIu64 " 个词，查看了 %" PRIu64 " 件，提示 %zu 条\n"),
                   p->words, p->read, p->nproblems);
        for (size_t kind = 0; kind < sizeof KINDS / sizeof *KINDS; kind++)
            put_kind(cli, p, kind);
    }
    tian_dict_problems_free(p);
    return rc;
}

/* ---- Verbs ------------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    int (*run)(struct cli *);
} VERBS[] = {
    { "test", dict_test },
    { "add", dict_add },
    { "remove", dict_remove },
    { "lint", dict_lint },
};

int cmd_dict(struct cli *cli)
{
    for (size_t i = 0; i < sizeof VERBS / sizeof *VERBS; i++)
        if (strcmp(VERBS[i].name, cli->operands[0]) == 0)
            return VERBS[i].run(cli);
    return ctx_fail(&cli->ctx, TIAN_EUSAGE, cli->operands[0], "wanted: tian dict test|add|remove|lint",
                    "用法：tian dict test|add|remove|lint");
}
