/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Deflate: what was packed comes back and only then; a damaged or truncated
 * stream gives false, never a byte outside. gzip: joined members, the limit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/deflate.h"
#include "base/map.h"

static int set_up(void **state)
{
    *state = arena_new(NULL);
    return 0;
}

static int tear_down(void **state)
{
    arena_free(*state);
    return 0;
}

static struct str text_of(struct arena *a, size_t n)
{
    struct buf b;
    buf_init(&b, a);
    for (uint64_t i = 0; b.n < n; i++)
        buf_printf(&b, "第%u件提案 %u;", (unsigned)(i % 50), (unsigned)(hash_mix(i) % 1000));
    return (struct str){ b.p, n };
}

static void test_round_trip(void **state)
{
    struct arena *a = *state;
    struct inflater *in = inflater_new(a);
    for (int level = 0; level <= 9; level += 3) {
        struct deflater *de = deflater_new(a, level);
        for (size_t n = 0; n < 200000; n = n * 3 + 1) {
            struct str text = text_of(a, n);
            struct buf packed;
            buf_init(&packed, a);
            buf_cstr(&packed, "before");
            deflate_to(de, text, &packed);
            struct str stream = str_sub(buf_view(&packed), 6, packed.n);
            char *back = arena_alloc(a, n);
            assert_true(inflate_to(in, stream, back, n));
            assert_memory_equal(back, text.p, n);
            assert_true(n < 1000 || level == 0 || stream.n < n);
        }
    }
}

static void test_size_must_be_exact(void **state)
{
    struct arena *a = *state;
    struct buf packed;
    char room[1001];
    buf_init(&packed, a);
    deflate_to(deflater_new(a, 1), text_of(a, 1000), &packed);
    struct inflater *in = inflater_new(a);
    assert_false(inflate_to(in, buf_view(&packed), room, 999));
    assert_false(inflate_to(in, buf_view(&packed), room, 1001));
    assert_false(inflate_to(in, buf_view(&packed), room, 0));
    assert_true(inflate_to(in, buf_view(&packed), room, 1000));
    buf_char(&packed, 'x');
    assert_false(inflate_to(in, buf_view(&packed), room, 1000));
    assert_false(inflate_to(in, STR_NONE, room, 0));
}

static void test_damage(void **state)
{
    struct arena *a = *state;
    struct buf packed;
    char *room = malloc(3000);
    buf_init(&packed, a);
    deflate_to(deflater_new(a, 6), text_of(a, 3000), &packed);
    struct inflater *in = inflater_new(a);
    for (size_t n = 0; n < packed.n; n++)
        assert_false(inflate_to(in, (struct str){ packed.p, n }, room, 3000));
    for (size_t bit = 0; bit < packed.n * 8; bit++) { /* may come out false or wrong, but not outside */
        packed.p[bit / 8] ^= (char)(1 << bit % 8);
        inflate_to(in, buf_view(&packed), room, 3000);
        packed.p[bit / 8] ^= (char)(1 << bit % 8);
    }
    assert_true(inflate_to(in, buf_view(&packed), room, 3000));
    free(room);
}

/* printf 提案 | gzip -n */
static const char member[] = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x7b\x36\x6d\xd9\xb3\x59\xcb\x00";

static struct str gzip_of(struct arena *a, struct str text)
{
    struct buf b;
    buf_init(&b, a);
    buf_put(&b, member, 10);
    deflate_to(deflater_new(a, 6), text, &b);
    buf_u32(&b, crc_of(text));
    buf_u32(&b, (uint32_t)text.n);
    return buf_view(&b);
}

static void test_gunzip(void **state)
{
    struct arena *a = *state;
    struct str text = text_of(a, 300000), packed = gzip_of(a, text);
    struct buf two, out;
    buf_init(&two, a);
    buf_init(&out, a);
    buf_cstr(&out, "before");
    buf_str(&two, packed);
    buf_str(&two, gzip_of(a, STR("提案")));
    assert_true(gunzip(buf_view(&two), 300006, &out));
    assert_int_equal(out.n, 300012);
    assert_memory_equal(out.p + 6, text.p, text.n);
    assert_false(gunzip(buf_view(&two), 300005, &out));
    assert_int_equal(out.n, 300012); /* as before */
    assert_true(gunzip(gzip_of(a, STR_NONE), 0, &out));
}

static void test_gunzip_damaged(void **state)
{
    struct arena *a = *state;
    struct str text = text_of(a, 2000), packed = gzip_of(a, text);
    struct buf out;
    buf_init(&out, a);
    for (size_t n = 0; n < packed.n; n++)
        assert_false(gunzip((struct str){ packed.p, n }, 10000, &out));
    char *bytes = arena_cstr(a, packed);
    for (size_t i = 10; i < packed.n; i++) {
        bytes[i] ^= 0x10;
        if (gunzip((struct str){ bytes, packed.n }, 10000,
                   &out)) /* bits that fill up the last byte say nothing */
            assert_true(i == packed.n - 9 && str_eq(buf_view(&out), text));
        buf_clear(&out);
        bytes[i] ^= 0x10;
    }
    assert_false(gunzip(STR("no gzip at all"), 10000, &out));
    assert_int_equal(out.n, 0);
}

static void test_crc(void **state)
{
    (void)state;
    assert_int_equal(crc_of(STR("123456789")), 0xCBF43926); /* the check value of CRC-32 */
    assert_int_equal(crc_of(STR_NONE), 0);
    assert_int_equal(crc_more(crc_of(STR("1234")), STR("56789")), 0xCBF43926);
    assert_int_equal(crc_more(5, STR_NONE), 5);
}

static int pack_and_unpack(void *arg)
{
    struct arena *a = arg;
    struct buf packed;
    char room[100];
    buf_init(&packed, a);
    deflate_to(deflater_new(a, 1), text_of(a, 100), &packed);
    struct inflater *in = inflater_new(a);
    inflate_to(in, buf_view(&packed), room, 50); /* a failed call leaves the expander usable */
    return inflate_to(in, buf_view(&packed), room, 100) ? 0 : 1;
}

static void test_out_of_memory(void **state)
{
    (void)state;
    int code = -1;
    for (uint64_t n = 1; code != 0; n++) {
        struct arena *a = arena_new(NULL);
        mem_fail_at(n);
        code = mem_protect(pack_and_unpack, a);
        mem_fail_at(0);
        assert_true(code == 0 || code == TIAN_EMEMORY);
        arena_free(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_round_trip, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_size_must_be_exact, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_damage, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_gunzip, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_gunzip_damaged, set_up, tear_down),
        cmocka_unit_test(test_crc),
        cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
