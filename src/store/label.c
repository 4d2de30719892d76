/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What an officer says of a document's theme. It is kept in the document's record
 * and nowhere else: the record is put once more with the new labels, so this is
 * one small commit like any other, and whatever replays records (recovery,
 * rebuild, compaction, a restored backup) has it. An import that reads the same
 * document anew takes it over from the version it replaces (build.c).
 */
#include "store/commit.h"

struct labelling {
    const struct officer_label *labels;
    size_t n;
    const struct builder *builder;
    struct snapshot *base;
    bool given;
};

/* All of them are one job. */
static int next_job(void *self, struct ctx *ctx, struct arena *arena, void **job)
{
    struct labelling *l = self;
    (void)ctx;
    (void)arena;
    *job = l->given ? NULL : l;
    l->given = true;
    return 0;
}

static int label_one(struct ctx *ctx, struct batch *batch, const struct labelling *l,
                     const struct officer_label *said)
{
    struct document d;
    uint32_t doc;
    int rc = snapshot_find(ctx, l->base, said->id, &doc);
    if (!rc)
        rc = snapshot_document(ctx, l->base, batch_arena(batch), doc, &d);
    if (rc)
        return rc;
    document_officer(batch_arena(batch), &d, said->themes);
    document_label(l->builder, batch_cutter(batch), batch_arena(batch), &d);
    return batch_put(ctx, batch, &d, NULL);
}

static int make(void *self, struct ctx *ctx, struct batch *batch, void *job)
{
    const struct labelling *l = self;
    int rc = 0;
    (void)job;
    for (size_t i = 0; !rc && i < l->n; i++)
        rc = label_one(ctx, batch, l, &l->labels[i]);
    return rc;
}

static int build_and_commit(struct ctx *ctx, struct store *store, struct labelling *l,
                            const struct import_options *options)
{
    struct build_options how = {
        .jobs = 1, .share = options->share, .lexicon = options->lexicon, .base = l->base
    };
    struct feed feed = { .self = l, .next = next_job, .make = make };
    return store_build(ctx, store, &feed, &how);
}

int store_label(struct ctx *ctx, struct store *store, const struct officer_label *labels, size_t n,
                const struct import_options *options)
{
    struct ctx inner = { .arena = arena_new(ctx->arena), .error = ctx->error, .deadline = ctx->deadline };
    struct labelling l = { .labels = labels, .n = n, .builder = options->builder };
    int rc = store_begin(&inner, store);
    if (!rc) {
        l.base = store_base(&inner, store);
        rc = build_and_commit(&inner, store, &l, options);
    }
    if (!rc)
        rc = store_merge(&inner, store, MERGE_DUE, options->jobs);
    arena_free(inner.arena);
    return rc;
}
