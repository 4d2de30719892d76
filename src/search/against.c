/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A printed report against ours. What printed.c read is looked up in our tables;
 * what comes of it is a report again, so that every format can show it: a table
 * of what differs, of printed parts that miss their printed whole, of what is not
 * known here, of what was not printed, of what agrees. A share agrees when ours,
 * rounded to as many decimals, is what was printed. A line that our table does
 * not have counts nothing: tables leave out what is 0.
 */
#include "base/config.h"
#include "search/printed.h"
#include "search/statistics.h"

#include <math.h>
#include <string.h>

enum verdict {
    DIFFERS,
    MISSES,
    UNKNOWN,
    UNPRINTED,
    AGREES,
    NVERDICTS
};

static const struct {
    const char *key, *english, *chinese;
    const char *columns[3][2]; /* in English and Chinese */
    size_t ncolumns;
} VERDICTS[NVERDICTS] = {
    [DIFFERS] = { "differs",
                  "Differs",
                  "不符",
                  { { "ours", "库中" }, { "printed", "印出" }, { "in the words", "原文" } },
                  3 },
    [MISSES] = { "misses",
                 "Printed parts that do not add up to their printed whole",
                 "印出的各部分加不出印出的合计",
                 { { "added up", "相加" }, { "printed", "印出" }, { "parts", "各部分" } },
                 3 },
    [UNKNOWN] = { "unknown",
                  "Printed, not known here",
                  "印出而库中没有此项",
                  { { "printed", "印出" }, { "in the words", "原文" } },
                  2 },
    [UNPRINTED] = { "unprinted", "Ours, not printed", "库中有而没有印出", { { "ours", "库中" } }, 1 },
    [AGREES] = { "agrees",
                 "Agrees",
                 "相符",
                 { { "ours", "库中" }, { "printed", "印出" }, { "in the words", "原文" } },
                 3 },
};

struct against {
    struct ctx *ctx;
    const struct tian_report *ours;
    struct printed printed;
    struct printed_use *uses; /* one a printed number */
    vec_of(struct tian_report_line) lines[NVERDICTS];
};

/* A cell of ours by its place. */
struct found {
    const struct tian_report_table *table;
    const struct tian_report_line *line; /* NULL: it counts nothing */
};

struct ids {
    const char **at;
    size_t n, cap;
};

/* What ours is for one printed number. */
struct printed_use {
    struct found place; /* of a meaning that is one line */
    bool known;
    uint64_t documents, whole;
    struct ids ids;
};

/* ---- Meanings ---------------------------------------------------------------------------- */

/* "state.merged": false when there is no such table. */
static bool find_place(const struct against *a, struct str name, struct found *out)
{
    struct str table, line = str_split(name, '.', &table);
    const char *key = arena_cstr(a->ctx->arena, table);
    *out = (struct found){ .table = report_table(a->ours, key) };
    out->line = report_line(out->table, arena_cstr(a->ctx->arena, line));
    return out->table != NULL || report_axis(key) != NULL;
}

static void add_cell(struct printed_use *use, const struct tian_report_line *line)
{
    if (!line)
        return;
    const struct tian_report_cell *cell = &line->cells[0];
    use->documents += cell->documents;
    for (size_t i = 0; i < cell->nids; i++)
        vec_push(&use->ids, cell->ids[i]);
}

/* The next item of "state.merged + state.advice". */
static bool next_item(struct str *sum, struct str *item)
{
    bool more = sum->n > 0;
    *sum = str_split(*sum, '+', item);
    *item = str_trim(*item);
    return more;
}

/* All items into use; its place is the one line, or only the table they all are of. */
static bool add_all(const struct against *a, struct str sum, struct printed_use *use)
{
    struct str item;
    bool first = true;
    while (next_item(&sum, &item)) {
        struct found found;
        if (!find_place(a, item, &found))
            return false;
        add_cell(use, found.line);
        if (first)
            use->place = found;
        else
            use->place = (struct found){ found.table == use->place.table ? found.table : NULL, NULL };
        first = false;
    }
    return !first;
}

/* The line whose name is longest within the words. */
static struct found line_named(const struct tian_report_table *table, struct str words)
{
    struct found best = { table, NULL };
    size_t longest = 0;
    for (size_t i = 0; table && i + 1 < table->nlines; i++) {
        struct str name = str_of(table->lines[i].name);
        if (name.n > longest && table->lines[i].key[0] && str_has(words, name)) {
            best.line = &table->lines[i];
            longest = name.n;
        }
    }
    return best;
}

