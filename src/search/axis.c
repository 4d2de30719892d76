/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The axes of reports: one table. Columns of text are read by codes: what a code
 * stands for is looked at once a segment, so a document costs an array access.
 * A column may hold more than is counted (several units, several labels, what a
 * person wrote of the state); `read` takes the one value out of it: the lead
 * unit, the first label, one of filed merged advice refused withdrawn.
 *
 * A new axis is a line in AXES.
 */
#include "search/axis.h"

#include "base/map.h"
#include "search/facet.h"

struct shown {
    const char *value, *english, *chinese;
};

struct axis {
    const char *name, *english, *chinese;
    enum text_column column; /* with read */
    struct str (*read)(struct str);
    struct str (*number)(struct arena *, const struct snapshot *, uint32_t doc); /* instead, of numbers */
    uint64_t (*key)(const struct snapshot *, uint32_t doc); /* equal keys, equal numbers */
    const struct shown *shown;                              /* values in their order; ends with NULL */
    bool by_taxonomy, by_value;
};

/* ---- one value out of a column -------------------------------------------------------- */

static struct str whole(struct str s)
{
    return s;
}

static struct str first(struct str s)
{
    struct str head;
    str_split(s, '\x1f', &head);
    return head;
}

static struct str first_level(struct str s)
{
    struct str head;
    str_split(first(s), '/', &head);
    return head;
}

struct wording {
    struct str part;
    const char *value;
};

/* The value of the first part that occurs; else what is written. */
static struct str worded(struct str s, const struct wording *wordings)
{
    for (; wordings->value; wordings++)
        if (str_has(s, wordings->part))
            return str_of(wordings->value);
    return str_trim(s);
}

static struct str state(struct str s)
{
    static const struct wording wordings[] = {
        { { "不予立案", 12 }, "refused" },
        { { "不立案", 9 }, "refused" },
        { { "未立案", 9 }, "refused" },
        { { "并案", 6 }, "merged" },
        { { "并入", 6 }, "merged" },
        { { "撤", 3 }, "withdrawn" },
        { { "意见建议", 12 }, "advice" },
        { { "作为建议", 12 }, "advice" },
        { { "参阅", 6 }, "advice" },
        { { "转办", 6 }, "advice" },
        { { "立案", 6 }, "filed" },
        { { "办", 3 }, "filed" },
        { { "答复", 6 }, "filed" },
        { { "refused", 7 }, "refused" },
        { { "merged", 6 }, "merged" },
        { { "filed", 5 }, "filed" },
        { { "", 0 }, NULL },
    };
    return worded(s, wordings);
}

static struct str satisfaction(struct str s)
{
    static const struct wording wordings[] = {
        { { "不满意", 9 }, "unsatisfied" },
        { { "基本满意", 12 }, "mostly_satisfied" },
        { { "比较满意", 12 }, "mostly_satisfied" },
        { { "满意", 6 }, "satisfied" },
        { { "", 0 }, NULL },
    };
    return worded(s, wordings);
}

/* ---- numbers ------------------------------------------------------------------------------ */

static uint64_t year_key(const struct snapshot *s, uint32_t doc)
{
    return snapshot_number(s, doc, COLUMN_YEAR);
}

static struct str year_text(struct arena *arena, const struct snapshot *s, uint32_t doc)
{
    uint64_t year = year_key(s, doc);
    return year ? str_of(arena_printf(arena, "%u", (unsigned)year)) : STR("");
}

static uint64_t session_key(const struct snapshot *s, uint32_t doc)
{
    return snapshot_number(s, doc, COLUMN_TERM) << 32 | snapshot_number(s, doc, COLUMN_MEETING);
}

static struct str session_text(struct arena *arena, const struct snapshot *s, uint32_t doc)
{
    uint64_t key = session_key(s, doc);
    return str_of(facet_session(arena, key >> 32, key & UINT32_MAX));
}

static uint64_t period_key(const struct snapshot *s, uint32_t doc)
{
    return snapshot_number(s, doc, COLUMN_FLAGS) & (FLAG_IN_SESSION | FLAG_AFTER_SESSION);
}

static struct str period_text(struct arena *arena, const struct snapshot *s, uint32_t doc)
{
    (void)arena;
    uint64_t key = period_key(s, doc);
    return key & FLAG_AFTER_SESSION ? STR("after_session") : key ? STR("in_session") : STR("");
}

