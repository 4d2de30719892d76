/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What officers decided about merging, in one text file of the index that is only
 * ever added to, one line a decision, the time and the ids behind it:
 *
 *   tian-decisions 1
 *   accept 2026-02-03T10:11:12Z <TAB> main <TAB> id … <TAB> 1a2b3c4d     CRC of all before the last tab
 *   refuse 2026-02-03T10:12:40Z <TAB> id <TAB> id <TAB> 0f9e8d7c
 *
 * The last word on a pair counts, so nothing is ever taken out. A line without its
 * end was never acknowledged: who reads passes over it, who writes cuts it off. A
 * damaged line costs that line only, and is counted. In an id, bytes below ' ' and
 * '%' are written %XX.
 *
 * Read back, decisions are a forest of depth one (each accepted proposal knows its
 * main proposal, no main proposal has one) and a set of pairs.
 */
#include "store/store.h"

#include <assert.h>
#include <stdio.h>
#include <time.h>

#include "base/file.h"
#include "store/record.h"

static const char first_line[] = "tian-decisions 1";

enum {
    LOCK_WAIT_MS = 5000
};

/* A proposal that somebody said something about. */
struct decided {
    struct str id;
    struct decided *main; /* NULL: in none's group */
    size_t members;       /* of its own group */
};

static char *path_of(struct arena *arena, const char *index)
{
    return path_join(arena, index, "decisions");
}

/* ---- What was decided ------------------------------------------------------------------- */

static struct decided *node_of(struct decisions *d, struct str id)
{
    void **place = map_at(d->nodes, id);
    if (!*place) {
        struct decided *made = arena_new_of(d->arena, struct decided);
        made->id = id;
        *place = made;
    }
    return *place;
}

/* Key of a pair, the same for both orders. */
static struct str pair_of(struct arena *arena, struct str a, struct str b)
{
    if (str_cmp(a, b) > 0) {
        struct str swap = a;
        a = b;
        b = swap;
    }
    return str_of(arena_printf(arena, "%.*s\n%.*s", STR_ARG(a), STR_ARG(b)));
}

static void leave_main(struct decided *node)
{
    if (node->main)
        node->main->members--;
    node->main = NULL;
}

/* Who is put below another is no main proposal any more. */
static void release_members(struct decisions *d, struct decided *main)
{
    for (size_t i = 0; main->members > 0 && i < d->nodes->n; i++) {
        struct decided *node = d->nodes->entries[i].value;
        if (node->main == main)
            leave_main(node);
    }
}

static void apply_accept(struct decisions *d, const struct decision *one)
{
    struct decided *main = node_of(d, one->ids[0]);
    leave_main(main);
    for (size_t i = 1; i < one->nids; i++) {
        struct decided *node = node_of(d, one->ids[i]);
        if (node == main)
            continue;
        *map_at(d->refused, pair_of(d->arena, main->id, node->id)) = NULL;
        release_members(d, node);
        leave_main(node);
        node->main = main;
        main->members++;
    }
}

static void apply_refuse(struct decisions *d, const struct decision *one)
{
    struct decided *a = node_of(d, one->ids[0]), *b = node_of(d, one->ids[1]);
    if (a->main == b)
        leave_main(a);
    if (b->main == a)
        leave_main(b);
    *map_at(d->refused, pair_of(d->arena, a->id, b->id)) = d;
}

struct str decisions_main(const struct decisions *d, struct str id)
{
    const struct decided *node = map_get(d->nodes, id);
    if (!node)
        return STR_NONE;
    return node->main ? node->main->id : node->members > 0 ? node->id : STR_NONE;
}

bool decisions_refused(const struct decisions *d, struct arena *scratch, struct str a, struct str b)
{
    return d->refused->n > 0 && map_get(d->refused, pair_of(scratch, a, b)) != NULL;
}

void decisions_count(const struct decisions *d, uint64_t *accepted, uint64_t *refused)
{
    *accepted = *refused = 0;
    for (size_t i = 0; i < d->nodes->n; i++)
        *accepted += ((const struct decided *)d->nodes->entries[i].value)->main != NULL;
    for (size_t i = 0; i < d->refused->n; i++)
        *refused += d->refused->entries[i].value != NULL;
}

/* ---- Reading ---------------------------------------------------------------------------- */

static int hex_digit(char c)
{
    static const char digits[] = "0123456789ABCDEF";
    const char *found = c ? strchr(digits, c) : NULL;
    return found ? (int)(found - digits) : -1;
}

static struct str read_id(struct arena *arena, struct str s)
{
    struct buf out;
    buf_init(&out, arena);
    for (size_t i = 0; i < s.n; i++) {
        int high = s.p[i] == '%' && i + 2 < s.n ? hex_digit(s.p[i + 1]) : -1,
            low = high >= 0 ? hex_digit(s.p[i + 2]) : -1;
        buf_char(&out, low >= 0 ? (char)(high << 4 | low) : s.p[i]);
        i += low >= 0 ? 2 : 0;
    }
    return buf_view(&out);
}

static bool checks(struct str line, struct str crc)
{
    char want[9];
    snprintf(want, sizeof want, "%08x", (unsigned)crc_of(line));
    return str_eq(crc, str_of(want));
}

