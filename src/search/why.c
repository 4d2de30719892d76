/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * tian theme explain: the labels a stored document has and who gave them, and
 * what the taxonomy thinks of its text, theme by theme, with the words and the
 * sentences they stand in. For people, or as one JSON object.
 */
#include "base/emit.h"
#include "search/search.h"

struct why {
    struct arena *arena;
    const struct document *document; /* labelled */
    const struct theme_reasons *themes;
    size_t nthemes;
    double threshold;
};

enum {
    SENTENCE_CHARACTERS = 40
};

/* The first characters of a sentence, on one line. */
static struct str shortened(struct arena *arena, struct str sentence)
{
    struct buf out;
    const char *p = sentence.p, *end = sentence.p + sentence.n;
    buf_init(&out, arena);
    for (size_t n = 0; n < SENTENCE_CHARACTERS && p < end; n++) {
        uint32_t c = utf8_next(&p, end);
        buf_utf8(&out, c == '\n' || c == UTF8_BAD ? ' ' : c);
    }
    if (p < end)
        buf_cstr(&out, "…");
    return buf_view(&out);
}

static const char *origin_said(enum origin origin)
{
    static const char *const english[] = { "by tian", "came with the data", "by an officer" };
    static const char *const chinese[] = { "自动", "随数据", "人工" };
    return say(english[origin], chinese[origin]);
}

static void print_labels(const struct why *w, struct buf *out)
{
    buf_printf(out, "%.*s  %.*s\n", STR_ARG(w->document->id), STR_ARG(w->document->title));
    for (size_t i = 0; i < w->document->nlabels; i++) {
        const struct label *l = &w->document->labels[i];
        buf_printf(out, say("label: %.*s (%s", "主题：%.*s（%s"), STR_ARG(l->theme), origin_said(l->origin));
        if (l->origin == ORIGIN_PARSED)
            buf_printf(out, " %.2f", l->confidence);
        buf_cstr(out, say(")\n", "）\n"));
    }
    if (w->document->nlabels == 0)
        buf_cstr(out, say("no theme\n", "未分类\n"));
}

static void print_theme(const struct why *w, const struct theme_reasons *t, struct buf *out)
{
    buf_printf(out, "\n%.*s", STR_ARG(t->theme));
    if (t->excluded)
        buf_cstr(out, say("  excluded by\n", "  被排除词去掉\n"));
    else
        buf_printf(out, "  %.2f%s\n", t->confidence,
                   t->labelled ? "" : say("  (below the threshold)", "  （低于门槛）"));
    for (size_t i = 0; i < t->nreasons; i++) {
        const struct reason *r = &t->reasons[i];
        buf_printf(out, say("  %.*s  title %u, text %u", "  %.*s  案由 %u 次、正文 %u 次"), STR_ARG(r->word),
                   r->title, r->body);
        if (!t->excluded)
            buf_printf(out, say("  weight %.2f, score %.2f", "  权重 %.2f，得分 %.2f"), r->weight, r->part);
        buf_printf(out, "  %.*s\n", STR_ARG(shortened(w->arena, r->where)));
    }
}

static void print_why(const struct why *w, struct buf *out)
{
    print_labels(w, out);
    for (size_t i = 0; i < w->nthemes; i++)
        print_theme(w, &w->themes[i], out);
    buf_printf(out, say("\nthreshold %.2f\n", "\n门槛 %.2f\n"), w->threshold);
}

static void emit_reasons(const struct theme_reasons *t, struct emit *e)
{
    emit_array(e, "words");
    for (size_t i = 0; i < t->nreasons; i++) {
        emit_object(e, NULL);
        emit_str(e, "word", t->reasons[i].word);
        emit_double(e, "weight", t->reasons[i].weight, 3);
        emit_double(e, "score", t->reasons[i].part, 3);
        emit_uint(e, "title", t->reasons[i].title);
        emit_uint(e, "body", t->reasons[i].body);
        emit_str(e, "sentence", t->reasons[i].where);
        emit_end_object(e);
    }
    emit_end_array(e);
}

static void emit_why(const struct why *w, struct buf *out)
{
    static const char *const origins[] = { "parsed", "given", "officer" };
    struct emit e;
    emit_init(&e, out, false);
    emit_object(&e, NULL);
    emit_str(&e, "id", w->document->id);
    emit_str(&e, "title", w->document->title);
    emit_double(&e, "threshold", w->threshold, 2);
    emit_array(&e, "labels");
    for (size_t i = 0; i < w->document->nlabels; i++) {
        emit_object(&e, NULL);
        emit_str(&e, "theme", w->document->labels[i].theme);
        emit_double(&e, "confidence", w->document->labels[i].confidence, 3);
        emit_cstr(&e, "origin", origins[w->document->labels[i].origin]);
        emit_end_object(&e);
    }
    emit_end_array(&e);
    emit_array(&e, "themes");
    for (size_t i = 0; i < w->nthemes; i++) {
        emit_object(&e, NULL);
        emit_str(&e, "theme", w->themes[i].theme);
        emit_double(&e, "confidence", w->themes[i].confidence, 3);
        emit_bool(&e, "labelled", w->themes[i].labelled);
        emit_bool(&e, "excluded", w->themes[i].excluded);
        emit_reasons(&w->themes[i], &e);
        emit_end_object(&e);
    }
    emit_end_array(&e);
    emit_end_object(&e);
    emit_newline(&e);
}

int search_theme_why(struct ctx *ctx, const struct reader *reader, uint32_t doc, bool json, struct buf *out)
{
    struct document document;
    const struct taxonomy *taxonomy = builder_taxonomy(reader->builder);
    struct theme_reasons *themes;
    int code = snapshot_document(ctx, reader->snapshot, ctx->arena, doc, &document);
    if (code)
        return code;
    struct why why = { ctx->arena, &document, NULL,
                       taxonomy_reasons(taxonomy, ctx->arena, &document, &themes),
                       taxonomy_threshold(taxonomy) };
    why.themes = themes;
    document_label(reader->builder, reader->cutter, ctx->arena, &document);
    if (json)
        emit_why(&why, out);
    else
        print_why(&why, out);
    return 0;
}
