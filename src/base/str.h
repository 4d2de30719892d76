/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Borrowed slices of bytes, and UTF-8. A str owns nothing and need not end in
 * NUL. Offsets everywhere in the project are bytes of UTF-8, never characters,
 * unless a name says otherwise.
 */
#ifndef TIAN_STR_H
#define TIAN_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
    const char *p;
    size_t n;
};

#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
#define STR_NONE     ((struct str){ NULL, 0 })
#define STR_ARG(s)   (int)(s).n, (s).p /* for "%.*s" */

static inline struct str str_of(const char *c)
{
    return (struct str){ c, c ? strlen(c) : 0 };
}
static inline const char *str_end(struct str s)
{
    return s.n ? s.p + s.n : s.p;
} /* also when p is NULL */
static inline struct str str_sub(struct str s, size_t from, size_t to)
{
    return (struct str){ from ? s.p + from : s.p, to - from };
}
static inline bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

int str_cmp(struct str a, struct str b); /* as memcmp, shorter first */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
size_t str_find(struct str s, struct str needle, size_t from); /* offset, or SIZE_MAX */
bool str_has(struct str s, struct str needle);

/* The same of a list of n: does s equal one, end with one, have one; how many bytes has the first it starts
 * with, or 0. */
bool str_is_any(struct str s, const struct str *list, size_t n);
bool str_ends_any(struct str s, const struct str *list, size_t n);
bool str_has_any(struct str s, const struct str *list, size_t n);
size_t str_starts_any(struct str s, const struct str *list, size_t n);

/* Without white space (ASCII blanks, tabs, CR, LF, U+3000, U+00A0, U+FEFF) at the ends. */
struct str str_trim(struct str s);

/* Cut s at the first c: *head gets what stands before, the rest behind it is
 * returned. When c does not occur head = s and the rest is empty with p NULL. */
struct str str_split(struct str s, char c, struct str *head);

/* The next line without its end (LF or CR LF); *rest moves behind it. False at the end. */
bool str_line(struct str *rest, struct str *line);

/* Decimal digits only, the whole of s. False when s is empty, has anything else or overflows. */
bool str_to_u64(struct str s, uint64_t *value);
bool str_to_double(struct str s, double *value);

#define UTF8_BAD UINT32_MAX

/* Decode at *p (< end) and move past it. Malformed bytes give UTF8_BAD and move by one. */
uint32_t utf8_next(const char **p, const char *end);

/* Bytes written to out: 1 to 4. */
size_t utf8_put(char out[4], uint32_t code_point);

/* Offset of the first malformed byte (overlong, surrogate, > U+10FFFF), or s.n when all is well. */
size_t utf8_check(struct str s);

size_t utf8_length(struct str s); /* characters */

static inline bool is_han(uint32_t c)
{
    return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || c == 0x3007 ||
           (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF);
}

#endif
