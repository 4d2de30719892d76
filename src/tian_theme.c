/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The façade of themes: labelling without an index, learning, testing. As in
 * tian.c there is no logic here, only arenas, cutters and where texts come from.
 */
#include "tian_call.h"

#include "base/config.h"
#include "base/file.h"
#include "search/search.h"

#include <string.h>

/* ---- A taxonomy by itself ------------------------------------------------------------------------ */

struct tian_themes {
    struct arena *arena;
    struct taxonomy *taxonomy;
};

/* The file, else themes/five.conf of the share folder. */
static int load_taxonomy(struct ctx *ctx, struct arena *arena, const char *share, const char *file,
                         struct taxonomy **out)
{
    static const char usual[] = "themes/five.conf";
    const char *path = file ? file : share ? path_join(arena, share, usual) : share_path(arena, usual);
    return path ? taxonomy_load(ctx, arena, path, out)
                : ctx_fail(ctx, TIAN_EIO, usual, "not found in the share folder", "share 文件夹中没有此文件");
}

static int run_themes_open(struct call *call)
{
    struct tian_themes *themes = arena_new_of(call->ctx.arena, struct tian_themes);
    themes->arena = call->ctx.arena;
    *(struct tian_themes **)call->out = themes;
    return load_taxonomy(&call->ctx, themes->arena, call->a, call->b, &themes->taxonomy);
}

int tian_themes_open(const char *share, const char *file, struct tian_themes **out, struct tian_error *error)
{
    struct call call = { .run = run_themes_open, .a = share, .b = file, .out = out };
    int rc = do_call(&call, error);
    if (rc)
        *out = NULL;
    return rc;
}

void tian_themes_close(struct tian_themes *themes)
{
    if (themes)
        arena_free(themes->arena);
}

static int run_themes_label(struct call *call)
{
    const struct tian_themes *themes = call->c;
    struct tian_labels *out = *(struct tian_labels **)call->out = hold_result(call, sizeof *out);
    struct document document = { .title = str_of(call->a), .body = str_of(call->b) };
    text_repair(call->ctx.arena, document.body, &document.skips);
    document.nlabels = taxonomy_label(themes->taxonomy, NULL, call->ctx.arena, document.title, document.body,
                                      &document.skips, &document.labels);
    search_public_labels(call->ctx.arena, &document, &out->labels, &out->nlabels);
    return 0;
}

int tian_themes_label(const struct tian_themes *themes, const char *title, const char *body,
                      struct tian_labels **out, struct tian_error *error)
{
    struct call call = { .run = run_themes_label, .a = title, .b = body, .c = themes, .out = out };
    int rc = do_call(&call, error);
    if (rc)
        *out = NULL;
    return rc;
}

/* ---- Learning and testing --------------------------------------------------------------------------- */

/* The theme of a document that a person gave, the officer's before that of the data. */
static struct str theme_given(const struct document *document)
{
    for (size_t i = 0; i < document->nlabels; i++)
        if (document->labels[i].origin == ORIGIN_OFFICER)
            return document->labels[i].theme;
    struct str theme = document_field(document, "theme");
    return theme.n > 0 ? theme : document_field(document, "category");
}

/* Without the head lines, which name the category that is to be learned. */
static struct str text_below_head(const struct document *d)
{
    return d->nsections > 0 ? str_sub(d->body, d->sections[0].from, d->body.n) : d->body;
}

static int add_document(struct call *call, struct arena *arena, uint32_t doc)
{
    struct document d;
    int rc = snapshot_document(&call->ctx, call->reader.snapshot, arena, doc, &d);
    if (!rc)
        examples_add(call->out,
                     &(struct example_text){ d.id, theme_given(&d), d.title, text_below_head(&d), false });
    return rc;
}

static int read_examples(struct call *call)
{
    struct arena *arena = arena_new(call->ctx.arena);
    int rc = 0;
    for (uint32_t doc = 0; !rc && doc < snapshot_span(call->reader.snapshot); doc++) {
        if (snapshot_is_live(call->reader.snapshot, doc))
            rc = add_document(call, arena, doc);
        arena_reset(arena);
        rc = rc ? rc : ctx_check(&call->ctx);
    }
    arena_free(arena);
    return rc;
}

static int index_examples(struct call *call, struct examples *examples)
{
    struct snapshot *used;
    void *out = call->out;
    if (!call->index)
        return ctx_fail(&call->ctx, TIAN_EUSAGE, NULL, "texts to learn from are wanted",
                        "请给出学习用的例子");
    call->out = examples;
    int rc = read_once(call, read_examples, &used);
    call->out = out;
    return rc;
}

