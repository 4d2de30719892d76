/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Writing to the log of records (its format: record.c). There is one writer, and
 * it only ever adds at the end of the last file:
 *
 *   000001.log ████████   000002.log ████████   000003.log ███▌
 *                                                             ▲ torn by a crash: cut off at opening
 *
 * What is not understood is never cut and never written over: when the head of
 * the last file is damaged, or the file is shorter than the manifest knows, it is
 * left as it is for verify to name, and a new file is begun behind it. So a
 * flipped bit costs the record it hits, not the log.
 *
 * After a failed append the file is cut back to where it was; when even that
 * fails, no further append is made until it succeeds, else whole frames of the
 * failed one could stand behind the next.
 */
#include "store/record.h"

#include <assert.h>

enum {
    LOG_VERSION = 1
};
uint64_t record_file_limit = 256ull << 20; /* backups copy whole old ones once */

struct record_log {
    const char *folder;
    struct arena *arena;
    struct arena *tail_arena; /* of the open file */
    struct file_tail tail;
    unsigned file;
    bool dirty; /* appended and not yet fsynced */
    bool torn;  /* bytes of a failed append may stand behind the tail */
};

/* ---- A new file ---------------------------------------------------------------------- */

static int write_head(struct ctx *ctx, struct arena *arena, struct file_tail *tail)
{
    struct buf head;
    buf_init(&head, arena);
    record_head(&head);
    int rc = tail->offset ? file_tail_cut(ctx, tail, 0) : 0;
    return rc ? rc : file_tail_append(ctx, tail, buf_view(&head));
}

/* Go over to file `number`, which is not there or has no more than a torn head. On error nothing has changed.
 */
static int begin_file(struct ctx *ctx, struct record_log *log, unsigned number)
{
    struct arena *arena = arena_new(log->arena);
    struct file_tail tail;
    int rc = file_tail_open(ctx, arena, record_log_name(arena, log->folder, number), &tail);
    if (!rc)
        rc = write_head(ctx, arena, &tail);
    if (rc) {
        arena_free(arena);
        return rc;
    }
    arena_free(log->tail_arena);
    log->tail_arena = arena;
    log->tail = tail;
    log->file = number;
    log->dirty = true;
    log->torn = false;
    return 0;
}

int record_log_next_file(struct ctx *ctx, struct record_log *log)
{
    int rc = record_log_sync(ctx, log);
    return rc ? rc : begin_file(ctx, log, log->file + 1);
}

/* ---- Opening --------------------------------------------------------------------------- */

/* Where the last whole frame of a file ends. A tail that holds no further whole frame is torn; else the
 * damage is in the middle and stays. */
static uint64_t whole_until(struct str map, uint64_t at)
{
    uint64_t end = at;
    while (at < map.n) {
        size_t n = record_frame_size(str_sub(map, at, map.n));
        at += n ? n : 1;
        if (n)
            end = at;
    }
    return end;
}

enum verdict {
    TAIL_GOOD,   /* append at *end, cutting off what is behind */
    TAIL_EMPTY,  /* not even a head: write one */
    TAIL_STRANGE /* leave it alone */
};

static int judge_last(struct ctx *ctx, struct record_log *log, record_at from, enum verdict *verdict,
                      uint64_t *end)
{
    struct arena *scratch = arena_new(log->arena);
    struct str map;
    struct buf usual;
    uint32_t version = LOG_VERSION;
    int rc = file_map(ctx, scratch, record_log_name(scratch, log->folder, log->file), &map);
    size_t head = rc ? 0 : record_head_size(map, &version);
    uint64_t trusted = record_file(from) == log->file ? record_offset(from) : 0;
    buf_init(&usual, scratch);
    record_head(&usual);
    *verdict = head && map.n >= trusted              ? TAIL_GOOD
               : map.n < usual.n && map.n >= trusted ? TAIL_EMPTY
                                                     : TAIL_STRANGE;
    if (head && version != LOG_VERSION)
        rc = ctx_fail(ctx, TIAN_EINDEX, log->folder, "file %u was written by a newer tian (version %u)",
                      "文件 %u 由更新的版本（%u）写成", log->file, version);
    if (!rc && *verdict == TAIL_GOOD)
        *end = whole_until(map, trusted > head ? trusted : head);
    arena_free(scratch);
    return rc;
}

/* Append to the last file, if it can be trusted. */
static int open_last(struct ctx *ctx, struct record_log *log, record_at from)
{
    enum verdict verdict;
    uint64_t end = 0;
    int rc = judge_last(ctx, log, from, &verdict, &end);
    if (rc)
        return rc;
    if (verdict != TAIL_GOOD)
        return begin_file(ctx, log, verdict == TAIL_EMPTY ? log->file : log->file + 1);
    rc = file_tail_open(ctx, log->tail_arena, record_log_name(log->tail_arena, log->folder, log->file),
                        &log->tail);
    if (!rc && end < log->tail.offset)
        rc = file_tail_cut(ctx, &log->tail, end);
    log->dirty = true; /* a killed writer may have left records that were never fsynced */
    return rc;
}

int record_log_open(struct ctx *ctx, struct arena *arena, const char *folder, record_at from, bool fresh,
                    struct record_log **out)
{
    struct record_log *log = arena_new_of(arena, struct record_log);
    struct record_numbers numbers;
    log->arena = arena;
    log->folder = arena_cstr(arena, str_of(folder));
    log->tail_arena = arena_new(arena);
    int rc = file_make_folder(ctx, folder);
    if (!rc)
        rc = record_numbers(ctx, arena, folder, &numbers);
    if (rc)
        return rc;
    log->file = numbers.n ? numbers.at[numbers.n - 1] : 0;
    unsigned known = record_file(from) + (record_offset(from) > 0); /* the first file that may be new */
    if (log->file < record_file(from) || log->file == 0)
        rc = begin_file(ctx, log, known ? known : 1);
    else if (fresh)
        rc = begin_file(ctx, log, log->file + 1);
    else
        rc = open_last(ctx, log, from);
    *out = rc ? NULL : log;
    return rc;
}

/* ---- Appending ----------------------------------------------------------------------------- */

record_at record_log_end(const struct record_log *log)
{
    return record_place(log->file, log->tail.offset);
}

int record_log_append(struct ctx *ctx, struct record_log *log, struct str frames, record_at *at)
{
    int rc = 0;
    if (log->torn)
        rc = file_tail_cut(ctx, &log->tail, log->tail.offset);
    log->torn = rc != 0;
    if (!rc && log->tail.offset > record_file_limit)
        rc = record_log_next_file(ctx, log);
    *at = record_log_end(log);
    if (rc)
        return rc;
    log->dirty = true;
    rc = file_tail_append(ctx, &log->tail, frames);
    log->torn = rc != 0;
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
