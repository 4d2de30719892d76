/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Conditions on columns. A column of numbers is compared document by document.
 * A column of texts is a small table of distinct values and a code a document:
 * each value is judged once, when its first document comes, and remembered.
 *
 *   year session    one number, compared with a range
 *   number          the digits of the value, compared with a range
 *   theme           a label of the document is the theme or lies below it
 *   proposer unit category   the value is part of the text (folded; units by their synonyms too)
 *   proposer_kind outcome state satisfaction   the text, or how an office words it, begins with the value
 *   id              the document with this id
 */
#include "search/filter.h"

#include <assert.h>

#include "search/axis.h"

enum verdict {
    UNJUDGED,
    OUT,
    IN
};

struct filter {
    const struct reader *reader;
    struct arena *arena;
    enum query_field field;
    uint64_t low, high; /* numbers, and the one document of an id */
    enum text_column column;
    struct str value;     /* theme */
    struct normal *forms; /* text columns: any of them will do */
    size_t nforms;
    struct str *names; /* those beside the value */
    size_t nnames;
    struct column_view *views; /* one a segment */
    uint8_t **judged;          /* one a segment, a verdict a code */
    size_t nviews;
    struct normal scratch;
};

/* ---- values ------------------------------------------------------------------ */

static bool read_year(struct str s, uint64_t *low, uint64_t *high)
{
    unsigned year, month, day;
    size_t used;
    if (date_at(s, &year, &month, &day) && year > 0)
        *low = year;
    else if (!number_at(s, low, &used))
        return false;
    *high = *low;
    return true;
}

static bool read_session(struct str s, uint64_t *low, uint64_t *high)
{
    unsigned term = 0, meeting = 0;
    if (!session_at(s, &term, &meeting) || term == 0)
        return false;
    *low = (uint64_t)term * 1000 + meeting;
    *high = meeting ? *low : (uint64_t)term * 1000 + 999;
    return true;
}

static bool read_number(struct str s, uint64_t *low, uint64_t *high)
{
    size_t used;
    if (str_starts(s, STR("第")))
        s = str_sub(s, 3, s.n);
    if (!number_at(s, low, &used))
        return false;
    *high = *low;
    return true;
}

static bool read_value(enum query_field field, struct str s, uint64_t *low, uint64_t *high)
{
    s = str_trim(s);
    return field == FIELD_YEAR      ? read_year(s, low, high)
           : field == FIELD_SESSION ? read_session(s, low, high)
                                    : read_number(s, low, high);
}

/* One value or first..last, ends open where they are empty. */
static bool read_range(struct filter *f, const struct query_node *node)
{
    uint64_t low = 0, high = UINT64_MAX, ignored;
    if (!node->range)
        return read_value(f->field, node->text, &f->low, &f->high);
    if (node->text.n > 0 && !read_value(f->field, node->text, &low, &ignored))
        return false;
    if (node->last.n > 0 && !read_value(f->field, node->last, &ignored, &high))
        return false;
    if (low > high && node->last.n > 0) /* 2022..2020: from the later to the earlier */
        (void)(read_value(f->field, node->last, &low, &ignored) &&
               read_value(f->field, node->text, &ignored, &high));
    f->low = low > 0 ? low : 1; /* 0 stands for unknown */
    f->high = high;
    return node->text.n > 0 || node->last.n > 0;
}

/* ---- themes --------------------------------------------------------------------- */

bool theme_is_in(struct str label, struct str theme)
{
    return str_starts(label, theme) && (label.n == theme.n || label.p[theme.n] == '/');
}

static bool test_theme(const struct filter *f, struct str labels)
{
    for (struct str label; labels.p && labels.n > 0;) {
        labels = str_split(labels, '\x1f', &label);
        if (theme_is_in(label, f->value))
            return true;
    }
    return false;
}

/* ---- text columns ------------------------------------------------------------------ */

