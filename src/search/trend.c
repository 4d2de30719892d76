/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * How a theme developed: its proposals year by year with those solved among
 * them, the words that came and those that went, and who used each first.
 *
 *   curve   a line a year from the theme's first to the base's last, none left out
 *   came    words that the later half of its proposals has more of, the surest
 *   went    first (wordbag.h); those the earlier half has more of
 *
 * Whose first theme is the theme or lies below it is counted, as in a report. The
 * halves are parted where a year begins and they are most alike in size. Words
 * are counted in at most MOST_READ of the proposals, spread evenly; a first use
 * is looked for in all of them, by the lists of adjacent letters, and verified.
 *
 * A table is filled in two passes over the same cells: the first counts, the
 * second names what was counted.
 */
#include "search/trend.h"

#include <stdlib.h>
#include <string.h>

#include "search/filter.h"
#include "search/wordbag.h"

enum {
    MOST_READ = 3000,
    MOST_WORDS = 12,
    LEAST_PROPOSALS = 3,
    MOST_YEARS = 10000,
    NTABLES = 3
};
static const double striking = 3.84; /* G² that chance gives in one of twenty words */

struct member {
    size_t at; /* in docs of the report */
    unsigned year;
    bool solved;
    uint32_t *words;
    size_t nwords;
};

struct trend {
    const struct reporting *r;
    const char *theme;
    vec_of(struct member) members;
    uint64_t *all;        /* proposals of a year, whatever their theme */
    unsigned first, last; /* years */
    unsigned split;       /* the later half begins with this year; 0: there is only one year */
    struct wordbag bag;
    size_t step; /* one of so many is read */
};

/* ---- whose theme it is ------------------------------------------------------------------- */

static int find_theme(const struct trend *t, struct str *theme)
{
    const struct reporting *r = t->r;
    struct str name = str_of(r->options->trend);
    if (taxonomy_meant(builder_taxonomy(r->reader->builder), name, theme))
        return 0;
    return ctx_fail(r->ctx, TIAN_EUSAGE, r->options->trend,
                    "no such theme, or several of that name (tian theme list)",
                    "没有这个主题，或不止一个（见 tian theme list）");
}

static void choose_members(struct trend *t, struct str theme)
{
    const struct reporting *r = t->r;
    struct axis_values labels = { 0 }, outcomes = { 0 };
    axis_read(axis_find(STR("subtheme")), r->ctx->arena, r->reader->snapshot, &r->docs, &labels);
    axis_read(axis_find(STR("outcome")), r->ctx->arena, r->reader->snapshot, &r->docs, &outcomes);
    for (size_t i = 0; i < r->docs.n; i++) {
        unsigned year = (unsigned)snapshot_number(r->reader->snapshot, r->docs.at[i], COLUMN_YEAR);
        year = year < MOST_YEARS ? year : 0;
        t->all[year]++;
        t->last = year > t->last ? year : t->last;
        if (!theme_is_in(labels.values.at[labels.code[i]], theme))
            continue;
        bool solved = str_eq(outcomes.values.at[outcomes.code[i]], STR("solved"));
        vec_push(&t->members, (struct member){ .at = i, .year = year, .solved = solved });
        if (year > 0 && (t->first == 0 || year < t->first))
            t->first = year;
    }
}

/* The year at which the members fall into the most equal halves. */
static void choose_split(struct trend *t)
{
    uint64_t *count = arena_array(t->r->ctx->arena, uint64_t, MOST_YEARS);
    uint64_t dated = 0, before = 0, nearest = UINT64_MAX;
    for (size_t i = 0; i < t->members.n; i++) {
        count[t->members.at[i].year]++;
        dated += t->members.at[i].year > 0;
    }
    for (unsigned year = t->first; t->first > 0 && year < t->last; year++) {
        before += count[year];
        uint64_t after = dated - before, apart = before > after ? before - after : after - before;
        if (before > 0 && after > 0 && apart < nearest) {
            nearest = apart;
            t->split = year + 1;
        }
    }
}

/* ---- a table being filled ---------------------------------------------------------------------- */

struct sheet {
    const struct trend *t;
    struct tian_report_table *table;
    bool naming; /* the second pass */
    uint64_t seen;
    int code;
};

