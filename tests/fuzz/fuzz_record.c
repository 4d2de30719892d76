/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The reader of records, over a file of any bytes. The first byte says how they
 * come: as they are; behind a right head; or, parts between 0xFF, as the content
 * of frames whose CRC holds, so that what stands behind the CRC is read too.
 */
#include "fuzz.h"

#include <unistd.h>

#include "document/document.h"
#include "store/record.h"

struct seen {
    struct ctx *ctx;
    struct inflater *inflater;
    uint64_t bytes; /* of what was told so far */
    record_at last;
};

static void read_document(struct seen *seen, const struct record *record)
{
    struct arena *arena = arena_new(seen->ctx->arena);
    struct ctx ctx = { .arena = arena };
    struct document d;
    struct str encoded;
    if (record_expand(&ctx, seen->inflater, arena, record, &encoded) == 0)
        (void)document_decode(&ctx, arena, encoded, &d);
    arena_free(arena);
}

static int visit(void *self, const struct record *record)
{
    struct seen *seen = self;
    HOLD(record->at > seen->last);
    seen->last = record->at;
    if (record->type == RECORD_PUT && record->size <= 1 << 20)
        read_document(seen, record);
    return 0;
}

static void damaged(void *self, record_at from, uint64_t bytes, struct str id)
{
    struct seen *seen = self;
    HOLD(from >= seen->last && utf8_check(id) == id.n);
    seen->bytes += bytes;
}

static void put_frames(struct buf *file, struct str rest)
{
    struct arena *arena = arena_of(file->p);
    struct deflater *deflater = deflater_new(arena, 1);
    while (rest.n > 0) {
        struct str content = fuzz_part(&rest);
        if (content.n % 3 == 0)
            record_frame_remove(file, content);
        else
            record_frame_put(file, deflater, str_sub(content, 0, content.n / 4), content);
    }
}

static struct str file_of(struct ctx *ctx, struct str input)
{
    struct buf file;
    struct str rest = str_sub(input, 1, input.n);
    buf_init(&file, ctx->arena);
    if ((uint8_t)input.p[0] % 3)
        record_head(&file);
    if ((uint8_t)input.p[0] % 3 == 2)
        put_frames(&file, rest);
    else
        buf_str(&file, rest);
    return buf_view(&file);
}

static char folder_name[] = "/tmp/tian-fuzz-XXXXXX";

static void remove_folder(void)
{
    rmdir(folder_name);
}

static const char *the_folder(void)
{
    static const char *folder;
    if (!folder) {
        folder = mkdtemp(folder_name);
        HOLD(folder);
        atexit(remove_folder);
    }
    return folder;
}

void fuzz_one(struct ctx *ctx, struct str input)
{
    struct record_files *files;
    if (input.n == 0)
        return;
    const char *folder = the_folder();
    const char *name = record_log_name(ctx->arena, folder, 1);
    struct str file = file_of(ctx, input);
    HOLD(file_write(ctx, name, file, false) == 0);
    HOLD(record_files_open(ctx, ctx->arena, folder, 0, NULL, &files) == 0);
    struct seen seen = { .ctx = ctx, .inflater = inflater_new(ctx->arena) };
    struct record_walk walk = { .visit = visit, .damaged = damaged, .self = &seen };
    HOLD(record_walk(ctx, files, &walk) == 0 && seen.bytes <= file.n + 64);
    unlink(name);
}
