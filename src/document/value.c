/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What stands behind the names: which option of a form is ticked, whether a value
 * can be meant at all. Prose has colons too (编号：有的重复。), so a value must be
 * what its name asks for: a number has a digit, a date is one, a person's name
 * has no sentence in it.
 */
#include "document/head.h"

enum {
    VALUE_BYTES = 180,
    NAMES_BYTES = 240,
    UNITS_BYTES = 300,
    STRICT_BYTES = 150
};

/* ---- boxes -------------------------------------------------------------------------- */

static const struct str ticks[] = { { "☑", 3 },   { "☒", 3 },   { "■", 3 },     { "√", 3 },
                                    { "✓", 3 },   { "✔", 3 },   { "（√）", 9 }, { "（✓）", 9 },
                                    { "(√)", 5 }, { "(✓)", 5 }, { "[√]", 5 },   { "[x]", 3 } };
static const struct str boxes[] = {
    { "□", 3 },  { "☐", 3 },   { "（）", 6 }, { "（ ）", 7 }, { "（　）", 9 },
    { "()", 2 }, { "( )", 3 }, { "[]", 2 },   { "[ ]", 3 },   { "（  ）", 8 }
};

static size_t tick_at(struct str s)
{
    size_t longest = 0;
    for (size_t i = 0; i < sizeof ticks / sizeof *ticks; i++)
        if (ticks[i].n > longest && str_starts(s, ticks[i]))
            longest = ticks[i].n;
    return longest;
}

static size_t box_at(struct str s)
{
    return str_starts_any(s, boxes, sizeof boxes / sizeof *boxes);
}

static size_t mark_at(struct str s)
{
    size_t n = tick_at(s);
    return n > 0 ? n : box_at(s);
}

/* The option beside the first tick: behind it where the marks stand first, else before it. */
static struct str ticked(struct str raw, bool *any)
{
    size_t from = 0; /* of the option at hand */
    bool first = mark_at(raw) > 0, take = false;
    *any = false;
    for (size_t i = 0; i < raw.n; i++) {
        struct str rest = str_sub(raw, i, raw.n);
        size_t n = mark_at(rest);
        if (n == 0)
            continue;
        bool tick = tick_at(rest) > 0;
        *any |= tick || str_starts(rest, STR("□")) || str_starts(rest, STR("☐"));
        if (first ? take : tick)
            return str_trim(str_sub(raw, from, i));
        take = tick;
        from = i + n;
        i = from - 1;
    }
    return take && first ? str_trim(str_sub(raw, from, raw.n)) : STR_NONE;
}

static bool is_nothing(struct str value)
{
    static const struct str nothing[] = {
        { "无", 3 }, { "無", 3 }, { "暂无", 6 }, { "暫無", 6 }, { "/", 1 },
        { "／", 3 }, { "-", 1 },  { "—", 3 },    { "——", 6 },   { "--", 2 },
        { "－", 3 }, { "…", 3 },  { "……", 6 },   { "\\", 1 },   { "空", 3 }
    };
    return str_is_any(value, nothing, sizeof nothing / sizeof *nothing);
}

/* "**提案者：** 甲" is Markdown; 立案。 ends a sentence of its own. */
static struct str without_ends(struct str value)
{
    static const struct str ends[] = { { "*", 1 },  { "|", 1 },  { "｜", 3 },
                                       { "。", 3 }, { "；", 3 }, { ";", 1 } };
    value = str_trim(value);
    while (str_starts(value, STR("*")))
        value = str_trim(str_sub(value, 1, value.n));
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
            if (str_ends(value, ends[i])) {
                value = str_trim(str_sub(value, 0, value.n - ends[i].n));
                again = true;
            }
    }
    return value;
}

struct str value_said(struct str raw)
{
    bool boxed;
    struct str value = without_ends(raw), option = ticked(value, &boxed);
    if (boxed)
        return option;
    return is_nothing(value) ? STR_NONE : value;
}

/* ---- what can be meant ---------------------------------------------------------------- */

