/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * 一、 （一） 1. as Word makes them. A paragraph names a numbering (w:numId) and a
 * level, or its style does; the numbering is an instance of a list, whose levels
 * say how a number is written and what stands around it:
 *
 *   paragraph ─▶ w:num 3 ─▶ w:abstractNum 7 ─▶ level 1: chineseCounting, "（%2）"
 *
 * A list counts for all its instances, unless one starts anew (w:startOverride).
 * Bullets are marks, not numbers: they give nothing. So do formats we do not
 * know, rather than a wrong number.
 */
#include "extract/numbering.h"

#include <stdio.h>

#include "base/map.h"

enum {
    LEVELS = 9,
    BASED_ON = 10 /* styles in a chain */
};

struct level {
    uint64_t start, count; /* count 0: not begun; else its last number + 1 */
    struct str format, text, style;
    bool decimal; /* all numbers in it: w:isLgl */
};

struct list {
    struct level levels[LEVELS];
};

struct instance {
    struct list *list;
    uint64_t restart[LEVELS]; /* number + 1; 0: none */
    bool begun[LEVELS];
};

struct style {
    struct str id, based_on, number;
    uint64_t level;
    bool has_level;
};

struct numbering {
    struct arena *arena;
    struct map *lists, *instances, *styles; /* by id → struct … * */
    struct list *list;                      /* being read */
    struct level *level;
    struct instance *instance;
    size_t restarted;
    struct style *style;
    struct style paragraph; /* what a paragraph says is what a style may say */
};

/* ---- numbers in words ----------------------------------------------------------- */

static const char *const han_digits[] = { "零", "一", "二", "三", "四", "五", "六", "七", "八", "九" };

static void put_han(struct buf *out, uint64_t n)
{
    static const struct {
        uint64_t value;
        const char *name;
    } ranks[] = { { 1000, "千" }, { 100, "百" }, { 10, "十" } };
    bool begun = false, gap = false;
    for (size_t i = 0; i < 3; i++) {
        uint64_t digit = n / ranks[i].value % 10;
        gap |= begun && digit == 0;
        if (digit == 0)
            continue;
        if (begun && gap)
            buf_cstr(out, han_digits[0]);
        if (digit > 1 || ranks[i].value != 10 || begun)
            buf_cstr(out, han_digits[digit]);
        buf_cstr(out, ranks[i].name);
        begun = true;
        gap = false;
    }
    if (n % 10 > 0 && gap)
        buf_cstr(out, han_digits[0]);
    if (n % 10 > 0 || n == 0)
        buf_cstr(out, han_digits[n % 10]);
}

static void put_han_digits(struct buf *out, uint64_t n)
{
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)n);
    for (const char *p = text; *p; p++)
        buf_cstr(out, *p == '0' ? "〇" : han_digits[*p - '0']);
}

static void put_wide(struct buf *out, uint64_t n)
{
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)n);
    for (const char *p = text; *p; p++)
        buf_utf8(out, 0xFF10 + (uint32_t)(*p - '0'));
}

static void put_decimal(struct buf *out, uint64_t n)
{
    buf_printf(out, "%llu", (unsigned long long)n);
}

static void put_two_digits(struct buf *out, uint64_t n)
{
    buf_printf(out, "%02llu", (unsigned long long)n);
}

static void put_circled(struct buf *out, uint64_t n)
{
    if (n >= 1 && n <= 20)
        buf_utf8(out, 0x2460 + (uint32_t)n - 1);
    else
        put_decimal(out, n);
}

static void put_stem(struct buf *out, uint64_t n)
{
    static const char *const stems[] = { "癸", "甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬" };
    buf_cstr(out, stems[n % 10]);
}

static void put_letters(struct buf *out, uint64_t n, char first)
{
    for (uint64_t times = n > 0 ? (n - 1) / 26 + 1 : 0; times > 0 && n <= 26 * 10; times--)
        buf_char(out, (char)(first + (char)((n - 1) % 26)));
}

static void put_lower(struct buf *out, uint64_t n)
{
    put_letters(out, n, 'a');
}

static void put_upper(struct buf *out, uint64_t n)
{
    put_letters(out, n, 'A');
}

static void put_roman_in(struct buf *out, uint64_t n, const char *const tokens[13])
{
    static const uint64_t values[] = { 1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1 };
    for (size_t i = 0; i < 13 && n < 5000; i++)
        for (; n >= values[i]; n -= values[i])
            buf_cstr(out, tokens[i]);
}

static void put_lower_roman(struct buf *out, uint64_t n)
{
    static const char *const tokens[] = { "m",  "cm", "d",  "cd", "c",  "xc", "l",
                                          "xl", "x",  "ix", "v",  "iv", "i" };
    put_roman_in(out, n, tokens);
}

