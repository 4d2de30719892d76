/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The numbers of a report of a session or a year. Which tables it has is one
 * table, TABLES; how a table is made of columns is in grid.c.
 *
 * A proposal is a document with a number or a proposer; reports, rules and other
 * papers of the same index are not counted, and a note says how many they are.
 * Filed is what its state says; a proposal without a state that has an outcome
 * was handled, so it was filed (a note again). When no proposal of the selection
 * says a state, all are counted as filed: an export of filed ones names none.
 */
#include "search/statistics.h"

#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "search/trend.h"

static const struct table {
    const char *key, *english, *chinese, *axis;
    enum population population;
} TABLES[] = {
    { "state", "Received: state", "提交：审查情况", "state", RECEIVED },
    { "period", "Received: when", "提交：会间会后", "period", RECEIVED },
    { "received_proposer_kind", "Received: proposers", "提交：提案者", "proposer_kind", RECEIVED },
    { "filed_proposer_kind", "Filed: proposers", "立案：提案者", "proposer_kind", FILED },
    { "category", "Filed: category", "立案：类别", "category", FILED },
    { "theme", "Filed: theme", "立案：主题", "theme", FILED },
    { "subtheme", "Filed: theme, second level", "立案：主题（二级）", "subtheme", FILED },
    { "unit", "Filed: lead unit", "立案：主办单位", "unit", FILED },
    { "outcome", "Answered: outcome", "办复：办理结果", "outcome", ANSWERED },
    { "satisfaction", "Answered: opinion of the proposers", "办复：提案者意见", "satisfaction", ANSWERED },
    { "key_outcome", "Key proposals: outcome", "重点提案：办理结果", "outcome", KEY },
};
enum {
    NTABLES = sizeof TABLES / sizeof *TABLES,
    MAX_NOTES = 8,
    MAX_AXES = 3
};

struct notes {
    const char *at[MAX_NOTES];
    size_t n;
};

static void note(struct notes *notes, const char *text)
{
    if (notes->n < MAX_NOTES)
        notes->at[notes->n++] = text;
}

/* ---- which documents -------------------------------------------------------------------- */

/* term 0, meeting 0, year 0: any. */
struct wanted {
    unsigned year, term, meeting;
};

static bool is_wanted(const struct snapshot *s, uint32_t doc, const struct wanted *w)
{
    return (!w->year || snapshot_number(s, doc, COLUMN_YEAR) == w->year) &&
           (!w->term || snapshot_number(s, doc, COLUMN_TERM) == w->term) &&
           (!w->meeting || snapshot_number(s, doc, COLUMN_MEETING) == w->meeting);
}

/* A paper without a number and a proposer is none; "others" counts those. */
static void select_docs(struct reporting *r, const struct wanted *w, size_t *others)
{
    const struct snapshot *s = r->reader->snapshot;
    vec_init(&r->docs, r->ctx->arena);
    *others = 0;
    for (size_t i = 0; i < snapshot_segments(s); i++) {
        struct column_view number, proposer;
        snapshot_column(s, i, COLUMN_NUMBER, &number);
        snapshot_column(s, i, COLUMN_PROPOSER, &proposer);
        for (uint32_t doc = number.first; doc < number.first + number.count; doc++) {
            if (!snapshot_is_live(s, doc) || !is_wanted(s, doc, w))
                continue;
            bool proposal = column_text(&number, column_code(&number, doc)).n > 0 ||
                            column_text(&proposer, column_code(&proposer, doc)).n > 0;
            if (proposal)
                vec_push(&r->docs, doc);
            *others += !proposal;
        }
    }
}

static int read_wanted(struct reporting *r, struct wanted *w)
{
    const char *session = r->options->session;
    *w = (struct wanted){ .year = r->options->year };
    if (session && !session_at(str_of(session), &w->term, &w->meeting))
        return ctx_fail(r->ctx, TIAN_EUSAGE, session, "no session; write it as 十四届三次",
                        "看不出是哪次会议；请写成 十四届三次");
    return 0;
}

/* ---- who is what -------------------------------------------------------------------------- */

static const struct axis *axis(const char *name)
{
    return axis_find(str_of(name));
}

static bool *codes_equal(const struct reporting *r, const struct axis_values *v, struct str value)
{
    bool *equal = arena_array(r->ctx->arena, bool, v->values.n);
    for (size_t i = 0; i < v->values.n; i++)
        equal[i] = str_eq(v->values.at[i], value);
    return equal;
}

