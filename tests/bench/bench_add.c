/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Single additions while others search: bench_add CORPUS.jsonl QUERIES.tsv FOLDER [base [adds [writers
 * [rate]]]]
 *
 * Puts the first `base` documents, asks the questions for a while (quiet), then
 * adds `adds` more, one a call, from some threads at once (rate: at most so many a
 * second; 0: as fast as they go), while one thread goes on asking; then asks quietly
 * again, for there is more to be found now. Prints the rate of acknowledged
 * additions, how long one takes, how long a question takes quiet and meanwhile, the
 * rate of each thousand, and in how many segments it ends.
 */
#include <tian.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct lines {
    char **at;
    size_t n;
};

static struct lines read_lines(const char *path, size_t most)
{
    struct lines l = { malloc(most * sizeof(char *)), 0 };
    char *line = NULL, *tab;
    size_t cap = 0;
    FILE *f = fopen(path, "r");
    if (!f || !l.at)
        exit(2);
    while (l.n < most && getline(&line, &cap, f) > 0) {
        line[strcspn(line, "\n")] = '\0';
        tab = line[0] == '{' ? NULL : strchr(line, '\t');
        l.at[l.n++] = strdup(tab ? tab + 1 : line);
    }
    free(line);
    fclose(f);
    return l;
}

/* ---- Times ------------------------------------------------------------------------ */

struct times {
    double *ms;
    size_t n, cap;
};

