/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pairs propose, the text decides. Everything here is search for substrings in
 * the normal form of one document: the same folding as when it was indexed, so
 * that "exact" is what a scan of the folded text finds.
 *
 * A needle may have blanks inside, typed or pasted over a line end. In the
 * document the same place may have other blanks, or none where a hard wrap was
 * repaired; both match, and nothing else does: 张 三 does not find 张三 unless
 * the document left out something between them.
 *
 * What stands in a field is looked for in its sections only, so a match may not
 * reach from one section into the next.
 */
#include "search/match.h"

#include <assert.h>
#include <stdlib.h>

#include "search/filter.h"

enum {
    MOST_SPOTS = 20000
}; /* of one word in one text: a hostile query must not fill the memory */

/* ---- the page ------------------------------------------------------------------ */

void page_init(struct page *page, struct arena *arena)
{
    *page = (struct page){ .arena = arena_new(arena) };
    normal_init(&page->title, arena);
    normal_init(&page->body, arena);
}

static void page_fold(struct page *page)
{
    text_normalise(page->document.title, NULL, &page->title);
    text_normalise(page->document.body, &page->document.skips, &page->body);
    page->loaded = true;
}

bool page_is_hidden(const struct reader *reader, uint32_t doc)
{
    return (snapshot_number(reader->snapshot, doc, COLUMN_FLAGS) & FLAG_HIDDEN) != 0;
}

int page_load(struct ctx *ctx, const struct reader *reader, uint32_t doc, enum tian_role role,
              struct page *page)
{
    if (page->loaded && page->doc == doc)
        return 0;
    arena_reset(page->arena);
    page->loaded = false;
    page->doc = doc;
    page->hidden = role == TIAN_ROLE_PUBLIC && page_is_hidden(reader, doc);
    int code = snapshot_document(ctx, reader->snapshot, page->arena, doc, &page->document);
    if (!code)
        page_fold(page);
    return code;
}

void page_of(const struct document *document, struct page *page)
{
    page->document = *document;
    page->doc = UINT32_MAX;
    page_fold(page);
}

struct stretch page_text(const struct page *page, bool title)
{
    const struct normal *text = title ? &page->title : &page->body;
    return (struct stretch){ text, title ? page->document.title : page->document.body, 0, text->n };
}

/* ---- substrings ------------------------------------------------------------------- */

static bool is_blank(uint16_t unit)
{
    return unit == ' ' || unit == '\n';
}

/* Was something of the original left out in front of unit i? */
static bool has_gap(const struct stretch *s, size_t i)
{
    return i > 0 && i < s->text->n && normal_end(s->text, s->original, i - 1) < s->text->at[i];
}

/* The needle's units behind its first blank, against the text from i on; the end, or SIZE_MAX. */
static size_t match_rest(const struct stretch *s, const struct needle *needle, size_t k, size_t i)
{
    const struct normal *text = s->text;
    while (k < needle->n) {
        if (!is_blank(needle->unit[k])) {
            if (i >= text->n || text->unit[i] != needle->unit[k])
                return SIZE_MAX;
            i++, k++;
            continue;
        }
        size_t begin = i;
        while (k < needle->n && is_blank(needle->unit[k]))
            k++;
        while (i < text->n && is_blank(text->unit[i]))
            i++;
        if (i == begin && !has_gap(s, i))
            return SIZE_MAX;
    }
    return i;
}

/* The text as far as the stretch goes: who searches a sentence must not walk on to the end of the text. */
static struct normal until(const struct stretch *s)
{
    struct normal text = *s->text;
    text.n = s->to;
    return text;
}

size_t match_find(const struct stretch *s, const struct needle *needle, size_t from, size_t *end)
{
    struct normal text = until(s);
    size_t head = 0;
    if (needle->n == 0)
        return SIZE_MAX;
    while (head < needle->n && !(needle->blank && is_blank(needle->unit[head])))
        head++;
    for (size_t i = from; (i = normal_find(&text, needle->unit, head, i)) != SIZE_MAX; i++) {
        size_t behind = head == needle->n ? i + head : match_rest(s, needle, head, i + head);
        if (behind == SIZE_MAX || behind > s->to)
            continue;
        *end = behind;
        return i;
    }
    return SIZE_MAX;
}