static struct tian_report_cell *cell_at(const struct sheet *s, size_t line, size_t column)
{
    return (struct tian_report_cell *)(uintptr_t)&s->table->lines[line].cells[column];
}

/* A member counts in a cell. */
static void count_in(struct sheet *s, size_t line, size_t column, const struct member *m)
{
    const struct reporting *r = s->t->r;
    struct tian_report_cell *cell = cell_at(s, line, column);
    cell->named = true;
    cell->documents += !s->naming;
    if (s->naming && s->code == 0 && report_wants(r, s->table->key, s->table->lines[line].key, column))
        s->code = report_put(r, m->at, s->seen++, cell);
}

static void new_table(struct arena *arena, struct tian_report_table *table, size_t nlines,
                      const char *const *columns, size_t ncolumns)
{
    struct tian_report_line *lines = arena_array(arena, struct tian_report_line, nlines);
    struct tian_report_cell *cells = arena_array(arena, struct tian_report_cell, nlines * ncolumns);
    const char **names = arena_array(arena, const char *, ncolumns);
    memcpy(names, columns, ncolumns * sizeof *names);
    for (size_t i = 0; i < nlines; i++)
        lines[i].cells = cells + i * ncolumns;
    table->lines = lines;
    table->nlines = nlines;
    table->columns = names;
    table->ncolumns = ncolumns;
}

static void name_line(struct tian_report_table *table, size_t line, const char *key, const char *name)
{
    struct tian_report_line *out = (struct tian_report_line *)(uintptr_t)&table->lines[line];
    out->key = key;
    out->name = name;
}

typedef void fill_table(struct sheet *);

static int fill(const struct trend *t, struct tian_report_table *table, fill_table *run)
{
    struct sheet s = { .t = t, .table = table };
    run(&s);
    s.naming = true;
    if (t->r->options->explain)
        run(&s);
    return s.code;
}

/* ---- the curve ------------------------------------------------------------------------------------ */

enum {
    CURVE_THEME,
    CURVE_SOLVED,
    CURVE_ALL,
    CURVE_PERMILLE,
    CURVE_COLUMNS
};

static size_t curve_years(const struct trend *t)
{
    return t->first > 0 ? t->last - t->first + 1 : 0;
}

static void fill_curve(struct sheet *s)
{
    size_t total = s->table->nlines - 1, undated = total - 1;
    for (size_t i = 0; i < s->t->members.n; i++) {
        const struct member *m = &s->t->members.at[i];
        size_t line = m->year > 0 ? m->year - s->t->first : undated;
        count_in(s, line, CURVE_THEME, m);
        count_in(s, total, CURVE_THEME, m);
        if (m->solved) {
            count_in(s, line, CURVE_SOLVED, m);
            count_in(s, total, CURVE_SOLVED, m);
        }
    }
}

/* What is known of all proposals: how many there were in a line's year, and the theme's part of them. */
static void compare_with_all(struct sheet *s)
{
    size_t total = s->table->nlines - 1, undated = total - 1;
    double of = (double)cell_at(s, total, CURVE_THEME)->documents;
    for (size_t i = 0; i <= total; i++) {
        uint64_t all = i == total ? s->t->r->docs.n : s->t->all[i == undated ? 0 : s->t->first + i];
        struct tian_report_cell *theme = cell_at(s, i, CURVE_THEME), *solved = cell_at(s, i, CURVE_SOLVED);
        cell_at(s, i, CURVE_ALL)->documents = all;
        cell_at(s, i, CURVE_PERMILLE)->documents = all ? (theme->documents * 1000 + all / 2) / all : 0;
        theme->share = of > 0 ? (double)theme->documents / of : 0;
        solved->share = theme->documents ? (double)solved->documents / (double)theme->documents : 0;
    }
}

static int make_curve(const struct trend *t, struct tian_report_table *table)
{
    struct arena *arena = t->r->ctx->arena;
    size_t years = curve_years(t);
    const char *columns[] = { t->theme, say("solved", "解决或采纳"), say("all proposals", "全部提案"),
                              say("per mille", "每千件中") };
    *table =
        (struct tian_report_table){ .key = "curve", .title = say("Year by year", "逐年件数"), .drawn = 2 };
    new_table(arena, table, years + 2, columns, CURVE_COLUMNS);
    for (size_t i = 0; i < years; i++) {
        const char *year = arena_printf(arena, "%zu", t->first + i);
        name_line(table, i, year, year);
    }
    name_line(table, years, "", say("not stated", "未注明"));
    name_line(table, years + 1, "total", say("total", "合计"));
    int code = fill(t, table, fill_curve);
    compare_with_all(&(struct sheet){ .t = t, .table = table });
    table->total = table->lines[years + 1].cells[CURVE_THEME].documents;
    return code;
}

