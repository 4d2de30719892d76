/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * How long questions take: bench_query INDEX QUERIES.tsv [threads [rounds [slowest]]]
 *
 * QUERIES.tsv: class <TAB> question. Each is asked through tian_search() as a user
 * would (ten hits with snippets, fields and labels), one round to warm up, then
 * `rounds` more; with several threads each asks all, from another place. Prints
 * the percentiles of each class and of all, those of all in processor time (what
 * it would be were nothing else running), what was found nothing for, the rate;
 * and the slowest questions, as many as wanted, each with the processor time of its
 * best round.
 */
#include <tian.h>

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    CLASSES = 16,
    THREADS = 64
};

struct question {
    char *text;
    size_t class;
};

struct bench {
    struct tian_index *index;
    struct question *questions;
    size_t n, nclasses;
    char *class[CLASSES];
    size_t rounds, threads;
};

struct asker {
    const struct bench *bench;
    size_t from;
    double *ms, *cpu; /* rounds × n */
    size_t nothing;
    pthread_t thread;
};

static double clock_ms(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void die(int rc, const struct tian_error *error)
{
    if (rc == 0)
        return;
    fprintf(stderr, "%s: %s\n", error->where, error->message);
    exit(1);
}

static size_t class_of(struct bench *b, const char *name)
{
    for (size_t i = 0; i < b->nclasses; i++)
        if (strcmp(b->class[i], name) == 0)
            return i;
    if (b->nclasses == CLASSES)
        return CLASSES - 1;
    b->class[b->nclasses] = strdup(name);
    return b->nclasses++;
}

static void read_questions(struct bench *b, const char *path)
{
    char *line = NULL;
    size_t cap = 0, room = 0;
    FILE *f = fopen(path, "r");
    while (f && getline(&line, &cap, f) > 0) {
        line[strcspn(line, "\n")] = '\0';
        char *tab = strchr(line, '\t');
        if (!tab)
            continue;
        *tab = '\0';
        if (b->n == room)
            b->questions = realloc(b->questions, (room = room * 2 + 1000) * sizeof *b->questions);
        b->questions[b->n++] = (struct question){ strdup(tab + 1), class_of(b, line) };
    }
    if (!f || b->n == 0) {
        fprintf(stderr, "%s: no questions\n", path);
        exit(2);
    }
    fclose(f);
    free(line);
}

static void ask(struct asker *a, size_t i, double *ms, double *cpu)
{
    struct tian_results *r;
    struct tian_error error;
    double start = clock_ms(CLOCK_MONOTONIC), cpu_start = clock_ms(CLOCK_THREAD_CPUTIME_ID);
    die(tian_search(a->bench->index, a->bench->questions[i].text, NULL, &r, &error), &error);
    a->nothing += r->total == 0;
    tian_results_free(r);
    *cpu = clock_ms(CLOCK_THREAD_CPUTIME_ID) - cpu_start;
    *ms = clock_ms(CLOCK_MONOTONIC) - start;
}

static void *run(void *arg)
{
    struct asker *a = arg;
    const struct bench *b = a->bench;
    for (size_t round = 0; round < b->rounds; round++)
        for (size_t k = 0; k < b->n; k++) {
            size_t i = (k + a->from) % b->n;
            ask(a, i, &a->ms[round * b->n + i], &a->cpu[round * b->n + i]);
        }
    return NULL;
}

static int ascending(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

static void show(const struct bench *b, const struct asker *askers, size_t class, bool cpu)
{
    double *all = malloc(b->threads * b->rounds * b->n * sizeof *all), sum = 0;
    size_t n = 0;
    for (size_t t = 0; t < b->threads; t++)
        for (size_t k = 0; k < b->rounds * b->n; k++)
            if (class == CLASSES || b->questions[k % b->n].class == class) {
                all[n] = cpu ? askers[t].cpu[k] : askers[t].ms[k];
                sum += all[n++];
            }
    qsort(all, n, sizeof *all, ascending);
    printf("%-8s %7zu  mean %.3f  p50 %.3f  p95 %.3f  p99 %.3f  max %.2f ms\n",
           class != CLASSES ? b->class[class]
           : cpu            ? "cpu"
                            : "all",
           n, sum / (double)n, all[n / 2], all[n * 95 / 100], all[n * 99 / 100], all[n - 1]);
    free(all);
}

struct timed {
    double ms;
    const struct question *question;
};

static int slowest_first(const void *x, const void *y)
{
    return -ascending(&((const struct timed *)x)->ms, &((const struct timed *)y)->ms);
}

static void show_slowest(const struct bench *b, const struct asker *asker, size_t most)
{
    struct timed *all = calloc(b->n, sizeof *all);
    for (size_t i = 0; i < b->n; i++) {
        all[i] = (struct timed){ asker->cpu[i], &b->questions[i] };
        for (size_t round = 1; round < b->rounds; round++)
            if (asker->cpu[round * b->n + i] < all[i].ms)
                all[i].ms = asker->cpu[round * b->n + i];
    }
    qsort(all, b->n, sizeof *all, slowest_first);
    for (size_t i = 0; i < b->n && i < most; i++)
        printf("%.3f ms  %-8s %s\n", all[i].ms, b->class[all[i].question->class], all[i].question->text);
    free(all);
}

int main(int argc, char **argv)
{
    struct bench b = { .threads = argc > 3 ? strtoul(argv[3], NULL, 10) : 1,
                       .rounds = argc > 4 ? strtoul(argv[4], NULL, 10) : 3 };
    struct asker askers[THREADS] = { 0 };
    struct tian_error error;
    if (argc < 3 || b.threads < 1 || b.threads > THREADS || b.rounds < 1) {
        fprintf(stderr, "usage: %s INDEX QUERIES.tsv [threads [rounds [slowest]]]\n", argv[0]);
        return 2;
    }
    read_questions(&b, argv[2]);
    die(tian_open(argv[1], NULL, &b.index, &error), &error);
    struct asker warm = { .bench = &b };
    for (size_t i = 0; i < b.n; i++)
        ask(&warm, i, &(double){ 0 }, &(double){ 0 });
    double start = clock_ms(CLOCK_MONOTONIC);
    for (size_t t = 0; t < b.threads; t++) {
        askers[t] = (struct asker){ .bench = &b, .from = t * b.n / b.threads };
        askers[t].ms = calloc(b.rounds * b.n, sizeof(double));
        askers[t].cpu = calloc(b.rounds * b.n, sizeof(double));
        pthread_create(&askers[t].thread, NULL, run, &askers[t]);
    }
    for (size_t t = 0; t < b.threads; t++)
        pthread_join(askers[t].thread, NULL);
    double took = clock_ms(CLOCK_MONOTONIC) - start;
    for (size_t c = 0; c < b.nclasses; c++)
        show(&b, askers, c, false);
    show(&b, askers, CLASSES, false);
    show(&b, askers, CLASSES, true);
    printf("%zu threads: %.0f questions/s; %zu of %zu found nothing\n", b.threads,
           (double)(b.threads * b.rounds * b.n) / took * 1e3, warm.nothing, b.n);
    if (argc > 5)
        show_slowest(&b, &askers[0], strtoul(argv[5], NULL, 10));
    tian_close(b.index);
    return 0;
}
