/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Packed files: the door to libarchive, and the way home from the child.
 *
 *   parent                                child (computes only)
 *   package_run ── fork ───────────────▶  docx_package, xlsx_package, …
 *     parts, tables, members  ◀── pipe ──   package_walk ▸ member_read ▸ xml_walk
 *
 * Records on the pipe: one byte what it is, then fields (varint length, bytes).
 * A packed file's name is only ever shown: nothing is opened or written by it.
 *
 * What expands is counted: at most 64 MiB (a document) and at most 200 times the
 * packed size in one walk, but 4 MiB are always allowed, for small files of much
 * boilerplate.
 */
#include "extract/package.h"

#include <archive.h>
#include <archive_entry.h>
#include <assert.h>
#include <errno.h>
#include <locale.h>
#include <pthread.h>
#include <unistd.h>

#include "base/child.h"

enum {
    READ_STEP = 64 << 10,
    RATIO = 200,
    SECONDS = 10,
    FLUSH_AT = 1 << 20,
    MAX_MEMBERS = 20000
};
static const uint64_t always = 4u << 20;
static const uint64_t document_bytes = 64u << 20;
static const size_t child_memory = (size_t)256 << 20;

/* ---- the child: walking ------------------------------------------------------- */

static void close_archive(void *archive)
{
    archive_read_free(archive);
}

static struct archive *open_archive(struct package *p, struct arena *arena)
{
    struct archive *a = archive_read_new();
    if (!a)
        return NULL;
    arena_defer(arena, close_archive, a);
    archive_read_support_format_zip(a);
    archive_read_support_format_tar(a);
    archive_read_support_format_7zip(a);
    archive_read_support_format_rar(a);
    archive_read_support_format_rar5(a);
    archive_read_support_filter_xz(a);
    archive_read_support_filter_bzip2(a);
    return archive_read_open_memory(a, p->bytes.p, p->bytes.n) == ARCHIVE_OK ? a : NULL;
}

static int damaged(struct package *p, struct archive *a)
{
    const char *why = a ? archive_error_string(a) : NULL;
    if (a && (archive_errno(a) == ENOMEM))
        return TIAN_EMEMORY;
    return ctx_fail(p->ctx, TIAN_EFORMAT, NULL, "the packed file is damaged or incomplete (%s)",
                    "压缩数据已损坏或不完整（%s）", why ? why : "?");
}

static struct str name_of(struct archive_entry *entry)
{
    const char *name = archive_entry_pathname_utf8(entry);
    if (!name)
        name = archive_entry_pathname(entry);
    return str_of(name && name[0] ? name : "?");
}

size_t member_read(struct member *m, char *p, size_t n)
{
    struct package *package = m->package;
    if (m->code != 0)
        return 0;
    la_ssize_t got = archive_read_data(m->archive, p, n);
    if (got < 0) {
        m->code = damaged(package, m->archive);
        return 0;
    }
    package->expanded += (uint64_t)got;
    if (package->expanded <= package->most)
        return (size_t)got;
    m->code = ctx_fail(
        package->ctx, TIAN_ELIMIT, NULL, "it expands to more than %zu KiB from %zu: not read further",
        "展开后超过 %zu KiB（压缩后 %zu 字节），不再读取", (size_t)(package->most >> 10), package->bytes.n);
    return 0;
}

int member_load(struct member *m, struct buf *out)
{
    size_t n;
    while ((n = member_read(m, buf_reserve(out, READ_STEP), READ_STEP)) > 0)
        out->n += n;
    return m->code;
}

static int visit_entry(struct package *p, struct archive *a, struct archive_entry *entry, member_visit *visit,
                       void *self)
{
    struct member m = { .package = p, .name = name_of(entry), .archive = a };
    if (archive_entry_filetype(entry) != AE_IFREG)
        return 0;
    if (archive_entry_is_encrypted(entry))
        return ctx_fail(p->ctx, TIAN_EFORMAT, NULL, "it is protected by a password", "文件有密码保护");
    int code = visit(self, &m);
    return code != 0 ? code : m.code;
}

