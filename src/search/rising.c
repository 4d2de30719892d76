/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Candidates for new themes: words of a year that earlier years did not have so,
 * and groups of documents that no theme fits. Both are offered with numbers and
 * examples; whether they are themes, an officer decides.
 *
 * Whether a word is more frequent is measured by a likelihood ratio (wordbag.h).
 *
 * Groups are made greedily: the unlabelled documents' most striking word, the
 * documents that have it, the words these have in common, the documents that have
 * four of those; they are taken away, and again.
 */
#include <stdlib.h>

#include "search/search.h"
#include "search/wordbag.h"

enum {
    YEARS = 10000,
    FAR_FEWER = 20,
    RISING_WORDS = 30,
    GROUPS = 8,
    GROUP_WORDS = 10,
    LEAST_DOCUMENTS = 3,
    SHARED_WORDS = 4,
    SEED_PART = 3,
    EXAMPLES = 3
};
static const double striking = 6.6; /* G² that chance gives in one of a hundred words */

struct counted {
    struct str word;
    uint32_t now, before, all; /* documents of the year, of earlier years, of any */
};

/* A document without a label: its words. */
struct bare {
    uint32_t doc;
    uint32_t *words;
    size_t n;
    bool taken;
};

struct rising {
    struct ctx *ctx;
    const struct reader *reader;
    struct wordbag bag;
    vec_of(struct counted) words; /* those of the bag */
    vec_of(struct bare) bares;
    uint64_t year;
    size_t now, before, all;
};

/* ---- counting -------------------------------------------------------------------------- */

static void keep_bare(struct rising *r, uint32_t doc)
{
    struct arena *arena = r->ctx->arena;
    size_t n = r->bag.found.n;
    struct bare bare = { .doc = doc, .words = arena_array(arena, uint32_t, n + 1), .n = n };
    memcpy(bare.words, r->bag.found.at, n * sizeof *bare.words);
    vec_push(&r->bares, bare);
}

static int count_document(struct rising *r, struct arena *arena, uint32_t doc)
{
    const struct snapshot *s = r->reader->snapshot;
    uint64_t year = snapshot_number(s, doc, COLUMN_YEAR);
    int code = wordbag_read(&r->bag, arena, doc);
    if (code)
        return code;
    for (size_t i = r->words.n; i < r->bag.words.n; i++)
        vec_push(&r->words, (struct counted){ .word = r->bag.words.at[i] });
    for (size_t i = 0; i < r->bag.found.n; i++) {
        struct counted *counted = &r->words.at[r->bag.found.at[i]];
        counted->now += year == r->year;
        counted->before += year > 0 && year < r->year;
        counted->all++;
    }
    r->now += year == r->year;
    r->before += year > 0 && year < r->year;
    r->all++;
    if (snapshot_text(s, doc, COLUMN_THEME).n == 0)
        keep_bare(r, doc);
    return 0;
}

static int count_all(struct rising *r)
{
    struct arena *arena = arena_new(r->ctx->arena);
    const struct snapshot *s = r->reader->snapshot;
    int code = 0;
    for (uint32_t doc = 0; code == 0 && doc < snapshot_span(s); doc++) {
        if (snapshot_is_live(s, doc))
            code = count_document(r, arena, doc);
        arena_reset(arena);
    }
    arena_free(arena);
    return code;
}

/* The last year that has a few documents, and not far fewer than the fullest year: a misprinted date or a
 * plan for 2035 does not make a year. */
static uint64_t last_year(struct arena *arena, const struct snapshot *s)
{
    size_t *documents = arena_array(arena, size_t, YEARS), most = 0;
    uint64_t last = YEARS - 1;
    for (uint32_t doc = 0; doc < snapshot_span(s); doc++) {
        uint64_t year = snapshot_number(s, doc, COLUMN_YEAR);
        if (snapshot_is_live(s, doc) && year > 0 && year < YEARS && ++documents[year] > most)
            most = documents[year];
    }
    while (last > 0 && (documents[last] < LEAST_DOCUMENTS || documents[last] < most / FAR_FEWER))
        last--;
    return last;
}

