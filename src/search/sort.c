/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Sorting by several keys: "-年,单位,案号" is the newest year first, in it by
 * unit, in that by number. Each key becomes one number a document:
 *
 *   score          the rank's own, the best first
 *   date number    of the column; a year alone is its first day
 *   any axis       the place of its value: that of the table for outcomes, themes
 *                  and years (axis.c), else by the characters
 *
 * What is not stated comes last, whatever the direction.
 */
#include "search/sort.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/config.h"
#include "search/axis.h"

enum {
    MOST_KEYS = 8
};

struct key {
    bool down;
    double *value; /* one a hit; NAN: not stated */
};

struct sorting {
    struct run *run;
    struct arena *arena;
    struct rank_hit *hits;
    struct docs docs;
    struct key keys[MOST_KEYS];
    size_t nkeys;
};

const char *sort_keys(const struct tian_search_options *options)
{
    if (options->sort_keys && options->sort_keys[0])
        return options->sort_keys;
    return options->sort == TIAN_SORT_NEWEST ? "-date" : options->sort == TIAN_SORT_OLDEST ? "date" : NULL;
}

/* ---- Keys ----------------------------------------------------------------------- */

enum special {
    KEY_AXIS,
    KEY_SCORE,
    KEY_DATE,
    KEY_NUMBER
};

static enum special special_of(struct str name)
{
    static const struct {
        struct str name;
        enum special special;
    } names[] = { { STR("score"), KEY_SCORE }, { STR("得分"), KEY_SCORE },    { STR("date"), KEY_DATE },
                  { STR("日期"), KEY_DATE },   { STR("number"), KEY_NUMBER }, { STR("案号"), KEY_NUMBER } };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_eq(name, names[i].name))
            return names[i].special;
    return KEY_AXIS;
}

/* The next key of a list without its sign. */
static bool next_key(struct str *rest, struct str *name, bool *down)
{
    if (!config_item(rest, name))
        return false;
    *down = str_starts(*name, STR("-"));
    *name = str_sub(*name, *down, name->n);
    return true;
}

int sort_check(struct ctx *ctx, const char *keys)
{
    struct str rest = str_of(keys ? keys : ""), name;
    size_t n = 0;
    for (bool down; next_key(&rest, &name, &down); n++)
        if (special_of(name) == KEY_AXIS && !axis_find(name))
            return ctx_fail(
                ctx, TIAN_EUSAGE, "sort",
                "hits cannot be sorted by %.*s; by score date number year session unit theme category "
                "proposer outcome state satisfaction they can",
                "不能按“%.*s”排序；可用的有：得分 日期 案号 年 届次 单位 主题 类别 提案人 结果 状态 满意度",
                STR_ARG(name));
    if (n > MOST_KEYS)
        return ctx_fail(ctx, TIAN_EUSAGE, "sort", "more than %d keys to sort by", "排序的依据超过 %d 项",
                        MOST_KEYS);
    return 0;
}

static double date_of(const struct run *run, uint32_t doc)
{
    uint64_t date = snapshot_number(run->reader->snapshot, doc, COLUMN_DATE);
    if (date == 0)
        date = 10000 * snapshot_number(run->reader->snapshot, doc, COLUMN_YEAR);
    return date > 0 ? (double)date : NAN;
}

static double number_of(const struct run *run, uint32_t doc)
{
    uint64_t number;
    size_t used;
    struct str text = snapshot_text(run->reader->snapshot, doc, COLUMN_NUMBER);
    return number_at(text, &number, &used) ? (double)number : NAN;
}

static void read_special(struct sorting *s, enum special special, double *value)
{
    for (size_t i = 0; i < s->docs.n; i++)
        value[i] = special == KEY_SCORE  ? -s->hits[i].score
                   : special == KEY_DATE ? date_of(s->run, s->docs.at[i])
                                         : number_of(s->run, s->docs.at[i]);
}

/* ---- Axes ------------------------------------------------------------------------- */

struct placed {
    struct str value;
    size_t place;
    uint32_t code;
};

static int compare_placed(const void *a, const void *b)
{
    const struct placed *x = a, *y = b;
    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    return str_cmp(x->value, y->value);
}

/* 十四届三次 is behind 十三届五次, though its characters are not. */
static size_t place_of(const struct sorting *s, const struct axis *axis, struct str value)
{
    unsigned term, meeting;
    if (strcmp(axis_name(axis), "session") == 0 && session_at(value, &term, &meeting))
        return (size_t)term * 1000 + meeting;
    return axis_place(axis, builder_taxonomy(s->run->reader->builder), value);
}

static void read_axis(struct sorting *s, const struct axis *axis, double *value)
{
    struct axis_values values;
    axis_read(axis, s->arena, s->run->reader->snapshot, &s->docs, &values);
    size_t n = values.values.n;
    struct placed *placed = arena_array(s->arena, struct placed, n);
    double *order = arena_array(s->arena, double, n);
    for (uint32_t code = 0; code < n; code++)
        placed[code] =
            (struct placed){ values.values.at[code], place_of(s, axis, values.values.at[code]), code };
    qsort(placed, n, sizeof *placed, compare_placed);
    for (size_t i = 0; i < n; i++)
        order[placed[i].code] = placed[i].value.n > 0 ? (double)i : NAN;
    for (size_t i = 0; i < s->docs.n; i++)
        value[i] = order[values.code[i]];
}

/* ---- Sorting ------------------------------------------------------------------------ */

static void read_keys(struct sorting *s, const char *keys)
{
    struct str rest = str_of(keys), name;
    for (bool down; s->nkeys < MOST_KEYS && next_key(&rest, &name, &down); s->nkeys++) {
        struct key *key = &s->keys[s->nkeys];
        enum special special = special_of(name);
        key->down = down;
        key->value = arena_array(s->arena, double, s->docs.n);
        if (special == KEY_AXIS)
            read_axis(s, axis_find(name), key->value);
        else
            read_special(s, special, key->value);
    }
}

static int compare_hits(const void *a, const void *b, void *self)
{
    const struct sorting *s = self;
    uint32_t i = *(const uint32_t *)a, k = *(const uint32_t *)b;
    for (size_t n = 0; n < s->nkeys; n++) {
        double x = s->keys[n].value[i], y = s->keys[n].value[k];
        if (isnan(x) != isnan(y))
            return isnan(x) ? 1 : -1;
        if (x < y || x > y)
            return (x < y) == s->keys[n].down ? 1 : -1;
    }
    return (i > k) - (i < k);
}

int sort_hits(struct run *run, const char *keys, struct rank_hit *hits, size_t n)
{
    struct sorting s = { .run = run, .arena = arena_new(run->ctx->arena), .hits = hits };
    uint32_t *order = arena_array(s.arena, uint32_t, n + 1);
    struct rank_hit *sorted = arena_array(s.arena, struct rank_hit, n + 1);
    vec_init(&s.docs, s.arena);
    for (uint32_t i = 0; i < n; i++) {
        assert(i == 0 || hits[i - 1].doc < hits[i].doc);
        vec_push(&s.docs, hits[i].doc);
        order[i] = i;
    }
    read_keys(&s, keys);
    if (n > 1)
        qsort_r(order, n, sizeof *order, compare_hits, &s);
    for (size_t i = 0; i < n; i++)
        sorted[i] = hits[order[i]];
    if (n > 0)
        memcpy(hits, sorted, n * sizeof *hits);
    arena_free(s.arena);
    return ctx_check(run->ctx);
}
