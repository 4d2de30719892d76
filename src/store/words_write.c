/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Writing the words of a segment. A batch is inverted in memory: its distinct
 * terms are sorted once, its postings by counting, so a document's own words need
 * no order. Joining walks the tables side by side, a heap says which has the
 * least term; one list at a time is in memory.
 */
#include "store/words_part.h"

#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <stdlib.h>

#include "base/map.h"

/* ---- A table, term by term ---------------------------------------------------- */

struct word_writer {
    struct ctx *ctx;
    struct arena *arena;
    const char *path;
    struct table_writer *table;
    struct buf list;
    uint32_t ndocs;
};

static void abandon(void *table)
{
    table_abandon(table);
}

/* A table that is being made is not damaged: what Xapian says is so when it could not go back (DB_DANGEROUS)
 * after something else had failed, of which it knows no more. */
static int written(struct word_writer *w, int code)
{
    if (code != TIAN_EINDEX)
        return code;
    errno = errno ? errno : EIO;
    return ctx_fail_errno(w->ctx, w->path, "the words cannot be written", "词库无法写出");
}

static int put(struct word_writer *w, struct str key, struct str value)
{
    errno = 0;
    return written(w, table_put(w->ctx, w->table, key, value));
}

static int put_head(struct word_writer *w, uint64_t length)
{
    buf_clear(&w->list);
    buf_u32(&w->list, WORDS_VERSION);
    buf_u32(&w->list, w->ndocs);
    buf_u64(&w->list, length);
    return put(w, WORDS_HEAD, buf_view(&w->list));
}

/* What is not finished is thrown away with the arena. */
static int writer_open(struct ctx *ctx, struct arena *arena, const char *path, uint32_t ndocs,
                       uint64_t length, struct word_writer *w)
{
    *w = (struct word_writer){ .ctx = ctx, .arena = arena, .path = path, .ndocs = ndocs };
    buf_init(&w->list, arena);
    arena_prepare(arena); /* the handle must not be lost between being made and being deferred */
    errno = 0;
    int code = written(w, table_create(ctx, path, &w->table));
    if (code != TIAN_OK)
        return code;
    arena_defer(arena, abandon, w->table);
    return put_head(w, length);
}

/* The next term, behind all before it; docs ascending, n of them, at least one. */
static int writer_put(struct word_writer *w, struct str term, const uint32_t *docs, const uint32_t *counts,
                      uint32_t n)
{
    assert(term.n > 0 && term.n <= TABLE_KEY);
    buf_clear(&w->list);
    word_list_encode(&w->list, docs, counts, n, w->ndocs);
    return put(w, term, buf_view(&w->list));
}

static int writer_finish(struct word_writer *w)
{
    arena_undefer(w->arena, abandon, w->table);
    errno = 0;
    return written(w, table_close(w->ctx, w->table));
}

/* ---- Building ------------------------------------------------------------------- */

struct posting {
    uint32_t term, doc, count; /* term: its number in the map */
};

struct words_builder {
    struct map *terms; /* value: number + 1 */
    vec_of(struct posting) postings;
    vec_of(uint32_t) frequency; /* of each term: documents */
    uint32_t ndocs;
    uint64_t length; /* of all documents */
};

struct words_builder *words_builder_new(struct arena *arena)
{
    struct words_builder *b = arena_new_of(arena, struct words_builder);
    b->terms = map_new(arena);
    vec_init(&b->postings, arena);
    vec_init(&b->frequency, arena);
    return b;
}

static uint32_t term_number(struct words_builder *b, struct str term)
{
    void **number = map_at(b->terms, term);
    if (*number == NULL) {
        *number = (void *)(uintptr_t)b->terms->n; /* never followed */
        vec_push(&b->frequency, 0);
    }
    return (uint32_t)(uintptr_t)*number - 1;
}

