/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Slices of bytes and UTF-8. Decoding is strict: the shortest form only, no
 * surrogates, nothing above U+10FFFF; a malformed byte counts alone, so that
 * whoever skips it never loses a good character behind it. Numbers are read
 * without the locale: a file means the same in every office.
 */
#include "base/str.h"

#include <assert.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>

int str_cmp(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.p, b.p, n) : 0;
    if (order != 0)
        return order;
    return (a.n > b.n) - (a.n < b.n);
}

bool str_starts(struct str s, struct str prefix)
{
    return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

bool str_ends(struct str s, struct str suffix)
{
    return s.n >= suffix.n && (suffix.n == 0 || memcmp(s.p + (s.n - suffix.n), suffix.p, suffix.n) == 0);
}

size_t str_find(struct str s, struct str needle, size_t from)
{
    if (from > s.n || needle.n > s.n - from)
        return SIZE_MAX;
    if (needle.n == 0)
        return from;
    const char *found = memmem(s.p + from, s.n - from, needle.p, needle.n);
    return found ? (size_t)(found - s.p) : SIZE_MAX;
}

bool str_has(struct str s, struct str needle)
{
    return str_find(s, needle, 0) != SIZE_MAX;
}

/* ---- Lists ---------------------------------------------------------------- */

bool str_is_any(struct str s, const struct str *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(s, list[i]))
            return true;
    return false;
}

bool str_ends_any(struct str s, const struct str *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_ends(s, list[i]))
            return true;
    return false;
}

bool str_has_any(struct str s, const struct str *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_has(s, list[i]))
            return true;
    return false;
}

size_t str_starts_any(struct str s, const struct str *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_starts(s, list[i]))
            return list[i].n;
    return 0;
}

/* ---- Blanks and lines ----------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const struct str wide_blanks[] = {
    { "\xE3\x80\x80", 3 }, /* U+3000 */
    { "\xC2\xA0", 2 },     /* U+00A0 */
    { "\xEF\xBB\xBF", 3 }, /* U+FEFF */
};
#define WIDE_BLANKS (sizeof wide_blanks / sizeof wide_blanks[0])

static size_t blank_in_front(struct str s)
{
    if (s.n > 0 && is_blank(s.p[0]))
        return 1;
    for (size_t i = 0; i < WIDE_BLANKS; i++)
        if (str_starts(s, wide_blanks[i]))
            return wide_blanks[i].n;
    return 0;
}

static size_t blank_at_end(struct str s)
{
    if (s.n > 0 && is_blank(s.p[s.n - 1]))
        return 1;
    for (size_t i = 0; i < WIDE_BLANKS; i++)
        if (str_ends(s, wide_blanks[i]))
            return wide_blanks[i].n;
    return 0;
}

struct str str_trim(struct str s)
{
    for (size_t n; (n = blank_in_front(s)) > 0;)
        s = str_sub(s, n, s.n);
    for (size_t n; (n = blank_at_end(s)) > 0;)
        s.n -= n;
    return s;
}

struct str str_split(struct str s, char c, struct str *head)
{
    const char *at = s.n ? memchr(s.p, c, s.n) : NULL;
    if (at == NULL) {
        *head = s;
        return STR_NONE;
    }
    size_t n = (size_t)(at - s.p);
    *head = str_sub(s, 0, n);
    return str_sub(s, n + 1, s.n);
}

bool str_line(struct str *rest, struct str *line)
{
    if (rest->n == 0)
        return false;
    const char *end = memchr(rest->p, '\n', rest->n);
    if (end == NULL) {
        *line = *rest;
        *rest = str_sub(*rest, rest->n, rest->n);
        return true;
    }
    size_t n = (size_t)(end - rest->p);
    *line = str_sub(*rest, 0, n);
    if (n > 0 && rest->p[n - 1] == '\r')
        line->n--;
    *rest = str_sub(*rest, n + 1, rest->n);
    return true;
}

/* ---- Numbers -------------------------------------------------------------- */

bool str_to_u64(struct str s, uint64_t *value)
{
    uint64_t v = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned digit = (unsigned)(unsigned char)s.p[i] - '0';
        if (digit > 9 || v > (UINT64_MAX - digit) / 10)
            return false;
        v = v * 10 + digit;
    }
    *value = s.n ? v : *value;
    return s.n > 0;
}

static bool is_number_byte(char c)
{
    return (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.' || c == 'e' || c == 'E';
}

bool str_to_double(struct str s, double *value)
{
    char copy[64];
    if (s.n == 0 || s.n >= sizeof copy)
        return false;
    for (size_t i = 0; i < s.n; i++) /* leaves out what strtod takes beside: hex, inf, nan, blanks */
        if (!is_number_byte(s.p[i]))
            return false;
    memcpy(copy, s.p, s.n);
    copy[s.n] = '\0';
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0); /* glibc's is static: costs nothing */
    if (plain == (locale_t)0)
        return false;
    char *end;
    double v = strtod_l(copy, &end, plain);
    freelocale(plain);
    if (end != copy + s.n || !isfinite(v))
        return false;
    *value = v;
    return true;
}

/* ---- UTF-8 ---------------------------------------------------------------- */

static bool follows(uint8_t byte)
{
    return (byte & 0xC0) == 0x80;
}

/* The character of n bytes at s, all there; UTF8_BAD when it is none. */
static uint32_t decode(const uint8_t *s, size_t n)
{
    static const uint8_t lead[] = { 0, 0x7F, 0x1F, 0x0F, 0x07 };
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    uint32_t c = s[0] & lead[n];
    for (size_t i = 1; i < n; i++) {
        if (!follows(s[i]))
            return UTF8_BAD;
        c = c << 6 | (s[i] & 0x3Fu);
    }
    bool good = c >= least[n] && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
    return good ? c : UTF8_BAD;
}

static size_t announced_length(uint8_t first)
{
    return first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
}

uint32_t utf8_next(const char **p, const char *end)
{
    const uint8_t *s = (const uint8_t *)*p;
    assert(*p < end);
    size_t left = (size_t)(end - *p);
    uint32_t c = UTF8_BAD;
    size_t n = 1;
    if (s[0] < 0x80) {
        c = s[0];
    } else if ((s[0] & 0xF0) == 0xE0 && left >= 3) { /* nearly all of a Chinese text */
        c = decode(s, 3);
        n = 3;
    } else {
        n = announced_length(s[0]);
        if (n > 0 && n <= left)
            c = decode(s, n);
    }
    *p += c == UTF8_BAD ? 1 : n;
    return c;
}

size_t utf8_put(char out[4], uint32_t c)
{
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        c = 0xFFFD;
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const uint8_t mark[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
    for (size_t i = n - 1; i > 0; i--, c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3F));
    out[0] = (char)(mark[n] | c);
    return n;
}

size_t utf8_check(struct str s)
{
    const char *p = s.p, *end = str_end(s);
    while (p < end) {
        uint64_t word;
        if (end - p >= 8 && (memcpy(&word, p, 8), (word & 0x8080808080808080ull) == 0)) {
            p += 8;
            continue;
        }
        const char *start = p;
        if (utf8_next(&p, end) == UTF8_BAD)
            return (size_t)(start - s.p);
    }
    return s.n;
}

size_t utf8_length(struct str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += !follows((uint8_t)s.p[i]);
    return n;
}
