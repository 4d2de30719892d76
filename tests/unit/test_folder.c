/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Folders, walks and the lock: the order of a walk, what it leaves out, that
 * removing does not follow links, that a dead process holds no lock and a
 * living one is named.
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
#include <sys/wait.h>

#include "base/file.h"

struct world {
    struct arena *arena;
    struct tian_error error;
    struct ctx ctx;
    char folder[64];
    struct buf seen;
    int stop_after;
};

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    w->arena = arena_new(NULL);
    w->ctx = (struct ctx){ .arena = w->arena, .error = &w->error };
    strcpy(w->folder, "/tmp/tian-folder-XXXXXX");
    assert_non_null(mkdtemp(w->folder));
    buf_init(&w->seen, w->arena);
    say_set("en");
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    file_fault_hook = NULL;
    assert_int_equal(file_remove_tree(&w->ctx, w->folder), 0);
    assert_int_equal(access(w->folder, F_OK), -1);
    arena_free(w->arena);
    free(w);
    return 0;
}

static const char *at(struct world *w, const char *name)
{
    return path_join(w->arena, w->folder, name);
}

static void put(struct world *w, const char *name)
{
    assert_int_equal(file_write(&w->ctx, at(w, name), str_of(name), false), 0);
}

static int see(void *self, const char *path, const struct file_info *info)
{
    struct world *w = self;
    assert_true(str_starts(str_of(path), str_of(w->folder)));
    buf_printf(&w->seen, "%s%s ", path + strlen(w->folder),
               info->kind == FILE_NONE    ? "!"
               : info->kind == FILE_LINK  ? "@"
               : info->kind == FILE_OTHER ? "|"
                                          : "");
    return w->stop_after > 0 && --w->stop_after == 0 ? 77 : 0;
}

static void assert_seen(struct world *w, const char *want)
{
    buf_char(&w->seen, '\0');
    assert_string_equal(w->seen.p, want);
    buf_clear(&w->seen);
}

static void test_paths(void **state)
{
    struct world *w = *state;
    assert_string_equal(path_join(w->arena, "a", "b"), "a/b");
    assert_string_equal(path_join(w->arena, "a/", "b"), "a/b");
    assert_string_equal(path_join(w->arena, "", "b"), "b");
    assert_string_equal(path_base("a/b.txt"), "b.txt");
    assert_string_equal(path_base("b"), "b");
}

static void test_make(void **state)
{
    struct world *w = *state;
    struct file_info info;
    assert_int_equal(file_make_folder(&w->ctx, at(w, "a/b//c/")), 0);
    assert_int_equal(file_make_folder(&w->ctx, at(w, "a/b/c")), 0);
    assert_int_equal(file_stat(&w->ctx, at(w, "a/b/c"), &info), 0);
    assert_int_equal(info.kind, FILE_FOLDER);
    put(w, "f");
    assert_int_equal(file_make_folder(&w->ctx, at(w, "f/x")), TIAN_EIO);
    assert_string_equal(w->error.where, at(w, "f"));
    assert_int_equal(file_make_folder(&w->ctx, ""), TIAN_EIO);
    assert_int_equal(file_make_folder(&w->ctx, "/"), 0);
}

static void test_stat(void **state)
{
    struct world *w = *state;
    struct file_info info;
    uint64_t bytes;
    put(w, "four");
    assert_int_equal(file_stat(&w->ctx, at(w, "four"), &info), 0);
    assert_true(info.kind == FILE_REGULAR && info.size == 4 && info.mtime_ns > 0);
    assert_int_equal(file_stat(&w->ctx, at(w, "none"), &info), 0);
    assert_int_equal(info.kind, FILE_NONE);
    assert_int_equal(file_stat(&w->ctx, at(w, "four/none"), &info), 0);
    assert_int_equal(info.kind, FILE_NONE);
    assert_int_equal(file_stat(&w->ctx, "/dev/null", &info), 0);
    assert_int_equal(info.kind, FILE_OTHER);
    assert_int_equal(file_free_space(&w->ctx, w->folder, &bytes), 0);
    assert_true(bytes > 0);
    assert_int_equal(file_free_space(&w->ctx, at(w, "none"), &bytes), TIAN_EIO);
}