/* ---- words that came and went ------------------------------------------------------------------------ */

enum {
    WORDS_ALL,
    WORDS_BEFORE,
    WORDS_AFTER,
    WORDS_FIRST,
    WORDS_COLUMNS
};

/* The words of what is not public are not the public's to see. */
static bool is_veiled(const struct trend *t, const struct member *m)
{
    return t->r->options->role == TIAN_ROLE_PUBLIC && (t->r->populations[m->at] & CLOSED);
}

static int read_words(struct trend *t)
{
    struct arena *scratch = arena_new(t->r->ctx->arena);
    int code = 0;
    wordbag_init(&t->bag, t->r->ctx, t->r->reader);
    t->step = t->members.n / MOST_READ + 1;
    for (size_t i = 0; code == 0 && i < t->members.n; i += t->step) {
        struct member *m = &t->members.at[i];
        if (m->year == 0 || is_veiled(t, m))
            continue;
        code = wordbag_read(&t->bag, scratch, t->r->docs.at[m->at]);
        m->words = arena_array(t->r->ctx->arena, uint32_t, t->bag.found.n + 1);
        m->nwords = t->bag.found.n;
        memcpy(m->words, t->bag.found.at, m->nwords * sizeof *m->words);
        arena_reset(scratch);
    }
    arena_free(scratch);
    return code;
}

struct halves {
    uint32_t *count[2]; /* of a word: members before, after */
    double members[2];
};

static void count_halves(const struct trend *t, struct halves *h)
{
    for (size_t k = 0; k < 2; k++)
        h->count[k] = arena_array(t->r->ctx->arena, uint32_t, t->bag.words.n + 1);
    for (size_t i = 0; i < t->members.n; i++) {
        const struct member *m = &t->members.at[i];
        size_t half = m->year >= t->split;
        h->members[half] += m->nwords > 0;
        for (size_t k = 0; k < m->nwords; k++)
            h->count[half][m->words[k]]++;
    }
}

struct striking {
    uint32_t word, documents;
    double score;
    struct str text;
};

static int compare_striking(const void *a, const void *b)
{
    const struct striking *x = a, *y = b;
    if (x->score != y->score)
        return x->score < y->score ? 1 : -1;
    if (x->documents != y->documents)
        return x->documents < y->documents ? 1 : -1;
    return str_cmp(x->text, y->text);
}

/* The words that one half (0 or 1) has more of than the other. */
static size_t rank_words(const struct trend *t, const struct halves *h, size_t half, struct striking *out)
{
    size_t n = 0, other = 1 - half;
    for (uint32_t w = 0; w < t->bag.words.n; w++) {
        uint32_t here = h->count[half][w], there = h->count[other][w];
        if (here < LEAST_PROPOSALS || lexicon_is_stop(t->r->reader->lexicon, t->bag.words.at[w]))
            continue;
        double score = wordbag_ratio(here, h->members[half], there, h->members[other]);
        if (score >= striking)
            out[n++] = (struct striking){ w, here, score, t->bag.words.at[w] };
    }
    qsort(out, n, sizeof *out, compare_striking);
    return n < MOST_WORDS ? n : MOST_WORDS;
}

static bool has_word(const struct member *m, uint32_t word)
{
    for (size_t i = 0; i < m->nwords; i++)
        if (m->words[i] == word)
            return true;
    return false;
}

/* Lines are known by their words. */
static void fill_words(struct sheet *s)
{
    for (size_t line = 0; line < s->table->nlines; line++) {
        void *slot = map_get(s->t->bag.index, str_of(s->table->lines[line].key));
        uint32_t word = (uint32_t)((uintptr_t)slot - 1);
        for (size_t i = 0; i < s->t->members.n; i++) {
            const struct member *m = &s->t->members.at[i];
            if (!has_word(m, word))
                continue;
            count_in(s, line, WORDS_ALL, m);
            count_in(s, line, m->year >= s->t->split ? WORDS_AFTER : WORDS_BEFORE, m);
        }
    }
}

