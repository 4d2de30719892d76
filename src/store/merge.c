/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Keeping few segments. Sizes are kept growing by at least two from the newest
 * to the oldest, and four are joined rather than two, so a document is written
 * again about log4(n) times; more than MANY_SEGMENTS never stand for long.
 *
 *   newest ▏▏▏▏ ──▶ ▎   ▎▎▎▎ ──▶ █   …   ████████ oldest
 *
 * A joined segment is made beside what is served, in a folder of its own, from files that
 * do not change; that takes the time and needs nobody's turn. Putting it in its
 * place is a commit of its own: the dead are those of that moment, and when the
 * inputs are not served side by side any more, it is thrown away. The documents
 * keep their numbers in all this: order and dead stay.
 */
#include "store/commit.h"

enum {
    AT_ONCE = 4,
    MANY_SEGMENTS = 8
};

struct merging {
    struct arena *arena;
    struct store *store;
    struct snapshot *s; /* what it is made from */
    size_t first, n;    /* segments of it */
    const char *folder;
    struct str files; /* lines of the manifest */
};

/* ---- What to join ------------------------------------------------------------------------ */

/* Segments nobody is joining: the newest ones whose numbers are not below `above`; none of an old format, nor
 * what is older. */
static size_t free_segments(const struct snapshot *s, unsigned above)
{
    size_t n = 0;
    while (n < s->nsegments && s->manifest.segments.at[s->nsegments - 1 - n].number >= above &&
           !s->segments[s->nsegments - 1 - n].segment->is_old)
        n++;
    return n;
}

/* How many of the newest n segments to join: as long as the next older one is less than twice their sum. */
static size_t merge_count(const struct snapshot *s, size_t n, uint64_t most)
{
    const struct snapshot_segment *newest = s->segments + s->nsegments - 1;
    size_t take = 1;
    if (n < 2)
        return 0;
    uint64_t sum = newest->segment->count;
    while (take < n) {
        uint64_t older = newest[-(ptrdiff_t)take].segment->count;
        if (older >= 2 * sum || sum + older > most)
            break;
        sum += older;
        take++;
    }
    if (take >= AT_ONCE)
        return take;
    if (n <= MANY_SEGMENTS)
        return 0;
    return take >= 2 ? take : newest->segment->count + newest[-1].segment->count <= most ? 2 : 0;
}

static uint64_t limit_of(enum merge_how how)
{
    return how == MERGE_CHEAP ? 2000 : UINT64_MAX; /* documents: some 0.1 s */
}

bool store_join_due(struct store *store, size_t *segments)
{
    pthread_mutex_lock(&store->mutex);
    const struct snapshot *s = store->current;
    bool due = s && merge_count(s, free_segments(s, 0), UINT64_MAX) > 0;
    *segments = s ? s->nsegments : 0;
    pthread_mutex_unlock(&store->mutex);
    return due;
}

/* ---- Making ---------------------------------------------------------------------------------- */

/* A damaged segment must not get a new checksum: it is left for verify to name. */
static bool all_whole(struct ctx *ctx, const struct merging *m)
{
    struct ctx quiet = { .arena = ctx->arena };
    for (size_t i = m->first; i < m->first + m->n; i++)
        if (segment_check(&quiet, m->s->segments[i].segment->folder, m->s->manifest.segments.at[i].files,
                          true))
            return false;
    return true;
}

static int make(struct ctx *ctx, struct merging *m, unsigned jobs)
{
    const char **folders = arena_array(m->arena, const char *, m->n);
    struct file_syncs *syncs = file_syncs_new(m->arena);
    struct buf lines;
    buf_init(&lines, m->arena);
    for (size_t i = 0; i < m->n; i++)
        folders[i] = m->s->segments[m->first + i].segment->folder;
    int rc = file_remove_tree(ctx, m->folder);
    if (!rc)
        rc = segment_merge(ctx, folders, m->n, m->folder, jobs);
    if (!rc)
        rc = segment_seal(ctx, m->folder, syncs, &lines);
    m->files = buf_view(&lines);
    return rc ? rc : file_sync_all(ctx, syncs);
}

/* Where a merge is made: one runs in the writer's turn, one may run beside. */
static const char *const folders_of_merges[] = { "joining", "merging" };

void store_sweep_merges(struct ctx *ctx, const struct store *store)
{
    struct ctx quiet = { .arena = ctx->arena };
    for (size_t i = 0; i < 2; i++)
        (void)file_remove_tree(&quiet, path_join(ctx->arena, store->path, folders_of_merges[i]));
}

/* *out: held by ctx->arena; NULL when there is nothing to do. */
static int merge_make(struct ctx *ctx, struct store *store, enum merge_how how, bool beside, unsigned jobs,
                      struct merging **out)
{
    struct merging *m = arena_new_of(ctx->arena, struct merging);
    *out = NULL;
    m->arena = ctx->arena;
    m->store = store;
    m->s = store_base(ctx, store);
    size_t n = free_segments(m->s, how == MERGE_CHEAP ? store->joining : 0);
    m->n = how == MERGE_ALL ? (n > 1 ? n : 0) : merge_count(m->s, n, limit_of(how));
    m->first = m->s->nsegments - m->n;
    m->folder = path_join(ctx->arena, store->path, folders_of_merges[beside]);
    if (m->n == 0 || !all_whole(ctx, m))
        return 0;
    int rc = make(ctx, m, jobs);
    if (rc) {
        struct ctx quiet = { .arena = ctx->arena };
        (void)file_remove_tree(&quiet, m->folder);
        return rc;
    }
    *out = m;
    return 0;
}

