/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * How a query is read. Each text part becomes
 *
 *   加装电梯 ─▶ typed   加装电梯           keys 加装 装电 电梯
 *           ├▶ words   加装 | 电梯        each with its keys, its synonyms (forms)
 *           └▶ others  the part in other words or numbers (2020年 → 二〇二〇年)
 *
 * and the reading says which of them is demanded: exact the first, all the
 * second (or one of the third), any none. AUTO is all for what reads like
 * keywords and any for what reads like a question; then the stricter readings
 * come first (see rank.c). A phrase, a prefix and a part without words (C++ is
 * one, ++ is not) are always demanded as typed. Synonyms are for AUTO and ANY
 * only: who asks for ALL or EXACT gets what the words say.
 *
 * What ranks are the pieces of all parts that are not excluded, counted; of more
 * than MOST_WORDS stage.c chooses.
 */
#include "search/plan.h"

#include <assert.h>
#include <stdlib.h>

#include "search/filter.h"

enum {
    LONG_PART = 12,       /* characters: beyond it a part is a question */
    SENTENCE = 4,         /* words: with a stop word among them a part is a question */
    MANY_WORDS = 6,       /* and with so many it is one anyway */
    LONG_QUERY = 40,      /* characters in all */
    LONGEST_TYPED = 4096, /* units: a longer part is not looked for as a whole */
    LONGEST_QUERY = 1 << 20,
    MOST_THEME_WORDS = 48,
};

/* How much a word ranks against one as typed (measured: doc/RANKING.md): one that stands for it, a function
 * word, a single character. */
static const double SYNONYM = .15, STOP = .4, SINGLE = .9;

struct planner {
    struct ctx *ctx;
    const struct reader *reader;
    struct plan *plan;
    vec_of(struct plan_node *) leaves;
    vec_of(struct rank_word) rank;
    struct map *ranked; /* term → its place in rank, from 1 */
    struct map *terms;  /* each kept once: a long text has few beside its length */
    struct buf scratch;
    bool literal;
};

const char *reading_name(enum reading reading)
{
    static const char *const names[] = { "exact", "all", "any" };
    return names[reading];
}

void plan_note(struct arena *arena, struct plan *plan, const char *note)
{
    const char **more = arena_array(arena, const char *, plan->nnotes + 1);
    if (plan->nnotes > 0)
        memcpy(more, plan->notes, plan->nnotes * sizeof *more);
    more[plan->nnotes++] = note;
    plan->notes = more;
}

/* ---- needles ---------------------------------------------------------------- */

static int compare_keys(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static size_t distinct_keys(uint32_t *keys, size_t n)
{
    size_t kept = 0;
    if (n > 1)
        qsort(keys, n, sizeof *keys, compare_keys);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || keys[kept - 1] != keys[i])
            keys[kept++] = keys[i];
    return kept;
}

static bool is_blank(uint16_t unit)
{
    return unit == ' ' || unit == '\n';
}

void needle_make(struct arena *arena, const uint16_t *unit, size_t n, struct needle *out)
{
    while (n > 0 && is_blank(unit[0]))
        unit++, n--;
    while (n > 0 && is_blank(unit[n - 1]))
        n--;
    uint32_t *keys = arena_alloc(arena, mem_product(n + 1, sizeof *keys));
    size_t nkeys = 0, run = 0;
    *out = (struct needle){ .unit = unit, .n = n, .keys = keys };
    for (size_t i = 0; i < n; i++) {
        out->blank |= is_blank(unit[i]);
        run = text_class(unit[i]) == CLASS_NONE ? 0 : run + 1;
        bool ends = i + 1 == n || text_class(unit[i + 1]) == CLASS_NONE;
        if (run == 1 && ends)
            keys[nkeys++] = letter_key(unit[i]);
        else if (run > 1)
            keys[nkeys++] = pair_key(unit[i - 1], unit[i]);
    }
    out->proof = nkeys == 1 && n <= 2 && run == n;
    out->nkeys = distinct_keys(keys, nkeys);
}

static struct needle needle_of_text(struct arena *arena, struct str text)
{
    struct normal folded;
    struct needle out;
    normal_init(&folded, arena);
    text_normalise(text, NULL, &folded);
    needle_make(arena, folded.unit, folded.n, &out);
    return out;
}

/* ---- words -------------------------------------------------------------------- */

