/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * --explain: nothing here is computed as the ranking computes it, but asked of it.
 * What a word gave is what the ranker says of this one document and this one word;
 * it is shared out to the title and the sections by how often the word stands
 * there. Neighbours come from close.c, the rest from merit.c.
 */
#include "search/account.h"

#include "base/map.h"
#include "search/close.h"
#include "search/filter.h"

enum place {
    PLACE_TITLE,
    PLACE_SITUATION,
    PLACE_ANALYSIS,
    PLACE_SUGGESTION,
    PLACE_REPLY,
    PLACE_OTHER,
    PLACES
};
static const char *const NAMES[] = { "title", "situation", "analysis", "suggestion", "reply", "" };

struct counts {
    unsigned at[PLACES];
};

struct counting {
    struct run *run;
    struct map *counts; /* terms of the question → struct counts */
    struct buf term;
};

/* ---- How often, and where -------------------------------------------------------------- */

static enum place place_at(const struct page *page, uint32_t byte)
{
    static const enum place places[] = { [SECTION_NONE] = PLACE_OTHER,
                                         [SECTION_SITUATION] = PLACE_SITUATION,
                                         [SECTION_ANALYSIS] = PLACE_ANALYSIS,
                                         [SECTION_SUGGESTION] = PLACE_SUGGESTION,
                                         [SECTION_REPLY] = PLACE_REPLY };
    for (size_t i = 0; i < page->document.nsections; i++)
        if (byte >= page->document.sections[i].from && byte < page->document.sections[i].to)
            return places[page->document.sections[i].kind];
    return PLACE_OTHER;
}

static void count_pieces(struct counting *c, bool title)
{
    const struct page *page = &c->run->page;
    const struct normal *text = title ? &page->title : &page->body;
    const struct tokens *tokens = cut_pieces(c->run->reader->cutter, text, 0, text->n);
    for (size_t i = 0; i < tokens->n; i++) {
        buf_clear(&c->term);
        cut_term(text, tokens->at[i], &c->term);
        struct counts *counts = map_get(c->counts, buf_view(&c->term));
        if (!counts)
            continue;
        enum place place = title ? PLACE_TITLE : place_at(page, text->at[tokens->at[i].from]);
        counts->at[place] += title ? TITLE_TIMES : 1;
    }
}

static void count_all(struct counting *c, struct run *run)
{
    struct arena *arena = run->ctx->arena;
    *c = (struct counting){ .run = run, .counts = map_new(arena) };
    buf_init(&c->term, arena);
    for (size_t i = 0; i < run->plan.nrank; i++)
        *map_at(c->counts, run->plan.rank[i].term) = arena_new_of(arena, struct counts);
    count_pieces(c, true);
    count_pieces(c, false);
}

/* ---- Words ------------------------------------------------------------------------------- */

/* What one word gives one document. */
static int word_score(struct run *run, const struct rank_word *word, uint32_t doc, double *score)
{
    struct docs only = { &doc, 1, 1 };
    struct rank_query query = run_words(run, &only);
    struct rank_hit hit;
    size_t n;
    query.words = word;
    query.nwords = 1;
    int code = snapshot_rank(run->ctx, run->reader->snapshot, &query, 0, 1, &hit, &n);
    *score = code || n == 0 ? 0 : hit.score;
    return code;
}

static void share_out(struct run *run, struct str term, const struct counts *counts, double score,
                      struct parts *out)
{
    const char *word = arena_cstr(run->ctx->arena, term);
    double all = 0;
    for (int i = 0; i < PLACES; i++)
        all += counts->at[i];
    if (all == 0) /* a piece of a word that stands across a section's end, say */
        vec_push(out, (struct tian_part){ "word", word, "", score });
    for (int i = 0; i < PLACES; i++)
        if (counts->at[i] > 0)
            vec_push(out, (struct tian_part){ "word", word, NAMES[i], score * counts->at[i] / all });
}

static int give_words(struct run *run, uint32_t doc, struct parts *out)
{
    struct counting counting;
    count_all(&counting, run);
    for (size_t i = 0; i < run->plan.nrank; i++) {
        double score;
        struct str term = run->plan.rank[i].term;
        int code = word_score(run, &run->plan.rank[i], doc, &score);
        if (code)
            return code;
        if (score > 0)
            share_out(run, term, map_get(counting.counts, term), score, out);
    }
    return 0;
}

int account_make(struct run *run, const struct found *found, struct parts *out)
{
    if (!(found->score > 0) || run->page.hidden)
        return 0;
    int code = give_words(run, found->doc, out);
    if (!code && found->close)
        close_parts(run, found->doc, out);
    if (!code && found->kind)
        (void)merit_of_kind(run, found->doc, out);
    if (!code && found->places)
        (void)merit_of_places(run, out);
    return code;
}

/* ---- Expansions ---------------------------------------------------------------------------- */

static const char *needle_text(struct arena *arena, const struct needle *needle)
{
    struct normal view = { .unit = (uint16_t *)(uintptr_t)needle->unit, .n = needle->n };
    struct buf out;
    buf_init(&out, arena);
    normal_utf8(&view, 0, view.n, &out);
    return arena_cstr(arena, buf_view(&out));
}

struct expansions {
    struct tian_expansion *at;
    size_t n, cap;
};

static void expand(struct arena *arena, const char *word, const struct needle *forms, size_t n,
                   struct expansions *out)
{
    const char **texts = arena_array(arena, const char *, n);
    for (size_t i = 0; i < n; i++)
        texts[i] = needle_text(arena, &forms[i]);
    if (n > 0)
        vec_push(out, (struct tian_expansion){ word, texts, n });
}

static void expand_values(struct arena *arena, const struct plan_node *node, struct expansions *out)
{
    for (; node; node = node->next) {
        expand_values(arena, node->kid, out);
        if (node->kind != QUERY_VALUE)
            continue;
        const struct str *names;
        size_t n = filter_names(node->filter, &names);
        const char **texts = arena_array(arena, const char *, n);
        for (size_t i = 0; i < n; i++)
            texts[i] = arena_cstr(arena, names[i]);
        if (n > 0)
            vec_push(out, (struct tian_expansion){ arena_cstr(arena, node->syntax->text), texts, n });
    }
}

void account_expansions(struct run *run, struct tian_results *out)
{
    struct arena *arena = run->ctx->arena;
    struct expansions all;
    vec_init(&all, arena);
    for (size_t i = 0; i < run->plan.nleaves; i++) {
        const struct plan_node *leaf = run->plan.leaves[i];
        expand(arena, needle_text(arena, &leaf->typed), leaf->others, leaf->nothers, &all);
        for (size_t k = 0; k < leaf->nwords && leaf->kind == QUERY_WORDS; k++) {
            const struct plan_word *word = &leaf->words[k];
            expand(arena, arena_cstr(arena, word->term), word->forms + 1, word->nforms - 1, &all);
        }
    }
    expand_values(arena, run->plan.root, &all);
    out->expansions = all.at;
    out->nexpansions = all.n;
}
