/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to search/: the numbers of share/ranking.conf.
 */
#ifndef TIAN_RANKING_H
#define TIAN_RANKING_H

#include "search/search.h"

enum ranking_number {
    RANKING_TITLE, /* shares of a word's worth, by where it stands */
    RANKING_SUGGESTION,
    RANKING_SITUATION,
    RANKING_ANALYSIS,
    RANKING_REPLY,
    RANKING_OTHER,
    RANKING_PAIR, /* neighbours of a question, characters of it */
    RANKING_LETTER,
    RANKING_THEME, /* shares of the question's worth */
    RANKING_KEY,
    RANKING_EXCELLENT,
    RANKING_RECENT,
    RANKING_HALF_LIFE, /* years */
    RANKING_WINDOW,    /* hits put in order together */
    RANKING_NUMBERS
};

struct ranking {
    double at[RANKING_NUMBERS];
};

/* Those of a reader; as in the shipped file when it has none. */
const struct ranking *ranking_of(const struct reader *);

/* The lines of a file, over what is there. TIAN_EFORMAT names the line. */
int ranking_parse(struct ctx *, struct str text, const char *name, struct ranking *);

#endif
