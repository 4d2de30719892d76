/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The build. Each worker takes the next job, makes its documents into a small
 * segment of its own (some hundred documents, inverted in memory),
 * then waits for its turn, appends the batch's records to the log in one write,
 * and closes the small segment with the places they got. Everything that depends
 * on order happens in the turn: numbering, places in the log, which of two
 * documents with one id is the later. So the result is the same for any number
 * of threads.
 *
 * Small segments are scratch: not synced, thrown away on any error. The records
 * are appended but not yet synced either: the caller does it once, before it
 * tells anybody that the documents are safe.
 */
#include "store/commit.h"

#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    MAX_WORKERS = 64,
    RECORD_LEVEL = 6 /* of deflate: beyond it the size stands still, see base/deflate.c */
};

/* Measured, at 88 MB of text: what one worker has in hand (a batch, its inverted form) and what there is
 * beside (tables, maps of the index, the numbers of documents: 16 bytes each). */
static const size_t USUAL_MEMORY = 150u << 20, A_WORKER = 28u << 20, ALL_WORKERS = 50u << 20;

struct seen {
    uint64_t id_hash;
    uint32_t document; /* of the run */
};

struct build {
    const struct feed *feed;
    const struct build_options *options;
    struct build_result *result;
    struct arena *arena; /* of what the turns collect */
    const struct lexicon *lexicon;
    pthread_mutex_t mutex; /* of all below */
    pthread_cond_t turned;
    size_t jobs_taken, turn;
    bool ended;
    int rc;
    struct tian_error error;
    vec_of(const char *) folders; /* small segments, in order */
    struct seen *seen;            /* open addressing by id_hash */
    size_t nseen, seen_cap;
};

struct batch {
    struct build *build;
    struct arena *arena; /* of this batch: reset between two */
    struct termer *termer;
    struct deflater *deflater;
    struct segment_writer *segment;
    const char *folder;
    size_t number;
    struct buf frames, log, encoded;
    vec_of(uint64_t) places; /* offset in frames, then place in the log, of each document */
    vec_of(uint64_t) ids;
    vec_of(uint32_t) replaced;
    vec_of(uint32_t) same;
    uint64_t text_bytes;
};

struct cutter *batch_cutter(struct batch *batch)
{
    return termer_cutter(batch->termer);
}

struct arena *batch_arena(struct batch *batch)
{
    return batch->arena;
}

struct buf *batch_log(struct batch *batch)
{
    return &batch->log;
}

const struct feed *batch_feed(const struct batch *batch)
{
    return batch->build->feed;
}

/* ---- In a worker: one document ---------------------------------------------------- */

static int put_terms(struct ctx *ctx, struct batch *batch, const struct document *document,
                     struct str encoded, uint64_t place)
{
    struct terms terms;
    int rc = terms_of(ctx, batch->termer, document, encoded, &terms);
    if (!rc && !batch->segment)
        rc = segment_create(ctx, batch->arena, batch->folder, &batch->segment);
    if (rc)
        return rc;
    terms.row.number[COLUMN_RECORD] = place;
    vec_push(&batch->places, place);
    vec_push(&batch->ids, terms.row.number[COLUMN_ID_HASH]);
    batch->text_bytes += document->title.n + document->body.n;
    segment_put(batch->segment, &terms);
    return 0;
}

static bool is_in_base(struct ctx *ctx, struct batch *batch, struct str id, uint32_t *doc)
{
    const struct snapshot *base = batch->build->options->base;
    struct ctx quiet = { .arena = ctx->arena };
    return base && !snapshot_find(&quiet, base, id, doc);
}

/* What an officer said of the version that is replaced holds for the new one. */
static void keep_officer(struct ctx *ctx, struct batch *batch, uint32_t doc, struct document *document)
{
    const struct build_options *o = batch->build->options;
    struct ctx quiet = { .arena = ctx->arena };
    struct document before;
    if (!o->builder || document_has_officer(document) ||
        !(snapshot_number(o->base, doc, COLUMN_FLAGS) & FLAG_OFFICER) ||
        snapshot_document(&quiet, o->base, batch->arena, doc, &before))
        return;
    document->labels = before.labels; /* a record has no others */
    document->nlabels = before.nlabels;
    document_label(o->builder, batch_cutter(batch), batch->arena, document);
}

