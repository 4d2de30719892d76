/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * tian theme: list (every theme and how many documents carry it), label (the
 * themes of a text, or of every line of a batch of JSON lines, with the words
 * that caused them), learn (labelled texts → a taxonomy file) and test (how well
 * a taxonomy labels such texts), explain (why a document has its themes) and lint
 * (what is wrong with a taxonomy file; exit status 1 when something is), apply (label
 * the whole index by another taxonomy), new (candidates for new themes), set and
 * unset (what an officer decides). label, lint, learn and test do without an index;
 * learn and test take its documents when no file is given. A new verb is a line in
 * VERBS.
 */
#include "cli/cli.h"

#include <inttypes.h>
#include <unistd.h>

#include "base/emit.h"
#include "base/file.h"

/* ---- list ----------------------------------------------------------------------------------------- */

/* "社会建设/教育<TAB>12" */
static void put_node(struct cli *cli, struct str line)
{
    struct str name, count = str_split(line, '\t', &name);
    bool inner = memchr(name.p, '/', name.n) != NULL;
    buf_printf(&cli->out, "%s%.*s  %.*s\n", inner ? "  " : "", STR_ARG(name), STR_ARG(count));
}

static void put_nodes_json(struct cli *cli, struct str rest)
{
    struct emit e;
    struct str line, name;
    emit_init(&e, &cli->out, cli->options.json);
    emit_array(&e, NULL);
    while (str_line(&rest, &line)) {
        uint64_t documents = 0;
        str_to_u64(str_split(line, '\t', &name), &documents);
        emit_object(&e, NULL);
        emit_str(&e, "theme", name);
        emit_uint(&e, "documents", documents);
        emit_end_object(&e);
    }
    emit_end_array(&e);
    emit_newline(&e);
}

static int theme_list(struct cli *cli)
{
    char *list;
    struct str rest, line;
    int rc = cli_open(cli, NULL);
    if (!rc)
        rc = tian_theme_list(cli->index, &list, &cli->error);
    if (rc)
        return rc;
    rest = str_of(list);
    if (cli_wants_json(cli))
        put_nodes_json(cli, rest);
    else
        while (str_line(&rest, &line))
            put_node(cli, line);
    tian_string_free(list);
    return 0;
}

/* ---- label ---------------------------------------------------------------------------------------- */

static void put_labels_json(struct cli *cli, const char *id, const struct tian_labels *labels)
{
    struct emit e;
    emit_init(&e, &cli->out, cli->options.json && !cli->options.batch);
    emit_object(&e, NULL);
    if (id)
        emit_cstr(&e, "id", id);
    emit_array(&e, "labels");
    for (size_t i = 0; i < labels->nlabels; i++) {
        emit_object(&e, NULL);
        emit_cstr(&e, "theme", labels->labels[i].theme);
        emit_double(&e, "confidence", labels->labels[i].confidence, 3);
        emit_cstr(&e, "words", labels->labels[i].words);
        emit_end_object(&e);
    }
    emit_end_array(&e);
    emit_end_object(&e);
    emit_newline(&e);
}

static void put_labels_text(struct cli *cli, const char *id, const struct tian_labels *labels)
{
    if (id)
        buf_printf(&cli->out, "%s\t", id);
    if (labels->nlabels)
        paint_labels(cli, labels->labels, labels->nlabels);
    else
        buf_cstr(&cli->out, say("no theme\n", "未分类\n"));
}

static int label(struct cli *cli, const char *id, const char *title, const char *body)
{
    struct tian_labels *labels;
    int rc = tian_themes_label(cli->themes, title, body, &labels, &cli->error);
    if (rc)
        return rc;
    cli->no &= labels->nlabels == 0;
    if (cli_wants_json(cli))
        put_labels_json(cli, id, labels);
    else
        put_labels_text(cli, id, labels);
    tian_labels_free(labels);
    return 0;
}

