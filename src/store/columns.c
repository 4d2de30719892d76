/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One value a document. A number column keeps the least value of all and the
 * differences to it, in the fewest bytes that hold the largest difference; a
 * column of one value thus takes none. A text column is a number column of codes
 * into the table of its distinct texts, in the order they first came.
 *
 *   "TCOL" version documents directory │ columns and tables │ index │ directory │ CRC
 *
 *   directory   for each number column but the later ones, each text column, the index, each later number
 *                   column: offset u64, least u64, bytes a value u32, texts u32
 *   column      documents × bytes a value
 *   table       texts + 1 offsets u32, then the texts; behind the text's column
 *   index       documents sorted by the hash of their id, and by number
 *
 * The index costs two bytes a document in a segment of 65,536: the hashes are a
 * column already, so a search halves the index and looks there. Everything is
 * found from the directory, checked once when the file is opened (each column
 * lies in the file, each offset of a table ascends), so reading needs no checks
 * but that a code is below the number of texts. Columns that came later than the
 * format (length, portable) stand behind the index, so that older files are a
 * beginning of newer ones: what a file does not have reads as if all its values
 * were 0. The CRC is of the header and the directory; that of the whole file is in
 * the manifest.
 *
 * A file is written one column at a time, each twice: first to see how many bytes
 * a value needs, so that the header can say where the directory will be. Joining a
 * million documents thus takes some 30 bytes each of memory, not those of all
 * columns.
 */
#include "store/columns.h"

#include <assert.h>
#include <stdlib.h>

#include "base/deflate.h"
#include "base/file.h"
#include "store/doclist.h"

enum {
    VERSION = 1,
    HEADER = 24,
    ENTRY = 24,
    COLUMNS = NUMBER_COLUMNS + TEXT_COLUMNS + 1,
    LATER_NUMBER = COLUMN_LENGTH, /* it and those after it: behind the index, see the drawing */
    FIRST_TEXT = LATER_NUMBER,
    INDEX = FIRST_TEXT + TEXT_COLUMNS,
    COLUMNS_ONCE = INDEX + 1 /* of the oldest file */
};
enum {
    WRITE_PIECE = 256 * 1024
};
enum {
    ROOM = 8
}; /* a value is read as eight bytes: so many must be behind the last */

static size_t tail_of(size_t columns)
{
    return columns * ENTRY + 4;
}

/* Where a number column stands in the directory, and which one stands there. */
static size_t place_of(size_t number)
{
    return number < LATER_NUMBER ? number : number + COLUMNS_ONCE - LATER_NUMBER;
}

static size_t number_of_place(size_t place)
{
    return place < LATER_NUMBER ? place : place - COLUMNS_ONCE + LATER_NUMBER;
}

static bool is_text(size_t place)
{
    return place >= FIRST_TEXT && place < INDEX;
}

static_assert((int)ROOM <= (int)ENTRY, "the directory is the room behind the last column");

/* ---- Writing -------------------------------------------------------------- */

struct texts {
    struct map *codes;     /* text → code + 1 */
    vec_of(uint64_t) code; /* a document */
};

struct column_writer {
    struct arena *arena; /* emptied after each write */
    vec_of(uint64_t) number[NUMBER_COLUMNS];
    struct texts text[TEXT_COLUMNS];
    uint32_t n;
};

static void writer_start(struct column_writer *w)
{
    for (size_t c = 0; c < NUMBER_COLUMNS; c++)
        vec_init(&w->number[c], w->arena);
    for (size_t c = 0; c < TEXT_COLUMNS; c++) {
        w->text[c].codes = map_new(w->arena);
        vec_init(&w->text[c].code, w->arena);
    }
    w->n = 0;
}

struct column_writer *column_writer_new(struct arena *arena)
{
    struct column_writer *w = arena_new_of(arena, struct column_writer);
    w->arena = arena_new(arena);
    writer_start(w);
    return w;
}

static uint64_t code_of(struct map *codes, struct str text)
{
    void **code = map_at(codes, text);
    if (*code == NULL)
        *code = (void *)(uintptr_t)codes->n;
    return (uintptr_t)*code - 1;
}

