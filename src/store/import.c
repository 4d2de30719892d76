/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Files into the store. The intake says what has to be read; this file is the
 * feed of the build: small files are gathered into jobs, JSON Lines are cut into
 * pieces, workers make documents of them, and in their turn each job's account
 * is added to its files. Every so many jobs the work is committed, so that a
 * long import can be interrupted and goes on where it stopped.
 *
 *   intake ──▶ jobs ──▶ workers: extract, document, cut ──▶ turn: records, accounts, log ──▶ commit
 *
 * What fails is one file or one line: it is logged with its reason and the
 * others go on. A file that failed is not in the catalogue, so it is tried again
 * next time.
 */
#include "store/commit.h"
#include "store/intake.h"
#include "store/naming.h"

#include "base/stream.h"

#include <stdlib.h>

enum {
    JOB_FILES = 200,
    JOBS_A_COMMIT = 64
};

struct import {
    struct store *store;
    struct arena *arena;
    const struct import_options *options;
    struct tian_import_summary *summary;
    const struct builder *builder;
    struct intake intake;
    size_t next_item;
    struct arena *stream_arena;
    struct line_stream *stream; /* of items[next_item], while it is cut */
    struct map *produced;       /* ids, of files that were known before (to find what they no longer have) */
    struct file_tail log;
    uint64_t bytes_done, text_bytes;
    int worst;
    bool stop; /* strict: something failed, nothing more is read */
};

/* ---- Jobs ---------------------------------------------------------------------------- */

struct outcome { /* of one file in one job */
    struct item *item;
    struct account account;
    uint64_t hash;
    int code;
    bool complete;
    bool ours; /* what failed is the index, not the input */
};

struct job {
    struct outcome *files;
    size_t n;
    struct str lines; /* of a JSON Lines file: then n is 1 */
    uint64_t first_line;
    uint64_t bytes;
    struct extract_options options;
    vec_of(struct str) ids;
};

static bool to_be_read(const struct item *item)
{
    return item->state == ITEM_NEW || item->state == ITEM_CHANGED;
}

static struct job *new_job(struct arena *arena)
{
    struct job *job = arena_new_of(arena, struct job);
    vec_init(&job->ids, arena);
    return job;
}

/* The next piece of the JSON Lines file being cut; the stream is closed at its end. */
static int next_piece(struct import *im, struct ctx *ctx, struct arena *arena, struct job **out)
{
    struct item *item = im->intake.items.at[im->next_item];
    struct job *job = new_job(arena);
    job->files = arena_new_of(arena, struct outcome);
    job->files->item = item;
    job->n = 1;
    int rc = line_stream_next(ctx, im->stream, arena, JOB_BYTES, &job->lines, &job->first_line);
    if (rc || job->lines.n == 0) {
        job->files->complete = true;
        job->files->code = rc;
        job->files->hash = line_stream_hash(im->stream);
        arena_reset(im->stream_arena);
        im->stream = NULL;
        im->next_item++;
    }
    job->bytes = job->lines.n;
    *out = job;
    return 0;
}

static int open_stream(struct import *im, struct item *item)
{
    struct tian_error error = { 0 };
    struct ctx quiet = { .arena = im->stream_arena, .error = &error };
    int rc = line_stream_open(&quiet, im->stream_arena, item->path.p, &im->stream);
    if (rc) {
        arena_reset(im->stream_arena);
        im->stream = NULL;
        item->state = ITEM_FAILED;
        item->code = rc;
        item->problem = arena_cstr(im->arena, str_of(error.message));
    }
    return rc;
}

/* Files from next_item on, until the job is full or a JSON Lines file stands in the way. */
static struct job *gather_files(struct import *im, struct arena *arena)
{
    struct job *job = new_job(arena);
    vec_of(struct outcome) files;
    vec_init(&files, arena);
    while (im->next_item < im->intake.items.n && files.n < JOB_FILES && job->bytes < JOB_BYTES) {
        struct item *item = im->intake.items.at[im->next_item];
        if (to_be_read(item) && item->json_lines)
            break;
        im->next_item++;
        if (!to_be_read(item))
            continue;
        vec_push(&files, (struct outcome){ .item = item });
        job->bytes += item->size;
    }
    job->files = files.at;
    job->n = files.n;
    return job;
}