static int label_line(struct cli *cli, const struct batch_line *line)
{
    static const char *const ids[] = { "id", "编号", NULL },
                             *const titles[] = { "title", "案由", "标题", NULL },
                             *const texts[] = { "text", "body", "正文", "内容", "words", NULL };
    struct json_fields fields;
    int rc = cli_json_fields(cli, line, &fields);
    if (rc)
        return rc;
    const char *id = json_field(&fields, ids), *title = json_field(&fields, titles),
               *text = json_field(&fields, texts);
    return label(cli, id ? id : arena_printf(line->arena, "%" PRIu64, line->number), title ? title : "",
                 text ? text : "");
}

/* --taxonomy, else the one applied to the index if there is an index, else the usual one. */
static const char *label_taxonomy(struct cli *cli)
{
    const char *applied = path_join(cli->ctx.arena, cli_index_path(cli), "themes.conf");
    if (cli->options.taxonomy)
        return cli->options.taxonomy;
    return access(applied, R_OK) == 0 ? applied : NULL;
}

static int theme_label(struct cli *cli)
{
    const char *text = NULL, *batch = cli->options.batch;
    if (!batch == (cli->noperands < 2))
        return ctx_fail(&cli->ctx, TIAN_EUSAGE, "label", "wanted: a text, or --batch FILE",
                        "请给出一段文字，或 --batch 文件");
    int rc = batch ? 0 : cli_text(cli, 1, &text);
    if (!rc)
        rc = tian_themes_open(NULL, label_taxonomy(cli), &cli->themes, &cli->error);
    if (rc)
        return rc;
    cli->no = true;
    rc = batch ? cli_batch(cli, batch, label_line) : label(cli, NULL, "", text);
    tian_themes_close(cli->themes);
    return rc;
}

/* ---- learn, test ---------------------------------------------------------------------------------- */

/* The index is opened only when the texts come from it. */
static int learning(struct cli *cli, struct tian_learn_options *out)
{
    *out = (struct tian_learn_options){ .from = cli->options.from,
                                        .taxonomy = cli->options.taxonomy,
                                        .folds =
                                            (unsigned)(cli->options.folds < 1000 ? cli->options.folds : 1000),
                                        .json = cli_wants_json(cli) };
    return out->from ? 0 : cli_open(cli, NULL);
}

static int theme_learn(struct cli *cli)
{
    struct tian_learn_options options;
    char *summary;
    if (!cli->options.out)
        return ctx_fail(&cli->ctx, TIAN_EUSAGE, "learn", "wanted: --out FILE, where the model goes",
                        "请用 --out 指定学得的分类写到哪个文件");
    int rc = learning(cli, &options);
    if (!rc)
        rc = tian_theme_learn(cli->index, &options, cli->options.out, &summary, &cli->error);
    if (rc)
        return rc;
    buf_cstr(&cli->out, summary);
    tian_string_free(summary);
    return 0;
}

static int theme_test(struct cli *cli)
{
    struct tian_learn_options options;
    char *answer;
    int rc = learning(cli, &options);
    if (!rc)
        rc = tian_theme_test(cli->index, &options, &answer, &cli->error);
    if (rc)
        return rc;
    buf_cstr(&cli->out, answer);
    tian_string_free(answer);
    return 0;
}

/* ---- explain, lint --------------------------------------------------------------------------------- */

static int theme_explain(struct cli *cli)
{
    char *answer;
    if (cli->noperands < 2)
        return ctx_fail(&cli->ctx, TIAN_EUSAGE, "explain", "which document?", "请给出哪一件");
    int rc = cli_open(cli, NULL);
    if (!rc)
        rc = tian_theme_explain(cli->index, cli->operands[1], cli_wants_json(cli), &answer, &cli->error);
    if (rc)
        return rc;
    buf_cstr(&cli->out, answer);
    tian_string_free(answer);
    return 0;
}

