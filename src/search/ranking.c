/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * share/ranking.conf, and over it the file that $TIAN_RANKING names. What a number
 * means is said in the file; a new one is a line of NUMBERS. The file may be
 * missing: the numbers here are the shipped ones (a test compares them).
 */
#include "search/ranking.h"

#include <assert.h>
#include <stdlib.h>

#include "base/config.h"
#include "base/file.h"

static const struct number {
    const char *section, *name;
    double least, most;
} NUMBERS[RANKING_NUMBERS] = {
    [RANKING_TITLE] = { "sections", "title", -1, 10 },
    [RANKING_SUGGESTION] = { "sections", "suggestion", -1, 10 },
    [RANKING_SITUATION] = { "sections", "situation", -1, 10 },
    [RANKING_ANALYSIS] = { "sections", "analysis", -1, 10 },
    [RANKING_REPLY] = { "sections", "reply", -1, 10 },
    [RANKING_OTHER] = { "sections", "other", -1, 10 },
    [RANKING_PAIR] = { "near", "pair", 0, 10 },
    [RANKING_LETTER] = { "near", "letter", 0, 10 },
    [RANKING_THEME] = { "boosts", "theme", 0, 10 },
    [RANKING_KEY] = { "boosts", "key", 0, 10 },
    [RANKING_EXCELLENT] = { "boosts", "excellent", 0, 10 },
    [RANKING_RECENT] = { "boosts", "recent", 0, 10 },
    [RANKING_HALF_LIFE] = { "boosts", "half_life", .1, 100 },
    [RANKING_WINDOW] = { "order", "window", 1, 1000 },
};

static const struct ranking USUAL = { {
    [RANKING_TITLE] = .005,
    [RANKING_SUGGESTION] = .003,
    [RANKING_SITUATION] = 0,
    [RANKING_ANALYSIS] = 0,
    [RANKING_REPLY] = -.005,
    [RANKING_OTHER] = 0,
    [RANKING_PAIR] = .25,
    [RANKING_LETTER] = .15,
    [RANKING_THEME] = .005,
    [RANKING_KEY] = .03,
    [RANKING_EXCELLENT] = .02,
    [RANKING_RECENT] = .02,
    [RANKING_HALF_LIFE] = 3,
    [RANKING_WINDOW] = 100,
} };

const struct ranking *ranking_of(const struct reader *reader)
{
    return reader->ranking ? reader->ranking : &USUAL;
}

/* ---- Reading ------------------------------------------------------------------ */

struct reading {
    struct ctx *ctx;
    const char *name;
    struct ranking *out;
};

static int bad_line(const struct reading *r, const struct config_line *line, const char *what)
{
    return ctx_fail(r->ctx, TIAN_EFORMAT, r->name, "line %u: %.*s: %s", "第 %u 行：%.*s：%s", line->line,
                    STR_ARG(line->key.n ? line->key : line->section), what);
}

static const struct number *find_number(const struct config_line *line)
{
    for (size_t i = 0; i < RANKING_NUMBERS; i++)
        if (str_eq(line->section, str_of(NUMBERS[i].section)) &&
            (line->key.n == 0 || str_eq(line->key, str_of(NUMBERS[i].name))))
            return &NUMBERS[i];
    return NULL;
}

static int read_line(void *self, const struct config_line *line)
{
    const struct reading *r = self;
    const struct number *number = find_number(line);
    double value;
    if (!number)
        return bad_line(r, line, say("there is no such number in a ranking", "排序里没有这一项"));
    if (line->key.n == 0)
        return 0;
    if (!line->assigned || !str_to_double(line->value, &value) ||
        !(value >= number->least && value <= number->most))
        return bad_line(r, line,
                        arena_printf(r->ctx->arena, say("a number from %g to %g", "应为 %g 到 %g 之间的数"),
                                     number->least, number->most));
    r->out->at[number - NUMBERS] = value;
    return 0;
}

int ranking_parse(struct ctx *ctx, struct str text, const char *name, struct ranking *out)
{
    struct reading r = { ctx, name, out };
    return config_read(ctx, text, name, read_line, &r);
}

static int load_file(struct ctx *ctx, struct arena *arena, const char *path, struct ranking *out)
{
    struct str text;
    int code = file_read(ctx, arena, path, 1 << 20, &text);
    return code ? code : ranking_parse(ctx, text, path, out);
}

int ranking_load(struct ctx *ctx, struct arena *arena, const char *share_folder, struct ranking **out)
{
    const char *own = getenv("TIAN_RANKING");
    const char *path =
        share_folder ? path_join(arena, share_folder, "ranking.conf") : share_path(arena, "ranking.conf");
    struct ctx quiet = { .arena = ctx->arena };
    struct file_info info;
    *out = arena_new_of(arena, struct ranking);
    **out = USUAL;
    int code = path && file_stat(&quiet, path, &info) == 0 ? load_file(ctx, arena, path, *out) : 0;
    return !code && own && own[0] ? load_file(ctx, arena, own, *out) : code;
}
