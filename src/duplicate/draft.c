/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A draft goes through the same door as a document (repair, head lines,
 * sections, labels), so that the two can be compared part by part. What the
 * parser makes of it is used only as far as it stays a piece of the text that
 * was given: every mark shown must be a place in that text. A text that looks
 * like several documents is compared as one, and a hint says so.
 *
 * The hints are those of proposal offices: one matter each (一事一案), a
 * suggestion part, 300 to 1,500 characters, a unit that could handle it.
 */
#include "duplicate/draft.h"

#include <assert.h>

enum {
    LETTERS_FEW = 300,
    LETTERS_MANY = 2500
};

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

/* ---- Hints ------------------------------------------------------------------- */

static bool has_section(const struct document *doc, enum section_kind kind)
{
    for (size_t i = 0; i < doc->nsections; i++)
        if (doc->sections[i].kind == kind)
            return true;
    return false;
}

static bool names_unit(const struct draft *d)
{
    static const char *const endings[] = { "局", "厅", "委员会", "政府", "部门", "街道", "公司", "办公室" };
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (str_has(d->document.body, str_of(endings[i])))
            return true;
    return d->facts.units.n > 0;
}

static void lint_length(struct ctx *ctx, const struct draft *d, struct notes *notes)
{
    if (d->sheet.n < LETTERS_FEW)
        vec_push(notes, arena_printf(ctx->arena,
                                     say("hint: %zu characters; proposals usually have 300 to 1,500",
                                         "提示：全文 %zu 字，提案一般 300 至 1500 字"),
                                     d->sheet.n));
    if (d->sheet.n > LETTERS_MANY)
        vec_push(notes, arena_printf(ctx->arena,
                                     say("hint: %zu characters; proposals should not exceed about 1,500",
                                         "提示：全文 %zu 字，偏长，提案一般不超过 1500 字"),
                                     d->sheet.n));
}

void draft_lint(struct ctx *ctx, const struct draft *d, struct notes *notes)
{
    lint_length(ctx, d, notes);
    if (d->several)
        vec_push(notes, say("hint: this looks like several documents in one text; it was compared as one",
                            "提示：看起来不止一件，已合在一起比对；提案应一事一案"));
    if (!has_section(&d->document, SECTION_SUGGESTION))
        vec_push(notes, say("hint: no part with suggestions (建议) was found", "提示：没有找到“建议”部分"));
    else if (!has_section(&d->document, SECTION_SITUATION) && !has_section(&d->document, SECTION_ANALYSIS))
        vec_push(notes, say("hint: no part on the situation (情况, 问题) was found",
                            "提示：没有找到“情况”或“问题”部分"));
    if (!names_unit(d))
        vec_push(notes, say("hint: no unit is named that could handle it", "提示：没有写明由哪个单位办理"));
}
