/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Stored documents as the public structs. Everything is copied to the arena
 * and ends in NUL. A hidden document shows its id, number and unit to a reader
 * who is not an officer, and nothing else: no title, text, theme or source.
 */
#include "search/show.h"

#include "search/match.h"
#include "search/search.h"
#include "search/snippet.h"

static const char *origin_name(enum origin origin)
{
    static const char *const names[] = { "parsed", "given", "officer" };
    return names[origin];
}

void search_public_fields(struct arena *arena, const struct document *document,
                          const struct tian_field **fields, size_t *n)
{
    struct tian_field *out = arena_array(arena, struct tian_field, document->nfields);
    for (size_t i = 0; i < document->nfields; i++) {
        const struct field *field = &document->fields[i];
        out[i].name = arena_cstr(arena, field->name);
        out[i].value = arena_cstr(arena, field->value);
        out[i].origin = origin_name(field->origin);
    }
    *fields = out;
    *n = document->nfields;
}

void search_public_labels(struct arena *arena, const struct document *document,
                          const struct tian_label **labels, size_t *n)
{
    struct tian_label *out = arena_array(arena, struct tian_label, document->nlabels);
    for (size_t i = 0; i < document->nlabels; i++) {
        const struct label *label = &document->labels[i];
        out[i].theme = arena_cstr(arena, label->theme);
        out[i].confidence = label->confidence;
        out[i].words = arena_cstr(arena, label->words);
        out[i].origin = origin_name(label->origin);
    }
    *labels = out;
    *n = document->nlabels;
}

static void show_measures(struct arena *arena, const struct document *document, const struct section *section,
                          struct tian_section *out)
{
    struct numbered *measures;
    out->nmeasures = section_measures(arena, document->body, section, &measures);
    struct tian_mark *marks = arena_array(arena, struct tian_mark, out->nmeasures);
    for (size_t i = 0; i < out->nmeasures; i++)
        marks[i] = (struct tian_mark){ measures[i].from, measures[i].to };
    out->measures = marks;
}

static void show_sections(struct arena *arena, const struct document *document, struct tian_document *out)
{
    struct tian_section *sections = arena_array(arena, struct tian_section, document->nsections);
    for (size_t i = 0; i < document->nsections; i++) {
        const struct section *section = &document->sections[i];
        sections[i] =
            (struct tian_section){ section_name(section->kind), section->from, section->to, NULL, 0 };
        show_measures(arena, document, section, &sections[i]);
    }
    out->sections = sections;
    out->nsections = document->nsections;
}

struct tian_text show_veil(void)
{
    return (struct tian_text){ .text = "（不公开）", .length = sizeof "（不公开）" - 1 };
}

void show_veiled_fields(struct arena *arena, const struct document *document,
                        const struct tian_field **fields, size_t *n)
{
    static const char *const names[] = { "number", "lead_unit", "joint_unit" };
    enum {
        NAMES = sizeof names / sizeof *names
    };
    struct tian_field *out = arena_array(arena, struct tian_field, NAMES);
    *n = 0;
    for (size_t i = 0; i < document->nfields && *n < NAMES; i++)
        for (size_t k = 0; k < NAMES && *n < NAMES; k++)
            if (str_eq(document->fields[i].name, str_of(names[k])))
                out[(*n)++] = (struct tian_field){ names[k], arena_cstr(arena, document->fields[i].value),
                                                   origin_name(document->fields[i].origin) };
    *fields = out;
}

void show_labels(struct arena *arena, const struct reader *reader, const struct document *document,
                 const struct tian_label **labels, size_t *n)
{
    struct document labelled = *document;
    document_label(reader->builder, reader->cutter, arena, &labelled);
    search_public_labels(arena, &labelled, labels, n);
}

static struct tian_text plain_text(struct arena *arena, struct str text)
{
    return (struct tian_text){ .text = arena_cstr(arena, text), .length = text.n };
}

static int show_open(struct ctx *ctx, const struct reader *reader, struct str query, const struct page *page,
                     struct tian_document *out)
{
    const struct document *document = &page->document;
    out->source = arena_cstr(ctx->arena, document->source);
    out->title = plain_text(ctx->arena, document->title);
    out->body = plain_text(ctx->arena, document->body);
    search_public_fields(ctx->arena, document, &out->fields, &out->nfields);
    show_labels(ctx->arena, reader, document, &out->labels, &out->nlabels);
    show_sections(ctx->arena, document, out);
    return query.n > 0 ? search_marks(ctx, reader, query, document, &out->title, &out->body) : 0;
}

int search_document(struct ctx *ctx, const struct reader *reader, uint32_t doc, struct str query,
                    enum tian_role role, struct tian_document *out)
{
    struct page page;
    page_init(&page, ctx->arena);
    int code = page_load(ctx, reader, doc, role, &page);
    if (code)
        return code;
    *out = (struct tian_document){ .id = arena_cstr(ctx->arena, page.document.id),
                                   .hidden = page_is_hidden(reader, doc),
                                   .source = "" };
    if (!page.hidden)
        return show_open(ctx, reader, query, &page, out);
    out->title = show_veil();
    out->body.text = "";
    show_veiled_fields(ctx->arena, &page.document, &out->fields, &out->nfields);
    return 0;
}