bool looks_like_unit(struct str s)
{
    static const struct str ends[] = {
        { "局", 3 },   { "委", 3 },   { "办", 3 },   { "部", 3 },   { "院", 3 },     { "会", 3 },
        { "府", 3 },   { "队", 3 },   { "司", 3 },   { "厅", 3 },   { "处", 3 },     { "所", 3 },
        { "站", 3 },   { "团", 3 },   { "联", 3 },   { "室", 3 },   { "行", 3 },     { "中心", 6 },
        { "街道", 6 }, { "学校", 6 }, { "大学", 6 }, { "支部", 6 }, { "管委会", 9 }, { "镇", 3 },
        { "乡", 3 },   { "县", 3 },   { "區", 3 },   { "区", 3 },   { "團", 3 },     { "會", 3 }
    };
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (s.n > ends[i].n && str_ends(s, ends[i]))
            return true;
    return false;
}

static bool has_sentence(struct str s)
{
    static const struct str marks[] = { { "。", 3 }, { "？", 3 }, { "！", 3 } };
    return str_has_any(s, marks, sizeof marks / sizeof *marks);
}

static bool has_number(struct str s)
{
    uint64_t value;
    size_t used;
    for (size_t i = 0; i < s.n; i++)
        if (((unsigned char)s.p[i] & 0xC0) != 0x80 && number_at(str_sub(s, i, s.n), &value, &used))
            return true;
    return false;
}

static bool is_date(struct str s)
{
    unsigned year, month, day;
    return date_at(s, &year, &month, &day) && month > 0;
}

/* 指提出提案的委员: a definition, not a name. */
static bool are_names(struct str s)
{
    static const struct str verbs[] = { { "指", 3 }, { "是", 3 }, { "为", 3 }, { "应", 3 } };
    return s.n <= NAMES_BYTES && !has_sentence(s) && !str_has(s, STR("：")) && !str_has(s, STR("，是")) &&
           str_starts_any(s, verbs, sizeof verbs / sizeof *verbs) == 0;
}

static bool are_units(struct str s, bool strict)
{
    if (s.n > UNITS_BYTES || has_sentence(s))
        return false;
    return !strict || (looks_like_unit(s) && !str_has(s, STR("，")));
}

static bool is_opinion(struct str s)
{
    static const struct str words[] = {
        { "满意", 6 }, { "滿意", 6 }, { "理解", 6 }, { "同意", 6 }, { "保留", 6 }
    };
    return s.n <= 60 && str_has_any(s, words, sizeof words / sizeof *words);
}

static bool is_yes_or_no(struct str s)
{
    static const struct str words[] = { { "是", 3 },   { "否", 3 },   { "同意", 6 }, { "公开", 6 },
                                        { "公開", 6 }, { "不", 3 },   { "主动", 6 }, { "依", 3 },
                                        { "全文", 6 }, { "摘要", 6 }, { "true", 4 }, { "yes", 3 },
                                        { "no", 2 },   { "false", 5 } };
    return s.n <= 60 && (str_starts_any(s, words, sizeof words / sizeof *words) > 0 || s.n <= 1);
}

enum wants {
    WANTS_TEXT,
    WANTS_NUMBER,
    WANTS_DATE,
    WANTS_NAMES,
    WANTS_UNITS,
    WANTS_OPINION,
    WANTS_ANSWER,
    WANTS_RESULT,
    WANTS_TITLE
};

