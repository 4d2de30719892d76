/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * How long facets take beside the search they come with: bench_facet INDEX [rounds]
 *
 * Asked is what every document answers (it lacks a word that none has), once with
 * no facet, with each alone, with those of the page and with all; printed is the
 * median of the rounds less that of none, in processor time of one thread.
 */
#include <tian.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    MOST_ROUNDS = 1000,
    ALL = 9
};

static const char *const FACETS[ALL] = { "theme",    "year",  "outcome",      "unit",         "session",
                                         "category", "state", "satisfaction", "proposer_kind" };
static const size_t OF_THE_PAGE = 4; /* the first */

static double cpu_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int ascending(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

static double ask(struct tian_index *index, const char *const *facets, size_t n, uint64_t *total)
{
    struct tian_search_options options = { .count = 1, .facets = facets, .nfacets = n };
    struct tian_results *results;
    struct tian_error error;
    double start = cpu_ms();
    if (tian_search(index, "-\u9f98\u9f98", &options, &results, &error)) {
        fprintf(stderr, "%s: %s\n", error.where, error.message);
        exit(1);
    }
    *total = results->total;
    tian_results_free(results);
    return cpu_ms() - start;
}

static double median(double *ms, size_t n)
{
    qsort(ms, n, sizeof *ms, ascending);
    return ms[n / 2];
}

/* With and without in turn, so that both have the same machine. */
static void compare(struct tian_index *index, const char *name, const char *const *facets, size_t n,
                    size_t rounds)
{
    static double with[MOST_ROUNDS], without[MOST_ROUNDS];
    uint64_t total;
    for (size_t i = 0; i < rounds; i++) {
        without[i] = ask(index, NULL, 0, &total);
        with[i] = ask(index, facets, n, &total);
    }
    double none = median(without, rounds);
    printf("%-14s %.2f ms  (search %.2f, %llu documents)\n", name, median(with, rounds) - none, none,
           (unsigned long long)total);
}

int main(int argc, char **argv)
{
    size_t rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : 50;
    struct tian_index *index;
    struct tian_error error;
    if (argc < 2 || rounds < 1 || rounds > MOST_ROUNDS) {
        fprintf(stderr, "usage: %s INDEX [rounds]\n", argv[0]);
        return 2;
    }
    if (tian_open(argv[1], NULL, &index, &error)) {
        fprintf(stderr, "%s: %s\n", error.where, error.message);
        return 1;
    }
    for (size_t i = 0; i < rounds; i++)
        ask(index, FACETS, ALL, &(uint64_t){ 0 }); /* to warm up */
    for (size_t i = 0; i < ALL; i++)
        compare(index, FACETS[i], &FACETS[i], 1, rounds);
    compare(index, "of the page", FACETS, OF_THE_PAGE, rounds);
    compare(index, "all", FACETS, ALL, rounds);
    tian_close(index);
    return 0;
}
