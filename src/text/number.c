/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Numbers, sessions and dates as offices write them.
 *
 * A number is a run of digits (１９７２ too) or of Chinese numerals, which are
 * read by place value (一千九百七十二, 两万三千, 十四) when a place (十百千万亿)
 * occurs and digit by digit (二〇二四) when none does. The two ways never mix,
 * but 3万 is read. A session is a term and a meeting (十四届三次); a date has a
 * year and perhaps month and day. All of them are read from UTF-8 as typed, not
 * from the normal form, for the parser and the query language alike.
 *
 * number_forms() turns all numbers of a phrase to digits and all to numerals, so
 * that 74% finds 百分之七十四. It does not know what a number means: only 年,
 * 届, 次 and % decide how it is written.
 */
#include "text/text.h"

#include <assert.h>
#include <stdio.h>

/* ---- One character ------------------------------------------------------------- */

/* Decode at *at; 0 at the end. */
static uint32_t next(struct str s, size_t *at)
{
    if (*at >= s.n)
        return 0;
    const char *p = s.p + *at;
    uint32_t c = utf8_next(&p, s.p + s.n);
    *at = (size_t)(p - s.p);
    return c;
}

/* 0–9 of an ASCII or full-width digit, else -1. */
static int digit_of(uint32_t c)
{
    if (c >= '0' && c <= '9')
        return (int)(c - '0');
    return c >= 0xFF10 && c <= 0xFF19 ? (int)(c - 0xFF10) : -1;
}

static const struct {
    uint32_t c;
    int value;
} numerals[] = {
    { 0x3007, 0 },     { 0x96F6, 0 },     { 0x4E00, 1 },         { 0x4E8C, 2 },         { 0x4E24, 2 },
    { 0x4E09, 3 },     { 0x56DB, 4 },     { 0x4E94, 5 },         { 0x516D, 6 },         { 0x4E03, 7 },
    { 0x516B, 8 },     { 0x4E5D, 9 },     { 0x5341, 10 },        { 0x767E, 100 },       { 0x5343, 1000 },
    { 0x4E07, 10000 }, { 0x842C, 10000 }, { 0x4EBF, 100000000 }, { 0x5104, 100000000 }, { 0x25CB, 0 },
    { 0x5169, 2 },
};

/* A digit 0–9 or a place 10, 100, … ; -1 when c is neither. */
static int numeral_of(uint32_t c)
{
    for (size_t i = 0; i < sizeof numerals / sizeof numerals[0]; i++)
        if (numerals[i].c == c)
            return numerals[i].value;
    return -1;
}

/* ---- Numbers --------------------------------------------------------------------- */

static bool append_digit(uint64_t *value, int digit)
{
    return !__builtin_mul_overflow(*value, 10u, value) &&
           !__builtin_add_overflow(*value, (uint64_t)digit, value);
}

/* Digits; a 万 or 亿 right behind them multiplies. */
static bool read_digits(struct str s, uint64_t *value, size_t *used)
{
    size_t at = 0, end = 0;
    int digit;
    *value = 0;
    while ((digit = digit_of(next(s, &at))) >= 0) {
        if (!append_digit(value, digit))
            return false;
        end = at;
    }
    if (end == 0)
        return false;
    at = end;
    int place = numeral_of(next(s, &at));
    if (place >= 10000) {
        if (__builtin_mul_overflow(*value, (uint64_t)place, value))
            return false;
        end = at;
    }
    *used = end;
    return true;
}

/* 二〇二四: numerals without a place, at least two or exactly one. */
static bool read_plain_numerals(struct str s, uint64_t *value, size_t *used)
{
    size_t at = 0, end = 0;
    int n;
    *value = 0;
    while ((n = numeral_of(next(s, &at))) >= 0) {
        if (n >= 10 || !append_digit(value, n))
            return false;
        end = at;
    }
    *used = end;
    return end > 0;
}

struct places {
    uint64_t total, section, digit; /* 亿 and 万 closed; below 万; not yet placed */
    bool any;
};

static bool add_place(struct places *p, uint64_t place)
{
    if (place < 10000) {
        p->section += (p->digit == 0 && !p->any ? 1 : p->digit) * place;
        p->digit = 0;
        return true;
    }
    uint64_t part = p->section + p->digit;
    bool all = place == 100000000; /* 三万亿: 亿 multiplies all before it */
    if (all)
        part += p->total;
    if (__builtin_mul_overflow(part, place, &part))
        return false;
    if (!all && __builtin_add_overflow(part, p->total, &part))
        return false;
    p->total = part;
    p->section = p->digit = 0;
    return true;
}

/* 一千九百七十二, 十四, 两万零五. */
static bool read_places(struct str s, uint64_t *value, size_t *used)
{
    struct places p = { 0 };
    size_t at = 0, end = 0;
    int n;
    while ((n = numeral_of(next(s, &at))) >= 0) {
        if (n < 10 && p.digit != 0)
            break; /* 十四五: what follows is another number */
        if (n < 10)
            p.digit = (uint64_t)n;
        else if ((end == 0 && n != 10) || !add_place(&p, (uint64_t)n))
            return false;
        p.any = true;
        end = at;
    }
    *used = end;
    return end > 0 && !__builtin_add_overflow(p.total, p.section + p.digit, value);
}

