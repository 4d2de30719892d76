/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Snapshots that follow each other: what is the same is opened once, and each goes on seeing what it opened.
 */
#include "unit/store_world.h"

#include "store/snapshot.h"

static struct world world;

static struct tian_index *writer_of(const char *path)
{
    struct tian_open_options options = { .write = true, .create = true };
    struct tian_index *ix;
    struct tian_error error;
    assert_int_equal(tian_open(path, &options, &ix, &error), 0);
    return ix;
}

static void put(struct tian_index *ix, unsigned from, unsigned to)
{
    char *lines = NULL;
    size_t n;
    struct tian_error error;
    FILE *f = open_memstream(&lines, &n);
    for (unsigned i = from; i < to; i++)
        fprintf(f, "{\"id\":\"d%u\",\"title\":\"关于第%u条道路的提案\",\"body\":\"建议修好第%u条道路。\"}\n",
                i, i, i);
    fclose(f);
    assert_int_equal(tian_index_put(ix, lines, n, NULL, &error), 0);
    free(lines);
}

struct reading {
    struct ctx ctx;
    struct tian_error error;
    struct store *store;
};

static struct reading reader_of(const char *path)
{
    struct reading r = { .ctx = { .arena = arena_new(NULL) } };
    assert_int_equal(store_open(&r.ctx, r.ctx.arena, path, STORE_READ, &r.store), 0);
    return r;
}

static struct snapshot *newest(struct reading *r)
{
    struct snapshot *s;
    assert_int_equal(store_snapshot(&r->ctx, r->store, &s), 0);
    return s;
}

static uint32_t words_of(struct reading *r, struct snapshot *s)
{
    return snapshot_word_count(&r->ctx, s, STR("道路"));
}

static void assert_readable(struct reading *r, struct snapshot *s, uint32_t documents)
{
    struct document document;
    assert_int_equal(snapshot_span(s), documents);
    assert_int_equal(words_of(r, s), documents);
    for (uint32_t d = 0; d < documents; d++)
        assert_int_equal(snapshot_document(&r->ctx, s, r->ctx.arena, d, &document), 0);
}

/* The old segment and the log's map are the same ones; the log has grown under the map. */
static void what_stays_is_shared(void **state)
{
    (void)state;
    const char *path = world_path(&world, "shared");
    struct tian_index *ix = writer_of(path);
    put(ix, 0, 40);
    struct reading r = reader_of(path);
    struct snapshot *old = newest(&r);
    assert_readable(&r, old, 40);
    put(ix, 40, 45);
    struct snapshot *new = newest(&r);
    assert_ptr_not_equal(old, new);
    assert_int_equal(new->nsegments, 2);
    assert_ptr_equal(old->segments[0].segment, new->segments[0].segment);
    assert_ptr_equal(record_files_map(old->records, 1).p, record_files_map(new->records, 1).p);
    assert_true(record_files_map(old->records, 1).n < record_files_map(new->records, 1).n);
    assert_readable(&r, new, 45);
    store_release(&r.ctx, old);
    assert_readable(&r, new, 45);
    arena_free(r.ctx.arena);
    tian_close(ix);
}

/* A rebuild replaces every file; an index of the same shape put in its place shares nothing with it. */
static void what_is_new_is_opened(void **state)
{
    (void)state;
    const char *path = world_path(&world, "one"), *other = world_path(&world, "other");
    struct tian_index *ix = writer_of(path);
    put(ix, 0, 40);
    struct reading r = reader_of(path);
    struct snapshot *old = newest(&r);
    assert_readable(&r, old, 40);
    assert_int_equal(tian_index_rebuild(ix, NULL, NULL), 0);
    struct snapshot *rebuilt = newest(&r);
    assert_ptr_not_equal(old->segments[0].segment, rebuilt->segments[0].segment);
    assert_readable(&r, rebuilt, 40);
    assert_readable(&r, old, 40); /* though its files are gone */
    tian_close(ix);
    ix = writer_of(other);
    for (unsigned i = 0; i < 30; i++)
        put(ix, i * 2, i * 2 + 2);
    tian_close(ix);
    assert_int_equal(file_exchange(&r.ctx, path, other), 0);
    struct snapshot *exchanged = newest(&r);
    assert_ptr_not_equal(record_files_map(rebuilt->records, 1).p, record_files_map(exchanged->records, 1).p);
    assert_readable(&r, exchanged, 60);
    assert_readable(&r, rebuilt, 40);
    arena_free(r.ctx.arena);
}

static int set_up(void **state)
{
    (void)state;
    world_make(&world);
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
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_stays_is_shared),
        cmocka_unit_test(what_is_new_is_opened),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