/* A document of the base: 's' the same, 'u' another version. */
static char compare_with_base(struct ctx *ctx, struct batch *batch, struct str encoded, uint32_t doc)
{
    const struct snapshot *base = batch->build->options->base;
    struct ctx quiet = { .arena = ctx->arena };
    uint64_t hash = hash_bytes(encoded.p, encoded.n, 0);
    struct record record; /* a damaged one is put again: coming again heals a document */
    bool same = snapshot_number(base, doc, COLUMN_CONTENT_HASH) == hash &&
                !snapshot_record(&quiet, base, doc, &record);
    return same ? 's' : 'u';
}

int batch_put(struct ctx *ctx, struct batch *batch, const struct document *given, char *what)
{
    uint32_t doc = 0;
    struct document labelled = *given, *document = &labelled;
    bool known = is_in_base(ctx, batch, given->id, &doc);
    if (known)
        keep_officer(ctx, batch, doc, document);
    buf_clear(&batch->encoded);
    document_encode(document, &batch->encoded);
    struct str encoded = buf_view(&batch->encoded);
    char kind = known ? compare_with_base(ctx, batch, encoded, doc) : 'a';
    if (what)
        *what = kind;
    if (kind == 's') {
        vec_push(&batch->same, doc);
        return 0;
    }
    if (kind == 'u')
        vec_push(&batch->replaced, doc);
    uint64_t place = batch->frames.n;
    record_frame_put(&batch->frames, batch->deflater, document->id, encoded);
    return put_terms(ctx, batch, document, encoded, place);
}

int batch_put_logged(struct ctx *ctx, struct batch *batch, const struct document *document,
                     struct str encoded, record_at at)
{
    return put_terms(ctx, batch, document, encoded, at);
}

/* ---- The turn -------------------------------------------------------------------------- */

static struct seen *seen_slot(struct build *b, uint64_t id_hash)
{
    size_t mask = b->seen_cap - 1, at = id_hash & mask;
    while (b->seen[at].id_hash && b->seen[at].id_hash != id_hash)
        at = (at + 1) & mask;
    return &b->seen[at];
}

static void seen_grow(struct build *b)
{
    struct seen *old = b->seen;
    size_t n = b->seen_cap;
    b->seen_cap = n ? n * 2 : 1024;
    b->seen = arena_array(b->arena, struct seen, b->seen_cap);
    for (size_t i = 0; i < n; i++)
        if (old[i].id_hash)
            *seen_slot(b, old[i].id_hash) = old[i];
}

/* The later document with an id replaces the earlier one of the same run. */
static void note_ids(struct build *b, struct batch *batch)
{
    uint32_t first = b->result->documents;
    for (size_t i = 0; i < batch->ids.n; i++) {
        if ((b->nseen + 1) * 2 > b->seen_cap)
            seen_grow(b);
        uint64_t hash = batch->ids.at[i] ? batch->ids.at[i] : 1;
        struct seen *slot = seen_slot(b, hash);
        if (slot->id_hash)
            vec_push(&b->result->dead, slot->document);
        else
            b->nseen++;
        *slot = (struct seen){ hash, first + (uint32_t)i };
    }
}

static int append_records(struct ctx *ctx, struct build *b, struct batch *batch)
{
    record_at at;
    if (!b->options->log || batch->frames.n == 0)
        return 0;
    int rc = record_log_append(ctx, b->options->log, buf_view(&batch->frames), &at);
    for (size_t i = 0; !rc && i < batch->places.n; i++)
        batch->places.at[i] += at;
    return rc;
}

static int in_turn(struct ctx *ctx, struct build *b, struct batch *batch, void *job)
{
    int rc = append_records(ctx, b, batch);
    if (!rc && b->feed->turn)
        rc = b->feed->turn(b->feed->self, ctx, batch, job);
    if (rc)
        return rc;
    note_ids(b, batch);
    b->result->documents += (uint32_t)batch->places.n;
    b->result->text_bytes += batch->text_bytes;
    for (size_t i = 0; i < batch->replaced.n; i++)
        vec_push(&b->result->replaced, batch->replaced.at[i]);
    for (size_t i = 0; i < batch->same.n; i++)
        vec_push(&b->result->same, batch->same.at[i]);
    if (batch->segment)
        vec_push(&b->folders, arena_cstr(b->arena, str_of(batch->folder)));
    return 0;
}

