/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Reading the words of segments: opening their tables, fetching a list, walking
 * all. A native table (version 1) gives documents and counts; they are coded as
 * a list of today, so that nobody above this file knows of two formats.
 */
#include "store/words_part.h"

#include <assert.h>

static_assert((int)DOCLIST_ROOM <= (int)TABLE_ROOM, "a list may be read in the table's own bytes");

int words_damaged(struct ctx *ctx, const char *path)
{
    return ctx_fail(ctx, TIAN_EINDEX, path, "the words of a segment are damaged: run tian verify",
                    "索引段中的词已损坏：请运行 tian verify");
}

/* ---- Opening ---------------------------------------------------------------------- */

static void close_table(void *table)
{
    table_free(table);
}

static int read_head(struct ctx *ctx, struct words_part *part, struct str head)
{
    struct cursor c = cursor_of(head);
    uint32_t version = cursor_u32(&c);
    part->documents = cursor_u32(&c);
    part->length = cursor_u64(&c);
    return c.bad || version != WORDS_VERSION ? words_damaged(ctx, part->path) : TIAN_OK;
}

int words_part_open(struct ctx *ctx, struct arena *arena, const char *path, struct words_part *out)
{
    struct str head;
    *out = (struct words_part){ .path = arena_cstr(arena, str_of(path)) };
    arena_prepare(arena); /* the handle must not be lost between being made and being deferred */
    int code = table_open(ctx, path, &out->table);
    if (code != TIAN_OK)
        return code;
    arena_defer(arena, close_table, out->table);
    code = table_get(ctx, out->table, WORDS_HEAD, &head);
    if (code != TIAN_OK)
        return code;
    out->native = head.n == 0;
    return out->native ? table_native(ctx, out->table, &out->documents, &out->length)
                       : read_head(ctx, out, head);
}

static int open_parts(struct ctx *ctx, struct words *w, const char *const *paths, const uint32_t *bases)
{
    int code = TIAN_OK;
    for (size_t i = 0; code == TIAN_OK && i < w->n; i++) {
        code = words_part_open(ctx, w->arena, paths[i], &w->parts[i]);
        w->parts[i].base = bases[i];
    }
    return code;
}

static void free_words(void *words)
{
    words_free(words);
}

/* Until it is whole it hangs on the caller's arena, for running out of memory jumps. */
int words_open(struct ctx *ctx, const char *const *paths, const uint32_t *bases, size_t n, struct words **out)
{
    *out = NULL;
    arena_prepare(ctx->arena);
    struct arena *arena = arena_new(NULL);
    struct words *w = arena_new_of(arena, struct words);
    w->arena = arena;
    arena_defer(ctx->arena, free_words, w);
    w->parts = arena_array(arena, struct words_part, n);
    w->slowness = arena_array(arena, double, WORDS_LENGTHS);
    w->n = n;
    int code = open_parts(ctx, w, paths, bases);
    arena_undefer(ctx->arena, free_words, w);
    if (code == TIAN_OK)
        *out = w;
    else
        words_free(w);
    return code;
}

void words_free(struct words *w)
{
    if (w != NULL)
        arena_free(w->arena);
}

/* ---- One list ---------------------------------------------------------------------- */

/* The same list as it would stand in a table of today, in the arena. */
static int encode_native(struct ctx *ctx, struct words_part *part, struct str term, struct arena *arena,
                         struct str *bytes)
{
    const uint32_t *docs, *counts;
    struct buf out;
    size_t n;
    *bytes = STR_NONE;
    int code = table_postings(ctx, part->table, term, &docs, &counts, &n);
    if (code != TIAN_OK || n == 0)
        return code;
    if (docs[n - 1] >= part->documents)
        return words_damaged(ctx, part->path);
    buf_init(&out, arena);
    word_list_encode(&out, docs, counts, (uint32_t)n, part->documents);
    buf_reserve(&out, DOCLIST_ROOM);
    *bytes = buf_view(&out);
    return TIAN_OK;
}

static struct str copy_with_room(struct arena *arena, struct str bytes)
{
    char *copy = arena_alloc(arena, bytes.n + DOCLIST_ROOM);
    memcpy(copy, bytes.p, bytes.n + DOCLIST_ROOM);
    return (struct str){ copy, bytes.n };
}