/* ---- Putting it in its place -------------------------------------------------------------------- */

/* Where the inputs stand now; false when they do not stand side by side any more. */
static bool find_inputs(const struct merging *m, const struct snapshot *now, size_t *first)
{
    const struct manifest_segment *was = &m->s->manifest.segments.at[m->first];
    for (*first = 0; *first + m->n <= now->nsegments; ++*first) {
        const struct manifest_segment *is = &now->manifest.segments.at[*first];
        size_t same = 0;
        while (same < m->n && is[same].number == was[same].number)
            same++;
        if (same == m->n)
            return true;
    }
    return false;
}

struct joined {
    struct manifest manifest; /* the one to write */
    struct manifest_segment segment;
    struct docs dead; /* of it */
};

static void take_segment(struct joined *j, const struct snapshot_segment *seg)
{
    for (uint32_t d = 0; seg->dead && d < seg->segment->count; d++)
        if (seg->dead[d / 64] >> d % 64 & 1)
            vec_push(&j->dead, j->segment.count + d);
    j->segment.count += seg->segment->count;
}

static void plan_joined(struct ctx *ctx, const struct merging *m, const struct snapshot *now, size_t first,
                        struct joined *j)
{
    *j = (struct joined){ .manifest = now->manifest };
    vec_init(&j->dead, ctx->arena);
    vec_init(&j->manifest.segments, ctx->arena);
    j->segment.number = j->manifest.next_segment++;
    j->segment.files = m->files;
    j->manifest.generation++;
    for (size_t i = 0; i < now->nsegments; i++)
        if (i >= first && i < first + m->n)
            take_segment(j, &now->segments[i]);
    j->segment.dead = (uint32_t)j->dead.n;
    j->segment.dead_generation = j->dead.n ? j->manifest.generation : 0;
    for (size_t i = 0; i < now->nsegments; i++)
        if (i == first)
            vec_push(&j->manifest.segments, j->segment);
        else if (i < first || i >= first + m->n)
            vec_push(&j->manifest.segments, now->manifest.segments.at[i]);
}

static int write_joined(struct ctx *ctx, const struct merging *m, const struct joined *j)
{
    const char *index = m->store->path, *to = segment_path(ctx->arena, index, j->segment.number);
    struct file_syncs *syncs = file_syncs_new(ctx->arena);
    int rc = file_remove_tree(ctx, to);
    if (!rc)
        rc = file_rename(ctx, m->folder, to);
    if (!rc && j->dead.n) {
        const char *dead = dead_path(ctx->arena, index, j->segment.number, j->segment.dead_generation);
        file_sync_later(syncs, dead);
        rc = dead_write(ctx, dead, &j->dead);
    }
    file_sync_later(syncs, path_join(ctx->arena, index, "segments"));
    if (!rc)
        rc = file_sync_all(ctx, syncs);
    return rc ? rc : manifest_write(ctx, index, &j->manifest);
}

static int merge_install(struct ctx *ctx, struct merging *m)
{
    struct snapshot *now = store_base(ctx, m->store);
    struct joined j;
    size_t first;
    int rc = 0;
    if (find_inputs(m, now, &first)) {
        plan_joined(ctx, m, now, first, &j);
        rc = write_joined(ctx, m, &j);
        if (!rc)
            rc = store_refresh(ctx, m->store);
        if (!rc)
            manifest_sweep(ctx, m->store->path, &j.manifest);
    }
    struct ctx quiet = { .arena = ctx->arena };
    (void)file_remove_tree(&quiet, m->folder);
    return rc;
}

int store_merge(struct ctx *ctx, struct store *store, enum merge_how how, unsigned jobs)
{
    struct ctx inner = { .arena = arena_new(ctx->arena), .error = ctx->error, .finishing = ctx->finishing };
    struct merging *m;
    int rc = merge_make(&inner, store, how, false, jobs, &m);
    if (!rc && m)
        rc = merge_install(&inner, m);
    arena_free(inner.arena);
    return rc;
}

/* ---- Beside other writers ---------------------------------------------------------------------------- */

int store_join_make(struct ctx *ctx, struct store *store, struct merging **out)
{
    pthread_mutex_lock(&store->mutex);
    store->joining = store->current->manifest.next_segment;
    pthread_mutex_unlock(&store->mutex);
    int rc = merge_make(ctx, store, MERGE_DUE, true, 1, out);
    if (rc || !*out)
        store->joining = 0;
    return rc;
}

int store_join_install(struct ctx *ctx, struct merging *m)
{
    int rc = merge_install(ctx, m);
    m->store->joining = 0;
    return rc;
}

int store_join_cheap(struct ctx *ctx, struct store *store)
{
    return store_merge(ctx, store, MERGE_CHEAP, 1);
}
