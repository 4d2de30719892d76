/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The table of file formats, and the way of a file through it:
 *
 *   bytes ─▶ a reader of bytes (gzip, zip and office, PDF, Word 97) ─▶ parts
 *     └────▶ charset ─▶ text ─▶ a reader of text (HTML, JSON, CSV, Markdown, plain) ─▶ parts
 *
 * A format is recognised by content; the name of a file decides nothing, since
 * offices rename files. What is recognised but not read yet has a row of its
 * own, so that the message can name it. To add a format: see reader.h.
 */
#include <assert.h>
#include <stdarg.h>

#include "base/deflate.h"
#include "base/file.h"
#include "base/map.h"
#include "extract/reader.h"

enum {
    MAX_DEPTH = 3,
    RATIO = 200 /* of expanded to packed size, beyond what is always allowed */
};
static const size_t always = 4u << 20;
static const size_t default_max_bytes = (size_t)256 << 20;

/* ---- gzip: one file inside, read by the same table ------------------------ */

static bool gzip_sniff(const struct reading *r)
{
    return str_starts(r->bytes, STR("\x1F\x8B\x08"));
}

static size_t gunzip_limit(const struct reading *r)
{
    size_t max = r->options.max_bytes;
    size_t by_ratio = r->bytes.n < max / RATIO ? r->bytes.n * RATIO : max;
    by_ratio = by_ratio > always ? by_ratio : always;
    return by_ratio < max ? by_ratio : max;
}

static int gzip_read(struct ctx *ctx, struct reading *r)
{
    struct buf buf;
    buf_init(&buf, r->arena);
    if (r->depth >= MAX_DEPTH)
        return ctx_fail(ctx, TIAN_EFORMAT, r->name, "packed inside packed files, too deep", "压缩包层数过多");
    size_t most = gunzip_limit(r);
    if (!gunzip(r->bytes, most, &buf))
        return ctx_fail(ctx, TIAN_EFORMAT, r->name,
                        "the gzip data is damaged, or larger than %zu bytes when expanded",
                        "gzip 数据已损坏，或解压后超过 %zu 字节", most);
    r->bytes = buf_view(&buf);
    r->depth++;
    return read_any(ctx, r);
}

/* ---- formats we can name but not read ------------------------------------- */

static const struct magic {
    struct str bytes;
    const char *format;
} magics[] = {
    { { "\xFF\xD8\xFF", 3 }, "JPEG" },
    { { "\x89PNG\r\n", 6 }, "PNG" },
    { { "GIF8", 4 }, "GIF" },
    { { "II*\0", 4 }, "TIFF" },
    { { "MM\0*", 4 }, "TIFF" },
    { { "\x7F"
        "ELF",
        4 },
      "ELF" },
};

static const struct magic *magic_of(struct str bytes)
{
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
        if (str_starts(bytes, magics[i].bytes))
            return &magics[i];
    return NULL;
}

static bool magic_sniff(const struct reading *r)
{
    return magic_of(r->bytes) != NULL;
}

static int magic_read(struct ctx *ctx, struct reading *r)
{
    const char *format = magic_of(r->bytes)->format;
    return ctx_fail(ctx, TIAN_EFORMAT, r->name, "files of this format are not read: %s; save it as text",
                    "暂不支持此格式：%s，请另存为文本", format);
}

/* ---- the table ------------------------------------------------------------ */

static const struct reader readers[] = {
    { "gzip", false, gzip_sniff, gzip_read },      { "archive", false, archive_sniff, archive_read },
    { "PDF", false, pdf_sniff, pdf_read },         { "Word 97", false, compound_sniff, compound_read },
    { "RTF", false, rtf_sniff, rtf_read },         { "unknown", false, magic_sniff, magic_read },
    { "html", true, webpage_sniff, webpage_read }, { "json lines", true, json_lines_sniff, json_lines_read },
    { "json", true, json_sniff, json_read },       { "csv", true, csv_sniff, csv_read },
    { "tsv", true, tsv_sniff, tsv_read },          { "markdown", true, markdown_sniff, markdown_read },
    { "text", true, plain_sniff, plain_read },
};

static const struct reader *reader_of(const struct reading *r, bool of_text)
{
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
        if (readers[i].of_text == of_text && readers[i].sniff(r))
            return &readers[i];
    return NULL;
}

static int read_with(struct ctx *ctx, struct reading *r, const struct reader *reader)
{
    assert(reader);
    r->out->format = reader->format;
    return reader->read(ctx, r);
}

/* CR LF and CR → LF; a text without CR is left where it is. NULs, which C strings cannot hold, become blanks.
 */
