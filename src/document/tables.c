/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The tables an office edits, as maps: names of fields (share/fields.conf), names
 * of handling units (share/units/units.conf), what a result means
 * (share/outcomes.conf). Names are compared folded: Traditional as Simplified,
 * ASCII letters small, full-width ASCII narrow, blanks, colons and slashes left
 * out.
 *
 * A unit is written in many ways: 市卫健委, 建宁区卫生和计划生育委员会, 主办：教育局.
 * It is found by its longest tail that the table knows, behind at most a name of
 * a place; a name the table does not know stays as it is.
 */
#include "base/config.h"
#include "base/file.h"
#include "document/builder.h"

enum {
    FOLDED_BYTES = 120,
    PLACE_BYTES = 30
};

/* ---- folding -------------------------------------------------------------------- */

static bool is_dropped(uint32_t c)
{
    return c == ' ' || c == '\t' || c == 0x3000 || c == 0xA0 || c == ':' || c == '/' || c == UTF8_BAD;
}

/* The folded name in out (FOLDED_BYTES + 4); too long a name gives nothing, it is none. */
static struct str fold(struct str name, char *out)
{
    char room[2 * FOLDED_BYTES];
    size_t n = 0;
    if (name.n <= sizeof room)
        name = text_simplified(name, room);
    const char *p = name.p, *end = str_end(name);
    while (p < end && n <= FOLDED_BYTES) {
        uint32_t c = utf8_next(&p, end);
        if (c >= 0xFF01 && c <= 0xFF5E)
            c -= 0xFEE0;
        if (c >= 'A' && c <= 'Z')
            c += 'a' - 'A';
        if (!is_dropped(c))
            n += utf8_put(out + n, c);
    }
    return (struct str){ out, n <= FOLDED_BYTES ? n : 0 };
}

static struct str look_up(const struct map *map, struct str name)
{
    char room[FOLDED_BYTES + 4];
    struct str folded = fold(name, room);
    const struct str *value = folded.n > 0 ? map_get(map, folded) : NULL;
    return value ? *value : STR_NONE;
}

/* The first of two rows with the same name stays. */
static void put(struct builder *b, struct map *map, struct str name, struct str value)
{
    char room[FOLDED_BYTES + 4];
    struct str folded = fold(name, room);
    if (folded.n == 0 || map_has(map, folded))
        return;
    struct str *kept = arena_new_of(b->arena, struct str);
    *kept = arena_str(b->arena, value);
    *map_at(map, folded) = kept;
}

/* ---- loading -------------------------------------------------------------------- */

struct loading {
    struct ctx *ctx;
    struct builder *builder;
    struct map *map;
    const char *path;
    struct str unit;   /* of units.conf: whose names these are */
    struct str office; /* of outcomes.conf: the group in use, if any */
    bool found;        /* there is such a group */
};

static int need_value(struct loading *l, const struct config_line *line)
{
    return ctx_fail(l->ctx, TIAN_EFORMAT, l->path, "line %u: \"name = value\" expected",
                    "第 %u 行：应为“名称 = 值”", line->line);
}

static int visit_field(void *self, const struct config_line *line)
{
    struct loading *l = self;
    if (line->key.n == 0)
        return 0;
    if (!line->assigned || line->value.n == 0)
        return need_value(l, line);
    put(l->builder, l->map, line->key, line->value);
    return 0;
}

static bool is_choice(const struct config_line *line)
{
    return line->section.n == 0 && (str_eq(line->key, STR("采用")) || str_eq(line->key, STR("use")));
}

/* The group that "采用 = …" above all groups names; its rows come first, so they stand against [default]. */
static int visit_office(void *self, const struct config_line *line)
{
    struct loading *l = self;
    if (is_choice(line))
        l->office = arena_str(l->builder->arena, line->value);
    if (l->office.n == 0 || !str_eq(line->section, l->office))
        return 0;
    l->found = true;
    return visit_field(self, line);
}

static int visit_outcome(void *self, const struct config_line *line)
{
    bool counted = line->section.n == 0 || str_eq(line->section, STR("default"));
    return counted && !is_choice(line) ? visit_field(self, line) : 0;
}

