/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A part of a file becomes documents: their sections and fields stand in the
 * text, and each comes back unchanged from its record. Parts of the input, 0xFF
 * between them: the text, then names and values of fields.
 */
#include "fuzz.h"

#include "document/document.h"

static struct builder *the_builder(void)
{
    static struct builder *builder;
    struct ctx ctx = { .arena = fuzz_forever() };
    if (!builder)
        HOLD(builder_new(&ctx, ctx.arena, NULL, NULL, &builder) == 0);
    return builder;
}

static void hold_sections(const struct document *d)
{
    uint32_t at = 0;
    for (size_t i = 0; i < d->nsections; i++) {
        HOLD(d->sections[i].from >= at && d->sections[i].to >= d->sections[i].from);
        at = d->sections[i].to;
    }
    HOLD(at <= d->body.n);
}

static void hold_facts(struct ctx *ctx, const struct document *d)
{
    struct facts facts;
    document_facts(d, ctx->arena, &facts);
    HOLD(facts.year == 0 || (facts.year >= 1900 && facts.year <= 2200));
    HOLD(facts.date.n == 0 || facts.date.n == 7 || facts.date.n == 10);
    HOLD(!(facts.in_session && facts.after_session));
}

static void hold_record(struct ctx *ctx, const struct document *d)
{
    struct buf once, twice;
    struct document back;
    buf_init(&once, ctx->arena);
    buf_init(&twice, ctx->arena);
    document_encode(d, &once);
    HOLD(document_decode(ctx, ctx->arena, buf_view(&once), &back) == 0);
    document_encode(&back, &twice);
    HOLD(str_eq(buf_view(&once), buf_view(&twice)));
}

void fuzz_one(struct ctx *ctx, struct str input)
{
    struct str rest = input;
    struct extract_part part = { .text = fuzz_utf8(ctx->arena, fuzz_part(&rest)), .to = input.n };
    struct documents docs;
    vec_init(&docs, ctx->arena);
    part.fields = arena_array(ctx->arena, struct extract_field, 32);
    for (; rest.n > 0 && part.nfields < 32; part.nfields++) {
        part.fields[part.nfields].name = fuzz_utf8(ctx->arena, fuzz_part(&rest));
        part.fields[part.nfields].value = fuzz_utf8(ctx->arena, fuzz_part(&rest));
    }
    if (document_build(ctx, the_builder(), NULL, STR("a"), STR("a.txt"), &part, &docs) != 0)
        return;
    for (size_t i = 0; i < docs.n; i++) {
        HOLD(docs.at[i].id.n > 0 && docs.at[i].title.n + docs.at[i].body.n > 0);
        hold_sections(&docs.at[i]);
        hold_facts(ctx, &docs.at[i]);
        hold_record(ctx, &docs.at[i]);
    }
}