static struct str plain_ends(struct arena *arena, struct str text)
{
    if (text.n == 0 || (!memchr(text.p, '\r', text.n) && !memchr(text.p, '\0', text.n)))
        return text;
    char *out = arena_alloc(arena, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '\r' && i + 1 < text.n && text.p[i + 1] == '\n')
            continue;
        out[n++] = c == '\r' ? '\n' : c == '\0' ? ' ' : c;
    }
    out[n] = '\0';
    return (struct str){ out, n };
}

static int read_text(struct ctx *ctx, struct reading *r)
{
    struct str text;
    int code = extract_utf8(ctx, r->arena, r->bytes, &text, &r->out->encoding, &r->out->sure);
    if (code != 0)
        return reading_named(ctx, r, code);
    if (r->out->sure < 50)
        reading_warn(r, "encoding unclear, read as %s", "编码不明确，按 %s 读取", r->out->encoding);
    r->text = plain_ends(r->arena, text);
    r->exact = r->text.n > 0 && r->text.p + r->text.n == r->bytes.p + r->bytes.n;
    return read_with(ctx, r, reader_of(r, true)); /* plain_sniff takes all */
}

int read_any(struct ctx *ctx, struct reading *r)
{
    const struct reader *reader = reader_of(r, false);
    return reader ? read_with(ctx, r, reader) : read_text(ctx, r);
}

/* ---- helpers of readers --------------------------------------------------- */

struct extract_part *reading_part(struct reading *r, size_t from, size_t to)
{
    bool whole = !r->exact || to < from;
    size_t before = whole ? 0 : r->bytes.n - r->text.n; /* a byte order mark */
    assert(whole || to <= r->text.n);
    vec_push(&r->parts, (struct extract_part){
                            .from = whole ? 0 : from + before,
                            .to = whole ? r->bytes.n : to + before,
                        });
    return &r->parts.at[r->parts.n - 1];
}

int reading_named(struct ctx *ctx, const struct reading *r, int code)
{
    if (ctx->error && ctx->error->where[0] == '\0')
        strncpy(ctx->error->where, r->name, sizeof ctx->error->where - 1);
    return code;
}

int reading_text(struct ctx *ctx, struct reading *r, struct str text)
{
    size_t valid = utf8_check(text);
    if (valid != text.n)
        return ctx_fail(ctx, TIAN_EFORMAT, r->name, "byte %zu of its text is not UTF-8",
                        "其文字第 %zu 字节不是有效的 UTF-8", valid);
    if (str_trim(text).n == 0) {
        reading_warn(r, "there is no text in it", "文件中没有文字");
        return 0;
    }
    int code = text_refuse(ctx, text, r->out->format);
    if (code == 0)
        reading_part(r, 1, 0)->text = text;
    return code == 0 ? 0 : reading_named(ctx, r, code);
}

void reading_warn(struct reading *r, const char *english, const char *chinese, ...)
{
    va_list list;
    va_start(list, chinese);
    char *text = arena_vprintf(r->arena, say(english, chinese), list);
    va_end(list);
    vec_push(&r->warnings, text);
}

/* ---- front ---------------------------------------------------------------- */

static void reading_init(struct reading *r, struct arena *arena, const char *name,
                         const struct extract_options *options, struct extracted *out)
{
    *r = (struct reading){ .arena = arena, .name = name, .out = out };
    *out = (struct extracted){ .format = "empty", .encoding = "UTF-8", .sure = 100 };
    if (options)
        r->options = *options;
    if (r->options.max_bytes == 0)
        r->options.max_bytes = default_max_bytes;
    vec_init(&r->parts, arena);
    vec_init(&r->warnings, arena);
}

static int reading_run(struct ctx *ctx, struct reading *r)
{
    if (r->bytes.n > r->options.max_bytes)
        return ctx_fail(ctx, TIAN_ELIMIT, r->name, "larger than %zu bytes", "超过 %zu 字节",
                        r->options.max_bytes);
    int code = 0;
    r->out->hash = hash_str(r->bytes);
    if (str_trim(r->bytes).n == 0)
        reading_warn(r, "the file is empty", "文件为空");
    else
        code = read_any(ctx, r);
    r->out->parts = r->parts.at;
    r->out->nparts = code == 0 ? r->parts.n : 0;
    r->out->warnings = r->warnings.at;
    r->out->nwarnings = r->warnings.n;
    return code;
}

int extract_file(struct ctx *ctx, struct arena *arena, const char *path,
                 const struct extract_options *options, struct extracted *out)
{
    struct reading r;
    reading_init(&r, arena, path, options, out);
    int code = file_read(ctx, arena, path, r.options.max_bytes, &r.bytes);
    return code != 0 ? code : reading_run(ctx, &r);
}

int extract_bytes(struct ctx *ctx, struct arena *arena, const char *name, struct str bytes,
                  const struct extract_options *options, struct extracted *out)
{
    struct reading r;
    reading_init(&r, arena, name, options, out);
    r.bytes = arena_str(arena, bytes);
    return reading_run(ctx, &r);
}
