/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A word before it is added: two cutters, one whose dictionary has it and one whose
 * has not, go over the clauses in which it stands.
 *
 *   clause     推动既有住宅加装电梯工作
 *   without    推动 | 既有 | 住宅 | 加装 | 电梯 | 工作
 *   with       推动 | 既有 | 住宅 | 加装电梯 | 工作            wins
 *
 * Where it does not win, the token that lies over its place did it: a longer word
 * of the dictionary, or a piece of ICU, whose borders no word may cross. Clauses
 * end at punctuation, which no token crosses, so each is cut as in its document.
 */
#include "search/doctor.h"

#include "search/find.h"
#include "search/search.h"

#include <stdlib.h>

enum {
    MOST_READ = 1000,   /* documents */
    MOST_CLAUSES = 5,   /* shown */
    MOST_FATES = 8,     /* told */
    MOST_ALIKE = 2,     /* clauses of one fate, before others were looked for */
    LONGEST_SHOWN = 120 /* units of a clause; longer ones are not shown */
};

struct fates {
    struct tian_word_fate *at;
    size_t n, cap;
};

struct doctor {
    struct ctx *ctx;
    const struct reader *reader;
    const struct lexicon *with_word;
    struct cutter *without, *with;
    struct normal word;
    struct needle needle;
    struct page page;
    struct fates fates;
    struct tian_word_clause *clauses, *spare; /* spare: for when there are no better ones */
    size_t nclauses, nspare;
    bool seen;        /* the document looked at has the word */
    uint64_t holding; /* documents that have it */
    struct tian_word_report *out;
};

/* ---- One place ------------------------------------------------------------------------- */

static const struct token *token_at(const struct token *tokens, size_t n, uint32_t unit)
{
    for (size_t i = 0; i < n; i++)
        if (tokens[i].from <= unit && unit < tokens[i].to)
            return &tokens[i];
    return NULL;
}

static bool is_word_of(const struct lexicon *lexicon, const struct normal *text, struct token t)
{
    return lexicon_match(lexicon, text->unit + t.from, t.to - t.from) == t.to - t.from;
}

enum fate doctor_fate(const struct lexicon *lexicon, const struct cuts *cuts, struct token word,
                      struct token *by)
{
    const struct token *first = token_at(cuts->with, cuts->nwith, word.from),
                       *last = token_at(cuts->with, cuts->nwith, word.to - 1);
    *by = word;
    if (first && first->from == word.from && first->to == word.to) {
        const struct token *before = token_at(cuts->without, cuts->nwithout, word.from);
        bool whole = before && before->from == word.from && before->to == word.to;
        return whole ? FATE_WHOLE : FATE_WINS;
    }
    if (first && first == last) {
        *by = *first;
        return is_word_of(lexicon, cuts->text, *first) ? FATE_LONGER : FATE_INSIDE;
    }
    bool begins = first && first->from < word.from;
    if (begins || (last && last->to > word.to))
        *by = begins ? *first : *last;
    return begins ? FATE_BEGINS : FATE_ENDS;
}

/* ---- In words ------------------------------------------------------------------------------ */

static const struct {
    const char *name, *english, *chinese;
} FATE_TEXTS[] = {
    [FATE_WINS] = { "wins", "becomes a word%s", "成词%s" },
    [FATE_WHOLE] = { "whole", "is one word also without the dictionary%s", "不靠词典也是一个词%s" },
    [FATE_LONGER] = { "longer", "inside the longer word %s of the dictionary", "被词典中更长的“%s”盖住" },
    [FATE_INSIDE] = { "inside", "inside %s, a word to ICU", "在分词器自有的词“%s”之内" },
    [FATE_BEGINS] = { "begins-in", "the word before it, %s, reaches over its beginning",
                      "前面的词“%s”跨过它的开头" },
    [FATE_ENDS] = { "ends-in", "the word behind it, %s, reaches over its end", "后面的词“%s”跨过它的结尾" },
};

static const char *text_of(struct arena *arena, const struct normal *text, struct token t)
{
    struct buf out;
    buf_init(&out, arena);
    normal_utf8(text, t.from, t.to, &out);
    return arena_cstr(arena, buf_view(&out));
}

static const char *words_of(struct arena *arena, const struct normal *text, const struct token *tokens,
                            size_t n)
{
    struct buf out;
    buf_init(&out, arena);
    for (size_t i = 0; i < n; i++) {
        buf_cstr(&out, i ? " | " : "");
        normal_utf8(text, tokens[i].from, tokens[i].to, &out);
    }
    return arena_cstr(arena, buf_view(&out));
}

