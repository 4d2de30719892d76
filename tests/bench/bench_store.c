/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * bench_store FILE.jsonl[.gz] FOLDER [threads [batch [queries.tsv]]]: the store's own part
 * of a build, without reading and parsing: documents → terms → small segments →
 * one segment, and the records' compression beside it. Prints where the time
 * goes, the size of each part against the text, and the peak of memory; with
 * queries (lines of class, tab, words) what finding and ranking cost.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/deflate.h"
#include "base/file.h"
#include "store/segment.h"

enum {
    MAX_THREADS = 64
};

enum phase {
    TERMS,
    RECORD,
    PUT,
    CLOSE,
    PHASES
};
static const char *const phase_names[PHASES] = { "terms", "record", "put", "close" };

struct bench {
    struct arena *arena;
    struct documents docs;
    struct lexicon *lexicon;
    const char *folder;
    size_t batch, nbatches, text;
    atomic_size_t next;
    atomic_ullong packed;
    _Atomic int64_t spent[PHASES];
};

static void die(struct ctx *ctx, int code)
{
    if (code == 0)
        return;
    fprintf(stderr, "%d %s: %s\n", code, ctx->error->where, ctx->error->message);
    exit(1);
}

static double seconds(int64_t nanoseconds)
{
    return (double)nanoseconds / 1e9;
}

static void read_documents(struct ctx *ctx, struct bench *b, const char *path)
{
    struct str file, line;
    struct buf text;
    buf_init(&text, b->arena);
    die(ctx, file_read(ctx, b->arena, path, 0, &file));
    if (str_ends(str_of(path), STR(".gz")) && gunzip(file, SIZE_MAX / 2, &text))
        file = buf_view(&text);
    vec_init(&b->docs, b->arena);
    while (str_line(&file, &line)) {
        struct extract_part part;
        struct document d = { 0 };
        die(ctx, extract_json_line(ctx, b->arena, line, &part));
        for (size_t i = 0; i < part.nfields; i++) {
            struct extract_field *f = &part.fields[i];
            if (str_eq(f->name, STR("id")))
                d.id = f->value;
            else if (str_eq(f->name, STR("title")))
                d.title = f->value;
            else if (str_eq(f->name, STR("body")))
                d.body = f->value;
        }
        if (d.body.n == 0)
            d.body = part.text;
        b->text += d.title.n + d.body.n;
        vec_push(&b->docs, d);
    }
}

static int64_t lap(struct bench *b, enum phase phase, int64_t from)
{
    int64_t now = clock_now();
    atomic_fetch_add(&b->spent[phase], now - from);
    return now;
}

struct worker {
    struct ctx ctx;
    struct termer *termer;
    struct deflater *deflater;
    struct buf encoded, packed;
};

static void build_batch(struct bench *b, struct worker *w, size_t number)
{
    struct arena *arena = arena_new(w->ctx.arena);
    struct segment_writer *segment;
    size_t from = number * b->batch, to = from + b->batch < b->docs.n ? from + b->batch : b->docs.n;
    int64_t t = clock_now();
    die(&w->ctx,
        segment_create(&w->ctx, arena, arena_printf(arena, "%s/part-%zu", b->folder, number), &segment));
    t = lap(b, CLOSE, t);
    for (size_t i = from; i < to; i++) {
        struct terms terms;
        buf_clear(&w->encoded);
        buf_clear(&w->packed);
        document_encode(&b->docs.at[i], &w->encoded);
        deflate_to(w->deflater, buf_view(&w->encoded), &w->packed);
        atomic_fetch_add(&b->packed, w->packed.n);
        t = lap(b, RECORD, t);
        die(&w->ctx, terms_of(&w->ctx, w->termer, &b->docs.at[i], buf_view(&w->encoded), &terms));
        terms.row.number[COLUMN_RECORD] = atomic_load(&b->packed);
        t = lap(b, TERMS, t);
        segment_put(segment, &terms);
        t = lap(b, PUT, t);
    }
    die(&w->ctx, segment_close(&w->ctx, segment, NULL));
    lap(b, CLOSE, t);
    arena_free(arena);
}

