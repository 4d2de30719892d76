/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The façade of saved searches. A run changes nothing; what it found is marked as
 * seen by a second call, when it has reached its reader. Between the two another
 * process may add or remove watches: so that call reads them again, and changes
 * those that still ask the same.
 */
#include "tian_call.h"

#include "search/search.h"

#include <string.h>

/* A report, and what tian_watch_seen() needs of it. */
struct report {
    struct tian_watch_report shown;
    struct watch *watches; /* with the keys of all that was found, one each of shown.news */
};

static struct tian_watch public_watch(struct arena *arena, const struct watch *w)
{
    return (struct tian_watch){ .name = arena_cstr(arena, w->name),
                                .query = arena_cstr(arena, w->query),
                                .theme = arena_cstr(arena, w->theme),
                                .match = (enum tian_match)w->match,
                                .found = w->seen.n };
}

static struct watch *find_watch(const struct watches *all, struct str name)
{
    for (size_t i = 0; i < all->n; i++)
        if (str_eq(all->at[i].name, name))
            return &all->at[i];
    return NULL;
}

static int no_such(struct ctx *ctx, const char *name)
{
    return ctx_fail(ctx, TIAN_ENOTFOUND, name, "there is no watch of this name", "没有这个名字的订阅");
}

/* Under the lock, as they are now. */
static int read_locked(struct call *call, struct watches *out)
{
    int rc = watches_lock(&call->ctx, call->ctx.arena, call->index->path);
    return rc ? rc : watches_read(&call->ctx, call->ctx.arena, call->index->path, out);
}

/* ---- Adding --------------------------------------------------------------------------------------- */

struct adding {
    struct watch watch;
    struct search_fresh fresh;
};

static int read_first(struct call *call)
{
    struct adding *a = call->out;
    return search_fresh(&call->ctx, &call->reader, &a->watch, &a->fresh);
}

static bool is_name(struct str name)
{
    return name.n > 0 && !memchr(name.p, '\t', name.n) && !memchr(name.p, '\n', name.n);
}

/* Line ends and tabs of a query mean what blanks mean. */
static struct str one_line(struct arena *arena, const char *query)
{
    char *copy = arena_cstr(arena, str_of(query));
    for (char *p = copy; *p; p++)
        if (*p == '\t' || *p == '\n' || *p == '\r')
            *p = ' ';
    return str_trim(str_of(copy));
}

static int run_add(struct call *call)
{
    static const struct tian_search_options usual;
    const struct tian_search_options *o = call->c ? call->c : &usual;
    struct adding *a = call->out;
    struct watches all;
    a->watch = (struct watch){ .name = str_of(call->a),
                               .theme = str_of(o->theme ? o->theme : ""),
                               .query = one_line(call->ctx.arena, call->b),
                               .match = (int)o->match };
    if (!is_name(a->watch.name) || memchr(a->watch.theme.p, '\t', a->watch.theme.n))
        return ctx_fail(&call->ctx, TIAN_EUSAGE, call->a, "a name without tabs and line ends is wanted",
                        "名字不能为空，也不能含制表符和换行");
    int rc = read_newest(call, read_first);
    if (!rc)
        rc = read_locked(call, &all);
    if (!rc && find_watch(&all, a->watch.name))
        rc = ctx_fail(&call->ctx, TIAN_EUSAGE, call->a, "there is a watch of this name; remove it first",
                      "已有这个名字的订阅，请先删除");
    if (rc)
        return rc;
    a->watch.seen = a->fresh.all;
    vec_push(&all, a->watch);
    return watches_write(&call->ctx, call->index->path, &all);
}

int tian_watch_add(struct tian_index *index, const char *name, const char *query,
                   const struct tian_search_options *options, uint64_t *found, struct tian_error *error)
{
    struct adding adding = { .watch = { .match = 0 } };
    struct call call = {
        .index = index, .run = run_add, .a = name, .b = query, .c = options, .out = &adding
    };
    int rc = do_call(&call, error);
    if (found)
        *found = rc ? 0 : adding.fresh.total;
    arena_free(call.ctx.arena);
    return rc;
}

/* ---- Removing, listing -------------------------------------------------------------------------------- */

static int run_remove(struct call *call)
{
    struct watches all;
    int rc = read_locked(call, &all);
    if (rc)
        return rc;
    struct watch *found = find_watch(&all, str_of(call->a));
    if (!found)
        return no_such(&call->ctx, call->a);
    size_t behind = (size_t)(all.at + all.n - found) - 1;
    memmove(found, found + 1, behind * sizeof *found);
    all.n--;
    return watches_write(&call->ctx, call->index->path, &all);
}

int tian_watch_remove(struct tian_index *index, const char *name, struct tian_error *error)
{
    struct call call = { .index = index, .run = run_remove, .a = name };
    int rc = do_call(&call, error);
    arena_free(call.ctx.arena);
    return rc;
}