void words_builder_put(struct words_builder *b, const struct word_count *words, size_t n)
{
    vec_need(&b->postings, b->postings.n + n);
    for (size_t i = 0; i < n; i++) {
        uint32_t term = term_number(b, words[i].term);
        b->postings.at[b->postings.n++] = (struct posting){ term, b->ndocs, words[i].count };
        b->frequency.at[term]++;
        b->length += words[i].count;
    }
    b->ndocs++;
}

struct ordered {
    uint64_t key; /* the first eight bytes, so that most comparisons are of numbers */
    struct str term;
    uint32_t number;
};

static int compare_terms(const void *a, const void *b)
{
    const struct ordered *x = a, *y = b;
    return x->key != y->key ? (x->key > y->key) - (x->key < y->key) : str_cmp(x->term, y->term);
}

static struct ordered *sort_terms(const struct words_builder *b, struct arena *arena)
{
    struct ordered *terms = arena_array(arena, struct ordered, b->terms->n);
    for (size_t i = 0; i < b->terms->n; i++) {
        struct str term = b->terms->entries[i].key;
        uint64_t key = 0;
        memcpy(&key, term.p, term.n < sizeof key ? term.n : sizeof key);
        terms[i] = (struct ordered){ be64toh(key), term, (uint32_t)i };
    }
    if (b->terms->n > 1)
        qsort(terms, b->terms->n, sizeof *terms, compare_terms);
    return terms;
}

/* Postings of each term together: place[term] is where its first one goes, and afterwards behind its last. */
static void sort_postings(const struct words_builder *b, uint32_t *place, uint32_t *docs, uint32_t *counts)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < b->frequency.n; i++) {
        place[i] = sum;
        sum += b->frequency.at[i];
    }
    for (size_t i = 0; i < b->postings.n; i++) {
        const struct posting *p = &b->postings.at[i];
        uint32_t to = place[p->term]++;
        docs[to] = p->doc;
        counts[to] = p->count;
    }
}

static int write_terms(const struct words_builder *b, struct arena *arena, struct word_writer *w)
{
    const struct ordered *terms = sort_terms(b, arena);
    uint32_t *place = arena_array(arena, uint32_t, b->frequency.n);
    uint32_t *docs = arena_array(arena, uint32_t, b->postings.n);
    uint32_t *counts = arena_array(arena, uint32_t, b->postings.n);
    int code = TIAN_OK;
    sort_postings(b, place, docs, counts);
    for (size_t i = 0; code == TIAN_OK && i < b->terms->n; i++) {
        uint32_t n = b->frequency.at[terms[i].number], from = place[terms[i].number] - n;
        code = writer_put(w, terms[i].term, docs + from, counts + from, n);
    }
    return code;
}

int words_builder_write(struct ctx *ctx, struct words_builder *b, const char *path)
{
    struct arena *arena = arena_new(ctx->arena);
    struct word_writer w;
    int code = writer_open(ctx, arena, path, b->ndocs, b->length, &w);
    if (code == TIAN_OK)
        code = write_terms(b, arena, &w);
    if (code == TIAN_OK)
        code = writer_finish(&w);
    arena_free(arena);
    return code;
}

/* ---- Joining -------------------------------------------------------------------- */

struct joining {
    struct ctx *ctx;
    struct arena *arena, *one; /* one: of a list */
    struct words_part *parts;
    struct str *term; /* of each part: where it stands */
    uint32_t *heap;   /* parts: that with the least term first, of equals the least part */
    size_t n;         /* in the heap */
    uint32_t *docs, *counts, ndocs;
};

static bool goes_first(const struct joining *j, uint32_t a, uint32_t b)
{
    int order = str_cmp(j->term[a], j->term[b]);
    return order != 0 ? order < 0 : a < b;
}

static void heap_down(struct joining *j, size_t at)
{
    uint32_t here = j->heap[at];
    for (size_t child; (child = at * 2 + 1) < j->n; at = child) {
        if (child + 1 < j->n && goes_first(j, j->heap[child + 1], j->heap[child]))
            child++;
        if (!goes_first(j, j->heap[child], here))
            break;
        j->heap[at] = j->heap[child];
    }
    j->heap[at] = here;
}