static int work(void *self)
{
    struct bench *b = self;
    struct tian_error error;
    struct worker w = { .ctx = { .arena = arena_new(NULL), .error = &error } };
    die(&w.ctx, termer_new(&w.ctx, w.ctx.arena, b->lexicon, &w.termer));
    w.deflater = deflater_new(w.ctx.arena, 6);
    buf_init(&w.encoded, w.ctx.arena);
    buf_init(&w.packed, w.ctx.arena);
    for (size_t i; (i = atomic_fetch_add(&b->next, 1)) < b->nbatches;)
        build_batch(b, &w, i);
    arena_free(w.ctx.arena);
    return 0;
}

static void *thread_main(void *self)
{
    mem_protect(work, self);
    return NULL;
}

static void run(struct bench *b, size_t threads)
{
    pthread_t thread[MAX_THREADS];
    for (size_t i = 0; i < threads; i++)
        pthread_create(&thread[i], NULL, thread_main, b);
    for (size_t i = 0; i < threads; i++)
        pthread_join(thread[i], NULL);
}

static int print_size(void *self, const char *path, const struct file_info *info)
{
    struct bench *b = self;
    printf("  %-40s %9.0f  %.4f of the text\n", path + strlen(b->folder) + 1, (double)info->size,
           (double)info->size / (double)b->text);
    return 0;
}

/* ---- Questions ------------------------------------------------------------------ */

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print_times(const char *what, double *ms, size_t n)
{
    qsort(ms, n, sizeof *ms, by_value);
    printf("%s: %zu questions, p50 %.4f p95 %.4f p99 %.4f max %.4f ms\n", what, n, ms[n / 2],
           ms[n * 95 / 100], ms[n * 99 / 100], ms[n - 1]);
}

struct asking {
    struct lists *pairs;
    struct words *words;
    const uint32_t *length;
    struct cutter *cutter;
    struct normal normal;
    struct keys keys;
    struct docs found;
    struct buf bytes;
};

static size_t rank_words(const struct asking *a, struct rank_word *out, size_t most)
{
    const struct tokens *tokens =
        cut_words(((struct asking *)(uintptr_t)a)->cutter, &a->normal, 0, a->normal.n);
    struct buf *bytes = (struct buf *)(uintptr_t)&a->bytes;
    size_t n = 0;
    buf_clear(bytes);
    buf_reserve(bytes, tokens->n * 256 + 1);
    for (size_t i = 0; i < tokens->n && n < most; i++) {
        size_t from = bytes->n;
        cut_term(&a->normal, tokens->at[i], bytes);
        out[n++] = (struct rank_word){ { bytes->p + from, bytes->n - from }, 1 };
    }
    return n;
}

static void ask(struct ctx *ctx, struct asking *a, struct str question, double ms[3])
{
    enum {
        MOST = 64
    };
    struct rank_word words[MOST];
    struct rank_hit hits[10];
    size_t n;
    a->keys.n = a->found.n = 0;
    text_normalise(question, NULL, &a->normal);
    cut_begin(a->cutter);
    cut_pairs(a->cutter, &a->normal, 0, a->normal.n, &a->keys);
    struct rank_facts facts = { NULL, NULL, &a->length };
    int64_t start = clock_now();
    lists_intersect(a->pairs, a->keys.at, a->keys.n, 0, &a->found);
    int64_t found = clock_now();
    struct rank_query q = { words, rank_words(a, words, MOST), &a->found };
    int64_t cut = clock_now();
    die(ctx, words_rank(ctx, a->words, &q, &facts, 0, 10, hits, &n));
    int64_t ranked = clock_now();
    q.required = NULL;
    die(ctx, words_rank(ctx, a->words, &q, &facts, 0, 10, hits, &n));
    int64_t any = clock_now();
    ms[0] = seconds(found - start) * 1e3;
    ms[1] = seconds(ranked - cut) * 1e3;
    ms[2] = seconds(any - ranked) * 1e3;
}