static struct str term_of(struct planner *p, const struct normal *folded, struct token token)
{
    buf_clear(&p->scratch);
    cut_term(folded, token, &p->scratch);
    struct str *known = map_get(p->terms, buf_view(&p->scratch));
    if (known)
        return *known;
    known = arena_new_of(p->ctx->arena, struct str);
    *known = arena_str(p->ctx->arena, buf_view(&p->scratch));
    *map_at(p->terms, *known) = known;
    return *known;
}

/* Is the whole of it one number, of more than one digit? */
static bool is_number(struct str word)
{
    uint64_t value;
    size_t used;
    return word.n > 1 && number_at(word, &value, &used) && used == word.n && value > 9;
}

enum {
    MOST_SYNONYMS = 20, /* a unit has had up to that many names */
    MOST_FORMS = MOST_SYNONYMS + 2
};

/* Other ways to write a word or part. */
static size_t other_forms(struct planner *p, struct str text, bool number, struct str out[MOST_FORMS])
{
    const struct str *synonyms;
    struct str *numbers;
    size_t n = 0, k;
    if (!p->plan->expand)
        return 0;
    k = lexicon_synonyms(p->reader->lexicon, text, &synonyms);
    for (size_t i = 0; i < k && n < MOST_SYNONYMS; i++)
        out[n++] = synonyms[i];
    k = number ? number_forms(p->ctx->arena, text, &numbers) : 0;
    for (size_t i = 0; i < k && n < MOST_FORMS; i++)
        out[n++] = numbers[i];
    return n;
}

static void word_forms(struct planner *p, struct plan_word *word, const uint16_t *unit, size_t n)
{
    struct arena *arena = p->ctx->arena;
    struct str others[MOST_FORMS];
    size_t nothers = other_forms(p, word->term, is_number(word->term), others);
    word->forms = arena_array(arena, struct needle, nothers + 1);
    needle_make(arena, unit, n, &word->forms[0]);
    for (size_t i = 0; i < nothers; i++)
        word->forms[i + 1] = needle_of_text(arena, others[i]);
    word->nforms = nothers + 1;
}

/* All of a part as terms that rank; ends: where each ends. */
static const uint32_t *cut_terms(struct planner *p, struct plan_node *node, const struct normal *folded)
{
    struct arena *arena = p->ctx->arena;
    const struct tokens *tokens = cut_pieces(p->reader->cutter, folded, 0, folded->n);
    uint32_t *ends = arena_array(arena, uint32_t, tokens->n);
    node->npieces = tokens->n;
    node->pieces = arena_array(arena, struct str, tokens->n);
    for (size_t i = 0; i < tokens->n; i++) {
        node->pieces[i] = term_of(p, folded, tokens->at[i]);
        ends[i] = tokens->at[i].to;
    }
    return ends;
}

/* The distinct words of a part, each knowing its pieces. */
static void cut_part(struct planner *p, struct plan_node *node, const struct normal *folded)
{
    struct arena *arena = p->ctx->arena;
    const uint32_t *ends = cut_terms(p, node, folded);
    const struct tokens *tokens = cut_words(p->reader->cutter, folded, 0, folded->n);
    struct map *seen = map_new(arena);
    vec_of(struct plan_word) words;
    vec_init(&words, arena);
    for (size_t i = 0, piece = 0; i < tokens->n; i++) {
        struct token token = tokens->at[i];
        struct str term = term_of(p, folded, token);
        size_t first = piece;
        while (piece < node->npieces && ends[piece] <= token.to)
            piece++;
        void **place = map_at(seen, term);
        if (*place)
            continue;
        *place = seen;
        struct plan_word word = { .term = term, .piece = first, .npieces = piece - first };
        word.stop = lexicon_is_stop(p->reader->lexicon, term);
        word_forms(p, &word, folded->unit + token.from, token.to - token.from);
        vec_push(&words, word);
    }
    node->words = words.at;
    node->nwords = words.n;
}

/* ---- ranking words ---------------------------------------------------------------- */

static void add_rank(struct planner *p, struct str term, double weight)
{
    void **place = map_at(p->ranked, term);
    if (!*place) {
        vec_push(&p->rank, (struct rank_word){ term, 0 });
        *place = (void *)(uintptr_t)p->rank.n;
    }
    p->rank.at[(uintptr_t)*place - 1].weight += weight;
}