static void note_failure(struct build *b, int rc, const struct tian_error *error)
{
    if (!b->rc) {
        b->rc = rc;
        b->error = *error;
    }
}

struct turn_args {
    struct ctx *ctx;
    struct build *build;
    struct batch *batch;
    void *job;
};

static int protected_turn(void *arg)
{
    struct turn_args *a = arg;
    return in_turn(a->ctx, a->build, a->batch, a->job);
}

/* Wait for this batch's turn and take it; a failed batch passes it on. */
static int take_turn(struct ctx *ctx, struct build *b, struct batch *batch, void *job, int rc)
{
    struct turn_args args = { ctx, b, batch, job };
    pthread_mutex_lock(&b->mutex);
    while (b->turn < batch->number)
        pthread_cond_wait(&b->turned, &b->mutex);
    if (!rc && !b->rc)
        rc = mem_protect(protected_turn, &args);
    if (rc)
        note_failure(b, rc, ctx->error);
    b->turn++;
    pthread_cond_broadcast(&b->turned);
    rc = b->rc;
    pthread_mutex_unlock(&b->mutex);
    return rc;
}

/* ---- A worker ------------------------------------------------------------------------------ */

static void batch_begin(struct batch *batch)
{
    struct build *b = batch->build;
    arena_reset(batch->arena);
    batch->segment = NULL;
    batch->text_bytes = 0;
    batch->folder = arena_printf(batch->arena, "%s/%06zu", b->options->folder, batch->number);
    buf_init(&batch->frames, batch->arena);
    buf_init(&batch->log, batch->arena);
    buf_init(&batch->encoded, batch->arena);
    vec_init(&batch->places, batch->arena);
    vec_init(&batch->ids, batch->arena);
    vec_init(&batch->replaced, batch->arena);
    vec_init(&batch->same, batch->arena);
}

struct job_args {
    struct ctx *ctx;
    struct build *build;
    struct batch *batch;
    void *job;
};

static int protected_next(void *arg)
{
    struct job_args *a = arg;
    struct build *b = a->build;
    batch_begin(a->batch);
    int rc = ctx_check(a->ctx);
    return rc ? rc : b->feed->next(b->feed->self, a->ctx, a->batch->arena, &a->job);
}

/* The next job, and its batch number; NULL at the end or after a failure. */
static void *next_job(struct ctx *ctx, struct build *b, struct batch *batch)
{
    struct job_args args = { ctx, b, batch, NULL };
    pthread_mutex_lock(&b->mutex);
    batch->number = b->jobs_taken;
    bool full = b->options->max_jobs && b->jobs_taken >= b->options->max_jobs;
    if (!b->ended && !b->rc && !full) {
        int rc = mem_protect(protected_next, &args);
        if (rc) {
            note_failure(b, rc, ctx->error);
            args.job = NULL;
        }
        b->ended = !args.job;
    }
    b->result->more = full && !b->ended;
    if (args.job)
        b->jobs_taken++;
    pthread_mutex_unlock(&b->mutex);
    return args.job;
}

static int make_batch(struct ctx *ctx, struct build *b, struct batch *batch, void *job)
{
    int rc = b->feed->make(b->feed->self, ctx, batch, job);
    rc = take_turn(ctx, b, batch, job, rc);
    if (!rc && batch->segment)
        rc = segment_close(ctx, batch->segment, batch->places.at);
    batch->segment = NULL;
    return rc;
}

struct worker {
    struct build *build;
    struct arena *arena; /* freed by whoever runs it, for running out of memory leaves work() in the middle */
};

static int work(void *arg)
{
    struct worker *w = arg;
    struct build *b = w->build;
    struct arena *arena = w->arena = arena_new(NULL);
    struct tian_error error = { 0 };
    struct batch batch = { .build = b, .arena = arena_new(arena) };
    struct ctx ctx = { .arena = batch.arena, .error = &error };
    struct ctx setup = { .arena = arena, .error = &error };
    int rc = termer_new(&setup, arena, b->lexicon, &batch.termer);
    batch.deflater = deflater_new(arena, RECORD_LEVEL);
    void *job;
    while (!rc && (job = next_job(&ctx, b, &batch)))
        rc = make_batch(&ctx, b, &batch, job);
    if (rc) {
        pthread_mutex_lock(&b->mutex);
        note_failure(b, rc, &error);
        pthread_mutex_unlock(&b->mutex);
    }
    return rc;
}

