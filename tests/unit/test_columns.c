/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Columns: what was put comes back, whatever the width; ids are found, those of
 * equal hash too; joined files equal one written at once; damage gives no crash.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "store/columns.h"

struct world {
    struct arena *arena;
    struct ctx ctx;
    char folder[64];
};

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    w->arena = arena_new(NULL);
    w->ctx = (struct ctx){ .arena = w->arena };
    strcpy(w->folder, "/tmp/tian-columns-XXXXXX");
    assert_non_null(mkdtemp(w->folder));
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    file_remove_tree(&w->ctx, w->folder);
    arena_free(w->arena);
    free(w);
    return 0;
}

static const char *path_of(struct world *w, const char *name)
{
    return path_join(w->arena, w->folder, name);
}

/* Document i: a column of each width, constants, few texts, many texts, empty texts. */
static struct row row_of(struct world *w, uint32_t i)
{
    struct row r = { 0 };
    uint64_t h = hash_mix(i);
    r.number[COLUMN_RECORD] = (uint64_t)3 << 40 | (uint64_t)i * 1400;
    r.number[COLUMN_ID_HASH] = hash_mix(i / 2); /* each hash twice */
    r.number[COLUMN_CONTENT_HASH] = h;
    r.number[COLUMN_TERMS_HASH] = i == 5 ? UINT64_MAX : 0;
    r.number[COLUMN_SIZE] = h % 70000;
    r.number[COLUMN_YEAR] = 2020 + h % 5;
    r.number[COLUMN_TERM] = 14;
    r.number[COLUMN_DATE] = 20240101 + h % 10000;
    r.number[COLUMN_LENGTH] = h % 900;
    r.number[COLUMN_PORTABLE_HASH] = ~h;
    static const char *const kinds[] = { "member", "collective", "" };
    r.text[COLUMN_PROPOSER_KIND] = str_of(kinds[h % 3]);
    r.text[COLUMN_NUMBER] = str_of(arena_printf(w->arena, "%u", i));
    r.text[COLUMN_THEME] = str_of(h & 1 ? "社会建设/教育\x1f经济建设" : "社会建设");
    return r;
}

static void write_rows(struct world *w, uint32_t from, uint32_t to, const char *path)
{
    struct column_writer *writer = column_writer_new(w->arena);
    for (uint32_t i = from; i < to; i++) {
        struct row row = row_of(w, i);
        column_writer_put(writer, &row);
    }
    assert_int_equal(column_writer_write(&w->ctx, writer, path), 0);
}

static struct columns *open_columns(struct world *w, const char *path)
{
    struct columns *c;
    assert_int_equal(columns_open(&w->ctx, w->arena, path, &c), 0);
    return c;
}

static void check_row(struct world *w, const struct columns *c, uint32_t i)
{
    struct row want = row_of(w, i), got;
    columns_row(c, i, &got);
    for (size_t k = 0; k < NUMBER_COLUMNS; k++)
        assert_int_equal(got.number[k], want.number[k]);
    for (size_t k = 0; k < TEXT_COLUMNS; k++)
        assert_true(str_eq(got.text[k], want.text[k]));
}

static void rows_come_back(void **state)
{
    struct world *w = *state;
    static const uint32_t counts[] = { 1, 2, 3, 255, 256, 257, 1000 };
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
        const char *path = path_of(w, arena_printf(w->arena, "c%zu", k));
        write_rows(w, 0, counts[k], path);
        struct columns *c = open_columns(w, path);
        assert_int_equal(columns_count(c), counts[k]);
        for (uint32_t i = 0; i < counts[k]; i++)
            check_row(w, c, i);
    }
}

static void codes_name_distinct_texts(void **state)
{
    struct world *w = *state;
    write_rows(w, 0, 300, path_of(w, "c"));
    struct columns *c = open_columns(w, path_of(w, "c"));
    assert_int_equal(columns_ncodes(c, COLUMN_PROPOSER_KIND), 3);
    assert_int_equal(columns_ncodes(c, COLUMN_NUMBER), 300);
    assert_int_equal(columns_ncodes(c, COLUMN_OUTCOME), 1);
    assert_int_equal(columns_text(c, COLUMN_OUTCOME, 0).n, 0);
    assert_int_equal(columns_text(c, COLUMN_OUTCOME, 77).n, 0);
}

