/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The duplicate check as JSON (doc/JSON.md):
 *
 *   check ─▶ match ─▶ passage, fields, text             check ─▶ matter ─▶ past
 *
 * "draft" and "there" of a match and "sha256" and "digest" of a check are left
 * out when nobody asked for them.
 */
#include "tian_json.h"

/* A share of text; a negative one means that there is nothing to have a share of. */
static void put_share(struct emit *e, const char *key, double share)
{
    if (share < 0)
        emit_cstr(e, key, NULL);
    else
        emit_double(e, key, share, 3);
}

/* ---- Duplicate check ------------------------------------------------------------------------------ */

static void put_side(struct emit *e, const char *key, struct tian_mark range, const char *text)
{
    emit_object(e, key);
    emit_uint(e, "from", range.from);
    emit_uint(e, "to", range.to);
    emit_cstr(e, "text", text);
    emit_end_object(e);
}

static void put_passages(struct emit *e, const struct tian_match_report *m)
{
    emit_array(e, "passages");
    for (size_t i = 0; i < m->npassages; i++) {
        const struct tian_passage *p = &m->passages[i];
        emit_object(e, NULL);
        emit_cstr(e, "section", p->section);
        put_side(e, "draft", (struct tian_mark){ p->draft_from, p->draft_to }, p->draft_text);
        put_side(e, "there", (struct tian_mark){ p->there_from, p->there_to }, p->there_text);
        emit_end_object(e);
    }
    emit_end_array(e);
}

static void put_match(struct emit *e, const struct tian_match_report *m)
{
    emit_object(e, NULL);
    json_put_match_head(e, m);
    emit_cstr(e, "rule", m->rule);
    emit_cstr(e, "found_by", m->found_by);
    put_share(e, "mine", m->mine);
    put_share(e, "theirs", m->theirs);
    put_share(e, "problem", m->problem);
    put_share(e, "suggestion", m->suggestion);
    emit_uint(e, "longest", m->longest);
    emit_bool(e, "hidden", m->hidden);
    put_passages(e, m);
    json_put_fields(e, m->fields, m->nfields);
    if (m->draft.text && m->there.text) {
        json_put_text(e, "draft", &m->draft);
        json_put_text(e, "there", &m->there);
    }
    emit_end_object(e);
}

static void put_past(struct emit *e, const struct tian_past *p)
{
    emit_object(e, NULL);
    emit_cstr(e, "id", p->id);
    emit_cstr(e, "title", p->title);
    emit_cstr(e, "number", p->number);
    emit_cstr(e, "session", p->session);
    emit_uint(e, "year", p->year);
    emit_cstr(e, "unit", p->unit);
    emit_cstr(e, "outcome", p->outcome);
    emit_cstr(e, "verdict", p->verdict);
    emit_bool(e, "hidden", p->hidden);
    emit_end_object(e);
}

static void put_matter(struct emit *e, const struct tian_matter *m)
{
    emit_object(e, NULL);
    emit_cstr(e, "title", m->title);
    emit_cstr(e, "summary", m->summary);
    emit_bool(e, "solved", m->solved);
    emit_array(e, "past");
    for (size_t i = 0; i < m->npast; i++)
        put_past(e, &m->past[i]);
    emit_end_array(e);
    emit_end_object(e);
}

static void write_check(struct emit *e, const struct writing *w)
{
    const struct tian_check *c = w->what;
    emit_object(e, NULL);
    if (w->id)
        emit_cstr(e, "id", w->id);
    emit_cstr(e, "verdict", c->verdict);
    emit_cstr(e, "verdict_text", c->verdict_text);
    emit_bool(e, "repeat", c->repeat);
    emit_uint(e, "base", c->base);
    emit_uint(e, "year_first", c->year_first);
    emit_uint(e, "year_last", c->year_last);
    emit_double(e, "milliseconds", c->milliseconds, 3);
    json_put_strings(e, "notes", c->notes, c->nnotes);
    emit_array(e, "matches");
    for (size_t i = 0; i < c->nmatches; i++)
        put_match(e, &c->matches[i]);
    emit_end_array(e);
    json_put_labels(e, c->labels, c->nlabels);
    emit_array(e, "matters");
    for (size_t i = 0; i < c->nmatters; i++)
        put_matter(e, &c->matters[i]);
    emit_end_array(e);
    if (c->sha256[0]) {
        emit_cstr(e, "sha256", c->sha256);
        emit_cstr(e, "digest", c->digest);
    }
    emit_end_object(e);
}

char *tian_check_json(const struct tian_check *check, const char *draft_id, bool pretty)
{
    return json_write(
        (struct writing){ .write = write_check, .what = check, .id = draft_id, .pretty = pretty });
}