static void questions(struct ctx *ctx, struct bench *b, const char *segment, const char *path)
{
    struct asking a = { 0 };
    uint32_t base = 0;
    const char *words = path_join(b->arena, segment, "words");
    struct segment *opened;
    die(ctx, segment_open(ctx, b->arena, segment, &opened));
    a.pairs = opened->lists[LIST_PAIRS];
    a.length = opened->length;
    die(ctx, words_open(ctx, &words, &base, 1, &a.words));
    die(ctx, cutter_new(ctx, b->arena, b->lexicon, &a.cutter));
    normal_init(&a.normal, b->arena);
    vec_init(&a.keys, b->arena);
    vec_init(&a.found, b->arena);
    buf_init(&a.bytes, b->arena);
    struct str file, line, class;
    vec_of(double) ms[3];
    for (size_t k = 0; k < 3; k++)
        vec_init(&ms[k], b->arena);
    for (int round = 0; round < 3; round++) {
        die(ctx, file_read(ctx, b->arena, path, 0, &file));
        while (str_line(&file, &line)) {
            double spent[3];
            ask(ctx, &a, str_split(line, '\t', &class), spent);
            for (size_t k = 0; k < 3 && round > 0; k++)
                vec_push(&ms[k], spent[k]);
        }
    }
    print_times("find by pairs", ms[0].at, ms[0].n);
    print_times("rank those found", ms[1].at, ms[1].n);
    print_times("rank any", ms[2].at, ms[2].n);
    words_free(a.words);
}

/* ---- All ------------------------------------------------------------------------ */

static void join(struct ctx *ctx, struct bench *b, const char *to, size_t threads)
{
    const char **parts = arena_array(b->arena, const char *, b->nbatches);
    for (size_t i = 0; i < b->nbatches; i++)
        parts[i] = arena_printf(b->arena, "%s/part-%zu", b->folder, i);
    die(ctx, segment_merge(ctx, parts, b->nbatches, to, (unsigned)threads));
}

static int bench(void *self)
{
    char **argv = self;
    struct tian_error error = { 0 };
    struct bench b = { .arena = arena_new(NULL), .folder = argv[2] };
    struct ctx ctx = { .arena = b.arena, .error = &error };
    size_t threads = argv[3] ? strtoul(argv[3], NULL, 10) : 2;
    if (threads < 1 || threads > MAX_THREADS)
        threads = 2;
    b.batch = argv[3] && argv[4] ? strtoul(argv[4], NULL, 10) : 500;
    read_documents(&ctx, &b, argv[1]);
    die(&ctx, lexicon_load(&ctx, b.arena, NULL, &b.lexicon));
    b.nbatches = (b.docs.n + b.batch - 1) / b.batch;
    die(&ctx, file_remove_tree(&ctx, b.folder));
    die(&ctx, file_make_folder(&ctx, b.folder));
    struct rusage before, usage;
    getrusage(RUSAGE_SELF, &before);
    int64_t start = clock_now();
    run(&b, threads);
    int64_t built = clock_now();
    const char *to = path_join(b.arena, b.folder, "segment");
    join(&ctx, &b, to, threads);
    int64_t joined = clock_now();
    struct buf lines;
    buf_init(&lines, b.arena);
    struct file_syncs *syncs = file_syncs_new(b.arena);
    die(&ctx, segment_seal(&ctx, to, syncs, &lines));
    die(&ctx, file_sync_all(&ctx, syncs));
    int64_t sealed = clock_now();
    getrusage(RUSAGE_SELF, &usage);
    double mb = (double)b.text / 1e6;
    printf("%zu documents, %.1f MB: build %.3f join %.3f seal %.3f s; %.2f MB/s (%.2f with seal)\n", b.docs.n,
           mb, seconds(built - start), seconds(joined - built), seconds(sealed - joined),
           mb / seconds(joined - start), mb / seconds(sealed - start));
    for (size_t i = 0; i < PHASES; i++)
        printf("  %-8s %.3f thread-seconds\n", phase_names[i], seconds(b.spent[i]));
    printf("peak memory %.0f MB, of it %.0f MB of input\n", (double)usage.ru_maxrss / 1e3,
           (double)before.ru_maxrss / 1e3);
    printf("  %-40s %9.0f  %.4f of the text\n", "(records)", (double)b.packed,
           (double)b.packed / (double)b.text);
    die(&ctx, file_walk(&ctx, to, print_size, &b));
    if (argv[3] && argv[4] && argv[5])
        questions(&ctx, &b, to, argv[5]);
    arena_free(b.arena);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc >= 3)
        return mem_protect(bench, argv);
    fprintf(stderr, "usage: %s FILE.jsonl[.gz] FOLDER [threads [batch [queries.tsv]]]\n", argv[0]);
    return 2;
}
