/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The query language: any line becomes a tree, whose texts stand in the line.
 */
#include "fuzz.h"

#include <math.h>

#include "search/query.h"

static void hold_inside(struct str text, struct str line)
{
    HOLD(text.n == 0 || (text.p >= line.p && str_end(text) <= str_end(line)));
}

static void hold_node(const struct query_node *node, struct str line, unsigned depth)
{
    HOLD(depth < 1000 && isfinite(node->weight));
    hold_inside(node->text, line);
    hold_inside(node->last, line);
    for (const struct query_node *kid = node->kid; kid; kid = kid->next)
        hold_node(kid, line, depth + 1);
    bool leaf = node->kind <= QUERY_VALUE;
    HOLD(leaf ? !node->kid : node->kid != NULL);
    HOLD(node->kind != QUERY_NOT || !node->kid->next);
}

void fuzz_one(struct ctx *ctx, struct str input)
{
    struct str line = fuzz_utf8(ctx->arena, input);
    struct query query;
    struct buf printed;
    query_parse(ctx->arena, line, &query);
    if (!query.root)
        return;
    hold_node(query.root, query.line, 0);
    buf_init(&printed, ctx->arena);
    query_print(query.root, &printed);
    HOLD(printed.n > 0);
}