static void add_text_rank(struct planner *p, struct str text, double weight)
{
    struct normal folded;
    normal_init(&folded, p->ctx->arena);
    text_normalise(text, NULL, &folded);
    const struct tokens *tokens = cut_pieces(p->reader->cutter, &folded, 0, folded.n);
    for (size_t i = 0; i < tokens->n; i++)
        add_rank(p, term_of(p, &folded, tokens->at[i]), weight);
}

static int compare_theme_words(const void *a, const void *b)
{
    const struct theme_word *x = a, *y = b;
    return x->weight != y->weight ? (x->weight < y->weight) - (x->weight > y->weight)
                                  : str_cmp(x->word, y->word);
}

/* A theme ranks by its profile; beside words it counts for less than they do. */
static void rank_theme(struct planner *p, const struct query_node *node)
{
    const struct taxonomy *taxonomy = builder_taxonomy(p->reader->builder);
    struct theme_word *words;
    struct str name = node->text;
    (void)taxonomy_meant(taxonomy, name, &name);
    size_t n = taxonomy_profile(taxonomy, p->ctx->arena, name, &words);
    if (n == SIZE_MAX || n == 0)
        return;
    qsort(words, n, sizeof *words, compare_theme_words);
    double share = p->plan->nleaves > 0 ? .3 : 1;
    for (size_t i = 0; i < n && i < MOST_THEME_WORDS && words[i].weight > 0; i++)
        add_text_rank(p, words[i].word, words[i].weight / words[0].weight * node->weight * share);
}

/* Function words say little, single characters a little less than words. */
static double share_of(const struct planner *p, struct str term)
{
    return lexicon_is_stop(p->reader->lexicon, term)         ? STOP
           : term.n == 3 && (unsigned char)term.p[0] >= 0xE0 ? SINGLE
                                                             : 1;
}

static void rank_pieces(struct planner *p, const struct plan_node *leaf)
{
    struct map *counts = map_new(p->ctx->arena);
    for (size_t i = 0; i < leaf->npieces; i++)
        ++*(uintptr_t *)map_at(counts, leaf->pieces[i]);
    for (size_t i = 0; i < counts->n; i++) {
        double count = (double)(uintptr_t)counts->entries[i].value;
        double often = 8 * count / (7 + count); /* BM25's k3 = 7 */
        struct str term = counts->entries[i].key;
        add_rank(p, term, leaf->syntax->weight * often * share_of(p, term));
    }
}

static void rank_leaf(struct planner *p, const struct plan_node *leaf)
{
    rank_pieces(p, leaf);
    for (size_t i = 0; i < leaf->nwords; i++) {
        const struct plan_word *word = &leaf->words[i];
        for (size_t k = 1; k < word->nforms; k++) {
            struct buf text;
            buf_init(&text, p->ctx->arena);
            struct normal view = { .unit = (uint16_t *)(uintptr_t)word->forms[k].unit,
                                   .n = word->forms[k].n };
            normal_utf8(&view, 0, view.n, &text);
            add_text_rank(p, buf_view(&text), SYNONYM * leaf->syntax->weight);
        }
    }
}

static void rank_themes(struct planner *p, const struct plan_node *node)
{
    if (!node || node->negated)
        return;
    if (node->kind == QUERY_VALUE && node->field == FIELD_THEME)
        rank_theme(p, node->syntax);
    for (const struct plan_node *kid = node->kid; kid; kid = kid->next)
        rank_themes(p, kid);
}

/* ---- the tree ------------------------------------------------------------------------ */

static void plan_text(struct planner *p, struct plan_node *node)
{
    struct arena *arena = p->ctx->arena;
    struct normal folded;
    struct str others[MOST_FORMS];
    normal_init(&folded, arena);
    text_normalise(node->syntax->text, NULL, &folded);
    cut_part(p, node, &folded);
    if (folded.n <= LONGEST_TYPED)
        needle_make(arena, folded.unit, folded.n, &node->typed);
    if (node->kind == QUERY_WORDS && (node->nwords == 0 || node->negated || node->whole))
        node->kind = QUERY_PHRASE;
    if (node->kind != QUERY_WORDS || folded.n > LONG_QUERY)
        return;
    struct buf text;
    buf_init(&text, arena);
    normal_utf8(&folded, 0, folded.n, &text);
    size_t n = node->nwords > 1 ? other_forms(p, buf_view(&text), true, others) : 0;
    node->others = arena_array(arena, struct needle, n);
    for (size_t i = 0; i < n; i++)
        node->others[i] = needle_of_text(arena, others[i]);
    node->nothers = n;
}

