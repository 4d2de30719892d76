/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Excel since 2007. A workbook is read in two walks: first what cells refer to
 * (shared strings, styles, names of the sheets), then the sheets, each of which
 * goes home as one table in CSV, every cell in quotes; csv.c finds its header.
 *
 * A cell is text as people see it: 案号 0123 kept as text stays 0123, a number
 * formatted as 0000 gets its zeros, a number whose format is a date is written
 * 2024-01-12 (days since 1899-12-30, or 1904-01-01), other numbers as stored but
 * without the noise of binary fractions.
 */
#include "extract/package.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    MAX_COLUMN = 512,
    MAX_SHEETS = 200,
    MAX_FORMATS = 4096,
    EPOCH_1900 = 25569, /* 1970-01-01 in days since 1899-12-30 */
    DAYS_1904 = 1462
};

/* How the numbers of a style are shown. */
struct look {
    bool date, time;
    unsigned zeros; /* digits to fill up to */
};

enum cell_type {
    CELL_NUMBER,
    CELL_SHARED,
    CELL_TEXT,
    CELL_BOOL
};

struct workbook {
    struct package *package;
    struct arena *arena;
    vec_of(struct str) shared, sheets; /* sheets: names in order */
    vec_of(struct look) looks;         /* by style */
    struct look own[MAX_FORMATS];      /* number formats of the file */
    bool from_1904;
    /* of what is being read */
    struct buf text; /* of a string, a value */
    bool in_text, in_cells;
    struct buf csv;
    size_t column;  /* of the cell, from 0 */
    size_t written; /* cells of the row */
    enum cell_type type;
    size_t style;
};

/* ---- number formats ------------------------------------------------------------- */

static struct look look_of_code(struct str code)
{
    struct look look = { false, false, 0 };
    bool quoted = false, all_zeros = code.n > 0;
    for (size_t i = 0; i < code.n; i++) {
        char c = code.p[i];
        quoted ^= c == '"';
        if (c == '[') { /* [$-804], [Red] */
            while (i < code.n && code.p[i] != ']')
                i++;
            all_zeros = false;
            continue;
        }
        if (c == '\\')
            i++;
        all_zeros &= c == '0';
        look.date |= !quoted && (c == 'y' || c == 'Y' || c == 'd' || c == 'D');
        look.time |= !quoted && (c == 'h' || c == 'H');
    }
    look.zeros = all_zeros && code.n <= 20 ? (unsigned)code.n : 0;
    return look;
}

/* The formats every program knows by number. */
static struct look look_of_number(const struct workbook *w, uint64_t id)
{
    bool date =
        (id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 58);
    bool time = (id >= 18 && id <= 22) || (id >= 32 && id <= 35) || (id >= 45 && id <= 47);
    if (id < MAX_FORMATS && (w->own[id].date || w->own[id].time || w->own[id].zeros > 0))
        return w->own[id];
    return (struct look){ date, time, 0 };
}

static uint64_t number_attribute(struct xml *x, const char *name)
{
    uint64_t n = 0;
    return str_to_u64(xml_attribute(x, name), &n) ? n : 0;
}

static bool styles_open(void *self, struct xml *x, struct str name)
{
    struct workbook *w = self;
    if (str_eq(name, STR("numFmt"))) {
        uint64_t id = number_attribute(x, "numFmtId");
        if (id < MAX_FORMATS)
            w->own[id] = look_of_code(xml_attribute(x, "formatCode"));
    }
    if (str_eq(name, STR("cellXfs")))
        w->in_cells = true;
    if (str_eq(name, STR("xf")) && w->in_cells)
        vec_push(&w->looks, look_of_number(w, number_attribute(x, "numFmtId")));
    return true;
}

static void styles_close(void *self, struct str name)
{
    struct workbook *w = self;
    if (str_eq(name, STR("cellXfs")))
        w->in_cells = false;
}

static void no_text(void *self, struct str text)
{
    (void)self;
    (void)text;
}

static const struct xml_handler styles_handler = { styles_open, no_text, styles_close };

/* ---- shared strings, names of sheets ------------------------------------------------ */

