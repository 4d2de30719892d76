/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * JSON by calls in sequence, and the three escapes. The emitter keeps only how
 * deep it is and whether a comma is due: it trusts its caller to close what was
 * opened (and asserts it). Numbers do not ask the locale for a decimal point.
 * All escapes replace malformed UTF-8 by U+FFFD and copy the good runs between
 * what must change in one piece.
 */
#include "base/emit.h"

#include <assert.h>
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>

/* ---- Escapes -------------------------------------------------------------- */

/* What stands for the ASCII character c, or NULL for itself. room: 8 bytes to make it in. */
typedef const char *replace_fn(unsigned char c, char *room);

static const char *json_for(unsigned char c, char *room)
{
    switch (c) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    case '\b':
        return "\\b";
    case '\f':
        return "\\f";
    default:
        break;
    }
    if (c >= 0x20)
        return NULL;
    snprintf(room, 8, "\\u%04x", c);
    return room;
}

static const char *html_for(unsigned char c, char *room)
{
    (void)room;
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

static const char *csv_for(unsigned char c, char *room)
{
    (void)room;
    return c == '"' ? "\"\"" : NULL;
}

static void escape(struct buf *out, struct str s, replace_fn *replace)
{
    const char *p = s.p, *end = str_end(s), *run = p;
    char room[8];
    while (p < end) {
        const char *at = p;
        uint32_t c = utf8_next(&p, end);
        const char *instead = c == UTF8_BAD ? "\xEF\xBF\xBD"
                              : c < 0x80    ? replace((unsigned char)c, room)
                                            : NULL;
        if (instead == NULL)
            continue;
        buf_put(out, run, (size_t)(at - run));
        buf_cstr(out, instead);
        run = p;
    }
    buf_put(out, run, (size_t)(end - run));
}

void escape_json(struct buf *out, struct str s)
{
    escape(out, s, json_for);
}

void escape_html(struct buf *out, struct str s)
{
    escape(out, s, html_for);
}

/* A spreadsheet may run a cell that starts like this (OWASP: CSV injection). */
static bool is_formula(struct str s)
{
    static const struct str starts[] = {
        { "=", 1 },  { "+", 1 },  { "-", 1 },  { "@", 1 },  { "\t", 1 },
        { "\r", 1 }, { "＝", 3 }, { "＋", 3 }, { "－", 3 }, { "＠", 3 },
    };
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++)
        if (str_starts(s, starts[i]))
            return true;
    return false;
}

static bool needs_quotes(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (strchr(",\"\r\n", s.p[i]) != NULL && s.p[i] != '\0')
            return true;
    return s.n > 0 && (s.p[0] == ' ' || s.p[s.n - 1] == ' ');
}

void escape_csv(struct buf *out, struct str s)
{
    bool quotes = needs_quotes(s);
    if (quotes)
        buf_char(out, '"');
    if (is_formula(s))
        buf_char(out, '\'');
    escape(out, s, csv_for);
    if (quotes)
        buf_char(out, '"');
}

/* ---- JSON ----------------------------------------------------------------- */

void emit_init(struct emit *e, struct buf *out, bool pretty)
{
    *e = (struct emit){ out, pretty, false, 0 };
}

static void new_line(struct emit *e)
{
    if (!e->pretty)
        return;
    buf_char(e->out, '\n');
    for (unsigned i = 0; i < e->depth; i++)
        buf_cstr(e->out, "  ");
}

static void put_string(struct buf *out, struct str s)
{
    buf_char(out, '"');
    escape_json(out, s);
    buf_char(out, '"');
}

/* What stands before a value: a comma, an indent, its key. */
static void before(struct emit *e, const char *key)
{
    assert(key == NULL || e->depth > 0);
    if (e->comma && e->depth > 0)
        buf_char(e->out, ',');
    if (e->depth > 0)
        new_line(e);
    if (key != NULL) {
        put_string(e->out, str_of(key));
        buf_cstr(e->out, e->pretty ? ": " : ":");
    }
    e->comma = true;
}

static void begin(struct emit *e, const char *key, char bracket)
{
    before(e, key);
    buf_char(e->out, bracket);
    e->depth++;
    e->comma = false;
}

static void end(struct emit *e, char bracket)
{
    assert(e->depth > 0);
    e->depth--;
    if (e->comma) /* something is inside */
        new_line(e);
    buf_char(e->out, bracket);
    e->comma = e->depth > 0;
}

void emit_object(struct emit *e, const char *key)
{
    begin(e, key, '{');
}

void emit_array(struct emit *e, const char *key)
{
    begin(e, key, '[');
}

void emit_end_object(struct emit *e)
{
    end(e, '}');
}

void emit_end_array(struct emit *e)
{
    end(e, ']');
}

void emit_str(struct emit *e, const char *key, struct str value)
{
    before(e, key);
    put_string(e->out, value);
}

void emit_cstr(struct emit *e, const char *key, const char *value)
{
    before(e, key);
    if (value == NULL)
        buf_cstr(e->out, "null");
    else
        put_string(e->out, str_of(value));
}

void emit_uint(struct emit *e, const char *key, uint64_t value)
{
    before(e, key);
    buf_printf(e->out, "%" PRIu64, value);
}

void emit_int(struct emit *e, const char *key, int64_t value)
{
    before(e, key);
    buf_printf(e->out, "%" PRId64, value);
}

void emit_double(struct emit *e, const char *key, double value, int digits)
{
    char text[400]; /* the largest double has 309 digits before the point */
    before(e, key);
    if (!isfinite(value)) {
        buf_cstr(e->out, "null");
        return;
    }
    digits = digits < 0 ? 0 : digits > 17 ? 17 : digits;
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    locale_t before_it = uselocale(plain);
    snprintf(text, sizeof text, "%.*f", digits, value);
    uselocale(before_it);
    freelocale(plain);
    bool zero = strspn(text, "-0.") == strlen(text);
    buf_cstr(e->out, zero && text[0] == '-' ? text + 1 : text);
}

void emit_bool(struct emit *e, const char *key, bool value)
{
    before(e, key);
    buf_cstr(e->out, value ? "true" : "false");
}

void emit_newline(struct emit *e)
{
    assert(e->depth == 0);
    buf_char(e->out, '\n');
    e->comma = false;
}

void escape_url(struct buf *out, struct str s, bool keep_slash)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                     c == '_' || c == '.' || c == '~';
        if (plain || (keep_slash && c == '/'))
            buf_char(out, (char)c);
        else
            buf_printf(out, "%%%02X", c);
    }
}
