/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Files: each operation works; with each of its system calls failing in turn it
 * says so, the old content is still there, and nothing lies around (neither
 * files nor descriptors); the same with each allocation failing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include <errno.h>
#include <sys/stat.h>

#include "base/file.h"

struct world {
    struct arena *arena;
    struct tian_error error;
    struct ctx ctx;
    char folder[64];
};

/* The n-th question (from 1) of the wanted operation fails. */
static const char *fault_op;
static int fault_at, fault_asked;

static int fault(const char *op, const char *path)
{
    assert_non_null(path);
    if (fault_op != NULL && strcmp(op, fault_op) != 0)
        return 0;
    return ++fault_asked == fault_at ? ENOSPC : 0;
}

static void set_fault(const char *op, int at)
{
    file_fault_hook = fault;
    fault_op = op;
    fault_at = at;
    fault_asked = 0;
}

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    w->arena = arena_new(NULL);
    w->ctx = (struct ctx){ .arena = w->arena, .error = &w->error };
    strcpy(w->folder, "/tmp/tian-file-XXXXXX");
    assert_non_null(mkdtemp(w->folder));
    say_set("en");
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    file_fault_hook = NULL;
    assert_int_equal(file_remove_tree(&w->ctx, w->folder), 0);
    arena_free(w->arena);
    free(w);
    return 0;
}

static const char *at(struct world *w, const char *name)
{
    return path_join(w->arena, w->folder, name);
}

static void assert_content(struct world *w, const char *path, struct str want)
{
    struct str s;
    assert_int_equal(file_read(&w->ctx, w->arena, path, 0, &s), 0);
    assert_true(str_eq(s, want));
    assert_int_equal(s.p[s.n], 0);
}

static size_t count_names(struct world *w, const char *folder)
{
    char **names;
    size_t n;
    assert_int_equal(file_list(&w->ctx, w->arena, folder, &names, &n), 0);
    return n;
}

static struct str large(struct world *w)
{
    struct buf b;
    buf_init(&b, w->arena);
    for (int i = 0; i < 40000; i++)
        buf_printf(&b, "line %d\n", i);
    return buf_view(&b);
}

static void test_write_and_read(void **state)
{
    struct world *w = *state;
    struct str text = large(w), s;
    assert_int_equal(file_write(&w->ctx, at(w, "a"), text, true), 0);
    assert_content(w, at(w, "a"), text);
    assert_int_equal(file_write(&w->ctx, at(w, "a"), STR_NONE, false), 0);
    assert_content(w, at(w, "a"), STR(""));
    assert_int_equal(file_read(&w->ctx, w->arena, at(w, "none"), 0, &s), TIAN_EIO);
    assert_string_equal(w->error.message, "cannot open: no such file or folder");
    assert_int_equal(s.n, 0);
}

static void test_limit(void **state)
{
    struct world *w = *state;
    struct str s;
    file_write(&w->ctx, at(w, "a"), STR("12345"), false);
    assert_int_equal(file_read(&w->ctx, w->arena, at(w, "a"), 5, &s), 0);
    assert_int_equal(file_read(&w->ctx, w->arena, at(w, "a"), 4, &s), TIAN_ELIMIT);
    assert_int_equal(file_read(&w->ctx, w->arena, "/proc/self/status", 10, &s), TIAN_ELIMIT);
    assert_int_equal(file_read(&w->ctx, w->arena, "/proc/self/status", 0, &s), 0); /* says 0 bytes */
    assert_true(s.n > 100);
}

static void test_map(void **state)
{
    struct world *w = *state;
    struct str text = large(w), s;
    file_write(&w->ctx, at(w, "a"), text, false);
    assert_int_equal(file_map(&w->ctx, w->arena, at(w, "a"), &s), 0);
    assert_true(str_eq(s, text));
    file_write(&w->ctx, at(w, "empty"), STR_NONE, false);
    assert_int_equal(file_map(&w->ctx, w->arena, at(w, "empty"), &s), 0);
    assert_int_equal(s.n, 0);
    assert_non_null(s.p);
    assert_int_equal(file_map(&w->ctx, w->arena, w->folder, &s), TIAN_EIO);
    assert_int_equal(file_map(&w->ctx, w->arena, at(w, "none"), &s), TIAN_EIO);
}

