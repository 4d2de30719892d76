/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The façade: each public call becomes calls of the stages, under the roof of
 * tian_call.h. There is no logic here. Themes and reports are in tian_theme.c.
 */
#include <tian.h>

#include "tian_call.h"

#include "duplicate/duplicate.h"
#include "extract/extract.h"
#include "search/search.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- Opening -------------------------------------------------------------------------------- */

static void close_index(void *arg)
{
    struct tian_index *index = arg;
    tables_close(index);
    pthread_cond_destroy(&index->wrote);
    pthread_mutex_destroy(&index->mutex);
}

static int run_open(struct call *call)
{
    static const struct tian_open_options usual;
    const struct tian_open_options *o = call->b ? call->b : &usual;
    struct ctx *ctx = &call->ctx;
    struct tian_index *index = arena_new_of(ctx->arena, struct tian_index);
    index->arena = ctx->arena;
    index->path = arena_cstr(ctx->arena, str_of(call->a));
    index->share = o->share ? arena_cstr(ctx->arena, str_of(o->share)) : NULL;
    index->last_put = &index->puts;
    index->themes = o->themes ? arena_cstr(ctx->arena, str_of(o->themes)) : NULL;
    pthread_mutex_init(&index->mutex, NULL);
    pthread_cond_init(&index->wrote, NULL);
    arena_defer(ctx->arena, close_index, index);
    struct store_options options = { .mode = !o->write    ? STORE_READ
                                             : o->create  ? STORE_CREATE
                                             : o->salvage ? STORE_SALVAGE
                                                          : STORE_WRITE,
                                     .wait_ms = (int)o->wait_ms,
                                     .share = index->share };
    int rc = tables_open(ctx, index);
    if (!rc)
        rc = store_open_with(ctx, ctx->arena, call->a, &options, &index->store);
    *(struct tian_index **)call->out = index;
    return rc;
}

int tian_open(const char *path, const struct tian_open_options *options, struct tian_index **out,
              struct tian_error *error)
{
    struct call call = { .run = run_open, .a = path, .b = options, .out = out };
    int rc = do_call(&call, error);
    if (rc)
        *out = NULL;
    return rc;
}

void tian_close(struct tian_index *index)
{
    if (!index)
        return;
    put_finish(index);
    arena_free(index->arena);
}

const char *tian_version(void)
{
    return "0.1.0";
}

void tian_cancel(void)
{
    cancel_request();
}

/* ---- Writing ---------------------------------------------------------------------------------- */

static struct import_options import_options_of(struct call *call, const struct tian_add_options *o)
{
    tables_take(call);
    struct import_options options = { .share = call->index->share,
                                      .lexicon = call->tables->lexicon,
                                      .builder = call->index->themes ? NULL : call->tables->builder };
    if (o) {
        options.jobs = o->jobs;
        options.memory = o->memory;
        options.rebuild = o->again;
        options.strict = o->strict;
        options.require_sandbox = o->require_sandbox;
        options.progress = o->progress;
        options.self = o->self;
        options.log_path = o->log;
    }
    return options;
}

struct add_args {
    const char *const *paths;
    size_t n;
    const struct tian_add_options *options;
};

static int run_add(struct call *call)
{
    const struct add_args *a = call->a;
    struct import_options options = import_options_of(call, a->options);
    return store_import(&call->ctx, call->index->store, a->paths, a->n, &options, call->out);
}

int tian_index_add(struct tian_index *index, const char *const *paths, size_t n,
                   const struct tian_add_options *options, struct tian_import_summary *summary,
                   struct tian_error *error)
{
    struct tian_import_summary unused = { 0 };
    struct add_args args = { paths, n, options };
    struct call call = {
        .index = index, .run = run_add, .writes = true, .a = &args, .out = summary ? summary : &unused
    };
    int rc = do_call(&call, error);
    arena_free(call.ctx.arena);
    return rc;
}

struct remove_args {
    const char *const *ids;
    size_t n;
};

static int run_remove(struct call *call)
{
    const struct remove_args *a = call->a;
    struct str *ids = arena_array(call->ctx.arena, struct str, a->n + 1);
    for (size_t i = 0; i < a->n; i++)
        ids[i] = str_of(a->ids[i]);
    return store_remove(&call->ctx, call->index->store, ids, a->n, call->out);
}

int tian_index_remove(struct tian_index *index, const char *const *ids, size_t n, size_t *removed,
                      struct tian_error *error)
{
    size_t unused = 0;
    struct remove_args args = { ids, n };
    struct call call = {
        .index = index, .run = run_remove, .writes = true, .a = &args, .out = removed ? removed : &unused
    };
    int rc = do_call(&call, error);
    arena_free(call.ctx.arena);
    return rc;
}

