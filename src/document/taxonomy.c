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
 *   seen   1 bit a pair hash ──▶ slots  pair hash → first word ──▶ next … (chain)
 *
 * Words of one unit are refused: 水 is in 水平.
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
    vec_push(&t->nodes, (struct node){ arena_str(t->arena, name), parent, 0 });
    return (uint32_t)t->nodes.n - 1;
}

static uint32_t word_of(struct loading *l)
{
    struct taxonomy *t = l->t;
    struct buf text;
    buf_init(&text, t->arena);
    normal_utf8(&l->normal, 0, l->normal.n, &text);
    void **slot = map_at(t->by_text, buf_view(&text));
    if (*slot)
        return (uint32_t)((uintptr_t)*slot - 1);
    size_t bytes = l->normal.n * sizeof(uint16_t);
    uint16_t *unit = memcpy(arena_alloc(t->arena, bytes), l->normal.unit, bytes);
    vec_push(&t->words, (struct word){ unit, (uint32_t)l->normal.n, buf_view(&text), NO_INDEX, NO_INDEX });
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
    if (l->normal.n < 2)
        return wrong_line(l, line, "a word of two characters or more expected", "词至少要两个字");
    uint32_t at = word_of(l);
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
    if (!(weight > 0 && weight <= 1000))
        return wrong_line(l, line, "the weight must be over 0", "权重应大于 0");
    return add_word(l, line, at > 0 ? str_trim(str_sub(text, 0, at)) : text, weight);
}

static int visit_setting(struct loading *l, const struct config_line *line)
{
    if (!str_eq(line->key, STR("threshold")))
        return 0; /* name and what later versions know */
    double value;
    if (!str_to_double(line->value, &value) || !(value >= 0 && value <= 1))
        return wrong_line(l, line, "threshold must be between 0 and 1", "threshold 应在 0 与 1 之间");
    l->t->threshold = value;
    return 0;
}

static int visit_line(void *self, const struct config_line *line)
{
    struct loading *l = self;
    if (line->key.n == 0) {
        l->node = node_of(l->t, line->section);
        return 0;
    }
    return line->assigned && l->node == NO_INDEX ? visit_setting(l, line) : visit_word(l, line);
}

static void make_slots(struct taxonomy *t)
{
    for (t->nslots = 256; t->nslots < t->words.n * 2; t->nslots *= 2)
        continue;
    t->slots = arena_alloc(t->arena, t->nslots * sizeof *t->slots);
    memset(t->slots, 0xFF, t->nslots * sizeof *t->slots);
    t->seen = arena_zero(t->arena, SEEN_BITS / 8);
    for (uint32_t i = 0; i < t->words.n; i++) {
        struct word *word = &t->words.at[i];
        uint32_t hash = pair_hash(word->unit[0], word->unit[1]);
        t->seen[hash / 64] |= (uint64_t)1 << hash % 64;
        word->next = t->slots[hash & (t->nslots - 1)];
        t->slots[hash & (t->nslots - 1)] = i;
    }
}

int taxonomy_load(struct ctx *ctx, struct arena *arena, const char *path, struct taxonomy **out)
{
    struct taxonomy *t = arena_new_of(arena, struct taxonomy);
    struct loading l = { .ctx = ctx, .t = t, .path = path, .node = NO_INDEX };
    struct str text;
    *out = NULL;
    t->arena = arena;
    t->threshold = 0.5;
    t->by_text = map_new(arena);
    vec_init(&t->nodes, arena);
    vec_init(&t->words, arena);
    vec_init(&t->says, arena);
    normal_init(&l.normal, arena);
    int code = file_read(ctx, arena, path, 0, &text);
    if (code == 0)
        code = config_read(ctx, text, path, visit_line, &l);
    if (code != 0)
        return code;
    make_slots(t);
    *out = t;
    return 0;
}

/* ---- matching -------------------------------------------------------------------- */

static void try_words(const struct taxonomy *t, const struct normal *n, size_t at, uint32_t hash,
                      word_hit *hit, void *self)
{
    for (uint32_t i = t->slots[hash & (t->nslots - 1)]; i != NO_INDEX; i = t->words.at[i].next) {
        const struct word *word = &t->words.at[i];
        if (word->n <= n->n - at && memcmp(n->unit + at, word->unit, word->n * sizeof(uint16_t)) == 0)
            hit(self, i);
    }
}

void taxonomy_scan(const struct taxonomy *t, const struct normal *n, word_hit *hit, void *self)
{
    for (size_t i = 0; i + 1 < n->n; i++) {
        uint32_t hash = pair_hash(n->unit[i], n->unit[i + 1]);
        if (t->seen[hash / 64] >> hash % 64 & 1)
            try_words(t, n, i, hash, hit, self);
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

/* By its full name, else by its last part. */
static uint32_t named_node(const struct taxonomy *t, struct str name)
{
    uint32_t found = find_node(t, name);
    for (uint32_t i = 0; found == NO_INDEX && i < t->nodes.n; i++) {
        struct str full = t->nodes.at[i].name;
        if (str_eq(str_sub(full, last_slash(full), full.n), name))
            found = i;
    }
    return found;
}

static bool is_below(const struct taxonomy *t, uint32_t node, uint32_t top)
{
    while (node != top && node != NO_INDEX)
        node = t->nodes.at[node].parent;
    return node == top;
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
        if (weight != 0)
            (*words)[n++] = (struct theme_word){ t->words.at[i].text, weight };
    }
    return n;
}
