/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * agree: do two texts speak of the same matter, whatever their wording? Private
 * to duplicate; knows no store: rarity is asked for through a function.
 */
#ifndef TIAN_DUPLICATE_AGREE_H
#define TIAN_DUPLICATE_AGREE_H

#include "duplicate/sheet.h"

struct agree; /* a draft's pairs, and the rarity of all pairs met so far; lives with its arena */

/* Weight of a pair of letters: the rarer in the base, the more. */
typedef double pair_weight(void *self, uint32_t pair);

struct agree *agree_new(struct arena *, const struct normal *title, const struct sheet *body, pair_weight *,
                        void *self);

struct agreement {
    double title;  /* share of a title's pairs that stand in the other text; of the two titles the larger */
    double titles; /* how alike the two titles are (Dice) */
    double keys;   /* share of the 20 weightiest pairs of a text that stand in the other; the larger */
    double words;  /* all in one number, 0 to 1 */
};
struct agreement agree_with(struct agree *, const struct normal *title, const struct sheet *body);

/* Its key words: the draft's weightiest pairs, at most AGREE_KEYS, weightiest first. */
enum {
    AGREE_KEYS = 20
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