static int next_job(void *self, struct ctx *ctx, struct arena *arena, void **out)
{
    struct import *im = self;
    *out = NULL;
    while (!im->stop) {
        struct job *job;
        if (im->stream)
            return next_piece(im, ctx, arena, (struct job **)out);
        job = gather_files(im, arena);
        if (job->n) {
            *out = job;
            return 0;
        }
        if (im->next_item == im->intake.items.n)
            return 0;
        if (open_stream(im, im->intake.items.at[im->next_item]))
            im->next_item++;
    }
    return 0;
}

/* ---- In a worker ------------------------------------------------------------------------ */

static void log_file(struct batch *batch, const struct outcome *o, const struct extracted *x)
{
    journal_file(batch_log(batch), &(struct journal_file){ .path = o->item->path,
                                                           .moved_from = o->item->moved_from,
                                                           .format = x->format,
                                                           .encoding = x->encoding,
                                                           .sure = x->sure,
                                                           .account = &o->account,
                                                           .warnings = x->warnings,
                                                           .nwarnings = x->nwarnings });
}

static int put_documents(struct ctx *ctx, struct batch *batch, struct job *job, struct outcome *o,
                         const struct documents *docs)
{
    int rc = 0;
    for (size_t i = 0; !rc && i < docs->n; i++) {
        char what = 0;
        rc = batch_put(ctx, batch, &docs->at[i], &what);
        account_document(&o->account, batch_arena(batch), &docs->at[i], what);
        if (o->item->state == ITEM_CHANGED)
            vec_push(&job->ids, arena_str(batch_arena(batch), docs->at[i].id));
    }
    o->ours = rc != 0;
    return rc;
}

/* Errors that are the input's own: the others must go on. */
static bool is_of_input(const struct outcome *o, int rc)
{
    return !o->ours && (rc == TIAN_EFORMAT || rc == TIAN_ELIMIT || rc == TIAN_EIO);
}

static int make_part(struct ctx *ctx, const struct import *im, struct batch *batch, struct job *job,
                     struct outcome *o, const struct extract_part *part, struct str id_base)
{
    struct documents docs;
    vec_init(&docs, ctx->arena);
    int rc = document_build(ctx, im->builder, batch_cutter(batch), id_base, o->item->path, part, &docs);
    return rc ? rc : put_documents(ctx, batch, job, o, &docs);
}

static void note_bad(struct ctx *ctx, struct batch *batch, struct outcome *o, uint64_t line, int rc)
{
    o->account.bad++;
    o->code = rc;
    journal_problem(batch_log(batch), o->item->path, line, ctx->error->message);
}

static int make_line(struct ctx *ctx, const struct import *im, struct batch *batch, struct job *job,
                     struct str line, uint64_t number)
{
    struct outcome *o = job->files;
    struct extract_part part;
    int rc = extract_json_line(ctx, ctx->arena, line, &part);
    if (!rc) {
        struct str id = naming_line(ctx->arena, im->builder, o->item->id_base, &part);
        rc = make_part(ctx, im, batch, job, o, &part, id);
    }
    if (is_of_input(o, rc)) {
        note_bad(ctx, batch, o, number, rc);
        return 0;
    }
    return rc;
}

static int make_lines(struct ctx *ctx, const struct import *im, struct batch *batch, struct job *job)
{
    struct str rest = job->lines, line;
    struct tian_error error;
    struct ctx inner = { .arena = arena_new(ctx->arena), .error = &error, .deadline = ctx->deadline };
    uint64_t number = job->first_line;
    int64_t start = clock_now();
    int rc = 0;
    for (; !rc && str_line(&rest, &line); number++) {
        error = (struct tian_error){ 0 };
        if (str_trim(line).n == 0)
            continue;
        rc = make_line(&inner, im, batch, job, line, number);
        arena_reset(inner.arena);
    }
    job->files->account.ns = clock_now() - start;
    if (rc)
        ctx_fail(ctx, rc, error.where, "%s", "%s", error.message);
    return rc;
}

