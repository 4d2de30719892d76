/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * As JSON: what helps to ask. Suggestions, the dictionary, saved searches.
 */
#include "tian_json.h"

/* ---- Dictionary ----------------------------------------------------------------------------------- */

static void write_word_report(struct emit *e, const struct writing *w)
{
    const struct tian_word_report *r = w->what;
    emit_object(e, NULL);
    emit_cstr(e, "word", r->word);
    emit_bool(e, "known", r->known);
    emit_uint(e, "documents", r->documents);
    emit_uint(e, "read", r->read);
    emit_uint(e, "changed", r->changed);
    emit_array(e, "fates");
    for (size_t i = 0; i < r->nfates; i++) {
        emit_object(e, NULL);
        emit_cstr(e, "kind", r->fates[i].kind);
        emit_cstr(e, "word", r->fates[i].word);
        emit_cstr(e, "text", r->fates[i].text);
        emit_uint(e, "times", r->fates[i].times);
        emit_end_object(e);
    }
    emit_end_array(e);
    emit_array(e, "clauses");
    for (size_t i = 0; i < r->nclauses; i++) {
        emit_object(e, NULL);
        emit_cstr(e, "id", r->clauses[i].id);
        json_put_text(e, "text", &r->clauses[i].text);
        emit_cstr(e, "without", r->clauses[i].without);
        emit_cstr(e, "with", r->clauses[i].with);
        emit_cstr(e, "why", r->clauses[i].why);
        emit_end_object(e);
    }
    emit_end_array(e);
    emit_end_object(e);
}

char *tian_word_report_json(const struct tian_word_report *report, bool pretty)
{
    return json_write((struct writing){ .write = write_word_report, .what = report, .pretty = pretty });
}

static void write_problems(struct emit *e, const struct writing *w)
{
    const struct tian_dict_problems *p = w->what;
    emit_object(e, NULL);
    emit_uint(e, "words", p->words);
    emit_uint(e, "read", p->read);
    emit_array(e, "problems");
    for (size_t i = 0; i < p->nproblems; i++) {
        emit_object(e, NULL);
        emit_cstr(e, "kind", p->problems[i].kind);
        emit_cstr(e, "word", p->problems[i].word);
        emit_cstr(e, "file", p->problems[i].file);
        emit_uint(e, "line", p->problems[i].line);
        emit_cstr(e, "text", p->problems[i].text);
        emit_end_object(e);
    }
    emit_end_array(e);
    emit_end_object(e);
}

char *tian_dict_problems_json(const struct tian_dict_problems *problems, bool pretty)
{
    return json_write((struct writing){ .write = write_problems, .what = problems, .pretty = pretty });
}

/* ---- Suggestions ---------------------------------------------------------------------------------- */

static void write_suggestions(struct emit *e, const struct writing *w)
{
    const struct tian_suggestions *s = w->what;
    emit_object(e, NULL);
    emit_double(e, "milliseconds", s->milliseconds, 3);
    emit_array(e, "suggestions");
    for (size_t i = 0; i < s->nsuggestions; i++) {
        const struct tian_suggestion *one = &s->suggestions[i];
        emit_object(e, NULL);
        emit_cstr(e, "text", one->text);
        emit_cstr(e, "kind", one->kind);
        emit_cstr(e, "how", one->how);
        emit_uint(e, "documents", one->documents);
        emit_cstr(e, "id", one->id);
        emit_end_object(e);
    }
    emit_end_array(e);
    emit_end_object(e);
}

char *tian_suggestions_json(const struct tian_suggestions *suggestions, bool pretty)
{
    return json_write((struct writing){ .write = write_suggestions, .what = suggestions, .pretty = pretty });
}

/* ---- Saved searches ------------------------------------------------------------------------------- */

static void put_watch(struct emit *e, const struct tian_watch *w)
{
    static const char *const matches[] = { [TIAN_MATCH_AUTO] = "auto",
                                           [TIAN_MATCH_ALL] = "all",
                                           [TIAN_MATCH_ANY] = "any",
                                           [TIAN_MATCH_EXACT] = "exact" };
    emit_cstr(e, "name", w->name);
    emit_cstr(e, "query", w->query);
    emit_cstr(e, "match", matches[w->match]);
    emit_cstr(e, "theme", w->theme[0] ? w->theme : NULL);
}

static void write_watches(struct emit *e, const struct writing *w)
{
    const struct tian_watches *all = w->what;
    emit_object(e, NULL);
    emit_array(e, "watches");
    for (size_t i = 0; i < all->nwatches; i++) {
        emit_object(e, NULL);
        put_watch(e, &all->watches[i]);
        emit_uint(e, "found", all->watches[i].found);
        emit_end_object(e);
    }
    emit_end_array(e);
    emit_end_object(e);
}

char *tian_watches_json(const struct tian_watches *watches, bool pretty)
{
    return json_write((struct writing){ .write = write_watches, .what = watches, .pretty = pretty });
}

static void put_news(struct emit *e, const struct tian_watch_news *news)
{
    emit_object(e, NULL);
    put_watch(e, &news->watch);
    emit_uint(e, "total", news->total);
    json_put_strings(e, "notes", news->notes, news->nnotes);
    emit_array(e, "hits");
    for (size_t i = 0; i < news->nhits; i++)
        json_put_hit(e, &news->hits[i], i + 1);
    emit_end_array(e);
    emit_end_object(e);
}

static void write_watch_report(struct emit *e, const struct writing *w)
{
    const struct tian_watch_report *report = w->what;
    emit_object(e, NULL);
    emit_array(e, "watches");
    for (size_t i = 0; i < report->nnews; i++)
        put_news(e, &report->news[i]);
    emit_end_array(e);
    emit_end_object(e);
}

char *tian_watch_report_json(const struct tian_watch_report *report, bool pretty)
{
    return json_write((struct writing){ .write = write_watch_report, .what = report, .pretty = pretty });
}
