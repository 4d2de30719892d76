/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Saved searches, in one text file of the index that no manifest names:
 *
 *   tian-watches 1
 *   watch 电梯 <TAB> 0 <TAB> <TAB> 加装电梯         name, match, theme, query
 *   seen 5ad3c21f00e1b2a4 0be1c2334455f00d         a document it has found: hashes of content and of text
 *   seen …
 *   end 2                                          watches; a torn file has no such line
 *
 * A document is known by what it says, not by where its record stands: positions
 * change when the log is compacted or the index is made from a dump, and then
 * everything would be new.
 */
#include "store/store.h"

#include <inttypes.h>

#include "base/file.h"

static const char first_line[] = "tian-watches 1";

enum {
    LOCK_WAIT_MS = 5000
};

static char *path_of(struct arena *arena, const char *index)
{
    return path_join(arena, index, "watches");
}

/* ---- Reading ---------------------------------------------------------------------------- */

static bool read_hex(struct str s, uint64_t *out)
{
    static const char digits[] = "0123456789abcdef";
    *out = 0;
    for (size_t i = 0; i < s.n; i++) {
        const char *digit = s.p[i] ? strchr(digits, s.p[i]) : NULL;
        if (!digit)
            return false;
        *out = *out << 4 | (uint64_t)(digit - digits);
    }
    return s.n == 16;
}

static bool read_seen(struct str line, struct watches *out)
{
    struct str content, text = str_split(line, ' ', &content);
    struct watch_key key;
    if (out->n == 0 || !read_hex(content, &key.content) || !read_hex(text, &key.text))
        return false;
    vec_push(&out->at[out->n - 1].seen, key);
    return true;
}

static bool read_watch(struct arena *arena, struct str line, struct watches *out)
{
    struct watch watch;
    struct str match;
    uint64_t number;
    line = str_split(line, '\t', &watch.name);
    line = str_split(line, '\t', &match);
    watch.query = str_split(line, '\t', &watch.theme);
    if (!watch.query.p || !str_to_u64(match, &number) || number > TIAN_MATCH_EXACT)
        return false;
    watch.match = (int)number;
    vec_init(&watch.seen, arena);
    vec_push(out, watch);
    return true;
}

/* One line; *ended at the last. */
static bool read_line(struct arena *arena, struct str line, struct watches *out, bool *ended)
{
    uint64_t n;
    if (*ended)
        return false;
    if (str_starts(line, STR("seen ")))
        return read_seen(str_sub(line, 5, line.n), out);
    if (str_starts(line, STR("watch ")))
        return read_watch(arena, str_sub(line, 6, line.n), out);
    *ended = str_starts(line, STR("end ")) && str_to_u64(str_sub(line, 4, line.n), &n) && n == out->n;
    return *ended;
}

int watches_read(struct ctx *ctx, struct arena *arena, const char *index, struct watches *out)
{
    const char *path = path_of(ctx->arena, index);
    struct file_info info;
    struct str text, line;
    bool ended = false;
    vec_init(out, arena);
    int rc = file_stat(ctx, path, &info);
    if (rc || info.kind == FILE_NONE)
        return rc;
    rc = file_read(ctx, arena, path, 0, &text);
    if (rc)
        return rc;
    bool good = utf8_check(text) == text.n && str_line(&text, &line) && str_eq(line, str_of(first_line));
    while (good && str_line(&text, &line))
        good = read_line(arena, line, out, &ended);
    return good && ended ? 0
                         : ctx_fail(ctx, TIAN_EINDEX, path, "damaged; remove it, and add the watches again",
                                    "已损坏；请删除此文件并重新添加订阅");
}

/* ---- Writing ---------------------------------------------------------------------------- */

int watches_write(struct ctx *ctx, const char *index, const struct watches *watches)
{
    struct buf out;
    buf_init(&out, ctx->arena);
    buf_printf(&out, "%s\n", first_line);
    for (size_t i = 0; i < watches->n; i++) {
        const struct watch *w = &watches->at[i];
        buf_printf(&out, "watch %.*s\t%d\t%.*s\t%.*s\n", STR_ARG(w->name), w->match, STR_ARG(w->theme),
                   STR_ARG(w->query));
        for (size_t k = 0; k < w->seen.n; k++)
            buf_printf(&out, "seen %016" PRIx64 " %016" PRIx64 "\n", w->seen.at[k].content,
                       w->seen.at[k].text);
    }
    buf_printf(&out, "end %zu\n", watches->n);
    return file_replace(ctx, path_of(ctx->arena, index), buf_view(&out));
}

int watches_lock(struct ctx *ctx, struct arena *arena, const char *index)
{
    return file_lock(ctx, arena, path_join(ctx->arena, index, "watches.lock"), LOCK_WAIT_MS);
}
