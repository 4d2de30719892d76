/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The cutter: our fast pieces against ICU's iterator, pairs against brute force, terms. Single cases:
 * tests/data/cut.test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/file.h"
#include "text/pieces.h"
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

static struct normal fold(struct str text)
{
    struct normal normal;
    normal_init(&normal, arena);
    text_normalise(text, NULL, &normal);
    return normal;
}

static const char *part_of(const struct normal *normal, size_t from, size_t to)
{
    struct buf out;
    buf_init(&out, arena);
    normal_utf8(normal, from < 20 ? 0 : from - 20, to + 20 < normal->n ? to + 20 : normal->n, &out);
    buf_char(&out, '\0');
    return out.p;
}

static void same_as_icu(struct pieces *pieces, const struct normal *normal)
{
    struct tokens ours, icu;
    vec_init(&ours, arena);
    vec_init(&icu, arena);
    pieces_cut(pieces, normal->unit, 0, normal->n, &ours);
    pieces_cut_icu(pieces, normal->unit, 0, normal->n, &icu);
    for (size_t i = 0; i < icu.n && i < ours.n; i++)
        if (memcmp(&icu.at[i], &ours.at[i], sizeof *icu.at) != 0)
            fail_msg("piece %zu: ICU %u–%u, ours %u–%u in %s", i, icu.at[i].from, icu.at[i].to,
                     ours.at[i].from, ours.at[i].to, part_of(normal, icu.at[i].from, icu.at[i].to));
    assert_int_equal(ours.n, icu.n);
}

static struct pieces *open_pieces(void)
{
    struct ctx ctx = { .arena = arena };
    struct pieces *pieces;
    assert_int_equal(pieces_new(&ctx, arena, &pieces), TIAN_OK);
    return pieces;
}

static void test_pieces_are_icus_on_real_texts(void **state)
{
    static const char *const paths[] = { "../shared/input/five-work-reports.txt",
                                         "../shared/input/state-council-documents.jsonl" };
    struct ctx ctx = { .arena = arena };
    struct pieces *pieces = open_pieces();
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct str text;
        if (file_read(&ctx, arena, paths[i], 0, &text) != TIAN_OK) {
            print_message("no %s: skipped\n", paths[i]);
            continue;
        }
        struct normal normal = fold(text);
        same_as_icu(pieces, &normal);
    }
}

/* Anything beside anything: the rules for ASCII, and characters that need the iterator. */
static void test_pieces_are_icus_on_nonsense(void **state)
{
    static const char *const parts[] = { "提案",
                                         "办理",
                                         "交办的",
                                         "a",
                                         "B2",
                                         "17",
                                         ".",
                                         ",",
                                         ";",
                                         ":",
                                         "'",
                                         "_",
                                         "·",
                                         "\"",
                                         "-",
                                         "%",
                                         " ",
                                         "\n",
                                         "。",
                                         "、",
                                         "あ",
                                         "カー",
                                         "々",
                                         "〇",
                                         "二〇",
                                         "é",
                                         "𠀀",
                                         "龘",
                                         "的",
                                         "社会主义",
                                         "中华人民共和国",
                                         "(",
                                         "—",
                                         "@",
                                         "/",
                                         "3",
                                         "x",
                                         "ª",
                                         "٣",
                                         "ㄅ",
                                         "ᄀ",
                                         "한국",
                                         "€",
                                         "\\" };
    struct pieces *pieces = open_pieces();
    struct buf text;
    (void)state;
    buf_init(&text, arena);
    srand(3);
    for (int round = 0; round < 20000; round++) {
        buf_clear(&text);
        for (int i = rand() % 24; i > 0; i--)
            buf_cstr(&text, parts[(size_t)rand() % (sizeof parts / sizeof parts[0])]);
        struct normal normal = fold(buf_view(&text));
        same_as_icu(pieces, &normal);
        if (round % 100 == 0) {
            arena_reset(arena);
            pieces = open_pieces();
            buf_init(&text, arena);
        }
    }
}

/* Runs of random common characters, long ones too. */
static void test_pieces_are_icus_on_long_runs(void **state)
{
    struct pieces *pieces = open_pieces();
    struct normal normal;
    (void)state;
    normal_init(&normal, arena);
    uint16_t *unit = arena_array(arena, uint16_t, 40000);
    srand(4);
    for (size_t n = 1; n <= 40000; n = n * 3 + 1) {
        for (size_t i = 0; i < n; i++)
            unit[i] = (uint16_t)(0x4E00 + (rand() % 4 == 0 ? rand() % 20000 : rand() % 600));
        struct normal run = { .unit = unit, .n = n };
        same_as_icu(pieces, &run);
    }
}

/* ---- Words ----------------------------------------------------------------------- */

static struct cutter *open_cutter(void)
{
    struct ctx ctx = { .arena = arena };
    struct lexicon *lexicon;
    struct cutter *cutter;
    assert_int_equal(lexicon_load(&ctx, arena, NULL, &lexicon), TIAN_OK);
    assert_int_equal(cutter_new(&ctx, arena, lexicon, &cutter), TIAN_OK);
    return cutter;
}

