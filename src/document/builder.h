/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to document: the immutable tables of a builder and the steps of
 * document_build() (builder.c), one file each.
 */
#ifndef TIAN_BUILDER_H
#define TIAN_BUILDER_H

#include "document/document.h"

struct builder {
    struct arena *arena;
    struct map *fields;   /* folded name → struct str: key of share/fields.conf */
    struct map *units;    /* any name of a unit → struct str: its canonical name */
    struct map *outcomes; /* folded text → struct str: code */
    struct taxonomy *taxonomy;
};

struct fields {
    struct field *at;
    size_t n, cap;
};
struct sections {
    struct section *at;
    size_t n, cap;
};

/* tables.c: the tables of share/ */
int tables_load(struct ctx *, struct builder *, const char *folder);
struct str table_field(const struct builder *, struct str name);   /* key, or an empty str */
struct str table_outcome(const struct builder *, struct str text); /* code, or an empty str */
struct str table_unit(const struct builder *, struct str name); /* canonical name; name itself when unknown */

/* Bytes of the colon (: ： and those of OCR, ﹕ ∶ ︰) at the start of s, 0 when there is none. */
static inline size_t colon_length(struct str s)
{
    static const char wide[][4] = { "：", "﹕", "∶", "︰" };
    if (s.n == 0 || s.p[0] == ':')
        return s.n == 0 ? 0 : 1;
    if ((s.p[0] != '\xEF' && s.p[0] != '\xE2') || s.n < 3)
        return 0;
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (memcmp(s.p, wide[i], 3) == 0)
            return 3;
    return 0;
}

/* section.c: what heading a line is */
struct heading_line {
    enum section_kind kind;
    unsigned number; /* of 一、 二、 …, 0 when it has none */
    bool bare;       /* neither numeral nor colon: 存在的问题 */
};
bool section_heading(struct str line, struct heading_line *out);
void sections_open(struct sections *, const struct heading_line *, size_t from); /* closes the one before */
void sections_close(struct sections *, size_t end);

/* parse.c: head lines, title and sections of a text; noisy: OCR left blanks in its lines */
struct parsed {
    struct fields fields;
    struct sections sections;
    struct str title; /* 案由, else the first line that looks like a title, else the first clause */
    bool named;       /* it is a 案由 */
};
void parse_text(const struct builder *, struct arena *, struct str body, bool noisy, struct parsed *out);

#endif