static int run_rebuild(struct call *call)
{
    struct import_options options = import_options_of(call, call->a);
    return store_rebuild(&call->ctx, call->index->store, &options);
}

int tian_index_rebuild(struct tian_index *index, const struct tian_add_options *options,
                       struct tian_error *error)
{
    struct call call = { .index = index, .run = run_rebuild, .writes = true, .a = options };
    int rc = do_call(&call, error);
    arena_free(call.ctx.arena);
    return rc;
}

/* ---- Care ------------------------------------------------------------------------------------------ */

static int read_status(struct call *call)
{
    struct tian_status *out = call->out;
    struct store_sizes sizes;
    int rc = snapshot_sizes(&call->ctx, call->reader.snapshot, &sizes);
    *out = (struct tian_status){ .documents = snapshot_live(call->reader.snapshot),
                                 .dead = sizes.dead,
                                 .segments = sizes.segments,
                                 .bytes_text = sizes.text,
                                 .bytes_records = sizes.records,
                                 .bytes_segments = sizes.segments_bytes,
                                 .dictionary_words = lexicon_words(call->tables->lexicon),
                                 .year_first = sizes.year_first,
                                 .year_last = sizes.year_last };
    return rc;
}

static int run_status(struct call *call)
{
    return read_newest(call, read_status);
}

int tian_index_status(struct tian_index *index, struct tian_status *status, struct tian_error *error)
{
    struct call call = { .index = index, .run = run_status, .out = status };
    int rc = do_call(&call, error);
    arena_free(call.ctx.arena);
    return rc;
}

static int read_digest(struct call *call)
{
    struct digest digest;
    int rc = snapshot_digest(&call->ctx, call->reader.snapshot, &digest);
    snprintf(call->out, 33, "%016" PRIx64 "%016" PRIx64, digest.high, digest.low);
    return rc;
}

static int run_digest(struct call *call)
{
    return read_newest(call, read_digest);
}

int tian_index_digest(struct tian_index *index, char out[33], struct tian_error *error)
{
    struct call call = { .index = index, .run = run_digest, .out = out };
    int rc = do_call(&call, error);
    arena_free(call.ctx.arena);
    return rc;
}

struct verify_args {
    bool full;
    void (*say)(void *self, const char *line);
    void *self;
};

static int run_verify(struct call *call)
{
    const struct verify_args *a = call->a;
    return store_verify(&call->ctx, call->index->store, a->full, a->say, a->self);
}

int tian_index_verify(struct tian_index *index, bool full, void (*say_line)(void *self, const char *line),
                      void *self, struct tian_error *error)
{
    struct verify_args args = { full, say_line, self };
    struct call call = { .index = index, .run = run_verify, .a = &args };
    int rc = do_call(&call, error);
    arena_free(call.ctx.arena);
    return rc;
}

struct dump_args {
    int (*write)(void *self, const char *line, size_t n);
    void *self;
};

static int dump_one(struct call *call, struct arena *arena, uint32_t doc)
{
    const struct dump_args *a = call->a;
    struct document document;
    struct buf line;
    int rc = snapshot_document(&call->ctx, call->reader.snapshot, arena, doc, &document);
    if (rc)
        return rc;
    buf_init(&line, arena);
    document_json(&document, &line);
    return a->write(a->self, line.p, line.n)
               ? ctx_fail(&call->ctx, TIAN_EIO, NULL, "the output could not be written", "无法写出")
               : 0;
}

static int read_dump(struct call *call)
{
    struct arena *arena = arena_new(call->ctx.arena);
    int rc = 0;
    for (uint32_t doc = 0; !rc && doc < snapshot_span(call->reader.snapshot); doc++) {
        if (snapshot_is_live(call->reader.snapshot, doc))
            rc = dump_one(call, arena, doc);
        arena_reset(arena);
        rc = rc ? rc : ctx_check(&call->ctx);
    }
    return rc;
}

static int run_dump(struct call *call)
{
    struct snapshot *used;
    return read_once(call, read_dump, &used); /* once: what was written cannot be taken back */
}

int tian_index_dump(struct tian_index *index, int (*write_line)(void *self, const char *line, size_t n),
                    void *self, struct tian_error *error)
{
    struct dump_args args = { write_line, self };
    struct call call = { .index = index, .run = run_dump, .a = &args };
    int rc = do_call(&call, error);
    arena_free(call.ctx.arena);
    return rc;
}

/* ---- Documents ------------------------------------------------------------------------------------------
 */

struct get_args {
    const char *id, *query;
    enum tian_role role;
};

