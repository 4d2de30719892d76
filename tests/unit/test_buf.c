/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Buffers, cursors and arrays: what was written is read back, and a cursor over
 * anything else (every truncation, every flipped bit) goes bad instead of astray.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"

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

static void test_appending(void **state)
{
    struct buf b;
    buf_init(&b, *state);
    assert_int_equal(buf_view(&b).n, 0);
    assert_non_null(buf_view(&b).p);
    buf_cstr(&b, "关于");
    buf_str(&b, STR_NONE);
    buf_str(&b, STR("提案"));
    buf_char(&b, '!');
    buf_utf8(&b, 0x20BB7);
    buf_printf(&b, "%s-%d", "x", 5);
    buf_decimal(&b, 0);
    buf_char(&b, ' ');
    buf_decimal(&b, UINT64_MAX);
    assert_true(str_eq(buf_view(&b), STR("关于提案!𠮷x-50 18446744073709551615")));
    buf_clear(&b);
    assert_int_equal(b.n, 0);
    for (int i = 0; i < 100000; i++)
        buf_printf(&b, "%d", i % 10);
    assert_int_equal(b.n, 100000);
    for (size_t i = 0; i < b.n; i++)
        assert_int_equal(b.p[i], '0' + i % 10);
}

static void check_brief(struct arena *arena, const char *text, size_t characters, const char *wanted)
{
    struct buf b;
    buf_init(&b, arena);
    buf_brief(&b, str_of(text), characters);
    assert_string_equal(arena_cstr(arena, buf_view(&b)), wanted);
}

static void test_brief(void **state)
{
    check_brief(*state, "", 3, "");
    check_brief(*state, "提案", 2, "提案");
    check_brief(*state, "提案办理", 2, "提案…");
    check_brief(*state, "\n 提案\r\n\t办理", 5, "提案 办理");
    check_brief(*state, "提案\n\n办理", 3, "提案 …");
    check_brief(*state, "a\xff提", 9, "a\xff提");
}

static void test_printf_at_the_edge(void **state)
{
    for (int n = 0; n < 200; n++) {
        struct buf b;
        buf_init(&b, *state);
        buf_printf(&b, "%*s", n, "");
        buf_cstr(&b, "|");
        assert_int_equal(b.n, n + 1);
        assert_int_equal(b.p[n], '|');
    }
}

/* A buf on the stack of a function that is long gone. */
static void leave_one_behind(struct arena *a)
{
    struct buf b;
    buf_init(&b, a);
    for (int i = 0; i < 1000; i++)
        buf_u64(&b, (uint64_t)i);
}

static void test_struct_may_go_first(void **state)
{
    leave_one_behind(*state);
    leave_one_behind(*state);
}

static const uint64_t samples[] = { 0,     1,          127,        128,        16383,
                                    16384, 0xFFFFFFFF, 1ull << 56, 1ull << 63, UINT64_MAX };
#define SAMPLES (sizeof samples / sizeof samples[0])

static void write_samples(struct buf *b)
{
    for (size_t i = 0; i < SAMPLES; i++) {
        buf_u8(b, (uint8_t)samples[i]);
        buf_u32(b, (uint32_t)samples[i]);
        buf_u64(b, samples[i]);
        buf_varint(b, samples[i]);
        buf_field(b, STR("提案"));
    }
}

static void test_reading_back(void **state)
{
    struct buf b;
    buf_init(&b, *state);
    write_samples(&b);
    struct cursor c = cursor_of(buf_view(&b));
    for (size_t i = 0; i < SAMPLES; i++) {
        assert_int_equal(cursor_u8(&c), (uint8_t)samples[i]);
        assert_int_equal(cursor_u32(&c), (uint32_t)samples[i]);
        assert_true(cursor_u64(&c) == samples[i]);
        assert_true(cursor_varint(&c) == samples[i]);
        assert_true(str_eq(cursor_field(&c), STR("提案")));
    }
    assert_false(c.bad);
    assert_ptr_equal(c.p, c.end);
    assert_int_equal(cursor_u8(&c), 0);
    assert_true(c.bad);
}

static void test_layout_is_fixed(void **state)
{
    struct buf b;
    buf_init(&b, *state);
    buf_u32(&b, 0x01020304);
    buf_varint(&b, 300);
    buf_field(&b, STR("ab"));
    assert_true(str_eq(buf_view(&b), STR("\4\3\2\1\xAC\x02\x02"
                                         "ab")));
}

static void read_all(struct cursor *c)
{
    for (size_t i = 0; i < SAMPLES; i++) {
        cursor_u8(c);
        cursor_u32(c);
        cursor_u64(c);
        cursor_varint(c);
        struct str s = cursor_field(c);
        assert_true(s.n == 0 || (const uint8_t *)s.p + s.n <= c->end);
    }
}

static void test_truncated_goes_bad(void **state)
{
    struct buf b;
    buf_init(&b, *state);
    write_samples(&b);
    for (size_t n = 0; n < b.n; n++) {
        char *copy = malloc(n ? n : 1); /* so that the sanitizer sees one byte too far */
        memcpy(copy, b.p, n);
        struct cursor c = cursor_of((struct str){ copy, n });
        read_all(&c);
        assert_true(c.bad);
        free(copy);
    }
}

static void test_flipped_stays_inside(void **state)
{
    struct buf b;
    buf_init(&b, *state);
    write_samples(&b);
    for (size_t bit = 0; bit < b.n * 8; bit++) {
        b.p[bit / 8] ^= (char)(1 << bit % 8);
        struct cursor c = cursor_of(buf_view(&b));
        read_all(&c);
        assert_true(c.p <= c.end);
        b.p[bit / 8] ^= (char)(1 << bit % 8);
    }
}

static void test_malformed_varints(void **state)
{
    (void)state;
    const struct str bad[] = {
        { "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02", 10 }, /* over 64 bits */
        { "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", 11 },
        { "\x80\x00", 2 }, /* not the shortest */
        { "\x80", 1 },
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct cursor c = cursor_of(bad[i]);
        assert_true(cursor_varint(&c) == 0);
        assert_true(c.bad);
    }
    struct cursor c = cursor_of(STR("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01")); /* a length of 2^64 - 1 */
    assert_int_equal(cursor_field(&c).n, 0);
    assert_true(c.bad);
}

struct wide {
    uint64_t a, b, c, d, e, f, g, h, i;
};

static void test_arrays(void **state)
{
    vec_of(int) v;
    vec_of(struct wide) w;
    vec_of(char) s;
    vec_init(&v, *state);
    vec_init(&w, *state);
    vec_init(&s, *state);
    for (int i = 0; i < 5000; i++) {
        vec_push(&v, i);
        vec_push(&w, (struct wide){ .a = (uint64_t)i, .i = 7 });
        vec_push(&s, (char)i);
    }
    for (size_t i = 0; i < 5000; i++) {
        assert_int_equal(v.at[i], i);
        assert_int_equal(w.at[i].a, i);
        assert_int_equal(w.at[i].i, 7);
        assert_int_equal(s.at[i], (char)i);
    }
    vec_need(&v, 100000);
    assert_true(v.cap >= 100000);
    assert_int_equal(v.n, 5000);
    assert_int_equal(v.at[4999], 4999);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_appending, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_brief, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_printf_at_the_edge, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_struct_may_go_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_reading_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_layout_is_fixed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_truncated_goes_bad, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_flipped_stays_inside, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_malformed_varints, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_arrays, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