/* ---- who used a word first ------------------------------------------------------------------------------
 */

struct use {
    size_t member;
    uint64_t when;
};

static int compare_uses(const void *a, const void *b)
{
    const struct use *x = a, *y = b;
    if (x->when != y->when)
        return x->when < y->when ? -1 : 1;
    return x->member < y->member ? -1 : x->member > y->member;
}

/* Members that have all pairs of the word, oldest first. */
static int possible_uses(const struct trend *t, const struct normal *word, struct use *out, size_t *n)
{
    const struct reporting *r = t->r;
    uint32_t *keys = arena_array(r->ctx->arena, uint32_t, word->n);
    struct docs docs;
    vec_init(&docs, r->ctx->arena);
    for (size_t i = 0; i + 1 < word->n; i++)
        keys[i] = pair_key(word->unit[i], word->unit[i + 1]);
    int code = snapshot_intersect(r->ctx, r->reader->snapshot, LIST_PAIRS, keys, word->n - 1, &docs);
    *n = 0;
    for (size_t i = 0, k = 0; code == 0 && i < t->members.n; i++) {
        const struct member *m = &t->members.at[i];
        uint32_t doc = r->docs.at[m->at];
        uint64_t date = snapshot_number(r->reader->snapshot, doc, COLUMN_DATE);
        while (k < docs.n && docs.at[k] < doc)
            k++;
        if (k < docs.n && docs.at[k] == doc && m->year > 0 && !is_veiled(t, m))
            out[(*n)++] = (struct use){ i, date ? date : m->year * UINT64_C(10000) };
    }
    qsort(out, *n, sizeof *out, compare_uses);
    return code;
}

static bool is_used(struct arena *arena, const struct document *d, const struct normal *word)
{
    struct normal text;
    normal_init(&text, arena);
    text_normalise(d->title, NULL, &text);
    if (normal_find(&text, word->unit, word->n, 0) != SIZE_MAX)
        return true;
    text_normalise(d->body, &d->skips, &text);
    struct range said = wordbag_range(d, &text);
    text.n = said.to;
    return normal_find(&text, word->unit, word->n, said.from) != SIZE_MAX;
}

static void tell_use(const struct trend *t, const struct member *m, const struct document *d,
                     struct tian_report_cell *out)
{
    struct arena *arena = t->r->ctx->arena;
    out->documents = m->year;
    const char **ids = arena_array(arena, const char *, 1);
    ids[0] = arena_cstr(arena, d->id);
    out->ids = ids;
    out->nids = 1;
    out->text = arena_printf(arena, say("%u %.*s", "%u年 %.*s"), m->year, STR_ARG(d->title));
}

static int find_first(const struct trend *t, struct str text, struct tian_report_cell *out)
{
    struct arena *scratch = arena_new(t->r->ctx->arena);
    struct use *uses = arena_array(scratch, struct use, t->members.n + 1);
    struct normal word;
    size_t n;
    bool found = false;
    normal_init(&word, scratch);
    text_normalise(text, NULL, &word);
    int code = possible_uses(t, &word, uses, &n);
    for (size_t i = 0; code == 0 && !found && i < n; i++) {
        struct document d;
        const struct member *m = &t->members.at[uses[i].member];
        code = snapshot_document(t->r->ctx, t->r->reader->snapshot, scratch, t->r->docs.at[m->at], &d);
        found = code == 0 && is_used(scratch, &d, &word);
        if (found)
            tell_use(t, m, &d, out);
    }
    arena_free(scratch);
    return code;
}

/* ---- the tables of words
 * ------------------------------------------------------------------------------------ */

static int make_words(const struct trend *t, const struct striking *words, size_t n,
                      struct tian_report_table *table)
{
    struct arena *arena = t->r->ctx->arena;
    const char *columns[] = { say("documents", "件数"),
                              arena_printf(arena, say("before %u", "%u年以前"), t->split),
                              arena_printf(arena, say("from %u on", "%u年起"), t->split),
                              say("first used", "首先使用") };
    int code = 0;
    new_table(arena, table, n, columns, WORDS_COLUMNS);
    for (size_t i = 0; i < n; i++) {
        const char *word = arena_cstr(arena, words[i].text);
        name_line(table, i, word, word);
    }
    if (n > 0)
        code = fill(t, table, fill_words);
    for (size_t i = 0; code == 0 && i < n; i++)
        code = find_first(t, words[i].text, cell_at(&(struct sheet){ .table = table }, i, WORDS_FIRST));
    return code;
}

