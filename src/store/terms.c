/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A document → its words, pairs, clauses and row. This runs for every byte that
 * is indexed, so it allocates nothing once its buffers have grown: normal forms,
 * tables and lists are the termer's and are used again for the next document.
 *
 *   title ─ normalise ─┬─ pieces × TITLE_TIMES ──┐
 *                      │                         ├─ table ────────▶ words
 *   body ─ normalise ──┼─ pieces ────────────────┘
 *     (without skips)  ├─ letters and pairs of both, one set ────▶ pairs
 *                      └─ fingerprints of the body's clauses ────▶ clauses
 *
 * Words are counted as the units they are in the normal form (most are one to
 * four: one 64-bit number, hashed and compared as such); only a document's
 * distinct words are made into UTF-8. They stay in the order they first came: the
 * segment sorts those of a whole batch at once.
 */
#include "store/terms.h"

#include <assert.h>

enum {
    FIRST_SLOTS = 2048
};

struct word {
    uint64_t head; /* the first four units, the rest zero */
    const struct normal *normal;
    struct token token; /* where it came first */
    uint32_t count;
};

struct termer {
    struct cutter *cutter;
    struct arena *scratch; /* of one document */
    struct normal title, body;
    vec_of(struct word) distinct;
    uint32_t *slots; /* index into distinct + 1; nslots a power of two, at most half full */
    size_t nslots;
    struct buf bytes; /* the terms, one behind the other, padded */
    vec_of(uint32_t) ends;
    vec_of(struct word_count) words;
    struct keys pairs, clauses, found, spare; /* found: clauses before they are distinct */
};

static void slots_new(struct termer *t, struct arena *arena, size_t n)
{
    t->nslots = n;
    t->slots = arena_growable(arena, n * sizeof *t->slots);
    memset(t->slots, 0, n * sizeof *t->slots);
}

int termer_new(struct ctx *ctx, struct arena *arena, const struct lexicon *lexicon, struct termer **out)
{
    struct termer *t = arena_new_of(arena, struct termer);
    t->scratch = arena_new(arena);
    normal_init(&t->title, arena);
    normal_init(&t->body, arena);
    buf_init(&t->bytes, arena);
    vec_init(&t->distinct, arena);
    vec_init(&t->ends, arena);
    vec_init(&t->found, arena);
    vec_init(&t->spare, arena);
    vec_init(&t->words, arena);
    vec_init(&t->pairs, arena);
    vec_init(&t->clauses, arena);
    slots_new(t, arena, FIRST_SLOTS);
    *out = t;
    return cutter_new(ctx, arena, lexicon, &t->cutter);
}

struct cutter *termer_cutter(struct termer *t)
{
    return t->cutter;
}

/* ---- Counting words --------------------------------------------------------- */

static inline uint64_t head_of(const uint16_t *unit, size_t n)
{
    uint64_t head = 0;
    memcpy(&head, unit, (n < 4 ? n : 4) * sizeof *unit);
    return head;
}

static inline size_t slot_of(const struct termer *t, const struct word *w)
{
    const uint16_t *unit = w->normal->unit + w->token.from;
    size_t n = w->token.to - w->token.from;
    uint64_t hash = n <= 4 ? hash_mix(w->head + n) : hash_bytes(unit, n * sizeof *unit, n);
    return (size_t)hash & (t->nslots - 1);
}

static inline bool same_word(const struct word *a, const struct word *b)
{
    size_t n = a->token.to - a->token.from;
    if (a->head != b->head || n != b->token.to - b->token.from)
        return false;
    return n <= 4 || memcmp(a->normal->unit + a->token.from, b->normal->unit + b->token.from,
                            n * sizeof *a->normal->unit) == 0;
}

/* Twice as many slots, and everybody placed anew. */
static void slots_grow(struct termer *t)
{
    size_t size = mem_product(t->nslots * 2, sizeof *t->slots);
    t->slots = arena_grow(t->slots, 0, size);
    t->nslots *= 2;
    memset(t->slots, 0, size);
    for (size_t i = 0; i < t->distinct.n; i++) {
        size_t slot = slot_of(t, &t->distinct.at[i]);
        while (t->slots[slot] != 0)
            slot = (slot + 1) & (t->nslots - 1);
        t->slots[slot] = (uint32_t)i + 1;
    }
}

