/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The tables of the share folder behind an index handle, loaded anew when an
 * office has edited them. Once a second the call that comes first looks at names,
 * sizes and times of the files; when they differ it loads all tables again, and
 * who comes meanwhile works with the old ones:
 *
 *   index ─▶ tables 2 ◀─ calls            tables 1 ◀─ calls that began before,
 *                                                     results not yet freed
 *
 * Files that cannot be read as what they are leave the old tables in service, and
 * are tried again when they have changed once more; tian_reload() tells what is
 * wrong with them.
 */
#include "tian_call.h"

#include "base/config.h"
#include "base/file.h"
#include "base/map.h"
#include "duplicate/duplicate.h"
#include "search/search.h"

#include <assert.h>
#include <stdlib.h>

static const int64_t SECOND = 1000000000;

/* ---- The files -------------------------------------------------------------------------------- */

/* Files and folders of share/ that tables are made of. */
static const char *const NAMES[] = { "dict",        "stopwords.txt", "synonyms.txt",  "pinyin.txt",
                                     "fields.conf", "units",         "outcomes.conf", "verdict.conf",
                                     "hints.conf",  "themes",        "ranking.conf" };

static int stamp_file(void *self, const char *path, const struct file_info *info)
{
    uint64_t *stamp = self;
    uint64_t numbers[] = { info->size, (uint64_t)info->mtime_ns, (uint64_t)info->kind };
    *stamp = hash_bytes(path, strlen(path), *stamp);
    *stamp = hash_bytes(numbers, sizeof numbers, *stamp);
    return 0;
}

static void stamp_path(struct ctx *ctx, const char *path, uint64_t *stamp)
{
    if (path && path[0])
        (void)file_walk(ctx, path, stamp_file, stamp);
}

static const char *share_name(struct arena *arena, const struct tian_index *index, const char *name)
{
    return index->share ? path_join(arena, index->share, name) : share_path(arena, name);
}

static const char *themes_of(struct ctx *ctx, const struct tian_index *index)
{
    return index->themes ? index->themes : store_themes(ctx, ctx->arena, index->path);
}

static uint64_t stamp_now(struct ctx *ctx, const struct tian_index *index)
{
    struct ctx quiet = { .arena = ctx->arena };
    uint64_t stamp = 1;
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        stamp_path(&quiet, share_name(ctx->arena, index, NAMES[i]), &stamp);
    stamp_path(&quiet, themes_of(&quiet, index), &stamp);
    stamp_path(&quiet, getenv("TIAN_DICT"), &stamp);
    stamp_path(&quiet, getenv("TIAN_RANKING"), &stamp);
    return stamp;
}

/* ---- One set of tables --------------------------------------------------------------------------- */

static void release(void *arg)
{
    struct tables *tables = arg;
    if (--tables->references > 0)
        return;
    for (size_t i = 0; i < tables->nidle; i++)
        arena_free(tables->idle[i].arena);
    pthread_mutex_destroy(&tables->mutex);
    arena_free(tables->arena);
}

struct loading {
    struct tian_index *index;
    struct tian_error error;
    struct arena *arena; /* of the tables: freed by whoever runs this when it fails */
    struct tables *tables;
};

static int load(void *arg)
{
    struct loading *l = arg;
    const char *share = l->index->share;
    l->arena = arena_new(NULL);
    struct ctx ctx = { .arena = l->arena, .error = &l->error };
    struct tables *t = l->tables = arena_new_of(l->arena, struct tables);
    t->arena = l->arena;
    t->references = 1;
    t->stamp = stamp_now(&ctx, l->index);
    int rc = lexicon_load(&ctx, l->arena, share, &t->lexicon);
    if (!rc)
        rc = builder_new(&ctx, l->arena, share, themes_of(&ctx, l->index), &t->builder);
    if (!rc)
        rc = verdict_load(&ctx, l->arena, share, &t->rules);
    if (!rc)
        rc = pinyin_load(&ctx, l->arena, share, &t->pinyin);
    if (!rc)
        rc = ranking_load(&ctx, l->arena, share, &t->ranking);
    if (!rc)
        pthread_mutex_init(&t->mutex, NULL);
    return rc;
}

/* New tables become those of the index. */
static void serve(struct tian_index *index, struct tables *tables)
{
    pthread_mutex_lock(&index->mutex);
    struct tables *old = index->tables;
    index->tables = tables;
    index->tried = tables->stamp;
    pthread_mutex_unlock(&index->mutex);
    if (old)
        release(old);
}

static int reload(struct ctx *ctx, struct tian_index *index)
{
    struct loading l = { .index = index };
    int rc = mem_protect(load, &l);
    if (!rc) {
        serve(index, l.tables);
        return 0;
    }
    arena_free(l.arena);
    return ctx_fail(ctx, rc, l.error.where, "%s", "%s",
                    l.error.message[0] ? l.error.message : error_text(rc));
}

int tables_open(struct ctx *ctx, struct tian_index *index)
{
    index->looked = clock_now();
    return reload(ctx, index);
}

void tables_close(struct tian_index *index)
{
    if (index->tables)
        release(index->tables);
}

/* ---- Newer ones ------------------------------------------------------------------------------------ */

/* Is it this call's turn to look at the files? */
static bool is_due(struct tian_index *index)
{
    int64_t now = clock_now();
    pthread_mutex_lock(&index->mutex);
    bool due = now - index->looked >= SECOND;
    if (due)
        index->looked = now;
    pthread_mutex_unlock(&index->mutex);
    return due;
}

/* Are the files others than those tried last? They are tried from now on. */
static bool has_changed(struct tian_index *index, uint64_t stamp)
{
    pthread_mutex_lock(&index->mutex);
    bool changed = index->tried != stamp;
    index->tried = stamp;
    pthread_mutex_unlock(&index->mutex);
    return changed;
}

static void look(struct arena *arena, struct tian_index *index)
{
    struct ctx quiet = { .arena = arena_new(arena) };
    if (has_changed(index, stamp_now(&quiet, index)))
        (void)reload(&quiet, index);
    arena_free(quiet.arena);
}

void tables_take(struct call *call)
{
    struct tian_index *index = call->index;
    if (call->tables) /* a second try works with the same */
        return;
    if (is_due(index))
        look(call->ctx.arena, index);
    arena_prepare(call->ctx.arena);
    pthread_mutex_lock(&index->mutex);
    struct tables *tables = index->tables;
    tables->references++;
    pthread_mutex_unlock(&index->mutex);
    arena_defer(call->ctx.arena, release, tables);
    call->tables = tables;
}

static int run_reload(struct call *call)
{
    return reload(&call->ctx, call->index);
}

int tian_reload(struct tian_index *index, struct tian_error *error)
{
    struct call call = { .index = index, .run = run_reload };
    int rc = do_call(&call, error);
    arena_free(call.ctx.arena);
    return rc;
}
