/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Learning themes: the classifier, the model as a file, the trial, what is refused.
 */
#include "document_blocks.h"

#include <math.h>

#include "document/learn.h"

static struct examples *new_examples(struct world *w)
{
    struct lexicon *lexicon;
    struct cutter *cutter;
    assert_int_equal(lexicon_load(&w->ctx, w->arena, NULL, &lexicon), 0);
    assert_int_equal(cutter_new(&w->ctx, w->arena, lexicon, &cutter), 0);
    return examples_new(w->arena, cutter);
}

static void add(struct examples *ex, const char *theme, const char *title, const char *body)
{
    examples_add(ex, &(struct example_text){ STR("x"), str_of(theme), str_of(title), str_of(body), false });
}

/* Texts of two themes, a few words each, in turn. */
static void add_some(struct examples *ex)
{
    static const char *const school[] = { "学校", "教师", "学生", "幼儿园", "学位" };
    static const char *const bus[] = { "公交", "道路", "停车", "红绿灯", "拥堵" };
    for (int i = 0; i < 30; i++) {
        char body[200];
        const char *const *words = i % 2 ? school : bus;
        snprintf(body, sizeof body, "建议关注%s和%s的问题，%s尤其要加强。", words[i % 5], words[(i + 2) % 5],
                 words[(i + 3) % 5]);
        add(ex, i % 2 ? "教育" : "交通", "", body);
    }
}

static struct taxonomy *learn(struct world *w, struct examples *ex, struct buf *model)
{
    struct taxonomy *t;
    buf_init(model, w->arena);
    assert_int_equal(examples_count(&w->ctx, ex), 0);
    assert_int_equal(examples_learn(&w->ctx, ex, model), 0);
    if (taxonomy_read(&w->ctx, w->arena, buf_view(model), "model", &t))
        fail_msg("%s", w->error.message);
    return t;
}

static void test_svm(void **state)
{
    (void)state;
    struct arena *arena = arena_new(NULL);
    struct cell cells[] = { { 0, 1 }, { 1, 1 }, { 0, 1 }, { 2, 1 }, { 2, 1 } };
    struct row rows[] = { { cells, 2 }, { cells + 2, 1 }, { cells + 3, 1 }, { cells + 4, 1 }, { NULL, 0 } };
    int8_t sign[] = { 1, 1, -1, -1, -1 };
    float weights[4], again[4];
    struct svm svm = { rows, sign, 5, 3, 1 };
    svm_train(&svm, arena, weights);
    svm_train(&svm, arena, again);
    assert_memory_equal(weights, again, sizeof weights);
    for (size_t i = 0; i < 5; i++)
        assert_true(svm_margin(&rows[i], weights, 3) * sign[i] > 0);
    assert_true(weights[0] > 0 && weights[2] < 0 && weights[3] < 0);
    arena_free(arena);
}

static void test_model(void **state)
{
    (void)state;
    struct world w;
    struct buf model, again;
    struct label *labels;
    world_begin(&w);
    struct examples *ex = new_examples(&w), *same = new_examples(&w);
    add_some(ex);
    add_some(same);
    add(ex, "", "没有主题的不用", "学校");
    struct taxonomy *t = learn(&w, ex, &model);
    learn(&w, same, &again);
    assert_true(str_eq(buf_view(&model), buf_view(&again)));
    assert_true(t->learned);
    assert_int_equal(taxonomy_nodes(t), 2);
    assert_true(str_has(buf_view(&model), STR("\n[教育]\nbias = ")));
    assert_true(str_has(buf_view(&model), STR("\n幼儿园 ")));
    assert_int_equal(taxonomy_label(t, NULL, w.arena, STR("学校门口"), STR("学生和教师"), NULL, &labels), 1);
    assert_text(labels[0].theme, "教育");
    assert_true(labels[0].confidence > 0.8 && str_has(labels[0].words, STR("学校×1")));
    size_t themes, unlabelled;
    assert_int_equal(examples_count_of(ex, &themes, &unlabelled), 30);
    assert_int_equal(unlabelled, 1);
    world_end(&w);
}