static bool find_named(const struct against *a, struct str tables, struct str words, struct printed_use *use)
{
    struct str name;
    while (config_item(&tables, &name)) {
        struct found found = line_named(report_table(a->ours, arena_cstr(a->ctx->arena, name)), words);
        if (!use->place.table)
            use->place = found;
        if (found.line) {
            use->place = found;
            add_cell(use, found.line);
            return true;
        }
    }
    return false;
}

static void look_up(const struct against *a, const struct printed_number *n, struct printed_use *use)
{
    struct str part, whole = str_split(n->meaning, '/', &part);
    vec_init(&use->ids, a->ctx->arena);
    use->known = n->any ? find_named(a, part, n->words, use) : add_all(a, str_trim(part), use);
    if (!use->known || !n->share)
        return;
    struct printed_use other = { 0 };
    vec_init(&other.ids, a->ctx->arena);
    if (whole.n > 0)
        use->known = add_all(a, str_trim(whole), &other);
    else if (use->place.table)
        other.documents = use->place.table->total;
    use->whole = other.documents;
    use->known &= use->whole > 0;
}

/* ---- Lines of the answer --------------------------------------------------------------------- */

static struct tian_report_cell words_cell(const char *text)
{
    return (struct tian_report_cell){ .text = text };
}

static const char *name_of(const struct against *a, const struct printed_number *n,
                           const struct printed_use *use)
{
    const char *words = arena_cstr(a->ctx->arena, n->words);
    const char *share = n->share ? say(" (share)", "（占比）") : "";
    if (use->known && use->place.line)
        return arena_printf(a->ctx->arena, "%s · %s%s", use->place.table->title, use->place.line->name,
                            share);
    return arena_printf(a->ctx->arena, "%s%s", words, share);
}

static const char *amount_text(struct arena *arena, const struct amount *amount, bool share)
{
    return arena_printf(arena, "%.*f%s", (int)amount->decimals, amount->value, share ? "%" : "");
}

/* Ours, as many decimals as were printed. */
static struct tian_report_cell our_cell(const struct against *a, const struct printed_number *n,
                                        const struct printed_use *use, bool ids)
{
    struct amount mine = { .decimals = n->amount.decimals, .value = (double)use->documents };
    if (n->share) {
        mine.value = 100.0 * (double)use->documents / (double)use->whole;
        double unit = pow(10, mine.decimals);
        mine.value = round(mine.value * unit) / unit;
    }
    struct tian_report_cell cell = words_cell(amount_text(a->ctx->arena, &mine, n->share));
    cell.documents = use->documents;
    cell.share = n->share ? (double)use->documents / (double)use->whole : 0;
    cell.named = true;
    if (ids) {
        cell.ids = use->ids.at;
        cell.nids = use->ids.n;
    }
    return cell;
}

static void put(struct against *a, enum verdict verdict, const char *key, const char *name,
                const struct tian_report_cell *cells)
{
    size_t n = VERDICTS[verdict].ncolumns;
    struct tian_report_cell *copy = arena_array(a->ctx->arena, struct tian_report_cell, n);
    memcpy(copy, cells, n * sizeof *copy);
    vec_push(&a->lines[verdict], (struct tian_report_line){ key, name, copy });
}

/* The number that differs was this one already. */
static bool is_last(const struct against *a, const char *key)
{
    size_t n = a->lines[DIFFERS].n;
    return n > 0 && strcmp(a->lines[DIFFERS].at[n - 1].key, key) == 0;
}

static void compare_number(struct against *a, const struct printed_number *n, struct printed_use *use)
{
    struct arena *arena = a->ctx->arena;
    look_up(a, n, use);
    const char *key =
        arena_cstr(arena, n->any && use->place.line ? str_of(use->place.line->key) : n->meaning);
    struct tian_report_cell printed = words_cell(amount_text(arena, &n->amount, n->share)),
                            clause = words_cell(arena_cstr(arena, n->clause));
    printed.documents = n->share ? 0 : (uint64_t)n->amount.value;
    if (!use->known) {
        put(a, UNKNOWN, key, name_of(a, n, use), (struct tian_report_cell[]){ printed, clause });
        return;
    }
    bool agrees = strcmp(our_cell(a, n, use, false).text, printed.text) == 0;
    bool behind = !agrees && !(n->share && is_last(a, key)); /* not once more below a share of it */
    struct tian_report_cell cells[] = { our_cell(a, n, use, behind), printed, clause };
    put(a, agrees ? AGREES : DIFFERS, key, name_of(a, n, use), cells);
}

