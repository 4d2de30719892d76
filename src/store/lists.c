/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Files of lists. Keys ascend; 32 of them make a block, and a directory at the
 * end holds the first key of each block and where it starts:
 *
 *   "TLST" version │ block │ block │ … │ directory                  │ footer
 *                    │                   first key of each, u32 …
 *                    │                   offset of each, u64 …
 *                    ▼
 *   tag varint: (key - key before) × 2 + (more than one document)
 *   [documents - 2, varint]  only when there are more
 *   list of documents, see doclist.c; its size follows from the count
 *
 *   footer, 40 bytes: documents u32, blocks u32, keys u64, postings u64,
 *                     offset of the directory u64, version u32, CRC u32
 *
 * The CRC is of the directory and the footer before it: a file that was cut off
 * or whose directory is damaged is not opened. Damage inside a block gives a
 * wrong list, found by verify (each file's whole CRC is in the manifest); every
 * read is bounded, so it never gives a crash.
 *
 * A key costs about 1.6 bytes, a document that is alone 2, in longer lists 1 or
 * less. Building: (key << 32 | document) of a batch in one array, radix sort by
 * key (it is stable and documents come in order), encode in one sweep. Merging:
 * the inputs are walked side by side, a heap says which has the least key; one
 * list at a time is in memory, and the directory.
 */
#include "store/lists.h"

#include <assert.h>

#include "base/deflate.h"
#include "base/file.h"
#include "store/doclist.h"

enum {
    VERSION = 1,
    BLOCK_KEYS = 32,
    HEADER = 8,
    FOOTER = 40,
    DIRECTORY_ENTRY = 12
};
enum {
    WRITE_PIECE = 256 * 1024,
    FORGET_PIECE = 128 * 1024
};

static_assert((int)DOCLIST_ROOM <= (int)FOOTER, "the footer is the room behind the last list");

/* ---- Writing a file, list by list ----------------------------------------- */

struct list_writer {
    struct ctx *ctx;
    struct file_tail tail;
    struct buf piece;
    vec_of(uint32_t) first; /* directory */
    vec_of(uint64_t) offset;
    uint32_t ndocs, last;
    uint64_t keys, postings;
};

static int writer_open(struct ctx *ctx, struct arena *arena, const char *path, uint32_t ndocs,
                       struct list_writer *w)
{
    *w = (struct list_writer){ .ctx = ctx, .ndocs = ndocs };
    buf_init(&w->piece, arena);
    buf_reserve(&w->piece, WRITE_PIECE + WRITE_PIECE / 4);
    buf_cstr(&w->piece, "TLST");
    buf_u32(&w->piece, VERSION);
    vec_init(&w->first, arena);
    vec_init(&w->offset, arena);
    int code = file_tail_open(ctx, arena, path, &w->tail);
    return code == TIAN_OK && w->tail.offset > 0 ? file_tail_cut(ctx, &w->tail, 0) : code;
}

static int writer_flush(struct list_writer *w)
{
    int code = file_tail_append(w->ctx, &w->tail, buf_view(&w->piece));
    buf_clear(&w->piece);
    return code;
}

static void writer_tag(struct list_writer *w, uint32_t key, uint32_t n)
{
    if (w->keys++ % BLOCK_KEYS == 0) {
        vec_push(&w->first, key);
        vec_push(&w->offset, w->tail.offset + w->piece.n);
        w->last = key;
    }
    assert(key >= w->last);
    buf_varint(&w->piece, (uint64_t)(key - w->last) << 1 | (n > 1));
    if (n > 1)
        buf_varint(&w->piece, n - 2);
    w->last = key;
}

static int writer_put(struct list_writer *w, uint32_t key, const uint32_t *docs, uint32_t n)
{
    writer_tag(w, key, n);
    size_t size = doclist_size(n, w->ndocs);
    uint8_t *body = (uint8_t *)buf_reserve(&w->piece, size + DOCLIST_ROOM);
    memset(body, 0, size + DOCLIST_ROOM);
    doclist_encode(body, docs, n, w->ndocs);
    w->piece.n += size;
    w->postings += n;
    return w->piece.n < WRITE_PIECE ? TIAN_OK : writer_flush(w);
}

static int writer_finish(struct list_writer *w)
{
    assert(w->first.n == w->offset.n && w->first.n == (w->keys + BLOCK_KEYS - 1) / BLOCK_KEYS);
    uint64_t directory = w->tail.offset + w->piece.n;
    struct buf *out = &w->piece;
    size_t from = out->n;
    for (size_t i = 0; i < w->first.n; i++)
        buf_u32(out, w->first.at[i]);
    for (size_t i = 0; i < w->offset.n; i++)
        buf_u64(out, w->offset.at[i]);
    buf_u32(out, w->ndocs);
    buf_u32(out, (uint32_t)w->first.n);
    buf_u64(out, w->keys);
    buf_u64(out, w->postings);
    buf_u64(out, directory);
    buf_u32(out, VERSION);
    buf_u32(out, crc_of(str_sub(buf_view(out), from, out->n)));
    return writer_flush(w);
}

/* ---- Building ------------------------------------------------------------- */

struct list_builder {
    vec_of(uint64_t) pairs; /* key << 32 | document */
    vec_of(uint64_t) spare; /* the other side of the sort */
};

struct list_builder *list_builder_new(struct arena *arena)
{
    struct list_builder *b = arena_new_of(arena, struct list_builder);
    vec_init(&b->pairs, arena);
    vec_init(&b->spare, arena);
    return b;
}

void list_builder_put(struct list_builder *b, uint32_t doc, const uint32_t *keys, size_t n)
{
    assert(b->pairs.n == 0 || (uint32_t)b->pairs.at[b->pairs.n - 1] <= doc);
    vec_need(&b->pairs, b->pairs.n + n);
    uint64_t *to = b->pairs.at + b->pairs.n;
    for (size_t i = 0; i < n; i++)
        to[i] = (uint64_t)keys[i] << 32 | doc;
    b->pairs.n += n;
}

enum {
    DIGIT = 11,
    DIGITS = 1 << DIGIT,
    PASSES = 3
};

static inline size_t digit_of(uint64_t pair, unsigned pass)
{
    return (size_t)(pair >> (32 + DIGIT * pass)) & (DIGITS - 1);
}

/* Counts become places; false when all have the same digit and the pass would move nothing. */
static bool digits_to_places(uint32_t *count, size_t n)
{
    uint32_t place = 0;
    for (size_t d = 0; d < DIGITS; d++) {
        if (count[d] == n)
            return false;
        uint32_t here = count[d];
        count[d] = place;
        place += here;
    }
    return true;
}

static void sort_by_key(struct list_builder *b)
{
    size_t n = b->pairs.n;
    assert(n < UINT32_MAX);
    vec_need(&b->spare, n);
    static _Thread_local uint32_t count[PASSES][DIGITS];
    memset(count, 0, sizeof count);
    uint64_t *from = b->pairs.at, *to = b->spare.at;
    for (size_t i = 0; i < n; i++)
        for (unsigned pass = 0; pass < PASSES; pass++)
            count[pass][digit_of(from[i], pass)]++;
    for (unsigned pass = 0; pass < PASSES; pass++) {
        if (!digits_to_places(count[pass], n))
            continue;
        for (size_t i = 0; i < n; i++)
            to[count[pass][digit_of(from[i], pass)]++] = from[i];
        uint64_t *other = from;
        from = to;
        to = other;
    }
    if (from != b->pairs.at)
        memcpy(b->pairs.at, from, n * sizeof *from);
}

static int write_lists(struct list_builder *b, struct list_writer *w, uint32_t *docs)
{
    const uint64_t *pair = b->pairs.at, *end = pair + b->pairs.n;
    int code = TIAN_OK;
    while (code == TIAN_OK && pair < end) {
        uint32_t key = (uint32_t)(*pair >> 32), n = 0;
        for (; pair < end && *pair >> 32 == key; pair++)
            docs[n++] = (uint32_t)*pair;
        code = writer_put(w, key, docs, n);
    }
    return code;
}

int list_builder_write(struct ctx *ctx, struct list_builder *b, const char *path, uint32_t ndocs)
{
    struct arena *arena = arena_new(ctx->arena);
    struct list_writer w;
    int code = writer_open(ctx, arena, path, ndocs, &w);
    if (code != TIAN_OK)
        goto out;
    sort_by_key(b);
    code = write_lists(b, &w, arena_array(arena, uint32_t, ndocs));
    if (code == TIAN_OK)
        code = writer_finish(&w);
    b->pairs.n = 0;
out:
    arena_free(arena);
    return code;
}

/* ---- Opening -------------------------------------------------------------- */

struct lists {
    const char *path;
    const uint8_t *file;
    const uint8_t *first, *offset; /* directory: u32s, u64s */
    uint64_t directory;            /* where the blocks end */
    uint64_t keys;
    uint32_t blocks, ndocs;
};

static int damaged(struct ctx *ctx, const char *path)
{
    return ctx_fail(ctx, TIAN_EINDEX, path, "a file of lists is damaged: run tian verify",
                    "词对列表文件已损坏：请运行 tian verify");
}

static bool read_footer(struct str file, struct lists *l)
{
    if (file.n < HEADER + FOOTER || memcmp(file.p, "TLST", 4) != 0)
        return false;
    l->file = (const uint8_t *)file.p;
    const uint8_t *footer = l->file + file.n - FOOTER;
    l->ndocs = load32(footer);
    l->blocks = load32(footer + 4);
    l->keys = load64(footer + 8);
    l->directory = load64(footer + 24);
    uint64_t size = (uint64_t)l->blocks * DIRECTORY_ENTRY;
    if (load32(footer + 32) != VERSION || l->directory < HEADER || l->directory > file.n ||
        size + FOOTER != file.n - l->directory || l->keys > (uint64_t)l->blocks * BLOCK_KEYS)
        return false;
    l->first = l->file + l->directory;
    l->offset = l->first + (size_t)l->blocks * 4;
    return crc_of(str_sub(file, l->directory, file.n - 4)) == load32(footer + 36);
}

int lists_open(struct ctx *ctx, struct arena *arena, const char *path, struct lists **out)
{
    struct str file;
    struct lists *l = *out = arena_new_of(arena, struct lists);
    l->path = arena_cstr(arena, str_of(path));
    int code = file_map(ctx, arena, path, &file);
    if (code != TIAN_OK)
        return code;
    return read_footer(file, l) ? TIAN_OK : damaged(ctx, path);
}

/* ---- Walking the keys ----------------------------------------------------- */

struct list_walk {
    const struct lists *lists;
    const uint8_t *p, *end;
    uint32_t block, left; /* the block being read, keys left in it */
    uint32_t key;
    struct doclist list; /* of key */
    uint64_t least;      /* what the next key may be: they ascend, in a damaged file too */
    const uint8_t *kept; /* what was walked before this is no longer in memory */
    bool bad;
};

static void walk_block(struct list_walk *w, uint32_t block)
{
    const struct lists *l = w->lists;
    uint64_t from = load64(l->offset + (size_t)block * 8);
    uint64_t to = block + 1 < l->blocks ? load64(l->offset + (size_t)(block + 1) * 8) : l->directory;
    w->bad = from < HEADER || from > to || to > l->directory;
    w->block = block;
    w->p = l->file + (w->bad ? 0 : from);
    w->end = l->file + (w->bad ? 0 : to);
    w->key = load32(l->first + (size_t)block * 4);
    w->left = block + 1 < l->blocks ? BLOCK_KEYS : (uint32_t)(l->keys - (uint64_t)block * BLOCK_KEYS);
}

/* Inline, for a search reads a score of them. UINT64_MAX: malformed. */
static inline uint64_t walk_varint(struct list_walk *w)
{
    uint64_t value = 0;
    for (unsigned shift = 0; w->p < w->end && shift < 42; shift += 7) {
        uint8_t byte = *w->p++;
        value |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80)
            return value;
    }
    return UINT64_MAX;
}