static void ids_are_found(void **state)
{
    struct world *w = *state;
    write_rows(w, 0, 301, path_of(w, "c"));
    struct columns *c = open_columns(w, path_of(w, "c"));
    for (uint32_t i = 0; i < 301; i += 2) {
        uint32_t at = 0, doc;
        assert_true(columns_find(c, hash_mix(i / 2), &at, &doc));
        assert_int_equal(doc, i);
        assert_int_equal(columns_find(c, hash_mix(i / 2), &at, &doc), i + 1 < 301);
        if (i + 1 < 301) {
            assert_int_equal(doc, i + 1);
            assert_false(columns_find(c, hash_mix(i / 2), &at, &doc));
        }
    }
    uint32_t at = 0, doc;
    assert_false(columns_find(c, 12345, &at, &doc));
    at = 0;
    assert_false(columns_find(c, UINT64_MAX, &at, &doc));
}

static void joined_is_written_at_once(void **state)
{
    struct world *w = *state;
    struct column_writer *joined = column_writer_new(w->arena);
    static const uint32_t cut[] = { 0, 100, 100, 101, 400 };
    struct columns *parts[4];
    for (size_t part = 0; part < 4; part++) {
        write_rows(w, cut[part], cut[part + 1], path_of(w, arena_printf(w->arena, "p%zu", part)));
        struct columns *c = parts[part] = open_columns(w, path_of(w, arena_printf(w->arena, "p%zu", part)));
        for (uint32_t i = 0; i < columns_count(c); i++) {
            struct row row;
            columns_row(c, i, &row);
            column_writer_put(joined, &row);
        }
    }
    assert_int_equal(column_writer_write(&w->ctx, joined, path_of(w, "joined")), 0);
    assert_int_equal(columns_merge(&w->ctx, parts, 4, path_of(w, "merged")), 0);
    write_rows(w, 0, 400, path_of(w, "whole"));
    struct str a, b, c;
    assert_int_equal(file_read(&w->ctx, w->arena, path_of(w, "joined"), 0, &a), 0);
    assert_int_equal(file_read(&w->ctx, w->arena, path_of(w, "whole"), 0, &b), 0);
    assert_true(str_eq(a, b));
    assert_int_equal(file_read(&w->ctx, w->arena, path_of(w, "merged"), 0, &c), 0);
    assert_true(str_eq(c, b));
}

static void use_damaged(struct world *w, struct str bytes)
{
    struct arena *arena = arena_new(w->arena);
    struct ctx ctx = { .arena = arena };
    const char *path = path_of(w, "damaged");
    unlink(path);
    assert_int_equal(file_write(&ctx, path, bytes, false), 0);
    struct columns *c;
    int code = columns_open(&ctx, arena, path, &c);
    assert_true(code == 0 || code == TIAN_EINDEX);
    for (uint32_t i = 0; code == 0 && i < columns_count(c); i++) {
        struct row row;
        columns_row(c, i, &row);
        uint64_t sum = 0;
        for (size_t k = 0; k < TEXT_COLUMNS; k++)
            sum += hash_str(row.text[k]);
        assert_true(sum != 1);
        uint32_t at = 0, doc;
        while (columns_find(c, hash_mix(i), &at, &doc))
            assert_true(doc < columns_count(c));
    }
    arena_free(arena);
}

static void damage_never_crashes(void **state)
{
    struct world *w = *state;
    write_rows(w, 0, 60, path_of(w, "c"));
    struct str whole;
    assert_int_equal(file_read(&w->ctx, w->arena, path_of(w, "c"), 0, &whole), 0);
    for (size_t n = 0; n < whole.n; n += 1 + n / 100)
        use_damaged(w, str_sub(whole, 0, n));
    for (uint32_t round = 0; round < 2000; round++) {
        char *copy = arena_cstr(w->arena, whole);
        uint64_t h = hash_mix(round);
        copy[h % whole.n] ^= (char)(1 << (h >> 60) % 8);
        use_damaged(w, (struct str){ copy, whole.n });
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rows_come_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(codes_name_distinct_texts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ids_are_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(joined_is_written_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(damage_never_crashes, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
