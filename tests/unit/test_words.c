/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Words: three segments answer as one merged of them, to the last document;
 * required documents, dead ones, ties and pages; scores are those of the formula;
 * damage gives codes.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "store/words.h"

enum {
    DOCS = 300,
    WORDS = 90
};
static const uint32_t NONE = UINT32_MAX;

struct world {
    struct arena *arena;
    struct ctx ctx;
    struct tian_error error;
    char folder[64];
    uint32_t count[DOCS][WORDS];
    struct str word[WORDS];
    uint32_t length[DOCS];
    const uint32_t *lengths[3];
    struct words *parts, *whole;
};

static const uint32_t bases[] = { 0, 7, 180, DOCS };

static const char *path_of(struct world *w, const char *name)
{
    return path_join(w->arena, w->folder, name);
}

/* Documents repeat every 50, so that many scores are equal, in other segments too; 40 to 45 of 50 have no
 * word. Some words have counts of 0 only, some now and then; some counts need one byte more, some three. */
static uint32_t count_of(uint32_t doc, uint32_t word)
{
    uint64_t h = hash_mix(doc % 50 * WORDS + word);
    if ((doc % 50 >= 40 && doc % 50 < 45) || h % (word + 2) != 0)
        return NONE;
    if (word % 8 == 7)
        return 0;
    uint32_t count = h / 100 % 7 == 0 ? 1 + h / 1000 % 300 : 1 + h / 100 % 3;
    return word % 8 == 6 ? (h / 100 % 5 ? count : 0) : word % 8 == 5 ? 1 : h % 977 == 0 ? 200000 : count;
}

static void fill(struct world *w)
{
    for (uint32_t i = 0; i < WORDS; i++)
        w->word[i] = str_of(arena_printf(w->arena, i % 3 ? "词%u" : "一个很长很长的词%u", i));
    for (uint32_t d = 0; d < DOCS; d++)
        for (uint32_t i = 0; i < WORDS; i++)
            w->count[d][i] = count_of(d, i);
    for (uint32_t d = 0; d < DOCS; d++)
        for (uint32_t i = 0; i < WORDS; i++)
            w->length[d] += w->count[d][i] == NONE ? 0 : w->count[d][i];
    for (size_t i = 0; i < 3; i++)
        w->lengths[i] = w->length + bases[i];
}

static uint32_t documents_with(const struct world *w, uint32_t word)
{
    uint32_t n = 0;
    for (uint32_t d = 0; d < DOCS; d++)
        n += w->count[d][word] != NONE;
    return n;
}

static const char *write_words(struct world *w, uint32_t from, uint32_t to)
{
    const char *path = path_of(w, arena_printf(w->arena, "words-%u-%u", from, to));
    struct words_builder *builder = words_builder_new(w->arena);
    for (uint32_t d = from; d < to; d++) {
        struct word_count list[WORDS];
        size_t n = 0;
        for (uint32_t i = WORDS; i-- > 0;)
            if (w->count[d][i] != NONE)
                list[n++] = (struct word_count){ w->word[i], w->count[d][i] };
        words_builder_put(builder, list, n);
    }
    assert_int_equal(words_builder_write(&w->ctx, builder, path), 0);
    return path;
}

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    w->arena = arena_new(NULL);
    w->ctx = (struct ctx){ .arena = w->arena, .error = &w->error };
    strcpy(w->folder, "/tmp/tian-words-XXXXXX");
    assert_non_null(mkdtemp(w->folder));
    fill(w);
    const char *paths[3], *merged = path_of(w, "merged");
    for (size_t i = 0; i < 3; i++)
        paths[i] = write_words(w, bases[i], bases[i + 1]);
    assert_int_equal(words_merge(&w->ctx, paths, 3, merged), 0);
    assert_int_equal(words_open(&w->ctx, paths, bases, 3, &w->parts), 0);
    assert_int_equal(words_open(&w->ctx, &merged, bases, 1, &w->whole), 0);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    words_free(w->parts);
    words_free(w->whole);
    file_remove_tree(&w->ctx, w->folder);
    arena_free(w->arena);
    free(w);
    return 0;
}

static bool not_a_ninth(const void *self, uint32_t doc)
{
    (void)self;
    return doc % 9 != 0;
}

