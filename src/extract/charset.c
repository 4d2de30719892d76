/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Bytes of unknown encoding → UTF-8. In this order:
 *
 *   1. a byte order mark (UTF-8, UTF-16, GB18030) decides;
 *   2. what is strictly UTF-8 is UTF-8, copied nowhere;
 *   3. what is UTF-8 but for a few bytes is damaged, not GB18030: decoding it as
 *      such would give plausible rubbish (锛 鐨 …), so it is refused and the
 *      message names the byte;
 *   4. ICU's detector, of which only GB18030, Big5 and UTF-16 are believed, at a
 *      confidence of 50 or more (its other guesses for short Chinese are wrong);
 *   5. else GB18030, sure = 10: the caller warns.
 *
 * A text with more than 1 % control characters or U+FFFD is no text: refused.
 * ICU stays behind this door; its converters do all decoding.
 */
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>

#include "extract/reader.h"

enum {
    SAMPLE = 64 << 10,
    BELIEVE = 50,
    GUESS = 10
};

struct charset {
    const char *name;
    int sure;
    size_t mark; /* bytes of its byte order mark */
};

static const struct {
    struct str bytes;
    const char *name;
} marks[] = {
    { { "\xEF\xBB\xBF", 3 }, "UTF-8" },
    { { "\xFF\xFE", 2 }, "UTF-16LE" },
    { { "\xFE\xFF", 2 }, "UTF-16BE" },
    { { "\x84\x31\x95\x33", 4 }, "GB18030" },
};

static const char *const believed[] = { "GB18030", "Big5", "UTF-16LE", "UTF-16BE" };

static struct charset marked(struct str bytes)
{
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (str_starts(bytes, marks[i].bytes))
            return (struct charset){ marks[i].name, 100, marks[i].bytes.n };
    return (struct charset){ NULL, 0, 0 };
}

static const char *believable(const UCharsetMatch *match)
{
    UErrorCode status = U_ZERO_ERROR;
    const char *name = ucsdet_getName(match, &status);
    if (U_FAILURE(status) || ucsdet_getConfidence(match, &status) < BELIEVE)
        return NULL;
    for (size_t i = 0; i < sizeof believed / sizeof *believed; i++)
        if (strcmp(name, believed[i]) == 0)
            return believed[i];
    return NULL;
}

static void close_detector(void *detector)
{
    ucsdet_close(detector);
}

static struct charset detected(struct arena *arena, struct str bytes)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t n = 0;
    UCharsetDetector *detector = ucsdet_open(&status);
    if (U_FAILURE(status))
        return (struct charset){ "GB18030", GUESS, 0 };
    struct arena *scratch = arena_new(arena);
    arena_defer(scratch, close_detector, detector);
    struct charset found = { "GB18030", GUESS, 0 };
    ucsdet_setText(detector, bytes.p, bytes.n < SAMPLE ? (int32_t)bytes.n : SAMPLE, &status);
    const UCharsetMatch **matches = ucsdet_detectAll(detector, &n, &status);
    for (int32_t i = 0; U_SUCCESS(status) && i < n; i++) {
        const char *name = believable(matches[i]);
        if (!name)
            continue;
        found = (struct charset){ name, ucsdet_getConfidence(matches[i], &status), 0 };
        break;
    }
    arena_free(scratch);
    return found;
}

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

/* Big samples are judged without the last byte: it may be half a character. */
static struct charset charset_of(struct arena *arena, struct str bytes)
{
    struct charset found = marked(bytes);
    if (found.name)
        return found;
    if (utf8_check(bytes) == bytes.n && !is_rubbish(bytes))
        return (struct charset){ "UTF-8", 100, 0 };
    return detected(arena, bytes);
}

int extract_utf8(struct ctx *ctx, struct arena *arena, struct str bytes, struct str *text,
                 const char **encoding, int *sure)
{
    struct charset found = charset_of(arena, bytes);
    struct str body = str_sub(bytes, found.mark, bytes.n);
    bool valid = utf8_check(body) == body.n;
    *text = STR_NONE;
    *encoding = found.name;
    *sure = found.sure;
    if (!valid && (strcmp(found.name, "UTF-8") == 0 || (found.mark == 0 && damaged_utf8(body))))
        return refuse_damaged(ctx, body);
    if (strcmp(found.name, "UTF-8") == 0) {
        *text = body;
        return text_refuse(ctx, body, found.name);
    }
    int code = convert(ctx, arena, body, found.name, text);
    return code != 0 ? code : text_refuse(ctx, *text, found.name);
}
