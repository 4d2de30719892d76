/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Counts are exact for the documents given: each is looked up in its columns.
 * Text columns count codes first, a plain array a segment, and take a code
 * apart only once: a document of two units counts for both, one labelled
 * 社会建设/教育 counts for that and for 社会建设. A value twice in one document
 * (two labels below the same theme) counts once. Documents without a value
 * count under "".
 */
#include "search/facet.h"

#include <stdlib.h>

#include "base/map.h"
#include "search/axis.h"
#include "search/search.h"

enum facet_kind {
    FACET_TEXT,
    FACET_THEME,
    FACET_YEAR,
    FACET_SESSION
};

static const struct facet_name {
    const char *name;
    enum facet_kind kind;
    enum text_column column;
} facets[] = {
    { "theme", FACET_THEME, COLUMN_THEME },
    { "year", FACET_YEAR, 0 },
    { "session", FACET_SESSION, 0 },
    { "unit", FACET_TEXT, COLUMN_UNITS },
    { "proposer_kind", FACET_TEXT, COLUMN_PROPOSER_KIND },
    { "category", FACET_TEXT, COLUMN_CATEGORY },
    { "outcome", FACET_TEXT, COLUMN_OUTCOME },
    { "state", FACET_TEXT, COLUMN_STATE },
    { "satisfaction", FACET_TEXT, COLUMN_SATISFACTION },
};
enum {
    FACETS = sizeof facets / sizeof *facets
};

struct tally {
    struct arena *arena;
    const struct snapshot *snapshot;
    const struct docs *docs;
    struct map *counts; /* value → uint64_t */
};

static void add(struct tally *t, struct str value, uint64_t n)
{
    void **place = map_at(t->counts, value);
    if (!*place)
        *place = arena_new_of(t->arena, uint64_t);
    *(uint64_t *)*place += n;
}

/* Values of one code, each once; with themes the upper levels too. */
static void add_code(struct tally *t, struct str text, bool theme, uint64_t n)
{
    struct map *once = map_new(t->arena);
    struct str value;
    if (text.n == 0)
        add(t, text, n);
    while (text.n > 0) {
        text = str_split(text, '\x1f', &value);
        *map_at(once, value) = t;
        for (size_t at = 0; theme && (at = str_find(value, STR("/"), at)) != SIZE_MAX; at++)
            *map_at(once, str_sub(value, 0, at)) = t;
    }
    for (size_t i = 0; i < once->n; i++)
        add(t, once->entries[i].key, n);
}

static void count_texts(struct tally *t, enum text_column column, bool theme)
{
    size_t at = 0;
    for (size_t s = 0; s < snapshot_segments(t->snapshot); s++) {
        struct column_view view;
        snapshot_column(t->snapshot, s, column, &view);
        uint64_t *codes = arena_array(t->arena, uint64_t, view.ncodes);
        for (; at < t->docs->n && t->docs->at[at] < view.first + view.count; at++)
            codes[column_code(&view, t->docs->at[at])]++;
        for (uint32_t code = 0; code < view.ncodes; code++)
            if (codes[code] > 0)
                add_code(t, column_text(&view, code), theme, codes[code]);
    }
}

const char *facet_session(struct arena *arena, uint64_t term, uint64_t meeting)
{
    static const char *const digits[] = { "", "一", "二", "三", "四", "五", "六", "七", "八", "九" };
    const uint64_t n[2] = { term, meeting };
    const char *text[2];
    if (term == 0)
        return "";
    for (size_t i = 0; i < 2; i++)
        text[i] = n[i] > 99 ? arena_printf(arena, "%u", (unsigned)n[i])
                            : arena_printf(arena, "%s%s%s", n[i] > 19 ? digits[n[i] / 10] : "",
                                           n[i] > 9 ? "十" : "", digits[n[i] % 10]);
    return meeting ? arena_printf(arena, "%s届%s次", text[0], text[1]) : arena_printf(arena, "%s届", text[0]);
}

static const char *year_text(const struct tally *t, uint32_t doc)
{
    uint64_t year = snapshot_number(t->snapshot, doc, COLUMN_YEAR);
    return year ? arena_printf(t->arena, "%u", (unsigned)year) : "";
}

static const char *session_text(const struct tally *t, uint32_t doc)
{
    return facet_session(t->arena, snapshot_number(t->snapshot, doc, COLUMN_TERM),
                         snapshot_number(t->snapshot, doc, COLUMN_MEETING));
}

/* Where documents with the numbers of this one are counted. */
static uint64_t *count_of(struct tally *t, enum facet_kind kind, uint32_t doc)
{
    struct str text = str_of(kind == FACET_YEAR ? year_text(t, doc) : session_text(t, doc));
    add(t, text, 0);
    return map_get(t->counts, text);
}