static size_t rank(struct world *w, struct words *words, const struct rank_query *q, bool living,
                   size_t first, size_t count, struct rank_hit *out)
{
    size_t n;
    struct rank_facts facts = { living ? not_a_ninth : NULL, NULL, w->lengths };
    int code = words_rank(&w->ctx, words, q, &facts, first, count, out, &n);
    assert_int_equal(code, 0);
    return n;
}

/* All hits of both are the same, and each page is a piece of them. */
static size_t check_query(struct world *w, const struct rank_query *q, bool living)
{
    static const size_t pages[] = { 1, 2, 7, 10, 50 };
    struct rank_hit all[DOCS], other[DOCS], page[DOCS];
    size_t n = rank(w, w->whole, q, living, 0, DOCS, all);
    assert_int_equal(rank(w, w->parts, q, living, 0, DOCS, other), n);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(all[i].doc, other[i].doc);
        assert_true(fabs(all[i].score - other[i].score) < 1e-9);
        assert_true(!living || not_a_ninth(NULL, all[i].doc));
        assert_true(i == 0 || all[i - 1].score > all[i].score ||
                    (all[i - 1].score == all[i].score && all[i - 1].doc < all[i].doc));
    }
    for (size_t p = 0; p < 5; p++)
        for (size_t first = 0; first < n + pages[p]; first += pages[p]) {
            size_t want = first >= n ? 0 : n - first < pages[p] ? n - first : pages[p];
            assert_int_equal(rank(w, w->parts, q, living, first, pages[p], page), want);
            for (size_t i = 0; i < want; i++)
                assert_int_equal(page[i].doc, all[first + i].doc);
        }
    return n;
}

static void parts_rank_as_the_whole(void **state)
{
    struct world *w = *state;
    for (uint32_t seed = 0; seed < 60; seed++) {
        struct rank_word words[5];
        size_t n = 1 + seed % 5;
        for (size_t i = 0; i < n; i++) {
            uint64_t h = hash_mix(seed * 5 + i);
            words[i] =
                (struct rank_word){ w->word[h % WORDS], seed % 2 ? 1 : 0.1 * (double)(1 + h / 64 % 30) };
        }
        struct docs some;
        vec_init(&some, w->arena);
        for (uint32_t d = 0; d < DOCS; d++)
            if (hash_mix(d * 31 + seed) % 3 == 0)
                vec_push(&some, d);
        struct rank_query any = { words, n, NULL }, required = { words, n, &some };
        check_query(w, &any, false);
        check_query(w, &any, true);
        assert_int_equal(check_query(w, &required, false), some.n);
        check_query(w, &required, true);
    }
}

static void required_without_words(void **state)
{
    struct world *w = *state;
    uint32_t list[] = { 3, 6, 7, 9, 179, 180, 299 };
    struct docs some = { list, 7, 7 }, none = { list, 0, 0 };
    struct rank_query q = { NULL, 0, &some };
    struct rank_hit hits[10];
    assert_int_equal(rank(w, w->parts, &q, false, 0, 10, hits), 7);
    for (size_t i = 0; i < 7; i++)
        assert_true(hits[i].doc == list[i] && hits[i].score == 0);
    assert_int_equal(rank(w, w->parts, &q, true, 1, 2, hits), 2);
    assert_true(hits[0].doc == 6 && hits[1].doc == 7);
    q.required = &none;
    assert_int_equal(rank(w, w->parts, &q, false, 0, 10, hits), 0);
    q.required = NULL;
    assert_int_equal(rank(w, w->parts, &q, false, 0, 10, hits), 0);
}

static void odd_words_do_no_harm(void **state)
{
    struct world *w = *state;
    char *lengthy = arena_alloc(w->arena, 1000);
    memset(lengthy, 'x', 1000);
    struct rank_word words[] = {
        { STR(""), 1 },    { { lengthy, 1000 }, 1 }, { STR("没有"), 1 },
        { w->word[3], 0 }, { w->word[3], -1 },       { w->word[3], NAN },
    };
    struct rank_query q = { words, 6, NULL };
    struct rank_hit hits[10];
    assert_int_equal(rank(w, w->parts, &q, false, 0, 10, hits), 0);
}