/* The next key of the block and its list. False at the block's end or when it is damaged. */
static inline bool walk_key(struct list_walk *w)
{
    if (w->left == 0)
        return false;
    uint64_t tag = walk_varint(w), more = tag & 1 ? walk_varint(w) : 0;
    uint64_t count = tag & 1 ? more + 2 : 1, key = w->key + (tag >> 1);
    w->bad = key < w->least || key > UINT32_MAX || more > w->lists->ndocs || count > w->lists->ndocs;
    if (w->bad)
        return false;
    w->list = (struct doclist){ w->p, (uint32_t)count, w->lists->ndocs };
    size_t size = doclist_size(w->list.count, w->list.ndocs);
    w->bad = size > (size_t)(w->end - w->p);
    if (w->bad)
        return false;
    w->p += size;
    w->left--;
    w->key = (uint32_t)key;
    w->least = key + 1;
    return true;
}

static void walk_start(struct list_walk *w, const struct lists *l)
{
    *w = (struct list_walk){ .lists = l, .kept = l->file };
    if (l->blocks > 0)
        walk_block(w, 0);
}

/* The next key of the file. Who walks all of a large file needs but the place where he is. */
static bool walk_next(struct list_walk *w)
{
    while (!w->bad && w->left == 0 && w->block + 1 < w->lists->blocks) {
        if (w->p - w->kept > FORGET_PIECE) {
            file_forget(w->kept, w->p);
            w->kept = w->p;
        }
        walk_block(w, w->block + 1);
    }
    return !w->bad && walk_key(w);
}

