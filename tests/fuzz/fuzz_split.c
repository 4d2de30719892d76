/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Where documents begin in a text: pieces in order, none outside of it, all of
 * what is not blank in one of them or in front of the first.
 */
#include "fuzz.h"

#include "document/split.h"

void fuzz_one(struct ctx *ctx, struct str input)
{
    struct str text = fuzz_utf8(ctx->arena, input);
    struct pieces pieces;
    uint32_t at = 0;
    document_split(ctx->arena, text, &pieces);
    HOLD((pieces.n == 0) == (str_trim(text).n == 0));
    for (size_t i = 0; i < pieces.n; i++) {
        const struct piece *p = &pieces.at[i];
        HOLD(p->from >= at && p->to >= p->from && p->to <= text.n);
        HOLD(utf8_check(str_sub(text, p->from, p->to)) == p->to - p->from);
        HOLD(utf8_check(p->title) == p->title.n && utf8_check(p->number) == p->number.n);
        at = p->to;
    }
}
