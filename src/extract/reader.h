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

/* Put the file's name into the error of code, when none is there; code again. */
int reading_named(struct ctx *, const struct reading *, int code);

/* TIAN_EFORMAT when more than 1 in 100 characters cannot be text; format: what it was read as. */
int text_refuse(struct ctx *, struct str text, const char *format);

/* The text of a program's output: UTF-8 for sure, refused when it is none; one part. */
int reading_text(struct ctx *, struct reading *, struct str text);

/* plain.c */
bool plain_sniff(const struct reading *);
int plain_read(struct ctx *, struct reading *);
bool markdown_sniff(const struct reading *);
int markdown_read(struct ctx *, struct reading *);

/* csv.c */
bool csv_sniff(const struct reading *);
bool tsv_sniff(const struct reading *);
int csv_read(struct ctx *, struct reading *);
/* A sheet in CSV from a spreadsheet: rows, or a text when it has no header. */
int table_read(struct ctx *, struct reading *, struct str name, struct str csv);
int tsv_read(struct ctx *, struct reading *);

/* json.c */
bool json_lines_sniff(const struct reading *);
int json_lines_read(struct ctx *, struct reading *);
bool json_sniff(const struct reading *);
int json_read(struct ctx *, struct reading *);

/* archive.c: zip with all that is in it (docx, xlsx, pptx, odt), tar, 7z, rar */
bool archive_sniff(const struct reading *);
int archive_read(struct ctx *, struct reading *);

/* program.c: what other programs read for us */
bool pdf_sniff(const struct reading *);
int pdf_read(struct ctx *, struct reading *);
bool compound_sniff(const struct reading *);
int compound_read(struct ctx *, struct reading *);
bool rtf_sniff(const struct reading *);
int rtf_read(struct ctx *, struct reading *);

/* soffice.c: through LibreOffice as a file of another format ("docx"); NULL when it is not configured */
const char *soffice_program(void);
int soffice_read(struct ctx *, struct reading *, const char *become);

/* webpage.c */
bool webpage_sniff(const struct reading *);
int webpage_read(struct ctx *, struct reading *);

#endif
