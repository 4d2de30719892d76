/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to search/: what becomes of a word where it stands.
 */
#ifndef TIAN_DOCTOR_H
#define TIAN_DOCTOR_H

#include "search/match.h"

enum fate {
    FATE_WINS,   /* becomes a word by the dictionary */
    FATE_WHOLE,  /* was one already */
    FATE_LONGER, /* inside a longer word of the dictionary */
    FATE_INSIDE, /* inside a word of ICU */
    FATE_BEGINS, /* the word before it reaches over its beginning */
    FATE_ENDS,   /* the word behind it … over its end */
    FATES
};

/* The tokens of one stretch, cut without and with the word. */
struct cuts {
    const struct normal *text;
    struct token *without, *with;
    size_t nwithout, nwith;
};

/* What became of the word at units [from, to); *by: the token that did it, when it is another. */
enum fate doctor_fate(const struct lexicon *, const struct cuts *, struct token word, struct token *by);

/* Documents to look at: at most `most` of n, spread evenly; the i-th of them. */
static inline size_t spread(size_t i, size_t n, size_t most)
{
    return n <= most ? i : i * n / most;
}

#endif