static void put_upper_roman(struct buf *out, uint64_t n)
{
    static const char *const tokens[] = { "M",  "CM", "D",  "CD", "C",  "XC", "L",
                                          "XL", "X",  "IX", "V",  "IV", "I" };
    put_roman_in(out, n, tokens);
}

typedef void put_number(struct buf *, uint64_t);

static put_number *writer_of(struct str format)
{
    static const struct {
        const char *name;
        put_number *put;
    } formats[] = {
        { "decimal", put_decimal },
        { "decimalZero", put_two_digits },
        { "decimalFullWidth", put_wide },
        { "decimalEnclosedCircle", put_circled },
        { "decimalEnclosedCircleChinese", put_circled },
        { "chineseCounting", put_han },
        { "chineseCountingThousand", put_han },
        { "japaneseCounting", put_han },
        { "taiwaneseCounting", put_han },
        { "taiwaneseCountingThousand", put_han },
        { "ideographDigital", put_han_digits },
        { "taiwaneseDigital", put_han_digits },
        { "ideographTraditional", put_stem },
        { "lowerLetter", put_lower },
        { "upperLetter", put_upper },
        { "lowerRoman", put_lower_roman },
        { "upperRoman", put_upper_roman },
    };
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (str_eq(format, str_of(formats[i].name)))
            return formats[i].put;
    return NULL;
}

/* ---- reading the tables ------------------------------------------------------------ */

static uint64_t number_in(struct xml *x, const char *attribute)
{
    uint64_t n = 0;
    return str_to_u64(xml_attribute(x, attribute), &n) && n < 100000 ? n : 0;
}

static struct str text_in(const struct numbering *n, struct xml *x, const char *attribute)
{
    return arena_str(n->arena, xml_attribute(x, attribute));
}

static void open_level(struct numbering *n, struct xml *x)
{
    uint64_t i = number_in(x, "ilvl");
    n->level = n->list && i < LEVELS ? &n->list->levels[i] : NULL;
}

static void read_level(struct numbering *n, struct xml *x, struct str name)
{
    struct level *level = n->level;
    if (str_eq(name, STR("start")))
        level->start = number_in(x, "val");
    else if (str_eq(name, STR("numFmt")))
        level->format = text_in(n, x, "val");
    else if (str_eq(name, STR("lvlText")))
        level->text = text_in(n, x, "val");
    else if (str_eq(name, STR("pStyle")))
        level->style = text_in(n, x, "val");
    else if (str_eq(name, STR("isLgl")))
        level->decimal = true;
}

static void open_list(struct numbering *n, struct xml *x)
{
    n->list = arena_new_of(n->arena, struct list);
    n->level = NULL;
    *map_at(n->lists, text_in(n, x, "abstractNumId")) = n->list;
}

static void open_instance(struct numbering *n, struct xml *x)
{
    n->list = NULL;
    n->level = NULL;
    n->instance = arena_new_of(n->arena, struct instance);
    *map_at(n->instances, text_in(n, x, "numId")) = n->instance;
}

static bool numbering_open(void *self, struct xml *x, struct str name)
{
    struct numbering *n = self;
    if (str_eq(name, STR("abstractNum")))
        open_list(n, x);
    else if (str_eq(name, STR("num")))
        open_instance(n, x);
    else if (str_eq(name, STR("lvl")))
        open_level(n, x);
    else if (str_eq(name, STR("pPr")) || str_eq(name, STR("rPr")))
        return false;
    else if (n->level)
        read_level(n, x, name);
    else if (n->instance && str_eq(name, STR("abstractNumId")))
        n->instance->list = map_get(n->lists, xml_attribute(x, "val"));
    else if (n->instance && str_eq(name, STR("lvlOverride")))
        n->restarted = number_in(x, "ilvl");
    else if (n->instance && str_eq(name, STR("startOverride")) && n->restarted < LEVELS)
        n->instance->restart[n->restarted] = number_in(x, "val") + 1;
    return true;
}

static void read_style(struct numbering *n, struct xml *x, struct str name, struct style *style)
{
    if (str_eq(name, STR("basedOn")) || str_eq(name, STR("pStyle")))
        style->based_on = text_in(n, x, "val");
    else if (str_eq(name, STR("numId")))
        style->number = text_in(n, x, "val");
    else if (str_eq(name, STR("ilvl"))) {
        style->level = number_in(x, "val");
        style->has_level = true;
    }
}

