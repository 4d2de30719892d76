/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Two ways to know that the derived data is what the records say.
 *
 * The digest: a sum over living documents of a hash of (what the record says but
 * for where it came from, terms), both kept as columns. A sum does not depend on
 * order, so it is the same however the documents came in, were merged, rebuilt,
 * restored, or dumped and loaded.
 *
 * The verification: (1) every file's checksum, every record's CRC; (2) full only:
 * every document is cut again and its terms compared with the columns, and the
 * inverted lists are walked once, adding up what they hold for each document.
 * Since a document's terms hash is a sum too, walking lists and cutting text must
 * give the same number; a posting missing, added or misplaced anywhere changes it.
 */
#include "store/commit.h"

#include <inttypes.h>
#include <stdio.h>

/* ---- Digest ----------------------------------------------------------------------------- */

/* From the column, or, in a segment of an older version, from the record. */
static int portable_hash(struct ctx *ctx, const struct snapshot *s, uint32_t doc, uint64_t *out)
{
    struct str encoded;
    *out = snapshot_number(s, doc, COLUMN_PORTABLE_HASH);
    if (*out)
        return 0;
    struct arena *arena = arena_new(ctx->arena);
    int rc = snapshot_encoded(ctx, s, arena, doc, &encoded);
    if (!rc)
        *out = document_portable_hash(encoded);
    arena_free(arena);
    return rc;
}

int snapshot_digest(struct ctx *ctx, struct snapshot *s, struct digest *out)
{
    int rc = 0;
    *out = (struct digest){ 0 };
    for (uint32_t doc = 0; !rc && doc < s->span; doc++) {
        uint64_t said;
        if (!snapshot_is_live(s, doc))
            continue;
        rc = portable_hash(ctx, s, doc, &said);
        uint64_t low = hash_mix(said ^ hash_mix(snapshot_number(s, doc, COLUMN_TERMS_HASH)));
        out->low += low;
        out->high += hash_mix(low ^ said);
        out->documents++;
    }
    return rc ? rc : ctx_check(ctx);
}

/* ---- Verification --------------------------------------------------------------------------- */

struct verify {
    struct ctx *ctx;
    struct store *store;
    struct snapshot *s;
    vec_of(const char *) problems;
    int rc; /* what ended the looking */
};

