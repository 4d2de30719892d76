/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Web pages, as the fenced child reads them: UTF-8, but for the rest anything.
 */
#include "fuzz.h"

#include "extract/package.h"

static void hold_text(struct str text)
{
    HOLD(utf8_check(text) == text.n);
    HOLD(!str_has(text, STR("\n\n")) && !str_has(text, STR(" \n")) && !str_has(text, STR("\t\n")));
}

enum {
    MOST = 1 << 18 /* more is sent home in pieces */
};

void fuzz_one(struct ctx *ctx, struct str input)
{
    if (input.n > MOST)
        return;
    struct package p = { .ctx = ctx, .bytes = fuzz_utf8(ctx->arena, input), .fd = -1 };
    size_t texts = 0;
    buf_init(&p.out, ctx->arena);
    if (webpage_package(&p) != 0) {
        HOLD(ctx->error->message[0]);
        return;
    }
    for (struct cursor c = cursor_of(buf_view(&p.out)); c.p < c.end;) {
        char what = (char)cursor_u8(&c);
        struct str name = cursor_field(&c), value = cursor_field(&c);
        HOLD(!c.bad && (what == 'T' || what == 'D'));
        HOLD(what == 'T' || str_eq(name, STR("title")));
        hold_text(value);
        texts += what == 'T';
    }
    HOLD(texts == 1);
}