static int run_list(struct call *call)
{
    struct tian_watches *out = *(struct tian_watches **)call->out = hold_result(call, sizeof *out);
    struct watches all;
    int rc = watches_read(&call->ctx, call->ctx.arena, call->index->path, &all);
    if (rc)
        return rc;
    struct tian_watch *list = arena_array(call->ctx.arena, struct tian_watch, all.n + 1);
    for (size_t i = 0; i < all.n; i++)
        list[i] = public_watch(call->ctx.arena, &all.at[i]);
    *out = (struct tian_watches){ list, all.n };
    return 0;
}

int tian_watch_list(struct tian_index *index, struct tian_watches **out, struct tian_error *error)
{
    struct call call = { .index = index, .run = run_list, .out = out };
    int rc = do_call(&call, error);
    if (rc)
        *out = NULL;
    return rc;
}

void tian_watches_free(struct tian_watches *watches)
{
    free_result(watches);
}

/* ---- Running ---------------------------------------------------------------------------------------------
 */

struct run_args {
    const char *const *names;
    size_t n;
    struct watches watches; /* to be run */
};

/* Those that are named, in the order in which they were added; all when none is. */
static int choose(struct ctx *ctx, struct run_args *args, const struct watches *all)
{
    vec_init(&args->watches, ctx->arena);
    for (size_t i = 0; i < args->n; i++)
        if (!find_watch(all, str_of(args->names[i])))
            return no_such(ctx, args->names[i]);
    for (size_t i = 0; i < all->n; i++) {
        bool named = args->n == 0;
        for (size_t k = 0; k < args->n; k++)
            named = named || str_eq(all->at[i].name, str_of(args->names[k]));
        if (named)
            vec_push(&args->watches, all->at[i]);
    }
    return 0;
}

static int run_one(struct call *call, struct watch *watch, struct tian_watch_news *news)
{
    struct search_fresh fresh;
    int rc = search_fresh(&call->ctx, &call->reader, watch, &fresh);
    if (rc)
        return rc;
    *news = (struct tian_watch_news){ .watch = public_watch(call->ctx.arena, watch),
                                      .total = fresh.total,
                                      .hits = fresh.hits,
                                      .nhits = fresh.nhits,
                                      .notes = fresh.notes,
                                      .nnotes = fresh.nnotes };
    watch->seen = fresh.all;
    return 0;
}

static int read_news(struct call *call)
{
    const struct run_args *args = call->a;
    struct arena *arena = call->ctx.arena;
    struct report *out = hold_result(call, sizeof *out);
    size_t n = args->watches.n;
    struct tian_watch_news *news = arena_array(arena, struct tian_watch_news, n + 1);
    out->watches = arena_array(arena, struct watch, n + 1);
    out->shown = (struct tian_watch_report){ news, n };
    *(struct tian_watch_report **)call->out = &out->shown;
    int rc = 0;
    for (size_t i = 0; i < n && !rc; i++) {
        out->watches[i] = args->watches.at[i];
        rc = run_one(call, &out->watches[i], &news[i]);
    }
    return rc;
}

static int run_run(struct call *call)
{
    struct run_args *args = (struct run_args *)(uintptr_t)call->a;
    struct watches all;
    int rc = watches_read(&call->ctx, call->ctx.arena, call->index->path, &all);
    if (!rc)
        rc = choose(&call->ctx, args, &all);
    return rc ? rc : read_newest(call, read_news);
}

int tian_watch_run(struct tian_index *index, const char *const *names, size_t n,
                   struct tian_watch_report **out, struct tian_error *error)
{
    struct run_args args = { .names = names, .n = n };
    struct call call = { .index = index, .run = run_run, .a = &args, .out = out };
    int rc = do_call(&call, error);
    if (rc)
        *out = NULL;
    return rc;
}

static bool same_search(const struct watch *a, const struct watch *b)
{
    return str_eq(a->query, b->query) && str_eq(a->theme, b->theme) && a->match == b->match;
}

static int run_seen(struct call *call)
{
    const struct report *report = call->a;
    struct watches all;
    int rc = read_locked(call, &all);
    if (rc)
        return rc;
    for (size_t i = 0; i < report->shown.nnews; i++) {
        struct watch *watch = find_watch(&all, report->watches[i].name);
        if (watch && same_search(watch, &report->watches[i]))
            watch->seen = report->watches[i].seen;
    }
    return watches_write(&call->ctx, call->index->path, &all);
}

int tian_watch_seen(struct tian_index *index, const struct tian_watch_report *report,
                    struct tian_error *error)
{
    struct call call = { .index = index, .run = run_seen, .a = report };
    int rc = do_call(&call, error);
    arena_free(call.ctx.arena);
    return rc;
}

void tian_watch_report_free(struct tian_watch_report *report)
{
    free_result(report); /* it is the first member of what is held */
}
