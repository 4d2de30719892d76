/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Words and titles, folded, stand one behind the other in one row of units, zeros
 * between them, and for every unit there is a list of the places where it stands:
 *
 *   0 老旧小区 0 提案 0 … 0 关于加装电梯的提案 0 …      places[老] = 1, 907, …
 *
 * A pattern (pinyin.c) is a row of sounds. The sound with the fewest places is
 * looked up, the others are compared where it stands: beginnings, insides, pinyin,
 * initials and homophones are one loop, and a character with four readings costs
 * nothing. 10,000 proposals make 0.4 million units, 5 MB.
 *
 * Entries are in the order of their worth, so among hits of one rank the lower
 * number wins. How well an entry fits is a rank of the table below.
 */
#include "search/lookup.h"

#include <assert.h>
#include <stdlib.h>

enum {
    BLOCK = 32,         /* units that share a hint of whose they are */
    LONGEST_ENTRY = 80, /* units */
    MOST_WORDS = 400000,
    MOST_LOOKED_AT = 300000 /* places of one question */
};

struct lookup {
    uint16_t *units;
    uint32_t nunits;
    uint32_t *starts; /* of entries; one more at the end */
    uint32_t nwords, nentries;
    uint32_t *blocks; /* the entry at unit BLOCK × i */
    uint32_t *worth;  /* words: documents; titles: which */
    struct str *titles;
    uint32_t *places; /* by unit, ascending */
    uint32_t first[65537];
};

/* ---- Making ---------------------------------------------------------------------------- */

struct making {
    struct arena *arena;
    const struct snapshot *snapshot;
    const struct lexicon *lexicon;
    vec_of(uint16_t) units;
    vec_of(uint32_t) starts;
    vec_of(uint32_t) worth;
    vec_of(struct str) titles;
    struct normal normal; /* scratch */
};

static void add_entry(struct making *m, uint32_t worth)
{
    size_t n = m->normal.n < LONGEST_ENTRY ? m->normal.n : LONGEST_ENTRY;
    vec_push(&m->starts, (uint32_t)m->units.n);
    vec_push(&m->worth, worth);
    for (size_t i = 0; i < n; i++)
        vec_push(&m->units, m->normal.unit[i]);
    vec_push(&m->units, 0);
}

/* Numbers and single characters are nothing to be reminded of. */
static bool is_worth(const struct normal *word)
{
    bool letter = false;
    for (size_t i = 0; i < word->n; i++)
        letter = letter || text_class(word->unit[i]) == CLASS_HAN || text_class(word->unit[i]) == CLASS_LATIN;
    return letter && word->n >= 2 && word->n <= LONGEST_ENTRY;
}

static int by_worth(const void *a, const void *b)
{
    const struct vocabulary_word *x = a, *y = b;
    if (x->documents != y->documents)
        return x->documents > y->documents ? -1 : 1;
    return str_cmp(x->term, y->term);
}

static void add_words(struct making *m, struct vocabulary *vocabulary)
{
    if (vocabulary->nwords > 0)
        qsort(vocabulary->words, vocabulary->nwords, sizeof *vocabulary->words, by_worth);
    for (size_t i = 0; i < vocabulary->nwords && m->worth.n < MOST_WORDS; i++) {
        const struct vocabulary_word *word = &vocabulary->words[i];
        text_normalise(word->term, NULL, &m->normal);
        if (is_worth(&m->normal) && !lexicon_is_stop(m->lexicon, word->term))
            add_entry(m, word->documents);
    }
}

struct dated {
    uint64_t year;
    uint32_t doc;
};

static int newest_first(const void *a, const void *b)
{
    const struct dated *x = a, *y = b;
    if (x->year != y->year)
        return x->year > y->year ? -1 : 1;
    return x->doc > y->doc ? -1 : x->doc < y->doc;
}