/* ---- the table ------------------------------------------------------------------------------ */

static const struct shown STATES[] = {
    { "filed", "filed", "立案" },
    { "merged", "merged", "并案" },
    { "advice", "turned into advice", "转为意见建议" },
    { "refused", "not filed", "不予立案" },
    { "withdrawn", "withdrawn", "撤案" },
    { NULL, NULL, NULL },
};
static const struct shown OUTCOMES[] = {
    { "solved", "solved or adopted", "解决或采纳" },
    { "in-progress", "being solved", "正在解决" },
    { "planned", "planned", "列入计划" },
    { "reference", "for reference", "留作参考" },
    { "explained", "explained", "解释说明" },
    { "unknown", "not understood", "写法不识" },
    { NULL, NULL, NULL },
};
static const struct shown OPINIONS[] = {
    { "satisfied", "satisfied", "满意" },
    { "mostly_satisfied", "mostly satisfied", "基本满意" },
    { "unsatisfied", "unsatisfied", "不满意" },
    { NULL, NULL, NULL },
};
static const struct shown KINDS[] = {
    { "member", "of members", "委员提案" },
    { "collective", "collective", "集体提案" },
    { NULL, NULL, NULL },
};
static const struct shown PERIODS[] = {
    { "in_session", "during the session", "会间" },
    { "after_session", "after the session", "会后" },
    { NULL, NULL, NULL },
};

static const struct axis AXES[] = {
    { "year", "Year", "年份", 0, NULL, year_text, year_key, NULL, false, true },
    { "session", "Session", "届次", 0, NULL, session_text, session_key, NULL, false, false },
    { "period", "When handed in", "提交时间", 0, NULL, period_text, period_key, PERIODS, false, false },
    { "proposer_kind", "Proposers", "提案者", COLUMN_PROPOSER_KIND, whole, NULL, NULL, KINDS, false, false },
    { "proposer", "Proposer", "提案人", COLUMN_PROPOSER, first, NULL, NULL, NULL, false, false },
    { "category", "Category", "类别", COLUMN_CATEGORY, whole, NULL, NULL, NULL, true, false },
    { "theme", "Theme", "主题", COLUMN_THEME, first_level, NULL, NULL, NULL, true, false },
    { "subtheme", "Theme, second level", "主题（二级）", COLUMN_THEME, first, NULL, NULL, NULL, true, false },
    { "unit", "Lead unit", "主办单位", COLUMN_UNITS, first, NULL, NULL, NULL, false, false },
    { "outcome", "Outcome", "办理结果", COLUMN_OUTCOME, whole, NULL, NULL, OUTCOMES, false, false },
    { "state", "State", "审查情况", COLUMN_STATE, state, NULL, NULL, STATES, false, false },
    { "satisfaction", "Opinion of the proposers", "提案者意见", COLUMN_SATISFACTION, satisfaction, NULL, NULL,
      OPINIONS, false, false },
};

/* What people call them beside their names. */
static struct str axis_alias(struct str name)
{
    static const struct {
        struct str alias, name;
    } aliases[] = {
        { STR("年"), STR("year") },
        { STR("届"), STR("session") },
        { STR("单位"), STR("unit") },
        { STR("承办单位"), STR("unit") },
        { STR("结果"), STR("outcome") },
        { STR("状态"), STR("state") },
        { STR("二级主题"), STR("subtheme") },
        { STR("类型"), STR("proposer_kind") },
        { STR("满意度"), STR("satisfaction") },
        { STR("提案者性质"), STR("proposer_kind") },
    };
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (str_eq(name, aliases[i].alias))
            return aliases[i].name;
    return name;
}

const struct axis *axis_find(struct str name)
{
    name = axis_alias(name);
    for (size_t i = 0; i < sizeof AXES / sizeof *AXES; i++)
        if (str_eq(name, str_of(AXES[i].name)) || str_eq(name, str_of(AXES[i].chinese)))
            return &AXES[i];
    return NULL;
}

const char *axis_name(const struct axis *axis)
{
    return axis->name;
}

bool axis_names_people(const struct axis *axis)
{
    return axis->column == COLUMN_PROPOSER && axis->read;
}

const char *axis_title(const struct axis *axis)
{
    return say(axis->english, axis->chinese);
}