/* ---- what strikes ------------------------------------------------------------------------- */

struct ranked {
    uint32_t word, documents;
    double score;
    struct str text;
};

static int compare_ranked(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->score != y->score)
        return x->score < y->score ? 1 : -1;
    return str_cmp(x->text, y->text);
}

static size_t rank_rising(const struct rising *r, struct ranked *out)
{
    size_t n = 0;
    for (uint32_t i = 0; i < r->words.n; i++) {
        const struct counted *w = &r->words.at[i];
        double score = wordbag_ratio(w->now, (double)r->now, w->before, (double)r->before);
        if (w->now >= LEAST_DOCUMENTS && score >= striking && !lexicon_is_stop(r->reader->lexicon, w->word))
            out[n++] = (struct ranked){ i, w->now, score, w->word };
    }
    qsort(out, n, sizeof *out, compare_ranked);
    return n < RISING_WORDS ? n : RISING_WORDS;
}

/* ---- groups -------------------------------------------------------------------------------- */

struct group {
    struct ranked *words;
    size_t nwords;
    uint32_t *docs;
    size_t ndocs;
};

struct grouping {
    const struct rising *r;
    uint32_t *in;          /* a word → how many of the documents looked at have it */
    struct ranked *ranked; /* room for all words */
};

static bool holds(const struct bare *b, uint32_t word)
{
    for (size_t i = 0; i < b->n; i++)
        if (b->words[i] == word)
            return true;
    return false;
}

/* Words of documents without a label that are not taken and hold `with` (NO_WORD: all), by how much more
 * frequent they are in these than in all others. */
enum {
    NO_WORD = UINT32_MAX
};
static size_t rank_words(struct grouping *g, uint32_t with)
{
    const struct rising *r = g->r;
    size_t n = 0, found = 0;
    memset(g->in, 0, r->words.n * sizeof *g->in);
    for (size_t i = 0; i < r->bares.n; i++) {
        const struct bare *b = &r->bares.at[i];
        if (b->taken || (with != NO_WORD && !holds(b, with)))
            continue;
        n++;
        for (size_t k = 0; k < b->n; k++)
            g->in[b->words[k]]++;
    }
    for (uint32_t w = 0; w < r->words.n; w++) {
        const struct counted *c = &r->words.at[w];
        if (g->in[w] < LEAST_DOCUMENTS || lexicon_is_stop(r->reader->lexicon, c->word))
            continue;
        double score = wordbag_ratio(g->in[w], (double)n, (double)(c->all - g->in[w]), (double)(r->all - n));
        if (score >= striking)
            g->ranked[found++] = (struct ranked){ w, g->in[w], score, c->word };
    }
    qsort(g->ranked, found, sizeof *g->ranked, compare_ranked);
    return found;
}

static size_t shared_words(const struct bare *b, const struct group *group)
{
    size_t n = 0;
    for (size_t i = 0; i < group->nwords; i++)
        n += holds(b, group->words[i].word);
    return n;
}

static void take_members(struct rising *r, uint32_t seed, struct group *group)
{
    group->docs = arena_array(r->ctx->arena, uint32_t, r->bares.n);
    for (size_t i = 0; i < r->bares.n; i++) {
        struct bare *b = &r->bares.at[i];
        if (b->taken || (!holds(b, seed) && shared_words(b, group) < SHARED_WORDS))
            continue;
        b->taken = true;
        group->docs[group->ndocs++] = b->doc;
    }
}

/* The most striking word that not too many of those left have: 消息 in half of them makes no theme. */
static uint32_t seed_of(const struct rising *r, struct grouping *g)
{
    size_t n = rank_words(g, NO_WORD), left = 0;
    for (size_t i = 0; i < r->bares.n; i++)
        left += !r->bares.at[i].taken;
    for (size_t i = 0; i < n; i++)
        if (g->ranked[i].documents * SEED_PART <= left || left < LEAST_DOCUMENTS * SEED_PART)
            return g->ranked[i].word;
    return NO_WORD;
}

