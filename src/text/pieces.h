/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to text: the pieces ICU's word iterator cuts a text into, before our
 * dictionary has a say. pieces.c decides how to get them; hanzi.c is its fast
 * way for runs of Han.
 */
#ifndef TIAN_TEXT_PIECES_H
#define TIAN_TEXT_PIECES_H

#include "text/text.h"

/* ---- pieces.c ---- */

struct pieces;

/* TIAN_EIO when ICU's data cannot be loaded. Freed with the arena; one a thread. */
int pieces_new(struct ctx *, struct arena *, struct pieces **out);

/* Append the pieces of unit[from, to) that hold a letter. */
void pieces_cut(struct pieces *, const uint16_t *unit, size_t from, size_t to, struct tokens *out);

/* The same from ICU's iterator alone: the reference for tests and measurements. */
void pieces_cut_icu(struct pieces *, const uint16_t *unit, size_t from, size_t to, struct tokens *out);

/* ---- hanzi.c ---- */

struct hanzi;

/* NULL when this ICU's Chinese dictionary is not there or not of the form known here. */
struct hanzi *hanzi_open(struct arena *);

/* Append the words of a run of BMP Han as ICU's dictionary cuts it. */
void hanzi_cut(struct hanzi *, const uint16_t *unit, size_t from, size_t to, struct tokens *out);

#endif
