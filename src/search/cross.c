/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * 年×主题: a table of a report (grid.c), over what a search found instead of all
 * proposals. Its lines add up, so a document counts once: for its lead unit, its
 * first theme.
 */
#include "search/cross.h"

#include "search/statistics.h"

static const struct str CROSSES[] = { STR("×"), STR("＊"), STR("*") };

static bool split(struct str name, struct str *rows, struct str *columns)
{
    for (size_t i = 0; i < sizeof CROSSES / sizeof *CROSSES; i++) {
        size_t at = str_find(name, CROSSES[i], 0);
        if (at == SIZE_MAX)
            continue;
        *rows = str_trim(str_sub(name, 0, at));
        *columns = str_trim(str_sub(name, at + CROSSES[i].n, name.n));
        return true;
    }
    return false;
}

bool cross_is(const char *name)
{
    struct str rows, columns;
    return split(str_of(name), &rows, &columns);
}

int cross_make(struct ctx *ctx, const struct reader *reader, const struct docs *docs, const char *name,
               struct tian_report_table *out)
{
    static const struct tian_report_options usual;
    struct reporting r = { .ctx = ctx, .reader = reader, .options = &usual, .docs = *docs };
    struct str rows = STR_NONE, columns = STR_NONE;
    (void)split(str_of(name), &rows, &columns);
    struct grid grid = { .key = arena_cstr(ctx->arena, str_of(name)),
                         .population = RECEIVED,
                         .rows = axis_find(rows),
                         .columns = axis_find(columns) };
    if (!grid.rows || !grid.columns)
        return ctx_fail(ctx, TIAN_EUSAGE, name, "no such facet: %s", "没有这个分面：%s", name);
    grid.title = arena_printf(ctx->arena, "%s × %s", axis_title(grid.rows), axis_title(grid.columns));
    r.populations = arena_array(ctx->arena, uint8_t, docs->n + 1);
    memset(r.populations, RECEIVED, docs->n + 1);
    return grid_make(&r, &grid, out);
}
