/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Tables of a report: documents counted by one axis or two.
 *
 *             total   column   column …
 *   line        n        n        n        a line a value that occurs, those of a
 *   line        n        n        n        fixed order first, then the largest;
 *   not stated  n        n        n        what is not stated is the last line,
 *   total       n        n        n        so that lines add up to the total
 *
 * Codes make it two array accesses a document and axis. Which documents a number
 * stands for is gathered in a second pass, only when asked for.
 */
#include "search/statistics.h"

#include <stdlib.h>

enum {
    MAX_CELLS = 1000000
};

/* The values of an axis that occur, in the order of the table. */
struct side {
    const struct axis *axis;
    struct axis_values values;
    uint64_t *count;    /* of a code */
    uint32_t *position; /* of a code, among those that occur */
    uint32_t *order;    /* of a position, the code */
    size_t n;
};

struct making {
    const struct reporting *r;
    const struct grid *grid;
    struct arena *arena;
    struct side rows, columns;
    struct axis_values only;
    size_t width; /* cells a line */
    struct tian_report_cell *cells;
    bool *wanted; /* one a cell: its documents are to be named */
};

static bool is_counted(const struct making *m, size_t i)
{
    bool chosen = !m->grid->only || m->only.code[i] == m->grid->only_code;
    return chosen && (m->r->populations[i] & m->grid->population);
}

/* ---- sides ------------------------------------------------------------------------------ */

struct ranked {
    uint32_t code;
    bool empty;
    size_t place;
    uint64_t count;
    struct str value;
};

static int compare_ranked(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->empty != y->empty)
        return x->empty - y->empty;
    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return str_cmp(x->value, y->value);
}

static void sort_side(const struct making *m, struct side *side)
{
    size_t codes = side->values.values.n;
    struct ranked *ranked = arena_array(m->arena, struct ranked, codes);
    for (uint32_t code = 0; code < codes; code++) {
        struct str value = side->values.values.at[code];
        size_t place = axis_place(side->axis, builder_taxonomy(m->r->reader->builder), value);
        if (side->count[code] > 0)
            ranked[side->n++] = (struct ranked){ code, value.n == 0, place, side->count[code], value };
    }
    qsort(ranked, side->n, sizeof *ranked, compare_ranked);
    for (uint32_t i = 0; i < side->n; i++) {
        side->order[i] = ranked[i].code;
        side->position[ranked[i].code] = i;
    }
}

/* Who proposed what is not public stays unsaid to the public. */
static void read_axis(const struct making *m, const struct axis *axis, struct axis_values *out)
{
    const struct reporting *r = m->r;
    axis_read(axis, m->arena, r->reader->snapshot, &r->docs, out);
    bool veiled = r->options->role == TIAN_ROLE_PUBLIC && axis_names_people(axis);
    for (size_t i = 0; veiled && i < r->docs.n; i++)
        if (r->populations[i] & CLOSED)
            out->code[i] = 0;
}

static void make_side(const struct making *m, const struct axis *axis, struct side *side)
{
    side->axis = axis;
    read_axis(m, axis, &side->values);
    size_t codes = side->values.values.n;
    side->count = arena_array(m->arena, uint64_t, codes);
    side->position = arena_array(m->arena, uint32_t, codes);
    side->order = arena_array(m->arena, uint32_t, codes);
    for (size_t i = 0; i < m->r->docs.n; i++)
        side->count[side->values.code[i]] += is_counted(m, i);
    sort_side(m, side);
}

/* ---- cells ------------------------------------------------------------------------------- */

/* The cells that document i counts in: of its line and of the totals. Returns how many. */
static size_t cells_of(const struct making *m, size_t i, struct tian_report_cell *cells[4])
{
    struct tian_report_cell *line = m->cells + m->rows.position[m->rows.values.code[i]] * m->width;
    struct tian_report_cell *total = m->cells + m->rows.n * m->width;
    cells[0] = line;
    cells[1] = total;
    if (m->width == 1)
        return 2;
    size_t column = 1 + m->columns.position[m->columns.values.code[i]];
    cells[2] = line + column;
    cells[3] = total + column;
    return 4;
}

static void count_cells(const struct making *m)
{
    struct tian_report_cell *cells[4];
    for (size_t i = 0; i < m->r->docs.n; i++)
        for (size_t n = is_counted(m, i) ? cells_of(m, i, cells) : 0; n-- > 0;)
            cells[n]->documents++;
}

/* The cells that get ids; set by name_cells(). */
static bool is_wanted(const struct making *m, const struct tian_report_cell *cell)
{
    return m->wanted[cell - m->cells];
}

/* With a cell asked for, only that one is wanted, so one count of what was passed is enough. */
static int gather_ids(const struct making *m)
{
    struct tian_report_cell *cells[4];
    uint64_t seen = 0;
    int code = 0;
    for (size_t i = 0; code == 0 && m->r->options->explain && i < m->r->docs.n; i++)
        for (size_t n = is_counted(m, i) ? cells_of(m, i, cells) : 0; code == 0 && n-- > 0;)
            if (is_wanted(m, cells[n]))
                code = report_put(m->r, i, seen++, cells[n]);
    return code;
}

