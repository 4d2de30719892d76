/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Reading a file of words: a term is found by halving the directory and walking
 * one block. The bytes are those of words_file.h; nothing here trusts them.
 */
#include "store/words_file.h"

#include <assert.h>

#include "base/deflate.h"

static_assert((int)DOCLIST_ROOM <= (int)WORDS_FOOTER, "the footer is the room behind the last list");

/* ---- Opening ---------------------------------------------------------------- */

struct words {
    const char *path;
    const uint8_t *file;
    uint64_t lengths, directory;
    uint64_t terms, total;
    uint32_t blocks, ndocs, width;
    uint32_t mask; /* of a length */
};

int words_damaged(struct ctx *ctx, const struct words *w)
{
    return ctx_fail(ctx, TIAN_EINDEX, w->path, "a file of words is damaged: run tian verify",
                    "词文件已损坏：请运行 tian verify");
}

static bool read_footer(struct str file, struct words *w)
{
    if (file.n < WORDS_HEADER + WORDS_FOOTER || memcmp(file.p, "TWRD", 4) != 0)
        return false;
    w->file = (const uint8_t *)file.p;
    const uint8_t *footer = w->file + file.n - WORDS_FOOTER;
    w->ndocs = load32(footer);
    w->blocks = load32(footer + 4);
    w->terms = load64(footer + 8);
    w->total = load64(footer + 24);
    w->lengths = load64(footer + 32);
    w->directory = load64(footer + 40);
    w->width = load32(footer + 48);
    if (load32(footer + 52) != WORDS_VERSION || w->width > 4 || w->lengths < WORDS_HEADER ||
        w->directory > file.n || w->lengths > w->directory ||
        w->directory - w->lengths != (uint64_t)w->ndocs * w->width ||
        (uint64_t)w->blocks * 8 + WORDS_FOOTER != file.n - w->directory ||
        w->terms > (uint64_t)w->blocks * BLOCK_TERMS || (w->blocks > 0 && w->ndocs == 0))
        return false;
    w->mask = w->width == 4 ? UINT32_MAX : (1u << w->width * 8) - 1;
    return crc_of(str_sub(file, w->directory, file.n - 4)) == load32(footer + 56);
}

int words_open(struct ctx *ctx, struct arena *arena, const char *path, struct words **out)
{
    struct str file;
    struct file_info info;
    struct words *w = *out = arena_new_of(arena, struct words);
    w->path = arena_cstr(arena, str_of(path));
    int code = file_stat(ctx, path, &info);
    if (code != TIAN_OK || info.kind == FILE_FOLDER)
        return code;
    code = file_map(ctx, arena, path, &file);
    if (code != TIAN_OK)
        return code;
    return read_footer(file, w) ? TIAN_OK : words_damaged(ctx, w);
}

bool words_are_old(const struct words *w)
{
    return w->file == NULL;
}

uint32_t words_documents(const struct words *w)
{
    return w->ndocs;
}

uint64_t words_total(const struct words *w)
{
    return w->total;
}

/* Four bytes are readable: the directory or the footer stands behind the lengths. */
uint32_t words_length(const struct words *w, uint32_t doc)
{
    assert(doc < w->ndocs);
    return load32(w->file + w->lengths + (size_t)doc * w->width) & w->mask;
}

/* ---- Walking the terms -------------------------------------------------------- */

static uint64_t block_start(const struct words *w, uint32_t block)
{
    return block < w->blocks ? load64(w->file + w->directory + (size_t)block * 8) : w->lengths;
}

static void walk_block(struct word_walk *w, uint32_t block)
{
    const struct words *words = w->words;
    uint64_t from = block_start(words, block), to = block_start(words, block + 1);
    w->bad = from < WORDS_HEADER || from > to || to > words->lengths;
    w->block = block;
    w->p = words->file + (w->bad ? 0 : from);
    w->end = words->file + (w->bad ? 0 : to);
    w->n = 0;
    w->left =
        block + 1 < words->blocks ? BLOCK_TERMS : (uint32_t)(words->terms - (uint64_t)block * BLOCK_TERMS);
}

/* UINT64_MAX: malformed. */
static inline uint64_t read_varint(const uint8_t **p, const uint8_t *end)
{
    uint64_t value = 0;
    for (unsigned shift = 0; *p < end && shift < 42; shift += 7) {
        uint8_t byte = *(*p)++;
        value |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80)
            return value;
    }
    return UINT64_MAX;
}

static inline bool walk_name(struct word_walk *w)
{
    if (w->p >= w->end)
        return false;
    size_t shared = *w->p >> 4, rest = *w->p & NIBBLE;
    w->p++;
    if (rest == NIBBLE) {
        uint64_t more = read_varint(&w->p, w->end);
        rest = more > LONGEST_TERM ? SIZE_MAX : rest + more;
    }
    if (shared > w->n || rest > LONGEST_TERM - shared || rest > (size_t)(w->end - w->p))
        return false;
    memcpy(w->term + shared, w->p, rest);
    w->n = shared + rest;
    w->p += rest;
    return w->n > 0;
}

/* The list that begins at p; p moves behind it. */
static inline bool walk_list(struct word_walk *w)
{
    uint32_t ndocs = w->words->ndocs;
    uint64_t tag = read_varint(&w->p, w->end), others = 0;
    uint8_t kind = tag & 3;
    if (kind >= COUNT_KINDS || tag >> 2 >= ndocs)
        return false;
    if (kind == VARIED)
        others = read_varint(&w->p, w->end);
    uint32_t n = (uint32_t)(tag >> 2) + 1;
    size_t docs = doclist_size(n, ndocs), codes = kind == VARIED ? code_bytes(n) : 0;
    size_t left = (size_t)(w->end - w->p);
    if (others > left || docs > left - others || codes > left - others - docs)
        return false;
    w->list = (struct word_list){
        { w->p, n, ndocs }, kind, w->p + docs, w->p + docs + codes, w->p + docs + codes + others
    };
    w->p += docs + codes + others;
    return true;
}

