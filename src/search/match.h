/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to search/: the stored text decides. One document, loaded and
 * normalised, against a reading of the plan; and where its matches are.
 */
#ifndef TIAN_MATCH_H
#define TIAN_MATCH_H

#include "search/plan.h"

/* The document looked at; its buffers are reused from one to the next. */
struct page {
    struct arena *arena; /* the document's */
    uint32_t doc;
    bool loaded, hidden; /* hidden: from this reader */
    struct document document;
    struct normal title, body;
};
void page_init(struct page *, struct arena *);
int page_load(struct ctx *, const struct reader *, uint32_t doc, enum tian_role, struct page *);
bool page_is_hidden(const struct reader *, uint32_t doc); /* from the public */
/* A document that is at hand: for showing it, and for tests. */
void page_of(const struct document *, struct page *);

/* Does it hold what this reading asks for? NULL asks for nothing. */
bool match_page(const struct plan_node *, const struct page *, enum reading);

/* Units [from, to) of a title or body. */
struct stretch {
    const struct normal *text;
    struct str original;
    size_t from, to;
};
struct stretch page_text(const struct page *, bool title); /* the whole of it */

/* The first unit that begins at or behind a byte of the original. */
size_t match_unit_at(const struct normal *, uint32_t byte);

/* The first place of a needle at or after unit from, SIZE_MAX when there is none; *end behind it. A blank in
 * the needle stands for blanks, or for what the document's skips left out there. */
size_t match_find(const struct stretch *, const struct needle *, size_t from, size_t *end);

/* Where the text has what was asked for: units, ascending by from, they may overlap. */
struct spot {
    uint32_t from, to;
    uint32_t word; /* equal for the same word or part: for counting distinct ones */
    double weight;
};
struct spots {
    struct spot *at;
    size_t n, cap;
};
/* At READ_EXACT parts as typed only, else their words too. In body or title; out is overwritten. */
void match_spots(const struct plan *, const struct page *, enum reading, bool title, struct spots *out);

#endif
