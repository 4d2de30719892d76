/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Encodings: each of those we read gives the same text; damage is named.
 */
#include "document_blocks.h"

#include <unicode/ucnv.h>

static const char sample[] =
    "关于加强城市停车管理的提案。随着城市的发展，机动车越来越多，停车难的问题十分突出，群众反映强烈。"
    "建议：一是增加停车位，二是推进共享停车，三是加强执法管理，四是利用信息化手段提高周转率。";

static struct str encoded(struct world *w, const char *name)
{
    UErrorCode status = U_ZERO_ERROR;
    size_t room = sizeof sample * 4;
    char *out = arena_alloc(w->arena, room);
    int32_t n = ucnv_convert(name, "UTF-8", out, (int32_t)room, sample, sizeof sample - 1, &status);
    assert_true(U_SUCCESS(status));
    return (struct str){ out, (size_t)n };
}

static void assert_reads(struct world *w, struct str bytes, const char *name)
{
    struct str text;
    const char *encoding;
    int sure;
    if (extract_utf8(&w->ctx, w->arena, bytes, &text, &encoding, &sure) != 0)
        fail_msg("%s: %s", name, w->error.message);
    assert_text(text, sample);
    assert_string_equal(encoding, name);
}

static struct str with_mark(struct world *w, const char *mark, size_t n, struct str bytes)
{
    char *out = arena_alloc(w->arena, n + bytes.n);
    memcpy(out, mark, n);
    memcpy(out + n, bytes.p, bytes.n);
    return (struct str){ out, n + bytes.n };
}

static void test_encodings(void **state)
{
    (void)state;
    struct world w;
    world_begin(&w);
    assert_reads(&w, str_of(sample), "UTF-8");
    assert_reads(&w, with_mark(&w, "\xEF\xBB\xBF", 3, str_of(sample)), "UTF-8");
    assert_reads(&w, encoded(&w, "GB18030"), "GB18030");
    assert_reads(&w, with_mark(&w, "\x84\x31\x95\x33", 4, encoded(&w, "GB18030")), "GB18030");
    assert_reads(&w, with_mark(&w, "\xFF\xFE", 2, encoded(&w, "UTF-16LE")), "UTF-16LE");
    assert_reads(&w, with_mark(&w, "\xFE\xFF", 2, encoded(&w, "UTF-16BE")), "UTF-16BE");
    world_end(&w);
}

static void test_short_gb_is_a_guess(void **state)
{
    (void)state;
    struct world w;
    world_begin(&w);
    struct str text;
    const char *encoding;
    int sure;
    assert_int_equal(extract_utf8(&w.ctx, w.arena, STR("\xCC\xE1\xB0\xB8"), &text, &encoding, &sure), 0);
    assert_text(text, "提案");
    assert_string_equal(encoding, "GB18030");
    assert_true(sure < 50);
    struct extracted x;
    assert_int_equal(extract_bytes(&w.ctx, w.arena, "a", STR("\xCC\xE1\xB0\xB8"), NULL, &x), 0);
    assert_int_equal(x.nwarnings, 1);
    world_end(&w);
}

static void test_damaged_utf8_is_named(void **state)
{
    (void)state;
    struct world w;
    world_begin(&w);
    char damaged[sizeof sample];
    struct str text;
    const char *encoding;
    int sure;
    memcpy(damaged, sample, sizeof sample);
    damaged[30] = '\xFF';
    struct str bytes = { damaged, sizeof sample - 1 };
    assert_int_equal(extract_utf8(&w.ctx, w.arena, bytes, &text, &encoding, &sure), TIAN_EFORMAT);
    assert_non_null(strstr(w.error.message, "30"));
    world_end(&w);
}

static void test_binary_is_refused(void **state)
{
    (void)state;
    struct world w;
    world_begin(&w);
    char bytes[4096];
    uint64_t random = 7;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(random = hash_mix(random));
    struct extracted x;
    assert_int_equal(extract_bytes(&w.ctx, w.arena, "a", (struct str){ bytes, sizeof bytes }, NULL, &x),
                     TIAN_EFORMAT);
    assert_string_equal(w.error.where, "a");
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encodings),
        cmocka_unit_test(test_short_gb_is_a_guess),
        cmocka_unit_test(test_damaged_utf8_is_named),
        cmocka_unit_test(test_binary_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
