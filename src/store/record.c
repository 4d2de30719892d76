/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The log of records: numbered files records/000001.log, 000002.log … that only
 * ever grow at the end of the last one.
 *
 *   file    magic "TIANREC\n"   version u32   n u32   n bytes of feature words   crc u32   frame*
 *   frame   0xA7   type u8   length u32   crc u32   payload[length]
 *   put     id (varint length, bytes)   size varint   document, deflated
 *   remove  id
 *
 * All numbers are little endian. A frame's CRC covers type, length and payload,
 * so that a damaged length is found as surely as a damaged text. A writer killed
 * in the middle leaves a torn frame at the very end: opening for writing cuts it
 * off. A frame damaged anywhere else is stepped over by looking for the next
 * 0xA7 whose CRC holds; nothing behind it is lost.
 *
 * What is not here: which records are alive, and where words are. That is
 * derived, and kept in segments.
 */
#include "store/record.h"

#include <assert.h>
#include <stdio.h>

enum {
    FRAME_MARK = 0xA7,
    FRAME_HEAD = 10,
    LOG_VERSION = 1
};
static const uint64_t LOG_FILE_LIMIT = 256ull
                                       << 20; /* a new file beyond this: backups copy whole old ones once */
static const char LOG_MAGIC[8] = "TIANREC\n";
static const char LOG_FEATURES[] = "deflate";

struct record_log {
    const char *folder;
    struct arena *arena;
    struct arena *tail_arena; /* of the open file */
    struct file_tail tail;
    unsigned file;
    bool dirty;
};

struct record_files {
    struct str *maps; /* maps[i]: file i + 1 */
    size_t n;
};

/* ---- Frames -------------------------------------------------------------------- */

static void put_u32_at(char *p, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (char)(v >> (8 * i));
}

