/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Text, Markdown, line ends, gzip, limits, what is recognised but not read.
 */
#include "document_blocks.h"

#include <zlib.h>

static struct extracted read_ok(struct world *w, struct str bytes)
{
    struct extracted x;
    if (extract_bytes(&w->ctx, w->arena, "file", bytes, NULL, &x) != 0)
        fail_msg("%s", w->error.message);
    return x;
}

static void test_text(void **state)
{
    (void)state;
    struct world w;
    world_begin(&w);
    struct extracted x = read_ok(&w, STR("一行\r\n二行\r三行\n"));
    assert_string_equal(x.format, "text");
    assert_int_equal(x.nparts, 1);
    assert_text(x.parts[0].text, "一行\n二行\n三行\n");
    assert_int_equal(x.parts[0].to, 22);
    x = read_ok(&w, STR("\xEF\xBB\xBF一行"));
    assert_text(x.parts[0].text, "一行");
    assert_int_equal(x.parts[0].from, 3);
    assert_int_equal(x.parts[0].to, 9);
    world_end(&w);
}

static void test_empty(void **state)
{
    (void)state;
    struct world w;
    world_begin(&w);
    struct extracted x = read_ok(&w, STR(""));
    assert_int_equal(x.nparts, 0);
    assert_int_equal(x.nwarnings, 1);
    x = read_ok(&w, STR(" \n\n"));
    assert_int_equal(x.nparts, 0);
    world_end(&w);
}

static void test_markdown(void **state)
{
    (void)state;
    struct world w;
    world_begin(&w);
    struct extracted x = read_ok(&w, STR("\n# 关于停车的提案 #\n\n- 一\n"));
    assert_string_equal(x.format, "markdown");
    assert_text(x.parts[0].fields[0].name, "title");
    assert_text(x.parts[0].fields[0].value, "关于停车的提案");
    assert_text(x.parts[0].text, "\n# 关于停车的提案 #\n\n- 一\n");
    x = read_ok(&w, STR("---\n案号: \"12\"\n---\n## 标题\n正文"));
    assert_int_equal(x.parts[0].nfields, 2);
    assert_text(x.parts[0].fields[0].value, "12");
    assert_text(x.parts[0].fields[1].value, "标题");
    assert_string_equal(read_ok(&w, STR("#标签 不是标题")).format, "text");
    assert_string_equal(read_ok(&w, STR("---\n分隔线\n---\n")).format, "text");
    world_end(&w);
}

static void test_gzip(void **state)
{
    (void)state;
    struct world w;
    world_begin(&w);
    unsigned char packed[200];
    z_stream z = { 0 };
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (unsigned char *)"压缩的正文";
    z.avail_in = 15;
    z.next_out = packed;
    z.avail_out = sizeof packed;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    size_t n = sizeof packed - z.avail_out;
    deflateEnd(&z);
    assert_text(read_ok(&w, (struct str){ (char *)packed, n }).parts[0].text, "压缩的正文");
    struct extracted x;
    assert_int_equal(extract_bytes(&w.ctx, w.arena, "a", (struct str){ (char *)packed, n - 9 }, NULL, &x),
                     TIAN_EFORMAT);
    world_end(&w);
}

static void test_refusals(void **state)
{
    (void)state;
    struct world w;
    world_begin(&w);
    struct extracted x;
    const struct extract_options small = { .max_bytes = 4 };
    assert_int_equal(extract_bytes(&w.ctx, w.arena, "a", STR("12345"), &small, &x), TIAN_ELIMIT);
    assert_int_equal(x.nparts, 0);
    w.error = (struct tian_error){ 0 };
    assert_int_equal(extract_bytes(&w.ctx, w.arena, "a", STR("\x89PNG\r\n ..."), NULL, &x), TIAN_EFORMAT);
    assert_non_null(strstr(w.error.message, "PNG"));
    w.error = (struct tian_error){ 0 };
    assert_int_equal(extract_file(&w.ctx, w.arena, "/nowhere", NULL, &x), TIAN_EIO);
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text), cmocka_unit_test(test_empty),    cmocka_unit_test(test_markdown),
        cmocka_unit_test(test_gzip), cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