/* ---- Finding -------------------------------------------------------------- */

static bool find_list(const struct lists *l, uint32_t key, struct doclist *out)
{
    uint32_t block = 0; /* the last whose first key is not above key, or the first */
    for (uint32_t n = l->blocks; n > 1;) {
        uint32_t half = n / 2;
        block += load32(l->first + (size_t)(block + half) * 4) <= key ? half : 0; /* no branch */
        n -= half;
    }
    if (l->blocks == 0)
        return false;
    struct list_walk w = { .lists = l };
    walk_block(&w, block);
    while (!w.bad && walk_key(&w) && w.key < key)
        ;
    *out = w.list;
    return !w.bad && w.key == key && w.list.body != NULL;
}

uint32_t lists_documents(const struct lists *l)
{
    return l->ndocs;
}

uint32_t lists_count(const struct lists *l, uint32_t key)
{
    struct doclist list;
    return find_list(l, key, &list) ? list.count : 0;
}

static void sort_by_count(struct doclist *list, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct doclist here = list[i];
        size_t j = i;
        for (; j > 0 && list[j - 1].count > here.count; j--)
            list[j] = list[j - 1];
        list[j] = here;
    }
}

enum {
    TOGETHER = 32
}; /* lists looked up at once, so that no memory is needed */