void column_writer_put(struct column_writer *w, const struct row *row)
{
    for (size_t c = 0; c < NUMBER_COLUMNS; c++)
        vec_push(&w->number[c], row->number[c]);
    for (size_t c = 0; c < TEXT_COLUMNS; c++) {
        struct str text = row->text[c].n > 0 ? row->text[c] : STR("");
        vec_push(&w->text[c].code, code_of(w->text[c].codes, text));
    }
    w->n++;
}

void column_writer_replace(struct column_writer *w, enum number_column column, const uint64_t *values)
{
    assert(column < NUMBER_COLUMNS && w->number[column].n == w->n);
    for (uint32_t i = 0; i < w->n; i++)
        w->number[column].at[i] = values[i];
}

struct id_doc {
    uint64_t hash, doc;
};

static int by_hash(const void *a, const void *b)
{
    const struct id_doc *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return (x->doc > y->doc) - (x->doc < y->doc);
}

/* The hashes of a column become the documents in their order. */
static void hashes_to_index(struct arena *arena, uint64_t *value, size_t n)
{
    struct id_doc *sorted = arena_array(arena, struct id_doc, n);
    for (size_t i = 0; i < n; i++)
        sorted[i] = (struct id_doc){ value[i], i };
    qsort(sorted, n, sizeof *sorted, by_hash);
    for (size_t i = 0; i < n; i++)
        value[i] = sorted[i].doc;
}

/* ---- The file, one column at a time ---------------------------------------- */

/* What the columns come from: load() gives the values of one, codes and their texts for a text column, the
 * hashes of the ids for the index; in an arena that is emptied before the next. */
struct values {
    uint64_t *at;
    const struct map *texts; /* keys in the order of their codes */
};
struct column_source {
    uint32_t n; /* documents */
    void (*load)(const void *self, struct arena *, size_t column, struct values *out);
    const void *self;
};

struct entry {
    uint64_t offset, least;
    uint32_t width, texts;
};

struct column_file {
    const struct column_source *from;
    struct arena *arena; /* emptied between two columns */
    struct entry entry[COLUMNS];
    struct buf piece;
    struct file_tail tail;
};

static unsigned bytes_for(uint64_t value)
{
    return value == 0 ? 0 : (71 - (unsigned)__builtin_clzll(value)) / 8;
}

static void measure(struct entry *e, const struct values *v, size_t n)
{
    uint64_t least = n > 0 ? v->at[0] : 0, most = least;
    for (size_t i = 1; i < n; i++) {
        least = v->at[i] < least ? v->at[i] : least;
        most = v->at[i] > most ? v->at[i] : most;
    }
    e->least = least;
    e->width = bytes_for(most - least);
    e->texts = v->texts ? (uint32_t)v->texts->n : 0;
}

static uint64_t table_size(const struct map *texts)
{
    uint64_t size = ((uint64_t)texts->n + 1) * 4;
    for (size_t i = 0; i < texts->n; i++)
        size += texts->entries[i].key.n;
    return size;
}

/* Where each column will stand, for the header says where they end. Returns that place. */
static uint64_t lay_out(struct column_file *f)
{
    uint64_t at = HEADER, n = f->from->n;
    for (size_t c = 0; c < COLUMNS; c++) {
        struct entry *e = &f->entry[c];
        struct values v = { NULL, NULL };
        *e = (struct entry){ .offset = at, .width = n > 0 ? bytes_for(n - 1) : 0 };
        if (c != INDEX) { /* which holds all numbers up to n - 1 */
            f->from->load(f->from->self, f->arena, c, &v);
            measure(e, &v, n);
        }
        at += n * e->width + (v.texts ? table_size(v.texts) : 0);
        arena_reset(f->arena);
    }
    return at;
}

static void put_numbers(struct buf *out, const struct entry *e, const uint64_t *value, size_t n)
{
    buf_reserve(out, n * e->width);
    for (size_t i = 0; i < n; i++) {
        uint64_t rest = htole64(value[i] - e->least);
        buf_put(out, &rest, e->width);
    }
}

