/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Readers against writers: four threads search through one handle and one more
 * process through its own, without pause, while another process adds, removes,
 * rebuilds, compacts and restores. No reader may see an error, and what was
 * acknowledged must be found within 200 ms.
 *
 * TIAN_SECONDS: how long (3; make check-long: 60).
 */
#include "store_world.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>

enum {
    READERS = 4,
    VISIBLE_MS = 200
};

/* Shared with the processes. */
struct shared {
    atomic_bool stop;
    atomic_uint acknowledged; /* documents w0 … w(n-1) are in for good */
    atomic_ullong since;      /* clock_now() of the last acknowledgement */
    atomic_uint commits, rebuilds, compactions, restores, searches, errors, late;
    char message[1024];
};

static struct world world;
static struct shared *shared;

static void note_error(const char *who, const struct tian_error *error)
{
    if (atomic_fetch_add(&shared->errors, 1) == 0)
        snprintf(shared->message, sizeof shared->message, "%s: %d %s: %s", who, error->code, error->where,
                 error->message);
}

/* ---- Readers ------------------------------------------------------------------------------- */

/* The newest acknowledged document must be there, unless it was acknowledged this instant. */
static void look_for_newest(struct tian_index *ix)
{
    struct tian_error error;
    struct tian_document *d;
    char id[16];
    int64_t since = (int64_t)atomic_load(&shared->since);
    unsigned n = atomic_load(&shared->acknowledged);
    int64_t start = clock_now();
    if (n == 0)
        return;
    snprintf(id, sizeof id, "w%u", n - 1);
    int rc = tian_document_get(ix, id, NULL, TIAN_ROLE_OFFICER, &d, &error);
    if (!rc)
        tian_document_free(d);
    else if (rc == TIAN_ENOTFOUND && start - since > VISIBLE_MS * 1000000ll)
        atomic_fetch_add(&shared->late, 1);
    else if (rc != TIAN_ENOTFOUND)
        note_error("show", &error);
}

static void read_once_more(struct tian_index *ix, unsigned turn)
{
    struct tian_error error;
    struct tian_results *r;
    int rc = tian_search(ix, WORLD_TOPICS[4 + turn % 6], NULL, &r, &error);
    if (rc) {
        note_error("search", &error);
        return;
    }
    if (r->total == 0) {
        error = (struct tian_error){ .code = 0, .message = "nothing found of what was never removed" };
        note_error("search", &error);
    }
    tian_results_free(r);
    atomic_fetch_add(&shared->searches, 1);
    look_for_newest(ix);
}

static void *reader(void *arg)
{
    for (unsigned turn = 0; !atomic_load(&shared->stop); turn++)
        read_once_more(arg, turn);
    return NULL;
}

static void read_in_process(void)
{
    struct tian_error error;
    struct tian_index *ix;
    for (unsigned turn = 0; !atomic_load(&shared->stop); turn++) {
        if (tian_open(world_path(&world, "ix"), NULL, &ix, &error)) {
            note_error("open", &error);
            continue;
        }
        read_once_more(ix, turn);
        tian_close(ix);
    }
}

/* ---- The writer ------------------------------------------------------------------------------ */

/* Each has its own file: what a file no longer has is removed. */
static int add_one(struct tian_index *ix, unsigned n, struct tian_error *error)
{
    char path[600], text[4096];
    const char *in = path;
    snprintf(path, sizeof path, "%s/w%u.jsonl", world.folder, n);
    snprintf(text, sizeof text, "{\"id\":\"w%u\",\"title\":\"关于第%u件的建议\",\"body\":\"%s，第%u件。\"}\n",
             n, n, WORLD_TOPICS[n % 10], n);
    world_write(path, text);
    return tian_index_add(ix, &in, 1, &(struct tian_add_options){ .jobs = 1 }, NULL, error);
}

static void acknowledge(unsigned n)
{
    atomic_store(&shared->since, (unsigned long long)clock_now());
    atomic_store(&shared->acknowledged, n + 1);
    atomic_fetch_add(&shared->commits, 1);
}

static int care(struct tian_index *ix, unsigned n, struct tian_error *error)
{
    static const struct tian_add_options one = { .jobs = 1 };
    int rc = 0;
    if (n % 12 == 5) {
        rc = tian_index_rebuild(ix, &one, error);
        atomic_fetch_add(&shared->rebuilds, 1);
    }
    if (!rc && n % 12 == 11) {
        rc = tian_index_compact(ix, &one, NULL, error);
        atomic_fetch_add(&shared->compactions, 1);
    }
    return rc;
}

/* A backup of now, put back: the same documents in a new folder. */
static int restore_now(struct tian_error *error)
{
    struct tian_index *ix;
    int rc = tian_open(world_path(&world, "ix"), NULL, &ix, error);
    if (rc)
        return rc;
    rc = tian_index_backup(ix, world_path(&world, "backup"), NULL, error);
    tian_close(ix);
    atomic_fetch_add(&shared->restores, 1);
    return rc ? rc : tian_restore(world_path(&world, "ix"), world_path(&world, "backup"), 0, error);
}

