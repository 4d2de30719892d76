/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Words of a question that stand side by side, as 电动车 充电, say more of a
 * document when they stand side by side there too (the ordered part of the
 * sequential dependence model). Such a pair is a substring, so the pair lists
 * know which documents hold it without reading a text; of the best documents by
 * words each gets, for each pair it holds, a share of the pair's idf.
 */
#include "search/close.h"

#include <math.h>
#include <stdlib.h>

static const double SHARE = .2; /* measured: doc/RANKING.md */

static int compare_hits(const void *a, const void *b)
{
    const struct rank_hit *x = a, *y = b;
    return x->score != y->score ? (x->score < y->score) - (x->score > y->score)
                                : (x->doc > y->doc) - (x->doc < y->doc);
}

static int add_pair(struct run *run, const struct needle *pair, double weight, struct rank_hit *hits,
                    size_t n)
{
    struct set set;
    double live = snapshot_live(run->reader->snapshot);
    int code = find_needle(run->ctx, run->reader, pair, &set);
    if (code || set.everything || set.docs.n == 0)
        return code;
    double idf = log(1 + (live - (double)set.docs.n + .5) / ((double)set.docs.n + .5));
    for (size_t i = 0; i < n; i++)
        if (docs_has(&set.docs, hits[i].doc))
            hits[i].score += SHARE * weight * idf;
    return 0;
}

int close_rank(struct run *run, struct rank_hit *hits, size_t n)
{
    for (size_t i = 0; i < run->plan.nleaves; i++) {
        const struct plan_node *leaf = run->plan.leaves[i];
        for (size_t k = 0; k < leaf->nneighbours; k++) {
            int code = add_pair(run, &leaf->neighbours[k], leaf->syntax->weight, hits, n);
            if (code)
                return code;
        }
    }
    if (n > 1)
        qsort(hits, n, sizeof *hits, compare_hits);
    return 0;
}
