/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Tables: comma or tab, quotes, line ends inside cells, headers or none. The
 * first byte says whether tabs divide.
 */
#include "fuzz.h"

#include "extract/reader.h"

void fuzz_one(struct ctx *ctx, struct str input)
{
    if (input.n == 0)
        return;
    struct extracted out = { 0 };
    struct str text = fuzz_utf8(ctx->arena, str_sub(input, 1, input.n));
    struct reading r = { .arena = ctx->arena,
                         .name = "table",
                         .bytes = text,
                         .text = text,
                         .exact = true,
                         .options = { .max_bytes = 1 << 20 },
                         .out = &out };
    vec_init(&r.parts, ctx->arena);
    vec_init(&r.warnings, ctx->arena);
    bool tabs = input.p[0] & 1;
    if (tabs ? !tsv_sniff(&r) : !csv_sniff(&r))
        return;
    if ((tabs ? tsv_read(ctx, &r) : csv_read(ctx, &r)) != 0)
        return;
    for (size_t i = 0; i < r.parts.n; i++) {
        const struct extract_part *part = &r.parts.at[i];
        HOLD(part->from <= part->to && part->to <= text.n);
        for (size_t f = 0; f < part->nfields; f++)
            HOLD(utf8_check(part->fields[f].value) == part->fields[f].value.n);
    }
}
