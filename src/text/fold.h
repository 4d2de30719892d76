/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to text: folding one character, for those who have no normal form at hand.
 */
#ifndef TIAN_TEXT_FOLD_H
#define TIAN_TEXT_FOLD_H

#include <stddef.h>
#include <stdint.h>

enum {
    FOLD_MAX = 18
};

/* The units c folds to, its neighbours not looked at; returns how many (0: deleted). */
size_t fold_char(uint32_t c, uint16_t unit[FOLD_MAX]);

#endif
