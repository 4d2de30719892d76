/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The one reader of the text files an office edits: `[section]`, `key = value`
 * or bare lines, `#` comments (at the start of a line or behind blanks), blank
 * lines. It only cuts lines; what a line means is the caller's. And where such
 * files are found: $TIAN_SHARE, then the source tree's share/, then the
 * installed one.
 */
#ifndef TIAN_CONFIG_H
#define TIAN_CONFIG_H

#include "base/ctx.h"

struct config_line {
    struct str section; /* of the last [section]; empty before the first */
    struct str key;     /* before the first " = " or "="; the whole line when there is none */
    struct str value;   /* empty when there is no "=" */
    bool assigned;      /* there was a "=" */
    unsigned line;      /* from 1 */
};

/* visit returns 0 to go on. Also called for each [section] line, with key.n == 0.
 * Invalid UTF-8: TIAN_EFORMAT with the line. */
typedef int config_visit(void *self, const struct config_line *);
int config_read(struct ctx *, struct str text, const char *name, config_visit *, void *self);

/* The next item of a comma-separated list (full-width commas and 、 too), trimmed; false at the end. */
bool config_item(struct str *rest, struct str *item);

/* An item without the note in brackets behind it: "计划委员会(-2001)" → "计划委员会". */
struct str config_without_note(struct str item);

/* Path of a file below share/, owned by arena; NULL when no share folder has it. */
const char *share_path(struct arena *, const char *name);

#endif
