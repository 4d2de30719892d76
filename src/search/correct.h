/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to search/: what somebody who found nothing perhaps meant.
 */
#ifndef TIAN_CORRECT_H
#define TIAN_CORRECT_H

#include "search/rank.h"

/* A note with the corrected queries that find something, and how much: parts that are in no document are read
 * as pinyin and as homophones of words of the index. None when there is nothing to correct, or to correct it
 * to. nothing: nothing was found; else no document holds the parts as typed. */
int correct_query(struct run *, bool nothing);

#endif
