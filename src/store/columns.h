/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to store/: one value a document for every facet, filter and sort key,
 * and an id index (hash of id → document). Numbers are stored in the fewest of
 * 1, 2, 4, 8 bytes that hold the column; texts as codes into a table of their
 * distinct values. See columns.c.
 */
#ifndef TIAN_COLUMNS_H
#define TIAN_COLUMNS_H

#include "store/store.h"

struct row {
    uint64_t number[NUMBER_COLUMNS];
    struct str text[TEXT_COLUMNS];
};

struct column_writer;
struct column_writer *column_writer_new(struct arena *);
void column_writer_put(struct column_writer *, const struct row *); /* texts are copied */
/* Replace a number column of all that was put: values[i] is the i-th document's. */
void column_writer_replace(struct column_writer *, enum number_column, const uint64_t *values);
int column_writer_write(struct ctx *, struct column_writer *, const char *path); /* and empty it */

struct columns; /* one file, mapped */
/* One file of several, documents renumbered by concatenation. */
int columns_merge(struct ctx *, struct columns *const *in, size_t n, const char *path);
int columns_open(struct ctx *, struct arena *, const char *path, struct columns **out);
uint32_t columns_count(const struct columns *);
uint64_t columns_number(const struct columns *, enum number_column, uint32_t doc);
uint32_t columns_ncodes(const struct columns *, enum text_column);
uint32_t columns_code(const struct columns *, enum text_column, uint32_t doc);
struct str columns_text(const struct columns *, enum text_column, uint32_t code);
void columns_row(const struct columns *, uint32_t doc, struct row *out);
/* The documents whose id has this hash, from *at on (start with 0); false when there are no more. */
bool columns_find(const struct columns *, uint64_t id_hash, uint32_t *at, uint32_t *doc);

#endif