/* A row that says nothing (a sum below a table) is left out and named; the others go on. */
static int skip_part(struct ctx *ctx, struct batch *batch, struct outcome *o, const struct extract_part *part,
                     int rc)
{
    if (rc != TIAN_EFORMAT || o->ours || part->name.n == 0)
        return rc;
    o->account.bad++;
    o->account.warnings++;
    journal_skipped(batch_log(batch), o->item->path, part->name, ctx->error->message);
    *ctx->error = (struct tian_error){ 0 };
    return 0;
}

static int make_file(struct ctx *ctx, const struct import *im, struct batch *batch, struct job *job,
                     struct outcome *o)
{
    struct extracted x = { 0 };
    int64_t start = clock_now();
    int rc = extract_file(ctx, ctx->arena, o->item->path.p, &job->options, &x);
    if (!rc)
        document_whole_table(im->builder, ctx->arena,
                             intake_without_extension(str_of(path_base(o->item->path.p))), &x);
    struct str *ids = rc ? NULL : naming_parts(ctx->arena, im->builder, o->item->id_base, &x);
    for (size_t i = 0; !rc && i < x.nparts; i++) {
        rc = make_part(ctx, im, batch, job, o, &x.parts[i], ids[i]);
        rc = skip_part(ctx, batch, o, &x.parts[i], rc);
    }
    if (!rc && x.nparts > 0 && o->account.bad == x.nparts)
        rc = ctx_fail(ctx, TIAN_EFORMAT, NULL, "no row has a title or a text", "没有一行有标题或正文");
    o->account.ns = clock_now() - start;
    o->account.warnings += rc ? 0 : x.nwarnings;
    o->hash = x.hash;
    if (!rc)
        log_file(batch, o, &x);
    o->complete = true;
    return rc;
}

static int make_files(struct ctx *ctx, const struct import *im, struct batch *batch, struct job *job)
{
    struct tian_error error;
    struct ctx inner = { .arena = arena_new(ctx->arena), .error = &error, .deadline = ctx->deadline };
    int rc = 0;
    struct arena *kept = arena_new(ctx->arena);
    job->options.require_sandbox = im->options->require_sandbox;
    job->options.helper = job->n > 1 ? extract_helper_new(kept, &job->options) : NULL;
    for (size_t i = 0; !rc && i < job->n; i++) {
        error = (struct tian_error){ 0 };
        rc = make_file(&inner, im, batch, job, &job->files[i]);
        if (is_of_input(&job->files[i], rc)) {
            note_bad(&inner, batch, &job->files[i], 0, rc);
            rc = 0;
            if (im->options->strict)
                job->n = i + 1; /* the others are read another time */
        }
        arena_reset(inner.arena);
    }
    arena_free(kept);
    if (rc)
        ctx_fail(ctx, rc, error.where, "%s", "%s", error.message);
    return rc;
}

static int make(void *self, struct ctx *ctx, struct batch *batch, void *arg)
{
    struct job *job = arg;
    return job->lines.n                     ? make_lines(ctx, self, batch, job)
           : job->n && job->files->complete ? 0
                                            : make_files(ctx, self, batch, job);
}

/* ---- In turn ------------------------------------------------------------------------------- */

static int worse(int a, int b)
{
    return a ? a : b;
}

static void put_source(struct import *im, const struct item *item)
{
    if (item->moved_from.n)
        sources_remove(&im->store->sources, item->moved_from);
    sources_put(&im->store->sources, &(struct source){ .path = item->path,
                                                       .id_base = item->id_base,
                                                       .size = item->size,
                                                       .mtime_ns = item->mtime_ns,
                                                       .mount = item->mount,
                                                       .hash = item->hash,
                                                       .documents = item->account.documents });
    im->store->sources_changed = true;
}

/* A file that had changed is done only when what it no longer has was removed: see remove_orphans(). */
static void finish_item(struct import *im, struct item *item)
{
    item->complete = true;
    if (item->code) {
        im->summary->failed++;
        im->worst = worse(im->worst, item->code);
        return;
    }
    if (item->state != ITEM_CHANGED)
        put_source(im, item);
}

static void account(struct import *im, const struct outcome *o)
{
    struct item *item = o->item;
    struct tian_import_summary *sum = im->summary;
    account_add(&item->account, im->arena, &o->account);
    item->hash = o->hash;
    item->code = worse(item->code, o->code);
    sum->documents += o->account.documents;
    sum->added += o->account.added;
    sum->updated += o->account.updated;
    sum->same += o->account.same;
    sum->warnings += o->account.warnings;
    if (o->complete)
        finish_item(im, item);
}