/* Keys not listed want a short text. */
static enum wants wants_of(struct str key)
{
    static const struct {
        struct str key;
        enum wants wants;
    } table[] = {
        { { "title", 5 }, WANTS_TITLE },
        { { "number", 6 }, WANTS_NUMBER },
        { { "session", 7 }, WANTS_NUMBER },
        { { "term", 4 }, WANTS_NUMBER },
        { { "meeting", 7 }, WANTS_NUMBER },
        { { "year", 4 }, WANTS_NUMBER },
        { { "date", 4 }, WANTS_DATE },
        { { "filed_date", 10 }, WANTS_DATE },
        { { "assigned_date", 13 }, WANTS_DATE },
        { { "due_date", 8 }, WANTS_DATE },
        { { "reply_date", 10 }, WANTS_DATE },
        { { "proposer", 8 }, WANTS_NAMES },
        { { "cosigner", 8 }, WANTS_NAMES },
        { { "lead_unit", 9 }, WANTS_UNITS },
        { { "joint_unit", 10 }, WANTS_UNITS },
        { { "suggested_lead", 14 }, WANTS_UNITS },
        { { "suggested_joint", 15 }, WANTS_UNITS },
        { { "satisfaction", 12 }, WANTS_OPINION },
        { { "public", 6 }, WANTS_ANSWER },
        { { "key", 3 }, WANTS_ANSWER },
        { { "excellent", 9 }, WANTS_ANSWER },
        { { "outcome", 7 }, WANTS_RESULT },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (str_eq(key, table[i].key))
            return table[i].wants;
    return WANTS_TEXT;
}

bool value_fits(const struct builder *builder, struct str key, struct str value, bool strict)
{
    bool is_short = value.n <= (strict ? STRICT_BYTES : VALUE_BYTES) && !has_sentence(value);
    switch (wants_of(key)) {
    case WANTS_TITLE:
        return value.n <= VALUE_BYTES && !str_has(value, STR("。"));
    case WANTS_NUMBER:
        return is_short && has_number(value);
    case WANTS_DATE:
        return is_short && is_date(value);
    case WANTS_NAMES:
        return are_names(value);
    case WANTS_UNITS:
        return are_units(value, strict);
    case WANTS_OPINION:
        return !strict ? is_short : is_opinion(value);
    case WANTS_ANSWER:
        return is_yes_or_no(value);
    case WANTS_RESULT:
        return is_short && (!strict || table_outcome(builder, value).n > 0);
    case WANTS_TEXT:
        break;
    }
    return is_short;
}

/* ---- values that stand without a name --------------------------------------------------- */

static bool ends_a_date(struct str s)
{
    char last = s.n > 0 ? s.p[s.n - 1] : ' ';
    return str_ends(s, STR("日")) || str_ends(s, STR("月")) || (last >= '0' && last <= '9');
}

struct str date_alone(struct str line)
{
    line = without_marks(line);
    return line.n >= 8 && line.n <= 45 && ends_a_date(line) && is_date(line) && !str_has(line, STR("至"))
               ? line
               : STR_NONE;
}

static bool starts_character(struct str s, size_t i)
{
    return ((unsigned char)s.p[i] & 0xC0) != 0x80;
}

struct str session_in(struct str line)
{
    unsigned term, meeting;
    for (size_t at = 0; at < line.n; at++) {
        struct str rest = str_sub(line, at, line.n);
        if (!starts_character(line, at) || !session_at(rest, &term, &meeting) || meeting == 0)
            continue;
        size_t end = str_find(rest, STR("会议"), 0), times = str_find(rest, STR("次"), 0);
        end = end != SIZE_MAX ? end + 6 : times != SIZE_MAX ? times + 3 : rest.n;
        return str_sub(rest, 0, end);
    }
    return STR_NONE;
}

/* The 0123号 at the start of s with its 号, or an empty str. */
static struct str numbered(struct str s)
{
    uint64_t value;
    size_t used;
    struct str inside = str_trim(s);
    if (!number_at(inside, &value, &used) || value == 0)
        return STR_NONE;
    size_t end = (size_t)(inside.p - s.p) + used;
    struct str behind = str_trim(str_sub(s, end, s.n));
    return str_starts(behind, STR("号")) ? str_sub(s, 0, (size_t)(behind.p - s.p) + 3) : STR_NONE;
}

struct str number_in(struct str line)
{
    for (size_t at = str_find(line, STR("第"), 0); at != SIZE_MAX; at = str_find(line, STR("第"), at + 3)) {
        struct str number = numbered(str_sub(line, at + 3, line.n));
        if (number.n > 0)
            return str_sub(line, at, at + 3 + number.n);
    }
    return STR_NONE;
}

/* 澜政协提〔2023〕39号: a paper of the proposals' series, not 国发〔2019〕5号. */
struct str file_number_in(struct str line)
{
    size_t series = str_find(line, STR("提"), 0), close = str_find(line, STR("〕"), 0);
    if (close == SIZE_MAX)
        close = str_find(line, STR("]"), 0);
    if (series == SIZE_MAX || close == SIZE_MAX || close < series || str_has(line, STR("函")))
        return STR_NONE;
    size_t behind = close + (line.p[close] == ']' ? 1 : 3);
    struct str number = numbered(str_sub(line, behind, line.n));
    return number.n > 0 ? str_sub(line, 0, behind + number.n) : STR_NONE;
}