static void add_titles(struct making *m, struct arena *scratch, const struct vocabulary *vocabulary)
{
    uint32_t span = snapshot_span(m->snapshot), n = 0;
    struct dated *order = arena_array(scratch, struct dated, (size_t)span + 1);
    for (uint32_t doc = 0; doc < span; doc++)
        if (vocabulary->titles[doc].n > 0)
            order[n++] = (struct dated){ snapshot_number(m->snapshot, doc, COLUMN_YEAR), doc };
    if (n > 0)
        qsort(order, n, sizeof *order, newest_first);
    for (uint32_t i = 0; i < n; i++) {
        text_normalise(vocabulary->titles[order[i].doc], NULL, &m->normal);
        vec_push(&m->titles, arena_str(m->arena, vocabulary->titles[order[i].doc]));
        add_entry(m, order[i].doc);
    }
}

static void fill_blocks(struct lookup *l, struct arena *arena)
{
    l->blocks = arena_array(arena, uint32_t, l->nunits / BLOCK + 1);
    uint32_t entry = 0;
    for (uint32_t i = 0; i < l->nunits; i += BLOCK) {
        while (entry + 1 < l->nentries && l->starts[entry + 1] <= i)
            entry++;
        l->blocks[i / BLOCK] = entry;
    }
}

/* A counting sort of all places by unit. */
static void fill_places(struct lookup *l, struct arena *arena)
{
    for (uint32_t i = 0; i < l->nunits; i++)
        l->first[l->units[i]]++;
    for (uint32_t unit = 0, sum = 0; unit <= 65536; unit++) {
        uint32_t n = unit < 65536 && unit > 0 ? l->first[unit] : 0;
        l->first[unit] = sum;
        sum += n;
    }
    l->places = arena_array(arena, uint32_t, (size_t)l->first[65536] + 1);
    for (uint32_t i = 0; i < l->nunits; i++)
        if (l->units[i])
            l->places[l->first[l->units[i]]++] = i;
    for (uint32_t unit = 65536; unit-- > 0;)
        l->first[unit + 1] = l->first[unit]; /* each was moved to where the next began */
    l->first[0] = 0;
}

static struct lookup *finish(struct making *m, struct arena *arena, uint32_t nwords)
{
    struct lookup *l = arena_new_of(arena, struct lookup);
    vec_push(&m->starts, (uint32_t)m->units.n);
    l->units = m->units.at;
    l->nunits = (uint32_t)m->units.n;
    l->starts = m->starts.at;
    l->nwords = nwords;
    l->nentries = (uint32_t)m->worth.n;
    l->worth = m->worth.at;
    l->titles = m->titles.at;
    fill_blocks(l, arena);
    fill_places(l, arena);
    return l;
}

static int make(struct ctx *ctx, const struct snapshot *snapshot, struct arena *arena, void *self, void **out)
{
    struct making m = { .arena = arena, .snapshot = snapshot, .lexicon = self };
    struct vocabulary vocabulary;
    int code = snapshot_vocabulary(ctx, snapshot, ctx->arena, &vocabulary);
    if (code)
        return code;
    vec_init(&m.units, arena);
    vec_init(&m.starts, arena);
    vec_init(&m.worth, arena);
    vec_init(&m.titles, arena);
    normal_init(&m.normal, ctx->arena);
    vec_push(&m.units, 0);
    add_words(&m, &vocabulary);
    uint32_t nwords = (uint32_t)m.worth.n;
    add_titles(&m, ctx->arena, &vocabulary);
    *out = finish(&m, arena, nwords);
    return 0;
}

int lookup_get(struct ctx *ctx, const struct reader *reader, const struct lookup **out)
{
    const void *kept;
    int code = snapshot_keep(ctx, reader->snapshot, make, (void *)(uintptr_t)reader->lexicon, &kept);
    *out = code ? NULL : kept;
    return code;
}

/* ---- Entries -------------------------------------------------------------------------------- */

