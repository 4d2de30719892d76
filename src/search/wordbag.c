/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Words of two to twelve Han characters, as the cutter cuts them; a word counts
 * once in a document however often it stands there.
 */
#include "search/wordbag.h"

#include <math.h>

#include "base/map.h"

enum {
    LONGEST_WORD = 12
};

void wordbag_init(struct wordbag *b, struct ctx *ctx, const struct reader *reader)
{
    *b = (struct wordbag){ .ctx = ctx, .reader = reader, .index = map_new(ctx->arena) };
    vec_init(&b->words, ctx->arena);
    vec_init(&b->read_last, ctx->arena);
    vec_init(&b->found, ctx->arena);
    normal_init(&b->normal, ctx->arena);
    buf_init(&b->text, ctx->arena);
}

static bool is_word(const struct normal *n, struct token t)
{
    if (t.to - t.from < 2 || t.to - t.from > LONGEST_WORD)
        return false;
    for (size_t i = t.from; i < t.to; i++)
        if (text_class(n->unit[i]) != CLASS_HAN)
            return false;
    return true;
}

static void count_word(struct wordbag *b, struct token token)
{
    buf_clear(&b->text);
    cut_term(&b->normal, token, &b->text);
    void **slot = map_at(b->index, buf_view(&b->text));
    if (!*slot) {
        vec_push(&b->words, b->index->entries[b->index->n - 1].key);
        vec_push(&b->read_last, 0);
        *slot = (void *)(uintptr_t)b->words.n;
    }
    uint32_t word = (uint32_t)((uintptr_t)*slot - 1);
    if (b->read_last.at[word] != b->read)
        vec_push(&b->found, word);
    b->read_last.at[word] = b->read;
}

struct range wordbag_range(const struct document *d, const struct normal *body)
{
    size_t from = d->nsections > 0 ? d->sections[0].from : 0, to = d->body.n;
    struct range out = { 0, body->n };
    for (size_t i = d->nsections; i-- > 0;)
        if (d->sections[i].kind == SECTION_REPLY)
            to = d->sections[i].from;
    while (out.from < body->n && body->at[out.from] < from)
        out.from++;
    while (out.to > out.from && body->at[out.to - 1] >= to)
        out.to--;
    return out;
}

static void count_words(struct wordbag *b, struct range range)
{
    const struct tokens *tokens = cut_words(b->reader->cutter, &b->normal, range.from, range.to);
    for (size_t i = 0; i < tokens->n; i++)
        if (is_word(&b->normal, tokens->at[i]))
            count_word(b, tokens->at[i]);
}

int wordbag_read(struct wordbag *b, struct arena *arena, uint32_t doc)
{
    struct document d;
    int code = snapshot_document(b->ctx, b->reader->snapshot, arena, doc, &d);
    if (code)
        return code;
    b->read++;
    b->found.n = 0;
    text_normalise(d.title, NULL, &b->normal);
    count_words(b, (struct range){ 0, b->normal.n });
    text_normalise(d.body, &d.skips, &b->normal);
    count_words(b, wordbag_range(&d, &b->normal));
    return ctx_check(b->ctx);
}

static double part(double k, double expected)
{
    return k > 0 ? k * log(k / expected) : 0;
}

double wordbag_ratio(double k, double n, double l, double m)
{
    if (n <= 0 || m <= 0 || k * m <= l * n)
        return 0;
    double share = (k + l) / (n + m);
    return 2 * (part(k, share * n) + part(l, share * m));
}
