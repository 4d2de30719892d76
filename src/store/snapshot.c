/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A snapshot: the segments of one manifest, opened, behind one numbering.
 *
 *   documents   0 … 499 | 500 … 9 999 | 10 000          (span; the dead keep their numbers)
 *   segments    first     second        third
 *
 * Everything in it is immutable but what a stage above keeps (vocabulary.c) and two stacks of idle handles
 * (Xapian databases and inflaters are not shareable between threads; making one costs more than a question).
 * Most segments are those of the snapshot before: both hold the same maps, so that each commit costs what it
 * added, and readers go on with pages they have touched already. (Word databases are opened anew: measured,
 * 15 µs a segment.)
 *
 * A snapshot lives until its last user releases it, even when its files have been unlinked meanwhile: maps
 * and open descriptors keep them. What could not be opened because a writer was faster is tried again with
 * the newer manifest.
 */
#include "store/snapshot.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>

enum {
    WORDS_CHECKED = 16 << 20, /* bytes: some 12 ms */
    OPEN_TRIES = 8,
    IDLE_HANDLES = 32
};

/* ---- Opening ------------------------------------------------------------------------ */

static void close_handles(void *arg)
{
    struct snapshot *s = arg;
    for (size_t i = 0; i < s->idle_words.n; i++)
        words_free(s->idle_words.at[i]);
    keep_close(s);
    pthread_mutex_destroy(&s->mutex);
}

static int read_dead(struct ctx *ctx, struct snapshot *s, const char *index, size_t i)
{
    const struct manifest_segment *m = &s->manifest.segments.at[i];
    struct snapshot_segment *seg = &s->segments[i];
    if (m->dead_generation == 0)
        return 0;
    struct docs docs;
    int rc =
        dead_read(ctx, s->arena, dead_path(s->arena, index, m->number, m->dead_generation), m->count, &docs);
    if (rc)
        return rc;
    seg->dead = arena_array(s->arena, uint64_t, m->count / 64 + 1);
    seg->ndead = (uint32_t)docs.n;
    for (size_t d = 0; d < docs.n; d++)
        seg->dead[docs.at[d] / 64] |= 1ull << docs.at[d] % 64;
    s->dead += seg->ndead;
    return 0;
}

/* Lines of the files below words/, and how many bytes these are. */
static uint64_t words_lines(struct str lines, struct buf *out)
{
    uint64_t bytes = 0, size;
    struct str line, crc, number;
    while (str_line(&lines, &line)) {
        struct str name = str_split(str_split(line, ' ', &crc), ' ', &number);
        if (!str_starts(name, STR("words/")) || !str_to_u64(number, &size))
            continue;
        bytes += size;
        buf_str(out, line);
        buf_char(out, '\n');
    }
    return bytes;
}

/* The same segment in the snapshot before, or NULL. */
static const struct segment *known_segment(const struct snapshot *before, const struct manifest_segment *m)
{
    for (size_t i = 0; before && i < before->nsegments; i++) {
        const struct manifest_segment *known = &before->manifest.segments.at[i];
        if (known->number == m->number && str_eq(known->files, m->files))
            return before->segments[i].segment;
    }
    return NULL;
}

/* Our own files are read so that damage gives a wrong answer at worst. Xapian's are not: a flipped bit can
 * send it round in circles for ever (tests/unit/test_store_flips.c). So their checksum is looked at once,
 * when a segment is first opened, unless it is so large that it would be felt. */
static int check_words(struct ctx *ctx, const struct manifest_segment *m, const char *folder)
{
    struct buf lines;
    buf_init(&lines, ctx->arena);
    return words_lines(m->files, &lines) > WORDS_CHECKED ? 0
                                                         : segment_check(ctx, folder, buf_view(&lines), true);
}

static int open_new(struct ctx *ctx, struct snapshot *s, const char *folder, const struct manifest_segment *m,
                    const struct segment **out)
{
    struct segment *segment;
    int rc = segment_open(ctx, s->arena, folder, &segment);
    if (!rc && segment->count != m->count)
        rc = ctx_fail(ctx, TIAN_EINDEX, folder,
                      "it holds %u documents, the manifest says %u; run: tian rebuild",
                      "其中有 %u 份文件，清单记载为 %u；请运行 tian rebuild", segment->count, m->count);
    *out = segment;
    return rc ? rc : check_words(ctx, m, folder);
}

