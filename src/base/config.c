/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The text files an office edits, cut into lines, sections, keys and values.
 * They come from Windows notepads: a byte order mark, CR LF and full-width
 * blanks are taken without a word. A "#" opens a comment only at the start of a
 * line or behind a blank, so that "C#" can be a word. There is no quoting and no
 * line continues on the next.
 */
#include "base/config.h"

#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"

#ifndef TIAN_SHARE_DIR
#define TIAN_SHARE_DIR "/usr/local/share/tian"
#endif

/* ---- Lines ---------------------------------------------------------------- */

static bool blank_before(struct str line, size_t at)
{
    struct str before = str_sub(line, 0, at);
    return at == 0 || line.p[at - 1] == ' ' || line.p[at - 1] == '\t' ||
           str_ends(before, STR("\xE3\x80\x80"));
}

static struct str without_comment(struct str line)
{
    size_t at = 0;
    while ((at = str_find(line, STR("#"), at)) != SIZE_MAX) {
        if (blank_before(line, at))
            return str_sub(line, 0, at);
        at++;
    }
    return line;
}

/* Fill in what one line, trimmed and not empty, says. */
static void read_line(struct str text, struct config_line *line)
{
    line->key = line->value = STR_NONE;
    line->assigned = false;
    if (text.n >= 2 && text.p[0] == '[' && text.p[text.n - 1] == ']') {
        line->section = str_trim(str_sub(text, 1, text.n - 1));
        return;
    }
    size_t at = str_find(text, STR("="), 0);
    line->assigned = at != SIZE_MAX;
    line->key = line->assigned ? str_trim(str_sub(text, 0, at)) : text;
    line->value = line->assigned ? str_trim(str_sub(text, at + 1, text.n)) : STR_NONE;
}

int config_read(struct ctx *ctx, struct str text, const char *name, config_visit *visit, void *self)
{
    struct config_line line = { STR_NONE, STR_NONE, STR_NONE, false, 0 };
    struct str raw;
    while (str_line(&text, &raw)) {
        line.line++;
        if (utf8_check(raw) != raw.n)
            return ctx_fail(ctx, TIAN_EFORMAT, name, "line %u is not UTF-8", "第 %u 行不是 UTF-8", line.line);
        raw = str_trim(without_comment(str_trim(raw)));
        if (raw.n == 0)
            continue;
        read_line(raw, &line);
        int code = visit(self, &line);
        if (code != 0)
            return code;
    }
    return TIAN_OK;
}

/* ---- Lists ---------------------------------------------------------------- */

/* Bytes of the comma at s, 0 when there is none. */
static size_t comma_length(struct str s)
{
    if (str_starts(s, STR(",")))
        return 1;
    return str_starts(s, STR("，")) || str_starts(s, STR("、")) ? 3 : 0;
}

static struct str next_item(struct str *rest)
{
    struct str s = *rest;
    for (size_t i = 0; i < s.n; i++) {
        size_t comma = comma_length(str_sub(s, i, s.n));
        if (comma > 0) {
            *rest = str_sub(s, i + comma, s.n);
            return str_trim(str_sub(s, 0, i));
        }
    }
    *rest = STR_NONE;
    return str_trim(s);
}

bool config_item(struct str *rest, struct str *item)
{
    *item = STR_NONE;
    while (rest->n > 0) {
        *item = next_item(rest);
        if (item->n > 0) /* ",," and a comma at the end give nothing */
            return true;
    }
    return false;
}

struct str config_without_note(struct str item)
{
    size_t at = str_find(item, STR("("), 0);
    if (at == SIZE_MAX)
        at = str_find(item, STR("（"), 0);
    return at == SIZE_MAX ? item : str_trim(str_sub(item, 0, at));
}

/* ---- Where they are ------------------------------------------------------- */

/* Names come from options too: they must stay below share/. */
static bool stays_below(const char *name)
{
    if (name[0] == '\0' || name[0] == '/')
        return false;
    struct str rest = str_of(name), part;
    while (rest.n > 0) {
        rest = str_split(rest, '/', &part);
        if (str_eq(part, STR("..")))
            return false;
    }
    return true;
}

const char *share_path(struct arena *arena, const char *name)
{
    const char *folders[] = {
        getenv("TIAN_SHARE"),
#ifdef TIAN_SOURCE_SHARE
        TIAN_SOURCE_SHARE,
#endif
        TIAN_SHARE_DIR,
    };
    if (!stays_below(name))
        return NULL;
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        if (folders[i] == NULL || folders[i][0] == '\0')
            continue;
        char *path = path_join(arena, folders[i], name);
        assert(path != NULL);
        if (access(path, R_OK) == 0)
            return path;
    }
    return NULL;
}