static void *worker(void *arg)
{
    struct build *b = arg;
    struct worker w = { .build = b };
    if (mem_protect(work, &w) == TIAN_EMEMORY) {
        pthread_mutex_lock(&b->mutex);
        if (!b->rc)
            b->rc = TIAN_EMEMORY;
        b->turn = SIZE_MAX / 2; /* nobody can wait for the batch that died */
        pthread_cond_broadcast(&b->turned);
        pthread_mutex_unlock(&b->mutex);
    }
    arena_free(w.arena);
    return NULL;
}

static unsigned processors(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : n > MAX_WORKERS ? MAX_WORKERS : (unsigned)n;
}

/* As many as asked for, and as the budget has room for. */
static unsigned workers_of(const struct build_options *o)
{
    size_t memory = o->memory ? o->memory : USUAL_MEMORY;
    size_t room = memory > ALL_WORKERS + A_WORKER ? (memory - ALL_WORKERS) / A_WORKER : 1;
    unsigned jobs = o->jobs ? o->jobs : processors();
    jobs = jobs < MAX_WORKERS ? jobs : MAX_WORKERS;
    return jobs < room ? jobs : (unsigned)room;
}

static void run_workers(struct build *b, unsigned jobs)
{
    pthread_t threads[MAX_WORKERS];
    unsigned started = 0;
    while (started + 1 < jobs && pthread_create(&threads[started], NULL, worker, b) == 0)
        started++;
    worker(b); /* this thread is one of them */
    while (started > 0)
        pthread_join(threads[--started], NULL);
}

/* ---- The whole -------------------------------------------------------------------------------- */

static int finish(struct ctx *ctx, struct build *b)
{
    docs_sort(&b->result->dead);
    docs_sort(&b->result->replaced);
    docs_sort(&b->result->same);
    if (b->folders.n == 0)
        return 0;
    unsigned jobs = b->options->jobs ? b->options->jobs : processors();
    return segment_merge(ctx, b->folders.at, b->folders.n, b->options->to, jobs);
}

int build_run(struct ctx *ctx, const struct feed *feed, const struct build_options *options,
              struct build_result *result)
{
    struct build b = { .feed = feed, .options = options, .result = result, .arena = ctx->arena };
    struct lexicon *lexicon = NULL;
    *result = (struct build_result){ 0 };
    vec_init(&result->dead, ctx->arena);
    vec_init(&result->replaced, ctx->arena);
    vec_init(&result->same, ctx->arena);
    vec_init(&b.folders, ctx->arena);
    int rc = options->lexicon ? 0 : lexicon_load(ctx, ctx->arena, options->share, &lexicon);
    if (!rc)
        rc = file_remove_tree(ctx, options->folder);
    if (!rc)
        rc = file_make_folder(ctx, options->folder);
    if (rc)
        return rc;
    b.lexicon = lexicon ? lexicon : options->lexicon;
    pthread_mutex_init(&b.mutex, NULL);
    pthread_cond_init(&b.turned, NULL);
    run_workers(&b, workers_of(options));
    pthread_cond_destroy(&b.turned);
    pthread_mutex_destroy(&b.mutex);
    rc = b.rc;
    if (!rc || rc == TIAN_ECANCELLED) {
        struct ctx patient = { .arena = ctx->arena, .error = ctx->error, .finishing = true };
        int failed = finish(&patient, &b);
        rc = failed ? failed : rc;
    }
    struct ctx quiet = { .arena = ctx->arena };
    (void)file_remove_tree(&quiet, options->folder); /* scratch: what cannot be removed now goes next time */
    if (rc && rc == b.rc)
        ctx_fail(ctx, rc, b.error.where, "%s", "%s", b.error.message);
    return rc;
}

uint64_t build_schema(const struct lexicon *lexicon)
{
    enum {
        TERMS_VERSION = 2
    };             /* raise it when terms.c or text/ make other terms of the same text */
    (void)lexicon; /* the dictionary changes ranking only: segments stay good */
    return hash_mix(TERMS_VERSION);
}
