/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to search/: a parsed query with everything that finding, verifying,
 * marking and ranking need: what must stand in the text, by which lists it is
 * found, which words rank. No store is read for it.
 */
#ifndef TIAN_PLAN_H
#define TIAN_PLAN_H

#include "search/query.h"
#include "store/store.h"

/* How far a text part is demanded. */
enum reading {
    READ_EXACT, /* as typed */
    READ_ALL,   /* every word of it */
    READ_ANY,   /* not at all, when the plan says it is optional */
};
const char *reading_name(enum reading); /* "exact" "all" "any" */

/* A substring to find: units of normal form. */
struct needle {
    const uint16_t *unit;
    size_t n;
    const uint32_t *keys; /* lists that hold every document with it; none when it has no letters */
    size_t nkeys;
    bool proof; /* being in its one list is holding it */
    bool blank; /* has blanks inside */
};

/* A word of a part. Any of its forms will do: as typed, then synonyms and other ways to write its number. */
struct plan_word {
    struct needle *forms;
    size_t nforms;
    struct str term;
    size_t piece, npieces; /* pieces [piece, piece + npieces) of the part where it stands first */
    double weight;         /* how much it says: set by rank.c when the lists are at hand, 0 before */
    bool stop;
    bool left_out; /* of ranking and marking: a long text has better words */
};

struct filter;

struct plan_node {
    const struct query_node *syntax;
    enum query_kind kind;
    enum query_field field;
    struct needle typed;     /* text leaves */
    struct plan_word *words; /* text leaves; distinct */
    size_t nwords;
    struct needle *others; /* other ways to write the whole part */
    size_t nothers;
    struct str *pieces; /* text leaves: all of it as terms, one after the other (see cut_pieces()) */
    size_t npieces;
    bool optional;         /* READ_ANY does not ask for it */
    bool negated;          /* stands below a NOT */
    bool whole;            /* stands in a NEAR or the like: as typed only */
    struct filter *filter; /* VALUE leaves */
    struct plan_node *kid, *next;
};

struct plan {
    struct query query;
    struct plan_node *root; /* NULL: nothing is asked */
    enum reading reading;
    bool staged;               /* AUTO: what is asked for more strictly comes first */
    bool differs;              /* the words of a part may stand apart: READ_ALL finds more than READ_EXACT */
    bool optional;             /* READ_ANY: some part is */
    bool expand;               /* synonyms and number forms */
    struct plan_node **leaves; /* all text leaves that are not negated */
    size_t nleaves;
    struct rank_word *rank; /* distinct */
    size_t nrank;
    const char **notes;
    size_t nnotes;
};

/* Errors: TIAN_EUSAGE unknown field or theme; TIAN_ELIMIT. */
int plan_make(struct ctx *, const struct reader *, struct str line, const struct tian_search_options *,
              struct plan *out);

/* Units of a text as a needle, its keys computed. unit must live as long as the arena. */
void needle_make(struct arena *, const uint16_t *unit, size_t n, struct needle *out);

void plan_note(struct arena *, struct plan *, const char *note);

static inline bool plan_node_is_text(const struct plan_node *node)
{
    return node->kind <= QUERY_PREFIX;
}

#endif