/* The tab before the checksum; SIZE_MAX. */
static size_t last_tab(struct str line)
{
    for (size_t i = line.n; i-- > 0;)
        if (line.p[i] == '\t')
            return i;
    return SIZE_MAX;
}

static bool read_line(struct arena *arena, struct str line, struct decision *out)
{
    struct str head, verb, id;
    size_t tab = last_tab(line);
    if (tab == SIZE_MAX || !checks(str_sub(line, 0, tab), str_sub(line, tab + 1, line.n)))
        return false;
    struct str rest = str_split(str_sub(line, 0, tab), '\t', &head);
    out->when = str_split(head, ' ', &verb);
    out->refuses = str_eq(verb, STR("refuse"));
    if (!out->refuses && !str_eq(verb, STR("accept")))
        return false;
    vec_of(struct str) ids;
    vec_init(&ids, arena);
    while (rest.n > 0) {
        rest = str_split(rest, '\t', &id);
        vec_push(&ids, read_id(arena, id));
    }
    out->ids = ids.at;
    out->nids = ids.n;
    return out->refuses ? ids.n == 2 : ids.n >= 2;
}

/* Whole lines only; *end: where the last one ends. */
static int read_text(struct ctx *ctx, const char *path, struct str text, struct decisions *out, size_t *end)
{
    struct str rest = text, line;
    bool first = true;
    *end = 0;
    for (size_t newline; (newline = str_find(rest, STR("\n"), 0)) != SIZE_MAX; first = false) {
        struct decision one;
        line = str_sub(rest, 0, newline);
        rest = str_sub(rest, newline + 1, rest.n);
        *end = text.n - rest.n;
        if (first && !str_eq(line, str_of(first_line)))
            return ctx_fail(ctx, TIAN_EINDEX, path, "damaged, or written by a newer tian",
                            "已损坏，或由更新的版本写成");
        if (first)
            continue;
        if (read_line(out->arena, line, &one))
            vec_push(out, one);
        else
            out->damaged++;
    }
    return 0;
}

static int read_file(struct ctx *ctx, struct arena *arena, const char *path, struct decisions *out,
                     size_t *end)
{
    struct file_info info;
    struct str text;
    *out = (struct decisions){ .arena = arena, .nodes = map_new(arena), .refused = map_new(arena) };
    vec_init(out, arena);
    *end = 0;
    int rc = file_stat(ctx, path, &info);
    if (rc || info.kind == FILE_NONE)
        return rc;
    rc = file_read(ctx, arena, path, 0, &text);
    return rc ? rc : read_text(ctx, path, text, out, end);
}

int decisions_read(struct ctx *ctx, struct arena *arena, const char *index, struct decisions *out)
{
    size_t end;
    int rc = read_file(ctx, arena, path_of(ctx->arena, index), out, &end);
    for (size_t i = 0; !rc && i < out->n; i++)
        if (out->at[i].refuses)
            apply_refuse(out, &out->at[i]);
        else
            apply_accept(out, &out->at[i]);
    return rc;
}

/* ---- Writing ---------------------------------------------------------------------------- */

static void put_id(struct buf *out, struct str id)
{
    for (size_t i = 0; i < id.n; i++)
        if ((unsigned char)id.p[i] < ' ' || id.p[i] == '%')
            buf_printf(out, "%%%02X", (unsigned)(unsigned char)id.p[i]);
        else
            buf_char(out, id.p[i]);
}

static void put_line(struct buf *out, const struct decision *one)
{
    size_t from = out->n;
    char when[32];
    time_t now = time(NULL);
    struct tm utc;
    strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    buf_printf(out, "%s %s", one->refuses ? "refuse" : "accept", when);
    for (size_t i = 0; i < one->nids; i++) {
        buf_char(out, '\t');
        put_id(out, one->ids[i]);
    }
    buf_printf(out, "\t%08x\n", (unsigned)crc_of(str_sub(buf_view(out), from, out->n)));
}

int decisions_append(struct ctx *ctx, const char *index, const struct decision *one)
{
    const char *path = path_of(ctx->arena, index);
    struct decisions now;
    struct file_tail tail;
    struct buf out;
    size_t end;
    assert(one->refuses ? one->nids == 2 : one->nids >= 2);
    buf_init(&out, ctx->arena);
    int rc = read_file(ctx, ctx->arena, path, &now, &end);
    if (!rc)
        rc = file_tail_open(ctx, ctx->arena, path, &tail);
    if (!rc && tail.offset > end)
        rc = file_tail_cut(ctx, &tail, end);
    if (rc)
        return rc;
    if (end == 0)
        buf_printf(&out, "%s\n", first_line);
    put_line(&out, one);
    rc = file_tail_append(ctx, &tail, buf_view(&out));
    if (!rc)
        rc = file_tail_sync(ctx, &tail);
    return rc || end > 0 ? rc : file_sync_folder(ctx, index);
}

int decisions_lock(struct ctx *ctx, struct arena *arena, const char *index)
{
    return file_lock(ctx, arena, path_join(ctx->arena, index, "decisions.lock"), LOCK_WAIT_MS);
}
