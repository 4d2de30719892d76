/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Showing the inside: sizes for `tian status`, terms for `tian debug terms`.
 */
#include "store/commit.h"

#include <inttypes.h>
#include <stdlib.h>

static uint64_t sealed_bytes(struct str lines)
{
    uint64_t sum = 0, size;
    struct str line, name;
    while (str_line(&lines, &line)) {
        struct str rest = str_split(line, ' ', &name), number;
        str_split(rest, ' ', &number);
        if (str_to_u64(number, &size))
            sum += size;
    }
    return sum;
}

int snapshot_sizes(struct ctx *ctx, const struct snapshot *s, struct store_sizes *out)
{
    *out = (struct store_sizes){ .records = record_files_bytes(s->records),
                                 .segments = s->nsegments,
                                 .dead = s->dead };
    for (size_t i = 0; i < s->nsegments; i++)
        out->segments_bytes += sealed_bytes(s->manifest.segments.at[i].files);
    for (uint32_t doc = 0; doc < s->span; doc++) {
        if (!snapshot_is_live(s, doc))
            continue;
        unsigned year = (unsigned)snapshot_number(s, doc, COLUMN_YEAR);
        out->text += snapshot_number(s, doc, COLUMN_SIZE);
        if (year && (!out->year_first || year < out->year_first))
            out->year_first = year;
        if (year > out->year_last)
            out->year_last = year;
    }
    return ctx_check(ctx);
}

static void write_key(struct buf *out, uint32_t key)
{
    if (key >> 16)
        buf_utf8(out, key >> 16);
    buf_utf8(out, key & 0xFFFF);
    buf_char(out, ' ');
}

static void write_columns(struct buf *out, const struct row *row)
{
    static const char *const NUMBERS[NUMBER_COLUMNS] = { "record", "id",     "content", "terms", "size",
                                                         "year",   "term",   "meeting", "date",  "flags",
                                                         "source", "length", "portable" };
    static const char *const TEXTS[TEXT_COLUMNS] = { "number",   "proposer", "proposer_kind",
                                                     "category", "theme",    "units",
                                                     "outcome",  "state",    "satisfaction" };
    for (int i = 0; i < NUMBER_COLUMNS; i++)
        buf_printf(out, "%s\t%" PRIu64 "\n", NUMBERS[i], row->number[i]);
    for (int i = 0; i < TEXT_COLUMNS; i++)
        buf_printf(out, "%s\t%.*s\n", TEXTS[i], STR_ARG(row->text[i]));
}

static int compare_words(const void *a, const void *b)
{
    return str_cmp(((const struct word_count *)a)->term, ((const struct word_count *)b)->term);
}

int snapshot_terms_text(struct ctx *ctx, const struct reader *reader, uint32_t doc, struct buf *out)
{
    struct str encoded;
    struct document document;
    struct termer *termer;
    struct terms terms;
    int rc = snapshot_encoded(ctx, reader->snapshot, ctx->arena, doc, &encoded);
    if (!rc)
        rc = document_decode(ctx, ctx->arena, encoded, &document);
    if (!rc)
        document_label(reader->builder, reader->cutter, ctx->arena,
                       &document); /* themes are not stored but found */
    if (!rc)
        rc = termer_new(ctx, ctx->arena, reader->lexicon, &termer);
    if (!rc)
        rc = terms_of(ctx, termer, &document, encoded, &terms);
    if (rc)
        return rc;
    qsort(terms.words, terms.nwords, sizeof *terms.words, compare_words);
    buf_printf(out, "# words %zu\n", terms.nwords);
    for (size_t i = 0; i < terms.nwords; i++)
        buf_printf(out, "%.*s\t%" PRIu32 "\n", STR_ARG(terms.words[i].term), terms.words[i].count);
    buf_printf(out, "# letters and pairs %zu\n", terms.pairs.n);
    for (size_t i = 0; i < terms.pairs.n; i++)
        write_key(out, terms.pairs.at[i]);
    buf_printf(out, "\n# clauses %zu\n", terms.clauses.n);
    for (size_t i = 0; i < terms.clauses.n; i++)
        buf_printf(out, "%08" PRIx32 " ", terms.clauses.at[i]);
    buf_cstr(out, "\n# columns\n");
    write_columns(out, &terms.row);
    return 0;
}
