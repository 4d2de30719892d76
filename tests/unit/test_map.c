/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Maps, and the hash: its values are pinned, because they are on disk, and a
 * flipped bit of the input changes half of the output.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/map.h"

static void test_map(void **state)
{
    (void)state;
    enum {
        COUNT = 50000
    };
    struct arena *a = arena_new(NULL);
    struct map *m = map_new(a);
    char key[32];
    assert_null(map_get(m, STR("提案")));
    for (intptr_t i = 0; i < COUNT; i++) {
        struct str k = { key, (size_t)snprintf(key, sizeof key, "提案 %d", (int)i) };
        void **at = map_at(m, k);
        assert_null(*at);
        *at = (void *)(i + 1);
        assert_ptr_equal(map_at(m, k), at);
    }
    assert_int_equal(m->n, COUNT);
    for (intptr_t i = 0; i < COUNT; i++) {
        struct str k = { key, (size_t)snprintf(key, sizeof key, "提案 %d", (int)i) };
        assert_ptr_equal(map_get(m, k), (void *)(i + 1));
        assert_true(str_eq(m->entries[i].key, k)); /* in order, and copied */
    }
    assert_false(map_has(m, STR("提案 50000")));
    arena_free(a);
}

static void test_odd_keys(void **state)
{
    (void)state;
    struct arena *a = arena_new(NULL);
    struct map *m = map_new(a);
    assert_false(map_has(m, STR_NONE));
    *map_at(m, STR_NONE) = a;
    *map_at(m, STR("\0")) = m;
    assert_ptr_equal(map_get(m, STR("")), a);
    assert_ptr_equal(map_get(m, STR("\0")), m);
    assert_null(map_get(m, STR("\0\0")));
    *map_at(m, STR("null")) = NULL;
    assert_true(map_has(m, STR("null")));
    assert_int_equal(m->n, 3);
    arena_free(a);
}

/* A change here is a change of the disk format. */
static void test_hash_is_pinned(void **state)
{
    (void)state;
    static const struct {
        struct str data;
        uint64_t seed, hash;
    } pins[] = {
        { { "", sizeof "" - 1 }, 0, 0xA706DD2F4D197E6Full },
        { { "", sizeof "" - 1 }, 7, 0xB8B4C2977EABCE45ull },
        { { "a", sizeof "a" - 1 }, 0, 0x4B3FEBDE179610B0ull },
        { { "a", sizeof "a" - 1 }, 7, 0x17462B9EEAD057E8ull },
        { { "提案", sizeof "提案" - 1 }, 0, 0xF231F81D534DBF58ull },
        { { "提案", sizeof "提案" - 1 }, 7, 0x50356BADD1885256ull },
        { { "12345678", sizeof "12345678" - 1 }, 0, 0xC968260E403AAEEAull },
        { { "12345678", sizeof "12345678" - 1 }, 7, 0x6F40CBA96A3D174Full },
        { { "关于加强停车管理的提案", sizeof "关于加强停车管理的提案" - 1 }, 0, 0x0589C0141FBBE106ull },
        { { "关于加强停车管理的提案", sizeof "关于加强停车管理的提案" - 1 }, 7, 0x345EEBBF88A1C273ull },
    };
    for (size_t i = 0; i < sizeof pins / sizeof pins[0]; i++)
        assert_true(hash_bytes(pins[i].data.p, pins[i].data.n, pins[i].seed) == pins[i].hash);
}

static void test_alignment_does_not_matter(void **state)
{
    (void)state;
    char room[80];
    for (size_t shift = 0; shift < 8; shift++) {
        memcpy(room + shift, "关于加强停车管理的提案", 33);
        assert_true(hash_bytes(room + shift, 33, 5) == hash_bytes("关于加强停车管理的提案", 33, 5));
    }
}

static void test_avalanche(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 24; n++) {
        uint8_t data[24];
        uint64_t flips[64] = { 0 }, rounds = 0;
        for (uint64_t r = 0; r < 200; r++) {
            for (size_t i = 0; i < n; i++)
                data[i] = (uint8_t)hash_mix(r * 31 + i);
            uint64_t before = hash_bytes(data, n, 0);
            for (size_t bit = 0; bit < n * 8; bit++, rounds++) {
                data[bit / 8] ^= (uint8_t)(1 << bit % 8);
                uint64_t changed = before ^ hash_bytes(data, n, 0);
                data[bit / 8] ^= (uint8_t)(1 << bit % 8);
                for (int k = 0; k < 64; k++)
                    flips[k] += changed >> k & 1;
            }
        }
        for (int k = 0; k < 64; k++) { /* each bit of the hash flips half of the time */
            double share = (double)flips[k] / (double)rounds;
            assert_true(share > 0.44 && share < 0.56);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_map),
        cmocka_unit_test(test_odd_keys),
        cmocka_unit_test(test_hash_is_pinned),
        cmocka_unit_test(test_alignment_does_not_matter),
        cmocka_unit_test(test_avalanche),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
