/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Single bits flipped, one after the other, all over the files of an index: each
 * is found by verify (or the index is refused), none crashes a reader, and a
 * rebuild from the damaged records loses exactly the records hit, naming them.
 *
 * TIAN_FLIPS says how many (1000 by default: that is quick).
 */
#include "store_world.h"

struct file {
    char path[256];
    size_t size;
};

struct flips {
    struct world world;
    struct file files[64];
    size_t nfiles, bytes;
    uint64_t random;
};

static uint64_t next_random(struct flips *f)
{
    f->random ^= f->random << 13;
    f->random ^= f->random >> 7;
    f->random ^= f->random << 17;
    return f->random;
}

/* What no checksum guards: the lock's text, the import log, the reserve, which says nothing. */
static bool is_data(const char *path)
{
    return !strstr(path, "/log/") && !strstr(path, "/lock") && !strstr(path, "/reserve");
}

static void collect(struct flips *f, const char *folder)
{
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *e; (e = readdir(dir)) != NULL;) {
        struct file *file = &f->files[f->nfiles];
        struct stat st;
        char path[1024];
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        if (e->d_name[0] == '.' || lstat(path, &st) != 0)
            continue;
        if (S_ISDIR(st.st_mode)) {
            collect(f, path);
        } else if (is_data(path) && st.st_size > 0) {
            assert_true(f->nfiles < 64 && strlen(path) < sizeof file->path);
            memcpy(file->path, path, strlen(path) + 1);
            file->size = (size_t)st.st_size;
            f->nfiles++;
        }
    }
    closedir(dir);
}

static void flip(const char *path, size_t byte, unsigned bit)
{
    FILE *f = fopen(path, "r+");
    assert_non_null(f);
    fseek(f, (long)byte, SEEK_SET);
    int c = fgetc(f);
    fseek(f, (long)byte, SEEK_SET);
    fputc(c ^ (1 << bit), f);
    assert_int_equal(fclose(f), 0);
}

/* The documents found by searching, shown; whatever they say, it must be said without crashing. */
static void read_all(struct tian_index *ix)
{
    static const char *const queries[] = { "加装电梯", "建议", "\"养老床位\" 资金", "题:水 -电梯" };
    static const char *const facets[] = { "theme", "year", "unit" };
    struct tian_search_options options = { .facets = facets, .nfacets = 3 };
    for (size_t i = 0; i < 4; i++) {
        struct tian_results *r;
        struct tian_document *d;
        if (tian_search(ix, queries[i], &options, &r, NULL))
            continue;
        for (size_t h = 0; h < r->nhits && h < 3; h++)
            if (!tian_document_get(ix, r->hits[h].id, queries[i], TIAN_ROLE_OFFICER, &d, NULL))
                tian_document_free(d);
        tian_results_free(r);
    }
}

static int count(void *self, const char *line, size_t n)
{
    (void)line, (void)n;
    ++*(unsigned *)self;
    return 0;
}

/* A damaged index: 0 when verify says so, in whatever way. */
static bool is_found(const char *index)
{
    struct tian_index *ix;
    if (tian_open(index, NULL, &ix, NULL))
        return true;
    bool found = tian_index_verify(ix, false, NULL, NULL, NULL) != 0;
    read_all(ix);
    tian_close(ix);
    return found;
}

static void test_flips(void **state)
{
    struct flips *f = *state;
    unsigned n = world_number("TIAN_FLIPS", 1000), found = 0;
    for (unsigned i = 0; i < n; i++) {
        /* every file gets its turn; large ones would have them all else */
        const struct file *file = &f->files[i % f->nfiles];
        size_t byte = next_random(f) % file->size;
        unsigned bit = next_random(f) % 8;
        flip(file->path, byte, bit);
        if (getenv("TIAN_TRACE"))
            fprintf(stderr, "%u: bit %u of byte %zu of %s\n", i, bit, byte, file->path);
        bool here = is_found(world_path(&f->world, "ix"));
        flip(file->path, byte, bit);
        if (!here)
            print_error("bit %u of byte %zu of %s is not found\n", bit, byte, file->path);
        found += here;
    }
    assert_false(is_found(world_path(&f->world, "ix")));
    printf("flips: %u of %u single bits in %zu files found by verify\n", found, n, f->nfiles);
    assert_int_equal(found, n);
}

static unsigned living(const char *index)
{
    struct tian_index *ix;
    unsigned documents = 0;
    assert_int_equal(tian_open(index, NULL, &ix, NULL), 0);
    assert_int_equal(tian_index_dump(ix, count, &documents, NULL), 0);
    tian_close(ix);
    return documents;
}