/* The formula, straight from the counts. */
static double bm25(const struct world *w, const struct rank_word *word, uint32_t doc)
{
    double with = 0, total = 0, length = 0;
    uint32_t count = NONE;
    for (uint32_t d = 0; d < DOCS; d++)
        for (uint32_t i = 0; i < WORDS; i++) {
            if (w->count[d][i] == NONE)
                continue;
            bool it = str_eq(w->word[i], word->term);
            total += w->count[d][i];
            length += d == doc ? w->count[d][i] : 0;
            with += it;
            count = it && d == doc ? w->count[d][i] : count;
        }
    if (count == NONE)
        return 0;
    double odds = (DOCS - with + .5) / (with + .5), idf = log(odds < 2 ? 1 + odds / 2 : odds);
    return word->weight * idf * 1.5 * count / (count + .5 / log2(1 + .2 * total / DOCS / length));
}

static void scores_are_bm25(void **state)
{
    struct world *w = *state;
    for (uint32_t i = 0; i + 1 < WORDS; i += 7) {
        struct rank_word words[] = { { w->word[i], 1 }, { w->word[i + 1], .3 } };
        struct rank_query q = { words, 2, NULL };
        struct rank_hit hits[DOCS];
        size_t n = rank(w, w->parts, &q, false, 0, DOCS, hits);
        for (size_t k = 0; k < n; k += 5)
            assert_true(fabs(hits[k].score - bm25(w, &words[0], hits[k].doc) -
                             bm25(w, &words[1], hits[k].doc)) < 1e-8);
    }
}

static uint32_t frequency(struct world *w, struct words *words, struct str term)
{
    uint32_t n = 77;
    assert_int_equal(words_frequency(&w->ctx, words, term, &n), 0);
    return n;
}

static void frequencies_add_up(void **state)
{
    struct world *w = *state;
    for (uint32_t i = 0; i < WORDS; i++) {
        assert_int_equal(frequency(w, w->parts, w->word[i]), documents_with(w, i));
        assert_int_equal(frequency(w, w->whole, w->word[i]), documents_with(w, i));
    }
    assert_int_equal(frequency(w, w->whole, STR("没有")), 0);
    assert_int_equal(frequency(w, w->whole, STR("")), 0);
}

static uint32_t number_of(const struct world *w, struct str term)
{
    uint32_t i = 0;
    while (i < WORDS && !str_eq(w->word[i], term))
        i++;
    assert_true(i < WORDS);
    return i;
}

static int take_away(void *self, struct str term, uint32_t doc, uint32_t count)
{
    struct world *w = self;
    uint32_t i = number_of(w, term);
    assert_true(doc < DOCS);
    assert_int_equal(w->count[doc][i], count);
    w->count[doc][i] = NONE;
    return 0;
}

static void each_sees_every_posting(void **state)
{
    struct world *w = *state;
    assert_int_equal(words_each(&w->ctx, path_of(w, "merged"), take_away, w), 0);
    for (uint32_t d = 0; d < DOCS; d++)
        for (uint32_t i = 0; i < WORDS; i++)
            assert_int_equal(w->count[d][i], NONE);
}

static int take_term(void *self, struct str term, uint32_t documents)
{
    struct world *w = self;
    uint32_t i = number_of(w, term);
    assert_int_equal(documents, documents_with(w, i));
    for (uint32_t d = 0; d < DOCS; d++)
        w->count[d][i] = NONE;
    return 0;
}

static void terms_are_all_there(void **state)
{
    struct world *w = *state;
    struct words_builder *nothing = words_builder_new(w->arena);
    assert_int_equal(words_terms(&w->ctx, path_of(w, "merged"), take_term, w), 0);
    for (uint32_t i = 0; i < WORDS; i++)
        assert_int_equal(documents_with(w, i), 0);
    assert_int_equal(words_builder_write(&w->ctx, nothing, path_of(w, "empty")), 0);
    assert_int_equal(words_terms(&w->ctx, path_of(w, "empty"), take_term, w), 0);
}

static int ignore(void *self, struct str term, uint32_t doc, uint32_t count)
{
    (void)self, (void)term, (void)doc, (void)count;
    return 0;
}

/* Of the lists themselves: what damage gives may be wrong; reading must end, within its bounds (the sanitizer
 * says). */
static void read_list(struct str bytes, uint32_t ndocs)
{
    struct word_list list;
    uint32_t docs[DOCS], counts[DOCS], which[DOCS], place[DOCS], all[DOCS];
    if (!word_list_open(bytes, ndocs, &list))
        return;
    uint32_t n = word_list_decode(&list, 0, docs, counts);
    for (uint32_t i = 0; i < n; i++)
        assert_true(docs[i] < ndocs && (i == 0 || docs[i - 1] < docs[i]));
    for (uint32_t i = 0; i < ndocs; i++)
        all[i] = i;
    size_t found = doclist_places(&list.docs, 0, all, ndocs, which, place);
    word_list_counts(&list, place, found, counts);
}

