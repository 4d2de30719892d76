/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Segments from records: the proof that segments are derived. Recovery replays
 * the tail of the log that no segment has yet; a rebuild replays all of it. Both
 * are one thing: note what the log says of each id (only the last word counts),
 * then feed the surviving puts, in the order of the log, to the build.
 *
 * A record that cannot be read is stepped over and counted: the others are not
 * to suffer for it. When a removal was lost in this way, what is served still
 * knows of it: a put from before the manifest whose id does not live there was
 * removed since, stays so, and its removal is logged once more.
 *
 * Compaction copies the last word on each living id to new files of the log and
 * rebuilds from these; the manifest that serves the new segment also says that
 * the log begins there, and the old files are swept, oldest first. At any instant
 * the log, read from the first file there is, says the same.
 */
#include "store/commit.h"

#include <assert.h>
#include <stdlib.h>

enum {
    JOB_DOCUMENTS = 500,
    COPY_PIECE = 1 << 20
};
static const uint64_t JOB_BYTES = 900 << 10; /* of packed records: about as much text as an import job */

struct word_of_log { /* what the log last said of an id */
    uint64_t id_hash;
    record_at at;
    enum record_type type;
};

struct replay {
    struct ctx *ctx;
    struct record_files *files;
    struct builder *builder;
    vec_of(struct word_of_log) said;
    vec_of(record_at) puts;       /* survivors, ascending */
    vec_of(struct str) forgotten; /* ids whose removal was lost from the log */
    size_t next;
    const struct import_options *options;
    struct damage damage;
    _Atomic uint64_t unreadable; /* whole records that could not be understood */
    uint64_t replaced, removed;  /* versions that a later one of a living document replaced; documents */
};

/* ---- What the log says --------------------------------------------------------------- */

static int note(void *self, const struct record *record)
{
    struct replay *r = self;
    vec_push(&r->said, (struct word_of_log){ hash_str(record->id), record->at, record->type });
    return 0;
}

static void note_damage(void *self, record_at from, uint64_t bytes, struct str id)
{
    struct replay *r = self;
    r->damage.places++;
    r->damage.bytes += bytes;
    if (r->damage.places > DAMAGE_NAMES)
        return;
    char *place =
        arena_printf(r->ctx->arena, "%u:%llu", record_file(from), (unsigned long long)record_offset(from));
    r->damage.name[r->damage.places - 1] = id.n ? arena_cstr(r->ctx->arena, id) : place;
}

