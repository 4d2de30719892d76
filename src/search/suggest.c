/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What somebody is about to type: words of the index, then titles.
 *
 * Blanks part conditions, so only the part behind the last blank is completed;
 * the parts before it stay, and words count in the documents that hold them too.
 * A word's count is that of a search for it: documents that hold its characters
 * in a row, read from the pair lists. So a word that only the removed or, for the
 * public, the hidden documents hold is not shown: for few documents their text
 * is asked.
 */
#include "search/search.h"

#include "search/find.h"
#include "search/lookup.h"
#include "search/match.h"

enum {
    USUAL = 10,
    MOST = 50,
    LONGEST_TYPED = 64, /* units of the part that is completed */
    READ = 8,           /* so few documents are read */
    SPARE = 14          /* more words than are shown, for those that nobody may see */
};

struct suggesting {
    struct ctx *ctx;
    const struct reader *reader;
    enum tian_role role;
    struct str before; /* the parts that stay, a blank behind them */
    struct docs among; /* the documents that hold them */
    bool any;          /* there are such parts */
    struct pinyin_patterns patterns;
    const struct lookup *lookup;
    struct tian_suggestion *out;
    size_t n, most;
};

/* ---- Counting ------------------------------------------------------------------------ */

static void keep_visible(const struct suggesting *s, struct docs *docs)
{
    size_t kept = 0;
    for (size_t i = 0; i < docs->n; i++)
        if (s->role != TIAN_ROLE_PUBLIC || !page_is_hidden(s->reader, docs->at[i]))
            docs->at[kept++] = docs->at[i];
    docs->n = kept;
}

static bool has(const struct page *page, const struct needle *needle)
{
    for (int i = 0; i < 2; i++) {
        struct stretch text = page_text(page, i == 0);
        size_t end;
        if (match_find(&text, needle, 0, &end) != SIZE_MAX)
            return true;
    }
    return false;
}

/* The pairs say that these few documents may hold it: read them. */
static int keep_true(struct suggesting *s, const struct needle *needle, struct docs *docs)
{
    struct page page;
    size_t kept = 0;
    int code = 0;
    page_init(&page, s->ctx->arena);
    for (size_t i = 0; i < docs->n && !code; i++) {
        code = page_load(s->ctx, s->reader, docs->at[i], s->role, &page);
        if (!code && has(&page, needle))
            docs->at[kept++] = docs->at[i];
    }
    docs->n = kept;
    return code;
}

/* Living documents, visible to the reader, that hold these units. */
static int documents_with(struct suggesting *s, const uint16_t *unit, size_t n, struct docs *out)
{
    struct needle needle;
    struct set set;
    needle_make(s->ctx->arena, unit, n, &needle);
    int code = find_needle(s->ctx, s->reader, &needle, &set);
    if (code)
        return code;
    if (set.everything)
        set.docs.n = 0;
    keep_visible(s, &set.docs);
    if (set.docs.n <= READ && !set.proof)
        code = keep_true(s, &needle, &set.docs);
    *out = set.docs;
    return code;
}

/* ---- What is typed --------------------------------------------------------------------- */

/* Narrow the documents to those with this part. */
static int add_condition(struct suggesting *s, const struct normal *text, size_t from, size_t to)
{
    struct docs docs;
    int code = documents_with(s, text->unit + from, to - from, &docs);
    if (!code && s->any)
        docs_intersect(&s->among, &docs);
    else
        s->among = docs;
    s->any = true;
    return code;
}

/* The parts before the last blank are conditions, the last one is what patterns are made of. */
static int read_typed(struct suggesting *s, struct str typed)
{
    struct normal text;
    size_t last = 0, at = 0;
    int code = 0;
    normal_init(&text, s->ctx->arena);
    text_normalise(typed, NULL, &text);
    while (text.n > 0 && text.unit[text.n - 1] == ' ')
        text.n--;
    for (size_t i = 0; i < text.n && !code; i++)
        if (text.unit[i] == ' ' || text.unit[i] == '\n') {
            if (i > at)
                code = add_condition(s, &text, at, i);
            at = last = i + 1;
        }
    s->before = str_sub(typed, 0, last < text.n ? text.at[last] : typed.n);
    size_t n = text.n - last;
    pinyin_patterns(s->reader->pinyin, s->ctx->arena, text.unit + last, n < LONGEST_TYPED ? n : 0,
                    &s->patterns);
    return code;
}

/* ---- What is answered -------------------------------------------------------------------- */

static const char *how(enum pattern_kind kind)
{
    static const char *const names[] = {
        [PATTERN_TYPED] = "typed",    [PATTERN_SPELLED] = "pinyin", [PATTERN_INITIALS] = "initials",
        [PATTERN_MIXED] = "initials", [PATTERN_ALIKE] = "sound",    [PATTERN_NEAR] = "sound"
    };
    return names[kind];
}

