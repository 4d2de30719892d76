/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Everything that can fail fails once. Each scenario is run with its n-th
 * allocation failing, ours and that of a library (Xapian, ICU, jansson, libc),
 * then with its n-th file operation failing as a bad disk (EIO), a full one
 * (ENOSPC, half of a write done) and a read-only one (EROFS), and with all of them
 * from the n-th on (EIO: the disk is gone), for all n. After each: no crash, no leak (under
 * ASan), a code that fits and a message; a fresh handle opens what was there and finds all acknowledged
 * documents (its digest is the one before or the one after); the same again
 * without a fault succeeds and ends in the digest of an undisturbed run. An
 * interrupted call (EINTR), any of them, is done again: the run succeeds, and so
 * it does while a timer's signals interrupt whatever waits.
 *
 * TIAN_STEP=1 tries every point (make check-long), else every 37th, and every 8th
 * interruption.
 */
#include "library_memory.h"
#include "store_world.h"

#include <errno.h>
#include <signal.h>
#include <sys/time.h>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#define LEAKS() __lsan_do_recoverable_leak_check()
#else
#define LEAKS() 0
#endif

enum {
    BEFORE,
    AFTER
};
enum {
    KINDS = 4 /* of failing file operations */
};

struct scenario {
    const char *name;
    int (*run)(const struct world *, struct tian_error *);
    const char *from; /* index copied before each run, NULL: none */
    bool reads;       /* changes nothing */
    char digest[2][33];
};

static struct world world;

/* ---- Failing ----------------------------------------------------------------------------- */

static uint64_t ops, fail_op, interrupts, points;
static int fail_with;
static bool for_good; /* that operation and all after it */
static char failed_at[600];

/* Digests between the commits of an undisturbed run: taken before each manifest is put in place. */
enum {
    MOST_BETWEEN = 8
};
static char between[MOST_BETWEEN][33];
static size_t nbetween;
static bool noting;

static void note_between(const char *op, const char *path)
{
    struct tian_error error;
    if (!noting || strcmp(op, "rename") != 0 || !strstr(path, "/ix/manifest") || nbetween == MOST_BETWEEN)
        return;
    noting = false;
    if (world_digest(world_path(&world, "ix"), between[nbetween], &error) == 0)
        nbetween++;
    noting = true;
}

static bool was_between(const char *digest)
{
    for (size_t i = 0; i < nbetween; i++)
        if (strcmp(between[i], digest) == 0)
            return true;
    return false;
}

static int hook(const char *op, const char *path)
{
    note_between(op, path);
    if (++ops < fail_op || (ops > fail_op && !for_good))
        return 0;
    if (ops > fail_op)
        return fail_with;
    snprintf(failed_at, sizeof failed_at, "%s %s", op, path);
    return fail_with;
}

/* ---- Scenarios --------------------------------------------------------------------------- */

static int with_writer(const struct world *w, int (*work)(struct tian_index *, struct tian_error *),
                       bool salvage, struct tian_error *error)
{
    struct tian_index *ix;
    struct tian_open_options options = { .write = true, .salvage = salvage };
    int rc = tian_open(world_path(w, "ix"), &options, &ix, error);
    if (rc)
        return rc;
    rc = work(ix, error);
    tian_close(ix);
    return rc;
}

static int with_reader(const struct world *w, int (*work)(struct tian_index *, struct tian_error *),
                       struct tian_error *error)
{
    struct tian_index *ix;
    int rc = tian_open(world_path(w, "ix"), NULL, &ix, error);
    if (rc)
        return rc;
    rc = work(ix, error);
    tian_close(ix);
    return rc;
}

static int run_import(const struct world *w, struct tian_error *error)
{
    return world_import(world_path(w, "ix"), world_path(w, "in"), error);
}

static int do_remove(struct tian_index *ix, struct tian_error *error)
{
    static const char *const ids[] = { "m5", "nobody", "0" };
    return tian_index_remove(ix, ids, 3, NULL, error);
}

static int run_remove(const struct world *w, struct tian_error *error)
{
    return with_writer(w, do_remove, false, error);
}

