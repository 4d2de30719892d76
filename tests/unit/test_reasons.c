/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Why a text has its themes, three levels, and what lint finds.
 */
#include "document_blocks.h"

#include "document/taxonomy.h"

static struct taxonomy *read(struct world *w, const char *text)
{
    struct taxonomy *t;
    if (taxonomy_read(&w->ctx, w->arena, str_of(text), "t", &t))
        fail_msg("%s", w->error.message);
    return t;
}

static struct document document(const char *title, const char *body)
{
    return (struct document){ .title = str_of(title), .body = str_of(body) };
}

static void test_reasons(void **state)
{
    (void)state;
    struct world w;
    struct theme_reasons *r;
    world_begin(&w);
    struct taxonomy *t = read(&w, "threshold = 0.5\n[a]\n学校 3\n教师 2\n[b]\n老人 1\n[c]\n老人 3\n-学校\n");
    struct document d = document("关于学校的提案", "前面一句。这里有学校，还有教师。后面有老人。");
    assert_int_equal(taxonomy_reasons(t, w.arena, &d, &r), 3);
    assert_text(r[0].theme, "a");
    assert_true(r[0].labelled && !r[0].excluded);
    assert_int_equal(r[0].nreasons, 2);
    assert_text(r[0].reasons[0].word, "学校");
    assert_int_equal(r[0].reasons[0].title, 1);
    assert_int_equal(r[0].reasons[0].body, 1);
    assert_true(r[0].reasons[0].weight > 2.99 && r[0].reasons[0].weight < 3.01);
    assert_text(r[0].reasons[0].where, "关于学校的提案");
    assert_text(r[0].reasons[1].where, "这里有学校，还有教师。");
    assert_text(r[1].theme, "b");
    assert_false(r[1].labelled);
    assert_text(r[1].reasons[0].where, "后面有老人。");
    assert_text(r[2].theme, "c");
    assert_true(r[2].excluded);
    assert_text(r[2].reasons[0].word, "学校");
    d = document("", "");
    assert_int_equal(taxonomy_reasons(t, w.arena, &d, &r), 0);
    world_end(&w);
}

/* No leaf reaches the threshold: the deepest sum that does is the label, not the one above it. */
static void test_three_levels(void **state)
{
    (void)state;
    struct world w;
    struct label *l;
    static const char text[] =
        "threshold = 0.55\n[a/b/c]\n学校 3\n[a/b/d]\n教师 3\n[a/e/f]\n老人 1\n[g/h/i]\n企业 1\n";
    world_begin(&w);
    struct taxonomy *t = read(&w, text);
    assert_int_equal(taxonomy_nodes(t), 9);
    assert_int_equal(taxonomy_label(t, NULL, w.arena, STR(""), STR("学校、学校、教师、教师"), NULL, &l), 1);
    assert_text(l[0].theme, "a/b");
    assert_text(l[0].words, "学校×2 教师×2");
    assert_int_equal(taxonomy_label(t, NULL, w.arena, STR("学校"), STR("学校、学校、教师"), NULL, &l), 1);
    assert_text(l[0].theme, "a/b/c");
    world_end(&w);
}

static size_t lint(struct world *w, const char *text, size_t texts, struct buf *out)
{
    struct taxonomy *t = read(w, text);
    struct lint *lint = lint_new(w->arena, t);
    struct document d = document("学校", "学校里的学生都喜欢教育");
    for (size_t i = 0; i < texts; i++)
        lint_see(lint, &d);
    buf_init(out, w->arena);
    return lint_write(lint, out);
}

static void test_lint(void **state)
{
    (void)state;
    struct world w;
    struct buf out;
    world_begin(&w);
    say_set("en");
    assert_int_equal(lint(&w, "[a]\n学校 3\n[b]\n企业 2\n", 0, &out), 0);
    assert_int_equal(
        lint(&w, "[a]\n学校 3\n学校 2\n[b]\n企业 2\n-企业\n[c]\n[d]\n教育整顿 1\n[e]\n教育 1\n企业 2\n", 0,
             &out),
        5);
    assert_true(str_has(buf_view(&out), STR("themes without words: c\n")));
    assert_true(str_has(buf_view(&out), STR("both count: 学校\n")));
    assert_true(str_has(buf_view(&out), STR("for and against the same theme: 企业\n")));
    assert_true(str_has(buf_view(&out), STR("words of several themes: 企业\n")));
    assert_true(str_has(buf_view(&out), STR("教育∈教育整顿")));
    assert_int_equal(lint(&w, "[a]\n学校 3\n[b]\n企业 2\n", 30, &out), 4);
    assert_true(str_has(buf_view(&out), STR("words that occur in no text: 企业\n")));
    assert_true(str_has(buf_view(&out), STR("without a theme: 0 of 30 texts (0.0%)\n")));
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reasons),
        cmocka_unit_test(test_three_levels),
        cmocka_unit_test(test_lint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