static int open_segment(struct ctx *ctx, struct snapshot *s, const char *index, size_t i)
{
    const struct manifest_segment *m = &s->manifest.segments.at[i];
    struct snapshot_segment *seg = &s->segments[i];
    const char *folder = segment_path(s->arena, index, m->number);
    const struct segment *known = known_segment(s->before, m);
    int rc = 0;
    if (known)
        seg->segment = segment_hold(s->arena, known);
    else
        rc = open_new(ctx, s, folder, m, &seg->segment);
    if (rc)
        return rc;
    seg->base = s->span;
    s->folders[i] = path_join(s->arena, folder, "words");
    s->bases[i] = s->span;
    s->lengths[i] = seg->segment->length;
    s->span += m->count;
    return read_dead(ctx, s, index, i);
}

/* Of the manifest on disk, or of this one. */
static int take_manifest(struct ctx *ctx, struct snapshot *s, const char *index, const struct manifest *given)
{
    if (!given)
        return manifest_read(ctx, s->arena, index, &s->manifest);
    s->manifest = *given;
    vec_init(&s->manifest.segments, s->arena); /* it has none */
    return 0;
}

static int open_all(struct ctx *ctx, struct snapshot *s, const char *index, const struct manifest *given)
{
    int rc = take_manifest(ctx, s, index, given);
    if (rc)
        return rc;
    s->nsegments = s->manifest.segments.n;
    s->segments = arena_array(s->arena, struct snapshot_segment, s->nsegments + 1);
    s->folders = arena_array(s->arena, const char *, s->nsegments + 1);
    s->bases = arena_array(s->arena, uint32_t, s->nsegments + 1);
    s->lengths = arena_array(s->arena, const uint32_t *, s->nsegments + 1);
    for (size_t i = 0; !rc && i < s->nsegments; i++)
        rc = open_segment(ctx, s, index, i);
    if (!rc)
        rc = record_files_open(ctx, s->arena, path_join(s->arena, index, "records"), s->manifest.log,
                               s->before ? s->before->records : NULL, &s->records);
    struct words *words;
    if (!rc && s->nsegments) {
        rc = words_open(ctx, s->folders, s->bases, s->nsegments, &words);
        if (!rc)
            vec_push(&s->idle_words, words);
    }
    return rc;
}

struct opening {
    const char *index;
    const struct manifest *manifest; /* NULL: that on disk */
    const struct snapshot *before;
    struct arena *arena; /* the snapshot's: whoever runs this frees it when it fails */
    struct snapshot *snapshot;
    struct tian_error error;
    int64_t deadline;
};

static struct snapshot *snapshot_new(struct arena *arena, const struct snapshot *before)
{
    struct snapshot *s = arena_new_of(arena, struct snapshot);
    s->arena = arena;
    s->sizes = arena_zero(arena, sizeof *s->sizes << 16);
    s->references = 1;
    vec_init(&s->idle_words, arena);
    vec_init(&s->idle_inflaters, arena);
    vec_need(&s->idle_words, IDLE_HANDLES);
    vec_need(&s->idle_inflaters, IDLE_HANDLES);
    arena_prepare(arena);
    pthread_mutex_init(&s->mutex, NULL);
    keep_open(s, before);
    arena_defer(arena, close_handles, s);
    return s;
}

static int open_protected(void *arg)
{
    struct opening *o = arg;
    o->arena = arena_new(NULL);
    o->snapshot = snapshot_new(o->arena, o->before);
    o->snapshot->before = o->before;
    struct ctx ctx = { .arena = o->arena, .error = &o->error, .deadline = o->deadline };
    return open_all(&ctx, o->snapshot, o->index, o->manifest);
}

static bool manifest_changed(struct ctx *ctx, const char *index, uint64_t generation)
{
    uint64_t now;
    return manifest_generation(ctx, index, &now) && now != generation;
}

int snapshot_open(struct ctx *ctx, const char *index, const struct snapshot *before, struct snapshot **out)
{
    *out = NULL;
    for (int i = 0; i < OPEN_TRIES; i++) {
        struct opening o = { .index = index, .before = before, .deadline = ctx->deadline };
        int rc = mem_protect(open_protected, &o);
        uint64_t generation = o.snapshot ? o.snapshot->manifest.generation : 0;
        if (!rc) {
            *out = o.snapshot;
            o.snapshot->before = NULL;
            return 0;
        }
        arena_free(o.arena);
        if (rc == TIAN_EMEMORY || !manifest_changed(ctx, index, generation))
            return ctx_fail(ctx, rc, o.error.where, "%s", "%s", o.error.message);
    }
    return ctx_fail(ctx, TIAN_EAGAIN, index, "the index is being replaced; try again",
                    "索引正在更换，请稍后再试");
}

