/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Documents from memory: what is acknowledged is found and stays, a call is all
 * or nothing, many threads give what one gives, segments stay few.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <tian.h>

#include "unit/store_world.h"

struct puts {
    struct world world;
    struct tian_index *index;
};

static void open_index(struct puts *p, const char *name)
{
    struct tian_open_options options = { .write = true, .create = true };
    struct tian_error error = { 0 };
    int rc = tian_open(world_path(&p->world, name), &options, &p->index, &error);
    if (rc)
        print_error("%s: %s\n", error.where, error.message);
    assert_int_equal(rc, 0);
}

static int set_up(void **state)
{
    struct puts *p = calloc(1, sizeof *p);
    *state = p;
    world_make(&p->world);
    return 0;
}

static int tear_down(void **state)
{
    struct puts *p = *state;
    world_remove(p->world.folder);
    free(p);
    return 0;
}

static struct tian_import_summary put(struct puts *p, const char *lines)
{
    struct tian_import_summary sum;
    struct tian_error error = { 0 };
    int rc = tian_index_put(p->index, lines, strlen(lines), &sum, &error);
    if (rc)
        print_error("%s\n", error.message);
    assert_int_equal(rc, 0);
    return sum;
}

static uint64_t found(struct puts *p, const char *query)
{
    struct tian_results *r;
    assert_int_equal(tian_search(p->index, query, NULL, &r, NULL), 0);
    uint64_t total = r->total;
    tian_results_free(r);
    return total;
}

static void test_what_is_put_is_found(void **state)
{
    struct puts *p = *state;
    open_index(p, "found");
    struct tian_import_summary sum = put(p, "{\"id\":\"a\",\"title\":\"加装电梯\",\"body\":\"老旧小区\"}\n"
                                            "{\"id\":\"b\",\"title\":\"停车\",\"body\":\"占道\"}");
    assert_int_equal(sum.added, 2);
    assert_int_equal(found(p, "电梯"), 1);
    sum = put(p, "{\"id\":\"a\",\"title\":\"加装电梯\",\"body\":\"老旧小区\"}");
    assert_int_equal(sum.same, 1);
    sum = put(p, "{\"id\":\"a\",\"title\":\"加装扶梯\",\"body\":\"老旧小区\"}");
    assert_int_equal(sum.updated, 1);
    assert_int_equal(found(p, "电梯"), 0);
    assert_int_equal(found(p, "扶梯"), 1);
    sum = put(p, "{\"title\":\"没有编号\",\"body\":\"一\"}");
    assert_int_equal(sum.added, 1);
    sum = put(p, "{\"title\":\"没有编号\",\"body\":\"一\"}");
    assert_int_equal(sum.same, 1);
    assert_int_equal(put(p, "").documents, 0);
    tian_close(p->index);
    open_index(p, "found");
    assert_int_equal(found(p, "扶梯"), 1);
    assert_int_equal(found(p, "没有编号"), 1);
    tian_close(p->index);
}

static void test_all_or_nothing(void **state)
{
    struct puts *p = *state;
    struct tian_error error;
    static const char bad[] = "{\"id\":\"x\",\"title\":\"好的\",\"body\":\"一\"}\n{\"id\":\n";
    struct tian_import_summary sum;
    open_index(p, "nothing");
    assert_int_equal(tian_index_put(p->index, bad, sizeof bad - 1, &sum, &error), TIAN_EFORMAT);
    assert_non_null(strchr(error.message, '2'));
    assert_int_equal(sum.documents, 0);
    assert_int_equal(found(p, "好的"), 0);
    assert_int_equal(tian_index_put(p->index, bad, (size_t)1 << 40, &sum, &error), TIAN_ELIMIT);
    tian_close(p->index);
}

/* ---- Many threads ------------------------------------------------------------------------- */

enum {
    THREADS = 8,
    EACH = 25
};

struct part {
    struct puts *puts;
    int first;
    int failed;
};

static void line_of(int i, char *to, size_t room)
{
    snprintf(to, room, "{\"id\":\"d%d\",\"title\":\"第%d件\",\"body\":\"关于加装电梯的第%d条建议\"}", i, i,
             i * 7);
}

static void *put_part(void *arg)
{
    struct part *part = arg;
    char line[200];
    for (int i = part->first; i < part->first + EACH; i++) {
        line_of(i, line, sizeof line);
        part->failed += tian_index_put(part->puts->index, line, strlen(line), NULL, NULL) != 0;
        part->failed += tian_index_put(part->puts->index, "{", 1, NULL, NULL) != TIAN_EFORMAT;
    }
    return NULL;
}

static void print_line(void *self, const char *line)
{
    (void)self;
    print_error("%s\n", line);
}

static void test_threads(void **state)
{
    struct puts *p = *state;
    pthread_t threads[THREADS];
    struct part parts[THREADS];
    char one[33], many[33], line[200];
    open_index(p, "one");
    for (int i = 0; i < THREADS * EACH; i += 2) {
        char two[400];
        line_of(i, line, sizeof line);
        int n = snprintf(two, sizeof two, "%s\n", line);
        line_of(i + 1, line, sizeof line);
        snprintf(two + n, sizeof two - (size_t)n, "%s", line);
        put(p, two);
    }
    assert_int_equal(tian_index_digest(p->index, one, NULL), 0);
    tian_close(p->index);
    open_index(p, "many");
    for (int t = 0; t < THREADS; t++) {
        parts[t] = (struct part){ p, t * EACH, 0 };
        assert_int_equal(pthread_create(&threads[t], NULL, put_part, &parts[t]), 0);
    }
    while (found(p, "电梯") < THREADS * EACH / 2) { /* a reader beside them */
    }
    for (int t = 0; t < THREADS; t++) {
        pthread_join(threads[t], NULL);
        assert_int_equal(parts[t].failed, 0);
    }
    assert_int_equal(found(p, "电梯"), THREADS * EACH);
    tian_close(p->index);
    open_index(p, "many");
    struct tian_status status;
    assert_int_equal(tian_index_status(p->index, &status, NULL), 0);
    assert_in_range(status.segments, 1, 12);
    assert_int_equal(tian_index_digest(p->index, many, NULL), 0);
    assert_string_equal(one, many);
    assert_int_equal(tian_index_verify(p->index, true, print_line, NULL, NULL), 0);
    tian_close(p->index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_put_is_found),
        cmocka_unit_test(test_all_or_nothing),
        cmocka_unit_test(test_threads),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
