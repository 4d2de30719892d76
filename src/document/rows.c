/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Tables that are no lists of proposals: statistics, a telephone list. None of
 * their rows has a column that makes a document, so the table is one document:
 * its rows as lines, so that it is found like any other text.
 */
#include "document/builder.h"

static bool makes_document(const struct builder *b, const struct extract_part *part)
{
    static const char *const keys[] = { "title", "body", "problem", "suggestion", "reply" };
    if (part->text.n > 0)
        return true;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (document_part_field(b, part, keys[i]).n > 0)
            return true;
    return false;
}

static void put_row(struct buf *out, const struct extract_part *part, bool names)
{
    for (size_t i = 0; i < part->nfields; i++) {
        if (i > 0)
            buf_char(out, '\t');
        buf_str(out, names ? part->fields[i].name : part->fields[i].value);
    }
    buf_char(out, '\n');
}

void document_whole_table(const struct builder *b, struct arena *arena, struct str name, struct extracted *x)
{
    struct buf text;
    for (size_t i = 0; i < x->nparts; i++)
        if (makes_document(b, &x->parts[i]))
            return;
    if (x->nparts == 0)
        return;
    buf_init(&text, arena);
    put_row(&text, &x->parts[0], true);
    for (size_t i = 0; i < x->nparts; i++)
        put_row(&text, &x->parts[i], false);
    struct extract_part *whole = arena_new_of(arena, struct extract_part);
    *whole = (struct extract_part){ .name = STR(""), .text = buf_view(&text), .from = x->parts[0].from };
    whole->to = x->parts[x->nparts - 1].to;
    whole->fields = arena_new_of(arena, struct extract_field);
    whole->fields[whole->nfields++] = (struct extract_field){ STR("title"), name };
    x->parts = whole;
    x->nparts = 1;
}