/* Without an index the file is still looked at by itself; one that was asked for must be there. */
static int theme_lint(struct cli *cli)
{
    size_t findings;
    char *answer;
    struct tian_lint_options options = { .file =
                                             cli->noperands > 1 ? cli->operands[1] : cli->options.taxonomy,
                                         .findings = &findings };
    int rc = cli_open(cli, NULL);
    if (rc == TIAN_EINDEX && !cli->options.index) {
        rc = 0;
        cli->error = (struct tian_error){ 0 };
    }
    if (!rc)
        rc = tian_theme_lint(cli->index, &options, &answer, &cli->error);
    if (rc)
        return rc;
    buf_cstr(&cli->out, answer);
    tian_string_free(answer);
    cli->no = findings > 0;
    return 0;
}

/* ---- new ------------------------------------------------------------------------------------------- */

static int theme_new(struct cli *cli)
{
    char *answer;
    int rc = cli_open(cli, NULL);
    if (!rc)
        rc = tian_theme_new(cli->index, (unsigned)(cli->options.year < 10000 ? cli->options.year : 10000),
                            &answer, &cli->error);
    if (rc)
        return rc;
    buf_cstr(&cli->out, answer);
    tian_string_free(answer);
    return 0;
}

/* ---- apply ----------------------------------------------------------------------------------------- */

static int theme_apply(struct cli *cli)
{
    static const struct tian_open_options write = { .write = true };
    const char *file = cli->noperands > 1 ? cli->operands[1] : cli->options.taxonomy;
    int rc = cli_open(cli, &write);
    return rc ? rc : tian_theme_apply(cli->index, file, &cli->error);
}

/* ---- set, unset -------------------------------------------------------------------------------------- */

/* tian theme set ID THEME… */
static int theme_set(struct cli *cli)
{
    static const struct tian_open_options write = { .write = true };
    if (cli->noperands < 3)
        return ctx_fail(&cli->ctx, TIAN_EUSAGE, "set", "wanted: tian theme set ID THEME…",
                        "用法：tian theme set 编号 主题…");
    struct tian_theme_choice choice = { cli->operands[1], &cli->operands[2], cli->noperands - 2 };
    int rc = cli_open(cli, &write);
    return rc ? rc : tian_theme_set(cli->index, &choice, 1, &cli->error);
}

/* tian theme unset ID… */
static int theme_unset(struct cli *cli)
{
    static const struct tian_open_options write = { .write = true };
    size_t n = cli->noperands - 1;
    struct tian_theme_choice *choices = arena_array(cli->ctx.arena, struct tian_theme_choice, n + 1);
    if (n == 0)
        return ctx_fail(&cli->ctx, TIAN_EUSAGE, "unset", "wanted: tian theme unset ID…",
                        "用法：tian theme unset 编号…");
    for (size_t i = 0; i < n; i++)
        choices[i].id = cli->operands[i + 1];
    int rc = cli_open(cli, &write);
    return rc ? rc : tian_theme_set(cli->index, choices, n, &cli->error);
}

/* ---- Verbs ---------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    int (*run)(struct cli *);
} VERBS[] = {
    { "list", theme_list },       { "label", theme_label }, { "learn", theme_learn }, { "test", theme_test },
    { "explain", theme_explain }, { "lint", theme_lint },   { "apply", theme_apply }, { "new", theme_new },
    { "set", theme_set },         { "unset", theme_unset },
};

int cmd_theme(struct cli *cli)
{
    for (size_t i = 0; i < sizeof VERBS / sizeof *VERBS; i++)
        if (strcmp(VERBS[i].name, cli->operands[0]) == 0)
            return VERBS[i].run(cli);
    return ctx_fail(&cli->ctx, TIAN_EUSAGE, cli->operands[0],
                    "wanted: tian theme list|label|learn|test|explain|lint|apply|new|set|unset",
                    "用法：tian theme list|label|learn|test|explain|lint|apply|new|set|unset");
}