/* Flip bits of the log in a copy without its manifest, make all anew: what is lost is what was hit. */
static void test_salvage(void **state)
{
    struct flips *f = *state;
    unsigned n = world_number("TIAN_FLIPS", 1000) / 20, all = living(world_path(&f->world, "ix")),
             lost_all = 0;
    for (unsigned i = 0; i < n; i++) {
        struct tian_error error = { 0 };
        struct tian_index *ix;
        char log[600];
        struct stat st;
        world_remove(world_path(&f->world, "copy"));
        world_copy(world_path(&f->world, "ix"), world_path(&f->world, "copy"), true);
        snprintf(log, sizeof log, "%s/records/000001.log", world_path(&f->world, "copy"));
        assert_int_equal(stat(log, &st), 0);
        flip(log, next_random(f) % (size_t)st.st_size, next_random(f) % 8);
        if (i % 2)
            unlink(world_path(&f->world, "copy/manifest"));
        struct tian_open_options options = { .write = true, .salvage = true };
        assert_int_equal(tian_open(world_path(&f->world, "copy"), &options, &ix, &error), 0);
        int rc = tian_index_rebuild(ix, NULL, &error);
        tian_close(ix);
        assert_int_equal(rc, TIAN_EINDEX);
        assert_non_null(strstr(error.message, "1 damaged place"));
        unsigned now = living(world_path(&f->world, "copy"));
        assert_true(now + 1 >= all); /* a document; the head; a removal, then without manifest it is back */
        assert_true(now <= all + i % 2);
        assert_true(!strstr(error.message, "cannot be known") == !(i % 2));
        lost_all += now < all;
        assert_int_equal(world_import(world_path(&f->world, "copy"), world_path(&f->world, "in"), &error), 0);
    }
    printf("flips: %u bits of the log, index made anew from it: %u documents lost, each hit by its bit\n", n,
           lost_all);
}

static bool is_there(struct tian_index *ix, const char *id)
{
    struct tian_document *d;
    if (tian_document_get(ix, id, NULL, TIAN_ROLE_OFFICER, &d, NULL))
        return false;
    tian_document_free(d);
    return true;
}

/* The removal of m5, the last record, is hit. What is served knows of it, and says it to the log again, so
 * that afterwards the records alone are enough. */
static void test_lost_removal(void **state)
{
    struct flips *f = *state;
    struct tian_error error = { 0 };
    struct tian_index *ix;
    struct stat st;
    char log[600];
    const char *copy = world_path(&f->world, "removal");
    unsigned all = living(world_path(&f->world, "ix"));
    world_copy(world_path(&f->world, "ix"), copy, true);
    snprintf(log, sizeof log, "%s/records/000001.log", copy);
    assert_int_equal(stat(log, &st), 0);
    flip(log, (size_t)st.st_size - 5, 3);
    assert_int_equal(tian_open(copy, &(struct tian_open_options){ .write = true }, &ix, &error), 0);
    assert_int_equal(tian_index_rebuild(ix, NULL, &error), TIAN_EINDEX);
    assert_non_null(strstr(error.message, "1 damaged place"));
    assert_non_null(strstr(error.message, "(m5) was lost: they stay removed"));
    assert_false(is_there(ix, "m5"));
    tian_close(ix);
    assert_int_equal(living(copy), all);
    unlink(world_path(&f->world, "removal/manifest"));
    struct tian_open_options anew = { .write = true, .salvage = true };
    assert_int_equal(tian_open(copy, &anew, &ix, &error), 0);
    assert_int_equal(tian_index_rebuild(ix, NULL, &error),
                     TIAN_EINDEX); /* the damaged place is still there */
    assert_non_null(strstr(error.message, "cannot be known"));
    assert_false(is_there(ix, "m5"));
    tian_close(ix);
    assert_int_equal(living(copy), all);
    world_remove(copy);
}

static int set_up(void **state)
{
    struct flips *f = calloc(1, sizeof *f);
    struct tian_error error = { 0 };
    f->random = 88172645463325252u;
    world_make(&f->world);
    world_inputs(&f->world);
    assert_int_equal(world_import(world_path(&f->world, "ix"), world_path(&f->world, "in"), &error), 0);
    struct tian_index *ix;
    static const char *const ids[] = { "m5" };
    assert_int_equal(
        tian_open(world_path(&f->world, "ix"), &(struct tian_open_options){ .write = true }, &ix, &error), 0);
    assert_int_equal(tian_index_remove(ix, ids, 1, NULL, &error), 0);
    tian_close(ix);
    collect(f, world_path(&f->world, "ix"));
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct flips *f = *state;
    world_remove(f->world.folder);
    free(f);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_flips), cmocka_unit_test(test_salvage),
                                        cmocka_unit_test(test_lost_removal) };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