static inline void count_word(struct termer *t, const struct word *w)
{
    assert(t->distinct.n < t->nslots);
    size_t slot = slot_of(t, w);
    for (; t->slots[slot] != 0; slot = (slot + 1) & (t->nslots - 1)) {
        struct word *known = &t->distinct.at[t->slots[slot] - 1];
        if (same_word(known, w)) {
            known->count += w->count;
            return;
        }
    }
    vec_push(&t->distinct, *w);
    t->slots[slot] = (uint32_t)t->distinct.n;
    if (t->distinct.n * 2 > t->nslots)
        slots_grow(t);
}

static void count_tokens(struct termer *t, const struct normal *normal, const struct tokens *tokens,
                         uint32_t weight)
{
    for (size_t i = 0; i < tokens->n; i++) {
        struct token token = tokens->at[i];
        assert(token.from < token.to && token.to <= normal->n);
        struct word w = { head_of(normal->unit + token.from, token.to - token.from), normal, token, weight };
        count_word(t, &w);
    }
}

/* Pieces rank. Words made of several are there too, counted 0 times: they are known, and how many documents
 * have them, but add nothing to a score or a length. */
static void count_words(struct termer *t, const struct normal *normal, uint32_t weight)
{
    count_tokens(t, normal, cut_pieces(t->cutter, normal, 0, normal->n), weight);
    count_tokens(t, normal, cut_apart(t->cutter), 0);
}

/* Terms are put down one behind the other first, for the buffer may move while it grows. */
static void make_terms(struct termer *t)
{
    buf_clear(&t->bytes);
    t->ends.n = t->words.n = 0;
    for (size_t i = 0; i < t->distinct.n; i++) {
        cut_term(t->distinct.at[i].normal, t->distinct.at[i].token, &t->bytes);
        vec_push(&t->ends, (uint32_t)t->bytes.n);
    }
    uint32_t from = 0;
    for (size_t i = 0; i < t->distinct.n; i++) {
        struct str term = { t->bytes.p + from, t->ends.at[i] - from };
        vec_push(&t->words, (struct word_count){ term, t->distinct.at[i].count });
        from = t->ends.at[i];
    }
}

static void find_words(struct termer *t)
{
    t->distinct.n = 0;
    memset(t->slots, 0, t->nslots * sizeof *t->slots);
    count_words(t, &t->title, TITLE_TIMES);
    count_words(t, &t->body, 1);
    make_terms(t);
}

/* ---- Pairs and clauses -------------------------------------------------------- */

static void find_pairs(struct termer *t)
{
    t->pairs.n = 0;
    cut_begin(t->cutter);
    cut_pairs(t->cutter, &t->title, 0, t->title.n, &t->pairs);
    cut_pairs(t->cutter, &t->body, 0, t->body.n, &t->pairs);
}

/* Ascending, by merging runs from one half of the memory to the other in turn. */
static const uint32_t *sort_keys(struct keys *keys, struct keys *spare)
{
    size_t n = keys->n;
    vec_need(spare, n);
    uint32_t *from = keys->at, *to = spare->at;
    for (size_t run = 1; run < n; run *= 2) {
        for (size_t i = 0; i < n; i += 2 * run) {
            size_t middle = i + run < n ? i + run : n, end = i + 2 * run < n ? i + 2 * run : n;
            for (size_t a = i, b = middle, at = i; at < end; at++)
                to[at] = b == end || (a < middle && from[a] <= from[b]) ? from[a++] : from[b++];
        }
        uint32_t *other = from;
        from = to;
        to = other;
    }
    return from;
}

static void find_clauses(struct termer *t)
{
    size_t begin, end = 0;
    t->found.n = t->clauses.n = 0;
    while (text_clause(&t->body, CLAUSE_CLAUSE, end, &begin, &end)) {
        uint32_t key = text_fingerprint(&t->body, begin, end);
        if (key != 0)
            vec_push(&t->found, key);
    }
    const uint32_t *sorted = sort_keys(&t->found, &t->spare);
    for (size_t i = 0; i < t->found.n; i++)
        if (i == 0 || sorted[i] != sorted[i - 1])
            vec_push(&t->clauses, sorted[i]);
}

/* ---- The row ------------------------------------------------------------------ */

