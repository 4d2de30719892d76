/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * duplicate: is this draft new, and which proposals of a session are one? Candidates from the whole base,
 * then exact comparison clause by clause on the stored text, then a verdict by the rules of
 * share/verdict.conf.
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

/* Groups of an intake; see tian_merge(). Everything in out is owned by ctx->arena. */
int duplicate_merge(struct ctx *, const struct reader *, const struct verdict_rules *,
                    const struct decisions *, const struct tian_merge_options *, struct tian_merge *out);

/* The proposal that is called name: an id, or a number that one proposal of the session has. *session: term
 * and meeting as one number, 0: unknown. TIAN_ENOTFOUND; TIAN_EUSAGE: several have it. */
int duplicate_proposal(struct ctx *, const struct reader *, const struct tian_merge_options *,
                       const char *name, struct str *id, uint64_t *session);

/* See tian_merge_learn(); changed may be NULL. */
int duplicate_learn(struct ctx *, const struct reader *, const struct verdict_rules *,
                    const struct decisions *, bool json, struct buf *out, struct buf *changed);

#endif