/* The examples the options name; counted when something is to be learned from them. */
static int get_examples(struct call *call, const struct tian_learn_options *o, bool learn,
                        struct examples **out)
{
    struct ctx *ctx = &call->ctx;
    struct lexicon *lexicon;
    struct cutter *cutter;
    int rc = lexicon_load(ctx, ctx->arena, o->share, &lexicon);
    if (!rc)
        rc = cutter_new(ctx, ctx->arena, lexicon, &cutter);
    if (rc)
        return rc;
    *out = examples_new(ctx->arena, cutter);
    rc = o->from ? examples_read(ctx, *out, o->from) : index_examples(call, *out);
    return rc || !learn ? rc : examples_count(ctx, *out);
}

static void summarise(const struct examples *examples, size_t bytes, struct buf *out)
{
    size_t themes, unlabelled, n = examples_count_of(examples, &themes, &unlabelled);
    buf_printf(out,
               say("learned from %zu texts, %zu themes; %zu bytes\n", "从 %zu 件学得 %zu 个主题；%zu 字节\n"),
               n, themes, bytes);
    if (unlabelled)
        buf_printf(out, say("%zu texts without a theme were passed over\n", "%zu 件没有主题，未用\n"),
                   unlabelled);
}

static int run_learn(struct call *call)
{
    struct examples *examples;
    struct buf model, summary;
    buf_init(&model, call->ctx.arena);
    buf_init(&summary, call->ctx.arena);
    int rc = get_examples(call, call->a, true, &examples);
    if (!rc)
        rc = examples_learn(&call->ctx, examples, &model);
    if (!rc)
        rc = file_replace(&call->ctx, call->b, buf_view(&model));
    if (rc)
        return rc;
    summarise(examples, model.n, &summary);
    return give_string(call, &summary);
}

int tian_theme_learn(struct tian_index *index, const struct tian_learn_options *options, const char *out,
                     char **summary, struct tian_error *error)
{
    char *text;
    struct call call = { .index = index, .run = run_learn, .a = options, .b = out, .out = &text };
    int rc = finish_string(&call, &text, error);
    if (summary)
        *summary = text;
    else
        tian_string_free(text);
    return rc;
}

static int run_test(struct call *call)
{
    const struct tian_learn_options *o = call->a;
    struct examples *examples;
    struct taxonomy *taxonomy = NULL;
    struct buf out;
    buf_init(&out, call->ctx.arena);
    if (o->folds == 1 || o->folds > 100)
        return ctx_fail(&call->ctx, TIAN_EUSAGE, "folds", "2 to 100 expected", "应为 2 至 100");
    int rc = o->folds ? 0 : load_taxonomy(&call->ctx, call->ctx.arena, o->share, o->taxonomy, &taxonomy);
    if (!rc)
        rc = get_examples(call, o, o->folds > 0, &examples);
    if (!rc)
        rc = examples_try(&call->ctx, examples, &(struct trial_options){ taxonomy, o->folds, o->json }, &out);
    return rc ? rc : give_string(call, &out);
}

int tian_theme_test(struct tian_index *index, const struct tian_learn_options *options, char **out,
                    struct tian_error *error)
{
    struct call call = { .index = index, .run = run_test, .a = options, .out = out };
    return finish_string(&call, out, error);
}

/* ---- Candidates
 * --------------------------------------------------------------------------------------------- */

static int read_new(struct call *call)
{
    struct buf out;
    buf_init(&out, call->ctx.arena);
    int rc = search_new_themes(&call->ctx, &call->reader, *(const unsigned *)call->a, &out);
    return rc ? rc : give_string(call, &out);
}

static int run_new(struct call *call)
{
    return read_newest(call, read_new);
}

int tian_theme_new(struct tian_index *index, unsigned year, char **out, struct tian_error *error)
{
    struct call call = { .index = index, .run = run_new, .a = &year, .out = out };
    return finish_string(&call, out, error);
}

/* ---- Applying ---------------------------------------------------------------------------------------------
 */

static int run_apply(struct call *call)
{
    struct ctx *ctx = &call->ctx;
    struct builder *builder;
    struct str text = STR("");
    int rc = call->a ? file_read(ctx, ctx->arena, call->a, 0, &text) : 0;
    if (!rc)
        rc = builder_new(ctx, ctx->arena, call->index->share, call->a, &builder);
    return rc ? rc : store_relabel(ctx, call->index->store, builder, text);
}

int tian_theme_apply(struct tian_index *index, const char *file, struct tian_error *error)
{
    struct call call = { .index = index, .run = run_apply, .writes = true, .a = file };
    int rc = do_call(&call, error);
    arena_free(call.ctx.arena);
    return rc;
}

/* ---- An officer's own ------------------------------------------------------------------------------------
 */

