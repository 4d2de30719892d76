/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The façade of merging. Decisions are checked against those that stand while
 * their lock is held, so two officers at two desks cannot make a chain.
 */
#include "tian_call.h"

#include "duplicate/duplicate.h"

#include <string.h>

enum {
    USUAL_MS = 600 * 1000
};

static const struct tian_merge_options usual;

/* ---- Groups --------------------------------------------------------------------------------- */

static int read_groups(struct call *call)
{
    struct tian_merge *out = *(struct tian_merge **)call->out = hold_result(call, sizeof *out);
    struct decisions decisions;
    int rc = decisions_read(&call->ctx, call->ctx.arena, call->index->path, &decisions);
    return rc ? rc
              : duplicate_merge(&call->ctx, &call->reader, call->tables->rules, &decisions,
                                call->a ? call->a : &usual, out);
}

static int run_groups(struct call *call)
{
    const struct tian_merge_options *o = call->a;
    set_deadline(call, o ? o->deadline_ms : 0, USUAL_MS);
    return read_newest(call, read_groups);
}

int tian_merge(struct tian_index *index, const struct tian_merge_options *options, struct tian_merge **out,
               struct tian_error *error)
{
    struct call call = { .index = index, .run = run_groups, .a = options, .out = out };
    int rc = do_call(&call, error);
    if (rc)
        *out = NULL;
    return rc;
}

void tian_merge_free(struct tian_merge *merge)
{
    free_result(merge);
}

/* ---- Deciding --------------------------------------------------------------------------------- */

struct deciding {
    const struct tian_merge_options *options;
    const char *main; /* accepting: the first name; NULL when refusing */
    const char *const *others;
    size_t n; /* names in all */
    struct str *ids;
    size_t nids;
};

static const char *name_of(const struct deciding *d, size_t i)
{
    return d->main ? (i == 0 ? d->main : d->others[i - 1]) : d->others[i];
}

static int find_names(struct call *call)
{
    struct deciding *d = call->out;
    uint64_t first = 0, session = 0;
    int rc = 0;
    d->ids = arena_array(call->ctx.arena, struct str, d->n + 1);
    for (d->nids = 0; !rc && d->nids < d->n; d->nids += !rc) {
        const char *name = name_of(d, d->nids);
        rc = duplicate_proposal(&call->ctx, &call->reader, d->options, name, &d->ids[d->nids], &session);
        first = d->nids == 0 ? session : first;
        if (!rc && d->main && session && first && session != first)
            rc = ctx_fail(&call->ctx, TIAN_EUSAGE, name, "it is of another session than the main proposal",
                          "它与主提案不是同一次会议的");
    }
    return rc;
}

/* Those proposed below the main one, which was given alone. */
static int take_proposed(struct call *call, struct deciding *d, const struct tian_merge *m)
{
    for (size_t i = 0; i < m->ngroups; i++) {
        const struct tian_merge_group *g = &m->groups[i];
        if (!str_eq(str_of(g->proposals[0].id), d->ids[0]) || !g->open)
            continue;
        struct str *ids = arena_array(call->ctx.arena, struct str, g->nproposals + 1);
        ids[0] = d->ids[0];
        d->nids = 1;
        for (size_t k = 1; k < g->nproposals; k++)
            if (!g->proposals[k].accepted)
                ids[d->nids++] = str_of(g->proposals[k].id);
        d->ids = ids;
        return 0;
    }
    return ctx_fail(&call->ctx, TIAN_ENOTFOUND, d->main, "no group is proposed with it as the main one",
                    "没有以它为主提案的建议组");
}

static int find_proposed(struct call *call)
{
    struct deciding *d = call->out;
    struct decisions decisions;
    struct tian_merge *merge = arena_new_of(call->ctx.arena, struct tian_merge);
    struct tian_merge_options options = *d->options;
    options.role = TIAN_ROLE_OFFICER;
    int rc = find_names(call);
    if (!rc)
        rc = decisions_read(&call->ctx, call->ctx.arena, call->index->path, &decisions);
    if (!rc)
        rc = duplicate_merge(&call->ctx, &call->reader, call->tables->rules, &decisions, &options, merge);
    return rc ? rc : take_proposed(call, d, merge);
}

static const char *text_of(struct call *call, struct str s)
{
    return arena_cstr(call->ctx.arena, s);
}

/* What stands must not become a chain, nor be undone in passing. */
static int check_accept(struct call *call, const struct deciding *d, const struct decisions *now)
{
    struct ctx *ctx = &call->ctx;
    struct str above = decisions_main(now, d->ids[0]);
    if (above.n > 0 && !str_eq(above, d->ids[0]))
        return ctx_fail(ctx, TIAN_EUSAGE, text_of(call, d->ids[0]),
                        "it is merged into %s: accept with that as the main one, or refuse this pair first",
                        "它已并入 %s：请以后者为主提案，或先用 --refuse 撤销", text_of(call, above));
    for (size_t i = 1; i < d->nids; i++) {
        struct str main = decisions_main(now, d->ids[i]);
        if (str_eq(d->ids[i], d->ids[0]))
            return ctx_fail(ctx, TIAN_EUSAGE, text_of(call, d->ids[i]), "it is named twice", "重复列出");
        if (main.n > 0 && !str_eq(main, d->ids[0]))
            return ctx_fail(ctx, TIAN_EUSAGE, text_of(call, d->ids[i]),
                            str_eq(main, d->ids[i]) ? "it is the main proposal of another group%.0s"
                                                    : "it is merged into %s: refuse that pair first",
                            str_eq(main, d->ids[i]) ? "它是另一组的主提案%.0s"
                                                    : "它已并入 %s：请先用 --refuse 撤销",
                            text_of(call, main));
    }
    return 0;
}

