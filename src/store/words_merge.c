/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Joining files of words: the inputs are walked side by side, a heap says which
 * has the least term; one list at a time is in memory, and the lengths.
 */
#include "store/words_file.h"

#include <assert.h>

/* ---- Merging ---------------------------------------------------------------------- */

struct word_merge {
    struct ctx *ctx;
    const uint32_t *base;
    struct word_walk *walk; /* of each input */
    uint32_t *heap;         /* inputs: that with the least term first, of equals the least input */
    size_t n;
    uint32_t *docs, *counts; /* of one list */
};

static bool goes_first(const struct word_merge *m, uint32_t a, uint32_t b)
{
    int order = str_cmp(word_walk_term(&m->walk[a]), word_walk_term(&m->walk[b]));
    return order != 0 ? order < 0 : a < b;
}

static void heap_down(struct word_merge *m, size_t at)
{
    uint32_t here = m->heap[at];
    for (size_t child; (child = at * 2 + 1) < m->n; at = child) {
        if (child + 1 < m->n && goes_first(m, m->heap[child + 1], m->heap[child]))
            child++;
        if (!goes_first(m, m->heap[child], here))
            break;
        m->heap[at] = m->heap[child];
    }
    m->heap[at] = here;
}

static void merge_start(struct word_merge *m, struct words *const *in, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        word_walk_start(&m->walk[i], in[i]);
        if (word_walk_next(&m->walk[i]))
            m->heap[m->n++] = (uint32_t)i;
    }
    for (size_t i = m->n / 2; i-- > 0;)
        heap_down(m, i);
}

static void merge_advance(struct word_merge *m)
{
    if (!word_walk_next(&m->walk[m->heap[0]]))
        m->heap[0] = m->heap[--m->n];
    if (m->n > 0)
        heap_down(m, 0);
}

/* All lists of the least term, behind one another. */
static int merge_term(struct word_merge *m, struct word_writer *out)
{
    struct word_walk *first = &m->walk[m->heap[0]];
    char name[LONGEST_TERM];
    struct str term = { name, first->n };
    uint32_t n = 0;
    memcpy(name, first->term, first->n);
    while (m->n > 0 && str_eq(word_walk_term(&m->walk[m->heap[0]]), term)) {
        uint32_t input = m->heap[0];
        const struct word_walk *w = &m->walk[input];
        uint32_t got = word_list_decode(&w->list, m->base[input], m->docs + n, m->counts + n);
        if (got != w->list.docs.count)
            return words_damaged(m->ctx, w->words);
        n += got;
        merge_advance(m);
    }
    return word_writer_put(out, term, m->docs, m->counts, n);
}

static uint32_t *join_lengths(struct arena *arena, struct words *const *in, const uint32_t *base, size_t n,
                              uint32_t ndocs)
{
    uint32_t *length = arena_array(arena, uint32_t, ndocs);
    for (size_t i = 0; i < n; i++)
        for (uint32_t doc = 0; doc < words_documents(in[i]); doc++)
            length[base[i] + doc] = words_length(in[i], doc);
    return length;
}

int words_merge(struct ctx *ctx, struct words *const *in, const uint32_t *base, size_t n, uint32_t ndocs,
                const char *path)
{
    struct arena *arena = arena_new(ctx->arena);
    struct word_merge m = { ctx,
                            base,
                            arena_array(arena, struct word_walk, n),
                            arena_array(arena, uint32_t, n),
                            0,
                            arena_array(arena, uint32_t, ndocs),
                            arena_array(arena, uint32_t, ndocs) };
    struct word_writer w;
    int code = word_writer_open(ctx, arena, path, ndocs, &w);
    for (size_t i = 0; i < n; i++)
        assert((uint64_t)base[i] + words_documents(in[i]) <= (i + 1 < n ? base[i + 1] : ndocs));
    if (code == TIAN_OK)
        merge_start(&m, in, n);
    while (code == TIAN_OK && m.n > 0)
        code = merge_term(&m, &w);
    for (size_t i = 0; code == TIAN_OK && i < n; i++)
        if (m.walk[i].bad)
            code = words_damaged(ctx, in[i]);
    if (code == TIAN_OK)
        code = word_writer_finish(&w, join_lengths(arena, in, base, n, ndocs));
    arena_free(arena);
    return code;
}
