/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The vocabulary of a snapshot: its words, from Xapian, and its titles, which
 * stand in the records only. Reading 10,000 records takes 0.2 s, reading what was
 * read of them 0.01 s; so each segment's part is kept beside the index:
 *
 *   cache/vocabulary-H    "TIANVOC1"  size u32  CRC u32  raw deflate of:
 *                         n varint  { term field, documents varint }  n varint  { title field }
 *
 * H is a hash of the segment's checksums in the manifest, so a file can never be
 * taken for another segment's. Nothing depends on these files: what is missing
 * or damaged is made anew, what cannot be written is not, what no segment is
 * named after is removed when the next is written. They are no part of the
 * manifest: readers write them too, when they may.
 */
#include "store/snapshot.h"

#include <assert.h>
#include <inttypes.h>

#include "base/map.h"

enum {
    LONGEST_TITLE = 240, /* bytes */
    HEAD = 16
};
static const char magic[] = "TIANVOC1";
static const char prefix[] = "vocabulary-";
static const size_t LARGEST = 1u << 30;

/* ---- One segment: words and titles as bytes ------------------------------------------ */

struct making {
    struct buf words;
    uint32_t nwords;
};

static int put_word(void *self, struct str term, uint32_t documents)
{
    struct making *making = self;
    buf_field(&making->words, term);
    buf_varint(&making->words, documents);
    making->nwords++;
    return 0;
}

/* s, or its beginning, cut between characters. */
static struct str shortened(struct str s)
{
    size_t n = s.n < LONGEST_TITLE ? s.n : LONGEST_TITLE;
    while (n < s.n && n > 0 && ((unsigned char)s.p[n] & 0xC0) == 0x80)
        n--;
    return str_sub(s, 0, n);
}

/* A damaged record has no title; the others have. */
static int put_titles(struct ctx *ctx, const struct snapshot *s, size_t i, struct buf *out)
{
    const struct snapshot_segment *seg = &s->segments[i];
    struct arena *arena = arena_new(ctx->arena);
    struct ctx quiet = { .arena = arena };
    int rc = 0;
    buf_varint(out, seg->segment->count);
    for (uint32_t doc = seg->base; !rc && doc < seg->base + seg->segment->count; doc++) {
        struct document document = { .title = STR_NONE };
        if (snapshot_is_live(s, doc) && snapshot_document(&quiet, s, arena, doc, &document))
            document.title = STR_NONE;
        buf_field(out, shortened(document.title));
        arena_reset(arena);
        rc = ctx_check(ctx);
    }
    arena_free(arena);
    return rc;
}

static int make_part(struct ctx *ctx, const struct snapshot *s, size_t i, struct buf *out)
{
    struct making making = { .nwords = 0 };
    buf_init(&making.words, ctx->arena);
    int rc = words_terms(ctx, s->folders[i], put_word, &making);
    if (rc)
        return rc;
    buf_varint(out, making.nwords);
    buf_str(out, buf_view(&making.words));
    return put_titles(ctx, s, i, out);
}

/* ---- The cache ------------------------------------------------------------------------- */

static char *name_of(struct arena *arena, const struct snapshot *s, size_t i)
{
    return arena_printf(arena, "%s%016" PRIx64, prefix, hash_str(s->manifest.segments.at[i].files));
}

/* <index>/cache, from <index>/segments/NNNNNN/words. */
static char *cache_folder(struct arena *arena, const struct snapshot *s)
{
    struct str path = str_of(s->folders[0]);
    for (int up = 0; up < 3; up++)
        while (path.n > 0 && path.p[--path.n] != '/')
            ;
    return path_join(arena, path.n > 0 ? arena_cstr(arena, path) : ".", "cache");
}

static bool read_part(struct ctx *ctx, const char *path, struct arena *arena, struct str *out)
{
    struct ctx quiet = { .arena = ctx->arena };
    struct file_info info;
    struct str file;
    if (file_stat(&quiet, path, &info) || info.kind != FILE_REGULAR ||
        file_read(&quiet, ctx->arena, path, LARGEST, &file))
        return false;
    struct cursor c = cursor_of(str_sub(file, file.n < HEAD ? file.n : 8, file.n));
    uint32_t size = cursor_u32(&c), crc = cursor_u32(&c);
    if (c.bad || size > LARGEST || !str_starts(file, str_of(magic)))
        return false;
    char *bytes = arena_alloc(arena, (size_t)size + 1);
    *out = (struct str){ bytes, size };
    return inflate_to(inflater_new(ctx->arena), str_sub(file, HEAD, file.n), bytes, size) &&
           crc_of(*out) == crc;
}

