/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The public structs as JSON: one schema for the command line, the server and
 * any other program (doc/JSON.md). Every struct has one function that writes it,
 * and they nest as the structs do:
 *
 *   results ─▶ hit ─▶ text, snippet, fields, label
 *   document ─▶ text, fields, section, label            (duplicates: tian_json_check.c)
 *
 * Keys are always there, in a fixed order; what is unknown is null. The only
 * exceptions are "id" of a check, "explain" of a hit and "expansions" of a search,
 * which are left out when nobody asked for them.
 */
#include "tian_json.h"

#include "base/ctx.h"
#include "tian_report.h"

#include <stdlib.h>

/* ---- The way out: an arena of its own, a malloc'ed copy ------------------------------------------- */

static int run_writing(void *arg)
{
    struct writing *w = arg;
    struct buf buf;
    struct emit emit;
    w->arena = arena_new(NULL);
    buf_init(&buf, w->arena);
    emit_init(&emit, &buf, w->pretty);
    w->write(&emit, w);
    w->out = strndup(buf.p, buf.n);
    return 0;
}

char *json_write(struct writing w)
{
    mem_protect(run_writing, &w);
    arena_free(w.arena);
    return w.out;
}

/* ---- Pieces --------------------------------------------------------------------------------------- */

/* Places in a text. */
static void put_spans(struct emit *e, const char *key, const struct tian_mark *spans, size_t n)
{
    emit_array(e, key);
    for (size_t i = 0; i < n; i++) {
        emit_object(e, NULL);
        emit_uint(e, "from", spans[i].from);
        emit_uint(e, "to", spans[i].to);
        emit_end_object(e);
    }
    emit_end_array(e);
}

void json_put_text(struct emit *e, const char *key, const struct tian_text *t)
{
    emit_object(e, key);
    emit_str(e, "text", (struct str){ t->text, t->length });
    put_spans(e, "marks", t->marks, t->nmarks);
    emit_end_object(e);
}

/* Where the first field of this name is: i itself, or earlier. */
static size_t first_of(const struct tian_field *fields, size_t i)
{
    size_t first = 0;
    while (strcmp(fields[first].name, fields[i].name) != 0)
        first++;
    return first;
}

/* A field with several values is one string, "、" between them. */
static void put_values(struct emit *e, const struct tian_field *fields, size_t n, size_t i)
{
    struct buf joined;
    buf_init(&joined, arena_of(e->out->p));
    buf_cstr(&joined, fields[i].value);
    for (size_t j = i + 1; j < n; j++)
        if (strcmp(fields[j].name, fields[i].name) == 0) {
            buf_cstr(&joined, "、");
            buf_cstr(&joined, fields[j].value);
        }
    emit_str(e, fields[i].name, buf_view(&joined));
}

void json_put_fields(struct emit *e, const struct tian_field *fields, size_t n)
{
    emit_object(e, "fields");
    for (size_t i = 0; i < n; i++)
        if (first_of(fields, i) == i)
            put_values(e, fields, n, i);
    emit_end_object(e);
}

static void put_origins(struct emit *e, const struct tian_field *fields, size_t n)
{
    emit_object(e, "origins");
    for (size_t i = 0; i < n; i++)
        if (first_of(fields, i) == i)
            emit_cstr(e, fields[i].name, fields[i].origin);
    emit_end_object(e);
}

void json_put_labels(struct emit *e, const struct tian_label *labels, size_t n)
{
    emit_array(e, "labels");
    for (size_t i = 0; i < n; i++) {
        emit_object(e, NULL);
        emit_cstr(e, "theme", labels[i].theme);
        emit_double(e, "confidence", labels[i].confidence, 3);
        emit_cstr(e, "words", labels[i].words);
        emit_cstr(e, "origin", labels[i].origin);
        emit_end_object(e);
    }
    emit_end_array(e);
}

void json_put_strings(struct emit *e, const char *key, const char *const *strings, size_t n)
{
    emit_array(e, key);
    for (size_t i = 0; i < n; i++)
        emit_cstr(e, NULL, strings[i]);
    emit_end_array(e);
}

/* ---- Search --------------------------------------------------------------------------------------- */

static void put_snippets(struct emit *e, const struct tian_hit *hit)
{
    emit_array(e, "snippets");
    for (size_t i = 0; i < hit->nsnippets; i++) {
        const struct tian_snippet *s = &hit->snippets[i];
        emit_object(e, NULL);
        emit_str(e, "text", (struct str){ s->text.text, s->text.length });
        put_spans(e, "marks", s->text.marks, s->text.nmarks);
        emit_uint(e, "offset", s->offset);
        emit_cstr(e, "section", s->section);
        emit_end_object(e);
    }
    emit_end_array(e);
}

static void put_parts(struct emit *e, const struct tian_hit *hit)
{
    emit_array(e, "explain");
    for (size_t i = 0; i < hit->nparts; i++) {
        emit_object(e, NULL);
        emit_cstr(e, "kind", hit->parts[i].kind);
        emit_cstr(e, "word", hit->parts[i].word);
        emit_cstr(e, "field", hit->parts[i].field);
        emit_double(e, "value", hit->parts[i].value, 6);
        emit_end_object(e);
    }
    emit_end_array(e);
}

