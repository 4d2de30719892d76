/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * extract: files of any known format and encoding → parts of UTF-8 text. It
 * knows formats, not proposals: no repair, no splitting by meaning.
 */
#ifndef TIAN_EXTRACT_H
#define TIAN_EXTRACT_H

#include "base/buf.h"
#include "base/ctx.h"

struct extract_field {
    struct str name, value; /* as the file names them: a column header, a JSON key */
};

/* One text: a whole file, a table row, a JSON object, a member of an archive. */
struct extract_part {
    struct str name; /* of the member or row inside the file: "" for a whole file */
    struct str text; /* valid UTF-8; paragraphs end in '\n' */
    struct extract_field *fields;
    size_t nfields;
    uint64_t from, to; /* bytes of the file it came from; 0, size when unknown */
};

struct extracted {
    struct extract_part *parts;
    size_t nparts;
    const char *format;   /* "text", "markdown", "json lines", "csv", "docx", … */
    const char *encoding; /* "UTF-8", "GB18030", … */
    int sure;             /* of the encoding, 0 to 100 */
    bool packed;          /* an archive: the names of its parts are file names */
    uint64_t hash;        /* of the bytes of the file */
    char **warnings;      /* in the reader's language */
    size_t nwarnings;
};

struct extract_options {
    size_t max_bytes; /* of one file; 0: 256 MiB */
    bool require_sandbox;
    struct child_helper *helper; /* for many files: see extract_helper_new(); may be NULL */
};

/* A reader's child that is kept for a batch of files, which are read three times as fast as each in a child
 * of its own. For one thread; ends with the arena. */
struct child_helper *extract_helper_new(struct arena *, const struct extract_options *);

/* Read a whole file. Everything is owned by arena. Errors: TIAN_EIO; TIAN_EFORMAT (unknown or damaged,
 * mostly control characters or U+FFFD); TIAN_ELIMIT. An empty file gives no parts and a warning. */
int extract_file(struct ctx *, struct arena *, const char *path, const struct extract_options *,
                 struct extracted *out);

/* The same for bytes already read; name decides nothing but messages. */
int extract_bytes(struct ctx *, struct arena *, const char *name, struct str bytes,
                  const struct extract_options *, struct extracted *out);

/* True when the file's content is JSON Lines (.jsonl, .gz of it too): then it is read
 * line by line, in parallel, instead of by extract_file(). */
bool extract_is_json_lines(const char *path, struct str first_bytes);

/* One line of JSON Lines → a part (title, body and all else as fields: strings as they are, numbers and
 * true/false as text, arrays joined by "、", objects as compact JSON). TIAN_EFORMAT says what is wrong. */
int extract_json_line(struct ctx *, struct arena *, struct str line, struct extract_part *out);

/* Bytes of unknown encoding → UTF-8 (charset.c). */
int extract_utf8(struct ctx *, struct arena *, struct str bytes, struct str *text, const char **encoding,
                 int *sure);

#endif
