/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The places of words in a PDF, as pdftotext -bbox-layout tells them, and the
 * paragraphs made of them, as the fenced child reads them: any bytes stand for
 * its answer.
 */
#include "fuzz.h"

#include "extract/package.h"

enum {
    MOST = 1 << 18 /* more is sent home in pieces */
};

void fuzz_one(struct ctx *ctx, struct str input)
{
    if (input.n > MOST)
        return;
    struct package p = { .ctx = ctx, .bytes = input, .fd = -1 };
    buf_init(&p.out, ctx->arena);
    if (pdf_package(&p) != 0) {
        HOLD(ctx->error->message[0]);
        return;
    }
    struct cursor c = cursor_of(buf_view(&p.out));
    char what = (char)cursor_u8(&c);
    struct str name = cursor_field(&c), text = cursor_field(&c);
    HOLD(!c.bad && c.p == c.end); /* one record: a text, or why there is none */
    HOLD(what == 'T' ? name.n == 0 : what == 'W' && name.n > 0);
    HOLD(utf8_check(text) == text.n);
    HOLD(what == 'W' || str_trim(text).n > 0);
    HOLD(text.n <= input.n); /* of each line there is more markup than what divides paragraphs */
    HOLD(!memchr(text.p, '\0', text.n));
}
