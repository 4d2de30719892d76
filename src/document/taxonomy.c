/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A taxonomy file (share/themes/, its form is told there) in memory, and the
 * matcher that finds all its words in a text at once.
 *
 * Words are matched as substrings of the normal form: a theme word may be part
 * of a longer word, and what ICU makes of it does not matter. Their first two
 * units are hashed; at each place of a text one bit of an 8 KiB map says whether
 * any word starts like that, which for nine places in ten is the whole work.
 *
 *   seen   1 bit a pair hash ──▶ starts  pair → its word, and longer ones ──▶ next …
 *
 * Words of one unit are refused where people write: 水 is in 水平. A learned model
 * (its form is told in learn.c) may have them, for it knows their worth.
 */
#include "document/taxonomy.h"

#include <math.h>

#include "base/config.h"
#include "base/file.h"

/* ---- loading --------------------------------------------------------------------- */

struct loading {
    struct ctx *ctx;
    struct taxonomy *t;
    const char *path;
    struct normal normal; /* scratch for folding */
    uint32_t node;        /* of the current section */
};

static uint32_t find_node(const struct taxonomy *t, struct str name)
{
    for (uint32_t i = 0; i < t->nodes.n; i++)
        if (str_eq(t->nodes.at[i].name, name))
            return i;
    return NO_INDEX;
}

static size_t last_slash(struct str name)
{
    size_t at = name.n;
    while (at > 0 && name.p[at - 1] != '/')
        at--;
    return at; /* behind it */
}

/* The node of a name, made with its parents when it is new. */
static uint32_t node_of(struct taxonomy *t, struct str name)
{
    uint32_t found = find_node(t, name);
    if (found != NO_INDEX)
        return found;
    size_t leaf = last_slash(name);
    uint32_t parent = leaf > 1 ? node_of(t, str_sub(name, 0, leaf - 1)) : NO_INDEX;
    vec_push(&t->nodes, (struct node){ .name = arena_str(t->arena, name), .parent = parent });
    return (uint32_t)t->nodes.n - 1;
}

uint32_t taxonomy_put(struct taxonomy *t, const struct normal *n, size_t from, size_t to)
{
    size_t bytes = (to - from) * sizeof(uint16_t);
    void **slot = map_at(t->by_units, (struct str){ (const char *)(n->unit + from), bytes });
    if (*slot)
        return (uint32_t)((uintptr_t)*slot - 1);
    struct buf text;
    buf_init(&text, t->arena);
    normal_utf8(n, from, to, &text);
    uint16_t *unit = memcpy(arena_alloc(t->arena, bytes), n->unit + from, bytes);
    vec_push(&t->words, (struct word){ .unit = unit,
                                       .n = (uint32_t)(to - from),
                                       .third = to - from > 2 ? unit[2] : 0,
                                       .text = buf_view(&text),
                                       .says = NO_INDEX,
                                       .next = NO_INDEX });
    *slot = (void *)(uintptr_t)t->words.n;
    return (uint32_t)t->words.n - 1;
}

static int wrong_line(struct loading *l, const struct config_line *line, const char *english,
                      const char *chinese)
{
    return ctx_fail(l->ctx, TIAN_EFORMAT, l->path, "line %u: %s", "第 %u 行：%s", line->line,
                    say(english, chinese));
}

static int add_word(struct loading *l, const struct config_line *line, struct str word, double weight)
{
    struct taxonomy *t = l->t;
    text_normalise(word, NULL, &l->normal);
    if (l->normal.n < (t->learned ? 1 : 2))
        return wrong_line(l, line, "a word of two characters or more expected", "词至少要两个字");
    uint32_t at = taxonomy_put(t, &l->normal, 0, l->normal.n);
    vec_push(&t->says, (struct says){ l->node, weight, t->words.at[at].says });
    t->words.at[at].says = (uint32_t)t->says.n - 1;
    t->nodes.at[l->node].words += weight > 0;
    return 0;
}