static void write_in_process(void)
{
    struct tian_error error = { 0 };
    struct tian_index *ix = NULL;
    int rc = 0;
    for (unsigned n = 0; !rc && !atomic_load(&shared->stop); n++) {
        if (!ix)
            rc = tian_open(world_path(&world, "ix"), &(struct tian_open_options){ .write = true }, &ix,
                           &error);
        if (!rc)
            rc = add_one(ix, n, &error);
        if (!rc)
            acknowledge(n);
        if (!rc)
            rc = care(ix, n, &error);
        if (!rc && n % 30 == 29) {
            tian_close(ix);
            ix = NULL;
            rc = restore_now(&error);
        }
    }
    if (rc)
        note_error("writer", &error);
    tian_close(ix);
}

/* ---- Together ---------------------------------------------------------------------------------- */

static pid_t in_process(void (*work)(void))
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        work();
        _exit(0);
    }
    return pid;
}

enum {
    FEW_COMMITS = 5 /* show nothing: on a machine busy with other things it takes longer */
};

static void let_them_run(unsigned seconds)
{
    for (unsigned i = 0; i < seconds || (shared->commits <= FEW_COMMITS && i < 40 * seconds); i++)
        sleep(1);
}

static void test_readers(void **state)
{
    pthread_t threads[READERS];
    struct tian_error error;
    struct tian_index *ix;
    (void)state;
    pid_t writer = in_process(write_in_process), other = in_process(read_in_process);
    assert_int_equal(tian_open(world_path(&world, "ix"), NULL, &ix, &error), 0);
    for (size_t i = 0; i < READERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, reader, ix), 0);
    let_them_run(world_number("TIAN_SECONDS", 3));
    atomic_store(&shared->stop, true);
    for (size_t i = 0; i < READERS; i++)
        pthread_join(threads[i], NULL);
    waitpid(writer, NULL, 0);
    waitpid(other, NULL, 0);
    assert_int_equal(tian_index_verify(ix, true, NULL, NULL, &error), 0);
    tian_close(ix);
    printf("readers: %u searches during %u commits, %u rebuilds, %u compactions, %u restores: %u errors, %u "
           "late\n",
           shared->searches, shared->commits, shared->rebuilds, shared->compactions, shared->restores,
           shared->errors, shared->late);
    if (shared->errors)
        print_error("%s\n", shared->message);
    assert_int_equal(shared->errors + shared->late, 0);
    assert_true(shared->commits > FEW_COMMITS);
}

/* The same in one process, through one handle that writes: what ThreadSanitizer can see. */
static void test_one_handle(void **state)
{
    pthread_t threads[2];
    struct tian_error error = { 0 };
    struct tian_index *ix;
    unsigned n = 100000, end = n + 8 * world_number("TIAN_SECONDS", 3);
    (void)state;
    memset(shared, 0, sizeof *shared);
    assert_int_equal(
        tian_open(world_path(&world, "ix"), &(struct tian_open_options){ .write = true }, &ix, &error), 0);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, reader, ix), 0);
    for (; n < end; n++) {
        assert_int_equal(add_one(ix, n, &error), 0);
        acknowledge(n);
    }
    assert_int_equal(tian_index_rebuild(ix, &(struct tian_add_options){ .jobs = 2 }, &error), 0);
    assert_int_equal(tian_index_compact(ix, &(struct tian_add_options){ .jobs = 2 }, NULL, &error), 0);
    atomic_store(&shared->stop, true);
    for (size_t i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    tian_close(ix);
    printf("readers: one handle: %u searches during %u commits: %u errors, %u late\n", shared->searches,
           shared->commits, shared->errors, shared->late);
    assert_int_equal(shared->errors + shared->late, 0);
}

/* The lock says who holds it; one left by a dead process is no obstacle. */
static void hold_lock(void)
{
    struct tian_error error;
    struct tian_index *ix;
    if (tian_open(world_path(&world, "ix"), &(struct tian_open_options){ .write = true }, &ix, &error) == 0)
        atomic_store(&shared->commits, 1);
    pause();
}

static void test_lock(void **state)
{
    struct tian_error error = { 0 };
    struct tian_index *ix;
    char pid_text[32];
    struct tian_open_options write = { .write = true };
    (void)state;
    memset(shared, 0, sizeof *shared);
    pid_t pid = in_process(hold_lock);
    while (atomic_load(&shared->commits) == 0)
        usleep(1000);
    assert_int_equal(tian_open(world_path(&world, "ix"), &write, &ix, &error), TIAN_ELOCKED);
    snprintf(pid_text, sizeof pid_text, "%d ", (int)pid);
    assert_non_null(strstr(error.message, pid_text));
    assert_int_equal(tian_open(world_path(&world, "ix"), NULL, &ix, &error), 0); /* reading needs none */
    assert_int_equal(tian_index_remove(ix, NULL, 0, NULL, &error), TIAN_EUSAGE); /* nor does it write */
    tian_close(ix);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    assert_int_equal(tian_open(world_path(&world, "ix"), &write, &ix, &error), 0);
    tian_close(ix);
}

static int set_up(void **state)
{
    struct tian_error error;
    (void)state;
    world_make(&world);
    world_inputs(&world);
    world_change_inputs(&world);
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(shared != MAP_FAILED);
    assert_int_equal(world_import(world_path(&world, "ix"), world_path(&world, "in"), &error), 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_remove(world.folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_readers), cmocka_unit_test(test_one_handle),
                                        cmocka_unit_test(test_lock) };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
