/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a packed file is: an office document, known by the member that holds its
 * text, or an archive, which is a folder in one file. A member of an archive is
 * sent home and read by the table of extract.c like a file (its own child, if it
 * needs one); archives in archives too, three deep. What is not worth a word in
 * the log (folders of resource forks, desktop.ini) is left out silently.
 */
#include "extract/package.h"

#include <assert.h>

enum {
    MAX_DEPTH = 3,
    NAME_BYTES = 400
};

/* ---- the child ----------------------------------------------------------------- */

static const struct kind {
    struct str member;
    const char *format;
    package_read_fn *read;
} kinds[] = {
    { { "word/document.xml", 17 }, "docx", docx_package },
    { { "xl/workbook.xml", 15 }, "xlsx", xlsx_package },
    { { "ppt/presentation.xml", 20 }, "pptx", pptx_package },
    { { "content.xml", 11 }, "odt", odf_package },
};
enum {
    KINDS = sizeof kinds / sizeof *kinds
};

struct looking {
    bool has[KINDS];
};

static int look(void *self, struct member *m)
{
    struct looking *l = self;
    for (size_t i = 0; i < KINDS; i++)
        l->has[i] |= str_eq(m->name, kinds[i].member);
    return 0;
}

static bool is_litter(struct str name)
{
    static const struct str names[] = { { "Thumbs.db", 9 }, { "desktop.ini", 11 } };
    size_t slash = name.n;
    while (slash > 0 && name.p[slash - 1] != '/')
        slash--;
    struct str base = str_sub(name, slash, name.n);
    return str_is_any(base, names, sizeof names / sizeof *names) || base.n == 0 || base.p[0] == '.' ||
           str_starts(base, STR("~$")) || str_starts(name, STR("__MACOSX/"));
}

static int send_one(void *self, struct member *m)
{
    struct package *p = self;
    struct arena *arena = arena_new(p->ctx->arena);
    struct buf bytes;
    int code = 0;
    buf_init(&bytes, arena);
    if (!is_litter(m->name)) {
        code = member_load(m, &bytes);
        if (code == 0)
            code = send_member(p, m->name, buf_view(&bytes));
    }
    arena_free(arena);
    return code;
}

int any_package(struct package *p)
{
    struct looking l = { { false } };
    int code = package_walk(p, look, &l);
    for (size_t i = 0; code == 0 && i < KINDS; i++)
        if (l.has[i]) {
            code = send_format(p, kinds[i].format);
            return code == 0 ? kinds[i].read(p) : code;
        }
    package_budget(p, (uint64_t)256 << 20);
    return code == 0 ? package_walk(p, send_one, p) : code;
}

/* ---- the parent ---------------------------------------------------------------- */

bool archive_sniff(const struct reading *r)
{
    static const struct {
        size_t at;
        struct str magic;
    } magics[] = {
        { 0, { "PK\x03\x04", 4 } },
        { 0, { "PK\x05\x06", 4 } }, /* an empty zip */
        { 0, { "7z\xBC\xAF\x27\x1C", 6 } },
        { 0, { "Rar!\x1A\x07", 6 } },
        { 0,
          { "\xFD"
            "7zXZ\0",
            6 } },
        { 0, { "BZh", 3 } },
        { 257, { "ustar", 5 } },
    };
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
        if (r->bytes.n > magics[i].at &&
            str_starts(str_sub(r->bytes, magics[i].at, r->bytes.n), magics[i].magic))
            return true;
    return false;
}

int archive_read(struct ctx *ctx, struct reading *r)
{
    if (r->depth >= MAX_DEPTH)
        return ctx_fail(ctx, TIAN_EFORMAT, r->name, "packed inside packed files, too deep", "压缩包层数过多");
    size_t before = r->parts.n, said = r->warnings.n;
    int code = package_run(ctx, r, r->bytes, any_package);
    if (code == 0 && r->parts.n == before && r->warnings.n == said)
        reading_warn(r, "there is no text in %s", "%s 中没有文字", r->name);
    return code;
}

/* A name fit to be shown and to make an id of: UTF-8, no control characters, no way up. */
static struct str clean_name(struct reading *r, struct str raw)
{
    struct buf out;
    struct str rest, step, name = raw;
    const char *encoding;
    int sure;
    struct ctx quiet = { .arena = r->arena };
    if (utf8_check(raw) != raw.n && extract_utf8(&quiet, r->arena, raw, &name, &encoding, &sure) != 0)
        name = STR("?");
    buf_init(&out, r->arena);
    for (rest = name; rest.n > 0 && out.n < NAME_BYTES;) {
        rest = str_split(rest, '/', &step);
        if (step.n == 0 || str_eq(step, STR(".")) || str_eq(step, STR("..")))
            continue;
        if (out.n > 0)
            buf_char(&out, '/');
        for (size_t i = 0; i < step.n; i++)
            buf_char(&out, (unsigned char)step.p[i] < 0x20 || step.p[i] == 0x7F ? '_' : step.p[i]);
    }
    return out.n > 0 ? buf_view(&out) : STR("?");
}

/* Parts of the member get its name, and a field that says where they lie. */
static void name_parts(struct reading *r, size_t first, struct str name)
{
    for (size_t i = first; i < r->parts.n; i++) {
        struct extract_part *part = &r->parts.at[i];
        struct extract_field *fields = arena_array(r->arena, struct extract_field, part->nfields + 1);
        bool nested = part->nfields > 0 && str_eq(part->fields[0].name, STR("member"));
        const char *joint = nested ? "/" : "#";
        if (part->nfields > 0)
            memcpy(fields + !nested, part->fields, part->nfields * sizeof *fields);
        if (part->name.n > 0)
            part->name =
                str_of(arena_printf(r->arena, "%.*s%s%.*s", STR_ARG(name), joint, STR_ARG(part->name)));
        else
            part->name = name;
        fields[0] = (struct extract_field){ STR("member"), part->name };
        part->nfields += !nested;
        part->fields = fields;
        part->from = 0;
        part->to = 0;
    }
}

bool archive_member(struct ctx *ctx, struct reading *r, struct str raw, struct str bytes)
{
    struct reading before = *r;
    struct extracted out = *r->out;
    struct tian_error error = { 0 };
    struct ctx inner = { .arena = ctx->arena, .error = &error, .deadline = ctx->deadline };
    struct str name = clean_name(r, raw);
    assert(r->depth < MAX_DEPTH);
    r->name = arena_printf(r->arena, "%.*s", STR_ARG(name));
    r->bytes = bytes;
    r->depth++;
    int code = str_trim(bytes).n > 0 ? read_any(&inner, r) : 0;
    if (code != 0) {
        r->parts.n = before.parts.n;
        reading_warn(r, "%.*s: left out, %s", "%.*s：未读入，%s", STR_ARG(name), error.message);
    }
    name_parts(r, before.parts.n, name);
    if (r->out->sure < out.sure) {
        out.sure = r->out->sure;
        out.encoding = r->out->encoding;
    }
    *r->out = out;
    r->out->packed = true;
    r->name = before.name;
    r->bytes = before.bytes;
    r->text = before.text;
    r->exact = before.exact;
    r->depth = before.depth;
    return code == 0;
}