/* "word weight", "word" (weight 1) or "-word". */
static int visit_word(struct loading *l, const struct config_line *line)
{
    struct str text = line->key;
    size_t at = text.n;
    double weight = 1;
    if (l->node == NO_INDEX)
        return wrong_line(l, line, "a [theme] must come first", "前面要有 [主题]");
    if (text.p[0] == '-')
        return add_word(l, line, str_trim(str_sub(text, 1, text.n)), -1);
    while (at > 0 && text.p[at - 1] != ' ' && text.p[at - 1] != '\t')
        at--;
    if (at > 0 && !str_to_double(str_sub(text, at, text.n), &weight))
        at = 0;
    if (!(fabs(weight) <= 1000) || (weight <= 0 && !l->t->learned))
        return wrong_line(l, line, "the weight must be over 0", "权重应大于 0");
    return add_word(l, line, at > 0 ? str_trim(str_sub(text, 0, at)) : text, weight);
}

static int set_threshold(struct loading *l, const struct config_line *line)
{
    double value;
    if (!str_to_double(line->value, &value) || !(value >= 0 && value <= 1))
        return wrong_line(l, line, "threshold must be between 0 and 1", "threshold 应在 0 与 1 之间");
    l->t->threshold = value;
    return 0;
}

static int set_model(struct loading *l, const struct config_line *line)
{
    if (!str_eq(line->value, STR("learned")))
        return wrong_line(l, line, "this version knows only \"model = learned\"",
                          "本版本只认得 model = learned");
    l->t->learned = true;
    return 0;
}

static int set_bias(struct loading *l, const struct config_line *line)
{
    struct node *node = &l->t->nodes.at[l->node];
    if (!str_to_double(line->value, &node->bias) || !(fabs(node->bias) <= 1000))
        return wrong_line(l, line, "a number expected", "应为数字");
    node->words++;
    return 0;
}

/* A setting in its place; name and what later versions know above the first theme are passed over. */
static const struct setting {
    struct str key;
    bool in_theme;
    int (*set)(struct loading *, const struct config_line *);
} settings[] = {
    { { "threshold", 9 }, false, set_threshold },
    { { "model", 5 }, false, set_model },
    { { "bias", 4 }, true, set_bias },
};

static int visit_line(void *self, const struct config_line *line)
{
    struct loading *l = self;
    bool in_theme = l->node != NO_INDEX;
    if (line->key.n == 0) {
        l->node = node_of(l->t, line->section);
        return 0;
    }
    for (size_t i = 0; line->assigned && i < sizeof settings / sizeof *settings; i++)
        if (settings[i].in_theme == in_theme && str_eq(line->key, settings[i].key))
            return settings[i].set(l, line);
    return line->assigned && !in_theme ? 0 : visit_word(l, line);
}

/* Two words of one unit cannot be; their table is made only when there are any. */
static void put_single(struct taxonomy *t, uint32_t i)
{
    if (!t->singles) {
        t->singles = arena_alloc(t->arena, SEEN_BITS * sizeof *t->singles);
        memset(t->singles, 0xFF, SEEN_BITS * sizeof *t->singles);
    }
    t->singles[t->words.at[i].unit[0]] = i;
}

static uint32_t depth_of(const struct taxonomy *t, uint32_t node)
{
    uint32_t depth = 0;
    for (; t->nodes.at[node].parent != NO_INDEX; node = t->nodes.at[node].parent)
        depth++;
    return depth;
}

static void make_groups(struct taxonomy *t)
{
    uint32_t deepest = 0;
    for (uint32_t i = 0; i < t->nodes.n; i++)
        deepest = depth_of(t, i) > deepest ? depth_of(t, i) : deepest;
    for (uint32_t i = 0; i < t->nodes.n; i++)
        t->nodes.at[i].group = t->nodes.at[i].words > 0 ? 0 : 1 + deepest - depth_of(t, i);
    t->groups = deepest + 2;
}

static bool is_free(const struct start *start)
{
    return start->word == NO_INDEX && start->longer == NO_INDEX;
}

/* The slot of a pair: its own, or a free one. */
static struct start *start_of(const struct taxonomy *t, uint32_t pair, uint32_t hash)
{
    size_t i = hash & (t->nstarts - 1);
    while (t->starts[i].pair != pair && !is_free(&t->starts[i]))
        i = (i + 1) & (t->nstarts - 1);
    return &t->starts[i];
}

