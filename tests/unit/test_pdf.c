/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What pdftotext says of a PDF, as the child reads it: words, characters that XML
 * has not, answers that are damaged or made to do harm.
 */
#include "document_blocks.h"
#include "extract/package.h"

#define PAGE(words) "<html><doc><page>\n" words "</page></doc></html>"
#define LINE(words) "<line xMin=\"60.5\" yMin=\"80.0\" xMax=\"140.5\" yMax=\"94\">\n" words "</line>\n"

/* The one record that is sent: what it is, its text (of a warning: the sentence). */
static int read_answer(struct world *w, struct str answer, char *what, struct str *text)
{
    struct package p = { .ctx = &w->ctx, .bytes = answer, .fd = -1 };
    buf_init(&p.out, w->arena);
    int code = pdf_package(&p);
    struct cursor c = cursor_of(buf_view(&p.out));
    if (code == 0) {
        *what = (char)cursor_u8(&c);
        struct str name = cursor_field(&c);
        *text = cursor_field(&c);
        if (*what == 'W')
            *text = name;
        assert_true(!c.bad && c.p == c.end);
    }
    return code;
}

static void check_text(struct str answer, const char *expected)
{
    struct world w;
    char what;
    struct str text;
    world_begin(&w);
    assert_int_equal(read_answer(&w, answer, &what, &text), 0);
    assert_int_equal(what, 'T');
    assert_text(text, expected);
    world_end(&w);
}

static void test_words(void **state)
{
    (void)state;
    check_text(STR(PAGE(LINE("<word xMin=\"60\" xMax=\"80\">R&amp;D</word>\n"
                             "<word xMin=\"80\" xMax=\"100\">投入</word>\n"
                             "<word xMin=\"120\" xMax=\"140\">&lt;增加&gt;</word>\n"))),
               "R&D投入 <增加>\n");
    check_text(
        STR("<!DOCTYPE html SYSTEM \"file:///etc/passwd\"><html><head><title>题</title></head><doc>" LINE(
            "<word xMin=\"1\" xMax=\"2\">文</word>") "</doc>"),
        "文\n");
}

static void test_no_characters(void **state)
{
    (void)state;
    check_text(STR(PAGE(LINE("<word xMin=\"1\" xMax=\"2\">一\x01二\xEF\xBF\xBE三</word>"))),
               "一\x7F二\xEF\xBF\xBD三\n");
}

static void test_nothing(void **state)
{
    (void)state;
    struct world w;
    char what;
    struct str text;
    world_begin(&w);
    assert_int_equal(read_answer(&w, STR(PAGE(LINE("<word> </word>"))), &what, &text), 0);
    assert_int_equal(what, 'W');
    assert_int_equal(read_answer(&w, STR("no answer at all"), &what, &text), 0);
    assert_int_equal(what, 'W');
    world_end(&w);
}

static void test_harm(void **state)
{
    static const char *const answers[] = {
        "<doc><page><line><word>cut short",
        "<doc><page></line></page></doc>",
        "<doc><word>\xFF\xFE</word></doc>",
        "<doc><word>&unknown;</word></doc>",
        "<doc><!DOCTYPE doc [<!ENTITY a \"aaaa\">]><word>&a;</word></doc>",
    };
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        struct world w;
        char what;
        struct str text;
        world_begin(&w);
        assert_int_equal(read_answer(&w, str_of(answers[i]), &what, &text), TIAN_EFORMAT);
        assert_non_null(strstr(w.error.message, "pdftotext"));
        world_end(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_no_characters),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