static void note(struct times *t, double ms)
{
    if (t->n == t->cap)
        t->ms = realloc(t->ms, (t->cap = t->cap * 2 + 1000) * sizeof *t->ms);
    t->ms[t->n++] = ms;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double show(const char *what, struct times *t)
{
    if (t->n == 0)
        return 0;
    qsort(t->ms, t->n, sizeof *t->ms, ascending);
    printf("%-28s %7zu  p50 %.3f p95 %.3f p99 %.3f max %.1f ms\n", what, t->n, t->ms[t->n / 2],
           t->ms[t->n * 95 / 100], t->ms[t->n * 99 / 100], t->ms[t->n - 1]);
    return t->ms[t->n * 99 / 100];
}

/* ---- Asking and adding ---------------------------------------------------------------- */

struct world {
    struct tian_index *index;
    struct lines documents, queries;
    size_t base, adds;
    double rate, begin;
    atomic_size_t next;
    atomic_bool stop;
    double *done_at; /* of each addition */
};

static void die(int rc, const struct tian_error *error)
{
    if (rc == 0)
        return;
    fprintf(stderr, "%s: %s\n", error->where, error->message);
    exit(1);
}

static void ask(struct world *w, size_t i, struct times *t)
{
    struct tian_results *r;
    struct tian_error error;
    double start = now();
    die(tian_search(w->index, w->queries.at[i % w->queries.n], NULL, &r, &error), &error);
    tian_results_free(r);
    note(t, (now() - start) * 1e3);
}

static void *asker(void *arg)
{
    struct world *w = arg;
    struct times *t = calloc(1, sizeof *t);
    for (size_t i = 0; !w->stop; i++)
        ask(w, i, t);
    return t;
}

static void *adder(void *arg)
{
    struct world *w = arg;
    struct times *t = calloc(1, sizeof *t);
    for (size_t i; (i = atomic_fetch_add(&w->next, 1)) < w->adds;) {
        struct tian_error error;
        const char *line = w->documents.at[w->base + i];
        double start = now(), due = w->rate > 0 ? w->begin + (double)i / w->rate : start;
        if (due > start) {
            struct timespec wait = { (time_t)(due - start),
                                     (long)((due - start - (time_t)(due - start)) * 1e9) };
            nanosleep(&wait, NULL);
            start = now();
        }
        die(tian_index_put(w->index, line, strlen(line), NULL, &error), &error);
        w->done_at[i] = now();
        note(t, (w->done_at[i] - start) * 1e3);
    }
    return t;
}

static void put_base(struct world *w)
{
    struct tian_error error;
    for (size_t i = 0; i < w->base;) {
        char *text = NULL;
        size_t n = 0, end = i + 2000 < w->base ? i + 2000 : w->base;
        FILE *f = open_memstream(&text, &n);
        for (; i < end; i++)
            fprintf(f, "%s\n", w->documents.at[i]);
        fclose(f);
        die(tian_index_put(w->index, text, n, NULL, &error), &error);
        free(text);
    }
}

static void show_thousands(const struct world *w, double start)
{
    double *sorted = malloc(w->adds * sizeof *sorted);
    memcpy(sorted, w->done_at, w->adds * sizeof *sorted);
    qsort(sorted, w->adds, sizeof *sorted, ascending);
    printf("additions/s of each thousand ");
    for (size_t i = 1000; i <= w->adds; i += 1000) {
        printf(" %.0f", 1000 / (sorted[i - 1] - start));
        start = sorted[i - 1];
    }
    printf("\n");
    free(sorted);
}

static void quiet(struct world *w, struct times *t)
{
    struct times warm = { 0 };
    for (size_t i = 0; i < w->queries.n; i++)
        ask(w, i, &warm);
    for (size_t i = 0; i < 3 * w->queries.n; i++)
        ask(w, i, t);
    free(warm.ms);
}

static void compare(struct world *w, double before, double meanwhile)
{
    struct times t = { 0 };
    quiet(w, &t);
    double after = show("a question, quiet again", &t);
    printf("p99 meanwhile / quiet: %.2f of that before, %.2f of that after, %.2f of their mean\n",
           meanwhile / before, meanwhile / after, meanwhile * 2 / (before + after));
}

static void busy(struct world *w, size_t writers, double quiet_p99)
{
    enum {
        MOST = 256
    };
    pthread_t reader, thread[MOST];
    struct times all = { 0 }, *part;
    double start = w->begin = now();
    writers = writers < MOST ? writers : MOST;
    pthread_create(&reader, NULL, asker, w);
    for (size_t i = 0; i < writers; i++)
        pthread_create(&thread[i], NULL, adder, w);
    for (size_t i = 0; i < writers; i++) {
        pthread_join(thread[i], (void **)&part);
        for (size_t k = 0; k < part->n; k++)
            note(&all, part->ms[k]);
    }
    double took = now() - start;
    w->stop = true;
    pthread_join(reader, (void **)&part);
    printf("%zu additions by %zu threads in %.2f s: %.0f/s acknowledged durable\n", w->adds, writers, took,
           (double)w->adds / took);
    show_thousands(w, start);
    show("one addition", &all);
    compare(w, quiet_p99, show("a question meanwhile", part));
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: %s CORPUS.jsonl QUERIES.tsv FOLDER [base [adds [writers [rate]]]]\n",
                argv[0]);
        return 2;
    }
    struct world w = { .base = argc > 4 ? strtoul(argv[4], NULL, 10) : 10000,
                       .adds = argc > 5 ? strtoul(argv[5], NULL, 10) : 10000 };
    struct tian_open_options options = { .write = true, .create = true };
    struct tian_error error;
    struct tian_status status;
    struct times t = { 0 };
    w.rate = argc > 7 ? strtod(argv[7], NULL) : 0;
    w.documents = read_lines(argv[1], w.base + w.adds);
    w.queries = read_lines(argv[2], 100000);
    w.adds = w.documents.n > w.base ? w.documents.n - w.base : 0;
    w.done_at = calloc(w.adds + 1, sizeof *w.done_at);
    die(tian_open(argv[3], &options, &w.index, &error), &error);
    put_base(&w);
    quiet(&w, &t);
    double p99 = show("a question, quiet", &t);
    busy(&w, argc > 6 ? strtoul(argv[6], NULL, 10) : 16, p99);
    double start = now();
    tian_close(w.index);
    printf("closing waited %.2f s for what was being joined\n", now() - start);
    die(tian_open(argv[3], &options, &w.index, &error), &error);
    die(tian_index_status(w.index, &status, &error), &error);
    printf("%llu documents in %llu segments\n", (unsigned long long)status.documents,
           (unsigned long long)status.segments);
    tian_close(w.index);
    return 0;
}
