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
    LOG_VERSION = 1,
    ROOM = 16 << 20 /* bytes, for growing */
};
static const char LOG_MAGIC[8] = "TIANREC\n";
static const char LOG_FEATURES[] = "deflate";

/* A file, mapped with room to grow: the last one of the log does with each commit. Shared by all who opened
 * it meanwhile, each of whom knows how long it was for him. */
struct record_map {
    struct arena *arena; /* its own, in which it lies itself */
    _Atomic unsigned references;
    struct file_room room;
};

struct record_files {
    struct str *maps; /* maps[i]: file first + i; p is NULL when it is missing */
    struct record_map **shared;
    unsigned first;
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

/* The type is looked at first: in damaged bytes a CRC of 256 MB for each 0xA7 would take hours. */
size_t record_frame_size(struct str s)
{
    if (s.n < FRAME_HEAD)
        return 0;
    assert(s.p);
    if ((uint8_t)s.p[0] != FRAME_MARK || (s.p[1] != RECORD_PUT && s.p[1] != RECORD_REMOVE))
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

/* ---- Files ------------------------------------------------------------------------- */

char *record_log_name(struct arena *arena, const char *folder, unsigned file)
{
    return arena_printf(arena, "%s/%06u.log", folder, file);
}

void record_head(struct buf *out)
{
    size_t from = out->n;
    buf_put(out, LOG_MAGIC, sizeof LOG_MAGIC);
    buf_u32(out, LOG_VERSION);
    buf_u32(out, sizeof LOG_FEATURES - 1);
    buf_cstr(out, LOG_FEATURES);
    buf_u32(out, crc_of(str_sub(buf_view(out), from, out->n)));
}

size_t record_head_size(struct str map, uint32_t *version)
{
    *version = 0;
    if (map.n < 16 || memcmp(map.p, LOG_MAGIC, 8) != 0)
        return 0;
    size_t n = 16 + (size_t)get_u32_at(map.p + 12);
    if (n + 4 > map.n || crc_of(str_sub(map, 0, n)) != get_u32_at(map.p + n))
        return 0;
    *version = get_u32_at(map.p + 8);
    return n + 4;
}

/* The number a name of the folder stands for, 0 when it is none of ours. */
static unsigned number_of(const char *name)
{
    unsigned file;
    char again[32];
    if (sscanf(name, "%9u", &file) != 1)
        return 0;
    snprintf(again, sizeof again, "%06u.log", file);
    return strcmp(again, name) == 0 ? file : 0;
}

int record_numbers(struct ctx *ctx, struct arena *arena, const char *folder, struct record_numbers *out)
{
    struct file_info info;
    char **names;
    size_t n;
    vec_init(out, arena);
    int rc = file_stat(ctx, folder, &info);
    if (rc || info.kind == FILE_NONE)
        return rc;
    rc = file_list(ctx, arena, folder, &names, &n);
    for (size_t i = 0; !rc && i < n; i++)
        if (number_of(names[i]))
            vec_push(out, number_of(names[i])); /* in order: file_list() sorts */
    return rc;
}

/* ---- Reading ----------------------------------------------------------------------- */

static void release(void *arg)
{
    struct record_map *map = arg;
    if (--map->references == 0)
        arena_free(map->arena);
}

/* Held by one more: a known map, or a new one, still empty. */
static struct record_map *hold(struct arena *holder, struct record_map *known)
{
    struct record_map *map = known;
    arena_prepare(holder);
    if (!map) {
        struct arena *arena = arena_new(NULL);
        map = arena_new_of(arena, struct record_map);
        map->arena = arena;
    }
    map->references++;
    arena_defer(holder, release, map);
    return map;
}

/* The map of this file that was made before, if it is the same file still and has room for what is in it. */
static struct record_map *known_map(const struct record_files *before, unsigned file,
                                    const struct file_info *info)
{
    if (!before || file < before->first || file - before->first >= before->n)
        return NULL;
    struct record_map *map = before->shared[file - before->first];
    return map && map->room.identity == info->identity && info->size <= map->room.n ? map : NULL;
}

static int map_file(struct ctx *ctx, struct arena *arena, struct record_files *files, const char *path,
                    unsigned file, const struct record_files *before)
{
    struct file_info info;
    int rc = file_stat(ctx, path, &info);
    if (rc)
        return rc;
    struct record_map *known = known_map(before, file, &info), *map = hold(arena, known);
    if (!known)
        rc = file_map_room(ctx, map->arena, path, ROOM, &map->room);
    files->shared[file - files->first] = map;
    files->maps[file - files->first] = (struct str){ map->room.p, known ? info.size : map->room.size };
    return rc;
}

int record_files_open(struct ctx *ctx, struct arena *arena, const char *folder, unsigned first,
                      const struct record_files *before, struct record_files **out)
{
    struct record_files *files = arena_new_of(arena, struct record_files);
    struct record_numbers numbers;
    int rc = record_numbers(ctx, arena, folder, &numbers);
    unsigned last = !rc && numbers.n ? numbers.at[numbers.n - 1] : 0;
    files->first = first ? first : 1;
    files->n = last >= files->first ? last - files->first + 1 : 0;
    files->maps = arena_array(arena, struct str, files->n + 1);
    files->shared = arena_array(arena, struct record_map *, files->n + 1);
    for (size_t i = 0; !rc && i < numbers.n; i++)
        if (numbers.at[i] >= files->first)
            rc = map_file(ctx, arena, files, record_log_name(arena, folder, numbers.at[i]), numbers.at[i],
                          before);
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

struct str record_files_map(const struct record_files *files, unsigned file)
{
    return file < files->first || file - files->first >= files->n ? STR_NONE
                                                                  : files->maps[file - files->first];
}

unsigned record_files_first(const struct record_files *files)
{
    return files->first;
}

unsigned record_files_last(const struct record_files *files)
{
    return files->first + (unsigned)files->n - 1;
}

static struct str rest_at(const struct record_files *files, record_at at)
{
    struct str map = record_files_map(files, record_file(at));
    return record_offset(at) < map.n ? str_sub(map, record_offset(at), map.n) : STR_NONE;
}

int record_read(struct ctx *ctx, const struct record_files *files, record_at at, struct record *out)
{
    struct str rest = rest_at(files, at);
    size_t n = record_frame_size(rest);
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
    while (at < map.n && !((uint8_t)map.p[at] == FRAME_MARK && record_frame_size(str_sub(map, at, map.n))))
        at++;
    return at;
}

static void report_damage(const struct record_walk *walk, record_at from, uint64_t bytes, struct str id)
{
    if (walk->damaged)
        walk->damaged(walk->self, from, bytes, id);
}

static int walk_frames(const struct record_walk *walk, struct str map, unsigned file, uint64_t at)
{
    int rc = 0;
    while (!rc && at < map.n) {
        record_at place = record_place(file, at);
        size_t n = record_frame_size(str_sub(map, at, map.n));
        struct record record;
        if (n && frame_parse(str_sub(map, at, at + n), place, &record)) {
            rc = walk->visit(walk->self, &record);
            at += n;
            continue;
        }
        uint64_t next = next_whole(map, at + 1);
        report_damage(walk, place, next - at, guess_id(str_sub(map, at, map.n)));
        at = next;
    }
    return rc;
}

static int walk_file(const struct record_walk *walk, struct str map, unsigned file)
{
    uint32_t version;
    size_t head = record_head_size(map, &version);
    uint64_t from = file == record_file(walk->from) ? record_offset(walk->from) : 0;
    uint64_t until = file == record_file(walk->until) ? record_offset(walk->until) : map.n;
    uint64_t at = from > head ? from : head;
    if (!map.p || (head == 0 && map.n > 0 && from == 0)) {
        report_damage(walk, record_place(file, 0), map.n < 64 ? map.n : 64, STR_NONE);
        at = next_whole(map, 0);
    }
    if (until > map.n)
        report_damage(walk, record_place(file, map.n), until - map.n, STR_NONE);
    return walk_frames(walk, str_sub(map, 0, until < map.n ? until : map.n), file, at);
}

int record_walk(struct ctx *ctx, const struct record_files *files, const struct record_walk *walk)
{
    unsigned first = record_file(walk->from) > files->first ? record_file(walk->from) : files->first;
    unsigned last = walk->until ? record_file(walk->until) : record_files_last(files);
    int rc = 0;
    for (unsigned file = first; !rc && file <= last; file++) {
        rc = walk_file(walk, record_files_map(files, file), file);
        if (!rc)
            rc = ctx_check(ctx);
    }
    return rc;
}