/* Counted; the one it was counted with. */
static struct tian_word_fate *count_fate(struct doctor *d, enum fate fate, const struct normal *text,
                                         struct token by)
{
    struct arena *arena = d->ctx->arena;
    const char *word = fate <= FATE_WHOLE ? "" : text_of(arena, text, by);
    struct fates *all = &d->fates;
    size_t i = 0;
    while (i < all->n &&
           (strcmp(all->at[i].kind, FATE_TEXTS[fate].name) != 0 || strcmp(all->at[i].word, word) != 0))
        i++;
    if (i == all->n)
        vec_push(all, (struct tian_word_fate){
                          .kind = FATE_TEXTS[fate].name,
                          .word = word,
                          .text = arena_printf(arena, say(FATE_TEXTS[fate].english, FATE_TEXTS[fate].chinese),
                                               word) });
    all->at[i].times++;
    return &all->at[i];
}

/* ---- Clauses -------------------------------------------------------------------------------- */

static struct token *copy_tokens(struct arena *arena, const struct tokens *tokens, size_t *n)
{
    struct token *copy = arena_array(arena, struct token, tokens->n + 1);
    if (tokens->n > 0)
        memcpy(copy, tokens->at, tokens->n * sizeof *copy);
    *n = tokens->n;
    return copy;
}

static void cut_both(struct doctor *d, const struct stretch *s, struct arena *arena, struct cuts *out)
{
    out->text = s->text;
    out->without = copy_tokens(arena, cut_words(d->without, s->text, s->from, s->to), &out->nwithout);
    out->with = copy_tokens(arena, cut_words(d->with, s->text, s->from, s->to), &out->nwith);
}

static bool are_equal(const struct cuts *cuts)
{
    return cuts->nwithout == cuts->nwith &&
           (cuts->nwith == 0 || memcmp(cuts->without, cuts->with, cuts->nwith * sizeof *cuts->with) == 0);
}

static bool is_shown_already(const struct doctor *d, const char *without)
{
    for (size_t i = 0; i < d->nclauses; i++)
        if (strcmp(d->clauses[i].without, without) == 0)
            return true;
    for (size_t i = 0; i < d->nspare; i++)
        if (strcmp(d->spare[i].without, without) == 0)
            return true;
    return false;
}

static bool has_clause_of(const struct doctor *d, struct str id)
{
    for (size_t i = 0; i < d->nclauses; i++)
        if (str_eq(str_of(d->clauses[i].id), id))
            return true;
    return false;
}

static struct tian_text clause_text(struct arena *arena, const struct stretch *s, struct token word)
{
    uint32_t from = s->text->at[s->from], to = normal_end(s->text, s->original, s->to - 1);
    struct tian_mark *mark = arena_new_of(arena, struct tian_mark);
    *mark = (struct tian_mark){ s->text->at[word.from] - from,
                                normal_end(s->text, s->original, word.to - 1) - from };
    return (struct tian_text){ arena_cstr(arena, str_sub(s->original, from, to)), to - from, mark, 1 };
}

/* Show this clause, or have it in store. */
static void offer(struct doctor *d, const struct stretch *s, const struct cuts *cuts, struct token word,
                  const struct tian_word_fate *fate)
{
    struct arena *arena = d->ctx->arena;
    size_t n = s->to - s->from;
    bool enough = fate->times > MOST_ALIKE || has_clause_of(d, d->page.document.id);
    if (n == 0 || n > LONGEST_SHOWN || (enough ? d->nspare : d->nclauses) == MOST_CLAUSES)
        return;
    struct tian_word_clause clause = { .id = arena_cstr(arena, d->page.document.id), .why = fate->text };
    clause.without = words_of(arena, cuts->text, cuts->without, cuts->nwithout);
    clause.with = words_of(arena, cuts->text, cuts->with, cuts->nwith);
    if (is_shown_already(d, clause.without))
        return;
    clause.text = clause_text(arena, s, word);
    if (enough)
        d->spare[d->nspare++] = clause;
    else
        d->clauses[d->nclauses++] = clause;
}

/* A clause with the word at unit `at`; true when it is cut differently. */
static bool examine(struct doctor *d, const struct stretch *clause, size_t at, struct arena *scratch)
{
    struct cuts cuts;
    struct token by, word = { (uint32_t)at, (uint32_t)(at + d->word.n) };
    d->seen = true;
    cut_both(d, clause, scratch, &cuts);
    enum fate fate = doctor_fate(d->with_word, &cuts, word, &by);
    offer(d, clause, &cuts, word, count_fate(d, fate, cuts.text, by));
    return !are_equal(&cuts);
}

