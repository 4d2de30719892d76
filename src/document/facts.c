/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What is computed from the fields of a document, whoever wrote them and however:
 * sessions as 十四届三次, numbers without zeros, dates as 2024-01-12, yes and no.
 * A fact that cannot be read is unknown ("" or 0), never guessed; the year alone
 * has five sources (its field, the date, a year in the session, the number, the title).
 */
#include <strings.h>

#include "document/head.h"

struct str document_field(const struct document *d, const char *name)
{
    struct str key = str_of(name), value = STR_NONE;
    int best = -1;
    for (size_t i = 0; i < d->nfields; i++) {
        if ((int)d->fields[i].origin <= best || !str_eq(d->fields[i].name, key))
            continue;
        best = (int)d->fields[i].origin;
        value = d->fields[i].value;
    }
    return value;
}

/* ---- yes and no --------------------------------------------------------------------- */

/* 不同意, 依申请公开 and 否（涉密） say no as well as 否; of other scripts only the whole word does. */
static bool says_no(struct str value)
{
    static const struct str no[] = { { "0", 1 },     { "n", 1 },  { "no", 2 },
                                     { "false", 5 }, { "无", 3 }, { "無", 3 } };
    static const struct str chinese[] = { { "否", 3 }, { "不", 3 },     { "未", 3 },
                                          { "非", 3 }, { "依申请", 9 }, { "依申請", 9 } };
    value = str_trim(value);
    if (str_starts_any(value, chinese, sizeof chinese / sizeof *chinese))
        return true;
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        if (value.n == no[i].n && strncasecmp(value.p, no[i].p, value.n) == 0)
            return true;
    return false;
}

static bool says_yes(struct str value)
{
    return str_trim(value).n > 0 && !says_no(value);
}

/* ---- numbers and dates -------------------------------------------------------------- */

static unsigned number_of(struct str s)
{
    uint64_t value;
    size_t used;
    if (str_starts(s, STR("第")))
        s = str_sub(s, 3, s.n);
    return number_at(s, &value, &used) && value < 10000 ? (unsigned)value : 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* In Simplified characters, so that facets do not tell the two scripts apart. */
static struct str plain(struct arena *arena, struct str value)
{
    return value.n > 0 ? text_simplified(value, arena_alloc(arena, value.n)) : value;
}

/* Where 第 or blanks begin what stands before s.p + to. */
static struct str number_before(struct str s, size_t to)
{
    size_t from = str_find(s, STR("第"), 0);
    for (size_t next = from; next != SIZE_MAX && next < to; next = str_find(s, STR("第"), next + 3))
        from = next;
    return from == SIZE_MAX || from >= to ? str_sub(s, 0, to) : str_sub(s, from + 3, to);
}

/* Blanks left out: OCR spaces digits too. */
static struct str digits_at_end(struct arena *arena, struct str s)
{
    struct buf close;
    size_t to, from;
    buf_init(&close, arena);
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != ' ')
            buf_char(&close, s.p[i]);
    s = buf_view(&close);
    for (to = s.n; to > 0 && !is_digit(s.p[to - 1]);)
        to--;
    for (from = to; from > 0 && is_digit(s.p[from - 1]);)
        from--;
    while (from + 1 < to && s.p[from] == '0')
        from++;
    return str_sub(s, from, to);
}

/* 十四届三次-0123, 第0123号, 国发〔2019〕5号, 第一百二十三号, 0123号（2024年）: what stands before the 号,
 * else the last run of digits. */
static struct str plain_number(struct arena *arena, struct str s)
{
    uint64_t value;
    size_t used, mark = str_find(s, STR("号"), 0);
    struct str before = str_trim(mark == SIZE_MAX ? s : number_before(s, mark));
    struct str digits = digits_at_end(arena, before);
    if (digits.n > 0)
        return digits;
    if (str_starts(before, STR("第")))
        before = str_sub(before, 3, before.n);
    bool whole = number_at(before, &value, &used) && used == before.n && value > 0;
    return whole ? str_of(arena_printf(arena, "%llu", (unsigned long long)value)) : STR("");
}

/* 1 to 99 in Chinese numerals. */
static const char *numeral(struct arena *arena, unsigned n)
{
    static const char *const digit[] = { "", "一", "二", "三", "四", "五", "六", "七", "八", "九" };
    unsigned tens = n / 10 % 10;
    return arena_printf(arena, "%s%s%s", tens > 1 ? digit[tens] : "", tens > 0 ? "十" : "", digit[n % 10]);
}

