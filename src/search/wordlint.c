/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What is odd about the dictionary. Some of it the lines say themselves (no UTF-8,
 * a comma inside, twice the same), some the pair lists (in no document; two
 * frequent words that seldom stand side by side), and whether a word ever wins
 * only texts can say: a sample of documents is cut with and without the dictionary,
 * and each place where a word of it stands is counted for that word.
 *
 * All kinds of problems are one table: a kind is a line there and a function that
 * says what is wrong with a word, or nothing.
 */
#include "search/doctor.h"
#include "search/find.h"
#include "search/search.h"

#include <stdlib.h>

enum {
    MOST_READ = 3000,  /* documents */
    LONGEST_USUAL = 8, /* characters of a word */
    LEAST_TIMES = 3,   /* that a word must stand before it is said never to win */
    FREQUENT = 20,     /* a word is frequent that every so manieth document has */
    RARE = 20          /* a pair of them is rare: in fewer than a so manieth of the documents of either */
};
/* A word and what became of it. */
struct judged {
    const struct dictionary_line *line;
    const struct dictionary_line *earlier; /* the same word */
    struct token *pieces;                  /* of ICU, in the word alone */
    struct normal units;
    size_t npieces;
    uint64_t times, wins;
    enum fate fate; /* what mostly kept it from winning, by a majority vote */
    const char *by;
    uint64_t votes;
};

struct lint {
    struct ctx *ctx;
    const struct reader *reader;
    struct cutter *plain; /* without a dictionary */
    struct judged *words;
    size_t nwords;
    struct map *places; /* units → struct judged */
    struct page page;
    vec_of(struct tian_dict_problem) problems;
    uint64_t read;
};

/* ---- The words ------------------------------------------------------------------------- */

static struct str units_key(const uint16_t *unit, size_t n)
{
    return (struct str){ (const char *)unit, n * sizeof *unit };
}

static void take_line(struct lint *l, const struct dictionary_line *line)
{
    struct arena *arena = l->ctx->arena;
    struct judged *w = &l->words[l->nwords++];
    w->line = line;
    normal_init(&w->units, arena);
    text_normalise(line->word, NULL, &w->units);
    const struct tokens *pieces = cut_words(l->plain, &w->units, 0, w->units.n);
    w->npieces = pieces->n;
    w->pieces = arena_array(arena, struct token, pieces->n + 1);
    if (pieces->n > 0)
        memcpy(w->pieces, pieces->at, pieces->n * sizeof *pieces->at);
    void **place = map_at(l->places, units_key(w->units.unit, w->units.n));
    if (*place)
        w->earlier = ((struct judged *)*place)->line;
    else
        *place = w;
}

/* ---- The sample -------------------------------------------------------------------------- */

static const char *text_of(struct arena *arena, const struct normal *text, struct token t)
{
    struct buf out;
    buf_init(&out, arena);
    normal_utf8(text, t.from, t.to, &out);
    return arena_cstr(arena, buf_view(&out));
}

static void vote(struct lint *l, struct judged *w, enum fate fate, const char *by)
{
    if (w->votes == 0) {
        w->fate = fate;
        w->by = arena_cstr(l->ctx->arena, str_of(by));
    }
    w->votes += w->votes == 0 || strcmp(w->by, by) == 0 ? 1 : (uint64_t)-1;
}

static void judge(struct lint *l, const struct cuts *cuts, struct token place, struct arena *scratch)
{
    struct judged *w = map_get(l->places, units_key(cuts->text->unit + place.from, place.to - place.from));
    struct token by;
    if (!w)
        return;
    enum fate fate = doctor_fate(l->reader->lexicon, cuts, place, &by);
    w->times++;
    w->wins += fate <= FATE_WHOLE;
    if (fate > FATE_WHOLE)
        vote(l, w, fate, text_of(scratch, cuts->text, by));
}

static struct token *copy_tokens(struct arena *arena, const struct tokens *tokens, size_t *n)
{
    struct token *copy = arena_array(arena, struct token, tokens->n + 1);
    if (tokens->n > 0)
        memcpy(copy, tokens->at, tokens->n * sizeof *copy);
    *n = tokens->n;
    return copy;
}

/* Every dictionary word that stands in a clause. */
static void judge_clause(struct lint *l, const struct normal *text, size_t from, size_t to,
                         struct arena *scratch)
{
    struct cuts cuts = { .text = text };
    for (size_t i = from; i < to; i++) {
        size_t n = lexicon_match(l->reader->lexicon, text->unit + i, to - i);
        if (n > 0 && !cuts.with) {
            cuts.with = copy_tokens(scratch, cut_words(l->reader->cutter, text, from, to), &cuts.nwith);
            cuts.without = copy_tokens(scratch, cut_words(l->plain, text, from, to), &cuts.nwithout);
        }
        for (; n > 0; n = lexicon_match(l->reader->lexicon, text->unit + i, n - 1))
            judge(l, &cuts, (struct token){ (uint32_t)i, (uint32_t)(i + n) }, scratch);
    }
}

