/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a child process may do; private to child.c. See sandbox.c.
 */
#ifndef TIAN_SANDBOX_H
#define TIAN_SANDBOX_H

#include "base/child.h"

struct sandbox {
    struct child_limits limits; /* no zeros left */
    const char *program;        /* what it will run; NULL: it only computes */
    size_t mapped;              /* bytes of address space it starts with, which do not count */
};

/* In the parent, before the fork: ask the kernel, make the filters (once). Returns what there is. */
const char *sandbox_prepare(void);

/* In the child, for good. False when limits.strict asks for more than the kernel has. */
bool sandbox_enter(const struct sandbox *);

#endif
