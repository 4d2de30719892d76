/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The façade of the dictionary: testing a word, editing the local file, lint. As
 * in tian.c there is no logic here.
 */
#include "tian_call.h"

#include "search/search.h"

/* ---- A word ---------------------------------------------------------------------------------------- */

static int read_word_test(struct call *call)
{
    struct tian_word_report *out = *(struct tian_word_report **)call->out = hold_result(call, sizeof *out);
    return search_word_test(&call->ctx, &call->reader, str_of(call->a), out);
}

static int run_word_test(struct call *call)
{
    return read_newest(call, read_word_test);
}

int tian_dict_test(struct tian_index *index, const char *word, struct tian_word_report **out,
                   struct tian_error *error)
{
    struct call call = { .index = index, .run = run_word_test, .a = word, .out = out };
    int rc = do_call(&call, error);
    if (rc)
        *out = NULL;
    return rc;
}

void tian_word_report_free(struct tian_word_report *report)
{
    free_result(report);
}

/* ---- Editing ---------------------------------------------------------------------------------------- */

/* The line that has the word in a file other than the local one, or NULL. */
static const struct dictionary_line *elsewhere(const struct dictionary *d, struct str folded,
                                               const char *local)
{
    for (size_t i = 0; i < d->n; i++)
        if (str_eq(d->at[i].folded, folded) && strcmp(d->at[i].path, local) != 0)
            return &d->at[i];
    return NULL;
}

static struct str folded_word(struct arena *arena, struct str word)
{
    struct normal normal;
    struct buf out;
    normal_init(&normal, arena);
    buf_init(&out, arena);
    text_normalise(word, NULL, &normal);
    normal_utf8(&normal, 0, normal.n, &out);
    return buf_view(&out);
}

static void tell(struct buf *out, struct str word, bool add, bool changed, const char *path)
{
    const char *added = say("added %.*s to %s\n", "已把“%.*s”加入 %s\n"),
               *removed = say("removed %.*s from %s\n", "已把“%.*s”从 %s 删除\n"),
               *there = say("%.*s stands in %s already\n", "“%.*s”已在 %s 中\n");
    buf_printf(out, !changed ? there : add ? added : removed, STR_ARG(word), path);
}

/* What is to be added may stand elsewhere; what is to be removed may stand there only. */
static int edit(struct call *call, struct str word, bool add, struct buf *said)
{
    struct ctx *ctx = &call->ctx;
    const char *share = call->a, *local = dictionary_local(ctx->arena, share);
    struct dictionary all;
    bool changed = false;
    int rc = dictionary_read(ctx, ctx->arena, share, &all);
    if (rc)
        return rc;
    const struct dictionary_line *other =
        local ? elsewhere(&all, folded_word(ctx->arena, word), local) : NULL;
    if (other && add) {
        buf_printf(said, say("%.*s stands in %s already, line %u\n", "“%.*s”已在 %s 第 %u 行\n"),
                   STR_ARG(word), other->path, other->line);
        return 0;
    }
    rc = dictionary_edit(ctx, share, word, add, &changed);
    if (!rc && !add && !changed && other)
        return ctx_fail(ctx, TIAN_ENOTFOUND, other->path,
                        "“%.*s” stands in line %u of this file; edit it by hand",
                        "“%.*s”在此文件第 %u 行，请直接编辑该文件", STR_ARG(word), other->line);
    if (!rc && !add && !changed)
        return ctx_fail(ctx, TIAN_ENOTFOUND, local, "“%.*s” is not in the dictionary", "词典中没有“%.*s”",
                        STR_ARG(word));
    if (!rc)
        tell(said, word, add, changed, local);
    return rc;
}

static int run_edit(struct call *call)
{
    struct str word = str_trim(str_of(call->b));
    struct buf said;
    buf_init(&said, call->ctx.arena);
    if (!dictionary_can_have(word))
        return ctx_fail(
            &call->ctx, TIAN_EUSAGE, NULL,
            "“%.*s” can be no word of the dictionary: 2 to 64 characters without blanks and punctuation",
            "“%.*s”不能作为词：须为 2 至 64 个字，不含空格和标点", STR_ARG(word));
    int rc = edit(call, word, call->c != NULL, &said);
    return rc ? rc : give_string(call, &said);
}

int tian_dict_edit(const char *share, const char *word, bool add, char **said, struct tian_error *error)
{
    char *text;
    struct call call = { .run = run_edit, .a = share, .b = word, .c = add ? "" : NULL, .out = &text };
    int rc = finish_string(&call, &text, error);
    if (said)
        *said = text;
    else
        tian_string_free(text);
    return rc;
}

/* ---- Lint --------------------------------------------------------------------------------------------- */

static int read_lint(struct call *call)
{
    struct tian_dict_problems *out = *(struct tian_dict_problems **)call->out =
        hold_result(call, sizeof *out);
    struct dictionary dictionary;
    int rc = dictionary_read(&call->ctx, call->ctx.arena, call->index->share, &dictionary);
    return rc ? rc : search_dict_lint(&call->ctx, &call->reader, &dictionary, out);
}

static int run_lint(struct call *call)
{
    return read_newest(call, read_lint);
}

int tian_dict_lint(struct tian_index *index, struct tian_dict_problems **out, struct tian_error *error)
{
    struct call call = { .index = index, .run = run_lint, .out = out };
    int rc = do_call(&call, error);
    if (rc)
        *out = NULL;
    return rc;
}

void tian_dict_problems_free(struct tian_dict_problems *problems)
{
    free_result(problems);
}
