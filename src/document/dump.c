/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A document as a JSON line, for `tian dump`: id, title, body, and the fields
 * that were given with it (what was parsed from the body will be parsed again).
 * A reply that the builder put behind the body is taken off it, for the builder
 * would put it there once more.
 */
#include "base/emit.h"
#include "document/document.h"

static struct str body_without_reply(const struct document *d)
{
    static const struct str HEAD = { "\n答复：", sizeof "\n答复：" - 1 };
    struct str reply = document_field(d, "reply");
    if (reply.n == 0 || d->body.n < HEAD.n + reply.n || !str_ends(d->body, reply))
        return d->body;
    struct str before = str_sub(d->body, 0, d->body.n - reply.n);
    return str_ends(before, HEAD) ? str_sub(before, 0, before.n - HEAD.n) : d->body;
}

/* "officer_theme": what an officer said, one theme a line. */
static void emit_officer(struct emit *e, const struct document *d, const struct buf *out)
{
    struct buf themes;
    buf_init(&themes, arena_of(out->p));
    for (size_t i = 0; i < d->nlabels; i++)
        if (d->labels[i].origin == ORIGIN_OFFICER)
            buf_printf(&themes, "%s%.*s", themes.n > 0 ? "\n" : "", STR_ARG(d->labels[i].theme));
    if (themes.n > 0)
        emit_str(e, "officer_theme", buf_view(&themes));
}

void document_json(const struct document *d, struct buf *out)
{
    struct emit e;
    emit_init(&e, out, false);
    emit_object(&e, NULL);
    emit_str(&e, "id", d->id);
    emit_str(&e, "title", d->title);
    emit_str(&e, "body", body_without_reply(d));
    for (size_t i = 0; i < d->nfields; i++) {
        const struct field *f = &d->fields[i];
        bool named =
            str_eq(f->name, STR("title")) || str_eq(f->name, STR("id")) || str_eq(f->name, STR("body"));
        if (f->origin != ORIGIN_PARSED && !named) {
            char name[128];
            size_t n = f->name.n < sizeof name - 1 ? f->name.n : sizeof name - 1;
            memcpy(name, f->name.p, n);
            name[n] = '\0';
            emit_str(&e, name, f->value);
        }
    }
    emit_officer(&e, d, out);
    emit_end_object(&e);
    emit_newline(&e);
}
