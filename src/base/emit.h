/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * JSON, one call sequence, to a buf. Commas and quoting are its business.
 * Invalid UTF-8 is written as U+FFFD: the output is always valid JSON.
 */
#ifndef TIAN_EMIT_H
#define TIAN_EMIT_H

#include "base/buf.h"

struct emit {
    struct buf *out;
    bool pretty; /* two blanks an indent, else one line */
    bool comma;  /* private */
    unsigned depth;
};

void emit_init(struct emit *, struct buf *out, bool pretty);
/* key is NULL inside arrays and at the top. */
void emit_object(struct emit *, const char *key);
void emit_array(struct emit *, const char *key);
void emit_end_object(struct emit *);
void emit_end_array(struct emit *);
void emit_str(struct emit *, const char *key, struct str value);
void emit_cstr(struct emit *, const char *key, const char *value); /* NULL: null */
void emit_uint(struct emit *, const char *key, uint64_t value);
void emit_int(struct emit *, const char *key, int64_t value);
void emit_double(struct emit *, const char *key, double value, int digits); /* digits behind the point */
void emit_bool(struct emit *, const char *key, bool value);
void emit_newline(struct emit *); /* after a top-level value */

/* Append s to out as the inside of a JSON string / of HTML / as a CSV cell
 * (quoted when needed; a leading = + - @ gets a ' so that no spreadsheet runs it) /
 * as a part of an address, slashes kept or not. */
void escape_json(struct buf *out, struct str s);
void escape_html(struct buf *out, struct str s);
void escape_csv(struct buf *out, struct str s);
void escape_url(struct buf *out, struct str s, bool keep_slash);

#endif