static int make_both(struct trend *t, struct tian_report *out, struct tian_report_table *tables)
{
    struct halves halves = { { NULL, NULL }, { 0, 0 } };
    int code = read_words(t);
    if (code)
        return code;
    count_halves(t, &halves);
    struct striking *words = arena_array(t->r->ctx->arena, struct striking, t->bag.words.n + 1);
    for (size_t i = 0; code == 0 && i < 2; i++) {
        size_t half = 1 - i; /* the later one first */
        struct tian_report_table *table = &tables[out->ntables];
        *table =
            half ? (struct tian_report_table){ .key = "came", .title = say("Words that came", "多起来的词") }
                 : (struct tian_report_table){ .key = "went", .title = say("Words that went", "少下去的词") };
        size_t n = rank_words(t, &halves, half, words);
        code = make_words(t, words, n, table);
        out->ntables += n > 0;
    }
    return code;
}

/* In Chinese, as all paragraphs of a report. */
static const char *told(const struct trend *t, const struct tian_report_table *curve)
{
    struct arena *arena = t->r->ctx->arena;
    const struct tian_report_cell *total = curve->lines[curve->nlines - 1].cells;
    struct buf out;
    buf_init(&out, arena);
    buf_printf(&out, "以“%s”为主题的提案共%llu件，占全部提案%llu件的%.1f%%；其中解决或采纳%llu件，占%.1f%%。",
               t->theme, (unsigned long long)total[CURVE_THEME].documents,
               (unsigned long long)total[CURVE_ALL].documents,
               100.0 * (double)total[CURVE_THEME].documents / (double)total[CURVE_ALL].documents,
               (unsigned long long)total[CURVE_SOLVED].documents, 100 * total[CURVE_SOLVED].share);
    return arena_cstr(arena, buf_view(&out));
}

static int newest_first(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    if (x->year != y->year)
        return x->year < y->year ? 1 : -1;
    return x->at < y->at ? 1 : -1;
}

static void give_solved(const struct trend *t, struct docs *out)
{
    struct arena *arena = t->r->ctx->arena;
    struct member *members = arena_array(arena, struct member, t->members.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < t->members.n; i++)
        if (t->members.at[i].solved)
            members[n++] = t->members.at[i];
    qsort(members, n, sizeof *members, newest_first);
    for (size_t i = 0; i < n; i++)
        vec_push(out, t->r->docs.at[members[i].at]);
}

int report_trend(const struct reporting *r, struct docs *solved, struct tian_report *out, const char **note)
{
    struct arena *arena = r->ctx->arena;
    struct trend t = { .r = r, .all = arena_array(arena, uint64_t, MOST_YEARS) };
    struct tian_report_table *tables = arena_array(arena, struct tian_report_table, NTABLES);
    const char **paragraphs = arena_array(arena, const char *, 1);
    struct str theme;
    vec_init(&t.members, arena);
    int code = find_theme(&t, &theme);
    if (code)
        return code;
    t.theme = arena_cstr(arena, theme);
    choose_members(&t, theme);
    if (t.members.n == 0)
        return ctx_fail(r->ctx, TIAN_ENOTFOUND, t.theme, "not one proposal of this theme",
                        "没有这个主题的提案");
    give_solved(&t, solved);
    choose_split(&t);
    code = make_curve(&t, &tables[0]);
    out->tables = tables;
    out->ntables = 1;
    out->title = arena_printf(arena, say("%s, year by year", "“%s”历年情况"), t.theme);
    paragraphs[0] = told(&t, &tables[0]);
    out->paragraphs = paragraphs;
    out->nparagraphs = 1;
    if (code == 0 && t.split > 0)
        code = make_both(&t, out, tables);
    if (t.step > 1)
        *note = arena_printf(arena,
                             say("words were counted in every %zuth proposal of the theme",
                                 "该主题提案较多，词按每 %zu 件取一件统计；“首先使用”查遍全部"),
                             t.step);
    return code;
}
