/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * agree: do two texts speak of the same matter, whatever their wording? Private
 * to duplicate; knows no store: rarity is asked for through a function.
 */
#ifndef TIAN_DUPLICATE_AGREE_H
#define TIAN_DUPLICATE_AGREE_H

#include "duplicate/sheet.h"

struct agree; /* a draft's pairs, and the rarity of all pairs met so far; lives with its arena */

/* Weight of a pair of letters, or of a letter (keys of text.h): the rarer in the base, the more. */
typedef double pair_weight(void *self, uint32_t key);
struct rarity {
    pair_weight *weight;
    void *self;
    double scale;  /* weight of a pair that no document has */
    double length; /* letters of a document on average */
};

struct agree *agree_new(struct arena *, const struct normal *title, const struct sheet *body,
                        const struct rarity *);

struct agreement { /* 0 to 1 */
    double
        letters;  /* of the letters of a title, what stands in the other text; of the two titles the larger */
    double title; /* the same of its pairs of letters */
    double titles; /* how alike the two titles are (Dice) */
    double keys;   /* of a text's weightiest pairs, by weight, what stands in the other; mean of both */
    double words;  /* all in one number: half letters, half keys */
    bool renamed;  /* the titles are the same but for one name each, which the other never mentions */
};
struct agreement agree_with(struct agree *, const struct normal *title, const struct sheet *body);

/* Weight of a pair of letters, asked of the base once; 0: no document has it. */
double agree_weight(struct agree *, uint32_t key);

/* The draft's weightiest pairs, at most AGREE_KEYS, weightiest first. */
enum {
    AGREE_KEYS = 30
};
size_t agree_keys(const struct agree *, uint32_t keys[AGREE_KEYS]);

/* The next pair of letters at or after unit *i and before end; false when there is none. */
static inline bool agree_next_pair(const struct normal *text, size_t *i, size_t end, uint32_t *key)
{
    for (; *i + 1 < end; ++*i) {
        uint16_t a = text->unit[*i], b = text->unit[*i + 1];
        if (text_class(a) == CLASS_NONE || text_class(b) == CLASS_NONE)
            continue;
        *key = pair_key(a, b);
        ++*i;
        return true;
    }
    return false;
}

/* How alike two titles are, by the weight of the pairs they share (Dice). */
double agree_titles(struct agree *, const struct normal *, const struct normal *);

#endif