static void test_mount(void **state)
{
    struct world *w = *state;
    assert_true(file_is_mount("/"));
    assert_true(file_is_mount("/proc"));
    assert_false(file_is_mount(w->folder));
    assert_false(file_is_mount(at(w, "none")));
}

static void test_walk(void **state)
{
    struct world *w = *state;
    file_make_folder(&w->ctx, at(w, "b/.hidden"));
    file_make_folder(&w->ctx, at(w, "empty"));
    const char *names[] = { "b/2", "b/10", "a", "提案.txt", ".x", "b/.hidden/y", "B" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        put(w, names[i]);
    assert_int_equal(symlink("a", at(w, "link-to-file")), 0);
    assert_int_equal(symlink(".", at(w, "link-to-folder")), 0);
    assert_int_equal(symlink("nowhere", at(w, "link-to-nothing")), 0);
    assert_int_equal(mkfifo(at(w, "fifo"), 0600), 0);
    assert_int_equal(file_walk(&w->ctx, w->folder, see, w), 0);
    assert_seen(w, "/B /a /b/10 /b/2 /fifo| /link-to-file /link-to-folder@ /link-to-nothing@ /提案.txt ");
    assert_int_equal(file_walk(&w->ctx, at(w, ".x"), see, w), 0); /* named by hand */
    assert_seen(w, "/.x ");
    w->stop_after = 2;
    assert_int_equal(file_walk(&w->ctx, w->folder, see, w), 77);
    assert_seen(w, "/B /a ");
}

/* Only the superuser can make somebody else's link: else there is nothing to see. */
static void test_links_of_others(void **state)
{
    struct world *w = *state;
    put(w, "secret");
    assert_int_equal(symlink("secret", at(w, "mine")), 0);
    assert_int_equal(symlink("secret", at(w, "theirs")), 0);
    if (lchown(at(w, "theirs"), 1, 1) != 0)
        skip();
    assert_int_equal(file_walk(&w->ctx, w->folder, see, w), 0);
    assert_seen(w, "/mine /secret /theirs@ ");
    assert_int_equal(chown(at(w, "secret"), 1, 1), 0);
    assert_int_equal(file_walk(&w->ctx, w->folder, see, w), 0);
    assert_seen(w, "/mine /secret /theirs ");
}

static int fail_opening_b(const char *op, const char *path)
{
    return strcmp(op, "open") == 0 && strcmp(path_base(path), "b") == 0 ? EACCES : 0;
}

static void test_walk_goes_on(void **state)
{
    struct world *w = *state;
    file_make_folder(&w->ctx, at(w, "b"));
    put(w, "b/x");
    put(w, "c");
    file_fault_hook = fail_opening_b;
    assert_int_equal(file_walk(&w->ctx, w->folder, see, w), 0);
    assert_seen(w, "/b! /c ");
    assert_int_equal(file_walk(&w->ctx, at(w, "none"), see, w), TIAN_ENOTFOUND);
    assert_int_equal(file_walk(&w->ctx, "/dev/null", see, w), TIAN_EFORMAT);
}

static void test_walk_is_cancelled(void **state)
{
    struct world *w = *state;
    put(w, "a");
    cancel_request();
    assert_int_equal(file_walk(&w->ctx, w->folder, see, w), TIAN_ECANCELLED);
    cancel_clear();
    assert_seen(w, "");
}

static void test_list(void **state)
{
    struct world *w = *state;
    char **names;
    size_t n;
    assert_int_equal(file_list(&w->ctx, w->arena, w->folder, &names, &n), 0);
    assert_int_equal(n, 0);
    put(w, "b");
    put(w, "a");
    put(w, ".c");
    assert_int_equal(file_list(&w->ctx, w->arena, w->folder, &names, &n), 0);
    assert_int_equal(n, 3);
    assert_string_equal(names[0], ".c");
    assert_string_equal(names[1], "a");
    assert_int_equal(file_list(&w->ctx, w->arena, at(w, "none"), &names, &n), TIAN_EIO);
}

static void test_remove_does_not_follow(void **state)
{
    struct world *w = *state;
    file_make_folder(&w->ctx, at(w, "kept"));
    file_make_folder(&w->ctx, at(w, "gone/deep/er"));
    put(w, "kept/file");
    put(w, "gone/deep/file");
    assert_int_equal(symlink("../kept", at(w, "gone/link")), 0);
    assert_int_equal(file_remove_tree(&w->ctx, at(w, "gone")), 0);
    assert_int_equal(access(at(w, "kept/file"), F_OK), 0);
    assert_int_equal(access(at(w, "gone"), F_OK), -1);
    assert_int_equal(file_remove_tree(&w->ctx, at(w, "gone")), 0);
}

static int fail_unlink(const char *op, const char *path)
{
    (void)path;
    return strcmp(op, "unlink") == 0 ? EIO : 0;
}

static void test_remove_fails(void **state)
{
    struct world *w = *state;
    file_make_folder(&w->ctx, at(w, "d"));
    put(w, "d/f");
    file_fault_hook = fail_unlink;
    assert_int_equal(file_remove_tree(&w->ctx, at(w, "d")), TIAN_EIO);
    assert_int_equal(file_rename(&w->ctx, at(w, "none"), at(w, "x")), TIAN_EIO);
}

static void test_lock(void **state)
{
    struct world *w = *state;
    struct arena *mine = arena_new(w->arena);
    char pid[32];
    snprintf(pid, sizeof pid, "%ld ", (long)getpid());
    assert_int_equal(file_lock(&w->ctx, mine, at(w, "lock"), 0), 0);
    int64_t start = clock_now();
    assert_int_equal(file_lock(&w->ctx, w->arena, at(w, "lock"), 60), TIAN_ELOCKED);
    assert_true(clock_now() - start >= 60000000);
    assert_non_null(strstr(w->error.message, pid));
    assert_non_null(strstr(w->error.message, "test_folder"));
    arena_free(mine);
    assert_int_equal(file_lock(&w->ctx, w->arena, at(w, "lock"), 0), 0);
}

/* Run in a child: take the lock, tell so, and wait to be killed. */
static _Noreturn void hold_lock(struct world *w, int tell)
{
    int code = file_lock(&w->ctx, w->arena, at(w, "lock"), 0);
    if (write(tell, &code, sizeof code) == sizeof code)
        pause();
    _exit(0);
}

static void test_dead_process_holds_nothing(void **state)
{
    struct world *w = *state;
    int pipes[2], code = -1;
    assert_int_equal(pipe(pipes), 0);
    pid_t pid = fork();
    if (pid == 0)
        hold_lock(w, pipes[1]);
    assert_int_equal(read(pipes[0], &code, sizeof code), sizeof code);
    assert_int_equal(code, 0);
    assert_int_equal(file_lock(&w->ctx, w->arena, at(w, "lock"), 0), TIAN_ELOCKED);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    assert_int_equal(file_lock(&w->ctx, w->arena, at(w, "lock"), 1000), 0);
    close(pipes[0]);
    close(pipes[1]);
}

static void test_lock_file_removed_under_us(void **state)
{
    struct world *w = *state;
    assert_int_equal(file_lock(&w->ctx, w->arena, at(w, "lock"), 0), 0);
    assert_int_equal(unlink(at(w, "lock")), 0);
    assert_int_equal(file_lock(&w->ctx, w->arena, at(w, "lock"), 0), 0);
    assert_int_equal(file_lock(&w->ctx, w->arena, at(w, "lock"), 0), TIAN_ELOCKED);
    assert_int_equal(file_lock(&w->ctx, w->arena, at(w, "none/lock"), 0), TIAN_EIO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_paths, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_make, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_stat, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_mount, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_walk, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_links_of_others, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_walk_goes_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_walk_is_cancelled, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_list, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_remove_does_not_follow, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_remove_fails, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_lock, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_dead_process_holds_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_lock_file_removed_under_us, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
