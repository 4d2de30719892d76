/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * From the plan to candidates, with lists of letters and pairs and with columns
 * only. What comes out never misses a document; it is the answer itself (proof)
 * when each list of it is: one letter, one pair, a column.
 *
 * A conjunction first joins the keys of all texts that are demanded into one
 * intersection, which begins with the shortest list and is empty soon when the
 * answer is; columns then test what is left. An exclusion takes away only what
 * is proved; the rest is left to the reading of the text.
 */
#include "search/find.h"

#include <assert.h>
#include <stdlib.h>

#include "search/filter.h"

struct finder {
    struct ctx *ctx;
    const struct reader *reader;
    enum reading reading;
    bool hide;
};

/* ---- sorted arrays ------------------------------------------------------------ */

static size_t lower(const struct docs *docs, uint32_t doc, size_t from)
{
    size_t step = 1, low = from, high;
    while (low + step < docs->n && docs->at[low + step] < doc)
        low += step, step *= 2;
    high = low + step < docs->n ? low + step : docs->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (docs->at[middle] < doc)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool docs_has(const struct docs *docs, uint32_t doc)
{
    size_t i = lower(docs, doc, 0);
    return i < docs->n && docs->at[i] == doc;
}

static void keep(struct docs *a, const struct docs *b, bool common)
{
    size_t kept = 0;
    for (size_t i = 0, k = 0; i < a->n; i++) {
        k = lower(b, a->at[i], k);
        if ((k < b->n && b->at[k] == a->at[i]) == common)
            a->at[kept++] = a->at[i];
    }
    a->n = kept;
}

void docs_intersect(struct docs *a, const struct docs *b)
{
    keep(a, b, true);
}
void docs_subtract(struct docs *a, const struct docs *b)
{
    keep(a, b, false);
}

void docs_unite(struct arena *arena, struct docs *a, const struct docs *b)
{
    struct docs all;
    size_t i = 0, k = 0;
    vec_init(&all, arena);
    vec_need(&all, a->n + b->n);
    while (i < a->n || k < b->n) {
        bool left = k >= b->n || (i < a->n && a->at[i] <= b->at[k]);
        bool both = left && k < b->n && a->at[i] == b->at[k];
        all.at[all.n++] = left ? a->at[i] : b->at[k];
        i += left;
        k += !left || both;
    }
    *a = all;
}

/* ---- sets ------------------------------------------------------------------------ */

static void set_init(struct arena *arena, struct set *set, bool everything, bool proof)
{
    *set = (struct set){ .everything = everything, .proof = proof };
    vec_init(&set->docs, arena);
}

static void set_and(struct set *a, const struct set *b)
{
    a->proof = a->proof && b->proof;
    if (b->everything)
        return;
    if (a->everything)
        a->docs = b->docs;
    else
        docs_intersect(&a->docs, &b->docs);
    a->everything = false;
}

static void set_or(struct arena *arena, struct set *a, const struct set *b)
{
    a->proof = a->proof && b->proof;
    a->everything = a->everything || b->everything;
    if (a->everything)
        a->docs.n = 0;
    else
        docs_unite(arena, &a->docs, &b->docs);
}

int find_expand(struct ctx *ctx, const struct reader *reader, struct set *set)
{
    if (!set->everything)
        return 0;
    set->everything = false;
    set->docs.n = 0;
    uint32_t span = snapshot_span(reader->snapshot);
    for (uint32_t doc = 0; doc < span; doc++)
        if (snapshot_is_live(reader->snapshot, doc))
            vec_push(&set->docs, doc);
    return ctx_check(ctx);
}

static bool is_hidden(const struct finder *f, uint32_t doc)
{
    return (snapshot_number(f->reader->snapshot, doc, COLUMN_FLAGS) & FLAG_HIDDEN) != 0;
}

static void drop_hidden(const struct finder *f, struct set *set)
{
    size_t kept = 0;
    for (size_t i = 0; f->hide && i < set->docs.n; i++)
        if (!is_hidden(f, set->docs.at[i]))
            set->docs.at[kept++] = set->docs.at[i];
    set->docs.n = f->hide ? kept : set->docs.n;
}

/* ---- texts ------------------------------------------------------------------------- */

int find_needle(struct ctx *ctx, const struct reader *reader, const struct needle *needle, struct set *out)
{
    set_init(ctx->arena, out, needle->nkeys == 0, needle->proof);
    if (needle->nkeys == 0)
        return 0;
    return snapshot_intersect(ctx, reader->snapshot, LIST_PAIRS, needle->keys, needle->nkeys, &out->docs);
}

static int find_forms(struct finder *f, const struct needle *forms, size_t n, struct set *out)
{
    int code = find_needle(f->ctx, f->reader, &forms[0], out);
    for (size_t i = 1; i < n && !code && !out->everything; i++) {
        struct set other;
        code = find_needle(f->ctx, f->reader, &forms[i], &other);
        if (!code)
            set_or(f->ctx->arena, out, &other);
    }
    return code;
}

/* Keys of all needles that are demanded without alternative: one intersection for all. */
struct demand {
    vec_of(uint32_t) keys;
    bool proof;
    bool any; /* some text is demanded */
};

static void demand_needle(struct demand *d, const struct needle *needle)
{
    for (size_t i = 0; i < needle->nkeys; i++)
        vec_push(&d->keys, needle->keys[i]);
    d->proof = d->proof && needle->proof;
}

static bool is_typed(const struct finder *f, const struct plan_node *node)
{
    return node->kind != QUERY_WORDS || f->reading == READ_EXACT;
}

/* Nothing is demanded of it at this reading. */
static bool is_free(const struct finder *f, const struct plan_node *node)
{
    return f->reading == READ_ANY && node->optional;
}

/* What a text asks for without alternative goes to d. */
static void demand_text(struct finder *f, const struct plan_node *node, struct demand *d)
{
    if (is_free(f, node) || node->nothers > 0)
        return;
    d->any = true;
    if (node->field != FIELD_ANY || node->kind == QUERY_PREFIX)
        d->proof = false;
    if (is_typed(f, node))
        demand_needle(d, &node->typed);
    for (size_t i = 0; i < node->nwords && !is_typed(f, node); i++)
        if (node->words[i].nforms == 1)
            demand_needle(d, &node->words[i].forms[0]);
}

/* The words with several forms: each a union, one after the other into out. */
static int add_forms(struct finder *f, const struct plan_node *node, struct set *out)
{
    for (size_t i = 0; i < node->nwords && !is_typed(f, node) && !is_free(f, node); i++) {
        struct set word;
        if (node->words[i].nforms == 1)
            continue;
        int code = find_forms(f, node->words[i].forms, node->words[i].nforms, &word);
        if (code)
            return code;
        set_and(out, &word);
    }
    return 0;
}

static int close_demand(struct finder *f, struct demand *d, struct set *out)
{
    set_init(f->ctx->arena, out, d->keys.n == 0, d->proof);
    if (d->keys.n == 0)
        return 0;
    return snapshot_intersect(f->ctx, f->reader->snapshot, LIST_PAIRS, d->keys.at, d->keys.n, &out->docs);
}

static void demand_init(struct finder *f, struct demand *d)
{
    *d = (struct demand){ .proof = true };
    vec_init(&d->keys, f->ctx->arena);
}

static int find_text(struct finder *f, const struct plan_node *node, struct set *out)
{
    struct demand d;
    struct plan_node words = *node;
    words.nothers = 0;
    demand_init(f, &d);
    demand_text(f, &words, &d);
    int code = close_demand(f, &d, out);
    if (!code)
        code = add_forms(f, node, out);
    for (size_t i = 0; i < node->nothers && !code && !is_typed(f, node) && !is_free(f, node); i++) {
        struct set other;
        if ((code = find_needle(f->ctx, f->reader, &node->others[i], &other)) == 0)
            set_or(f->ctx->arena, out, &other);
    }
    drop_hidden(f, out);
    return code;
}

/* ---- the tree -------------------------------------------------------------------------- */

static int find_node(struct finder *f, const struct plan_node *node, struct set *out);

static bool is_demand(const struct plan_node *node)
{
    return plan_node_is_text(node) && node->nothers == 0;
}

static int and_kids(struct finder *f, const struct plan_node *node, struct set *out)
{
    for (const struct plan_node *kid = node->kid; kid; kid = kid->next) {
        struct set set;
        int code;
        if (kid->kind == QUERY_VALUE || kid->kind == QUERY_NOT)
            continue;
        if (is_demand(kid))
            code = add_forms(f, kid, out);
        else if ((code = find_node(f, kid, &set)) == 0)
            set_and(out, &set);
        if (code)
            return code;
    }
    return 0;
}

static int test_value(struct finder *f, const struct plan_node *node, struct set *set)
{
    struct set all;
    if (set->everything) {
        int code = find_node(f, node, &all);
        set_and(set, &all);
        return code;
    }
    size_t kept = 0;
    bool veiled =
        f->hide && node->field != FIELD_NUMBER && node->field != FIELD_UNIT && node->field != FIELD_ID;
    for (size_t i = 0; i < set->docs.n; i++)
        if (filter_test(node->filter, set->docs.at[i]) && !(veiled && is_hidden(f, set->docs.at[i])))
            set->docs.at[kept++] = set->docs.at[i];
    set->docs.n = kept;
    return 0;
}

static int take_away(struct finder *f, const struct plan_node *node, struct set *set)
{
    struct set out;
    int code = find_node(f, node->kid, &out);
    if (code)
        return code;
    if (!out.proof || out.everything) {
        set->proof = false;
        return 0;
    }
    if ((code = find_expand(f->ctx, f->reader, set)) == 0)
        docs_subtract(&set->docs, &out.docs);
    return code;
}

static int find_and(struct finder *f, const struct plan_node *node, struct set *out)
{
    struct demand d;
    demand_init(f, &d);
    for (const struct plan_node *kid = node->kid; kid; kid = kid->next)
        if (is_demand(kid))
            demand_text(f, kid, &d);
    int code = close_demand(f, &d, out);
    if (!code)
        code = and_kids(f, node, out);
    if (d.any)
        drop_hidden(f, out);
    for (const struct plan_node *kid = node->kid; kid && !code; kid = kid->next)
        if (kid->kind == QUERY_VALUE)
            code = test_value(f, kid, out);
    for (const struct plan_node *kid = node->kid; kid && !code; kid = kid->next)
        if (kid->kind == QUERY_NOT)
            code = take_away(f, kid, out);
    if (node->kind != QUERY_AND)
        out->proof = false;
    return code;
}

static int find_or(struct finder *f, const struct plan_node *node, struct set *out)
{
    int code = find_node(f, node->kid, out);
    for (const struct plan_node *kid = node->kid->next; kid && !code; kid = kid->next) {
        struct set set;
        if ((code = find_node(f, kid, &set)) == 0)
            set_or(f->ctx->arena, out, &set);
    }
    return code;
}

static int find_value(struct finder *f, const struct plan_node *node, struct set *out)
{
    set_init(f->ctx->arena, out, false, true);
    int code = filter_scan(f->ctx, node->filter, &out->docs);
    if (node->field != FIELD_NUMBER && node->field != FIELD_UNIT && node->field != FIELD_ID)
        drop_hidden(f, out);
    return code;
}

static int find_node(struct finder *f, const struct plan_node *node, struct set *out)
{
    if (plan_node_is_text(node))
        return find_text(f, node, out);
    if (node->kind == QUERY_VALUE)
        return find_value(f, node, out);
    if (node->kind == QUERY_OR)
        return find_or(f, node, out);
    if (node->kind != QUERY_NOT)
        return find_and(f, node, out);
    set_init(f->ctx->arena, out, true, true);
    return take_away(f, node, out);
}

int find_candidates(struct ctx *ctx, const struct reader *reader, const struct plan_node *node,
                    enum reading reading, bool hide, struct set *out)
{
    struct finder f = { .ctx = ctx, .reader = reader, .reading = reading, .hide = hide };
    if (node)
        return find_node(&f, node, out);
    set_init(ctx->arena, out, true, true);
    return 0;
}