static int judge_document(struct lint *l, uint32_t doc, struct arena *scratch)
{
    int code = page_load(l->ctx, l->reader, doc, TIAN_ROLE_OFFICER, &l->page);
    for (int i = 0; i < 2 && !code; i++) {
        struct stretch text = page_text(&l->page, i == 0);
        size_t from, to = 0;
        while (text_clause(text.text, CLAUSE_CLAUSE, to, &from, &to))
            judge_clause(l, text.text, from, to, scratch);
        arena_reset(scratch);
    }
    l->read++;
    return code ? code : ctx_check(l->ctx);
}

static int read_sample(struct lint *l)
{
    struct set all = { .everything = true };
    struct arena *scratch = arena_new(l->ctx->arena);
    vec_init(&all.docs, l->ctx->arena);
    int code = find_expand(l->ctx, l->reader, &all);
    size_t n = all.docs.n < MOST_READ ? all.docs.n : MOST_READ;
    for (size_t i = 0; i < n && !code; i++)
        code = judge_document(l, all.docs.at[spread(i, all.docs.n, MOST_READ)], scratch);
    arena_free(scratch);
    return code;
}

/* ---- What can be wrong: NULL when it is not ------------------------------------------------- */

static uint32_t documents_with(struct lint *l, const struct normal *text, struct token t)
{
    struct needle needle;
    struct set set;
    needle_make(l->ctx->arena, text->unit + t.from, t.to - t.from, &needle);
    return find_needle(l->ctx, l->reader, &needle, &set) ? 0 : (uint32_t)set.docs.n;
}

static const char *wrong_encoding(struct lint *l, const struct judged *w)
{
    (void)l;
    return w->line->bad ? say("the line is not UTF-8", "这一行不是 UTF-8") : NULL;
}

static const char *wrong_form(struct lint *l, const struct judged *w)
{
    struct arena *arena = l->ctx->arena;
    if (!dictionary_can_have(w->line->word))
        return say("can never be matched: a word has 2 to 64 characters, no punctuation",
                   "永远用不上：词须为 2 至 64 个字，不含标点");
    if (w->line->rest.n > 0)
        return arena_printf(arena, say("“%.*s” behind the blank is not used", "空格后面的“%.*s”没有用"),
                            STR_ARG(w->line->rest));
    if (w->units.n > LONGEST_USUAL && text_class(w->units.unit[0]) == CLASS_HAN)
        return arena_printf(arena, say("%zu characters: is it a word?", "有 %zu 个字：是一个词吗？"),
                            w->units.n);
    return NULL;
}

static const char *is_repeated(struct lint *l, const struct judged *w)
{
    return w->earlier ? arena_printf(l->ctx->arena, say("as in %s, line %u", "与 %s 第 %u 行相同"),
                                     w->earlier->path, w->earlier->line)
                      : NULL;
}

/* 的 了 和 与 及 在 是 等 对 将 也 */
static bool is_function(uint16_t unit)
{
    static const uint16_t set[] = { 0x7684, 0x4E86, 0x548C, 0x4E0E, 0x53CA, 0x5728,
                                    0x662F, 0x7B49, 0x5BF9, 0x5C06, 0x4E5F };
    for (size_t i = 0; i < sizeof set / sizeof *set; i++)
        if (set[i] == unit)
            return true;
    return false;
}

static const char *has_function_word(struct lint *l, const struct judged *w)
{
    if (w->npieces != 2 || w->units.n < 3)
        return NULL;
    struct token ends[] = { w->pieces[0], w->pieces[w->npieces - 1] };
    for (int i = 0; i < 2; i++)
        if (ends[i].to - ends[i].from == 1 && is_function(w->units.unit[ends[i].from]))
            return arena_printf(l->ctx->arena,
                                i ? say("ends with the function word %s", "以虚词“%s”结尾，容易跨词合并")
                                  : say("begins with the function word %s", "以虚词“%s”开头，容易跨词合并"),
                                text_of(l->ctx->arena, &w->units, ends[i]));
    return NULL;
}

static const char *never_occurs(struct lint *l, const struct judged *w)
{
    bool none = w->times == 0 && documents_with(l, &w->units, (struct token){ 0, (uint32_t)w->units.n }) == 0;
    return none ? say("in no document", "不在任何文件中") : NULL;
}