static int visit_unit(void *self, const struct config_line *line)
{
    struct loading *l = self;
    struct str rest = line->value, item;
    if (line->key.n == 0) {
        l->unit = line->section;
        put(l->builder, l->map, l->unit, l->unit);
        return 0;
    }
    while (l->unit.n > 0 && config_item(&rest, &item))
        put(l->builder, l->map, config_without_note(item), l->unit);
    return 0;
}

static int load(struct ctx *ctx, struct builder *b, const char *folder, const char *name, config_visit *visit,
                struct map **map)
{
    struct arena *scratch = arena_new(ctx->arena);
    const char *path = folder ? path_join(b->arena, folder, name) : share_path(b->arena, name);
    struct loading l = { .ctx = ctx, .builder = b, .path = path };
    struct str text;
    if (!*map)
        *map = map_new(b->arena);
    l.map = *map;
    int code =
        path ? file_read(ctx, scratch, path, 0, &text)
             : ctx_fail(ctx, TIAN_EIO, name, "not found in the share folder", "share 文件夹中没有此文件");
    if (code == 0)
        code = config_read(ctx, text, path, visit, &l);
    if (code == 0 && l.office.n > 0 && !l.found)
        code = ctx_fail(ctx, TIAN_EFORMAT, path, "there is no group [%.*s]", "没有 [%.*s] 这一组",
                        STR_ARG(l.office));
    arena_free(scratch);
    return code;
}

int tables_load(struct ctx *ctx, struct builder *b, const char *folder)
{
    int code = load(ctx, b, folder, "fields.conf", visit_field, &b->fields);
    if (code == 0)
        code = load(ctx, b, folder, "units/units.conf", visit_unit, &b->units);
    if (code == 0)
        code = load(ctx, b, folder, "outcomes.conf", visit_office, &b->outcomes);
    return code != 0 ? code : load(ctx, b, folder, "outcomes.conf", visit_outcome, &b->outcomes);
}

/* ---- asking --------------------------------------------------------------------- */

struct str table_field(const struct builder *b, struct str name)
{
    return look_up(b->fields, name);
}

static bool is_bracket(struct str s)
{
    return str_starts(s, STR("（")) || str_starts(s, STR("("));
}

/* A of A1 and B2类: a letter and the office's own number. */
static struct str letter_of(struct str text)
{
    char room[FOLDED_BYTES + 4];
    struct str folded = fold(text, room);
    size_t i = 1;
    while (i < folded.n && folded.p[i] >= '0' && folded.p[i] <= '9')
        i++;
    struct str behind = str_sub(folded, folded.n < i ? folded.n : i, folded.n);
    bool numbered =
        i > 1 && folded.p[0] >= 'a' && folded.p[0] <= 'd' && (behind.n == 0 || str_eq(behind, STR("类")));
    return numbered ? str_sub(text, 0, text.p[0] > 0 ? 1 : 3) : STR_NONE; /* narrow or wide */
}

/* B类（列入计划）: what stands in brackets says more than the letter, whose meaning differs by place. */
struct str table_outcome(const struct builder *b, struct str text)
{
    struct str code = look_up(b->outcomes, text), letter = letter_of(text);
    if (code.n == 0 && letter.n > 0)
        code = look_up(b->outcomes, letter);
    for (size_t i = 0; code.n == 0 && i < text.n; i++) {
        if (!is_bracket(str_sub(text, i, text.n)))
            continue;
        size_t open = text.p[i] == '(' ? 1 : 3;
        size_t close = str_find(text, open == 1 ? STR(")") : STR("）"), i);
        if (close == SIZE_MAX)
            close = text.n;
        code = look_up(b->outcomes, str_sub(text, i + open, close));
        if (code.n == 0)
            code = look_up(b->outcomes, str_sub(text, 0, i));
    }
    return code;
}

struct str table_unit(const struct builder *b, struct str name)
{
    for (size_t i = 0; i < name.n && i <= PLACE_BYTES; i++) {
        bool inside = ((unsigned char)name.p[i] & 0xC0) == 0x80;
        struct str unit = inside ? STR_NONE : look_up(b->units, str_sub(name, i, name.n));
        if (unit.n > 0)
            return unit;
    }
    return name;
}

struct str document_unit(const struct builder *b, struct str name)
{
    return table_unit(b, str_trim(name));
}
