/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Office files and archives, as the fenced child reads them. The first byte says
 * what the rest is: the members of a docx, xlsx, pptx or odt (0xFF between
 * them), which are packed here so that no checksum stands before the reader; or
 * the bytes of an archive themselves.
 */
#include "fuzz.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <unistd.h>

#include "extract/package.h"

static const char *const MEMBERS[][4] = {
    { NULL },
    { "word/document.xml", "word/numbering.xml", "word/styles.xml", "docProps/core.xml" },
    { "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml" },
    { "ppt/presentation.xml", "ppt/slides/slide1.xml", "ppt/slides/slide2.xml" },
    { "content.xml", "styles.xml" },
};
enum {
    WAYS = sizeof MEMBERS / sizeof *MEMBERS,
    MOST = 1 << 20
};

static void pack_member(struct archive *zip, const char *name, struct str bytes)
{
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_size(entry, (la_int64_t)bytes.n);
    HOLD(archive_write_header(zip, entry) == ARCHIVE_OK);
    archive_write_data(zip, bytes.p, bytes.n);
    archive_entry_free(entry);
}

static struct str pack(struct arena *arena, const char *const names[4], struct str rest)
{
    size_t used = 0;
    char *room = arena_alloc(arena, MOST);
    struct archive *zip = archive_write_new();
    archive_write_set_format_zip(zip);
    archive_write_zip_set_compression_store(zip);
    HOLD(archive_write_open_memory(zip, room, MOST, &used) == ARCHIVE_OK);
    for (size_t i = 0; i < 4 && names[i]; i++)
        pack_member(zip, names[i], fuzz_part(&rest));
    HOLD(archive_write_close(zip) == ARCHIVE_OK);
    archive_write_free(zip);
    return (struct str){ room, used };
}

static int nowhere(void)
{
    static int fd = -1;
    if (fd < 0)
        fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    return fd;
}

void fuzz_one(struct ctx *ctx, struct str input)
{
    if (input.n == 0 || input.n > MOST / 2)
        return;
    struct str rest = str_sub(input, 1, input.n);
    unsigned way = (uint8_t)input.p[0] % WAYS;
    struct package p = { .ctx = ctx, .fd = nowhere() };
    p.bytes = way ? pack(ctx->arena, MEMBERS[way], rest) : rest;
    buf_init(&p.out, ctx->arena);
    package_budget(&p, MOST);
    if (any_package(&p) != 0)
        HOLD(ctx->error->message[0]);
    HOLD(p.expanded <= p.most + (64 << 10));
}
