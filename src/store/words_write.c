/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Writing a file of words. Building sorts the distinct terms of a batch once, and
 * its postings by counting, so a document's own words need no order. The bytes
 * are those of words_file.h.
 */
#include "store/words_file.h"

#include <assert.h>
#include <endian.h>
#include <stdlib.h>

#include "base/deflate.h"
#include "base/map.h"

enum {
    WRITE_PIECE = 256 * 1024
};

/* ---- Writing a file, term by term ------------------------------------------ */

int word_writer_open(struct ctx *ctx, struct arena *arena, const char *path, uint32_t ndocs,
                     struct word_writer *w)
{
    *w = (struct word_writer){ .ctx = ctx, .ndocs = ndocs };
    buf_init(&w->piece, arena);
    buf_init(&w->last, arena);
    buf_init(&w->others, arena);
    buf_reserve(&w->piece, WRITE_PIECE + WRITE_PIECE / 4);
    buf_cstr(&w->piece, "TWRD");
    buf_u32(&w->piece, WORDS_VERSION);
    vec_init(&w->offset, arena);
    int code = file_tail_open(ctx, arena, path, &w->tail);
    return code == TIAN_OK && w->tail.offset > 0 ? file_tail_cut(ctx, &w->tail, 0) : code;
}

static int writer_flush(struct word_writer *w)
{
    int code = file_tail_append(w->ctx, &w->tail, buf_view(&w->piece));
    buf_clear(&w->piece);
    return code;
}

static void writer_term(struct word_writer *w, struct str term)
{
    size_t shared = 0;
    assert(term.n > 0 && term.n <= LONGEST_TERM);
    if (w->terms++ % BLOCK_TERMS == 0) {
        vec_push(&w->offset, w->tail.offset + w->piece.n);
        buf_clear(&w->last);
    }
    while (shared < NIBBLE && shared < w->last.n && shared < term.n && w->last.p[shared] == term.p[shared])
        shared++;
    size_t rest = term.n - shared;
    buf_u8(&w->piece, (uint8_t)(shared << 4 | (rest < NIBBLE ? rest : NIBBLE)));
    if (rest >= NIBBLE)
        buf_varint(&w->piece, rest - NIBBLE);
    buf_put(&w->piece, term.p + shared, rest);
    buf_clear(&w->last);
    buf_str(&w->last, term);
}

static enum count_kind kind_of(const uint32_t *counts, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (counts[i] != counts[0] || counts[i] > 1)
            return VARIED;
    return counts[0] == 1 ? ONES : ZEROS;
}

/* Room for n bytes and what an encoder may touch behind them, all zero; they are part of the piece now. */
static uint8_t *writer_room(struct word_writer *w, size_t n)
{
    uint8_t *room = (uint8_t *)buf_reserve(&w->piece, n + DOCLIST_ROOM);
    memset(room, 0, n + DOCLIST_ROOM);
    w->piece.n += n;
    return room;
}

static void find_others(struct word_writer *w, const uint32_t *counts, uint32_t n)
{
    buf_clear(&w->others);
    for (uint32_t i = 0; i < n; i++)
        if (counts[i] - 1 >= LARGEST_CODE)
            buf_varint(&w->others, counts[i] ? counts[i] - LARGEST_CODE : 0);
}

static void writer_codes(struct word_writer *w, const uint32_t *counts, uint32_t n)
{
    uint8_t *codes = writer_room(w, code_bytes(n));
    for (uint32_t i = 0; i < n; i++) {
        uint32_t code = counts[i] - 1 < LARGEST_CODE ? counts[i] - 1 : LARGEST_CODE;
        codes[i / 4] |= (uint8_t)(code << i % 4 * 2);
    }
    buf_str(&w->piece, buf_view(&w->others));
}

int word_writer_put(struct word_writer *w, struct str term, const uint32_t *docs, const uint32_t *counts,
                    uint32_t n)
{
    enum count_kind kind = kind_of(counts, n);
    writer_term(w, term);
    buf_varint(&w->piece, (uint64_t)(n - 1) << 2 | kind);
    if (kind == VARIED) {
        find_others(w, counts, n);
        buf_varint(&w->piece, w->others.n);
    }
    doclist_encode(writer_room(w, doclist_size(n, w->ndocs)), docs, n, w->ndocs);
    if (kind == VARIED)
        writer_codes(w, counts, n);
    w->postings += n;
    return w->piece.n < WRITE_PIECE ? TIAN_OK : writer_flush(w);
}

static unsigned bytes_for(uint32_t value)
{
    return value == 0 ? 0 : (39 - (unsigned)__builtin_clz(value)) / 8;
}

/* Lengths, directory, footer. */
int word_writer_finish(struct word_writer *w, const uint32_t *length)
{
    struct buf *out = &w->piece;
    uint64_t lengths = w->tail.offset + out->n, total = 0;
    uint32_t most = 0;
    for (uint32_t i = 0; i < w->ndocs; i++) {
        most = length[i] > most ? length[i] : most;
        total += length[i];
    }
    for (uint32_t i = 0; i < w->ndocs; i++) {
        uint32_t value = htole32(length[i]);
        buf_put(out, &value, bytes_for(most));
    }
    uint64_t directory = w->tail.offset + out->n;
    size_t from = out->n;
    for (size_t i = 0; i < w->offset.n; i++)
        buf_u64(out, w->offset.at[i]);
    buf_u32(out, w->ndocs);
    buf_u32(out, (uint32_t)w->offset.n);
    buf_u64(out, w->terms);
    buf_u64(out, w->postings);
    buf_u64(out, total);
    buf_u64(out, lengths);
    buf_u64(out, directory);
    buf_u32(out, bytes_for(most));
    buf_u32(out, WORDS_VERSION);
    buf_u32(out, crc_of(str_sub(buf_view(out), from, out->n)));
    return writer_flush(w);
}

/* ---- Building --------------------------------------------------------------- */

struct posting {
    uint32_t term, doc, count; /* term: its number in the map */
};

struct words_builder {
    struct map *terms; /* value: number + 1 */
    vec_of(struct posting) postings;
    vec_of(uint32_t) frequency; /* of each term: documents */
    vec_of(uint32_t) length;    /* of each document */
};

struct words_builder *words_builder_new(struct arena *arena)
{
    struct words_builder *b = arena_new_of(arena, struct words_builder);
    b->terms = map_new(arena);
    vec_init(&b->postings, arena);
    vec_init(&b->frequency, arena);
    vec_init(&b->length, arena);
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
    uint32_t length = 0;
    vec_need(&b->postings, b->postings.n + n);
    for (size_t i = 0; i < n; i++) {
        uint32_t term = term_number(b, words[i].term);
        b->postings.at[b->postings.n++] = (struct posting){ term, (uint32_t)b->length.n, words[i].count };
        b->frequency.at[term]++;
        length += words[i].count;
    }
    vec_push(&b->length, length);
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
        code = word_writer_put(w, terms[i].term, docs + from, counts + from, n);
    }
    return code;
}

int words_builder_write(struct ctx *ctx, struct words_builder *b, const char *path)
{
    struct arena *arena = arena_new(ctx->arena);
    struct word_writer w;
    int code = word_writer_open(ctx, arena, path, (uint32_t)b->length.n, &w);
    if (code == TIAN_OK)
        code = write_terms(b, arena, &w);
    if (code == TIAN_OK)
        code = word_writer_finish(&w, b->length.at);
    arena_free(arena);
    return code;
}
