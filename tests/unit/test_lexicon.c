/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Dictionary, stop words and synonyms from a folder made here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "text/text.h"

static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static struct ctx ctx;
static struct tian_error error;
static char folder[] = "/tmp/tian-lexicon-XXXXXX";

static void write_file(const char *name, const char *text)
{
    char *path = path_join(arena, folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static int make_folder(void **state)
{
    set_up(state);
    ctx = (struct ctx){ .arena = arena, .error = &error };
    error = (struct tian_error){ 0 };
    strcpy(folder + strlen(folder) - 6, "XXXXXX");
    return mkdtemp(folder) == NULL || file_make_folder(&ctx, path_join(arena, folder, "dict")) != 0;
}

static int remove_folder(void **state)
{
    file_remove_tree(&ctx, folder);
    return tear_down(state);
}

static struct lexicon *load(void)
{
    struct lexicon *lexicon;
    assert_int_equal(lexicon_load(&ctx, arena, folder, &lexicon), TIAN_OK);
    return lexicon;
}

static size_t match(const struct lexicon *lexicon, struct str text)
{
    struct normal normal;
    normal_init(&normal, arena);
    text_normalise(text, NULL, &normal);
    return lexicon_match(lexicon, normal.unit, normal.n);
}

static void test_the_longest_word_matches(void **state)
{
    (void)state;
    write_file("dict/a.txt", "# 注释\n提案\n提案办理\tproposal\n提案\n\n");
    write_file("dict/b.txt", "督辦  # folded when stored\nＧ６０科创走廊\n的\n");
    write_file("dict/c.md", "不读\n");
    struct lexicon *lexicon = load();
    assert_int_equal(lexicon_words(lexicon), 4);
    assert_int_equal(match(lexicon, STR("提案办理工作")), 4);
    assert_int_equal(match(lexicon, STR("提案办")), 2);
    assert_int_equal(match(lexicon, STR("督办")), 2);
    assert_int_equal(match(lexicon, STR("g60科创走廊建设")), 7);
    assert_int_equal(match(lexicon, STR("不读")), 0);
    assert_int_equal(match(lexicon, STR("的")), 0);
    assert_true(lexicon_has(lexicon, STR("督办")));
    assert_true(lexicon_has(lexicon, STR("督辦")));
    assert_false(lexicon_has(lexicon, STR("提案办")));
    assert_false(lexicon_has(lexicon, STR("")));
}

static void test_the_hash_is_of_the_words(void **state)
{
    (void)state;
    write_file("dict/a.txt", "提案\n督办\n");
    uint64_t before = lexicon_hash(load());
    write_file("dict/a.txt", "# another order\n督办\n\n提案\n");
    assert_true(lexicon_hash(load()) == before);
    write_file("dict/a.txt", "督办\n提案\n办复\n");
    assert_true(lexicon_hash(load()) != before);
}

static void test_synonyms(void **state)
{
    const struct str *others;
    (void)state;
    write_file("synonyms.txt", "养老院 敬老院\t养老机構\n老小区 => 老旧小区 老小区\n# 注释\n养老院 福利院\n");
    struct lexicon *lexicon = load();
    assert_int_equal(lexicon_synonyms(lexicon, STR("养老院"), &others), 3);
    assert_true(str_eq(others[0], STR("敬老院")) && str_eq(others[1], STR("养老机构")) &&
                str_eq(others[2], STR("福利院")));
    assert_int_equal(lexicon_synonyms(lexicon, STR("养老机构"), &others), 2);
    assert_int_equal(lexicon_synonyms(lexicon, STR("老小区"), &others), 1);
    assert_true(str_eq(others[0], STR("老旧小区")));
    assert_int_equal(lexicon_synonyms(lexicon, STR("老旧小区"), &others), 0);
    assert_null(others);
}

static void test_stop_words(void **state)
{
    (void)state;
    write_file("stopwords.txt", "的\n进一步\n");
    struct lexicon *lexicon = load();
    assert_true(lexicon_is_stop(lexicon, STR("进一步")));
    assert_false(lexicon_is_stop(lexicon, STR("提案")));
}

static void test_nothing_there_is_an_empty_lexicon(void **state)
{
    (void)state;
    struct lexicon *lexicon = load();
    assert_int_equal(lexicon_words(lexicon), 0);
    assert_int_equal(match(lexicon, STR("提案")), 0);
}

static void test_errors_name_file_and_line(void **state)
{
    struct lexicon *lexicon;
    (void)state;
    write_file("synonyms.txt", "甲 乙\n甲 = 乙\n");
    assert_int_equal(lexicon_load(&ctx, arena, folder, &lexicon), TIAN_EFORMAT);
    assert_null(lexicon);
    assert_non_null(strstr(error.where, "synonyms.txt"));
    assert_non_null(strchr(error.message, '2'));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_longest_word_matches, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_the_hash_is_of_the_words, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_synonyms, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_stop_words, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_nothing_there_is_an_empty_lexicon, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_errors_name_file_and_line, make_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
