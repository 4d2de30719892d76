/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * duplicate: is this draft new? Candidates from the whole base, then exact
 * comparison clause by clause on the stored text, then a verdict by the rules
 * of share/verdict.conf.
 */
#ifndef TIAN_DUPLICATE_H
#define TIAN_DUPLICATE_H

#include "store/store.h"

struct verdict_rules;
/* share/verdict.conf and share/hints.conf (folder NULL: the installed share). TIAN_EFORMAT names the line.
 * Lives with the arena. */
int verdict_load(struct ctx *, struct arena *, const char *share_folder, struct verdict_rules **out);

/* Everything in out is owned by ctx->arena. Errors as tian_check(). */
int duplicate_check(struct ctx *, const struct reader *, const struct verdict_rules *, struct str draft,
                    const struct tian_check_options *, struct tian_check *out);

#endif