static bool is_used(struct arena *arena, const struct snapshot *s, const char *name)
{
    for (size_t i = 0; i < s->nsegments; i++)
        if (strcmp(name_of(arena, s, i), name) == 0)
            return true;
    return false;
}

static void sweep(struct ctx *ctx, const struct snapshot *s, const char *folder)
{
    char **names;
    size_t n = 0;
    if (file_list(ctx, ctx->arena, folder, &names, &n))
        return;
    for (size_t i = 0; i < n; i++)
        if (str_starts(str_of(names[i]), str_of(prefix)) && !is_used(ctx->arena, s, names[i]))
            file_remove_tree(ctx, path_join(ctx->arena, folder, names[i]));
}

static void write_part(struct ctx *ctx, const struct snapshot *s, size_t i, struct str part)
{
    struct ctx quiet = { .arena = ctx->arena };
    char *folder = cache_folder(ctx->arena, s);
    struct buf file;
    buf_init(&file, ctx->arena);
    buf_cstr(&file, magic);
    buf_u32(&file, (uint32_t)part.n);
    buf_u32(&file, crc_of(part));
    assert(file.n == HEAD);
    deflate_to(deflater_new(ctx->arena, 3), part, &file);
    if (file_make_folder(&quiet, folder) == 0 &&
        file_replace(&quiet, path_join(ctx->arena, folder, name_of(ctx->arena, s, i)), buf_view(&file)) == 0)
        sweep(&quiet, s, folder);
}

/* The bytes of a segment's part, owned by arena. */
static int get_part(struct ctx *ctx, const struct snapshot *s, size_t i, struct arena *arena, struct str *out)
{
    char *path = path_join(ctx->arena, cache_folder(ctx->arena, s), name_of(ctx->arena, s, i));
    struct buf made;
    if (read_part(ctx, path, arena, out))
        return 0;
    buf_init(&made, arena);
    int rc = make_part(ctx, s, i, &made);
    *out = buf_view(&made);
    if (!rc && out->n < LARGEST)
        write_part(ctx, s, i, *out);
    return rc;
}

/* ---- All segments as one ------------------------------------------------------------------ */

struct joining {
    struct map *places; /* term → its place in words, from 1; NULL with one segment */
    vec_of(struct vocabulary_word) words;
    struct str *titles;
};

static void add_word(struct joining *j, struct vocabulary_word word)
{
    void **place = j->places ? map_at(j->places, word.term) : NULL;
    if (place && *place) {
        j->words.at[(uintptr_t)*place - 1].documents += word.documents;
        return;
    }
    vec_push(&j->words, word);
    if (place)
        *place = (void *)(uintptr_t)j->words.n; /* a number, never followed */
}

static void add_part(struct joining *j, const struct snapshot *s, const struct snapshot_segment *seg,
                     struct str part)
{
    struct cursor c = cursor_of(part);
    for (uint64_t n = cursor_varint(&c); n > 0 && !c.bad; n--) {
        struct vocabulary_word word = { .term = cursor_field(&c) };
        word.documents = (uint32_t)cursor_varint(&c);
        if (!c.bad)
            add_word(j, word);
    }
    uint64_t n = cursor_varint(&c);
    for (uint32_t i = 0; i < n && i < seg->segment->count && !c.bad; i++) {
        struct str title = cursor_field(&c);
        j->titles[seg->base + i] = snapshot_is_live(s, seg->base + i) ? title : STR_NONE;
    }
}

int snapshot_vocabulary(struct ctx *ctx, const struct snapshot *s, struct arena *arena,
                        struct vocabulary *out)
{
    struct arena *scratch = arena_new(ctx->arena);
    struct ctx inner = *ctx;
    struct joining j = { .places = s->nsegments > 1 ? map_new(scratch) : NULL };
    int rc = 0;
    inner.arena = scratch;
    vec_init(&j.words, arena);
    j.titles = arena_array(arena, struct str, (size_t)s->span + 1);
    for (size_t i = 0; !rc && i < s->nsegments; i++) {
        struct str part;
        rc = get_part(&inner, s, i, arena, &part);
        if (!rc)
            add_part(&j, s, &s->segments[i], part);
    }
    arena_free(scratch);
    *out = (struct vocabulary){ j.words.at, j.words.n, j.titles };
    return rc;
}

/* ---- What is made of it ----------------------------------------------------------------------
 *
 * Making it anew after each commit would cost every commit's first reader 0.05 s at 10,000 documents. So what
 * was made of an earlier snapshot is lent to the later ones for some seconds, when documents have kept their
 * numbers: commits and merges see to that, a rebuild does not. Small bases, where it costs nothing, always
 * have the newest.
 */

