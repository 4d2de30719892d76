/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Words: three segments answer as one merged of them, to the last document;
 * required documents, dead ones, ties and pages; damage gives codes.
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
#include "store/xapian_c.h"

enum {
    DOCS = 300,
    WORDS = 40
};

struct world {
    struct arena *arena;
    struct ctx ctx;
    struct tian_error error;
    char folder[64];
    uint32_t count[DOCS][WORDS];
    struct str word[WORDS];
    struct words *parts, *whole;
};

static const uint32_t bases[] = { 0, 7, 180, DOCS };

static const char *path_of(struct world *w, const char *name)
{
    return path_join(w->arena, w->folder, name);
}

/* Documents repeat every 50, so that many scores are equal, in other segments too; 40 to 45 of 50 have no
 * word. */
static void fill(struct world *w)
{
    for (uint32_t i = 0; i < WORDS; i++)
        w->word[i] = str_of(arena_printf(w->arena, "词%u", i));
    for (uint32_t d = 0; d < DOCS; d++)
        for (uint32_t i = 0; i < WORDS; i++) {
            uint64_t h = hash_mix((d % 50) * WORDS + i);
            w->count[d][i] = d % 50 >= 40 && d % 50 < 45 ? 0 : h % (i + 2) == 0 ? 1 + h / 100 % 3 : 0;
        }
}

static const char *write_words(struct world *w, uint32_t from, uint32_t to)
{
    const char *path = path_of(w, arena_printf(w->arena, "words-%u-%u", from, to));
    struct words_writer *writer;
    assert_int_equal(words_create(&w->ctx, path, &writer), 0);
    for (uint32_t d = from; d < to; d++) {
        struct word_count list[WORDS];
        size_t n = 0;
        for (uint32_t i = 0; i < WORDS; i++)
            if (w->count[d][i] > 0)
                list[n++] = (struct word_count){ w->word[i], w->count[d][i] };
        assert_int_equal(words_put(&w->ctx, writer, list, n), 0);
    }
    assert_int_equal(words_close(&w->ctx, writer), 0);
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
    const char *paths[3];
    for (size_t i = 0; i < 3; i++)
        paths[i] = write_words(w, bases[i], bases[i + 1]);
    const char *merged = path_of(w, "merged");
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

/* As of segments with and without lengths. */
static uint32_t every_other_length(const void *self, uint32_t doc)
{
    const struct world *w = self;
    uint32_t sum = 0;
    for (uint32_t i = 0; i < WORDS && doc % 2; i++)
        sum += w->count[doc][i];
    return sum;
}

static size_t rank(struct world *w, struct words *words, const struct rank_query *q, bool living,
                   size_t first, size_t count, struct rank_hit *out)
{
    size_t n;
    struct rank_facts facts = { living ? not_a_ninth : NULL, every_other_length, w };
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

static void frequencies_add_up(void **state)
{
    struct world *w = *state;
    for (uint32_t i = 0; i < WORDS; i++) {
        uint32_t want = 0, parts, whole;
        for (uint32_t d = 0; d < DOCS; d++)
            want += w->count[d][i] > 0;
        assert_int_equal(words_frequency(&w->ctx, w->parts, w->word[i], &parts), 0);
        assert_int_equal(words_frequency(&w->ctx, w->whole, w->word[i], &whole), 0);
        assert_int_equal(parts, want);
        assert_int_equal(whole, want);
    }
}

static int take_away(void *self, struct str term, uint32_t doc, uint32_t count)
{
    struct world *w = self;
    uint64_t i;
    assert_true(str_to_u64(str_sub(term, 3, term.n), &i) && i < WORDS && doc < DOCS);
    assert_int_equal(w->count[doc][i], count);
    w->count[doc][i] = 0;
    return 0;
}

static void each_sees_every_posting(void **state)
{
    struct world *w = *state;
    assert_int_equal(words_each(&w->ctx, path_of(w, "merged"), take_away, w), 0);
    for (uint32_t d = 0; d < DOCS; d++)
        for (uint32_t i = 0; i < WORDS; i++)
            assert_int_equal(w->count[d][i], 0);
}

static void clone_answers_too(void **state)
{
    struct world *w = *state;
    struct words *clone = words_clone(&w->ctx, w->parts);
    assert_non_null(clone);
    uint32_t a, b;
    assert_int_equal(words_frequency(&w->ctx, clone, w->word[0], &a), 0);
    assert_int_equal(words_frequency(&w->ctx, w->parts, w->word[0], &b), 0);
    assert_int_equal(a, b);
    words_free(clone);
    words_free(NULL);
}

static void abandoned_is_empty(void **state)
{
    struct world *w = *state;
    const char *path = path_of(w, "abandoned");
    struct words_writer *writer;
    struct word_count one = { w->word[0], 1 };
    assert_int_equal(words_create(&w->ctx, path, &writer), 0);
    assert_int_equal(words_put(&w->ctx, writer, &one, 1), 0);
    words_abandon(writer);
    struct words *words;
    uint32_t n = 77;
    assert_int_equal(words_open(&w->ctx, &path, bases, 1, &words), 0);
    assert_int_equal(words_frequency(&w->ctx, words, w->word[0], &n), 0);
    assert_int_equal(n, 0);
    words_free(words);
}

static void damage_gives_codes(void **state)
{
    struct world *w = *state;
    const char *path = path_of(w, "nothing here");
    struct words *words;
    assert_int_equal(words_open(&w->ctx, &path, bases, 1, &words), TIAN_EINDEX);
    assert_null(words);
    assert_true(w->error.message[0] != 0);
    struct words_writer *writer;
    assert_true(words_create(&w->ctx, "/proc/nowhere/x", &writer) != 0);
    path = path_of(w, "merged");
    struct str bytes;
    const char *file = path_join(w->arena, path, "postlist.glass");
    assert_int_equal(file_read(&w->ctx, w->arena, file, 0, &bytes), 0);
    memset((char *)(uintptr_t)bytes.p, 0xA5, bytes.n);
    unlink(file);
    assert_int_equal(file_write(&w->ctx, file, bytes, false), 0);
    uint32_t n;
    int code = words_open(&w->ctx, &path, bases, 1, &words);
    if (code == 0) {
        code = words_frequency(&w->ctx, words, w->word[0], &n);
        words_free(words);
    }
    assert_int_equal(code, TIAN_EINDEX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(parts_rank_as_the_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(required_without_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(odd_words_do_no_harm, set_up, tear_down),
        cmocka_unit_test_setup_teardown(frequencies_add_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_sees_every_posting, set_up, tear_down),
        cmocka_unit_test_setup_teardown(clone_answers_too, set_up, tear_down),
        cmocka_unit_test_setup_teardown(abandoned_is_empty, set_up, tear_down),
        cmocka_unit_test_setup_teardown(damage_gives_codes, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
