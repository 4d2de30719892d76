/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The dictionary as files: its lines with their places, for who checks them, and
 * the one file that programs may write, for words of an office's own. lexicon.c
 * reads the same files into the look-up and forgets where words came from.
 */
#include "text/text.h"

#include <stdlib.h>

#include "base/config.h"
#include "base/file.h"

enum {
    LEAST_WORD = 2,
    LONGEST_WORD = 64
};

static const char head[] = "# 本单位的词 / words of our own: tian dict add, tian dict remove\n";

/* ---- Words ------------------------------------------------------------------------------ */

static struct str folded(struct arena *arena, struct str word)
{
    struct normal normal;
    struct buf out;
    normal_init(&normal, arena);
    buf_init(&out, arena);
    text_normalise(word, NULL, &normal);
    normal_utf8(&normal, 0, normal.n, &out);
    return buf_view(&out);
}

bool dictionary_can_have(struct str word)
{
    struct arena *arena = arena_new(NULL);
    struct normal normal;
    normal_init(&normal, arena);
    text_normalise(word, NULL, &normal);
    bool can = normal.n >= LEAST_WORD && normal.n <= LONGEST_WORD;
    for (size_t i = 0; i < normal.n; i++)
        can = can && text_class(normal.unit[i]) != CLASS_NONE;
    arena_free(arena);
    return can;
}

/* ---- Reading ---------------------------------------------------------------------------- */

/* A line's word and what stands behind it; false when it has none. */
static bool word_of(struct str line, struct str *word, struct str *rest)
{
    size_t comment = 0, n = 0;
    while (comment < line.n && !(line.p[comment] == '#' &&
                                 (comment == 0 || line.p[comment - 1] == ' ' || line.p[comment - 1] == '\t')))
        comment++;
    line = str_trim(str_sub(line, 0, comment));
    while (n < line.n && line.p[n] != ' ' && line.p[n] != '\t')
        n++;
    *word = str_sub(line, 0, n);
    *rest = n < line.n && line.p[n] == ' ' ? str_trim(str_sub(line, n, line.n)) : STR_NONE;
    return n > 0;
}

static void read_lines(struct arena *arena, const char *path, struct str text, struct dictionary *out)
{
    struct str line;
    for (unsigned number = 1; str_line(&text, &line); number++) {
        struct dictionary_line one = { .path = path, .line = number };
        one.bad = utf8_check(line) != line.n;
        if (!one.bad && !word_of(line, &one.word, &one.rest))
            continue;
        if (!one.bad)
            one.folded = folded(arena, one.word);
        vec_push(out, one);
    }
}

static int read_file(struct ctx *ctx, struct arena *arena, const char *path, struct dictionary *out)
{
    struct file_info info;
    struct str text;
    int code = file_stat(ctx, path, &info);
    if (code || info.kind != FILE_REGULAR)
        return code;
    code = file_read(ctx, arena, path, 0, &text);
    if (!code)
        read_lines(arena, path, text, out);
    return code;
}

static int read_folder(struct ctx *ctx, struct arena *arena, const char *folder, struct dictionary *out)
{
    struct file_info info;
    char **names;
    size_t n = 0;
    int code = file_stat(ctx, folder, &info);
    if (code || info.kind != FILE_FOLDER)
        return code;
    code = file_list(ctx, arena, folder, &names, &n);
    for (size_t i = 0; i < n && !code; i++)
        if (str_ends(str_of(names[i]), STR(".txt")))
            code = read_file(ctx, arena, path_join(arena, folder, names[i]), out);
    return code;
}

static const char *dict_folder(struct arena *arena, const char *folder)
{
    return folder ? path_join(arena, folder, "dict") : share_path(arena, "dict");
}

static const char *own_file(void)
{
    const char *path = getenv("TIAN_DICT");
    return path && path[0] ? path : NULL;
}

int dictionary_read(struct ctx *ctx, struct arena *arena, const char *folder, struct dictionary *out)
{
    const char *dict = dict_folder(arena, folder), *own = own_file();
    vec_init(out, arena);
    int code = dict ? read_folder(ctx, arena, dict, out) : 0;
    return code || !own ? code : read_file(ctx, arena, own, out);
}

/* ---- Editing ------------------------------------------------------------------------------- */

const char *dictionary_local(struct arena *arena, const char *folder)
{
    const char *dict = dict_folder(arena, folder);
    if (own_file())
        return own_file();
    return dict ? path_join(arena, dict, "local.txt") : NULL;
}

/* The file's lines but for those of this word; true when there was one. */
static bool copy_without(struct ctx *ctx, struct str text, struct str word, struct buf *out)
{
    struct str line, one, rest;
    bool found = false;
    while (str_line(&text, &line)) {
        bool same = word_of(line, &one, &rest) && str_eq(folded(ctx->arena, one), word);
        found = found || same;
        if (same)
            continue;
        buf_str(out, line);
        buf_char(out, '\n');
    }
    return found;
}

int dictionary_edit(struct ctx *ctx, const char *folder, struct str word, bool add, bool *changed)
{
    const char *path = dictionary_local(ctx->arena, folder);
    struct file_info info;
    struct str text = str_of(head);
    struct buf out;
    *changed = false;
    if (!path)
        return ctx_fail(ctx, TIAN_EIO, "dict", "not found in the share folder", "share 文件夹中没有此文件夹");
    int code = file_stat(ctx, path, &info);
    if (!code && info.kind != FILE_NONE)
        code = file_read(ctx, ctx->arena, path, 0, &text);
    if (!code && utf8_check(text) != text.n)
        code = ctx_fail(ctx, TIAN_EFORMAT, path, "not UTF-8", "不是 UTF-8");
    if (code)
        return code;
    buf_init(&out, ctx->arena);
    bool found = copy_without(ctx, text, folded(ctx->arena, word), &out);
    *changed = add != found;
    if (!*changed)
        return 0;
    if (add)
        buf_printf(&out, "%.*s\n", STR_ARG(word));
    return file_replace(ctx, path, buf_view(&out));
}