enum {
    PROBES = 32,
    SMALL = 1000 /* documents */
};
static const int64_t GOOD_FOR = 10000000000; /* ns */

struct kept {
    _Atomic unsigned references;
    struct arena *arena; /* its own, in which it lies itself */
    void *made;
    int64_t when;
    uint32_t span;
    uint64_t probe[PROBES]; /* hashes of ids, all over the span */
};

struct keep_place {
    _Atomic unsigned references;
    pthread_mutex_t mutex;
    struct kept *latest;
    struct arena *arena;
};

static void release_kept(struct kept *k)
{
    if (k && --k->references == 0)
        arena_free(k->arena);
}

void keep_open(struct snapshot *s, const struct snapshot *before)
{
    pthread_mutex_init(&s->keeping, NULL);
    s->place = before ? before->place : NULL;
    if (s->place) {
        s->place->references++;
        return;
    }
    struct arena *arena = arena_new(NULL);
    s->place = arena_new_of(arena, struct keep_place);
    s->place->arena = arena;
    s->place->references = 1;
    pthread_mutex_init(&s->place->mutex, NULL);
}

void keep_close(struct snapshot *s)
{
    release_kept(s->kept);
    release_kept(s->lent);
    pthread_mutex_destroy(&s->keeping);
    if (--s->place->references > 0)
        return;
    release_kept(s->place->latest);
    pthread_mutex_destroy(&s->place->mutex);
    arena_free(s->place->arena);
}

static uint32_t probe_place(uint32_t span, size_t i)
{
    return (uint32_t)((uint64_t)(span - 1) * i / (PROBES - 1));
}

static bool is_good(const struct kept *k, const struct snapshot *s)
{
    if (k->span < SMALL || k->span > s->span || clock_now() - k->when > GOOD_FOR)
        return false;
    for (size_t i = 0; i < PROBES; i++)
        if (snapshot_number(s, probe_place(k->span, i), COLUMN_ID_HASH) != k->probe[i])
            return false;
    return true;
}

/* The latest, when it is good for this snapshot, with one more user. */
static struct kept *borrow(const struct snapshot *s)
{
    pthread_mutex_lock(&s->place->mutex);
    struct kept *k = s->place->latest && is_good(s->place->latest, s) ? s->place->latest : NULL;
    if (k)
        k->references++;
    pthread_mutex_unlock(&s->place->mutex);
    return k;
}

static void lend(const struct snapshot *s, struct kept *k)
{
    k->references++;
    pthread_mutex_lock(&s->place->mutex);
    struct kept *old = s->place->latest;
    s->place->latest = k;
    pthread_mutex_unlock(&s->place->mutex);
    release_kept(old);
}

struct keeping {
    struct ctx *ctx;
    struct snapshot *snapshot;
    snapshot_make *make;
    void *self;
    struct arena *arena; /* its own: freed by whoever runs this when it fails */
};

static int protected_keep(void *arg)
{
    struct keeping *k = arg;
    struct ctx inner = *k->ctx;
    k->arena = arena_new(NULL);
    inner.arena = arena_new(k->arena);
    struct kept *kept = arena_new_of(k->arena, struct kept);
    *kept = (struct kept){ 1, k->arena, NULL, clock_now(), k->snapshot->span, { 0 } };
    for (size_t i = 0; i < PROBES && kept->span > 0; i++)
        kept->probe[i] = snapshot_number(k->snapshot, probe_place(kept->span, i), COLUMN_ID_HASH);
    int rc = k->make(&inner, k->snapshot, k->arena, k->self, &kept->made);
    if (!rc)
        k->snapshot->kept = kept;
    arena_free(inner.arena);
    return rc;
}

/* No jump may leave while the mutex is held. */
int snapshot_keep(struct ctx *ctx, struct snapshot *s, snapshot_make *make, void *self, const void **out)
{
    struct keeping k = { .ctx = ctx, .snapshot = s, .make = make, .self = self };
    int rc = 0;
    pthread_mutex_lock(&s->keeping);
    if (!s->kept && !s->lent)
        s->lent = borrow(s);
    bool lent = !s->kept && s->lent && is_good(s->lent, s);
    if (!s->kept && !lent) {
        rc = mem_protect(protected_keep, &k);
        if (rc)
            arena_free(k.arena);
        else
            lend(s, s->kept);
    }
    *out = rc ? NULL : lent ? s->lent->made : s->kept->made;
    pthread_mutex_unlock(&s->keeping);
    return rc == TIAN_EMEMORY ? ctx_fail(ctx, rc, NULL, "out of memory", "内存不足") : rc;
}