/* "2024-01-12" → 20240112; what is no digit is passed over. */
static uint64_t date_number(struct str date)
{
    uint64_t number = 0;
    for (size_t i = 0; i < date.n && number < 10000000; i++)
        if (date.p[i] >= '0' && date.p[i] <= '9')
            number = number * 10 + (uint64_t)(date.p[i] - '0');
    return number;
}

static uint64_t flags_of(const struct document *d, const struct facts *f)
{
    return (document_has_officer(d) ? FLAG_OFFICER : 0u) | (f->hidden ? FLAG_HIDDEN : 0u) |
           (f->key ? FLAG_KEY : 0u) | (f->excellent ? FLAG_EXCELLENT : 0u) | (f->merged ? FLAG_MERGED : 0u) |
           (f->in_session ? FLAG_IN_SESSION : 0u) | (f->after_session ? FLAG_AFTER_SESSION : 0u);
}

static uint64_t hash_terms(const struct termer *t)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < t->words.n; i++)
        sum += terms_hash_word(t->words.at[i].term, t->words.at[i].count);
    for (size_t i = 0; i < t->pairs.n; i++)
        sum += terms_hash_key(LIST_PAIRS, t->pairs.at[i]);
    for (size_t i = 0; i < t->clauses.n; i++)
        sum += terms_hash_key(LIST_CLAUSES, t->clauses.at[i]);
    return sum;
}

struct str terms_themes(struct arena *arena, const struct document *document)
{
    struct buf out;
    buf_init(&out, arena);
    for (size_t i = 0; i < document->nlabels; i++) {
        if (i > 0)
            buf_char(&out, '\x1f');
        buf_str(&out, document->labels[i].theme);
    }
    return buf_view(&out);
}

static uint64_t length_of(const struct termer *t)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < t->words.n; i++)
        sum += t->words.at[i].count;
    return sum;
}

static void fill_row(struct termer *t, const struct document *document, struct str encoded, struct row *row)
{
    struct facts f;
    document_facts(document, t->scratch, &f);
    *row = (struct row){
        .number = {
            [COLUMN_ID_HASH] = hash_str(document->id),
            [COLUMN_CONTENT_HASH] = hash_str(encoded),
            [COLUMN_PORTABLE_HASH] = document_portable_hash(encoded),
            [COLUMN_TERMS_HASH] = hash_terms(t),
            [COLUMN_SIZE] = document->title.n + document->body.n,
            [COLUMN_YEAR] = f.year,
            [COLUMN_TERM] = f.term,
            [COLUMN_MEETING] = f.meeting,
            [COLUMN_DATE] = date_number(f.date),
            [COLUMN_FLAGS] = flags_of(document, &f),
            [COLUMN_LENGTH] = length_of(t),
            [COLUMN_SOURCE] = document->source.n ? hash_str(document->source) : 0,
        },
        .text = {
            [COLUMN_NUMBER] = f.number,
            [COLUMN_PROPOSER] = f.proposers,
            [COLUMN_PROPOSER_KIND] = f.proposer_kind,
            [COLUMN_CATEGORY] = f.category,
            [COLUMN_THEME] = terms_themes(t->scratch, document),
            [COLUMN_UNITS] = f.units,
            [COLUMN_OUTCOME] = f.outcome,
            [COLUMN_STATE] = f.state,
            [COLUMN_SATISFACTION] = f.satisfaction,
        },
    };
}

/* ---- All ----------------------------------------------------------------------- */

uint64_t terms_hash_word(struct str term, uint32_t count)
{
    return hash_mix(hash_str(term) + count);
}

uint64_t terms_hash_key(enum list_set set, uint32_t key)
{
    return hash_mix(((uint64_t)set + 1) << 32 | key);
}

int terms_of(struct ctx *ctx, struct termer *t, const struct document *document, struct str encoded,
             struct terms *out)
{
    (void)ctx;
    arena_reset(t->scratch);
    text_normalise(document->title, NULL, &t->title);
    text_normalise(document->body, &document->skips, &t->body);
    find_words(t);
    find_pairs(t);
    find_clauses(t);
    *out = (struct terms){
        .words = t->words.at, .nwords = t->words.n, .pairs = t->pairs, .clauses = t->clauses
    };
    fill_row(t, document, encoded, &out->row);
    return TIAN_OK;
}