static void damaged_lists_end(void **state)
{
    struct world *w = *state;
    uint32_t docs[DOCS], counts[DOCS];
    for (uint32_t word = 0; word < WORDS; word++) {
        struct buf list;
        uint32_t n = 0;
        buf_init(&list, w->arena);
        for (uint32_t d = 0; d < DOCS; d++)
            if (w->count[d][word] != NONE)
                docs[n] = d, counts[n++] = w->count[d][word];
        if (n == 0)
            continue;
        word_list_encode(&list, docs, counts, n, DOCS);
        for (size_t bit = 0; bit < list.n * 8; bit++) {
            char *copy = arena_alloc(w->arena, list.n + DOCLIST_ROOM);
            memcpy(copy, list.p, list.n);
            copy[bit / 8] = (char)(copy[bit / 8] ^ 1 << bit % 8);
            memset(copy + list.n, 0, DOCLIST_ROOM);
            read_list((struct str){ copy, list.n }, DOCS);
            read_list((struct str){ copy, bit / 8 }, DOCS);
        }
    }
}

/* Counts at places are those of the whole list, whatever the places are. */
static void places_have_their_counts(void **state)
{
    struct world *w = *state;
    for (uint32_t word = 0; word < WORDS; word++) {
        struct buf bytes;
        struct word_list list;
        uint32_t docs[DOCS], counts[DOCS], some[DOCS], which[DOCS], place[DOCS], got[DOCS], n = 0, m = 0;
        buf_init(&bytes, w->arena);
        for (uint32_t d = 0; d < DOCS; d++)
            if (w->count[d][word] != NONE)
                docs[n] = d, counts[n++] = w->count[d][word];
        if (n == 0)
            continue;
        word_list_encode(&bytes, docs, counts, n, DOCS);
        buf_reserve(&bytes, DOCLIST_ROOM);
        assert_true(word_list_open(buf_view(&bytes), DOCS, &list));
        for (uint32_t d = word % 5; d < DOCS; d += 1 + word % 7)
            some[m++] = d + 1000;
        size_t found = doclist_places(&list.docs, 1000, some, m, which, place);
        word_list_counts(&list, place, found, got);
        size_t at = 0;
        for (uint32_t i = 0; i < m; i++) {
            uint32_t count = w->count[some[i] - 1000][word];
            if (count == NONE)
                continue;
            assert_true(at < found && which[at] == i && got[at] == count &&
                        docs[place[at]] == some[i] - 1000);
            at++;
        }
        assert_int_equal(at, found);
    }
}

static void damage_gives_codes(void **state)
{
    struct world *w = *state;
    const char *path = path_of(w, "nothing here");
    struct words *words;
    assert_int_equal(words_open(&w->ctx, &path, bases, 1, &words), TIAN_EINDEX);
    assert_null(words);
    assert_true(w->error.message[0] != 0);
    struct words_builder *builder = words_builder_new(w->arena);
    assert_true(words_builder_write(&w->ctx, builder, "/proc/nowhere/x") != 0);
    path = path_of(w, "merged");
    struct str bytes;
    const char *file = path_join(w->arena, path, "postlist.glass");
    assert_int_equal(file_read(&w->ctx, w->arena, file, 0, &bytes), 0);
    memset((char *)(uintptr_t)bytes.p, 0xA5, bytes.n);
    unlink(file);
    assert_int_equal(file_write(&w->ctx, file, bytes, false), 0);
    assert_int_equal(words_open(&w->ctx, &path, bases, 1, &words), TIAN_EINDEX);
    assert_int_equal(words_each(&w->ctx, path, ignore, NULL), TIAN_EINDEX);
    assert_int_equal(words_merge(&w->ctx, &path, 1, path_of(w, "again")), TIAN_EINDEX);
    words_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(parts_rank_as_the_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(required_without_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(odd_words_do_no_harm, set_up, tear_down),
        cmocka_unit_test_setup_teardown(scores_are_bm25, set_up, tear_down),
        cmocka_unit_test_setup_teardown(frequencies_add_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_sees_every_posting, set_up, tear_down),
        cmocka_unit_test_setup_teardown(terms_are_all_there, set_up, tear_down),
        cmocka_unit_test_setup_teardown(damaged_lists_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(places_have_their_counts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(damage_gives_codes, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
