/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Bytes of unknown encoding → UTF-8. In this order:
 *
 *   1. a byte order mark (UTF-8, UTF-16, GB18030) decides;
 *   2. what is strictly UTF-8 is UTF-8, copied nowhere;
 *   3. what makes sense as UTF-16 (Han, ASCII, and punctuation or line ends among
 *      them) is UTF-16 without a mark: no other encoding can look like that;
 *   4. what a page or an XML file declares about itself, if the bytes agree;
 *   5. what is UTF-8 but for a few bytes is damaged, not GB18030: decoding it as
 *      such would give plausible rubbish (锛 鐨 …), so it is refused and the
 *      message names the byte;
 *   6. GB18030 or Big5, whichever finds more of its common characters;
 *   7. else GB18030, sure = 10: the caller warns.
 *
 * The common characters: both standards put the most used ones into one range of
 * lead bytes (GB 2312 level 1: B0 to D7; Big5 level 1: A4 to C6). In samples of
 * work reports, of 10 characters each, this is right for all of GB18030 and 99.9 %
 * of Big5; ICU's detector takes 99.6 % of such Big5 for GB18030, and needs 40.
 *
 * A text with more than 1 % control characters or U+FFFD is no text: refused.
 * ICU stays behind this door; its converters do all decoding.
 */
#include <strings.h>
#include <unicode/ucnv.h>

#include "extract/reader.h"

enum {
    SAMPLE = 64 << 10,
    LOOK = 1024, /* for what a page declares */
    GUESS = 10,
    SURE_PAIRS = 12, /* fewer double bytes make us less sure */
    DECLARED = 95,
    TOLERATED = 20 /* hundredths by which the bytes may speak against what is declared */
};

struct charset {
    const char *name;
    int sure;
    size_t mark; /* bytes of its byte order mark */
};

/* ---- marks and declarations ------------------------------------------------ */

static const struct {
    struct str bytes;
    const char *name;
} marks[] = {
    { { "\xEF\xBB\xBF", 3 }, "UTF-8" },
    { { "\xFF\xFE", 2 }, "UTF-16LE" },
    { { "\xFE\xFF", 2 }, "UTF-16BE" },
    { { "\x84\x31\x95\x33", 4 }, "GB18030" },
};

static struct charset marked(struct str bytes)
{
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (str_starts(bytes, marks[i].bytes))
            return (struct charset){ marks[i].name, 100, marks[i].bytes.n };
    return (struct charset){ NULL, 0, 0 };
}

static const char *name_at(const char *p, size_t n)
{
    static const struct {
        const char *said, *name;
    } names[] = { { "gb", "GB18030" },  { "x-gbk", "GB18030" }, { "cp936", "GB18030" }, { "big5", "Big5" },
                  { "x-big5", "Big5" }, { "cp950", "Big5" },    { NULL, NULL } };
    for (size_t i = 0; names[i].said; i++)
        if (strlen(names[i].said) <= n && strncasecmp(p, names[i].said, strlen(names[i].said)) == 0)
            return names[i].name;
    return NULL;
}

/* <meta charset="gb2312">, <?xml … encoding='big5'?>; NULL: nothing, or nothing we know. */
static const char *declared(struct str bytes)
{
    static const char *const words[] = { "charset=", "encoding=" };
    struct str head = str_sub(bytes, 0, bytes.n < LOOK ? bytes.n : LOOK);
    if (!str_starts(str_trim(head), STR("<")))
        return NULL;
    for (size_t i = 0; i < head.n; i++)
        for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
            size_t n = strlen(words[w]);
            if (i + n + 1 >= head.n || strncasecmp(head.p + i, words[w], n) != 0)
                continue;
            n += head.p[i + n] == '"' || head.p[i + n] == '\'';
            return name_at(head.p + i + n, head.n - i - n);
        }
    return NULL;
}

/* ---- UTF-16 without a mark ---------------------------------------------------- */

/* What parts and ends sentences and lines: without any, two bytes of something else might look like Han. */
static bool is_anchor(unsigned c)
{
    return c == '\n' || c == '\r' || c == '\t' || (c >= 0x20 && c < 0x7F) || c == 0x3001 || c == 0x3002 ||
           c == 0x3000 || c == 0xFF0C || c == 0xFF1A || c == 0xFF1B || c == 0xFF08 || c == 0xFF09;
}