static void session_facts(const struct document *d, struct arena *arena, struct facts *f)
{
    struct str session = plain(arena, document_field(d, "session"));
    struct str number = plain(arena, document_field(d, "number"));
    struct str within = session_in(session);
    if (!session_at(within.n > 0 ? within : session, &f->term, &f->meeting) &&
        !session_at(number, &f->term, &f->meeting))
        f->term = f->meeting = 0;
    if (f->term == 0)
        f->term = number_of(document_field(d, "term"));
    if (f->meeting == 0)
        f->meeting = number_of(document_field(d, "meeting"));
    if (f->term == 0 || f->term > 99 || f->meeting > 99)
        return;
    f->session =
        f->meeting > 0
            ? str_of(arena_printf(arena, "%s届%s次", numeral(arena, f->term), numeral(arena, f->meeting)))
            : str_of(arena_printf(arena, "%s届", numeral(arena, f->term)));
}

static bool plausible_year(unsigned year)
{
    return year >= 1900 && year <= 2200;
}

/* The first "2024年" in a title. */
static unsigned year_in(struct str title)
{
    for (size_t i = 0; i + 7 <= title.n; i++) {
        struct str rest = str_sub(title, i, title.n);
        unsigned year = is_digit(rest.p[0]) && (i == 0 || !is_digit(title.p[i - 1])) ? number_of(rest) : 0;
        if (plausible_year(year) && str_starts(str_sub(rest, 4, rest.n), STR("年")))
            return year;
    }
    return 0;
}

/* 2023-056, 2022年第31号, 澜政协提〔2023〕39号, 十四届三次会议（2024年）: the year said in a number or a
 * session. */
static unsigned year_beside(struct str s)
{
    static const struct str marks[] = { { "年", 3 }, { "〕", 3 }, { "]", 1 }, { "）", 3 }, { "-", 1 } };
    for (size_t i = 0; i < s.n; i++) {
        uint64_t value;
        size_t used;
        struct str rest = str_sub(s, i, s.n);
        bool inside = ((unsigned char)s.p[i] & 0xC0) == 0x80 || (i > 0 && is_digit(s.p[i - 1]));
        if (inside || !number_at(rest, &value, &used) || !plausible_year((unsigned)value))
            continue;
        if (str_starts_any(str_sub(rest, used, rest.n), marks, sizeof marks / sizeof *marks))
            return (unsigned)value;
    }
    return 0;
}

static void date_facts(const struct document *d, struct arena *arena, struct facts *f)
{
    unsigned year = 0, month = 0, day = 0;
    struct str date = document_field(d, "date");
    if (date.n > 0 && date_at(date, &year, &month, &day) && plausible_year(year) && month > 0)
        f->date = str_of(day > 0 ? arena_printf(arena, "%04u-%02u-%02u", year, month, day)
                                 : arena_printf(arena, "%04u-%02u", year, month));
    f->year = number_of(document_field(d, "year"));
    const unsigned others[] = { year, year_beside(document_field(d, "session")),
                                year_beside(document_field(d, "number")), year_in(d->title) };
    for (size_t i = 0; i < sizeof others / sizeof *others && !plausible_year(f->year); i++)
        f->year = others[i];
    if (!plausible_year(f->year))
        f->year = 0;
}

/* ---- proposers ---------------------------------------------------------------------- */

/* Parties, people's organisations and the bodies of a conference propose collectively. */
static bool is_collective(struct str proposer)
{
    static const struct str bodies[] = {
        { "集体", 6 },   { "团体", 6 },   { "民革", 6 },   { "民盟", 6 },   { "民建", 6 },   { "民进", 6 },
        { "农工党", 9 }, { "致公党", 9 }, { "九三", 6 },   { "台盟", 6 },   { "工商联", 9 }, { "总工会", 9 },
        { "共青团", 9 }, { "妇联", 6 },   { "科协", 6 },   { "侨联", 6 },   { "台联", 6 },   { "青联", 6 },
        { "文联", 6 },   { "社科联", 9 }, { "委员会", 9 }, { "专委会", 9 }, { "小组", 6 },   { "界别", 6 },
        { "活动组", 9 }, { "支部", 6 },   { "联络处", 9 }, { "政协", 6 },   { "市委", 6 },   { "区委", 6 },
        { "联合会", 9 }, { "协会", 6 },
    };
    return str_has_any(proposer, bodies, sizeof bodies / sizeof *bodies);
}