/* Look up keys, the shortest list first. False when one is missing. */
static bool find_together(const struct lists *l, const uint32_t *keys, size_t n, struct doclist *out)
{
    for (size_t i = 0; i < n; i++)
        if (!find_list(l, keys[i], &out[i]))
            return false;
    sort_by_count(out, n);
    return true;
}

void lists_intersect(const struct lists *l, const uint32_t *keys, size_t n, uint32_t base, struct docs *out)
{
    size_t found = 0;
    for (size_t done = 0; done < n; done += TOGETHER) {
        struct doclist list[TOGETHER];
        size_t here = n - done < TOGETHER ? n - done : TOGETHER, i = 0;
        if (!find_together(l, keys + done, here, list))
            return;
        if (done == 0) {
            vec_need(out, out->n + list[0].count);
            found = doclist_decode(&list[i++], base, out->at + out->n);
        }
        for (; i < here && found > 0; i++)
            found = doclist_filter(&list[i], base, out->at + out->n, found);
    }
    out->n += found;
}

size_t lists_filter(const struct lists *l, uint32_t key, uint32_t base, uint32_t *docs, size_t n)
{
    struct doclist list;
    return find_list(l, key, &list) ? doclist_filter(&list, base, docs, n) : 0;
}

int lists_each(struct ctx *ctx, const struct lists *l, lists_visit *visit, void *self)
{
    struct arena *arena = arena_new(ctx->arena);
    uint32_t *docs = arena_array(arena, uint32_t, l->ndocs);
    struct list_walk w;
    walk_start(&w, l);
    int code = TIAN_OK;
    while (code == TIAN_OK && walk_next(&w)) {
        uint32_t n = doclist_decode(&w.list, 0, docs);
        code = n == w.list.count ? visit(self, w.key, docs, n) : damaged(ctx, l->path);
    }
    if (code == TIAN_OK && w.bad)
        code = damaged(ctx, l->path);
    arena_free(arena);
    return code;
}