static int by_id_then_time(const void *a, const void *b)
{
    const struct word_of_log *x = a, *y = b;
    if (x->id_hash != y->id_hash)
        return x->id_hash < y->id_hash ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

static int by_place(const void *a, const void *b)
{
    record_at x = *(const record_at *)a, y = *(const record_at *)b;
    return x < y ? -1 : x > y;
}

/* Keep the last word on each id, and count what is not. */
static void settle(struct replay *r)
{
    size_t kept = 0, versions = 0; /* of this id, before its last word */
    if (r->said.n)
        qsort(r->said.at, r->said.n, sizeof *r->said.at, by_id_then_time);
    for (size_t i = 0; i < r->said.n; i++) {
        bool put = r->said.at[i].type == RECORD_PUT;
        if (i + 1 < r->said.n && r->said.at[i + 1].id_hash == r->said.at[i].id_hash) {
            versions += put;
            continue;
        }
        r->said.at[kept++] = r->said.at[i];
        r->replaced += put ? versions : 0;
        r->removed += !put;
        versions = 0;
    }
    r->said.n = kept;
}

static void collect_puts(struct replay *r)
{
    for (size_t i = 0; i < r->said.n; i++)
        if (r->said.at[i].type == RECORD_PUT)
            vec_push(&r->puts, r->said.at[i].at);
    if (r->puts.n)
        qsort(r->puts.at, r->puts.n, sizeof *r->puts.at, by_place);
}

/* ---- Removals that were lost ----------------------------------------------------------- */

static int by_hash(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* Hashes of the ids that live in a snapshot, ascending. */
static uint64_t *living_ids(struct ctx *ctx, const struct snapshot *s, size_t *n)
{
    uint64_t *hashes = arena_alloc(ctx->arena, (s->span + 1) * sizeof *hashes);
    *n = 0;
    for (uint32_t doc = 0; doc < s->span; doc++)
        if (snapshot_is_live(s, doc))
            hashes[(*n)++] = snapshot_number(s, doc, COLUMN_ID_HASH);
    qsort(hashes, *n, sizeof *hashes, by_hash);
    return hashes;
}

/* Can a put be understood, so that it would have been indexed? */
static bool is_understood(struct ctx *ctx, struct inflater *inflater, const struct record *record)
{
    struct arena *arena = arena_new(ctx->arena);
    struct ctx quiet = { .arena = arena };
    struct document document;
    struct str encoded;
    bool good = !record_expand(&quiet, inflater, arena, record, &encoded) &&
                !document_decode(&quiet, arena, encoded, &document);
    arena_free(arena);
    return good;
}

/* The snapshot holds all that the log said before its place: a put from there whose id does not live is no
 * last word, even when the removal cannot be read any more. */
static void recall_removals(struct ctx *ctx, struct replay *r, const struct snapshot *base)
{
    struct ctx quiet = { .arena = ctx->arena };
    struct inflater *inflater = inflater_new(ctx->arena);
    size_t n;
    const uint64_t *living = living_ids(ctx, base, &n);
    for (size_t i = 0; i < r->said.n; i++) {
        struct word_of_log *word = &r->said.at[i];
        struct record record;
        if (word->type != RECORD_PUT || word->at >= base->manifest.records ||
            bsearch(&word->id_hash, living, n, sizeof *living, by_hash) ||
            record_read(&quiet, r->files, word->at, &record) || !is_understood(ctx, inflater, &record))
            continue;
        word->type = RECORD_REMOVE;
        vec_push(&r->forgotten, record.id);
    }
}

/* Say in the log again what was lost from it. */
static int log_forgotten(struct ctx *ctx, struct store *store, const struct replay *r)
{
    struct buf frames;
    record_at at;
    buf_init(&frames, ctx->arena);
    for (size_t i = 0; i < r->forgotten.n; i++)
        record_frame_remove(&frames, r->forgotten.at[i]);
    return r->forgotten.n ? record_log_append(ctx, store->log, buf_view(&frames), &at) : 0;
}

/* ---- All of it ------------------------------------------------------------------------- */

static int listen(struct ctx *ctx, struct store *store, record_at from, const struct snapshot *base,
                  struct replay *r)
{
    r->ctx = ctx;
    vec_init(&r->said, ctx->arena);
    vec_init(&r->puts, ctx->arena);
    vec_init(&r->forgotten, ctx->arena);
    struct record_walk walk = { .from = from, .visit = note, .damaged = note_damage, .self = r };
    int rc = record_files_open(ctx, ctx->arena, path_join(ctx->arena, store->path, "records"),
                               record_file(from), NULL, &r->files);
    if (!rc)
        rc = record_walk(ctx, r->files, &walk);
    if (rc)
        return rc;
    settle(r);
    if (from < base->manifest.records)
        recall_removals(ctx, r, base);
    collect_puts(r);
    return 0;
}

/* ---- The feed ---------------------------------------------------------------------------- */

struct replay_job {
    size_t first, n;
};

static int next_job(void *self, struct ctx *ctx, struct arena *arena, void **out)
{
    struct replay *r = self;
    *out = NULL;
    if (r->next == r->puts.n)
        return 0;
    struct replay_job *job = arena_new_of(arena, struct replay_job);
    uint64_t bytes = 0;
    job->first = r->next;
    while (r->next < r->puts.n && job->n < JOB_DOCUMENTS && bytes < JOB_BYTES) {
        struct record record;
        struct ctx quiet = { .arena = ctx->arena };
        if (!record_read(&quiet, r->files, r->puts.at[r->next], &record))
            bytes += record.packed.n;
        r->next++;
        job->n++;
    }
    *out = job;
    if (r->options && r->options->progress) {
        struct tian_progress p = { .documents = r->next,
                                   .bytes = r->next,
                                   .bytes_total = r->puts.n,
                                   .now = say("rebuilding", "正在重建") };
        r->options->progress(r->options->self, &p);
    }
    return 0;
}

static int read_one(struct ctx *ctx, const struct replay *r, struct inflater *inflater, record_at at,
                    struct str *encoded, struct document *document)
{
    struct record record;
    int rc = record_read(ctx, r->files, at, &record);
    if (!rc)
        rc = record_expand(ctx, inflater, ctx->arena, &record, encoded);
    return rc ? rc : document_decode(ctx, ctx->arena, *encoded, document);
}

static int make_one(struct ctx *ctx, struct batch *batch, struct replay *r, struct inflater *inflater,
                    record_at at)
{
    struct str encoded = STR_NONE;
    struct document document;
    int rc = read_one(ctx, r, inflater, at, &encoded, &document);
    if (rc == TIAN_EINDEX || rc == TIAN_EFORMAT) { /* the others are not to suffer for it */
        r->unreadable++;
        return 0;
    }
    if (rc)
        return rc;
    document_label(r->builder, batch_cutter(batch), ctx->arena, &document);
    return batch_put_logged(ctx, batch, &document, encoded, at);
}

static int make_job(void *self, struct ctx *ctx, struct batch *batch, void *arg)
{
    struct replay *r = self;
    const struct replay_job *job = arg;
    struct inflater *inflater = inflater_new(batch_arena(batch));
    struct tian_error error;
    struct ctx inner = { .arena = arena_new(ctx->arena), .error = &error, .deadline = ctx->deadline };
    int rc = 0;
    for (size_t i = 0; !rc && i < job->n; i++) {
        error = (struct tian_error){ 0 };
        rc = make_one(&inner, batch, r, inflater, r->puts.at[job->first + i]);
        arena_reset(inner.arena);
    }
    arena_free(inner.arena);
    return rc ? ctx_fail(ctx, rc, error.where, "%s", "%s", error.message) : 0;
}

static int build_puts(struct ctx *ctx, struct store *store, struct replay *r, const char *to,
                      struct build_result *result)
{
    struct feed feed = { .self = r, .next = next_job, .make = make_job };
    struct build_options options = { .jobs = r->options ? r->options->jobs : 0,
                                     .memory = r->options ? r->options->memory : 0,
                                     .folder = store_scratch(ctx->arena, store),
                                     .to = to,
                                     .share = store->share };
    int rc =
        builder_new(ctx, ctx->arena, store->share, store_themes(ctx, ctx->arena, store->path), &r->builder);
    if (!rc)
        rc = file_remove_tree(ctx, to);
    return rc ? rc : build_run(ctx, &feed, &options, result);
}

/* ---- Recovery and rebuild ------------------------------------------------------------------- */

/* The documents of base that the tail of the log has replaced or removed. */
static int find_superseded(struct ctx *ctx, const struct replay *r, const struct snapshot *base,
                           struct docs *dead)
{
    int rc = 0;
    vec_init(dead, ctx->arena);
    for (size_t i = 0; !rc && i < r->said.n; i++) {
        struct record record;
        struct ctx quiet = { .arena = ctx->arena };
        uint32_t doc;
        rc = record_read(ctx, r->files, r->said.at[i].at, &record);
        if (!rc && !snapshot_find(&quiet, base, record.id, &doc))
            vec_push(dead, doc);
    }
    docs_sort(dead);
    return rc;
}

/* Keep what was met for whoever asked for the salvage. */
static void keep_damage(struct store *store, const struct replay *r)
{
    struct damage *kept = arena_new_of(store->arena, struct damage);
    *kept = r->damage;
    kept->places += r->unreadable;
    for (size_t i = 0; i < DAMAGE_NAMES; i++)
        kept->name[i] = kept->name[i] ? arena_cstr(store->arena, str_of(kept->name[i])) : NULL;
    kept->removed_again = r->forgotten.n;
    for (size_t i = 0; i < DAMAGE_NAMES && i < r->forgotten.n; i++)
        kept->removed[i] = arena_cstr(store->arena, r->forgotten.at[i]);
    kept->blind = store->salvaged;
    store->damage = kept->places || kept->removed_again ? kept : NULL;
}

static int replay_tail(struct ctx *ctx, struct store *store, const struct snapshot *base)
{
    struct replay r = { 0 };
    struct build_result built = { 0 };
    struct docs dead;
    unsigned number = store_next_segment(store);
    int rc = listen(ctx, store, base->manifest.records, base, &r);
    if (!rc)
        rc = find_superseded(ctx, &r, base, &dead);
    if (!rc && r.puts.n)
        rc = build_puts(ctx, store, &r, segment_path(ctx->arena, store->path, number), &built);
    if (rc)
        return rc;
    keep_damage(store, &r);
    struct change change = {
        .segment = built.documents ? number : 0, .count = built.documents, .dead_old = &dead, .base = base
    };
    return store_commit(ctx, store, &change);
}

int store_recover(struct ctx *ctx, struct store *store)
{
    struct ctx inner = { .arena = arena_new(ctx->arena), .error = ctx->error, .deadline = ctx->deadline };
    struct snapshot *base = store_base(&inner, store);
    int rc = 0;
    if (record_log_end(store->log) > base->manifest.records)
        rc = replay_tail(&inner, store, base);
    arena_free(inner.arena);
    return rc;
}

static const char *names_of(struct ctx *ctx, const char *const *name, uint64_t all)
{
    struct buf names;
    buf_init(&names, ctx->arena);
    for (size_t i = 0; i < DAMAGE_NAMES && name[i]; i++)
        buf_printf(&names, "%s%s", i ? ", " : "", name[i]);
    return arena_printf(ctx->arena, "%.*s%s", STR_ARG(buf_view(&names)), all > DAMAGE_NAMES ? " …" : "");
}

/* What became of removals that stood in damaged places; "" when nothing is to be said. */
static const char *about_removals(struct ctx *ctx, const struct damage *d)
{
    if (d->blind)
        return say("; without the old manifest it cannot be known whether a removal stood there, so that a "
                   "removed document may be there again",
                   "；因无原清单可对照，损坏处是否有删除记录无从得知，已删除的文件可能重新出现");
    if (d->removed_again == 0)
        return "";
    return arena_printf(ctx->arena,
                        say("; the removal of %llu documents (%s) was lost: they stay removed, and that is "
                            "in the records again",
                            "；有 %llu 件（%s）的删除记录丢失，仍按已删除处理，并已重新记入存档"),
                        (unsigned long long)d->removed_again, names_of(ctx, d->removed, d->removed_again));
}

/* Done, but: exit status and message say so. */
static int report_damage(struct ctx *ctx, const struct store *store)
{
    const struct damage *d = store->damage;
    if (!d)
        return 0;
    return ctx_fail(
        ctx, TIAN_EINDEX, store->path,
        "rebuilt, but for %llu damaged places in the records (%s), whose documents must be indexed again%s",
        "已重建，但存档中有 %llu 处损坏（%s），这些文件须重新导入%s", (unsigned long long)d->places,
        names_of(ctx, d->name, d->places), about_removals(ctx, d));
}

/* One segment of what the log says from file `first` on; the log begins there from now on. */
static int rebuild_from(struct ctx *ctx, struct store *store, const struct import_options *options,
                        unsigned first)
{
    struct replay r = { .options = options };
    struct build_result built = { 0 };
    struct snapshot *base = store_base(ctx, store);
    unsigned number = store_next_segment(store);
    int rc = listen(ctx, store, record_place(first, 0), base, &r);
    if (!rc && r.puts.n)
        rc = build_puts(ctx, store, &r, segment_path(ctx->arena, store->path, number), &built);
    if (!rc)
        rc = log_forgotten(ctx, store, &r);
    if (rc)
        return rc;
    keep_damage(store, &r);
    struct change change = { .segment = built.documents ? number : 0,
                             .count = built.documents,
                             .base = base,
                             .replaces_all = true,
                             .log = first };
    return store_commit(ctx, store, &change);
}

static int rebuild(struct ctx *ctx, struct store *store, const struct import_options *options)
{
    return rebuild_from(ctx, store, options, store->current->manifest.log);
}

int store_rebuild(struct ctx *ctx, struct store *store, const struct import_options *options)
{
    int rc = store_begin(ctx, store);
    if (!rc && !store->salvaged) { /* else opening has done it a moment ago */
        struct ctx inner = { .arena = arena_new(ctx->arena), .error = ctx->error, .deadline = ctx->deadline };
        rc = rebuild(&inner, store, options);
        arena_free(inner.arena);
    }
    store->salvaged = false;
    return rc ? rc : report_damage(ctx, store);
}

/* ---- Compaction ------------------------------------------------------------------------------- */

/* Copy the living, frame by frame, to new files of the log. Killed in the middle, they are records like
 * others: the next writer finds the same documents put once more. */
static int copy_living(struct ctx *ctx, struct store *store, const struct replay *r)
{
    struct buf piece;
    record_at at;
    int rc = record_log_next_file(ctx, store->log);
    buf_init(&piece, ctx->arena);
    for (size_t i = 0; !rc && i < r->puts.n; i++) {
        struct str map = record_files_map(r->files, record_file(r->puts.at[i]));
        struct str rest = str_sub(map, record_offset(r->puts.at[i]), map.n);
        buf_put(&piece, rest.p, record_frame_size(rest));
        if (piece.n < COPY_PIECE && i + 1 < r->puts.n)
            continue;
        rc = record_log_append(ctx, store->log, buf_view(&piece), &at);
        buf_clear(&piece);
        rc = rc ? rc : ctx_check(ctx);
    }
    return rc;
}

static uint64_t living_bytes(const struct replay *r)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < r->puts.n; i++) {
        struct str map = record_files_map(r->files, record_file(r->puts.at[i]));
        sum += record_frame_size(str_sub(map, record_offset(r->puts.at[i]), map.n));
    }
    return sum;
}

