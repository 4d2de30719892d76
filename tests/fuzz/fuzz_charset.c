/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Bytes of unknown encoding: UTF-8, or a reason why not.
 */
#include "fuzz.h"

#include "extract/extract.h"

void fuzz_one(struct ctx *ctx, struct str input)
{
    struct str text;
    const char *encoding = NULL;
    int sure = -1;
    if (extract_utf8(ctx, ctx->arena, input, &text, &encoding, &sure) != 0) {
        HOLD(ctx->error->message[0]);
        return;
    }
    HOLD(utf8_check(text) == text.n);
    HOLD(encoding && sure >= 0 && sure <= 100);
}
