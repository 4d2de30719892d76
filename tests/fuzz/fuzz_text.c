/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The text stage: repair, the normal form and its map back, the cut.
 */
#include "fuzz.h"

#include "text/text.h"

static struct cutter *the_cutter(void)
{
    static struct cutter *cutter;
    struct ctx ctx = { .arena = fuzz_forever() };
    struct lexicon *lexicon;
    if (!cutter)
        HOLD(lexicon_load(&ctx, ctx.arena, NULL, &lexicon) == 0 &&
             cutter_new(&ctx, ctx.arena, lexicon, &cutter) == 0);
    return cutter;
}

static void hold_skips(const struct skips *skips, size_t n)
{
    uint32_t at = 0;
    for (size_t i = 0; i < skips->n; i++) {
        HOLD(skips->at[i].from >= at && skips->at[i].to > skips->at[i].from);
        at = skips->at[i].to;
    }
    HOLD(at <= n);
}

static bool starts_character(struct str s, size_t at)
{
    return at == s.n || ((uint8_t)s.p[at] & 0xC0) != 0x80;
}

static void hold_map(const struct normal *normal, struct str text)
{
    for (size_t i = 0; i < normal->n; i++) {
        HOLD(normal->at[i] <= normal->at[i + 1] && starts_character(text, normal->at[i]));
        HOLD(normal_end(normal, text, i) > normal->at[i] && normal_end(normal, text, i) <= text.n);
    }
    HOLD(normal->at[normal->n] == text.n);
}

static void hold_tokens(const struct tokens *tokens, const struct normal *normal)
{
    uint32_t at = 0;
    struct buf term;
    buf_init(&term, arena_of(normal->unit));
    for (size_t i = 0; i < tokens->n; i++) {
        HOLD(tokens->at[i].from >= at && tokens->at[i].to > tokens->at[i].from);
        at = tokens->at[i].to;
        term.n = 0;
        cut_term(normal, tokens->at[i], &term);
        HOLD(term.n > 0 && term.n <= 200);
    }
    HOLD(at <= normal->n);
}

void fuzz_one(struct ctx *ctx, struct str input)
{
    struct str text = fuzz_utf8(ctx->arena, input);
    struct skips skips;
    struct normal normal;
    text_repair(ctx->arena, text, &skips);
    hold_skips(&skips, text.n);
    normal_init(&normal, ctx->arena);
    text_normalise(text, &skips, &normal);
    hold_map(&normal, text);
    if (normal.n == 0)
        return;
    struct cutter *cutter = the_cutter();
    hold_tokens(cut_words(cutter, &normal, 0, normal.n), &normal);
    hold_tokens(cut_pieces(cutter, &normal, 0, normal.n), &normal);
}