bool number_at(struct str s, uint64_t *value, size_t *used)
{
    return read_digits(s, value, used) || read_plain_numerals(s, value, used) || read_places(s, value, used);
}

/* ---- Amounts ---------------------------------------------------------------------- */

static bool eat(struct str s, size_t *at, const char *word)
{
    if (!str_starts(str_sub(s, *at, s.n), str_of(word)))
        return false;
    *at += strlen(word);
    return true;
}

/* ,824 */
static bool eat_thousands(struct str s, size_t *at, double *value)
{
    size_t place = *at, used;
    uint64_t group;
    if (!eat(s, &place, ",") || s.n - place < 3 || !number_at(str_sub(s, place, place + 3), &group, &used) ||
        used != 3 || digit_of((uint8_t)s.p[place]) < 0)
        return false;
    *value = *value * 1000 + (double)group;
    *at = place + used;
    return true;
}

/* .5, 点五 */
static void eat_decimals(struct str s, size_t *at, struct amount *out)
{
    size_t place = *at, used;
    uint64_t part;
    double unit = 1;
    if ((!eat(s, &place, ".") && !eat(s, &place, "．") && !eat(s, &place, "点")) ||
        !number_at(str_sub(s, place, s.n), &part, &used))
        return;
    size_t digits = utf8_length(str_sub(s, place, place + used));
    for (size_t i = 0; i < digits; i++)
        unit *= 10;
    if ((double)part >= unit) /* 点二千 */
        return;
    out->decimals = (unsigned)digits;
    out->value += (double)part / unit;
    *at = place + used;
}

bool amount_at(struct str s, struct amount *out, size_t *used)
{
    size_t at = 0, digits;
    uint64_t whole;
    *out = (struct amount){ 0 };
    out->percent = eat(s, &at, "百分之");
    if (out->percent && eat(s, &at, "百"))
        whole = 100; /* no number by itself */
    else if (number_at(str_sub(s, at, s.n), &whole, &digits))
        at += digits;
    else
        return false;
    out->value = (double)whole;
    while (eat_thousands(s, &at, &out->value)) {
    }
    eat_decimals(s, &at, out);
    out->percent |= eat(s, &at, "%") || eat(s, &at, "％");
    *used = at;
    return true;
}

/* ---- Sessions ---------------------------------------------------------------------- */

static bool eat_number(struct str s, size_t *at, unsigned most, unsigned *value)
{
    uint64_t number;
    size_t used;
    if (!number_at(str_sub(s, *at, s.n), &number, &used) || number == 0 || number > most)
        return false;
    *value = (unsigned)number;
    *at += used;
    return true;
}

/* 三次, 第三次, or 全国委员会第三次 (at most a dozen characters between). */
static bool eat_meeting(struct str s, size_t at, unsigned *meeting)
{
    size_t plain = at;
    if (eat_number(s, &plain, 99, meeting) && eat(s, &plain, "次"))
        return true;
    for (int i = 0; i < 12; i++) {
        size_t ordinal = at;
        if (eat(s, &ordinal, "第") && eat_number(s, &ordinal, 99, meeting) && eat(s, &ordinal, "次"))
            return true;
        if (!is_han(next(s, &at)))
            break;
    }
    *meeting = 0;
    return false;
}

/* 14-3: one or two digits each, nothing else of a number around them. */
static bool short_session(struct str s, unsigned *term, unsigned *meeting)
{
    size_t at = 0;
    if (!eat_number(s, &at, 30, term) || at > 2 || (!eat(s, &at, "-") && !eat(s, &at, "－")))
        return false;
    size_t digits = at;
    if (!eat_number(s, &at, 12, meeting) || at - digits > 2)
        return false;
    return !eat(s, &at, "-") || at - digits <= 3; /* 14-3-0123, but not 12-11-2024 */
}

bool session_at(struct str s, unsigned *term, unsigned *meeting)
{
    size_t at = 0;
    *term = *meeting = 0;
    eat(s, &at, "第");
    if (eat_number(s, &at, 99, term) && eat(s, &at, "届")) {
        eat_meeting(s, at, meeting);
        return true;
    }
    if (short_session(s, term, meeting))
        return true;
    *term = *meeting = 0;
    return false;
}

/* ---- Dates --------------------------------------------------------------------------- */

static bool eat_separator(struct str s, size_t *at, const char *unit)
{
    return eat(s, at, unit) || eat(s, at, "-") || eat(s, at, ".") || eat(s, at, "/");
}

bool date_at(struct str s, unsigned *year, unsigned *month, unsigned *day)
{
    size_t at = 0;
    *year = *month = *day = 0;
    if (!eat_number(s, &at, 2999, year) || *year < 1000) {
        *year = 0;
        return false;
    }
    if (!eat_separator(s, &at, "年") || !eat_number(s, &at, 12, month))
        return true;
    if (eat_separator(s, &at, "月"))
        eat_number(s, &at, 31, day);
    return true;
}