static void show_progress(struct import *im, const struct job *job)
{
    im->bytes_done += job->bytes;
    if (!im->options->progress)
        return;
    struct tian_progress p = { .files = im->next_item,
                               .files_total = im->intake.items.n,
                               .bytes = im->bytes_done,
                               .bytes_total = im->intake.bytes,
                               .documents = im->summary->documents,
                               .now = say("indexing", "正在建立索引") };
    im->options->progress(im->options->self, &p);
}

static int turn(void *self, struct ctx *ctx, struct batch *batch, void *arg)
{
    struct import *im = self;
    const struct job *job = arg;
    for (size_t i = 0; i < job->n; i++)
        account(im, &job->files[i]);
    for (size_t i = 0; i < job->ids.n; i++)
        (void)map_at(im->produced, job->ids.at[i]);
    if (job->n == 1 && job->files->complete && job->files->item->json_lines)
        log_file(batch, &(struct outcome){ .item = job->files->item, .account = job->files->item->account },
                 &(struct extracted){ .format = "json lines", .encoding = "UTF-8", .sure = 100 });
    int rc = batch_log(batch)->n ? file_tail_append(ctx, &im->log, buf_view(batch_log(batch))) : 0;
    show_progress(im, job);
    im->stop |= im->options->strict && im->worst;
    return rc;
}

/* ---- Commits ---------------------------------------------------------------------------------- */

/* Files that no longer have all their documents: the changed ones, and those that are gone. */
struct orphans {
    struct map *files;           /* hash of the path, as columns hold it → struct gone * */
    const struct docs *replaced; /* by what was read just now: they live on */
    struct docs dead;
    struct buf frames;
};

struct gone {
    struct str path;
    bool whole; /* the file itself is gone */
    uint64_t documents;
};

static void look_at(struct orphans *o, struct arena *arena, struct str path, bool whole)
{
    uint64_t hash = hash_str(path);
    struct gone *g = arena_new_of(arena, struct gone);
    *g = (struct gone){ path, whole, 0 };
    *map_at(o->files, (struct str){ (const char *)&hash, sizeof hash }) = g;
}

static void list_files(struct ctx *ctx, struct import *im, struct orphans *o)
{
    struct source **gone;
    for (size_t i = 0; i < im->intake.items.n; i++) {
        const struct item *item = im->intake.items.at[i];
        bool changed = item->state == ITEM_CHANGED && item->complete && !item->code;
        if (changed)
            look_at(o, ctx->arena, item->path, false);
        if (changed || item->touched)
            put_source(im, item);
    }
    size_t n = intake_gone(&im->intake, &im->store->sources, ctx->arena, &gone);
    for (size_t i = 0; i < n; i++) {
        look_at(o, ctx->arena, gone[i]->path, true);
        sources_remove(&im->store->sources, gone[i]->path);
        im->store->sources_changed = true;
    }
}

static bool is_replaced(const struct orphans *o, uint32_t doc)
{
    const struct docs *r = o->replaced;
    return r->n && bsearch(&doc, r->at, r->n, sizeof *r->at, docs_ascending);
}

static void find_orphans(struct ctx *ctx, const struct import *im, const struct snapshot *s,
                         struct orphans *o)
{
    for (uint32_t doc = 0; o->files->n && doc < snapshot_span(s); doc++) {
        struct record record;
        struct ctx quiet = { .arena = ctx->arena };
        uint64_t hash = snapshot_number(s, doc, COLUMN_SOURCE);
        struct gone *g = map_get(o->files, (struct str){ (const char *)&hash, sizeof hash });
        if (!g || !snapshot_is_live(s, doc) || snapshot_record(&quiet, s, doc, &record))
            continue; /* a damaged one: nobody knows its id; verify names it */
        if (map_has(im->produced, record.id) || is_replaced(o, doc))
            continue;
        g->documents++;
        vec_push(&o->dead, doc);
        record_frame_remove(&o->frames, record.id);
    }
    docs_sort(&o->dead);
}

static void log_orphans(const struct orphans *o, struct buf *lines)
{
    for (size_t i = 0; i < o->files->n; i++) {
        const struct gone *g = o->files->entries[i].value;
        if (g->whole || g->documents)
            journal_removed(lines, g->path, g->documents);
    }
}