static void put_start(struct taxonomy *t, uint32_t i)
{
    struct word *word = &t->words.at[i];
    uint32_t hash = pair_hash(word->unit[0], word->unit[1]);
    struct start *start = start_of(t, pair_key(word->unit[0], word->unit[1]), hash);
    t->seen[hash / 64] |= (uint64_t)1 << hash % 64;
    start->pair = pair_key(word->unit[0], word->unit[1]);
    if (word->n == 2) {
        start->word = i;
        return;
    }
    word->next = start->longer;
    start->longer = i;
}

void taxonomy_close(struct taxonomy *t)
{
    make_groups(t);
    for (t->nstarts = 256; t->nstarts < t->words.n * 2; t->nstarts *= 2)
        continue;
    t->starts = arena_alloc(t->arena, t->nstarts * sizeof *t->starts);
    memset(t->starts, 0xFF, t->nstarts * sizeof *t->starts);
    t->seen = arena_zero(t->arena, SEEN_BITS / 8);
    for (uint32_t i = 0; i < t->words.n; i++)
        if (t->words.at[i].n == 1)
            put_single(t, i);
        else
            put_start(t, i);
}

struct taxonomy *taxonomy_new(struct arena *arena)
{
    struct taxonomy *t = arena_new_of(arena, struct taxonomy);
    t->arena = arena;
    t->threshold = 0.5;
    t->by_units = map_new(arena);
    vec_init(&t->nodes, arena);
    vec_init(&t->words, arena);
    vec_init(&t->says, arena);
    return t;
}

int taxonomy_read(struct ctx *ctx, struct arena *arena, struct str text, const char *name,
                  struct taxonomy **out)
{
    struct loading l = { .ctx = ctx, .t = taxonomy_new(arena), .path = name, .node = NO_INDEX };
    normal_init(&l.normal, arena);
    int code = config_read(ctx, text, name, visit_line, &l);
    if (code == 0)
        taxonomy_close(l.t);
    *out = code == 0 ? l.t : NULL;
    return code;
}

int taxonomy_load(struct ctx *ctx, struct arena *arena, const char *path, struct taxonomy **out)
{
    struct str text;
    *out = NULL;
    int code = file_read(ctx, arena, path, 0, &text);
    return code ? code : taxonomy_read(ctx, arena, text, path, out);
}

/* ---- matching -------------------------------------------------------------------- */

/* Does the word go on as the text does behind their first two units? Words are short: no call for that. */
static inline bool goes_on(const struct word *word, const uint16_t *text, size_t n)
{
    uint32_t k = 3;
    if (n < word->n || word->third != text[2])
        return false;
    while (k < word->n && text[k] == word->unit[k])
        k++;
    return k == word->n;
}

static void try_words(const struct taxonomy *t, const struct normal *n, size_t at, word_hit *hit, void *self)
{
    const uint16_t *text = n->unit + at;
    uint32_t pair = pair_key(text[0], text[1]);
    const struct start *start = start_of(t, pair, pair_hash(text[0], text[1]));
    if (start->pair != pair)
        return;
    if (start->word != NO_INDEX)
        hit(self, start->word);
    for (uint32_t i = start->longer; i != NO_INDEX; i = t->words.at[i].next)
        if (goes_on(&t->words.at[i], text, n->n - at))
            hit(self, i);
}

/* Places of [from, to) where a word may begin. No branch, for no processor could foresee which they are. */
static size_t find_starts(const struct taxonomy *t, const uint16_t *unit, size_t from, size_t to,
                          size_t *starts)
{
    const uint64_t *seen = t->seen;
    size_t n = 0;
    for (size_t i = from; i < to; i++) {
        uint32_t hash = pair_hash(unit[i], unit[i + 1]);
        starts[n] = i;
        n += seen[hash / 64] >> hash % 64 & 1;
    }
    return n;
}