static void add_form(struct filter *f, struct str form)
{
    normal_init(&f->forms[f->nforms], f->arena);
    text_normalise(form, NULL, &f->forms[f->nforms]);
    f->nforms++;
}

static void add_name(struct filter *f, struct str name)
{
    f->names[f->nnames++] = name;
    add_form(f, name);
}

/* The value, and unless it is to be taken literally what else it is called: 卫健委 is the 卫生健康委员会. */
static void make_forms(struct filter *f, struct str value, bool literal)
{
    struct normal folded;
    struct buf text;
    const struct str *others;
    normal_init(&folded, f->arena);
    text_normalise(value, NULL, &folded);
    buf_init(&text, f->arena);
    normal_utf8(&folded, 0, folded.n, &text);
    size_t n = literal ? 0 : lexicon_synonyms(f->reader->lexicon, buf_view(&text), &others);
    f->forms = arena_array(f->arena, struct normal, n + 2);
    f->names = arena_array(f->arena, struct str, n + 1);
    add_form(f, value);
    for (size_t i = 0; i < n; i++)
        add_name(f, others[i]);
    struct str unit = document_unit(f->reader->builder, value);
    if (f->field == FIELD_UNIT && !literal && !str_eq(unit, value))
        add_name(f, unit);
}

static bool is_code(enum query_field field)
{
    return field >= FIELD_PROPOSER_KIND && field <= FIELD_SATISFACTION;
}

/* 满意 does not mean 不满意. */
static bool begins_with(struct filter *f, struct str value)
{
    text_normalise(value, NULL, &f->scratch);
    for (size_t i = 0; i < f->nforms; i++)
        if (f->forms[i].n > 0 && normal_find(&f->scratch, f->forms[i].unit, f->forms[i].n, 0) == 0)
            return true;
    return false;
}

/* 解决或采纳 for solved. */
static struct str wording_of(const struct filter *f, struct str value)
{
    const struct axis *axis = axis_find(str_of(query_field_name(f->field)));
    assert(axis);
    return str_of(axis_chinese(axis, f->arena, value));
}

static bool test_text(struct filter *f, struct str value)
{
    if (f->field == FIELD_THEME)
        return test_theme(f, value);
    if (f->field == FIELD_NUMBER) {
        uint64_t low, high;
        return value.n > 0 && read_number(value, &low, &high) && low >= f->low && low <= f->high;
    }
    if (is_code(f->field))
        return begins_with(f, value) || begins_with(f, wording_of(f, value));
    text_normalise(value, NULL, &f->scratch);
    for (size_t i = 0; i < f->nforms; i++)
        if (f->forms[i].n > 0 && normal_find(&f->scratch, f->forms[i].unit, f->forms[i].n, 0) != SIZE_MAX)
            return true;
    return false;
}

static void make_views(struct filter *f)
{
    f->nviews = snapshot_segments(f->reader->snapshot);
    f->views = arena_array(f->arena, struct column_view, f->nviews);
    f->judged = arena_array(f->arena, uint8_t *, f->nviews);
    for (size_t i = 0; i < f->nviews; i++) {
        snapshot_column(f->reader->snapshot, i, f->column, &f->views[i]);
        f->judged[i] = arena_zero(f->arena, f->views[i].ncodes + 1);
    }
}

static bool test_code(struct filter *f, size_t view, uint32_t doc)
{
    uint32_t code = column_code(&f->views[view], doc);
    assert(code < f->views[view].ncodes);
    uint8_t *judged = &f->judged[view][code];
    if (*judged == UNJUDGED)
        *judged = test_text(f, column_text(&f->views[view], code)) ? IN : OUT;
    return *judged == IN;
}

/* ---- the filter ---------------------------------------------------------------------- */

