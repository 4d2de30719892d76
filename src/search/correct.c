/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * 您是不是要找：a part that no document holds was perhaps typed as it sounds.
 *
 * It is compared whole with the words of the index (laojiuxiaoqu, ljxq, 老久小区),
 * and cut anew into known words, words that sound like what stands there, and
 * leftovers, by the least cost (a shortest way through the part):
 *
 *   老久小区改造 ─▶ 老久小区 → 老旧小区 | 改造
 *
 * A correction replaces the part in the line as it was typed, so conditions and
 * other parts stay, and is shown only with what it finds. The query that was
 * asked is never replaced: the reader chooses.
 *
 * A mistyped word is often found all the same, for its characters stand apart in
 * some long text. So parts are corrected also when no document holds them as
 * typed; then the correction must be found as it stands.
 */
#include "search/correct.h"

#include "search/lookup.h"

enum {
    LONGEST_PART = 24,     /* units */
    LONGEST_PIECE = 8,     /* Han characters of one word */
    LONGEST_SPELLING = 18, /* letters of one */
    MOST_PARTS = 4,        /* that are corrected */
    MOST_WORDS = 4,        /* tried for a part */
    MOST_SHOWN = 3,
    MOST_READ = 50,     /* candidates, to be sure that a part is in none */
    MOST_VERIFIED = 500 /* candidates of a correction; more are about so many */
};
enum { /* costs of a piece */
    COST_KNOWN = 10,
    COST_CORRECTED = 70,
    COST_CORRECTED_PAIR = 120, /* two characters have many homophones */
    COST_LEFT_OVER = 100       /* a character */
};
enum {
    NO_ENTRY = UINT32_MAX
};

struct correcting {
    struct run *run;
    const struct lookup *lookup;
    const struct pinyin *pinyin;
    bool apart; /* parts are corrected that are found, but not as typed */
};

/* ---- One part -------------------------------------------------------------------------- */

struct part {
    const struct plan_node *leaf;
    struct str words[MOST_WORDS + 1];
    size_t n;
};

static struct arena *arena_for(const struct correcting *c)
{
    return c->run->ctx->arena;
}

/* Words that these units may stand for; pinyin NULL: that they are. */
static size_t find_whole(const struct correcting *c, const struct pinyin *pinyin, struct units typed,
                         size_t most, struct lookup_hit hits[LOOKUP_MOST])
{
    struct pinyin_patterns patterns;
    struct lookup_wish wish = { .patterns = &patterns, .whole = true, .most = most };
    pinyin_patterns(pinyin, arena_for(c), typed.at, typed.n, &patterns);
    return lookup_find(c->lookup, pinyin, &wish, hits);
}

static void put_entry(const struct correcting *c, uint32_t number, struct buf *out)
{
    struct lookup_entry entry;
    lookup_entry(c->lookup, number, &entry);
    struct normal view = { .unit = (uint16_t *)(uintptr_t)entry.unit, .n = entry.n };
    normal_utf8(&view, 0, view.n, out);
}

static void add_word(struct part *part, struct str word)
{
    for (size_t i = 0; i < part->n; i++)
        if (str_eq(part->words[i], word))
            return;
    part->words[part->n++] = word;
}

/* Words that the whole part may stand for. */
static void add_whole(const struct correcting *c, struct part *part)
{
    struct lookup_hit hits[LOOKUP_MOST];
    const struct needle *typed = &part->leaf->typed;
    size_t n = find_whole(c, c->pinyin, (struct units){ typed->unit, typed->n }, MOST_WORDS, hits);
    for (size_t i = 0; i < n; i++) {
        struct buf word;
        if (hits[i].kind == PATTERN_TYPED)
            continue;
        buf_init(&word, arena_for(c));
        put_entry(c, hits[i].entry, &word);
        add_word(part, buf_view(&word));
    }
}

/* ---- Cut anew ----------------------------------------------------------------------------- */

struct piece { /* the best way to reach a place */
    unsigned cost;
    uint32_t entry; /* what the last piece becomes; NO_ENTRY: itself */
    size_t from;    /* where it begins */
};

static bool is_latin(uint16_t unit)
{
    return text_class(unit) == CLASS_LATIN;
}

/* How long a piece from i on may be: Han characters, or letters of one run. */
static size_t longest_piece(const struct needle *typed, size_t i)
{
    size_t most = is_latin(typed->unit[i]) ? LONGEST_SPELLING : LONGEST_PIECE, n = 1;
    while (n < most && i + n < typed->n && is_latin(typed->unit[i + n]) == is_latin(typed->unit[i]))
        n++;
    return n;
}