int package_walk(struct package *p, member_visit *visit, void *self)
{
    struct arena *arena = arena_new(p->ctx->arena);
    struct archive *a = open_archive(p, arena);
    struct archive_entry *entry;
    int code = a ? 0 : damaged(p, a), got = ARCHIVE_OK;
    p->expanded = 0;
    for (size_t n = 0; code == 0; n++) {
        got = archive_read_next_header(a, &entry);
        if (got == ARCHIVE_EOF)
            break;
        if (got < ARCHIVE_WARN)
            code = damaged(p, a);
        else if (n >= MAX_MEMBERS)
            code = ctx_fail(p->ctx, TIAN_ELIMIT, NULL, "more than %d files are packed in it",
                            "包内文件超过 %d 个", MAX_MEMBERS);
        else
            code = visit_entry(p, a, entry, visit, self);
    }
    arena_free(arena);
    return code;
}

/* ---- the child: sending ------------------------------------------------------- */

static int flush(struct package *p)
{
    size_t done = 0;
    if (p->stays) {
        int code = child_answer(p->fd, buf_view(&p->out));
        buf_clear(&p->out);
        return code;
    }
    while (done < p->out.n) {
        ssize_t n = write(p->fd, p->out.p + done, p->out.n - done);
        if (n < 0 && errno != EINTR)
            return TIAN_EIO;
        done += n > 0 ? (size_t)n : 0;
    }
    buf_clear(&p->out);
    return 0;
}

static int send_two(struct package *p, char what, struct str a, struct str b)
{
    buf_char(&p->out, what);
    buf_field(&p->out, a);
    buf_field(&p->out, b);
    return p->out.n >= FLUSH_AT ? flush(p) : 0;
}

int send_format(struct package *p, const char *format)
{
    return send_two(p, 'F', str_of(format), STR_NONE);
}

int send_text(struct package *p, struct str name, struct str text)
{
    return send_two(p, 'T', name, text);
}

int send_table(struct package *p, struct str name, struct str csv)
{
    return send_two(p, 'C', name, csv);
}

int send_member(struct package *p, struct str name, struct str bytes)
{
    return send_two(p, 'M', name, bytes);
}

int send_field(struct package *p, struct str name, struct str value)
{
    return send_two(p, 'D', name, value);
}

int send_warning(struct package *p, const char *sentence)
{
    return send_two(p, 'W', str_of(sentence), STR_NONE);
}

struct package_job {
    struct package package;
    package_read_fn *read;
};

static int package_child(void *self, int fd)
{
    struct package_job *job = self;
    struct package *p = &job->package;
    p->fd = fd;
    buf_init(&p->out, p->ctx->arena);
    int code = job->read(p);
    if (code == 0)
        code = flush(p);
    return code;
}

/* The same in a child that stays; what: the reader. */
static int package_serve(struct ctx *ctx, uint64_t what, struct str request, int fd)
{
    struct package p = { .ctx = ctx, .bytes = request, .fd = fd, .stays = true };
    package_read_fn *read = (package_read_fn *)(uintptr_t)what; /* we are a fork of who asks */
    buf_init(&p.out, ctx->arena);
    package_budget(&p, document_bytes);
    int code = read(&p);
    return code == 0 ? flush(&p) : code;
}

/* ---- the parent: receiving ---------------------------------------------------- */

struct receiving {
    struct ctx *ctx;
    struct reading *r;
    vec_of(struct extract_field) fields; /* of the next text */
    size_t members, failed;
};

static int take_text(struct receiving *in, struct str name, struct str text)
{
    if (str_trim(text).n == 0) {
        reading_warn(in->r, "there is no text in it", "文件中没有文字");
        return 0;
    }
    int code = text_refuse(in->ctx, text, in->r->out->format);
    if (code != 0)
        return code;
    struct extract_part *part = reading_part(in->r, 1, 0);
    part->name = name;
    part->text = text;
    part->fields = in->fields.at;
    part->nfields = in->fields.n;
    vec_init(&in->fields, in->r->arena);
    return 0;
}

