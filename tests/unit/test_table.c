/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Tables: what RFC 4180 says, what people write, and what is no table.
 */
#include "document_blocks.h"

static struct extracted read_ok(struct world *w, struct str bytes)
{
    struct extracted x;
    if (extract_bytes(&w->ctx, w->arena, "file", bytes, NULL, &x) != 0)
        fail_msg("%s", w->error.message);
    return x;
}

static void test_quotes(void **state)
{
    (void)state;
    struct world w;
    world_begin(&w);
    struct extracted x = read_ok(
        &w, STR("\xEF\xBB\xBF案号,案由,内容\r\n1,\"甲,乙\",\"第一行\r\n第\"\"二\"\"行\"\r\n2,丙,\r\n"));
    assert_string_equal(x.format, "csv");
    assert_int_equal(x.nparts, 2);
    assert_text(x.parts[0].name, "2");
    assert_int_equal(x.parts[0].nfields, 3);
    assert_text(x.parts[0].fields[1].name, "案由");
    assert_text(x.parts[0].fields[1].value, "甲,乙");
    assert_text(x.parts[0].fields[2].value, "第一行\n第\"二\"行");
    assert_int_equal(x.parts[1].nfields, 2);
    assert_int_equal(x.nwarnings, 0);
    world_end(&w);
}

static void test_delimiters(void **state)
{
    (void)state;
    struct world w;
    world_begin(&w);
    assert_string_equal(read_ok(&w, STR("id\ttitle\n1\t甲\n")).format, "tsv");
    assert_text(read_ok(&w, STR("id;title\n1;甲,乙\n2;丙\n")).parts[0].fields[1].value, "甲,乙");
    world_end(&w);
}

static void test_offsets(void **state)
{
    (void)state;
    struct world w;
    world_begin(&w);
    struct str bytes = STR("\xEF\xBB\xBFid,title\n1,ab\n2,cd\n");
    struct extracted x = read_ok(&w, bytes);
    assert_int_equal(x.nparts, 2);
    assert_text(str_sub(bytes, x.parts[1].from, x.parts[1].to), "2,cd\n");
    world_end(&w);
}

static void test_not_a_table(void **state)
{
    (void)state;
    struct world w;
    world_begin(&w);
    static const char *const prose[] = {
        "a,b\n",     "春天,花开\n秋天\n", "甲,甲\n1,2\n", "今天天气很好。,真的\n1,2\n",
        ",b\n1,2\n", "单列\n一\n二\n",
    };
    for (size_t i = 0; i < sizeof prose / sizeof *prose; i++)
        assert_string_equal(read_ok(&w, str_of(prose[i])).format, "text");
    world_end(&w);
}

static void test_open_quote(void **state)
{
    (void)state;
    struct world w;
    world_begin(&w);
    struct buf text;
    buf_init(&text, w.arena);
    buf_cstr(&text, "id,title\n");
    for (int i = 0; i < 30; i++)
        buf_printf(&text, "%d,甲\n", i);
    buf_cstr(&text, "31,\"没有结束\n32,乙\n");
    struct extracted x;
    assert_int_equal(extract_bytes(&w.ctx, w.arena, "a", buf_view(&text), NULL, &x), TIAN_EFORMAT);
    assert_non_null(strstr(w.error.message, "32"));
    world_end(&w);
}

static void test_ragged(void **state)
{
    (void)state;
    struct world w;
    world_begin(&w);
    struct buf text;
    buf_init(&text, w.arena);
    buf_cstr(&text, "id,title\n");
    for (int i = 0; i < 30; i++)
        buf_printf(&text, "%d,甲\n", i);
    buf_cstr(&text, "31\n\n32,乙,多\n");
    struct extracted x = read_ok(&w, buf_view(&text));
    assert_int_equal(x.nparts, 32);
    assert_int_equal(x.nwarnings, 1);
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quotes),      cmocka_unit_test(test_delimiters), cmocka_unit_test(test_offsets),
        cmocka_unit_test(test_not_a_table), cmocka_unit_test(test_open_quote), cmocka_unit_test(test_ragged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