/* The next term of the block and its list. False at the block's end or when it is damaged. */
static inline bool walk_term(struct word_walk *w)
{
    if (w->bad || w->left == 0)
        return false;
    w->bad = !walk_name(w) || !walk_list(w);
    w->left--;
    return !w->bad;
}

void word_walk_start(struct word_walk *w, const struct words *words)
{
    w->words = words;
    w->left = 0;
    w->bad = false;
    w->block = UINT32_MAX;
}

/* The next term of the file. */
bool word_walk_next(struct word_walk *w)
{
    while (!w->bad && w->left == 0 && w->block + 1 < w->words->blocks)
        walk_block(w, w->block + 1);
    return walk_term(w);
}

/* ---- Finding ------------------------------------------------------------------ */

/* Does a block begin behind the term? A damaged one does. */
static bool begins_behind(struct word_walk *w, uint32_t block, struct str term)
{
    walk_block(w, block);
    return w->bad || !walk_name(w) || str_cmp(word_walk_term(w), term) > 0;
}

bool words_find(const struct words *words, struct str term, struct word_list *out)
{
    struct word_walk w = { .words = words };
    uint32_t low = 0, high = words->blocks; /* the last block that does not begin behind the term */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (begins_behind(&w, middle, term))
            high = middle;
        else
            low = middle + 1;
    }
    if (low == 0)
        return false;
    walk_block(&w, low - 1);
    while (walk_term(&w)) {
        int order = str_cmp(word_walk_term(&w), term);
        if (order >= 0) {
            *out = w.list;
            return order == 0;
        }
    }
    return false;
}

/* ---- Reading a list ------------------------------------------------------------- */

static uint32_t next_other(const uint8_t **p, const uint8_t *end)
{
    uint64_t other = read_varint(p, end);
    return other == 0 || other > UINT32_MAX - LARGEST_CODE ? 0 : (uint32_t)other + LARGEST_CODE;
}

static uint32_t code_at(const struct word_list *l, uint32_t i)
{
    return l->codes[i / 4] >> i % 4 * 2 & 3;
}

uint32_t word_list_decode(const struct word_list *l, uint32_t base, uint32_t *docs, uint32_t *counts)
{
    uint32_t n = doclist_decode(&l->docs, base, docs);
    const uint8_t *others = l->others;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t code = l->kind == VARIED ? code_at(l, i) : 0;
        counts[i] = code == LARGEST_CODE ? next_other(&others, l->end) : code + (l->kind != ZEROS);
    }
    return n;
}

/* How many codes of [from, to) are the largest. */
static uint32_t count_largest(const struct word_list *l, uint32_t from, uint32_t to)
{
    uint32_t n = 0;
    for (; from < to && from % 32 != 0; from++)
        n += code_at(l, from) == LARGEST_CODE;
    for (; to - from >= 32; from += 32) {
        uint64_t codes = load64(l->codes + from / 4);
        n += (uint32_t)__builtin_popcountll(codes & codes >> 1 & UINT64_C(0x5555555555555555));
    }
    for (; from < to; from++)
        n += code_at(l, from) == LARGEST_CODE;
    return n;
}

void word_list_counts(const struct word_list *l, const uint32_t *places, size_t n, uint32_t *counts)
{
    const uint8_t *others = l->others;
    uint32_t seen = 0; /* places whose others were passed */
    for (size_t i = 0; i < n; i++) {
        uint32_t code = l->kind == VARIED ? code_at(l, places[i]) : 0;
        counts[i] = code + (l->kind != ZEROS);
        if (code != LARGEST_CODE)
            continue;
        for (uint32_t k = count_largest(l, seen, places[i]); k > 0; k--)
            next_other(&others, l->end);
        counts[i] = next_other(&others, l->end);
        seen = places[i] + 1;
    }
}

/* ---- Walking all ------------------------------------------------------------------ */

int words_each(struct ctx *ctx, const struct words *words, words_visit *visit, void *self)
{
    struct arena *arena = arena_new(ctx->arena);
    uint32_t *docs = arena_array(arena, uint32_t, words->ndocs);
    uint32_t *counts = arena_array(arena, uint32_t, words->ndocs);
    struct word_walk w;
    int code = TIAN_OK;
    word_walk_start(&w, words);
    while (code == TIAN_OK && word_walk_next(&w)) {
        uint32_t n = word_list_decode(&w.list, 0, docs, counts);
        if (n != w.list.docs.count)
            code = words_damaged(ctx, words);
        for (uint32_t i = 0; code == TIAN_OK && i < n; i++)
            code = visit(self, word_walk_term(&w), docs[i], counts[i]);
    }
    arena_free(arena);
    return code == TIAN_OK && w.bad ? words_damaged(ctx, words) : code;
}

int words_terms(struct ctx *ctx, const struct words *words, words_term *visit, void *self)
{
    struct word_walk w;
    int code = TIAN_OK;
    word_walk_start(&w, words);
    while (code == TIAN_OK && word_walk_next(&w))
        code = visit(self, word_walk_term(&w), w.list.docs.count);
    return code == TIAN_OK && w.bad ? words_damaged(ctx, words) : code;
}