static int do_rebuild(struct tian_index *ix, struct tian_error *error)
{
    return tian_index_rebuild(ix, &(struct tian_add_options){ .jobs = 1 }, error);
}

static int run_rebuild(const struct world *w, struct tian_error *error)
{
    return with_writer(w, do_rebuild, true, error);
}

static int run_salvage(const struct world *w, struct tian_error *error)
{
    return with_writer(w, do_rebuild, true, error);
}

static int do_nothing(struct tian_index *ix, struct tian_error *error)
{
    (void)ix, (void)error;
    return 0;
}

static int run_recover(const struct world *w, struct tian_error *error)
{
    return with_writer(w, do_nothing, false, error);
}

static int do_search(struct tian_index *ix, struct tian_error *error)
{
    struct tian_results *r;
    struct tian_document *d;
    static const char *const facets[] = { "theme", "year" };
    struct tian_search_options options = { .facets = facets, .nfacets = 2, .explain = true };
    int rc = tian_search(ix, "加装电梯 建议", &options, &r, error);
    if (rc)
        return rc;
    assert_true(r->nhits > 0);
    char id[128];
    snprintf(id, sizeof id, "%s", r->hits[0].id);
    tian_results_free(r);
    rc = tian_document_get(ix, id, "电梯", TIAN_ROLE_OFFICER, &d, error);
    if (!rc)
        tian_document_free(d);
    return rc;
}

static int run_search(const struct world *w, struct tian_error *error)
{
    return with_reader(w, do_search, error);
}

static int do_check(struct tian_index *ix, struct tian_error *error)
{
    char text[4096];
    struct tian_check *c;
    struct tian_status status;
    world_text(text, sizeof text, 2);
    int rc = tian_check(ix, text, NULL, &c, error);
    if (!rc) {
        tian_check_free(c);
        rc = tian_index_status(ix, &status, error);
    }
    return rc;
}

static int run_check(const struct world *w, struct tian_error *error)
{
    return with_reader(w, do_check, error);
}

static int do_verify(struct tian_index *ix, struct tian_error *error)
{
    return tian_index_verify(ix, true, NULL, NULL, error);
}

static int run_verify(const struct world *w, struct tian_error *error)
{
    return with_reader(w, do_verify, error);
}

static int count_line(void *self, const char *line, size_t n)
{
    (void)line;
    *(size_t *)self += n;
    return 0;
}

static int do_dump(struct tian_index *ix, struct tian_error *error)
{
    size_t bytes = 0;
    return tian_index_dump(ix, count_line, &bytes, error);
}

static int run_dump(const struct world *w, struct tian_error *error)
{
    return with_reader(w, do_dump, error);
}

#include "store_care_scenarios.h"

static struct scenario SCENARIOS[] = {
    { "import", run_import, NULL, false, { "", "" } },
    { "re-import with changes", run_import, "old", false, { "", "" } },
    { "remove", run_remove, "now", false, { "", "" } },
    { "rebuild", run_rebuild, "now", false, { "", "" } },
    { "recover", run_recover, "crashed", false, { "", "" } },
    { "salvage", run_salvage, "headless", false, { "", "" } },
    { "search", run_search, "now", true, { "", "" } },
    { "check", run_check, "now", true, { "", "" } },
    { "verify", run_verify, "now", true, { "", "" } },
    { "dump", run_dump, "now", true, { "", "" } },
    { "compact", run_compact, "now", false, { "", "" } },
    { "backup", run_backup, "now", false, { "", "" } },
    { "restore", run_restore, "now", false, { "", "" } },
    { "relabel", run_relabel, "now", false, { "", "" } },
    { "themes", run_themes, "now", true, { "", "" } },
};
enum {
    NSCENARIOS = sizeof SCENARIOS / sizeof *SCENARIOS
};

/* ---- A point ----------------------------------------------------------------------------- */

static void fresh(const struct scenario *s)
{
    world_remove(world_path(&world, "ix"));
    world_remove(world_path(&world, "to"));
    if (s->from)
        world_copy(world_path(&world, s->from), world_path(&world, "ix"), true);
}