/* 等12人, and the 委员 behind a name (not of a 委员会). */
static struct str without_title(struct str name)
{
    size_t others = str_find(name, STR("等"), 0);
    if (others != SIZE_MAX && others > 0 && (str_ends(name, STR("人")) || str_ends(name, STR("名"))))
        name = str_sub(name, 0, others);
    if (name.n > 12 && str_ends(name, STR("等委员")))
        name = str_sub(name, 0, name.n - 9);
    if (name.n > 9 && (str_ends(name, STR("委员")) || str_ends(name, STR("委員"))))
        name = str_sub(name, 0, name.n - 6);
    return str_trim(name);
}

/* The next name of a list, what is in brackets left out: 张三（委员）、李四 等3人. False at the end. */
static bool next_name(struct str *s, struct str *name)
{
    static const struct str ends[] = { { "、", 3 }, { "，", 3 }, { "；", 3 }, { ",", 1 },
                                       { ";", 1 },  { "\n", 1 }, { "　", 3 } };
    static const struct str open[] = { { "（", 3 }, { "(", 1 } }, close[] = { { "）", 3 }, { ")", 1 } };
    size_t i = 0, end = SIZE_MAX, depth = 0;
    if (s->n == 0)
        return false;
    for (; i < s->n; i++) {
        struct str rest = str_sub(*s, i, s->n);
        if (str_starts_any(rest, open, 2)) {
            end = end == SIZE_MAX ? i : end;
            depth++;
        } else if (depth > 0 && str_starts_any(rest, close, 2)) {
            depth--;
        } else if (depth == 0 && str_starts_any(rest, ends, sizeof ends / sizeof *ends)) {
            break;
        }
    }
    *name = without_title(str_trim(str_sub(*s, 0, end < i ? end : i)));
    size_t sign = i < s->n && (unsigned char)s->p[i] >= 0x80 ? 3 : 1;
    *s = str_sub(*s, i + sign < s->n ? i + sign : s->n, s->n);
    return true;
}

static void add_names(struct arena *arena, struct str list, struct map *names)
{
    for (struct str name; next_name(&list, &name);)
        if (name.n > 0)
            *map_at(names, name) = arena;
}

/* Who proposed it and who signed with them, the first one first, each once. */
static struct str all_proposers(struct arena *arena, const struct document *d)
{
    struct map *names = map_new(arena);
    struct buf out;
    buf_init(&out, arena);
    add_names(arena, document_field(d, "proposer"), names);
    for (size_t i = 0; i < d->nfields; i++)
        if (str_eq(d->fields[i].name, STR("proposer")) || str_eq(d->fields[i].name, STR("cosigner")))
            add_names(arena, d->fields[i].value, names);
    for (size_t i = 0; i < names->n; i++) {
        if (i > 0)
            buf_char(&out, '\x1f');
        buf_str(&out, names->entries[i].key);
    }
    return buf_view(&out);
}

static bool is_member(struct str said)
{
    static const struct str words[] = {
        { "（委员）", 12 }, { "(委员)", 8 }, { "个人", 6 }, { "联名", 6 }, { "委员提案", 12 }
    };
    return str_has_any(said, words, sizeof words / sizeof *words) || str_eq(said, STR("委员")) ||
           str_eq(said, STR("member"));
}

/* What was said of it, unless that says neither (联合提案); else what the first name says: its party in
 * brackets does not make somebody a party. */
static struct str kind_of_proposer(struct str given, struct str proposer)
{
    struct str said = given.n > 0 ? given : proposer, rest = proposer, name = STR_NONE;
    next_name(&rest, &name);
    if (said.n == 0)
        return STR("");
    if (is_member(said))
        return STR("member");
    bool collective = is_collective(name) || str_has(proposer, STR("（集体")) || str_has(said, STR("集体")) ||
                      str_has(said, STR("团体")) || str_eq(said, STR("collective"));
    return collective ? STR("collective") : STR("member");
}

/* ---- units, outcome, theme ---------------------------------------------------------- */

static struct str joined_units(const struct document *d, struct arena *arena)
{
    struct buf buf;
    buf_init(&buf, arena);
    for (size_t i = 0; i < d->nfields; i++) {
        if (!str_eq(d->fields[i].name, STR("unit")))
            continue;
        if (buf.n > 0)
            buf_char(&buf, '\x1f');
        buf_str(&buf, d->fields[i].value);
    }
    return buf.n > 0 ? buf_view(&buf) : STR("");
}

static int origin_of(const struct document *d, const char *name)
{
    int best = -1;
    for (size_t i = 0; i < d->nfields; i++)
        if ((int)d->fields[i].origin > best && str_eq(d->fields[i].name, str_of(name)))
            best = (int)d->fields[i].origin;
    return best;
}

