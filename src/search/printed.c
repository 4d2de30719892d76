/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A printed report, read back. A sentence is read clause by clause; a number that
 * counts 件, or that a phrase of the file asks for, or that is a percentage, is
 * given to the longest phrase that fits:
 *
 *   在立案的23件提案中，委员提案16件，占69.6%；集体提案 7件，…
 *     ──┬──          ───┬───    ─┬─
 *       │               │        └ no phrase: the share of the number before it
 *       │               └ phrase 立案的…委员提案N件
 *       └ its context, earlier in the sentence
 *
 * Other numbers (dates, 61所, 3.8亿元) say nothing of proposals and are passed
 * over. A table of two columns is read key by key.
 */
#include "search/printed.h"

#include "base/config.h"
#include "base/file.h"

#include <string.h>

/* What nobody files. */
static const double MOST = 1e12;

struct phrase {
    struct str context, before, after, meaning;
    bool close; /* there is an N: before ends at the number, after begins behind it */
    bool any;
};

struct reading {
    struct ctx *ctx;
    struct printed *out;
    vec_of(struct phrase) phrases;
    vec_of(struct phrase) keys; /* before = the key */
};

/* ---- The file of words ---------------------------------------------------------------------- */

/* s up to the mark, and what is behind it; false, s whole, without one. */
static bool cut_at(struct str s, struct str mark, struct str *head, struct str *tail)
{
    size_t at = str_find(s, mark, 0);
    *head = at == SIZE_MAX ? s : str_sub(s, 0, at);
    *tail = at == SIZE_MAX ? STR_NONE : str_sub(s, at + mark.n, s.n);
    return at != SIZE_MAX;
}

static struct phrase read_phrase(struct str words, struct str meaning)
{
    struct phrase p = { .meaning = meaning };
    struct str rest;
    if (!cut_at(words, STR("…"), &p.context, &rest)) {
        rest = words;
        p.context = STR_NONE;
    }
    p.any = str_starts(rest, STR("*"));
    rest = str_sub(rest, p.any, rest.n);
    p.close = cut_at(rest, STR("N"), &p.before, &p.after);
    return p;
}

static int visit(void *self, const struct config_line *line)
{
    struct reading *r = self;
    if (!line->assigned)
        return 0;
    struct arena *arena = r->ctx->arena;
    struct str key = arena_str(arena, line->key), value = arena_str(arena, line->value);
    if (str_eq(line->section, STR("文字")))
        vec_push(&r->phrases, read_phrase(key, value));
    else if (str_eq(line->section, STR("键")))
        vec_push(&r->keys, (struct phrase){ .before = key, .meaning = value });
    else if (str_eq(line->section, STR("合计")))
        vec_push(&r->out->sums, (struct printed_sum){ key, value });
    return 0;
}

static int read_words(struct reading *r, const char *path)
{
    struct str text;
    int code = file_read(r->ctx, r->ctx->arena, path, 0, &text);
    return code ? code : config_read(r->ctx, text, path, visit, r);
}

/* ---- What a number means ----------------------------------------------------------------------- */

/* A number in its sentence; offsets are of the sentence. */
struct place {
    struct str sentence;
    size_t words, number, behind; /* where the words in front, the number and what follows it begin */
    bool percent;
};

static bool is_share(struct str meaning)
{
    return str_has(meaning, STR("/"));
}

static bool fits(const struct phrase *p, const struct place *at)
{
    struct str words = str_sub(at->sentence, at->words, at->number),
               behind = str_sub(at->sentence, at->behind, at->sentence.n);
    if (p->any ? at->percent || words.n == 0 : is_share(p->meaning) != at->percent)
        return false;
    if (p->context.n > 0 && !str_has(str_sub(at->sentence, 0, at->words), p->context))
        return false;
    return p->close ? str_ends(words, p->before) && str_starts(behind, p->after) : str_has(words, p->before);
}

/* Where the context stands last; contexts that are nearer win. */
static size_t context_at(const struct phrase *p, const struct place *at)
{
    size_t found = 0, next = 0;
    while (p->context.n > 0 &&
           (next = str_find(str_sub(at->sentence, 0, at->words), p->context, next)) != SIZE_MAX)
        found = ++next;
    return found;
}

static const struct phrase *best_phrase(const struct reading *r, const struct place *at)
{
    const struct phrase *best = NULL;
    size_t most = 0, nearest = 0;
    for (size_t i = 0; i < r->phrases.n; i++) {
        const struct phrase *p = &r->phrases.at[i];
        if (!fits(p, at))
            continue;
        size_t length = p->before.n + p->after.n, context = context_at(p, at);
        if (!best || length > most || (length == most && context > nearest)) {
            best = p;
            most = length;
            nearest = context;
        }
    }
    return best;
}

/* ---- Prose ------------------------------------------------------------------------------------- */

static bool is_same(const struct printed_number *a, const struct printed_number *b)
{
    return str_eq(a->meaning, b->meaning) && a->share == b->share && a->amount.value == b->amount.value &&
           (!a->any || str_eq(a->words, b->words)) && (a->meaning.n > 0 || str_eq(a->clause, b->clause));
}

static void add(struct reading *r, const struct printed_number *number)
{
    if (number->amount.value > MOST)
        return;
    for (size_t i = 0; i < r->out->numbers.n; i++)
        if (is_same(&r->out->numbers.at[i], number))
            return;
    vec_push(&r->out->numbers, *number);
}

/* From the last mark before the number to the next one. */
static struct str clause_of(const struct place *at)
{
    static const char *const marks[] = { "，", "、", "；", "。", "：", "\n" };
    size_t end = at->sentence.n;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t found = str_find(at->sentence, str_of(marks[i]), at->behind);
        end = found < end ? found : end;
    }
    return str_trim(str_sub(at->sentence, at->words, end));
}