/* The choice's themes under their full names, one a line. */
static int name_themes(struct ctx *ctx, const struct taxonomy *taxonomy,
                       const struct tian_theme_choice *choice, struct str *out)
{
    struct buf lines;
    buf_init(&lines, ctx->arena);
    for (size_t i = 0; i < choice->nthemes; i++) {
        struct str name;
        if (!taxonomy_meant(taxonomy, str_of(choice->themes[i]), &name))
            return ctx_fail(ctx, TIAN_EUSAGE, choice->themes[i],
                            "no such theme, or several of that name (tian theme list)",
                            "没有这个主题，或不止一个（见 tian theme list）");
        buf_printf(&lines, "%.*s\n", STR_ARG(name));
    }
    *out = buf_view(&lines);
    return 0;
}

struct choices {
    const struct tian_theme_choice *at;
    size_t n;
};

static int run_set(struct call *call)
{
    struct ctx *ctx = &call->ctx;
    const struct choices *choices = call->a;
    struct officer_label *labels = arena_array(ctx->arena, struct officer_label, choices->n + 1);
    struct builder *own = NULL;
    int rc = 0;
    tables_take(call);
    struct import_options options = { .share = call->index->share,
                                      .lexicon = call->tables->lexicon,
                                      .builder = call->tables->builder };
    if (call->index->themes) /* given to tian_open(), not those of the index */
        rc = builder_new(ctx, ctx->arena, options.share, store_themes(ctx, ctx->arena, call->index->path),
                         &own);
    if (own)
        options.builder = own;
    for (size_t i = 0; !rc && i < choices->n; i++) {
        labels[i].id = str_of(choices->at[i].id);
        rc = name_themes(ctx, builder_taxonomy(options.builder), &choices->at[i], &labels[i].themes);
    }
    return rc ? rc : store_label(ctx, call->index->store, labels, choices->n, &options);
}

int tian_theme_set(struct tian_index *index, const struct tian_theme_choice *at, size_t n,
                   struct tian_error *error)
{
    struct choices choices = { at, n };
    struct call call = { .index = index, .run = run_set, .writes = true, .a = &choices };
    int rc = do_call(&call, error);
    arena_free(call.ctx.arena);
    return rc;
}

/* ---- Explaining and checking --------------------------------------------------------------------------- */

static int read_why(struct call *call)
{
    struct buf out;
    uint32_t doc;
    buf_init(&out, call->ctx.arena);
    int rc = snapshot_find(&call->ctx, call->reader.snapshot, str_of(call->a), &doc);
    if (!rc)
        rc = search_theme_why(&call->ctx, &call->reader, doc, call->b != NULL, &out);
    return rc ? rc : give_string(call, &out);
}

static int run_why(struct call *call)
{
    return read_newest(call, read_why);
}

int tian_theme_explain(struct tian_index *index, const char *id, bool json, char **out,
                       struct tian_error *error)
{
    struct call call = { .index = index, .run = run_why, .a = id, .b = json ? "json" : NULL, .out = out };
    return finish_string(&call, out, error);
}

/* Every living document to see(self, document), its arena its own. */
static int lint_documents(struct call *call)
{
    struct arena *arena = arena_new(call->ctx.arena);
    const struct snapshot *snapshot = call->reader.snapshot;
    int rc = 0;
    for (uint32_t doc = 0; !rc && doc < snapshot_span(snapshot); doc++) {
        struct document d;
        if (snapshot_is_live(snapshot, doc) &&
            !(rc = snapshot_document(&call->ctx, snapshot, arena, doc, &d)))
            lint_see((struct lint *)(uintptr_t)call->c, &d);
        arena_reset(arena);
        rc = rc ? rc : ctx_check(&call->ctx);
    }
    arena_free(arena);
    return rc;
}

static int run_lint(struct call *call)
{
    const struct tian_lint_options *o = call->a;
    struct taxonomy *taxonomy;
    struct snapshot *used;
    struct buf out;
    buf_init(&out, call->ctx.arena);
    int rc = load_taxonomy(&call->ctx, call->ctx.arena, o->share, o->file, &taxonomy);
    if (rc)
        return rc;
    struct lint *lint = lint_new(call->ctx.arena, taxonomy);
    call->c = lint;
    if (call->index)
        rc = read_once(call, lint_documents, &used);
    if (rc)
        return rc;
    size_t findings = lint_write(lint, &out);
    if (o->findings)
        *o->findings = findings;
    return give_string(call, &out);
}

int tian_theme_lint(struct tian_index *index, const struct tian_lint_options *options, char **out,
                    struct tian_error *error)
{
    static const struct tian_lint_options usual;
    struct call call = { .index = index, .run = run_lint, .a = options ? options : &usual, .out = out };
    return finish_string(&call, out, error);
}