/* Letters inside a part must be the whole spelling of the word. */
static bool is_spelled(const struct correcting *c, uint32_t number, struct units letters)
{
    struct lookup_entry entry;
    struct str *keys;
    lookup_entry(c->lookup, number, &entry);
    size_t n =
        pinyin_keys(c->pinyin, arena_for(c), (struct pinyin_word){ entry.unit, entry.n, false }, &keys);
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < keys[i].n && k < letters.n && (uint16_t)keys[i].p[k] == letters.at[k])
            k++;
        if (k == keys[i].n && k == letters.n)
            return true;
    }
    return false;
}

static void offer(struct piece *place, struct piece piece)
{
    if (piece.cost < place->cost)
        *place = piece;
}

/* A word of the index, else one that sounds like it. */
static void try_piece(const struct correcting *c, const struct needle *typed, size_t i, size_t end,
                      struct piece *best)
{
    struct lookup_hit hit[LOOKUP_MOST];
    struct units units = { typed->unit + i, end - i };
    bool known = find_whole(c, NULL, units, 1, hit) > 0;
    bool latin = is_latin(typed->unit[i]), pair = end - i == 2 && !latin;
    if (!known && find_whole(c, c->pinyin, units, 1, hit) == 0)
        return;
    if (!known && latin && !is_spelled(c, hit[0].entry, units))
        return;
    unsigned cost = known ? COST_KNOWN : pair ? COST_CORRECTED_PAIR : COST_CORRECTED;
    offer(&best[end], (struct piece){ best[i].cost + cost, known ? NO_ENTRY : hit[0].entry, i });
}

static void put_pieces(const struct correcting *c, const struct needle *typed, const struct piece *best,
                       size_t end, struct buf *out)
{
    struct normal view = { .unit = (uint16_t *)(uintptr_t)typed->unit, .n = typed->n };
    if (end == 0)
        return;
    put_pieces(c, typed, best, best[end].from, out);
    if (best[end].entry == NO_ENTRY)
        normal_utf8(&view, best[end].from, end, out);
    else
        put_entry(c, best[end].entry, out);
}

static void add_cut(const struct correcting *c, struct part *part)
{
    const struct needle *typed = &part->leaf->typed;
    struct piece best[LONGEST_PART + 1];
    struct buf word;
    bool corrected = false;
    for (size_t i = 1; i <= typed->n; i++)
        best[i] = (struct piece){ UINT32_MAX, NO_ENTRY, i - 1 };
    best[0] = (struct piece){ 0, NO_ENTRY, 0 };
    for (size_t i = 0; i < typed->n; i++) {
        offer(&best[i + 1], (struct piece){ best[i].cost + COST_LEFT_OVER, NO_ENTRY, i });
        for (size_t n = longest_piece(typed, i); n >= 2; n--)
            try_piece(c, typed, i, i + n, best);
    }
    for (size_t i = typed->n; i > 0; i = best[i].from)
        corrected = corrected || best[i].entry != NO_ENTRY;
    buf_init(&word, arena_for(c));
    put_pieces(c, typed, best, typed->n, &word);
    if (corrected)
        add_word(part, buf_view(&word));
}

/* ---- Which parts ------------------------------------------------------------------------------ */

/* Does no document answer this part alone? */
static int is_missing(const struct correcting *c, const struct plan_node *leaf, bool *missing)
{
    struct run *run = c->run;
    struct plan_node alone = *leaf;
    enum reading reading = c->apart ? READ_EXACT : run->plan.reading;
    struct set set = { .everything = false };
    alone.next = NULL;
    *missing = false;
    if (!plan_node_is_text(leaf) || leaf->typed.n < 2 || leaf->typed.n > LONGEST_PART)
        return 0;
    int code =
        find_candidates(run->ctx, run->reader, &alone, reading, run->options->role == TIAN_ROLE_PUBLIC, &set);
    *missing = !code && !set.everything && (set.docs.n == 0 || !set.proof);
    for (size_t i = 0; i < set.docs.n && *missing && !code; i++) {
        code = page_load(run->ctx, run->reader, set.docs.at[i], run->options->role, &run->page);
        *missing = i < MOST_READ && (code || !match_page(&alone, &run->page, reading));
    }
    return code;
}