static int compact_log(struct ctx *ctx, struct store *store, const struct import_options *options,
                       struct replay *r)
{
    unsigned first = record_file(record_log_end(store->log)) + 1;
    int rc = store_check_space(ctx, store, 2 * living_bytes(r));
    if (!rc)
        rc = copy_living(ctx, store, r);
    return rc ? rc : rebuild_from(ctx, store, options, first);
}

static int compact(struct ctx *ctx, struct store *store, const struct import_options *options,
                   struct compact_summary *out)
{
    struct replay r = { 0 };
    struct snapshot *s = store_base(ctx, store);
    int rc = listen(ctx, store, record_place(s->manifest.log, 0), s, &r);
    if (!rc && r.damage.places)
        return ctx_fail(ctx, TIAN_EINDEX, store->path,
                        "%llu places of the records are damaged: what is there is not thrown away; tian "
                        "verify names them",
                        "存档有 %llu 处损坏，不予清理；tian verify 会列出",
                        (unsigned long long)r.damage.places);
    if (rc)
        return rc;
    if (r.replaced == 0 && r.removed == 0)
        return store_merge(ctx, store, MERGE_ALL, options->jobs);
    out->replaced = r.replaced;
    out->removed = r.removed;
    return compact_log(ctx, store, options, &r);
}

static uint64_t bytes_of(struct ctx *ctx, struct store *store)
{
    struct store_sizes sizes = { 0 };
    struct snapshot *s = store_base(ctx, store);
    snapshot_sizes(ctx, s, &sizes);
    return sizes.records + sizes.segments_bytes;
}

int store_compact(struct ctx *ctx, struct store *store, const struct import_options *options,
                  struct compact_summary *out)
{
    struct ctx inner = { .arena = arena_new(ctx->arena), .error = ctx->error, .deadline = ctx->deadline };
    *out = (struct compact_summary){ 0 };
    int rc = store_begin(&inner, store);
    out->before = rc ? 0 : bytes_of(&inner, store);
    if (!rc)
        rc = compact(&inner, store, options, out);
    out->after = rc ? 0 : bytes_of(&inner, store);
    arena_free(inner.arena);
    return rc;
}