static bool styles_open(void *self, struct xml *x, struct str name)
{
    struct numbering *n = self;
    if (str_eq(name, STR("rPr")) || str_eq(name, STR("docDefaults")) || str_eq(name, STR("latentStyles")))
        return false;
    if (str_eq(name, STR("style"))) {
        n->style = arena_new_of(n->arena, struct style);
        n->style->id = text_in(n, x, "styleId");
        *map_at(n->styles, n->style->id) = n->style;
    } else if (n->style)
        read_style(n, x, name, n->style);
    return true;
}

static void no_text(void *self, struct str text)
{
    (void)self;
    (void)text;
}

static void no_close(void *self, struct str name)
{
    (void)self;
    (void)name;
}

static int visit_numbering(void *self, struct member *m)
{
    static const struct xml_handler handler = { numbering_open, no_text, no_close };
    return str_eq(m->name, STR("word/numbering.xml")) ? xml_walk(m, &handler, self) : 0;
}

static int visit_styles(void *self, struct member *m)
{
    static const struct xml_handler handler = { styles_open, no_text, no_close };
    return str_eq(m->name, STR("word/styles.xml")) ? xml_walk(m, &handler, self) : 0;
}

int numbering_read(struct package *p, struct numbering **out)
{
    struct arena *arena = p->ctx->arena;
    struct numbering *n = arena_new_of(arena, struct numbering);
    *n = (struct numbering){
        .arena = arena, .lists = map_new(arena), .instances = map_new(arena), .styles = map_new(arena)
    };
    *out = NULL;
    int code = package_walk(p, visit_numbering, n);
    if (code != 0 || n->instances->n == 0)
        return code;
    *out = n;
    return package_walk(p, visit_styles, n);
}

/* ---- one paragraph -------------------------------------------------------------------- */

bool numbering_property(struct numbering *n, struct xml *x, struct str name)
{
    if (str_eq(name, STR("numPr")))
        return true;
    read_style(n, x, name, &n->paragraph);
    return false;
}

static uint64_t level_of_style(const struct list *list, const struct style *style)
{
    for (uint64_t i = 0; i < LEVELS; i++)
        if (style->id.n > 0 && str_eq(list->levels[i].style, style->id))
            return i;
    return 0;
}

/* The numbering and level of the paragraph or the first of its styles that has one; NULL: none. */
static struct instance *instance_of(const struct numbering *n, uint64_t *level)
{
    const struct style *style = &n->paragraph;
    for (size_t i = 0; i < BASED_ON && style && style->number.n == 0; i++)
        style = style->based_on.n > 0 ? map_get(n->styles, style->based_on) : NULL;
    struct instance *instance = style ? map_get(n->instances, style->number) : NULL;
    if (!instance || !instance->list)
        return NULL;
    bool own = n->paragraph.has_level || style->has_level;
    *level = n->paragraph.has_level ? n->paragraph.level : style->level;
    *level = own ? *level : level_of_style(instance->list, style);
    return *level < LEVELS ? instance : NULL;
}

static void count(struct instance *instance, uint64_t at)
{
    struct level *level = &instance->list->levels[at];
    bool restart = instance->restart[at] > 0 && !instance->begun[at];
    if (restart)
        level->count = instance->restart[at];
    else
        level->count = level->count > 0 ? level->count + 1 : level->start + 1;
    instance->begun[at] = true;
    for (uint64_t i = at + 1; i < LEVELS; i++)
        instance->list->levels[i].count = 0;
}

static uint64_t count_of(const struct level *level)
{
    return level->count > 0 ? level->count - 1 : level->start;
}

/* "（%2）" → "（三）"; false: in a format we do not write. */
static bool put_text(const struct list *list, const struct level *own, struct buf *out)
{
    for (size_t i = 0; i < own->text.n; i++) {
        char c = own->text.p[i], next = i + 1 < own->text.n ? own->text.p[i + 1] : '\0';
        if (c != '%' || next < '1' || next > '9') {
            buf_char(out, c);
            continue;
        }
        const struct level *level = &list->levels[next - '1'];
        put_number *put = own->decimal ? put_decimal : writer_of(level->format);
        if (!put)
            return false;
        put(out, count_of(level));
        i++;
    }
    return true;
}

void numbering_label(struct numbering *n, struct buf *out)
{
    uint64_t at = 0;
    size_t before = out->n;
    struct instance *instance = instance_of(n, &at);
    n->paragraph = (struct style){ .id = STR_NONE };
    if (!instance)
        return;
    count(instance, at);
    const struct level *level = &instance->list->levels[at];
    if (!writer_of(level->format) || !put_text(instance->list, level, out))
        out->n = before;
    if (out->n > before && (unsigned char)out->p[out->n - 1] < 0x80)
        buf_char(out, ' '); /* "1." is part of no word */
}