static int read_document(struct call *call)
{
    const struct get_args *a = call->a;
    struct tian_document *out = *(struct tian_document **)call->out = hold_result(call, sizeof *out);
    uint32_t doc;
    int rc = snapshot_find(&call->ctx, call->reader.snapshot, str_of(a->id), &doc);
    return rc ? rc : search_document(&call->ctx, &call->reader, doc, str_of(a->query), a->role, out);
}

static int run_document(struct call *call)
{
    return read_newest(call, read_document);
}

int tian_document_get(struct tian_index *index, const char *id, const char *query, enum tian_role role,
                      struct tian_document **out, struct tian_error *error)
{
    struct get_args args = { id, query, role };
    struct call call = { .index = index, .run = run_document, .a = &args, .out = out };
    int rc = do_call(&call, error);
    if (rc)
        *out = NULL;
    return rc;
}

void tian_document_free(struct tian_document *document)
{
    free_result(document);
}

/* ---- Search
 * ------------------------------------------------------------------------------------------------ */

static int read_search(struct call *call)
{
    static const struct tian_search_options usual;
    const struct tian_search_options *o = call->b ? call->b : &usual;
    struct tian_results *out = *(struct tian_results **)call->out = hold_result(call, sizeof *out);
    set_deadline(call, o->deadline_ms, 10000);
    return search_run(&call->ctx, &call->reader, str_of(call->a), o, out);
}

static int run_search(struct call *call)
{
    return read_newest(call, read_search);
}

int tian_search(struct tian_index *index, const char *query, const struct tian_search_options *options,
                struct tian_results **out, struct tian_error *error)
{
    struct call call = { .index = index, .run = run_search, .a = query, .b = options, .out = out };
    int rc = do_call(&call, error);
    if (rc)
        *out = NULL;
    return rc;
}

void tian_results_free(struct tian_results *results)
{
    free_result(results);
}

/* ---- Duplicates
 * --------------------------------------------------------------------------------------------- */

static int read_check(struct call *call)
{
    static const struct tian_check_options usual;
    const struct tian_check_options *o = call->b ? call->b : &usual;
    struct tian_check *out = *(struct tian_check **)call->out = hold_result(call, sizeof *out);
    set_deadline(call, o->deadline_ms, 30000);
    return duplicate_check(&call->ctx, &call->reader, call->tables->rules, str_of(call->a), o, out);
}

static int run_check(struct call *call)
{
    return read_newest(call, read_check);
}

int tian_check(struct tian_index *index, const char *draft, const struct tian_check_options *options,
               struct tian_check **out, struct tian_error *error)
{
    struct call call = { .index = index, .run = run_check, .a = draft, .b = options, .out = out };
    int rc = do_call(&call, error);
    if (rc)
        *out = NULL;
    return rc;
}

void tian_check_free(struct tian_check *check)
{
    free_result(check);
}

int tian_similar(struct tian_index *index, const struct tian_document *d, enum tian_role role, size_t count,
                 struct tian_check **out, struct tian_error *error)
{
    struct tian_check_options options = {
        .count = count ? count : 3, .exclude = d->id, .title = d->title.text, .role = role
    };
    *out = NULL;
    int rc =
        d->hidden && role == TIAN_ROLE_PUBLIC ? 0 : tian_check(index, d->body.text, &options, out, error);
    if (rc || !*out)
        return rc;
    struct tian_match_report *matches = (struct tian_match_report *)(uintptr_t)(*out)->matches;
    size_t kept = 0;
    for (size_t i = 0; i < (*out)->nmatches; i++)
        if (strcmp(matches[i].verdict, "new") != 0)
            matches[kept++] = matches[i];
    (*out)->nmatches = kept;
    return 0;
}

/* ---- Themes and the inside
 * ------------------------------------------------------------------------------------ */

static int read_labels(struct call *call)
{
    struct tian_labels *out = *(struct tian_labels **)call->out = hold_result(call, sizeof *out);
    struct document document = { .title = str_of(call->a), .body = str_of(call->b) };
    text_repair(call->ctx.arena, document.body, &document.skips);
    document.nlabels =
        taxonomy_label(builder_taxonomy(call->tables->builder), call->reader.cutter, call->ctx.arena,
                       document.title, document.body, &document.skips, &document.labels);
    search_public_labels(call->ctx.arena, &document, &out->labels, &out->nlabels);
    return 0;
}

static int run_labels(struct call *call)
{
    return read_newest(call, read_labels);
}

int tian_theme_label(struct tian_index *index, const char *title, const char *body, struct tian_labels **out,
                     struct tian_error *error)
{
    struct call call = { .index = index, .run = run_labels, .a = title, .b = body, .out = out };
    int rc = do_call(&call, error);
    if (rc)
        *out = NULL;
    return rc;
}