/* Bytes of the mark at s that ends a clause, or 0. */
static size_t mark_length(struct str s)
{
    static const char *const marks[] = { "，", "、", "；", "：", "（", "\t", "\n" };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (str_starts(s, str_of(marks[i])))
            return strlen(marks[i]);
    return 0;
}

/* 四件事, 165件次, 20件以上: not so many proposals. */
static bool is_loose(struct str behind)
{
    static const char *const other[] = { "件事", "件次", "件以上", "件左右", "件以内" };
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        if (str_starts(behind, str_of(other[i])))
            return true;
    return false;
}

/* *last: the number before it in the sentence, to which a bare percentage belongs. */
static void take(struct reading *r, const struct place *at, const struct amount *amount,
                 struct printed_number *last)
{
    struct str words = str_sub(at->sentence, at->words, at->number),
               behind = str_sub(at->sentence, at->behind, at->sentence.n);
    const struct phrase *phrase = is_loose(behind) ? NULL : best_phrase(r, at);
    bool counts = str_starts(behind, STR("件")) && !is_loose(behind);
    struct printed_number number = { .share = at->percent, .words = words, .amount = *amount };
    number.clause = clause_of(at);
    if (phrase) {
        number.meaning = phrase->meaning;
        number.any = phrase->any && counts;
    } else if (at->percent && str_has(words, STR("占")) && last->clause.n > 0) {
        number.meaning = last->meaning;
        number.any = last->any;
        number.words = last->words;
    } else if (at->percent || !counts) {
        return;
    }
    if (phrase && phrase->any && !counts)
        return;
    add(r, &number);
    if (!at->percent)
        *last = number;
}

static void read_sentence(struct reading *r, struct str s)
{
    struct printed_number last = { 0 };
    struct place place = { .sentence = s };
    for (size_t at = 0; at < s.n;) {
        struct amount amount;
        size_t used, mark = mark_length(str_sub(s, at, s.n));
        const char *p = s.p + at;
        if (mark > 0) {
            at += mark;
            place.words = at;
        } else if (amount_at(str_sub(s, at, s.n), &amount, &used)) {
            place.number = at;
            at = place.behind = at + used;
            place.percent = amount.percent;
            take(r, &place, &amount, &last);
        } else {
            utf8_next(&p, s.p + s.n);
            at = (size_t)(p - s.p);
        }
    }
}

/* The text without what hard wraps and page numbers put into its sentences. */
static struct str without_noise(struct arena *arena, struct str text)
{
    struct skips skips;
    struct buf out;
    size_t at = 0;
    text_repair(arena, text, &skips);
    buf_init(&out, arena);
    for (size_t i = 0; i < skips.n; i++) {
        buf_str(&out, str_sub(text, at, skips.at[i].from));
        at = skips.at[i].to;
    }
    buf_str(&out, str_sub(text, at, text.n));
    return buf_view(&out);
}

static void read_prose(struct reading *r, struct str text)
{
    struct str sentence, rest = without_noise(r->ctx->arena, text);
    while (rest.n > 0) {
        cut_at(rest, STR("。"), &sentence, &rest);
        read_sentence(r, sentence);
    }
}

/* ---- A table of two columns ---------------------------------------------------------------------- */

static const struct phrase *key_of(const struct reading *r, struct str key)
{
    for (size_t i = 0; i < r->keys.n; i++)
        if (str_eq(r->keys.at[i].before, key))
            return &r->keys.at[i];
    return NULL;
}

static void read_row(struct reading *r, struct str key, struct str value)
{
    struct arena *arena = r->ctx->arena;
    struct printed_number n = { .words = key };
    const struct phrase *known = key_of(r, key);
    size_t used;
    if (!amount_at(value, &n.amount, &used))
        return;
    bool of_key = !known && str_ends(key, STR("_share"));
    if (of_key)
        known = key_of(r, str_sub(key, 0, key.n - strlen("_share")));
    n.share = of_key || n.amount.percent || (known && is_share(known->meaning));
    const char *unit = n.amount.percent || used < value.n ? "" : "件";
    n.clause = str_of(arena_printf(arena, "%.*s %.*s", STR_ARG(key), STR_ARG(value)));
    n.meaning = known ? known->meaning : STR_NONE;
    if (known || of_key)
        add(r, &n);
    else
        read_sentence(r, str_of(arena_printf(arena, "%.*s%.*s%s", STR_ARG(key), STR_ARG(value), unit)));
}

static void read_table(struct reading *r, struct str text, char comma)
{
    struct str line;
    while (str_line(&text, &line)) {
        struct str key, value = str_split(line, comma, &key);
        read_row(r, str_trim(key), str_trim(value));
    }
}

int printed_read(struct ctx *ctx, const char *path, struct str text, struct printed *out)
{
    struct reading r = { .ctx = ctx, .out = out };
    struct str rest = text, first;
    vec_init(&r.phrases, ctx->arena);
    vec_init(&r.keys, ctx->arena);
    vec_init(&out->numbers, ctx->arena);
    vec_init(&out->sums, ctx->arena);
    int code = read_words(&r, path);
    if (code || !str_line(&rest, &first))
        return code;
    if (str_has(first, STR("\t")))
        read_table(&r, text, '\t');
    else if (str_has(first, STR(",")) && !str_has(first, STR("，")) && !str_has(first, STR("。")))
        read_table(&r, text, ',');
    else
        read_prose(&r, text);
    return 0;
}