static const char *word_text(const struct suggesting *s, const struct lookup_entry *entry)
{
    struct normal view = { .unit = (uint16_t *)(uintptr_t)entry->unit, .n = entry->n };
    struct buf text;
    buf_init(&text, s->ctx->arena);
    buf_str(&text, s->before);
    normal_utf8(&view, 0, view.n, &text);
    return arena_cstr(s->ctx->arena, buf_view(&text));
}

static int add_word(struct suggesting *s, const struct lookup_hit *hit)
{
    struct lookup_entry entry;
    struct docs docs;
    lookup_entry(s->lookup, hit->entry, &entry);
    int code = documents_with(s, entry.unit, entry.n, &docs);
    if (code)
        return code;
    if (s->any)
        docs_intersect(&docs, &s->among);
    if (docs.n > 0)
        s->out[s->n++] = (struct tian_suggestion){
            .text = word_text(s, &entry), .kind = "word", .how = how(hit->kind), .documents = docs.n
        };
    return 0;
}

static bool same_text(const struct lookup_entry *a, const struct lookup_entry *b)
{
    return a->n == b->n && memcmp(a->unit, b->unit, a->n * sizeof *a->unit) == 0;
}

/* Copies of a document have one title: it is shown once, with the newest, and counted. */
static void add_title(struct suggesting *s, const struct lookup_hit *hits, size_t i, size_t n)
{
    struct lookup_entry entry, other;
    struct document document;
    uint64_t copies = 0;
    lookup_entry(s->lookup, hits[i].entry, &entry);
    for (size_t k = 0; k < n; k++) {
        lookup_entry(s->lookup, hits[k].entry, &other);
        bool same = same_text(&entry, &other);
        if (same && k < i)
            return;
        copies += same;
    }
    struct ctx quiet = { .arena = s->ctx->arena };
    if (snapshot_document(&quiet, s->reader->snapshot, s->ctx->arena, entry.doc, &document))
        return;
    s->out[s->n++] = (struct tian_suggestion){ .text = arena_cstr(s->ctx->arena, entry.text),
                                               .kind = "title",
                                               .how = how(hits[i].kind),
                                               .documents = copies,
                                               .id = arena_cstr(s->ctx->arena, document.id) };
}

static int add_words(struct suggesting *s, size_t most)
{
    struct lookup_hit hits[LOOKUP_MOST];
    struct lookup_wish wish = { .patterns = &s->patterns, .most = s->any ? LOOKUP_MOST : most + SPARE };
    size_t n = lookup_find(s->lookup, s->reader->pinyin, &wish, hits);
    int code = 0;
    for (size_t i = 0; i < n && s->n < most && !code; i++)
        code = add_word(s, &hits[i]);
    return code;
}

static size_t visible_titles(const struct suggesting *s, struct lookup_hit hits[LOOKUP_MOST])
{
    struct lookup_wish wish = { .patterns = &s->patterns, .titles = true, .most = LOOKUP_MOST };
    struct lookup_entry entry;
    size_t kept = 0, n = lookup_find(s->lookup, s->reader->pinyin, &wish, hits);
    for (size_t i = 0; i < n; i++) {
        lookup_entry(s->lookup, hits[i].entry, &entry);
        if (snapshot_is_live(s->reader->snapshot, entry.doc) && /* the lookup may be some seconds old */
            (s->role != TIAN_ROLE_PUBLIC || !page_is_hidden(s->reader, entry.doc)) &&
            (!s->any || docs_has(&s->among, entry.doc)))
            hits[kept++] = hits[i];
    }
    return kept;
}

/* Two fifths of the places are for titles, when there are so many; what titles leave is for words. */
static int answer(struct suggesting *s)
{
    struct lookup_hit titles[LOOKUP_MOST];
    size_t n = visible_titles(s, titles), share = s->most * 2 / 5;
    int code = add_words(s, s->most - (n < share ? n : share));
    for (size_t i = 0; i < n && s->n < s->most && !code; i++)
        add_title(s, titles, i, n);
    return code;
}

int search_suggest(struct ctx *ctx, const struct reader *reader, struct str typed,
                   const struct tian_suggest_options *options, struct tian_suggestions *out)
{
    struct suggesting s = { .ctx = ctx, .reader = reader, .role = options->role };
    int64_t begin = clock_now();
    s.most = options->count == 0 ? USUAL : options->count < MOST ? options->count : MOST;
    s.out = arena_array(ctx->arena, struct tian_suggestion, s.most);
    int code = read_typed(&s, typed);
    if (!code && s.patterns.n > 0)
        code = lookup_get(ctx, reader, &s.lookup);
    if (!code && s.patterns.n > 0)
        code = answer(&s);
    *out = (struct tian_suggestions){ .suggestions = s.out,
                                      .nsuggestions = s.n,
                                      .milliseconds = (double)(clock_now() - begin) / 1e6 };
    return code;
}