/* ---- Other ways to write a number ------------------------------------------------------ */

static const char *const numeral_name[] = { "〇", "一", "二", "三", "四", "五", "六", "七", "八", "九" };

static void put_plain(struct buf *out, struct str digits)
{
    for (size_t i = 0; i < digits.n; i++)
        buf_cstr(out, numeral_name[digits.p[i] - '0']);
}

/* 1–9999 by place value; zero: 零 is due before a lower place. */
static void put_section(struct buf *out, unsigned n, bool leading)
{
    static const struct {
        unsigned place;
        const char *name;
    } places[] = { { 1000, "千" }, { 100, "百" }, { 10, "十" }, { 1, "" } };
    bool zero = false;
    for (size_t i = 0; i < 4; i++) {
        unsigned digit = n / places[i].place % 10;
        if (digit == 0) {
            zero = !leading;
            continue;
        }
        if (zero)
            buf_cstr(out, "零");
        if (!(leading && digit == 1 && places[i].place == 10))
            buf_cstr(out, numeral_name[digit]);
        buf_cstr(out, places[i].name);
        zero = leading = false;
        if (n % places[i].place == 0)
            break;
    }
}

/* By place value; false beyond 亿. */
static bool put_places(struct buf *out, uint64_t n)
{
    if (n == 0 || n >= 100000000)
        return n == 0 ? buf_cstr(out, "零"), true : false;
    if (n >= 10000) {
        put_section(out, (unsigned)(n / 10000), true);
        buf_cstr(out, "万");
    }
    if (n % 10000 != 0)
        put_section(out, (unsigned)(n % 10000), n < 10000);
    return true;
}

/* A run of ASCII digits, at the front of s and n long, in numerals; what was read. */
static size_t put_as_numerals(struct buf *out, struct str s, size_t n)
{
    struct str digits = str_sub(s, 0, n), behind = str_sub(s, n, s.n);
    uint64_t value;
    size_t begin = out->n;
    if (str_starts(behind, STR("%")))
        buf_cstr(out, "百分之");
    if ((n == 4 && str_starts(behind, STR("年"))) || (n > 1 && digits.p[0] == '0'))
        put_plain(out, digits);
    else if (!str_to_u64(digits, &value) || !put_places(out, value)) {
        out->n = begin;
        buf_str(out, digits);
        return n;
    }
    return n + str_starts(behind, STR("%"));
}

/* A decimal, 17.5, stays as it is. */
static size_t decimal_length(struct str s, size_t n)
{
    if (n + 1 >= s.n || s.p[n] != '.' || digit_of((uint8_t)s.p[n + 1]) < 0)
        return 0;
    for (n++; n < s.n && digit_of((uint8_t)s.p[n]) >= 0;)
        n++;
    return n;
}

static void put_numerals(struct buf *out, struct str s)
{
    for (size_t at = 0; at < s.n;) {
        struct str rest = str_sub(s, at, s.n);
        size_t n = 0, decimal;
        while (n < rest.n && digit_of((uint8_t)rest.p[n]) >= 0)
            n++;
        decimal = n > 0 ? decimal_length(rest, n) : 0;
        if (n == 0 || decimal > 0) {
            buf_put(out, rest.p, n == 0 ? 1 : decimal);
            at += n == 0 ? 1 : decimal;
        } else {
            at += put_as_numerals(out, rest, n);
        }
    }
}

/* Numerals are turned to digits only where something shows they count: 年 月 日 件 % …, or two of them. */
static bool counts(struct str s, size_t used)
{
    static const char *const units[] = { "年", "月", "日", "件", "届", "次", "个",
                                         "名", "人", "项", "号", "岁", "元", "亩" };
    struct str behind = str_sub(s, used, s.n);
    if (used > 3)
        return true;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (str_starts(behind, str_of(units[i])))
            return true;
    return false;
}

static void put_digits(struct buf *out, struct str s)
{
    for (size_t at = 0; at < s.n;) {
        struct str rest = str_sub(s, at, s.n);
        bool percent = str_starts(rest, STR("百分之"));
        size_t lead = percent ? strlen("百分之") : 0, used = 0;
        uint64_t value;
        struct str number = str_sub(rest, lead, rest.n);
        size_t one = 0;
        int numeral = numeral_of(next(number, &one));
        if (numeral >= 0 && number_at(number, &value, &used) && (percent || counts(number, used))) {
            buf_printf(out, "%llu%s", (unsigned long long)value, percent ? "%" : "");
            at += lead + used;
        } else {
            one = 0;
            next(rest, &one);
            buf_put(out, rest.p, one);
            at += one;
        }
    }
}

size_t number_forms(struct arena *arena, struct str s, struct str **forms)
{
    struct str *out = arena_array(arena, struct str, 2);
    struct buf form;
    size_t n = 0;
    for (int way = 0; way < 2; way++) {
        buf_init(&form, arena);
        if (way == 0)
            put_digits(&form, s);
        else
            put_numerals(&form, s);
        if (!str_eq(buf_view(&form), s))
            out[n++] = buf_view(&form);
    }
    *forms = out;
    return n;
}