static bool is_expected(unsigned c)
{
    return is_anchor(c) || (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3000 && c < 0x3040) ||
           (c >= 0x2010 && c < 0x2030) || (c >= 0xFF00 && c < 0xFFF0);
}

static bool makes_sense(struct str bytes, size_t high)
{
    size_t n = (bytes.n < SAMPLE ? bytes.n : SAMPLE) / 2, expected = 0, anchors = 0;
    for (size_t i = 0; i < n; i++) {
        const unsigned char *p = (const unsigned char *)bytes.p + 2 * i;
        unsigned c = (unsigned)p[high] << 8 | p[1 - high];
        expected += is_expected(c);
        anchors += is_anchor(c);
    }
    return n >= 4 && expected * 50 >= n * 49 && anchors * 50 >= n;
}

static const char *utf16_without_mark(struct str bytes)
{
    bool big = makes_sense(bytes, 0), little = makes_sense(bytes, 1);
    return big == little ? NULL : big ? "UTF-16BE" : "UTF-16LE";
}

/* ---- GB18030 or Big5 ------------------------------------------------------------ */

struct double_bytes {
    const char *name;
    unsigned char common_from, common_to, marks_from, marks_to; /* lead bytes */
    unsigned char second_from;                                  /* of common characters */
    bool four;                                                  /* has characters of four bytes */
};

static const struct double_bytes gb18030 = { "GB18030", 0xB0, 0xD7, 0xA1, 0xA3, 0xA1, true };
static const struct double_bytes big5 = { "Big5", 0xA4, 0xC6, 0xA1, 0xA2, 0x40, false };

struct tally {
    size_t pairs, common, bad;
};

static bool is_common(const struct double_bytes *set, unsigned char lead, unsigned char second)
{
    bool common = lead >= set->common_from && lead <= set->common_to;
    bool mark = lead >= set->marks_from && lead <= set->marks_to;
    return (common || mark) && second >= set->second_from;
}

static struct tally tally_of(struct str bytes, const struct double_bytes *set)
{
    struct tally t = { 0, 0, 0 };
    size_t end = bytes.n < SAMPLE ? bytes.n : SAMPLE;
    for (size_t i = 0; i + 1 < end;) {
        unsigned char lead = (unsigned char)bytes.p[i], second = (unsigned char)bytes.p[i + 1];
        bool four = set->four && second >= 0x30 && second <= 0x39;
        bool valid = lead > 0x80 && lead < 0xFF &&
                     (four || (second >= 0x40 && second != 0x7F && second < 0xFF)) &&
                     (set->four || second < 0x80 || second > 0xA0);
        if (lead >= 0x80) {
            t.pairs++;
            t.common += valid && is_common(set, lead, second);
            t.bad += !valid;
        }
        i += lead < 0x80 || !valid ? 1 : four ? 4 : 2;
    }
    return t;
}

/* How much of it makes sense, in hundredths, below 0 for much that is malformed. */
static int share(struct tally t)
{
    int64_t n = t.pairs ? (int64_t)t.pairs : 1;
    return (int)((100 * (int64_t)t.common - 400 * (int64_t)t.bad) / n);
}

static struct charset measured(struct str bytes, const char *said)
{
    struct tally gb = tally_of(bytes, &gb18030), big = tally_of(bytes, &big5);
    bool is_big = share(big) > share(gb), says_big = said && strcmp(said, big5.name) == 0;
    bool agrees = said && share(says_big ? big : gb) + TOLERATED >= share(says_big ? gb : big);
    is_big = agrees ? says_big : is_big;
    int good = share(is_big ? big : gb);
    size_t pairs = gb.pairs < SURE_PAIRS ? gb.pairs : SURE_PAIRS;
    if (good < 50)
        return (struct charset){ gb18030.name, GUESS, 0 };
    int sure = agrees ? DECLARED : good * (int)pairs / SURE_PAIRS;
    return (struct charset){ is_big ? big5.name : gb18030.name, sure < GUESS ? GUESS : sure, 0 };
}

/* ---- deciding -------------------------------------------------------------------- */

/* UTF-8 with a few wrong bytes: many whole characters for each of them. */
static bool damaged_utf8(struct str bytes)
{
    size_t good = 0, bad = 0;
    const char *p = bytes.p, *end = bytes.p + (bytes.n < SAMPLE * 16 ? bytes.n : SAMPLE * 16);
    while (p < end) {
        uint32_t c = utf8_next(&p, end);
        good += c >= 0x800 && c != UTF8_BAD;
        bad += c == UTF8_BAD;
    }
    return good > 0 && good >= bad * 8;
}

