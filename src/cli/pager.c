/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A long text on a terminal: through $PAGER, else less, as other programs that
 * show texts do. To less the marked passages are given as the pattern it looks
 * for, and then it is sent to the top again:
 *
 *     less -FRX '+/(加装电梯|电梯)
 *     g'
 *
 * so n and N go from one to the next. What less is told is what its user would
 * type: regular expressions are escaped, and no control character is in it.
 */
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    PATTERN_BYTES = 600 /* less reads a pattern of 2,000 */
};

/* Is it less that this command line runs? */
static bool is_less(const char *pager)
{
    struct str rest = str_of(pager), program = rest;
    size_t end = str_find(rest, STR(" "), 0);
    if (end != SIZE_MAX)
        program.n = end;
    for (size_t i = program.n; i > 0; i--)
        if (program.p[i - 1] == '/')
            return str_eq(str_sub(program, i, program.n), STR("less"));
    return str_eq(program, STR("less"));
}

/* One mark as an alternative of the pattern, inside '…' of the shell. */
static void put_alternative(struct buf *out, struct str mark)
{
    for (size_t i = 0; i < mark.n; i++) {
        if (mark.p[i] == '\'') {
            buf_cstr(out, "'\\''");
            continue;
        }
        if (strchr(".[]()*+?{}|^$\\", mark.p[i]))
            buf_char(out, '\\');
        buf_char(out, mark.p[i]);
    }
}

static bool can_be_typed(struct str mark)
{
    for (size_t i = 0; i < mark.n; i++)
        if ((unsigned char)mark.p[i] < 0x20 || mark.p[i] == 0x7F)
            return false;
    return mark.n > 0;
}

static struct str mark_at(const struct tian_text *text, size_t i)
{
    return (struct str){ text->text + text->marks[i].from, text->marks[i].to - text->marks[i].from };
}

static bool stood_before(const struct tian_text *text, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (str_eq(mark_at(text, k), mark_at(text, i)))
            return true;
    return false;
}

/* Every passage once, as far as there is room. */
static void put_marks(struct buf *out, const struct tian_text *text)
{
    for (size_t i = 0; i < text->nmarks && out->n < PATTERN_BYTES; i++) {
        struct str mark = mark_at(text, i);
        if (mark.n > PATTERN_BYTES || !can_be_typed(mark) || stood_before(text, i))
            continue;
        buf_cstr(out, out->n > 0 ? "|" : "");
        put_alternative(out, mark);
    }
}

static const char *command(struct cli *cli, const char *pager, const struct tian_text *text)
{
    bool usual = !pager || !pager[0];
    struct buf marks;
    buf_init(&marks, cli->ctx.arena);
    put_marks(&marks, text);
    const char *jump =
        marks.n > 0 ? arena_printf(cli->ctx.arena, " '+/(%.*s)\ng'", (int)marks.n, marks.p) : "";
    if (usual)
        return arena_printf(cli->ctx.arena, "less -FRX%s 2>/dev/null || cat", jump);
    return is_less(pager) ? arena_printf(cli->ctx.arena, "%s%s", pager, jump) : pager;
}

void cli_page(struct cli *cli, const struct tian_text *text)
{
    if (!isatty(STDOUT_FILENO))
        return;
    setenv("LESSCHARSET", "utf-8", false); /* whatever the locale, that is what is written */
    FILE *pipe = popen(command(cli, getenv("PAGER"), text), "w");
    if (!pipe)
        return;
    fwrite(cli->out.p, 1, cli->out.n, pipe);
    if (pclose(pipe) == 0)
        buf_clear(&cli->out);
}