void lookup_entry(const struct lookup *l, uint32_t entry, struct lookup_entry *out)
{
    assert(entry < l->nentries);
    bool title = entry >= l->nwords;
    *out = (struct lookup_entry){ .unit = l->units + l->starts[entry],
                                  .n = l->starts[entry + 1] - l->starts[entry] - 1,
                                  .title = title,
                                  .documents = title ? 0 : l->worth[entry],
                                  .doc = title ? l->worth[entry] : 0,
                                  .text = title ? l->titles[entry - l->nwords] : STR_NONE };
}

static uint32_t entry_at(const struct lookup *l, uint32_t place)
{
    uint32_t entry = l->blocks[place / BLOCK];
    while (l->starts[entry + 1] <= place)
        entry++;
    return entry;
}

/* ---- Finding ---------------------------------------------------------------------------------- */

/* How well it fits: by kind of pattern; at the beginning, or inside, where shorter ones are not looked for.
 */
static const struct {
    uint8_t beginning, inside;
    uint8_t least; /* sounds, inside */
} RANKS[] = {
    [PATTERN_TYPED] = { 2, 5, 1 }, [PATTERN_SPELLED] = { 3, 8, 2 }, [PATTERN_INITIALS] = { 4, 9, 3 },
    [PATTERN_MIXED] = { 4, 9, 3 }, [PATTERN_ALIKE] = { 6, 10, 2 },  [PATTERN_NEAR] = { 7, 11, 3 },
};

struct finding {
    const struct lookup *l;
    const struct pinyin *pinyin;
    const struct lookup_wish *wish;
    struct lookup_hit *hits; /* best first */
    size_t n;
    size_t left; /* places to look at */
};

static bool is_better(const struct lookup_hit *a, const struct lookup_hit *b)
{
    return a->rank != b->rank ? a->rank < b->rank : a->entry < b->entry;
}

/* Into its place among the hits, unless they are all better or have it already. */
static void keep(struct finding *f, const struct lookup_hit *hit)
{
    size_t at = 0, end;
    while (at < f->n && is_better(&f->hits[at], hit))
        at++;
    if (at == f->wish->most)
        return;
    for (size_t i = 0; i < at; i++)
        if (f->hits[i].entry == hit->entry)
            return;
    for (end = at; end < f->n && f->hits[end].entry != hit->entry;)
        end++;
    if (end == f->n && f->n < f->wish->most)
        f->n++;
    else if (end == f->n)
        end--;
    memmove(&f->hits[at + 1], &f->hits[at], (end - at) * sizeof *f->hits);
    f->hits[at] = *hit;
}

/* Where 关于 is behind, the title begins for whoever looks for it. */
static bool is_beginning(const struct lookup *l, uint32_t entry, uint32_t place)
{
    uint32_t start = l->starts[entry];
    return place == start || (entry >= l->nwords && place == start + 2 && l->units[start] == 0x5173 &&
                              l->units[start + 1] == 0x4E8E);
}

static bool fits_at(const struct finding *f, const struct pinyin_pattern *p, uint32_t place)
{
    for (size_t i = 0; i < p->n; i++)
        if (!sound_fits(f->pinyin, &p->sounds[i], f->l->units[place + i]))
            return false;
    return true;
}

/* Latin letters are as likely to be pinyin as to be themselves. */
static enum pattern_kind rank_kind(const struct pinyin_pattern *p)
{
    bool letters = p->kind == PATTERN_TYPED && text_class(p->sounds[0].unit) == CLASS_LATIN;
    return letters ? PATTERN_SPELLED : p->kind;
}

/* The pattern fits at a place of an entry. */
static void found(struct finding *f, const struct pinyin_pattern *p, uint32_t entry, uint32_t place)
{
    const struct lookup *l = f->l;
    bool beginning = is_beginning(l, entry, place);
    bool whole = place == l->starts[entry] && place + p->n + 1 == l->starts[entry + 1];
    enum pattern_kind kind = whole ? p->kind : rank_kind(p);
    if (!whole && (f->wish->whole || (!beginning && p->n < RANKS[kind].least)))
        return;
    unsigned rank = beginning ? RANKS[kind].beginning : RANKS[kind].inside;
    keep(f, &(struct lookup_hit){ entry, 2 * rank - whole, p->kind });
}

