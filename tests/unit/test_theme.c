/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Themes: the file's form, the matcher against a search for every word, labels.
 */
#include "document_blocks.h"

#include <unistd.h>

#include "base/config.h"
#include "document/taxonomy.h"

static int load(struct world *w, const char *text, struct taxonomy **t)
{
    char path[] = "/tmp/tian-theme-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    w->error = (struct tian_error){ 0 };
    int code = taxonomy_load(&w->ctx, w->arena, path, t);
    unlink(path);
    return code;
}

static const char small[] = "name = 小\nthreshold = 0.4\n"
                            "[社会建设]\n"
                            "[社会建设/教育]\n幼儿园 3\n学位 2\n教育 2\n-教育整顿\n"
                            "[社会建设/养老]\n养老 3\n老人 1.5\n"
                            "[经济建设]\n企业 2\nＧＤＰ 2\n";

static size_t label(struct world *w, const struct taxonomy *t, const char *title, const char *body,
                    struct label **l)
{
    return taxonomy_label(t, NULL, w->arena, str_of(title), str_of(body), NULL, l);
}

static void test_labels(void **state)
{
    (void)state;
    struct world w;
    struct taxonomy *t;
    struct label *l;
    world_begin(&w);
    assert_int_equal(load(&w, small, &t), 0);
    assert_int_equal(label(&w, t, "关于幼儿园的提案", "幼儿园少，幼儿园学位更少。", &l), 1);
    assert_text(l[0].theme, "社会建设/教育");
    assert_text(l[0].words, "幼儿园×2 学位×1");
    assert_true(l[0].confidence > 0.7 && l[0].confidence < 1);
    assert_int_equal(l[0].origin, ORIGIN_PARSED);
    assert_int_equal(label(&w, t, "", "今天天气好", &l), 0);
    assert_int_equal(label(&w, t, "", "", &l), 0);
    assert_int_equal(label(&w, t, "ｇｄｐ", "企業 gdp", &l), 1); /* width, case, script */
    assert_text(l[0].theme, "经济建设");
    world_end(&w);
}

static void test_exclusion(void **state)
{
    (void)state;
    struct world w;
    struct taxonomy *t;
    struct label *l;
    world_begin(&w);
    assert_int_equal(load(&w, small, &t), 0);
    assert_int_equal(label(&w, t, "教育", "教育、教育、学位", &l), 1);
    assert_int_equal(label(&w, t, "教育", "教育整顿、教育、学位", &l), 0);
    world_end(&w);
}

/* No child reaches the threshold, their sum does. */
static void test_sum_of_children(void **state)
{
    (void)state;
    struct world w;
    struct taxonomy *t;
    struct label *l;
    world_begin(&w);
    assert_int_equal(load(&w, small, &t), 0);
    assert_int_equal(label(&w, t, "", "养老，幼儿园。", &l), 1);
    assert_text(l[0].theme, "社会建设");
    assert_text(l[0].words, "幼儿园×1 养老×1");
    world_end(&w);
}

static void test_profile(void **state)
{
    (void)state;
    struct world w;
    struct taxonomy *t;
    struct theme_word *words;
    world_begin(&w);
    assert_int_equal(load(&w, small, &t), 0);
    assert_int_equal(taxonomy_nodes(t), 4);
    assert_text(taxonomy_node_name(t, 1), "社会建设/教育");
    assert_int_equal(taxonomy_profile(t, w.arena, STR("社会建设"), &words), 5);
    assert_int_equal(taxonomy_profile(t, w.arena, STR("社会建设/教育"), &words), 4);
    assert_int_equal(taxonomy_profile(t, w.arena, STR("教育"), &words), 4);
    assert_text(words[3].word, "教育整顿");
    assert_true(words[3].weight < 0);
    assert_int_equal(taxonomy_profile(t, w.arena, STR("经济建设"), &words), 2);
    assert_text(words[1].word, "gdp");
    assert_int_equal(taxonomy_profile(t, w.arena, STR("育"), &words), SIZE_MAX);
    world_end(&w);
}

static void test_wrong_files(void **state)
{
    (void)state;
    static const char *const wrong[] = { "水利 3\n", "[甲]\n水 3\n", "[甲]\n水利 0\n", "[甲]\n水利 -2\n",
                                         "threshold = 2\n" };
    struct world w;
    struct taxonomy *t;
    world_begin(&w);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(load(&w, wrong[i], &t), TIAN_EFORMAT);
        assert_null(t);
    }
    assert_int_equal(load(&w, "[甲]\n", &t), 0);
    world_end(&w);
}

static void count_hit(void *self, uint32_t word)
{
    ((unsigned *)self)[word]++;
}

static unsigned occurrences(const struct normal *text, const struct word *word)
{
    unsigned n = 0;
    for (size_t at = 0; (at = normal_find(text, word->unit, word->n, at)) != SIZE_MAX; at++)
        n++;
    return n;
}

static void test_matcher_finds_all(void **state)
{
    (void)state;
    struct world w;
    world_begin(&w);
    const struct taxonomy *t = builder_taxonomy(world_builder(&w));
    struct normal normal;
    normal_init(&normal, w.arena);
    uint64_t random = 3;
    for (int round = 0; round < 20; round++) {
        struct buf text;
        buf_init(&text, w.arena);
        for (int i = 0; i < 200; i++) {
            random = hash_mix(random);
            buf_str(&text, t->words.at[random % t->words.n].text);
            buf_cstr(&text, random >> 60 ? "" : "的，");
        }
        unsigned *seen = arena_array(w.arena, unsigned, t->words.n);
        text_normalise(buf_view(&text), NULL, &normal);
        taxonomy_scan(t, &normal, count_hit, seen);
        for (size_t i = 0; i < t->words.n; i++)
            assert_int_equal(seen[i], occurrences(&normal, &t->words.at[i]));
    }
    world_end(&w);
}

static void test_shipped(void **state)
{
    (void)state;
    static const char *const names[] = { "themes/five.conf", "themes/office.conf",
                                         "themes/message-desk.conf" };
    struct world w;
    struct taxonomy *t;
    struct label *l;
    world_begin(&w);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (taxonomy_load(&w.ctx, w.arena, share_path(w.arena, names[i]), &t) != 0)
            fail_msg("%s: %s", w.error.where, w.error.message);
        assert_true(label(&w, t, "关于增加幼儿园学位的提案", "幼儿园学位不足，学校少，教师缺。", &l) >= 1);
    }
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_labels),      cmocka_unit_test(test_exclusion),
        cmocka_unit_test(test_profile),     cmocka_unit_test(test_sum_of_children),
        cmocka_unit_test(test_wrong_files), cmocka_unit_test(test_matcher_finds_all),
        cmocka_unit_test(test_shipped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