/* Tokens ascend, hold a letter, and together hold every letter of the text. */
static void test_tokens_cover_the_letters(void **state)
{
    struct ctx ctx = { .arena = arena };
    struct cutter *cutter = open_cutter();
    struct str text;
    (void)state;
    if (file_read(&ctx, arena, "../shared/input/five-work-reports.txt", 0, &text) != TIAN_OK)
        text = STR("交办的提案、督办和信访局 G60，一、〇");
    struct normal normal = fold(text);
    const struct tokens *words = cut_words(cutter, &normal, 0, normal.n);
    size_t at = 0;
    for (size_t i = 0; i < words->n; i++) {
        assert_true(words->at[i].from >= at && words->at[i].to > words->at[i].from);
        for (; at < words->at[i].from; at++)
            assert_int_equal(text_class(normal.unit[at]), CLASS_NONE);
        at = words->at[i].to;
    }
    for (; at < normal.n; at++)
        assert_int_equal(text_class(normal.unit[at]), CLASS_NONE);
}

static void test_part_of_a_text(void **state)
{
    struct cutter *cutter = open_cutter();
    struct normal normal = fold(STR("提案办理协商"));
    (void)state;
    const struct tokens *words = cut_words(cutter, &normal, 2, 4);
    assert_int_equal(words->n, 1);
    assert_int_equal(words->at[0].from, 2);
    assert_int_equal(words->at[0].to, 4);
    assert_int_equal(cut_words(cutter, &normal, 3, 3)->n, 0);
}

static void test_long_terms_are_hashed(void **state)
{
    struct buf text, a, b;
    (void)state;
    buf_init(&text, arena);
    buf_init(&a, arena);
    buf_init(&b, arena);
    for (int i = 0; i < 200; i++)
        buf_cstr(&text, "é");
    buf_cstr(&text, "xy");
    struct normal normal = fold(buf_view(&text));
    cut_term(&normal, (struct token){ 0, 3 }, &a);
    assert_true(str_eq(buf_view(&a), STR("ééé")));
    buf_clear(&a);
    cut_term(&normal, (struct token){ 0, 201 }, &a);
    cut_term(&normal, (struct token){ 0, 202 }, &b);
    assert_int_equal(a.n, 196);
    assert_int_equal(b.n, 196);
    assert_memory_equal(a.p, b.p, 180);
    assert_memory_not_equal(a.p, b.p, 196);
    assert_int_equal(utf8_check(buf_view(&a)), a.n);
}

/* ---- Pairs ------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static size_t distinct(uint32_t *at, size_t n)
{
    size_t kept = 0;
    qsort(at, n, sizeof *at, by_value);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || at[i] != at[i - 1])
            at[kept++] = at[i];
    return kept;
}

static struct keys pairs_by_sight(const struct normal *normal)
{
    struct keys keys;
    vec_init(&keys, arena);
    for (size_t i = 0; i < normal->n; i++) {
        if (text_class(normal->unit[i]) == CLASS_NONE)
            continue;
        vec_push(&keys, letter_key(normal->unit[i]));
        if (i > 0 && text_class(normal->unit[i - 1]) != CLASS_NONE)
            vec_push(&keys, pair_key(normal->unit[i - 1], normal->unit[i]));
    }
    keys.n = distinct(keys.at, keys.n);
    return keys;
}

static void check_pairs(struct cutter *cutter, const struct normal *normal)
{
    struct keys keys, sight = pairs_by_sight(normal);
    vec_init(&keys, arena);
    cut_begin(cutter);
    cut_pairs(cutter, normal, 0, normal->n, &keys);
    size_t n = keys.n;
    cut_pairs(cutter, normal, 0, normal->n, &keys); /* nothing new */
    assert_int_equal(keys.n, n);
    assert_int_equal(distinct(keys.at, keys.n), n);
    assert_int_equal(n, sight.n);
    assert_memory_equal(keys.at, sight.at, n * sizeof *keys.at);
}

static void test_pairs_are_those_by_sight(void **state)
{
    struct cutter *cutter = open_cutter();
    uint16_t *unit = arena_array(arena, uint16_t, 60000);
    (void)state;
    srand(5);
    for (size_t n = 0; n <= 60000; n = n * 2 + 1) {
        for (size_t i = 0; i < n; i++)
            unit[i] = (uint16_t)(rand() % 9 == 0 ? ' ' : 0x4E00 + rand() % 3000);
        check_pairs(cutter, &(struct normal){ .unit = unit, .n = n });
        check_pairs(cutter, &(struct normal){ .unit = unit, .n = n / 7 });
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces_are_icus_on_real_texts),
        cmocka_unit_test(test_pieces_are_icus_on_nonsense),
        cmocka_unit_test(test_pieces_are_icus_on_long_runs),
        cmocka_unit_test(test_tokens_cover_the_letters),
        cmocka_unit_test(test_part_of_a_text),
        cmocka_unit_test(test_long_terms_are_hashed),
        cmocka_unit_test(test_pairs_are_those_by_sight),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
