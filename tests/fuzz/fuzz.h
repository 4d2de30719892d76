/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a fuzz target is: a function that takes any bytes and holds what the
 * header it tests promises for them. Not to crash is the least of it: every
 * target states more with HOLD().
 */
#ifndef TIAN_FUZZ_H
#define TIAN_FUZZ_H

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/ctx.h"

/* The target, defined once in each program. The arena of ctx is emptied after each input. */
void fuzz_one(struct ctx *, struct str input);

/* For what is loaded once: an arena that stays. */
struct arena *fuzz_forever(void);

/* The input with every malformed byte as '?': for functions that are promised UTF-8. */
struct str fuzz_utf8(struct arena *, struct str input);

/* The next part of an input that holds several, as far as a byte 0xFF; *rest moves behind it. */
struct str fuzz_part(struct str *rest);

#define HOLD(what)                                                                    \
    do {                                                                              \
        if (!(what)) {                                                                \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #what); \
            abort();                                                                  \
        }                                                                             \
    } while (0)

#endif