static void complain(const struct scenario *s, const char *what, const struct tian_error *error)
{
    print_error("%s, failing %s: %s: %d %s: %s\n", s->name, failed_at, what, error->code, error->where,
                error->message);
    fail();
}

/* What a fresh handle finds: the digest before or after; nothing, where there was nothing. */
static void check_kept(const struct scenario *s)
{
    struct tian_error error = { 0 };
    char digest[33];
    int rc = world_digest(world_path(&world, "ix"), digest, &error);
    if (rc && rc == TIAN_EINDEX && !s->digest[BEFORE][0])
        return; /* not made yet, or still as broken as it came */
    if (rc)
        complain(s, "cannot be opened afterwards", &error);
    if (strstr(failed_at, "/in/"))
        return; /* an input that cannot be read: the others are in, it comes the next time */
    if (strcmp(digest, s->digest[AFTER]) != 0 && strcmp(digest, s->digest[BEFORE]) != 0 &&
        s->digest[BEFORE][0] && !was_between(digest))
        complain(s, "the digest is neither the one before nor after", &error);
}

static void check_again(const struct scenario *s)
{
    struct tian_error error = { 0 };
    char digest[33];
    if (s->run(&world, &error))
        complain(s, "cannot be done afterwards", &error);
    if (world_digest(world_path(&world, "ix"), digest, &error) || strcmp(digest, s->digest[AFTER]) != 0)
        complain(s, "done afterwards, but the digest differs", &error);
}

static bool code_fits(const struct tian_error *error, int rc, bool memory)
{
    if (rc == 0)
        return true; /* what failed was not needed */
    if (error->code != rc || error->message[0] == '\0')
        return false;
    return memory ? rc == TIAN_EMEMORY
                  : rc == TIAN_EIO || rc == TIAN_EINDEX || rc == TIAN_EFORMAT || rc == TIAN_EAGAIN;
}

static void check_point(const struct scenario *s, int rc, const struct tian_error *error, bool memory)
{
    if (!code_fits(error, rc, memory))
        complain(s, "the code or message does not fit", error);
    if (!s->reads) {
        check_kept(s);
        check_again(s);
    }
}

/* Allocations, one by one: whose, how the i-th is made to fail, and which number none has. */
struct allocator {
    const char *name;
    uint64_t (*fail_at)(uint64_t);
    uint64_t none;
};
static const struct allocator our_memory = { "allocation", mem_fail_at, 0 };
static const struct allocator library_memory = { "allocation of a library", library_fail_at, UINT64_MAX };

static uint64_t fail_allocations(struct scenario *s, const struct allocator *whose, uint64_t n, uint64_t step)
{
    uint64_t done = 0;
    for (uint64_t i = 1; i <= n; i += step, done++) {
        struct tian_error error = { 0 };
        if (!s->reads)
            fresh(s);
        snprintf(failed_at, sizeof failed_at, "%s %llu", whose->name, (unsigned long long)i);
        whose->fail_at(i);
        int rc = s->run(&world, &error);
        whose->fail_at(whose->none);
        check_point(s, rc, &error, true);
    }
    return done;
}

static uint64_t fail_operations(struct scenario *s, uint64_t n, uint64_t step)
{
    static const int numbers[KINDS] = { EIO, ENOSPC, EROFS, EIO };
    uint64_t done = 0;
    for (uint64_t i = 0; i < KINDS * n; i += step, done++) {
        struct tian_error error = { 0 };
        if (!s->reads)
            fresh(s);
        fail_op = 1 + i / KINDS;
        fail_with = numbers[i % KINDS];
        for_good = i % KINDS == KINDS - 1;
        ops = 0;
        file_fault_hook = hook;
        int rc = s->run(&world, &error);
        file_fault_hook = NULL;
        for_good = false;
        check_point(s, rc, &error, false);
    }
    return done;
}