static void test_reader(void **state)
{
    struct world *w = *state;
    struct str text = large(w);
    struct file_reader r;
    char piece[1000];
    size_t got, done = 0;
    file_write(&w->ctx, at(w, "a"), text, false);
    assert_int_equal(file_reader_open(&w->ctx, w->arena, at(w, "a"), &r), 0);
    do {
        assert_int_equal(file_reader_read(&w->ctx, &r, piece, sizeof piece, &got), 0);
        assert_memory_equal(piece, text.p + done, got);
        done += got;
    } while (got == sizeof piece);
    assert_int_equal(done, text.n);
    assert_string_equal(file_canonical(w->arena, at(w, "./a")), at(w, "a"));
    assert_null(file_canonical(w->arena, at(w, "none")));
}

static void test_replace(void **state)
{
    struct world *w = *state;
    struct stat st;
    assert_int_equal(file_replace(&w->ctx, at(w, "a"), STR("old")), 0);
    assert_int_equal(chmod(at(w, "a"), 0640), 0);
    assert_int_equal(file_replace(&w->ctx, at(w, "a"), STR("new")), 0);
    assert_content(w, at(w, "a"), STR("new"));
    assert_int_equal(stat(at(w, "a"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0640);
    assert_int_equal(count_names(w, w->folder), 1);
}

static void test_replace_fails_at_each_step(void **state)
{
    struct world *w = *state;
    const char *path = at(w, "a");
    struct str text = large(w);
    int code = TIAN_EIO, step = 0;
    file_write(&w->ctx, path, STR("old"), false);
    while (code != 0) {
        set_fault(NULL, ++step);
        code = file_replace(&w->ctx, path, text);
        file_fault_hook = NULL;
        assert_true(code == 0 || code == TIAN_EIO);
        struct str s;
        assert_int_equal(file_read(&w->ctx, w->arena, path, 0, &s), 0);
        assert_true(str_eq(s, STR("old")) || str_eq(s, text)); /* never anything between */
        assert_int_equal(count_names(w, w->folder), 1);
    }
    assert_int_equal(step, 7); /* open write fsync rename, open fsync of the folder: 6 may fail */
    assert_string_equal(w->error.message, "cannot write: the disk is full");
}

static void test_failed_write_leaves_nothing(void **state)
{
    struct world *w = *state;
    for (int i = 0; i < 2; i++) {
        set_fault(i ? "fsync" : "write", 1);
        assert_int_equal(file_write(&w->ctx, at(w, "a"), STR("text"), true), TIAN_EIO);
        assert_int_equal(count_names(w, w->folder), 0);
    }
    file_fault_hook = NULL;
    assert_int_equal(file_write(&w->ctx, "/dev/full", STR("text"), false), TIAN_EIO);
    assert_int_equal(access("/dev/full", F_OK), 0);
    char longest[5000];
    memset(longest, 'x', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    assert_int_equal(file_replace(&w->ctx, longest, STR("text")), TIAN_EIO);
}

static void test_tail(void **state)
{
    struct world *w = *state;
    struct arena *first = arena_new(w->arena);
    struct file_tail t;
    assert_int_equal(file_tail_open(&w->ctx, first, at(w, "log"), &t), 0);
    assert_int_equal(t.offset, 0);
    assert_int_equal(file_tail_append(&w->ctx, &t, STR("one ")), 0);
    assert_int_equal(file_tail_append(&w->ctx, &t, STR("two ")), 0);
    assert_int_equal(file_tail_sync(&w->ctx, &t), 0);
    arena_free(first);
    assert_int_equal(file_tail_open(&w->ctx, w->arena, at(w, "log"), &t), 0);
    assert_int_equal(t.offset, 8);
    assert_int_equal(file_tail_cut(&w->ctx, &t, 4), 0);
    assert_int_equal(file_tail_append(&w->ctx, &t, STR("three")), 0);
    assert_content(w, at(w, "log"), STR("one three"));
}

static void test_tail_is_cut_back(void **state)
{
    struct world *w = *state;
    struct file_tail t;
    file_tail_open(&w->ctx, w->arena, at(w, "log"), &t);
    file_tail_append(&w->ctx, &t, STR("good "));
    set_fault("write", 1);
    assert_int_equal(file_tail_append(&w->ctx, &t, STR("half written")), TIAN_EIO);
    assert_content(w, at(w, "log"), STR("good "));
    file_fault_hook = NULL;
    assert_int_equal(file_tail_append(&w->ctx, &t, STR("again")), 0);
    assert_content(w, at(w, "log"), STR("good again"));
    set_fault("fsync", 1);
    assert_int_equal(file_tail_sync(&w->ctx, &t), TIAN_EIO);
    set_fault("truncate", 1);
    assert_int_equal(file_tail_cut(&w->ctx, &t, 0), TIAN_EIO);
    assert_int_equal(t.offset, 10);
}

static int fail_writing_and_cutting(const char *op, const char *path)
{
    (void)path;
    return strcmp(op, "write") == 0 || strcmp(op, "truncate") == 0 ? EIO : 0;
}

/* Even when cutting back fails too: the next append lands where it should. */
static void test_tail_overwrites_what_it_could_not_cut(void **state)
{
    struct world *w = *state;
    struct file_tail t;
    file_tail_open(&w->ctx, w->arena, at(w, "log"), &t);
    file_tail_append(&w->ctx, &t, STR("good "));
    file_fault_hook = fail_writing_and_cutting;
    assert_int_equal(file_tail_append(&w->ctx, &t, STR("1234")), TIAN_EIO);
    file_fault_hook = NULL;
    assert_content(w, at(w, "log"), STR("good 12"));
    assert_int_equal(file_tail_append(&w->ctx, &t, STR("again")), 0);
    assert_content(w, at(w, "log"), STR("good again"));
}

static size_t open_descriptors(void)
{
    size_t n = 0;
    for (int fd = 0; fd < 256; fd++)
        n += dup2(fd, fd) >= 0;
    return n;
}

static int everything(void *arg)
{
    struct world *w = arg;
    struct arena *a = w->ctx.arena;
    struct file_tail tail;
    struct file_reader reader;
    struct str s;
    int code = file_write(&w->ctx, path_join(a, w->folder, "a"), STR("text"), true);
    code = code ? code : file_read(&w->ctx, a, path_join(a, w->folder, "a"), 0, &s);
    code = code ? code : file_map(&w->ctx, a, path_join(a, w->folder, "a"), &s);
    code = code ? code : file_replace(&w->ctx, path_join(a, w->folder, "b"), s);
    code = code ? code : file_reader_open(&w->ctx, a, path_join(a, w->folder, "b"), &reader);
    code = code ? code : file_tail_open(&w->ctx, a, path_join(a, w->folder, "c"), &tail);
    code = code ? code : file_tail_append(&w->ctx, &tail, s);
    code = code ? code : file_rename(&w->ctx, path_join(a, w->folder, "a"), path_join(a, w->folder, "d"));
    code = code ? code : file_sync_folder(&w->ctx, w->folder);
    return code;
}

static int once(struct world *w)
{
    w->ctx.arena = arena_new(w->arena);
    int code = mem_protect(everything, w);
    mem_fail_at(0);
    file_fault_hook = NULL;
    arena_free(w->ctx.arena);
    w->ctx.arena = w->arena;
    return code;
}

static void test_no_descriptor_is_lost(void **state)
{
    struct world *w = *state;
    size_t before = open_descriptors();
    int code = -1;
    for (int n = 1; code != 0; n++) {
        set_fault(NULL, n);
        code = once(w);
        assert_true(code == 0 || code == TIAN_EIO);
        assert_int_equal(open_descriptors(), before);
    }
    code = -1;
    for (uint64_t n = 1; code != 0; n++) {
        w->ctx.arena = w->arena;
        mem_fail_at(n + 1); /* the first is the arena of once() */
        code = once(w);
        assert_true(code == 0 || code == TIAN_EMEMORY);
        assert_int_equal(open_descriptors(), before);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_write_and_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_limit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_map, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_reader, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_replace, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_replace_fails_at_each_step, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_failed_write_leaves_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_tail, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_tail_is_cut_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_tail_overwrites_what_it_could_not_cut, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_descriptor_is_lost, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
