/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a saved search finds that it had not found before. The lists give its
 * candidates; those whose content was seen need no reading, the others are
 * verified on their text as in any search, and are new unless that text was seen
 * (the data beside it has changed). So a daily run reads the day's documents only.
 */
#include "search/hit.h"
#include "search/search.h"

#include <stdlib.h>

enum {
    BEST = 50 /* of a question */
};

struct freshness {
    struct run run;
    struct watch_key *by_content, *by_text;
    size_t nseen;
    struct spots spots;
    vec_of(struct tian_hit) hits;
    struct search_fresh *out;
};

static int content_order(const void *a, const void *b)
{
    uint64_t x = ((const struct watch_key *)a)->content, y = ((const struct watch_key *)b)->content;
    return x < y ? -1 : x > y;
}

static int text_order(const void *a, const void *b)
{
    uint64_t x = ((const struct watch_key *)a)->text, y = ((const struct watch_key *)b)->text;
    return x < y ? -1 : x > y;
}

static struct watch_key *sorted(struct arena *arena, const struct watch_keys *keys,
                                int (*order)(const void *, const void *))
{
    struct watch_key *copy = arena_array(arena, struct watch_key, keys->n + 1);
    if (keys->n > 0) {
        memcpy(copy, keys->at, keys->n * sizeof *copy);
        qsort(copy, keys->n, sizeof *copy, order);
    }
    return copy;
}

static const struct watch_key *find_seen(const struct freshness *f, const struct watch_key *key, bool by_text)
{
    if (f->nseen == 0)
        return NULL;
    return by_text ? bsearch(key, f->by_text, f->nseen, sizeof *key, text_order)
                   : bsearch(key, f->by_content, f->nseen, sizeof *key, content_order);
}

static uint64_t text_hash(const struct document *d)
{
    return hash_mix(hash_mix(hash_str(d->id)) ^ hash_str(d->title)) ^ hash_str(d->body);
}

static struct watch_key key_of(const struct freshness *f, uint32_t doc)
{
    return (struct watch_key){ .content =
                                   snapshot_number(f->run.reader->snapshot, doc, COLUMN_CONTENT_HASH) };
}

/* It is found, and stands on the run's page. */
static void take(struct freshness *f, const struct found *found)
{
    struct watch_key key = key_of(f, found->doc);
    struct tian_hit hit;
    key.text = text_hash(&f->run.page.document);
    vec_push(&f->out->all, key);
    if (find_seen(f, &key, true))
        return;
    hit_make(&f->run, found, &f->spots, &hit);
    vec_push(&f->hits, hit);
}

static int take_candidate(struct freshness *f, uint32_t doc, enum reading reading)
{
    struct run *run = &f->run;
    struct watch_key key = key_of(f, doc);
    const struct watch_key *seen = find_seen(f, &key, false);
    bool yes = false;
    if (seen) {
        vec_push(&f->out->all, *seen);
        return 0;
    }
    int code = run_verify(run, doc, reading, &yes);
    bool exact = yes && reading == READ_EXACT;
    if (!code && yes && run->stages[0].reading == READ_EXACT && !exact)
        code = run_verify(run, doc, READ_EXACT, &exact);
    if (!code && yes)
        code = page_load(run->ctx, run->reader, doc, run->options->role, &run->page);
    if (!code && yes)
        take(f, &(struct found){ .doc = doc, .exact = exact });
    return code ? code : ctx_check(run->ctx);
}

/* Newer documents have higher numbers. */
static int take_candidates(struct freshness *f, const struct stage *stage)
{
    int code = 0;
    for (size_t i = stage->set.docs.n; i-- > 0 && !code;)
        code = take_candidate(f, stage->set.docs.at[i], stage->reading);
    return code;
}

/* Who leaves the best and comes back is not new. */
static void keep_seen(struct freshness *f, const struct watch_keys *seen)
{
    struct watch_keys now = f->out->all;
    struct watch_key *by_text = sorted(f->run.ctx->arena, &now, text_order);
    for (size_t i = 0; i < seen->n; i++)
        if (now.n == 0 || !bsearch(&seen->at[i], by_text, now.n, sizeof *by_text, text_order))
            vec_push(&f->out->all, seen->at[i]);
}

static int take_best(struct run *run, const struct found *found, void *self)
{
    struct freshness *f = self;
    struct watch_key key = key_of(f, found->doc);
    const struct watch_key *seen = find_seen(f, &key, false);
    if (seen)
        vec_push(&f->out->all, *seen);
    else
        take(f, found);
    (void)run;
    return 0;
}

int search_fresh(struct ctx *ctx, const struct reader *reader, const struct watch *watch,
                 struct search_fresh *out)
{
    struct tian_search_options options = { .match = (enum tian_match)watch->match, .count = BEST };
    struct freshness f = { .nseen = watch->seen.n, .out = out };
    *out = (struct search_fresh){ .nhits = 0 };
    options.theme = watch->theme.n > 0 ? arena_cstr(ctx->arena, watch->theme) : NULL;
    vec_init(&out->all, ctx->arena);
    vec_init(&f.spots, ctx->arena);
    vec_init(&f.hits, ctx->arena);
    f.by_content = sorted(ctx->arena, &watch->seen, content_order);
    f.by_text = sorted(ctx->arena, &watch->seen, text_order);
    int code = run_open(&f.run, ctx, reader, watch->query, &options);
    if (!code && f.run.nstages == 0)
        return ctx_fail(ctx, TIAN_EUSAGE, NULL, "the query is empty", "查询为空");
    if (code)
        return code;
    const struct stage *last = &f.run.stages[f.run.nstages - 1];
    code = last->set.everything ? run_walk(&f.run, take_best, &f) : take_candidates(&f, last);
    out->total = out->all.n;
    if (!code && last->set.everything)
        keep_seen(&f, &watch->seen);
    out->hits = f.hits.at;
    out->nhits = f.hits.n;
    out->notes = f.run.plan.notes;
    out->nnotes = f.run.plan.nnotes;
    return code;
}
