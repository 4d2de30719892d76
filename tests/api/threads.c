/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One handle, read by four threads at once while a writer adds, removes and rebuilds: every search succeeds
 * and finds either the state before or the state after.
 */
#include "use.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
    READERS = 4,
    ROUNDS = 3
};
static atomic_bool done;

static void *read_on(void *arg)
{
    struct tian_index *index = arg;
    while (!atomic_load(&done)) {
        struct tian_results *r;
        struct tian_error error = { 0 };
        int rc = tian_search(index, "停车", NULL, &r, &error);
        if (rc)
            fprintf(stderr, "threads: %d %s\n", rc, error.message);
        HOLDS(rc == TIAN_OK && r->nhits > 0);
        tian_results_free(r);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    HOLDS(argc == 3);
    struct tian_index *writer = make_index(argv), *reader;
    struct tian_error error;
    pthread_t threads[READERS];
    const char *ids[] = { "proposals/2022/0001" };
    char path[4096];
    const char *paths[] = { path };
    snprintf(path, sizeof path, "%s/proposals", argv[1]);
    HOLDS(!tian_open(argv[2], NULL, &reader, &error));
    for (size_t i = 0; i < READERS; i++)
        HOLDS(pthread_create(&threads[i], NULL, read_on, reader) == 0);
    for (int round = 0; round < ROUNDS; round++) {
        HOLDS(!tian_index_remove(writer, ids, 1, NULL, &error));
        HOLDS(!tian_index_add(writer, paths, 1, &(struct tian_add_options){ .again = true }, NULL, &error));
        HOLDS(!tian_index_rebuild(writer, NULL, &error));
    }
    atomic_store(&done, true);
    for (size_t i = 0; i < READERS; i++)
        pthread_join(threads[i], NULL);
    tian_close(reader);
    tian_close(writer);
    return 0;
}
