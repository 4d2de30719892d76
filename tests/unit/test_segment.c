/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Segments: joined ones equal one built of all, however many there are; a seal
 * is broken by any changed byte; failures give codes and leave nothing open.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "store/segment.h"

struct world {
    struct arena *arena;
    struct ctx ctx;
    struct tian_error error;
    char folder[64];
};

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    w->arena = arena_new(NULL);
    w->ctx = (struct ctx){ .arena = w->arena, .error = &w->error };
    strcpy(w->folder, "/tmp/tian-segment-XXXXXX");
    assert_non_null(mkdtemp(w->folder));
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    file_fault_hook = NULL;
    file_remove_tree(&w->ctx, w->folder);
    arena_free(w->arena);
    free(w);
    return 0;
}

static const char *path_of(struct world *w, const char *name)
{
    return path_join(w->arena, w->folder, name);
}

/* Document i: a few of 200 words and keys; every 13th has none at all. */
static struct terms terms_no(struct world *w, uint32_t i)
{
    enum {
        MOST = 30
    };
    struct terms t = { .words = arena_array(w->arena, struct word_count, MOST) };
    vec_init(&t.pairs, w->arena);
    vec_init(&t.clauses, w->arena);
    uint32_t n = i % 13 == 12 ? 0 : 1 + (uint32_t)(hash_mix(i) % MOST);
    for (uint32_t k = 0; k < n; k++) {
        uint32_t word = (uint32_t)(hash_mix(i * 77) % 20) + k * 5;
        t.words[t.nwords++] =
            (struct word_count){ str_of(arena_printf(w->arena, "词%03u", word)), 1 + (i + k) % 4 };
        vec_push(&t.pairs, word * 1000003u);
        vec_push(&t.clauses, (uint32_t)hash_mix(i * 100 + k));
    }
    t.row.number[COLUMN_ID_HASH] = hash_mix(i);
    t.row.number[COLUMN_RECORD] = i;
    t.row.text[COLUMN_NUMBER] = str_of(arena_printf(w->arena, "%u", i));
    return t;
}

static const char *build(struct world *w, uint32_t from, uint32_t to, const char *name)
{
    const char *folder = path_of(w, name);
    struct segment_writer *writer;
    uint64_t *records = arena_array(w->arena, uint64_t, to - from);
    assert_int_equal(segment_create(&w->ctx, w->arena, folder, &writer), 0);
    for (uint32_t i = from; i < to; i++) {
        struct terms t = terms_no(w, i);
        segment_put(writer, &t);
        records[i - from] = i * 1000u;
    }
    assert_int_equal(segment_written(writer), to - from);
    assert_int_equal(segment_close(&w->ctx, writer, records), 0);
    return folder;
}

static void same_file(struct world *w, const char *a, const char *b, const char *name)
{
    struct str x, y;
    assert_int_equal(file_read(&w->ctx, w->arena, path_join(w->arena, a, name), 0, &x), 0);
    assert_int_equal(file_read(&w->ctx, w->arena, path_join(w->arena, b, name), 0, &y), 0);
    assert_true(str_eq(x, y));
}

static int print_word(void *self, struct str term, uint32_t doc, uint32_t count)
{
    buf_printf(self, "%.*s %u %u\n", STR_ARG(term), doc, count);
    return 0;
}

static struct str all_words(struct world *w, const char *folder)
{
    struct buf out;
    buf_init(&out, w->arena);
    assert_int_equal(words_each(&w->ctx, path_join(w->arena, folder, "words"), print_word, &out), 0);
    return buf_view(&out);
}

static void same_segment(struct world *w, const char *a, const char *b)
{
    same_file(w, a, b, "pairs");
    same_file(w, a, b, "clauses");
    same_file(w, a, b, "columns");
    assert_true(str_eq(all_words(w, a), all_words(w, b)));
}