int words_part_list(struct ctx *ctx, struct words_part *part, struct str term, struct arena *keep,
                    struct word_list *out)
{
    struct str bytes;
    *out = (struct word_list){ .kind = 0 };
    int code = part->native ? encode_native(ctx, part, term, keep ? keep : ctx->arena, &bytes)
                            : table_get(ctx, part->table, term, &bytes);
    if (code != TIAN_OK || bytes.n == 0)
        return code;
    if (keep && !part->native)
        bytes = copy_with_room(keep, bytes);
    return word_list_open(bytes, part->documents, out) ? TIAN_OK : words_damaged(ctx, part->path);
}

int words_frequency(struct ctx *ctx, struct words *w, struct str term, uint32_t *documents)
{
    struct word_list list;
    int code = TIAN_OK;
    *documents = 0;
    for (size_t i = 0; code == TIAN_OK && i < w->n && term.n > 0 && term.n <= TABLE_KEY; i++) {
        code = words_part_list(ctx, &w->parts[i], term, NULL, &list);
        *documents += list.docs.count;
    }
    return code;
}

/* ---- Walking all -------------------------------------------------------------------- */

int words_part_next(struct ctx *ctx, struct words_part *part, struct str *term)
{
    int code = table_next(ctx, part->table, term);
    return code == TIAN_OK && str_eq(*term, WORDS_HEAD) ? table_next(ctx, part->table, term) : code;
}

/* Show every term with its list. */
typedef int show_list(void *self, struct ctx *, struct str term, const struct word_list *);

static int walk(struct ctx *ctx, const char *path, show_list *show, void *self)
{
    struct arena *arena = arena_new(ctx->arena), *one = arena_new(arena);
    struct words_part part;
    struct word_list list;
    struct str term;
    int code = words_part_open(ctx, arena, path, &part);
    while (code == TIAN_OK) {
        code = words_part_next(ctx, &part, &term);
        if (code != TIAN_OK || term.n == 0)
            break;
        code = words_part_list(ctx, &part, term, one, &list);
        if (code == TIAN_OK)
            code = show(self, ctx, term, &list);
        arena_reset(one);
    }
    arena_free(arena);
    return code;
}

struct each {
    words_visit *visit;
    void *self;
    const char *path;
};

static int show_each(void *self, struct ctx *ctx, struct str term, const struct word_list *list)
{
    struct each *e = self;
    struct arena *arena = arena_new(ctx->arena);
    uint32_t *docs = arena_array(arena, uint32_t, list->docs.count);
    uint32_t *counts = arena_array(arena, uint32_t, list->docs.count);
    uint32_t n = word_list_decode(list, 0, docs, counts);
    int code = n == list->docs.count ? TIAN_OK : words_damaged(ctx, e->path);
    for (uint32_t i = 0; code == TIAN_OK && i < n; i++)
        code = e->visit(e->self, term, docs[i], counts[i]);
    arena_free(arena);
    return code;
}

int words_each(struct ctx *ctx, const char *path, words_visit *visit, void *self)
{
    struct each e = { visit, self, path };
    return walk(ctx, path, show_each, &e);
}

struct terms_walk {
    words_term *visit;
    void *self;
};

static int show_term(void *self, struct ctx *ctx, struct str term, const struct word_list *list)
{
    struct terms_walk *t = self;
    (void)ctx;
    return t->visit(t->self, term, list->docs.count);
}

int words_terms(struct ctx *ctx, const char *path, words_term *visit, void *self)
{
    struct terms_walk t = { visit, self };
    return walk(ctx, path, show_term, &t);
}

/* ---- Lengths of old ------------------------------------------------------------------- */

static uint32_t first_without(const uint32_t *length, uint32_t n)
{
    uint32_t doc = 0;
    while (doc < n && length[doc] > 0)
        doc++;
    return doc;
}

int words_lengths(struct ctx *ctx, const char *path, uint32_t *length, uint32_t n, bool *filled)
{
    struct words_part part;
    uint32_t doc = first_without(length, n);
    *filled = false;
    if (doc == n)
        return TIAN_OK;
    struct arena *arena = arena_new(ctx->arena);
    int code = words_part_open(ctx, arena, path, &part);
    for (; code == TIAN_OK && part.native && doc < n && doc < part.documents; doc++)
        if (length[doc] == 0) {
            code = table_length(ctx, part.table, doc, &length[doc]);
            *filled = true;
        }
    arena_free(arena);
    return code;
}