static void close_converter(void *converter)
{
    ucnv_close(converter);
}

static int convert(struct ctx *ctx, struct arena *arena, struct str bytes, const char *name, struct str *text)
{
    UErrorCode status = U_ZERO_ERROR;
    if (bytes.n > INT32_MAX / 3)
        return ctx_fail(ctx, TIAN_ELIMIT, NULL, "too large to convert from %s", "文件过大，无法从 %s 转换",
                        name);
    UConverter *converter = ucnv_open(name, &status);
    if (U_FAILURE(status))
        return ctx_fail(ctx, TIAN_EFORMAT, NULL, "no converter for %s", "没有 %s 转换器", name);
    arena_defer(arena, close_converter, converter);
    size_t room =
        bytes.n * 2 + 16; /* 2 bytes → 3 at most, but for malformed ones: then the true size is told */
    for (;;) {
        status = U_ZERO_ERROR;
        char *out = arena_alloc(arena, room + 1);
        int32_t n =
            ucnv_toAlgorithmic(UCNV_UTF8, converter, out, (int32_t)room, bytes.p, (int32_t)bytes.n, &status);
        if (status != U_BUFFER_OVERFLOW_ERROR) {
            *text = (struct str){ out, U_SUCCESS(status) ? (size_t)n : 0 };
            break;
        }
        room = (size_t)n;
    }
    arena_undefer(arena, close_converter, converter);
    ucnv_close(converter);
    return U_SUCCESS(status)
               ? 0
               : ctx_fail(ctx, TIAN_EFORMAT, NULL, "cannot be read as %s", "无法按 %s 读取", name);
}

/* Characters no text has, in hundredths of all its bytes ≥ 1. */
static bool is_rubbish(struct str text)
{
    size_t strange = 0;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c < 0x20 ? c != '\n' && c != '\r' && c != '\t' && c != '\f' : c == 0x7F)
            strange++;
        else if (c == 0xEF && i + 2 < text.n && memcmp(text.p + i, "\xEF\xBF\xBD", 3) == 0)
            strange++;
    }
    return strange * 100 > utf8_length(text);
}

int text_refuse(struct ctx *ctx, struct str text, const char *name)
{
    if (!is_rubbish(text))
        return 0;
    return ctx_fail(ctx, TIAN_EFORMAT, NULL,
                    "this is no text (read as %s, more than 1 in 100 characters is unreadable)",
                    "不是文本文件（按 %s 读取，无法辨认的字符超过百分之一）", name);
}

static int refuse_damaged(struct ctx *ctx, struct str bytes)
{
    size_t bad = utf8_check(bytes);
    return ctx_fail(ctx, TIAN_EFORMAT, NULL, "byte %zu (0x%02X) is not UTF-8, though the rest is",
                    "第 %zu 字节（0x%02X）不是有效的 UTF-8，其余部分是", bad, (unsigned char)bytes.p[bad]);
}

static struct charset charset_of(struct str bytes)
{
    struct charset found = marked(bytes);
    const char *name;
    if (found.name)
        return found;
    if (utf8_check(bytes) == bytes.n && !is_rubbish(bytes))
        return (struct charset){ "UTF-8", 100, 0 };
    if ((name = utf16_without_mark(bytes)) != NULL)
        return (struct charset){ name, DECLARED, 0 };
    if (damaged_utf8(bytes))
        return (struct charset){ "UTF-8", 100, 0 };
    return measured(bytes, declared(bytes));
}

int extract_utf8(struct ctx *ctx, struct arena *arena, struct str bytes, struct str *text,
                 const char **encoding, int *sure)
{
    struct charset found = charset_of(bytes);
    struct str body = str_sub(bytes, found.mark, bytes.n);
    *text = STR_NONE;
    *encoding = found.name;
    *sure = found.sure;
    if (strcmp(found.name, "UTF-8") == 0) {
        *text = body;
        return utf8_check(body) != body.n ? refuse_damaged(ctx, body) : text_refuse(ctx, body, found.name);
    }
    int code = convert(ctx, arena, body, found.name, text);
    return code != 0 ? code : text_refuse(ctx, *text, found.name);
}
