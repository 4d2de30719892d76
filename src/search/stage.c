/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The beginning of a search: the plan, its words and its stages.
 *
 *   AUTO, keywords   exact ─▶ all                      stricter first
 *   AUTO, question   exact ─▶ all ─▶ any
 *   else             the one that was asked for
 *
 * Words: a text as a question has more of them than are worth ranking by, so
 * the best by weight and idf are taken, as many from each stretch of it: a
 * document that answers only the end of a long draft is found too. For snippets
 * each word weighs by the shortest of its lists.
 */
#include "search/sort.h"

#include <math.h>
#include <stdlib.h>

enum {
    BUDGET_FACETS = 5000,  /* and when facets are asked for */
    MOST_WORDS = 64,       /* words that rank */
    STRETCHES = 8,         /* of a long text, from each of which words are taken */
    LONGEST_SCAN = 20000,  /* documents read when no list limits them */
    LONGEST_STRICT = 1000, /* words: a longer text is not looked for as a whole */
};

/* ---- words ---------------------------------------------------------------------------- */

uint32_t needle_count(const struct reader *reader, const struct needle *needle)
{
    uint32_t least = UINT32_MAX;
    for (size_t i = 0; i < needle->nkeys; i++) {
        uint32_t n = snapshot_list_size(reader->snapshot, LIST_PAIRS, needle->keys[i]);
        least = n < least ? n : least;
    }
    return least == UINT32_MAX ? snapshot_live(reader->snapshot) : least;
}

struct scored {
    struct rank_word word;
    double score;
};

static int compare_scored(const void *a, const void *b)
{
    const struct scored *x = a, *y = b;
    return x->score != y->score ? (x->score < y->score) - (x->score > y->score)
                                : str_cmp(x->word.term, y->word.term);
}

/* Of a long text: the words with the best weight · idf, as many from each stretch of it. */
static void choose_words(struct run *run)
{
    struct plan *plan = &run->plan;
    size_t n = plan->nrank, kept = 0;
    double live = snapshot_live(run->reader->snapshot);
    struct scored *all = arena_array(run->ctx->arena, struct scored, n);
    struct rank_word *rank = arena_array(run->ctx->arena, struct rank_word, MOST_WORDS);
    for (size_t i = 0; i < n; i++) {
        double count = snapshot_word_count(run->ctx, run->reader->snapshot, plan->rank[i].term);
        double rare = count > 0 ? log(1 + live / count) : 0;
        all[i] = (struct scored){ plan->rank[i], plan->rank[i].weight * rare };
    }
    for (size_t s = 0; s < STRETCHES; s++) {
        size_t from = n * s / STRETCHES, to = n * (s + 1) / STRETCHES;
        qsort(all + from, to - from, sizeof *all, compare_scored);
        for (size_t i = from; i < to && i < from + MOST_WORDS / STRETCHES && all[i].score > 0; i++)
            rank[kept++] = all[i].word;
    }
    plan->rank = rank;
    plan->nrank = kept;
}

static bool has_ranked(const struct map *ranked, const struct plan_node *leaf, const struct plan_word *word)
{
    for (size_t i = 0; i < word->npieces; i++)
        if (map_has(ranked, leaf->pieces[word->piece + i]))
            return true;
    return false;
}

/* Words with no piece among the chosen are not marked either. */
static void leave_out(struct run *run)
{
    struct map *ranked = map_new(run->ctx->arena);
    for (size_t i = 0; i < run->plan.nrank; i++)
        *map_at(ranked, run->plan.rank[i].term) = run;
    for (size_t i = 0; i < run->plan.nleaves; i++)
        for (size_t k = 0; k < run->plan.leaves[i]->nwords; k++) {
            struct plan_word *word = &run->plan.leaves[i]->words[k];
            word->left_out = !has_ranked(ranked, run->plan.leaves[i], word);
        }
}

static void weigh_words(struct run *run)
{
    double live = snapshot_live(run->reader->snapshot);
    for (size_t i = 0; i < run->plan.nleaves; i++)
        for (size_t k = 0; k < run->plan.leaves[i]->nwords; k++) {
            struct plan_word *word = &run->plan.leaves[i]->words[k];
            if (!word->left_out)
                word->weight = .2 + log(1 + live / (1.0 + needle_count(run->reader, &word->forms[0])));
        }
}

/* ---- stages ------------------------------------------------------------------------------ */

static size_t count_words(const struct plan *plan)
{
    size_t n = 0;
    for (size_t i = 0; i < plan->nleaves; i++)
        n += plan->leaves[i]->nwords;
    return n;
}

/* Only a scan can answer (the query has no letters): of so many documents. */
static void limit_scan(struct run *run, struct stage *stage)
{
    if (stage->set.docs.n <= LONGEST_SCAN)
        return;
    stage->set.docs.n = LONGEST_SCAN;
    stage->cut = true;
    plan_note(run->ctx->arena, &run->plan,
              arena_printf(run->ctx->arena,
                           say("without letters to look up, only the first %d documents were read",
                               "查询中没有可检索的文字，只通读了前 %d 篇文件"),
                           LONGEST_SCAN));
}

static int add_stage(struct run *run, enum reading reading)
{
    struct stage *stage = &run->stages[run->nstages++];
    *stage = (struct stage){ .reading = reading };
    bool hide = run->options->role == TIAN_ROLE_PUBLIC;
    int code = find_candidates(run->ctx, run->reader, run->plan.root, reading, hide, &stage->set);
    if (code || !stage->set.everything || (stage->set.proof && run->plan.nrank > 0))
        return code;
    code = find_expand(run->ctx, run->reader, &stage->set);
    if (!code && !stage->set.proof && run->plan.nrank == 0)
        limit_scan(run, stage);
    return code;
}

static int add_stages(struct run *run)
{
    const struct plan *plan = &run->plan;
    bool strict = plan->staged && !sort_keys(run->options);
    if (count_words(plan) > LONGEST_STRICT && plan->reading == READ_ANY)
        strict = false;
    int code = 0;
    if (strict && plan->differs)
        code = add_stage(run, READ_EXACT);
    if (!code && strict && plan->reading == READ_ANY)
        code = add_stage(run, READ_ALL);
    return code ? code : add_stage(run, plan->reading);
}

static size_t budget_of(const struct tian_search_options *options)
{
    return options->exact_counts ? SIZE_MAX : options->nfacets > 0 ? BUDGET_FACETS : RUN_BUDGET;
}

int run_open(struct run *run, struct ctx *ctx, const struct reader *reader, struct str line,
             const struct tian_search_options *options)
{
    *run = (struct run){ .ctx = ctx,
                         .reader = reader,
                         .options = options,
                         .budget = budget_of(options),
                         .offset = options->offset };
    run->verdicts = verdicts_new(ctx->arena, 256);
    page_init(&run->page, ctx->arena);
    int code = plan_make(ctx, reader, line, options, &run->plan);
    if (code || !run->plan.root)
        return code;
    if (run->plan.nrank > MOST_WORDS) {
        choose_words(run);
        leave_out(run);
    }
    weigh_words(run);
    return add_stages(run);
}