static int note_orphans(struct ctx *ctx, struct import *im, const struct snapshot *s, struct orphans *o)
{
    struct buf lines;
    record_at at;
    o->files = map_new(ctx->arena);
    buf_init(&lines, ctx->arena);
    list_files(ctx, im, o);
    find_orphans(ctx, im, s, o);
    log_orphans(o, &lines);
    int rc = o->dead.n ? record_log_append(ctx, im->store->log, buf_view(&o->frames), &at) : 0;
    return rc || !lines.n ? rc : file_tail_append(ctx, &im->log, buf_view(&lines));
}

/* What a round made; with the last one goes what is gone. One commit for both: it is most of the time that a
 * single file takes. */
static int commit_round(struct ctx *ctx, struct import *im, const struct snapshot *base,
                        const struct build_result *built, bool last)
{
    struct orphans o = { .replaced = &built->replaced };
    vec_init(&o.dead, ctx->arena);
    buf_init(&o.frames, ctx->arena);
    im->text_bytes += built->text_bytes;
    int rc = last ? note_orphans(ctx, im, base, &o) : 0;
    size_t removed = o.dead.n;
    for (size_t i = 0; i < built->replaced.n; i++)
        vec_push(&o.dead, built->replaced.at[i]);
    docs_sort(&o.dead);
    if (rc || (built->documents == 0 && o.dead.n == 0 && !(last && im->store->sources_changed)))
        return rc;
    struct change change = { .segment = built->documents ? store_next_segment(im->store) : 0,
                             .count = built->documents,
                             .dead_new = &built->dead,
                             .dead_old = &o.dead,
                             .base = base };
    rc = store_commit(ctx, im->store, &change);
    im->summary->removed += rc ? 0 : removed;
    return rc || !built->documents ? rc : store_merge(ctx, im->store, MERGE_DUE, im->options->jobs);
}

/* One round: a bounded number of jobs, then a commit. */
static int run_round(struct ctx *ctx, struct import *im, bool *more)
{
    struct snapshot *base = store_base(ctx, im->store);
    struct build_result built = { 0 };
    const char *to = segment_path(ctx->arena, im->store->path, store_next_segment(im->store));
    bool little = im->intake.bytes < (1u << 20);
    struct build_options options = { .jobs = little ? 1 : im->options->jobs,
                                     .memory = im->options->memory,
                                     .max_jobs = JOBS_A_COMMIT,
                                     .folder = store_scratch(ctx->arena, im->store),
                                     .to = to,
                                     .share = im->options->share,
                                     .lexicon = im->options->lexicon,
                                     .builder = im->builder,
                                     .base = base,
                                     .log = im->store->log };
    struct feed feed = { .self = im, .next = next_job, .make = make, .turn = turn };
    int rc = file_remove_tree(ctx, to);
    if (!rc)
        rc = build_run(ctx, &feed, &options, &built);
    *more = !rc && built.more;
    if (!rc || rc == TIAN_ECANCELLED) {
        struct ctx patient = { .arena = ctx->arena, .error = rc ? NULL : ctx->error, .finishing = true };
        bool last = rc ? rc == TIAN_ECANCELLED : !*more;
        int failed = commit_round(&patient, im, base, &built, last);
        rc = failed ? failed : rc; /* then nothing more is to be written on this base */
    }
    store_release(ctx, base);
    return rc;
}

/* Nothing is to be read, but something may be gone. */
static int run_none(struct ctx *ctx, struct import *im)
{
    struct build_result none = { 0 };
    struct ctx patient = { .arena = ctx->arena, .error = ctx->error, .finishing = true };
    struct snapshot *base = store_base(ctx, im->store);
    int rc = commit_round(&patient, im, base, &none, true);
    store_release(ctx, base);
    return rc;
}

/* ---- The whole ----------------------------------------------------------------------------------- */

static int open_log(struct ctx *ctx, struct import *im)
{
    const char *path = im->options->log_path;
    if (!path) {
        const char *folder = path_join(im->arena, im->store->path, "log");
        int rc = file_make_folder(ctx, folder);
        if (rc)
            return rc;
        path = path_join(im->arena, folder, "import.jsonl");
    }
    return file_tail_open(ctx, im->arena, path, &im->log);
}

