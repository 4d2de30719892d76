/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Plain text and Markdown. Both are one part whose text is the whole file as it
 * is: Markdown's marks stay in, they are what the author wrote and cost a
 * searcher nothing. Its first heading, and `key: value` lines between two `---`
 * at the top (front matter, quotes taken off), become fields.
 */
#include "extract/reader.h"

bool plain_sniff(const struct reading *r)
{
    (void)r;
    return true;
}

int plain_read(struct ctx *ctx, struct reading *r)
{
    (void)ctx;
    reading_part(r, 0, r->text.n)->text = r->text;
    return 0;
}

/* The text of an ATX heading ("# 标题 #"), or nothing. */
static struct str heading(struct str line)
{
    size_t level = 0;
    while (level < line.n && line.p[level] == '#')
        level++;
    if (level == 0 || level > 6 || level == line.n || (line.p[level] != ' ' && line.p[level] != '\t'))
        return STR_NONE;
    struct str text = str_trim(str_sub(line, level, line.n));
    while (text.n > 0 && text.p[text.n - 1] == '#')
        text.n--;
    return str_trim(text);
}

static bool is_fence(struct str line)
{
    return str_eq(str_trim(line), STR("---"));
}

static bool next_filled_line(struct str *rest, struct str *line)
{
    while (str_line(rest, line))
        if (str_trim(*line).n > 0)
            return true;
    return false;
}

/* The lines between the two fences at the top, or nothing; *rest is behind them. */
static struct str front_matter(struct str *rest)
{
    struct str line, after = *rest;
    if (!str_line(&after, &line) || !is_fence(line))
        return STR_NONE;
    const char *begin = after.p;
    for (int i = 0; i < 40 && str_line(&after, &line); i++) {
        if (is_fence(line)) {
            *rest = after;
            return (struct str){ begin, (size_t)(line.p - begin) };
        }
        if (str_trim(line).n > 0 && !memchr(line.p, ':', line.n))
            break;
    }
    return STR_NONE;
}

static struct str first_heading(struct str text)
{
    struct str line;
    front_matter(&text);
    return next_filled_line(&text, &line) ? heading(line) : STR_NONE;
}

bool markdown_sniff(const struct reading *r)
{
    struct str rest = r->text;
    return front_matter(&rest).n > 0 || first_heading(r->text).n > 0;
}

static struct str unquote(struct str value)
{
    value = str_trim(value);
    bool quoted =
        value.n >= 2 && (value.p[0] == '"' || value.p[0] == '\'') && value.p[value.n - 1] == value.p[0];
    return quoted ? str_sub(value, 1, value.n - 1) : value;
}

int markdown_read(struct ctx *ctx, struct reading *r)
{
    (void)ctx;
    vec_of(struct extract_field) fields;
    vec_init(&fields, r->arena);
    struct str rest = r->text, line, name;
    struct str front = front_matter(&rest), title = first_heading(r->text);
    while (str_line(&front, &line)) {
        struct str value = unquote(str_split(line, ':', &name));
        if (value.n > 0 && str_trim(name).n > 0)
            vec_push(&fields, (struct extract_field){ str_trim(name), value });
    }
    if (title.n > 0)
        vec_push(&fields, (struct extract_field){ STR("title"), title });
    struct extract_part *part = reading_part(r, 0, r->text.n);
    *part = (struct extract_part){
        .text = r->text, .fields = fields.at, .nfields = fields.n, .from = part->from, .to = part->to
    };
    return 0;
}
