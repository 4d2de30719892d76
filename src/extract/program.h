/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to extract: run another program on the file being read (program.c).
 */
#ifndef TIAN_PROGRAM_H
#define TIAN_PROGRAM_H

#include "extract/reader.h"

/* In its fence, the file on stdin, ten seconds at most; what it writes to answer. */
int program_run(struct ctx *, struct reading *, char *const argv[], struct buf *answer);

#endif
