/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to document: a taxonomy in memory and its matcher.
 */
#ifndef TIAN_TAXONOMY_H
#define TIAN_TAXONOMY_H

#include "document/document.h"

#define NO_INDEX UINT32_MAX

/* A word says something about a node; all that a word says is chained. */
struct says {
    uint32_t node;
    double weight; /* negative: exclusion */
    uint32_t next;
};

struct word {
    const uint16_t *unit; /* folded */
    uint32_t n;
    uint16_t third; /* unit, when there is one: most words that begin as the text does end here */
    struct str text;
    uint32_t says; /* first of its chain */
    uint32_t next; /* longer word with the same first pair */
};

/* The words that begin with a pair of units: itself, most often the only one, and the longer ones. NO_INDEX:
 * there is none; of both: the slot is free. */
struct start {
    uint32_t pair, word, longer;
};

struct node {
    struct str name;
    uint32_t parent; /* NO_INDEX: first level */
    uint32_t words;  /* rows below its heading; 0: it is the sum of its children */
    double bias;     /* of a learned model; 0 */
    uint32_t group;  /* who competes for a label: 0 nodes with words, then sums, the deepest first */
};

struct taxonomy {
    struct arena *arena;
    double threshold;
    uint32_t groups;
    bool learned; /* a model made by learn.c: weights of any sign, words of one character, a bias a node */
    vec_of(struct node) nodes;
    vec_of(struct word) words;
    vec_of(struct says) says;
    struct map *by_units; /* folded word → its index + 1 */
    struct start *starts; /* hashed by pair */
    size_t nstarts;       /* a power of two, at least half of them free */
    uint64_t *seen;       /* bitmap of first pairs: most places of a text end here */
    uint32_t *singles;    /* unit → word of one unit, or NULL */
};

enum {
    SEEN_BITS = 1 << 16
};

static inline uint32_t pair_hash(uint16_t a, uint16_t b)
{
    return (pair_key(a, b) * 2654435769u) >> 16;
}

/* An empty one; words put in by hand: the index of the word [from, to), made when it is new; when all are in.
 */
struct taxonomy *taxonomy_new(struct arena *);
uint32_t taxonomy_put(struct taxonomy *, const struct normal *, size_t from, size_t to);
void taxonomy_close(struct taxonomy *);

/* As taxonomy_load(), of a text; name is what messages call it. */
int taxonomy_read(struct ctx *, struct arena *, struct str text, const char *name, struct taxonomy **out);

/* How often a word occurs, and the words that do. */
struct tally {
    uint32_t body, title;
};
struct touched {
    const struct tally *tally; /* one a word */
    const uint32_t *words;
    size_t n;
};

/* What a learned model says (model.c): the probability of every node that has a bias, its children's sum
 * of one that has not; and how much the occurrences of one word count. */
void model_scores(const struct taxonomy *, const struct touched *, double *score);
double model_strength(struct tally);

/* Count every word of the taxonomy in a text: hit(self, word) at each place. */
typedef void word_hit(void *self, uint32_t word);
void taxonomy_scan(const struct taxonomy *, const struct normal *, word_hit *, void *self);

#endif