static double share_of(uint64_t part, uint64_t whole)
{
    return whole ? (double)part / (double)whole : 0;
}

static void set_shares(const struct making *m)
{
    uint64_t total = m->cells[m->rows.n * m->width].documents;
    for (size_t row = 0; row <= m->rows.n; row++) {
        struct tian_report_cell *line = m->cells + row * m->width;
        line[0].share = share_of(line[0].documents, total);
        for (size_t column = 1; column < m->width; column++)
            line[column].share = share_of(line[column].documents, line[0].documents);
    }
}

/* ---- the table ---------------------------------------------------------------------------- */

static void name_lines(const struct making *m, struct tian_report_table *out)
{
    struct arena *arena = m->r->ctx->arena;
    struct tian_report_line *lines = arena_array(arena, struct tian_report_line, m->rows.n + 1);
    for (size_t i = 0; i < m->rows.n; i++) {
        struct str value = m->rows.values.values.at[m->rows.order[i]];
        lines[i] =
            (struct tian_report_line){ arena_cstr(arena, value), axis_shown(m->rows.axis, arena, value),
                                       m->cells + i * m->width };
    }
    lines[m->rows.n] =
        (struct tian_report_line){ "total", say("total", "合计"), m->cells + m->rows.n * m->width };
    out->lines = lines;
    out->nlines = m->rows.n + 1;
    out->total = m->cells[m->rows.n * m->width].documents;
}

static void name_columns(const struct making *m, struct tian_report_table *out)
{
    struct arena *arena = m->r->ctx->arena;
    const char **columns = arena_array(arena, const char *, m->width);
    columns[0] = m->width > 1 ? say("total", "合计") : say("documents", "件数");
    for (size_t i = 1; i < m->width; i++)
        columns[i] = axis_shown(m->columns.axis, arena, m->columns.values.values.at[m->columns.order[i - 1]]);
    out->columns = columns;
    out->ncolumns = m->width;
}

static void name_cells(struct making *m, const struct tian_report_table *table)
{
    size_t n = table->nlines * m->width;
    m->wanted = arena_array(m->arena, bool, n);
    for (size_t i = 0; i < n; i++) {
        m->cells[i].named = true;
        m->wanted[i] = report_wants(m->r, table->key, table->lines[i / m->width].key, i % m->width);
    }
}

int grid_make(const struct reporting *r, const struct grid *grid, struct tian_report_table *out)
{
    struct making m = { .r = r, .grid = grid, .arena = arena_new(r->ctx->arena), .width = 1 };
    *out = (struct tian_report_table){ .key = grid->key, .title = grid->title };
    if (grid->only)
        read_axis(&m, grid->only, &m.only);
    make_side(&m, grid->rows, &m.rows);
    if (grid->columns)
        make_side(&m, grid->columns, &m.columns);
    m.width += m.columns.n;
    if ((m.rows.n + 1) * m.width > MAX_CELLS)
        return ctx_fail(r->ctx, TIAN_ELIMIT, grid->key, "the table would have over a million cells",
                        "表格超过一百万格");
    m.cells = arena_array(r->ctx->arena, struct tian_report_cell, (m.rows.n + 1) * m.width);
    count_cells(&m);
    set_shares(&m);
    name_lines(&m, out);
    name_columns(&m, out);
    name_cells(&m, out);
    int code = gather_ids(&m);
    arena_free(m.arena);
    return code ? code : ctx_check(r->ctx);
}

/* ---- single numbers -------------------------------------------------------------------------- */

int grid_number(const struct reporting *r, enum population population, bool wanted,
                struct tian_report_cell *out)
{
    uint64_t seen = 0;
    int code = 0;
    *out = (struct tian_report_cell){ .named = true };
    for (size_t i = 0; i < r->docs.n; i++)
        out->documents += (r->populations[i] & population) != 0;
    for (size_t i = 0; code == 0 && wanted && i < r->docs.n; i++)
        if (r->populations[i] & population)
            code = report_put(r, i, seen++, out);
    out->share = share_of(out->documents, r->docs.n);
    return code;
}

uint64_t grid_distinct(const struct reporting *r, enum population population, const struct axis *axis)
{
    struct arena *arena = arena_new(r->ctx->arena);
    struct axis_values values = { 0 };
    axis_read(axis, arena, r->reader->snapshot, &r->docs, &values);
    bool *seen = arena_array(arena, bool, values.values.n);
    uint64_t n = 0;
    for (size_t i = 0; i < r->docs.n; i++)
        if (values.code[i] && (r->populations[i] & population) && !seen[values.code[i]]) {
            seen[values.code[i]] = true;
            n++;
        }
    arena_free(arena);
    return n;
}
