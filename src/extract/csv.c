/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Tables: RFC 4180 with commas or semicolons, and tab-separated values. The
 * first row names the columns, every further row is a part whose fields are its
 * non-empty cells. A cell in quotes may hold delimiters, line ends and doubled
 * quotes; a quote inside an unquoted cell is just a quote (spreadsheets and
 * people write such).
 *
 * Nothing marks a file as a table, so the first rows must look like one: at
 * least two of them, two columns or more, all with as many cells, and a header
 * of short, distinct, non-empty names without sentence marks. Prose with commas
 * fails that; a table with ragged rows further down is read, with a warning.
 *
 * A spreadsheet is a table for sure, but often has a title above its header: the
 * first row that can be one is it. A sheet without is text, tabs between cells.
 */
#include "extract/reader.h"

enum {
    SNIFF_ROWS = 20,
    NAME_BYTES = 60,
    MAX_COLUMNS = 256,
    ROWS_ABOVE = 8,       /* of a sheet's header */
    SHEET_NAME_BYTES = 45 /* of a column of a sheet */
};

struct table {
    struct arena *arena;
    struct str rest; /* not read yet */
    char delimiter;
    bool open_quote; /* the last cell had no closing quote */
    vec_of(struct str) cells;
};

static void table_init(struct table *t, struct arena *arena, struct str text, char delimiter)
{
    *t = (struct table){ .arena = arena, .rest = text, .delimiter = delimiter };
    vec_init(&t->cells, arena);
}

static size_t bare_end(const struct table *t)
{
    size_t i = 0;
    while (i < t->rest.n && t->rest.p[i] != t->delimiter && t->rest.p[i] != '\n')
        i++;
    return i;
}

/* Behind the closing quote of a cell that starts with one; *doubled: there are "" inside. */
static size_t quote_end(struct table *t, bool *doubled)
{
    const char *p = t->rest.p;
    for (size_t i = 1; i < t->rest.n; i++) {
        if (p[i] != '"')
            continue;
        if (i + 1 == t->rest.n || p[i + 1] != '"')
            return i + 1;
        *doubled = true;
        i++;
    }
    t->open_quote = true;
    return t->rest.n;
}

static struct str undouble(struct arena *arena, struct str s)
{
    char *out = arena_alloc(arena, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        out[n++] = s.p[i];
        i += s.p[i] == '"' && i + 1 < s.n && s.p[i + 1] == '"';
    }
    return (struct str){ out, n };
}

static struct str quoted_cell(struct table *t)
{
    bool doubled = false;
    size_t end = quote_end(t, &doubled);
    struct str inside = str_sub(t->rest, 1, t->open_quote ? end : end - 1);
    t->rest = str_sub(t->rest, end, t->rest.n);
    size_t junk = bare_end(t); /* what stands between the quote and the delimiter: dropped */
    t->rest = str_sub(t->rest, junk, t->rest.n);
    return doubled ? undouble(t->arena, inside) : inside;
}

static struct str next_cell(struct table *t)
{
    if (t->rest.n > 0 && t->rest.p[0] == '"')
        return quoted_cell(t);
    size_t end = bare_end(t);
    struct str cell = str_sub(t->rest, 0, end);
    t->rest = str_sub(t->rest, end, t->rest.n);
    return cell;
}

/* The next row's cells in t->cells. False at the end of the text. */
static bool next_row(struct table *t)
{
    t->cells.n = 0;
    while (t->rest.n > 0) {
        vec_push(&t->cells, str_trim(next_cell(t)));
        char end = t->rest.n > 0 ? t->rest.p[0] : '\n';
        t->rest = str_sub(t->rest, t->rest.n > 0, t->rest.n);
        if (end == '\n')
            return true;
        if (t->rest.n == 0)
            vec_push(&t->cells, STR_NONE); /* the text ends with a delimiter */
    }
    return t->cells.n > 0;
}

static bool row_is_blank(const struct table *t)
{
    for (size_t i = 0; i < t->cells.n; i++)
        if (t->cells.at[i].n > 0)
            return false;
    return true;
}

/* ---- recognising ----------------------------------------------------------- */

static bool is_column_name(struct str name)
{
    return name.n > 0 && name.n <= NAME_BYTES && !str_has(name, STR("。")) && !str_has(name, STR("，")) &&
           !memchr(name.p, '\n', name.n);
}

static bool is_header(const struct table *t)
{
    if (t->cells.n < 2 || t->cells.n > MAX_COLUMNS)
        return false;
    for (size_t i = 0; i < t->cells.n; i++) {
        if (!is_column_name(t->cells.at[i]))
            return false;
        for (size_t j = 0; j < i; j++)
            if (str_eq(t->cells.at[i], t->cells.at[j]))
                return false;
    }
    return true;
}

static bool is_table(struct str text, struct arena *parent, char delimiter)
{
    struct arena *arena = arena_new(parent);
    struct table t;
    table_init(&t, arena, text, delimiter);
    bool ok = next_row(&t) && is_header(&t);
    size_t columns = t.cells.n, rows = 1;
    for (; ok && rows <= SNIFF_ROWS && next_row(&t); rows++)
        ok = t.cells.n == columns || row_is_blank(&t);
    arena_free(arena);
    return ok && rows >= 2;
}

