/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The rules every proposal office prints: one matter each (一事一案), a situation
 * and a suggestion part, 300 to 1,500 characters, a unit that could handle it;
 * and the kinds of proposals that are not filed (a secret, a case in court, a
 * personal affair, an advertisement …). Those are found by words that the office
 * edits in share/hints.conf, and shown with the word that was found, because a
 * word proves nothing:
 *
 *     [诉讼仲裁]
 *     name = 可能涉及正在诉讼、仲裁的事项
 *     words = 一审判决, 二审判决
 */
#include "duplicate/hint.h"

#include <assert.h>

#include "base/config.h"
#include "base/file.h"

enum {
    LETTERS_FEW = 300,
    LETTERS_MANY = 2500,
    FILE_MOST = 1 << 20
};

struct kind {
    const char *name;
    vec_of(struct str) words;
};
struct hints {
    struct arena *arena;
    vec_of(struct kind) kind;
};

/* ---- share/hints.conf --------------------------------------------------------- */

struct reading {
    struct ctx *ctx;
    const char *path;
    struct hints *hints;
};

static int read_kind(const struct reading *r, const struct config_line *line)
{
    struct hints *h = r->hints;
    struct kind kind = { .name = arena_cstr(h->arena, line->section) };
    vec_init(&kind.words, h->arena);
    vec_push(&h->kind, kind);
    return TIAN_OK;
}

static int read_hint_line(void *self, const struct config_line *line)
{
    const struct reading *r = self;
    struct hints *h = r->hints;
    struct str rest = line->value, word;
    if (line->key.n == 0)
        return read_kind(r, line);
    struct kind *kind = h->kind.n > 0 ? &h->kind.at[h->kind.n - 1] : NULL;
    bool name = str_eq(line->key, STR("name")), words = str_eq(line->key, STR("words"));
    if (!kind || !line->assigned || (!name && !words))
        return ctx_fail(r->ctx, TIAN_EFORMAT, r->path, "line %u: cannot read \"%.*s\" as a hint",
                        "第 %u 行：看不懂提示词条“%.*s”", line->line, STR_ARG(line->key));
    if (name)
        kind->name = arena_cstr(h->arena, line->value);
    while (words && config_item(&rest, &word))
        if (word.n > 0)
            vec_push(&kind->words, arena_str(h->arena, word));
    return TIAN_OK;
}

int hints_load(struct ctx *ctx, struct arena *arena, const char *folder, struct hints **out)
{
    const char *path = folder ? path_join(arena, folder, "hints.conf") : share_path(arena, "hints.conf");
    struct reading r = { ctx, path, arena_new_of(arena, struct hints) };
    struct file_info info = { 0 };
    struct str text;
    r.hints->arena = arena;
    vec_init(&r.hints->kind, arena);
    *out = r.hints;
    int code = path ? file_stat(ctx, path, &info) : TIAN_OK;
    if (code != TIAN_OK || info.kind == FILE_NONE)
        return code;
    code = file_read(ctx, arena, path, FILE_MOST, &text);
    return code != TIAN_OK ? code : config_read(ctx, text, path, read_hint_line, &r);
}

/* ---- The form ------------------------------------------------------------------- */

static bool has_section(const struct document *doc, enum section_kind kind)
{
    for (size_t i = 0; i < doc->nsections; i++)
        if (doc->sections[i].kind == kind)
            return true;
    return false;
}

static bool names_unit(const struct draft *d)
{
    static const char *const endings[] = { "局", "厅", "委员会", "政府", "部门", "街道", "公司", "办公室" };
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (str_has(d->document.body, str_of(endings[i])))
            return true;
    return d->facts.units.n > 0;
}

static void hint_length(struct ctx *ctx, const struct draft *d, struct notes *notes)
{
    if (d->sheet.n < LETTERS_FEW)
        vec_push(notes, arena_printf(ctx->arena,
                                     say("hint: %zu characters; proposals usually have 300 to 1,500",
                                         "提示：全文 %zu 字，提案一般 300 至 1500 字"),
                                     d->sheet.n));
    if (d->sheet.n > LETTERS_MANY)
        vec_push(notes, arena_printf(ctx->arena,
                                     say("hint: %zu characters; proposals should not exceed about 1,500",
                                         "提示：全文 %zu 字，偏长，提案一般不超过 1500 字"),
                                     d->sheet.n));
}

static void hint_parts(const struct draft *d, struct notes *notes)
{
    if (!has_section(&d->document, SECTION_SUGGESTION))
        vec_push(notes, say("hint: no part with suggestions (建议) was found", "提示：没有找到“建议”部分"));
    else if (!has_section(&d->document, SECTION_SITUATION) && !has_section(&d->document, SECTION_ANALYSIS))
        vec_push(notes, say("hint: no part on the situation (情况, 问题) was found",
                            "提示：没有找到“情况”或“问题”部分"));
    if (!names_unit(d))
        vec_push(notes, say("hint: no unit is named that could handle it", "提示：没有写明由哪个单位办理"));
}

/* ---- What it is about ------------------------------------------------------------- */

static void hint_matters(struct ctx *ctx, const struct reader *reader, const struct draft *d,
                         const struct rarity *rarity, struct notes *notes)
{
    struct two_matters two;
    if (d->several)
        vec_push(notes, say("hint: this looks like several documents in one text; it was compared as one",
                            "提示：看起来不止一件，已合在一起比对；提案应一事一案"));
    else if (matters_differ(ctx, reader, d, rarity, &two))
        vec_push(notes, arena_printf(ctx->arena,
                                     say("hint: this seems to be about two matters (%s; %s); "
                                         "one proposal, one matter",
                                         "提示：看起来写了两件事（%s；%s），提案应一事一案"),
                                     two.theme[0], two.theme[1]));
}

static void hint_unfiled(struct ctx *ctx, const struct hints *h, const struct draft *d, struct notes *notes)
{
    struct buf text;
    buf_init(&text, ctx->arena);
    normal_utf8(&d->title, 0, d->title.n, &text);
    buf_char(&text, '\n');
    normal_utf8(&d->sheet.normal, 0, d->sheet.normal.n, &text);
    for (size_t i = 0; i < h->kind.n; i++) {
        const struct kind *kind = &h->kind.at[i];
        for (size_t k = 0; k < kind->words.n; k++)
            if (str_has(buf_view(&text), kind->words.at[k])) {
                vec_push(notes, arena_printf(ctx->arena,
                                             say("hint: %s (“%.*s”); such proposals are usually not filed",
                                                 "提示：%s（“%.*s”），此类一般不立案，请核对"),
                                             kind->name, STR_ARG(kind->words.at[k])));
                break;
            }
    }
}

void hints_find(struct ctx *ctx, const struct reader *reader, const struct hints *hints,
                const struct draft *d, const struct rarity *rarity, struct notes *notes)
{
    hint_length(ctx, d, notes);
    hint_matters(ctx, reader, d, rarity, notes);
    hint_parts(d, notes);
    hint_unfiled(ctx, hints, d, notes);
}