static uint32_t get_u32_at(const char *p)
{
    const uint8_t *b = (const uint8_t *)p;
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static uint32_t frame_crc(const char *frame, size_t length)
{
    uint32_t crc = crc_of((struct str){ frame + 1, 5 });
    return crc_more(crc, (struct str){ frame + FRAME_HEAD, length });
}

static size_t frame_begin(struct buf *out, enum record_type type)
{
    size_t at = out->n;
    char head[FRAME_HEAD] = { (char)FRAME_MARK, (char)type };
    buf_put(out, head, sizeof head);
    return at;
}

static void frame_end(struct buf *out, size_t at)
{
    char *frame = out->p + at;
    size_t length = out->n - at - FRAME_HEAD;
    assert(length <= UINT32_MAX);
    put_u32_at(frame + 2, (uint32_t)length);
    put_u32_at(frame + 6, frame_crc(frame, length));
}

void record_frame_put(struct buf *out, struct deflater *deflater, struct str id, struct str encoded)
{
    size_t at = frame_begin(out, RECORD_PUT);
    buf_field(out, id);
    buf_varint(out, encoded.n);
    deflate_to(deflater, encoded, out);
    frame_end(out, at);
}

void record_frame_remove(struct buf *out, struct str id)
{
    size_t at = frame_begin(out, RECORD_REMOVE);
    buf_put(out, id.p, id.n);
    frame_end(out, at);
}

/* Bytes of the whole and intact frame at the start of s, else 0. */
static size_t frame_whole(struct str s)
{
    if (s.n < FRAME_HEAD || (uint8_t)s.p[0] != FRAME_MARK)
        return 0;
    size_t length = get_u32_at(s.p + 2);
    if (length > s.n - FRAME_HEAD || frame_crc(s.p, length) != get_u32_at(s.p + 6))
        return 0;
    return FRAME_HEAD + length;
}

static bool frame_parse(struct str frame, record_at at, struct record *out)
{
    struct str payload = str_sub(frame, FRAME_HEAD, frame.n);
    *out = (struct record){ .type = (enum record_type)frame.p[1], .at = at };
    if (out->type == RECORD_REMOVE) {
        out->id = payload;
        return true;
    }
    struct cursor c = cursor_of(payload);
    out->id = cursor_field(&c);
    out->size = cursor_varint(&c);
    out->packed = (struct str){ (const char *)c.p, (size_t)(c.end - c.p) };
    return out->type == RECORD_PUT && !c.bad;
}

/* ---- Writing ---------------------------------------------------------------------- */

static char *log_name(struct arena *arena, const char *folder, unsigned file)
{
    return arena_printf(arena, "%s/%06u.log", folder, file);
}

static int write_file_head(struct ctx *ctx, struct record_log *log)
{
    struct buf head;
    buf_init(&head, log->tail_arena);
    buf_put(&head, LOG_MAGIC, sizeof LOG_MAGIC);
    buf_u32(&head, LOG_VERSION);
    buf_u32(&head, sizeof LOG_FEATURES - 1);
    buf_cstr(&head, LOG_FEATURES);
    buf_u32(&head, crc_of(buf_view(&head)));
    int rc = file_tail_append(ctx, &log->tail, buf_view(&head));
    return rc ? rc : file_sync_folder(ctx, log->folder);
}

/* Bytes of the head of a log file, 0 when it is torn or not ours. */
static size_t head_size(struct str map)
{
    if (map.n < 16 || memcmp(map.p, LOG_MAGIC, 8) != 0)
        return 0;
    size_t n = 16 + (size_t)get_u32_at(map.p + 12);
    if (n + 4 > map.n || crc_of(str_sub(map, 0, n)) != get_u32_at(map.p + n))
        return 0;
    return get_u32_at(map.p + 8) == LOG_VERSION ? n + 4 : 0;
}

static int open_file(struct ctx *ctx, struct record_log *log, unsigned file)
{
    log->file = file;
    arena_reset(log->tail_arena);
    int rc = file_tail_open(ctx, log->tail_arena, log_name(log->tail_arena, log->folder, file), &log->tail);
    if (!rc && log->tail.offset == 0)
        rc = write_file_head(ctx, log);
    return rc;
}

/* Where the last whole frame of a file ends; frames before offset `from` are trusted. */
static uint64_t whole_until(struct str map, uint64_t from)
{
    uint64_t at = head_size(map);
    if (at && from > at && from <= map.n)
        at = from;
    size_t n;
    while (at && at < map.n && (n = frame_whole(str_sub(map, at, map.n))) > 0)
        at += n;
    return at;
}

/* A tail that holds no further whole frame is torn and is cut; else the damage is in the middle and stays. */
static uint64_t cut_point(struct str map, uint64_t from)
{
    uint64_t end = whole_until(map, from);
    for (uint64_t at = end + 1; end && at < map.n; at++)
        if ((uint8_t)map.p[at] == FRAME_MARK && frame_whole(str_sub(map, at, map.n)))
            return cut_point(map, at);
    return end;
}

static int cut_torn_tail(struct ctx *ctx, struct record_log *log, record_at from)
{
    struct arena *scratch = arena_new(log->arena);
    struct str map;
    int rc = file_map(ctx, scratch, log->tail.path, &map);
    if (!rc) {
        uint64_t trusted = record_file(from) == log->file ? record_offset(from) : 0;
        uint64_t end = cut_point(map, trusted);
        arena_free(scratch);
        if (end == 0)
            rc = file_tail_cut(ctx, &log->tail, 0) || write_file_head(ctx, log) ? TIAN_EIO : 0;
        else if (end < log->tail.offset)
            rc = file_tail_cut(ctx, &log->tail, end);
        return rc;
    }
    arena_free(scratch);
    return rc;
}

static int count_files(struct ctx *ctx, struct arena *arena, const char *folder, unsigned *n)
{
    *n = 0;
    struct file_info info;
    int rc = 0;
    for (unsigned i = 1; !rc; i++) {
        rc = file_stat(ctx, log_name(arena, folder, i), &info);
        if (!rc && info.kind != FILE_REGULAR)
            break;
        *n = i;
    }
    return rc;
}

int record_log_open(struct ctx *ctx, struct arena *arena, const char *folder, record_at from,
                    struct record_log **out)
{
    struct record_log *log = arena_new_of(arena, struct record_log);
    log->arena = arena;
    log->folder = arena_cstr(arena, str_of(folder));
    log->tail_arena = arena_new(arena);
    unsigned n;
    int rc = file_make_folder(ctx, folder);
    if (!rc)
        rc = count_files(ctx, arena, folder, &n);
    if (!rc)
        rc = open_file(ctx, log, n ? n : 1);
    if (!rc)
        rc = cut_torn_tail(ctx, log, from);
    *out = rc ? NULL : log;
    return rc;
}

record_at record_log_end(const struct record_log *log)
{
    return (uint64_t)log->file << 40 | log->tail.offset;
}

int record_log_append(struct ctx *ctx, struct record_log *log, struct str frames, record_at *at)
{
    int rc = 0;
    if (log->tail.offset > LOG_FILE_LIMIT) {
        rc = record_log_sync(ctx, log);
        if (!rc)
            rc = open_file(ctx, log, log->file + 1);
    }
    *at = record_log_end(log);
    if (!rc)
        rc = file_tail_append(ctx, &log->tail, frames);
    log->dirty = log->dirty || !rc;
    return rc;
}

int record_log_sync(struct ctx *ctx, struct record_log *log)
{
    if (!log->dirty)
        return 0;
    int rc = file_tail_sync(ctx, &log->tail);
    if (!rc)
        log->dirty = false;
    return rc;
}

/* ---- Reading ----------------------------------------------------------------------- */

int record_files_open(struct ctx *ctx, struct arena *arena, const char *folder, struct record_files **out)
{
    struct record_files *files = arena_new_of(arena, struct record_files);
    unsigned n;
    int rc = count_files(ctx, arena, folder, &n);
    files->maps = arena_array(arena, struct str, n + 1);
    for (unsigned i = 0; !rc && i < n; i++) {
        rc = file_map(ctx, arena, log_name(arena, folder, i + 1), &files->maps[i]);
        files->n = i + 1;
    }
    *out = rc ? NULL : files;
    return rc;
}

uint64_t record_files_bytes(const struct record_files *files)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < files->n; i++)
        sum += files->maps[i].n;
    return sum;
}