static char delimiter_of(const struct reading *r)
{
    static const char candidates[] = { ',', ';' };
    for (size_t i = 0; i < sizeof candidates; i++)
        if (is_table(r->text, r->arena, candidates[i]))
            return candidates[i];
    return '\0';
}

bool csv_sniff(const struct reading *r)
{
    return delimiter_of(r) != '\0';
}

bool tsv_sniff(const struct reading *r)
{
    return is_table(r->text, r->arena, '\t');
}

/* ---- reading --------------------------------------------------------------- */

static void drop_empty_end(struct table *t)
{
    while (t->cells.n > 0 && t->cells.at[t->cells.n - 1].n == 0)
        t->cells.n--;
}

struct header {
    struct str *names;
    size_t n;
};

static struct header header_of(struct table *t)
{
    drop_empty_end(t);
    struct header h = { arena_array(t->arena, struct str, t->cells.n), t->cells.n };
    memcpy(h.names, t->cells.at, t->cells.n * sizeof *h.names);
    return h;
}

static void row_to_part(const struct table *t, const struct header *h, struct extract_part *part)
{
    part->fields = arena_array(t->arena, struct extract_field, h->n);
    for (size_t i = 0; i < t->cells.n && i < h->n; i++)
        if (t->cells.at[i].n > 0)
            part->fields[part->nfields++] = (struct extract_field){ h->names[i], t->cells.at[i] };
}

static int read_rows(struct ctx *ctx, struct reading *r, struct table *t)
{
    struct header h = next_row(t) ? header_of(t) : (struct header){ NULL, 0 };
    size_t row = 1, ragged = 0;
    for (;;) {
        size_t from = (size_t)(t->rest.p - r->text.p);
        if (!next_row(t))
            break;
        row++;
        if (t->open_quote)
            return ctx_fail(ctx, TIAN_EFORMAT, r->name, "row %zu: a quote is not closed",
                            "第 %zu 行：引号没有结束", row);
        if (row_is_blank(t))
            continue;
        ragged += r->exact ? t->cells.n != h.n : t->cells.n > h.n;
        struct extract_part *part = reading_part(r, from, (size_t)(t->rest.p - r->text.p));
        part->name = str_of(arena_printf(r->arena, "%zu", row));
        row_to_part(t, &h, part);
    }
    if (ragged > 0)
        reading_warn(r, "%zu rows have not as many cells as the header", "%zu 行的列数与表头不一致", ragged);
    return 0;
}

int csv_read(struct ctx *ctx, struct reading *r)
{
    struct table t;
    table_init(&t, r->arena, r->text, delimiter_of(r));
    return read_rows(ctx, r, &t);
}

int tsv_read(struct ctx *ctx, struct reading *r)
{
    struct table t;
    table_init(&t, r->arena, r->text, '\t');
    return read_rows(ctx, r, &t);
}

/* ---- sheets ---------------------------------------------------------------- */

static bool is_sheet_header(struct table *t)
{
    drop_empty_end(t);
    for (size_t i = 0; i < t->cells.n; i++)
        if (t->cells.at[i].n > SHEET_NAME_BYTES || str_has(t->cells.at[i], STR("：")))
            return false;
    return is_header(t);
}

/* How many rows stand above the header; SIZE_MAX when there is none, or nothing below it. */
static size_t rows_above_header(struct arena *parent, struct str csv)
{
    struct arena *arena = arena_new(parent);
    struct table t;
    size_t row = 0, found = SIZE_MAX;
    table_init(&t, arena, csv, ',');
    for (; found == SIZE_MAX && row < ROWS_ABOVE && next_row(&t); row++)
        if (is_sheet_header(&t) && t.rest.n > 0)
            found = row;
    arena_free(arena);
    return found;
}

static void sheet_as_text(struct reading *r, struct str name, struct table *t)
{
    struct buf text;
    buf_init(&text, r->arena);
    while (next_row(t)) {
        drop_empty_end(t);
        for (size_t i = 0; i < t->cells.n; i++) {
            if (i > 0)
                buf_char(&text, '\t');
            buf_str(&text, t->cells.at[i]);
        }
        buf_char(&text, '\n');
    }
    if (str_trim(buf_view(&text)).n == 0)
        return;
    struct extract_part *part = reading_part(r, 1, 0);
    part->name = name;
    part->text = buf_view(&text);
}

int table_read(struct ctx *ctx, struct reading *r, struct str name, struct str csv)
{
    struct table t;
    size_t above = rows_above_header(r->arena, csv), first = r->parts.n;
    table_init(&t, r->arena, csv, ',');
    if (above == SIZE_MAX) {
        sheet_as_text(r, name, &t);
        return 0;
    }
    for (size_t i = 0; i < above; i++)
        next_row(&t);
    r->text = t.rest;
    r->exact = false;
    int code = read_rows(ctx, r, &t);
    for (size_t i = first; name.n > 0 && i < r->parts.n; i++)
        r->parts.at[i].name =
            str_of(arena_printf(r->arena, "%.*s!%.*s", STR_ARG(name), STR_ARG(r->parts.at[i].name)));
    return code;
}