static const enum text_column columns[] = {
    [FIELD_PROPOSER] = COLUMN_PROPOSER,
    [FIELD_UNIT] = COLUMN_UNITS,
    [FIELD_CATEGORY] = COLUMN_CATEGORY,
    [FIELD_NUMBER] = COLUMN_NUMBER,
    [FIELD_THEME] = COLUMN_THEME,
    [FIELD_OUTCOME] = COLUMN_OUTCOME,
    [FIELD_STATE] = COLUMN_STATE,
    [FIELD_SATISFACTION] = COLUMN_SATISFACTION,
    [FIELD_PROPOSER_KIND] = COLUMN_PROPOSER_KIND,
};

static bool has_label(struct filter *f)
{
    for (size_t i = 0; i < f->nviews; i++)
        for (uint32_t code = 0; code < f->views[i].ncodes; code++)
            if (test_theme(f, column_text(&f->views[i], code)))
                return true;
    return false;
}

/* A theme that the taxonomy does not know may still be a label that came with the data, and goes before one
 * of which it is only a piece. */
static bool find_theme(struct filter *f, struct str name)
{
    const struct taxonomy *taxonomy = builder_taxonomy(f->reader->builder);
    f->value = name;
    return taxonomy_named(taxonomy, name, &f->value) || has_label(f) ||
           taxonomy_meant(taxonomy, name, &f->value);
}

static bool is_numeric(enum query_field field)
{
    return field == FIELD_YEAR || field == FIELD_SESSION;
}

static int find_id(struct ctx *ctx, struct filter *f, struct str id)
{
    uint32_t doc = 0;
    struct ctx quiet = { .arena = ctx->arena, .deadline = ctx->deadline };
    int code = snapshot_find(&quiet, f->reader->snapshot, id, &doc);
    f->low = doc;
    f->high = code == 0 ? doc : 0;
    f->nforms = code == 0;
    return code == TIAN_ENOTFOUND ? 0 : code;
}

size_t filter_names(const struct filter *f, const struct str **names)
{
    *names = f->names;
    return f->nnames;
}

int filter_new(struct ctx *ctx, const struct reader *reader, const struct query_node *node, bool literal,
               struct filter **out, bool *readable)
{
    struct filter *f = *out = arena_new_of(ctx->arena, struct filter);
    f->reader = reader;
    f->arena = ctx->arena;
    f->field = node->field;
    *readable = true;
    normal_init(&f->scratch, ctx->arena);
    if (f->field == FIELD_ID)
        return find_id(ctx, f, node->text);
    if (is_numeric(f->field) || f->field == FIELD_NUMBER)
        *readable = read_range(f, node);
    if (!*readable)
        f->low = 1, f->high = 0;
    if (is_numeric(f->field))
        return 0;
    f->column = columns[f->field];
    make_views(f);
    if (f->field == FIELD_THEME)
        *readable = find_theme(f, node->text);
    else if (f->field != FIELD_NUMBER)
        make_forms(f, node->text, literal);
    return 0;
}

static size_t view_of(const struct filter *f, uint32_t doc)
{
    size_t i = 0;
    while (i + 1 < f->nviews && doc >= f->views[i].first + f->views[i].count)
        i++;
    return i;
}

bool filter_test(struct filter *f, uint32_t doc)
{
    const struct snapshot *s = f->reader->snapshot;
    uint64_t value;
    if (f->field == FIELD_ID)
        return f->nforms && doc == f->low;
    if (!is_numeric(f->field))
        return test_code(f, view_of(f, doc), doc);
    value = snapshot_number(s, doc, f->field == FIELD_YEAR ? COLUMN_YEAR : COLUMN_TERM);
    if (f->field == FIELD_SESSION)
        value = value * 1000 + snapshot_number(s, doc, COLUMN_MEETING);
    return value >= f->low && value <= f->high;
}

int filter_scan(struct ctx *ctx, struct filter *f, struct docs *out)
{
    uint32_t span = snapshot_span(f->reader->snapshot);
    for (uint32_t doc = 0; doc < span; doc++)
        if (snapshot_is_live(f->reader->snapshot, doc) && filter_test(f, doc))
            vec_push(out, doc);
    return ctx_check(ctx);
}
