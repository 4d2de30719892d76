/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Documents from memory into the store: several requests, each some lines of
 * JSON, become one commit. That is what makes many small additions fast: one
 * commit costs a dozen files and two waits for the disk, whoever shares it.
 *
 *   request ─┐
 *   request ─┼─ jobs of some requests ──▶ build ──▶ one segment ──▶ one commit
 *   request ─┘
 *
 * A request is all or nothing: its lines are read before the first of its
 * documents is put. One that cannot be read does not stop the others. Such
 * documents have no file, so the catalogue of sources knows nothing of them and
 * no import takes them away; their source is PUT_SOURCE, which is no path.
 */
#include "store/commit.h"

#include "extract/extract.h"

enum {
    JOB_TEXT = 1 << 20 /* bytes of lines in a job, or one request */
};
static const struct str PUT_SOURCE = { "put", 3 };

struct putting {
    struct put_request *const *requests;
    size_t n, next;
    const struct builder *builder;
};

struct put_job {
    size_t first, n;
};

static int next_job(void *self, struct ctx *ctx, struct arena *arena, void **out)
{
    struct putting *p = self;
    uint64_t bytes = 0;
    (void)ctx;
    *out = NULL;
    if (p->next == p->n)
        return 0;
    struct put_job *job = arena_new_of(arena, struct put_job);
    job->first = p->next;
    for (; p->next < p->n && (job->n == 0 || bytes < JOB_TEXT); job->n++)
        bytes += p->requests[p->next++]->lines.n;
    *out = job;
    return 0;
}

/* ---- In a worker ------------------------------------------------------------------------- */

/* A document that brings no id is known by what its line says: coming again it is the same. */
static struct str base_of(struct arena *arena, struct str line)
{
    return str_of(arena_printf(arena, "put-%016llx", (unsigned long long)hash_str(line)));
}

static int read_line(struct ctx *ctx, const struct putting *p, struct batch *batch, struct str line,
                     struct documents *docs)
{
    struct extract_part part;
    int rc = extract_json_line(ctx, ctx->arena, line, &part);
    return rc ? rc
              : document_build(ctx, p->builder, batch_cutter(batch), base_of(ctx->arena, line), PUT_SOURCE,
                               &part, docs);
}

static int read_request(struct ctx *ctx, const struct putting *p, struct batch *batch,
                        struct put_request *request, struct documents *docs)
{
    struct str rest = request->lines, line;
    struct tian_error error = { 0 };
    struct ctx inner = { .arena = ctx->arena, .error = &error, .deadline = ctx->deadline };
    for (unsigned long long number = 1; str_line(&rest, &line); number++) {
        int rc = str_trim(line).n ? read_line(&inner, p, batch, line, docs) : 0;
        if (rc) {
            ctx->error = &request->error;
            return ctx_fail(ctx, rc, NULL, "line %llu: %s", "第 %llu 行：%s", number, error.message);
        }
    }
    return 0;
}

static int put_documents(struct ctx *ctx, struct batch *batch, struct put_request *request,
                         const struct documents *docs)
{
    struct tian_import_summary *sum = &request->summary;
    int rc = 0;
    for (size_t i = 0; !rc && i < docs->n; i++) {
        char what = 0;
        rc = batch_put(ctx, batch, &docs->at[i], &what);
        sum->documents++;
        sum->added += what == 'a';
        sum->updated += what == 'u';
        sum->same += what == 's';
        sum->bytes += docs->at[i].title.n + docs->at[i].body.n;
    }
    return rc;
}

static int make(void *self, struct ctx *ctx, struct batch *batch, void *arg)
{
    const struct putting *p = self;
    const struct put_job *job = arg;
    struct arena *arena = arena_new(ctx->arena);
    int rc = 0;
    for (size_t i = job->first; !rc && i < job->first + job->n; i++) {
        struct put_request *request = p->requests[i];
        struct ctx reading = { .arena = arena, .deadline = ctx->deadline };
        struct ctx writing = { .arena = arena, .error = ctx->error, .deadline = ctx->deadline };
        struct documents docs;
        vec_init(&docs, arena);
        request->rc = read_request(&reading, p, batch, request, &docs);
        if (!request->rc)
            rc = put_documents(&writing, batch, request, &docs);
        arena_reset(arena);
    }
    return rc;
}

/* ---- All --------------------------------------------------------------------------------- */

static int build_and_commit(struct ctx *ctx, struct store *store, struct putting *p, uint64_t bytes,
                            const struct import_options *options)
{
    struct build_options how = { .jobs = bytes <= JOB_TEXT ? 1 : options->jobs,
                                 .share = options->share,
                                 .lexicon = options->lexicon,
                                 .builder = p->builder,
                                 .base = store_base(ctx, store) };
    struct feed feed = { .self = p, .next = next_job, .make = make };
    return store_build(ctx, store, &feed, &how);
}

int store_put(struct ctx *ctx, struct store *store, struct put_request *const *requests, size_t n,
              const struct import_options *options)
{
    struct ctx inner = { .arena = arena_new(ctx->arena), .error = ctx->error, .deadline = ctx->deadline };
    struct putting p = { .requests = requests, .n = n, .builder = options->builder };
    struct builder *builder = NULL;
    uint64_t bytes = 0;
    for (size_t i = 0; i < n; i++)
        bytes += requests[i]->lines.n;
    int rc = store_begin(&inner, store);
    if (!rc)
        rc = store_check_space(&inner, store, 2 * bytes);
    if (!rc && !p.builder)
        rc = builder_new(&inner, inner.arena, options->share, store_themes(&inner, inner.arena, store->path),
                         &builder);
    if (builder)
        p.builder = builder;
    if (!rc)
        rc = build_and_commit(&inner, store, &p, bytes, options);
    arena_free(inner.arena);
    return rc;
}