int snapshot_open_empty(struct ctx *ctx, const char *index, const struct manifest *manifest,
                        struct snapshot **out)
{
    struct opening o = { .index = index, .manifest = manifest, .deadline = ctx->deadline };
    assert(manifest->segments.n == 0);
    int rc = mem_protect(open_protected, &o);
    *out = rc ? NULL : o.snapshot;
    if (rc)
        arena_free(o.arena);
    return rc ? ctx_fail(ctx, rc, o.error.where, "%s", "%s", o.error.message) : 0;
}

void snapshot_release(struct snapshot *s)
{
    if (s && --s->references == 0)
        arena_free(s->arena);
}

/* ---- Documents ------------------------------------------------------------------------- */

uint32_t snapshot_span(const struct snapshot *s)
{
    return s->span;
}

uint32_t snapshot_live(const struct snapshot *s)
{
    return s->span - s->dead;
}

const struct snapshot_segment *snapshot_segment_of(const struct snapshot *s, uint32_t doc)
{
    assert(doc < s->span);
    size_t low = 0, high = s->nsegments;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (s->bases[middle] <= doc)
            low = middle;
        else
            high = middle;
    }
    return &s->segments[low];
}

static bool segment_alive(const struct snapshot_segment *seg, uint32_t local)
{
    return !seg->dead || !(seg->dead[local / 64] >> local % 64 & 1);
}

bool snapshot_is_live(const struct snapshot *s, uint32_t doc)
{
    const struct snapshot_segment *seg = snapshot_segment_of(s, doc);
    return segment_alive(seg, doc - seg->base);
}

static int make_inflater(void *arg)
{
    struct snapshot *s = arg;
    s->idle_inflaters.at[s->idle_inflaters.n] = inflater_new(s->arena);
    s->idle_inflaters.n++;
    return 0;
}

/* No jump may leave while the mutex is held. */
static int take_inflater(struct ctx *ctx, struct snapshot *s, struct inflater **out)
{
    pthread_mutex_lock(&s->mutex);
    int rc = s->idle_inflaters.n ? 0 : mem_protect(make_inflater, s);
    *out = rc ? NULL : s->idle_inflaters.at[--s->idle_inflaters.n];
    pthread_mutex_unlock(&s->mutex);
    return rc ? ctx_fail(ctx, rc, NULL, "out of memory", "内存不足") : 0;
}

static void give_inflater(struct snapshot *s, struct inflater *inflater)
{
    pthread_mutex_lock(&s->mutex);
    if (s->idle_inflaters.n < s->idle_inflaters.cap) /* else it rests in the arena, unused */
        s->idle_inflaters.at[s->idle_inflaters.n++] = inflater;
    pthread_mutex_unlock(&s->mutex);
}

int snapshot_record(struct ctx *ctx, const struct snapshot *s, uint32_t doc, struct record *out)
{
    return record_read(ctx, s->records, snapshot_number(s, doc, COLUMN_RECORD), out);
}

int snapshot_id(struct ctx *ctx, const struct snapshot *s, uint32_t doc, struct str *out)
{
    struct record record = { 0 };
    int rc = snapshot_record(ctx, s, doc, &record);
    *out = record.id;
    return rc;
}

int snapshot_encoded(struct ctx *ctx, const struct snapshot *s, struct arena *arena, uint32_t doc,
                     struct str *out)
{
    struct record record;
    int rc = snapshot_record(ctx, s, doc, &record);
    if (rc)
        return rc;
    struct snapshot *pool = (struct snapshot *)s; /* the idle handles are not part of what is immutable */
    struct inflater *inflater;
    rc = take_inflater(ctx, pool, &inflater);
    if (rc)
        return rc;
    rc = record_expand(ctx, inflater, arena, &record, out);
    give_inflater(pool, inflater);
    return rc;
}

