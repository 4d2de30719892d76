/* SPDX-License-Identifier: GPL-2.0-or-later
 * base/stream.c: pieces are whole lines, numbered, whatever the size asked for; gzip is read as its text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/stream.h"

struct world {
    struct arena *arena;
    struct tian_error error;
    struct ctx ctx;
    char folder[64];
    char *path;
};

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    w->arena = arena_new(NULL);
    w->ctx = (struct ctx){ .arena = w->arena, .error = &w->error };
    snprintf(w->folder, sizeof w->folder, "/tmp/tian-stream-XXXXXX");
    assert_non_null(mkdtemp(w->folder));
    w->path = path_join(w->arena, w->folder, "lines.jsonl");
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    assert_int_equal(file_remove_tree(&w->ctx, w->folder), 0);
    arena_free(w->arena);
    free(w);
    return 0;
}

/* Read all pieces of about `want` bytes: together they must be the text, each a run of whole lines. */
static void read_back(struct world *w, struct str text, size_t want)
{
    struct line_stream *s;
    struct buf all;
    struct str piece;
    uint64_t line, expected = 1;
    buf_init(&all, w->arena);
    assert_int_equal(line_stream_open(&w->ctx, w->arena, w->path, &s), 0);
    for (;;) {
        assert_int_equal(line_stream_next(&w->ctx, s, w->arena, want, &piece, &line), 0);
        if (piece.n == 0)
            break;
        assert_int_equal(line, expected);
        for (size_t i = 0; i < piece.n; i++)
            expected += piece.p[i] == '\n';
        buf_str(&all, piece);
        assert_true(piece.p[piece.n - 1] == '\n' || all.n == text.n);
    }
    assert_true(str_eq(buf_view(&all), text));
}

static void test_pieces(void **state)
{
    struct world *w = *state;
    struct buf text;
    buf_init(&text, w->arena);
    for (int i = 0; i < 500; i++)
        buf_printf(&text, "{\"id\":%d,\"body\":\"%.*s\"}\n", i, i % 70,
                   "0123456789012345678901234567890123456789012345678901234567890123456789");
    buf_cstr(&text, "the last has no end");
    assert_int_equal(file_write(&w->ctx, w->path, buf_view(&text), false), 0);
    static const size_t WANTS[] = { 1, 7, 100, 4096, 1 << 20 };
    for (size_t i = 0; i < sizeof WANTS / sizeof *WANTS; i++)
        read_back(w, buf_view(&text), WANTS[i]);
}

static void test_empty_and_missing(void **state)
{
    struct world *w = *state;
    struct line_stream *s;
    assert_int_equal(file_write(&w->ctx, w->path, STR(""), false), 0);
    read_back(w, STR(""), 100);
    assert_int_equal(line_stream_open(&w->ctx, w->arena, path_join(w->arena, w->folder, "none"), &s),
                     TIAN_EIO);
}

static void test_damaged_gzip(void **state)
{
    struct world *w = *state;
    struct line_stream *s;
    const char *path = path_join(w->arena, w->folder, "x.jsonl.gz");
    assert_int_equal(file_write(&w->ctx, path, STR("\x1f\x8b\x08 no gzip"), false), 0);
    assert_int_equal(line_stream_open(&w->ctx, w->arena, path, &s), TIAN_EFORMAT);
}

static void test_gzip(void **state)
{
    struct world *w = *state;
    char *command = arena_printf(w->arena, "printf 'a\\nbb\\nccc' | gzip > %s.gz", w->path);
    assert_int_equal(system(command), 0);
    w->path = arena_printf(w->arena, "%s.gz", w->path);
    read_back(w, STR("a\nbb\nccc"), 2);
}

static void test_hash_tells_contents_apart(void **state)
{
    struct world *w = *state;
    uint64_t hash[2];
    for (int i = 0; i < 2; i++) {
        struct line_stream *s;
        struct str piece;
        uint64_t line;
        assert_int_equal(file_write(&w->ctx, w->path, i ? STR("a\nb\n") : STR("a\nc\n"), false), 0);
        assert_int_equal(line_stream_open(&w->ctx, w->arena, w->path, &s), 0);
        do
            assert_int_equal(line_stream_next(&w->ctx, s, w->arena, 2, &piece, &line), 0);
        while (piece.n);
        hash[i] = line_stream_hash(s);
    }
    assert_true(hash[0] != hash[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_pieces, setup, teardown),
        cmocka_unit_test_setup_teardown(test_empty_and_missing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_damaged_gzip, setup, teardown),
        cmocka_unit_test_setup_teardown(test_gzip, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hash_tells_contents_apart, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
