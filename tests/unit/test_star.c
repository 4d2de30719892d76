/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Groups from links, on random skies: every group is a star (each member has a link of its own with the main
 * proposal, or an officer put it there), nobody is in two, what was refused is apart, what was accepted is
 * together, and no two that could be together stay alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "duplicate/star.h"

enum {
    MOST = 24
};

struct world {
    struct arena *arena;
    size_t n;
    struct links links;
    uint32_t accepted[MOST];
    bool refused[MOST][MOST];
    bool linked[MOST][MOST];
    int rank[MOST];
};

static uint64_t state = 42;
static unsigned random_below(unsigned n)
{
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    return (unsigned)(state >> 33) % n;
}

static bool is_refused(void *self, uint32_t a, uint32_t b)
{
    const struct world *w = self;
    return w->refused[a][b];
}

static bool is_better(void *self, uint32_t a, uint32_t b)
{
    const struct world *w = self;
    return w->rank[a] != w->rank[b] ? w->rank[a] > w->rank[b] : a < b;
}

static void add_link(struct world *w, uint32_t a, uint32_t b, enum verdict_code code)
{
    struct link link = { .a = a, .b = b, .code = code, .score = random_below(100) / 100.0 };
    w->linked[a][b] = w->linked[b][a] = true;
    vec_push(&w->links, link);
}

static void random_world(struct world *w, struct arena *arena)
{
    *w = (struct world){ .arena = arena, .n = 2 + random_below(MOST - 2) };
    unsigned dense = 1 + random_below(5);
    vec_init(&w->links, arena);
    for (uint32_t a = 0; a < w->n; a++) {
        w->accepted[a] = NO_MAIN;
        w->rank[a] = (int)random_below(4);
        for (uint32_t b = a + 1; b < w->n; b++) {
            if (random_below(10) < dense)
                add_link(w, a, b, VERDICT_MERGE + (enum verdict_code)random_below(3));
            if (random_below(12) == 0)
                w->refused[a][b] = w->refused[b][a] = true;
        }
    }
    for (unsigned i = random_below(4); i > 0; i--) { /* accepted groups: of depth one */
        uint32_t main = random_below((unsigned)w->n), member = random_below((unsigned)w->n);
        bool free =
            w->accepted[member] == NO_MAIN && (w->accepted[main] == NO_MAIN || w->accepted[main] == main);
        if (main == member || !free || w->refused[main][member])
            continue;
        w->accepted[main] = main;
        w->accepted[member] = main;
    }
}

static void check_star(const struct world *w, const struct star *s, int *seen)
{
    assert_true(s->n > 0);
    seen[s->main]++;
    for (size_t i = 0; i < s->n; i++) {
        const struct ray *r = &s->at[i];
        seen[r->proposal]++;
        assert_int_equal(r->accepted, w->accepted[r->proposal] == s->main);
        if (!r->accepted) {
            assert_non_null(r->link);
            assert_true((r->link->a == s->main && r->link->b == r->proposal) ||
                        (r->link->b == s->main && r->link->a == r->proposal));
            assert_false(w->refused[s->main][r->proposal]);
        }
        for (size_t k = 0; k < s->n; k++)
            assert_false(!r->accepted && w->refused[r->proposal][s->at[k].proposal]);
    }
}

static const struct star *star_of(const struct stars *stars, uint32_t main)
{
    for (size_t i = 0; i < stars->n; i++)
        if (stars->at[i].main == main)
            return &stars->at[i];
    return NULL;
}

/* Could x join the star as it is? */
static bool fits(const struct world *w, const struct star *s, uint32_t x)
{
    bool fits = w->linked[s->main][x] && !w->refused[s->main][x];
    for (size_t i = 0; i < s->n; i++)
        fits = fits && !w->refused[s->at[i].proposal][x];
    return fits;
}

static void check_world(const struct world *w, const struct stars *stars)
{
    int seen[MOST] = { 0 };
    for (size_t i = 0; i < stars->n; i++)
        check_star(w, &stars->at[i], seen);
    for (uint32_t a = 0; a < w->n; a++) {
        assert_true(seen[a] <= 1);
        if (w->accepted[a] != NO_MAIN) {
            assert_int_equal(seen[a], 1);
            assert_non_null(star_of(stars, w->accepted[a]));
        }
        if (seen[a])
            continue;
        for (size_t i = 0; i < stars->n; i++)
            assert_false(fits(w, &stars->at[i], a));
        for (uint32_t b = 0; b < w->n; b++)
            assert_false(!seen[b] && w->linked[a][b] && !w->refused[a][b]);
    }
}

static void test_random_skies(void **unused)
{
    (void)unused;
    for (int i = 0; i < 3000; i++) {
        struct arena *arena = arena_new(NULL);
        struct world w;
        struct stars stars;
        random_world(&w, arena);
        struct sky sky = { w.n, &w.links, w.accepted, is_refused, is_better, &w };
        stars_make(arena, &sky, &stars);
        check_world(&w, &stars);
        arena_free(arena);
    }
}

static void make(struct world *w, struct stars *stars)
{
    struct sky sky = { w->n, &w->links, w->accepted, is_refused, is_better, w };
    stars_make(w->arena, &sky, stars);
}

static struct world empty_world(size_t n)
{
    struct world w = { .arena = arena_new(NULL), .n = n };
    vec_init(&w.links, w.arena);
    for (size_t i = 0; i < n; i++)
        w.accepted[i] = NO_MAIN;
    return w;
}

/* 0–1–2–3: 1 and 2 have most links; whoever is chosen, nobody is pulled in through another. */
static void test_a_chain_is_cut(void **unused)
{
    (void)unused;
    struct world w = empty_world(4);
    struct stars stars;
    for (uint32_t i = 0; i < 3; i++)
        add_link(&w, i, i + 1, VERDICT_MERGE);
    make(&w, &stars);
    check_world(&w, &stars);
    assert_int_equal(stars.n, 1);
    assert_int_equal(stars.at[0].n, 2);
    assert_int_equal(stars.at[0].main, 1);
    arena_free(w.arena);
}

/* Between equals better() decides; a copy goes to its original, not to the busiest proposal. */
static void test_who_is_main(void **unused)
{
    (void)unused;
    struct world w = empty_world(3);
    struct stars stars;
    add_link(&w, 0, 1, VERDICT_COPIED);
    add_link(&w, 0, 2, VERDICT_COPIED);
    add_link(&w, 1, 2, VERDICT_COPIED);
    w.rank[2] = 1;
    make(&w, &stars);
    assert_int_equal(stars.n, 1);
    assert_int_equal(stars.at[0].main, 2);
    arena_free(w.arena);
    w = empty_world(5);
    for (uint32_t i = 1; i < 4; i++)
        add_link(&w, 0, i, VERDICT_MERGE);
    add_link(&w, 3, 4, VERDICT_COPIED);
    make(&w, &stars);
    check_world(&w, &stars);
    assert_int_equal(stars.n, 2);
    assert_int_equal(stars.at[0].n, 1); /* 3 and 4: the stronger first */
    assert_int_equal(stars.at[1].main, 0);
    assert_int_equal(stars.at[1].n, 2);
    arena_free(w.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_skies),
        cmocka_unit_test(test_a_chain_is_cut),
        cmocka_unit_test(test_who_is_main),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