static void put_texts(struct buf *out, const struct map *texts)
{
    uint32_t offset = 0;
    for (size_t i = 0; i < texts->n; i++) {
        buf_u32(out, offset);
        offset += (uint32_t)texts->entries[i].key.n;
    }
    buf_u32(out, offset);
    for (size_t i = 0; i < texts->n; i++)
        buf_str(out, texts->entries[i].key);
}

static int flush(struct ctx *ctx, struct column_file *f)
{
    int code = file_tail_append(ctx, &f->tail, buf_view(&f->piece));
    buf_clear(&f->piece);
    return code;
}

static int put_column(struct ctx *ctx, struct column_file *f, size_t c)
{
    struct values v = { NULL, NULL };
    f->from->load(f->from->self, f->arena, c, &v);
    if (c == INDEX)
        hashes_to_index(f->arena, v.at, f->from->n);
    assert(f->tail.offset + f->piece.n == f->entry[c].offset);
    put_numbers(&f->piece, &f->entry[c], v.at, f->from->n);
    if (v.texts)
        put_texts(&f->piece, v.texts);
    arena_reset(f->arena);
    return f->piece.n < WRITE_PIECE ? TIAN_OK : flush(ctx, f);
}

static uint32_t put_header(struct column_file *f, uint64_t directory)
{
    struct buf *out = &f->piece;
    buf_cstr(out, "TCOL");
    buf_u32(out, VERSION);
    buf_u32(out, f->from->n);
    buf_u32(out, COLUMNS);
    buf_u64(out, directory);
    return crc_of(buf_view(out));
}

static int put_directory(struct ctx *ctx, struct column_file *f, uint32_t crc)
{
    struct buf *out = &f->piece;
    size_t from = out->n;
    for (size_t c = 0; c < COLUMNS; c++) {
        buf_u64(out, f->entry[c].offset);
        buf_u64(out, f->entry[c].least);
        buf_u32(out, f->entry[c].width);
        buf_u32(out, f->entry[c].texts);
    }
    buf_u32(out, crc_more(crc, str_sub(buf_view(out), from, out->n)));
    return flush(ctx, f);
}

static int write_file(struct ctx *ctx, const struct column_source *from, const char *path)
{
    struct arena *arena = arena_new(ctx->arena);
    struct column_file f = { .from = from, .arena = arena_new(arena) };
    buf_init(&f.piece, arena);
    uint64_t directory = lay_out(&f);
    int code = directory < UINT32_MAX
                   ? file_tail_open(ctx, arena, path, &f.tail)
                   : ctx_fail(ctx, TIAN_ELIMIT, path, "more than 4 GB of columns", "数据列超过 4 GB");
    if (code == TIAN_OK && f.tail.offset > 0)
        code = file_tail_cut(ctx, &f.tail, 0);
    uint32_t crc = put_header(&f, directory);
    for (size_t c = 0; code == TIAN_OK && c < COLUMNS; c++)
        code = put_column(ctx, &f, c);
    if (code == TIAN_OK)
        code = put_directory(ctx, &f, crc);
    arena_free(arena);
    return code;
}

/* ---- From rows -------------------------------------------------------------- */

static void load_rows(const void *self, struct arena *arena, size_t c, struct values *out)
{
    const struct column_writer *w = self;
    if (c == INDEX) { /* made of a copy, the column stays */
        out->at = arena_array(arena, uint64_t, w->n);
        for (uint32_t i = 0; i < w->n; i++)
            out->at[i] = w->number[COLUMN_ID_HASH].at[i];
    } else if (is_text(c))
        *out = (struct values){ w->text[c - FIRST_TEXT].code.at, w->text[c - FIRST_TEXT].codes };
    else
        out->at = w->number[number_of_place(c)].at;
}

int column_writer_write(struct ctx *ctx, struct column_writer *w, const char *path)
{
    struct column_source from = { w->n, load_rows, w };
    int code = write_file(ctx, &from, path);
    arena_reset(w->arena);
    writer_start(w);
    return code;
}

/* ---- Opening -------------------------------------------------------------- */