static struct str rest_at(const struct record_files *files, record_at at)
{
    unsigned file = record_file(at);
    if (file < 1 || file > files->n || record_offset(at) >= files->maps[file - 1].n)
        return STR_NONE;
    return str_sub(files->maps[file - 1], record_offset(at), files->maps[file - 1].n);
}

int record_read(struct ctx *ctx, const struct record_files *files, record_at at, struct record *out)
{
    struct str rest = rest_at(files, at);
    size_t n = frame_whole(rest);
    if (n == 0 || !frame_parse(str_sub(rest, 0, n), at, out))
        return ctx_fail(ctx, TIAN_EINDEX, NULL, "the record at %u:%llu is damaged; run: tian verify",
                        "记录 %u:%llu 已损坏；请运行 tian verify", record_file(at),
                        (unsigned long long)record_offset(at));
    return 0;
}

int record_expand(struct ctx *ctx, struct inflater *inflater, struct arena *arena,
                  const struct record *record, struct str *encoded)
{
    if (record->size > (1u << 30) || record->size / 1100 > record->packed.n)
        return ctx_fail(ctx, TIAN_EINDEX, NULL, "a record claims %zu bytes of text",
                        "一条记录声称有 %zu 字节正文", record->size);
    char *bytes = arena_alloc(arena, record->size + 1);
    if (!inflate_to(inflater, record->packed, bytes, record->size))
        return ctx_fail(ctx, TIAN_EINDEX, NULL, "the record of %.*s cannot be expanded; run: tian verify",
                        "%.*s 的记录无法解压；请运行 tian verify", STR_ARG(record->id));
    *encoded = (struct str){ bytes, record->size };
    return 0;
}

/* The id that a damaged frame seems to have had, for the message only. */
static struct str guess_id(struct str frame)
{
    if (frame.n < FRAME_HEAD + 2 || frame.p[1] != RECORD_PUT)
        return STR_NONE;
    struct cursor c = cursor_of(str_sub(frame, FRAME_HEAD, frame.n));
    struct str id = cursor_field(&c);
    return !c.bad && id.n <= 512 && utf8_check(id) == id.n ? id : STR_NONE;
}

static uint64_t next_whole(struct str map, uint64_t at)
{
    while (at < map.n && !((uint8_t)map.p[at] == FRAME_MARK && frame_whole(str_sub(map, at, map.n))))
        at++;
    return at;
}

static int walk_file(struct str map, unsigned file, uint64_t at, record_visit *visit, record_damage *damaged,
                     void *self)
{
    int rc = 0;
    while (!rc && at < map.n) {
        record_at place = (uint64_t)file << 40 | at;
        size_t n = frame_whole(str_sub(map, at, map.n));
        struct record record;
        if (n && frame_parse(str_sub(map, at, at + n), place, &record)) {
            rc = visit(self, &record);
            at += n;
            continue;
        }
        uint64_t next = next_whole(map, at + 1);
        if (damaged)
            damaged(self, place, next - at, guess_id(str_sub(map, at, map.n)));
        at = next;
    }
    return rc;
}

int record_walk(struct ctx *ctx, const struct record_files *files, record_at from, record_visit *visit,
                record_damage *damaged, void *self)
{
    int rc = 0;
    unsigned first = record_file(from) ? record_file(from) : 1;
    for (unsigned file = first; !rc && file <= files->n; file++) {
        struct str map = files->maps[file - 1];
        size_t head = head_size(map);
        uint64_t at = file == record_file(from) && record_offset(from) > head ? record_offset(from) : head;
        if (head == 0 && map.n > 0) {
            if (damaged)
                damaged(self, (uint64_t)file << 40, map.n < 64 ? map.n : 64, STR_NONE);
            at = next_whole(map, 0);
        }
        rc = walk_file(map, file, at, visit, damaged, self);
        if (!rc)
            rc = ctx_check(ctx);
    }
    return rc;
}
