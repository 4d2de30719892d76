/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to search/: where the next page of an answer begins.
 */
#ifndef TIAN_CURSOR_H
#define TIAN_CURSOR_H

#include "search/rank.h"

/* options->cursor, if any, into run->offset and run->start. TIAN_EUSAGE: it is of another question, or none.
 */
int cursor_read(struct run *);
/* Behind the page that was walked. */
const char *cursor_write(const struct run *);

#endif