/* Calls that may wait, and so be interrupted. */
static int interrupt(const char *op, const char *path)
{
    static const char *const waiting[] = { "open", "read", "write", "fsync", "truncate" };
    bool waits = false;
    for (size_t i = 0; i < sizeof waiting / sizeof *waiting; i++)
        waits = waits || strcmp(op, waiting[i]) == 0;
    return waits ? hook(op, path) : 0;
}

/* Each call interrupted once: it is done again, and nobody notices. */
static uint64_t interrupt_operations(struct scenario *s, uint64_t step)
{
    uint64_t point = 1, done = 0;
    fail_with = EINTR;
    do {
        struct tian_error error = { 0 };
        char digest[33];
        if (!s->reads)
            fresh(s);
        fail_op = point;
        ops = 0;
        file_fault_hook = interrupt;
        int rc = s->run(&world, &error);
        file_fault_hook = NULL;
        if (rc)
            complain(s, "an interrupted call is not done again", &error);
        if (!s->reads) {
            assert_int_equal(world_digest(world_path(&world, "ix"), digest, &error), 0);
            assert_string_equal(digest, s->digest[AFTER]);
        }
        point += step;
        done++;
    } while (ops >= point);
    return done;
}

/* ---- A scenario -------------------------------------------------------------------------- */

/* Undisturbed, counting. */
static void measure(struct scenario *s, uint64_t *allocations, uint64_t *operations, uint64_t *libraries)
{
    struct tian_error error = { 0 };
    fresh(s);
    if (s->from && world_digest(world_path(&world, "ix"), s->digest[BEFORE], &error))
        s->digest[BEFORE][0] = '\0';
    ops = fail_op = 0;
    snprintf(failed_at, sizeof failed_at, "nothing");
    file_fault_hook = hook;
    nbetween = 0;
    noting = true;
    if (s->run(&world, &error))
        complain(s, "fails by itself", &error);
    noting = false;
    fresh(s);
    ops = 0;
    mem_fail_at(0);
    library_fail_at(0);
    if (s->run(&world, &error))
        complain(s, "fails by itself", &error);
    *libraries = library_fail_at(UINT64_MAX);
    *allocations = mem_fail_at(0);
    *operations = ops;
    file_fault_hook = NULL;
    assert_int_equal(world_digest(world_path(&world, "ix"), s->digest[AFTER], &error), 0);
}

/* ---- Interrupted --------------------------------------------------------------------------- */

static volatile sig_atomic_t signals;

static void on_signal(int number)
{
    int before = errno;
    (void)number;
    signals++;
    errno = before;
}

static void tick(long microseconds)
{
    struct itimerval every = { { 0, microseconds }, { 0, microseconds } };
    assert_int_equal(setitimer(ITIMER_REAL, &every, NULL), 0);
}

/* A signal each half millisecond, its handler without SA_RESTART. */
static void test_interrupted(struct scenario *s)
{
    struct sigaction action = { .sa_handler = on_signal }, before;
    struct tian_error error = { 0 };
    char digest[33];
    fresh(s);
    snprintf(failed_at, sizeof failed_at, "nothing, but interrupted");
    assert_int_equal(sigaction(SIGALRM, &action, &before), 0);
    signals = 0;
    tick(500);
    int rc = s->run(&world, &error);
    tick(0);
    assert_int_equal(sigaction(SIGALRM, &before, NULL), 0);
    if (rc)
        complain(s, "fails when it is interrupted", &error);
    assert_int_equal(world_digest(world_path(&world, "ix"), digest, &error), 0);
    assert_string_equal(digest, s->digest[AFTER]);
    interrupts += (uint64_t)signals;
}