static void report_unmounted(struct import *im, struct buf *lines)
{
    const struct map *folders = im->intake.unmounted;
    for (size_t i = 0; i < folders->n; i++) {
        struct str folder = folders->entries[i].key;
        journal_kept(lines, folder, (uintptr_t)folders->entries[i].value);
        im->summary->warnings++;
    }
}

/* What is known of files that were not read; a file whose time alone is new gets that into the catalogue. */
static void report_items(struct import *im, struct buf *lines)
{
    for (size_t i = 0; i < im->intake.items.n; i++) {
        const struct item *item = im->intake.items.at[i];
        im->summary->files += item->state != ITEM_SKIPPED;
        im->summary->unchanged += item->state == ITEM_UNCHANGED;
        im->summary->skipped += item->state == ITEM_SKIPPED;
        im->summary->moved += item->moved_from.n > 0 && item->complete && !item->code;
        if (item->state == ITEM_SKIPPED)
            journal_skipped(lines, item->path, STR_NONE, item->problem);
        if (item->state != ITEM_FAILED)
            continue;
        im->summary->failed++;
        im->worst = worse(im->worst, item->code);
        journal_problem(lines, item->path, 0, item->problem);
    }
    report_unmounted(im, lines);
}

static int end_log(struct ctx *ctx, struct import *im, int64_t start)
{
    struct buf lines;
    buf_init(&lines, im->arena);
    report_items(im, &lines);
    im->summary->bytes = im->text_bytes;
    im->summary->seconds = (double)(clock_now() - start) / 1e9;
    journal_summary(&lines, im->summary);
    return file_tail_append(ctx, &im->log, buf_view(&lines));
}

static bool has_work(const struct import *im)
{
    for (size_t i = 0; i < im->intake.items.n; i++)
        if (to_be_read(im->intake.items.at[i]))
            return true;
    return false;
}

static int run(struct ctx *ctx, struct import *im)
{
    bool more = true;
    int rc = 0;
    if (!has_work(im))
        return run_none(ctx, im);
    while (!rc && more) {
        struct ctx round = { .arena = arena_new(ctx->arena), .error = ctx->error, .deadline = ctx->deadline };
        rc = run_round(&round, im, &more);
        arena_free(round.arena);
    }
    return rc;
}

int store_import(struct ctx *ctx, struct store *store, const char *const *paths, size_t n,
                 const struct import_options *options, struct tian_import_summary *summary)
{
    static const struct import_options usual;
    struct import im = { .store = store,
                         .arena = arena_new(ctx->arena),
                         .options = options ? options : &usual,
                         .summary = summary };
    struct builder *builder = NULL;
    int64_t start = clock_now();
    *summary = (struct tian_import_summary){ 0 };
    im.produced = map_new(im.arena);
    im.stream_arena = arena_new(im.arena);
    int rc = store_begin(ctx, store);
    if (!rc && !im.options->builder)
        rc =
            builder_new(ctx, im.arena, im.options->share, store_themes(ctx, im.arena, store->path), &builder);
    im.builder = builder ? builder : im.options->builder;
    if (!rc)
        rc = intake_walk(ctx, im.arena, paths, n, &store->sources, im.options->rebuild, &im.intake);
    if (!rc)
        rc = store_check_space(ctx, store, 2 * im.intake.bytes);
    if (!rc)
        rc = open_log(ctx, &im);
    if (!rc)
        rc = run(ctx, &im);
    if (!rc || rc == TIAN_ECANCELLED) {
        int failed = end_log(ctx, &im, start);
        rc = rc ? rc : failed;
    }
    if (!rc && im.stop)
        rc = ctx_fail(ctx, im.worst, NULL, "stopped at the first failure, as asked (see %s)",
                      "按要求在第一个失败处停止（详见 %s）", im.log.path);
    else if (!rc && im.worst)
        rc = ctx_fail(ctx, im.worst, NULL,
                      "%llu of %llu files could not be read (see %s); the others are in the index",
                      "%llu 个文件（共 %llu 个）无法读取（详见 %s）；其余均已入库",
                      (unsigned long long)summary->failed, (unsigned long long)summary->files, im.log.path);
    arena_free(im.arena);
    return rc;
}