static int check_refuse(struct call *call, const struct deciding *d, const struct decisions *now)
{
    struct str a = decisions_main(now, d->ids[0]), b = decisions_main(now, d->ids[1]);
    if (str_eq(d->ids[0], d->ids[1]))
        return ctx_fail(&call->ctx, TIAN_EUSAGE, text_of(call, d->ids[0]), "it is named twice", "重复列出");
    if (a.n > 0 && str_eq(a, b) && !str_eq(a, d->ids[0]) && !str_eq(a, d->ids[1]))
        return ctx_fail(&call->ctx, TIAN_EUSAGE, text_of(call, d->ids[1]),
                        "both are merged into %s: refuse one of them with that",
                        "两件都已并入 %s：请拆开其中一件与它", text_of(call, a));
    return 0;
}

static int record(struct call *call, const struct deciding *d)
{
    struct decisions now;
    struct decision one = { .refuses = !d->main, .ids = d->ids, .nids = d->nids };
    int rc = decisions_lock(&call->ctx, call->ctx.arena, call->index->path);
    if (!rc)
        rc = decisions_read(&call->ctx, call->ctx.arena, call->index->path, &now);
    if (!rc)
        rc = !d->main ? check_refuse(call, d, &now) : check_accept(call, d, &now);
    return rc ? rc : decisions_append(&call->ctx, call->index->path, &one);
}

static void say_decided(const struct deciding *d, struct buf *out)
{
    if (!d->main) {
        buf_printf(out, say("%.*s and %.*s are not to be merged", "%.*s 与 %.*s 不并案"), STR_ARG(d->ids[0]),
                   STR_ARG(d->ids[1]));
        return;
    }
    for (size_t i = 1; i < d->nids; i++)
        buf_printf(out, "%s%.*s", i > 1 ? say(", ", "、") : "", STR_ARG(d->ids[i]));
    buf_printf(out, say(" merged into %.*s", " 并入 %.*s"), STR_ARG(d->ids[0]));
}

static int run_decide(struct call *call)
{
    struct deciding *d = (struct deciding *)(uintptr_t)call->a;
    char **said = call->out;
    struct buf text;
    call->out = d;
    set_deadline(call, d->options->deadline_ms, USUAL_MS);
    int rc = read_newest(call, d->n == 1 ? find_proposed : find_names);
    if (!rc)
        rc = record(call, d);
    call->out = said;
    if (rc)
        return rc;
    buf_init(&text, call->ctx.arena);
    say_decided(d, &text);
    return give_string(call, &text);
}

static int decide(struct tian_index *index, struct deciding *d, char **said, struct tian_error *error)
{
    char *unused = NULL;
    struct call call = { .index = index, .run = run_decide, .a = d, .out = said ? said : &unused };
    int rc = finish_string(&call, call.out, error);
    tian_string_free(unused);
    return rc;
}

int tian_merge_accept(struct tian_index *index, const struct tian_merge_options *options, const char *main,
                      const char *const *ids, size_t n, char **said, struct tian_error *error)
{
    struct deciding d = { .options = options ? options : &usual, .main = main, .others = ids, .n = n + 1 };
    return decide(index, &d, said, error);
}

int tian_merge_refuse(struct tian_index *index, const struct tian_merge_options *options, const char *a,
                      const char *b, char **said, struct tian_error *error)
{
    const char *const names[] = { a, b };
    struct deciding d = { .options = options ? options : &usual, .others = names, .n = 2 };
    return decide(index, &d, said, error);
}

/* ---- Learning ------------------------------------------------------------------------------------ */

struct learning {
    bool json;
    char **rules;
};

static int read_learn(struct call *call)
{
    const struct learning *l = call->a;
    struct decisions decisions;
    struct buf text, rules;
    buf_init(&text, call->ctx.arena);
    buf_init(&rules, call->ctx.arena);
    int rc = decisions_read(&call->ctx, call->ctx.arena, call->index->path, &decisions);
    if (!rc)
        rc = duplicate_learn(&call->ctx, &call->reader, call->tables->rules, &decisions, l->json, &text,
                             l->rules ? &rules : NULL);
    if (rc)
        return rc;
    if (l->rules && !(*l->rules = strndup(rules.p, rules.n)))
        return TIAN_EMEMORY;
    return give_string(call, &text);
}

static int run_learn(struct call *call)
{
    set_deadline(call, 0, USUAL_MS);
    return read_newest(call, read_learn);
}

int tian_merge_learn(struct tian_index *index, bool json, char **out, char **rules, struct tian_error *error)
{
    struct learning learning = { json, rules };
    struct call call = { .index = index, .run = run_learn, .a = &learning, .out = out };
    if (rules)
        *rules = NULL;
    int rc = finish_string(&call, out, error);
    if (rc && rules) {
        tian_string_free(*rules);
        *rules = NULL;
    }
    return rc;
}