/* ---- Printed parts of a printed whole ----------------------------------------------------------- */

struct adding {
    struct buf formula;
    uint64_t sum;
    size_t n;
};

static void add_part(struct adding *adding, const struct printed_number *n)
{
    adding->sum += (uint64_t)n->amount.value;
    buf_printf(&adding->formula, "%s%.0f", adding->n++ ? "+" : "", n->amount.value);
}

/* The count that was printed for this meaning, the first one. */
static const struct printed_number *printed_of(const struct against *a, struct str meaning)
{
    for (size_t i = 0; i < a->printed.numbers.n; i++)
        if (!a->printed.numbers.at[i].share && str_eq(a->printed.numbers.at[i].meaning, meaning))
            return &a->printed.numbers.at[i];
    return NULL;
}

/* Are all items of this meaning lines of the table, and none of several said by itself too? */
static bool is_part(const struct against *a, struct str meaning, struct str table)
{
    struct str item, rest = meaning, named;
    while (next_item(&rest, &item)) {
        str_split(item, '.', &named);
        if (!str_eq(named, table) || (item.n < meaning.n && printed_of(a, item)))
            return false;
    }
    return true;
}

/* All printed lines of a table: by their place, or by their words. */
static void add_lines(const struct against *a, struct str table, struct adding *adding)
{
    for (size_t i = 0; i < a->printed.numbers.n; i++) {
        const struct printed_number *n = &a->printed.numbers.at[i];
        struct str tables = n->meaning, first;
        bool named = n->any && config_item(&tables, &first) && str_eq(first, table);
        if (!n->share && n->meaning.n > 0 && (named || (!n->any && is_part(a, n->meaning, table))))
            add_part(adding, n);
    }
}

/* False when one of those that are asked for was not printed. */
static bool add_parts(const struct against *a, struct str parts, struct adding *adding)
{
    struct str part;
    while (next_item(&parts, &part)) {
        const struct printed_number *n = printed_of(a, part);
        if (str_ends(part, STR(".*")))
            add_lines(a, str_sub(part, 0, part.n - 2), adding);
        else if (n)
            add_part(adding, n);
        else
            return false;
    }
    return adding->n > 1;
}

static void compare_sum(struct against *a, const struct printed_sum *sum)
{
    struct arena *arena = a->ctx->arena;
    const struct printed_number *whole = printed_of(a, sum->whole);
    struct adding adding = { .n = 0 };
    buf_init(&adding.formula, arena);
    if (!whole || !add_parts(a, sum->parts, &adding) || (double)adding.sum == whole->amount.value)
        return;
    double left = whole->amount.value - (double)adding.sum;
    struct tian_report_cell cells[] = {
        words_cell(arena_printf(arena, "%llu", (unsigned long long)adding.sum)),
        words_cell(amount_text(arena, &whole->amount, false)),
        words_cell(arena_printf(arena, say("%s, %s by %.0f", "%s，%s %.0f"),
                                arena_cstr(arena, buf_view(&adding.formula)),
                                left > 0 ? say("short", "少") : say("over", "多"), fabs(left))),
    };
    const struct printed_use *use = &a->uses[whole - a->printed.numbers.at];
    put(a, MISSES, arena_cstr(arena, sum->parts), name_of(a, whole, use), cells);
}

/* ---- Ours that was not printed -------------------------------------------------------------------- */

/* The table of numbers repeats two of the states: said of one, it is said of the other. */
static bool is_repeated(const struct found *place, const struct found *other)
{
    bool numbers = strcmp(place->table->key, "numbers") == 0 || strcmp(other->table->key, "numbers") == 0;
    return numbers && place->line && strcmp(place->line->key, other->line->key) == 0 &&
           place->line->cells[0].documents == other->line->cells[0].documents;
}

/* Is it one of the items? */
static bool has_item(const struct against *a, struct str meaning, const struct found *wanted)
{
    struct str item, rest;
    struct found found;
    str_split(meaning, '/', &rest);
    while (next_item(&rest, &item))
        if (find_place(a, item, &found) && found.line == wanted->line)
            return true;
    return false;
}

static bool was_printed(const struct against *a, const struct found *wanted)
{
    for (size_t i = 0; i < a->printed.numbers.n; i++) {
        const struct printed_number *n = &a->printed.numbers.at[i];
        const struct found *place = &a->uses[i].place;
        if (!a->uses[i].known)
            continue;
        if (place->line == wanted->line || (place->table && is_repeated(place, wanted)) ||
            (!n->any && has_item(a, n->meaning, wanted)))
            return true;
    }
    return false;
}