static bool is_theme(const struct axis *axis)
{
    return axis->by_taxonomy && axis->column == COLUMN_THEME;
}

static const struct shown *shown(const struct axis *axis, struct str value)
{
    static const struct shown unstated = { "", "not stated", "未注明" },
                              no_theme = { "", "no theme", "未分类" };
    for (const struct shown *s = axis->shown; s && s->value; s++)
        if (str_eq(value, str_of(s->value)))
            return s;
    return value.n > 0 ? NULL : is_theme(axis) ? &no_theme : &unstated;
}

const char *axis_shown(const struct axis *axis, struct arena *arena, struct str value)
{
    const struct shown *s = shown(axis, value);
    return s ? say(s->english, s->chinese) : arena_cstr(arena, value);
}

const char *axis_chinese(const struct axis *axis, struct arena *arena, struct str value)
{
    const struct shown *s = shown(axis, value);
    return s ? s->chinese : arena_cstr(arena, value);
}

static size_t place_in_taxonomy(const struct taxonomy *taxonomy, struct str value)
{
    for (size_t i = 0; i < taxonomy_nodes(taxonomy); i++)
        if (str_eq(taxonomy_node_name(taxonomy, i), value))
            return i;
    return SIZE_MAX;
}

size_t axis_place(const struct axis *axis, const struct taxonomy *taxonomy, struct str value)
{
    uint64_t number;
    for (size_t i = 0; axis->shown && axis->shown[i].value; i++)
        if (str_eq(value, str_of(axis->shown[i].value)))
            return i;
    if (axis->by_taxonomy)
        return place_in_taxonomy(taxonomy, value);
    return axis->by_value && str_to_u64(value, &number) ? (size_t)number : SIZE_MAX;
}

/* ---- reading ---------------------------------------------------------------------------------- */

struct reading {
    struct map *seen; /* value → code + 1 */
    struct axis_values *out;
};

static uint32_t code_of(struct reading *r, struct str value)
{
    void **slot = map_at(r->seen, value);
    if (!*slot) {
        vec_push(&r->out->values, value);
        *slot = (void *)(uintptr_t)r->out->values.n;
    }
    return (uint32_t)((uintptr_t)*slot - 1);
}

static void read_texts(struct reading *r, const struct axis *axis, const struct snapshot *s,
                       const struct docs *docs)
{
    size_t at = 0;
    for (size_t i = 0; i < snapshot_segments(s); i++) {
        struct column_view view;
        snapshot_column(s, i, axis->column, &view);
        struct arena *scratch = arena_new(r->seen->arena);
        uint32_t *codes = arena_array(scratch, uint32_t, view.ncodes + 1); /* theirs → ours + 1 */
        for (; at < docs->n && docs->at[at] < view.first + view.count; at++) {
            uint32_t theirs = column_code(&view, docs->at[at]);
            if (codes[theirs] == 0)
                codes[theirs] = code_of(r, axis->read(column_text(&view, theirs))) + 1;
            r->out->code[at] = codes[theirs] - 1;
        }
        arena_free(scratch);
    }
}

static void read_numbers(struct reading *r, const struct axis *axis, const struct snapshot *s,
                         const struct docs *docs)
{
    struct arena *arena = r->seen->arena;
    struct map *keys = map_new(arena);
    uint64_t last = UINT64_MAX;
    uint32_t code = 0;
    for (size_t i = 0; i < docs->n; i++) {
        uint64_t key = axis->key(s, docs->at[i]);
        if (key != last) { /* documents of a year mostly stand together */
            void **slot = map_at(keys, (struct str){ (const char *)&key, sizeof key });
            if (!*slot)
                *slot = (void *)(uintptr_t)(code_of(r, axis->number(arena, s, docs->at[i])) + 1);
            code = (uint32_t)((uintptr_t)*slot - 1);
            last = key;
        }
        r->out->code[i] = code;
    }
}

void axis_read(const struct axis *axis, struct arena *arena, const struct snapshot *s,
               const struct docs *docs, struct axis_values *out)
{
    struct reading r = { map_new(arena), out };
    out->code = arena_array(arena, uint32_t, docs->n + 1);
    vec_init(&out->values, arena);
    code_of(&r, STR(""));
    if (axis->read)
        read_texts(&r, axis, s, docs);
    else
        read_numbers(&r, axis, s, docs);
}