/* The next group; false when nothing strikes any more. */
static bool next_group(struct rising *r, struct grouping *g, struct group *group)
{
    uint32_t seed = seed_of(r, g);
    if (seed == NO_WORD)
        return false;
    size_t n = rank_words(g, seed);
    *group = (struct group){ .nwords = n < GROUP_WORDS ? n : GROUP_WORDS };
    group->words = arena_array(r->ctx->arena, struct ranked, group->nwords + 1);
    memcpy(group->words, g->ranked, group->nwords * sizeof *group->words);
    take_members(r, seed, group);
    return true;
}

static size_t make_groups(struct rising *r, struct group *groups)
{
    struct grouping g = { r, arena_array(r->ctx->arena, uint32_t, r->words.n + 1),
                          arena_array(r->ctx->arena, struct ranked, r->words.n + 1) };
    size_t n = 0;
    while (n < GROUPS && next_group(r, &g, &groups[n]))
        n++;
    return n;
}

/* ---- out -------------------------------------------------------------------------------------- */

static int put_examples(struct rising *r, const struct group *group, struct buf *out)
{
    int code = 0;
    for (size_t i = 0; code == 0 && i < group->ndocs && i < EXAMPLES; i++) {
        struct document d;
        code = snapshot_document(r->ctx, r->reader->snapshot, r->ctx->arena, group->docs[i], &d);
        if (code == 0)
            buf_printf(out, "#   %.*s  %.*s\n", STR_ARG(d.id), STR_ARG(d.title));
    }
    return code;
}

/* In the form of a taxonomy file: an officer names it and pastes it. */
static int put_group(struct rising *r, const struct group *group, size_t number, struct buf *out)
{
    buf_printf(out, say("\n# %zu documents, among them\n", "\n# %zu 件，例如\n"), group->ndocs);
    int code = put_examples(r, group, out);
    buf_printf(out, say("[new theme %zu]\n", "[新主题%zu]\n"), number);
    for (size_t i = 0; i < group->nwords; i++)
        buf_printf(out, "%.*s %d\n", STR_ARG(group->words[i].text), i < GROUP_WORDS / 2 ? 3 : 2);
    return code;
}

static void put_rising(const struct rising *r, const struct ranked *words, size_t n, struct buf *out)
{
    buf_printf(out,
               say("# Words of %u that earlier years had less: documents now (of %zu), before (of %zu)\n",
                   "# %u 年比往年多起来的词：当年件数（共 %zu 件）、往年件数（共 %zu 件）\n"),
               (unsigned)r->year, r->now, r->before);
    for (size_t i = 0; i < n; i++)
        buf_printf(out, "#   %.*s  %u  %u\n", STR_ARG(words[i].text), words[i].documents,
                   r->words.at[words[i].word].before);
    if (n == 0)
        buf_cstr(out, say("#   none\n", "#   没有\n"));
}

int search_new_themes(struct ctx *ctx, const struct reader *reader, unsigned year, struct buf *out)
{
    struct rising r = { .ctx = ctx, .reader = reader };
    struct group *groups = arena_array(ctx->arena, struct group, GROUPS);
    vec_init(&r.words, ctx->arena);
    vec_init(&r.bares, ctx->arena);
    wordbag_init(&r.bag, ctx, reader);
    r.year = year ? year : last_year(ctx->arena, reader->snapshot);
    int code = count_all(&r);
    if (code)
        return code;
    struct ranked *words = arena_array(ctx->arena, struct ranked, r.words.n + 1);
    put_rising(&r, words, rank_rising(&r, words), out);
    size_t n = make_groups(&r, groups);
    buf_printf(out,
               say("\n# Documents without a theme: %zu of %zu; groups among them: %zu\n",
                   "\n# 未分类 %zu 件（共 %zu 件），其中成组的 %zu 组\n"),
               r.bares.n, r.all, n);
    for (size_t i = 0; code == 0 && i < n; i++)
        code = put_group(&r, &groups[i], i + 1, out);
    return code;
}