struct column {
    const uint8_t *at;
    uint64_t least, mask;
    uint32_t width;
    uint32_t texts;         /* of a text column */
    const uint8_t *offsets; /* texts + 1 of u32 */
    const char *bytes;
};

struct columns {
    struct column column[COLUMNS];
    uint32_t n;
};

static bool read_table(struct column *c, const uint8_t *end)
{
    const uint8_t *table = c->offsets;
    if (c->texts >= (size_t)(end - table) / 4)
        return false;
    c->bytes = (const char *)table + ((size_t)c->texts + 1) * 4;
    uint32_t last = 0;
    for (size_t i = 0; i <= c->texts; i++) {
        uint32_t offset = load32(table + i * 4);
        if (offset < last)
            return false;
        last = offset;
    }
    return last <= (size_t)((const char *)end - c->bytes);
}

/* From an entry of the directory, which begins at end. */
static bool read_column(const uint8_t *entry, const uint8_t *file, const uint8_t *end, uint32_t n,
                        struct column *c)
{
    uint64_t offset = load64(entry), size = (uint64_t)(end - file);
    c->least = load64(entry + 8);
    c->width = load32(entry + 16);
    c->texts = load32(entry + 20);
    if (c->width > 8 || offset > size || (uint64_t)n * c->width > size - offset)
        return false;
    c->at = file + offset;
    c->mask = c->width == 8 ? UINT64_MAX : (UINT64_C(1) << (c->width * 8)) - 1;
    c->offsets = c->at + (size_t)n * c->width;
    return true;
}

static bool read_columns(struct str file, struct columns *all)
{
    if (file.n < HEADER + tail_of(COLUMNS_ONCE) || memcmp(file.p, "TCOL", 4) != 0)
        return false;
    const uint8_t *p = (const uint8_t *)file.p;
    size_t columns = load32(p + 12), directory = file.n - tail_of(columns);
    if (columns < COLUMNS_ONCE || columns > COLUMNS || file.n < HEADER + tail_of(columns))
        return false;
    const uint8_t *end = p + directory;
    all->n = load32(p + 8);
    if (load32(p + 4) != VERSION || load64(p + 16) != directory)
        return false;
    uint32_t crc = crc_of(str_sub(file, 0, HEADER));
    if (crc_more(crc, str_sub(file, directory, file.n - 4)) != load32(p + file.n - 4))
        return false;
    for (size_t c = columns; c < COLUMNS; c++)
        all->column[c].at = p; /* of width 0 */
    for (size_t c = 0; c < columns; c++) {
        struct column *column = &all->column[c];
        bool text = is_text(c);
        if (!read_column(end + c * ENTRY, p, end, all->n, column) || (text && !read_table(column, end)))
            return false;
    }
    return true;
}

int columns_open(struct ctx *ctx, struct arena *arena, const char *path, struct columns **out)
{
    struct str file;
    *out = arena_new_of(arena, struct columns);
    int code = file_map(ctx, arena, path, &file);
    if (code != TIAN_OK)
        return code;
    if (read_columns(file, *out))
        return TIAN_OK;
    return ctx_fail(ctx, TIAN_EINDEX, path,
                    "the file of columns is damaged, or of another version: run tian verify",
                    "数据列文件已损坏或版本不符：请运行 tian verify");
}

/* ---- Reading -------------------------------------------------------------- */

static inline uint64_t value_of(const struct column *c, uint32_t doc)
{
    return c->least + (load64(c->at + (size_t)doc * c->width) & c->mask);
}

uint32_t columns_count(const struct columns *all)
{
    return all->n;
}

uint64_t columns_number(const struct columns *all, enum number_column column, uint32_t doc)
{
    assert(doc < all->n && column < NUMBER_COLUMNS);
    return value_of(&all->column[place_of(column)], doc);
}

static inline const struct column *text_column(const struct columns *all, enum text_column column)
{
    assert(column < TEXT_COLUMNS);
    return &all->column[FIRST_TEXT + column];
}

uint32_t columns_ncodes(const struct columns *all, enum text_column column)
{
    return text_column(all, column)->texts;
}