static void check_join(struct world *w, const uint32_t *cut, size_t parts, unsigned jobs)
{
    const char **folders = arena_array(w->arena, const char *, parts);
    for (size_t i = 0; i < parts; i++)
        folders[i] = build(w, cut[i], cut[i + 1], arena_printf(w->arena, "j.join-%zu-%u", i, jobs));
    const char *joined = path_of(w, arena_printf(w->arena, "j-%zu-%u", parts, jobs));
    const char *whole = path_of(w, arena_printf(w->arena, "w-%zu-%u", parts, jobs));
    build(w, cut[0], cut[parts], path_base(whole));
    assert_int_equal(segment_merge(&w->ctx, folders, parts, joined, jobs), 0);
    same_segment(w, joined, whole);
    struct segment *s;
    assert_int_equal(segment_open(&w->ctx, w->arena, joined, &s), 0);
    assert_int_equal(s->count, cut[parts] - cut[0]);
    for (uint32_t d = 0; d < s->count; d++)
        assert_int_equal(columns_number(s->columns, COLUMN_RECORD, d), (cut[0] + d) * 1000u);
}

static void joined_is_built_in_one(void **state)
{
    static const uint32_t few[] = { 0, 1, 40, 41, 300 }, one[] = { 5, 50 }, wordless[] = { 0, 12, 13, 26 };
    check_join(*state, few, 4, 1);
    check_join(*state, few, 4, 2);
    check_join(*state, one, 1, 2);
    check_join(*state, wordless, 3, 2);
}

static void many_are_joined_in_steps(void **state)
{
    struct world *w = *state;
    uint32_t cut[206];
    for (uint32_t i = 0; i < 206; i++)
        cut[i] = i;
    check_join(w, cut, 101, 2);
    char **names;
    size_t n;
    assert_int_equal(file_list(&w->ctx, w->arena, w->folder, &names, &n), 0);
    assert_int_equal(n, 101 + 2); /* inputs, joined, whole: no group is left */
    check_join(w, cut, 205, 1);
}

/* ---- Seals ------------------------------------------------------------------------ */

static struct str seal(struct world *w, const char *folder)
{
    struct buf lines;
    buf_init(&lines, w->arena);
    struct file_syncs *syncs = file_syncs_new(w->arena);
    assert_int_equal(segment_seal(&w->ctx, folder, syncs, &lines), 0);
    assert_int_equal(file_sync_all(&w->ctx, syncs), 0);
    return buf_view(&lines);
}

static int check(struct world *w, const char *folder, struct str lines, bool full)
{
    w->error = (struct tian_error){ 0 };
    return segment_check(&w->ctx, folder, lines, full);
}

static void a_seal_names_every_file(void **state)
{
    struct world *w = *state;
    const char *folder = build(w, 0, 50, "s");
    struct str lines = seal(w, folder);
    assert_true(str_has(lines, STR(" columns\n")) && str_has(lines, STR(" pairs\n")));
    assert_true(str_has(lines, STR(" clauses\n")) && str_has(lines, STR(" words/postlist.glass\n")));
    assert_int_equal(check(w, folder, lines, true), 0);
    assert_int_equal(check(w, folder, STR("nonsense\n"), false), TIAN_EINDEX);
    assert_int_equal(check(w, folder, STR("12345678 1x columns\n"), false), TIAN_EINDEX);
    assert_int_equal(check(w, folder, STR("00000000 12 missing\n"), false), TIAN_EINDEX);
}

static void a_seal_breaks(void **state)
{
    struct world *w = *state;
    static const char *const names[] = { "columns", "pairs", "clauses", "words/postlist.glass" };
    const char *folder = build(w, 0, 50, "s");
    struct str lines = seal(w, folder), bytes;
    for (size_t i = 0; i < 4; i++) {
        const char *path = path_join(w->arena, folder, names[i]);
        assert_int_equal(file_read(&w->ctx, w->arena, path, 0, &bytes), 0);
        char *copy = arena_cstr(w->arena, bytes);
        copy[bytes.n / 2] ^= 1;
        unlink(path);
        assert_int_equal(file_write(&w->ctx, path, (struct str){ copy, bytes.n }, false), 0);
        assert_int_equal(check(w, folder, lines, false), 0);
        assert_int_equal(check(w, folder, lines, true), TIAN_EINDEX);
        assert_string_equal(w->error.where, path);
        unlink(path);
        assert_int_equal(file_write(&w->ctx, path, str_sub(bytes, 0, bytes.n - 1), false), 0);
        assert_int_equal(check(w, folder, lines, false), TIAN_EINDEX);
        unlink(path);
        assert_int_equal(check(w, folder, lines, false), TIAN_EINDEX);
        assert_int_equal(file_write(&w->ctx, path, bytes, false), 0);
        assert_int_equal(check(w, folder, lines, true), 0);
    }
}