/* A word edited in the file changes the answer; what is wrong in it is refused with its line. */
static void test_edited(void **state)
{
    (void)state;
    struct world w;
    struct taxonomy *t;
    struct label *labels;
    static const char text[] =
        "model = learned\nthreshold = 0.4\n[a/b]\nbias = 1\n水 2\n[a/c]\nbias = 1\n水 -2.5\n[d]\nbias = 0\n";
    world_begin(&w);
    assert_int_equal(taxonomy_read(&w.ctx, w.arena, str_of(text), "m", &t), 0);
    assert_int_equal(taxonomy_label(t, NULL, w.arena, STR(""), STR("水平"), NULL, &labels), 1);
    assert_text(labels[0].theme, "a/b");
    assert_true(fabs(labels[0].confidence - exp(3) / (exp(3) + exp(-1.5) + 1)) < 1e-4);
    assert_int_equal(taxonomy_label(t, NULL, w.arena, STR(""), STR(""), NULL, &labels), 2); /* bias alone */
    static const char *const wrong[] = { "model = neural\n", "model = learned\n[a]\nbias = x\n",
                                         "[a]\n水 2\n", "[a]\n水厂 -2\n", "model = learned\n[a]\n水 1e9\n" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        w.error = (struct tian_error){ 0 };
        assert_int_equal(taxonomy_read(&w.ctx, w.arena, str_of(wrong[i]), "m", &t), TIAN_EFORMAT);
    }
    world_end(&w);
}

/* No child reaches the threshold, their sum does. */
static void test_parent(void **state)
{
    (void)state;
    struct world w;
    struct taxonomy *t;
    struct label *labels;
    static const char text[] =
        "model = learned\nthreshold = 0.5\n[a/b]\nbias = 2\n[a/c]\nbias = 2\n[d]\nbias = 0\n";
    world_begin(&w);
    assert_int_equal(taxonomy_read(&w.ctx, w.arena, str_of(text), "m", &t), 0);
    assert_int_equal(taxonomy_label(t, NULL, w.arena, STR(""), STR("天"), NULL, &labels), 1);
    assert_text(labels[0].theme, "a");
    assert_true(fabs(labels[0].confidence - 2 * exp(2) / (2 * exp(2) + 1)) < 1e-4);
    world_end(&w);
}

static void test_trial(void **state)
{
    (void)state;
    struct world w;
    struct buf out;
    struct taxonomy *t;
    world_begin(&w);
    struct examples *ex = new_examples(&w);
    add_some(ex);
    buf_init(&out, w.arena);
    assert_int_equal(examples_count(&w.ctx, ex), 0);
    assert_int_equal(examples_try(&w.ctx, ex, &(struct trial_options){ .folds = 3, .json = true }, &out), 0);
    assert_true(str_starts(buf_view(&out), STR("{\"documents\":30,\"macro_f1\":1.0000,")));
    static const char hand[] = "threshold = 0.2\n[社会建设/教育]\n学校 3\n[社会建设/养老]\n教师 3\n";
    assert_int_equal(taxonomy_read(&w.ctx, w.arena, str_of(hand), "h", &t), 0);
    buf_clear(&out);
    assert_int_equal(examples_try(&w.ctx, ex, &(struct trial_options){ .taxonomy = t, .json = true }, &out),
                     0);
    assert_true(str_has(buf_view(&out), STR("\"said\":\"社会建设/养老\"")));
    assert_true(str_has(buf_view(&out), STR("\"said\":\"\"")));
    world_end(&w);
}

static void test_refused(void **state)
{
    (void)state;
    struct world w;
    struct buf out;
    world_begin(&w);
    struct examples *one = new_examples(&w), *odd = new_examples(&w), *none = new_examples(&w);
    buf_init(&out, w.arena);
    add(one, "教育", "学校", "学校");
    add(odd, "a]b", "学校", "学校");
    add(odd, "c", "公交", "公交");
    assert_int_equal(examples_count(&w.ctx, one), 0);
    assert_int_equal(examples_count(&w.ctx, odd), 0);
    assert_int_equal(examples_count(&w.ctx, none), 0);
    assert_int_equal(examples_learn(&w.ctx, one, &out), TIAN_EFORMAT);
    assert_int_equal(examples_learn(&w.ctx, odd, &out), TIAN_EFORMAT);
    assert_int_equal(examples_learn(&w.ctx, none, &out), TIAN_EFORMAT);
    assert_int_equal(examples_try(&w.ctx, none, &(struct trial_options){ .folds = 2 }, &out), TIAN_EFORMAT);
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_svm),    cmocka_unit_test(test_model), cmocka_unit_test(test_edited),
        cmocka_unit_test(test_parent), cmocka_unit_test(test_trial), cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
