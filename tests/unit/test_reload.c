/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The share folder is edited under an open index: new tables serve, wrong ones do
 * not, what is running and what was answered keeps the old ones. Also the
 * dictionary's own functions: test, edit, lint.
 */
#include "scratch.h"

#include <pthread.h>
#include <unistd.h>
#include <tian.h>

#include "base/config.h"

static const char lines[] =
    "{\"id\":\"a\",\"title\":\"关于飞天扫帚的提案\",\"body\":\"飞天扫帚需要停放。\"}\n"
    "{\"id\":\"b\",\"title\":\"关于魔毯的提案\",\"body\":\"魔毯不得超速。飞天扫帚也是。\"}\n";

static struct tian_index *reading;

static void write_share(const char *name, const char *text)
{
    assert_int_equal(file_replace(&ctx, path_join(arena, scratch("share"), name), str_of(text)), 0);
}

static int make_index(void)
{
    struct tian_open_options options = { .write = true, .create = true, .share = scratch("share") };
    struct tian_index *index;
    const char *file = scratch("docs.jsonl");
    int code = file_write(&ctx, file, str_of(lines), false);
    if (!code)
        code = tian_open(scratch("index"), &options, &index, &error);
    if (!code)
        code = tian_index_add(index, &file, 1, NULL, NULL, &error);
    if (!code)
        tian_close(index);
    return code;
}

static int set_up(void **state)
{
    if (scratch_make(state))
        return -1;
    unsetenv("TIAN_DICT");
    const char *from = share_path(arena, "verdict.conf");
    char *command = arena_printf(arena, "cp -rL \"$(dirname '%s')\" '%s'", from, scratch("share"));
    struct tian_open_options options = { .share = scratch("share") };
    return system(command) != 0 || make_index() || tian_open(scratch("index"), &options, &reading, &error);
}

static int tear_down(void **state)
{
    tian_close(reading);
    return scratch_remove(state);
}

/* Documents that a query finds. */
static uint64_t found(const char *query)
{
    struct tian_results *r;
    assert_int_equal(tian_search(reading, query, NULL, &r, &error), 0);
    uint64_t total = r->total;
    tian_results_free(r);
    return total;
}

static void test_synonyms_and_words_serve_once_reloaded(void **state)
{
    (void)state;
    char *cut;
    assert_int_equal(found("阿拉伯毯子"), 0);
    write_share("synonyms.txt", "阿拉伯毯子 魔毯\n");
    write_share("dict/own.txt", "飞天扫帚\n阿拉伯毯子\n");
    assert_int_equal(tian_reload(reading, &error), 0);
    assert_int_equal(found("阿拉伯毯子"), 1);
    assert_int_equal(tian_debug(reading, "cut", "飞天扫帚", &cut, &error), 0);
    assert_string_equal(cut, "飞天扫帚");
    tian_string_free(cut);
}

static void test_a_wrong_file_leaves_the_old_in_service(void **state)
{
    (void)state;
    write_share("synonyms.txt", "阿拉伯毯子 = 魔毯\n");
    assert_int_equal(tian_reload(reading, &error), TIAN_EFORMAT);
    assert_non_null(strstr(error.where, "synonyms.txt"));
    assert_int_equal(found("阿拉伯毯子"), 1);
    write_share("synonyms.txt", "扫把 飞天扫帚\n");
    assert_int_equal(tian_reload(reading, &error), 0);
    assert_int_equal(found("阿拉伯毯子"), 0);
    assert_int_equal(found("扫把"), 2);
}

static void test_what_was_answered_outlives_its_tables(void **state)
{
    (void)state;
    struct tian_check *check;
    struct tian_results *results;
    assert_int_equal(
        tian_check(reading, "案由：关于飞天扫帚的提案\n飞天扫帚需要停放。", NULL, &check, &error), 0);
    assert_int_equal(tian_search(reading, "魔毯", NULL, &results, &error), 0);
    assert_int_equal(tian_reload(reading, &error), 0);
    assert_int_equal(tian_reload(reading, &error), 0);
    char *a = tian_check_json(check, NULL, false), *b = tian_results_json(results, false);
    assert_true(a && b && strlen(a) > 10 && strlen(b) > 10);
    tian_string_free(a);
    tian_string_free(b);
    tian_check_free(check);
    tian_results_free(results);
}

