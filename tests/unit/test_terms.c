/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What is indexed of a document, against the plainest way to find it out with
 * the same cutter: every word counted one by one, every pair by two loops.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "store/terms.h"

enum {
    TITLE_WEIGHT = 2
};

struct world {
    struct arena *arena;
    struct ctx ctx;
    struct tian_error error;
    struct lexicon *lexicon;
    struct termer *termer;
    struct cutter *cutter;
};

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    w->arena = arena_new(NULL);
    w->ctx = (struct ctx){ .arena = w->arena, .error = &w->error };
    assert_int_equal(lexicon_load(&w->ctx, w->arena, NULL, &w->lexicon), 0);
    assert_int_equal(termer_new(&w->ctx, w->arena, w->lexicon, &w->termer), 0);
    assert_int_equal(cutter_new(&w->ctx, w->arena, w->lexicon, &w->cutter), 0);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    arena_free(w->arena);
    free(w);
    return 0;
}

/* ---- The plainest way ------------------------------------------------------- */

static void add_words(struct world *w, struct map *counts, struct str text, const struct skips *skips,
                      uint32_t weight)
{
    struct normal normal;
    struct buf term;
    normal_init(&normal, w->arena);
    buf_init(&term, w->arena);
    text_normalise(text, skips, &normal);
    const struct tokens *both[] = { cut_pieces(w->cutter, &normal, 0, normal.n), cut_apart(w->cutter) };
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < both[k]->n; i++) {
            buf_clear(&term);
            cut_term(&normal, both[k]->at[i], &term);
            uint32_t **count = (uint32_t **)map_at(counts, buf_view(&term));
            if (*count == NULL)
                *count = arena_new_of(w->arena, uint32_t);
            **count += k == 0 ? weight : 0;
        }
}

static void add_key(struct world *w, struct map *keys, uint32_t key)
{
    *map_at(keys, arena_str(w->arena, (struct str){ (const char *)&key, sizeof key })) = keys;
}

static void add_pairs(struct world *w, struct map *keys, struct str text, const struct skips *skips)
{
    struct normal normal;
    normal_init(&normal, w->arena);
    text_normalise(text, skips, &normal);
    for (size_t i = 0; i < normal.n; i++)
        if (text_class(normal.unit[i])) {
            add_key(w, keys, letter_key(normal.unit[i]));
            if (i > 0 && text_class(normal.unit[i - 1]))
                add_key(w, keys, pair_key(normal.unit[i - 1], normal.unit[i]));
        }
}

static void add_clauses(struct world *w, struct map *keys, const struct document *d)
{
    struct normal normal;
    normal_init(&normal, w->arena);
    text_normalise(d->body, &d->skips, &normal);
    for (size_t begin, end = 0; text_clause(&normal, CLAUSE_CLAUSE, end, &begin, &end);) {
        uint32_t key = text_fingerprint(&normal, begin, end);
        if (key)
            add_key(w, keys, key);
    }
}

static void check_keys(const struct keys *got, const struct map *want)
{
    assert_int_equal(got->n, want->n);
    for (size_t i = 0; i < got->n; i++)
        assert_true(map_has(want, (struct str){ (const char *)&got->at[i], sizeof got->at[i] }));
}

static void check_document(struct world *w, const struct document *d)
{
    struct terms terms;
    struct map *words = map_new(w->arena), *pairs = map_new(w->arena), *clauses = map_new(w->arena);
    add_words(w, words, d->title, NULL, TITLE_WEIGHT);
    add_words(w, words, d->body, &d->skips, 1);
    add_pairs(w, pairs, d->title, NULL);
    add_pairs(w, pairs, d->body, &d->skips);
    add_clauses(w, clauses, d);
    assert_int_equal(terms_of(&w->ctx, w->termer, d, STR("encoded"), &terms), 0);
    uint64_t hash = 0;
    assert_int_equal(terms.nwords, words->n);
    for (size_t i = 0; i < terms.nwords; i++) {
        const uint32_t *count = map_get(words, terms.words[i].term);
        assert_non_null(count);
        assert_int_equal(terms.words[i].count, *count);
        hash += terms_hash_word(terms.words[i].term, *count);
    }
    check_keys(&terms.pairs, pairs);
    check_keys(&terms.clauses, clauses);
    for (size_t i = 0; i < terms.pairs.n; i++)
        hash += terms_hash_key(LIST_PAIRS, terms.pairs.at[i]);
    for (size_t i = 0; i < terms.clauses.n; i++)
        hash += terms_hash_key(LIST_CLAUSES, terms.clauses.at[i]);
    assert_int_equal(terms.row.number[COLUMN_TERMS_HASH], hash);
    assert_int_equal(terms.row.number[COLUMN_ID_HASH], hash_str(d->id));
    assert_int_equal(terms.row.number[COLUMN_CONTENT_HASH], hash_str(STR("encoded")));
    assert_int_equal(terms.row.number[COLUMN_SIZE], d->title.n + d->body.n);
}

