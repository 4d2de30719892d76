/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to search/: the query language. A line becomes a tree whose texts
 * point into the line. What may stand in a line is in the head of query.c.
 */
#ifndef TIAN_QUERY_H
#define TIAN_QUERY_H

#include "base/buf.h"

enum query_kind {
    QUERY_WORDS,     /* as typed between blanks */
    QUERY_PHRASE,    /* "…" */
    QUERY_PREFIX,    /* 提案* */
    QUERY_VALUE,     /* of a column: 年:2019..2024 */
    QUERY_AND,       /* kids … */
    QUERY_OR,        /* kids … */
    QUERY_NOT,       /* one kid */
    QUERY_NEAR,      /* two kids, at most distance characters between them */
    QUERY_SENTENCE,  /* two kids in one sentence */
    QUERY_PARAGRAPH, /* two kids in one paragraph */
};

enum query_field {
    FIELD_ANY,
    FIELD_TITLE, /* texts */
    FIELD_SITUATION,
    FIELD_ANALYSIS,
    FIELD_SUGGESTION,
    FIELD_REPLY,
    FIELD_PROPOSER, /* columns */
    FIELD_UNIT,
    FIELD_SESSION,
    FIELD_YEAR,
    FIELD_CATEGORY,
    FIELD_PROPOSER_KIND, /* columns of few values, which are compared from their beginning */
    FIELD_OUTCOME,
    FIELD_STATE,
    FIELD_SATISFACTION,
    FIELD_NUMBER,
    FIELD_THEME,
    FIELD_ID,
};
const char *query_field_name(enum query_field);  /* "title" …, "" for ANY */
const char *query_field_shown(enum query_field); /* the same, or 案由 … for a Chinese reader */
bool query_names_field(struct str);              /* is it a name of one? */
static inline bool query_field_is_column(enum query_field f)
{
    return f >= FIELD_PROPOSER;
}

struct query_node {
    enum query_kind kind;
    enum query_field field;
    struct str text; /* leaves */
    struct str last; /* VALUE with range: text..last, either may be empty */
    bool range;
    double weight;     /* 1, or what stands behind ^ */
    unsigned distance; /* NEAR */
    struct query_node *kid, *next;
};

struct query {
    struct str line;
    struct query_node *root; /* NULL: nothing is asked */
    const char *note;        /* why the line was read as plain words, or NULL */
    struct str unknown;      /* the name in front of ':' that is clearly meant as a field but is none */
};

/* Never fails: a line that cannot be parsed is read as plain words and note says why. */
void query_parse(struct arena *, struct str line, struct query *out);

/* All fields by the names shown, with blanks between them. */
const char *query_field_list(struct arena *);

/* The tree in one line: (and 停车 (not title:收费)). */
void query_print(const struct query_node *, struct buf *out);
/* As it may be typed, in the reader's language: (停车 NOT 案由:收费). */
void query_show(const struct query_node *, struct buf *out);

#endif