int snapshot_document(struct ctx *ctx, const struct snapshot *s, struct arena *arena, uint32_t doc,
                      struct document *out)
{
    struct str encoded;
    struct ctx inner = *ctx;
    inner.arena = arena;
    int rc = snapshot_encoded(&inner, s, arena, doc, &encoded);
    return rc ? rc : document_decode(&inner, arena, encoded, out);
}

/* The hash of the id is equal already. Where the record is damaged that has to do: the document must be
 * found, be it to say that it is damaged or to be replaced by a whole one. */
static bool has_id(struct ctx *ctx, const struct snapshot *s, uint32_t doc, struct str id)
{
    struct record record;
    struct ctx quiet = { .arena = ctx->arena };
    return snapshot_record(&quiet, s, doc, &record) || str_eq(record.id, id);
}

int snapshot_find(struct ctx *ctx, const struct snapshot *s, struct str id, uint32_t *doc)
{
    uint64_t hash = hash_str(id);
    for (size_t i = s->nsegments; i-- > 0;) { /* newest first */
        const struct snapshot_segment *seg = &s->segments[i];
        uint32_t at = 0, local;
        while (columns_find(seg->segment->columns, hash, &at, &local))
            if (segment_alive(seg, local) && has_id(ctx, s, seg->base + local, id)) {
                *doc = seg->base + local;
                return 0;
            }
    }
    return ctx_fail(ctx, TIAN_ENOTFOUND, NULL, "there is no document “%.*s”", "没有编号为“%.*s”的文件",
                    STR_ARG(id));
}

/* ---- Columns ------------------------------------------------------------------------------- */

uint64_t snapshot_number(const struct snapshot *s, uint32_t doc, enum number_column column)
{
    const struct snapshot_segment *seg = snapshot_segment_of(s, doc);
    return columns_number(seg->segment->columns, column, doc - seg->base);
}

double snapshot_average_size(const struct snapshot *s)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < s->nsegments; i++)
        bytes += segment_text_bytes(s->segments[i].segment);
    return bytes > s->span ? (double)bytes / s->span : 1;
}

void snapshot_years(const struct snapshot *snapshot, unsigned *first, unsigned *last)
{
    struct snapshot *s = (struct snapshot *)snapshot; /* as above */
    uint64_t years = s->years;
    unsigned low = 0, high = 0;
    for (uint32_t doc = 0; years == 0 && doc < s->span; doc++) {
        unsigned year = (unsigned)snapshot_number(s, doc, COLUMN_YEAR);
        if (year == 0 || !snapshot_is_live(s, doc))
            continue;
        low = low == 0 || year < low ? year : low;
        high = year > high ? year : high;
    }
    if (years == 0)
        s->years = years = (1ull << 32) | (uint64_t)low << 16 | high;
    *first = years >> 16 & UINT16_MAX;
    *last = years & UINT16_MAX;
}

struct str snapshot_text(const struct snapshot *s, uint32_t doc, enum text_column column)
{
    const struct snapshot_segment *seg = snapshot_segment_of(s, doc);
    const struct columns *c = seg->segment->columns;
    return columns_text(c, column, columns_code(c, column, doc - seg->base));
}

size_t snapshot_segments(const struct snapshot *s)
{
    return s->nsegments;
}

void snapshot_column(const struct snapshot *s, size_t segment, enum text_column column,
                     struct column_view *out)
{
    const struct snapshot_segment *seg = &s->segments[segment];
    *out = (struct column_view){ .first = seg->base,
                                 .count = seg->segment->count,
                                 .ncodes = columns_ncodes(seg->segment->columns, column),
                                 .columns = seg->segment->columns,
                                 .column = column };
}

uint32_t column_code(const struct column_view *view, uint32_t doc)
{
    return columns_code(view->columns, view->column, doc - view->first);
}

struct str column_text(const struct column_view *view, uint32_t code)
{
    return columns_text(view->columns, view->column, code);
}

/* ---- Lists ------------------------------------------------------------------------------------ */

static uint32_t add_sizes(const struct snapshot *s, enum list_set set, uint32_t key)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < s->nsegments; i++)
        sum += lists_count(s->segments[i].segment->lists[set], key);
    return sum;
}

/* Pairs are asked for by the thousand, mostly the same ones: what was found last stands in its place of a
 * table, key and size in one word, so readers need no lock. A size of 0 is not remembered. */