static int take_member(struct receiving *in, struct str name, struct str bytes)
{
    in->members++;
    in->failed += !archive_member(in->ctx, in->r, name, bytes);
    return ctx_check(in->ctx);
}

static int take_record(struct receiving *in, char what, struct str a, struct str b)
{
    struct reading *r = in->r;
    switch (what) {
    case 'F':
        r->out->format = arena_cstr(r->arena, a);
        return 0;
    case 'T':
        return take_text(in, a, b);
    case 'C':
        return table_read(in->ctx, r, a, b);
    case 'M':
        return take_member(in, a, b);
    case 'D':
        vec_push(&in->fields, (struct extract_field){ a, b });
        return 0;
    default:
        reading_warn(r, "%.*s", "%.*s", STR_ARG(a));
        return 0;
    }
}

static int receive(struct ctx *ctx, struct reading *r, struct str answer)
{
    struct receiving in = { .ctx = ctx, .r = r };
    struct cursor c = cursor_of(answer);
    int code = 0;
    vec_init(&in.fields, r->arena);
    while (code == 0 && c.p < c.end) {
        char what = (char)cursor_u8(&c);
        struct str a = cursor_field(&c), b = cursor_field(&c);
        bool names = what == 'M' || utf8_check(a) == a.n; /* of a packed file: in any encoding */
        if (c.bad || !names || (what != 'M' && utf8_check(b) != b.n))
            return ctx_fail(ctx, TIAN_EFORMAT, r->name, "what was read from it is no text",
                            "读出的内容不是文本");
        code = take_record(&in, what, a, b);
    }
    if (code == 0 && in.members > 0 && in.members == in.failed)
        code = ctx_fail(ctx, TIAN_EFORMAT, r->name, "none of the %zu packed files could be read",
                        "包内 %zu 个文件都无法读取", in.members);
    return code;
}

void package_budget(struct package *p, uint64_t most)
{
    uint64_t by_ratio = (uint64_t)p->bytes.n * RATIO;
    by_ratio = by_ratio > always ? by_ratio : always;
    p->most = by_ratio < most ? by_ratio : most;
}

/* libarchive asks the locale what a name may be; the child inherits this thread's. */
static locale_t utf8_names;

static void make_locale(void)
{
    utf8_names = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

static struct child_limits limits_of(const struct extract_options *options)
{
    return (struct child_limits){ .memory = child_memory,
                                  .seconds = SECONDS,
                                  .answer = options->max_bytes + FLUSH_AT,
                                  .strict = options->require_sandbox };
}

struct child_helper *extract_helper_new(struct arena *arena, const struct extract_options *options)
{
    struct extract_options whole = *options;
    whole.max_bytes = whole.max_bytes ? whole.max_bytes : (size_t)256 << 20;
    struct child_limits limits = limits_of(&whole);
    return child_helper_new(arena, &limits, package_serve);
}

static int run_child(struct ctx *ctx, const struct extract_options *options, struct package_job *job,
                     struct buf *answer)
{
    struct child_limits limits = limits_of(options);
    bool died = true;
    int code = 0;
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_locale);
    locale_t before = utf8_names ? uselocale(utf8_names) : (locale_t)0;
    if (options->helper)
        code = child_ask(ctx, options->helper, (uintptr_t)job->read, job->package.bytes, answer, &died);
    if (code == 0 && died)
        code = child_run(ctx, &limits, package_child, job, answer);
    if (before)
        uselocale(before);
    return code;
}

int package_run(struct ctx *ctx, struct reading *r, struct str bytes, package_read_fn *read)
{
    struct package_job job = { { .ctx = ctx, .bytes = bytes }, read };
    struct buf answer;
    buf_init(&answer, r->arena);
    package_budget(&job.package, document_bytes);
    int code = run_child(ctx, &r->options, &job, &answer);
    if (code == 0)
        code = receive(ctx, r, buf_view(&answer));
    return code == 0 ? 0 : reading_named(ctx, r, code);
}