static bool strings_open(void *self, struct xml *x, struct str name)
{
    struct workbook *w = self;
    (void)x;
    if (str_eq(name, STR("si")))
        buf_clear(&w->text);
    w->in_text = str_eq(name, STR("t"));
    return !str_eq(name, STR("rPh")); /* how it is pronounced */
}

static void take_text(void *self, struct str text)
{
    struct workbook *w = self;
    if (w->in_text)
        buf_str(&w->text, text);
}

static void strings_close(void *self, struct str name)
{
    struct workbook *w = self;
    w->in_text = false;
    if (str_eq(name, STR("si")))
        vec_push(&w->shared, arena_str(w->arena, buf_view(&w->text)));
}

static const struct xml_handler strings_handler = { strings_open, take_text, strings_close };

static bool book_open(void *self, struct xml *x, struct str name)
{
    struct workbook *w = self;
    if (str_eq(name, STR("sheet")) && w->sheets.n < MAX_SHEETS)
        vec_push(&w->sheets, arena_str(w->arena, xml_attribute(x, "name")));
    if (str_eq(name, STR("workbookPr"))) {
        struct str value = xml_attribute(x, "date1904");
        w->from_1904 = str_eq(value, STR("1")) || str_eq(value, STR("true"));
    }
    return true;
}

static void no_close(void *self, struct str name)
{
    (void)self;
    (void)name;
}

static const struct xml_handler book_handler = { book_open, no_text, no_close };

/* ---- cells ---------------------------------------------------------------------------- */

/* "AB12" → 27 */
static size_t column_of(struct str reference, size_t otherwise)
{
    size_t column = 0, i = 0;
    for (; i < reference.n && reference.p[i] >= 'A' && reference.p[i] <= 'Z' && column < MAX_COLUMN; i++)
        column = column * 26 + (size_t)(reference.p[i] - 'A') + 1;
    return i > 0 ? column - 1 : otherwise;
}

static void civil_of_days(int64_t days, int *year, unsigned *month, unsigned *day)
{
    int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
    unsigned doe = (unsigned)(z - era * 146097);
    unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    *day = doy - (153 * mp + 2) / 5 + 1;
    *month = mp < 10 ? mp + 3 : mp - 9;
    *year = (int)(yoe + era * 400) + (*month <= 2);
}

static void put_date(struct buf *out, double serial, bool from_1904, bool with_time)
{
    int year;
    unsigned month, day;
    int64_t minutes = (int64_t)floor((serial - floor(serial)) * 1440 + 0.5);
    civil_of_days((int64_t)floor(serial) - EPOCH_1900 + (from_1904 ? DAYS_1904 : 0), &year, &month, &day);
    buf_printf(out, "%04d-%02u-%02u", year, month, day);
    if (with_time && minutes > 0)
        buf_printf(out, " %02d:%02d", (int)(minutes / 60), (int)(minutes % 60));
}

static void put_number(struct workbook *w, struct str value)
{
    double number;
    struct look look = w->style < w->looks.n ? w->looks.at[w->style] : (struct look){ false, false, 0 };
    if (!str_to_double(value, &number) || !isfinite(number)) {
        buf_str(&w->csv, value);
    } else if (look.date && number >= 1 && number < 2958466) {
        put_date(&w->csv, number, w->from_1904, look.time);
    } else if (look.zeros > 0 && number >= 0 && number == floor(number) && number < 1e15) {
        buf_printf(&w->csv, "%0*.0f", (int)look.zeros, number);
    } else if (number == floor(number) && fabs(number) < 1e15) {
        buf_printf(&w->csv, "%.0f", number);
    } else {
        buf_printf(&w->csv, "%.15g", number);
    }
}

static void put_quoted(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '"')
            buf_char(out, '"');
        buf_char(out, text.p[i]);
    }
}

static void put_value(struct workbook *w)
{
    struct str value = buf_view(&w->text);
    uint64_t index;
    switch (w->type) {
    case CELL_SHARED:
        if (str_to_u64(str_trim(value), &index) && index < w->shared.n)
            put_quoted(&w->csv, w->shared.at[index]);
        break;
    case CELL_NUMBER:
        put_number(w, str_trim(value));
        break;
    case CELL_BOOL:
        buf_cstr(&w->csv, str_eq(str_trim(value), STR("1")) ? "是" : "否");
        break;
    case CELL_TEXT:
        put_quoted(&w->csv, value);
        break;
    }
}