static bool has_printed(const struct against *a, const struct tian_report_table *table)
{
    for (size_t i = 0; i < a->printed.numbers.n; i++)
        if (a->uses[i].place.table == table)
            return true;
    return false;
}

/* Only of tables of which something was printed. */
static void put_unprinted(struct against *a)
{
    struct arena *arena = a->ctx->arena;
    for (size_t t = 0; t < a->ours->ntables; t++) {
        const struct tian_report_table *table = &a->ours->tables[t];
        for (size_t i = 0; i < table->nlines && has_printed(a, table); i++) {
            const struct tian_report_line *line = &table->lines[i];
            bool total = strcmp(line->key, "total") == 0;
            if (total || line->cells[0].documents == 0 || was_printed(a, &(struct found){ table, line }))
                continue;
            put(a, UNPRINTED, arena_printf(arena, "%s.%s", table->key, line->key),
                arena_printf(arena, "%s · %s", table->title, line->name), line->cells);
        }
    }
}

/* ---- The answer ----------------------------------------------------------------------------------- */

static void put_table(struct against *a, enum verdict v, struct tian_report_table *out)
{
    const char **columns = arena_array(a->ctx->arena, const char *, VERDICTS[v].ncolumns);
    for (size_t i = 0; i < VERDICTS[v].ncolumns; i++)
        columns[i] = say(VERDICTS[v].columns[i][0], VERDICTS[v].columns[i][1]);
    *out = (struct tian_report_table){ .key = VERDICTS[v].key,
                                       .title = say(VERDICTS[v].english, VERDICTS[v].chinese),
                                       .columns = columns,
                                       .ncolumns = VERDICTS[v].ncolumns,
                                       .lines = a->lines[v].at,
                                       .nlines = a->lines[v].n };
}

static void put_answer(struct against *a, const char *name, struct tian_report *out)
{
    struct arena *arena = a->ctx->arena;
    struct tian_report_table *tables = arena_array(arena, struct tian_report_table, NVERDICTS);
    const char **paragraphs = arena_array(arena, const char *, 1);
    for (enum verdict v = 0; v < NVERDICTS; v++)
        if (a->lines[v].n > 0)
            put_table(a, v, &tables[out->ntables++]);
    paragraphs[0] =
        arena_printf(arena,
                     say("Of %zu printed numbers %zu agree, %zu differ, %zu are not known here; %zu of "
                         "ours were not printed; %zu printed wholes are not what their parts add up to.",
                         "印出的数 %zu 个：相符 %zu，不符 %zu，库中没有此项 "
                         "%zu；库中有而没有印出 %zu；各部分加不出合计 %zu。"),
                     a->printed.numbers.n, a->lines[AGREES].n, a->lines[DIFFERS].n, a->lines[UNKNOWN].n,
                     a->lines[UNPRINTED].n, a->lines[MISSES].n);
    out->title = arena_printf(arena, say("%s against %s", "%s：与 %s 对照"), a->ours->title, name);
    out->paragraphs = paragraphs;
    out->nparagraphs = 1;
    out->tables = tables;
    out->notes = a->ours->notes;
    out->nnotes = a->ours->nnotes;
    out->differs = a->lines[DIFFERS].n;
}

int report_compare(struct ctx *ctx, const struct tian_report *ours, const struct printed_source *source,
                   struct tian_report *out)
{
    struct against a = { .ctx = ctx, .ours = ours };
    int code = printed_read(ctx, source->words, source->text, &a.printed);
    if (code)
        return code;
    if (a.printed.numbers.n == 0)
        return ctx_fail(ctx, TIAN_ENOTFOUND, source->name, "not one number of a report was found in it",
                        "其中没有找到一个报告的数");
    a.uses = arena_array(ctx->arena, struct printed_use, a.printed.numbers.n);
    for (size_t v = 0; v < NVERDICTS; v++)
        vec_init(&a.lines[v], ctx->arena);
    for (size_t i = 0; i < a.printed.numbers.n; i++)
        compare_number(&a, &a.printed.numbers.at[i], &a.uses[i]);
    for (size_t i = 0; i < a.printed.sums.n; i++)
        compare_sum(&a, &a.printed.sums.at[i]);
    put_unprinted(&a);
    put_answer(&a, source->name, out);
    return 0;
}