static int join_open(struct joining *j, const char *const *paths, size_t n, uint64_t *length)
{
    int code = TIAN_OK;
    *length = 0;
    for (size_t i = 0; code == TIAN_OK && i < n; i++) {
        code = words_part_open(j->ctx, j->arena, paths[i], &j->parts[i]);
        j->parts[i].base = j->ndocs;
        j->ndocs += j->parts[i].documents;
        *length += j->parts[i].length;
        if (code == TIAN_OK)
            code = words_part_next(j->ctx, &j->parts[i], &j->term[i]);
        if (code == TIAN_OK && j->term[i].n > 0)
            j->heap[j->n++] = (uint32_t)i;
    }
    for (size_t i = j->n / 2; i-- > 0;)
        heap_down(j, i);
    return code;
}

static int join_advance(struct joining *j)
{
    uint32_t part = j->heap[0];
    int code = words_part_next(j->ctx, &j->parts[part], &j->term[part]);
    if (j->term[part].n == 0)
        j->heap[0] = j->heap[--j->n];
    if (j->n > 0)
        heap_down(j, 0);
    return code;
}

/* The list of the part with the least term, behind the n documents there are; then on to its next term. */
static int join_list(struct joining *j, uint32_t *n)
{
    struct words_part *part = &j->parts[j->heap[0]];
    struct word_list list;
    int code = words_part_list(j->ctx, part, j->term[j->heap[0]], part->native ? j->one : NULL, &list);
    if (code != TIAN_OK)
        return code;
    if (list.docs.count > j->ndocs - *n) /* a damaged table may show a term twice */
        return words_damaged(j->ctx, part->path);
    uint32_t got = list.docs.count ? word_list_decode(&list, part->base, j->docs + *n, j->counts + *n) : 0;
    *n += got;
    return got != list.docs.count ? words_damaged(j->ctx, part->path) : join_advance(j);
}

/* All lists of the least term, behind one another. */
static int join_term(struct joining *j, struct word_writer *out)
{
    char name[TABLE_KEY];
    struct str least = j->term[j->heap[0]], term = { name, least.n < TABLE_KEY ? least.n : TABLE_KEY };
    uint32_t n = 0;
    int code = TIAN_OK;
    memcpy(name, least.p, term.n);
    while (code == TIAN_OK && j->n > 0 && str_eq(j->term[j->heap[0]], term))
        code = join_list(j, &n);
    arena_reset(j->one);
    return code != TIAN_OK || n == 0 ? code : writer_put(out, term, j->docs, j->counts, n);
}

static int join_all(struct joining *j, struct word_writer *out)
{
    int code = TIAN_OK;
    while (code == TIAN_OK && j->n > 0) {
        code = join_term(j, out);
        if (code == TIAN_OK)
            code = ctx_check(j->ctx);
    }
    return code == TIAN_OK ? writer_finish(out) : code;
}

int words_merge(struct ctx *ctx, const char *const *paths, size_t n, const char *to)
{
    struct arena *arena = arena_new(ctx->arena);
    struct joining j = { .ctx = ctx, .arena = arena, .one = arena_new(arena) };
    struct word_writer out;
    uint64_t length;
    j.parts = arena_array(arena, struct words_part, n);
    j.term = arena_array(arena, struct str, n);
    j.heap = arena_array(arena, uint32_t, n);
    int code = join_open(&j, paths, n, &length);
    j.docs = arena_array(arena, uint32_t, j.ndocs);
    j.counts = arena_array(arena, uint32_t, j.ndocs);
    if (code == TIAN_OK)
        code = writer_open(ctx, arena, to, j.ndocs, length, &out);
    if (code == TIAN_OK)
        code = join_all(&j, &out);
    arena_free(arena);
    return code;
}
