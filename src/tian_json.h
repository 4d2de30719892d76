/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to src/tian_json*.c: how an answer is written, and the pieces that
 * several of them have.
 */
#ifndef TIAN_JSON_H
#define TIAN_JSON_H

#include <tian.h>

#include "base/emit.h"

struct writing {
    void (*write)(struct emit *, const struct writing *);
    const void *what;
    const char *id; /* of the draft */
    const struct tian_check *similar;
    uint64_t rank;
    bool pretty;
    struct arena *arena;
    char *out;
};

/* A malloc'ed text; NULL when memory ran out. */
char *json_write(struct writing);

void json_put_text(struct emit *, const char *key, const struct tian_text *);
void json_put_hit(struct emit *, const struct tian_hit *, uint64_t rank);
void json_put_fields(struct emit *, const struct tian_field *, size_t n);  /* under "fields" */
void json_put_labels(struct emit *, const struct tian_label *, size_t n);  /* under "labels" */
void json_put_match_head(struct emit *, const struct tian_match_report *); /* what it is, and the verdict */
void json_put_strings(struct emit *, const char *key, const char *const *, size_t n);

#endif