static void problem(struct verify *v, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void problem(struct verify *v, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *line = arena_vprintf(v->ctx->arena, format, args);
    va_end(args);
    vec_push(&v->problems, line);
}

/* A look at something gave rc. Memory that ran out says nothing about the index: it ends the looking. */
static void met(struct verify *v, int rc, const struct tian_error *error)
{
    if (rc == TIAN_EMEMORY)
        v->rc = ctx_fail(v->ctx, rc, error->where, "%s", "%s", error->message);
    else if (rc)
        problem(v, error->where[0] ? "%s: %s" : "%s%s", error->where, error->message);
}

static int go_on(const struct verify *v)
{
    return v->rc ? v->rc : ctx_check(v->ctx);
}

static void damaged_record(void *self, record_at from, uint64_t bytes, struct str id)
{
    struct verify *v = self;
    problem(v,
            say("records: file %u, offset %" PRIu64 ": %" PRIu64 " damaged bytes, document “%.*s”",
                "记录文件 %u，偏移 %" PRIu64 "：损坏 %" PRIu64 " 字节，文件“%.*s”"),
            record_file(from), record_offset(from), bytes, STR_ARG(id.n ? id : STR("?")));
}

static int ignore_record(void *self, const struct record *record)
{
    (void)self, (void)record;
    return 0;
}

static void check_segment_files(struct verify *v, size_t i)
{
    struct tian_error error = { 0 };
    struct ctx quiet = { .arena = v->ctx->arena, .error = &error };
    met(v,
        segment_check(&quiet, v->s->segments[i].segment->folder, v->s->manifest.segments.at[i].files, true),
        &error);
}

static void check_sources(struct verify *v)
{
    struct tian_error error = { 0 };
    struct ctx quiet = { .arena = v->ctx->arena, .error = &error };
    struct sources sources;
    uint64_t generation = v->s->manifest.sources;
    if (generation)
        met(v,
            sources_read(&quiet, quiet.arena, sources_path(quiet.arena, v->store->path, generation),
                         &sources),
            &error);
}

/* ---- Full: the lists against the columns ---------------------------------------------------- */

struct sums {
    uint64_t *of; /* one a document of the segment */
    uint32_t count;
    enum list_set set;
    bool outside; /* a posting points outside the segment */
};

static int add_word(void *self, struct str term, uint32_t doc, uint32_t count)
{
    struct sums *sums = self;
    if (doc >= sums->count)
        sums->outside = true;
    else
        sums->of[doc] += terms_hash_word(term, count);
    return 0;
}

static int add_list(void *self, uint32_t key, const uint32_t *docs, size_t n)
{
    struct sums *sums = self;
    uint64_t hash = terms_hash_key(sums->set, key);
    for (size_t i = 0; i < n; i++)
        if (docs[i] >= sums->count)
            sums->outside = true;
        else
            sums->of[docs[i]] += hash;
    return 0;
}

static void check_lists(struct verify *v, size_t i)
{
    const struct segment *seg = v->s->segments[i].segment;
    struct tian_error error = { 0 };
    struct ctx inner = { .arena = arena_new(v->ctx->arena), .error = &error };
    struct sums sums = { .of = arena_array(inner.arena, uint64_t, seg->count + 1), .count = seg->count };
    int rc = words_each(&inner, v->s->folders[i], add_word, &sums);
    for (int set = 0; !rc && set < LIST_SETS; set++) {
        sums.set = (enum list_set)set;
        rc = lists_each(&inner, seg->lists[set], add_list, &sums);
    }
    met(v, rc, &error);
    if (!rc && sums.outside)
        problem(v, "%s: %s", seg->folder, say("a posting of no document", "有倒排项不属于任何文件"));
    for (uint32_t doc = 0; !rc && doc < seg->count; doc++)
        if (sums.of[doc] != columns_number(seg->columns, COLUMN_TERMS_HASH, doc))
            problem(v,
                    say("%s: document %u: words or lists are not those of its text",
                        "%s：第 %u 份文件的词或倒排表与正文不符"),
                    seg->folder, doc);
    arena_free(inner.arena);
}

/* ---- Full: the texts against the columns ------------------------------------------------------ */

/* Later columns are not there in a segment of an older version. */
static bool is_other(int column, uint64_t stored, uint64_t found)
{
    return stored != found && !(column >= COLUMN_LENGTH && stored == 0);
}

static int check_text(struct verify *v, struct ctx *ctx, struct termer *termer, uint32_t doc)
{
    struct str encoded;
    struct document document;
    struct terms terms;
    int rc = snapshot_encoded(ctx, v->s, ctx->arena, doc, &encoded);
    if (!rc)
        rc = document_decode(ctx, ctx->arena, encoded, &document);
    if (!rc)
        rc = terms_of(ctx, termer, &document, encoded, &terms);
    if (rc)
        return rc;
    for (int column = COLUMN_ID_HASH; column < NUMBER_COLUMNS; column++)
        if (is_other(column, snapshot_number(v->s, doc, (enum number_column)column),
                     terms.row.number[column]))
            problem(v, say("%.*s: column %d is not what its text gives", "%.*s：第 %d 列与正文不符"),
                    STR_ARG(document.id), column);
    return 0;
}

static int check_texts(struct verify *v)
{
    struct lexicon *lexicon;
    struct termer *termer;
    struct arena *arena = v->ctx->arena;
    int rc = lexicon_load(v->ctx, arena, v->store->share, &lexicon);
    if (!rc)
        rc = termer_new(v->ctx, arena, lexicon, &termer);
    struct tian_error error = { 0 };
    struct ctx inner = { .arena = arena_new(arena), .error = &error };
    for (uint32_t doc = 0; !rc && doc < v->s->span; doc++) {
        if (snapshot_is_live(v->s, doc))
            met(v, check_text(v, &inner, termer, doc), &error);
        error = (struct tian_error){ 0 };
        arena_reset(inner.arena);
        rc = go_on(v);
    }
    return rc;
}

static void check_decisions(struct verify *v)
{
    struct decisions decisions;
    struct tian_error error = { 0 };
    struct ctx inner = { .arena = v->ctx->arena, .error = &error };
    int rc = decisions_read(&inner, v->ctx->arena, v->store->path, &decisions);
    met(v, rc, &error);
    if (!rc && decisions.damaged)
        problem(v,
                say("decisions: %zu lines are damaged; what they decided is lost and must be recorded again",
                    "decisions 文件有 %zu 行损坏，这些决定已丢失，须重新记录"),
                decisions.damaged);
}

static int verify_all(struct verify *v, bool full)
{
    struct record_walk walk = { .until = v->s->manifest.records, /* behind it a writer may be at work */
                                .visit = ignore_record,
                                .damaged = damaged_record,
                                .self = v };
    int rc = record_walk(v->ctx, v->s->records, &walk);
    check_sources(v);
    check_decisions(v);
    for (size_t i = 0; !rc && i < v->s->nsegments; i++) {
        check_segment_files(v, i);
        if (full)
            check_lists(v, i);
        rc = go_on(v);
    }
    if (!rc && full)
        rc = check_texts(v);
    return rc ? rc : go_on(v);
}

/* Verify what the manifest names now. *moved: it named something else at the end, so files may have gone. */
static int verify_once(struct verify *v, bool full, bool *moved)
{
    uint64_t now;
    int rc = store_snapshot(v->ctx, v->store, &v->s);
    if (rc)
        return rc;
    vec_init(&v->problems, v->ctx->arena);
    rc = verify_all(v, full);
    *moved = !manifest_generation(v->ctx, v->store->path, &now) || now != v->s->manifest.generation;
    store_release(v->ctx, v->s);
    return rc;
}

int store_verify(struct ctx *ctx, struct store *store, bool full, verify_say *say_line, void *self)
{
    enum {
        TRIES = 4
    };
    struct verify v = { .ctx = ctx, .store = store };
    bool moved = true;
    int rc = 0;
    for (int i = 0; i < TRIES && !rc && moved; i++) {
        rc = verify_once(&v, full, &moved);
        moved = moved && v.problems.n;
    }
    if (rc || v.problems.n == 0)
        return rc;
    for (size_t i = 0; say_line && i < v.problems.n; i++)
        say_line(self, v.problems.at[i]);
    return ctx_fail(ctx, TIAN_EINDEX, store->path,
                    "%zu problems found; segments can be made anew: tian rebuild",
                    "发现 %zu 处问题；索引可重建：tian rebuild", v.problems.n);
}