void tian_labels_free(struct tian_labels *labels)
{
    free_result(labels);
}

static int read_theme_list(struct call *call)
{
    struct buf out;
    buf_init(&out, call->ctx.arena);
    int rc = search_theme_list(&call->ctx, &call->reader, &out);
    return rc ? rc : give_string(call, &out);
}

static int run_theme_list(struct call *call)
{
    return read_newest(call, read_theme_list);
}

int tian_theme_list(struct tian_index *index, char **out, struct tian_error *error)
{
    struct call call = { .index = index, .run = run_theme_list, .out = out };
    return finish_string(&call, out, error);
}

static int debug_text(struct call *call, struct buf *out)
{
    struct str text = str_of(call->b);
    struct normal normal;
    struct skips skips;
    text_repair(call->ctx.arena, text, &skips);
    normal_init(&normal, call->ctx.arena);
    text_normalise(text, &skips, &normal);
    if (strcmp(call->a, "repair") == 0)
        for (size_t i = 0; i < skips.n; i++)
            buf_printf(out, "%u-%u\n", skips.at[i].from, skips.at[i].to);
    else if (strcmp(call->a, "normal") == 0)
        normal_utf8(&normal, 0, normal.n, out);
    else {
        const struct tokens *tokens = cut_words(call->reader.cutter, &normal, 0, normal.n);
        for (size_t i = 0; i < tokens->n; i++) {
            buf_cstr(out, i ? " | " : "");
            cut_term(&normal, tokens->at[i], out);
        }
    }
    return 0;
}

static int debug_terms(struct call *call, struct buf *out)
{
    uint32_t doc;
    int rc = snapshot_find(&call->ctx, call->reader.snapshot, str_of(call->b), &doc);
    return rc ? rc : snapshot_terms_text(&call->ctx, &call->reader, doc, out);
}

static int debug_plan(struct call *call, struct buf *out)
{
    static const struct tian_search_options usual;
    return search_plan(&call->ctx, &call->reader, str_of(call->b), &usual, out);
}

static const struct {
    const char *what;
    int (*write)(struct call *, struct buf *out);
} INSIDES[] = {
    { "cut", debug_text },    { "normal", debug_text }, { "repair", debug_text },
    { "terms", debug_terms }, { "plan", debug_plan },
};

static int read_debug(struct call *call)
{
    struct buf out;
    buf_init(&out, call->ctx.arena);
    for (size_t i = 0; i < sizeof INSIDES / sizeof *INSIDES; i++)
        if (strcmp(INSIDES[i].what, call->a) == 0) {
            int rc = INSIDES[i].write(call, &out);
            return rc ? rc : give_string(call, &out);
        }
    return ctx_fail(&call->ctx, TIAN_EUSAGE, call->a,
                    "nothing of this name can be shown; there are: cut normal repair terms plan",
                    "没有这一项；可用：cut normal repair terms plan");
}

static int run_debug(struct call *call)
{
    return read_newest(call, read_debug);
}

int tian_debug(struct tian_index *index, const char *what, const char *argument, char **out,
               struct tian_error *error)
{
    struct call call = { .index = index, .run = run_debug, .a = what, .b = argument, .out = out };
    return finish_string(&call, out, error);
}

void tian_string_free(char *s)
{
    free(s);
}

/* ---- A line of JSON
 * -------------------------------------------------------------------------------------------- */

static int run_json_fields(struct call *call)
{
    struct extract_part part;
    struct arena *arena = call->ctx.arena;
    int rc = extract_json_line(&call->ctx, arena, *(const struct str *)call->a, &part);
    if (rc)
        return rc;
    struct tian_field *fields = hold_result(call, (part.nfields + 1) * sizeof *fields);
    for (size_t i = 0; i < part.nfields; i++)
        fields[i] = (struct tian_field){ arena_cstr(arena, part.fields[i].name),
                                         arena_cstr(arena, part.fields[i].value), "given" };
    *(size_t *)call->out = part.nfields;
    call->b = fields;
    return 0;
}

int tian_json_fields(const char *line, size_t n, struct tian_field **fields, size_t *nfields,
                     struct tian_error *error)
{
    struct str text = { line, n };
    struct call call = { .run = run_json_fields, .a = &text, .out = nfields };
    int rc = do_call(&call, error);
    *fields = rc ? NULL : (struct tian_field *)call.b;
    *nfields = rc ? 0 : *nfields;
    return rc;
}

void tian_json_fields_free(struct tian_field *fields)
{
    free_result(fields);
}