void taxonomy_scan(const struct taxonomy *t, const struct normal *n, word_hit *hit, void *self)
{
    enum {
        AT_ONCE = 256
    };
    size_t starts[AT_ONCE], pairs = n->n > 0 ? n->n - 1 : 0;
    for (size_t i = 0; t->singles && i < n->n; i++)
        if (t->singles[n->unit[i]] != NO_INDEX)
            hit(self, t->singles[n->unit[i]]);
    for (size_t from = 0; from < pairs; from += AT_ONCE) {
        size_t to = pairs - from < AT_ONCE ? pairs : from + AT_ONCE;
        size_t found = find_starts(t, n->unit, from, to, starts);
        for (size_t k = 0; k < found; k++)
            try_words(t, n, starts[k], hit, self);
    }
}

/* ---- asking ---------------------------------------------------------------------- */

size_t taxonomy_nodes(const struct taxonomy *t)
{
    return t->nodes.n;
}

struct str taxonomy_node_name(const struct taxonomy *t, size_t node)
{
    return t->nodes.at[node].name;
}

static struct str last_part(const struct taxonomy *t, uint32_t node)
{
    struct str full = t->nodes.at[node].name;
    return str_sub(full, last_slash(full), full.n);
}

/* By its full name, else by its last part. */
static uint32_t named_node(const struct taxonomy *t, struct str name)
{
    uint32_t found = find_node(t, name);
    for (uint32_t i = 0; found == NO_INDEX && i < t->nodes.n; i++)
        if (str_eq(last_part(t, i), name))
            found = i;
    return found;
}

enum {
    NAME_BYTES = 256
}; /* a longer name is none of ours */

static bool give_node(const struct taxonomy *t, uint32_t node, struct str *name)
{
    if (node != NO_INDEX)
        *name = t->nodes.at[node].name;
    return node != NO_INDEX;
}

bool taxonomy_named(const struct taxonomy *t, struct str name, struct str *node)
{
    char room[NAME_BYTES];
    return name.n <= sizeof room && give_node(t, named_node(t, text_simplified(name, room)), node);
}

bool taxonomy_meant(const struct taxonomy *t, struct str name, struct str *node)
{
    char room[NAME_BYTES];
    uint32_t found = NO_INDEX;
    if (name.n == 0 || name.n > sizeof room || taxonomy_named(t, name, node))
        return name.n > 0 && name.n <= sizeof room;
    struct str plain = text_simplified(name, room);
    for (uint32_t i = 0; i < t->nodes.n; i++) {
        if (!str_has(last_part(t, i), plain))
            continue;
        if (found != NO_INDEX)
            return false;
        found = i;
    }
    return give_node(t, found, node);
}

static bool is_below(const struct taxonomy *t, uint32_t node, uint32_t top)
{
    while (node != top && node != NO_INDEX)
        node = t->nodes.at[node].parent;
    return node == top;
}

/* A learned word that ranks: of two characters, and speaking for the theme clearly. */
static bool ranks(const struct taxonomy *t, const struct word *word, double weight)
{
    static const double clearly = 1;
    return !t->learned || (word->n > 1 && weight >= clearly);
}

/* What a word says about top and all below it: the strongest; an exclusion only when nothing else is said. */
static double weight_below(const struct taxonomy *t, const struct word *word, uint32_t top)
{
    double best = 0;
    for (uint32_t i = word->says; i != NO_INDEX; i = t->says.at[i].next) {
        const struct says *says = &t->says.at[i];
        bool counts = is_below(t, says->node, top) && (says->weight > 0 || says->node == top);
        if (counts && (best <= 0 ? says->weight > best || best == 0 : says->weight > best))
            best = says->weight;
    }
    return best;
}

size_t taxonomy_profile(const struct taxonomy *t, struct arena *arena, struct str name,
                        struct theme_word **words)
{
    uint32_t top = named_node(t, name);
    size_t n = 0;
    *words = NULL;
    if (top == NO_INDEX)
        return SIZE_MAX;
    *words = arena_array(arena, struct theme_word, t->words.n + 1);
    for (size_t i = 0; i < t->words.n; i++) {
        double weight = weight_below(t, &t->words.at[i], top);
        if (weight != 0 && ranks(t, &t->words.at[i], weight))
            (*words)[n++] = (struct theme_word){ t->words.at[i].text, weight };
    }
    return n;
}