/* Every clause of a text that has the word whole in it. */
static bool examine_text(struct doctor *d, const struct stretch *text, struct arena *scratch)
{
    struct stretch clause = *text;
    bool changed = false;
    size_t at = normal_find(text->text, d->word.unit, d->word.n, 0), next = 0;
    while (at != SIZE_MAX && text_clause(text->text, CLAUSE_CLAUSE, next, &clause.from, &clause.to)) {
        next = clause.to;
        while (at != SIZE_MAX && at < clause.to) {
            if (at >= clause.from && at + d->word.n <= clause.to)
                changed |= examine(d, &clause, at, scratch);
            at = normal_find(text->text, d->word.unit, d->word.n, at + 1);
        }
    }
    return changed;
}

static int examine_document(struct doctor *d, uint32_t doc, struct arena *scratch)
{
    int code = page_load(d->ctx, d->reader, doc, TIAN_ROLE_OFFICER, &d->page);
    bool changed = false;
    d->seen = false;
    for (int i = 0; i < 2 && !code; i++) {
        struct stretch text = page_text(&d->page, i == 0);
        changed |= examine_text(d, &text, scratch);
    }
    d->holding += d->seen;
    d->out->changed += changed;
    d->out->read++;
    arena_reset(scratch);
    return code ? code : ctx_check(d->ctx);
}

/* ---- A word ------------------------------------------------------------------------------------ */

static int prepare(struct doctor *d, struct str word)
{
    struct ctx *ctx = d->ctx;
    struct arena *arena = ctx->arena;
    const struct lexicon *now = d->reader->lexicon;
    if (!dictionary_can_have(word))
        return ctx_fail(
            ctx, TIAN_EUSAGE, NULL,
            "“%.*s” can be no word of the dictionary: 2 to 64 characters without blanks and punctuation",
            "“%.*s”不能作为词：须为 2 至 64 个字，不含空格和标点", STR_ARG(word));
    normal_init(&d->word, arena);
    text_normalise(word, NULL, &d->word);
    d->out->word = text_of(arena, &d->word, (struct token){ 0, (uint32_t)d->word.n });
    d->out->known = lexicon_has(now, word);
    d->with_word = d->out->known ? now : lexicon_changed(arena, now, word, true);
    const struct lexicon *without = d->out->known ? lexicon_changed(arena, now, word, false) : now;
    int code = cutter_new(ctx, arena, without, &d->without);
    if (!code)
        code = cutter_new(ctx, arena, d->with_word, &d->with);
    vec_init(&d->fates, arena);
    d->clauses = arena_array(arena, struct tian_word_clause, MOST_CLAUSES);
    d->spare = arena_array(arena, struct tian_word_clause, MOST_CLAUSES);
    page_init(&d->page, arena);
    needle_make(arena, d->word.unit, d->word.n, &d->needle);
    return code;
}

static int most_first(const void *a, const void *b)
{
    const struct tian_word_fate *x = a, *y = b;
    if (x->times != y->times)
        return x->times > y->times ? -1 : 1;
    return strcmp(x->word, y->word);
}

static void finish(struct doctor *d)
{
    struct tian_word_report *out = d->out;
    for (size_t i = 0; i < d->nspare && d->nclauses < MOST_CLAUSES; i++)
        d->clauses[d->nclauses++] = d->spare[i];
    if (d->fates.n > 0)
        qsort(d->fates.at, d->fates.n, sizeof *d->fates.at, most_first);
    out->clauses = d->clauses;
    out->nclauses = d->nclauses;
    out->fates = d->fates.at;
    out->nfates = d->fates.n < MOST_FATES ? d->fates.n : MOST_FATES;
}

int search_word_test(struct ctx *ctx, const struct reader *reader, struct str word,
                     struct tian_word_report *out)
{
    struct doctor d = { .ctx = ctx, .reader = reader, .out = out };
    struct set set;
    int code = prepare(&d, word);
    if (!code)
        code = find_needle(ctx, reader, &d.needle, &set);
    if (code)
        return code;
    struct arena *scratch = arena_new(ctx->arena);
    out->documents = set.docs.n;
    size_t n = set.docs.n < MOST_READ ? set.docs.n : MOST_READ;
    for (size_t i = 0; i < n && !code; i++)
        code = examine_document(&d, set.docs.at[spread(i, set.docs.n, MOST_READ)], scratch);
    arena_free(scratch);
    if (n == set.docs.n)
        out->documents = d.holding; /* the pairs only said that they may hold it */
    finish(&d);
    return code;
}