/* ---- Merging -------------------------------------------------------------- */

struct merge {
    struct ctx *ctx;
    const uint32_t *base;
    struct list_walk *walk; /* of each input */
    uint64_t *heap;         /* key << 32 | input: the least first, so documents ascend within a key */
    size_t n;
};

static void heap_down(struct merge *m, size_t at)
{
    uint64_t here = m->heap[at];
    for (size_t child; (child = at * 2 + 1) < m->n; at = child) {
        if (child + 1 < m->n && m->heap[child + 1] < m->heap[child])
            child++;
        if (m->heap[child] >= here)
            break;
        m->heap[at] = m->heap[child];
    }
    m->heap[at] = here;
}

static void merge_start(struct merge *m, struct lists *const *in, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        walk_start(&m->walk[i], in[i]);
        if (walk_next(&m->walk[i]))
            m->heap[m->n++] = (uint64_t)m->walk[i].key << 32 | i;
    }
    for (size_t i = m->n / 2; i-- > 0;)
        heap_down(m, i);
}

/* The input on top of the heap moves on by one key. */
static void merge_advance(struct merge *m, uint32_t input)
{
    if (walk_next(&m->walk[input]))
        m->heap[0] = (uint64_t)m->walk[input].key << 32 | input;
    else
        m->heap[0] = m->heap[--m->n];
    if (m->n > 0)
        heap_down(m, 0);
}

static int merge_lists(struct merge *m, struct list_writer *w, uint32_t *docs)
{
    int code = TIAN_OK;
    while (code == TIAN_OK && m->n > 0) {
        uint32_t key = (uint32_t)(m->heap[0] >> 32), n = 0;
        do {
            uint32_t input = (uint32_t)m->heap[0];
            const struct doclist *list = &m->walk[input].list;
            uint32_t got = doclist_decode(list, m->base[input], docs + n);
            if (got != list->count)
                return damaged(m->ctx, m->walk[input].lists->path);
            n += got;
            merge_advance(m, input);
        } while (m->n > 0 && m->heap[0] >> 32 == key);
        code = writer_put(w, key, docs, n);
    }
    return code;
}

int lists_merge(struct ctx *ctx, struct lists *const *in, const uint32_t *base, size_t n, uint32_t ndocs,
                const char *path)
{
    struct arena *arena = arena_new(ctx->arena);
    struct merge m = { ctx, base, arena_array(arena, struct list_walk, n), arena_array(arena, uint64_t, n),
                       0 };
    struct list_writer w;
    int code = writer_open(ctx, arena, path, ndocs, &w);
    if (code != TIAN_OK)
        goto out;
    for (size_t i = 0; i < n; i++)
        assert((uint64_t)base[i] + in[i]->ndocs <= (i + 1 < n ? base[i + 1] : ndocs));
    merge_start(&m, in, n);
    code = merge_lists(&m, &w, arena_array(arena, uint32_t, ndocs));
    for (size_t i = 0; code == TIAN_OK && i < n; i++)
        if (m.walk[i].bad)
            code = damaged(ctx, in[i]->path);
    if (code == TIAN_OK)
        code = writer_finish(&w);
out:
    arena_free(arena);
    return code;
}
