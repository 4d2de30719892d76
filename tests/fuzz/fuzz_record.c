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

/* Made once: what is dear to make, and the folder of the one file that is written again and again (TMPDIR in
 * memory makes that twice as fast). */
static struct {
    struct deflater *deflater;
    struct inflater *inflater;
    char folder[256];
} kept;

static void remove_folder(void)
{
    rmdir(kept.folder);
}

static void keep(void)
{
    const char *in = getenv("TMPDIR");
    kept.deflater = deflater_new(fuzz_forever(), 1);
    kept.inflater = inflater_new(fuzz_forever());
    snprintf(kept.folder, sizeof kept.folder, "%s/tian-fuzz-XXXXXX", in ? in : "/tmp");
    HOLD(mkdtemp(kept.folder));
    atexit(remove_folder);
}

struct seen {
    struct ctx *ctx;
    uint64_t bytes; /* of what was told so far */
    record_at last;
};

static void read_document(struct seen *seen, const struct record *record)
{
    struct arena *arena = arena_new(seen->ctx->arena);
    struct ctx ctx = { .arena = arena };
    struct document d;
    struct str encoded;
    if (record_expand(&ctx, kept.inflater, arena, record, &encoded) == 0)
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
    while (rest.n > 0) {
        struct str content = fuzz_part(&rest);
        if (content.n % 3 == 0)
            record_frame_remove(file, content);
        else
            record_frame_put(file, kept.deflater, str_sub(content, 0, content.n / 4), content);
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

void fuzz_one(struct ctx *ctx, struct str input)
{
    struct record_files *files;
    if (input.n == 0)
        return;
    if (!kept.deflater)
        keep();
    const char *name = record_log_name(ctx->arena, kept.folder, 1);
    struct str file = file_of(ctx, input);
    HOLD(file_write(ctx, name, file, false) == 0);
    HOLD(record_files_open(ctx, ctx->arena, kept.folder, 0, NULL, &files) == 0);
    struct seen seen = { .ctx = ctx };
    struct record_walk walk = { .visit = visit, .damaged = damaged, .self = &seen };
    HOLD(record_walk(ctx, files, &walk) == 0 && seen.bytes <= file.n + 64);
    unlink(name);
}