/* ---- Documents ---------------------------------------------------------------- */

static void a_proposal(void **state)
{
    struct document d = {
        .id = STR("14-3-0001"),
        .title = STR("关于加快推进老旧小区加装电梯的提案"),
        .body = STR("近年来，老旧小区加装电梯工作稳步推进，但仍存在资金筹措难、意见统一难等问题。\n"
                    "一、主要问题\n（一）资金筹措难。加装电梯的费用约为50万元，居民难以承担。\n"
                    "二、建议\n1.加大财政补贴力度，每台补贴20万元；2.简化审批流程，G60科创走廊先行。\n"),
    };
    check_document(*state, &d);
}

static void odd_documents(void **state)
{
    struct world *w = *state;
    struct skip skip = { 3, 6 };
    struct document none = { .id = STR("1"), .title = STR("……！"), .body = STR("，。 \n\n") };
    struct document title = { .id = STR("2"), .title = STR("只有案由"), .body = STR("") };
    struct document body = { .id = STR("3"), .title = STR(""), .body = STR("只\n有正文𠀀的，𝐀提案") };
    struct document skips = {
        .id = STR("4"), .title = STR("断行"), .body = STR("断。行"), .skips = { &skip, 1 }
    };
    char *run = arena_alloc(w->arena, 5000);
    memset(run, 'a', 5000);
    struct document lengthy = { .id = STR("5"), .title = { run, 100 }, .body = { run, 5000 } };
    const struct document *all[] = { &none, &title, &body, &skips, &lengthy, &none };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        check_document(w, all[i]);
    struct terms terms;
    assert_int_equal(terms_of(&w->ctx, w->termer, &none, STR(""), &terms), 0);
    assert_int_equal(terms.nwords + terms.pairs.n + terms.clauses.n, 0);
}

/* More distinct words than the table has slots at first, of all lengths, with equal beginnings. */
static void many_words(void **state)
{
    struct world *w = *state;
    struct buf body;
    buf_init(&body, w->arena);
    for (unsigned i = 0; i < 6000; i++)
        buf_printf(&body, "prefix%u x%u 提案%u。", i % 3000, i * 7919u % 5000, i);
    struct document d = { .id = STR("1"), .title = STR("prefix1"), .body = buf_view(&body) };
    check_document(w, &d);
    struct document small = { .id = STR("2"), .title = STR("小"), .body = STR("小的") };
    check_document(w, &small);
}

static void facts_become_columns(void **state)
{
    struct world *w = *state;
    struct field fields[] = {
        { STR("year"), STR("2024"), ORIGIN_GIVEN },
        { STR("proposer"), STR("张三"), ORIGIN_GIVEN },
    };
    struct label labels[] = { { .theme = STR("社会建设/教育"), .confidence = 0.9 },
                              { .theme = STR("经济建设"), .confidence = 0.5 } };
    struct document d = { .id = STR("1"),
                          .title = STR("题"),
                          .body = STR("文"),
                          .fields = fields,
                          .nfields = 2,
                          .labels = labels,
                          .nlabels = 2 };
    struct facts f;
    struct terms terms;
    document_facts(&d, w->arena, &f);
    assert_int_equal(terms_of(&w->ctx, w->termer, &d, STR(""), &terms), 0);
    assert_int_equal(terms.row.number[COLUMN_YEAR], f.year);
    assert_true(str_eq(terms.row.text[COLUMN_PROPOSER], f.proposer));
    assert_true(str_eq(terms.row.text[COLUMN_THEME], STR("社会建设/教育\x1f"
                                                         "经济建设")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_proposal, set_up, tear_down),
        cmocka_unit_test_setup_teardown(odd_documents, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(facts_become_columns, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