static size_t count_places(const struct lookup *l, struct units units)
{
    size_t n = 0;
    for (size_t i = 0; i < units.n; i++)
        n += l->first[units.at[i] + 1] - l->first[units.at[i]];
    return n;
}

/* The sound with the fewest places. */
static size_t rarest(const struct finding *f, const struct pinyin_pattern *p)
{
    size_t best = 0, fewest = SIZE_MAX;
    for (size_t i = 0; i < p->n && fewest > 0; i++) {
        struct units units;
        size_t n = 0;
        for (size_t step = 0; sound_units(f->pinyin, &p->sounds[i], step, &units); step++)
            n += count_places(f->l, units);
        if (n < fewest) {
            fewest = n;
            best = i;
        }
    }
    return best;
}

/* Entries are in the order of their worth: behind the last hit kept, a pattern that ranks no better is in
 * vain. */
static uint32_t last_place(const struct finding *f, const struct pinyin_pattern *p)
{
    const struct lookup_hit *worst = &f->hits[f->n - (f->n > 0)];
    if (f->n < f->wish->most || worst->rank > 2u * RANKS[p->kind].beginning - (p->n > 1))
        return UINT32_MAX;
    return f->l->starts[worst->entry + 1];
}

/* Places of words stand before those of titles. */
static void look_at(struct finding *f, const struct pinyin_pattern *p, size_t anchor, uint16_t unit)
{
    const struct lookup *l = f->l;
    uint32_t border = l->starts[l->nwords];
    uint32_t i = l->first[unit], end = l->first[unit + 1];
    if (f->wish->titles) {
        uint32_t low = i, high = end;
        while (low < high) {
            uint32_t middle = low + (high - low) / 2;
            if (l->places[middle] < border)
                low = middle + 1;
            else
                high = middle;
        }
        i = low;
    }
    uint32_t last = last_place(f, p);
    for (; i < end && f->left > 0 && (f->wish->titles || l->places[i] < border); i++, f->left--) {
        uint32_t place = l->places[i] - (uint32_t)anchor;
        if (l->places[i] <= anchor || !fits_at(f, p, place))
            continue;
        if (place > last)
            break;
        found(f, p, entry_at(l, place), place);
        last = last_place(f, p);
    }
}

static void find_pattern(struct finding *f, const struct pinyin_pattern *p)
{
    size_t anchor = rarest(f, p);
    struct units units;
    for (size_t step = 0; sound_units(f->pinyin, &p->sounds[anchor], step, &units); step++)
        for (size_t i = 0; i < units.n; i++)
            look_at(f, p, anchor, units.at[i]);
}

/* Homophones inside something are a last resort, and so are near ones. */
static void drop_far_fetched(struct finding *f)
{
    unsigned inside = 2 * RANKS[PATTERN_ALIKE].inside, near = 2 * RANKS[PATTERN_NEAR].beginning - 1;
    bool certain = f->n > 0 && f->hits[0].kind < PATTERN_ALIKE;
    size_t kept = 0;
    for (size_t i = 0; i < f->n; i++) {
        const struct lookup_hit *hit = &f->hits[i];
        bool far = hit->rank >= inside || (hit->kind == PATTERN_NEAR && hit->rank >= near);
        if (!certain || !far)
            f->hits[kept++] = *hit;
    }
    f->n = kept;
}

size_t lookup_find(const struct lookup *l, const struct pinyin *pinyin, const struct lookup_wish *wish,
                   struct lookup_hit out[LOOKUP_MOST])
{
    struct finding f = { .l = l, .pinyin = pinyin, .wish = wish, .hits = out, .left = MOST_LOOKED_AT };
    assert(wish->most > 0 && wish->most <= LOOKUP_MOST);
    for (size_t i = 0; i < wish->patterns->n && l->nentries > 0; i++)
        find_pattern(&f, &wish->patterns->at[i]);
    drop_far_fetched(&f);
    return f.n;
}