/* The code the tables gave; one an officer wrote since then counts when it is a code itself. */
static struct str outcome_fact(const struct document *d)
{
    static const struct str codes[] = { { "solved", 6 },    { "planned", 7 },      { "reference", 9 },
                                        { "explained", 9 }, { "in-progress", 11 }, { "unknown", 7 } };
    struct str written = document_field(d, "outcome");
    if (origin_of(d, "outcome_code") == origin_of(d, "outcome"))
        return document_field(d, "outcome_code");
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (str_eq(written, codes[i]))
            return codes[i];
    return written.n > 0 ? STR("unknown") : STR("");
}

static struct str theme_fact(const struct document *d)
{
    return d->nlabels > 0 ? d->labels[0].theme : STR("");
}

/* 会间, 大会提案; 会后, 平时, 闭会期间 */
static void period_facts(const struct document *d, struct facts *f)
{
    static const struct str in[] = { { "会间", 6 }, { "大会", 6 }, { "会议期间", 12 }, { "会中", 6 } };
    static const struct str after[] = {
        { "会后", 6 }, { "平时", 6 }, { "闭会", 6 }, { "会外", 6 }, { "会前", 6 }
    };
    struct str period = document_field(d, "period");
    if (period.n == 0 && str_starts(document_field(d, "number"), STR("平时"))) /* 平时0009号 */
        period = STR("平时");
    f->after_session = str_has_any(period, after, sizeof after / sizeof *after);
    f->in_session = !f->after_session && str_has_any(period, in, sizeof in / sizeof *in);
}

/* ---- state ----------------------------------------------------------------------------- */

/* The first word that occurs decides: 不予立案 before 立案. */
static const struct {
    struct str word;
    const char *state;
} states[] = {
    { { "不立案", 9 }, "不立案" },
    { { "不予立案", 12 }, "不立案" },
    { { "未立案", 9 }, "不立案" },
    { { "未予立案", 12 }, "不立案" },
    { { "并案", 6 }, "并案" },
    { { "并入", 6 }, "并案" },
    { { "归并", 6 }, "并案" },
    { { "合并", 6 }, "并案" },
    { { "意见建议", 12 }, "转意见建议" },
    { { "意见和建议", 15 }, "转意见建议" },
    { { "社情民意", 12 }, "转意见建议" },
    { { "转为", 6 }, "转意见建议" },
    { { "转送", 6 }, "转意见建议" },
    { { "转用", 6 }, "转意见建议" },
    { { "撤案", 6 }, "撤案" },
    { { "撤回", 6 }, "撤案" },
    { { "退回", 6 }, "退回" },
    { { "立案", 6 }, "立案" },
};

static const char *state_in(struct str text)
{
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (str_has(text, states[i].word))
            return states[i].state;
    return NULL;
}

/* The state as written, when it is one of ours in other words; else from 是否立案 or 审查意见. */
static struct str state_fact(const struct document *d, struct arena *arena)
{
    struct str written = plain(arena, document_field(d, "state")), filed = document_field(d, "filed");
    const char *state = state_in(written);
    if (state || written.n > 0)
        return state ? str_of(state) : written;
    if (filed.n > 0)
        return says_no(filed) ? STR("不立案") : STR("立案");
    state = state_in(plain(arena, document_field(d, "review")));
    return str_of(state ? state : "");
}

void document_facts(const struct document *d, struct arena *arena, struct facts *out)
{
    struct str proposer = plain(arena, document_field(d, "proposer"));
    *out = (struct facts){ .session = STR(""), .date = STR("") };
    session_facts(d, arena, out);
    date_facts(d, arena, out);
    period_facts(d, out);
    out->number = plain_number(arena, plain(arena, document_field(d, "number")));
    out->proposers = all_proposers(arena, d);
    str_split(out->proposers, '\x1f', &out->proposer);
    out->proposer_kind = kind_of_proposer(plain(arena, document_field(d, "proposer_kind")), proposer);
    out->category = plain(arena, document_field(d, "category"));
    out->theme = theme_fact(d);
    out->units = joined_units(d, arena);
    out->outcome = outcome_fact(d);
    out->state = state_fact(d, arena);
    out->satisfaction = plain(arena, document_field(d, "satisfaction"));
    out->hidden = says_no(document_field(d, "public"));
    out->key = says_yes(document_field(d, "key"));
    out->excellent = says_yes(document_field(d, "excellent"));
    out->merged = says_yes(document_field(d, "merged_with")) || str_eq(out->state, STR("并案"));
}
