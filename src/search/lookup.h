/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to search/: all words and titles of a snapshot, found by any part of
 * them and by how they sound. Made when first asked for, kept with the snapshot.
 */
#ifndef TIAN_LOOKUP_H
#define TIAN_LOOKUP_H

#include "store/store.h"

struct lookup; /* immutable: shared by threads */
int lookup_get(struct ctx *, const struct reader *, const struct lookup **out);

/* Entries are numbered words first, the most frequent first, then titles, the newest first. */
struct lookup_entry {
    const uint16_t *unit; /* folded */
    size_t n;
    bool title;
    uint32_t documents; /* words: how many have it; the dead among them */
    uint32_t doc;       /* titles */
    struct str text;    /* titles: as written */
};
void lookup_entry(const struct lookup *, uint32_t entry, struct lookup_entry *out);

/* What fits a pattern, how well: the lower the better. */
struct lookup_hit {
    uint32_t entry;
    unsigned rank;
    enum pattern_kind kind;
};
enum {
    LOOKUP_MOST = 64
};
struct lookup_wish {
    const struct pinyin_patterns *patterns;
    bool titles; /* titles, else words */
    bool whole;  /* the pattern must fit all of it */
    size_t most; /* hits, at most LOOKUP_MOST */
};
/* Best first, each entry once. */
size_t lookup_find(const struct lookup *, const struct pinyin *, const struct lookup_wish *,
                   struct lookup_hit out[LOOKUP_MOST]);

#endif
