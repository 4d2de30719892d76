/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Encodings: each of those we read gives the same text; damage is named.
 */
#include "document_blocks.h"

#include <unicode/ucnv.h>

static const char sample[] =
    "关于加强城市停车管理的提案。随着城市的发展，机动车越来越多，停车难的问题十分突出，群众反映强烈。"
    "建议：一是增加停车位，二是推进共享停车，三是加强执法管理，四是利用信息化手段提高周转率。";

static const char traditional[] =
    "關於加強城市停車管理的提案。隨著城市的發展，機動車越來越多，停車難的問題十分突出，群眾反映強烈。"
    "建議：一是增加停車位，二是推進共享停車，三是加強執法管理，四是利用信息化手段提高周轉率。";

static struct str encode(struct world *w, const char *name, struct str text)
{
    UErrorCode status = U_ZERO_ERROR;
    size_t room = text.n * 4 + 16;
    char *out = arena_alloc(w->arena, room);
    int32_t n = ucnv_convert(name, "UTF-8", out, (int32_t)room, text.p, (int32_t)text.n, &status);
    assert_true(U_SUCCESS(status));
    return (struct str){ out, (size_t)n };
}

static struct str encoded(struct world *w, const char *name)
{
    return encode(w, name, str_of(sample));
}

static void assert_reads_as(struct world *w, struct str bytes, const char *name, struct str want)
{
    struct str text;
    const char *encoding;
    int sure;
    if (extract_utf8(&w->ctx, w->arena, bytes, &text, &encoding, &sure) != 0)
        fail_msg("%s: %s", name, w->error.message);
    if (!str_eq(text, want))
        fail_msg("%.*s, read as %s, is %.*s", STR_ARG(want), encoding, STR_ARG(text));
    assert_string_equal(encoding, name);
}

static void assert_reads(struct world *w, struct str bytes, const char *name)
{
    assert_reads_as(w, bytes, name, str_of(sample));
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

static void test_utf16_without_a_mark(void **state)
{
    (void)state;
    struct world w;
    world_begin(&w);
    assert_reads(&w, encoded(&w, "UTF-16LE"), "UTF-16LE");
    assert_reads(&w, encoded(&w, "UTF-16BE"), "UTF-16BE");
    struct str plain = STR("id,title\n12,parking\n");
    assert_reads_as(&w, encode(&w, "UTF-16LE", plain), "UTF-16LE", plain);
    assert_reads_as(&w, encode(&w, "UTF-16BE", plain), "UTF-16BE", plain);
    world_end(&w);
}

/* Every ten characters of both texts, cut out anywhere: 3 bytes each, but for none of another width. */
static void test_gb_or_big5(void **state)
{
    (void)state;
    struct world w;
    world_begin(&w);
    for (size_t i = 0; i + 30 <= sizeof sample - 1; i += 3) {
        struct str part = str_sub(str_of(sample), i, i + 30);
        assert_reads_as(&w, encode(&w, "GB18030", part), "GB18030", part);
    }
    for (size_t i = 0; i + 30 <= sizeof traditional - 1; i += 3) {
        struct str part = str_sub(str_of(traditional), i, i + 30);
        assert_reads_as(&w, encode(&w, "Big5", part), "Big5", part);
    }
    world_end(&w);
}

static void test_declared(void **state)
{
    (void)state;
    struct world w;
    world_begin(&w);
    struct str gb = STR("<html><head><meta charset=\"gb2312\"></head>提案</html>");
    struct str big5 = STR("<?xml version='1.0' encoding='BIG5'?><p>提案</p>");
    struct str wrong = STR("<html><meta charset=big5><p>关于加强城市停车管理的提案</p></html>");
    assert_reads_as(&w, encode(&w, "GB18030", gb), "GB18030", gb);
    assert_reads_as(&w, encode(&w, "Big5", big5), "Big5", big5);
    assert_reads_as(&w, encode(&w, "GB18030", wrong), "GB18030", wrong);
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
        cmocka_unit_test(test_encodings),           cmocka_unit_test(test_utf16_without_a_mark),
        cmocka_unit_test(test_gb_or_big5),          cmocka_unit_test(test_declared),
        cmocka_unit_test(test_short_gb_is_a_guess), cmocka_unit_test(test_damaged_utf8_is_named),
        cmocka_unit_test(test_binary_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