static void test_scenario(void **state)
{
    struct scenario *s = *state;
    uint64_t step = world_number("TIAN_STEP", 37), allocations, operations, libraries;
    measure(s, &allocations, &operations, &libraries);
    uint64_t a = fail_allocations(s, &our_memory, allocations, step),
             o = fail_operations(s, operations, step);
    uint64_t l = fail_allocations(s, &library_memory, libraries, step),
             i = interrupt_operations(s, 1 + step / 5);
    printf(
        "faults: %-24s %5llu of %5llu allocations, %5llu of %5llu of libraries, %4llu of %4llu operations, "
        "%4llu interrupted\n",
        s->name, (unsigned long long)a, (unsigned long long)allocations, (unsigned long long)l,
        (unsigned long long)libraries, (unsigned long long)o, (unsigned long long)operations * KINDS,
        (unsigned long long)i);
    points += a + o + l;
    test_interrupted(s);
    assert_int_equal(LEAKS(), 0);
}

/* ---- Two failures in one run ---------------------------------------------------------------- */

static int segment_then_sync(const char *op, const char *path)
{
    static bool seen;
    if (!strstr(path, "/segments/"))
        return 0;
    if (!seen && strcmp(op, "map") == 0) {
        seen = true;
        return EIO;
    }
    return seen && strcmp(op, "fsync") == 0 ? EIO : 0;
}

/* What is whole is taken for damaged, and cannot be made anew: the last good state goes on being served. */
static void test_failed_salvage(void **state)
{
    const struct scenario rebuild = { "failed salvage", run_rebuild, "now", false, { "", "" } };
    struct tian_error error = { 0 };
    char before[33], after[33];
    (void)state;
    fresh(&rebuild);
    assert_int_equal(world_digest(world_path(&world, "ix"), before, &error), 0);
    file_fault_hook = segment_then_sync;
    assert_int_equal(run_rebuild(&world, &error), TIAN_EIO);
    file_fault_hook = NULL;
    assert_int_equal(world_digest(world_path(&world, "ix"), after, &error), 0);
    assert_string_equal(after, before);
    assert_int_equal(run_rebuild(&world, &error), 0);
    assert_int_equal(world_digest(world_path(&world, "ix"), after, &error), 0);
    assert_string_equal(after, before);
}

/* ---- The indexes to start from ------------------------------------------------------------ */

static int no_rename(const char *op, const char *path)
{
    return strcmp(op, "rename") == 0 && strstr(path, "manifest") ? EIO : 0;
}

/* "old" is what re-import starts from, "now" what is searched, "crashed" has records behind its manifest,
 * "headless" no manifest and a broken segment. */
static int make_indexes(void **state)
{
    struct tian_error error = { 0 };
    (void)state;
    world_make(&world);
    world_inputs(&world);
    assert_int_equal(world_import(world_path(&world, "old"), world_path(&world, "in"), &error), 0);
    world_change_inputs(&world);
    world_copy(world_path(&world, "old"), world_path(&world, "crashed"), false);
    file_fault_hook = no_rename;
    assert_int_equal(world_import(world_path(&world, "crashed"), world_path(&world, "in"), &error), TIAN_EIO);
    file_fault_hook = NULL;
    world_copy(world_path(&world, "old"), world_path(&world, "now"), false);
    assert_int_equal(world_import(world_path(&world, "now"), world_path(&world, "in"), &error), 0);
    world_copy(world_path(&world, "now"), world_path(&world, "headless"), false);
    assert_int_equal(unlink(world_path(&world, "headless/manifest")), 0);
    return 0;
}

static int remove_indexes(void **state)
{
    (void)state;
    world_remove(world.folder);
    return 0;
}

int main(void)
{
    struct CMUnitTest tests[NSCENARIOS + 1];
    const char *only = getenv("TIAN_ONLY");
    size_t n = 0;
    for (size_t i = 0; i < NSCENARIOS; i++)
        if (!only || strcmp(only, SCENARIOS[i].name) == 0)
            tests[n++] = (struct CMUnitTest){ SCENARIOS[i].name, test_scenario, NULL, NULL, &SCENARIOS[i] };
    if (!only)
        tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_failed_salvage);
    int failed = _cmocka_run_group_tests("faults", tests, n, make_indexes, remove_indexes);
    printf("faults: %llu points\n", (unsigned long long)points);
    printf("faults: %llu signals during one more run of each: all succeed with the same digest\n",
           (unsigned long long)interrupts);
    return failed || interrupts == 0;
}
