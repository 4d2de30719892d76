/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * rename: a text reused for another place, firm or person. Private to duplicate.
 */
#ifndef TIAN_RENAME_H
#define TIAN_RENAME_H

#include "duplicate/agree.h"

struct titled {
    const struct normal *title, *body;
};
/* Are the two titles the same but for one name each, which the other never mentions? */
bool is_renamed(struct agree *, const struct titled *, const struct titled *);

#endif
