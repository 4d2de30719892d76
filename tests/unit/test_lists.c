/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Lists against the plainest thing that does the same (a matrix of bits), over
 * sizes around every change of encoding; merged files against files built in
 * one; damaged files, which may give anything but a crash.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "store/doclist.h"
#include "store/lists.h"

struct world {
    struct arena *arena;
    struct ctx ctx;
    struct tian_error error;
    char folder[64];
    uint64_t random;
};

static uint32_t random_below(struct world *w, uint32_t n)
{
    w->random = w->random * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((w->random >> 33) % n);
}

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    w->arena = arena_new(NULL);
    w->ctx = (struct ctx){ .arena = w->arena, .error = &w->error };
    w->random = 7;
    strcpy(w->folder, "/tmp/tian-lists-XXXXXX");
    assert_non_null(mkdtemp(w->folder));
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    file_remove_tree(&w->ctx, w->folder);
    arena_free(w->arena);
    free(w);
    return 0;
}

static const char *path_of(struct world *w, const char *name)
{
    return path_join(w->arena, w->folder, name);
}

/* ---- One list -------------------------------------------------------------- */

static uint32_t *some_docs(struct world *w, uint32_t count, uint32_t ndocs)
{
    uint32_t *docs = arena_array(w->arena, uint32_t, count), n = 0;
    for (uint32_t doc = 0; doc < ndocs && n < count; doc++)
        if (random_below(w, ndocs - doc) < count - n)
            docs[n++] = doc;
    assert_int_equal(n, count);
    return docs;
}

static void check_list(struct world *w, uint32_t count, uint32_t ndocs, uint32_t base)
{
    uint32_t *docs = some_docs(w, count, ndocs), *got = arena_array(w->arena, uint32_t, count);
    size_t size = doclist_size(count, ndocs);
    uint8_t *body = calloc(1, size + DOCLIST_ROOM);
    doclist_encode(body, docs, count, ndocs);
    struct doclist list = { body, count, ndocs };
    assert_int_equal(doclist_decode(&list, base, got), count);
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(got[i], docs[i] + base);

    uint32_t asked = random_below(w, ndocs) + 1;
    uint32_t *filter = some_docs(w, asked, ndocs), *kept = arena_array(w->arena, uint32_t, asked);
    for (uint32_t i = 0; i < asked; i++)
        kept[i] = filter[i] + base;
    size_t n = doclist_filter(&list, base, kept, asked), k = 0;
    for (uint32_t i = 0, j = 0; i < asked; i++) {
        while (j < count && docs[j] < filter[i])
            j++;
        if (j < count && docs[j] == filter[i])
            assert_true(k < n && kept[k++] == filter[i] + base);
    }
    assert_int_equal(n, k);
    free(body);
}