/* Numbers: each becomes a text once, or as often as another one pushes it out of its slot. */
static void count_numbers(struct tally *t, enum facet_kind kind)
{
    enum {
        SLOTS = 1024
    };
    struct slot {
        uint64_t key;
        uint64_t *count;
    } *slots = arena_array(t->arena, struct slot, SLOTS);
    for (size_t i = 0; i < t->docs->n; i++) {
        uint32_t doc = t->docs->at[i];
        uint64_t key = kind == FACET_YEAR ? snapshot_number(t->snapshot, doc, COLUMN_YEAR)
                                          : snapshot_number(t->snapshot, doc, COLUMN_TERM) << 32 |
                                                snapshot_number(t->snapshot, doc, COLUMN_MEETING);
        struct slot *slot = &slots[(key ^ key >> 27) % SLOTS];
        if (!slot->count || slot->key != key)
            *slot = (struct slot){ key, count_of(t, kind, doc) };
        ++*slot->count;
    }
}

static int compare_counts(const void *a, const void *b)
{
    const struct tian_count *x = a, *y = b;
    if (x->documents != y->documents)
        return (x->documents < y->documents) - (x->documents > y->documents);
    return strcmp(x->value, y->value);
}

static void close_facet(const struct tally *t, const char *name, struct tian_facet *out)
{
    struct tian_count *counts = arena_array(t->arena, struct tian_count, t->counts->n);
    for (size_t i = 0; i < t->counts->n; i++) {
        counts[i].value = arena_cstr(t->arena, t->counts->entries[i].key);
        counts[i].documents = *(uint64_t *)t->counts->entries[i].value;
    }
    qsort(counts, t->counts->n, sizeof *counts, compare_counts);
    *out = (struct tian_facet){ arena_cstr(t->arena, str_of(name)), counts, t->counts->n };
}

static const struct facet_name *find_facet(const char *name)
{
    const struct axis *axis = axis_find(str_of(name)); /* by its other names */
    name = axis ? axis_name(axis) : name;
    for (size_t i = 0; i < FACETS; i++)
        if (strcmp(facets[i].name, name) == 0)
            return &facets[i];
    return NULL;
}

static int compare_docs(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Ascending, and without what the reader may not see. */
struct docs facet_docs(struct arena *arena, const struct snapshot *s, const struct docs *docs, bool hide)
{
    struct docs out;
    bool ascending = true;
    for (size_t i = 1; i < docs->n; i++)
        ascending = ascending && docs->at[i - 1] < docs->at[i];
    if (ascending && !hide)
        return *docs;
    vec_init(&out, arena);
    vec_need(&out, docs->n);
    for (size_t i = 0; i < docs->n; i++)
        if (!hide || !(snapshot_number(s, docs->at[i], COLUMN_FLAGS) & FLAG_HIDDEN))
            out.at[out.n++] = docs->at[i];
    if (!ascending)
        qsort(out.at, out.n, sizeof *out.at, compare_docs);
    return out;
}

int facet_count(struct ctx *ctx, const struct snapshot *snapshot, const struct docs *docs,
                const char *const *names, size_t n, bool hide, struct tian_facet *all)
{
    struct docs seen = facet_docs(ctx->arena, snapshot, docs, hide);
    for (size_t i = 0; i < n; i++) {
        const struct facet_name *facet = find_facet(names[i]);
        if (!facet)
            return ctx_fail(ctx, TIAN_EUSAGE, names[i], "no such facet: %s", "没有这个分面：%s", names[i]);
        struct tally t = { ctx->arena, snapshot, &seen, map_new(ctx->arena) };
        if (facet->kind == FACET_TEXT || facet->kind == FACET_THEME)
            count_texts(&t, facet->column, facet->kind == FACET_THEME);
        else
            count_numbers(&t, facet->kind);
        close_facet(&t, facet->name, &all[i]);
        int code = ctx_check(ctx);
        if (code)
            return code;
    }
    return 0;
}

int search_theme_list(struct ctx *ctx, const struct reader *reader, struct buf *out)
{
    const struct taxonomy *taxonomy = builder_taxonomy(reader->builder);
    struct docs docs;
    struct tally t = { ctx->arena, reader->snapshot, &docs, map_new(ctx->arena) };
    vec_init(&docs, ctx->arena);
    for (uint32_t doc = 0; doc < snapshot_span(reader->snapshot); doc++)
        if (snapshot_is_live(reader->snapshot, doc))
            vec_push(&docs, doc);
    count_texts(&t, COLUMN_THEME, true);
    for (size_t i = 0; i < taxonomy_nodes(taxonomy); i++) {
        struct str name = taxonomy_node_name(taxonomy, i);
        const uint64_t *n = map_get(t.counts, name);
        buf_printf(out, "%.*s\t%llu\n", STR_ARG(name), n ? (unsigned long long)*n : 0);
    }
    return ctx_check(ctx);
}