uint32_t snapshot_list_size(const struct snapshot *s, enum list_set set, uint32_t key)
{
    if (set != LIST_PAIRS)
        return add_sizes(s, set, key);
    _Atomic uint64_t *place = &s->sizes[(key * 0x9E3779B97F4A7C15ull) >> 48];
    uint64_t known = atomic_load_explicit(place, memory_order_relaxed);
    if (known >> 32 == key && (uint32_t)known != 0)
        return (uint32_t)known;
    uint32_t size = add_sizes(s, set, key);
    atomic_store_explicit(place, (uint64_t)key << 32 | size, memory_order_relaxed);
    return size;
}

static void drop_dead(const struct snapshot_segment *seg, struct docs *docs, size_t from)
{
    size_t kept = from;
    for (size_t i = from; seg->dead && i < docs->n; i++)
        if (segment_alive(seg, docs->at[i] - seg->base))
            docs->at[kept++] = docs->at[i];
    if (seg->dead)
        docs->n = kept;
}

int snapshot_intersect(struct ctx *ctx, const struct snapshot *s, enum list_set set, const uint32_t *keys,
                       size_t n, struct docs *out)
{
    assert(n >= 1);
    out->n = 0;
    int rc = 0;
    for (size_t i = 0; !rc && i < s->nsegments; i++) {
        size_t from = out->n;
        lists_intersect(s->segments[i].segment->lists[set], keys, n, s->segments[i].base, out);
        drop_dead(&s->segments[i], out, from);
        rc = ctx_check(ctx);
    }
    return rc;
}

size_t snapshot_filter(const struct snapshot *s, enum list_set set, uint32_t key, uint32_t *docs, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0, from = 0; i < s->nsegments; i++) {
        const struct snapshot_segment *seg = &s->segments[i];
        size_t to = from;
        while (to < n && docs[to] < seg->base + seg->segment->count)
            to++;
        size_t left = lists_filter(seg->segment->lists[set], key, seg->base, docs + from, to - from);
        memmove(docs + kept, docs + from, left * sizeof *docs);
        kept += left;
        from = to;
    }
    return kept;
}

/* ---- Words --------------------------------------------------------------------------------------- */

static void free_words(void *words)
{
    words_free(words);
}

/* Until given back they hang on the arena of who took them, for running out of memory jumps. */
static int take_words(struct ctx *ctx, struct snapshot *s, struct words **out)
{
    arena_prepare(ctx->arena);
    pthread_mutex_lock(&s->mutex);
    *out = s->idle_words.n ? s->idle_words.at[--s->idle_words.n] : NULL;
    pthread_mutex_unlock(&s->mutex);
    int rc = *out ? 0 : words_open(ctx, s->folders, s->bases, s->nsegments, out);
    if (!rc)
        arena_defer(ctx->arena, free_words, *out);
    return rc;
}

static void give_words(struct ctx *ctx, struct snapshot *s, struct words *words)
{
    arena_undefer(ctx->arena, free_words, words);
    pthread_mutex_lock(&s->mutex);
    bool kept = s->idle_words.n < s->idle_words.cap;
    if (kept)
        s->idle_words.at[s->idle_words.n++] = words;
    pthread_mutex_unlock(&s->mutex);
    if (!kept)
        words_free(words);
}

static bool alive(const void *self, uint32_t doc)
{
    return snapshot_is_live(self, doc);
}

int snapshot_rank(struct ctx *ctx, struct snapshot *s, const struct rank_query *query, size_t first,
                  size_t count, struct rank_hit *out, size_t *n)
{
    struct words *words;
    *n = 0;
    if (s->nsegments == 0 || count == 0)
        return 0;
    int rc = take_words(ctx, s, &words);
    if (rc)
        return rc;
    struct rank_facts facts = { s->dead ? alive : NULL, s, s->lengths };
    rc = words_rank(ctx, words, query, &facts, first, count, out, n);
    give_words(ctx, s, words);
    return rc;
}

uint32_t snapshot_word_count(struct ctx *ctx, struct snapshot *s, struct str term)
{
    struct words *words;
    struct ctx quiet = { .arena = ctx->arena };
    uint32_t count = 0;
    if (s->nsegments == 0 || take_words(&quiet, s, &words))
        return 0;
    if (words_frequency(&quiet, words, term, &count))
        count = 0;
    give_words(&quiet, s, words);
    return count;
}
