/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Waiting for changes in folders. It only says that something changed, not what:
 * whoever asks looks for himself, so that lost events cost nothing.
 */
#ifndef TIAN_WATCH_H
#define TIAN_WATCH_H

#include "base/ctx.h"

struct watch;

/* Closed with the arena. TIAN_EIO when the kernel has no more watches to give. */
int watch_new(struct ctx *, struct arena *, struct watch **out);

/* Watch path from now on: a folder with all below it but hidden ones and `except` (a canonical path or NULL),
 * or the folder of a file. Doing so again adds folders that are new. A path that is not there is no error. */
int watch_path(struct ctx *, struct watch *, const char *path, const char *except);

/* Until something changed and then nothing for quiet_ms (or changes went on for 20 times as long). Of changes
 * since watch_path() none is missed. TIAN_ECANCELLED after cancel_request(). */
int watch_wait(struct ctx *, struct watch *, int quiet_ms);

#endif