static int plan_value(struct planner *p, struct plan_node *node)
{
    const struct query_node *syntax = node->syntax;
    bool readable;
    int code = filter_new(p->ctx, p->reader, syntax, p->literal, &node->filter, &readable);
    if (code || readable)
        return code;
    if (node->field == FIELD_THEME)
        return ctx_fail(p->ctx, TIAN_EUSAGE, "theme",
                        "no such theme, or several of that name: %.*s (tian theme list)",
                        "没有这个主题，或不止一个：%.*s（见 tian theme list）", STR_ARG(syntax->text));
    struct buf text;
    buf_init(&text, p->ctx->arena);
    query_show(syntax, &text);
    plan_note(p->ctx->arena, p->plan,
              arena_printf(p->ctx->arena, say("%.*s: this value cannot be read", "%.*s：无法理解这个值"),
                           STR_ARG(buf_view(&text))));
    return 0;
}

static struct plan_node *node_of(struct arena *arena, const struct query_node *syntax,
                                 const struct plan_node *parent)
{
    struct plan_node *node = arena_new_of(arena, struct plan_node);
    node->syntax = syntax;
    node->kind = syntax->kind;
    node->field = syntax->field;
    node->negated = parent && (parent->negated || parent->kind == QUERY_NOT);
    node->whole = parent && (parent->whole || parent->kind >= QUERY_NEAR);
    return node;
}

static int plan_tree(struct planner *p, const struct query_node *syntax, const struct plan_node *parent,
                     struct plan_node **out)
{
    struct plan_node *node = *out = node_of(p->ctx->arena, syntax, parent);
    if (node->kind == QUERY_VALUE)
        return plan_value(p, node);
    if (plan_node_is_text(node)) {
        plan_text(p, node);
        if (!node->negated)
            vec_push(&p->leaves, node);
        return 0;
    }
    struct plan_node **link = &node->kid;
    for (const struct query_node *kid = syntax->kid; kid; kid = kid->next, link = &(*link)->next) {
        int code = plan_tree(p, kid, node, link);
        if (code)
            return code;
    }
    return 0;
}

/* ---- the reading ------------------------------------------------------------------------ */

static bool is_question_word(struct str term)
{
    static const struct str words[] = {
        STR("什么"),   STR("怎么"), STR("怎样"), STR("怎么样"), STR("如何"), STR("为何"),
        STR("为什么"), STR("哪些"), STR("哪里"), STR("哪个"),   STR("哪家"), STR("多少"),
        STR("是否"),   STR("能否"), STR("可否"), STR("吗"),     STR("谁"),   STR("怎么办"),
    };
    return str_is_any(term, words, sizeof words / sizeof *words);
}

/* 咨询公积金贷款的问题: short, but with so many words, a function word of one character among them, nobody
 * means every one of them. */
static bool is_sentence(const struct plan_node *leaf)
{
    size_t stops = 0;
    for (size_t i = 0; i < leaf->nwords; i++)
        stops += leaf->words[i].stop && utf8_length(leaf->words[i].term) == 1;
    return leaf->nwords >= MANY_WORDS || (leaf->nwords >= SENTENCE && stops > 0);
}

static bool is_question(const struct plan *plan)
{
    size_t all = 0;
    for (size_t i = 0; i < plan->nleaves; i++) {
        const struct plan_node *leaf = plan->leaves[i];
        if (leaf->kind != QUERY_WORDS)
            continue;
        size_t n = utf8_length(leaf->syntax->text);
        all += n;
        if (n > LONG_PART || is_sentence(leaf) || str_has(leaf->syntax->text, STR("？")) ||
            str_has(leaf->syntax->text, STR("?")))
            return true;
        for (size_t k = 0; k < leaf->nwords; k++)
            if (is_question_word(leaf->words[k].term))
                return true;
    }
    return all > LONG_QUERY;
}

/* A plain part at the top need not be there when any is asked for; one with a field does, unless it is a
 * text. */
