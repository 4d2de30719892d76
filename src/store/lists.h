/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to store/: files of lists of documents by 32-bit key (letters, pairs,
 * clause fingerprints). One format, one builder, one merge. See lists.c.
 */
#ifndef TIAN_LISTS_H
#define TIAN_LISTS_H

#include "store/store.h"

/* Collects (key, document) of one batch; documents must come in ascending order. */
struct list_builder;
struct list_builder *list_builder_new(struct arena *);
void list_builder_put(struct list_builder *, uint32_t doc, const uint32_t *keys,
                      size_t n); /* keys distinct */
/* Sort, encode and write the file; the builder is empty again afterwards. ndocs: documents of the segment. */
int list_builder_write(struct ctx *, struct list_builder *, const char *path, uint32_t ndocs);

struct lists; /* one file, mapped */
int lists_open(struct ctx *, struct arena *, const char *path, struct lists **out);
uint32_t lists_documents(const struct lists *); /* ndocs of the file */
uint32_t lists_count(const struct lists *, uint32_t key);
/* Documents in all n lists, each plus base, appended to out. */
void lists_intersect(const struct lists *, const uint32_t *keys, size_t n, uint32_t base, struct docs *out);
/* Keep of docs[0..n) (ascending, base added) those that are in the list; returns how many are left. */
size_t lists_filter(const struct lists *, uint32_t key, uint32_t base, uint32_t *docs, size_t n);
/* Every list in ascending order of keys. */
typedef int lists_visit(void *self, uint32_t key, const uint32_t *docs, size_t n);
int lists_each(struct ctx *, const struct lists *, lists_visit *, void *self);
/* One file of several; document d of in[i] becomes d + base[i]; bases ascending. */
int lists_merge(struct ctx *, struct lists *const *in, const uint32_t *base, size_t n, uint32_t ndocs,
                const char *path);

#endif