/* A prefix of Latin letters or digits begins where such a run begins. */
static bool begins_word(const struct normal *text, size_t i)
{
    enum text_class class = text_class(text->unit[i]);
    return i == 0 || class == CLASS_HAN || class != text_class(text->unit[i - 1]);
}

size_t match_unit_at(const struct normal *text, uint32_t byte)
{
    size_t low = 0, high = text->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (text->at[middle] < byte)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static enum section_kind section_of_field(enum query_field field)
{
    return field == FIELD_SITUATION    ? SECTION_SITUATION
           : field == FIELD_ANALYSIS   ? SECTION_ANALYSIS
           : field == FIELD_SUGGESTION ? SECTION_SUGGESTION
                                       : SECTION_REPLY;
}

/* The i-th stretch of a field, counting on in *i; false when there are no more. */
static bool next_stretch(const struct page *page, enum query_field field, size_t *i, struct stretch *out)
{
    size_t at = (*i)++;
    if (field == FIELD_ANY || field == FIELD_TITLE) {
        *out = page_text(page, at == 0);
        return at == 0 || (at == 1 && field == FIELD_ANY);
    }
    for (; at < page->document.nsections; at++, (*i)++) {
        const struct section *section = &page->document.sections[at];
        if (section->kind != section_of_field(field))
            continue;
        *out = page_text(page, false);
        out->from = match_unit_at(&page->body, section->from);
        out->to = match_unit_at(&page->body, section->to);
        return true;
    }
    return false;
}

static bool in_stretch(const struct stretch *s, const struct needle *needle, bool prefix)
{
    size_t end;
    for (size_t i = s->from; (i = match_find(s, needle, i, &end)) != SIZE_MAX; i++)
        if (!prefix || begins_word(s->text, i))
            return true;
    return false;
}

static bool holds(const struct page *page, const struct plan_node *node, const struct needle *needle)
{
    struct stretch s;
    for (size_t i = 0; next_stretch(page, node->field, &i, &s);)
        if (in_stretch(&s, needle, node->kind == QUERY_PREFIX))
            return true;
    return false;
}

static bool holds_one_of(const struct page *page, const struct plan_node *node, const struct needle *forms,
                         size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (holds(page, node, &forms[i]))
            return true;
    return false;
}

static bool holds_words(const struct page *page, const struct plan_node *node)
{
    for (size_t i = 0; i < node->nwords; i++)
        if (!holds_one_of(page, node, node->words[i].forms, node->words[i].nforms))
            return holds_one_of(page, node, node->others, node->nothers);
    return true;
}

static bool match_text(const struct plan_node *node, const struct page *page, enum reading reading)
{
    if (page->hidden)
        return false;
    if (reading == READ_ANY && node->optional)
        return true;
    if (node->kind != QUERY_WORDS || reading == READ_EXACT)
        return holds(page, node, &node->typed);
    return holds_words(page, node);
}

/* ---- together in a sentence, a paragraph, or near -------------------------------------- */

static bool node_in(const struct plan_node *node, const struct stretch *s);

/* Behind the sentence or paragraph that begins at from; the sentence with the numbering it opens with. */
static size_t end_of(const struct normal *text, enum query_kind kind, size_t from)
{
    size_t begin, end = from;
    if (kind == QUERY_SENTENCE)
        return text_clause(text, CLAUSE_SENTENCE, from, &begin, &end) ? end : text->n;
    while (end < text->n && text->unit[end++] != '\n')
        ;
    return end;
}

/* On to the sentence or paragraph that a unit stands in; only forward, so a text is walked once. */
static void advance(const struct stretch *s, enum query_kind kind, size_t at, struct stretch *unit)
{
    struct normal text = until(s);
    assert(at < s->to);
    while (unit->to <= at) {
        unit->from = unit->to;
        unit->to = end_of(&text, kind, unit->from);
    }
}

/* One place of left in a sentence or paragraph is as good as another. */
static bool together_in(const struct plan_node *pair, const struct plan_node *left, const struct stretch *s)
{
    size_t end;
    struct stretch unit = *s;
    unit.to = s->from;
    for (size_t i = s->from; (i = match_find(s, &left->typed, i, &end)) != SIZE_MAX; i = unit.to) {
        advance(s, pair->kind, i, &unit);
        if (node_in(pair->kid->next, &unit))
            return true;
    }
    return false;
}

/* Near: other must begin or end within the distance; a wider window, then each place is measured. */
static bool other_near(const struct plan_node *pair, const struct stretch *s, size_t at, size_t end)
{
    const struct plan_node *other = pair->kid->next;
    size_t distance = pair->syntax->distance, far = distance + other->typed.n, behind;
    struct stretch wide = *s;
    if (!plan_node_is_text(other)) {
        wide.from = at - s->from > distance ? at - distance : s->from;
        wide.to = s->to - end > distance ? end + distance : s->to;
        return node_in(other, &wide);
    }
    wide.from = at - s->from > 2 * far ? at - 2 * far : s->from;
    wide.to = s->to - end > 2 * far ? end + 2 * far : s->to;
    for (size_t i = wide.from; (i = match_find(&wide, &other->typed, i, &behind)) != SIZE_MAX; i++) {
        size_t gap = i >= end ? i - end : behind <= at ? at - behind : SIZE_MAX;
        if (gap <= distance)
            return true;
    }
    return false;
}

static bool pair_in(const struct plan_node *pair, const struct plan_node *left, const struct stretch *s)
{
    size_t end;
    if (left->kind == QUERY_OR) {
        for (const struct plan_node *kid = left->kid; kid; kid = kid->next)
            if (pair_in(pair, kid, s))
                return true;
        return false;
    }
    if (!plan_node_is_text(left))
        return node_in(left, s) && node_in(pair->kid->next, s);
    if (pair->kind != QUERY_NEAR)
        return together_in(pair, left, s);
    for (size_t i = s->from; (i = match_find(s, &left->typed, i, &end)) != SIZE_MAX; i++)
        if (other_near(pair, s, i, end))
            return true;
    return false;
}

static bool node_in(const struct plan_node *node, const struct stretch *s)
{
    bool any = false;
    if (plan_node_is_text(node))
        return in_stretch(s, &node->typed, node->kind == QUERY_PREFIX);
    if (node->kind == QUERY_NOT)
        return !node_in(node->kid, s);
    if (node->kind >= QUERY_NEAR)
        return pair_in(node, node->kid, s);
    for (const struct plan_node *kid = node->kid; kid; kid = kid->next) {
        bool in = node_in(kid, s);
        if (!in && node->kind == QUERY_AND)
            return false;
        any |= in;
    }
    return any;
}

static enum query_field field_of(const struct plan_node *node)
{
    while (node->kid)
        node = node->kid;
    return node->field;
}

static bool match_pair(const struct plan_node *node, const struct page *page)
{
    struct stretch s;
    enum query_field field = field_of(node);
    if (page->hidden || query_field_is_column(field))
        return false;
    for (size_t i = 0; next_stretch(page, field, &i, &s);)
        if (pair_in(node, node->kid, &s))
            return true;
    return false;
}

/* ---- the tree ---------------------------------------------------------------------------- */

static bool match_value(const struct plan_node *node, const struct page *page)
{
    bool open = node->field == FIELD_NUMBER || node->field == FIELD_UNIT || node->field == FIELD_ID;
    return page->doc != UINT32_MAX && (open || !page->hidden) && filter_test(node->filter, page->doc);
}

bool match_page(const struct plan_node *node, const struct page *page, enum reading reading)
{
    if (!node)
        return true;
    if (plan_node_is_text(node))
        return match_text(node, page, reading);
    if (node->kind == QUERY_VALUE)
        return match_value(node, page);
    if (node->kind == QUERY_NOT)
        return !match_page(node->kid, page, reading);
    if (node->kind >= QUERY_NEAR)
        return match_pair(node, page);
    for (const struct plan_node *kid = node->kid; kid; kid = kid->next)
        if (match_page(kid, page, reading) == (node->kind == QUERY_OR))
            return node->kind == QUERY_OR;
    return node->kind == QUERY_AND;
}

/* ---- spots ---------------------------------------------------------------------------------- */

struct marker {
    const struct page *page;
    const struct plan_node *leaf;
    bool title;
    uint32_t word;
    struct spots *out;
};

static void add_spots(struct marker *m, const struct needle *needle, double weight)
{
    struct stretch s;
    size_t end, found = 0;
    for (size_t k = 0; next_stretch(m->page, m->leaf->field, &k, &s);) {
        if ((s.text == &m->page->title) != m->title)
            continue;
        for (size_t i = s.from; found < MOST_SPOTS && (i = match_find(&s, needle, i, &end)) != SIZE_MAX;
             found++) {
            if (m->leaf->kind != QUERY_PREFIX || begins_word(s.text, i))
                vec_push(m->out, (struct spot){ (uint32_t)i, (uint32_t)end, m->word, weight });
            i = m->leaf->kind == QUERY_PREFIX || end == i ? i + 1 : end;
        }
    }
}

/* Longer needles and those in fewer lists say more; the lists' sizes are not at hand, the length is. */
static double weight_of(const struct needle *needle)
{
    return needle->n > 1 ? 1 + .2 * (double)needle->n : .5;
}

static void leaf_spots(struct marker *m, enum reading reading)
{
    const struct plan_node *leaf = m->leaf;
    bool stops = reading == READ_ALL; /* then they are asked for */
    m->word++;
    if (leaf->typed.n > 0)
        add_spots(m, &leaf->typed, 2 + weight_of(&leaf->typed));
    if (leaf->kind != QUERY_WORDS || reading == READ_EXACT)
        return;
    for (size_t i = 0; i < leaf->nothers; i++)
        add_spots(m, &leaf->others[i], 2);
    bool only = true;
    for (size_t i = 0; i < leaf->nwords; i++)
        only = only && leaf->words[i].stop;
    for (size_t i = 0; i < leaf->nwords; i++) {
        const struct plan_word *word = &leaf->words[i];
        m->word++;
        if (word->left_out || (word->stop && !stops && !only))
            continue;
        for (size_t k = 0; k < word->nforms; k++)
            add_spots(m, &word->forms[k], weight_of(&word->forms[k]) * (word->weight > 0 ? word->weight : 1));
    }
}

/* ---- in order --------------------------------------------------------------------------------- */

static inline bool comes_before(const struct spot *a, const struct spot *b)
{
    return a->from != b->from ? a->from < b->from : a->to > b->to;
}

/* Behind the run that begins at i: spots none of which comes before the one in front of it. */
static size_t run_end(const struct spot *spot, size_t i, size_t n)
{
    for (i++; i < n && !comes_before(&spot[i], &spot[i - 1]); i++)
        continue;
    return i < n ? i : n;
}

/* Two runs side by side, [0, middle) and [middle, n); of equal spots the first comes first. */
static void merge_runs(const struct spot *spot, size_t middle, size_t n, struct spot *out)
{
    size_t a = 0, b = middle;
    while (a < middle && b < n)
        *out++ = comes_before(&spot[b], &spot[a]) ? spot[b++] : spot[a++];
    for (; a < middle; a++)
        *out++ = spot[a];
    for (; b < n; b++)
        *out++ = spot[b];
}

/* A word's places ascend already, so what is to be sorted is a few runs: they are merged two by two. */
static void sort_spots(struct spots *spots)
{
    size_t n = spots->n;
    vec_need(spots, 2 * n);
    struct spot *from = spots->at, *to = spots->at + n;
    while (run_end(from, 0, n) < n) {
        for (size_t i = 0, middle, end; i < n; i = end) {
            middle = run_end(from, i, n);
            end = run_end(from, middle, n);
            merge_runs(from + i, middle - i, end - i, to + i);
        }
        struct spot *swapped = from;
        from = to;
        to = swapped;
    }
    if (from != spots->at)
        memcpy(spots->at, from, n * sizeof *from);
}

void match_spots(const struct plan *plan, const struct page *page, enum reading reading, bool title,
                 struct spots *out)
{
    struct marker m = { .page = page, .title = title, .out = out };
    out->n = 0;
    for (size_t i = 0; i < plan->nleaves && !page->hidden; i++) {
        m.leaf = plan->leaves[i];
        leaf_spots(&m, reading);
    }
    sort_spots(out);
}
