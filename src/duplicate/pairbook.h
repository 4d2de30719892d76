/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * pairbook: every adjacent pair of letters of an intake, and the letters of its titles, with their weight in
 * the base and the proposals that have it. Made once, read by all threads. Private to duplicate.
 */
#ifndef TIAN_DUPLICATE_PAIRBOOK_H
#define TIAN_DUPLICATE_PAIRBOOK_H

#include "duplicate/proposals.h"

struct pairbook;
struct pairbook *pairbook_new(struct arena *, const struct intake *);

struct page {
    float weight;       /* as compare_rarity() */
    const uint32_t *at; /* places in the intake, ascending */
    uint32_t n;
};
struct page pairbook_page(const struct pairbook *, uint32_t pair); /* n 0: no proposal has it */

/* As compare_rarity(), of what is in the book. */
struct rarity pairbook_rarity(const struct pairbook *);

#endif