static int by_doc(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* One that officers put below another. *news: its papers do not say so. */
static int mark_merged(struct reporting *r, struct str id, size_t *news)
{
    uint32_t doc;
    struct ctx quiet = *r->ctx;
    quiet.error = NULL;
    int code = snapshot_find(&quiet, r->reader->snapshot, id, &doc);
    if (code)
        return code == TIAN_ENOTFOUND ? 0 : ctx_fail(r->ctx, code, NULL, "cannot look it up", "查不到这一件");
    const uint32_t *found = bsearch(&doc, r->docs.at, r->docs.n, sizeof doc, by_doc);
    if (!found)
        return 0;
    uint8_t *population = &r->populations[found - r->docs.at];
    *news += !(*population & MERGED);
    *population |= MERGED;
    return 0;
}

static int mark_decided(struct reporting *r, struct notes *notes)
{
    size_t news = 0;
    int code = 0;
    for (size_t i = 0; i < r->decisions->n; i++)
        for (size_t k = 0; !code && k < r->decisions->at[i].nids; k++) {
            struct str id = r->decisions->at[i].ids[k], main = decisions_main(r->decisions, id);
            if (main.n > 0 && !str_eq(main, id))
                code = mark_merged(r, id, &news);
        }
    if (!code && news > 0 && !r->options->cross && !r->options->trend)
        note(notes,
             arena_printf(r->ctx->arena,
                          say("%zu were decided to be merged (tian merge), which their papers do not "
                              "say yet: by state they are counted as their papers say",
                              "%zu 件已定并入其他提案（tian merge），案卷尚未注明；审查情况仍按案卷统计"),
                          news));
    return code;
}

static void set_populations(struct reporting *r, struct notes *notes)
{
    const struct snapshot *s = r->reader->snapshot;
    struct axis_values state = { 0 }, outcome = { 0 };
    size_t guessed = 0;
    axis_read(axis("state"), r->ctx->arena, s, &r->docs, &state);
    axis_read(axis("outcome"), r->ctx->arena, s, &r->docs, &outcome);
    bool *filed = codes_equal(r, &state, STR("filed")), no_states = state.values.n == 1;
    bool *merged = codes_equal(r, &state, STR("merged"));
    r->populations = arena_array(r->ctx->arena, uint8_t, r->docs.n + 1);
    for (size_t i = 0; i < r->docs.n; i++) {
        uint64_t flags = snapshot_number(s, r->docs.at[i], COLUMN_FLAGS);
        bool guess = !no_states && state.code[i] == 0 && outcome.code[i] != 0;
        unsigned is = RECEIVED | (flags & FLAG_HIDDEN ? CLOSED : 0u) | (merged[state.code[i]] ? MERGED : 0u);
        if (no_states || guess || filed[state.code[i]])
            is |= FILED | (outcome.code[i] ? ANSWERED : 0u) | (flags & FLAG_KEY ? KEY : 0u);
        r->populations[i] = (uint8_t)is;
        guessed += guess;
    }
    if (r->options->cross || r->options->trend) /* count all that were received */
        return;
    if (no_states)
        note(notes, say("no proposal says whether it was filed: all are counted as filed",
                        "没有一件写明是否立案，全部按立案统计"));
    if (guessed > 0)
        note(notes, arena_printf(r->ctx->arena,
                                 say("%zu without a state but with an outcome are counted as filed",
                                     "%zu 件没有写审查情况但有办理结果，按立案统计"),
                                 guessed));
}

/* ---- what is behind a number ----------------------------------------------------------------- */

bool report_wants(const struct reporting *r, const char *table, const char *line, size_t column)
{
    const struct tian_report_options *o = r->options;
    if (!o->explain || !o->table)
        return o->explain;
    return o->line && strcmp(o->table, table) == 0 && strcmp(o->line, line) == 0 && o->column == column;
}

int report_put(const struct reporting *r, size_t i, uint64_t seen, struct tian_report_cell *cell)
{
    const struct tian_report_options *o = r->options;
    struct arena *arena = r->ctx->arena;
    bool part = !o->table || (seen >= o->offset && (o->count == 0 || seen - o->offset < o->count));
    if (!part || (o->role == TIAN_ROLE_PUBLIC && (r->populations[i] & CLOSED)))
        return 0;
    if (!r->ids[i]) {
        struct str id;
        int code = snapshot_id(r->ctx, r->reader->snapshot, r->docs.at[i], &id);
        if (code)
            return code;
        r->ids[i] = arena_cstr(arena, id);
    }
    if (!cell->ids)
        cell->ids = arena_array(arena, const char *, o->table && o->count ? o->count : cell->documents);
    ((const char **)cell->ids)[cell->nids++] = r->ids[i];
    return ctx_check(r->ctx);
}

/* ---- the usual tables ----------------------------------------------------------------------- */

static const struct number {
    const char *key, *english, *chinese;
    enum population population;
    const char *distinct; /* an axis: how many values instead of how many documents */
} NUMBERS[] = {
    { "received", "received", "提交", RECEIVED, NULL },
    { "filed", "filed", "立案", FILED, NULL },
    { "merged", "merged into others", "并入其他提案", MERGED, NULL },
    { "answered", "answered", "办复", ANSWERED, NULL },
    { "key", "key proposals", "重点提案", KEY, NULL },
    { "closed", "not public", "不公开", CLOSED, NULL },
    { "lead_units", "lead units (of those filed)", "主办单位（立案提案，个）", FILED, "unit" },
    { "proposers", "first proposers", "第一提案者（个）", RECEIVED, "proposer" },
};
enum {
    NNUMBERS = sizeof NUMBERS / sizeof *NUMBERS
};

static int make_numbers(const struct reporting *r, struct tian_report_table *out)
{
    struct arena *arena = r->ctx->arena;
    struct tian_report_line *lines = arena_array(arena, struct tian_report_line, NNUMBERS);
    const char **columns = arena_array(arena, const char *, 1);
    int code = 0;
    for (size_t i = 0; code == 0 && i < NNUMBERS; i++) {
        struct tian_report_cell *cell = arena_new_of(arena, struct tian_report_cell);
        bool wanted = report_wants(r, "numbers", NUMBERS[i].key, 0);
        if (NUMBERS[i].distinct)
            cell->documents = grid_distinct(r, NUMBERS[i].population, axis(NUMBERS[i].distinct));
        else
            code = grid_number(r, NUMBERS[i].population, wanted, cell);
        lines[i] =
            (struct tian_report_line){ NUMBERS[i].key, say(NUMBERS[i].english, NUMBERS[i].chinese), cell };
    }
    columns[0] = say("number", "数");
    *out = (struct tian_report_table){ "numbers", say("Numbers", "总数"), columns, 1, lines, NNUMBERS, 0 };
    return code;
}

static int make_usual(const struct reporting *r, struct tian_report *out)
{
    struct tian_report_table *tables = arena_array(r->ctx->arena, struct tian_report_table, NTABLES + 1);
    int code = make_numbers(r, &tables[0]);
    out->ntables = 1;
    for (size_t i = 0; code == 0 && i < NTABLES; i++) {
        struct grid grid = { .key = TABLES[i].key,
                             .title = say(TABLES[i].english, TABLES[i].chinese),
                             .population = TABLES[i].population,
                             .rows = axis(TABLES[i].axis) };
        code = grid_make(r, &grid, &tables[out->ntables]);
        out->ntables += code == 0 && tables[out->ntables].total > 0;
    }
    out->tables = tables;
    if (code == 0)
        report_say(r->ctx->arena, out);
    return code;
}

const struct axis *report_axis(const char *table_key)
{
    for (size_t i = 0; i < NTABLES; i++)
        if (strcmp(TABLES[i].key, table_key) == 0)
            return axis(TABLES[i].axis);
    return NULL;
}

/* ---- cross-tables ------------------------------------------------------------------------------ */

static int read_axes(struct reporting *r, const struct axis **axes, size_t *n)
{
    struct str rest = str_of(r->options->cross), name;
    while (config_item(&rest, &name)) {
        const struct axis *found = axis_find(name);
        if (!found || *n == MAX_AXES)
            return ctx_fail(
                r->ctx, TIAN_EUSAGE, r->options->cross,
                "one to three of these are wanted, commas between: year session period proposer_kind "
                "proposer category theme subtheme unit outcome state satisfaction",
                "应为以下一至三项，逗号隔开：年份 届次 提交时间 提案者 提案人 类别 主题 主题（二级） "
                "主办单位 "
                "办理结果 审查情况 提案者意见");
        axes[(*n)++] = found;
    }
    return *n ? 0 : ctx_fail(r->ctx, TIAN_EUSAGE, "cross", "nothing to count by", "没有说按什么统计");
}

static const char *titles(struct arena *arena, const struct axis *const *axes, size_t n)
{
    const char *title = axis_title(axes[0]);
    for (size_t i = 1; i < n; i++)
        title = arena_printf(arena, "%s × %s", title, axis_title(axes[i]));
    return title;
}

/* With three axes a table for each value of the first. */
static int make_layers(const struct reporting *r, const struct axis *const *axes, struct tian_report *out)
{
    struct arena *arena = r->ctx->arena;
    struct axis_values first = { 0 };
    int code = 0;
    axis_read(axes[0], arena, r->reader->snapshot, &r->docs, &first);
    struct tian_report_table *tables = arena_array(arena, struct tian_report_table, first.values.n);
    for (uint32_t i = 0; code == 0 && i < first.values.n; i++) {
        struct str value = first.values.at[i];
        const char *shown = axis_shown(axes[0], arena, value);
        struct grid grid = { .key = arena_cstr(arena, value),
                             .title = arena_printf(arena, "%s：%s", shown, titles(arena, axes + 1, 2)),
                             .population = RECEIVED,
                             .rows = axes[1],
                             .columns = axes[2],
                             .only = axes[0],
                             .only_code = i };
        code = grid_make(r, &grid, &tables[out->ntables]);
        out->ntables += code == 0 && tables[out->ntables].total > 0;
    }
    out->tables = tables;
    return code;
}

static int make_cross(struct reporting *r, struct tian_report *out)
{
    const struct axis *axes[MAX_AXES];
    size_t n = 0;
    int code = read_axes(r, axes, &n);
    if (code || n == MAX_AXES)
        return code ? code : make_layers(r, axes, out);
    struct tian_report_table *table = arena_new_of(r->ctx->arena, struct tian_report_table);
    struct grid grid = { .key = "cross",
                         .title = titles(r->ctx->arena, axes, n),
                         .population = RECEIVED,
                         .rows = axes[0],
                         .columns = n > 1 ? axes[1] : NULL };
    out->tables = table;
    out->ntables = 1;
    return grid_make(r, &grid, table);
}

/* ---- all of it ----------------------------------------------------------------------------------- */

static const char *title_of(const struct reporting *r, const struct wanted *w)
{
    struct arena *arena = r->ctx->arena;
    const char *what = r->options->cross ? say("Proposals counted", "提案统计表")
                                         : say("Statistics of proposals", "提案工作统计");
    const char *session = r->options->session ? arena_printf(arena, "%s", r->options->session) : "";
    const char *year = w->year ? arena_printf(arena, say("%u ", "%u年"), w->year) : "";
    return arena_printf(arena, say("%s %s%s", "%s%s%s"), session, year, what);
}

int search_report(struct ctx *ctx, const struct reader *reader, const struct decisions *decisions,
                  const struct tian_report_options *options, struct docs *solved, struct tian_report *out)
{
    struct reporting r = { .ctx = ctx, .reader = reader, .options = options, .decisions = decisions };
    struct notes *notes = arena_new_of(ctx->arena, struct notes);
    struct wanted wanted;
    size_t others;
    int code = read_wanted(&r, &wanted);
    if (code)
        return code;
    select_docs(&r, &wanted, &others);
    if (r.docs.n == 0)
        return ctx_fail(ctx, TIAN_ENOTFOUND, NULL, "not one proposal of that time", "没有这一时间的提案");
    set_populations(&r, notes);
    code = mark_decided(&r, notes);
    if (code)
        return code;
    if (others > 0)
        note(notes, arena_printf(ctx->arena,
                                 say("%zu other documents (without number and proposer) are not counted",
                                     "另有 %zu 份不是提案（没有案号和提案者），未计"),
                                 others));
    vec_init(solved, ctx->arena);
    r.ids = arena_array(ctx->arena, const char *, r.docs.n + 1);
    *out = (struct tian_report){ .title = title_of(&r, &wanted) };
    const char *remark = NULL;
    code = options->trend   ? report_trend(&r, solved, out, &remark)
           : options->cross ? make_cross(&r, out)
                            : make_usual(&r, out);
    if (remark)
        note(notes, remark);
    out->notes = notes->at;
    out->nnotes = notes->n;
    return code;
}

const struct tian_report_table *report_table(const struct tian_report *report, const char *key)
{
    for (size_t i = 0; i < report->ntables; i++)
        if (strcmp(report->tables[i].key, key) == 0)
            return &report->tables[i];
    return NULL;
}

const struct tian_report_line *report_line(const struct tian_report_table *table, const char *key)
{
    for (size_t i = 0; table && i < table->nlines; i++)
        if (strcmp(table->lines[i].key, key) == 0)
            return &table->lines[i];
    return NULL;
}