/* The missing parts for which there are words, in the order of the line. */
static int find_parts(struct correcting *c, struct part *parts, size_t *n)
{
    const struct plan *plan = &c->run->plan;
    int code = 0;
    *n = 0;
    for (size_t i = 0; i < plan->nleaves && *n < MOST_PARTS && !code; i++) {
        struct part *part = &parts[*n];
        bool missing;
        *part = (struct part){ .leaf = plan->leaves[i] };
        code = is_missing(c, part->leaf, &missing);
        if (code || !missing)
            continue;
        if (!c->lookup)
            code = lookup_get(c->run->ctx, c->run->reader, &c->lookup);
        if (code)
            break;
        add_whole(c, part);
        add_cut(c, part);
        *n += part->n > 0;
    }
    return code;
}

/* ---- Corrected lines ------------------------------------------------------------------------------ */

/* The line with the i-th word (or the last there is) in the place of each part. */
static struct str corrected_line(const struct correcting *c, const struct part *parts, size_t n, size_t i)
{
    struct str line = c->run->plan.query.line;
    const char *at = line.p;
    struct buf out;
    buf_init(&out, arena_for(c));
    for (size_t k = 0; k < n; k++) {
        struct str text = parts[k].leaf->syntax->text;
        if (text.p < at || text.p + text.n > line.p + line.n)
            continue;
        buf_put(&out, at, (size_t)(text.p - at));
        buf_str(&out, parts[k].words[i < parts[k].n ? i : parts[k].n - 1]);
        at = text.p + text.n;
    }
    buf_put(&out, at, (size_t)(line.p + line.n - at));
    return buf_view(&out);
}

/* What it finds as typed, where that is told apart. */
static int count_line(const struct run *run, struct str line, uint64_t *found, bool *about)
{
    struct tian_search_options options = *run->options;
    struct run other;
    options.nfacets = 0;
    options.explain = false;
    int code = run_open(&other, run->ctx, run->reader, line, &options);
    if (!code && other.nstages > 0 && other.stages[0].set.docs.n <= MOST_VERIFIED)
        other.budget = SIZE_MAX; /* what is offered finds something, not perhaps */
    if (!code)
        code = run_count(&other);
    if (code || other.nstages == 0) {
        *found = 0;
        return code;
    }
    const struct stage *stage = &other.stages[other.plan.staged ? 0 : other.nstages - 1];
    *found = stage->found;
    *about = stage->about;
    return 0;
}

static int note_lines(struct correcting *c, const struct part *parts, size_t n, size_t nlines)
{
    struct arena *arena = arena_for(c);
    struct buf out;
    size_t shown = 0;
    int code = 0;
    buf_init(&out, arena);
    for (size_t i = 0; i < nlines && shown < MOST_SHOWN && !code; i++) {
        struct str line = corrected_line(c, parts, n, i);
        uint64_t found;
        bool about;
        code = count_line(c->run, line, &found, &about);
        if (code || found == 0)
            continue;
        buf_cstr(&out, shown++ ? say(", ", "、") : say("Did you mean: ", "您是不是要找："));
        buf_printf(&out, say("%.*s (%s%llu documents)", "%.*s（%s%llu 篇）"), STR_ARG(line),
                   about ? say("about ", "约 ") : "", (unsigned long long)found);
    }
    if (shown && !code)
        plan_note(arena, &c->run->plan, arena_cstr(arena, buf_view(&out)));
    return code;
}

/* A question that found its best matches is none to be corrected. */
static bool is_answered(const struct run *run, bool nothing)
{
    return !nothing && (run->plan.reading == READ_ANY || run->plan.reading == READ_EXACT);
}

static int correct(struct correcting *c)
{
    struct part parts[MOST_PARTS];
    size_t n, nlines = 0;
    int code = find_parts(c, parts, &n);
    for (size_t i = 0; i < n && !code; i++)
        nlines = parts[i].n > nlines ? parts[i].n : nlines;
    return code || n == 0 ? code : note_lines(c, parts, n, nlines);
}

int correct_query(struct run *run, bool nothing)
{
    struct correcting c = { .run = run, .pinyin = run->reader->pinyin, .apart = !nothing };
    size_t before = run->plan.nnotes;
    if (!c.pinyin || is_answered(run, nothing))
        return 0;
    int code = correct(&c);
    if (code || !nothing || run->plan.nnotes > before)
        return code;
    c.apart = true; /* perhaps a part is found apart only, and that is the wrong one */
    return correct(&c);
}
