/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Labelled texts, and which words they are made of. Candidates are what the
 * cutter calls a word (2 to 12 characters, not all digits), every single Han
 * character, and the words of a text that came cut already. All candidates of
 * all texts are put into one matcher (taxonomy.c), which then counts each of
 * them in each text as a substring, as the finished model will: 物业 is counted
 * in 物业公司 as well. Measured: counting words only where the cutter sees them
 * costs 0.03 of F1 on 691 messages; leaving the single characters out 0.025.
 */
#include <stdlib.h>

#include "base/stream.h"
#include "document/learn.h"

enum {
    LONGEST = 12,
    PIECE_BYTES = 1 << 20
};

/* ---- gathering ---------------------------------------------------------------------- */

struct examples *examples_new(struct arena *arena, struct cutter *cutter)
{
    struct examples *ex = arena_new_of(arena, struct examples);
    ex->arena = arena;
    ex->cutter = cutter;
    ex->words = taxonomy_new(arena);
    ex->by_theme = map_new(arena);
    vec_init(&ex->themes, arena);
    vec_init(&ex->at, arena);
    return ex;
}

static uint32_t theme_index(struct examples *ex, struct str name)
{
    void **slot = map_at(ex->by_theme, name);
    if (!*slot) {
        vec_push(&ex->themes, arena_str(ex->arena, name));
        *slot = (void *)(uintptr_t)ex->themes.n;
    }
    return (uint32_t)((uintptr_t)*slot - 1);
}

void examples_add(struct examples *ex, const struct example_text *text)
{
    struct str theme = str_trim(text->theme);
    if (theme.n == 0) {
        ex->unlabelled++;
        return;
    }
    struct example e = { .id = arena_str(ex->arena, text->id),
                         .title = arena_str(ex->arena, text->title),
                         .body = arena_str(ex->arena, text->body),
                         .theme = theme_index(ex, theme),
                         .words = text->words };
    vec_push(&ex->at, e);
}

static struct str value_of(const struct extract_part *part, const char *const *names)
{
    for (; *names; names++)
        for (size_t i = 0; i < part->nfields; i++)
            if (str_eq(part->fields[i].name, str_of(*names)))
                return part->fields[i].value;
    return STR("");
}

/* Mostly beyond ASCII: English has blanks too. */
static bool is_wide(struct str s)
{
    return s.n > 0 && utf8_length(s) * 2 < s.n;
}

/* Cut by others, whatever the field is called: a blank to every six characters or more. */
static bool looks_cut(struct str body)
{
    size_t blanks = 0;
    for (size_t i = 0; i < body.n; i++)
        blanks += body.p[i] == ' ';
    return is_wide(body) && blanks * 6 >= utf8_length(body);
}

static void add_part(struct examples *ex, const struct extract_part *part, const char *number)
{
    static const char *const ids[] = { "id", "编号", NULL },
                             *const themes[] = { "theme", "主题", "类别", NULL },
                             *const titles[] = { "title", "案由", "标题", NULL },
                             *const bodies[] = { "text", "body", "正文", "内容", NULL },
                             *const cut[] = { "words", NULL };
    struct example_text text = { value_of(part, ids), value_of(part, themes), value_of(part, titles),
                                 value_of(part, bodies), false };
    if (text.body.n == 0) {
        text.body = value_of(part, cut);
        text.words = text.body.n > 0;
    }
    text.words |= looks_cut(text.body);
    if (text.id.n == 0)
        text.id = str_of(number);
    examples_add(ex, &text);
}

static int read_piece(struct ctx *ctx, struct examples *ex, const char *path, struct str piece,
                      uint64_t *line_number)
{
    struct ctx inner = *ctx;
    struct str line;
    int code = 0;
    inner.arena = arena_new(ctx->arena);
    for (; code == 0 && str_line(&piece, &line); ++*line_number) {
        struct extract_part part;
        struct tian_error error = { 0 };
        const char *number = arena_printf(inner.arena, "%llu", (unsigned long long)*line_number);
        if (str_trim(line).n == 0)
            continue;
        inner.error = &error;
        if (extract_json_line(&inner, inner.arena, line, &part))
            code = ctx_fail(ctx, TIAN_EFORMAT, path, "line %s: %s", "第 %s 行：%s", number, error.message);
        else
            add_part(ex, &part, number);
    }
    arena_free(inner.arena);
    return code ? code : ctx_check(ctx);
}

int examples_read(struct ctx *ctx, struct examples *ex, const char *path)
{
    struct line_stream *stream;
    struct arena *scratch = arena_new(ctx->arena);
    struct str piece = { "", 1 };
    uint64_t line = 1;
    int code = line_stream_open(ctx, ctx->arena, path, &stream);
    while (code == 0 && piece.n > 0) {
        arena_reset(scratch);
        code = line_stream_next(ctx, stream, scratch, PIECE_BYTES, &piece, &line);
        if (code == 0 && piece.n > 0)
            code = read_piece(ctx, ex, path, piece, &line);
    }
    arena_free(scratch);
    return code;
}

size_t examples_count_of(const struct examples *ex, size_t *themes, size_t *unlabelled)
{
    *themes = ex->themes.n;
    *unlabelled = ex->unlabelled;
    return ex->at.n;
}

/* ---- candidates ----------------------------------------------------------------------- */

struct gathering {
    struct examples *ex;
    struct arena *scratch;
    struct normal normal;
    vec_of(uint32_t) cuts; /* candidates found in texts, text by text */
    vec_of(uint32_t) last; /* a candidate → the text it was found in last, + 1 */
    size_t *first;         /* a text → its first of cuts */
    uint32_t now;          /* the text being read */
};