void json_put_hit(struct emit *e, const struct tian_hit *hit, uint64_t rank)
{
    emit_object(e, NULL);
    emit_uint(e, "rank", rank);
    emit_cstr(e, "id", hit->id);
    json_put_text(e, "title", &hit->title);
    emit_double(e, "score", hit->score, 4);
    emit_bool(e, "exact", hit->exact);
    emit_bool(e, "hidden", hit->hidden);
    put_snippets(e, hit);
    json_put_fields(e, hit->fields, hit->nfields);
    json_put_labels(e, hit->labels, hit->nlabels);
    json_put_strings(e, "copies", hit->copies, hit->ncopies);
    if (hit->nparts > 0)
        put_parts(e, hit);
    emit_end_object(e);
}

static void put_facet(struct emit *e, const struct tian_facet *facet)
{
    emit_object(e, NULL);
    emit_cstr(e, "name", facet->name);
    emit_bool(e, "about", facet->about);
    emit_array(e, "counts");
    for (size_t i = 0; i < facet->ncounts; i++) {
        emit_object(e, NULL);
        emit_cstr(e, "value", facet->counts[i].value);
        emit_uint(e, "documents", facet->counts[i].documents);
        emit_end_object(e);
    }
    emit_end_array(e);
    emit_end_object(e);
}

static void put_expansions(struct emit *e, const struct tian_results *r)
{
    emit_array(e, "expansions");
    for (size_t i = 0; i < r->nexpansions; i++) {
        emit_object(e, NULL);
        emit_cstr(e, "word", r->expansions[i].word);
        json_put_strings(e, "forms", r->expansions[i].forms, r->expansions[i].nforms);
        emit_end_object(e);
    }
    emit_end_array(e);
}

static void put_tables(struct emit *e, const struct tian_results *r)
{
    emit_array(e, "tables");
    for (size_t i = 0; i < r->ntables; i++)
        report_emit_table(e, &r->tables[i], false);
    emit_end_array(e);
}

static void write_results(struct emit *e, const struct writing *w)
{
    const struct tian_results *r = w->what;
    emit_object(e, NULL);
    emit_cstr(e, "query", r->query);
    emit_cstr(e, "read_as", r->read_as);
    emit_uint(e, "total", r->total);
    emit_bool(e, "about", r->about);
    emit_uint(e, "exact", r->exact);
    emit_double(e, "milliseconds", r->milliseconds, 3);
    json_put_strings(e, "notes", r->notes, r->nnotes);
    if (r->nexpansions > 0)
        put_expansions(e, r);
    emit_array(e, "hits");
    for (size_t i = 0; i < r->nhits; i++)
        json_put_hit(e, &r->hits[i], w->rank + i);
    emit_end_array(e);
    emit_array(e, "facets");
    for (size_t i = 0; i < r->nfacets; i++)
        put_facet(e, &r->facets[i]);
    emit_end_array(e);
    if (r->ntables > 0)
        put_tables(e, r);
    emit_cstr(e, "next", r->next);
    emit_end_object(e);
}

static void write_hit(struct emit *e, const struct writing *w)
{
    json_put_hit(e, w->what, w->rank);
}

char *tian_results_json(const struct tian_results *results, bool pretty)
{
    return json_write(
        (struct writing){ .write = write_results, .what = results, .rank = 1, .pretty = pretty });
}

char *tian_hit_json(const struct tian_hit *hit, uint64_t rank)
{
    return json_write((struct writing){ .write = write_hit, .what = hit, .rank = rank });
}

/* ---- Documents ------------------------------------------------------------------------------------ */

void json_put_match_head(struct emit *e, const struct tian_match_report *m)
{
    emit_cstr(e, "id", m->id);
    emit_cstr(e, "title", m->title);
    emit_double(e, "score", m->score, 4);
    emit_cstr(e, "verdict", m->verdict);
    emit_cstr(e, "verdict_text", m->verdict_text);
}

/* What a reader needs to choose among them; the whole comparison is a check's. */
static void put_similar(struct emit *e, const struct tian_check *similar)
{
    if (!similar) {
        emit_cstr(e, "similar", NULL);
        return;
    }
    emit_array(e, "similar");
    for (size_t i = 0; i < similar->nmatches; i++) {
        const struct tian_match_report *m = &similar->matches[i];
        emit_object(e, NULL);
        json_put_match_head(e, m);
        emit_bool(e, "hidden", m->hidden);
        json_put_fields(e, m->fields, m->nfields);
        emit_end_object(e);
    }
    emit_end_array(e);
}

static void write_document(struct emit *e, const struct writing *w)
{
    const struct tian_document *d = w->what;
    emit_object(e, NULL);
    emit_cstr(e, "id", d->id);
    emit_cstr(e, "source", d->source);
    emit_bool(e, "hidden", d->hidden);
    json_put_text(e, "title", &d->title);
    json_put_text(e, "body", &d->body);
    json_put_fields(e, d->fields, d->nfields);
    put_origins(e, d->fields, d->nfields);
    emit_array(e, "sections");
    for (size_t i = 0; i < d->nsections; i++) {
        emit_object(e, NULL);
        emit_cstr(e, "kind", d->sections[i].kind);
        emit_uint(e, "from", d->sections[i].from);
        emit_uint(e, "to", d->sections[i].to);
        put_spans(e, "measures", d->sections[i].measures, d->sections[i].nmeasures);
        emit_end_object(e);
    }
    emit_end_array(e);
    json_put_labels(e, d->labels, d->nlabels);
    put_similar(e, w->similar);
    emit_end_object(e);
}

char *tian_document_json(const struct tian_document *document, const struct tian_check *similar, bool pretty)
{
    return json_write(
        (struct writing){ .write = write_document, .what = document, .similar = similar, .pretty = pretty });
}