/* ---- Failures ---------------------------------------------------------------------- */

static void an_open_writer_goes_with_its_arena(void **state)
{
    struct world *w = *state;
    struct arena *arena = arena_new(w->arena);
    struct segment_writer *writer;
    assert_int_equal(segment_create(&w->ctx, arena, path_of(w, "never"), &writer), 0);
    struct terms t = terms_no(w, 1);
    segment_put(writer, &t);
    arena_free(arena);
}

static void mixed_files_are_not_opened(void **state)
{
    struct world *w = *state;
    const char *a = build(w, 0, 50, "a"), *b = build(w, 0, 49, "b");
    struct segment *s;
    assert_int_equal(file_rename(&w->ctx, path_join(w->arena, b, "pairs"), path_join(w->arena, a, "pairs")),
                     0);
    assert_int_equal(segment_open(&w->ctx, w->arena, a, &s), TIAN_EINDEX);
    unlink(path_join(w->arena, a, "pairs"));
    assert_true(segment_open(&w->ctx, w->arena, a, &s) != 0);
}

static int nth, faults;

static int nth_fails(const char *op, const char *path)
{
    (void)op;
    (void)path;
    return ++faults == nth ? ENOSPC : 0;
}

/* Whatever write, open or rename fails: a code, and the next attempt in the same process succeeds. */
static void every_fault_is_reported(void **state)
{
    struct world *w = *state;
    const char *folders[2] = { build(w, 0, 20, "a"), build(w, 20, 40, "b") };
    for (nth = 1; nth < 200; nth++) {
        const char *to = path_of(w, arena_printf(w->arena, "to-%d", nth));
        struct buf lines;
        buf_init(&lines, w->arena);
        faults = 0;
        file_fault_hook = nth_fails;
        int code = segment_merge(&w->ctx, folders, 2, to, 1);
        struct file_syncs *syncs = file_syncs_new(w->arena);
        if (code == 0)
            code = segment_seal(&w->ctx, to, syncs, &lines);
        if (code == 0)
            code = file_sync_all(&w->ctx, syncs);
        file_fault_hook = NULL;
        if (faults < nth) {
            assert_int_equal(code, 0);
            break;
        }
        assert_int_equal(code, TIAN_EIO);
    }
    assert_true(nth > 10 && nth < 200);
}

static int merge_again(void *self)
{
    struct world *w = self;
    const char *folders[2] = { path_of(w, "a"), path_of(w, "b") };
    return segment_merge(&w->ctx, folders, 2, path_of(w, arena_printf(w->arena, "m-%d", nth)), 1);
}

static void running_out_of_memory_is_reported(void **state)
{
    struct world *w = *state;
    build(w, 0, 20, "a");
    build(w, 20, 40, "b");
    int code = TIAN_EMEMORY;
    for (nth = 1; code == TIAN_EMEMORY; nth++) {
        mem_fail_at((uint64_t)nth);
        code = mem_protect(merge_again, w);
        mem_fail_at(0);
    }
    assert_int_equal(code, 0);
    assert_true(nth > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(joined_is_built_in_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_are_joined_in_steps, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_seal_names_every_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_seal_breaks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_open_writer_goes_with_its_arena, set_up, tear_down),
        cmocka_unit_test_setup_teardown(mixed_files_are_not_opened, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_fault_is_reported, set_up, tear_down),
        cmocka_unit_test_setup_teardown(running_out_of_memory_is_reported, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
