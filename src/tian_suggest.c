/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The façade of what helps to ask: suggestions. As in tian.c there is no logic here.
 */
#include "tian_call.h"

#include "search/search.h"

/* ---- Suggestions --------------------------------------------------------------------------------- */

static int read_suggest(struct call *call)
{
    static const struct tian_suggest_options usual;
    const struct tian_suggest_options *o = call->b ? call->b : &usual;
    struct tian_suggestions *out = *(struct tian_suggestions **)call->out = hold_result(call, sizeof *out);
    return search_suggest(&call->ctx, &call->reader, str_of(call->a), o, out);
}

static int run_suggest(struct call *call)
{
    return read_newest(call, read_suggest);
}

int tian_suggest(struct tian_index *index, const char *typed, const struct tian_suggest_options *options,
                 struct tian_suggestions **out, struct tian_error *error)
{
    struct call call = { .index = index, .run = run_suggest, .a = typed, .b = options, .out = out };
    int rc = do_call(&call, error);
    if (rc)
        *out = NULL;
    return rc;
}

void tian_suggestions_free(struct tian_suggestions *suggestions)
{
    free_result(suggestions);
}