static void found(struct gathering *g, size_t from, size_t to)
{
    uint32_t word = taxonomy_put(g->ex->words, &g->normal, from, to);
    if (word == g->last.n)
        vec_push(&g->last, 0);
    if (g->last.at[word] == g->now + 1)
        return;
    g->last.at[word] = g->now + 1;
    vec_push(&g->cuts, word);
}

static bool may_be_word(const struct normal *n, size_t from, size_t to)
{
    bool digits = true;
    for (size_t i = from; i < to; i++) {
        enum text_class class = text_class(n->unit[i]);
        if (class == CLASS_NONE)
            return false;
        digits = digits && class == CLASS_DIGIT;
    }
    return to - from >= 2 && to - from <= LONGEST && !digits;
}

static void gather_cut(struct gathering *g)
{
    const struct normal *n = &g->normal;
    const struct tokens *tokens = cut_words(g->ex->cutter, n, 0, n->n);
    for (size_t i = 0; i < tokens->n; i++)
        if (may_be_word(n, tokens->at[i].from, tokens->at[i].to))
            found(g, tokens->at[i].from, tokens->at[i].to);
    for (size_t i = 0; i < n->n; i++)
        if (text_class(n->unit[i]) == CLASS_HAN)
            found(g, i, i + 1);
}

static void gather_pieces(struct gathering *g)
{
    const struct normal *n = &g->normal;
    for (size_t from = 0, to; from < n->n; from = to + 1) {
        for (to = from; to < n->n && n->unit[to] != ' ' && n->unit[to] != '\n'; to++)
            continue;
        if (may_be_word(n, from, to))
            found(g, from, to);
    }
}

static void normal_body(struct gathering *g, const struct example *e)
{
    struct skips skips = { 0 };
    if (!e->words)
        text_repair(g->scratch, e->body, &skips);
    text_normalise(e->body, &skips, &g->normal);
}

static void gather(struct gathering *g, uint32_t i)
{
    const struct example *e = &g->ex->at.at[i];
    g->now = i;
    g->first[i] = g->cuts.n;
    text_normalise(e->title, NULL, &g->normal);
    gather_cut(g);
    normal_body(g, e);
    gather_cut(g);
    if (e->words)
        gather_pieces(g);
}

/* ---- counting -------------------------------------------------------------------------- */

struct counting {
    struct tally *tally;
    uint32_t *touched;
    size_t n;
};

static struct tally *touch(struct counting *c, uint32_t word)
{
    struct tally *tally = &c->tally[word];
    if (tally->body == 0 && tally->title == 0)
        c->touched[c->n++] = word;
    return tally;
}

static void hit_body(void *self, uint32_t word)
{
    touch(self, word)->body++;
}

static void hit_title(void *self, uint32_t word)
{
    touch(self, word)->title++;
}

static int compare_words(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* What was counted → the features of e; the counts are cleared for the next text. */
static void take_features(struct examples *ex, struct example *e, struct counting *c)
{
    qsort(c->touched, c->n, sizeof *c->touched, compare_words);
    e->features = arena_array(ex->arena, struct feature, c->n + 1);
    e->n = c->n;
    for (size_t i = 0; i < c->n; i++) {
        struct tally *tally = &c->tally[c->touched[i]];
        uint64_t times = tally->body + 2 * (uint64_t)tally->title;
        e->features[i] =
            (struct feature){ c->touched[i], (uint16_t)(times < UINT16_MAX ? times : UINT16_MAX), false };
        *tally = (struct tally){ 0 };
    }
    c->n = 0;
}

static void mark_cut(struct example *e, uint32_t *cuts, size_t n)
{
    qsort(cuts, n, sizeof *cuts, compare_words);
    for (size_t i = 0, k = 0; i < e->n; i++) {
        while (k < n && cuts[k] < e->features[i].word)
            k++;
        e->features[i].cut = k < n && cuts[k] == e->features[i].word;
    }
}

static void count(struct gathering *g, struct counting *c, uint32_t i)
{
    struct example *e = &g->ex->at.at[i];
    text_normalise(e->title, NULL, &g->normal);
    taxonomy_scan(g->ex->words, &g->normal, hit_title, c);
    normal_body(g, e);
    taxonomy_scan(g->ex->words, &g->normal, hit_body, c);
    take_features(g->ex, e, c);
    size_t to = i + 1 < g->ex->at.n ? g->first[i + 1] : g->cuts.n;
    mark_cut(e, g->cuts.at + g->first[i], to - g->first[i]);
}

int examples_count(struct ctx *ctx, struct examples *ex)
{
    struct arena *scratch = arena_new(ctx->arena);
    struct gathering g = { .ex = ex, .scratch = scratch };
    struct counting c = { 0 };
    int code = 0;
    normal_init(&g.normal, scratch);
    vec_init(&g.cuts, scratch);
    vec_init(&g.last, scratch);
    g.first = arena_array(scratch, size_t, ex->at.n + 1);
    for (uint32_t i = 0; code == 0 && i < ex->at.n; i++, code = ctx_check(ctx))
        gather(&g, i);
    taxonomy_close(ex->words);
    c.tally = arena_array(scratch, struct tally, ex->words->words.n + 1);
    c.touched = arena_array(scratch, uint32_t, ex->words->words.n + 1);
    for (uint32_t i = 0; code == 0 && i < ex->at.n; i++, code = ctx_check(ctx))
        count(&g, &c, i);
    arena_free(scratch);
    return code;
}