static const char *never_wins(struct lint *l, const struct judged *w)
{
    static const struct {
        const char *english, *chinese;
    } texts[] = {
        [FATE_LONGER] = { "never wins in %llu places: mostly inside the longer word %s",
                          "出现 %llu 次，从未成词：多在更长的词“%s”之内" },
        [FATE_INSIDE] = { "never wins in %llu places: mostly inside %s, a word to ICU",
                          "出现 %llu 次，从未成词：多在分词器的词“%s”之内" },
        [FATE_BEGINS] = { "never wins in %llu places: the word before it, %s, reaches over its beginning",
                          "出现 %llu 次，从未成词：前面的词“%s”跨过它的开头" },
        [FATE_ENDS] = { "never wins in %llu places: the word behind it, %s, reaches over its end",
                        "出现 %llu 次，从未成词：后面的词“%s”跨过它的结尾" },
    };
    if (w->times < LEAST_TIMES || w->wins > 0)
        return NULL;
    return arena_printf(l->ctx->arena, say(texts[w->fate].english, texts[w->fate].chinese),
                        (unsigned long long)w->times, w->by);
}

/* Two frequent words that seldom stand side by side: made one word, either is missed there. */
static const char *merges_frequent(struct lint *l, const struct judged *w)
{
    struct arena *arena = l->ctx->arena;
    if (w->npieces != 2 || w->pieces[0].to < 2 || w->units.n - w->pieces[1].from < 2)
        return NULL;
    uint32_t all = snapshot_live(l->reader->snapshot);
    uint32_t a = documents_with(l, &w->units, w->pieces[0]), b = documents_with(l, &w->units, w->pieces[1]);
    uint32_t both = documents_with(l, &w->units, (struct token){ 0, (uint32_t)w->units.n });
    uint32_t fewer = a < b ? a : b;
    if (fewer < all / FREQUENT || both == 0 || both >= fewer / RARE)
        return NULL;
    return arena_printf(
        arena,
        say("makes one word of %s (%u documents) and %s (%u), which seldom stand side by side (%u)",
            "把常用的“%s”（%u 件）和“%s”（%u 件）合成一词，而二者相邻的只有 %u 件"),
        text_of(arena, &w->units, w->pieces[0]), a, text_of(arena, &w->units, w->pieces[1]), b, both);
}

static const struct {
    const char *kind;
    const char *(*find)(struct lint *, const struct judged *);
    bool of_words; /* needs a word that can be matched, and once is enough */
} KINDS[] = {
    { "encoding", wrong_encoding, false },  { "form", wrong_form, false },
    { "repeated", is_repeated, false },     { "function-word", has_function_word, true },
    { "never-occurs", never_occurs, true }, { "never-wins", never_wins, true },
    { "merges", merges_frequent, true },
};

/* ---- All --------------------------------------------------------------------------------------- */

static void find_kind(struct lint *l, size_t kind)
{
    struct arena *arena = l->ctx->arena;
    for (size_t i = 0; i < l->nwords; i++) {
        struct judged *w = &l->words[i];
        bool is_word = !w->line->bad && !w->earlier && dictionary_can_have(w->line->word);
        if ((KINDS[kind].of_words && !is_word) || (w->line->bad && kind > 0))
            continue;
        const char *text = KINDS[kind].find(l, w);
        if (text)
            vec_push(&l->problems,
                     (struct tian_dict_problem){ .kind = KINDS[kind].kind,
                                                 .word = arena_cstr(arena, w->line->word),
                                                 .file = arena_cstr(arena, str_of(w->line->path)),
                                                 .line = w->line->line,
                                                 .text = text });
    }
}

int search_dict_lint(struct ctx *ctx, const struct reader *reader, const struct dictionary *dictionary,
                     struct tian_dict_problems *out)
{
    struct lint l = { .ctx = ctx, .reader = reader, .places = map_new(ctx->arena) };
    l.words = arena_array(ctx->arena, struct judged, dictionary->n + 1);
    page_init(&l.page, ctx->arena);
    vec_init(&l.problems, ctx->arena);
    int code = cutter_new(ctx, ctx->arena, NULL, &l.plain);
    for (size_t i = 0; i < dictionary->n && !code; i++)
        take_line(&l, &dictionary->at[i]);
    if (!code)
        code = read_sample(&l);
    for (size_t kind = 0; kind < sizeof KINDS / sizeof *KINDS && !code; kind++) {
        find_kind(&l, kind);
        code = ctx_check(ctx);
    }
    *out = (struct tian_dict_problems){ l.problems.at, l.problems.n, dictionary->n, l.read };
    return code;
}
