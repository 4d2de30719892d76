/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One document for reading, and the taxonomy with its counts. Here too a hidden
 * document shows number and unit only to the public: no front end can forget it.
 */
#include "base/map.h"
#include "search/search.h"

static bool shows_when_hidden(struct str name)
{
    return str_eq(name, STR("number")) || str_eq(name, STR("lead_unit")) || str_eq(name, STR("joint_unit"));
}

static void veil(struct tian_document *out)
{
    struct tian_field *fields = (struct tian_field *)(uintptr_t)out->fields; /* our own copy */
    size_t kept = 0;
    for (size_t i = 0; i < out->nfields; i++)
        if (shows_when_hidden(str_of(fields[i].name)))
            fields[kept++] = fields[i];
    out->nfields = kept;
    out->title = (struct tian_text){ .text = "（不公开）", .length = sizeof "（不公开）" - 1 };
    out->body = (struct tian_text){ .text = "" };
    out->nsections = out->nlabels = 0;
}

static void public_sections(struct arena *arena, const struct document *d, struct tian_document *out)
{
    struct tian_section *sections = arena_array(arena, struct tian_section, d->nsections + 1);
    for (size_t i = 0; i < d->nsections; i++)
        sections[i] = (struct tian_section){ section_name(d->sections[i].kind), d->sections[i].from, d->sections[i].to };
    out->sections = sections;
    out->nsections = d->nsections;
}

int search_document(struct ctx *ctx, const struct reader *reader, uint32_t doc, struct str query, enum tian_role role,
                    struct tian_document *out)
{
    struct document d;
    int rc = snapshot_document(ctx, reader->snapshot, ctx->arena, doc, &d);
    if (rc)
        return rc;
    *out = (struct tian_document){ .id = arena_cstr(ctx->arena, d.id), .source = arena_cstr(ctx->arena, d.source) };
    out->title = (struct tian_text){ .text = arena_cstr(ctx->arena, d.title), .length = d.title.n };
    out->body = (struct tian_text){ .text = arena_cstr(ctx->arena, d.body), .length = d.body.n };
    search_public_fields(ctx->arena, &d, &out->fields, &out->nfields);
    search_public_labels(ctx->arena, &d, &out->labels, &out->nlabels);
    public_sections(ctx->arena, &d, out);
    out->hidden = snapshot_number(reader->snapshot, doc, COLUMN_FLAGS) & FLAG_HIDDEN;
    if (out->hidden && role == TIAN_ROLE_PUBLIC)
        veil(out);
    else if (query.n)
        rc = search_marks(ctx, reader, query, &d, &out->title, &out->body);
    return rc;
}

/* ---- Themes with counts ------------------------------------------------------------------ */

static uint64_t *count_of(struct arena *arena, struct map *counts, struct str name)
{
    void **place = map_at(counts, name);
    if (!*place)
        *place = arena_new_of(arena, uint64_t);
    return *place;
}

/* A document counts once for each of its labels and once for each first level above them. */
static void count_value(struct arena *arena, struct map *counts, struct str labels)
{
    struct str rest = labels, label, tops[16];
    size_t ntops = 0;
    while (rest.n) {
        rest = str_split(rest, '\x1f', &label);
        size_t slash = str_find(label, STR("/"), 0);
        ++*count_of(arena, counts, label);
        struct str top = slash == SIZE_MAX ? STR_NONE : str_sub(label, 0, slash);
        bool known = top.n == 0 || ntops == 16;
        for (size_t i = 0; i < ntops; i++)
            known = known || str_eq(tops[i], top);
        if (!known) {
            tops[ntops++] = top;
            ++*count_of(arena, counts, top);
        }
    }
}

int search_theme_list(struct ctx *ctx, const struct reader *reader, struct buf *out)
{
    struct map *counts = map_new(ctx->arena);
    const struct taxonomy *taxonomy = builder_taxonomy(reader->builder);
    for (uint32_t doc = 0; doc < snapshot_span(reader->snapshot); doc++)
        if (snapshot_is_live(reader->snapshot, doc))
            count_value(ctx->arena, counts, snapshot_text(reader->snapshot, doc, COLUMN_THEME));
    for (size_t i = 0; i < taxonomy_nodes(taxonomy); i++) {
        struct str name = taxonomy_node_name(taxonomy, i);
        const uint64_t *n = map_get(counts, name);
        buf_printf(out, "%.*s\t%llu\n", STR_ARG(name), (unsigned long long)(n ? *n : 0));
    }
    return ctx_check(ctx);
}