/* A damaged column may hold a code beyond the table: such a document gets the first text. */
uint32_t columns_code(const struct columns *all, enum text_column column, uint32_t doc)
{
    assert(doc < all->n);
    const struct column *c = text_column(all, column);
    uint64_t code = value_of(c, doc);
    return code < c->texts ? (uint32_t)code : 0;
}

struct str columns_text(const struct columns *all, enum text_column column, uint32_t code)
{
    const struct column *c = text_column(all, column);
    if (code >= c->texts)
        return STR("");
    uint32_t from = load32(c->offsets + (size_t)code * 4);
    uint32_t to = load32(c->offsets + ((size_t)code + 1) * 4);
    return (struct str){ c->bytes + from, to - from };
}

void columns_row(const struct columns *all, uint32_t doc, struct row *out)
{
    for (unsigned c = 0; c < NUMBER_COLUMNS; c++)
        out->number[c] = columns_number(all, (enum number_column)c, doc);
    for (unsigned c = 0; c < TEXT_COLUMNS; c++)
        out->text[c] = columns_text(all, (enum text_column)c, columns_code(all, (enum text_column)c, doc));
}

/* ---- Finding an id -------------------------------------------------------- */

static bool at_index(const struct columns *all, uint32_t place, uint64_t *hash, uint32_t *doc)
{
    uint64_t value = value_of(&all->column[INDEX], place);
    if (value >= all->n)
        return false; /* damaged */
    *doc = (uint32_t)value;
    *hash = columns_number(all, COLUMN_ID_HASH, *doc);
    return true;
}

bool columns_find(const struct columns *all, uint64_t id_hash, uint32_t *at, uint32_t *doc)
{
    uint64_t hash = 0;
    uint32_t low = *at, high = *at == 0 ? all->n : *at;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (!at_index(all, middle, &hash, doc))
            return false;
        if (hash < id_hash)
            low = middle + 1;
        else
            high = middle;
    }
    *at = low + 1;
    return low < all->n && at_index(all, low, &hash, doc) && hash == id_hash;
}

/* ---- Merging --------------------------------------------------------------- */

struct columns_merge {
    struct columns *const *in;
    size_t n;
    uint32_t documents;
};

static void load_numbers(const struct columns_merge *m, size_t c, uint64_t *value)
{
    for (size_t i = 0; i < m->n; i++)
        for (uint32_t doc = 0; doc < m->in[i]->n; doc++)
            *value++ = value_of(&m->in[i]->column[c], doc);
}

/* Codes in the order in which texts first come, as if the rows had been put one by one. */
static void load_texts(const struct columns_merge *m, struct arena *arena, size_t c, uint64_t *value,
                       struct map *texts)
{
    enum text_column column = (enum text_column)(c - FIRST_TEXT);
    for (size_t i = 0; i < m->n; i++) {
        const struct columns *in = m->in[i];
        uint32_t *known = arena_array(arena, uint32_t, (size_t)in->column[c].texts + 1); /* code + 1 */
        for (uint32_t doc = 0; doc < in->n; doc++) {
            uint32_t code = columns_code(in, column, doc);
            if (known[code] == 0)
                known[code] = (uint32_t)code_of(texts, columns_text(in, column, code)) + 1;
            *value++ = known[code] - 1;
        }
    }
}

static void load_merged(const void *self, struct arena *arena, size_t c, struct values *out)
{
    const struct columns_merge *m = self;
    out->at = arena_array(arena, uint64_t, (size_t)m->documents + 1);
    if (!is_text(c)) {
        load_numbers(m, c == INDEX ? place_of(COLUMN_ID_HASH) : c, out->at);
        return;
    }
    struct map *texts = map_new(arena);
    load_texts(m, arena, c, out->at, texts);
    out->texts = texts;
}

int columns_merge(struct ctx *ctx, struct columns *const *in, size_t n, const char *path)
{
    struct columns_merge m = { in, n, 0 };
    for (size_t i = 0; i < n; i++)
        m.documents += in[i]->n;
    struct column_source from = { m.documents, load_merged, &m };
    return write_file(ctx, &from, path);
}
