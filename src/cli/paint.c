/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Texts for people: marks as colours of a terminal (only there, or when asked
 * for), snippets on one line, and the names of fields in the reader's language.
 * Control characters of a document never reach the terminal.
 */
#include "cli/cli.h"

static const char *const STYLES[] = {
    [STYLE_PLAIN] = "",        [STYLE_TITLE] = "\033[1m",   [STYLE_MARK] = "\033[1;31m",
    [STYLE_QUIET] = "\033[2m", [STYLE_GOOD] = "\033[1;32m", [STYLE_BAD] = "\033[1;31m",
};

/* ---- Colours -------------------------------------------------------------------------------------- */

void paint_begin(struct cli *cli, enum style style)
{
    if (cli->color)
        buf_cstr(&cli->out, STYLES[style]);
}

void paint_end(struct cli *cli, enum style style)
{
    if (cli->color && style != STYLE_PLAIN)
        buf_cstr(&cli->out, "\033[0m");
}

/* Characters as they are, but for those that command a terminal. */
static void put_safe(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool c1 = c == 0xC2 && i + 1 < s.n && (unsigned char)s.p[i + 1] < 0xA0;
        if ((c >= 0x20 || c == '\n' || c == '\t') && c != 0x7F && !c1)
            buf_char(out, (char)c);
        else
            i += c1;
    }
}

/* The same on one line: a line end is nothing between Chinese characters, else a blank. */
static void put_line(struct buf *out, struct str s)
{
    while (s.n > 0) {
        struct str line = s;
        s = str_split(s, '\n', &line);
        if (!s.p) {
            put_safe(out, line);
            return;
        }
        line = str_trim(line);
        put_safe(out, line);
        s = str_trim(s);
        if (s.n > 0 && line.n > 0 && ((signed char)line.p[line.n - 1] > 0 || (signed char)s.p[0] > 0))
            buf_char(out, ' ');
    }
}

void paint(struct cli *cli, enum style style, const char *text)
{
    paint_begin(cli, style);
    put_safe(&cli->out, str_of(text));
    paint_end(cli, style);
}

typedef void put_fn(struct buf *, struct str);

struct range {
    size_t from, to;
};

static void put_piece(struct cli *cli, enum style style, struct str piece, put_fn *put)
{
    if (piece.n == 0)
        return;
    paint_begin(cli, style);
    put(&cli->out, piece);
    paint_end(cli, style);
}

static void put_marked(struct cli *cli, enum style base, const struct tian_text *t, struct range r,
                       put_fn *put)
{
    size_t at = r.from;
    struct str text = { t->text, r.to };
    for (size_t i = 0; i < t->nmarks && t->marks[i].from < r.to; i++) {
        size_t from = t->marks[i].from, to = t->marks[i].to < r.to ? t->marks[i].to : r.to;
        if (to <= at)
            continue;
        from = from > at ? from : at;
        put_piece(cli, base, str_sub(text, at, from), put);
        put_piece(cli, STYLE_MARK, str_sub(text, from, to), put);
        at = to;
    }
    put_piece(cli, base, str_sub(text, at, text.n), put);
}

void paint_range(struct cli *cli, const struct tian_text *t, uint32_t from, uint32_t to)
{
    put_marked(cli, STYLE_PLAIN, t, (struct range){ from, to }, put_safe);
}

void paint_line(struct cli *cli, enum style base, const struct tian_text *t)
{
    put_marked(cli, base, t, (struct range){ 0, t->length }, put_line);
}

/* ---- Fields and labels ---------------------------------------------------------------------------- */

const char *cli_value(const struct tian_field *fields, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(fields[i].name, name) == 0)
            return fields[i].value;
    return NULL;
}

void paint_fields(struct cli *cli, const char *indent, const char *const *names,
                  const struct tian_field *fields, size_t n)
{
    bool first = true;
    for (; *names; names++) {
        const char *value = cli_value(fields, n, *names);
        if (!value || !value[0])
            continue;
        buf_cstr(&cli->out, first ? indent : " · ");
        put_line(&cli->out, str_of(tian_field_wording(*names, value)));
        first = false;
    }
    buf_cstr(&cli->out, first ? "" : "\n");
}

static const char *origin_text(const char *origin)
{
    if (strcmp(origin, "given") == 0)
        return say("as submitted", "原件所注");
    return strcmp(origin, "officer") == 0 ? say("by an officer", "人工标注")
                                          : say("read from the text", "由正文得出");
}

void paint_labels(struct cli *cli, const struct tian_label *labels, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        buf_cstr(&cli->out, i ? say("; ", "；") : "");
        buf_printf(&cli->out, "%s %.2f", labels[i].theme, labels[i].confidence);
        if (labels[i].words && labels[i].words[0])
            buf_printf(&cli->out, say(" (%s)", "（%s）"), labels[i].words);
        else
            buf_printf(&cli->out, say(" (%s)", "（%s）"), origin_text(labels[i].origin));
    }
    buf_char(&cli->out, '\n');
}