static void one_list_round_trip(void **state)
{
    static const uint32_t sizes[] = { 1,   2,   3,   7,   8,    63,   64,   65,   127,  128,
                                      129, 255, 256, 257, 1000, 2499, 2500, 2501, 5000, 10000 };
    static const uint32_t spans[] = { 1, 2, 3, 4, 5, 63, 64, 65, 500, 10000, 1000000 };
    for (size_t s = 0; s < sizeof spans / sizeof *spans; s++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
            for (int round = 0; round < 3 && sizes[i] <= spans[s]; round++)
                check_list(*state, sizes[i], spans[s], round * 1000u);
    for (int round = 0; round < 2000; round++) {
        uint32_t ndocs = random_below(*state, 700) + 1;
        check_list(*state, random_below(*state, ndocs) + 1, ndocs, 5);
    }
}

static void random_bits_stay_in_range(void **state)
{
    struct world *w = *state;
    for (int round = 0; round < 5000; round++) {
        uint32_t ndocs = random_below(w, 3000) + 1, count = random_below(w, ndocs) + 1;
        size_t size = doclist_size(count, ndocs);
        uint8_t *body = malloc(size + DOCLIST_ROOM);
        for (size_t i = 0; i < size + DOCLIST_ROOM; i++)
            body[i] = (uint8_t)random_below(w, 256);
        uint32_t *out = malloc(count * sizeof *out);
        struct doclist list = { body, count, ndocs };
        uint32_t n = doclist_decode(&list, 0, out);
        assert_true(n <= count);
        for (uint32_t i = 0; i < n; i++)
            assert_true(out[i] < ndocs && (i == 0 || out[i - 1] < out[i]));
        uint32_t all[3000];
        for (uint32_t i = 0; i < ndocs; i++)
            all[i] = i;
        assert_true(doclist_filter(&list, 0, all, ndocs) <= ndocs);
        free(out);
        free(body);
    }
}

/* ---- Files, against a matrix of bits --------------------------------------- */

enum {
    DOCS = 700,
    KEYS = 150
};

struct matrix {
    uint32_t key[KEYS];
    bool has[KEYS][DOCS];
};

/* Key i is in about one of (i % 40 + 1)² / 8 documents: dense ones, rare ones, some in none. */
static struct matrix *some_matrix(struct world *w)
{
    struct matrix *m = arena_new_of(w->arena, struct matrix);
    for (uint32_t i = 0; i < KEYS; i++) {
        m->key[i] = i == KEYS - 1 ? UINT32_MAX : i * (i < 50 ? 1 : 28000001);
        uint32_t one_in = (i % 40 + 1) * (i % 40 + 1) / 8 + 1;
        for (uint32_t d = 0; d < DOCS; d++)
            m->has[i][d] = random_below(w, one_in) == 0;
    }
    return m;
}

static void build(struct world *w, const struct matrix *m, uint32_t from, uint32_t to, const char *path)
{
    struct list_builder *b = list_builder_new(w->arena);
    for (uint32_t d = from; d < to; d++) {
        uint32_t keys[KEYS];
        size_t n = 0;
        for (size_t i = KEYS; i-- > 0;)
            if (m->has[i][d])
                keys[n++] = m->key[i];
        list_builder_put(b, d - from, keys, n);
    }
    assert_int_equal(list_builder_write(&w->ctx, b, path, to - from), 0);
}

static struct lists *open_lists(struct world *w, const char *path)
{
    struct lists *l;
    assert_int_equal(lists_open(&w->ctx, w->arena, path, &l), 0);
    return l;
}

static void check_counts(const struct matrix *m, const struct lists *l)
{
    for (size_t i = 0; i < KEYS; i++) {
        uint32_t count = 0;
        for (size_t d = 0; d < DOCS; d++)
            count += m->has[i][d];
        assert_int_equal(lists_count(l, m->key[i]), count);
    }
    assert_int_equal(lists_count(l, 28000001u * 60 + 1), 0);
    assert_int_equal(lists_count(l, UINT32_MAX - 1), 0);
}

static void check_intersection(struct world *w, const struct matrix *m, const struct lists *l, size_t n)
{
    uint32_t row[100], key[100];
    for (size_t i = 0; i < n; i++) {
        row[i] = random_below(w, 4) ? random_below(w, 8) : random_below(w, KEYS);
        key[i] = m->key[row[i]];
    }
    struct docs out;
    vec_init(&out, w->arena);
    vec_push(&out, 4711);
    lists_intersect(l, key, n, 100, &out);
    size_t at = 1;
    for (uint32_t d = 0; d < DOCS; d++) {
        bool in = true;
        for (size_t i = 0; i < n; i++)
            in = in && m->has[row[i]][d];
        if (in)
            assert_true(at < out.n && out.at[at++] == d + 100);
    }
    assert_int_equal(out.n, at);
    assert_int_equal(out.at[0], 4711);
}

static void file_finds_what_was_put(void **state)
{
    struct world *w = *state;
    struct matrix *m = some_matrix(w);
    build(w, m, 0, DOCS, path_of(w, "a"));
    struct lists *l = open_lists(w, path_of(w, "a"));
    check_counts(m, l);
    for (int round = 0; round < 500; round++)
        check_intersection(w, m, l, 1 + random_below(w, 4));
    check_intersection(w, m, l, 31);
    check_intersection(w, m, l, 32);
    check_intersection(w, m, l, 33);
    check_intersection(w, m, l, 100);
}

static void merged_is_built_in_one(void **state)
{
    struct world *w = *state;
    struct matrix *m = some_matrix(w);
    static const uint32_t cut[] = { 0, 1, 128, 129, 400, 400, DOCS };
    enum {
        PARTS = 6
    };
    struct lists *in[PARTS];
    for (size_t i = 0; i < PARTS; i++) {
        const char *path = path_of(w, arena_printf(w->arena, "part%zu", i));
        build(w, m, cut[i], cut[i + 1], path);
        in[i] = open_lists(w, path);
    }
    assert_int_equal(lists_merge(&w->ctx, in, cut, PARTS, DOCS, path_of(w, "merged")), 0);
    build(w, m, 0, DOCS, path_of(w, "whole"));
    struct str a, b;
    assert_int_equal(file_read(&w->ctx, w->arena, path_of(w, "merged"), 0, &a), 0);
    assert_int_equal(file_read(&w->ctx, w->arena, path_of(w, "whole"), 0, &b), 0);
    assert_true(str_eq(a, b));
}

static int count_visit(void *self, uint32_t key, const uint32_t *docs, size_t n)
{
    uint64_t *sum = self;
    sum[0] += n;
    sum[1] += (uint64_t)key * docs[n - 1];
    return 0;
}

static void each_sees_every_list(void **state)
{
    struct world *w = *state;
    struct matrix *m = some_matrix(w);
    build(w, m, 0, DOCS, path_of(w, "a"));
    uint64_t want[2] = { 0 }, got[2] = { 0 };
    for (size_t i = 0; i < KEYS; i++) {
        uint32_t last = 0;
        for (uint32_t d = 0; d < DOCS; d++)
            if (m->has[i][d])
                last = d, want[0]++;
        want[1] += (uint64_t)m->key[i] * last;
    }
    assert_int_equal(lists_each(&w->ctx, open_lists(w, path_of(w, "a")), count_visit, got), 0);
    assert_int_equal(got[0], want[0]);
    assert_int_equal(got[1], want[1]);
}

static void empty_files(void **state)
{
    struct world *w = *state;
    struct list_builder *b = list_builder_new(w->arena);
    assert_int_equal(list_builder_write(&w->ctx, b, path_of(w, "none"), 0), 0);
    list_builder_put(b, 0, NULL, 0);
    assert_int_equal(list_builder_write(&w->ctx, b, path_of(w, "one"), 1), 0);
    struct lists *in[2] = { open_lists(w, path_of(w, "none")), open_lists(w, path_of(w, "one")) };
    uint32_t base[2] = { 0, 0 };
    assert_int_equal(lists_count(in[0], 5), 0);
    assert_int_equal(lists_merge(&w->ctx, in, base, 2, 1, path_of(w, "both")), 0);
    assert_int_equal(lists_count(open_lists(w, path_of(w, "both")), 0), 0);
    uint64_t sum[2] = { 0 };
    assert_int_equal(lists_each(&w->ctx, in[1], count_visit, sum), 0);
    assert_int_equal(sum[0], 0);
}

/* ---- Damage ---------------------------------------------------------------- */

static void use_damaged(struct world *w, const struct matrix *m, struct str bytes)
{
    struct ctx ctx = { .arena = arena_new(w->arena) };
    const char *path = path_of(w, "damaged"), *merged = path_of(w, "damaged-merged");
    unlink(path);
    assert_int_equal(file_write(&ctx, path, bytes, false), 0);
    struct lists *l;
    int code = lists_open(&ctx, ctx.arena, path, &l);
    assert_true(code == 0 || code == TIAN_EINDEX);
    if (code == 0) {
        struct docs out;
        vec_init(&out, ctx.arena);
        for (size_t i = 0; i + 1 < KEYS; i++)
            lists_intersect(l, m->key + i, 2, 0, &out);
        for (size_t i = 0; i < out.n; i++)
            assert_true(out.at[i] < DOCS);
        uint64_t sum[2] = { 0 };
        uint32_t base = 0;
        code = lists_each(&ctx, l, count_visit, sum);
        assert_true(code == 0 || code == TIAN_EINDEX);
        unlink(merged);
        code = lists_merge(&ctx, &l, &base, 1, DOCS, merged);
        assert_true(code == 0 || code == TIAN_EINDEX);
    }
    arena_free(ctx.arena);
}

static void damage_never_crashes(void **state)
{
    struct world *w = *state;
    struct matrix *m = some_matrix(w);
    build(w, m, 0, DOCS, path_of(w, "a"));
    struct str whole;
    assert_int_equal(file_read(&w->ctx, w->arena, path_of(w, "a"), 0, &whole), 0);
    for (size_t n = 0; n < whole.n; n += 1 + n / 40)
        use_damaged(w, m, str_sub(whole, 0, n));
    for (size_t n = whole.n > 90 ? whole.n - 90 : 0; n < whole.n; n++)
        use_damaged(w, m, str_sub(whole, 0, n));
    for (int round = 0; round < 1500; round++) {
        char *copy = arena_cstr(w->arena, whole);
        for (uint32_t flips = 1 + random_below(w, 3); flips-- > 0;)
            copy[random_below(w, (uint32_t)whole.n)] ^= (char)(1 << random_below(w, 8));
        use_damaged(w, m, (struct str){ copy, whole.n });
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_list_round_trip, set_up, tear_down),
        cmocka_unit_test_setup_teardown(random_bits_stay_in_range, set_up, tear_down),
        cmocka_unit_test_setup_teardown(file_finds_what_was_put, set_up, tear_down),
        cmocka_unit_test_setup_teardown(merged_is_built_in_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_sees_every_list, set_up, tear_down),
        cmocka_unit_test_setup_teardown(empty_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(damage_never_crashes, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
