/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a file format is to extract: a row of the table in extract.c. A reader
 * recognises its format by content and turns it into parts. Adding a format is
 * one file with a sniff and a read, two prototypes here and one row there; the
 * first row that recognises a file reads it.
 *
 * There are two kinds. Readers of bytes (containers, documents) see the file as
 * it is; readers of text see it after charset.c made it UTF-8 with LF line ends.
 */
#ifndef TIAN_READER_H
#define TIAN_READER_H

#include "extract/extract.h"

/* One file being read. */
struct reading {
    struct arena *arena; /* owns the result */
    const char *name;    /* for messages */
    struct str bytes;    /* the file */
    struct str text;     /* readers of text: the file as UTF-8 */
    bool exact;          /* text is a tail of bytes: offsets in one can be told from the other */
    struct extract_options options;
    unsigned depth; /* of containers inside containers */
    struct extracted *out;
    vec_of(struct extract_part) parts;
    vec_of(char *) warnings;
};

struct reader {
    const char *format;
    bool of_text;
    bool (*sniff)(const struct reading *);
    int (*read)(struct ctx *, struct reading *);
};

/* Run the table over r->bytes (also for what a container holds). */
int read_any(struct ctx *, struct reading *r);

/* A new part covering the whole file, or text[from, to) of it. */
struct extract_part *reading_part(struct reading *, size_t from, size_t to);

/* A sentence for the import log. */
void reading_warn(struct reading *, const char *english, const char *chinese, ...)
    __attribute__((format(printf, 2, 4), format(printf, 3, 4)));

/* plain.c */
bool plain_sniff(const struct reading *);
int plain_read(struct ctx *, struct reading *);
bool markdown_sniff(const struct reading *);
int markdown_read(struct ctx *, struct reading *);

/* csv.c */
bool csv_sniff(const struct reading *);
bool tsv_sniff(const struct reading *);
int csv_read(struct ctx *, struct reading *);
int tsv_read(struct ctx *, struct reading *);

/* json.c */
bool json_lines_sniff(const struct reading *);
int json_lines_read(struct ctx *, struct reading *);
bool json_sniff(const struct reading *);
int json_read(struct ctx *, struct reading *);

#endif
