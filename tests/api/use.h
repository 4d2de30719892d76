/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * For the programs of tests/api/: they use tian.h and nothing else of the project. Each is run as
 * PROGRAM CORPUS INDEX, makes the index it needs and exits 0 when all held.
 */
#ifndef USE_H
#define USE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tian.h>

#define HOLDS(condition)                                                                   \
    do {                                                                                   \
        if (!(condition)) {                                                                \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
            exit(1);                                                                       \
        }                                                                                  \
    } while (0)

/* An index of corpus/proposals, opened for writing. */
static inline struct tian_index *make_index(char **argv)
{
    char path[4096];
    const char *paths[] = { path };
    struct tian_error error;
    struct tian_index *index;
    struct tian_open_options options = { .write = true, .create = true };
    snprintf(path, sizeof path, "%s/proposals", argv[1]);
    HOLDS(tian_open(argv[2], &options, &index, &error) == TIAN_OK);
    HOLDS(tian_index_add(index, paths, 1, NULL, NULL, &error) == TIAN_OK);
    return index;
}

#endif
