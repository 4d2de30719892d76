/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * bench_text FILE.jsonl [rounds]: MB/s of processor time for each function of text on
 * the "body" of every line; the best of the rounds. ICU's own iterator stands
 * beside ours, and the two are compared piece by piece.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/file.h"
#include "text/pieces.h"
#include "text/text.h"

struct bench {
    struct arena *arena, *scratch;
    struct str *bodies;
    size_t n, bytes;
    struct skips *skips;
    struct normal *normals;
    struct lexicon *lexicon;
    struct cutter *cutter;
    struct pieces *pieces;
    struct tokens tokens;
    struct keys keys;
    size_t sum; /* so that nothing is optimised away */
};

/* ---- Input ------------------------------------------------------------------ */

/* The JSON string at *p (behind its quote), unescaped; enough for the corpora. */
static struct str unescape(struct arena *arena, const char *p, const char *end)
{
    struct buf out;
    buf_init(&out, arena);
    while (p < end && *p != '"') {
        if (*p != '\\') {
            buf_char(&out, *p++);
            continue;
        }
        char c = p[1];
        p += 2;
        if (c == 'u') {
            buf_utf8(&out, (uint32_t)strtoul((char[5]){ p[0], p[1], p[2], p[3], 0 }, NULL, 16));
            p += 4;
        } else {
            buf_char(&out, c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c);
        }
    }
    return buf_view(&out);
}

static void read_bodies(struct bench *b, struct str text)
{
    vec_of(struct str) bodies;
    struct str line;
    vec_init(&bodies, b->arena);
    while (str_line(&text, &line)) {
        size_t at = str_find(line, STR("\"body\": \""), 0);
        if (at == SIZE_MAX)
            continue;
        vec_push(&bodies, unescape(b->arena, line.p + at + 9, line.p + line.n));
        b->bytes += bodies.at[bodies.n - 1].n;
    }
    b->bodies = bodies.at;
    b->n = bodies.n;
    b->skips = arena_array(b->arena, struct skips, b->n);
    b->normals = arena_array(b->arena, struct normal, b->n);
}

/* ---- What is measured --------------------------------------------------------- */

static void repair_one(struct bench *b, size_t i)
{
    struct skips skips;
    text_repair(b->scratch, b->bodies[i], &skips);
    b->sum += skips.n;
    arena_reset(b->scratch);
}

static void normalise_one(struct bench *b, size_t i)
{
    text_normalise(b->bodies[i], &b->skips[i], &b->normals[i]);
}

static void icu_one(struct bench *b, size_t i)
{
    b->tokens.n = 0;
    pieces_cut_icu(b->pieces, b->normals[i].unit, 0, b->normals[i].n, &b->tokens);
    b->sum += b->tokens.n;
}

static void pieces_one(struct bench *b, size_t i)
{
    b->tokens.n = 0;
    pieces_cut(b->pieces, b->normals[i].unit, 0, b->normals[i].n, &b->tokens);
    b->sum += b->tokens.n;
}

static void words_one(struct bench *b, size_t i)
{
    b->sum += cut_words(b->cutter, &b->normals[i], 0, b->normals[i].n)->n;
}

static void pairs_one(struct bench *b, size_t i)
{
    b->keys.n = 0;
    cut_begin(b->cutter);
    cut_pairs(b->cutter, &b->normals[i], 0, b->normals[i].n, &b->keys);
    b->sum += b->keys.n;
}

static void find_one(struct bench *b, size_t i)
{
    static const uint16_t needle[] = { 0x63D0, 0x6848, 0x529E, 0x7406 };
    b->sum += normal_find(&b->normals[i], needle, 4, 0) != SIZE_MAX;
}

static void clauses_one(struct bench *b, size_t i)
{
    size_t begin, end = 0;
    while (text_clause(&b->normals[i], CLAUSE_CLAUSE, end, &begin, &end))
        b->sum += text_fingerprint(&b->normals[i], begin, end) & 1;
}

static const struct {
    const char *name;
    void (*one)(struct bench *, size_t);
} stages[] = {
    { "repair", repair_one },     { "normalise", normalise_one }, { "icu pieces", icu_one },
    { "our pieces", pieces_one }, { "cut_words", words_one },     { "cut_pairs", pairs_one },
    { "find", find_one },         { "clauses", clauses_one },
};

static double processor_time(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double seconds(struct bench *b, void (*one)(struct bench *, size_t))
{
    double begin = processor_time();
    for (size_t i = 0; i < b->n; i++)
        one(b, i);
    return processor_time() - begin;
}

/* ---- Ours against ICU's --------------------------------------------------------- */

static size_t differing(struct bench *b)
{
    struct tokens icu;
    size_t n = 0;
    vec_init(&icu, b->arena);
    for (size_t i = 0; i < b->n; i++) {
        icu.n = b->tokens.n = 0;
        pieces_cut_icu(b->pieces, b->normals[i].unit, 0, b->normals[i].n, &icu);
        pieces_cut(b->pieces, b->normals[i].unit, 0, b->normals[i].n, &b->tokens);
        size_t k = 0;
        while (k < icu.n && k < b->tokens.n && memcmp(&icu.at[k], &b->tokens.at[k], sizeof *icu.at) == 0)
            k++;
        if (k == icu.n && k == b->tokens.n)
            continue;
        if (n++ < 10 && k < icu.n) {
            struct buf out;
            buf_init(&out, b->arena);
            normal_utf8(&b->normals[i], icu.at[k].from < 8 ? 0 : icu.at[k].from - 8,
                        icu.at[k].to + 8 < b->normals[i].n ? icu.at[k].to + 8 : b->normals[i].n, &out);
            printf("  document %zu differs at piece %zu (icu %u–%u): %.*s\n", i, k, icu.at[k].from,
                   icu.at[k].to, STR_ARG(buf_view(&out)));
        }
    }
    return n;
}

static int run(void *self)
{
    char **argv = self;
    struct bench b = { .arena = arena_new(NULL) };
    b.scratch = arena_new(b.arena);
    struct ctx ctx = { .arena = b.arena };
    struct str text;
    int rounds = argv[2] != NULL ? atoi(argv[2]) : 5;
    int code = file_read(&ctx, b.arena, argv[1], 0, &text);
    if (code == 0)
        code = lexicon_load(&ctx, b.arena, NULL, &b.lexicon);
    if (code == 0)
        code = cutter_new(&ctx, b.arena, b.lexicon, &b.cutter);
    if (code == 0)
        code = pieces_new(&ctx, b.arena, &b.pieces);
    if (code != 0)
        return code;
    read_bodies(&b, text);
    vec_init(&b.tokens, b.arena);
    vec_init(&b.keys, b.arena);
    for (size_t i = 0; i < b.n; i++) {
        text_repair(b.arena, b.bodies[i], &b.skips[i]);
        normal_init(&b.normals[i], b.arena);
    }
    printf("%zu texts, %.1f MB; MB/s of one core, best of %d\n", b.n, (double)b.bytes / 1e6, rounds);
    for (size_t s = 0; s < sizeof stages / sizeof stages[0]; s++) {
        double best = 1e9;
        for (int r = 0; r < rounds; r++) {
            double t = seconds(&b, stages[s].one);
            best = t < best ? t : best;
        }
        printf("  %-12s %8.1f\n", stages[s].name, (double)b.bytes / best / 1e6);
    }
    size_t n = differing(&b);
    printf("pieces differ from ICU's in %zu texts (%zu)\n", n, b.sum % 10);
    arena_free(b.arena);
    return n != 0;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: bench_text FILE.jsonl [rounds]\n");
        return 2;
    }
    return mem_protect(run, argv);
}
