/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A draft goes through the same door as a document (repair, head lines,
 * sections, labels), so that the two can be compared part by part. What the
 * parser makes of it is used only as far as it stays a piece of the text that
 * was given: every mark shown must be a place in that text. A text that looks
 * like several documents is compared as one, and a hint (hint.c) says so.
 */
#include "duplicate/draft.h"

#include <assert.h>

/* The whole text as one body without parts. */
static void take_whole(struct ctx *ctx, struct str text, struct document *doc)
{
    doc->body = text;
    doc->sections = NULL;
    doc->nsections = 0;
    text_repair(ctx->arena, text, &doc->skips);
}

static void put_option(struct extract_part *part, struct extract_field *field, const char *name,
                       const char *value)
{
    if (value == NULL || value[0] == '\0')
        return;
    *field = (struct extract_field){ str_of(name), str_of(value) };
    part->fields = part->fields ? part->fields : field;
    part->nfields++;
}

static int parse(struct ctx *ctx, const struct reader *r, struct str text,
                 const struct tian_check_options *options, struct documents *docs)
{
    struct extract_field *fields = arena_array(ctx->arena, struct extract_field, 2);
    struct extract_part part = { .name = STR(""), .text = text, .to = text.n };
    put_option(&part, &fields[0], "title", options->title);
    put_option(&part, &fields[part.nfields], "proposer", options->proposer);
    vec_init(docs, ctx->arena);
    if (str_trim(text).n == 0)
        return TIAN_OK; /* no document, but a draft: too short */
    return document_build(ctx, r->builder, r->cutter, STR("draft"), STR(""), &part, docs);
}

/* Where the body stands in the text, by content: the parser may have copied it. */
static void place_body(struct ctx *ctx, struct str text, struct draft *out)
{
    struct document *doc = &out->document;
    size_t at = doc->body.n > 0 ? str_find(text, doc->body, 0) : SIZE_MAX;
    if (at == SIZE_MAX || out->several) {
        take_whole(ctx, text, doc);
        at = 0;
    }
    out->shift = (uint32_t)at;
}

int draft_read(struct ctx *ctx, const struct reader *r, struct str text,
               const struct tian_check_options *options, struct draft *out)
{
    struct documents docs;
    memset(out, 0, sizeof *out);
    int code = parse(ctx, r, text, options, &docs);
    if (code != TIAN_OK)
        return code;
    if (docs.n > 0)
        out->document = docs.at[0];
    out->several = docs.n > 1;
    if (options->title && options->title[0])
        out->document.title = str_of(options->title);
    place_body(ctx, text, out);
    document_facts(&out->document, ctx->arena, &out->facts);
    if (options->proposer && options->proposer[0])
        out->facts.proposer = str_of(options->proposer);
    normal_init(&out->title, ctx->arena);
    text_normalise(out->document.title, NULL, &out->title);
    sheet_make(ctx->arena, &out->document, &out->sheet);
    return TIAN_OK;
}