static bool set_optional(struct plan_node *node)
{
    if (node->kind == QUERY_WORDS)
        node->optional = node->field == FIELD_ANY || utf8_length(node->syntax->text) > LONG_PART;
    bool any = node->optional;
    for (struct plan_node *kid = node->kid; kid && node->kind == QUERY_AND; kid = kid->next)
        any |= set_optional(kid);
    return any;
}

static bool leaf_differs(const struct plan_node *leaf)
{
    if (leaf->kind != QUERY_WORDS)
        return false;
    return leaf->nwords != 1 || leaf->words[0].nforms > 1 || leaf->words[0].forms[0].n != leaf->typed.n;
}

static void choose_reading(struct plan *plan, enum tian_match match)
{
    bool words = false;
    for (size_t i = 0; i < plan->nleaves; i++) {
        words |= plan->leaves[i]->kind == QUERY_WORDS;
        plan->differs |= leaf_differs(plan->leaves[i]);
    }
    plan->staged = match == TIAN_MATCH_AUTO && words;
    plan->reading = match == TIAN_MATCH_EXACT || !words ? READ_EXACT
                    : match == TIAN_MATCH_ALL           ? READ_ALL
                    : match == TIAN_MATCH_ANY           ? READ_ANY
                    : is_question(plan)                 ? READ_ANY
                                                        : READ_ALL;
    plan->optional = plan->root && plan->reading == READ_ANY && set_optional(plan->root);
}

/* ---- all together ------------------------------------------------------------------------ */

/* options->theme as one more condition. */
static const struct query_node *with_theme(struct arena *arena, struct query_node *root, const char *theme)
{
    if (!theme || !*theme)
        return root;
    struct query_node *value = arena_new_of(arena, struct query_node),
                      *both = arena_new_of(arena, struct query_node);
    *value =
        (struct query_node){ .kind = QUERY_VALUE, .field = FIELD_THEME, .text = str_of(theme), .weight = 1 };
    if (!root)
        return value;
    *both = (struct query_node){ .kind = QUERY_AND, .kid = value, .weight = 1 };
    value->next = root->kind == QUERY_AND ? root->kid : root;
    return both;
}

static int check_line(struct ctx *ctx, struct str line)
{
    if (line.n > LONGEST_QUERY)
        return ctx_fail(ctx, TIAN_ELIMIT, "query", "the query has more than %d bytes", "查询超过 %d 字节",
                        LONGEST_QUERY);
    if (utf8_check(line) != line.n)
        return ctx_fail(ctx, TIAN_EUSAGE, "query", "the query is not valid UTF-8 at byte %zu",
                        "查询第 %zu 字节处不是有效的 UTF-8", utf8_check(line));
    return 0;
}

static void plan_ranking(struct planner *p)
{
    for (size_t i = 0; i < p->leaves.n; i++)
        rank_leaf(p, p->leaves.at[i]);
    rank_themes(p, p->plan->root);
    p->plan->rank = p->rank.at;
    p->plan->nrank = p->rank.n;
}

int plan_make(struct ctx *ctx, const struct reader *reader, struct str line,
              const struct tian_search_options *options, struct plan *out)
{
    struct planner p = {
        .ctx = ctx, .reader = reader, .plan = out, .ranked = map_new(ctx->arena), .literal = options->literal
    };
    int code = check_line(ctx, line);
    if (code)
        return code;
    bool may = options->match == TIAN_MATCH_AUTO || options->match == TIAN_MATCH_ANY;
    *out = (struct plan){ .expand = may && !options->literal };
    p.terms = map_new(ctx->arena);
    buf_init(&p.scratch, ctx->arena);
    vec_init(&p.leaves, ctx->arena);
    vec_init(&p.rank, ctx->arena);
    query_parse(ctx->arena, line, &out->query);
    if (out->query.unknown.n > 0)
        return ctx_fail(ctx, TIAN_EUSAGE, "query", "no such field: %.*s; there are: %s",
                        "没有这个字段：%.*s；可用的有：%s", STR_ARG(out->query.unknown),
                        query_field_list(ctx->arena));
    if (out->query.note)
        plan_note(ctx->arena, out, out->query.note);
    const struct query_node *root = with_theme(ctx->arena, out->query.root, options->theme);
    if (root && (code = plan_tree(&p, root, NULL, &out->root)) != 0)
        return code;
    out->leaves = p.leaves.at;
    out->nleaves = p.leaves.n;
    choose_reading(out, options->match);
    plan_ranking(&p);
    return 0;
}