/* After a second a call looks by itself. */
static void test_a_call_sees_the_change_by_itself(void **state)
{
    (void)state;
    write_share("synonyms.txt", "毯毯 魔毯\n");
    usleep(1100000);
    assert_int_equal(found("毯毯"), 1);
}

static void *ask(void *stop)
{
    while (!*(_Atomic bool *)stop) {
        struct tian_results *r;
        if (tian_search(reading, "飞天 扫帚", NULL, &r, NULL) == 0)
            tian_results_free(r);
    }
    return NULL;
}

static void test_threads_ask_while_tables_change(void **state)
{
    (void)state;
    _Atomic bool stop = false;
    pthread_t threads[3];
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask, &stop), 0);
    for (int i = 0; i < 10; i++)
        assert_int_equal(tian_reload(reading, &error), 0);
    stop = true;
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
}

static void test_a_word_is_tested_before_it_is_added(void **state)
{
    (void)state;
    struct tian_word_report *r;
    assert_int_equal(tian_dict_test(reading, "天扫帚", &r, &error), 0);
    assert_false(r->known);
    assert_int_equal(r->documents, 2);
    assert_int_equal(r->changed, 0);
    assert_string_equal(r->fates[0].kind, "longer");
    assert_string_equal(r->fates[0].word, "飞天扫帚");
    tian_word_report_free(r);
    assert_int_equal(tian_dict_test(reading, "飞天扫帚", &r, &error), 0);
    assert_true(r->known);
    assert_int_equal(r->changed, 2);
    assert_int_equal(r->clauses[0].text.nmarks, 1);
    tian_word_report_free(r);
    assert_int_equal(tian_dict_test(reading, "扫，帚", &r, &error), TIAN_EUSAGE);
    assert_null(r);
}

static void test_the_local_file_is_edited(void **state)
{
    (void)state;
    const char *share = scratch("share");
    char *said;
    assert_int_equal(tian_dict_edit(share, "魔毯", true, &said, &error), 0);
    tian_string_free(said);
    assert_int_equal(tian_dict_edit(share, "魔毯", true, NULL, &error), 0);
    assert_int_equal(tian_reload(reading, &error), 0);
    struct tian_word_report *r;
    assert_int_equal(tian_dict_test(reading, "魔毯", &r, &error), 0);
    assert_true(r->known);
    tian_word_report_free(r);
    assert_int_equal(tian_dict_edit(share, "魔毯", false, NULL, &error), 0);
    assert_int_equal(tian_dict_edit(share, "魔毯", false, &said, &error), TIAN_ENOTFOUND);
    assert_null(said);
    assert_int_equal(tian_dict_edit(share, "x", true, NULL, &error), TIAN_EUSAGE);
}

static void test_lint_names_what_is_odd(void **state)
{
    (void)state;
    struct tian_dict_problems *p;
    write_share("dict/odd.txt", "飞天扫帚\n从没有过的词\n甲，乙\n");
    assert_int_equal(tian_dict_lint(reading, &p, &error), 0);
    bool repeated = false, never = false, form = false;
    for (size_t i = 0; i < p->nproblems; i++) {
        const struct tian_dict_problem *one = &p->problems[i];
        if (!strstr(one->file, "odd.txt") && !strstr(one->file, "own.txt"))
            continue;
        repeated = repeated || (strcmp(one->kind, "repeated") == 0 && strcmp(one->word, "飞天扫帚") == 0);
        never = never || (strcmp(one->kind, "never-occurs") == 0 && one->line == 2);
        form = form || (strcmp(one->kind, "form") == 0 && one->line == 3);
    }
    assert_true(repeated && never && form);
    tian_dict_problems_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_synonyms_and_words_serve_once_reloaded),
        cmocka_unit_test(test_a_wrong_file_leaves_the_old_in_service),
        cmocka_unit_test(test_what_was_answered_outlives_its_tables),
        cmocka_unit_test(test_a_call_sees_the_change_by_itself),
        cmocka_unit_test(test_threads_ask_while_tables_change),
        cmocka_unit_test(test_a_word_is_tested_before_it_is_added),
        cmocka_unit_test(test_the_local_file_is_edited),
        cmocka_unit_test(test_lint_names_what_is_odd),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