static enum cell_type type_of(struct str type)
{
    static const struct {
        struct str name;
        enum cell_type type;
    } types[] = { { { "s", 1 }, CELL_SHARED }, { { "b", 1 }, CELL_BOOL }, { { "inlineStr", 9 }, CELL_TEXT },
                  { { "str", 3 }, CELL_TEXT }, { { "e", 1 }, CELL_TEXT }, { { "d", 1 }, CELL_TEXT } };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_eq(type, types[i].name))
            return types[i].type;
    return CELL_NUMBER;
}

static void open_cell(struct workbook *w, struct xml *x)
{
    w->column = column_of(xml_attribute(x, "r"), w->written);
    w->type = type_of(xml_attribute(x, "t"));
    w->style = (size_t)number_attribute(x, "s");
    buf_clear(&w->text);
}

static bool sheet_open(void *self, struct xml *x, struct str name)
{
    struct workbook *w = self;
    if (str_eq(name, STR("c")))
        open_cell(w, x);
    w->in_text = str_eq(name, STR("v")) || str_eq(name, STR("t"));
    return !str_eq(name, STR("rPh")) && !str_eq(name, STR("f"));
}

static void close_cell(struct workbook *w)
{
    if (w->column >= MAX_COLUMN || w->column < w->written)
        return;
    for (; w->written < w->column; w->written++)
        buf_cstr(&w->csv, w->written > 0 ? ",\"\"" : "\"\"");
    buf_cstr(&w->csv, w->written > 0 ? ",\"" : "\"");
    put_value(w);
    buf_char(&w->csv, '"');
    w->written++;
}

static void sheet_close(void *self, struct str name)
{
    struct workbook *w = self;
    w->in_text = false;
    if (str_eq(name, STR("c")))
        close_cell(w);
    if (str_eq(name, STR("row"))) {
        if (w->written > 0)
            buf_char(&w->csv, '\n');
        w->written = 0;
    }
}

static const struct xml_handler sheet_handler = { sheet_open, take_text, sheet_close };

/* ---- walks ------------------------------------------------------------------------------ */

static int visit_tables(void *self, struct member *m)
{
    static const struct {
        struct str name;
        const struct xml_handler *handler;
    } members[] = { { { "xl/sharedStrings.xml", 20 }, &strings_handler },
                    { { "xl/styles.xml", 13 }, &styles_handler },
                    { { "xl/workbook.xml", 15 }, &book_handler } };
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (str_eq(m->name, members[i].name))
            return xml_walk(m, members[i].handler, self);
    return 0;
}

/* The number of xl/worksheets/sheet2.xml, 0 for other members. */
static size_t sheet_number(struct str name)
{
    uint64_t n = 0;
    const struct str before = STR("xl/worksheets/sheet"), after = STR(".xml");
    if (!str_starts(name, before) || !str_ends(name, after) || name.n < before.n + after.n)
        return 0;
    return str_to_u64(str_sub(name, before.n, name.n - after.n), &n) && n <= MAX_SHEETS ? (size_t)n : 0;
}

static int visit_sheet(void *self, struct member *m)
{
    struct workbook *w = self;
    size_t number = sheet_number(m->name);
    if (number == 0)
        return 0;
    buf_clear(&w->csv);
    w->written = 0;
    int code = xml_walk(m, &sheet_handler, w);
    struct str name = number <= w->sheets.n ? w->sheets.at[number - 1] : STR_NONE;
    if (code == 0 && w->csv.n > 0)
        code = send_table(m->package, name, buf_view(&w->csv));
    return code;
}

int xlsx_package(struct package *p)
{
    struct workbook *w = arena_new_of(p->ctx->arena, struct workbook);
    w->package = p;
    w->arena = p->ctx->arena;
    vec_init(&w->shared, w->arena);
    vec_init(&w->sheets, w->arena);
    vec_init(&w->looks, w->arena);
    buf_init(&w->text, w->arena);
    buf_init(&w->csv, w->arena);
    int code = package_walk(p, visit_tables, w);
    return code == 0 ? package_walk(p, visit_sheet, w) : code;
}
